//! Procedures: their rows, steps and clocks, and what the public sees of them.

use crate::open::Sqlite;
use crate::sql::{
    any, basis_at, code_at, day_at, each, limit, many, number, one, some_code_at, some_day_at,
    text_at,
};
use crate::trouble::Trouble;
use crate::{exchange, filings, letters};
use desk::Fault;
use desk::ports::{
    ClockFilter, ClockLine, Contact, Filter, Laggard, ListedRow, Numbered, Pledge, Procedures, Row,
    Standing, Waiting,
};
use domain::code::Code;
use domain::exchange::{Partner, Pending};
use domain::ledger::Event;
use domain::notice::Moment;
use domain::procedure::Refused;
use domain::repair::{Ease, Unrepairable};
use jiff::civil::Date;
use rusqlite::{Connection, ToSql, params};
use std::collections::BTreeSet;

/// The steps of a procedure, oldest first.
pub(crate) fn steps(conn: &Connection, id: u64) -> Result<Vec<(u64, Event)>, Trouble> {
    let sql = "SELECT e.seq, e.body FROM procedure_step AS s JOIN entry AS e ON e.seq = s.seq \
               WHERE s.procedure = ?1 ORDER BY s.seq";
    many(conn, sql, params![id], |row| {
        let seq = row.get(0)?;
        let body = row.get_ref(1)?.as_blob().unwrap_or_default();
        Ok((seq, crate::core::read(seq, body)?.1))
    })
}

/// The day on which a procedure began, if it is there.
pub(crate) fn stored(conn: &Connection, id: u64) -> Result<Option<Date>, Trouble> {
    one(
        conn,
        "SELECT opened FROM procedure WHERE id = ?1",
        params![id],
        |row| day_at(row, 0),
    )
}

const COLUMNS: &str = "p.id, p.noun, p.entity, p.organ, p.other, p.about, p.topic, p.state, p.open, \
     p.internal, p.opened, p.touched, p.others";

fn row(row: &rusqlite::Row<'_>) -> Result<Row, Trouble> {
    Ok(Row {
        id: row.get(0)?,
        noun: row.get(1)?,
        entity: some_code_at(row, 2)?,
        organ: some_code_at(row, 3)?,
        other: some_code_at(row, 4)?,
        about: row.get(5)?,
        topic: row.get(6)?,
        state: row.get(7)?,
        open: row.get(8)?,
        internal: row.get(9)?,
        opened: day_at(row, 10)?,
        touched: row.get(11)?,
        others: text_at(row, 12)?
            .split(',')
            .filter_map(Code::read)
            .collect(),
    })
}

pub(crate) fn rows(conn: &Connection, filter: &Filter) -> Result<Vec<Row>, Trouble> {
    let mut sql = format!("SELECT {COLUMNS} FROM procedure AS p WHERE 1 = 1");
    let mut values: Vec<Box<dyn ToSql>> = Vec::new();
    let mut with = |sql: &mut String, condition: &str, value: Box<dyn ToSql>| {
        values.push(value);
        sql.push_str(" AND ");
        sql.push_str(&condition.replace('?', &format!("?{}", values.len())));
    };
    if let Some(noun) = &filter.noun {
        with(&mut sql, "p.noun = ?", Box::new(noun.clone()));
    }
    if let Some(entity) = filter.entity {
        with(&mut sql, "p.entity = ?", Box::new(entity.to_string()));
    }
    if let Some(organ) = filter.organ {
        with(
            &mut sql,
            "(p.organ = ? OR p.other = ? OR instr(p.others, ?) > 0)",
            Box::new(organ.to_string()),
        );
    }
    if let Some(about) = filter.about {
        with(&mut sql, "p.about = ?", Box::new(about));
    }
    if let Some(topic) = &filter.topic {
        with(&mut sql, "p.topic = ?", Box::new(topic.clone()));
    }
    if let Some(open) = filter.open {
        with(&mut sql, "p.open = ?", Box::new(open));
    }
    if let Some(due) = filter.due {
        with(&mut sql, "p.next <= ?", Box::new(number(due)));
    }
    if let Some(entry) = filter.untouched {
        with(&mut sql, "p.touched < ?", Box::new(entry));
    }
    if let Some(after) = filter.after {
        let condition = if filter.ascending {
            "p.id > ?"
        } else {
            "p.id < ?"
        };
        with(&mut sql, condition, Box::new(after));
    }
    let order = if filter.ascending { "ASC" } else { "DESC" };
    values.push(Box::new(limit(filter.limit)));
    sql.push_str(&format!(" ORDER BY p.id {order} LIMIT ?{}", values.len()));
    let values: Vec<&dyn ToSql> = values.iter().map(AsRef::as_ref).collect();
    many(conn, &sql, values.as_slice(), row)
}

pub(crate) fn eased(conn: &Connection, record: u64) -> Result<Vec<(Ease, Date)>, Trouble> {
    let sql = "SELECT why, day FROM relief WHERE record = ?1 ORDER BY seq";
    many(conn, sql, params![record], |row| {
        let why = serde_json::from_value(row.get::<_, String>(0)?.into())?;
        Ok((why, day_at(row, 1)?))
    })
}

pub(crate) fn unrepairable(
    conn: &Connection,
    record: u64,
) -> Result<Option<Unrepairable>, Trouble> {
    let sql = "SELECT until, statute, article, confirmed FROM unrepairable WHERE record = ?1";
    one(conn, sql, params![record], |row| {
        Ok(Unrepairable {
            until: day_at(row, 0)?,
            basis: basis_at(row, 1)?,
        })
    })
}

pub(crate) fn numbers(conn: &Connection, asked: &[String]) -> Result<BTreeSet<String>, Trouble> {
    let mut used = BTreeSet::new();
    for number in asked {
        let sql = "SELECT 1 FROM commitment_number WHERE number = ?1";
        if any(conn, sql, params![number])? {
            used.insert(number.clone());
        }
    }
    Ok(used)
}

fn each_open(
    conn: &Connection,
    noun: &str,
    states: &[&str],
    visit: &mut dyn FnMut(&[Numbered]),
) -> Result<(), Trouble> {
    let ids: Vec<u64> = match states {
        [] => {
            let sql = "SELECT id FROM procedure WHERE noun = ?1 AND open = 1 ORDER BY id";
            many(conn, sql, params![noun], |row| Ok(row.get(0)?))?
        }
        states => {
            let states = serde_json::to_string(states)?;
            let sql = "SELECT id FROM procedure WHERE noun = ?1 \
                       AND state IN (SELECT value FROM json_each(?2)) ORDER BY id";
            many(conn, sql, params![noun, states], |row| Ok(row.get(0)?))?
        }
    };
    for id in ids {
        visit(&steps(conn, id)?);
    }
    Ok(())
}

fn clocks(conn: &Connection, filter: &ClockFilter) -> Result<Vec<ClockLine>, Trouble> {
    let mut sql = String::from(
        "SELECT c.procedure, p.noun, c.duty, c.organ, c.opened, c.last, c.done, c.late, c.void, \
         c.escalated, c.statute, c.article, c.confirmed \
         FROM procedure_clock AS c JOIN procedure AS p ON p.id = c.procedure WHERE c.entitled = 0",
    );
    if filter.office {
        sql.push_str(" AND c.organ IS NULL AND ?1 IS NULL");
    } else {
        sql.push_str(" AND (?1 IS NULL OR c.organ = ?1)");
    }
    if filter.open {
        sql.push_str(" AND c.done IS NULL AND c.void = 0");
    }
    sql.push_str(" ORDER BY c.last IS NULL, c.last, c.procedure LIMIT ?2");
    let organ = filter
        .organ
        .filter(|_| !filter.office)
        .map(|code| code.to_string());
    many(conn, &sql, params![organ, limit(filter.limit)], |row| {
        Ok(ClockLine {
            procedure: row.get(0)?,
            noun: row.get(1)?,
            duty: row.get(2)?,
            organ: some_code_at(row, 3)?,
            opened: day_at(row, 4)?,
            last: some_day_at(row, 5)?,
            done: some_day_at(row, 6)?,
            late: row.get(7)?,
            void: row.get(8)?,
            escalated: some_day_at(row, 9)?,
            basis: basis_at(row, 10)?,
        })
    })
}

fn listed(
    conn: &Connection,
    day: Date,
    entity: Option<&Code>,
    list: Option<&str>,
    most: usize,
) -> Result<Vec<ListedRow>, Trouble> {
    let sql = "SELECT l.id, l.list, l.list_name, l.kind, l.entity, coalesce(e.name, l.entity), \
               l.organ, coalesce(o.name, l.organ), l.document, l.day, l.ends, l.early, l.grounds, \
               l.exits, l.appeal, l.statute, l.article, l.confirmed FROM listed AS l \
               LEFT JOIN entity AS e ON e.code = l.entity LEFT JOIN organ AS o ON o.code = l.organ \
               WHERE (?1 IS NULL OR l.entity = ?1) AND (?2 IS NULL OR l.list = ?2) \
               AND l.day <= ?4 AND l.ends > ?4 ORDER BY l.day DESC, l.id DESC LIMIT ?3";
    let params = params![entity.map(Code::as_str), list, limit(most), number(day)];
    many(conn, sql, params, |row| {
        Ok(ListedRow {
            id: row.get(0)?,
            list: row.get(1)?,
            list_name: row.get(2)?,
            kind: serde_json::from_value(row.get::<_, String>(3)?.into())?,
            entity: code_at(row, 4)?,
            entity_name: row.get(5)?,
            organ: code_at(row, 6)?,
            organ_name: row.get(7)?,
            document: row.get(8)?,
            on: day_at(row, 9)?,
            ends: day_at(row, 10)?,
            early: some_day_at(row, 11)?,
            grounds: serde_json::from_str(text_at(row, 12)?)?,
            exits: serde_json::from_str(text_at(row, 13)?)?,
            appeal: row.get(14)?,
            basis: basis_at(row, 15)?,
        })
    })
}

fn pledged(
    conn: &Connection,
    day: Date,
    entity: Option<&Code>,
    most: usize,
) -> Result<Vec<Pledge>, Trouble> {
    let sql = "SELECT p.id, p.number, p.entity, coalesce(e.name, p.entity), p.kind, p.matter, \
               p.content, p.organ, coalesce(o.name, p.organ), p.made, p.until, p.state, p.document, \
               p.hidden FROM pledge AS p LEFT JOIN entity AS e ON e.code = p.entity \
               LEFT JOIN organ AS o ON o.code = p.organ WHERE (?1 IS NULL OR p.entity = ?1) \
               AND (p.hidden IS NULL OR p.hidden > ?3) ORDER BY p.id DESC LIMIT ?2";
    many(
        conn,
        sql,
        params![entity.map(Code::as_str), limit(most), number(day)],
        |row| {
            let document: Option<String> = row.get(12)?;
            let hidden = some_day_at(row, 13)?;
            Ok(Pledge {
                id: row.get(0)?,
                number: row.get(1)?,
                entity: code_at(row, 2)?,
                entity_name: row.get(3)?,
                kind: serde_json::from_value(row.get::<_, String>(4)?.into())?,
                matter: row.get(5)?,
                content: row.get(6)?,
                organ: code_at(row, 7)?,
                organ_name: row.get(8)?,
                made: day_at(row, 9)?,
                until: some_day_at(row, 10)?,
                state: row.get(11)?,
                broken: document.zip(hidden),
            })
        },
    )
}

impl Procedures for Sqlite {
    fn steps(&self, procedure: u64) -> Result<Vec<(u64, Event)>, Fault> {
        self.shared.readers.read(|conn| steps(conn, procedure))
    }

    fn procedures(&self, filter: &Filter) -> Result<Vec<Row>, Fault> {
        self.shared.readers.read(|conn| rows(conn, filter))
    }

    fn each_open(
        &self,
        noun: &str,
        states: &[&str],
        visit: &mut dyn FnMut(&[Numbered]),
    ) -> Result<(), Fault> {
        self.shared
            .readers
            .read(|conn| each_open(conn, noun, states, visit))
    }

    fn each_eased(&self, visit: &mut dyn FnMut(u64)) -> Result<(), Fault> {
        // The latest word about each record.
        let sql = "SELECT record FROM relief AS r WHERE free = 1 AND NOT EXISTS \
                   (SELECT 1 FROM relief AS later WHERE later.record = r.record AND later.seq > r.seq)";
        self.shared.readers.read(|conn| {
            each(conn, sql, [], |row| {
                visit(row.get(0)?);
                Ok(())
            })
        })
    }

    fn clocks(&self, filter: &ClockFilter) -> Result<Vec<ClockLine>, Fault> {
        self.shared.readers.read(|conn| clocks(conn, filter))
    }

    fn refusals(&self, most: usize) -> Result<Vec<(u64, Refused)>, Fault> {
        let sql = "SELECT seq, refused FROM refusal ORDER BY seq DESC LIMIT ?1";
        self.shared.readers.read(|conn| {
            many(conn, sql, params![limit(most)], |row| {
                Ok((row.get(0)?, serde_json::from_str(text_at(row, 1)?)?))
            })
        })
    }

    fn listed(
        &self,
        day: Date,
        entity: Option<&Code>,
        list: Option<&str>,
        most: usize,
    ) -> Result<Vec<ListedRow>, Fault> {
        self.shared
            .portal
            .read(|conn| listed(conn, day, entity, list, most))
    }

    fn pledged(&self, day: Date, entity: Option<&Code>, most: usize) -> Result<Vec<Pledge>, Fault> {
        self.shared
            .portal
            .read(|conn| pledged(conn, day, entity, most))
    }

    fn disputes(&self, record: u64) -> Result<Vec<(u64, Option<String>, Date)>, Fault> {
        let sql =
            "SELECT objection, field, since FROM dispute WHERE record = ?1 ORDER BY objection";
        self.shared.portal.read(|conn| {
            many(conn, sql, params![record], |row| {
                Ok((row.get(0)?, row.get(1)?, day_at(row, 2)?))
            })
        })
    }

    fn laggards(&self, most: usize) -> Result<Vec<Laggard>, Fault> {
        let sql = "SELECT l.serial, l.receiver, coalesce(p.name, o.name, l.receiver), l.says, l.last, \
                   l.answered FROM laggard AS l LEFT JOIN partner AS p ON p.word = l.receiver \
                   LEFT JOIN organ AS o ON o.code = l.receiver \
                   ORDER BY l.serial DESC, l.receiver LIMIT ?1";
        self.shared.portal.read(|conn| {
            many(conn, sql, params![limit(most)], |row| {
                Ok(Laggard {
                    serial: row.get(0)?,
                    receiver: row.get(1)?,
                    name: row.get(2)?,
                    says: row.get(3)?,
                    last: day_at(row, 4)?,
                    answered: some_day_at(row, 5)?,
                })
            })
        })
    }

    fn partners(&self) -> Result<Vec<Partner>, Fault> {
        self.shared.readers.read(exchange::partners)
    }

    fn each_heard(&self, visit: &mut dyn FnMut(domain::exchange::Event)) -> Result<(), Fault> {
        self.shared
            .readers
            .read(|conn| exchange::each_heard(conn, visit))
    }

    fn messages(&self, receiver: &str, after: u64, most: usize) -> Result<Vec<Pending>, Fault> {
        self.shared
            .readers
            .read(|conn| exchange::waiting(conn, receiver, after, most))
    }

    fn sent(&self, most: usize) -> Result<Vec<Pending>, Fault> {
        self.shared
            .readers
            .read(|conn| exchange::latest(conn, most))
    }

    fn waiting(&self, now: Moment, most: usize) -> Result<Vec<Waiting>, Fault> {
        self.shared
            .readers
            .read(|conn| letters::due(conn, now, most))
    }

    fn inbox(&self, of: &str, most: usize) -> Result<Vec<Waiting>, Fault> {
        self.shared
            .readers
            .read(|conn| letters::inbox(conn, of, most))
    }

    fn letter(&self, of: &str, id: u64) -> Result<Option<Waiting>, Fault> {
        self.shared
            .readers
            .read(|conn| letters::letter(conn, of, id))
    }

    fn unread(&self, of: &str) -> Result<u64, Fault> {
        self.shared.readers.read(|conn| letters::unread(conn, of))
    }

    fn dead(&self, most: usize) -> Result<Vec<Waiting>, Fault> {
        self.shared.readers.read(|conn| letters::dead(conn, most))
    }

    fn contacts(&self, of: &str) -> Result<Vec<Contact>, Fault> {
        self.shared.readers.read(|conn| letters::contacts(conn, of))
    }

    fn put_contact(&self, contact: &Contact) -> Result<(), Fault> {
        let contact = contact.clone();
        self.write(move |conn| letters::put_contact(conn, &contact))
    }

    fn untold(&self, organ: Option<&Code>, most: usize) -> Result<Vec<Standing>, Fault> {
        self.shared
            .readers
            .read(|conn| filings::untold(conn, organ, most))
    }

    fn records_of(&self, entity: &Code) -> Result<Vec<Standing>, Fault> {
        self.shared
            .readers
            .read(|conn| filings::records_of(conn, entity))
    }

    fn record(&self, seq: u64) -> Result<Option<Standing>, Fault> {
        self.shared.readers.read(|conn| filings::record(conn, seq))
    }

    fn unrepairable(&self, record: u64) -> Result<Option<Unrepairable>, Fault> {
        self.shared.readers.read(|conn| unrepairable(conn, record))
    }

    fn eased(&self, record: u64) -> Result<Vec<(Ease, Date)>, Fault> {
        self.shared.readers.read(|conn| eased(conn, record))
    }

    fn shifts(&self, duty: u64) -> Result<Vec<domain::procedure::Shift>, Fault> {
        let sql = "SELECT shift FROM duty_shift WHERE duty = ?1 ORDER BY seq";
        self.shared.readers.read(|conn| {
            many(conn, sql, params![duty], |row| {
                Ok(serde_json::from_str(text_at(row, 0)?)?)
            })
        })
    }
}
