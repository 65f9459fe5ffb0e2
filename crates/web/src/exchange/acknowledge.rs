//! `POST /desk/exchange/{serial}`: an organ says that it did what a message told it.

use crate::account::Clerk;
use crate::house::App;
use crate::trouble::Trouble;
use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use desk::ports::Role;
use desk::procedure::NotDone;
use domain::exchange::Answer;
use serde::Deserialize;

#[derive(Debug, Deserialize)]
pub(crate) struct Given {
    answer: Answer,
}

pub(crate) async fn acknowledge(
    State(app): State<App>,
    clerk: Clerk,
    Path(serial): Path<u64>,
    Form(given): Form<Given>,
) -> Result<Response, Trouble> {
    let organ = clerk.organ(&[Role::Organ, Role::Office])?;
    let actor = clerk.actor();
    let done = app
        .read(
            move |desk| match desk.acknowledge(&actor, serial, organ.as_str(), given.answer) {
                Err(NotDone::Fault(fault)) => Err(fault),
                other => Ok(other),
            },
        )
        .await?;
    match done {
        Ok(()) => Ok(Redirect::to("/desk/exchange?done=1").into_response()),
        Err(no) => Err(Trouble::Missing(format!("{}。", no.text()))),
    }
}
