//! The exit path of an entity: what must be done, by whom, from which day, and what ends by itself.

use super::OfDay;
use super::application::Known;
use super::burden::burdens;
use crate::procedure::look::Beside;
use crate::{Desk, Fault};
use domain::basis::Basis;
use domain::code::Code;
use domain::entity::Organ;
use domain::exit_path::{self, Way, Who};
use domain::procedure::Unit;
use domain::repair::{self, Burden, Check};
use jiff::civil::Date;
use serde::Serialize;
use std::collections::BTreeSet;

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
    /// The day of the document.
    pub since: Date,
    /// What is in the way today besides the materials (R93).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub obstacles: Vec<Obstacle>,
    /// What the law asks for, and nothing else (R94).
    pub materials: Vec<Asked>,
    pub steps: Vec<Step>,
    pub effects: Vec<Ending>,
}

/// Why an application would not be taken today.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Obstacle {
    pub what: String,
    /// The day from which it is out of the way by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    pub basis: Basis,
}

/// A material of an application.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Asked {
    /// Word of the requirement.
    pub key: String,
    pub what: String,
    /// An organ has the proof already, so nobody is asked for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub held: Option<String>,
    pub basis: Basis,
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
        self.path_of(entity, None)
    }

    /// The same as anybody may read it: records the portal shows today, and nothing of applications,
    /// whether they are open or have failed (R10).
    pub fn public_exit_path(&self, entity: &Code) -> Result<Option<ExitPath>, Fault> {
        let today = self.clock.today();
        let records = self.store.shown_of(entity)?.into_iter();
        let mut shown: BTreeSet<u64> = records.map(|record| record.seq).collect();
        let lists = self.store.listed(today, Some(entity), None, usize::MAX)?;
        shown.extend(lists.iter().map(|row| row.id));
        let promises = self.store.pledged(today, Some(entity), usize::MAX)?;
        shown.extend(promises.iter().map(|pledge| pledge.id));
        self.path_of(entity, Some(&shown))
    }

    fn path_of(
        &self,
        entity: &Code,
        shown: Option<&BTreeSet<u64>>,
    ) -> Result<Option<ExitPath>, Fault> {
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
        let organs = self.store.organs()?;
        for burden in burdens(&mut look, &law, entity, today)? {
            if shown.is_some_and(|shown| !shown.contains(&burden.record)) {
                continue;
            }
            let of_day = OfDay::for_burden(&law, &burden, today);
            let mut known = Known::of(&mut look, burden, None)?;
            if shown.is_some() {
                known.open = None;
                known.bar = None;
            }
            let given = of_day.law(&law);
            let found = exit_path::path(*entity, &[known.facts()], &given, today);
            let check = repair::check(&known.facts(), &given, today);
            let (Ok(found), Ok(check)) = (found, check) else {
                // The law says nothing about a repair; the record still ends by itself.
                if !known.burden.gone(&known.relief, today) {
                    let way = alone(&known.burden, today);
                    let last = way.effects.iter().map(|ending| ending.alone).max();
                    path.clear = path.clear.max(last);
                    path.alone = path.alone.max(last);
                    path.ways.push(way);
                }
                continue;
            };
            path.clear = path.clear.max(found.clear);
            path.alone = path.alone.max(found.alone);
            for way in found.ways {
                let since = known.burden.decided;
                path.ways.push(way_out(&organs, way, since, &check));
            }
        }
        path.ways.sort_by_key(|way| (way.from, way.record));
        Ok(Some(path))
    }
}

/// A record for which the law of the day has no repair: when it ends, and nothing to be done.
fn alone(burden: &Burden, today: Date) -> WayOut {
    let effects = burden.effects.iter().filter(|effect| effect.ends > today);
    let endings = effects.map(|effect| Ending {
        what: match &effect.measure {
            Some(measure) => format!("{}：{measure}", effect.kind.name()),
            None => effect.kind.name().to_owned(),
        },
        from: None,
        alone: effect.ends,
        basis: effect.basis.clone(),
    });
    WayOut {
        record: burden.record,
        what: burden.target.name(),
        docket: burden.docket.clone(),
        from: None,
        answer: None,
        unrepairable: Some("规则包没有这一天的修复规定，到期自动停止".to_owned()),
        open: None,
        since: burden.decided,
        obstacles: Vec::new(),
        materials: Vec::new(),
        steps: Vec::new(),
        effects: endings.collect(),
    }
}

fn way_out(organs: &[Organ], way: Way, since: Date, check: &Check) -> WayOut {
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
    WayOut {
        record: way.record,
        what: way.target.name(),
        docket: way.docket,
        from: way.from,
        answer: way.answer,
        unrepairable: way
            .unrepairable
            .map(|why| format!("依法不可修复（{}），自{}起可以申请", why.basis, why.until)),
        open: way.open,
        since,
        obstacles: obstacles(check),
        materials: asked(check),
        steps: steps.collect(),
        effects: effects.collect(),
    }
}

fn asked(check: &Check) -> Vec<Asked> {
    let needs = check.materials.iter();
    needs
        .map(|need| Asked {
            key: need.clause.key.to_string(),
            what: need.clause.text.to_string(),
            held: need
                .held
                .as_ref()
                .map(|held| format!("{}（{}）", held.name, held.number)),
            basis: need.clause.basis.clone(),
        })
        .collect()
}

/// What is in the way and is no material: of those it is said what is asked for.
fn obstacles(check: &Check) -> Vec<Obstacle> {
    let material = |key: &str| check.materials.iter().any(|need| &*need.clause.key == key);
    let others = check.obstacles.iter();
    others
        .filter(|one| !material(&one.clause.key))
        .map(|one| Obstacle {
            what: one.clause.text.to_string(),
            from: one.from,
            basis: one.clause.basis.clone(),
        })
        .collect()
}
