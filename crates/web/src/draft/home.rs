//! `/desk/law`: what is in force, what is proposed, what is being written.

use crate::account::Clerk;
use crate::frame::Frame;
use crate::house::App;
use crate::rehearsal::Job;
use crate::screening::time;
use crate::trouble::{Trouble, page};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use desk::ports::{Adoption, Draft, Role};
use desk::{Desk, Fault};
use domain::ledger::event::Replayed;
use domain::statute::{Standing, State as Standings};
use std::sync::Arc;

const PROPOSALS: usize = 50;
/// Characters of a title.
pub(super) const TITLE: usize = 60;

/// What the store knows.
pub(super) struct Known {
    adoptions: Vec<(Adoption, String)>,
    proposals: Vec<(Standing, String)>,
    drafts: Vec<(Draft, String)>,
    replay: Option<Replayed>,
    /// The pack that came with the program differs from the one in force and never was in force.
    offered: bool,
}

#[derive(Template)]
#[template(path = "draft/home.html")]
struct Page {
    frame: Frame,
    clerk: Clerk,
    digest: String,
    known: Known,
    rehearsals: Vec<Arc<Job>>,
    refusal: Option<&'static str>,
    title: String,
}

pub(crate) async fn home(
    State(app): State<App>,
    frame: Frame,
    clerk: Clerk,
) -> Result<Response, Trouble> {
    clerk.may(&[Role::Office])?;
    answer(&app, frame, clerk, None, String::new()).await
}

/// The page, with what was wrong with a new draft.
pub(super) async fn answer(
    app: &App,
    frame: Frame,
    clerk: Clerk,
    refusal: Option<&'static str>,
    title: String,
) -> Result<Response, Trouble> {
    Ok(page(Page {
        digest: app.desk().law().digest().to_owned(),
        known: app.read(known).await?,
        rehearsals: app.rehearsals.all(),
        frame,
        clerk,
        refusal,
        title,
    }))
}

fn known(desk: &Desk) -> Result<Known, Fault> {
    let adoptions = desk.store.adoptions()?;
    let ours = desk.offered.digest();
    let offered = ours != desk.law().digest() && !adoptions.iter().any(|one| one.digest == ours);
    let mut proposals = desk.store.proposals(PROPOSALS)?;
    // What waits for a signature comes first; the order of time stays within.
    proposals.sort_by_key(|(standing, _)| standing.state != Standings::Open);
    let timed = |at| time(at);
    Ok(Known {
        replay: desk
            .store
            .replays(1)?
            .into_iter()
            .next()
            .map(|(last, _)| last),
        drafts: desk
            .store
            .drafts()?
            .into_iter()
            .map(|draft| {
                let at = timed(draft.changed);
                (draft, at)
            })
            .collect(),
        proposals: proposals
            .into_iter()
            .map(|(one, at)| (one, timed(at)))
            .collect(),
        adoptions: adoptions
            .into_iter()
            .map(|one| {
                let at = timed(one.at);
                (one, at)
            })
            .collect(),
        offered,
    })
}
