//! `/licences` and `/penalties`: published records of one act, page by page.

use super::Card;
use crate::frame::Frame;
use crate::house::App;
use crate::trouble::{Trouble, page};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use desk::ports::ListFilter;
use domain::code::Code;
use domain::entity::Organ;
use domain::record::{Act, Severity};
use jiff::civil::Date;
use serde::Deserialize;

const ROWS: usize = 30;

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    organ: String,
    #[serde(default)]
    severity: String,
    /// Day and number of the last row seen, for example `2026-05-12.104`.
    #[serde(default)]
    after: String,
}

#[derive(Template)]
#[template(path = "portal/list.html")]
struct Page {
    frame: Frame,
    act: Act,
    path: &'static str,
    asked: Asked,
    organs: Vec<Organ>,
    severities: [Severity; 3],
    cards: Vec<Card>,
    next: Option<String>,
}

pub(crate) async fn licences(
    app: State<App>,
    frame: Frame,
    asked: Query<Asked>,
) -> Result<Response, Trouble> {
    list(app, frame, asked, Act::Licence, "/licences").await
}

pub(crate) async fn penalties(
    app: State<App>,
    frame: Frame,
    asked: Query<Asked>,
) -> Result<Response, Trouble> {
    list(app, frame, asked, Act::Penalty, "/penalties").await
}

async fn list(
    State(app): State<App>,
    frame: Frame,
    Query(asked): Query<Asked>,
    act: Act,
    path: &'static str,
) -> Result<Response, Trouble> {
    let filter = ListFilter {
        organ: Code::read(&asked.organ),
        severity: Severity::read(&asked.severity),
        after: place(&asked.after),
        limit: ROWS,
    };
    let (organs, cards) = app
        .read(move |desk| {
            let records = desk.store.list(act, &filter)?;
            Ok((
                desk.store.organs()?,
                Card::all(&desk.law(), records, desk.clock.today()),
            ))
        })
        .await?;
    let last = cards.last().filter(|_| cards.len() == ROWS);
    let next = last.map(|card| {
        let after = format!("{}.{}", card.record.decided, card.record.seq);
        format!(
            "{path}?organ={}&severity={}&after={after}",
            asked.organ, asked.severity
        )
    });
    let severities = Severity::ALL;
    Ok(page(Page {
        frame,
        act,
        path,
        asked,
        organs,
        severities,
        cards,
        next,
    }))
}

fn place(text: &str) -> Option<(Date, u64)> {
    let (day, seq) = text.split_once('.')?;
    Some((day.parse().ok()?, seq.parse().ok()?))
}
