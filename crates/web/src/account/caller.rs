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
        let account = app
            .read(move |desk| desk.store.account_by_key(&digest))
            .await?;
        account
            .filter(|account| !account.closed)
            .map(Self)
            .ok_or_else(unknown)
    }
}
