//! Duties: open ones for the daily work, lists and figures for the office.

use crate::open::Sqlite;
use crate::sql::{
    any, basis_at, code_at, day_at, halves, key_at, limit, many, number, one, some_day_at, text_at,
};
use crate::trouble::Trouble;
use desk::Fault;
use desk::ports::{Duties, DutyFigures, DutyFilter, DutyRow, OpenDuty, Reminder};
use domain::code::Code;
use domain::duty::{Due, Kind, State};
use domain::filing::Key;
use jiff::civil::Date;
use rusqlite::{Connection, Row, params};

/// The columns [`due`] takes come first, always in this order.
const DUE: &str = "d.opened, d.budget, d.last, d.statute, d.article, d.confirmed";

fn due(row: &Row<'_>) -> Result<Due, Trouble> {
    Ok(Due {
        opened: day_at(row, 0)?,
        budget: row.get(1)?,
        last: some_day_at(row, 2)?,
        basis: basis_at(row, 3)?,
    })
}

fn kind(row: &Row<'_>, column: usize) -> Result<Kind, Trouble> {
    let word = text_at(row, column)?;
    [Kind::Publish, Kind::Withdraw]
        .into_iter()
        .find(|kind| kind.word() == word)
        .ok_or_else(|| Trouble::broken(format!("视图中的义务种类“{word}”读不出")))
}

fn open_duty(row: &Row<'_>) -> Result<OpenDuty, Trouble> {
    Ok(OpenDuty {
        due: due(row)?,
        seq: row.get(6)?,
        kind: kind(row, 7)?,
        organ: code_at(row, 8)?,
        docket: row.get(9)?,
        key: key_at(row, 10)?,
        reminded: row.get(11)?,
    })
}

const OPEN: &str = "d.seq, d.kind, d.organ, d.docket, d.key, d.reminded";

pub(crate) fn open(conn: &Connection, after: u64, most: usize) -> Result<Vec<OpenDuty>, Trouble> {
    let sql = format!(
        "SELECT {DUE}, {OPEN} FROM duty_open AS o JOIN duty AS d ON d.seq = o.seq \
         WHERE o.seq > ?1 ORDER BY o.seq LIMIT ?2"
    );
    many(conn, &sql, params![after, limit(most)], open_duty)
}

/// The duty of this kind about this document, while it is not done.
pub(crate) fn is_open(conn: &Connection, kind: Kind, key: &Key) -> Result<Option<u64>, Trouble> {
    one(
        conn,
        "SELECT seq FROM duty_open WHERE key = ?1 AND kind = ?2 LIMIT 1",
        params![key.bytes(), kind.word()],
        |row| Ok(row.get(0)?),
    )
}

/// Whether what the duty asks for was done: a record of the document stands, or was revoked.
pub(crate) fn is_done(conn: &Connection, kind: Kind, key: &Key) -> Result<bool, Trouble> {
    let sql = match kind {
        Kind::Publish => "SELECT 1 FROM record WHERE document = ?1",
        Kind::Withdraw => "SELECT 1 FROM record WHERE document = ?1 AND revoked = 1",
    };
    any(conn, sql, params![halves(key).0])
}

/// The condition that leaves duties of this state on day `?1`.
fn condition(state: State) -> &'static str {
    match state {
        State::Unknown => " AND d.last IS NULL",
        State::InTime => " AND d.done <= d.last",
        State::Late => " AND d.done > d.last",
        State::Overdue => " AND d.done IS NULL AND d.last < ?1",
        State::Near => " AND d.done IS NULL AND d.last >= ?1 AND d.near <= ?1",
        State::Open => " AND d.done IS NULL AND d.last >= ?1 AND (d.near IS NULL OR d.near > ?1)",
    }
}

fn duty_row(row: &Row<'_>, today: Date) -> Result<DutyRow, Trouble> {
    let (due, done) = (due(row)?, some_day_at(row, 11)?);
    let state = State::of(due.last, some_day_at(row, 12)?, done, today);
    Ok(DutyRow {
        seq: row.get(6)?,
        kind: kind(row, 7)?,
        organ: code_at(row, 8)?,
        organ_name: row.get(9)?,
        docket: row.get(10)?,
        due,
        done,
        state,
    })
}

/// The columns of [`duty_row`] for duties that a filing opened and did.
const FILED: &str = "SELECT d.opened, r.budget, d.last, r.statute, r.article, r.confirmed, d.seq, \
     'publish', c.organ, coalesce(n.name, c.organ), d.docket, d.filed, NULL \
     FROM record AS d CROSS JOIN record_common AS c ON c.seq = d.common \
     CROSS JOIN duty_rule AS r ON r.seq = c.rule LEFT JOIN organ AS n ON n.code = c.organ";

/// Duties with a row of their own, in order.
fn entered(
    conn: &Connection,
    filter: &DutyFilter,
    today: Date,
    after: i64,
) -> Result<Vec<DutyRow>, Trouble> {
    let from = match filter.state.is_some_and(is_undone) {
        true => "duty_open AS o JOIN duty AS d ON d.seq = o.seq",
        false => "duty AS d",
    };
    let of = filter.organ.map_or("?4 IS NULL", |_| "d.organ = ?4");
    let state = filter.state.map_or("", condition);
    let sql = format!(
        "SELECT {DUE}, d.seq, d.kind, d.organ, coalesce(n.name, d.organ), d.docket, d.done, d.near \
         FROM {from} LEFT JOIN organ AS n ON n.code = d.organ \
         WHERE {of} AND d.seq > ?2 AND ?1 = ?1{state} ORDER BY d.seq LIMIT ?3"
    );
    let organ = filter.organ.map(|code| code.to_string());
    let params = params![number(today), after, limit(filter.limit), organ];
    many(conn, &sql, params, |row| duty_row(row, today))
}

/// Duties that a filing opened and did, in order: those of one organ are found by what its records
/// have in common, each of which lies in order, so that a page is read and not all of them.
fn filed(
    conn: &Connection,
    filter: &DutyFilter,
    today: Date,
    after: i64,
) -> Result<Vec<DutyRow>, Trouble> {
    let commons = match filter.organ {
        None => vec![None],
        Some(organ) => {
            let sql = "SELECT seq FROM record_common WHERE organ = ?1 AND rule IS NOT NULL";
            many(conn, sql, params![organ.as_str()], |row| {
                Ok(Some(row.get::<_, i64>(0)?))
            })?
        }
    };
    let of = filter.organ.map_or("?4 IS NULL", |_| "d.common = ?4");
    let state = filter
        .state
        .map_or("", condition)
        .replace("d.done", "d.filed");
    let sql =
        format!("{FILED} WHERE {of} AND d.seq > ?2 AND ?1 = ?1{state} ORDER BY d.seq LIMIT ?3");
    let mut found = Vec::new();
    for common in commons {
        let params = params![number(today), after, limit(filter.limit), common];
        found.extend(many(conn, &sql, params, |row| duty_row(row, today))?);
    }
    Ok(found)
}

fn is_undone(state: State) -> bool {
    matches!(state, State::Overdue | State::Near | State::Open)
}

fn list(conn: &Connection, filter: &DutyFilter) -> Result<Vec<DutyRow>, Trouble> {
    // Without a day nothing can be overdue: the first day of the calendar is before every duty.
    let today = filter.today.unwrap_or(Date::MIN);
    let after = filter
        .after
        .map_or(-1, |seq| i64::try_from(seq).unwrap_or(i64::MAX));
    let mut found = entered(conn, filter, today, after)?;
    if !filter.state.is_some_and(is_undone) {
        found.extend(filed(conn, filter, today, after)?);
        found.sort_unstable_by_key(|row| row.seq);
        found.truncate(filter.limit);
    }
    Ok(found)
}

/// Decisions of the period, organ by organ; the day of decision is the day that opens the duty.
const FIGURES: &str = "SELECT d.organ, coalesce(n.name, d.organ), count(*), \
     count(CASE WHEN d.done <= d.last THEN 1 END), \
     count(CASE WHEN d.done > d.last THEN 1 END), \
     count(CASE WHEN d.done IS NULL AND d.last < ?3 THEN 1 END), \
     count(CASE WHEN d.done IS NULL AND d.last >= ?3 THEN 1 END), \
     count(CASE WHEN d.last IS NULL THEN 1 END) \
     FROM (SELECT organ, opened, last, done FROM duty UNION ALL \
     SELECT c.organ, r.opened, r.last, r.filed FROM record AS r \
     JOIN record_common AS c ON c.seq = r.common WHERE c.rule IS NOT NULL) AS d \
     LEFT JOIN organ AS n ON n.code = d.organ \
     WHERE d.opened >= ?1 AND d.opened <= ?2 GROUP BY d.organ, n.name ORDER BY d.organ";

impl Duties for Sqlite {
    fn duties(&self, filter: &DutyFilter) -> Result<Vec<DutyRow>, Fault> {
        self.shared.readers.read(|conn| list(conn, filter))
    }

    fn duty_figures(&self, from: Date, to: Date, today: Date) -> Result<Vec<DutyFigures>, Fault> {
        let params = params![number(from), number(to), number(today)];
        self.shared.readers.read(|conn| {
            many(conn, FIGURES, params, |row| {
                Ok(DutyFigures {
                    organ: row.get(0)?,
                    organ_name: row.get(1)?,
                    total: row.get(2)?,
                    in_time: row.get(3)?,
                    late: row.get(4)?,
                    overdue: row.get(5)?,
                    open: row.get(6)?,
                    unknown: row.get(7)?,
                })
            })
        })
    }

    fn reminders(&self, organ: Option<&Code>, most: usize) -> Result<Vec<Reminder>, Fault> {
        let sql = "SELECT duty, organ, docket, stage, day FROM reminder \
                   WHERE ?1 IS NULL OR organ = ?1 ORDER BY seq DESC LIMIT ?2";
        let params = params![organ.map(Code::as_str), limit(most)];
        self.shared.readers.read(|conn| {
            many(conn, sql, params, |row| {
                Ok(Reminder {
                    duty: row.get(0)?,
                    organ: code_at(row, 1)?,
                    docket: row.get(2)?,
                    stage: row.get(3)?,
                    on: day_at(row, 4)?,
                })
            })
        })
    }
}
