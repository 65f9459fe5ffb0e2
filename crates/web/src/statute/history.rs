//! When the files of a statute came into force in this ledger.

use crate::screening::time;
use desk::{Desk, Fault};

/// Proposals looked through for the files they changed.
const PROPOSALS: usize = 1_000;

/// An adoption that touched a statute.
#[derive(Debug, Clone)]
pub(super) struct Step {
    pub seq: u64,
    pub time: String,
    pub digest: String,
    /// Why, as the proposal states it; absent for the pack a ledger begins with.
    pub reason: Option<String>,
    /// Files of the statute that changed.
    pub files: Vec<String>,
}

/// Adoptions that changed a file of the statute, latest first; the founding one is always among them.
pub(super) fn of(desk: &Desk, statute: &str) -> Result<Vec<Step>, Fault> {
    let proposals = desk.store.proposals(PROPOSALS)?;
    let folder = format!("{statute}/");
    let steps = desk.store.adoptions()?.into_iter().filter_map(|adoption| {
        let proposal = adoption.proposal.and_then(|seq| {
            let found = proposals.iter().find(|(standing, _)| standing.seq == seq);
            found.map(|(standing, _)| &standing.proposed)
        });
        let files = proposal.map_or_else(Vec::new, |proposed| {
            let ours = proposed
                .files
                .iter()
                .filter(|path| path.starts_with(&folder));
            ours.cloned().collect()
        });
        let founding = adoption.proposal.is_none();
        (founding || !files.is_empty()).then(|| Step {
            seq: adoption.seq,
            time: time(adoption.at),
            digest: adoption.digest,
            reason: proposal.map(|proposed| proposed.reason.clone()),
            files,
        })
    });
    Ok(steps.collect())
}
