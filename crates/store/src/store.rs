//! The store as a whole: handing in work, following, copying.

use crate::open::Sqlite;
use crate::trouble::Trouble;
use crate::writer::Task;
use desk::ports::{Done, Follower, More, Store, Work};
use desk::{Fault, Place};
use rusqlite::Connection;
use rusqlite::backup::Backup;
use std::path::Path;
use std::sync::{Arc, TryLockError};

/// Pages copied at once: all, so that the copy is one state of the file. Writers go on meanwhile.
const WHOLE: i32 = -1;

impl Store for Sqlite {
    fn submit(&self, work: Work, done: Done) {
        self.writer.submit(Task::Work(work), done);
    }

    fn submit_block(&self, work: Work, more: More, done: Done) {
        self.writer.submit(Task::Block(work, more), done);
    }

    fn attach(
        &self,
        follower: Arc<dyn Follower>,
        load: &mut dyn FnMut() -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let mut core = self.shared.lock();
        // Other processes are kept from writing as well: what they append now nobody would follow.
        let loaded = core
            .begin(&self.shared)
            .map_err(Fault::from)
            .and_then(|()| load());
        core.roll_back();
        loaded?;
        core.follower = Some(follower);
        Ok(())
    }

    /// A writer at work follows by itself at its next transaction, so nobody waits for it here.
    fn catch_up(&self) -> Result<u64, Fault> {
        match self.shared.core.try_lock() {
            Ok(core) => Ok(core.follow(&self.shared)?),
            Err(TryLockError::Poisoned(poisoned)) => {
                Ok(poisoned.into_inner().follow(&self.shared)?)
            }
            Err(TryLockError::WouldBlock) => Ok(0),
        }
    }

    fn backup(&self, to: &Path) -> Result<(), Fault> {
        if to.exists() {
            let text = format!("{} 已存在，不覆盖", to.display());
            return Err(Fault::new(Place::Store, text));
        }
        let copy = |from: &Connection| -> Result<(), Trouble> {
            let mut target = Connection::open(to)?;
            Backup::new(from, &mut target)?.step(WHOLE)?;
            Ok(())
        };
        copy(&crate::open::reader(&self.shared.options.path)?)?;
        Ok(())
    }
}
