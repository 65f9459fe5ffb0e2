//! Copies SQLite's log into the file, on a thread of its own.
//!
//! SQLite would do it inside a commit, and everybody who waits for that commit would wait for the
//! copying too: some hundred milliseconds once the file is large.

use crate::core::Shared;
use crate::open::second;
use crate::trouble::Trouble;
use rusqlite::Connection;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};
use std::time::Duration;

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(50);
/// Entries after which the log is copied at once.
const MANY: u64 = 20_000;
/// Looks after which few entries are copied as well.
const PATIENT: u32 = 20;
/// Pages in the log after which the writer is held for a moment, so that the log begins anew and
/// the file beside the database stays small.
const LONG: i64 = 30_000;

/// Starts the thread; it ends when nobody holds the store any more.
pub(crate) fn start(shared: &Arc<Shared>) -> Result<(), Trouble> {
    let conn = second(&shared.options.path, shared.options.durability)?;
    let weak = Arc::downgrade(shared);
    std::thread::spawn(move || watch(&conn, &weak));
    Ok(())
}

fn watch(conn: &Connection, shared: &Weak<Shared>) {
    let mut looks = 0;
    loop {
        std::thread::sleep(PAUSE);
        let Some(shared) = shared.upgrade() else {
            return;
        };
        looks += 1;
        let fresh = shared.fresh.load(Ordering::Relaxed);
        if fresh >= MANY || (fresh > 0 && looks >= PATIENT) {
            looks = 0;
            shared.fresh.store(0, Ordering::Relaxed);
            if let Err(error) = copy(conn, &shared) {
                tracing::warn!(
                    ?error,
                    "the log was not copied into the file; the next look tries again"
                );
            }
        }
    }
}

fn copy(conn: &Connection, shared: &Shared) -> Result<(), Trouble> {
    if pages(conn)? > LONG {
        let _held = shared.lock();
        pages(conn)?;
    }
    Ok(())
}

/// Copies what no reader needs any more; returns the pages in the log.
fn pages(conn: &Connection) -> Result<i64, Trouble> {
    Ok(conn.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| row.get(1))?)
}
