//! Facts of organisations and their grades.

use crate::open::Sqlite;
use crate::sql::{
    act_at, code_at, day_at, each, limit, many, number, one, severity_at, some_day_at, text_at,
};
use crate::trouble::Trouble;
use desk::Fault;
use desk::ports::{Dossier, GradeRow, Grades, RunRow};
use domain::code::Code;
use domain::grade::{Class, Fact, Kind};
use jiff::civil::Date;
use rusqlite::{Connection, Row, params};
use std::collections::BTreeMap;

/// The columns [`fact`] takes, from a record `r`.
macro_rules! fact {
    () => {
        "r.seq, r.act, r.severity, r.fine, r.decided, r.filed, r.gone, r.repairable"
    };
}

/// `None` for an act that is never counted.
fn fact(row: &Row<'_>, at: usize) -> Result<Option<Fact>, Trouble> {
    let Some(kind) = Kind::of(act_at(row, at + 1)?) else {
        return Ok(None);
    };
    let fine: Option<i64> = row.get(at + 3)?;
    Ok(Some(Fact {
        record: row.get(at)?,
        kind,
        class: severity_at(row, at + 2)?.map_or(Class::Unclassed, Class::from),
        amount: fine.unwrap_or_default() / 100,
        day: row.get(at + 4)?,
        known: row.get(at + 5)?,
        gone: row.get(at + 6)?,
        repairable: row.get(at + 7)?,
    }))
}

fn facts(conn: &Connection, entity: &Code) -> Result<Vec<Fact>, Trouble> {
    const SQL: &str = concat!(
        "SELECT ",
        fact!(),
        " FROM history AS h JOIN record AS r ON r.seq = h.seq WHERE h.entity = ?1 ORDER BY r.seq"
    );
    let facts = many(conn, SQL, params![entity.as_str()], |row| fact(row, 0))?;
    Ok(facts.into_iter().flatten().collect())
}

fn grade_row(row: &Row<'_>, at: usize) -> Result<GradeRow, Trouble> {
    Ok(GradeRow {
        scale: row.get(at)?,
        score: row.get(at + 1)?,
        grade: row.get(at + 2)?,
        as_of: day_at(row, at + 3)?,
        seq: row.get(at + 4)?,
        next: some_day_at(row, at + 5)?,
    })
}

/// Everything in order of codes: three indexes are read side by side, nothing is sorted.
const DOSSIERS: &str = concat!(
    "SELECT e.code, e.name, e.division, g.scale, g.score, g.grade, g.as_of, g.seq, g.next, ",
    fact!(),
    " FROM entity AS e LEFT JOIN grade AS g ON g.entity = e.code ",
    "LEFT JOIN history AS h ON h.entity = e.code LEFT JOIN record AS r ON r.seq = h.seq ",
    "ORDER BY e.code, h.seq"
);

/// One organisation while its rows come in.
#[derive(Default)]
struct Gathered {
    code: Option<Code>,
    name: String,
    division: String,
    facts: Vec<Fact>,
    grade: Option<GradeRow>,
}

impl Gathered {
    fn begin(&mut self, code: Code, row: &Row<'_>) -> Result<(), Trouble> {
        self.code = Some(code);
        self.name.clear();
        self.name.push_str(text_at(row, 1)?);
        self.division.clear();
        self.division.push_str(text_at(row, 2)?);
        self.facts.clear();
        let graded = row.get_ref(3)?.as_str_or_null().ok().flatten().is_some();
        self.grade = graded.then(|| grade_row(row, 3)).transpose()?;
        Ok(())
    }

    fn tell(&self, visit: &mut dyn FnMut(Dossier<'_>)) {
        if let Some(code) = self.code {
            visit(Dossier {
                code,
                name: &self.name,
                division: &self.division,
                facts: &self.facts,
                grade: self.grade.as_ref(),
            });
        }
    }
}

fn dossiers(conn: &Connection, visit: &mut dyn FnMut(Dossier<'_>)) -> Result<(), Trouble> {
    let mut gathered = Gathered::default();
    each(conn, DOSSIERS, [], |row| {
        let code = code_at(row, 0)?;
        if gathered.code != Some(code) {
            gathered.tell(visit);
            gathered.begin(code, row)?;
        }
        // A row of the history that is no record has no number here.
        if row.get_ref(9)?.as_i64_or_null().ok().flatten().is_some() {
            gathered.facts.extend(fact(row, 9)?);
        }
        Ok(())
    })?;
    gathered.tell(visit);
    Ok(())
}

impl Grades for Sqlite {
    fn each_dossier(&self, visit: &mut dyn FnMut(Dossier<'_>)) -> Result<(), Fault> {
        self.shared.readers.read(|conn| dossiers(conn, visit))
    }

    fn facts(&self, entity: &Code) -> Result<Vec<Fact>, Fault> {
        self.shared.readers.read(|conn| facts(conn, entity))
    }

    fn grade(&self, entity: &Code) -> Result<Option<GradeRow>, Fault> {
        let sql = "SELECT scale, score, grade, as_of, seq, next FROM grade WHERE entity = ?1";
        self.shared
            .readers
            .read(|conn| one(conn, sql, params![entity.as_str()], |row| grade_row(row, 0)))
    }

    fn grade_history(&self, entity: &Code, most: usize) -> Result<Vec<GradeRow>, Fault> {
        let sql = "SELECT scale, score, grade, as_of, seq, NULL FROM grade_change \
                   WHERE entity = ?1 ORDER BY seq DESC LIMIT ?2";
        let params = params![entity.as_str(), limit(most)];
        self.shared
            .readers
            .read(|conn| many(conn, sql, params, |row| grade_row(row, 0)))
    }

    fn grades_due(&self, day: Date) -> Result<Vec<Code>, Fault> {
        let sql = "SELECT entity FROM grade WHERE next <= ?1 ORDER BY entity";
        self.shared
            .readers
            .read(|conn| many(conn, sql, params![number(day)], |row| code_at(row, 0)))
    }

    fn grade_runs(&self, most: usize) -> Result<Vec<RunRow>, Fault> {
        let sql = "SELECT seq, run, law, at FROM grade_run ORDER BY seq DESC LIMIT ?1";
        self.shared.readers.read(|conn| {
            many(conn, sql, params![limit(most)], |row| {
                Ok(RunRow {
                    seq: row.get(0)?,
                    run: serde_json::from_str(text_at(row, 1)?)?,
                    law: row.get(2)?,
                    at: row.get(3)?,
                })
            })
        })
    }

    fn grade_counts(&self) -> Result<BTreeMap<String, u64>, Fault> {
        let sql = "SELECT grade, count(*) FROM grade GROUP BY grade";
        let counts = self
            .shared
            .readers
            .read(|conn| many(conn, sql, [], |row| Ok((row.get(0)?, row.get(1)?))))?;
        Ok(counts.into_iter().collect())
    }
}
