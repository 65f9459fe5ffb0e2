//! Reads of the ledger: entries, proofs, tiles.

use crate::core::spot;
use crate::open::Sqlite;
use crate::sql::{limit, many, one};
use crate::trouble::Trouble;
use desk::Fault;
use desk::ports::{Ledger, Rebuilt, Verified};
use domain::code::Code;
use domain::ledger::tree::{TilePath, Tiles, Unreadable};
use domain::ledger::{Entry, Hash, Suite, codec};
use rusqlite::{Connection, Row, params};
use std::borrow::Cow;
use std::sync::Arc;

/// Complete tiles as they lie in the file.
pub(crate) struct Shelf<'a>(pub &'a Connection);

impl Tiles for Shelf<'_> {
    fn tile(&self, level: u8, index: u64) -> Result<Option<Cow<'_, [u8]>>, Unreadable> {
        let sql = "SELECT nodes FROM tile WHERE spot = ?1";
        let read = |row: &Row<'_>| Ok(Cow::Owned(row.get(0)?));
        one(self.0, sql, params![spot(level, index)], read).map_err(unreadable)
    }

    fn root(&self, level: u8, index: u64) -> Result<Option<Hash>, Unreadable> {
        let sql = "SELECT substr(nodes, -32) FROM tile WHERE spot = ?1";
        let read = |row: &Row<'_>| Ok(Hash::from_bytes(row.get(0)?));
        one(self.0, sql, params![spot(level, index)], read).map_err(unreadable)
    }
}

fn unreadable(trouble: Trouble) -> Unreadable {
    Unreadable::Store(Box::new(trouble))
}

pub(crate) fn entry(conn: &Connection, seq: u64) -> Result<Option<Entry>, Trouble> {
    let sql = "SELECT seq, body FROM entry WHERE seq = ?1";
    Ok(one(conn, sql, params![seq], numbered)?.map(|(_, entry)| entry))
}

pub(crate) fn leaf(conn: &Connection, seq: u64) -> Result<Option<Hash>, Trouble> {
    let sql = "SELECT leaf FROM entry WHERE seq = ?1";
    one(conn, sql, params![seq], |row| {
        Ok(Hash::from_bytes(row.get(0)?))
    })
}

fn numbered(row: &Row<'_>) -> Result<(u64, Entry), Trouble> {
    let (seq, body) = (row.get(0)?, row.get_ref(1)?);
    let body = body
        .as_blob()
        .map_err(|error| Trouble::Broken(error.to_string()))?;
    let entry = codec::decode(body);
    let entry = entry.ok_or_else(|| Trouble::broken(format!("第 {seq} 条的内容读不出")))?;
    Ok((seq, entry))
}

impl Ledger for Sqlite {
    fn suite(&self) -> Suite {
        self.shared.options.suite
    }

    fn origin(&self) -> String {
        self.shared.options.origin.clone()
    }

    fn size(&self) -> Result<u64, Fault> {
        Ok(self.shared.head().edge.size())
    }

    fn checkpoint(&self) -> Result<Arc<str>, Fault> {
        Ok(Arc::clone(&self.shared.head().checkpoint))
    }

    fn entry(&self, seq: u64) -> Result<Option<Entry>, Fault> {
        self.shared.readers.read(|conn| entry(conn, seq))
    }

    fn leaf(&self, seq: u64) -> Result<Option<Hash>, Fault> {
        self.shared.readers.read(|conn| leaf(conn, seq))
    }

    fn inclusion(&self, seq: u64, size: u64) -> Result<Vec<Hash>, Fault> {
        let head = self.shared.head();
        self.shared
            .readers
            .read(|conn| Ok(head.edge.over(&Shelf(conn)).inclusion(seq, size)?))
    }

    fn consistency(&self, old: u64, new: u64) -> Result<Vec<Hash>, Fault> {
        let head = self.shared.head();
        self.shared
            .readers
            .read(|conn| Ok(head.edge.over(&Shelf(conn)).consistency(old, new)?))
    }

    fn tile(&self, level: u8, index: u64, width: u16) -> Result<Option<Vec<u8>>, Fault> {
        let (head, path) = (
            self.shared.head(),
            TilePath {
                level,
                index,
                width,
            },
        );
        self.shared
            .readers
            .read(|conn| Ok(head.edge.over(&Shelf(conn)).published(path)?))
    }

    fn verify(&self, progress: &mut dyn FnMut(u64, u64)) -> Result<Verified, Fault> {
        crate::verify::verify(&self.shared, progress)
    }

    fn rebuild(&self, progress: &mut dyn FnMut(u64, u64)) -> Result<Rebuilt, Fault> {
        crate::rebuild::rebuild(&self.shared, progress)
    }

    fn changes(&self, after: Option<u64>, most: usize) -> Result<Vec<(u64, Entry)>, Fault> {
        let from = after.map_or(0, |seq| seq.saturating_add(1));
        let sql = "SELECT seq, body FROM entry WHERE seq >= ?1 ORDER BY seq LIMIT ?2";
        self.shared
            .readers
            .read(|conn| many(conn, sql, params![from, limit(most)], numbered))
    }

    fn history(&self, entity: &Code, most: usize) -> Result<Vec<(u64, Entry)>, Fault> {
        let sql = "SELECT e.seq, e.body FROM history AS h JOIN entry AS e ON e.seq = h.seq \
                   WHERE h.entity = ?1 ORDER BY h.seq DESC LIMIT ?2";
        let params = params![entity.as_str(), limit(most)];
        self.shared
            .readers
            .read(|conn| many(conn, sql, params, numbered))
    }
}
