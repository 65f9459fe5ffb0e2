//! A fixed number of reading connections.

use crate::trouble::Trouble;
use desk::Fault;
use rusqlite::Connection;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use std::sync::{Condvar, Mutex, PoisonError};

/// Connections nobody uses at the moment.
#[derive(Debug)]
pub(crate) struct Pool {
    idle: Mutex<Vec<Connection>>,
    returned: Condvar,
}

impl Pool {
    pub fn open(
        count: usize,
        open: impl Fn() -> Result<Connection, Trouble>,
    ) -> Result<Self, Trouble> {
        let idle = (0..count).map(|_| open()).collect::<Result<_, _>>()?;
        Ok(Self {
            idle: Mutex::new(idle),
            returned: Condvar::new(),
        })
    }

    /// Runs `read` on a connection, waiting for one while all are in use.
    ///
    /// A read must not ask for a second connection: enough of them at once would wait for ever.
    pub fn read<T>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, Trouble>,
    ) -> Result<T, Fault> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.returned.wait_while(idle, |idle| idle.is_empty());
        let conn = waited.unwrap_or_else(PoisonError::into_inner).pop();
        let lent = Lent { pool: self, conn };
        match &lent.conn {
            Some(conn) => Ok(read(conn)?),
            None => Err(Fault::store("no connection is free")),
        }
    }
}

/// A connection on loan; it goes back even when a reader panics.
struct Lent<'a> {
    pool: &'a Pool,
    conn: Option<Connection>,
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        let mut idle = self
            .pool
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        idle.extend(self.conn.take());
        self.pool.returned.notify_one();
    }
}

/// What the public may see, and the registers that name who stands in it. Bodies of entries, filed
/// records that are not shown, duties and accounts are not among it (R10). `history` holds numbers
/// of entries and nothing else; it finds the publications of an organisation.
const PUBLIC: [&str; 18] = [
    "publication",
    "publication_common",
    "history",
    "withdrawal",
    "listed",
    "pledge",
    "dispute",
    "laggard",
    "inspected",
    "partner",
    "entity",
    "former_name",
    "alias",
    "name",
    "organ",
    "law",
    "head",
    "tally",
];

/// The full-text index and the tables FTS5 keeps behind it.
const INDEX: [&str; 4] = [
    "name_text",
    "name_text_data",
    "name_text_idx",
    "name_text_config",
];

/// Makes a connection unable to read anything but public tables, whatever the statement says.
pub(crate) fn narrow(mut conn: Connection) -> Result<Connection, Trouble> {
    conn.authorizer(Some(|context: AuthContext<'_>| {
        match allowed(&context.action) {
            true => Authorization::Allow,
            false => Authorization::Deny,
        }
    }))?;
    Ok(conn)
}

fn allowed(action: &AuthAction<'_>) -> bool {
    match action {
        AuthAction::Select | AuthAction::Recursive | AuthAction::Function { .. } => true,
        AuthAction::Read { table_name, .. } => {
            PUBLIC.contains(table_name) || INDEX.contains(table_name)
        }
        // FTS5 asks whether its tables were changed by somebody else.
        AuthAction::Pragma { pragma_name, .. } => *pragma_name == "data_version",
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::{LEDGER, VIEWS};

    /// R10: the portal's connections cannot read what is not public.
    #[test]
    fn r10_the_portal_opens_public_tables_only() {
        let conn = Connection::open_in_memory().unwrap();
        conn.execute_batch(LEDGER).unwrap();
        conn.execute_batch(VIEWS).unwrap();
        let mut list = conn
            .prepare("SELECT name FROM sqlite_master WHERE type = 'table'")
            .unwrap();
        let tables: Vec<String> = list
            .query_map([], |row| row.get(0))
            .unwrap()
            .map(Result::unwrap)
            .collect();
        drop(list);
        let conn = narrow(conn).unwrap();
        for table in tables {
            let read = conn.prepare(&format!("SELECT * FROM {table}")).is_ok();
            let public = PUBLIC.contains(&table.as_str()) || INDEX.contains(&table.as_str());
            assert_eq!(read, public, "R10 {table}");
        }
        for sql in [
            "SELECT (SELECT body FROM entry LIMIT 1) FROM publication",
            "DELETE FROM publication",
            "ATTACH 'other.db' AS other",
            "PRAGMA query_only = off",
        ] {
            assert!(conn.prepare(sql).is_err(), "R10 {sql}");
        }
    }
}
