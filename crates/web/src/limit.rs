//! A limit on public searches: a token bucket for each address, in memory.

use crate::house::App;
use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Mutex;
use std::time::Instant;

/// So many searches at once, and so many more each second.
const BURST: f64 = 40.0;
const RATE: f64 = 4.0;
/// Beyond so many addresses the full buckets are thrown away.
const MOST: usize = 50_000;

#[derive(Debug, Default)]
pub(crate) struct Buckets(Mutex<HashMap<IpAddr, (f64, Instant)>>);

impl Buckets {
    /// Takes a token; `false` if none is left.
    fn take(&self, peer: IpAddr, now: Instant) -> bool {
        let Ok(mut buckets) = self.0.lock() else {
            return true;
        };
        if buckets.len() > MOST {
            buckets.retain(|_, (_, at)| now.duration_since(*at).as_secs_f64() * RATE < BURST);
        }
        let (tokens, at) = buckets.entry(peer).or_insert((BURST, now));
        *tokens = (*tokens + now.duration_since(*at).as_secs_f64() * RATE).min(BURST);
        *at = now;
        let enough = *tokens >= 1.0;
        if enough {
            *tokens -= 1.0;
        }
        enough
    }
}

/// Proof that a search may be made; without it a public search does not compile.
#[derive(Debug)]
pub(crate) struct Token;

impl Token {
    pub fn take(parts: &Parts, app: &App) -> Option<Self> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let peer = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |ConnectInfo(peer)| {
            peer.ip()
        });
        app.buckets.take(peer, Instant::now()).then_some(Self)
    }
}

impl FromRequestParts<App> for Token {
    type Rejection = crate::trouble::Trouble;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        Self::take(parts, app).ok_or(crate::trouble::Trouble::TooMany)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn r44_an_address_gets_a_burst_and_then_its_rate() {
        let buckets = Buckets::default();
        let (peer, start) = (IpAddr::V4(Ipv4Addr::LOCALHOST), Instant::now());
        let granted = (0..100).filter(|_| buckets.take(peer, start)).count();
        assert_eq!(granted, 40);
        assert!(buckets.take(peer, start + Duration::from_secs(1)));
        assert!(buckets.take(IpAddr::V4(Ipv4Addr::BROADCAST), start));
    }
}
