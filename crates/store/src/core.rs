//! The writer's side: one connection, the edge of the tree, and who follows.

use crate::late::Late;
use crate::ledger::Shelf;
use crate::open::Options;
use crate::pool::Pool;
use crate::sql::{many, one, run};
use crate::trouble::Trouble;
use desk::Fault;
use desk::ports::Follower;
use domain::ledger::checkpoint::Checkpoint;
use domain::ledger::tree::{Edge, TILE_WIDTH};
use domain::ledger::{Entry, Event, Hash, codec};
use rusqlite::{Connection, params};
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

/// What all threads share.
pub(crate) struct Shared {
    pub options: Options,
    pub core: Mutex<Core>,
    /// The tree as of the last commit; replaced whole.
    pub head: RwLock<Arc<Head>>,
    /// Entries committed since the log was last copied into the file.
    pub fresh: AtomicU64,
    pub readers: Pool,
    pub portal: Pool,
}

/// The tree as of one commit.
#[derive(Debug)]
pub(crate) struct Head {
    pub edge: Edge,
    pub checkpoint: Arc<str>,
}

impl Shared {
    pub fn head(&self) -> Arc<Head> {
        Arc::clone(&self.head.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub fn publish(&self, head: Head) {
        *self.head.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(head);
    }

    /// Waits until the writer stands between two commits, and keeps it there.
    pub fn lock(&self) -> MutexGuard<'_, Core> {
        self.core.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn reach(&self, point: Point) -> Result<(), Fault> {
        self.options
            .faults
            .as_ref()
            .map_or(Ok(()), |faults| faults.reach(point))
    }
}

/// A point in the life of a commit at which a test may let it fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Point {
    BeforeAppend,
    /// The entry and its views are written, within the transaction.
    AfterAppend,
    /// All works are done; tiles, names and head are not written yet.
    BeforeHead,
    BeforeCommit,
    /// The entries are durable, but nobody was told.
    AfterCommit,
}

impl Point {
    pub const ALL: [Self; 5] = [
        Self::BeforeAppend,
        Self::AfterAppend,
        Self::BeforeHead,
        Self::BeforeCommit,
        Self::AfterCommit,
    ];
}

/// Lets the writer fail on purpose.
pub trait Faults: Send + Sync {
    fn reach(&self, point: Point) -> Result<(), Fault>;
}

/// What one transaction has gathered so far.
#[derive(Default)]
pub(crate) struct Batch {
    pub leaves: Vec<Hash>,
    pub appended: Vec<(u64, Box<Event>)>,
    pub late: Late,
}

pub(crate) struct Core {
    pub conn: Connection,
    pub follower: Option<Arc<dyn Follower>>,
}

impl fmt::Debug for Core {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Core")
            .field("conn", &self.conn)
            .finish_non_exhaustive()
    }
}

/// Entries given to the follower at once while it catches up.
const STRIDE: u64 = 8_192;

impl Core {
    pub fn new(conn: Connection) -> Self {
        Self {
            conn,
            follower: None,
        }
    }

    /// Begins to write. Another process may have written since: the edge follows first.
    pub fn begin(&self, shared: &Shared) -> Result<(), Trouble> {
        run(&self.conn, "BEGIN IMMEDIATE", [])?;
        self.catch_up(shared).map(|_| ())
    }

    pub fn roll_back(&self) {
        if !self.conn.is_autocommit()
            && let Err(error) = run(&self.conn, "ROLLBACK", [])
        {
            tracing::error!(%error, "rollback failed");
        }
    }

    /// Follows other processes outside of a write; what is read is one state of the file.
    pub fn follow(&self, shared: &Shared) -> Result<u64, Trouble> {
        run(&self.conn, "BEGIN", [])?;
        let followed = self.catch_up(shared);
        self.roll_back();
        followed
    }

    /// Follows what other processes appended; returns how many entries that were.
    pub fn catch_up(&self, shared: &Shared) -> Result<u64, Trouble> {
        let (head, sql) = (shared.head(), "SELECT size, root, checkpoint FROM head");
        let stated = one(&self.conn, sql, [], |row| {
            Ok((
                row.get::<_, u64>(0)?,
                row.get::<_, [u8; 32]>(1)?,
                row.get::<_, String>(2)?,
            ))
        })?;
        let (size, root, checkpoint) = stated.ok_or_else(|| Trouble::broken("账本没有写明长度"))?;
        let held = head.edge.size();
        if size == held && !head.checkpoint.is_empty() {
            return Ok(0);
        }
        if size < held {
            return Err(Trouble::broken(format!(
                "账本由 {held} 条变为 {size} 条，请重新启动"
            )));
        }
        let edge = self.restore(shared, size)?;
        if edge.root() != Hash::from_bytes(root) {
            return Err(Trouble::broken(format!(
                "账本第 {size} 条处的根摘要与瓦片不符"
            )));
        }
        self.tell(held, size)?;
        shared.publish(Head {
            edge,
            checkpoint: checkpoint.into(),
        });
        Ok(size - held)
    }

    fn restore(&self, shared: &Shared, size: u64) -> Result<Edge, Trouble> {
        let width = u64::try_from(TILE_WIDTH).unwrap_or(u64::MAX);
        let tail = many(
            &self.conn,
            "SELECT leaf FROM entry WHERE seq >= ?1 AND seq < ?2 ORDER BY seq",
            params![size - size % width, size],
            |row| Ok(Hash::from_bytes(row.get(0)?)),
        )?;
        Ok(Edge::restore(
            shared.options.suite,
            size,
            &tail,
            &Shelf(&self.conn),
        )?)
    }

    fn tell(&self, from: u64, to: u64) -> Result<(), Trouble> {
        let Some(follower) = &self.follower else {
            return Ok(());
        };
        let mut next = from;
        while next < to {
            let end = to.min(next + STRIDE);
            let events = many(
                &self.conn,
                "SELECT seq, body FROM entry WHERE seq >= ?1 AND seq < ?2 ORDER BY seq",
                params![next, end],
                |row| {
                    let (seq, body): (u64, Vec<u8>) = (row.get(0)?, row.get(1)?);
                    Ok((seq, Box::new(read(seq, &body)?.1)))
                },
            )?;
            follower.follow(&events);
            next = end;
        }
        Ok(())
    }

    /// Writes tiles, head and all that waited for the end, and commits.
    pub fn commit(&self, shared: &Shared, batch: &mut Batch) -> Result<(), Trouble> {
        shared.reach(Point::BeforeHead)?;
        batch.late.flush(&self.conn)?;
        if batch.leaves.is_empty() {
            run(&self.conn, "COMMIT", [])?;
            return Ok(());
        }
        let mut edge = shared.head().edge.clone();
        let mut insert = self
            .conn
            .prepare_cached("INSERT INTO tile (spot, nodes) VALUES (?1, ?2)")?;
        for leaves in batch.leaves.chunks(64 * TILE_WIDTH) {
            for tile in edge.extend(leaves) {
                insert.execute(params![spot(tile.level, tile.index), tile.bytes()])?;
            }
        }
        let checkpoint = self.write_head(shared, &edge)?;
        shared.reach(Point::BeforeCommit)?;
        run(&self.conn, "COMMIT", [])?;
        // From here on the entries are durable. Whatever fails, the next transaction finds a head
        // that is ahead of the edge in memory, and follows it.
        shared
            .fresh
            .fetch_add(batch.leaves.len() as u64, Ordering::Relaxed);
        shared.reach(Point::AfterCommit)?;
        shared.publish(Head { edge, checkpoint });
        Ok(())
    }

    fn write_head(&self, shared: &Shared, edge: &Edge) -> Result<Arc<str>, Trouble> {
        let (size, root, origin) = (edge.size(), edge.root(), shared.options.origin.clone());
        let stated = Checkpoint {
            origin,
            size,
            root,
            extensions: Vec::new(),
        };
        let checkpoint = (shared.options.sign)(&stated)?;
        run(
            &self.conn,
            "UPDATE head SET size = ?1, root = ?2, checkpoint = ?3",
            params![size, root.as_bytes(), checkpoint],
        )?;
        Ok(checkpoint.into())
    }
}

/// Entry and event of a stored body.
pub(crate) fn read(seq: u64, body: &[u8]) -> Result<(Entry, Event), Trouble> {
    let entry =
        codec::decode(body).ok_or_else(|| Trouble::broken(format!("第 {seq} 条的内容读不出")))?;
    let event = Event::of(&entry)
        .map_err(|error| Trouble::broken(format!("第 {seq} 条的事件读不出：{error}")))?;
    Ok((entry, event))
}

/// Key of a tile: level in the highest byte.
pub(crate) fn spot(level: u8, index: u64) -> u64 {
    u64::from(level) << 56 | index
}
