//! What an evaluation leaves in the ledger.

use crate::code::Code;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Grades that are new or changed, in order of codes.
///
/// STORED: the head of `graded` entries. Add fields at the end only, with a default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GradesChanged {
    pub as_of: Date,
    pub changes: Vec<GradeChange>,
}

/// The grade of one organisation from a day on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GradeChange {
    pub entity: Code,
    /// Word of the scale.
    pub scale: String,
    pub score: i32,
    /// Word of the grade.
    pub grade: String,
    /// The first later day on which the answer changes although nothing new happens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<Date>,
}

/// An evaluation of the whole population, or of what changed since the last one.
///
/// STORED: the head of `grade-run` entries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GradeRun {
    pub as_of: Date,
    /// Digest of the grades of all, in order of codes; absent for a run over what changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// Organisations looked at.
    pub entities: u64,
    /// Of these, the ones with another score, grade or next day than before.
    pub changed: u64,
    /// Word of the grade to how many have it; only for a run over all.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub counts: BTreeMap<String, u64>,
    /// Entries the run took into account.
    pub size: u64,
}
