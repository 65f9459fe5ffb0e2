//! 两书同达: the penalty or listing decision and the repair notice, served in one delivery (R102).

use super::{Burden, EffectKind, Event, Law, Refusal, Unrepairable};
use crate::basis::{Basis, Ruled};
use crate::blacklist::Clause;
use crate::calendar::Calendar;
use crate::clock::{self, Clocks, Owes};
use crate::code::Code;
use crate::procedure::{Deadline, Delivery, Document, OutOfStep, Person, Remedy, Term};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Word of the duty to serve both documents.
const TELL: &str = "repair-notice";

/// 信用修复告知书: what weighs, from when it can end, when it ends by itself, and how to ask.
///
/// STORED: part of `told` events. Texts of the law are kept as they were told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    pub effects: Vec<(EffectKind, Option<String>)>,
    /// First day on which a repair may be asked for.
    pub repairable: Date,
    /// The day on which everything ends by itself.
    pub ends: Date,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unrepairable: Option<Unrepairable>,
    /// What has to be handed in, in the words of the law.
    pub materials: Vec<String>,
    pub basis: Basis,
    /// Where to apply, in Chinese.
    pub channel: String,
    pub remedy: Remedy,
}

/// Both documents reached the entity by one delivery.
///
/// STORED: the `told` event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    pub record: u64,
    pub entity: Code,
    /// 处罚决定书 or 列入决定书
    pub decision: Document,
    pub notice: Notice,
    pub delivery: Delivery,
    pub by: Person,
    pub on: Date,
}

impl Notice {
    /// Writes the notice for a record.
    pub fn write(
        burden: &Burden,
        law: &Law<'_>,
        channel: String,
        remedy: Remedy,
    ) -> Result<Self, Refusal> {
        let ruled = law.materials.ok_or(Refusal::LawSilent {
            what: "信用修复材料",
        })?;
        let text = |clause: &Clause| clause.text.to_string();
        let effects = burden.effects.iter();
        if channel.trim().is_empty() || !remedy.told() {
            return Err(Refusal::NoRemedy);
        }
        Ok(Self {
            effects: effects
                .map(|effect| (effect.kind, effect.measure.clone()))
                .collect(),
            repairable: burden.repairable,
            ends: burden.ends().ok_or(Refusal::Gone)?,
            unrepairable: burden.unrepairable.clone(),
            materials: ruled.value().requires.iter().map(text).collect(),
            basis: ruled.basis().clone(),
            channel,
            remedy,
        })
    }
}

/// The duty of the deciding organ to serve both together. It is open from the decision on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Joint {
    pub record: u64,
    pub organ: Code,
    pub clocks: Clocks,
    pub told: Option<Told>,
}

impl Joint {
    /// Opens the duty; without a term of the law it has no clock, but it is open all the same.
    pub fn owed(burden: &Burden, term: Option<&Ruled<Term>>, calendar: &Calendar) -> Self {
        let deadline: Option<Deadline> = clock::open(burden.decided, term, calendar);
        let mut clocks = Clocks::default();
        clocks.start(TELL, Owes::Organ(burden.organ), deadline);
        Self {
            record: burden.record,
            organ: burden.organ,
            clocks,
            told: None,
        }
    }

    /// Whether a penalty stands there without its repair notice.
    pub fn open(&self) -> bool {
        self.told.is_none()
    }

    pub fn apply(mut self, event: &Event) -> Result<Self, OutOfStep> {
        if let Event::Escalated { duty, on, .. } = event {
            self.clocks.escalate(duty, *on)?;
            return Ok(self);
        }
        let Event::Told(told) = event else {
            return Err(OutOfStep);
        };
        if told.record != self.record || !self.open() {
            return Err(OutOfStep);
        }
        self.clocks.done(TELL, told.delivery.on);
        self.told = Some((**told).clone());
        Ok(self)
    }

    /// What the date asks for: a penalty that was never explained goes up to the office.
    pub fn tick(&self, today: Date) -> Vec<Event> {
        let silent = self.clocks.silent(today).into_iter();
        silent
            .map(|silence| Event::Escalated {
                repair: self.record,
                duty: silence.duty.to_owned(),
                last: silence.last,
                on: today,
            })
            .collect()
    }
}

/// Decides that both were served. Two deliveries are not one.
pub fn tell(
    joint: &Joint,
    burden: &Burden,
    notice: Notice,
    decision: (Document, &Delivery),
    delivery: Delivery,
    by: &Person,
    today: Date,
) -> Result<Vec<Event>, Refusal> {
    let (document, with) = decision;
    if by.organ != joint.organ {
        return Err(Refusal::NotIdentifying(joint.organ));
    }
    if !joint.open() {
        return Err(Refusal::OutOfOrder {
            wanted: "尚未送达"
        });
    }
    if *with != delivery {
        return Err(Refusal::Apart);
    }
    if !document.complete(today) || document.organ != burden.organ {
        return Err(Refusal::NoDocument);
    }
    if !delivery.proved(today) || delivery.on < document.on {
        return Err(Refusal::NoDelivery);
    }
    Ok(vec![Event::Told(Box::new(Told {
        record: burden.record,
        entity: burden.entity,
        decision: document,
        notice,
        delivery,
        by: by.clone(),
        on: today,
    }))])
}
