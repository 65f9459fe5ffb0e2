//! `/desk/records`: records of the clerk's organ.

use crate::account::Clerk;
use crate::frame::Frame;
use crate::house::App;
use crate::portal::Card;
use crate::trouble::{Trouble, page};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use desk::ports::{ListFilter, Role, Standing};
use domain::record::Act;
use serde::Deserialize;

const ROWS: usize = 30;

#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    docket: String,
}

#[derive(Template)]
#[template(path = "filing/list.html")]
struct Page {
    frame: Frame,
    clerk: Clerk,
    docket: String,
    /// Records under the docket asked for, shown or not.
    standings: Vec<Standing>,
    penalties: Vec<Card>,
    licences: Vec<Card>,
}

pub(crate) async fn list(
    State(app): State<App>,
    frame: Frame,
    clerk: Clerk,
    Query(asked): Query<Asked>,
) -> Result<Response, Trouble> {
    let organ = clerk.organ(&[Role::Organ])?;
    let docket = asked.docket.trim().to_owned();
    let text = docket.clone();
    let (standings, penalties, licences) = app
        .read(move |desk| {
            let standings = if text.is_empty() {
                Vec::new()
            } else {
                desk.store.filed(&organ, &text)?
            };
            let latest = |act| {
                let filter = ListFilter {
                    organ: Some(organ),
                    limit: ROWS,
                    ..ListFilter::default()
                };
                let records = desk.store.list(act, &filter)?;
                Ok::<_, desk::Fault>(Card::all(&desk.law(), records, desk.clock.today()))
            };
            Ok((standings, latest(Act::Penalty)?, latest(Act::Licence)?))
        })
        .await?;
    Ok(page(Page {
        frame,
        clerk,
        docket,
        standings,
        penalties,
        licences,
    }))
}
