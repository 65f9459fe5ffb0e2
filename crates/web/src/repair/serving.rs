//! `/desk/serving`: decisions whose notice of repair is still owed.

use crate::account::Clerk;
use crate::frame::Frame;
use crate::house::{App, organ_names};
use crate::trouble::{Trouble, page};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use desk::ports::Role;
use desk::repair::Serving;
use desk::{Desk, Fault};
use domain::code::Code;
use serde::Deserialize;

const ROWS: usize = 200;

#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    /// The record that was just served.
    served: Option<u64>,
}

struct Line {
    serving: Serving,
    entity: String,
    organ: String,
}

#[derive(Template)]
#[template(path = "repair/serving.html")]
struct Page {
    frame: Frame,
    clerk: Clerk,
    lines: Vec<Line>,
    served: Option<u64>,
}

pub(crate) async fn serving(
    State(app): State<App>,
    frame: Frame,
    clerk: Clerk,
    Query(asked): Query<Asked>,
) -> Result<Response, Trouble> {
    clerk.may(&[Role::Organ, Role::Office])?;
    let organ = match clerk.is_office() {
        true => None,
        false => Some(clerk.organ(&[Role::Organ])?),
    };
    let lines = app.read(move |desk| lines(desk, organ)).await?;
    Ok(page(Page {
        frame,
        clerk,
        lines,
        served: asked.served,
    }))
}

fn lines(desk: &Desk, organ: Option<Code>) -> Result<Vec<Line>, Fault> {
    let organs = organ_names(desk)?;
    let owed = desk.serving(organ.as_ref(), ROWS)?.into_iter();
    let line = |serving: Serving| {
        let entity = serving.entity.and_then(|code| desk.name(&code));
        let organ = organs.get(serving.organ.as_str()).cloned();
        Line {
            entity: entity.unwrap_or_default(),
            organ: organ.unwrap_or_else(|| serving.organ.to_string()),
            serving,
        }
    };
    Ok(owed.map(line).collect())
}
