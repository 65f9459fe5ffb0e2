//! What an entity asks before it applies: what can end, when, and how (R93).
//!
//! The answer is made of the same parts as the decision, so it cannot promise something else.

use super::{EffectKind, Facts, Law, Material, Refusal};
use crate::blacklist::Clause;
use crate::conditions::Conditions;
use crate::procedure::Document;
use jiff::civil::Date;

/// The shortest term has run.
const MIN_TERM: &str = "min-term";
/// The public promise, given with a repair commitment.
pub(super) const COMMITMENT: &str = "commitment";
/// The law forbids the repair for a time.
const UNREPAIRABLE: &str = "unrepairable";
/// An earlier application rested on false materials.
const FALSE_APPLICATION: &str = "false-application";

/// A clause in the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Obstacle {
    pub clause: Clause,
    /// The day from which it falls away by itself; absent where the entity has to do something.
    pub from: Option<Date>,
}

impl Obstacle {
    /// What the applicant reads.
    pub fn text(&self) -> String {
        let (clause, basis) = (&self.clause.text, &self.clause.basis);
        match self.from {
            Some(from) => format!("{clause}（{basis}），自{from}起不再妨碍"),
            None => format!("{clause}（{basis}）"),
        }
    }
}

/// A material the law asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    pub clause: Clause,
    /// An organ holds the proof already: it is fetched, not asked for (R94).
    pub held: Option<Document>,
}

/// The answer to an entity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// What ends with an approval.
    pub ends: Vec<(EffectKind, Option<String>)>,
    /// The first day on which an application with all materials is taken; absent where nothing is
    /// left to repair by then.
    pub from: Option<Date>,
    /// The day on which the record ends by itself.
    pub alone: Option<Date>,
    /// What is in the way today.
    pub obstacles: Vec<Obstacle>,
    pub materials: Vec<Need>,
    /// An application that is being worked on.
    pub open: Option<u64>,
}

/// Answers what, when and how. Silence of the law is a refusal: nobody knows what to ask for.
pub fn check(facts: &Facts<'_>, law: &Law<'_>, today: Date) -> Result<Check, Refusal> {
    let ruled = law.materials.ok_or(Refusal::LawSilent {
        what: "信用修复材料",
    })?;
    let burden = facts.burden;
    let held = |key: &str| {
        let mut held = burden.held.iter();
        let found = held.find(|material| material.key == key);
        found.map(|material| material.document.clone())
    };
    let needs = ruled.value().requires.iter().map(|clause| Need {
        held: held(&clause.key),
        clause: clause.clone(),
    });
    let live = burden.effects.iter().filter(|effect| effect.ends > today);
    let from = first(facts).max(today);
    Ok(Check {
        ends: live
            .map(|effect| (effect.kind, effect.measure.clone()))
            .collect(),
        from: (!burden.gone(facts.relief, from)).then_some(from),
        alone: burden.ends().filter(|ends| *ends > today),
        obstacles: obstacles(facts, &[], law, today),
        materials: needs.collect(),
        open: facts.open,
    })
}

/// The first day on which no term stands in the way.
pub(super) fn first(facts: &Facts<'_>) -> Date {
    let burden = facts.burden;
    let banned = burden.unrepairable.as_ref().map(|why| why.until);
    let barred = facts.bar.map(|bar| bar.until);
    let later = banned.into_iter().chain(barred).max();
    later.map_or(burden.repairable, |day| day.max(burden.repairable))
}

/// The clauses in the way on a day, each once, when these materials are handed in.
pub(super) fn obstacles(
    facts: &Facts<'_>,
    materials: &[Material],
    law: &Law<'_>,
    day: Date,
) -> Vec<Obstacle> {
    let burden = facts.burden;
    let handed = materials.iter().chain(&burden.held);
    let mut findings: Vec<&str> = handed.map(|material| material.key.as_str()).collect();
    let holds = [
        (MIN_TERM, day >= burden.repairable),
        (UNREPAIRABLE, banned(facts, day)),
        (
            FALSE_APPLICATION,
            facts.bar.is_some_and(|bar| bar.holds(day)),
        ),
    ];
    findings.extend(holds.iter().filter(|(_, held)| *held).map(|(key, _)| *key));
    let asked = [law.materials, law.eligible].into_iter().flatten();
    let against = asked.flat_map(|ruled| Conditions::against(ruled.value(), &findings));
    let mut found: Vec<Obstacle> = Vec::new();
    for clause in against {
        if found.iter().all(|known| known.clause.key != clause.key) {
            found.push(Obstacle {
                from: ends(&clause.key, facts),
                clause: clause.clone(),
            });
        }
    }
    found
}

/// Whether the law forbids the repair on the day.
pub(super) fn banned(facts: &Facts<'_>, day: Date) -> bool {
    let banned = facts.burden.unrepairable.as_ref();
    banned.is_some_and(|why| day < why.until)
}

fn ends(key: &str, facts: &Facts<'_>) -> Option<Date> {
    match key {
        MIN_TERM => Some(facts.burden.repairable),
        UNREPAIRABLE => facts.burden.unrepairable.as_ref().map(|why| why.until),
        FALSE_APPLICATION => facts.bar.map(|bar| bar.until),
        _ => None,
    }
}
