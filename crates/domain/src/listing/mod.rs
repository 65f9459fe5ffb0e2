//! Listings: one entity on one list, from the proposal to the end.
//!
//! A listing is a case that cannot skip a step: the data of a step exists in no state before it.
//! Nobody is on a list before a decision, nobody is decided about before the window for a plea, and
//! no listing is without an end.

pub mod attention;
mod decide;
mod exit;
mod refusal;
mod state;
#[cfg(test)]
pub(crate) mod tests;

pub use decide::{
    Command, Decision, Given, Leave, Notification, Proposal, Publishing, decide, displaced, tick,
};
pub use exit::{Linkage, Way, linkage, ways};
pub use refusal::Refusal;
pub use state::{Dropped, Effective, Ended, Listed, Listing, Notified, Published, Ready};

use crate::basis::Basis;
use crate::blacklist::{Clause, Kind, Level};
use crate::code::Code;
use crate::person::{Key, LinkedPerson};
use crate::procedure::{Deadline, Delivery, Document, Person, Remedy, Shift};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A clause of the law as a case quotes it.
///
/// STORED: part of listing events.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Quoted {
    pub key: String,
    pub text: String,
    pub basis: Basis,
}

impl From<&Clause> for Quoted {
    fn from(clause: &Clause) -> Self {
        Self {
            key: clause.key.as_ref().to_owned(),
            text: clause.text.as_ref().to_owned(),
            basis: clause.basis.clone(),
        }
    }
}

/// A document a listing rests on.
///
/// STORED: part of listing events.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Trigger {
    /// Word of its kind, from `law/catalog/evidence.toml`.
    pub evidence: String,
    pub document: Document,
    /// The day it took effect; absent while it can still be appealed or was never served.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effective: Option<Date>,
    /// The day it was revoked or found unlawful.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked: Option<Date>,
}

impl Trigger {
    /// Whether a listing may rest on it on `day` (R80).
    pub fn holds(&self, day: Date) -> bool {
        self.effective.is_some_and(|from| from <= day) && self.revoked.is_none_or(|end| day < end)
    }
}

/// Somebody wants an entity on a list.
///
/// STORED: the first event of a listing.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Proposed {
    /// Word of the list.
    pub list: String,
    pub list_name: String,
    pub kind: Kind,
    pub level: Level,
    pub entity: Code,
    /// Word of its form of organisation.
    pub form: String,
    /// The criteria that are met, as the law words them.
    pub grounds: Vec<Quoted>,
    pub triggers: Vec<Trigger>,
    /// Reasons, in Chinese.
    pub reasons: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub persons: Vec<LinkedPerson>,
    pub by: Person,
    pub on: Date,
    /// Until when the organ must tell the entity; absent where being listed is no burden.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<Deadline>,
    pub basis: Basis,
}

/// The entity was told what is proposed, why, by which law, and what it may do.
///
/// STORED: part of listing events.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Notice {
    /// Number of the 告知书.
    pub number: String,
    pub delivery: Delivery,
    pub remedy: Remedy,
    /// 陈述申辩期
    pub plea: Deadline,
    /// The organ served it after its own last day.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub late: bool,
}

/// 陈述申辩: what the entity answered. Its words lie with the file, never in an event.
///
/// STORED: part of listing events.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Plea {
    /// Number under which the paper was received.
    pub receipt: String,
    pub on: Date,
    /// The entity declares that it has nothing to add, so the window need not be waited for.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub closing: bool,
}

/// A listing as decided.
///
/// STORED: part of listing events.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Entry {
    pub list: String,
    pub list_name: String,
    pub kind: Kind,
    pub level: Level,
    pub entity: Code,
    pub form: String,
    pub organ: Code,
    /// 列入决定书
    pub document: Document,
    /// What the decision says to each plea.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub answer: String,
    /// First day on the list: the day of the decision.
    pub on: Date,
    /// First day that is no longer on the list.
    pub ends: Date,
    /// First day on which an early exit may be asked for; absent where the law names no shortest time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub early: Option<Date>,
    pub exits: Vec<Quoted>,
    /// How to object, in Chinese.
    pub appeal: String,
    pub grounds: Vec<Quoted>,
    /// In and out with the entry, in one package (R87).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub persons: Vec<LinkedPerson>,
    pub basis: Basis,
    pub bases: Vec<Basis>,
}

impl Entry {
    /// Whether `day` lies within the term of the listing.
    pub fn holds(&self, day: Date) -> bool {
        self.on <= day && day < self.ends
    }

    /// The link of a person in a role.
    pub fn linked(&self, key: &Key, role: &str) -> Option<&LinkedPerson> {
        let same = |link: &&LinkedPerson| link.key == *key && link.role == role;
        self.persons.iter().find(same)
    }
}

/// The decision was served, with the way to repair, and shown to the public.
///
/// STORED: part of listing events.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Shown {
    pub on: Date,
    pub delivery: Delivery,
    /// Number of the 信用修复告知书 that was served with the decision (R102); absent for lists that
    /// burden nobody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repair: Option<String>,
    pub remedy: Remedy,
}

/// How a listing ended.
///
/// STORED: part of listing events. Add variants at the end only.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "how", rename_all = "kebab-case")]
pub enum Exit {
    /// Its time was over.
    Term,
    /// An exit the list itself names.
    Clause { key: String },
    /// 信用修复, by the repair case of this number.
    Repaired { repair: u64 },
    /// The document it rested on, or the decision itself, lost its force.
    Revoked,
    /// The entity is no more.
    Deregistered,
    /// An honorlist ends with a serious listing, that of this number.
    Serious { listing: u64 },
    /// The list is no longer in force.
    Repealed,
}

impl Exit {
    /// What a user reads.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Term => "期限届满，自动移出",
            Self::Clause { .. } => "符合移出条件，决定移出",
            Self::Repaired { .. } => "信用修复，移出名单",
            Self::Revoked => "列入依据被撤销或者确认违法、无效",
            Self::Deregistered => "主体已注销",
            Self::Serious { .. } => "被列入严重失信主体名单，守信名单同日终止",
            Self::Repealed => "名单依据失效",
        }
    }
}

/// The end of a listing.
///
/// STORED: part of listing events.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Leaving {
    #[serde(flatten)]
    pub how: Exit,
    /// The first day off the list, even when the platform stood still that day (R5).
    pub due: Date,
    pub on: Date,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<Document>,
    pub basis: Basis,
}

/// Why a proposal came to nothing.
///
/// STORED: part of listing events. Add variants at the end only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Drop {
    /// The decision says not to list, for example because of the plea.
    Decided,
    /// No document it rests on is in force any more.
    Revoked,
    /// The list is no longer in force.
    Repealed,
    Deregistered,
}

/// The clocks of a listing.
///
/// STORED: part of listing events. Add variants at the end only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Clock {
    /// The organ's time to serve the notice.
    Notice,
    /// The entity's time to answer.
    Plea,
}

/// What happened to a listing.
///
/// STORED: add variants at the end only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "kebab-case")]
pub enum Event {
    Proposed(Proposed),
    Notified(Notice),
    Pleaded(Plea),
    /// A clock was suspended, resumed, or moved by another calendar.
    Clock {
        of: Clock,
        deadline: Deadline,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        shift: Option<Shift>,
        on: Date,
    },
    Dropped {
        why: Drop,
        on: Date,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        document: Option<Document>,
    },
    Decided(Box<Entry>),
    Published(Shown),
    /// A person is no longer in the role.
    Unlinked {
        person: LinkedPerson,
        document: Document,
        on: Date,
    },
    /// One of several documents lost its force; the others carry the case.
    Weakened {
        number: String,
        revoked: Date,
        on: Date,
    },
    Ended(Leaving),
}

impl Event {
    /// The articles this event rests on.
    pub fn bases(&self) -> Vec<Basis> {
        match self {
            Self::Proposed(proposed) => {
                let notice = proposed.notice.iter().map(|clock| clock.basis.clone());
                std::iter::once(proposed.basis.clone())
                    .chain(notice)
                    .collect()
            }
            Self::Notified(notice) => vec![notice.plea.basis.clone()],
            Self::Clock { deadline, .. } => vec![deadline.basis.clone()],
            Self::Decided(entry) => entry.bases.clone(),
            Self::Ended(leaving) => vec![leaving.basis.clone()],
            Self::Unlinked { person, .. } => vec![person.basis.clone()],
            Self::Pleaded(_)
            | Self::Dropped { .. }
            | Self::Published(_)
            | Self::Weakened { .. } => Vec::new(),
        }
    }
}
