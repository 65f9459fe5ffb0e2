//! Cases decided, against the receipts of look-ups (R47).

use crate::open::Sqlite;
use crate::sql::{code_at, day_at, limit, many, number};
use desk::Fault;
use desk::ports::{CaseRow, Cases, ScreeningFigures};
use domain::code::Code;
use jiff::civil::Date;
use rusqlite::params;

const FIGURES: &str = "SELECT c.organ, coalesce(n.name, c.organ), count(*), \
     count(CASE WHEN EXISTS (SELECT 1 FROM screening AS s \
     WHERE s.organ = c.organ AND s.case_no = c.case_no) THEN 1 END) \
     FROM decided_case AS c LEFT JOIN organ AS n ON n.code = c.organ \
     WHERE c.decided >= ?1 AND c.decided <= ?2 GROUP BY c.organ, n.name ORDER BY c.organ";

const UNSCREENED: &str = "SELECT c.organ, c.matter, c.case_no, c.decided FROM decided_case AS c \
     WHERE (?1 IS NULL OR c.organ = ?1) AND NOT EXISTS (SELECT 1 FROM screening AS s \
     WHERE s.organ = c.organ AND s.case_no = c.case_no) ORDER BY c.decided DESC, c.seq DESC LIMIT ?2";

impl Cases for Sqlite {
    fn screening_figures(&self, from: Date, to: Date) -> Result<Vec<ScreeningFigures>, Fault> {
        self.shared.readers.read(|conn| {
            many(conn, FIGURES, params![number(from), number(to)], |row| {
                Ok(ScreeningFigures {
                    organ: row.get(0)?,
                    organ_name: row.get(1)?,
                    decided: row.get(2)?,
                    screened: row.get(3)?,
                })
            })
        })
    }

    fn unscreened(&self, organ: Option<&Code>, most: usize) -> Result<Vec<CaseRow>, Fault> {
        let params = params![organ.map(Code::as_str), limit(most)];
        self.shared.readers.read(|conn| {
            many(conn, UNSCREENED, params, |row| {
                Ok(CaseRow {
                    organ: code_at(row, 0)?,
                    matter: row.get(1)?,
                    case_no: row.get(2)?,
                    decided: day_at(row, 3)?,
                })
            })
        })
    }
}
