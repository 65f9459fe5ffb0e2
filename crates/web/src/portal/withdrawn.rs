//! `/withdrawn`: records taken off because the decision lost its force, with the public reason.

use crate::frame::Frame;
use crate::house::{App, organ_names};
use crate::trouble::{Trouble, page};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use desk::ports::Withdrawal;

const ROWS: usize = 100;

#[derive(Template)]
#[template(path = "portal/withdrawn.html")]
struct Page {
    frame: Frame,
    rows: Vec<(Withdrawal, String)>,
}

pub(crate) async fn withdrawn(State(app): State<App>, frame: Frame) -> Result<Response, Trouble> {
    let rows = app
        .read(|desk| {
            let names = organ_names(desk)?;
            let rows = desk.store.withdrawn(ROWS)?.into_iter();
            Ok(rows
                .map(|row| {
                    let code = row.organ.to_string();
                    let name = names.get(&code).cloned().unwrap_or(code);
                    (row, name)
                })
                .collect())
        })
        .await?;
    Ok(page(Page { frame, rows }))
}
