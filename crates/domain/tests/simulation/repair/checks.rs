//! What must hold about repairs, promises, objections and messages after every step.

use super::traffic::message;
use super::{
    COMMITMENT, EXCHANGE, OBJECTION, PLAN, RECORD, REPAIR, Repairs, Rules, paper, peers, promise,
};
use crate::city::City;
use crate::harness::{Broken, Stored, hold};
use crate::lists::{DISCIPLINE, LISTING};
use domain::clock::Clocks;
use domain::code::Code;
use domain::exchange;
use domain::exit_path;
use domain::objection;
use domain::procedure::Person;
use domain::repair::{
    self, Applicant, Burden, Case, Command, Event, Facts, Law, Material, Request, Stage,
};
use jiff::civil::Date;
use std::collections::BTreeSet;

impl Repairs {
    pub(super) fn check_touched(&self, city: &City, entry: &Stored) -> Result<(), Broken> {
        match entry.noun {
            RECORD | LISTING => self.check_burden(city, entry.case),
            DISCIPLINE => {
                self.check_burden(city, self.register.measures[&entry.case].effect().listing)
            }
            REPAIR => self.check_case(city, entry),
            PLAN => self
                .plans
                .get(&entry.case)
                .into_iter()
                .flat_map(|plan| &plan.records)
                .try_for_each(|record| self.check_burden(city, *record)),
            COMMITMENT => self.check_promise(city, entry.case),
            OBJECTION => self.check_objection(entry.case),
            EXCHANGE => self.check_message(city, entry),
            _ => Ok(()),
        }
    }

    pub(super) fn check_all(&self, city: &City) -> Result<(), Broken> {
        // Everything that waits, and the newest of what is done.
        for record in self.open.keys() {
            self.check_burden(city, *record)?;
        }
        for number in self.approved.iter().rev().take(30) {
            self.check_burden(city, self.cases[number].application.record)?;
        }
        for number in &self.alive {
            self.check_promise(city, *number)?;
        }
        for number in &self.disputed {
            self.check_objection(*number)?;
        }
        if !city.rested {
            return Ok(());
        }
        for late in self.outbox.laggards(city.today) {
            let pending = self.outbox.get(late.serial);
            let named = pending.is_some_and(|pending| pending.named.contains(&late.receiver));
            hold(named, "who is silent is listed", || format!("{late:?}"))?;
        }
        let clocks = self.open.values().map(|number| &self.cases[number].clocks);
        let promises = self
            .alive
            .iter()
            .map(|number| &self.promises[number].clocks);
        let disputes = self
            .disputed
            .iter()
            .map(|number| &self.objections[number].clocks);
        for clocks in clocks.chain(promises).chain(disputes) {
            let silent = clocks.silent(city.today);
            hold(silent.is_empty(), "silence goes up to the office", || {
                format!("{silent:?}")
            })?;
        }
        Ok(())
    }

    /// No effect past its end, none of what is repaired, and the exit path keeps its promise.
    fn check_burden(&self, city: &City, number: u64) -> Result<(), Broken> {
        let Some(burden) = self.burden(number) else {
            return Ok(());
        };
        let relief = self.relief(&burden);
        let held = burden.in_force(&relief, city.today);
        let what = || format!("{burden:?} {relief:?} {}", city.today);
        let within = held
            .iter()
            .all(|effect| effect.from <= city.today && city.today < effect.ends);
        hold(within, "no effect past its end", what)?;
        hold(
            held.is_empty() || !relief.free(city.today),
            "what is repaired or rests has no effect",
            what,
        )?;
        self.check_path(city, &burden, &relief)
    }

    /// Walks the exit path: on its day the engine approves, one day earlier it does not even take
    /// the application.
    fn check_path(
        &self,
        city: &City,
        burden: &Burden,
        relief: &repair::Relief,
    ) -> Result<(), Broken> {
        let rules = Rules::on(city);
        let law = rules.law(city);
        let facts = Facts {
            open: None,
            ..self.facts(burden, relief)
        };
        let path = exit_path::path(burden.entity, &[facts], &law, city.today);
        let what = || format!("{path:?} {}", city.today);
        let Some(way) = path.as_ref().ok().and_then(|path| path.ways.first()) else {
            let gone = burden.gone(relief, city.today);
            return hold(gone, "only what is gone has no way out", what);
        };
        for exit in &way.exits {
            hold(
                exit.alone > city.today,
                "every effect has an end ahead",
                what,
            )?;
        }
        let Some(from) = way.from else {
            return Ok(());
        };
        let left = walk(city, &rules, &facts, from);
        hold(left == Ok(0), "the exit path works on its day", || {
            format!("{left:?} {path:?} {}", city.today)
        })?;
        if from <= city.today {
            return Ok(());
        }
        let before = from.yesterday().unwrap();
        let refused = repair::file(&facts, complete(&facts, &law, before), &law, before);
        hold(
            refused.is_err(),
            "the exit path is refused a day earlier",
            what,
        )
    }

    fn check_case(&self, city: &City, entry: &Stored) -> Result<(), Broken> {
        let case = &self.cases[&entry.case];
        let record = case.application.record;
        let what = || format!("{case:?}");
        one_outcome(&case.clocks, case.open(), "repair")?;
        match entry.read::<Event>() {
            Event::Filed { .. } => {
                let bar = self.bars.get(&case.application.entity);
                let barred = bar.is_some_and(|bar| bar.holds(city.today));
                hold(!barred, "no application under a bar", what)?;
            }
            Event::Approved(approval) => {
                let relief = self.relief.get(&record);
                let free = relief.is_some_and(|relief| relief.free(approval.on));
                hold(free, "an approval ends everything at once", what)?;
                let told = self.outbox.get(approval.sent.message.serial);
                let told = told.is_some_and(|told| told.sent == approval.sent);
                hold(told, "an approval reaches every receiver", what)?;
                let living = self.register.listings.get(&record);
                let living = living.is_some_and(|listing| listing.public(city.today));
                hold(!living, "a repaired listing is no longer public", what)?;
                let used = self.measures.get(&record).into_iter().flatten();
                let mut used = used.filter_map(|number| self.register.measures[number].lasting());
                hold(
                    used.next().is_none(),
                    "no measure outlives a repaired listing",
                    what,
                )?;
                let broken = self.promises.get(&record);
                let broken = broken.is_some_and(|promise| promise.against().is_some());
                hold(!broken, "a repaired breach bars nothing", what)?;
            }
            Event::Annulled(annulment) => {
                let promise = self.promises.get(&annulment.commitment);
                let determined = promise.is_some_and(|promise| promise.broken().is_some());
                hold(determined, "only a determined breach undoes a repair", what)?;
                hold(
                    annulment.bar.until > annulment.bar.from,
                    "a bar has an end",
                    what,
                )?;
            }
            _ => {}
        }
        let decided = matches!(
            case.stage,
            Stage::Refused { .. } | Stage::NotAccepted { .. }
        );
        hold(
            !decided
                || matches!(
                    entry.read(),
                    Event::Refused { .. }
                        | Event::NotAccepted { .. }
                        | Event::ClockMoved { .. }
                        | Event::Escalated { .. }
                ),
            "only a decision turns down",
            what,
        )?;
        self.check_burden(city, record)
    }

    fn check_promise(&self, city: &City, number: u64) -> Result<(), Broken> {
        let case = &self.promises[&number];
        let what = || format!("{case:?}");
        let ended = matches!(case.stage, domain::commitment::Stage::Ended { .. });
        one_outcome(&case.clocks, !ended, "promise")?;
        let Some(broken) = case.broken() else {
            return hold(
                case.against().is_none(),
                "no breach without determination",
                what,
            );
        };
        let notified = broken.notified();
        hold(
            notified.until.over(broken.document.on),
            "no determination before the plea is over",
            what,
        )?;
        hold(
            notified.delivery.on >= notified.found.on,
            "no notice before a finding",
            what,
        )?;
        let published = promise::matter(case.paper.kind).consequences;
        let own = broken
            .consequences
            .iter()
            .all(|key| published.iter().any(|clause| *clause.key == **key));
        hold(own, "only published consequences", what)?;
        let ends = case.against().and_then(|against| against.until);
        hold(
            ends == Some(broken.window.hidden),
            "a breach has an end",
            what,
        )?;
        self.check_burden(city, number)
    }

    fn check_objection(&self, number: u64) -> Result<(), Broken> {
        let case = &self.objections[&number];
        let what = || format!("{case:?}");
        let waits = !matches!(
            case.stage,
            objection::Stage::Told { .. } | objection::Stage::Withdrawn { .. }
        );
        one_outcome(&case.clocks, waits, "objection")?;
        let marked = objection::marks([case], case.objection.record).len();
        let open = matches!(
            case.stage,
            objection::Stage::Filed | objection::Stage::Forwarded { .. }
        );
        hold(
            (marked == 1) == open,
            "disputed from filing to outcome",
            what,
        )
    }

    /// A message heard again, or one that a later word overtook, changes nothing.
    fn check_message(&self, city: &City, entry: &Stored) -> Result<(), Broken> {
        let exchange::Event::Received { message: heard, .. } = entry.read() else {
            return Ok(());
        };
        let again = self.inbox.receive(&heard, &peers(), city.today);
        hold(
            again == Ok(Vec::new()),
            "a message heard twice counts once",
            || format!("{heard:?}"),
        )?;
        let record = self
            .records
            .iter()
            .rev()
            .take(60)
            .find(|(record, made)| made.burden(**record).reference() == heard.reference);
        let Some((record, made)) = record else {
            return Ok(());
        };
        let burden = made.burden(*record);
        for serial in 1..heard.serial {
            let old = message(&heard.sender, serial, &burden);
            let mut shuffled = self.inbox.clone();
            for event in self
                .inbox
                .receive(&old, &peers(), city.today)
                .unwrap_or_default()
            {
                shuffled.apply(&event);
            }
            let back = shuffled.receive(&heard, &peers(), city.today);
            hold(back == Ok(Vec::new()), "order changes nothing", || {
                format!("{old:?} {heard:?}")
            })?;
        }
        self.check_burden(city, *record)
    }
}

/// Every duty has one outcome at most, and a closed case owes nothing.
fn one_outcome(clocks: &Clocks, open: bool, of: &'static str) -> Result<(), Broken> {
    let owed = clocks
        .iter()
        .filter(|clock| clock.outcome.is_none())
        .count();
    hold(open || owed == 0, "a closed case owes nothing", || {
        format!("{of} {clocks:?}")
    })?;
    let mut seen = BTreeSet::new();
    let once = clocks
        .iter()
        .filter(|clock| clock.outcome.is_none())
        .all(|clock| seen.insert(clock.duty));
    hold(once, "every duty has one outcome", || {
        format!("{of} {clocks:?}")
    })
}

/// An application with everything the law of the day asks for.
fn complete(facts: &Facts<'_>, law: &Law<'_>, day: Date) -> Request {
    let entity = facts.burden.entity;
    let asked = law
        .materials
        .iter()
        .flat_map(|ruled| ruled.value().requires.iter());
    let materials = asked.map(|clause| Material {
        key: clause.key.to_string(),
        document: paper(entity, day),
    });
    Request {
        entity,
        by: Applicant::Entity {
            account: "owner".to_owned(),
        },
        materials: materials.collect(),
        commitment: Some(1),
    }
}

/// Files, forwards, accepts and approves on one day; how many effects are left that day.
fn walk(city: &City, rules: &Rules, facts: &Facts<'_>, day: Date) -> Result<usize, String> {
    let law = rules.law(city);
    let outbox = exchange::Outbox::default();
    let channel = rules.channel(city, &outbox);
    let filed = repair::file(facts, complete(facts, &law, day), &law, day);
    let filed = filed.map_err(|no| no.text())?;
    let mut case = filed
        .first()
        .and_then(|event| Case::begin(1, event))
        .ok_or("begins nothing")?;
    let organ = facts.burden.organ;
    let mut relief = facts.relief.clone();
    let steps: [(Command, Code); 3] = [
        (Command::Forward, channel.office),
        (Command::Accept, organ),
        (
            Command::Approve {
                document: paper(organ, day),
            },
            organ,
        ),
    ];
    for (command, organ) in steps {
        let by = Person {
            account: "clerk".to_owned(),
            organ,
        };
        let events = repair::decide(&case, command, &by, facts, &law, &channel, day);
        for event in events.map_err(|no| no.text())? {
            relief.apply(facts.burden.record, &event);
            case = case.apply(&event).map_err(|_| "skips a step")?;
        }
    }
    Ok(facts.burden.in_force(&relief, day).len())
}
