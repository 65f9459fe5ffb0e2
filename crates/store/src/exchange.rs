//! Messages to other platforms, and what they said.

use crate::sql::{code_at, limit, many, number, one, some_day_at, text_at};
use crate::trouble::Trouble;
use domain::code::Code;
use domain::exchange::{Answer, Event, Partner, Pending, Reference};
use domain::ledger::Event as Happened;
use jiff::civil::Date;
use rusqlite::{Connection, params};
use std::collections::{BTreeMap, BTreeSet};

pub(crate) fn next_serial(conn: &Connection) -> Result<u64, Trouble> {
    let last = one(conn, "SELECT max(serial) FROM message", [], |row| {
        Ok(row.get::<_, Option<u64>>(0)?)
    })?;
    Ok(last.flatten().map_or(1, |last| last + 1))
}

pub(crate) fn message(conn: &Connection, serial: u64) -> Result<Option<Pending>, Trouble> {
    let sql = "SELECT sent FROM message WHERE serial = ?1";
    let sent = one(conn, sql, params![serial], |row| {
        Ok(serde_json::from_str(text_at(row, 0)?)?)
    })?;
    sent.map(|sent| pending(conn, sent)).transpose()
}

/// A message with what came back.
fn pending(conn: &Connection, sent: domain::exchange::Sent) -> Result<Pending, Trouble> {
    let sql = "SELECT receiver, answer, day, named FROM message_to WHERE serial = ?1";
    type Back = (String, Option<Answer>, Option<Date>, bool);
    let back: Vec<Back> = many(conn, sql, params![sent.message.serial], |row| {
        let answer = row.get::<_, Option<String>>(1)?;
        let answer = answer
            .map(|answer| serde_json::from_value(answer.into()))
            .transpose()?;
        let named = row.get::<_, Option<i64>>(3)?.is_some();
        Ok((row.get(0)?, answer, some_day_at(row, 2)?, named))
    })?;
    let (mut answers, mut late) = (BTreeMap::new(), BTreeSet::new());
    for (receiver, answer, on, named) in back {
        if named {
            late.insert(receiver.clone());
        }
        if let (Some(answer), Some(on)) = (answer, on) {
            answers.insert(receiver, (answer, on));
        }
    }
    Ok(Pending {
        sent,
        answers,
        named: late,
    })
}

/// Messages that somebody has not answered whose time is over.
pub(crate) fn overdue(conn: &Connection, today: Date) -> Result<Vec<Pending>, Trouble> {
    let sql = "SELECT serial FROM message AS m WHERE m.last < ?1 AND EXISTS (SELECT 1 FROM message_to \
               AS t WHERE t.serial = m.serial AND t.answer IS NULL AND t.named IS NULL) ORDER BY serial";
    let serials: Vec<u64> = many(conn, sql, params![number(today)], |row| Ok(row.get(0)?))?;
    all(conn, &serials)
}

pub(crate) fn waiting(
    conn: &Connection,
    receiver: &str,
    after: u64,
    most: usize,
) -> Result<Vec<Pending>, Trouble> {
    let sql = "SELECT serial FROM message_to WHERE receiver = ?1 AND serial > ?2 AND answer IS NULL \
               ORDER BY serial LIMIT ?3";
    let params = params![receiver, after, limit(most)];
    let serials: Vec<u64> = many(conn, sql, params, |row| Ok(row.get(0)?))?;
    all(conn, &serials)
}

pub(crate) fn latest(conn: &Connection, most: usize) -> Result<Vec<Pending>, Trouble> {
    let sql = "SELECT serial FROM message ORDER BY serial DESC LIMIT ?1";
    let serials: Vec<u64> = many(conn, sql, params![limit(most)], |row| Ok(row.get(0)?))?;
    all(conn, &serials)
}

fn all(conn: &Connection, serials: &[u64]) -> Result<Vec<Pending>, Trouble> {
    let found = serials.iter().map(|serial| message(conn, *serial));
    found.filter_map(Result::transpose).collect()
}

/// What other platforms said about a record, and what was decided about it, in the order of the ledger.
pub(crate) fn heard(conn: &Connection, reference: &Reference) -> Result<Vec<Event>, Trouble> {
    let sql = "SELECT e.seq, e.body FROM heard AS h JOIN entry AS e ON e.seq = h.seq \
               WHERE h.document = ?1 AND h.entity = ?2 ORDER BY h.seq";
    let params = params![reference.document.bytes(), reference.entity.as_str()];
    let events: Vec<Option<Event>> = many(conn, sql, params, |row| {
        let seq = row.get(0)?;
        let body = row.get_ref(1)?.as_blob().unwrap_or_default();
        Ok(match crate::core::read(seq, body)?.1 {
            Happened::Exchange(step) => Some(step.did),
            _ => None,
        })
    })?;
    Ok(events.into_iter().flatten().collect())
}

/// Everything other platforms said, and what was decided about it, in the order of the ledger.
pub(crate) fn each_heard(conn: &Connection, visit: &mut dyn FnMut(Event)) -> Result<(), Trouble> {
    let sql =
        "SELECT e.seq, e.body FROM heard AS h JOIN entry AS e ON e.seq = h.seq ORDER BY h.seq";
    let mut statement = conn.prepare_cached(sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let body = row.get_ref(1)?.as_blob().unwrap_or_default();
        if let Happened::Exchange(step) = crate::core::read(row.get(0)?, body)?.1 {
            visit(step.did);
        }
    }
    Ok(())
}

pub(crate) fn partners(conn: &Connection) -> Result<Vec<Partner>, Trouble> {
    let sql = "SELECT partner FROM partner ORDER BY word";
    many(conn, sql, [], |row| {
        Ok(serde_json::from_str(text_at(row, 0)?)?)
    })
}

/// Organs that looked an entity up since a day.
pub(crate) fn lookers(conn: &Connection, entity: &Code, since: Date) -> Result<Vec<Code>, Trouble> {
    let sql = "SELECT DISTINCT organ FROM screening WHERE entity = ?1 AND organ <> '' AND day >= ?2 \
               ORDER BY organ";
    many(conn, sql, params![entity.as_str(), number(since)], |row| {
        code_at(row, 0)
    })
}
