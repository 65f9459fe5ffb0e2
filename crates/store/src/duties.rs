//! Duties: open ones for the daily work, lists and figures for the office.

use crate::open::Sqlite;
use crate::sql::{
    any, basis_at, code_at, day_at, key_at, limit, many, number, one, run, some_day_at, text_at,
};
use crate::trouble::Trouble;
use desk::Fault;
use desk::ports::{Duties, DutyFigures, DutyFilter, DutyRow, OpenDuty, Reminder};
use domain::basis::Basis;
use domain::code::Code;
use domain::duty::{Due, Kind, State};
use domain::filing::Key;
use jiff::civil::Date;
use rusqlite::{Connection, Row, ToSql, params};

/// Where the rules of duties stand, so that a file of many rows asks for each once.
#[derive(Debug, Default)]
pub(crate) struct Rules(Vec<(u16, Basis, u64)>);

impl Rules {
    /// The rule of `due`, entered as that of the entry `seq` if no entry stated it before.
    pub fn place(&mut self, conn: &Connection, due: &Due, seq: u64) -> Result<u64, Trouble> {
        let known =
            |(budget, basis, _): &&(u16, Basis, u64)| *budget == due.budget && *basis == due.basis;
        if let Some((.., place)) = self.0.iter().find(known) {
            return Ok(*place);
        }
        let (statute, article, confirmed) =
            (&due.basis.statute, &due.basis.article, due.basis.confirmed);
        let sql = "SELECT seq FROM duty_rule WHERE budget = ?1 AND statute = ?2 AND article = ?3 \
                   AND confirmed = ?4";
        let rule = params![due.budget, statute, article, confirmed];
        let stated = one(conn, sql, rule, |row| Ok(row.get(0)?))?;
        if stated.is_none() {
            run(
                conn,
                "INSERT INTO duty_rule (budget, statute, article, confirmed, seq) \
                 VALUES (?1, ?2, ?3, ?4, ?5)",
                params![due.budget, statute, article, confirmed, seq],
            )?;
        }
        let place = stated.unwrap_or(seq);
        self.0.push((due.budget, due.basis.clone(), place));
        Ok(place)
    }
}

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
        Kind::Publish => "SELECT 1 FROM record WHERE key BETWEEN ?1 AND ?2",
        Kind::Withdraw => "SELECT 1 FROM record WHERE key BETWEEN ?1 AND ?2 AND revoked = 1",
    };
    let (least, greatest) = key.document();
    any(conn, sql, params![least.bytes(), greatest.bytes()])
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

/// The same columns of duties that a filing opened and did; the joins keep the order of `d`.
const FILED: &str = "SELECT d.opened, r.budget, d.last, r.statute, r.article, r.confirmed, d.seq, \
     'publish', d.organ, coalesce(n.name, d.organ), d.docket, d.filed, NULL \
     FROM record AS d CROSS JOIN duty_rule AS r ON r.seq = d.rule \
     LEFT JOIN organ AS n ON n.code = d.organ WHERE d.rule IS NOT NULL AND d.seq > ?2";

fn list(conn: &Connection, filter: &DutyFilter) -> Result<Vec<DutyRow>, Trouble> {
    // Without a day nothing can be overdue: the first day of the calendar is before every duty.
    let today = filter.today.unwrap_or(Date::MIN);
    let undone = matches!(
        filter.state,
        Some(State::Overdue | State::Near | State::Open)
    );
    let from = match undone {
        true => "duty_open AS o JOIN duty AS d ON d.seq = o.seq",
        false => "duty AS d",
    };
    let mut sql = format!(
        "SELECT {DUE}, d.seq, d.kind, d.organ, coalesce(n.name, d.organ), d.docket, d.done, d.near \
         FROM {from} LEFT JOIN organ AS n ON n.code = d.organ WHERE d.seq > ?2 AND ?1 = ?1"
    );
    let mut filed = FILED.to_owned();
    let (day, most) = (number(today), limit(filter.limit));
    let after = filter
        .after
        .map_or(-1, |seq| i64::try_from(seq).unwrap_or(i64::MAX));
    let organ = filter.organ.map(|code| code.to_string());
    let mut params: Vec<&dyn ToSql> = vec![&day, &after, &most];
    if let Some(organ) = &organ {
        sql.push_str(" AND d.organ = ?4");
        filed.push_str(" AND d.organ = ?4");
        params.push(organ);
    }
    sql.push_str(filter.state.map_or("", condition));
    if !undone {
        let condition = filter.state.map_or("", condition);
        sql.push_str(" UNION ALL ");
        sql.push_str(&filed);
        sql.push_str(&condition.replace("d.done", "d.filed"));
    }
    sql.push_str(" ORDER BY 7 LIMIT ?3");
    many(conn, &sql, params.as_slice(), |row| duty_row(row, today))
}

/// Decisions of the period, organ by organ; the day of decision is the day that opens the duty.
const FIGURES: &str = "SELECT d.organ, coalesce(n.name, d.organ), count(*), \
     count(CASE WHEN d.done <= d.last THEN 1 END), \
     count(CASE WHEN d.done > d.last THEN 1 END), \
     count(CASE WHEN d.done IS NULL AND d.last < ?3 THEN 1 END), \
     count(CASE WHEN d.done IS NULL AND d.last >= ?3 THEN 1 END), \
     count(CASE WHEN d.last IS NULL THEN 1 END) \
     FROM (SELECT organ, opened, last, done FROM duty UNION ALL \
     SELECT organ, opened, last, filed FROM record WHERE rule IS NOT NULL) AS d \
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
