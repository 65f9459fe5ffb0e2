//! Opening a database file: settings, migration, and the threads and connections behind it.

use crate::core::{Core, Faults, Head, Shared};
use crate::pool::Pool;
use crate::sql::{LEDGER, VIEWS, any, one, run};
use crate::trouble::Trouble;
use crate::writer::Writer;
use desk::ports::Masked;
use desk::{Fault, Place};
use domain::ledger::checkpoint::Checkpoint;
use domain::ledger::tree::Edge;
use domain::ledger::{Entry, Event, Suite};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, params};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, RwLock};
use std::time::Duration;

/// Version of the tables this program reads and writes.
const VERSION: i64 = 1;

/// Connections for reading, and as many for the portal. Threads beyond that wait their turn: a
/// connection for each thread would keep a cache for each.
const READERS: usize = 4;

/// How long a process waits for another one that writes.
const PATIENCE: Duration = Duration::from_secs(60);

/// Signs the checkpoint of a commit; returns the note as it is handed out.
pub type Sign = Arc<dyn Fn(&Checkpoint) -> Result<String, Fault> + Send + Sync>;

/// The public part of a record: the same function the desk uses for [`desk::ports::Sealed::public`],
/// so that views can be made anew.
pub type Public = Arc<dyn Fn(&Event, &Entry) -> Option<Masked> + Send + Sync>;

/// When a commit counts as done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Durability {
    /// On disk before anybody is answered. The only choice for real data.
    #[default]
    Full,
    /// In the hands of the operating system: a power failure may take the last commits, never
    /// the consistency of the rest.
    Normal,
    /// As fast as it goes: a power failure may ruin the file. For making a demo city.
    Off,
}

/// How to open a store.
#[derive(Clone)]
pub struct Options {
    /// The database file; its folder must exist.
    pub path: PathBuf,
    /// Hash suite of a new ledger. An existing one keeps its own, and another is refused.
    pub suite: Suite,
    /// Name of a new ledger in checkpoints. An existing one keeps its own, and another is refused.
    pub origin: String,
    pub durability: Durability,
    pub sign: Sign,
    pub public: Public,
    /// Points at which a test lets the writer fail.
    pub faults: Option<Arc<dyn Faults>>,
}

impl Options {
    /// Durable, without faults, showing no fields.
    pub fn new(path: impl Into<PathBuf>, suite: Suite, origin: &str, sign: Sign) -> Self {
        Self {
            path: path.into(),
            suite,
            origin: origin.to_owned(),
            durability: Durability::Full,
            sign,
            public: Arc::new(|_, _| None),
            faults: None,
        }
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Options")
            .field("path", &self.path)
            .field("suite", &self.suite)
            .field("origin", &self.origin)
            .field("durability", &self.durability)
            .finish_non_exhaustive()
    }
}

/// The store on one SQLite file.
pub struct Sqlite {
    pub(crate) shared: Arc<Shared>,
    pub(crate) writer: Writer,
}

impl fmt::Debug for Sqlite {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Sqlite")
            .field("options", &self.shared.options)
            .finish_non_exhaustive()
    }
}

impl Sqlite {
    /// Opens the file, or makes a new ledger in it.
    pub fn open(options: Options) -> Result<Self, Fault> {
        Ok(Self::try_open(options)?)
    }

    fn try_open(options: Options) -> Result<Self, Trouble> {
        let mut conn = connect(&options.path, options.durability)?;
        // What a savepoint keeps to go back to is small and short-lived: a file for it costs more.
        conn.pragma_update(None, "temp_store", "memory")?;
        // Indexes grow at random places; a cache they outgrow writes pages several times a commit.
        conn.pragma_update(None, "cache_size", -262_144)?;
        migrate(&mut conn)?;
        found(&mut conn, &options)?;
        let shared = Arc::new(Shared {
            head: RwLock::new(Arc::new(Head {
                edge: Edge::new(options.suite),
                checkpoint: Arc::from(""),
            })),
            core: Mutex::new(Core::new(conn)),
            fresh: AtomicU64::new(0),
            readers: Pool::open(READERS, || reader(&options.path))?,
            portal: Pool::open(READERS, || crate::pool::narrow(reader(&options.path)?))?,
            options,
        });
        shared.lock().catch_up(&shared)?;
        crate::checkpointer::start(&shared)?;
        let writer = Writer::start(Arc::clone(&shared));
        Ok(Self { shared, writer })
    }
}

/// Suite and origin of the ledger in a file; `None` where there is no file. Read before the keys
/// are, because the suite says which keys belong to it.
pub fn log_of(path: &Path) -> Result<Option<(Suite, String)>, Fault> {
    if !path.exists() {
        return Ok(None);
    }
    let conn = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)
        .map_err(Fault::store)?;
    Ok(if has_tables(&conn)? {
        stated(&conn)?
    } else {
        None
    })
}

fn stated(conn: &Connection) -> Result<Option<(Suite, String)>, Trouble> {
    one(conn, "SELECT suite, origin FROM head", [], |row| {
        let suite = serde_json::from_value(row.get::<_, String>(0)?.into())?;
        Ok((suite, row.get(1)?))
    })
}

fn connect(path: &Path, durability: Durability) -> Result<Connection, Trouble> {
    let conn = Connection::open(path)?;
    conn.busy_timeout(PATIENCE)?;
    conn.set_prepared_statement_cache_capacity(128);
    keep_plans(&conn)?;
    conn.pragma_update(None, "page_size", 8_192)?;
    conn.pragma_update(None, "journal_mode", "wal")?;
    conn.pragma_update(None, "foreign_keys", true)?;
    // `checkpointer` does it, so that no commit waits for it.
    conn.pragma_update(None, "wal_autocheckpoint", 0)?;
    let level = match durability {
        Durability::Full => "full",
        Durability::Normal => "normal",
        Durability::Off => "off",
    };
    conn.pragma_update(None, "synchronous", level)?;
    Ok(conn)
}

/// Lets SQLite plan a statement once. It would otherwise look at the bound values and plan anew
/// before each run, which took a third of the writer's time.
fn keep_plans(conn: &Connection) -> Result<(), Trouble> {
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(())
}

/// A connection that cannot write.
pub(crate) fn reader(path: &Path) -> Result<Connection, Trouble> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(path, flags)?;
    conn.busy_timeout(PATIENCE)?;
    conn.set_prepared_statement_cache_capacity(64);
    keep_plans(&conn)?;
    conn.pragma_update(None, "cache_size", -4_096)?;
    conn.pragma_update(None, "query_only", true)?;
    Ok(conn)
}

/// A connection for work on the whole file, beside the writer's.
pub(crate) fn second(path: &Path, durability: Durability) -> Result<Connection, Trouble> {
    connect(path, durability)
}

fn has_tables(conn: &Connection) -> Result<bool, Trouble> {
    crate::sql::any(
        conn,
        "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'schema'",
        [],
    )
}

/// Brings the tables to [`VERSION`]. A newer file is refused: an older program would not keep the
/// views it does not know.
fn migrate(conn: &mut Connection) -> Result<(), Trouble> {
    let transaction = conn.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    if !has_tables(&transaction)? {
        transaction.execute_batch(LEDGER)?;
        transaction.execute_batch(VIEWS)?;
        run(
            &transaction,
            "INSERT INTO schema (version, digest) VALUES (?1, ?2)",
            params![VERSION, schema_digest()],
        )?;
    }
    let sql = "SELECT version, digest FROM schema ORDER BY version DESC LIMIT 1";
    let stated = one(&transaction, sql, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    transaction.commit()?;
    match stated {
        Some((VERSION, digest)) if schema_digest() == *digest.as_str() => Ok(()),
        Some((version, String { .. })) => {
            let text = match version {
                VERSION => format!("同为第 {VERSION} 版表结构，内容不同"),
                _ => format!("表结构是第 {version} 版，本程序只认识第 {VERSION} 版"),
            };
            Err(Fault::new(Place::Version, text).into())
        }
        None => Err(Trouble::broken("数据库没有写明表结构的版本")),
    }
}

fn schema_digest() -> String {
    format!(
        "{:x}",
        Suite::International.digest(&[LEDGER.as_bytes(), VIEWS.as_bytes()])
    )
}

/// Writes the head of a new ledger; compares that of an existing one with what was asked for.
fn found(conn: &mut Connection, options: &Options) -> Result<(), Trouble> {
    let transaction = conn.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    match stated(&transaction)? {
        Some((suite, origin)) if suite == options.suite && origin == options.origin => Ok(()),
        Some((suite, origin)) => Err(Trouble::broken(format!(
            "账本“{origin}”使用密码套件 {suite:?}，与要求的“{}”、{:?} 不符",
            options.origin, options.suite
        ))),
        None if any(&transaction, "SELECT 1 FROM entry", [])? => {
            Err(Trouble::broken("账本有记录而没有写明长度，请从备份恢复"))
        }
        None => {
            let root = options.suite.empty();
            let origin = options.origin.clone();
            let empty = Checkpoint {
                origin,
                size: 0,
                root,
                extensions: Vec::new(),
            };
            let checkpoint = (options.sign)(&empty)?;
            let suite = serde_json::to_value(options.suite)?;
            run(
                &transaction,
                "INSERT INTO head (id, suite, origin, size, root, checkpoint) \
                 VALUES (1, ?1, ?2, 0, ?3, ?4)",
                params![suite.as_str(), options.origin, root.as_bytes(), checkpoint],
            )?;
            Ok(transaction.commit()?)
        }
    }
}
