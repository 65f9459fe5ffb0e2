//! `/desk/contacts`, `/my/contacts`: how somebody is reached outside the house. Addresses stand in no ledger entry.

use crate::account::Clerk;
use crate::frame::Frame;
use crate::house::App;
use crate::trouble::{Trouble, page};
use askama::Template;
use axum::Form;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use desk::notice::own_box;
use desk::ports::{Contact, Role};
use desk::procedure::Who;
use domain::notice::Channel;
use serde::Deserialize;

const ROLES: [Role; 4] = [Role::Office, Role::Organ, Role::Entity, Role::Person];
/// Characters of an address.
const MOST: usize = 200;

#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Given {
    #[serde(default)]
    email: String,
    #[serde(default)]
    sms: String,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    kept: Option<u8>,
}

#[derive(Template)]
#[template(path = "notice/contacts.html")]
struct Page {
    frame: Frame,
    clerk: Clerk,
    given: Given,
    /// Field and sentence.
    faults: Vec<(&'static str, &'static str)>,
    kept: bool,
}

impl Page {
    fn wrong(&self, field: &str) -> Option<&'static str> {
        let mut faults = self.faults.iter();
        faults
            .find(|(name, _)| *name == field)
            .map(|(_, text)| *text)
    }
}

pub(crate) async fn contacts(
    State(app): State<App>,
    frame: Frame,
    clerk: Clerk,
    Query(asked): Query<Asked>,
) -> Result<Response, Trouble> {
    let of = whose(&clerk)?;
    let found = app.read(move |desk| desk.store.contacts(&of)).await?;
    let of = |channel| {
        let mut held = found.iter().filter(|one: &&Contact| one.channel == channel);
        held.next()
            .map(|one| one.address.clone())
            .unwrap_or_default()
    };
    Ok(page(Page {
        given: Given {
            email: of(Channel::Email),
            sms: of(Channel::Sms),
        },
        frame,
        clerk,
        faults: Vec::new(),
        kept: asked.kept.is_some(),
    }))
}

pub(crate) async fn put(
    State(app): State<App>,
    frame: Frame,
    clerk: Clerk,
    Form(given): Form<Given>,
) -> Result<Response, Trouble> {
    let of = whose(&clerk)?;
    let given = Given {
        email: given.email.trim().to_owned(),
        sms: given.sms.trim().to_owned(),
    };
    let faults = faults(&given);
    if faults.is_empty() {
        keep(&app, of, given).await?;
        let place = format!("{}/contacts?kept=1", clerk.home());
        return Ok(Redirect::to(&place).into_response());
    }
    let page = page(Page {
        frame,
        clerk,
        given,
        faults,
        kept: false,
    });
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

/// Under which word the box of the account stands.
fn whose(clerk: &Clerk) -> Result<String, Trouble> {
    clerk.may(&ROLES)?;
    let missing = || Trouble::Forbidden("当前账号没有收件箱。".to_owned());
    own_box(&Who::of(&clerk.account)).ok_or_else(missing)
}

async fn keep(app: &App, of: String, given: Given) -> Result<(), Trouble> {
    app.read(move |desk| {
        for (channel, address) in [(Channel::Email, given.email), (Channel::Sms, given.sms)] {
            desk.store.put_contact(&Contact {
                of: of.clone(),
                channel,
                address,
            })?;
        }
        Ok(())
    })
    .await
}

/// Whether an address could be one at all; whether it is right shows when something is sent.
fn faults(given: &Given) -> Vec<(&'static str, &'static str)> {
    let mut faults = Vec::new();
    let email = &given.email;
    let parts = email.split_once('@');
    let sound = parts.is_some_and(|(user, host)| !user.is_empty() && host.contains('.'));
    let plain = email.is_ascii() && !email.contains(char::is_whitespace) && email.len() <= MOST;
    let right = email.is_empty() || (sound && plain);
    if !right {
        faults.push(("email", "电子邮箱应写成 name@example.gov.cn 的样子"));
    }
    let digits = given.sms.strip_prefix('+').unwrap_or(&given.sms);
    let number = (5..=20).contains(&digits.len()) && digits.bytes().all(|one| one.is_ascii_digit());
    if !given.sms.is_empty() && !number {
        faults.push(("sms", "手机号码只写数字，国际号码以 + 开头"));
    }
    faults
}
