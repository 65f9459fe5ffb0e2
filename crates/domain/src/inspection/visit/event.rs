//! What happens to a visit.

use super::{Absence, Asker, Evidence, Notice, Part, Record, Task};
use crate::basis::Basis;
use crate::code::Code;
use crate::procedure::{Deadline, Document, Person, Shift};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What happened to a visit.
///
/// STORED: add variants at the end only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "kebab-case")]
pub enum Event {
    Assigned {
        task: Box<Task>,
        by: Person,
        on: Date,
    },
    /// 检查审批表: one organ approved its part.
    Approved {
        document: Document,
        by: Person,
        on: Date,
    },
    /// Another organ enters together with the others (R64).
    Joined { part: Part, by: Person, on: Date },
    Noticed {
        notice: Notice,
        by: Person,
        on: Date,
    },
    RecusalAsked {
        certificate: String,
        ground: String,
        words: String,
        asked: Asker,
        on: Date,
    },
    RecusalDecided {
        granted: bool,
        out: String,
        /// Who comes in; absent where it was not granted, or where the place stays open.
        #[serde(rename = "in", default, skip_serializing_if = "Option::is_none")]
        comes: Option<String>,
        reason: String,
        by: Person,
        on: Date,
    },
    Begun {
        on: Date,
        /// 扫码入企
        scanned: bool,
        present: Vec<String>,
        /// What the phone calls itself.
        device: String,
        /// Time of the phone, as it wrote it. It proves nothing.
        at: String,
        by: Person,
    },
    Recorded {
        record: Box<Record>,
        by: Person,
        on: Date,
    },
    /// All parts are recorded and signed.
    Ended {
        clock: Deadline,
        by: Person,
        on: Date,
    },
    /// The result is shown, until its time is over.
    Published {
        by: Person,
        on: Date,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        late: bool,
        /// First day on which it is not shown any more.
        ends: Date,
        basis: Basis,
    },
    FollowUpSet {
        item: String,
        what: String,
        by_day: Date,
        by: Person,
        on: Date,
    },
    FollowedUp {
        item: String,
        words: String,
        by: Person,
        on: Date,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        late: bool,
    },
    /// Nobody was met; in a draw the reserve comes in.
    Unreached {
        why: Absence,
        evidence: Vec<Evidence>,
        words: String,
        by: Person,
        on: Date,
    },
    CalledOff {
        reason: String,
        by: Person,
        on: Date,
    },
    /// Another calendar moved the last day to show the result.
    Shifted { shift: Shift },
    /// The result was not shown in time; told to the office.
    Escalated { duty: String, last: Date, on: Date },
    /// Somebody fills an open place.
    Filled {
        certificate: String,
        reason: String,
        by: Person,
        on: Date,
    },
}

impl Event {
    /// The articles this event rests on.
    pub fn bases(&self) -> Vec<Basis> {
        let items = |part: &Part| -> Vec<Basis> {
            let items = part.items.iter();
            items.map(|item| item.basis.clone()).collect()
        };
        match self {
            Self::Assigned { task, .. } => {
                let mut bases: Vec<Basis> = task.parts.iter().flat_map(items).collect();
                if let super::Cause::Exception { basis, .. } = &task.cause {
                    bases.push(basis.clone());
                }
                bases
            }
            Self::Joined { part, .. } => items(part),
            Self::Noticed {
                notice: Notice::Waived { basis },
                ..
            } => vec![basis.clone()],
            Self::Ended { clock, .. } => vec![clock.basis.clone()],
            Self::Published { basis, .. } => vec![basis.clone()],
            _ => Vec::new(),
        }
    }

    /// The entity of an event that begins a visit.
    pub fn entity(&self) -> Option<Code> {
        match self {
            Self::Assigned { task, .. } => Some(task.entity),
            _ => None,
        }
    }
}
