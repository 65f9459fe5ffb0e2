//! Everything that can happen, on one screen.

use super::entry::Entry;
use super::step::{self, Step};
use crate::basis::Basis;
use crate::code::Code;
use crate::duty::{Declared, Moved, Reminded};
use crate::entity::{Aliased, Doubted, Organ, Registered, Renamed};
use crate::filing::{Filed, Revoked, Submission};
use crate::grade::{GradeRun, GradesChanged};
use crate::inspection::{batch, inspector, visit};
use crate::listing::{self, attention};
use crate::procedure::Refused;
use crate::publication::Hidden;
use crate::repair::{self, Relieved};
use crate::screening::{CaseDecided, Screened};
use crate::statute::{Adopted, Declined, Proposed};
use crate::{commitment, discipline, exchange, feedback, notice, objection, referral};
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
    Commitment(Step<commitment::Event>),
    Listing(Step<listing::Event>),
    Attention(Step<attention::Event>),
    Discipline(Step<discipline::Event>),
    Feedback(Step<feedback::Event>),
    Repair(Step<repair::Event>),
    Objection(Step<objection::Event>),
    Referral(Step<referral::Event>),
    Notice(Step<notice::Event>),
    Exchange(Step<exchange::Event>),
    Relieved(Relieved),
    PartnerEntered(exchange::Partner),
    DutyMoved(Moved),
    Refused(Refused),
    Inspector(Step<inspector::Event>),
    Draw(Step<batch::Event>),
    Visit(Step<visit::Event>),
}

/// The words of events that are steps of procedures.
const STEPS: [&str; 13] = [
    "commitment",
    "listing",
    "attention",
    "discipline",
    "feedback",
    "repair",
    "objection",
    "referral",
    "notice",
    "exchange",
    "inspector",
    "draw",
    "visit",
];

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
    /// The head of the entry that states the event, and the texts that stand in its values.
    ///
    /// Messages of the exchange hold digests in the place of texts, so nothing is lifted from them.
    pub fn head(&self) -> Result<(String, Vec<(String, String)>), serde_json::Error> {
        if !self.is_step() || matches!(self, Self::Exchange(_)) {
            return Ok((serde_json::to_string(self)?, Vec::new()));
        }
        let mut head = serde_json::to_value(self)?;
        let texts = step::lift(&mut head);
        Ok((head.to_string(), texts))
    }

    /// The event an entry states, with its texts as far as they were not redacted.
    pub fn of(entry: &Entry) -> Result<Self, serde_json::Error> {
        if entry.values.is_empty() || !STEPS.contains(&entry.kind.as_str()) {
            return serde_json::from_str(&entry.head);
        }
        let mut head = serde_json::from_str(&entry.head)?;
        step::fill(&mut head, entry);
        serde_json::from_value(head)
    }

    /// Whether it is a step of a procedure.
    pub fn is_step(&self) -> bool {
        STEPS.contains(&self.kind())
    }

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
            Self::Commitment(_) => "commitment",
            Self::Listing(_) => "listing",
            Self::Attention(_) => "attention",
            Self::Discipline(_) => "discipline",
            Self::Feedback(_) => "feedback",
            Self::Repair(_) => "repair",
            Self::Objection(_) => "objection",
            Self::Referral(_) => "referral",
            Self::Notice(_) => "notice",
            Self::Exchange(_) => "exchange",
            Self::Relieved(_) => "relieved",
            Self::PartnerEntered(_) => "partner-entered",
            Self::DutyMoved(_) => "duty-moved",
            Self::Refused(_) => "refused",
            Self::Inspector(_) => "inspector",
            Self::Draw(_) => "draw",
            Self::Visit(_) => "visit",
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
            Self::Commitment(step) => step.entity,
            Self::Listing(step) => step.entity,
            Self::Attention(step) => step.entity,
            Self::Discipline(step) => step.entity,
            Self::Feedback(step) => step.entity,
            Self::Repair(step) => step.entity,
            Self::Objection(step) => step.entity,
            Self::Referral(step) => step.entity,
            Self::Notice(step) => step.entity,
            Self::Exchange(step) => step.entity,
            Self::Inspector(step) => step.entity,
            Self::Draw(step) => step.entity,
            Self::Visit(step) => step.entity,
            Self::Relieved(event) => Some(event.entity),
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
            | Self::Replayed(_)
            | Self::PartnerEntered(_)
            | Self::DutyMoved(_)
            | Self::Refused(_) => None,
        }
    }

    /// The articles this event rests on, each once.
    pub fn bases(&self) -> Vec<Basis> {
        let mut bases: Vec<Basis> = match self {
            Self::Filed(filed) => filed.bases(),
            Self::Revoked(revoked) => revoked.due.iter().map(|due| due.basis.clone()).collect(),
            Self::Hidden(hidden) => vec![hidden.basis.clone()],
            Self::DutyDeclared(declared) => vec![declared.due.basis.clone()],
            Self::DutyMoved(moved) => vec![moved.due.basis.clone()],
            Self::Commitment(step) => step.did.bases(),
            Self::Listing(step) => step.did.bases(),
            Self::Attention(step) => step.did.bases(),
            Self::Discipline(step) => step.did.bases(),
            Self::Feedback(step) => step.did.bases(),
            Self::Repair(step) => step.did.bases(),
            Self::Objection(step) => step.did.bases(),
            Self::Referral(step) => step.did.bases(),
            Self::Notice(step) => step.did.bases(),
            Self::Exchange(step) => step.did.bases(),
            Self::Inspector(step) => step.did.bases(),
            Self::Draw(step) => step.did.bases(),
            Self::Visit(step) => step.did.bases(),
            Self::Relieved(relieved) => vec![relieved.basis.clone()],
            Self::Refused(refused) => refused.basis.iter().cloned().collect(),
            _ => Vec::new(),
        };
        bases.sort();
        bases.dedup();
        bases
    }
}
