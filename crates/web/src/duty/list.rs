//! `/desk/duties`: duties by state, page by page.

use super::days::Line;
use crate::account::Clerk;
use crate::frame::Frame;
use crate::house::App;
use crate::trouble::{Trouble, page};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use desk::Fault;
use desk::ports::{DutyFilter, Role};
use domain::code::Code;
use domain::duty::State as DutyState;
use domain::entity::Organ;
use serde::Deserialize;

const ROWS: usize = 50;
const STATES: [(&str, DutyState); 5] = [
    ("overdue", DutyState::Overdue),
    ("near", DutyState::Near),
    ("open", DutyState::Open),
    ("in-time", DutyState::InTime),
    ("late", DutyState::Late),
];

#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    organ: String,
    #[serde(default)]
    state: String,
    after: Option<u64>,
}

#[derive(Template)]
#[template(path = "duty/list.html")]
struct Page {
    frame: Frame,
    clerk: Clerk,
    asked: Asked,
    organs: Vec<Organ>,
    lines: Vec<Line>,
    next: Option<u64>,
}

impl Page {
    fn states(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        STATES.iter().map(|(word, state)| (*word, state.name()))
    }
}

pub(crate) async fn list(
    State(app): State<App>,
    frame: Frame,
    clerk: Clerk,
    Query(asked): Query<Asked>,
) -> Result<Response, Trouble> {
    clerk.may(&[Role::Organ, Role::Office])?;
    let organ = if clerk.is_office() {
        Code::read(&asked.organ)
    } else {
        Some(clerk.organ(&[Role::Organ])?)
    };
    let state = STATES
        .iter()
        .find(|(word, _)| *word == asked.state)
        .map(|(_, state)| *state);
    let after = asked.after;
    let (organs, lines) = app
        .read(move |desk| {
            let today = Some(desk.clock.today());
            let filter = DutyFilter {
                organ,
                state,
                today,
                after,
                limit: ROWS,
            };
            let rows = desk.store.duties(&filter)?.into_iter();
            let lines = rows
                .map(|row| Line::of(desk, row))
                .collect::<Result<Vec<Line>, Fault>>()?;
            Ok((desk.store.organs()?, lines))
        })
        .await?;
    let next = lines
        .last()
        .filter(|_| lines.len() == ROWS)
        .map(|line| line.row.seq);
    Ok(page(Page {
        frame,
        clerk,
        asked,
        organs,
        lines,
        next,
    }))
}
