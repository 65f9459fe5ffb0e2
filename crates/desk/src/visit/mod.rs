//! Visits: a task of a draw or of a clue, from its approval to its result on the portal.

mod act;
mod begin;
pub mod field;
mod forms;
mod kept;
mod public;
mod rules;
mod view;

pub(crate) use act::{act, tick};
pub(crate) use begin::begin;
pub(crate) use forms::{beginnings, verbs};
pub(crate) use rules::{Rules, of_entity, visited};
pub(crate) use view::{facts, title, told};

use crate::Fault;
use crate::procedure::case::Parts;
use crate::procedure::{NotDone, Sitting};
use domain::code::Code;
use domain::inspection::Item;
use domain::inspection::visit::{self, Case, Command, Event, Refusal};
use domain::ledger::{Event as Happened, Step};
use domain::procedure::Person;
use jiff::civil::Date;

pub(crate) fn parts(case: &Case) -> Parts {
    let task = &case.task;
    let lead = task.lead().map(|part| part.organ);
    let others = task.parts.iter().map(|part| part.organ);
    Parts {
        entity: Some(task.entity),
        organ: lead,
        others: others.filter(|organ| Some(*organ) != lead).collect(),
        about: task.draw(),
        open: case.open(),
        internal: !case.told,
        ..Parts::default()
    }
}

fn refused(no: &Refusal) -> NotDone {
    NotDone::no(no.text(), no.basis().cloned())
}

/// Decides about a command, with the visits of the entity counted in the year of `day`.
pub(crate) fn decide_on(
    sitting: &mut Sitting<'_>,
    rules: &Rules,
    case: &Case,
    command: Command,
    by: &Person,
    day: Date,
) -> Result<Result<Vec<Event>, Refusal>, Fault> {
    let entity = &case.task.entity;
    let rate = crate::draw::rate(sitting.desk, entity, Item::General)?;
    let visited = visited(sitting, entity, Some(case.id), day)?;
    Ok(rules.ask(rate.as_ref(), &visited, |given| {
        visit::decide(case, command, by, given)
    }))
}

/// Appends the events of a decision.
pub(crate) fn write_all(
    sitting: &mut Sitting<'_>,
    id: u64,
    entity: Code,
    events: Vec<Event>,
) -> Result<(), Fault> {
    for event in events {
        write(sitting, Some(id), entity, event)?;
    }
    Ok(())
}

/// Appends an event of a visit.
pub(crate) fn write(
    sitting: &mut Sitting<'_>,
    procedure: Option<u64>,
    entity: Code,
    did: Event,
) -> Result<u64, Fault> {
    sitting.append(Happened::Visit(Step {
        procedure,
        entity: Some(entity),
        did,
    }))
}
