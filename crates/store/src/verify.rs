//! `ledger verify`: reads everything again and names the first thing that does not hold (R7).

use crate::core::{Shared, spot};
use crate::sql::{each, one};
use crate::trouble::Trouble;
use desk::Fault;
use desk::ports::Verified;
use domain::ledger::checkpoint::Note;
use domain::ledger::tree::{Edge, Tile};
use domain::ledger::{Hash, Suite, codec};
use rusqlite::{Connection, Row, params};

/// Entries between two calls of the progress.
const STRIDE: u64 = 10_000;

/// The head as stored.
struct Stated {
    size: u64,
    root: Vec<u8>,
    checkpoint: String,
}

struct Check<'a> {
    conn: &'a Connection,
    suite: Suite,
    origin: &'a str,
    edge: Edge,
    tiles: u64,
    broken: Option<(u64, String)>,
}

pub(crate) fn verify(
    shared: &Shared,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Verified, Fault> {
    let conn = crate::open::reader(&shared.options.path)?;
    Ok(snapshot(&conn, shared, progress)?)
}

/// Works on one state of the file while others go on writing.
fn snapshot(
    conn: &Connection,
    shared: &Shared,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Verified, Trouble> {
    let transaction = conn.unchecked_transaction()?;
    let stated = one(
        &transaction,
        "SELECT size, root, checkpoint FROM head",
        [],
        |row| {
            Ok(Stated {
                size: row.get(0)?,
                root: row.get(1)?,
                checkpoint: row.get(2)?,
            })
        },
    )?;
    let stated = stated.ok_or_else(|| Trouble::broken("账本没有写明长度"))?;
    let (suite, origin) = (shared.options.suite, shared.options.origin.as_str());
    let edge = Edge::new(suite);
    let mut check = Check {
        conn: &transaction,
        suite,
        origin,
        edge,
        tiles: 0,
        broken: None,
    };
    check.entries(stated.size, progress)?;
    if check.broken.is_none() {
        check.broken = check.end(&stated)?.map(|why| (stated.size, why));
    }
    progress(stated.size, stated.size);
    let (entries, root) = (check.edge.size(), check.edge.root().to_string());
    Ok(Verified {
        entries,
        root,
        broken: check.broken,
    })
}

impl Check<'_> {
    fn entries(&mut self, size: u64, progress: &mut dyn FnMut(u64, u64)) -> Result<(), Trouble> {
        each(
            self.conn,
            "SELECT seq, leaf, body FROM entry ORDER BY seq",
            [],
            |row| {
                let done = self.edge.size();
                if done.is_multiple_of(STRIDE) {
                    progress(done, size);
                }
                if self.broken.is_none() {
                    self.broken = self.entry(row)?;
                }
                Ok(())
            },
        )
    }

    /// Says which entry or tile is bad, and why.
    fn entry(&mut self, row: &Row<'_>) -> Result<Option<(u64, String)>, Trouble> {
        let (seq, expected) = (row.get::<_, u64>(0)?, self.edge.size());
        if seq != expected {
            return Ok(Some((
                expected,
                format!("第 {expected} 条缺失，其后是第 {seq} 条"),
            )));
        }
        let body = row.get_ref(2)?;
        let body = body.as_blob().unwrap_or_default();
        // One entry has one form on disk; another form of the same entry was not written by us.
        let entry = codec::decode(body).filter(|entry| codec::is_form_of(body, entry));
        let Some(entry) = entry else {
            return Ok(Some((seq, format!("第 {seq} 条的内容读不出"))));
        };
        let leaf = entry.leaf(self.suite);
        if row.get_ref(1)?.as_blob().unwrap_or_default() != leaf.as_bytes() {
            return Ok(Some((seq, format!("第 {seq} 条的内容与其摘要不符"))));
        }
        for tile in self.edge.push(leaf) {
            if !self.same_tile(&tile)? {
                let (level, index) = (tile.level, tile.index);
                let why = format!("第 {level} 层第 {index} 号瓦片与其下的条目不符");
                return Ok(Some((first_under(level, index), why)));
            }
        }
        Ok(None)
    }

    fn same_tile(&mut self, tile: &Tile) -> Result<bool, Trouble> {
        self.tiles += 1;
        let sql = "SELECT nodes FROM tile WHERE spot = ?1";
        let same = one(
            self.conn,
            sql,
            params![spot(tile.level, tile.index)],
            |row| {
                Ok(row
                    .get_ref(0)?
                    .as_blob()
                    .is_ok_and(|nodes| nodes == tile.bytes()))
            },
        )?;
        Ok(same == Some(true))
    }

    /// What must hold once all entries were read.
    fn end(&self, stated: &Stated) -> Result<Option<String>, Trouble> {
        let (size, root) = (self.edge.size(), self.edge.root());
        if size != stated.size {
            return Ok(Some(format!("账本写明 {} 条，实有 {size} 条", stated.size)));
        }
        if stated.root != root.as_bytes() {
            return Ok(Some("账本写明的根摘要与条目不符".to_owned()));
        }
        let tiles = one(self.conn, "SELECT count(*) FROM tile", [], |row| {
            Ok(row.get(0)?)
        })?;
        if tiles != Some(self.tiles) {
            return Ok(Some("瓦片的数量与条目不符".to_owned()));
        }
        Ok(self.checkpoint(&stated.checkpoint, root))
    }

    fn checkpoint(&self, note: &str, root: Hash) -> Option<String> {
        let stated = Note::parse(note).and_then(|note| note.checkpoint());
        match stated {
            Err(malformed) => Some(format!("检查点{malformed}")),
            Ok(stated) if stated.origin != self.origin => Some("检查点属于另一账本".to_owned()),
            Ok(stated) if stated.size != self.edge.size() || stated.root != root => {
                Some("检查点的长度或根摘要与条目不符".to_owned())
            }
            Ok(_) => None,
        }
    }
}

/// The first entry below a tile.
fn first_under(level: u8, index: u64) -> u64 {
    (0..=level).fold(index, |at, _| at.saturating_mul(256))
}
