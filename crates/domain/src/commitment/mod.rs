//! Commitments (信用承诺): what was promised, whether it was kept, and what may follow if not.

mod case;
mod register;
#[cfg(test)]
pub(crate) mod sample;
#[cfg(test)]
mod tests;

pub use case::{Breach, Broken, Case, Command, End, Found, Law, Notified, Plea, Stage, decide};
pub use register::{
    Against, Bar, By, Eligibility, Fault, Registry, eligible, register, register_all,
};

use crate::basis::Basis;
use crate::blacklist::Clause;
use crate::clock::Moved;
use crate::code::Code;
use crate::person::Key;
use crate::procedure::{Deadline, Delivery, Document, Person, Remedy};
use crate::publication::Window;
use crate::record::Severity;
use jiff::Span;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// 承诺类型
///
/// STORED: the words are written in ledger entries and in `law/`. Add variants at the end only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// 审批替代型
    Approval,
    /// 容缺受理型
    Deferred,
    /// 证明事项型
    Proof,
    /// 信用修复型
    Repair,
    /// 行业自律型
    Industry,
    /// 主动型
    Voluntary,
    Other,
}

impl Kind {
    pub const ALL: [Self; 7] = [
        Self::Approval,
        Self::Deferred,
        Self::Proof,
        Self::Repair,
        Self::Industry,
        Self::Voluntary,
        Self::Other,
    ];

    /// The name a user reads.
    pub fn name(self) -> &'static str {
        match self {
            Self::Approval => "审批替代型",
            Self::Deferred => "容缺受理型",
            Self::Proof => "证明事项型",
            Self::Repair => "信用修复型",
            Self::Industry => "行业自律型",
            Self::Voluntary => "主动型",
            Self::Other => "其他",
        }
    }

    /// Whether the promise stands in the place of an examination or a certificate, so that the law
    /// asks first who may be trusted with it. The others are open to everybody: an entity with a bad
    /// record must be able to promise to mend it.
    pub fn trusted(self) -> bool {
        matches!(self, Self::Approval | Self::Deferred | Self::Proof)
    }
}

/// A matter in which commitments are taken, as its organ published it.
#[derive(Debug, Clone)]
pub struct Matter {
    pub code: String,
    pub name: String,
    pub kind: Kind,
    /// Within which time after acceptance it is checked.
    pub verify: Option<Span>,
    /// What may follow from a broken commitment. Nothing else may (R20).
    pub consequences: Vec<Clause>,
    /// Key of the bar that forbids a commitment here.
    pub excluded: Option<String>,
    pub on: bool,
    /// Edition of the blank form in force.
    pub form: String,
    pub basis: Basis,
}

/// Who promises.
///
/// STORED: part of papers.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Promisor {
    Entity(Code),
    /// 自然人, by a salted digest: never by name or number.
    Person(Key),
}

impl Promisor {
    pub fn entity(&self) -> Option<Code> {
        match self {
            Self::Entity(code) => Some(*code),
            Self::Person(_) => None,
        }
    }
}

/// 公开类型
///
/// STORED: part of papers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Range {
    /// 可向社会公开
    Public,
    /// 特定范围内公开
    Scoped,
    /// 不可公开
    Closed,
}

/// The signed paper.
///
/// STORED: part of papers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Original {
    /// Digest of the file's bytes, hexadecimal.
    pub digest: String,
    /// PDF, OFD or image.
    pub format: String,
    /// The signature or seal on it, as checked.
    pub signature: String,
}

/// A commitment as it is written (国家标准承诺信息项).
///
/// STORED: part of `offered` and `registered` events. Add fields at the end only, with a default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paper {
    /// 承诺编码: division, date, serial number.
    pub number: String,
    pub promisor: Promisor,
    /// 承诺人名称; absent for a natural person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    pub kind: Kind,
    /// Code of the matter.
    pub matter: String,
    /// 承诺事由
    pub reason: String,
    /// 承诺内容
    pub content: String,
    /// 违诺责任
    pub liability: String,
    /// 承诺作出日期
    pub made: Date,
    /// 承诺有效期
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<Date>,
    /// 容缺受理: the day by which the missing materials come.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supply_by: Option<Date>,
    /// 承诺受理单位
    pub organ: Code,
    pub range: Range,
    /// Edition of the blank form that was signed.
    pub form: String,
    pub original: Original,
    /// Number of the commitment it takes the place of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<String>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// 承诺履行状态, where it is not 全部履行.
///
/// STORED: part of `found` events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unkept {
    /// 部分履行
    Partly,
    /// 全部未履行
    Wholly,
}

/// Everything that happens to a commitment.
///
/// STORED: add variants at the end only. `commitment` is the entry that registered or offered it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "kebab-case")]
pub enum Event {
    /// The entity made it on-line; the organ has to accept it.
    Offered {
        paper: Box<Paper>,
        account: String,
        on: Date,
    },
    /// The organ took it in and answers for it.
    Registered {
        paper: Box<Paper>,
        by: Person,
        on: Date,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        verify: Option<Deadline>,
    },
    Accepted {
        commitment: u64,
        by: Person,
        on: Date,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        verify: Option<Deadline>,
    },
    Declined {
        commitment: u64,
        by: Person,
        on: Date,
        reason: String,
    },
    /// 全部履行
    Kept {
        commitment: u64,
        by: Person,
        on: Date,
    },
    /// A check found that it was not kept, or not true. This is no adverse record yet.
    Found {
        commitment: u64,
        breach: Breach,
        unkept: Unkept,
        /// 未履行内容
        what: String,
        by: Person,
        on: Date,
    },
    Notified {
        commitment: u64,
        reasons: String,
        basis: Basis,
        remedy: Remedy,
        delivery: Delivery,
        /// Until when the entity may answer.
        plea: Deadline,
        by: Person,
    },
    Pleaded {
        commitment: u64,
        words: String,
        on: Date,
    },
    /// The finding was given up.
    Cleared {
        commitment: u64,
        reason: String,
        by: Person,
        on: Date,
    },
    /// The breach is determined: from here on it counts against the entity.
    Determined {
        commitment: u64,
        document: Document,
        severity: Severity,
        /// 违诺责任追究内容: keys of the matter's published consequences.
        consequences: Vec<String>,
        /// What the organ says to the plea; empty where there was none.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        answer: String,
        remedy: Remedy,
        window: Window,
        by: Person,
        on: Date,
        /// Until when it must be pushed to the office.
        push: Deadline,
    },
    Pushed {
        commitment: u64,
        by: Person,
        on: Date,
    },
    /// The breach was repaired by this repair.
    Repaired {
        commitment: u64,
        repair: u64,
        on: Date,
    },
    /// The repair was undone: the breach counts again, up to its own end.
    RepairUndone {
        commitment: u64,
        repair: u64,
        on: Date,
    },
    Ended {
        commitment: u64,
        how: End,
        on: Date,
    },
    Escalated {
        commitment: u64,
        duty: String,
        last: Date,
        on: Date,
    },
    ClockMoved {
        commitment: u64,
        moved: Moved,
    },
}

impl Event {
    /// The articles this event rests on.
    pub fn bases(&self) -> Vec<Basis> {
        match self {
            Self::Registered { verify, .. } | Self::Accepted { verify, .. } => {
                verify.iter().map(|clock| clock.basis.clone()).collect()
            }
            Self::Notified { basis, plea, .. } => vec![basis.clone(), plea.basis.clone()],
            Self::Determined { window, push, .. } => {
                vec![window.basis.clone(), push.basis.clone()]
            }
            Self::ClockMoved { moved, .. } => vec![moved.to.basis.clone()],
            Self::Offered { .. }
            | Self::Declined { .. }
            | Self::Kept { .. }
            | Self::Found { .. }
            | Self::Pleaded { .. }
            | Self::Cleared { .. }
            | Self::Pushed { .. }
            | Self::Repaired { .. }
            | Self::RepairUndone { .. }
            | Self::Ended { .. }
            | Self::Escalated { .. } => Vec::new(),
        }
    }
}

/// Why the law says no.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// What is wrong with the paper, all at once.
    Faults(Vec<Fault>),
    /// The law, or the catalog, has no answer for this day.
    LawSilent {
        what: &'static str,
    },
    /// No commitments are taken in this matter.
    Off {
        basis: Basis,
    },
    /// Not applicable; the ordinary procedure stays open.
    Barred(Vec<Bar>),
    /// The paper is another entity's.
    NotYours,
    /// Such commitments are taken by an organ.
    NotSelf {
        kind: Kind,
    },
    /// The organ that took the commitment decides.
    NotItsOrgan(Code),
    /// The step before has not been taken.
    OutOfOrder {
        wanted: &'static str,
    },
    NoReason,
    /// 部分履行 and 全部未履行 must say what was not kept.
    NoContent,
    NoDelivery,
    NoRemedy,
    NoDocument,
    /// The entity may still answer.
    PleaOpen {
        until: Option<Date>,
        basis: Basis,
    },
    /// The organ has to answer what was pleaded.
    PleaUnanswered,
    /// The matter has not published this consequence.
    Foreign {
        consequence: String,
        basis: Basis,
    },
    Clock(crate::clock::Stuck),
}

impl Refusal {
    /// What the user reads, with the remedy.
    pub fn text(&self) -> String {
        match self {
            Self::Faults(faults) => {
                let texts: Vec<&str> = faults.iter().map(|fault| fault.text()).collect();
                texts.join("；")
            }
            Self::LawSilent { what } => {
                format!("规则包没有关于{what}的规定，不能办理，请联系信用办")
            }
            Self::Off { basis } => format!("该事项不适用告知承诺（{basis}），请按一般程序办理"),
            Self::Barred(bars) => {
                let texts: Vec<String> = bars.iter().map(Bar::text).collect();
                format!("不适用告知承诺，请按一般程序办理：{}", texts.join("；"))
            }
            Self::NotYours => "只能以本单位名义作出承诺".to_owned(),
            Self::NotSelf { kind } => {
                format!("{}承诺由受理单位登记，请到受理单位办理", kind.name())
            }
            Self::NotItsOrgan(organ) => format!("由承诺受理单位（{}）办理", organ.as_str()),
            Self::OutOfOrder { wanted } => format!("前一步骤尚未完成：须先{wanted}"),
            Self::NoReason => "请写明理由".to_owned(),
            Self::NoContent => "部分履行、全部未履行的，须写明未履行内容".to_owned(),
            Self::NoDelivery => "请填写送达方式、送达凭证和日期".to_owned(),
            Self::NoRemedy => "请写明救济途径".to_owned(),
            Self::NoDocument => "请填写认定文书的名称、文号、日期，并由受理单位作出".to_owned(),
            Self::PleaOpen { until, basis } => match until {
                Some(until) => format!("陈述申辩期至{until}届满（{basis}），期满前不得认定"),
                None => format!("陈述申辩期的届满日待定（{basis}），此前不得认定"),
            },
            Self::PleaUnanswered => "请对陈述申辩意见逐条答复后再认定".to_owned(),
            Self::Foreign { consequence, basis } => {
                format!("“{consequence}”不是该事项公布的违诺后果（{basis}），请从公布的后果中选择")
            }
            Self::Clock(_) => "该期限不存在、已办结或者不能变动".to_owned(),
        }
    }
}
