//! What a transaction gathers while it projects, and writes once, at its end.

use crate::common::Commons;
use crate::sql::any;
use crate::trouble::Trouble;
use domain::code::Code;
use rusqlite::{Connection, params};
use std::collections::BTreeMap;

/// What a transaction gathers and writes once, at its end.
#[derive(Debug, Default)]
pub(crate) struct Late {
    /// Names that are not in the full-text index yet.
    pub names: Vec<(i64, String)>,
    /// Which entry touches which entity.
    pub history: Vec<(Code, u64)>,
    pub tally: BTreeMap<&'static str, i64>,
    /// Whether a doubt waits; looked up once a transaction, because most often none does.
    pub doubts: Option<bool>,
    /// Whether any other platform ever said anything; looked up once as well.
    pub heard: Option<bool>,
    /// Whether a duty is open, in the same way.
    pub duties: Option<bool>,
    pub commons: Commons,
}

/// A state of [`Late`] to go back to when one work of many fails.
#[derive(Debug)]
pub(crate) struct Mark(usize, usize, BTreeMap<&'static str, i64>);

impl Late {
    pub fn mark(&self) -> Mark {
        Mark(self.names.len(), self.history.len(), self.tally.clone())
    }

    pub fn back_to(&mut self, mark: Mark) {
        self.names.truncate(mark.0);
        self.history.truncate(mark.1);
        self.tally = mark.2;
        // Their rows may have gone with the work.
        self.commons = Commons::default();
    }

    pub fn has_duties(&mut self, conn: &Connection) -> Result<bool, Trouble> {
        if self.duties.is_none() {
            self.duties = Some(any(conn, "SELECT 1 FROM duty_open", [])?);
        }
        Ok(self.duties.unwrap_or(true))
    }

    pub fn has_doubts(&mut self, conn: &Connection) -> Result<bool, Trouble> {
        if self.doubts.is_none() {
            self.doubts = Some(any(conn, "SELECT 1 FROM doubt", [])?);
        }
        Ok(self.doubts.unwrap_or(true))
    }

    /// Whether a record that is filed may have been spoken of before.
    pub fn hears(&mut self, conn: &Connection) -> Result<bool, Trouble> {
        if self.heard.is_none() {
            self.heard = Some(any(conn, "SELECT 1 FROM heard", [])?);
        }
        Ok(self.heard.unwrap_or(true))
    }

    pub fn hear(&mut self) {
        self.heard = Some(true);
    }

    pub fn count(&mut self, name: &'static str, change: i64) {
        *self.tally.entry(name).or_default() += change;
    }

    /// Writes everything. The names go in by ascending id: FTS5 flushes its memory to disk whenever
    /// a row comes before the row ahead of it.
    pub fn flush(&mut self, conn: &Connection) -> Result<(), Trouble> {
        self.names.sort_unstable_by_key(|(id, _)| *id);
        let mut insert =
            conn.prepare_cached("INSERT INTO name_text (rowid, tokens) VALUES (?1, ?2)")?;
        for (id, tokens) in self.names.drain(..) {
            insert.execute(params![id, tokens])?;
        }
        // In order of entities, neighbouring rows of the index are touched one after the other.
        self.history.sort_unstable();
        let mut touch = conn.prepare_cached("INSERT INTO history (entity, seq) VALUES (?1, ?2)")?;
        for (entity, seq) in self.history.drain(..) {
            touch.execute(params![entity.as_str(), seq])?;
        }
        let mut count = conn.prepare_cached(
            "INSERT INTO tally (name, count) VALUES (?1, ?2) \
             ON CONFLICT (name) DO UPDATE SET count = tally.count + excluded.count",
        )?;
        for (name, change) in std::mem::take(&mut self.tally) {
            count.execute(params![name, change])?;
        }
        Ok(())
    }
}
