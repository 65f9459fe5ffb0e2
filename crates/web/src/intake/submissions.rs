//! `/desk/submissions`: what was handed in.

use crate::account::Clerk;
use crate::frame::Frame;
use crate::house::{App, organ_names};
use crate::trouble::{Trouble, page};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use desk::ports::Role;
use domain::filing::Submission;

const ROWS: usize = 100;

struct Row {
    seq: u64,
    title: String,
    organ: String,
    submission: Submission,
}

#[derive(Template)]
#[template(path = "intake/submissions.html")]
struct Page {
    frame: Frame,
    clerk: Clerk,
    rows: Vec<Row>,
}

pub(crate) async fn submissions(
    State(app): State<App>,
    frame: Frame,
    clerk: Clerk,
) -> Result<Response, Trouble> {
    clerk.may(&[Role::Organ, Role::Office])?;
    let filer = if clerk.is_office() {
        None
    } else {
        Some(clerk.organ(&[Role::Organ])?)
    };
    let rows = app
        .read(move |desk| {
            let names = organ_names(desk)?;
            let rows = desk.store.submissions(filer.as_ref(), ROWS)?.into_iter();
            Ok(rows
                .map(|(seq, submission)| {
                    let spec = desk.sources.spec(&submission.source);
                    let title = spec.map_or_else(
                        || submission.source.clone(),
                        |spec| spec.source.title.clone(),
                    );
                    let code = submission.filer.to_string();
                    Row {
                        seq,
                        title,
                        organ: names.get(&code).cloned().unwrap_or(code),
                        submission,
                    }
                })
                .collect())
        })
        .await?;
    Ok(page(Page { frame, clerk, rows }))
}
