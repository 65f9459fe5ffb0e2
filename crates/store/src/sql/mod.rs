//! Short forms for statements, and how our types lie in columns.

use crate::trouble::Trouble;
use domain::basis::Basis;
use domain::code::Code;
use domain::filing::Key;
use domain::record::{Act, Severity};
use jiff::civil::Date;
use rusqlite::types::ValueRef;
use rusqlite::{CachedStatement, Connection, Params, Row};

/// Tables that hold the truth.
pub(crate) const LEDGER: &str = include_str!("ledger.sql");
/// Tables that can be made anew.
pub(crate) const VIEWS: &str = include_str!("views.sql");

/// Runs a statement that returns nothing; says how many rows it changed.
pub(crate) fn run(conn: &Connection, sql: &str, params: impl Params) -> Result<usize, Trouble> {
    Ok(conn.prepare_cached(sql)?.execute(params)?)
}

/// A statement that is kept at hand; made when it is needed first.
#[derive(Default)]
pub(crate) struct Held<'c>(Option<CachedStatement<'c>>);

impl<'c> Held<'c> {
    /// [`run`], always with the same `sql`.
    pub fn run(
        &mut self,
        conn: &'c Connection,
        sql: &str,
        params: impl Params,
    ) -> Result<(), Trouble> {
        self.statement(conn, sql)?.execute(params)?;
        Ok(())
    }

    /// [`any`], always with the same `sql`.
    pub fn any(
        &mut self,
        conn: &'c Connection,
        sql: &str,
        params: impl Params,
    ) -> Result<bool, Trouble> {
        Ok(self.statement(conn, sql)?.exists(params)?)
    }

    fn statement(
        &mut self,
        conn: &'c Connection,
        sql: &str,
    ) -> Result<&mut CachedStatement<'c>, Trouble> {
        match &mut self.0 {
            Some(statement) => Ok(statement),
            none => Ok(none.insert(conn.prepare_cached(sql)?)),
        }
    }
}

/// Reads at most one row.
pub(crate) fn one<T>(
    conn: &Connection,
    sql: &str,
    params: impl Params,
    read: impl FnOnce(&Row<'_>) -> Result<T, Trouble>,
) -> Result<Option<T>, Trouble> {
    let mut statement = conn.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    rows.next()?.map(read).transpose()
}

/// Reads all rows.
pub(crate) fn many<T>(
    conn: &Connection,
    sql: &str,
    params: impl Params,
    read: impl FnMut(&Row<'_>) -> Result<T, Trouble>,
) -> Result<Vec<T>, Trouble> {
    conn.prepare_cached(sql)?
        .query_and_then(params, read)?
        .collect()
}

/// Visits all rows without gathering them.
pub(crate) fn each(
    conn: &Connection,
    sql: &str,
    params: impl Params,
    mut visit: impl FnMut(&Row<'_>) -> Result<(), Trouble>,
) -> Result<(), Trouble> {
    let mut statement = conn.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    while let Some(row) = rows.next()? {
        visit(row)?;
    }
    Ok(())
}

/// Whether the statement finds a row.
pub(crate) fn any(conn: &Connection, sql: &str, params: impl Params) -> Result<bool, Trouble> {
    Ok(conn.prepare_cached(sql)?.exists(params)?)
}

/// One value, with its type and length ahead so that no two rows read alike.
pub(crate) fn spell(out: &mut Vec<u8>, value: ValueRef<'_>) {
    let mut bytes = |kind: u8, bytes: &[u8]| {
        out.push(kind);
        out.extend_from_slice(&u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_be_bytes());
        out.extend_from_slice(bytes);
    };
    match value {
        ValueRef::Null => bytes(0, &[]),
        ValueRef::Integer(number) => bytes(1, &number.to_be_bytes()),
        ValueRef::Real(number) => bytes(2, &number.to_be_bytes()),
        ValueRef::Text(text) => bytes(3, text),
        ValueRef::Blob(blob) => bytes(4, blob),
    }
}

/// A limit as SQL takes it.
pub(crate) fn limit(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

/// Days since 1970-01-01.
pub(crate) fn number(day: Date) -> i64 {
    desk::clock::days_since_1970(day).into()
}

/// A key as two columns hold it: that of the document, and the rest.
pub(crate) fn halves(key: &Key) -> (i64, i64) {
    let (document, part) = key.halves();
    (document.cast_signed(), part.cast_signed())
}

/// The day with this number.
pub(crate) fn day(number: i64) -> Result<Date, Trouble> {
    let span = jiff::SignedDuration::from_hours(number.saturating_mul(24));
    let day = jiff::civil::date(1970, 1, 1).checked_add(span);
    day.map_err(|_| Trouble::broken(format!("视图中的日期 {number} 超出范围")))
}

pub(crate) fn day_at(row: &Row<'_>, column: usize) -> Result<Date, Trouble> {
    day(row.get(column)?)
}

pub(crate) fn some_day_at(row: &Row<'_>, column: usize) -> Result<Option<Date>, Trouble> {
    row.get::<_, Option<i64>>(column)?.map(day).transpose()
}

/// Text of a column, without a copy.
pub(crate) fn text_at<'a>(row: &'a Row<'_>, column: usize) -> Result<&'a str, Trouble> {
    row.get_ref(column)?
        .as_str()
        .map_err(|error| Trouble::Broken(error.to_string()))
}

pub(crate) fn code_at(row: &Row<'_>, column: usize) -> Result<Code, Trouble> {
    code(text_at(row, column)?)
}

pub(crate) fn some_code_at(row: &Row<'_>, column: usize) -> Result<Option<Code>, Trouble> {
    row.get::<_, Option<String>>(column)?
        .map(|text| code(&text))
        .transpose()
}

pub(crate) fn code(text: &str) -> Result<Code, Trouble> {
    Code::read(text).ok_or_else(|| Trouble::broken(format!("视图中的代码“{text}”读不出")))
}

pub(crate) fn key_at(row: &Row<'_>, column: usize) -> Result<Key, Trouble> {
    Ok(Key::from_bytes(row.get(column)?))
}

/// A key of two columns.
pub(crate) fn halves_at(row: &Row<'_>, column: usize) -> Result<Key, Trouble> {
    let (document, part): (i64, i64) = (row.get(column)?, row.get(column + 1)?);
    Ok(Key::of_halves(
        document.cast_unsigned(),
        part.cast_unsigned(),
    ))
}

pub(crate) fn act_at(row: &Row<'_>, column: usize) -> Result<Act, Trouble> {
    let word = text_at(row, column)?;
    Act::read(word).ok_or_else(|| Trouble::broken(format!("视图中的行为种类“{word}”读不出")))
}

pub(crate) fn severity_at(row: &Row<'_>, column: usize) -> Result<Option<Severity>, Trouble> {
    Ok(row
        .get_ref(column)?
        .as_str_or_null()
        .ok()
        .flatten()
        .and_then(Severity::read))
}

/// Three columns: statute, article, confirmed.
pub(crate) fn basis_at(row: &Row<'_>, column: usize) -> Result<Basis, Trouble> {
    Ok(Basis {
        statute: text_at(row, column)?.into(),
        article: text_at(row, column + 1)?.into(),
        confirmed: row.get(column + 2)?,
    })
}
