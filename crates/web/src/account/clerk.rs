//! A person who is logged in.

use super::{COOKIE, key_digest};
use crate::frame::cookie;
use crate::house::App;
use crate::trouble::Trouble;
use axum::extract::FromRequestParts;
use axum::http::Method;
use axum::http::request::Parts;
use desk::Actor;
use desk::ports::{Account, Role};
use domain::code::Code;

/// The account of the session, with the name of its organ.
#[derive(Debug, Clone)]
pub(crate) struct Clerk {
    pub account: Account,
    pub organ_name: String,
}

impl Clerk {
    /// Goes on only with one of these roles.
    pub fn may(&self, roles: &[Role]) -> Result<(), Trouble> {
        if roles.contains(&self.account.role) {
            return Ok(());
        }
        let role = self.role();
        Err(Trouble::Forbidden(format!(
            "当前账号的职责是“{role}”，不能办理此项。"
        )))
    }

    /// Acts for an organ: the role, and the organ's code.
    pub fn organ(&self, roles: &[Role]) -> Result<Code, Trouble> {
        self.may(roles)?;
        let missing = || Trouble::Forbidden("当前账号没有所属单位，不能代表单位办理。".to_owned());
        self.account.organ.ok_or_else(missing)
    }

    pub fn actor(&self) -> Actor {
        Actor {
            name: self.account.name.clone(),
            organ: self.account.organ,
        }
    }

    /// Acts for himself and for no organ: an entity, or a natural person.
    pub fn is_own(&self) -> bool {
        matches!(self.account.role, Role::Entity | Role::Person)
    }

    /// Under which address his pages lie.
    pub fn home(&self) -> &'static str {
        if self.is_own() { "/my" } else { "/desk" }
    }

    pub fn is_office(&self) -> bool {
        self.account.role == Role::Office
    }

    pub fn files(&self) -> bool {
        self.account.role == Role::Organ
    }

    pub fn looks_up(&self) -> bool {
        matches!(self.account.role, Role::Organ | Role::Counter)
    }

    pub fn role(&self) -> &'static str {
        match self.account.role {
            Role::Office => "信用办",
            Role::Organ => "部门",
            Role::Counter => "政务大厅窗口",
            Role::Entity => "主体",
            Role::Person => "本人",
            Role::Partner => "交换对方",
        }
    }
}

impl FromRequestParts<App> for Clerk {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Trouble> {
        let back = match parts.method {
            Method::GET => parts.uri.path().to_owned(),
            _ => "/desk".to_owned(),
        };
        let login = || Trouble::Login(back.clone());
        let token = cookie(&parts.headers, COOKIE).ok_or_else(login)?;
        let digest = key_digest(token);
        let found = app
            .read(move |desk| {
                let account = desk.store.session(&digest, desk.clock.now())?;
                let Some(account) = account.filter(|account| !account.closed) else {
                    return Ok(None);
                };
                let organs = if account.organ.is_some() {
                    desk.store.organs()?
                } else {
                    Vec::new()
                };
                let organ = organs
                    .into_iter()
                    .find(|organ| Some(organ.code) == account.organ);
                let own = account.organ.filter(|_| account.role == Role::Entity);
                let organ_name = match own {
                    Some(code) => desk.name(&code).unwrap_or_default(),
                    None => organ.map(|organ| organ.name).unwrap_or_default(),
                };
                Ok(Some(Self {
                    account,
                    organ_name,
                }))
            })
            .await?;
        found.ok_or_else(login)
    }
}
