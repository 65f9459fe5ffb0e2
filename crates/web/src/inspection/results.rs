//! `/inspections`: what visits found, latest first (R66).

use crate::frame::Frame;
use crate::house::App;
use crate::trouble::{Trouble, page};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use desk::ports::Inspected;
use domain::code::Code;
use domain::entity::Organ;
use serde::Deserialize;

/// Rows on the page, and among how many those of one organ are sought.
const ROWS: usize = 200;
const LATEST: usize = 2_000;

#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    organ: String,
}

#[derive(Template)]
#[template(path = "inspection/results.html")]
struct Page {
    frame: Frame,
    asked: String,
    organs: Vec<Organ>,
    results: Vec<Inspected>,
}

pub(crate) async fn results(
    State(app): State<App>,
    frame: Frame,
    Query(asked): Query<Asked>,
) -> Result<Response, Trouble> {
    let organ = Code::read(&asked.organ);
    let limit = if organ.is_some() { LATEST } else { ROWS };
    let (organs, mut results) = app
        .read(move |desk| Ok((desk.store.organs()?, desk.inspected(None, limit)?)))
        .await?;
    results.retain(|row| organ.is_none_or(|organ| row.organ == organ));
    results.truncate(ROWS);
    Ok(page(Page {
        frame,
        asked: asked.organ,
        organs,
        results,
    }))
}
