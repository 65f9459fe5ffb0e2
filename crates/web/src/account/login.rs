//! Logging in with name and password.

use super::{COOKIE, key_digest, new_key, password};
use crate::frame::{Frame, local};
use crate::house::{App, Login};
use crate::trouble::{Trouble, page};
use askama::Template;
use axum::Form;
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use desk::Fault;
use serde::Deserialize;
use std::collections::HashMap;
use std::sync::Mutex;

/// A session lasts so many seconds.
const SESSION: i64 = 8 * 3600;
/// After so many failures in a row the name is locked.
const FAILURES: u32 = 5;
/// For so many milliseconds.
const LOCKED: i64 = 15 * 60 * 1000;

/// Failed log-ins by name: how many, and when the last was.
#[derive(Debug, Default)]
pub(crate) struct Lockouts(Mutex<HashMap<String, (u32, i64)>>);

impl Lockouts {
    fn locked(&self, name: &str, now: i64) -> bool {
        let failures = self
            .0
            .lock()
            .ok()
            .and_then(|failures| failures.get(name).copied());
        failures.is_some_and(|(count, last)| count >= FAILURES && now < last + LOCKED)
    }

    fn failed(&self, name: &str, now: i64) {
        if let Ok(mut failures) = self.0.lock() {
            failures.retain(|_, (_, last)| now < *last + LOCKED);
            let entry = failures.entry(name.to_owned()).or_insert((0, now));
            *entry = (entry.0 + 1, now);
        }
    }

    fn succeeded(&self, name: &str) {
        if let Ok(mut failures) = self.0.lock() {
            failures.remove(name);
        }
    }
}

#[derive(Template)]
#[template(path = "account/login.html")]
struct Page {
    frame: Frame,
    logins: Vec<Login>,
    back: String,
    name: String,
    refusal: Option<&'static str>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    back: String,
}

pub(crate) async fn form(
    State(app): State<App>,
    frame: Frame,
    Query(asked): Query<Asked>,
) -> Response {
    let logins = app.web.logins.clone();
    page(Page {
        frame,
        logins,
        back: asked.back,
        name: String::new(),
        refusal: None,
    })
}

#[derive(Debug, Deserialize)]
pub(crate) struct Given {
    name: String,
    password: String,
    #[serde(default)]
    back: String,
}

pub(crate) async fn login(
    State(app): State<App>,
    frame: Frame,
    Form(given): Form<Given>,
) -> Result<Response, Trouble> {
    let now = app.desk().clock.now();
    let name = given.name.trim().to_owned();
    let locked = app.lockouts.locked(&name, now);
    if !locked && known(&app, &name, given.password).await? {
        app.lockouts.succeeded(&name);
        return open(&app, name, local(&given.back)).await;
    }
    if !locked {
        app.lockouts.failed(&name, now);
    }
    let refusal = Some(match locked {
        true => "登录失败次数过多，该账号已暂停登录，请稍后再试",
        false => "账号或密码不正确",
    });
    let logins = app.web.logins.clone();
    let page = page(Page {
        frame,
        logins,
        back: given.back,
        name,
        refusal,
    });
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

async fn known(app: &App, name: &str, given: String) -> Result<bool, Trouble> {
    let name = name.to_owned();
    app.read(move |desk| {
        let account = desk.store.account(&name)?.filter(|account| !account.closed);
        Ok(account.is_some_and(|account| password::password_fits(&given, &account.password)))
    })
    .await
}

async fn open(app: &App, name: String, back: &str) -> Result<Response, Trouble> {
    let token = new_key().ok_or_else(|| Fault::broken("no randomness"))?;
    let digest = key_digest(&token);
    app.read(move |desk| {
        desk.store
            .put_session(&digest, &name, desk.clock.now() + SESSION * 1000)
    })
    .await?;
    let secure = if app.web.secure { "; Secure" } else { "" };
    let cookie =
        format!("{COOKIE}={token}; Path=/; Max-Age={SESSION}; HttpOnly; SameSite=Lax{secure}");
    let back = if back == "/" { "/desk" } else { back };
    Ok(([(header::SET_COOKIE, cookie)], Redirect::to(back)).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locks_after_five_failures_for_a_quarter_of_an_hour() {
        let lockouts = Lockouts::default();
        for at in 0..4 {
            lockouts.failed("甲", at);
        }
        assert!(!lockouts.locked("甲", 5));
        lockouts.failed("甲", 5);
        assert!(lockouts.locked("甲", 6));
        assert!(!lockouts.locked("乙", 6));
        assert!(!lockouts.locked("甲", 5 + LOCKED));
    }
}
