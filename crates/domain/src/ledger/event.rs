//! Everything that can happen, on one screen.

use crate::basis::Basis;
use crate::code::Code;
use crate::duty::{Declared, Reminded};
use crate::entity::{Aliased, Doubted, Organ, Registered, Renamed};
use crate::filing::{Filed, Revoked, Submission};
use crate::grade::{GradeRun, GradesChanged};
use crate::publication::Hidden;
use crate::screening::{CaseDecided, Screened};
use crate::statute::{Adopted, Declined, Proposed};
use serde::{Deserialize, Serialize};

/// One event. Its JSON is the head of the entry.
///
/// STORED: written in the ledger since v0.1. Add variants at the end only; never rename one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    LawAdopted(Adopted),
    OrganRegistered(Organ),
    EntityRegistered(Registered),
    EntityRenamed(Renamed),
    EntityAliased(Aliased),
    Submitted(Submission),
    DutyDeclared(Declared),
    DutyReminded(Reminded),
    Filed(Box<Filed>),
    Revoked(Revoked),
    Hidden(Hidden),
    Screened(Screened),
    CaseDecided(CaseDecided),
    Redacted(Redacted),
    Doubted(Doubted),
    LawProposed(Proposed),
    LawDeclined(Declined),
    GradesChanged(GradesChanged),
    GradeRun(GradeRun),
    Replayed(Replayed),
}

/// Values of an earlier entry were erased; the tree still verifies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Redacted {
    pub entry: u64,
    pub names: Vec<String>,
    pub reason: String,
}

/// Past decisions were computed again by the law of their day and compared byte for byte (R3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replayed {
    pub on: jiff::civil::Date,
    /// Where the choice of the sample begins; whoever has it finds the same entries.
    pub seed: u64,
    pub compared: u64,
    /// Entries that came out otherwise.
    pub differing: Vec<u64>,
}

impl Event {
    /// The word of the event, as in the JSON and in `entry.kind`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::LawAdopted(_) => "law-adopted",
            Self::OrganRegistered(_) => "organ-registered",
            Self::EntityRegistered(_) => "entity-registered",
            Self::EntityRenamed(_) => "entity-renamed",
            Self::EntityAliased(_) => "entity-aliased",
            Self::Submitted(_) => "submitted",
            Self::DutyDeclared(_) => "duty-declared",
            Self::DutyReminded(_) => "duty-reminded",
            Self::Filed(_) => "filed",
            Self::Revoked(_) => "revoked",
            Self::Hidden(_) => "hidden",
            Self::Screened(_) => "screened",
            Self::CaseDecided(_) => "case-decided",
            Self::Redacted(_) => "redacted",
            Self::Doubted(_) => "doubted",
            Self::LawProposed(_) => "law-proposed",
            Self::LawDeclined(_) => "law-declined",
            Self::GradesChanged(_) => "grades-changed",
            Self::GradeRun(_) => "grade-run",
            Self::Replayed(_) => "replayed",
        }
    }

    /// The one organisation whose position this event changes or touches.
    pub fn entity(&self) -> Option<Code> {
        match self {
            Self::EntityRegistered(event) => Some(event.code),
            Self::EntityRenamed(event) => Some(event.code),
            Self::EntityAliased(event) => Some(event.code),
            Self::Filed(event) => event.entity,
            Self::Revoked(event) => event.entity,
            Self::Hidden(event) => event.entity,
            Self::Screened(event) => event.entity,
            // A doubt says nothing about the entity; it is about a document.
            Self::Doubted(_)
            | Self::CaseDecided(_)
            | Self::LawAdopted(_)
            | Self::OrganRegistered(_)
            | Self::Submitted(_)
            | Self::DutyDeclared(_)
            | Self::DutyReminded(_)
            | Self::Redacted(_)
            | Self::LawProposed(_)
            | Self::LawDeclined(_)
            | Self::GradesChanged(_)
            | Self::GradeRun(_)
            | Self::Replayed(_) => None,
        }
    }

    /// The articles this event rests on, each once.
    pub fn bases(&self) -> Vec<Basis> {
        let mut bases: Vec<Basis> = match self {
            Self::Filed(filed) => filed.bases(),
            Self::Revoked(revoked) => revoked.due.iter().map(|due| due.basis.clone()).collect(),
            Self::Hidden(hidden) => vec![hidden.basis.clone()],
            Self::DutyDeclared(declared) => vec![declared.due.basis.clone()],
            _ => Vec::new(),
        };
        bases.sort();
        bases.dedup();
        bases
    }
}
