//! `/desk/records/{seq}/revoke`: form, check of the answers, act, confirmation.

use crate::account::Clerk;
use crate::cite::Cite;
use crate::frame::Frame;
use crate::house::App;
use crate::trouble::{Trouble, page};
use askama::Template;
use axum::Form;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use desk::filing::{Order, Refusal};
use desk::ports::{Role, Standing};
use desk::{Desk, Fault};
use domain::code::Code;
use domain::duty::{Due, Kind};
use domain::filing::Revocation;
use domain::ledger::Event;
use jiff::civil::Date;
use serde::Deserialize;

const WAYS: [Revocation; 4] = [
    Revocation::Revoked,
    Revocation::Changed,
    Revocation::Unlawful,
    Revocation::Void,
];

#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Given {
    #[serde(default)]
    how: String,
    #[serde(default)]
    document: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    decided: String,
    /// Present once the clerk has checked the answers.
    #[serde(default)]
    confirmed: String,
}

#[derive(Template)]
#[template(path = "filing/revoke.html")]
struct Page {
    frame: Frame,
    clerk: Clerk,
    standing: Standing,
    given: Given,
    faults: Vec<String>,
    /// The answers are complete and wait for the clerk's confirmation.
    check: bool,
    due: Option<(Due, Cite)>,
}

impl Page {
    fn ways(&self) -> impl Iterator<Item = (&'static str, bool)> {
        WAYS.iter()
            .map(|way| (way.name(), way.name() == self.given.how))
    }
}

pub(crate) async fn form(
    State(app): State<App>,
    frame: Frame,
    clerk: Clerk,
    Path(seq): Path<u64>,
) -> Result<Response, Trouble> {
    let organ = clerk.organ(&[Role::Organ])?;
    let standing = standing(&app, organ, seq).await?;
    let (given, faults) = (Given::default(), Vec::new());
    Ok(page(Page {
        frame,
        clerk,
        standing,
        given,
        faults,
        check: false,
        due: None,
    }))
}

pub(crate) async fn revoke(
    State(app): State<App>,
    frame: Frame,
    clerk: Clerk,
    Path(seq): Path<u64>,
    Form(given): Form<Given>,
) -> Result<Response, Trouble> {
    let organ = clerk.organ(&[Role::Organ])?;
    let standing = standing(&app, organ, seq).await?;
    let mut faults = faults(&given, frame.day);
    let order = order(seq, organ, &given).filter(|_| faults.is_empty());
    let due = order
        .as_ref()
        .and_then(|order| due(app.desk(), order.decided));
    if let Some(order) = order.filter(|_| given.confirmed == "1") {
        let actor = clerk.actor();
        match act(&app, actor, order).await? {
            Ok(entry) => return Ok(Redirect::to(&format!("/desk/revoked/{entry}")).into_response()),
            Err(refusal) => faults.push(refusal),
        }
    }
    let check = faults.is_empty();
    let status = if check {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    Ok((
        status,
        page(Page {
            frame,
            clerk,
            standing,
            given,
            faults,
            check,
            due,
        }),
    )
        .into_response())
}

/// Revokes; a lawful "no" is the sentence, a fault of ours a trouble.
async fn act(app: &App, actor: desk::Actor, order: Order) -> Result<Result<u64, String>, Trouble> {
    app.read(move |desk| match desk.revoke(&actor, order) {
        Ok(entry) => Ok(Ok(entry)),
        Err(Refusal::Fault(fault)) => Err(fault),
        Err(refusal) => Ok(Err(refusal.to_string())),
    })
    .await
}

fn faults(given: &Given, today: Date) -> Vec<String> {
    let mut faults = Vec::new();
    if Revocation::read(&given.how).is_none() {
        faults.push("请选择处理方式".to_owned());
    }
    if given.document.trim().is_empty() {
        faults.push("请填写据以撤回的文书文号".to_owned());
    }
    match given.decided.parse::<Date>() {
        Ok(day) if day > today => faults.push("文书日期晚于今天".to_owned()),
        Ok(_) => {}
        Err(_) => faults.push("请填写文书日期".to_owned()),
    }
    if given.reason.trim().is_empty() {
        faults.push("请填写向社会公开的理由".to_owned());
    }
    faults
}

fn order(record: u64, organ: Code, given: &Given) -> Option<Order> {
    Some(Order {
        record,
        organ,
        how: Revocation::read(&given.how)?,
        document: given.document.trim().to_owned(),
        reason: given.reason.trim().to_owned(),
        decided: given.decided.parse().ok()?,
    })
}

fn due(desk: &Desk, decided: Date) -> Option<(Due, Cite)> {
    let due = desk.due(Kind::Withdraw, decided)?;
    let cite = Cite::of(&desk.law(), &due.basis);
    Some((due, cite))
}

/// The record, if the organ filed it.
async fn standing(app: &App, organ: Code, seq: u64) -> Result<Standing, Trouble> {
    let found = app.read(move |desk| find(desk, &organ, seq)).await?;
    found.ok_or_else(|| {
        Trouble::Missing("本单位没有报送过这条记录，或者它已被更正、撤回。".to_owned())
    })
}

fn find(desk: &Desk, organ: &Code, seq: u64) -> Result<Option<Standing>, Fault> {
    let Some(entry) = desk.store.entry(seq)? else {
        return Ok(None);
    };
    let Ok(Event::Filed(filed)) = serde_json::from_str::<Event>(&entry.head) else {
        return Ok(None);
    };
    let standings = desk.store.filed(organ, &filed.docket)?;
    Ok(standings
        .into_iter()
        .find(|standing| standing.seq == seq && !standing.revoked))
}

#[derive(Template)]
#[template(path = "filing/revoked.html")]
struct Done {
    frame: Frame,
    clerk: Clerk,
    entry: u64,
    revoked: domain::filing::Revoked,
}

/// The confirmation page.
pub(crate) async fn done(
    State(app): State<App>,
    frame: Frame,
    clerk: Clerk,
    Path(entry): Path<u64>,
) -> Result<Response, Trouble> {
    clerk.organ(&[Role::Organ])?;
    let own = clerk
        .account
        .organ
        .map(|code| code.to_string())
        .unwrap_or_default();
    let found = app.read(move |desk| desk.store.entry(entry)).await?;
    let event = found
        .filter(|found| found.organ == own)
        .map(|found| serde_json::from_str(&found.head));
    match event {
        Some(Ok(Event::Revoked(revoked))) => Ok(page(Done {
            frame,
            clerk,
            entry,
            revoked,
        })),
        _ => Err(Trouble::Missing("没有这次撤回的记录。".to_owned())),
    }
}
