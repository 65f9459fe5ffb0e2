//! Facts of organisations and their grades.

use crate::open::Sqlite;
use crate::sql::{
    act_at, code_at, day_at, each, limit, many, number, one, severity_at, some_day_at, text_at,
};
use crate::trouble::Trouble;
use desk::Fault;
use desk::fact::order;
use desk::ports::{Dossier, GradeRow, Grades, RunRow};
use domain::code::Code;
use domain::grade::{Class, Fact, Kind};
use jiff::civil::Date;
use rusqlite::{Connection, Row, params};
use std::collections::BTreeMap;

/// The columns [`fact`] takes, from a record `r` and its common part `c`.
macro_rules! fact {
    () => {
        "r.seq, c.act, c.severity, r.fine, r.decided, r.filed, r.gone, r.repairable"
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

/// The columns [`standing`] takes, from a standing fact `f`.
const STANDING: &str = "f.seq, f.kind, f.class, f.amount, f.day, f.known, f.gone, f.repairable";

/// A fact that is no filed record: a listing, a commitment, a breach, or a record that came back.
fn standing(row: &Row<'_>, at: usize) -> Result<Fact, Trouble> {
    let kind: u8 = row.get(at + 1)?;
    let class: u8 = row.get(at + 2)?;
    let kind = Kind::ALL.into_iter().find(|known| known.number() == kind);
    let class = Class::ALL.into_iter().find(|known| *known as u8 == class);
    let (kind, class) = kind
        .zip(class)
        .ok_or_else(|| Trouble::broken("视图中的事实种类读不出"))?;
    Ok(Fact {
        record: row.get(at)?,
        kind,
        class,
        amount: row.get(at + 3)?,
        day: row.get(at + 4)?,
        known: row.get(at + 5)?,
        gone: row.get(at + 6)?,
        repairable: row.get(at + 7)?,
    })
}

fn facts(conn: &Connection, entity: &Code) -> Result<Vec<Fact>, Trouble> {
    const SQL: &str = concat!(
        "SELECT ",
        fact!(),
        " FROM history AS h JOIN record AS r ON r.seq = h.seq ",
        "JOIN record_common AS c ON c.seq = r.common WHERE h.entity = ?1 ORDER BY r.seq"
    );
    let facts = many(conn, SQL, params![entity.as_str()], |row| fact(row, 0))?;
    let sql = format!("SELECT {STANDING} FROM standing_fact AS f WHERE f.entity = ?1");
    let other = many(conn, &sql, params![entity.as_str()], |row| standing(row, 0))?;
    let mut facts: Vec<Fact> = facts.into_iter().flatten().chain(other).collect();
    facts.sort_by_key(order);
    Ok(facts)
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
    "LEFT JOIN record_common AS c ON c.seq = r.common ",
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

    fn tell(
        &mut self,
        others: &mut Others<'_>,
        visit: &mut dyn FnMut(Dossier<'_>),
    ) -> Result<(), Trouble> {
        if let Some(code) = self.code {
            others.of(code, &mut self.facts)?;
            self.facts.sort_by_key(order);
            visit(Dossier {
                code,
                name: &self.name,
                division: &self.division,
                facts: &self.facts,
                grade: self.grade.as_ref(),
            });
        }
        Ok(())
    }
}

/// The standing facts of all organisations in order of codes, read beside the records.
struct Others<'a> {
    rows: rusqlite::Rows<'a>,
    next: Option<(Code, Fact)>,
}

impl Others<'_> {
    /// Adds those of `code`; codes are asked for in ascending order.
    fn of(&mut self, code: Code, facts: &mut Vec<Fact>) -> Result<(), Trouble> {
        while let Some((entity, fact)) = self.peek()? {
            if entity.as_str() > code.as_str() {
                return Ok(());
            }
            if entity == code {
                facts.push(fact);
            }
            self.next = None;
        }
        Ok(())
    }

    fn peek(&mut self) -> Result<Option<(Code, Fact)>, Trouble> {
        if self.next.is_none()
            && let Some(row) = self.rows.next()?
        {
            self.next = Some((code_at(row, 8)?, standing(row, 0)?));
        }
        Ok(self.next)
    }
}

fn dossiers(conn: &Connection, visit: &mut dyn FnMut(Dossier<'_>)) -> Result<(), Trouble> {
    let sql =
        format!("SELECT {STANDING}, f.entity FROM standing_fact AS f ORDER BY f.entity, f.seq");
    let mut statement = conn.prepare(&sql)?;
    let mut others = Others {
        rows: statement.query([])?,
        next: None,
    };
    let mut gathered = Gathered::default();
    each(conn, DOSSIERS, [], |row| {
        let code = code_at(row, 0)?;
        if gathered.code != Some(code) {
            gathered.tell(&mut others, visit)?;
            gathered.begin(code, row)?;
        }
        // A row of the history that is no record has no number here.
        if row.get_ref(9)?.as_i64_or_null().ok().flatten().is_some() {
            gathered.facts.extend(fact(row, 9)?);
        }
        Ok(())
    })?;
    gathered.tell(&mut others, visit)
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
