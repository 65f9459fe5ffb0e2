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
use domain::ledger::Event;
use domain::statute::{Declined, Refusal, Standing, State as Standings};
use std::sync::Arc;

/// Proposals looked through.
const PROPOSALS: usize = 10_000;
/// Entries read at once, and how often, in search of the entry that declined a proposal.
const STRIDE: usize = 5_000;
const STRIDES: usize = 20;

struct View {
    standing: Standing,
    at: String,
    changes: Vec<Altered>,
    adoption: Option<(Adoption, String)>,
    declined: Option<Declined>,
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

pub(super) fn standing(desk: &Desk, seq: u64) -> Result<Option<(Standing, i64)>, Fault> {
    let all = desk.store.proposals(PROPOSALS)?;
    Ok(all.into_iter().find(|(standing, _)| standing.seq == seq))
}

fn view(desk: &Desk, seq: u64) -> Result<Option<View>, Fault> {
    let Some((standing, at)) = standing(desk, seq)? else {
        return Ok(None);
    };
    let proposed = &standing.proposed;
    let (base, then) = (desk.pack(&proposed.base)?, desk.pack(&proposed.digest)?);
    let adoptions = desk.store.adoptions()?.into_iter();
    let adoption = adoptions.into_iter().find(|one| one.proposal == Some(seq));
    let declined = match standing.state {
        Standings::Declined => declined(desk, seq)?,
        _ => None,
    };
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
        declined,
        statutes,
        standing,
    }))
}

/// The entry that declined a proposal: it stands somewhere after the proposal, most often close.
fn declined(desk: &Desk, seq: u64) -> Result<Option<Declined>, Fault> {
    let mut after = Some(seq);
    for _ in 0..STRIDES {
        let entries = desk.store.changes(after, STRIDE)?;
        let Some((last, _)) = entries.last() else {
            return Ok(None);
        };
        after = Some(*last);
        for (_, entry) in entries
            .iter()
            .filter(|(_, entry)| entry.kind == "law-declined")
        {
            let event = serde_json::from_str(&entry.head);
            if let Ok(Event::LawDeclined(found)) = event
                && found.proposal == seq
            {
                return Ok(Some(found));
            }
        }
    }
    Ok(None)
}
