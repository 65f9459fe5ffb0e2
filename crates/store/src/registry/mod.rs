//! Entities and organs: profiles, search, and the streams the in-memory index loads from.

mod find;

use crate::open::Sqlite;
use crate::sql::{
    act_at, code_at, day_at, each, limit, many, one, severity_at, some_code_at, some_day_at,
    text_at,
};
use crate::trouble::Trouble;
use desk::Fault;
use desk::ports::{EntityRow, Hit, Profile, Registry, Shown};
use desk::search::Query;
use domain::code::Code;
use domain::entity::{Doubted, Organ, Registered};
use jiff::civil::Date;
use rusqlite::{Connection, Row, params};
use std::collections::BTreeMap;

pub(crate) fn profile(conn: &Connection, code: &Code) -> Result<Option<Profile>, Trouble> {
    let sql = "SELECT name, registered, address, form, division, nonconforming, provisional, \
               source FROM entity WHERE code = ?1";
    let Some(mut registered) = one(conn, sql, params![code.as_str()], |row| read(code, row))?
    else {
        return Ok(None);
    };
    let sql = "SELECT alias FROM alias WHERE entity = ?1 ORDER BY alias";
    registered.aliases = many(conn, sql, params![code.as_str()], |row| Ok(row.get(0)?))?;
    let sql = "SELECT name, since FROM former_name WHERE entity = ?1 ORDER BY since DESC, seq DESC";
    let former = many(conn, sql, params![code.as_str()], |row| {
        Ok((row.get(0)?, day_at(row, 1)?))
    })?;
    Ok(Some(Profile { registered, former }))
}

fn read(code: &Code, row: &Row<'_>) -> Result<Registered, Trouble> {
    Ok(Registered {
        code: *code,
        name: row.get(0)?,
        registered: some_day_at(row, 1)?,
        address: row.get(2)?,
        form: row.get(3)?,
        division: row.get(4)?,
        aliases: Vec::new(),
        nonconforming: row.get(5)?,
        provisional: row.get(6)?,
        source: row.get(7)?,
    })
}

fn read_organ(row: &Row<'_>) -> Result<Organ, Trouble> {
    Ok(Organ {
        code: code_at(row, 0)?,
        name: row.get(1)?,
        parent: some_code_at(row, 2)?,
        division: row.get(3)?,
    })
}

pub(crate) fn organ(conn: &Connection, code: &Code) -> Result<Option<Organ>, Trouble> {
    let sql = "SELECT code, name, parent, division FROM organ WHERE code = ?1";
    one(conn, sql, params![code.as_str()], read_organ)
}

fn doubts(
    conn: &Connection,
    filer: Option<&Code>,
    most: usize,
) -> Result<Vec<(u64, Doubted)>, Trouble> {
    let sql = "SELECT seq, code, stated, registered, docket, filer, source, day FROM doubt \
               WHERE (?1 IS NULL OR filer = ?1) ORDER BY seq DESC LIMIT ?2";
    many(
        conn,
        sql,
        params![filer.map(Code::as_str), limit(most)],
        |row| {
            let doubted = Doubted {
                code: code_at(row, 1)?,
                stated: row.get(2)?,
                registered: row.get(3)?,
                docket: row.get(4)?,
                filer: code_at(row, 5)?,
                source: row.get(6)?,
                on: day_at(row, 7)?,
            };
            Ok((row.get(0)?, doubted))
        },
    )
}

fn by_alias(conn: &Connection, alias: &str) -> Result<Vec<Profile>, Trouble> {
    let sql = "SELECT entity FROM alias WHERE alias = ?1 ORDER BY entity";
    let codes = many(conn, sql, params![alias], |row| code_at(row, 0))?;
    let profiles = codes.iter().map(|code| profile(conn, code));
    profiles.filter_map(Result::transpose).collect()
}

fn each_shown(conn: &Connection, visit: &mut dyn FnMut(Shown<'_>)) -> Result<(), Trouble> {
    let sql = "SELECT p.seq, p.entity, c.act, p.docket, c.organ_name, p.decided, c.severity, \
               p.repairable, p.hidden, c.statute, c.article, c.confirmed FROM publication AS p \
               CROSS JOIN publication_common AS c ON c.seq = p.common ORDER BY p.seq";
    each(conn, sql, [], |row| {
        visit(Shown {
            seq: row.get(0)?,
            entity: text_at(row, 1)?,
            act: act_at(row, 2)?,
            docket: text_at(row, 3)?,
            organ: text_at(row, 4)?,
            decided: day_at(row, 5)?,
            severity: severity_at(row, 6)?,
            repairable: day_at(row, 7)?,
            ends: day_at(row, 8)?,
            statute: text_at(row, 9)?,
            article: text_at(row, 10)?,
            confirmed: row.get(11)?,
        });
        Ok(())
    })
}

impl Registry for Sqlite {
    fn profile(&self, code: &Code) -> Result<Option<Profile>, Fault> {
        self.shared.portal.read(|conn| profile(conn, code))
    }

    fn by_alias(&self, alias: &str) -> Result<Vec<Profile>, Fault> {
        self.shared.portal.read(|conn| by_alias(conn, alias))
    }

    fn find(&self, query: &Query, limit: usize) -> Result<Vec<Hit>, Fault> {
        self.shared
            .portal
            .read(|conn| find::find(conn, query, limit))
    }

    fn organs(&self) -> Result<Vec<Organ>, Fault> {
        let sql = "SELECT code, name, parent, division FROM organ ORDER BY code";
        self.shared
            .portal
            .read(|conn| many(conn, sql, [], read_organ))
    }

    fn doubts(&self, filer: Option<&Code>, most: usize) -> Result<Vec<(u64, Doubted)>, Fault> {
        self.shared.readers.read(|conn| doubts(conn, filer, most))
    }

    fn each_entity(&self, visit: &mut dyn FnMut(EntityRow<'_>)) -> Result<(), Fault> {
        let sql = "SELECT code, name, provisional, nonconforming FROM entity ORDER BY seq";
        self.shared.readers.read(|conn| {
            each(conn, sql, [], |row| {
                visit(EntityRow {
                    code: text_at(row, 0)?,
                    name: text_at(row, 1)?,
                    provisional: row.get(2)?,
                    nonconforming: row.get(3)?,
                });
                Ok(())
            })
        })
    }

    fn each_former_name(&self, visit: &mut dyn FnMut(&str, &str)) -> Result<(), Fault> {
        let sql = "SELECT entity, name FROM former_name ORDER BY seq";
        self.shared.readers.read(|conn| {
            each(conn, sql, [], |row| {
                visit(text_at(row, 0)?, text_at(row, 1)?);
                Ok(())
            })
        })
    }

    fn each_shown(&self, visit: &mut dyn FnMut(Shown<'_>)) -> Result<(), Fault> {
        self.shared.readers.read(|conn| each_shown(conn, visit))
    }

    fn deliveries(&self) -> Result<BTreeMap<String, Date>, Fault> {
        let sql = "SELECT source, delivered FROM source_state";
        let read = |row: &Row<'_>| Ok((row.get(0)?, day_at(row, 1)?));
        self.shared
            .readers
            .read(|conn| Ok(many(conn, sql, [], read)?.into_iter().collect()))
    }

    fn count_entities(&self) -> Result<u64, Fault> {
        self.shared.portal.read(|conn| tally(conn, "entity"))
    }
}

/// A count that is kept with the views.
pub(crate) fn tally(conn: &Connection, name: &str) -> Result<u64, Trouble> {
    let sql = "SELECT count FROM tally WHERE name = ?1";
    Ok(one(conn, sql, params![name], |row| Ok(row.get(0)?))?.unwrap_or_default())
}
