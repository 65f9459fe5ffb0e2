//! Law packs: those in force one after another, those proposed, and drafts.

use crate::Fault;
use domain::ledger::event::Replayed;
use domain::statute::Standing;
use serde::Serialize;
use std::collections::BTreeMap;

/// Path inside `law/` to text.
pub type Files = BTreeMap<String, String>;

/// Packs and how they came into force.
pub trait Packs {
    /// The texts of a pack that was proposed or adopted.
    fn pack(&self, digest: &str) -> Result<Option<Files>, Fault>;
    /// Latest first; the first one decides now.
    fn adoptions(&self) -> Result<Vec<Adoption>, Fault>;
    /// Latest first, with the instant of the proposal.
    fn proposals(&self, limit: usize) -> Result<Vec<(Standing, i64)>, Fault>;
    fn proposal(&self, seq: u64) -> Result<Option<(Standing, i64)>, Fault>;
    /// Samples of past decisions computed again, latest first.
    fn replays(&self, limit: usize) -> Result<Vec<(Replayed, i64)>, Fault>;
    fn drafts(&self) -> Result<Vec<Draft>, Fault>;
    fn draft(&self, id: u64) -> Result<Option<Draft>, Fault>;
    /// Writes a draft; with id 0 a new one. Returns its id.
    fn put_draft(&self, draft: &Draft) -> Result<u64, Fault>;
    fn end_draft(&self, id: u64) -> Result<(), Fault>;
}

/// A pack that came into force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Adoption {
    pub seq: u64,
    pub digest: String,
    /// Milliseconds since 1970-01-01T00:00Z.
    pub at: i64,
    pub rules: u64,
    pub unconfirmed: u64,
    pub proposal: Option<u64>,
    pub signed: Vec<String>,
}

/// A rule change somebody is writing. It is not in the ledger: nothing was proposed yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Draft {
    /// 0 before it was written for the first time.
    pub id: u64,
    pub author: String,
    pub title: String,
    /// Digest of the pack it changes.
    pub base: String,
    /// The changed files only.
    pub files: Files,
    pub changed: i64,
}
