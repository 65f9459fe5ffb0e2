//! Repair (信用修复): the way out of a record, decided by the unit that identified it.

mod burden;
mod case;
mod notice;
mod reorganisation;
#[cfg(test)]
#[path = "tests/sample.rs"]
pub(crate) mod sample;
mod self_check;
#[cfg(test)]
mod tests;

pub use burden::{
    Bar, Burden, Ease, Effect, EffectKind, Material, Relief, Relieved, Target, Unrepairable,
};
pub use case::{
    Accepted, Annulling, Applicant, Application, Case, Command, Forwarded, Rejected, Request,
    Stage, annul, decide, file,
};
pub use notice::{Joint, Notice, Told, tell};
pub use reorganisation::{Asked, Reorganisation, Stand};
pub use self_check::{Check, Need, Obstacle, check};

use crate::basis::{Basis, Ruled};
use crate::calendar::Calendar;
use crate::clock::{self, Moved, Stuck};
use crate::code::Code;
use crate::conditions::Conditions;
use crate::exchange::{Message, Says, Sent};
use crate::procedure::{Deadline, Delivery, Document, Person, Term};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What is known about a record when somebody asks for its repair.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    pub burden: &'a Burden,
    pub relief: &'a Relief,
    /// An earlier application of the entity rested on false materials.
    pub bar: Option<&'a Bar>,
    /// An application about the record that is being worked on.
    pub open: Option<u64>,
}

/// What the law says on the day.
#[derive(Debug, Clone, Copy)]
pub struct Law<'a> {
    /// Which materials may be asked for; silence means that nothing can be repaired.
    pub materials: Option<&'a Ruled<Conditions>>,
    /// Further conditions; silence means that there are none.
    pub eligible: Option<&'a Ruled<Conditions>>,
    /// Steps for which the law sets no time have no clock, and nobody is late with them.
    pub terms: &'a Terms,
    pub calendar: &'a Calendar,
}

/// The times of the steps (`repair-forward`, `-accept`, `-decide`, `-answer`, `-extend`, `-report`).
#[derive(Debug, Clone, Default)]
pub struct Terms {
    pub forward: Option<Ruled<Term>>,
    pub accept: Option<Ruled<Term>>,
    pub decide: Option<Ruled<Term>>,
    pub answer: Option<Ruled<Term>>,
    pub extend: Option<Ruled<Term>>,
    pub report: Option<Ruled<Term>>,
}

/// By which way messages leave, and who runs it.
#[derive(Debug, Clone, Copy)]
pub struct Channel<'a> {
    /// Word of this platform.
    pub sender: &'a str,
    /// Number of the next message ([`crate::exchange::Outbox::next`]).
    pub serial: u64,
    /// Words of everybody who holds the record.
    pub receivers: &'a BTreeSet<String>,
    /// 信用办
    pub office: Code,
}

impl Channel<'_> {
    /// The message about a record, `ahead` after the next one.
    fn sent(
        &self,
        burden: &Burden,
        says: Says,
        basis: &Basis,
        law: &Law<'_>,
        on: Date,
        ahead: u64,
    ) -> Sent {
        Sent {
            message: Message {
                sender: self.sender.to_owned(),
                serial: self.serial + ahead,
                reference: burden.reference(),
                docket: burden.docket.clone(),
                organ: burden.organ,
                on,
                basis: basis.clone(),
                says,
            },
            receivers: self.receivers.clone(),
            due: clock::open(on, law.terms.report.as_ref(), law.calendar),
        }
    }
}

/// What a court's ruling does to the records of a reorganised entity.
///
/// STORED: part of `lifted`, `made-permanent` and `fell-back` events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RulingApplied {
    pub entity: Code,
    pub records: Vec<u64>,
    pub ruling: Document,
    pub basis: Basis,
    pub by: Person,
    pub on: Date,
    /// One message a record.
    pub sent: Vec<Sent>,
}

/// A repair is approved. All effects end with this one event, and the messages to everybody who
/// holds the record are part of it: neither can be without the other (R97).
///
/// STORED: the `approved` event. Add fields at the end only, with a default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    pub repair: u64,
    pub record: u64,
    pub target: Target,
    pub entity: Code,
    pub document: Document,
    pub basis: Basis,
    pub by: Person,
    pub on: Date,
    /// Everything that ends now: nothing of the record holds from this day on.
    pub ended: Vec<Effect>,
    pub sent: Sent,
}

/// A repair is undone, because the promise behind it was determined to be false.
///
/// STORED: the `annulled` event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Annulment {
    pub repair: u64,
    pub record: u64,
    pub entity: Code,
    /// The commitment whose breach was determined, with notice and plea.
    pub commitment: u64,
    pub document: Document,
    pub bar: Bar,
    pub by: Person,
    pub on: Date,
    /// Absent where the record has run out by itself in the meantime.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent: Option<Sent>,
}

/// Everything that happens to repairs.
///
/// STORED: add variants at the end only. `repair` is the entry that filed the application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "kebab-case")]
pub enum Event {
    Filed {
        application: Box<Application>,
        on: Date,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        forward: Option<Deadline>,
        /// Until when the applicant has the answer.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        answer: Option<Deadline>,
    },
    Forwarded {
        repair: u64,
        by: Person,
        on: Date,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        accept: Option<Deadline>,
    },
    Accepted {
        repair: u64,
        by: Person,
        on: Date,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        decide: Option<Deadline>,
    },
    NotAccepted {
        repair: u64,
        rejected: Rejected,
        on: Date,
    },
    /// A document cannot be read or does not prove its requirement; only what the law asks for.
    Asked {
        repair: u64,
        key: String,
        reason: String,
        by: Person,
        on: Date,
    },
    Supplied {
        repair: u64,
        material: Material,
        on: Date,
    },
    /// 延长: the applicant was told before the time was over.
    Extended {
        repair: u64,
        notice: Delivery,
        moved: Vec<Moved>,
        by: Person,
        on: Date,
    },
    Refused {
        repair: u64,
        rejected: Rejected,
        document: Document,
        on: Date,
    },
    Approved(Box<Approval>),
    Withdrawn {
        repair: u64,
        on: Date,
    },
    /// Nothing is left to decide: the record ran out, or was repaired elsewhere.
    Moot {
        repair: u64,
        on: Date,
    },
    /// A duty ran out. It goes up to the office; the application stays as it is (R95).
    Escalated {
        repair: u64,
        duty: String,
        last: Date,
        on: Date,
    },
    ClockMoved {
        repair: u64,
        moved: Moved,
    },
    Annulled(Box<Annulment>),
    /// 重整计划获批：暂时解除
    Lifted(Box<RulingApplied>),
    /// 重整计划执行完毕：正式修复
    MadePermanent(Box<RulingApplied>),
    /// 重整失败：恢复
    FellBack(Box<RulingApplied>),
    /// 两书同达
    Told(Box<Told>),
    /// 依法不可修复: an organ says so of a record, with the article and until when (R99).
    Marked(Box<Marked>),
}

/// A record may not be repaired for a time.
///
/// STORED: the `marked` event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marked {
    pub record: u64,
    pub entity: Code,
    pub unrepairable: Unrepairable,
    /// The decision that says so.
    pub document: Document,
    pub by: Person,
    pub on: Date,
}

/// Decides that a record is marked; without an article, or without an end that lies ahead, it is not.
pub fn mark(
    burden: &Burden,
    unrepairable: Option<Unrepairable>,
    document: Document,
    by: &Person,
    today: Date,
) -> Result<Vec<Event>, Refusal> {
    if by.organ != burden.organ {
        return Err(Refusal::NotIdentifying(burden.organ));
    }
    let unrepairable = unrepairable.ok_or(Refusal::LawSilent {
        what: "不可修复的情形",
    })?;
    if unrepairable.until <= today {
        return Err(Refusal::Gone);
    }
    if !document.complete(today) || document.organ != by.organ {
        return Err(Refusal::NoDocument);
    }
    Ok(vec![Event::Marked(Box::new(Marked {
        record: burden.record,
        entity: burden.entity,
        unrepairable,
        document,
        by: by.clone(),
        on: today,
    }))])
}

impl Event {
    /// The articles this event rests on.
    pub fn bases(&self) -> Vec<Basis> {
        let clock = |clock: &Option<Deadline>| clock.as_ref().map(|clock| clock.basis.clone());
        match self {
            Self::Filed {
                application,
                forward,
                answer,
                ..
            } => {
                let clocks = [clock(forward), clock(answer)];
                let own = [application.basis.clone()];
                own.into_iter()
                    .chain(clocks.into_iter().flatten())
                    .collect()
            }
            Self::Forwarded { accept, .. } => clock(accept).into_iter().collect(),
            Self::Accepted { decide, .. } => clock(decide).into_iter().collect(),
            Self::NotAccepted { rejected, .. } | Self::Refused { rejected, .. } => {
                vec![rejected.basis.clone()]
            }
            Self::Extended { moved, .. } => {
                let added = moved.iter().flat_map(|moved| &moved.to.extensions);
                added.map(|more| more.basis.clone()).collect()
            }
            Self::Approved(approval) => {
                let ended = approval.ended.iter().map(|effect| effect.basis.clone());
                [approval.basis.clone()].into_iter().chain(ended).collect()
            }
            Self::Annulled(annulment) => vec![annulment.bar.basis.clone()],
            Self::Lifted(ruled) | Self::MadePermanent(ruled) | Self::FellBack(ruled) => {
                vec![ruled.basis.clone()]
            }
            Self::Told(told) => vec![told.notice.basis.clone()],
            Self::Marked(marked) => vec![marked.unrepairable.basis.clone()],
            Self::ClockMoved { moved, .. } => vec![moved.to.basis.clone()],
            Self::Asked { .. }
            | Self::Supplied { .. }
            | Self::Withdrawn { .. }
            | Self::Moot { .. }
            | Self::Escalated { .. } => Vec::new(),
        }
    }

    /// The messages this event sends; they leave in the order in which they stand here.
    pub fn sent(&self) -> &[Sent] {
        match self {
            Self::Approved(approval) => std::slice::from_ref(&approval.sent),
            Self::Annulled(annulment) => annulment.sent.as_slice(),
            Self::Lifted(ruled) | Self::MadePermanent(ruled) | Self::FellBack(ruled) => &ruled.sent,
            _ => &[],
        }
    }
}

/// Why the law says no.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The law has no answer for this day.
    LawSilent {
        what: &'static str,
    },
    /// The record is another entity's.
    NotYours,
    /// Nothing of it holds any more.
    Gone,
    /// An application about it is being worked on.
    Open {
        repair: u64,
    },
    /// The shortest term has not run.
    TooEarly {
        from: Date,
        basis: Basis,
    },
    Unrepairable(Unrepairable),
    Barred(Bar),
    /// Materials or conditions are missing, each with its article.
    Missing(Vec<Obstacle>),
    /// The law does not ask for this, so nobody may.
    NotRequired {
        key: String,
        basis: Basis,
    },
    /// 谁认定、谁修复
    NotIdentifying(Code),
    /// The office forwards.
    NotOffice,
    OutOfOrder {
        wanted: &'static str,
    },
    NoReason,
    NoRemedy,
    NoDocument,
    NoDelivery,
    ExtendedBefore,
    Clock(Stuck),
    /// The promise behind the repair has not been determined to be false.
    NotDetermined,
    /// The two documents were not delivered together.
    Apart,
}

impl Refusal {
    /// What the applicant or the clerk reads, with the remedy.
    pub fn text(&self) -> String {
        match self {
            Self::LawSilent { what } => {
                format!("规则包没有关于{what}的规定，不能办理，请联系信用办")
            }
            Self::NotYours => "只能申请修复本单位的记录".to_owned(),
            Self::Gone => "该记录已经停止公示和使用，无须申请修复".to_owned(),
            Self::Open { repair } => format!("已有正在办理的修复申请（{repair}），请等待答复"),
            Self::TooEarly { from, basis } => {
                format!("最短公示期未满，自{from}起可以申请（{basis}）")
            }
            Self::Unrepairable(why) => {
                format!("依法不可修复（{}），自{}起可以申请", why.basis, why.until)
            }
            Self::Barred(bar) => format!(
                "曾提供虚假材料或者承诺严重不实，自{}起可以再次申请（{}）",
                bar.until, bar.basis
            ),
            Self::Missing(obstacles) => {
                let texts: Vec<String> = obstacles.iter().map(Obstacle::text).collect();
                format!("尚不符合修复条件：{}", texts.join("；"))
            }
            Self::NotRequired { key, basis } => {
                format!("“{key}”不是规定的修复材料（{basis}），不得要求提交")
            }
            Self::NotIdentifying(organ) => {
                format!("谁认定、谁修复，由认定单位（{}）办理", organ.as_str())
            }
            Self::NotOffice => "由信用办转送认定单位".to_owned(),
            Self::OutOfOrder { wanted } => format!("前一步骤尚未完成：须先{wanted}"),
            Self::NoReason => "请写明理由".to_owned(),
            Self::NoRemedy => "请写明救济途径".to_owned(),
            Self::NoDocument => "请填写决定文书的名称、文号和日期".to_owned(),
            Self::NoDelivery => "请填写送达方式、送达凭证和日期".to_owned(),
            Self::ExtendedBefore => "已经延长一次，不得再次延长".to_owned(),
            Self::Clock(_) => "该期限不存在、已办结或者不能变动".to_owned(),
            Self::NotDetermined => {
                "尚未认定虚假承诺，请先按程序告知、听取申辩并作出认定".to_owned()
            }
            Self::Apart => "决定书与信用修复告知书应当一并送达，请使用同一送达凭证".to_owned(),
        }
    }
}
