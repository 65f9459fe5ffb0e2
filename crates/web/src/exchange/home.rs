//! `/desk/exchange`: for the office partners, messages and laggards; for an organ what it has to answer.

use super::partner::Given;
use crate::account::Clerk;
use crate::frame::Frame;
use crate::house::{App, organ_names};
use crate::trouble::{Trouble, page};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use desk::ports::{Laggard, Role};
use desk::{Desk, Fault};
use domain::code::Code;
use domain::exchange::{Answer, Message, Partner, Pending};
use serde::Deserialize;
use std::collections::BTreeMap;

const ROWS: usize = 200;

/// A message that was sent, with what came back from each receiver.
struct Sent {
    message: Message,
    /// Name of the receiver, what it answered, and whether it is late.
    receivers: Vec<(String, String, bool)>,
}

/// What stands on the page.
#[derive(Default)]
pub(super) struct Known {
    partners: Vec<Partner>,
    sent: Vec<Sent>,
    laggards: Vec<Laggard>,
    /// Messages for this organ that it has not answered.
    own: Vec<Message>,
    /// Words of other platforms to an entity's harm, with the entity's name.
    reviews: Vec<(Message, String)>,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    done: Option<u8>,
}

#[derive(Template)]
#[template(path = "exchange/home.html")]
struct Page {
    frame: Frame,
    clerk: Clerk,
    known: Known,
    given: Given,
    faults: Vec<(&'static str, String)>,
    done: bool,
}

impl Page {
    fn wrong(&self, field: &str) -> Option<&str> {
        let mut faults = self.faults.iter();
        faults
            .find(|(name, _)| *name == field)
            .map(|(_, text)| text.as_str())
    }
}

pub(crate) async fn home(
    State(app): State<App>,
    frame: Frame,
    clerk: Clerk,
    Query(asked): Query<Asked>,
) -> Result<Response, Trouble> {
    let done = asked.done.is_some();
    answer(&app, frame, clerk, Given::default(), Vec::new(), done).await
}

/// The page, with what is wrong with a partner that was to be entered.
pub(super) async fn answer(
    app: &App,
    frame: Frame,
    clerk: Clerk,
    given: Given,
    faults: Vec<(&'static str, String)>,
    done: bool,
) -> Result<Response, Trouble> {
    clerk.may(&[Role::Office, Role::Organ])?;
    let (office, organ) = (clerk.is_office(), clerk.account.organ);
    let known = app.read(move |desk| known(desk, office, organ)).await?;
    Ok(page(Page {
        frame,
        clerk,
        known,
        given,
        faults,
        done,
    }))
}

fn known(desk: &Desk, office: bool, organ: Option<Code>) -> Result<Known, Fault> {
    let mut known = Known::default();
    if let Some(organ) = organ {
        let own = desk.store.messages(organ.as_str(), 0, ROWS)?.into_iter();
        known.own = own.map(|pending| pending.sent.message).collect();
        let waiting = desk.reviews(&organ)?.into_iter();
        known.reviews = waiting
            .map(|message| {
                let entity = message.reference.entity;
                let name = desk.name(&entity).unwrap_or_else(|| entity.to_string());
                (message, name)
            })
            .collect();
    }
    if office {
        known.partners = desk.store.partners()?;
        known.laggards = desk.store.laggards(ROWS)?;
        let names = names(desk, &known.partners)?;
        let sent = desk.store.sent(ROWS)?.into_iter();
        known.sent = sent.map(|pending| told(&names, pending)).collect();
    }
    Ok(known)
}

/// Receivers by their word: organs by code, partners by the word of their platform.
fn names(desk: &Desk, partners: &[Partner]) -> Result<BTreeMap<String, String>, Fault> {
    let mut names = organ_names(desk)?;
    names.extend(
        partners
            .iter()
            .map(|partner| (partner.word.clone(), partner.name.clone())),
    );
    Ok(names)
}

fn told(names: &BTreeMap<String, String>, pending: Pending) -> Sent {
    let receivers = pending.sent.receivers.iter();
    let receivers = receivers.map(|word| {
        let name = names.get(word).unwrap_or(word).clone();
        let late = pending.named.contains(word);
        match pending.answers.get(word) {
            Some((Answer::Applied, on)) => (name, format!("{on} 已更新"), late),
            Some((Answer::NotHeld, on)) => (name, format!("{on} 没有这条记录"), late),
            None => (name, "未回执".to_owned(), late),
        }
    });
    Sent {
        receivers: receivers.collect(),
        message: pending.sent.message,
    }
}
