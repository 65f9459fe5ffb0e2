//! What an event does to the facts an evaluation counts: the one place that knows, for the view that keeps
//! them and for a replay that folds them anew.

use crate::clock::days_since_1970 as day_number;
use crate::procedure::Case;
use domain::blacklist;
use domain::code::Code;
use domain::commitment::{self, Event as Promise};
use domain::filing::Filed;
use domain::grade::{Class, Fact, Kind};
use domain::inspection::visit;
use domain::ledger::Event;
use domain::listing::{self, Listing};
use domain::repair::Relieved;
use jiff::civil::Date;

/// One change of the facts of an entity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Weighing {
    Begins(Code, Fact),
    /// Whatever this record or procedure weighed, it weighs nothing from this day on.
    Fades {
        record: u64,
        on: Date,
    },
}

/// What a step of a procedure changes. `case` is the procedure after the step.
pub fn of_step(seq: u64, event: &Event, case: &Case) -> Vec<Weighing> {
    match (event, case) {
        (Event::Commitment(step), Case::Commitment(case)) => of_commitment(&step.did, case),
        (Event::Listing(step), Case::Listing(listing)) => {
            let id = step.procedure.unwrap_or(seq);
            match &step.did {
                listing::Event::Published(shown) => of_listing(id, listing, shown.on),
                listing::Event::Ended(leaving) => fades(id, leaving.due),
                _ => Vec::new(),
            }
        }
        (Event::Visit(step), Case::Visit(case)) => match step.did {
            visit::Event::Published { on, ends, .. } => of_visit(case, on, ends),
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// A visit is one fact, however many organs and items it had: to enter together must not weigh more than
/// to come once (R64, R66). It weighs no longer than it is shown.
fn of_visit(case: &visit::Case, known: Date, ends: Date) -> Vec<Weighing> {
    let Some(begun) = case.begun() else {
        return Vec::new();
    };
    let results = begun.records.values();
    let mut results = results.flat_map(|arrived| &arrived.record.results);
    let fact = Fact {
        record: case.id,
        kind: match results.any(|outcome| outcome.problem) {
            true => Kind::Failed,
            false => Kind::Passed,
        },
        class: Class::Unclassed,
        amount: 0,
        day: day_number(begun.start.on),
        known: day_number(known),
        gone: day_number(ends),
        repairable: None,
    };
    vec![Weighing::Begins(case.task.entity, fact)]
}

/// What it changes that a record stops weighing, or weighs again. `filed` is the record where it was filed,
/// `case` where it is a procedure.
pub fn of_relief(event: &Relieved, filed: Option<&Filed>, case: Option<&Case>) -> Vec<Weighing> {
    if event.free {
        return fades(event.record, event.on);
    }
    match (filed, case) {
        (Some(filed), _) => {
            let again = Fact::of(event.record, filed).map(|fact| Fact {
                known: day_number(event.on),
                ..fact
            });
            let again = again
                .filter(|fact| fact.gone > fact.known)
                .zip(filed.entity);
            again
                .map(|(fact, entity)| Weighing::Begins(entity, fact))
                .into_iter()
                .collect()
        }
        (None, Some(Case::Listing(listing))) if listing.lives() => {
            of_listing(event.record, listing, event.on)
        }
        (None, Some(Case::Commitment(case))) => of_breach(case, event.on),
        _ => Vec::new(),
    }
}

fn fades(record: u64, on: Date) -> Vec<Weighing> {
    vec![Weighing::Fades { record, on }]
}

fn of_commitment(event: &Promise, case: &commitment::Case) -> Vec<Weighing> {
    let paper = &case.paper;
    let Some(entity) = paper.promisor.entity() else {
        return Vec::new();
    };
    match event {
        Promise::Registered { on, .. } | Promise::Accepted { on, .. } => {
            let gone = paper.valid_until.and_then(|until| until.tomorrow().ok());
            let fact = Fact {
                record: case.id,
                kind: Kind::Commitment,
                class: Class::Unclassed,
                amount: 0,
                day: day_number(paper.made),
                known: day_number(*on),
                gone: gone.map_or(i32::MAX, day_number),
                repairable: None,
            };
            vec![Weighing::Begins(entity, fact)]
        }
        Promise::Ended { on, .. } => fades(case.id, *on),
        Promise::Determined { on, .. } => [fades(case.id, *on), of_breach(case, *on)].concat(),
        _ => Vec::new(),
    }
}

fn of_breach(case: &commitment::Case, known: Date) -> Vec<Weighing> {
    let (Some(broken), Some(entity)) = (case.broken(), case.paper.promisor.entity()) else {
        return Vec::new();
    };
    let fact = Fact {
        record: case.id,
        kind: Kind::Broken,
        class: Class::from(broken.severity),
        amount: 0,
        day: day_number(broken.document.on),
        known: day_number(known),
        gone: day_number(broken.window.hidden),
        repairable: Some(day_number(broken.window.repairable)),
    };
    vec![Weighing::Begins(entity, fact)]
}

fn of_listing(id: u64, listing: &Listing, known: Date) -> Vec<Weighing> {
    let Some(entry) = listing.entry() else {
        return Vec::new();
    };
    let (kind, class) = match entry.kind {
        blacklist::Kind::Blacklist => (Kind::Blacklist, Class::Serious),
        blacklist::Kind::Abnormal => (Kind::Abnormal, Class::Unclassed),
        blacklist::Kind::Honorlist => (Kind::Honor, Class::Unclassed),
        blacklist::Kind::Watchlist => return Vec::new(),
    };
    let fact = Fact {
        record: id,
        kind,
        class,
        amount: 0,
        day: day_number(entry.on),
        known: day_number(known),
        gone: day_number(entry.ends),
        repairable: entry.early.filter(|_| entry.kind.adverse()).map(day_number),
    };
    vec![Weighing::Begins(entry.entity, fact)]
}

/// In the order of their entries; of one entry, in the order in which they began to weigh.
pub fn order(fact: &Fact) -> (u64, u8, i32) {
    (fact.record, fact.kind.number(), fact.known)
}
