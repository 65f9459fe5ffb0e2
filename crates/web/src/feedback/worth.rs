//! `/desk/effects`: what came of each measure of each list (R86), in counts and days.

use crate::account::Clerk;
use crate::frame::Frame;
use crate::house::App;
use crate::statute::Names;
use crate::trouble::{Trouble, page};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use desk::ports::Role;
use domain::feedback::Worth;

struct Line {
    list: String,
    measure: String,
    worth: Worth,
    /// Days in effect on average, of those that ended.
    days: String,
}

#[derive(Template)]
#[template(path = "feedback/worth.html")]
struct Page {
    frame: Frame,
    clerk: Clerk,
    lines: Vec<Line>,
}

pub(crate) async fn worth(
    State(app): State<App>,
    frame: Frame,
    clerk: Clerk,
) -> Result<Response, Trouble> {
    clerk.may(&[Role::Office])?;
    let found = app.read(desk::Desk::worth).await?;
    let law = app.desk().law();
    let names = Names::of(&law);
    let line = |((list, measure), worth): ((String, String), Worth)| Line {
        list: names.get("list", &list),
        measure: names.get("measure", &measure),
        days: worth
            .days
            .checked_div(worth.ended)
            .map_or_else(|| "—".to_owned(), |days| days.to_string()),
        worth,
    };
    Ok(page(Page {
        frame,
        clerk,
        lines: found.into_iter().map(line).collect(),
    }))
}
