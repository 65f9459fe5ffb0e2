//! Frames of draws, and the organisations they are made of.

use crate::open::Sqlite;
use crate::sql::{code_at, each, many, one, run, text_at};
use crate::trouble::Trouble;
use desk::Fault;
use desk::ports::{Frames, KeptFrame};
use domain::code::Code;
use domain::record::Act;
use rusqlite::{Connection, params};
use std::collections::BTreeSet;

pub(crate) fn keep(conn: &Connection, draw: u64, frame: &KeptFrame) -> Result<(), Trouble> {
    let sql = "INSERT INTO frame (draw, text, codes) VALUES (?1, ?2, ?3)";
    run(conn, sql, params![draw, frame.text, frame.codes])?;
    Ok(())
}

pub(crate) fn kept(conn: &Connection, draw: u64) -> Result<Option<KeptFrame>, Trouble> {
    let sql = "SELECT text, codes FROM frame WHERE draw = ?1";
    one(conn, sql, params![draw], |row| {
        Ok(KeptFrame {
            text: row.get(0)?,
            codes: row.get(1)?,
        })
    })
}

impl Frames for Sqlite {
    fn frame(&self, draw: u64) -> Result<Option<KeptFrame>, Fault> {
        self.shared.readers.read(|conn| kept(conn, draw))
    }

    fn each_graded(&self, visit: &mut dyn FnMut(Code, &str)) -> Result<(), Fault> {
        let sql = "SELECT entity, grade FROM grade ORDER BY entity";
        self.shared.readers.read(|conn| {
            each(conn, sql, [], |row| {
                visit(code_at(row, 0)?, text_at(row, 1)?);
                Ok(())
            })
        })
    }

    fn each_candidate(&self, visit: &mut dyn FnMut(Code, &str, Option<&str>)) -> Result<(), Fault> {
        let sql = "SELECT e.code, e.division, g.grade FROM entity AS e \
                   LEFT JOIN grade AS g ON g.entity = e.code ORDER BY e.code";
        self.shared.readers.read(|conn| {
            each(conn, sql, [], |row| {
                let grade = row.get_ref(2)?.as_str_or_null().ok().flatten();
                visit(code_at(row, 0)?, text_at(row, 1)?, grade);
                Ok(())
            })
        })
    }

    fn licensed_by(&self, organ: &Code) -> Result<BTreeSet<Code>, Fault> {
        let sql = "SELECT DISTINCT r.entity FROM record_common AS c \
                   JOIN record AS r ON r.common = c.seq WHERE c.organ = ?1 AND c.act = ?2 \
                   AND r.entity IS NOT NULL AND r.superseded = 0 AND r.revoked = 0";
        let params = params![organ.as_str(), Act::Licence.word()];
        let codes = self
            .shared
            .readers
            .read(|conn| many(conn, sql, params, |row| code_at(row, 0)))?;
        Ok(codes.into_iter().collect())
    }
}
