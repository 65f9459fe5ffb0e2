//! Visits: results the public sees, how often organisations were visited, what is to be looked at again.

use crate::open::Sqlite;
use crate::sql::{code_at, day_at, limit, many, number, one, run};
use crate::trouble::Trouble;
use desk::Fault;
use desk::ports::{Burden, Inspected, Inspections, OrganBurden, Overdue};
use domain::code::Code;
use domain::inspection::visit::{Case, Part, Stage};
use jiff::civil::Date;
use rusqlite::{Connection, params};

/// Makes the rows of a visit anew.
pub(crate) fn keep(conn: &Connection, case: &Case) -> Result<(), Trouble> {
    for table in ["inspected", "visited", "follow_up"] {
        run(
            conn,
            &format!("DELETE FROM {table} WHERE id = ?1"),
            params![case.id],
        )?;
    }
    shown(conn, case)?;
    for part in &case.task.parts {
        begun(conn, case, part)?;
    }
    again(conn, case)
}

/// Only a published result is public (R10).
fn shown(conn: &Connection, case: &Case) -> Result<(), Trouble> {
    let Stage::Published {
        ended,
        on,
        late,
        ends,
    } = &case.stage
    else {
        return Ok(());
    };
    let day = number(ended.begun.start.on);
    let mut place = 0_u64;
    for (part, item) in case.task.items() {
        let Some(outcome) = ended.begun.outcome(&item.code) else {
            continue;
        };
        run(
            conn,
            "INSERT INTO inspected (id, place, entity, organ, item, item_name, kind, result, problem, \
             on_site, day, published, late, draw, ends) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
            params![
                case.id,
                place,
                case.task.entity.as_str(),
                part.organ.as_str(),
                item.code,
                item.name,
                item.kind.word(),
                outcome.result,
                outcome.problem,
                item.on_site,
                day,
                number(*on),
                late,
                case.task.draw(),
                number(*ends),
            ],
        )?;
        place += 1;
    }
    Ok(())
}

fn begun(conn: &Connection, case: &Case, part: &Part) -> Result<(), Trouble> {
    let Some(begun) = case.begun() else {
        return Ok(());
    };
    let mut items = part.items.iter();
    let problem = items.any(|item| {
        let outcome = begun.outcome(&item.code);
        outcome.is_some_and(|outcome| outcome.problem)
    });
    let late = part.lead && matches!(case.stage, Stage::Published { late: true, .. });
    run(
        conn,
        "INSERT INTO visited (id, organ, entity, year, counted, on_site, joint, problem, late) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        params![
            case.id,
            part.organ.as_str(),
            case.task.entity.as_str(),
            begun.start.on.year(),
            case.counts_as_visit(),
            part.on_site(),
            case.task.parts.len() > 1,
            problem,
            late,
        ],
    )?;
    Ok(())
}

fn again(conn: &Connection, case: &Case) -> Result<(), Trouble> {
    for (place, task) in case.follow_ups().iter().enumerate() {
        let mut items = case.task.items();
        let item = items.find(|(_, item)| item.code == task.item);
        run(
            conn,
            "INSERT INTO follow_up (id, place, entity, organ, item, item_name, by_day, done) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            params![
                case.id,
                place,
                case.task.entity.as_str(),
                task.organ.as_str(),
                task.item,
                item.map_or(&*task.item, |(_, item)| &*item.name),
                number(task.by_day),
                task.done.as_ref().map(|done| number(done.on)),
            ],
        )?;
    }
    Ok(())
}

fn inspected(
    conn: &Connection,
    entity: Option<&Code>,
    day: Date,
    most: usize,
) -> Result<Vec<Inspected>, Trouble> {
    let sql = "SELECT i.id, i.entity, coalesce(e.name, i.entity), i.organ, coalesce(o.name, i.organ), \
               i.item, i.item_name, i.kind, i.result, i.problem, i.on_site, i.day, i.published, \
               i.late, i.draw, i.ends FROM inspected AS i LEFT JOIN entity AS e ON e.code = i.entity \
               LEFT JOIN organ AS o ON o.code = i.organ WHERE (?1 IS NULL OR i.entity = ?1) \
               AND i.ends > ?3 ORDER BY i.published DESC, i.id DESC, i.place LIMIT ?2";
    let params = params![entity.map(Code::as_str), limit(most), number(day)];
    many(conn, sql, params, |row| {
        Ok(Inspected {
            id: row.get(0)?,
            entity: code_at(row, 1)?,
            entity_name: row.get(2)?,
            organ: code_at(row, 3)?,
            organ_name: row.get(4)?,
            item: row.get(5)?,
            item_name: row.get(6)?,
            kind: serde_json::from_value(row.get::<_, String>(7)?.into())?,
            result: row.get(8)?,
            result_name: String::new(),
            problem: row.get(9)?,
            on_site: row.get(10)?,
            on: day_at(row, 11)?,
            published: day_at(row, 12)?,
            late: row.get(13)?,
            draw: row.get(14)?,
            ends: day_at(row, 15)?,
        })
    })
}

fn burden(conn: &Connection, year: i16) -> Result<Burden, Trouble> {
    let counted = "SELECT count(*), coalesce(sum(n = 1), 0), coalesce(sum(n = 2), 0), \
                   coalesce(sum(n > 2), 0) FROM (SELECT count(DISTINCT id) AS n FROM visited \
                   WHERE year = ?1 AND counted = 1 GROUP BY entity)";
    let counts: Option<[u64; 4]> = one(conn, counted, params![year], |row| {
        Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?])
    })?;
    let [visited, once, twice, more] = counts.unwrap_or_default();
    let sql = "SELECT count(*) FROM entity";
    let entities: Option<u64> = one(conn, sql, [], |row| Ok(row.get(0)?))?;
    let entities = entities.unwrap_or_default();
    let sql = "SELECT v.organ, coalesce(o.name, v.organ), sum(v.on_site), \
               sum(v.on_site AND v.joint), sum(NOT v.on_site), sum(v.problem), sum(v.late) \
               FROM visited AS v LEFT JOIN organ AS o ON o.code = v.organ WHERE v.year = ?1 \
               GROUP BY v.organ ORDER BY 3 DESC, 1";
    let organs = many(conn, sql, params![year], |row| {
        Ok(OrganBurden {
            organ: code_at(row, 0)?,
            organ_name: row.get(1)?,
            visits: row.get(2)?,
            joint: row.get(3)?,
            remote: row.get(4)?,
            problems: row.get(5)?,
            late: row.get(6)?,
        })
    })?;
    Ok(Burden {
        year,
        entities,
        none: entities.saturating_sub(visited),
        once,
        twice,
        more,
        organs,
    })
}

fn overdue(conn: &Connection, today: Date) -> Result<Vec<Overdue>, Trouble> {
    let sql = "SELECT f.id, f.entity, coalesce(e.name, f.entity), f.organ, coalesce(o.name, f.organ), \
               f.item, f.item_name, f.by_day FROM follow_up AS f \
               LEFT JOIN entity AS e ON e.code = f.entity LEFT JOIN organ AS o ON o.code = f.organ \
               WHERE f.done IS NULL AND f.by_day < ?1 ORDER BY f.by_day, f.id, f.place";
    many(conn, sql, params![number(today)], |row| {
        Ok(Overdue {
            id: row.get(0)?,
            entity: code_at(row, 1)?,
            entity_name: row.get(2)?,
            organ: code_at(row, 3)?,
            organ_name: row.get(4)?,
            item: row.get(5)?,
            item_name: row.get(6)?,
            by_day: day_at(row, 7)?,
        })
    })
}

impl Inspections for Sqlite {
    fn inspected(
        &self,
        entity: Option<&Code>,
        day: Date,
        most: usize,
    ) -> Result<Vec<Inspected>, Fault> {
        self.shared
            .portal
            .read(|conn| inspected(conn, entity, day, most))
    }

    fn burden(&self, year: i16) -> Result<Burden, Fault> {
        self.shared.readers.read(|conn| burden(conn, year))
    }

    fn follow_ups_overdue(&self, today: Date) -> Result<Vec<Overdue>, Fault> {
        self.shared.readers.read(|conn| overdue(conn, today))
    }
}
