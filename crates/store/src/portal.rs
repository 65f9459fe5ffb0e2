//! What the public sees, through connections that can read nothing else (R10).

use crate::open::Sqlite;
use crate::registry::tally;
use crate::sql::{
    act_at, basis_at, code_at, day_at, limit, many, number, one, run, severity_at, some_code_at,
    text_at,
};
use crate::trouble::Trouble;
use desk::Fault;
use desk::ports::{Front, ListFilter, Masked, Portal, PublicRecord, Withdrawal};
use domain::code::Code;
use domain::filing::Revocation;
use domain::publication::Window;
use domain::record::{Act, Severity};
use rusqlite::{Connection, Row, params};
use std::collections::BTreeMap;

/// Records on the home page.
const LATEST: usize = 10;

/// The columns [`read`] takes, from a publication `p` and its common part `c`.
macro_rules! shown {
    ($from:literal, $rest:literal) => {
        concat!(
            "SELECT p.seq, c.act, c.source, p.entity, coalesce(e.name, p.entity), c.organ, ",
            "c.organ_name, p.docket, p.decided, c.severity, p.shown_from, p.repairable, p.hidden, ",
            "c.statute, c.article, c.confirmed, c.columns, p.fields FROM ",
            $from,
            " JOIN publication_common AS c ON c.seq = p.common ",
            "LEFT JOIN entity AS e ON e.code = p.entity ",
            $rest
        )
    };
}

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
        fields: fields(text_at(row, 16)?, text_at(row, 17)?)?,
    })
}

/// Name and text of the columns that have one.
fn fields(columns: &str, texts: &str) -> Result<Vec<(String, String)>, Trouble> {
    let columns: Vec<String> = serde_json::from_str(columns)?;
    let texts: Vec<Option<String>> = serde_json::from_str(texts)?;
    let filled = columns.into_iter().zip(texts);
    Ok(filled
        .filter_map(|(column, text)| Some((column, text?)))
        .collect())
}

/// Puts masked texts into the place of those a publication shows, under the names it was shown with:
/// another edition of its source may have other columns, or the same in another order.
pub(crate) fn mask_again(
    conn: &Connection,
    seq: u64,
    masked: Option<&Masked>,
) -> Result<(), Trouble> {
    let sql = "SELECT c.columns FROM publication AS p \
               JOIN publication_common AS c ON c.seq = p.common WHERE p.seq = ?1";
    let columns = one(conn, sql, params![seq], |row| Ok(row.get::<_, String>(0)?))?;
    let Some(columns) = columns else {
        return Ok(());
    };
    let left = masked.map(|masked| fields(&masked.columns, &masked.texts));
    let left: BTreeMap<_, _> = left.transpose()?.into_iter().flatten().collect();
    let columns: Vec<String> = serde_json::from_str(&columns)?;
    let texts: Vec<_> = columns.iter().map(|column| left.get(column)).collect();
    run(
        conn,
        "UPDATE publication SET fields = ?2 WHERE seq = ?1",
        params![seq, serde_json::to_string(&texts)?],
    )?;
    Ok(())
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

/// A page of one act. The index knows the newest of those that have all but the document in common;
/// they are merged, which costs a reader less than an index over all of them costs every row that is
/// filed.
fn list(conn: &Connection, act: Act, filter: &ListFilter) -> Result<Vec<PublicRecord>, Trouble> {
    let mut found = Vec::new();
    for common in commons(conn, act, filter)? {
        // What is older than the end of a full page does not come into it.
        let last = filter.limit.checked_sub(1).and_then(|at| found.get(at));
        let newer = newest(conn, common, filter, last.copied())?;
        found.extend(newer);
        found.sort_unstable_by(|one, other| other.cmp(one));
        found.truncate(filter.limit);
    }
    let shown = found.into_iter().map(|(_, seq)| shown(conn, seq));
    shown.filter_map(Result::transpose).collect()
}

/// The common parts of what the filter asks for.
fn commons(conn: &Connection, act: Act, filter: &ListFilter) -> Result<Vec<u64>, Trouble> {
    let sql = "SELECT seq FROM publication_common WHERE act = ?1 AND (?2 IS NULL OR organ = ?2) \
               AND (?3 IS NULL OR severity = ?3) ORDER BY seq";
    let (organ, severity) = (filter.organ, filter.severity.map(Severity::word));
    let params = params![act.word(), organ.map(|code| code.to_string()), severity];
    many(conn, sql, params, |row| Ok(row.get(0)?))
}

/// Day of decision and number of a publication: the order of every list.
type Place = (i64, u64);

/// The newest with this common part, behind the page before and ahead of `last`.
fn newest(
    conn: &Connection,
    common: u64,
    filter: &ListFilter,
    last: Option<Place>,
) -> Result<Vec<Place>, Trouble> {
    let sql = "SELECT decided, seq FROM publication WHERE common = ?1 \
               AND (decided, seq) < (?2, ?3) AND (decided, seq) > (?4, ?5) \
               ORDER BY decided DESC, seq DESC LIMIT ?6";
    let after = filter.after.map(|(day, seq)| (number(day), seq));
    let (before, seq) = after.map_or((i64::MAX, i64::MAX), |(day, seq)| {
        (day, i64::try_from(seq).unwrap_or(i64::MAX))
    });
    let (day, newer) = last.unwrap_or((i64::MIN, 0));
    let params = params![common, before, seq, day, newer, limit(filter.limit)];
    many(conn, sql, params, |row| Ok((row.get(0)?, row.get(1)?)))
}

fn shown(conn: &Connection, seq: u64) -> Result<Option<PublicRecord>, Trouble> {
    let sql = shown!("publication AS p", "WHERE p.seq = ?1");
    one(conn, sql, params![seq], read)
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
        let sql = shown!(
            "history AS h JOIN publication AS p ON p.seq = h.seq",
            "WHERE h.entity = ?1 ORDER BY p.decided DESC, p.seq DESC"
        );
        self.shared
            .portal
            .read(|conn| many(conn, sql, params![entity.as_str()], read))
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
