//! A system that calls the API with its key.

use super::key_digest;
use crate::house::App;
use crate::problem::Problem;
use crate::trouble::Trouble;
use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use desk::Actor;
use desk::ports::{Account, Role};
use domain::code::Code;
use std::collections::HashMap;
use std::sync::RwLock;
use std::time::{Duration, Instant};

/// The account behind `Authorization: Bearer`.
#[derive(Debug, Clone)]
pub(crate) struct Caller(pub Account);

impl Caller {
    /// Acts for an organ: the role, and the organ's code.
    pub fn organ(&self, roles: &[Role]) -> Result<Code, Problem> {
        if !roles.contains(&self.0.role) {
            return Err(Problem::forbidden("该密钥的职责不能调用此接口"));
        }
        self.0
            .organ
            .ok_or_else(|| Problem::forbidden("该密钥没有所属单位"))
    }

    pub fn actor(&self) -> Actor {
        Actor {
            name: self.0.name.clone(),
            organ: self.0.organ,
        }
    }
}

impl FromRequestParts<App> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let header = parts.headers.get(header::AUTHORIZATION);
        let key = header.and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
        let unknown = || Problem::from(Trouble::Login(String::new()));
        let digest = key_digest(
            key.map(str::trim)
                .filter(|key| !key.is_empty())
                .ok_or_else(unknown)?,
        );
        if let Some(account) = app.callers.get(&digest) {
            return Ok(Self(account));
        }
        let asked = digest.clone();
        let account = app
            .read(move |desk| desk.store.account_by_key(&asked))
            .await?
            .filter(|account| !account.closed)
            .ok_or_else(unknown)?;
        app.callers.keep(digest, &account);
        Ok(Self(account))
    }
}

/// Systems that called a moment ago, so that a busy one does not ask the database at each call.
///
/// A key that is withdrawn works on for [`Callers::FOR`] at most.
#[derive(Debug, Default)]
pub(crate) struct Callers(RwLock<HashMap<String, (Instant, Account)>>);

impl Callers {
    const FOR: Duration = Duration::from_secs(2);
    /// More keys than any city has; beyond that somebody is guessing.
    const MOST: usize = 1_000;

    fn get(&self, digest: &str) -> Option<Account> {
        let known = self.0.read().ok()?;
        let (since, account) = known.get(digest)?;
        (since.elapsed() < Self::FOR).then(|| account.clone())
    }

    fn keep(&self, digest: String, account: &Account) {
        if let Ok(mut known) = self.0.write() {
            if known.len() >= Self::MOST {
                known.clear();
            }
            known.insert(digest, (Instant::now(), account.clone()));
        }
    }
}
