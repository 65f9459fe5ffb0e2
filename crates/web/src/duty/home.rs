//! `/desk`: what is to be done now.

use super::days::Line;
use crate::account::Clerk;
use crate::frame::Frame;
use crate::house::App;
use crate::intake::doubts_waiting;
use crate::procedure::{Tick, ticks};
use crate::trouble::{Trouble, page};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use desk::ports::{CaseRow, DutyFilter, Reminder, Role};
use desk::procedure::Who;
use desk::{Desk, Fault};
use domain::code::Code;
use domain::duty::State as DutyState;

/// Rows of each list.
const ROWS: usize = 12;

/// The lists of the first page.
struct Lists {
    /// Clocks of procedures, the nearest last day first.
    ticks: Vec<Tick>,
    overdue: Vec<Line>,
    near: Vec<Line>,
    open: Vec<Line>,
    reminders: Vec<Reminder>,
    /// Each with the name of its matter.
    unscreened: Vec<(CaseRow, String)>,
    /// Documents in the queue of doubts, in words (R34).
    doubts: String,
}

#[derive(Template)]
#[template(path = "duty/home.html")]
struct Page {
    frame: Frame,
    clerk: Clerk,
    lists: Lists,
}

pub(crate) async fn home(
    State(app): State<App>,
    frame: Frame,
    clerk: Clerk,
) -> Result<Response, Trouble> {
    if clerk.account.role == Role::Counter {
        return Ok(Redirect::to("/counter").into_response());
    }
    if clerk.is_own() {
        return Ok(Redirect::to("/my").into_response());
    }
    let organ = if clerk.is_office() {
        None
    } else {
        Some(clerk.organ(&[Role::Organ])?)
    };
    let who = Who::of(&clerk.account);
    let lists = app.read(move |desk| lists(desk, &who, organ)).await?;
    Ok(page(Page {
        frame,
        clerk,
        lists,
    }))
}

fn lists(desk: &Desk, who: &Who, organ: Option<Code>) -> Result<Lists, Fault> {
    let of = |state| {
        let today = Some(desk.clock.today());
        let filter = DutyFilter {
            organ,
            state: Some(state),
            today,
            after: None,
            limit: ROWS,
        };
        let rows = desk.store.duties(&filter)?.into_iter();
        rows.map(|row| Line::of(desk, row))
            .collect::<Result<Vec<Line>, Fault>>()
    };
    let cases = desk.store.unscreened(organ.as_ref(), ROWS)?.into_iter();
    Ok(Lists {
        ticks: ticks(desk, who, ROWS)?,
        overdue: of(DutyState::Overdue)?,
        near: of(DutyState::Near)?,
        open: of(DutyState::Open)?,
        reminders: desk.store.reminders(organ.as_ref(), ROWS)?,
        unscreened: cases.map(|case| named(desk, case)).collect(),
        doubts: doubts_waiting(desk, organ.as_ref())?,
    })
}

/// A matter off the list keeps the word it was reported with.
fn named(desk: &Desk, case: CaseRow) -> (CaseRow, String) {
    let law = desk.law();
    let matter = law.matter(&case.matter);
    let name = matter.map_or_else(|| case.matter.clone(), |matter| matter.name.to_string());
    (case, name)
}
