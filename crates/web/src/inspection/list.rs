//! `/draws`: batches of the draw, latest first.

use super::lines::Glance;
use crate::frame::Frame;
use crate::house::{App, organ_names};
use crate::trouble::{Trouble, page};
use askama::Template;
use axum::extract::State;
use axum::response::Response;

const ROWS: usize = 100;

#[derive(Template)]
#[template(path = "inspection/list.html")]
struct Page {
    frame: Frame,
    lots: Vec<Glance>,
}

pub(crate) async fn list(State(app): State<App>, frame: Frame) -> Result<Response, Trouble> {
    let lots = app
        .read(|desk| {
            let (names, today) = (organ_names(desk)?, desk.clock.today());
            let rows = desk.draws(ROWS)?.into_iter();
            Ok(rows.map(|row| Glance::of(row, &names, today)).collect())
        })
        .await?;
    Ok(page(Page { frame, lots }))
}
