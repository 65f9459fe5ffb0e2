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

/// A page of one act. Organ and position are answered by an index; the severity is a filter on the
/// way, because one class in three is never far.
fn list(conn: &Connection, act: Act, filter: &ListFilter) -> Result<Vec<PublicRecord>, Trouble> {
    let mut sql = format!("{COLUMNS} WHERE p.act = ?1");
    let most = limit(filter.limit);
    let (organ, severity) = (filter.organ.map(|code| code.to_string()), filter.severity);
    let severity = severity.map(Severity::word);
    let after = filter.after.map(|(day, seq)| (number(day), seq));
    let word = act.word();
    let mut params: Vec<&dyn ToSql> = vec![&word, &most];
    if let Some(organ) = &organ {
        params.push(organ);
        sql.push_str(&format!(" AND p.organ = ?{}", params.len()));
    }
    if let Some(severity) = &severity {
        params.push(severity);
        sql.push_str(&format!(" AND p.severity = ?{}", params.len()));
    }
    if let Some((day, seq)) = &after {
        params.push(day);
        params.push(seq);
        let at = params.len();
        sql.push_str(&format!(" AND (p.decided, p.seq) < (?{}, ?{at})", at - 1));
    }
    sql.push_str(" ORDER BY p.decided DESC, p.seq DESC LIMIT ?2");
    many(conn, &sql, params.as_slice(), read)
}

/// The newest of every act, by the index of each: there is none over all acts.
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
        let sql = format!("{COLUMNS} WHERE p.seq = ?1");
        self.shared
            .portal
            .read(|conn| one(conn, &sql, params![seq], read))
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
