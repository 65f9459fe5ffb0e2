//! `/draws/verify`: a draw computed again in the reader's browser.

use crate::frame::Frame;
use crate::house::App;
use crate::trouble::{Trouble, page};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use jiff::civil::Date;

const ROWS: usize = 50;

/// A published file.
struct Row {
    title: String,
    address: String,
    /// Day of the freezing.
    on: Date,
}

#[derive(Template)]
#[template(path = "inspection/verify.html")]
struct Page {
    frame: Frame,
    title: &'static str,
    draws: Vec<Row>,
}

pub(crate) async fn verify(State(app): State<App>, frame: Frame) -> Result<Response, Trouble> {
    let rows = app.read(|desk| desk.draws(ROWS)).await?.into_iter();
    let draws = rows.filter_map(|row| {
        let (_, on) = row.frozen?;
        Some(Row {
            title: format!("{}（{}）", row.batch.plan.title, row.batch.name()),
            address: format!("/draws/{}/file.json", row.id),
            on,
        })
    });
    Ok(page(Page {
        frame,
        title: "验证抽查结果",
        draws: draws.collect(),
    }))
}
