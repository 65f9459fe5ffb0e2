//! What the public sees, through connections that can read nothing else (R10).

use crate::open::Sqlite;
use crate::registry::tally;
use crate::sql::{
    act_at, basis_at, code_at, day_at, limit, many, number, one, severity_at, some_code_at, text_at,
};
use crate::trouble::Trouble;
use desk::Fault;
use desk::ports::{Front, ListFilter, Portal, PublicRecord, Withdrawal};
use domain::code::Code;
use domain::filing::Revocation;
use domain::publication::Window;
use domain::record::{Act, Severity};
use rusqlite::{Connection, Row, ToSql, params};

/// Records on the home page.
const LATEST: usize = 10;

const COLUMNS: &str = "SELECT p.seq, p.act, p.source, p.entity, coalesce(e.name, p.entity), \
     p.organ, p.organ_name, p.docket, p.decided, p.severity, p.shown_from, p.repairable, p.hidden, \
     p.statute, p.article, p.confirmed, p.fields \
     FROM publication AS p LEFT JOIN entity AS e ON e.code = p.entity";

fn read(row: &Row<'_>) -> Result<PublicRecord, Trouble> {
    Ok(PublicRecord {
        seq: row.get(0)?,
        act: act_at(row, 1)?,
        source: row.get(2)?,
        entity: code_at(row, 3)?,
        entity_name: row.get(4)?,
        organ: code_at(row, 5)?,
        organ_name: row.get(6)?,
        docket: row.get(7)?,
        decided: day_at(row, 8)?,
        severity: severity_at(row, 9)?,
        shown_from: day_at(row, 10)?,
        window: Window {
            repairable: day_at(row, 11)?,
            hidden: day_at(row, 12)?,
            basis: basis_at(row, 13)?,
        },
        fields: serde_json::from_str(text_at(row, 16)?)?,
    })
}

fn withdrawal(row: &Row<'_>) -> Result<Withdrawal, Trouble> {
    let how = text_at(row, 3)?;
    Ok(Withdrawal {
        docket: row.get(0)?,
        organ: code_at(row, 1)?,
        entity: some_code_at(row, 2)?,
        how: Revocation::read(how)
            .ok_or_else(|| Trouble::broken(format!("视图中的撤回方式“{how}”读不出")))?,
        reason: row.get(4)?,
        document: row.get(5)?,
        on: day_at(row, 6)?,
    })
}

/// A page of one act. The index knows the newest of each organ; those of all organs are merged, which
/// costs a reader less than an index over all of them costs every row that is filed. The severity is
/// a filter on the way, because one class in three is never far.
fn list(conn: &Connection, act: Act, filter: &ListFilter) -> Result<Vec<PublicRecord>, Trouble> {
    let mut found = Vec::new();
    match filter.organ {
        Some(organ) => found = newest(conn, act, organ.as_str(), filter)?,
        None => {
            for organ in organs(conn)? {
                found.extend(newest(conn, act, &organ, filter)?);
            }
            found.sort_unstable_by(|one, other| other.cmp(one));
            found.truncate(filter.limit);
        }
    }
    let shown = found.into_iter().map(|(_, seq)| shown(conn, seq));
    shown.filter_map(Result::transpose).collect()
}

/// Every organ with a shown record, one look into the index for each.
fn organs(conn: &Connection) -> Result<Vec<String>, Trouble> {
    let sql = "WITH RECURSIVE next (organ) AS (SELECT min(organ) FROM publication UNION ALL \
               SELECT (SELECT min(organ) FROM publication AS p WHERE p.organ > next.organ) \
               FROM next WHERE organ IS NOT NULL) SELECT organ FROM next WHERE organ IS NOT NULL";
    many(conn, sql, [], |row| Ok(row.get(0)?))
}

/// Day of decision and number of the newest records of one organ.
fn newest(
    conn: &Connection,
    act: Act,
    organ: &str,
    filter: &ListFilter,
) -> Result<Vec<(i64, u64)>, Trouble> {
    let mut sql =
        String::from("SELECT decided, seq FROM publication WHERE organ = ?1 AND act = ?2");
    let (word, most) = (act.word(), limit(filter.limit));
    let severity = filter.severity.map(Severity::word);
    let after = filter.after.map(|(day, seq)| (number(day), seq));
    let mut params: Vec<&dyn ToSql> = vec![&organ, &word, &most];
    if let Some(severity) = &severity {
        params.push(severity);
        sql.push_str(&format!(" AND severity = ?{}", params.len()));
    }
    if let Some((day, seq)) = &after {
        params.push(day);
        params.push(seq);
        let at = params.len();
        sql.push_str(&format!(" AND (decided, seq) < (?{}, ?{at})", at - 1));
    }
    sql.push_str(" ORDER BY decided DESC, seq DESC LIMIT ?3");
    many(conn, &sql, params.as_slice(), |row| {
        Ok((row.get(0)?, row.get(1)?))
    })
}

fn shown(conn: &Connection, seq: u64) -> Result<Option<PublicRecord>, Trouble> {
    let sql = format!("{COLUMNS} WHERE p.seq = ?1");
    one(conn, &sql, params![seq], read)
}

/// The newest of every act.
fn latest(conn: &Connection) -> Result<Vec<PublicRecord>, Trouble> {
    let filter = ListFilter {
        limit: LATEST,
        ..ListFilter::default()
    };
    let mut records = Vec::new();
    for act in Act::ALL {
        records.extend(list(conn, act, &filter)?);
    }
    records.sort_by_key(|record| std::cmp::Reverse((record.decided, record.seq)));
    records.truncate(LATEST);
    Ok(records)
}

fn front(conn: &Connection) -> Result<Front, Trouble> {
    Ok(Front {
        entities: tally(conn, "entity")?,
        licences: tally(conn, Act::Licence.word())?,
        penalties: tally(conn, Act::Penalty.word())?,
        organs: tally(conn, "organ")?,
        latest: latest(conn)?,
    })
}

impl Portal for Sqlite {
    fn front(&self) -> Result<Front, Fault> {
        self.shared.portal.read(front)
    }

    fn shown_of(&self, entity: &Code) -> Result<Vec<PublicRecord>, Fault> {
        let sql = format!("{COLUMNS} WHERE p.entity = ?1 ORDER BY p.decided DESC, p.seq DESC");
        self.shared
            .portal
            .read(|conn| many(conn, &sql, params![entity.as_str()], read))
    }

    fn shown(&self, seq: u64) -> Result<Option<PublicRecord>, Fault> {
        self.shared.portal.read(|conn| shown(conn, seq))
    }

    fn list(&self, act: Act, filter: &ListFilter) -> Result<Vec<PublicRecord>, Fault> {
        self.shared.portal.read(|conn| list(conn, act, filter))
    }

    fn withdrawn(&self, most: usize) -> Result<Vec<Withdrawal>, Fault> {
        let sql = "SELECT docket, organ, entity, how, reason, document, day FROM withdrawal \
                   ORDER BY seq DESC LIMIT ?1";
        self.shared
            .portal
            .read(|conn| many(conn, sql, params![limit(most)], withdrawal))
    }
}
