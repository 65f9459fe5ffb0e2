//! `/desk/law/offered`: the pack that came with the program, where it differs from the one in force.

use super::act::Reason;
use crate::account::Clerk;
use crate::frame::Frame;
use crate::house::App;
use crate::proposal::{Signed, signed};
use crate::rehearsal::{self, Job};
use crate::statute::{Altered, Names};
use crate::trouble::{Trouble, page};
use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use desk::ports::Role;
use law::Report;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "draft/offered.html")]
struct Page {
    frame: Frame,
    clerk: Clerk,
    digest: String,
    report: Report,
    changes: Vec<Altered>,
    same: bool,
    rehearsals: Vec<Arc<Job>>,
    refusal: Option<String>,
    reason: String,
}

pub(crate) async fn offered(
    State(app): State<App>,
    frame: Frame,
    clerk: Clerk,
) -> Result<Response, Trouble> {
    clerk.may(&[Role::Office])?;
    answer(&app, frame, clerk, None, String::new()).await
}

async fn answer(
    app: &App,
    frame: Frame,
    clerk: Clerk,
    refusal: Option<String>,
    reason: String,
) -> Result<Response, Trouble> {
    let changes = app
        .read(|desk| {
            let changes = law::diff(&desk.law(), &desk.offered);
            Ok(Altered::all(&Names::of(&desk.offered), &changes))
        })
        .await?;
    let offered = &app.desk().offered;
    let status = match refusal {
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    let shown = page(Page {
        digest: offered.digest().to_owned(),
        report: offered.check(),
        same: offered.digest() == app.desk().law().digest(),
        rehearsals: app.rehearsals.with(offered.digest()),
        frame,
        clerk,
        changes,
        refusal,
        reason,
    });
    Ok((status, shown).into_response())
}

/// `POST /desk/law/offered/rehearsal`
pub(crate) async fn rehearse_offered(
    State(app): State<App>,
    clerk: Clerk,
) -> Result<Response, Trouble> {
    clerk.may(&[Role::Office])?;
    let pack = Arc::clone(&app.desk().offered);
    let (title, back) = (
        "程序自带的规则包".to_owned(),
        "/desk/law/offered".to_owned(),
    );
    let job = rehearsal::start(&app, pack, title, back, clerk.account.name)?;
    let job = job.ok_or_else(rehearsal::full)?;
    Ok(Redirect::to(&format!("/desk/law/rehearsals/{job}")).into_response())
}

/// `POST /desk/law/offered/proposal`
pub(crate) async fn propose_offered(
    State(app): State<App>,
    frame: Frame,
    clerk: Clerk,
    Form(given): Form<Reason>,
) -> Result<Response, Trouble> {
    clerk.may(&[Role::Office])?;
    let (actor, reason) = (clerk.actor(), given.reason.clone());
    let done = app
        .read(move |desk| signed(desk.propose(&actor, desk.offered.files().clone(), &reason)))
        .await?;
    match done {
        Signed::Done(seq) => {
            Ok(Redirect::to(&format!("/desk/law/proposals/{seq}")).into_response())
        }
        Signed::Not(text) => answer(&app, frame, clerk, Some(text), given.reason).await,
    }
}
