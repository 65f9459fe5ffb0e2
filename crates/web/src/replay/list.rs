//! `/desk/law/replays`: every night a sample of past decisions is computed again.

use crate::account::Clerk;
use crate::frame::Frame;
use crate::house::App;
use crate::screening::time;
use crate::trouble::{Trouble, page};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use desk::ports::Role;
use domain::ledger::event::Replayed;

const ROWS: usize = 100;

#[derive(Template)]
#[template(path = "replay/list.html")]
struct Page {
    frame: Frame,
    clerk: Clerk,
    rows: Vec<(Replayed, String)>,
    compared: u64,
    differing: usize,
}

pub(crate) async fn list(
    State(app): State<App>,
    frame: Frame,
    clerk: Clerk,
) -> Result<Response, Trouble> {
    clerk.may(&[Role::Office])?;
    let rows = app.read(|desk| desk.store.replays(ROWS)).await?;
    let rows: Vec<(Replayed, String)> = rows.into_iter().map(|(one, at)| (one, time(at))).collect();
    Ok(page(Page {
        compared: rows.iter().map(|(one, _)| one.compared).sum(),
        differing: rows.iter().map(|(one, _)| one.differing.len()).sum(),
        frame,
        clerk,
        rows,
    }))
}
