//! The frame of every page: site name, reader's preferences, data as-of.

use crate::assets;
use crate::house::{App, SiteConfig};
use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};
use jiff::civil::Date;
use serde::Deserialize;
use std::convert::Infallible;

/// Cookies of the reader's preferences; they name nobody.
const SIZE: &str = "size";
const CONTRAST: &str = "contrast";

/// What every page needs besides its own content.
#[derive(Debug, Clone)]
pub(crate) struct Frame {
    pub site: SiteConfig,
    pub demo: bool,
    /// 大字版
    pub elder: bool,
    /// 高对比度
    pub contrast: bool,
    /// Path and query of this page, to come back to.
    pub here: String,
    path: String,
    /// Day of the data, and number of ledger entries they take into account.
    pub day: Date,
    pub as_of: u64,
}

impl Frame {
    pub fn of(app: &App, headers: &HeaderMap, uri: &Uri) -> Self {
        let here = uri.path_and_query().map_or("/", |both| both.as_str());
        Self {
            site: app.web.site.clone(),
            demo: app.web.demo,
            elder: cookie(headers, SIZE) == Some("elder"),
            contrast: cookie(headers, CONTRAST) == Some("high"),
            here: here
                .replace('%', "%25")
                .replace('&', "%26")
                .replace('+', "%2B"),
            path: uri.path().to_owned(),
            day: app.desk().clock.today(),
            as_of: app.desk().index.read().map_or(0, |reader| reader.as_of()),
        }
    }

    pub fn asset(&self, name: &str) -> String {
        assets::address(name)
    }

    /// Forgets what was asked for: nothing in the page repeats it.
    pub fn without_query(self) -> Self {
        Self {
            here: self.path.clone(),
            ..self
        }
    }

    pub fn is(&self, path: &str) -> bool {
        self.path == path
    }

    /// Marks the entry of the navigation under which this page lies.
    pub fn current(&self, start: &str) -> &'static str {
        let within = self.path == start || (start != "/" && self.path.starts_with(start));
        if within { "page" } else { "false" }
    }
}

impl FromRequestParts<App> for Frame {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        Ok(Self::of(app, &parts.headers, &parts.uri))
    }
}

/// The value of a cookie.
pub(crate) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
}

/// Only addresses of this site are come back to.
pub(crate) fn local(back: &str) -> &str {
    let inside =
        back.starts_with('/') && !back.starts_with("//") && !back.contains(['\\', '\r', '\n']);
    if inside { back } else { "/" }
}

#[derive(Debug, Deserialize)]
pub(crate) struct Look {
    size: Option<String>,
    contrast: Option<String>,
    #[serde(default)]
    back: String,
}

/// Keeps a preference and goes back: a link, so that it works without scripts.
pub(crate) async fn look(Query(look): Query<Look>) -> Response {
    let mut response = Redirect::to(local(&look.back)).into_response();
    let size = look
        .size
        .map(|size| (SIZE, if size == "elder" { "elder" } else { "usual" }));
    let contrast = look
        .contrast
        .map(|high| (CONTRAST, if high == "high" { "high" } else { "usual" }));
    for (name, value) in size.into_iter().chain(contrast) {
        let text = format!("{name}={value}; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly");
        if let Ok(value) = text.parse() {
            response.headers_mut().append(header::SET_COOKIE, value);
        }
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comes_back_to_this_site_only() {
        let cases = [
            ("/search?q=a", "/search?q=a"),
            ("//evil.example", "/"),
            ("https://evil.example", "/"),
            ("/\\evil.example", "/"),
            ("", "/"),
        ];
        for (back, wanted) in cases {
            assert_eq!(local(back), wanted, "{back}");
        }
    }
}
