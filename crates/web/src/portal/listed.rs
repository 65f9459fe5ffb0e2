//! `/lists`: who is on which list today, why, until when, and the way off it.

use crate::cite::Cite;
use crate::frame::Frame;
use crate::house::App;
use crate::trouble::{Trouble, page};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use desk::ports::ListedRow;
use desk::{Desk, Fault};
use domain::blacklist::Kind;
use domain::code::Code;
use serde::Deserialize;

const ROWS: usize = 200;

#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    list: String,
}

/// A listing with its basis in words.
pub(crate) struct Entry {
    pub row: ListedRow,
    pub cite: Cite,
    /// An objection to it is being worked on.
    pub disputed: bool,
}

impl Entry {
    /// Style of the badge; the word stands beside it.
    pub fn tone(&self) -> &'static str {
        match self.row.kind {
            Kind::Blacklist => "tag-serious",
            Kind::Abnormal => "tag-ordinary",
            Kind::Honorlist => "tag-calm",
            Kind::Watchlist => "tag-minor",
        }
    }
}

/// What the public may see of listings today.
pub(crate) fn entries(
    desk: &Desk,
    entity: Option<&Code>,
    list: Option<&str>,
) -> Result<Vec<Entry>, Fault> {
    let (law, today) = (desk.law(), desk.clock.today());
    let rows = desk.store.listed(today, entity, list, ROWS)?.into_iter();
    rows.map(|row| {
        Ok(Entry {
            cite: Cite::of(&law, &row.basis),
            disputed: !desk.store.disputes(row.id)?.is_empty(),
            row,
        })
    })
    .collect()
}

#[derive(Template)]
#[template(path = "portal/listed.html")]
struct Page {
    frame: Frame,
    asked: String,
    /// Word and name of every list of the day.
    lists: Vec<(String, String)>,
    entries: Vec<Entry>,
}

pub(crate) async fn listed(
    State(app): State<App>,
    frame: Frame,
    Query(asked): Query<Asked>,
) -> Result<Response, Trouble> {
    let asked = asked.list.trim().to_owned();
    let word = asked.clone();
    let (lists, entries) = app
        .read(move |desk| {
            let law = desk.law();
            let lists = law.lists(desk.clock.today());
            let shown = lists
                .iter()
                .filter(|list| list.value().kind != Kind::Watchlist);
            let lists = shown.map(|list| (list.value().word.clone(), list.value().name.clone()));
            let word = Some(word.as_str()).filter(|word| !word.is_empty());
            Ok((lists.collect(), entries(desk, None, word)?))
        })
        .await?;
    Ok(page(Page {
        frame,
        asked,
        lists,
        entries,
    }))
}
