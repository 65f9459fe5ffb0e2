//! The last step of a row, inside the transaction: is the decision there already?

use super::Mode;
use crate::ports::{Sealed, Standing, Transaction};
use crate::procedure::Sitting;
use crate::{Actor, Desk, Fault};
use domain::code::Code;
use domain::exchange::Reference;
use domain::filing::{Correction, Filed, Key};
use domain::ledger::{Entry, Event};
use jiff::civil::Date;

/// A row that is ready to be appended.
#[derive(Debug)]
pub(super) struct Candidate {
    pub key: Key,
    pub sealed: Sealed,
    /// What the row states, by column; only a correction compares it with what is there.
    pub stated: Vec<(String, String)>,
    /// The registration of an entity nobody knew before.
    pub newcomer: Option<Sealed>,
}

/// A row for the queue of doubts.
#[derive(Debug)]
pub(super) struct Doubt {
    pub code: Code,
    pub docket: String,
    pub sealed: Sealed,
}

/// Puts a document into the queue of doubts, once.
pub(super) fn queue(transaction: &mut dyn Transaction, doubt: Doubt) -> Result<(), Fault> {
    if !transaction.doubted(&doubt.code, &doubt.docket)? {
        transaction.append(doubt.sealed)?;
    }
    Ok(())
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Placed {
    Added,
    /// The decision is there; nothing was added.
    There {
        entry: u64,
        on: Date,
    },
}

/// Appends a row, or a correction of one, or finds it there.
pub(super) fn place(
    desk: &Desk,
    actor: &Actor,
    mode: &Mode,
    dry_run: bool,
    transaction: &mut dyn Transaction,
    candidate: Candidate,
) -> Result<Placed, Fault> {
    let Some(standing) = transaction.standing(&candidate.key)? else {
        if !dry_run {
            append(desk, actor, transaction, candidate)?;
        }
        return Ok(Placed::Added);
    };
    let there = transaction.entry(standing.seq)?;
    let there = there.ok_or_else(|| Fault::broken("a record without entry"))?;
    match mode {
        Mode::Correct { reason } if !standing.revoked && !same(&there, &candidate.stated) => {
            if !dry_run {
                transaction.append(corrected(desk, actor, candidate, &standing, reason)?)?;
            }
            Ok(Placed::Added)
        }
        _ => Ok(Placed::There {
            entry: standing.seq,
            on: filed_on(&there)?,
        }),
    }
}

fn append(
    desk: &Desk,
    actor: &Actor,
    transaction: &mut dyn Transaction,
    candidate: Candidate,
) -> Result<(), Fault> {
    if let (Some(newcomer), Some(entity)) = (candidate.newcomer, candidate.sealed.entry.entity) {
        // Two rows of one file may name the same unknown entity.
        if transaction.entity(&entity)?.is_none() {
            transaction.append(newcomer)?;
        }
    }
    let reference = match &*candidate.sealed.event {
        Event::Filed(filed) if transaction.hears()? => filed
            .entity
            .map(|entity| Reference::of(&filed.organ, &filed.docket, entity)),
        _ => None,
    };
    let record = transaction.append(candidate.sealed)?;
    // Another platform may have repaired or withdrawn it before it was filed here (R98).
    match reference {
        Some(reference) => {
            let mut sitting = Sitting::new(desk, transaction, actor.clone());
            crate::exchange::filed(&mut sitting, record, &reference)
        }
        None => Ok(()),
    }
}

/// Whether the entry states these values; redacted ones never compare equal.
fn same(there: &Entry, stated: &[(String, String)]) -> bool {
    let new = stated
        .iter()
        .map(|(name, text)| (name, Some(text.as_str())));
    there
        .values
        .iter()
        .map(|value| (&value.name, value.text()))
        .eq(new)
}

/// The new version of a record. The duty was done by the first filing and is not opened again.
pub(super) fn corrected(
    desk: &Desk,
    actor: &Actor,
    candidate: Candidate,
    standing: &Standing,
    reason: &str,
) -> Result<Sealed, Fault> {
    let Event::Filed(filed) = *candidate.sealed.event else {
        return Err(Fault::broken("a correction of something not filed"));
    };
    let filed = Filed {
        version: standing.version + 1,
        due: None,
        corrects: Some(Correction {
            entry: standing.seq,
            reason: reason.trim().to_owned(),
        }),
        ..*filed
    };
    desk.seal(actor, Event::Filed(Box::new(filed)), candidate.stated)
}

fn filed_on(entry: &Entry) -> Result<Date, Fault> {
    match serde_json::from_str::<Event>(&entry.head) {
        Ok(Event::Filed(filed)) => Ok(filed.filed),
        Ok(_) => Err(Fault::broken("a record whose entry is no filing")),
        Err(error) => Err(Fault::broken(error.to_string())),
    }
}
