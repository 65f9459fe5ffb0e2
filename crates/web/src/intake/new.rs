//! `/desk/intake`: choosing a source and a file.

use crate::account::Clerk;
use crate::frame::Frame;
use crate::house::App;
use crate::trouble::{Trouble, page};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use desk::ports::Role;
use domain::intake::Head;

#[derive(Template)]
#[template(path = "intake/new.html")]
struct Page {
    frame: Frame,
    clerk: Clerk,
    sources: Vec<Head>,
}

pub(crate) async fn form(
    State(app): State<App>,
    frame: Frame,
    clerk: Clerk,
) -> Result<Response, Trouble> {
    clerk.organ(&[Role::Organ])?;
    let sources = app
        .desk()
        .sources
        .iter()
        .map(|plan| plan.spec().source.clone());
    let mut sources: Vec<Head> = sources.collect();
    sources.sort_by(|a, b| (&a.family, &b.name).cmp(&(&b.family, &a.name)));
    Ok(page(Page {
        frame,
        clerk,
        sources,
    }))
}
