//! `/desk/law/proposals/{seq}`: what somebody wants to be the law, and who may sign it.

use crate::account::Clerk;
use crate::frame::Frame;
use crate::house::App;
use crate::rehearsal::Job;
use crate::screening::time;
use crate::statute::{Altered, Names};
use crate::trouble::{Trouble, page};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use desk::ports::{Adoption, Role};
use desk::{Desk, Fault};
use domain::statute::{Refusal, Standing, State as Standings};
use std::sync::Arc;

struct View {
    standing: Standing,
    at: String,
    changes: Vec<Altered>,
    adoption: Option<(Adoption, String)>,
    /// Statutes it changed, for the way into the library.
    statutes: Vec<String>,
}

#[derive(Template)]
#[template(path = "proposal/show.html")]
struct Page {
    frame: Frame,
    clerk: Clerk,
    view: View,
    open: bool,
    /// The reader proposed it.
    own: bool,
    overtaken: bool,
    rehearsals: Vec<Arc<Job>>,
    refusal: Option<String>,
}

impl Page {
    fn same_person(&self) -> &'static str {
        Refusal::SamePerson.text()
    }

    fn overtaken_text(&self) -> &'static str {
        Refusal::Overtaken.text()
    }
}

pub(crate) async fn show(
    State(app): State<App>,
    frame: Frame,
    clerk: Clerk,
    Path(seq): Path<u64>,
) -> Result<Response, Trouble> {
    clerk.may(&[Role::Office])?;
    answer(&app, frame, clerk, seq, None).await
}

/// The page, with why something was not done.
pub(super) async fn answer(
    app: &App,
    frame: Frame,
    clerk: Clerk,
    seq: u64,
    refusal: Option<String>,
) -> Result<Response, Trouble> {
    let view = app
        .read(move |desk| view(desk, seq))
        .await?
        .ok_or_else(missing)?;
    let status = match refusal {
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    let proposed = &view.standing.proposed;
    let shown = page(Page {
        open: view.standing.state == Standings::Open,
        own: proposed.by == clerk.account.name,
        overtaken: proposed.base != app.desk().law().digest(),
        rehearsals: app.rehearsals.with(&proposed.digest),
        frame,
        clerk,
        view,
        refusal,
    });
    Ok((status, shown).into_response())
}

pub(super) fn missing() -> Trouble {
    Trouble::Missing(format!(
        "{}。请回到“规则变更”查看。",
        Refusal::Unknown.text()
    ))
}

fn view(desk: &Desk, seq: u64) -> Result<Option<View>, Fault> {
    let Some((standing, at)) = desk.store.proposal(seq)? else {
        return Ok(None);
    };
    let proposed = &standing.proposed;
    let (base, then) = (desk.pack(&proposed.base)?, desk.pack(&proposed.digest)?);
    let adoptions = desk.store.adoptions()?.into_iter();
    let adoption = adoptions.into_iter().find(|one| one.proposal == Some(seq));
    let mut statutes: Vec<String> = proposed
        .files
        .iter()
        .filter_map(|path| path.rsplit_once('/').map(|(folder, _)| folder.to_owned()))
        .filter(|folder| then.statute(folder).is_some())
        .collect();
    statutes.dedup();
    Ok(Some(View {
        at: time(at),
        changes: Altered::all(&Names::of(&then), &law::diff(&base, &then)),
        adoption: adoption.map(|one| {
            let at = time(one.at);
            (one, at)
        }),
        statutes,
        standing,
    }))
}
