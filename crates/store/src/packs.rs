//! Law packs, proposals and drafts.

use crate::open::Sqlite;
use crate::sql::{limit, many, one, run, text_at};
use crate::trouble::Trouble;
use desk::Fault;
use desk::ports::{Adoption, Draft, Files, Packs};
use domain::ledger::event::Replayed;
use domain::statute::{Standing, State};
use rusqlite::{Connection, Row, params};
use std::sync::mpsc::sync_channel;

pub(crate) fn keep(conn: &Connection, digest: &str, files: &Files) -> Result<(), Trouble> {
    let sql = "INSERT INTO pack (digest, files) VALUES (?1, ?2) ON CONFLICT (digest) DO NOTHING";
    run(conn, sql, params![digest, serde_json::to_string(files)?])?;
    Ok(())
}

const PROPOSAL: &str = "SELECT seq, proposed, state, declined, at FROM proposal";

pub(crate) fn proposal(conn: &Connection, seq: u64) -> Result<Option<Standing>, Trouble> {
    let sql = format!("{PROPOSAL} WHERE seq = ?1");
    one(conn, &sql, params![seq], standing)
}

fn standing(row: &Row<'_>) -> Result<Standing, Trouble> {
    let word = text_at(row, 2)?;
    Ok(Standing {
        seq: row.get(0)?,
        proposed: serde_json::from_str(text_at(row, 1)?)?,
        state: State::read(word)
            .ok_or_else(|| Trouble::broken(format!("视图中的提案状态“{word}”读不出")))?,
        declined: match row.get_ref(3)?.as_str_or_null().ok().flatten() {
            Some(text) => serde_json::from_str(text)?,
            None => None,
        },
    })
}

fn adoption(row: &Row<'_>) -> Result<Adoption, Trouble> {
    Ok(Adoption {
        seq: row.get(0)?,
        digest: row.get(1)?,
        at: row.get(2)?,
        rules: row.get(3)?,
        unconfirmed: row.get(4)?,
        proposal: row.get(5)?,
        signed: serde_json::from_str(text_at(row, 6)?)?,
    })
}

const DRAFT: &str = "SELECT id, author, title, base, files, changed FROM draft";

fn draft(row: &Row<'_>) -> Result<Draft, Trouble> {
    Ok(Draft {
        id: row.get(0)?,
        author: row.get(1)?,
        title: row.get(2)?,
        base: row.get(3)?,
        files: serde_json::from_str(text_at(row, 4)?)?,
        changed: row.get(5)?,
    })
}

fn put(conn: &Connection, draft: &Draft) -> Result<u64, Trouble> {
    let files = serde_json::to_string(&draft.files)?;
    if draft.id == 0 {
        let sql = "INSERT INTO draft (author, title, base, files, changed) \
                   VALUES (?1, ?2, ?3, ?4, ?5)";
        run(
            conn,
            sql,
            params![draft.author, draft.title, draft.base, files, draft.changed],
        )?;
        return Ok(u64::try_from(conn.last_insert_rowid()).unwrap_or_default());
    }
    let sql = "UPDATE draft SET title = ?2, base = ?3, files = ?4, changed = ?5 WHERE id = ?1";
    run(
        conn,
        sql,
        params![draft.id, draft.title, draft.base, files, draft.changed],
    )?;
    Ok(draft.id)
}

impl Packs for Sqlite {
    fn pack(&self, digest: &str) -> Result<Option<Files>, Fault> {
        let sql = "SELECT files FROM pack WHERE digest = ?1";
        self.shared.readers.read(|conn| {
            one(conn, sql, params![digest], |row| {
                Ok(serde_json::from_str(text_at(row, 0)?)?)
            })
        })
    }

    fn adoptions(&self) -> Result<Vec<Adoption>, Fault> {
        let sql = "SELECT seq, digest, at, rules, unconfirmed, proposal, signed FROM law \
                   ORDER BY seq DESC";
        self.shared
            .readers
            .read(|conn| many(conn, sql, [], adoption))
    }

    fn proposals(&self, most: usize) -> Result<Vec<(Standing, i64)>, Fault> {
        let sql = format!("{PROPOSAL} ORDER BY seq DESC LIMIT ?1");
        self.shared.readers.read(|conn| {
            many(conn, &sql, params![limit(most)], |row| {
                Ok((standing(row)?, row.get(4)?))
            })
        })
    }

    fn proposal(&self, seq: u64) -> Result<Option<(Standing, i64)>, Fault> {
        let sql = format!("{PROPOSAL} WHERE seq = ?1");
        self.shared.readers.read(|conn| {
            one(conn, &sql, params![seq], |row| {
                Ok((standing(row)?, row.get(4)?))
            })
        })
    }

    fn replays(&self, most: usize) -> Result<Vec<(Replayed, i64)>, Fault> {
        let sql = "SELECT replayed, at FROM replayed ORDER BY seq DESC LIMIT ?1";
        self.shared.readers.read(|conn| {
            many(conn, sql, params![limit(most)], |row| {
                Ok((serde_json::from_str(text_at(row, 0)?)?, row.get(1)?))
            })
        })
    }

    fn drafts(&self) -> Result<Vec<Draft>, Fault> {
        let sql = format!("{DRAFT} ORDER BY changed DESC");
        self.shared.readers.read(|conn| many(conn, &sql, [], draft))
    }

    fn draft(&self, id: u64) -> Result<Option<Draft>, Fault> {
        let sql = format!("{DRAFT} WHERE id = ?1");
        self.shared
            .readers
            .read(|conn| one(conn, &sql, params![id], draft))
    }

    fn put_draft(&self, draft: &Draft) -> Result<u64, Fault> {
        let draft = draft.clone();
        let (tell, told) = sync_channel(1);
        self.write(move |conn| {
            // The receiver waits in this very call.
            let _ = tell.send(put(conn, &draft)?);
            Ok(())
        })?;
        told.recv().map_err(Fault::store)
    }

    fn end_draft(&self, id: u64) -> Result<(), Fault> {
        self.write(move |conn| {
            run(conn, "DELETE FROM draft WHERE id = ?1", params![id]).map(|_| ())
        })
    }
}
