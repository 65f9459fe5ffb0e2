//! What weighs on an entity: a record with its effects, and what holds them off.

use super::Event;
use crate::basis::{Basis, Ruled};
use crate::blacklist;
use crate::code::Code;
use crate::commitment;
use crate::exchange::{Position, Reference};
use crate::filing::Filed;
use crate::listing::Listing;
use crate::procedure::Document;
use crate::publication::{Publication, Window};
use crate::record::Severity;
use crate::retention::Retention;
use crate::screening;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What is repaired (修复类型).
///
/// STORED: the words are written in ledger entries. Add variants at the end only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Target {
    /// 终止公示行政处罚
    Penalty,
    /// 移出严重失信主体名单
    Blacklist,
    /// 移出经营异常名录
    Abnormal,
    /// 违背承诺、虚假承诺
    Broken,
    /// 终止或者更新其他失信信息
    Other,
}

impl Target {
    /// The name a user reads.
    pub fn name(self) -> &'static str {
        match self {
            Self::Penalty => "终止公示行政处罚",
            Self::Blacklist => "移出严重失信主体名单",
            Self::Abnormal => "移出经营异常名录",
            Self::Broken => "终止公示违诺信息",
            Self::Other => "终止公示其他失信信息",
        }
    }
}

/// The ways in which a record weighs on its entity.
///
/// STORED: part of effects. Add variants at the end only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EffectKind {
    /// 公示
    Publicity,
    /// 共享
    Sharing,
    /// 使用
    Use,
    /// 惩戒措施
    Measure,
    /// 评价权重
    Weight,
}

impl EffectKind {
    /// The name a user reads.
    pub fn name(self) -> &'static str {
        match self {
            Self::Publicity => "公示",
            Self::Sharing => "共享",
            Self::Use => "使用",
            Self::Measure => "惩戒措施",
            Self::Weight => "评价扣分",
        }
    }
}

/// One effect of a record. It cannot be built without basis and end.
///
/// STORED: part of `approved` events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Effect {
    pub kind: EffectKind,
    /// Word of the measure, for a measure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measure: Option<String>,
    pub from: Date,
    /// First day on which it is over, without anyone asking.
    pub ends: Date,
    pub basis: Basis,
}

impl Effect {
    pub fn holds(&self, day: Date) -> bool {
        self.from <= day && day < self.ends
    }
}

/// Why a record may not be repaired, and until when (R99): never without a basis and an end.
///
/// STORED: part of repair notices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unrepairable {
    /// First day on which a repair may be asked for all the same.
    pub until: Date,
    pub basis: Basis,
}

/// A record that weighs on an entity: a penalty, a listing, a determined breach of a commitment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Burden {
    /// The entry of the record, or of the listing.
    pub record: u64,
    pub target: Target,
    pub entity: Code,
    /// 认定单位: who identified it decides about its repair.
    pub organ: Code,
    pub docket: String,
    pub severity: Option<Severity>,
    pub decided: Date,
    /// First day on which a repair may be asked for, by the shortest term of the law.
    pub repairable: Date,
    /// The article of that term.
    pub basis: Basis,
    pub effects: Vec<Effect>,
    pub unrepairable: Option<Unrepairable>,
    /// Proofs that organs hold already, by the word of the requirement: they are never asked for.
    pub held: Vec<Material>,
}

impl Burden {
    /// The burden of a filed record; `None` where it is not shown, and so does nothing to anybody.
    pub fn of_filed(record: u64, filed: &Filed) -> Option<Self> {
        let Publication::Shown { from, window } = &filed.publication else {
            return None;
        };
        Some(Self {
            record,
            target: Target::Penalty,
            entity: filed.entity?,
            organ: filed.organ,
            docket: filed.docket.clone(),
            severity: filed.severity.as_ref().map(|classed| classed.class),
            decided: filed.decided,
            repairable: window.repairable,
            basis: window.basis.clone(),
            effects: shown(*from, window),
            unrepairable: None,
            held: Vec::new(),
        })
    }

    /// The burden of a determined breach of a commitment.
    pub fn of_broken(case: &commitment::Case) -> Option<Self> {
        let broken = case.broken()?;
        let window = &broken.window;
        Some(Self {
            record: case.id,
            target: Target::Broken,
            entity: case.paper.promisor.entity()?,
            organ: case.paper.organ,
            docket: broken.document.number.clone(),
            severity: Some(broken.severity),
            decided: broken.document.on,
            repairable: window.repairable,
            basis: window.basis.clone(),
            effects: shown(broken.document.on, window),
            unrepairable: None,
            held: Vec::new(),
        })
    }

    /// The burden of a listing with the measures it triggered, each an effect of its own; `None` for
    /// a list that burdens nobody, and for a listing that is not published or has ended.
    pub fn of_listing(
        case: u64,
        listing: &Listing,
        measures: impl IntoIterator<Item = Effect>,
    ) -> Option<Self> {
        let Listing::Published(published) = listing else {
            return None;
        };
        let entry = &published.listed.entry;
        let target = match entry.kind {
            blacklist::Kind::Blacklist => Target::Blacklist,
            blacklist::Kind::Abnormal => Target::Abnormal,
            blacklist::Kind::Honorlist | blacklist::Kind::Watchlist => return None,
        };
        let window = Window {
            repairable: entry.early.unwrap_or(entry.on),
            hidden: entry.ends,
            basis: entry.basis.clone(),
        };
        let mut effects = shown(published.shown.on, &window);
        effects.extend(measures);
        Some(Self {
            record: case,
            target,
            entity: entry.entity,
            organ: entry.organ,
            docket: entry.document.number.clone(),
            severity: (target == Target::Blacklist).then_some(Severity::Serious),
            decided: entry.document.on,
            repairable: window.repairable,
            basis: window.basis,
            effects,
            unrepairable: None,
            held: Vec::new(),
        })
    }

    /// As every platform can name it.
    pub fn reference(&self) -> Reference {
        Reference::of(&self.organ, &self.docket, self.entity)
    }

    /// The effects in force on a day.
    pub fn in_force(&self, relief: &Relief, day: Date) -> Vec<&Effect> {
        if relief.free(day) {
            return Vec::new();
        }
        let held = self.effects.iter().filter(|effect| effect.holds(day));
        held.collect()
    }

    /// Whether there is nothing left to repair: repaired already, or run out.
    pub fn gone(&self, relief: &Relief, day: Date) -> bool {
        relief.settled(day) || self.ends().is_none_or(|ends| ends <= day)
    }

    /// First day on which nothing of it is left, without anyone asking.
    pub fn ends(&self) -> Option<Date> {
        self.effects.iter().map(|effect| effect.ends).max()
    }
}

/// A document that proves one requirement.
///
/// STORED: part of applications.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Material {
    /// Word of the requirement, for example `corrected`.
    pub key: String,
    pub document: Document,
}

/// No new application before a day, because an earlier one rested on false materials (R100).
///
/// STORED: part of `annulled` events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bar {
    pub from: Date,
    /// First day on which the entity may apply again.
    pub until: Date,
    pub basis: Basis,
}

impl Bar {
    /// The bar by the period the law names; `None` where the date leaves the calendar.
    pub fn of(from: Date, keep: &Ruled<Retention>) -> Option<Self> {
        Some(Self {
            from,
            until: from.checked_add(keep.value().keep).ok()?,
            basis: keep.basis().clone(),
        })
    }

    pub fn holds(&self, day: Date) -> bool {
        self.from <= day && day < self.until
    }
}

/// What holds the effects of a record off, or lets them come back.
///
/// STORED: part of `relieved` heads. Add variants at the end only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ease {
    /// 信用修复
    Repaired,
    /// 修复撤销
    Annulled,
    /// 重整计划获批，暂时解除
    Lifted,
    /// 重整失败，恢复
    FellBack,
    /// 重整计划执行完毕
    Permanent,
    /// 异议成立
    Withdrawn,
    /// Another platform's word: repaired, lifted or withdrawn there, or waiting for a decision here.
    Abroad,
    /// Another platform's word has lost its force.
    Back,
}

impl Ease {
    /// The name a user reads.
    pub fn name(self) -> &'static str {
        match self {
            Self::Repaired => "信用修复，停止公示、共享和使用",
            Self::Annulled => "修复撤销，恢复至原期限届满",
            Self::Lifted => "重整计划获批，暂时解除",
            Self::FellBack => "重整失败，恢复至原期限届满",
            Self::Permanent => "重整计划执行完毕，修复",
            Self::Withdrawn => "异议成立，撤回记录",
            Self::Abroad => "其他平台已修复或者撤回",
            Self::Back => "其他平台的修复失去效力，恢复至原期限届满",
        }
    }
}

/// The effects of a record stop, or come back up to their own end: everywhere and at once.
///
/// Whatever the reason, views, look-ups and grades listen to this event alone, so nothing can be
/// repaired in one place and still hold in another (R97).
///
/// STORED: the head of `relieved` entries. Add fields at the end only, with a default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Relieved {
    pub record: u64,
    pub target: Target,
    pub entity: Code,
    pub why: Ease,
    /// Whether nothing of the record holds from now on, all reasons taken together.
    pub free: bool,
    pub on: Date,
    /// The repair, objection or ruling behind it; absent for another platform's word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub procedure: Option<u64>,
    pub basis: Basis,
    /// The effect of a filed record that comes back, for whoever had forgotten it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub back: Option<Box<screening::Effect>>,
}

/// What holds the effects of one record off, gathered from the events about it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Relief {
    repaired: Option<Date>,
    lifted: Option<Date>,
    permanent: Option<Date>,
    /// The record itself was withdrawn.
    withdrawn: Option<Date>,
    /// Another platform's word frees it, as it was written into the ledger here.
    away: Option<Date>,
    /// What other platforms said.
    pub abroad: Position,
}

impl Relief {
    /// Whether nothing may be done with the record on the day.
    pub fn free(&self, day: Date) -> bool {
        let here = [
            self.repaired,
            self.lifted,
            self.permanent,
            self.withdrawn,
            self.away,
        ];
        here.into_iter().flatten().any(|from| from <= day) || self.abroad.rests()
    }

    /// Whether it is free for good; what a court lifts for a time may come back.
    pub fn settled(&self, day: Date) -> bool {
        let here = [self.repaired, self.permanent, self.withdrawn, self.away];
        here.into_iter().flatten().any(|from| from <= day) || self.abroad.rests()
    }

    /// The record was revoked, or an objection to it was upheld.
    pub fn withdraw(&mut self, on: Date) {
        self.withdrawn.get_or_insert(on);
    }

    /// Takes up what the ledger says of the record.
    pub fn take(&mut self, why: Ease, on: Date) {
        match why {
            Ease::Repaired => self.repaired = Some(on),
            Ease::Annulled => self.repaired = None,
            Ease::Lifted => self.lifted = Some(on),
            Ease::FellBack => self.lifted = None,
            Ease::Permanent => self.permanent = Some(on),
            Ease::Withdrawn => self.withdraw(on),
            Ease::Abroad => self.away = Some(on),
            Ease::Back => self.away = None,
        }
    }

    /// Takes up an event about `record`.
    pub fn apply(&mut self, record: u64, event: &Event) {
        match event {
            Event::Approved(approved) if approved.record == record => {
                self.repaired = Some(approved.on);
            }
            Event::Annulled(annulled) if annulled.record == record => self.repaired = None,
            Event::Lifted(ruled) if ruled.records.contains(&record) => {
                self.lifted = Some(ruled.on);
            }
            Event::MadePermanent(ruled) if ruled.records.contains(&record) => {
                self.permanent = Some(ruled.on);
            }
            Event::FellBack(ruled) if ruled.records.contains(&record) => self.lifted = None,
            _ => {}
        }
    }
}

/// What follows from showing a record: it is seen, shared, used and weighed, and all of it ends with
/// the showing.
fn shown(from: Date, window: &Window) -> Vec<Effect> {
    let kinds = [
        EffectKind::Publicity,
        EffectKind::Sharing,
        EffectKind::Use,
        EffectKind::Weight,
    ];
    let effects = kinds.into_iter().map(|kind| Effect {
        kind,
        measure: None,
        from,
        ends: window.hidden,
        basis: window.basis.clone(),
    });
    effects.collect()
}
