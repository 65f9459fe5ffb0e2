//! Accounts and sessions. They are no part of the ledger, but share its writer.

use crate::open::Sqlite;
use crate::sql::{many, one, run, some_code_at};
use crate::trouble::Trouble;
use crate::writer::Task;
use desk::Fault;
use desk::ports::{Account, Accounts};
use domain::code::Code;
use rusqlite::{Connection, Row, params};
use std::sync::mpsc::sync_channel;

const COLUMNS: &str = "a.name, a.title, a.organ, a.role, a.password, a.key, a.closed, a.person";

fn read(row: &Row<'_>) -> Result<Account, Trouble> {
    Ok(Account {
        name: row.get(0)?,
        title: row.get(1)?,
        organ: some_code_at(row, 2)?,
        role: serde_json::from_value(row.get::<_, String>(3)?.into())?,
        password: row.get(4)?,
        key: row.get(5)?,
        closed: row.get(6)?,
        person: row.get(7)?,
    })
}

/// Closing an account ends its sessions at once.
fn put(conn: &Connection, account: &Account) -> Result<(), Trouble> {
    let role = serde_json::to_value(account.role)?;
    run(
        conn,
        "INSERT INTO account (name, title, organ, role, password, key, closed, person) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (name) DO UPDATE SET \
         title = excluded.title, organ = excluded.organ, role = excluded.role, \
         password = excluded.password, key = excluded.key, closed = excluded.closed, person = excluded.person",
        params![
            account.name,
            account.title,
            account.organ.as_ref().map(Code::as_str),
            role.as_str(),
            account.password,
            account.key,
            account.closed,
            account.person,
        ],
    )?;
    if account.closed {
        run(
            conn,
            "DELETE FROM session WHERE account = ?1",
            params![account.name],
        )?;
    }
    Ok(())
}

impl Sqlite {
    /// Writes beside the ledger and waits until it is durable.
    pub(crate) fn write(
        &self,
        write: impl FnOnce(&Connection) -> Result<(), Trouble> + Send + 'static,
    ) -> Result<(), Fault> {
        let (tell, told) = sync_channel(1);
        let done = move |outcome: Result<_, Fault>| {
            // Nobody listens only if the asking thread is gone.
            let _ = tell.send(outcome.map(|_| ()));
        };
        self.writer
            .submit(Task::Plain(Box::new(write)), Box::new(done));
        told.recv().unwrap_or_else(|error| Err(Fault::store(error)))
    }
}

impl Accounts for Sqlite {
    fn account(&self, name: &str) -> Result<Option<Account>, Fault> {
        let sql = format!("SELECT {COLUMNS} FROM account AS a WHERE a.name = ?1");
        self.shared
            .readers
            .read(|conn| one(conn, &sql, params![name], read))
    }

    fn account_by_key(&self, digest: &str) -> Result<Option<Account>, Fault> {
        let sql = format!("SELECT {COLUMNS} FROM account AS a WHERE a.key = ?1 AND a.key <> ''");
        self.shared
            .readers
            .read(|conn| one(conn, &sql, params![digest], read))
    }

    fn put_account(&self, account: &Account) -> Result<(), Fault> {
        let account = account.clone();
        self.write(move |conn| put(conn, &account))
    }

    fn accounts(&self) -> Result<Vec<Account>, Fault> {
        let sql = format!("SELECT {COLUMNS} FROM account AS a ORDER BY a.name");
        self.shared.readers.read(|conn| many(conn, &sql, [], read))
    }

    fn put_session(&self, digest: &str, account: &str, until: i64) -> Result<(), Fault> {
        let (digest, account) = (digest.to_owned(), account.to_owned());
        let sql = "INSERT INTO session (digest, account, until) VALUES (?1, ?2, ?3) \
                   ON CONFLICT (digest) DO UPDATE SET account = excluded.account, \
                   until = excluded.until";
        self.write(move |conn| run(conn, sql, params![digest, account, until]).map(|_| ()))
    }

    fn session(&self, digest: &str, now: i64) -> Result<Option<Account>, Fault> {
        let sql = format!(
            "SELECT {COLUMNS} FROM session AS s JOIN account AS a ON a.name = s.account \
             WHERE s.digest = ?1 AND s.until > ?2"
        );
        self.shared
            .readers
            .read(|conn| one(conn, &sql, params![digest, now], read))
    }

    fn end_session(&self, digest: &str) -> Result<(), Fault> {
        let (digest, sql) = (digest.to_owned(), "DELETE FROM session WHERE digest = ?1");
        self.write(move |conn| run(conn, sql, params![digest]).map(|_| ()))
    }
}
