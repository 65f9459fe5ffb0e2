//! What many rows have in common, kept once in a table of its own.

use crate::sql::{one, run, spell};
use crate::trouble::Trouble;
use hashbrown::HashMap;
use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{Connection, params_from_iter};

/// A table of common parts; its first column is the entry that stated the row first.
pub(crate) struct Table {
    /// Both statements take the entry as `?1` and the other columns from `?2` on.
    pub find: &'static str,
    pub enter: &'static str,
}

pub(crate) const RECORD: Table = Table {
    find: "SELECT seq FROM record_common WHERE source IS ?2 AND act IS ?3 AND organ = ?4 \
           AND filer IS ?5 AND severity IS ?6 AND rule IS ?7",
    enter: "INSERT INTO record_common (seq, source, act, organ, filer, severity, rule) \
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
};

pub(crate) const PUBLICATION: Table = Table {
    find: "SELECT seq FROM publication_common WHERE source IS ?2 AND act = ?3 AND organ = ?4 \
           AND organ_name IS ?5 AND severity IS ?6 AND statute IS ?7 AND article IS ?8 \
           AND confirmed IS ?9 AND columns IS ?10",
    enter: "INSERT INTO publication_common (seq, source, act, organ, organ_name, severity, statute, \
            article, confirmed, columns) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
};

/// Working days and article of a duty.
pub(crate) const RULE: Table = Table {
    find: "SELECT seq FROM duty_rule WHERE budget IS ?2 AND statute IS ?3 AND article IS ?4 \
           AND confirmed IS ?5",
    enter: "INSERT INTO duty_rule (seq, budget, statute, article, confirmed) \
            VALUES (?1, ?2, ?3, ?4, ?5)",
};

/// What a transaction knows of these tables.
#[derive(Debug, Default)]
pub(crate) struct Commons {
    pub records: Known,
    pub publications: Known,
    pub rules: Known,
}

/// Where the rows of one such table stand, so that a file of many rows asks for each once.
#[derive(Debug, Default)]
pub(crate) struct Known {
    places: HashMap<Vec<u8>, u64>,
    /// The row that is asked for, spelt out.
    asked: Vec<u8>,
}

impl Known {
    /// The row with these columns, entered as that of the entry `seq` if no entry stated it before.
    pub fn place(
        &mut self,
        conn: &Connection,
        table: &Table,
        columns: &[ValueRef<'_>],
        seq: u64,
    ) -> Result<u64, Trouble> {
        self.asked.clear();
        columns
            .iter()
            .for_each(|column| spell(&mut self.asked, *column));
        if let Some(place) = self.places.get(&self.asked) {
            return Ok(*place);
        }
        let entry = ToSqlOutput::Owned(Value::Integer(i64::try_from(seq).unwrap_or(i64::MAX)));
        let columns = columns.iter().map(|column| ToSqlOutput::Borrowed(*column));
        let row: Vec<_> = std::iter::once(entry).chain(columns).collect();
        let place = match one(conn, table.find, params_from_iter(&row), |row| {
            Ok(row.get(0)?)
        })? {
            Some(place) => place,
            None => {
                run(conn, table.enter, params_from_iter(&row))?;
                seq
            }
        };
        self.places.insert(self.asked.clone(), place);
        Ok(place)
    }
}
