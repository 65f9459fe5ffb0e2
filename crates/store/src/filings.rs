//! Filed records and the tables they came in.

use crate::open::Sqlite;
use crate::sql::{
    act_at, basis_at, code_at, day_at, halves, halves_at, limit, many, number, one, some_code_at,
};
use crate::trouble::Trouble;
use desk::Fault;
use desk::ports::{Filings, Standing};
use domain::code::Code;
use domain::filing::{Key, Submission, duty_key};
use domain::publication::Window;
use jiff::civil::Date;
use rusqlite::{Connection, Row, params};

/// The columns [`read`] takes, from a record `r` and its publication `p`, with the common parts `c`
/// and `s` of both.
macro_rules! standing {
    ($rest:literal) => {
        concat!(
            "SELECT r.seq, c.source, c.act, c.organ, c.filer, r.entity, r.docket, r.document, ",
            "r.part, r.decided, r.version, r.revoked, p.repairable, p.hidden, s.statute, ",
            "s.article, s.confirmed ",
            $rest
        )
    };
}

fn read(row: &Row<'_>) -> Result<Standing, Trouble> {
    let shown = row.get_ref(12)?.as_i64_or_null().ok().flatten().is_some();
    Ok(Standing {
        seq: row.get(0)?,
        source: row.get(1)?,
        act: act_at(row, 2)?,
        organ: code_at(row, 3)?,
        filer: code_at(row, 4)?,
        entity: some_code_at(row, 5)?,
        docket: row.get(6)?,
        key: halves_at(row, 7)?,
        decided: day_at(row, 9)?,
        version: row.get(10)?,
        shown: shown.then(|| window(row)).transpose()?,
        revoked: row.get(11)?,
    })
}

fn window(row: &Row<'_>) -> Result<Window, Trouble> {
    Ok(Window {
        repairable: day_at(row, 12)?,
        hidden: day_at(row, 13)?,
        basis: basis_at(row, 14)?,
    })
}

/// The latest version under this key, revoked or not.
pub(crate) fn standing(conn: &Connection, key: &Key) -> Result<Option<Standing>, Trouble> {
    let sql = standing!(
        "FROM record AS r JOIN record_common AS c ON c.seq = r.common \
         LEFT JOIN publication AS p ON p.seq = r.seq \
         LEFT JOIN publication_common AS s ON s.seq = p.common \
         WHERE r.document = ?1 AND r.part = ?2 AND r.superseded = 0 ORDER BY r.seq DESC LIMIT 1"
    );
    let (document, part) = halves(key);
    one(conn, sql, params![document, part], read)
}

pub(crate) fn record(conn: &Connection, seq: u64) -> Result<Option<Standing>, Trouble> {
    let sql = standing!(
        "FROM record AS r JOIN record_common AS c ON c.seq = r.common \
         LEFT JOIN publication AS p ON p.seq = r.seq \
         LEFT JOIN publication_common AS s ON s.seq = p.common \
         WHERE r.seq = ?1"
    );
    one(conn, sql, params![seq], read)
}

/// The versions in force of everything this document said, whoever the parties are.
pub(crate) fn of_document(
    conn: &Connection,
    organ: &Code,
    docket: &str,
) -> Result<Vec<Standing>, Trouble> {
    let sql = standing!(
        "FROM record AS r JOIN record_common AS c ON c.seq = r.common \
         LEFT JOIN publication AS p ON p.seq = r.seq \
         LEFT JOIN publication_common AS s ON s.seq = p.common \
         WHERE r.document = ?1 AND r.superseded = 0 ORDER BY r.seq"
    );
    let document = halves(&duty_key(organ, docket)).0;
    many(conn, sql, params![document], read)
}

pub(crate) fn records_of(conn: &Connection, entity: &Code) -> Result<Vec<Standing>, Trouble> {
    let sql = standing!(
        "FROM history AS h JOIN record AS r ON r.seq = h.seq \
         JOIN record_common AS c ON c.seq = r.common \
         LEFT JOIN publication AS p ON p.seq = r.seq \
         LEFT JOIN publication_common AS s ON s.seq = p.common \
         WHERE h.entity = ?1 AND r.superseded = 0 AND r.revoked = 0 ORDER BY r.seq"
    );
    many(conn, sql, params![entity.as_str()], read)
}

/// Penalties on the portal whose notice of repair was not served with them, oldest decision first.
pub(crate) fn untold(
    conn: &Connection,
    organ: Option<&Code>,
    most: usize,
) -> Result<Vec<Standing>, Trouble> {
    let commons: Vec<i64> = many(
        conn,
        "SELECT seq FROM publication_common WHERE act = 'penalty' AND (?1 IS NULL OR organ = ?1)",
        params![organ.map(Code::as_str)],
        |row| Ok(row.get(0)?),
    )?;
    let sql = "SELECT decided, seq FROM publication AS p WHERE common = ?1 \
               AND NOT EXISTS (SELECT 1 FROM told AS t WHERE t.record = p.seq) \
               ORDER BY decided, seq LIMIT ?2";
    let mut oldest: Vec<(i64, u64)> = Vec::new();
    for common in commons {
        let params = params![common, limit(most)];
        oldest.extend(many(conn, sql, params, |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?);
        oldest.sort_unstable();
        oldest.truncate(most);
    }
    let standing = oldest.into_iter().map(|(_, seq)| record(conn, seq));
    standing.filter_map(Result::transpose).collect()
}

pub(crate) fn ending(
    conn: &Connection,
    today: Date,
    most: usize,
) -> Result<Vec<Standing>, Trouble> {
    let sql = standing!(
        "FROM publication AS p JOIN record AS r ON r.seq = p.seq \
         JOIN record_common AS c ON c.seq = r.common \
         JOIN publication_common AS s ON s.seq = p.common \
         WHERE p.hidden <= ?1 ORDER BY p.hidden, p.seq LIMIT ?2"
    );
    many(conn, sql, params![number(today), limit(most)], read)
}

pub(crate) fn submission(
    conn: &Connection,
    source: &str,
    filer: &Code,
    file: &str,
) -> Result<Option<u64>, Trouble> {
    one(
        conn,
        "SELECT seq FROM submission WHERE file = ?1 AND source = ?2 AND filer = ?3 \
         ORDER BY seq LIMIT 1",
        params![file, source, filer.as_str()],
        |row| Ok(row.get(0)?),
    )
}

fn handed_in(row: &Row<'_>) -> Result<(u64, Submission), Trouble> {
    let submission = Submission {
        source: row.get(1)?,
        filer: code_at(row, 2)?,
        file: row.get(3)?,
        on: day_at(row, 4)?,
        accepted: row.get(5)?,
        rejected: row.get(6)?,
        rows: row.get(7)?,
        findings: serde_json::from_str(crate::sql::text_at(row, 8)?)?,
    };
    Ok((row.get(0)?, submission))
}

impl Filings for Sqlite {
    fn submissions(
        &self,
        filer: Option<&Code>,
        most: usize,
    ) -> Result<Vec<(u64, Submission)>, Fault> {
        const COLUMNS: &str = "seq, source, filer, file, day, accepted, rejected, total, findings";
        self.shared.readers.read(|conn| match filer {
            Some(filer) => many(
                conn,
                &format!(
                    "SELECT {COLUMNS} FROM submission WHERE filer = ?1 ORDER BY seq DESC LIMIT ?2"
                ),
                params![filer.as_str(), limit(most)],
                handed_in,
            ),
            None => many(
                conn,
                &format!("SELECT {COLUMNS} FROM submission ORDER BY seq DESC LIMIT ?1"),
                params![limit(most)],
                handed_in,
            ),
        })
    }

    fn filed(&self, filer: &Code, typed: &str) -> Result<Vec<Standing>, Fault> {
        let sql = standing!(
            "FROM record AS r JOIN record_common AS c ON c.seq = r.common \
             LEFT JOIN publication AS p ON p.seq = r.seq \
             LEFT JOIN publication_common AS s ON s.seq = p.common \
             WHERE r.document = ?1 AND c.filer = ?2 AND r.superseded = 0"
        );
        self.shared.readers.read(|conn| {
            // The organ that hands in need not be the one that decided: each in the register is asked.
            let mut found = Vec::new();
            let organs = many(conn, "SELECT code FROM organ", [], |row| code_at(row, 0))?;
            for organ in organs {
                let document = halves(&duty_key(&organ, typed)).0;
                found.extend(many(conn, sql, params![document, filer.as_str()], read)?);
            }
            found.sort_by_key(|standing| std::cmp::Reverse(standing.seq));
            Ok(found)
        })
    }
}
