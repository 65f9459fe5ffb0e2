//! `/commitments`: promises of organisations, and what became of them.

use crate::frame::Frame;
use crate::house::App;
use crate::trouble::{Trouble, page};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use desk::ports::Pledge;

const ROWS: usize = 200;

#[derive(Template)]
#[template(path = "portal/pledged.html")]
struct Page {
    frame: Frame,
    pledges: Vec<Pledge>,
}

pub(crate) async fn pledged(State(app): State<App>, frame: Frame) -> Result<Response, Trouble> {
    let pledges = app
        .read(|desk| desk.store.pledged(desk.clock.today(), None, ROWS))
        .await?;
    Ok(page(Page { frame, pledges }))
}
