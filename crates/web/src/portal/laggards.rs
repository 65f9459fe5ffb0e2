//! `/laggards`: platforms that did not take over a repair in time (R97).

use crate::frame::Frame;
use crate::house::App;
use crate::trouble::{Trouble, page};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use desk::ports::Laggard;

const ROWS: usize = 200;

#[derive(Template)]
#[template(path = "portal/laggards.html")]
struct Page {
    frame: Frame,
    laggards: Vec<Laggard>,
}

pub(crate) async fn laggards(State(app): State<App>, frame: Frame) -> Result<Response, Trouble> {
    let laggards = app.read(|desk| desk.store.laggards(ROWS)).await?;
    Ok(page(Page { frame, laggards }))
}
