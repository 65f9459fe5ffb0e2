//! `POST /desk/exchange/partners`: the office enters a platform to exchange with, or changes it.

use super::home::answer;
use crate::account::Clerk;
use crate::frame::Frame;
use crate::house::App;
use crate::trouble::Trouble;
use axum::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use desk::ports::Role;
use domain::exchange::Partner;
use serde::Deserialize;

/// Characters of a word or a name.
const MOST: usize = 60;

#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Given {
    #[serde(default)]
    pub word: String,
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub key: String,
    #[serde(default)]
    pub rank: String,
    #[serde(default)]
    pub receives: String,
    #[serde(default)]
    pub closed: String,
}

pub(crate) async fn enter(
    State(app): State<App>,
    frame: Frame,
    clerk: Clerk,
    Form(given): Form<Given>,
) -> Result<Response, Trouble> {
    clerk.may(&[Role::Office])?;
    match read(&given) {
        Ok(partner) => {
            let actor = clerk.actor();
            app.read(move |desk| desk.enter_partner(&actor, partner))
                .await?;
            Ok(Redirect::to("/desk/exchange?done=1").into_response())
        }
        Err(faults) => {
            let shown = answer(&app, frame, clerk, given, faults, false).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, shown).into_response())
        }
    }
}

/// A partner, or everything that is wrong.
fn read(given: &Given) -> Result<Partner, Vec<(&'static str, String)>> {
    let mut faults = Vec::new();
    let word = given.word.trim();
    let sound = |text: &str| {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '.';
        !text.is_empty() && text.len() <= MOST && text.chars().all(plain)
    };
    if !sound(word) {
        faults.push(("word", "代号只用小写字母、数字、点和连字符".to_owned()));
    }
    let name = given.name.trim();
    if name.is_empty() || name.chars().count() > MOST {
        faults.push(("name", "请填写平台名称，不超过六十字".to_owned()));
    }
    let key = match given.key.trim() {
        "" => Some(String::new()),
        text => seal::Verifier::parse(text).ok().map(|key| key.to_string()),
    };
    if key.is_none() {
        faults.push(("key", "公钥读不出，请粘贴对方公钥文件的全部内容".to_owned()));
    }
    let rank = match given.rank.trim() {
        "" => Some(10),
        text => text.parse().ok(),
    };
    if rank.is_none() {
        faults.push(("rank", "优先次序应为数字".to_owned()));
    }
    match (key, rank) {
        (Some(key), Some(rank)) if faults.is_empty() => Ok(Partner {
            word: word.to_owned(),
            name: name.to_owned(),
            key,
            rank,
            receives: !given.receives.is_empty(),
            closed: !given.closed.is_empty(),
        }),
        _ => Err(faults),
    }
}
