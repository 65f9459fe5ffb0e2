//! `ledger rebuild`: makes the views anew from the entries and compares them with those in use.
//!
//! The new views are made in temporary tables of the same names, which hide the ones in use from
//! this connection alone: the replay runs the same statements as every append (R38). Nothing can be
//! written meanwhile.

use crate::core::{Shared, read};
use crate::late::Late;
use crate::open::second;
use crate::project::{Hot, Projection, tokens};
use crate::sql::{VIEWS, each, run, spell};
use crate::trouble::Trouble;
use desk::Fault;
use desk::ports::Rebuilt;
use domain::ledger::Suite;
use rusqlite::{Connection, params};
use std::collections::BTreeMap;

/// Every view with the columns that order its rows.
const ORDERED: [(&str, &str); 49] = [
    ("entity", "seq"),
    ("former_name", "seq"),
    ("alias", "alias, entity"),
    ("name", "id"),
    ("organ", "code"),
    ("doubt", "seq"),
    ("submission", "seq"),
    ("source_state", "source"),
    ("record", "seq"),
    ("record_common", "seq"),
    ("duty_rule", "seq"),
    ("publication", "seq"),
    ("publication_common", "seq"),
    ("withdrawal", "seq"),
    ("duty", "seq"),
    ("duty_open", "seq"),
    ("reminder", "seq"),
    ("screening", "seq"),
    ("decided_case", "seq"),
    ("law", "seq"),
    ("proposal", "seq"),
    ("grade", "entity"),
    ("grade_change", "entity, seq"),
    ("grade_run", "seq"),
    ("replayed", "seq"),
    ("history", "entity, seq"),
    ("tally", "name"),
    ("procedure", "id"),
    ("procedure_step", "procedure, seq"),
    ("procedure_clock", "procedure, place"),
    ("commitment_number", "number"),
    ("listed", "id"),
    ("pledge", "id"),
    ("dispute", "objection"),
    ("relief", "seq"),
    ("unrepairable", "record"),
    ("told", "record"),
    ("message", "serial"),
    ("message_to", "serial, receiver"),
    ("laggard", "serial, receiver"),
    ("heard", "seq"),
    ("partner", "word"),
    ("letter", "id"),
    ("standing_fact", "entity, seq, kind, known"),
    ("refusal", "seq"),
    ("duty_shift", "seq"),
    ("inspected", "id, place"),
    ("visited", "id, organ"),
    ("follow_up", "id, place"),
];

/// The full-text index has no rows to read. Its vocabulary is compared instead: each token with the
/// number of names that hold it. The names themselves are compared as a view.
const INDEX: &str = "name_text";

/// Entries between two calls of the progress and two flushes of names.
const STRIDE: u64 = 10_000;

pub(crate) fn rebuild(
    shared: &Shared,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Rebuilt, Fault> {
    let _held = shared.lock();
    let conn = second(&shared.options.path, shared.options.durability)?;
    Ok(replace(&conn, shared, progress)?)
}

fn replace(
    conn: &Connection,
    shared: &Shared,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Rebuilt, Trouble> {
    let transaction =
        rusqlite::Transaction::new_unchecked(conn, rusqlite::TransactionBehavior::Immediate)?;
    transaction.execute_batch(&VIEWS.replace("main.", "temp."))?;
    let entries = replay(&transaction, shared, progress)?;
    let rebuilt = Rebuilt {
        entries,
        views: digests(&transaction)?,
    };
    if rebuilt.equal() {
        transaction.rollback()?;
        return Ok(rebuilt);
    }
    for (view, (before, after)) in &rebuilt.views {
        if before != after {
            tracing::warn!(view, "a view differed from the entries and was made anew");
            adopt(&transaction, view)?;
        }
    }
    // The temporary tables go with the connection.
    transaction.commit()?;
    Ok(rebuilt)
}

fn replay(
    conn: &Connection,
    shared: &Shared,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<u64, Trouble> {
    let sql = "SELECT size FROM main.head";
    let size = crate::sql::one(conn, sql, [], |row| Ok(row.get(0)?))?.unwrap_or_default();
    let (mut late, mut hot) = (Late::default(), Hot::default());
    let mut entries = 0_u64;
    each(
        conn,
        "SELECT seq, body FROM main.entry ORDER BY seq",
        [],
        |row| {
            let seq = row.get(0)?;
            let (entry, event) = read(seq, row.get_ref(1)?.as_blob().unwrap_or_default())?;
            let public = (shared.options.public)(&event, &entry);
            Projection {
                conn,
                late: &mut late,
                hot: &mut hot,
                seq,
                entry: &entry,
                public: public.as_ref(),
                shown: &shared.options.public,
                first: false,
            }
            .project(&event)?;
            entries += 1;
            if entries.is_multiple_of(STRIDE) {
                late.flush(conn)?;
                progress(entries, size);
            }
            Ok(())
        },
    )?;
    late.flush(conn)?;
    progress(entries, size);
    Ok(entries)
}

fn digests(conn: &Connection) -> Result<BTreeMap<String, (String, String)>, Trouble> {
    let mut views = BTreeMap::new();
    for (view, order) in ORDERED {
        let of = |schema| format!("SELECT * FROM {schema}.{view} ORDER BY {order}");
        views.insert(
            view.to_owned(),
            (digest(conn, &of("main"))?, digest(conn, &of("temp"))?),
        );
    }
    let vocabulary = |schema| {
        let table = format!("{schema}_words");
        conn.execute_batch(&format!(
            "CREATE VIRTUAL TABLE temp.{table} USING fts5vocab ({schema}, {INDEX}, row)"
        ))?;
        let digest = digest(
            conn,
            &format!("SELECT term, doc FROM temp.{table} ORDER BY term"),
        )?;
        conn.execute_batch(&format!("DROP TABLE temp.{table}"))?;
        Ok::<_, Trouble>(digest)
    };
    views.insert(INDEX.to_owned(), (vocabulary("main")?, vocabulary("temp")?));
    Ok(views)
}

/// SHA-256 over the rows, in hexadecimal. Rows are digested in parts, each with the digest so far.
fn digest(conn: &Connection, sql: &str) -> Result<String, Trouble> {
    const PART: usize = 1 << 16;
    let (suite, mut part) = (Suite::International, Vec::with_capacity(2 * PART));
    let mut state = suite.empty();
    let mut statement = conn.prepare(sql)?;
    let columns = statement.column_count();
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        for column in 0..columns {
            spell(&mut part, row.get_ref(column)?);
        }
        if part.len() >= PART {
            state = suite.digest(&[state.as_bytes(), &part]);
            part.clear();
        }
    }
    Ok(format!("{:x}", suite.digest(&[state.as_bytes(), &part])))
}

/// Puts the new rows in the place of those in use.
fn adopt(conn: &Connection, view: &str) -> Result<(), Trouble> {
    if view == INDEX {
        return index_anew(conn);
    }
    conn.execute_batch(&format!(
        "DELETE FROM main.{view}; INSERT INTO main.{view} SELECT * FROM temp.{view}"
    ))?;
    Ok(())
}

/// FTS5 keeps no rows that could be copied: the names are indexed again.
fn index_anew(conn: &Connection) -> Result<(), Trouble> {
    run(
        conn,
        "INSERT INTO main.name_text (name_text) VALUES ('delete-all')",
        [],
    )?;
    each(
        conn,
        "SELECT id, plain FROM temp.name ORDER BY id",
        [],
        |row| {
            run(
                conn,
                "INSERT INTO main.name_text (rowid, tokens) VALUES (?1, ?2)",
                params![row.get::<_, i64>(0)?, tokens(crate::sql::text_at(row, 1)?)],
            )?;
            Ok(())
        },
    )
}
