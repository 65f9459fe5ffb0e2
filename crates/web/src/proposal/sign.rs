//! The second signature, and its refusal.

use super::show::{answer, missing};
use crate::account::Clerk;
use crate::frame::Frame;
use crate::house::App;
use crate::rehearsal;
use crate::trouble::Trouble;
use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use desk::Fault;
use desk::ports::Role;
use desk::statute::NotSigned;
use serde::Deserialize;

/// What became of a signature.
#[derive(Debug)]
pub(crate) enum Signed<T> {
    Done(T),
    /// Why not, with the remedy.
    Not(String),
}

/// A lawful "no" is a sentence, a fault of ours stays a fault.
pub(crate) fn signed<T>(done: Result<T, NotSigned>) -> Result<Signed<T>, Fault> {
    match done {
        Ok(value) => Ok(Signed::Done(value)),
        Err(NotSigned::Fault(fault)) => Err(fault),
        Err(NotSigned::Refused(refusal)) => Ok(Signed::Not(format!("{}。", refusal.text()))),
        Err(NotSigned::Unproved(claims)) => Ok(Signed::Not(format!(
            "规则包不具备必须的性质：{}。请改正规则，“检查”通过后再提出。",
            claims.join("；")
        ))),
        Err(NotSigned::Pack(findings)) => {
            let first = findings
                .first()
                .map(ToString::to_string)
                .unwrap_or_default();
            let count = findings.len();
            Ok(Signed::Not(format!(
                "规则包不能装入，共 {count} 处问题，第一处：{first}。请先“检查”，改正后再提出。"
            )))
        }
    }
}

#[derive(Debug, Deserialize)]
pub(crate) struct Adopting {
    /// `1` when the signer says that he compared the change.
    #[serde(default)]
    compared: String,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Declining {
    #[serde(default)]
    reason: String,
}

/// `POST /desk/law/proposals/{seq}/adoption`
pub(crate) async fn adopt(
    State(app): State<App>,
    frame: Frame,
    clerk: Clerk,
    Path(seq): Path<u64>,
    Form(given): Form<Adopting>,
) -> Result<Response, Trouble> {
    clerk.may(&[Role::Office])?;
    if given.compared != "1" {
        let text = "请先核对变更内容和试算结果，再勾选“已核对”。".to_owned();
        return answer(&app, frame, clerk, seq, Some(text)).await;
    }
    let actor = clerk.actor();
    let done = app
        .read(move |desk| signed(desk.adopt(&actor, seq)))
        .await?;
    back(&app, frame, clerk, seq, done).await
}

/// `POST /desk/law/proposals/{seq}/refusal`
pub(crate) async fn decline(
    State(app): State<App>,
    frame: Frame,
    clerk: Clerk,
    Path(seq): Path<u64>,
    Form(given): Form<Declining>,
) -> Result<Response, Trouble> {
    clerk.may(&[Role::Office])?;
    if given.reason.trim().is_empty() {
        let text = "请写明不采用的理由。".to_owned();
        return answer(&app, frame, clerk, seq, Some(text)).await;
    }
    let actor = clerk.actor();
    let done = app
        .read(move |desk| signed(desk.decline(&actor, seq, &given.reason)))
        .await?;
    back(&app, frame, clerk, seq, done).await
}

async fn back<T>(
    app: &App,
    frame: Frame,
    clerk: Clerk,
    seq: u64,
    done: Signed<T>,
) -> Result<Response, Trouble> {
    match done {
        Signed::Done(_) => Ok(Redirect::to(&format!("/desk/law/proposals/{seq}")).into_response()),
        Signed::Not(text) => answer(app, frame, clerk, seq, Some(text)).await,
    }
}

/// `POST /desk/law/proposals/{seq}/rehearsal`: whoever signs may see for himself.
pub(crate) async fn rehearse(
    State(app): State<App>,
    clerk: Clerk,
    Path(seq): Path<u64>,
) -> Result<Response, Trouble> {
    clerk.may(&[Role::Office])?;
    let pack = app
        .read(move |desk| match desk.store.proposal(seq)? {
            Some((standing, _)) => desk.pack(&standing.proposed.digest).map(Some),
            None => Ok(None),
        })
        .await?;
    let pack = pack.ok_or_else(missing)?;
    let (title, back) = (
        format!("提案第 {seq} 号"),
        format!("/desk/law/proposals/{seq}"),
    );
    let job = rehearsal::start(&app, pack, title, back, clerk.account.name)?;
    let job = job.ok_or_else(rehearsal::full)?;
    Ok(Redirect::to(&format!("/desk/law/rehearsals/{job}")).into_response())
}
