//! Records, repairs, reorganisations, commitments, objections, and two other platforms that talk.

mod checks;
mod dispute;
mod promise;
mod records;
mod repairing;
mod traffic;

use crate::city::{City, basis, ruled};
use crate::dice::Dice;
use crate::harness::{Broken, Noun, Scope, Stored, Turn};
use crate::lists::{DISCIPLINE, LISTING, Register};
use domain::basis::Ruled;
use domain::blacklist::Clause;
use domain::code::Code;
use domain::conditions::Conditions;
use domain::discipline::Discipline;
use domain::exchange::{self, Inbox, Outbox};
use domain::procedure::{Delivery, Document, Method, Person, Remedy};
use domain::repair::{
    self, Bar, Burden, Channel, Effect, EffectKind, Facts, Law, Relief, Reorganisation, Terms,
};
use domain::{commitment, objection};
use jiff::civil::{Date, date};
use records::Made;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

pub const RECORD: &str = "record";
pub const REPAIR: &str = "repair";
pub const PLAN: &str = "plan";
pub const COMMITMENT: &str = "commitment";
pub const OBJECTION: &str = "objection";
pub const EXCHANGE: &str = "exchange";

/// What came of a draw: one transaction, or the words of the refusal.
type Drawn = Result<Vec<Stored>, String>;

/// The noun: everything folded from the log.
#[derive(Default)]
pub struct Repairs {
    /// A mirror of the lists.
    register: Register,
    /// Measures in use, by the listing they rest on.
    measures: BTreeMap<u64, BTreeSet<u64>>,
    records: BTreeMap<u64, Made>,
    cases: BTreeMap<u64, repair::Case>,
    /// Applications that wait for somebody, by record.
    open: BTreeMap<u64, u64>,
    approved: BTreeSet<u64>,
    relief: BTreeMap<u64, Relief>,
    bars: BTreeMap<Code, Bar>,
    plans: BTreeMap<u64, Reorganisation>,
    promises: BTreeMap<u64, commitment::Case>,
    /// Promises with a duty that runs, or whose end the date brings.
    alive: BTreeSet<u64>,
    numbers: BTreeSet<String>,
    objections: BTreeMap<u64, objection::Case>,
    disputed: BTreeSet<u64>,
    outbox: Outbox,
    inbox: Inbox,
}

/// What the city's law says about repairs on a day, kept together.
struct Rules {
    materials: Option<Ruled<Conditions>>,
    eligible: Ruled<Conditions>,
    terms: Terms,
    receivers: BTreeSet<String>,
}

impl Rules {
    /// The materials change twice: more is asked for in 2029 than before and after.
    fn on(city: &City) -> Self {
        let day = city.today;
        let term = |kind| city.term(kind, day).cloned();
        let strict = (date(2029, 1, 1)..date(2030, 1, 1)).contains(&day);
        let requires: &[&str] = match strict {
            true => &["corrected", "commitment", "training"],
            false => &["corrected", "commitment"],
        };
        Self {
            materials: Some(conditions(requires, &[])),
            eligible: conditions(
                &["min-term", "corrected", "commitment"],
                &["unrepairable", "false-application"],
            ),
            terms: Terms {
                forward: term("repair-forward"),
                accept: term("repair-accept"),
                decide: term("repair-decide"),
                answer: term("repair-answer"),
                extend: term("repair-extend"),
                report: term("repair-report"),
            },
            receivers: receivers(),
        }
    }

    fn law<'a>(&'a self, city: &'a City) -> Law<'a> {
        Law {
            materials: self.materials.as_ref(),
            eligible: Some(&self.eligible),
            terms: &self.terms,
            calendar: &city.calendar,
        }
    }

    fn channel(&self, city: &City, outbox: &Outbox) -> Channel<'_> {
        Channel {
            sender: "zaozhuang",
            serial: outbox.next(),
            receivers: &self.receivers,
            office: office(city),
        }
    }
}

/// 信用办
fn office(city: &City) -> Code {
    city.organs[0]
}

/// The platforms that talk to the city; the first prevails.
fn peers() -> Vec<String> {
    ["credit-china", "samr"].map(str::to_owned).into()
}

fn receivers() -> BTreeSet<String> {
    ["credit-china", "samr", "bank"].map(str::to_owned).into()
}

fn conditions(requires: &[&str], bars: &[&str]) -> Ruled<Conditions> {
    let clauses = |keys: &[&str]| {
        let clause = |key: &&str| Clause {
            key: (*key).into(),
            text: (*key).into(),
            basis: basis("cn/city", key),
        };
        keys.iter().map(clause).collect()
    };
    let value = Conditions {
        requires: clauses(requires),
        bars: clauses(bars),
    };
    ruled(value, "cn/city", "repair")
}

fn remedy() -> Remedy {
    Remedy {
        review_until: None,
        litigation_until: None,
        where_to: "市人民政府".to_owned(),
    }
}

fn delivery(on: Date) -> Delivery {
    Delivery {
        method: Method::Electronic,
        proof: "R1".to_owned(),
        on,
    }
}

fn paper(organ: Code, on: Date) -> Document {
    Document {
        name: "决定书".to_owned(),
        number: format!("枣决〔{}〕1号", on.year()),
        on,
        organ,
    }
}

/// The organ that is right, mostly.
fn clerk(city: &City, right: Code, dice: &mut Dice) -> Person {
    let organ = match dice.chance(92) {
        true => right,
        false => city.organ(dice),
    };
    Person {
        account: "clerk".to_owned(),
        organ,
    }
}

/// A day near today, mostly today itself.
fn near(city: &City, dice: &mut Dice) -> Date {
    match dice.below(10) {
        0 => city.today.tomorrow().unwrap(),
        1 => city.today.yesterday().unwrap(),
        _ => city.today,
    }
}

/// Any of the keys; mostly one of those still worked on.
fn some(open: &BTreeSet<u64>, all: impl Iterator<Item = u64>, dice: &mut Dice) -> Option<u64> {
    if dice.chance(90) {
        let at = dice.below(open.len());
        return open.iter().nth(at).copied();
    }
    let all: Vec<u64> = all.take(64).collect();
    dice.pick(&all).copied()
}

impl Repairs {
    /// The burden behind a number: a record, a listing with its measures, or a broken promise.
    fn burden(&self, number: u64) -> Option<Burden> {
        if let Some(made) = self.records.get(&number) {
            return Some(made.burden(number));
        }
        if let Some(promise) = self.promises.get(&number) {
            return Burden::of_broken(promise);
        }
        let listing = self.register.listings.get(&number)?;
        let used = self.measures.get(&number).into_iter().flatten();
        let effects = used.filter_map(|case| self.register.measures.get(case)?.lasting());
        let effects = effects.map(|used| Effect {
            kind: EffectKind::Measure,
            measure: Some(used.measure.clone()),
            from: used.from,
            ends: used.ends,
            basis: used.basis.clone(),
        });
        Burden::of_listing(number, listing, effects)
    }

    /// What holds the effects of a burden off, with what other platforms say.
    fn relief(&self, burden: &Burden) -> Relief {
        let mut relief = self.relief.get(&burden.record).cloned().unwrap_or_default();
        relief.abroad = self.inbox.position(&burden.reference(), &peers());
        relief
    }

    fn facts<'a>(&'a self, burden: &'a Burden, relief: &'a Relief) -> Facts<'a> {
        Facts {
            burden,
            relief,
            bar: self.bars.get(&burden.entity),
            open: self.open.get(&burden.record).copied(),
        }
    }

    /// Any burden of the city.
    fn any(&self, dice: &mut Dice) -> Option<u64> {
        let chosen = |keys: Vec<u64>, dice: &mut Dice| dice.pick(&keys).copied();
        match dice.below(10) {
            0..=5 => chosen(self.records.keys().rev().take(120).copied().collect(), dice),
            6..=7 => {
                let listings = self.register.listings.iter().rev().take(120);
                let shown = listings.filter(|(_, listing)| listing.lives());
                chosen(shown.map(|(number, _)| *number).collect(), dice)
            }
            _ => {
                let broken = self.promises.iter().rev().take(120);
                let broken = broken.filter(|(_, promise)| promise.broken().is_some());
                chosen(broken.map(|(number, _)| *number).collect(), dice)
            }
        }
    }

    fn apply_repair(&mut self, entry: &Stored) -> Result<(), String> {
        let event = entry.read::<repair::Event>();
        let skipped = |_| format!("{entry:?} skips a step");
        let case = match self.cases.remove(&entry.case) {
            Some(case) => case.apply(&event).map_err(skipped)?,
            None => repair::Case::begin(entry.case, &event).ok_or("begins nothing")?,
        };
        let record = case.application.record;
        match case.open() {
            true => self.open.insert(record, case.id),
            false => self.open.remove(&record),
        };
        match case.stage {
            repair::Stage::Approved { .. } => self.approved.insert(case.id),
            _ => self.approved.remove(&case.id),
        };
        self.relief.entry(record).or_default().apply(record, &event);
        event.sent().iter().for_each(|sent| self.outbox.send(sent));
        if let repair::Event::Annulled(annulment) = &event {
            let bar = annulment.bar.clone();
            self.bars.insert(annulment.entity, bar);
        }
        self.cases.insert(case.id, case);
        Ok(())
    }

    fn apply_plan(&mut self, entry: &Stored) -> Result<(), String> {
        let event = entry.read::<repair::Event>();
        let plan = match self.plans.remove(&entry.case) {
            Some(plan) => plan.apply(&event).map_err(|_| "skips a step")?,
            None => Reorganisation::begin(entry.case, &event).ok_or("begins nothing")?,
        };
        for record in &plan.records {
            self.relief
                .entry(*record)
                .or_default()
                .apply(*record, &event);
        }
        event.sent().iter().for_each(|sent| self.outbox.send(sent));
        self.plans.insert(entry.case, plan);
        Ok(())
    }

    fn apply_promise(&mut self, entry: &Stored) -> Result<(), String> {
        let event = entry.read::<commitment::Event>();
        let promise = match self.promises.remove(&entry.case) {
            Some(promise) => promise.apply(&event).map_err(|_| "skips a step")?,
            None => commitment::Case::begin(entry.case, &event).ok_or("begins nothing")?,
        };
        let alive = promise.clocks.iter().any(|clock| clock.outcome.is_none())
            || matches!(promise.stage, commitment::Stage::Notified(_))
            || promise.paper.valid_until.is_some();
        match alive {
            true => self.alive.insert(entry.case),
            false => self.alive.remove(&entry.case),
        };
        self.numbers.insert(promise.paper.number.clone());
        self.promises.insert(entry.case, promise);
        Ok(())
    }

    fn apply_objection(&mut self, entry: &Stored) -> Result<(), String> {
        let event = entry.read::<objection::Event>();
        let case = match self.objections.remove(&entry.case) {
            Some(case) => case.apply(&event).map_err(|_| "skips a step")?,
            None => objection::Case::begin(entry.case, &event).ok_or("begins nothing")?,
        };
        let owed = case.clocks.iter().any(|clock| clock.outcome.is_none());
        match owed {
            true => self.disputed.insert(entry.case),
            false => self.disputed.remove(&entry.case),
        };
        event.sent().iter().for_each(|sent| self.outbox.send(sent));
        if let objection::Event::Decided { outcome, on, .. } = &event
            && matches!(outcome, objection::Outcome::Upheld { .. })
        {
            let relief = self.relief.entry(case.objection.record).or_default();
            relief.withdraw(*on);
        }
        self.objections.insert(entry.case, case);
        Ok(())
    }
}

impl Noun for Repairs {
    fn name(&self) -> &'static str {
        REPAIR
    }

    fn command(&self, city: &City, dice: &mut Dice) -> Turn {
        let (what, answer) = match dice.below(100) {
            0..=5 => ("record", self.file_record(city, dice)),
            6..=45 => ("repair", self.draw_repair(city, dice)),
            46..=48 => ("plan", self.draw_plan(city, dice)),
            49..=73 => ("promise", self.draw_promise(city, dice)),
            74..=84 => ("objection", self.draw_objection(city, dice)),
            _ => ("traffic", self.draw_traffic(city, dice)),
        };
        Turn {
            said: city.say(|| format!("{} {what}", city.today)),
            answer,
        }
    }

    fn tick(&self, city: &City) -> Vec<Stored> {
        let mut entries = Vec::new();
        let mut put = |noun, case, events: Vec<_>| {
            let stored = events
                .into_iter()
                .map(|event| Stored::new(noun, case, event));
            entries.extend(stored);
        };
        for number in self.open.values() {
            let case = &self.cases[number];
            let Some(burden) = self.burden(case.application.record) else {
                let on = city.today;
                put(
                    REPAIR,
                    *number,
                    vec![repair::Event::Moot {
                        repair: *number,
                        on,
                    }],
                );
                continue;
            };
            let relief = self.relief(&burden);
            let facts = self.facts(&burden, &relief);
            let ticked = case.tick(&facts, city.today);
            let moot = ticked
                .iter()
                .any(|event| matches!(event, repair::Event::Moot { .. }));
            put(REPAIR, *number, ticked);
            if !moot {
                put(REPAIR, *number, case.reproject(city.today, &city.calendar));
            }
        }
        for number in &self.alive {
            let promise = &self.promises[number];
            let mut events = promise.tick(city.today);
            if !events
                .iter()
                .any(|event| matches!(event, commitment::Event::Ended { .. }))
            {
                events.extend(promise.reproject(city.today, &city.calendar));
            }
            let events = events.into_iter();
            entries.extend(events.map(|event| Stored::new(COMMITMENT, *number, event)));
        }
        for number in &self.disputed {
            let case = &self.objections[number];
            let events = case.tick(city.today).into_iter();
            let moved = case.reproject(city.today, &city.calendar);
            let events = events.chain(moved);
            entries.extend(events.map(|event| Stored::new(OBJECTION, *number, event)));
        }
        let named = self.outbox.name(city.today).into_iter();
        entries.extend(named.map(|event| Stored::new(EXCHANGE, 0, event)));
        entries
    }

    fn apply(&mut self, entry: &Stored) -> Result<(), String> {
        self.register.apply(entry)?;
        match entry.noun {
            LISTING => Ok(()),
            DISCIPLINE => {
                let used: &Discipline = &self.register.measures[&entry.case];
                let listing = used.effect().listing;
                self.measures.entry(listing).or_default().insert(entry.case);
                Ok(())
            }
            RECORD => {
                self.records.insert(entry.case, entry.read());
                Ok(())
            }
            REPAIR => self.apply_repair(entry),
            PLAN => self.apply_plan(entry),
            COMMITMENT => self.apply_promise(entry),
            OBJECTION => self.apply_objection(entry),
            EXCHANGE => {
                let event = entry.read::<exchange::Event>();
                self.outbox.apply(&event);
                self.inbox.apply(&event);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn check(&self, city: &City, scope: Scope<'_>) -> Result<(), Broken> {
        match scope {
            Scope::Touched(entries) => entries
                .iter()
                .try_for_each(|entry| self.check_touched(city, entry)),
            Scope::All => self.check_all(city),
        }
    }

    fn state(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        write!(
            out,
            "{:?}{:?}{:?}{:?}{:?}{:?}{:?}{:?}{:?}",
            self.records,
            self.cases,
            self.relief,
            self.bars,
            self.plans,
            self.promises,
            self.objections,
            self.outbox,
            self.inbox
        )
    }
}
