//! The exit path of an entity: what must be done, by whom, from which day, and what ends by itself.

use super::OfDay;
use super::application::Known;
use super::burden::burdens;
use crate::procedure::look::Beside;
use crate::{Desk, Fault};
use domain::basis::Basis;
use domain::code::Code;
use domain::exit_path::{self, Way, Who};
use domain::procedure::Unit;
use jiff::civil::Date;
use serde::Serialize;

/// The path as a person reads it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ExitPath {
    pub entity: Code,
    /// First day on which nothing holds any more, if every application goes in on its first day and is
    /// approved at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clear: Option<Date>,
    /// First day on which nothing holds any more although nobody does anything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alone: Option<Date>,
    pub ways: Vec<WayOut>,
}

/// The way out of one record.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WayOut {
    pub record: u64,
    pub what: &'static str,
    pub docket: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<Date>,
    /// Why it cannot be repaired yet, in Chinese.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unrepairable: Option<String>,
    /// An application that is being worked on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub open: Option<u64>,
    pub steps: Vec<Step>,
    pub effects: Vec<Ending>,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Step {
    pub who: String,
    pub what: String,
    /// Within which time, in Chinese.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub within: Option<String>,
    pub basis: Basis,
}

/// One effect and its ends.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Ending {
    pub what: String,
    /// First day on which an approval can end it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// First day on which it is over without anyone asking.
    pub alone: Date,
    pub basis: Basis,
}

impl Desk {
    /// The way out of everything that weighs on an entity; `None` where nobody bears the code.
    pub fn exit_path(&self, entity: &Code) -> Result<Option<ExitPath>, Fault> {
        if self.name(entity).is_none() {
            return Ok(None);
        }
        let (law, today) = (self.law(), self.clock.today());
        let mut look = Beside(self.store.as_ref());
        let mut path = ExitPath {
            entity: *entity,
            clear: None,
            alone: None,
            ways: Vec::new(),
        };
        for burden in burdens(&mut look, &law, entity, today)? {
            let of_day = OfDay::for_burden(&law, &burden, today);
            let known = Known::of(&mut look, burden, None)?;
            let found = exit_path::path(*entity, &[known.facts()], &of_day.law(&law), today);
            // Where the law says nothing about a repair, the record still ends by itself.
            let Ok(found) = found else { continue };
            path.clear = path.clear.max(found.clear);
            path.alone = path.alone.max(found.alone);
            for way in found.ways {
                path.ways.push(self.way_out(way)?);
            }
        }
        path.ways.sort_by_key(|way| (way.from, way.record));
        Ok(Some(path))
    }

    fn way_out(&self, way: Way) -> Result<WayOut, Fault> {
        let organs = self.store.organs()?;
        let name = |code: &Code| {
            let organ = organs.iter().find(|organ| organ.code == *code);
            organ.map_or_else(|| code.to_string(), |organ| organ.name.clone())
        };
        let steps = way.steps.into_iter().map(|step| Step {
            who: match step.who {
                Who::Entity => "本单位".to_owned(),
                Who::Office => "信用办".to_owned(),
                Who::Organ(code) => name(&code),
                Who::Nobody => "无须办理".to_owned(),
            },
            what: step.what,
            within: step.within.map(|(days, unit)| match unit {
                Unit::Working => format!("{days}个工作日内"),
                Unit::Calendar => format!("{days}日内"),
            }),
            basis: step.basis,
        });
        let effects = way.exits.into_iter().map(|exit| Ending {
            what: match exit.measure {
                Some(measure) => format!("{}：{measure}", exit.kind.name()),
                None => exit.kind.name().to_owned(),
            },
            from: exit.from,
            alone: exit.alone,
            basis: exit.basis,
        });
        Ok(WayOut {
            record: way.record,
            what: way.target.name(),
            docket: way.docket,
            from: way.from,
            answer: way.answer,
            unrepairable: way
                .unrepairable
                .map(|why| format!("依法不可修复（{}），自{}起可以申请", why.basis, why.until)),
            open: way.open,
            steps: steps.collect(),
            effects: effects.collect(),
        })
    }
}
