//! Notices in their boxes, and the ways to reach somebody outside the house.

use crate::sql::{limit, many, number, run, text_at};
use crate::trouble::Trouble;
use desk::ports::{Contact, Waiting};
use desk::procedure::{Case, fold};
use domain::notice::Moment;
use rusqlite::{Connection, params};

/// Notices whose next attempt, or the end of waiting for a receipt, has come.
pub(crate) fn due(conn: &Connection, now: Moment, most: usize) -> Result<Vec<Waiting>, Trouble> {
    let sql = "SELECT id FROM letter WHERE day IS NOT NULL AND (day, minute) <= (?1, ?2) \
               ORDER BY day, minute, id LIMIT ?3";
    let params = params![number(now.day), now.minute, limit(most)];
    let ids: Vec<u64> = many(conn, sql, params, |row| Ok(row.get(0)?))?;
    all(conn, &ids)
}

pub(crate) fn inbox(conn: &Connection, of: &str, most: usize) -> Result<Vec<Waiting>, Trouble> {
    let sql =
        "SELECT id FROM letter WHERE box = ?1 AND channel = 'inside' ORDER BY id DESC LIMIT ?2";
    let ids: Vec<u64> = many(conn, sql, params![of, limit(most)], |row| Ok(row.get(0)?))?;
    all(conn, &ids)
}

pub(crate) fn letter(conn: &Connection, of: &str, id: u64) -> Result<Option<Waiting>, Trouble> {
    let sql = "SELECT id FROM letter WHERE id = ?1 AND box = ?2 AND channel = 'inside'";
    let ids: Vec<u64> = many(conn, sql, params![id, of], |row| Ok(row.get(0)?))?;
    Ok(all(conn, &ids)?.pop())
}

pub(crate) fn unread(conn: &Connection, of: &str) -> Result<u64, Trouble> {
    let sql = "SELECT count(*) FROM letter WHERE box = ?1 AND channel = 'inside' \
               AND state <> 'delivered'";
    let counts: Vec<u64> = many(conn, sql, params![of], |row| Ok(row.get(0)?))?;
    Ok(counts.into_iter().sum())
}

pub(crate) fn dead(conn: &Connection, most: usize) -> Result<Vec<Waiting>, Trouble> {
    let sql = "SELECT id FROM letter WHERE state = 'dead' ORDER BY id DESC LIMIT ?1";
    let ids: Vec<u64> = many(conn, sql, params![limit(most)], |row| Ok(row.get(0)?))?;
    all(conn, &ids)
}

fn all(conn: &Connection, ids: &[u64]) -> Result<Vec<Waiting>, Trouble> {
    let found = ids.iter().map(|id| waiting(conn, *id));
    found.filter_map(Result::transpose).collect()
}

/// A notice with its text, which stands in the values of the entry that queued it.
fn waiting(conn: &Connection, id: u64) -> Result<Option<Waiting>, Trouble> {
    let steps = crate::procedures::steps(conn, id)?;
    let case = fold(id, &steps).map_err(|fault| Trouble::broken(fault.to_string()))?;
    let Some(Case::Notice(notice)) = case else {
        return Ok(None);
    };
    let entry = crate::ledger::entry(conn, id)?;
    let value = |name: &str| {
        let entry = entry.as_ref()?;
        Some(
            entry
                .value(name)
                .unwrap_or(domain::ledger::step::REDACTED)
                .to_owned(),
        )
    };
    Ok(Some(Waiting {
        id,
        notice,
        title: value("title").unwrap_or_default(),
        text: value("text").unwrap_or_default(),
    }))
}

pub(crate) fn contacts(conn: &Connection, of: &str) -> Result<Vec<Contact>, Trouble> {
    let sql = "SELECT channel, address FROM contact WHERE box = ?1 ORDER BY channel";
    many(conn, sql, params![of], |row| {
        Ok(Contact {
            of: of.to_owned(),
            channel: serde_json::from_value(text_at(row, 0)?.into())?,
            address: row.get(1)?,
        })
    })
}

pub(crate) fn put_contact(conn: &Connection, contact: &Contact) -> Result<(), Trouble> {
    let channel = serde_json::to_value(contact.channel)?;
    let place = params![contact.of, channel.as_str()];
    run(
        conn,
        "DELETE FROM contact WHERE box = ?1 AND channel = ?2",
        place,
    )?;
    if !contact.address.trim().is_empty() {
        let row = params![contact.of, channel.as_str(), contact.address.trim()];
        run(
            conn,
            "INSERT INTO contact (box, channel, address) VALUES (?1, ?2, ?3)",
            row,
        )?;
    }
    Ok(())
}
