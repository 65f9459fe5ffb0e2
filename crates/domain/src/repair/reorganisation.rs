//! 破产重整: what a court's ruling does to the records of an entity, and its three outcomes (R101).

use super::{Burden, Channel, Event, Law, Refusal, RulingApplied};
use crate::basis::{Basis, Ruled};
use crate::code::Code;
use crate::conditions::Conditions;
use crate::exchange::{Says, Sent};
use crate::procedure::{Document, OutOfStep, Person};
use jiff::civil::Date;

/// How far the reorganisation has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stand {
    /// The plan is carried out; old records rest.
    Lifted { on: Date },
    /// Carried out: the records are repaired for good.
    Permanent { on: Date },
    /// Failed: what has not ended by itself holds again, up to its own end.
    FellBack { on: Date },
}

/// The reorganisation of one entity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reorganisation {
    /// The entry of the ruling that approved the plan.
    pub id: u64,
    pub entity: Code,
    pub ruling: Document,
    pub records: Vec<u64>,
    pub stand: Stand,
}

/// What somebody asks for, with the ruling it rests on.
#[derive(Debug, Clone)]
pub struct Asked<'a> {
    pub entity: Code,
    pub ruling: Document,
    /// The records that are older than the ruling.
    pub burdens: &'a [Burden],
    /// Words of the rule; absent where the law has none for the day.
    pub rule: Option<&'a Ruled<Conditions>>,
}

impl Reorganisation {
    /// A court approved the plan: the records rest for a time.
    pub fn lift(
        known: Option<&Self>,
        asked: &Asked<'_>,
        by: &Person,
        law: &Law<'_>,
        channel: &Channel<'_>,
        today: Date,
    ) -> Result<Vec<Event>, Refusal> {
        if known.is_some_and(|known| matches!(known.stand, Stand::Lifted { .. })) {
            return Err(Refusal::OutOfOrder {
                wanted: "办结原有重整计划",
            });
        }
        let ruled = RulingApplied::of(asked, None, by, law, (channel, Says::Lifted), today)?;
        Ok(vec![Event::Lifted(Box::new(ruled))])
    }

    /// The plan was carried out: what rested is repaired for good.
    pub fn make_permanent(
        &self,
        asked: &Asked<'_>,
        by: &Person,
        law: &Law<'_>,
        channel: &Channel<'_>,
        today: Date,
    ) -> Result<Vec<Event>, Refusal> {
        let ruled = self.ended(asked, by, law, (channel, Says::Repaired), today)?;
        Ok(vec![Event::MadePermanent(ruled)])
    }

    /// The plan failed.
    pub fn fall_back(
        &self,
        asked: &Asked<'_>,
        by: &Person,
        law: &Law<'_>,
        channel: &Channel<'_>,
        today: Date,
    ) -> Result<Vec<Event>, Refusal> {
        let ruled = self.ended(asked, by, law, (channel, Says::FellBack), today)?;
        Ok(vec![Event::FellBack(ruled)])
    }

    /// The ruling that ends the rest of the records, one way or the other.
    fn ended(
        &self,
        asked: &Asked<'_>,
        by: &Person,
        law: &Law<'_>,
        told: (&Channel<'_>, Says),
        today: Date,
    ) -> Result<Box<RulingApplied>, Refusal> {
        self.resting(asked)?;
        let ruled = RulingApplied::of(asked, Some(&self.records), by, law, told, today)?;
        Ok(Box::new(ruled))
    }

    fn resting(&self, asked: &Asked<'_>) -> Result<(), Refusal> {
        if asked.entity != self.entity {
            return Err(Refusal::NotYours);
        }
        match self.stand {
            Stand::Lifted { .. } => Ok(()),
            _ => Err(Refusal::OutOfOrder {
                wanted: "法院裁定批准重整计划",
            }),
        }
    }

    /// Begins with the first ruling; `None` for an event that begins none.
    pub fn begin(id: u64, event: &Event) -> Option<Self> {
        let Event::Lifted(ruled) = event else {
            return None;
        };
        Some(Self {
            id,
            entity: ruled.entity,
            ruling: ruled.ruling.clone(),
            records: ruled.records.clone(),
            stand: Stand::Lifted { on: ruled.on },
        })
    }

    pub fn apply(mut self, event: &Event) -> Result<Self, OutOfStep> {
        let (Event::MadePermanent(ruled) | Event::FellBack(ruled)) = event else {
            return Err(OutOfStep);
        };
        let Stand::Lifted { .. } = self.stand else {
            return Err(OutOfStep);
        };
        if ruled.entity != self.entity {
            return Err(OutOfStep);
        }
        self.stand = match event {
            Event::MadePermanent(_) => Stand::Permanent { on: ruled.on },
            _ => Stand::FellBack { on: ruled.on },
        };
        Ok(self)
    }
}

impl RulingApplied {
    // The first ruling reaches only records that are older than it; the later ones reach exactly
    // those that rest.
    fn of(
        asked: &Asked<'_>,
        resting: Option<&[u64]>,
        by: &Person,
        law: &Law<'_>,
        (channel, says): (&Channel<'_>, Says),
        today: Date,
    ) -> Result<Self, Refusal> {
        if by.organ != channel.office {
            return Err(Refusal::NotOffice);
        }
        if !asked.ruling.complete(today) {
            return Err(Refusal::NoDocument);
        }
        let rule = asked.rule.ok_or(Refusal::LawSilent {
            what: "重整企业信用修复",
        })?;
        let basis: &Basis = rule.basis();
        let reached = |burden: &&Burden| match resting {
            Some(records) => records.contains(&burden.record),
            None => burden.entity == asked.entity && burden.decided <= asked.ruling.on,
        };
        let burdens: Vec<&Burden> = asked.burdens.iter().filter(reached).collect();
        let sent: Vec<Sent> = burdens
            .iter()
            .zip(0..)
            .map(|(burden, ahead)| channel.sent(burden, says.clone(), basis, law, today, ahead))
            .collect();
        let own = || burdens.iter().map(|burden| burden.record).collect();
        Ok(Self {
            entity: asked.entity,
            records: resting.map_or_else(own, <[u64]>::to_vec),
            ruling: asked.ruling.clone(),
            basis: basis.clone(),
            by: by.clone(),
            on: today,
            sent,
        })
    }
}
