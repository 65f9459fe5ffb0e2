//! Objections to records, answered late, by the wrong unit, or not at all.

use super::{
    Drawn, OBJECTION, Repairs, clerk, delivery, near, office, paper, receivers, remedy, some,
};
use crate::city::{City, basis};
use crate::dice::Dice;
use crate::harness::Stored;
use domain::intake::docket::Key;
use domain::objection::{
    Case, Command, Facts, Law, Objection, Objector, Outcome, Scope, Stage, decide, file,
};
use domain::repair::Burden;

impl Repairs {
    pub(super) fn draw_objection(&self, city: &City, dice: &mut Dice) -> Drawn {
        let known = some(&self.disputed, self.objections.keys().rev().copied(), dice);
        let known = known.filter(|_| dice.chance(75));
        let Some(case) = known.and_then(|number| self.objections.get(&number)) else {
            return self.object(city, dice);
        };
        let burden = self.records.get(&case.objection.record);
        let burden = burden.ok_or("no record")?.burden(case.objection.record);
        let received = receivers();
        let facts = self.told(city, &burden, &received);
        let law = law(city);
        let by = match dice.chance(8) {
            true => {
                let events = case.withdraw(&case.objection.by, &facts, &law, city.today);
                return stored(case.id, events.map_err(|no| no.text())?);
            }
            false => clerk(city, right(city, case), dice),
        };
        let command = command(city, case, dice);
        let events = decide(case, command, &by, &facts, &law, city.today);
        stored(case.id, events.map_err(|no| no.text())?)
    }

    fn told<'a>(
        &self,
        city: &City,
        burden: &'a Burden,
        received: &'a std::collections::BTreeSet<String>,
    ) -> Facts<'a> {
        Facts {
            record: burden.record,
            entity: burden.entity,
            provider: burden.organ,
            docket: &burden.docket,
            linked: &[],
            received,
            sender: "zaozhuang",
            serial: self.outbox.next(),
            office: office(city),
        }
    }

    fn object(&self, city: &City, dice: &mut Dice) -> Drawn {
        let records: Vec<u64> = self.records.keys().rev().take(80).copied().collect();
        let record = *dice.pick(&records).ok_or("no record")?;
        let burden = self.records[&record].burden(record);
        let received = receivers();
        let facts = self.told(city, &burden, &received);
        let objection = Objection {
            record,
            field: dice.chance(70).then(|| "CF_NR".to_owned()),
            entity: match dice.chance(95) {
                true => burden.entity,
                false => city.entity(dice).0,
            },
            provider: burden.organ,
            by: Objector::Entity {
                account: "owner".to_owned(),
            },
            grounds: match dice.chance(95) {
                true => "金额有误".to_owned(),
                false => String::new(),
            },
            scope: [Scope::Own, Scope::Assisted][dice.below(2)],
        };
        let open: Vec<&Case> = self
            .disputed
            .iter()
            .filter_map(|number| self.objections.get(number))
            .collect();
        let events = file(objection, &open, city.seq, &facts, &law(city), city.today);
        stored(city.seq, events.map_err(|no| no.text())?)
    }
}

fn stored(case: u64, events: Vec<domain::objection::Event>) -> Drawn {
    let events = events.into_iter();
    Ok(events
        .map(|event| Stored::new(OBJECTION, case, event))
        .collect())
}

fn law(city: &City) -> Law<'_> {
    let term = |kind| city.term(kind, city.today);
    Law {
        own: term("objection-own"),
        assisted: term("objection-assisted"),
        forward: term("objection-forward"),
        answer: term("objection-answer"),
        notify: term("objection-notify"),
        report: term("repair-report"),
        calendar: &city.calendar,
    }
}

/// Whose turn it is.
fn right(city: &City, case: &Case) -> domain::code::Code {
    match (&case.stage, case.objection.scope) {
        (Stage::Forwarded { .. }, _) => case.objection.provider,
        _ => office(city),
    }
}

fn command(city: &City, case: &Case, dice: &mut Dice) -> Command {
    let next = match (&case.stage, case.objection.scope) {
        (Stage::Filed, Scope::Assisted) => 0,
        (Stage::Decided { .. }, _) => 2,
        _ => 1,
    };
    let which = match dice.chance(88) {
        true => next,
        false => dice.below(5),
    };
    let day = near(city, dice);
    let reason = match dice.chance(95) {
        true => "核查".to_owned(),
        false => String::new(),
    };
    match which {
        0 => Command::Forward,
        1 => Command::Decide {
            outcome: outcome(reason, dice),
            evidence: paper(case.objection.provider, day),
        },
        2 => Command::Tell {
            delivery: delivery(day),
        },
        3 => Command::Suspend {
            duty: "objection-assisted".to_owned(),
            from: day,
            reason,
            basis: basis("cn/city", "objection"),
        },
        _ => Command::Resume {
            duty: "objection-assisted".to_owned(),
            until: day,
        },
    }
}

fn outcome(reason: String, dice: &mut Dice) -> Outcome {
    match dice.below(5) {
        0 => Outcome::Upheld { reason },
        1 | 2 => Outcome::Corrected {
            field: ["CF_NR", "CF_SY"][dice.below(2)].to_owned(),
            wrong: Key::of(["1"]),
            right: Key::of([["1", "2", "3"][dice.below(3)]]),
            reason,
        },
        _ => Outcome::Refused {
            reason,
            basis: basis("cn/city", "objection"),
            remedy: remedy(),
        },
    }
}
