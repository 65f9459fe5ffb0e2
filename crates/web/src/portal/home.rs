//! `/`

use super::Card;
use crate::frame::Frame;
use crate::house::App;
use crate::trouble::{Trouble, page};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use desk::ports::{Front, ListFilter};
use domain::record::Act;

/// So many rows of each act.
const ROWS: usize = 8;

#[derive(Template)]
#[template(path = "portal/home.html")]
struct Page {
    frame: Frame,
    front: Front,
    licences: Vec<Card>,
    penalties: Vec<Card>,
}

pub(crate) async fn home(State(app): State<App>, frame: Frame) -> Result<Response, Trouble> {
    let (front, licences, penalties) = app
        .read(|desk| {
            let today = desk.clock.today();
            let latest = |act| {
                let filter = ListFilter {
                    limit: ROWS,
                    ..ListFilter::default()
                };
                Ok::<_, desk::Fault>(Card::all(
                    &desk.law(),
                    desk.store.list(act, &filter)?,
                    today,
                ))
            };
            Ok((
                desk.store.front()?,
                latest(Act::Licence)?,
                latest(Act::Penalty)?,
            ))
        })
        .await?;
    Ok(page(Page {
        frame,
        front,
        licences,
        penalties,
    }))
}
