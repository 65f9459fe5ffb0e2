//! A filed record with one cell put right, as an upheld objection asks for it.

use super::order::{Mode, Order};
use super::place::corrected;
use super::row::{Reading, Row};
use crate::ports::{Sealed, Standing};
use crate::{Actor, Desk, Fault};
use domain::intake::{Cell, Findings, Form};
use domain::ledger::Entry;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Why a record could not be put right.
#[derive(Debug)]
pub(crate) enum NotRestated {
    /// The record has no such column.
    NoColumn,
    /// A value of the record was redacted: it cannot be stated again.
    Redacted,
    /// The row with the new value does not pass the checks every row has to pass.
    Findings(Vec<String>),
    Fault(Fault),
}

impl From<Fault> for NotRestated {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// The column of a record by its code or its Chinese name, with its present value.
pub(crate) fn column(
    desk: &Desk,
    standing: &Standing,
    entry: &Entry,
    field: &str,
) -> Option<(String, String)> {
    let plan = desk.sources.get(&standing.source)?;
    let columns = &plan.spec().columns;
    let column = columns
        .iter()
        .find(|column| column.code == field || column.name == field)?;
    let text = entry.value(&column.code).unwrap_or_default();
    Some((column.code.clone(), text.to_owned()))
}

/// Makes the new version of a record: the same row with another value in one column, checked and decided
/// like any row.
pub(crate) fn restate(
    desk: &Desk,
    actor: &Actor,
    standing: &Standing,
    entry: &Entry,
    (column, value): (&str, &str),
    reason: &str,
) -> Result<Sealed, NotRestated> {
    let plan = desk
        .sources
        .get(&standing.source)
        .ok_or(NotRestated::NoColumn)?;
    let spec = plan.spec();
    if !spec.columns.iter().any(|known| known.code == column) {
        return Err(NotRestated::NoColumn);
    }
    if entry.values.iter().any(|value| value.text().is_none()) {
        return Err(NotRestated::Redacted);
    }
    let header: Vec<String> = spec
        .columns
        .iter()
        .map(|column| column.code.clone())
        .collect();
    let texts = texts(entry, &header, (column, value));
    let cells: Vec<Cell<'_>> = texts
        .iter()
        .map(|text| Cell {
            text,
            form: Form::Text,
        })
        .collect();
    let bound = plan.bind(&header).map_err(|_| NotRestated::NoColumn)?;
    let organs: BTreeMap<_, _> = desk
        .store
        .organs()?
        .into_iter()
        .map(|organ| (organ.code, organ))
        .collect();
    let order = order(actor, standing, reason);
    let reading = Reading {
        desk,
        law: desk.law(),
        order: &order,
        bound: &bound,
        organs: &organs,
    };
    let row = reading.one(&cells, &mut Findings::new())?;
    decided(desk, actor, standing, row, reason)
}

/// What the record says in each column, with the new value in its place.
fn texts(entry: &Entry, header: &[String], (column, value): (&str, &str)) -> Vec<String> {
    header
        .iter()
        .map(|code| match code == column {
            true => value.to_owned(),
            false => entry.value(code).unwrap_or_default().to_owned(),
        })
        .collect()
}

/// The order this correction would have come with.
fn order(actor: &Actor, standing: &Standing, reason: &str) -> Order {
    Order {
        source: standing.source.clone(),
        filer: standing.filer,
        actor: actor.clone(),
        file: PathBuf::new(),
        mode: Mode::Correct {
            reason: reason.to_owned(),
        },
        dry_run: false,
        answer: None,
    }
}

/// The correction, where the row passed and is still the same record.
fn decided(
    desk: &Desk,
    actor: &Actor,
    standing: &Standing,
    row: Row,
    reason: &str,
) -> Result<Sealed, NotRestated> {
    match row.candidate {
        Some(candidate) if candidate.key == standing.key => {
            Ok(corrected(desk, actor, *candidate, standing, reason)?)
        }
        Some(_) => Err(NotRestated::Findings(vec![
            "更正文号、相对人或者处罚种类会使其成为另一条记录，请由报送单位撤回后重新报送"
                .to_owned(),
        ])),
        None => Err(NotRestated::Findings(
            row.findings
                .iter()
                .map(|finding| format!("{}；{}", finding.message(), finding.remedy()))
                .collect(),
        )),
    }
}
