//! A visit (现场检查、非接触检查): one entity is looked at, by one organ or by several that enter
//! together (进一次门、查多项事, R64).
//!
//! A visit rests on a lot of a draw, or on an exception the law names. It is approved by every organ
//! that takes part, told to the entity, begun by inspectors who may inspect, recorded item by item,
//! and its result is shown. **A result is no penalty**: no type here holds a measure, and nothing but
//! a decision of another procedure can follow from it (R66).

mod after;
mod before;
mod case;
mod decide;
mod event;
mod law;
mod plan;
mod refusal;
mod spot;
#[cfg(test)]
mod tests;

pub use case::{Approval, Arrived, Begun, Case, Ended, Ready, Stage, Start};
pub use decide::{Ask, Command, Entering, ask, decide};
pub use event::Event;
pub use law::{ExceptionRule, Given, Inspector, ItemRule, Law, ResultRule, Staff, Unfit, Visited};
pub use plan::{Plan, Share, Wanted, Why, assign};
pub use refusal::Refusal;

use super::Item;
use crate::basis::Basis;
use crate::code::Code;
use crate::ledger::Hash;
use crate::procedure::{Delivery, Person};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Word of the duty to show the result, as `law/catalog/duties.toml` has it.
pub const RESULT: &str = "inspection-result";

/// Why an entity is visited.
///
/// STORED: part of `assigned` events. Add variants at the end only.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "cause", rename_all = "kebab-case")]
pub enum Cause {
    /// 双随机抽查: a lot of the draw of this number.
    Lot { draw: u64, ticket: String },
    /// 投诉举报、线索、事故、法定等情形: the law lets it go beyond the cap (R63, R68).
    Exception {
        word: String,
        name: String,
        /// What was complained of, or what the clue is.
        words: String,
        basis: Basis,
    },
}

impl Cause {
    /// Whether the law lets the visit go beyond the cap.
    pub fn excepted(&self) -> bool {
        matches!(self, Self::Exception { .. })
    }
}

/// An item that is going to be looked at.
///
/// STORED: part of `assigned` and `joined` events. Add fields at the end only, with a default.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PlannedItem {
    pub code: String,
    pub name: String,
    pub kind: Item,
    /// Somebody comes to the entity for it; else it is looked at from afar (R74).
    pub on_site: bool,
    /// The article that lets the organ look at it.
    pub basis: Basis,
}

/// What one organ does in a visit.
///
/// STORED: part of `assigned` and `joined` events. Add fields at the end only, with a default.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Part {
    pub organ: Code,
    pub items: Vec<PlannedItem>,
    /// 执法证号 of those who go.
    pub team: Vec<String>,
    /// 牵头: serves the notice, begins, ends and shows the result.
    pub lead: bool,
    /// Came in after the assignment, so that an exception of the lead does not excuse it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub joined: bool,
    /// The lot by which it joined; what the visit itself comes from stands in its cause.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lot: Option<Lot>,
}

/// An object that was drawn.
///
/// STORED: part of `joined` events.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Lot {
    pub draw: u64,
    pub ticket: String,
}

impl Part {
    pub fn item(&self, code: &str) -> Option<&PlannedItem> {
        self.items.iter().find(|item| item.code == code)
    }

    pub fn on_site(&self) -> bool {
        self.items.iter().any(|item| item.on_site)
    }

    /// Whether it holds what the cap and the rate of a grade limit: general items on site.
    pub fn limited(&self) -> bool {
        let mut items = self.items.iter();
        items.any(|item| item.on_site && item.kind == Item::General)
    }
}

/// One visit as it was assigned.
///
/// STORED: part of `assigned` events. Add fields at the end only, with a default.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Task {
    pub cause: Cause,
    pub entity: Code,
    pub parts: Vec<Part>,
    /// Last day on which it can begin.
    pub until: Date,
}

impl Task {
    /// The draw it comes from.
    pub fn draw(&self) -> Option<u64> {
        match &self.cause {
            Cause::Lot { draw, .. } => Some(*draw),
            Cause::Exception { .. } => None,
        }
    }

    /// The lot by which an organ takes part: its inspectors were drawn with it.
    pub fn lot(&self, part: &Part) -> Option<Lot> {
        match (&self.cause, part.joined) {
            (Cause::Lot { draw, ticket }, false) => Some(Lot {
                draw: *draw,
                ticket: ticket.clone(),
            }),
            _ => part.lot.clone(),
        }
    }

    pub fn part(&self, organ: &Code) -> Option<&Part> {
        self.parts.iter().find(|part| part.organ == *organ)
    }

    /// The organ that leads. INVARIANT: an assigned visit has exactly one.
    pub fn lead(&self) -> Option<&Part> {
        self.parts.iter().find(|part| part.lead)
    }

    pub fn leads(&self, organ: &Code) -> bool {
        self.lead().is_some_and(|part| part.organ == *organ)
    }

    /// Every item with its organ.
    pub fn items(&self) -> impl Iterator<Item = (&Part, &PlannedItem)> {
        let parts = self.parts.iter();
        parts.flat_map(|part| part.items.iter().map(move |item| (part, item)))
    }

    /// Whether somebody comes to the entity at all (R74).
    pub fn on_site(&self) -> bool {
        self.parts.iter().any(Part::on_site)
    }

    /// Whether a general item is looked at on site.
    pub fn general(&self) -> bool {
        self.parts.iter().any(Part::limited)
    }

    /// Whether the cap holds for it: a general item on site that no exception excuses.
    pub fn capped(&self) -> bool {
        let mut parts = self.parts.iter().filter(|part| part.limited());
        parts.any(|part| part.joined || !self.cause.excepted())
    }

    fn team(&self, certificate: &str) -> Option<&Part> {
        let mut parts = self.parts.iter();
        parts.find(|part| part.team.iter().any(|known| known == certificate))
    }

    fn part_mut(&mut self, organ: &Code) -> Option<&mut Part> {
        self.parts.iter_mut().find(|part| part.organ == *organ)
    }
}

/// How the entity was told beforehand, or why it was not.
///
/// STORED: part of `noticed` events. Add variants at the end only.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "notice", rename_all = "kebab-case")]
pub enum Notice {
    Served {
        delivery: Delivery,
    },
    /// The law lets an exception be looked into unannounced.
    Waived {
        basis: Basis,
    },
}

impl Notice {
    /// The name a user reads.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Served { .. } => "已送达检查通知书",
            Self::Waived { .. } => "依法不事先通知",
        }
    }
}

/// Who asks that somebody stays away.
///
/// STORED: part of `recusal-asked` events.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "kebab-case")]
pub enum Asker {
    Entity {
        account: String,
    },
    /// An organ of the visit, also for an inspector who declares it himself.
    Organ {
        account: String,
        organ: Code,
    },
}

/// A request that an inspector stays away (回避, R67), and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recusal {
    pub certificate: String,
    /// Word of the ground in the law pack.
    pub ground: String,
    pub words: String,
    pub asked: Asker,
    pub on: Date,
    pub decided: Option<Ruling>,
}

/// What the organ decided about a recusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ruling {
    pub granted: bool,
    /// Who comes in; absent where it was not granted, or where the place stays open.
    pub comes: Option<String>,
    pub reason: String,
    pub by: Person,
    pub on: Date,
}

/// What an inspector answered to one line of a checklist.
///
/// STORED: part of `recorded` events.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Answer {
    /// Key of the line.
    pub key: String,
    pub answer: Reply,
}

/// STORED: part of `recorded` events. A text is lifted out of the head.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Reply {
    Tick(bool),
    Text(String),
}

/// What was found about one item.
///
/// STORED: part of `recorded` events. Add fields at the end only, with a default.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Outcome {
    /// Code of the item.
    pub item: String,
    /// 检查结果代码
    pub result: String,
    pub words: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub answers: Vec<Answer>,
    /// Whether the law calls the result a problem. The decision sets it, whatever a phone says.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub problem: bool,
}

/// A picture or file that proves something. The ledger holds its digest and never the file.
///
/// STORED: part of `recorded` and `unreached` events. Add fields at the end only, with a default.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Evidence {
    /// Name of the file as the phone made it; it says nothing about anybody.
    pub name: String,
    /// Media type, for example `image/jpeg`.
    pub media: String,
    /// Length in bytes.
    pub bytes: u64,
    pub digest: Hash,
    /// What it shows.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// What one organ wrote down on the spot (现场检查笔录), made on a phone that may be offline.
///
/// STORED: part of `recorded` events. Add fields at the end only, with a default.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Record {
    pub organ: Code,
    /// Made on the phone before the first attempt to send, so that sending again changes nothing.
    pub client: String,
    pub results: Vec<Outcome>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<Evidence>,
    /// 执法证号 of those who signed.
    pub signed_by: Vec<String>,
    /// Digest of the record as the entity signed it; absent where it did not sign.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entity_signed: Option<Hash>,
    /// Why the entity did not sign.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// Time of the phone when it was finished, as the phone wrote it. It proves nothing.
    pub taken: String,
}

impl Record {
    pub fn of(&self, item: &str) -> Option<&Outcome> {
        self.results.iter().find(|outcome| outcome.item == item)
    }

    /// Whether the phone sent the same as before; what a decision set is left out.
    fn same(&self, other: &Self) -> bool {
        let bare = |record: &Self| {
            let mut record = record.clone();
            let results = record.results.iter_mut();
            results.for_each(|outcome| outcome.problem = false);
            record
        };
        bare(self) == bare(other)
    }
}

/// Something to be looked at again after a problem (R66).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FollowUp {
    pub organ: Code,
    pub item: String,
    pub what: String,
    /// Last day.
    pub by_day: Date,
    pub set: Date,
    pub done: Option<Followed>,
}

impl FollowUp {
    pub fn overdue(&self, today: Date) -> bool {
        self.done.is_none() && today > self.by_day
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Followed {
    pub words: String,
    pub by: Person,
    pub on: Date,
    pub late: bool,
}

/// Why nobody was met.
///
/// STORED: part of `unreached` events. Add variants at the end only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Absence {
    /// 停业或者关闭
    Closed,
    /// 搬离登记的住所
    Moved,
    /// 已注销或者被吊销
    Dissolved,
    /// 查无此地址
    NoSuchPlace,
}

impl Absence {
    pub const ALL: [Self; 4] = [
        Self::Closed,
        Self::Moved,
        Self::Dissolved,
        Self::NoSuchPlace,
    ];

    /// The name a user reads.
    pub fn name(self) -> &'static str {
        match self {
            Self::Closed => "已停业或者关闭",
            Self::Moved => "已搬离登记的住所（经营场所）",
            Self::Dissolved => "已注销或者被吊销",
            Self::NoSuchPlace => "登记的住所（经营场所）不存在",
        }
    }
}
