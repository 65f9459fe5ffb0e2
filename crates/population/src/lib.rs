//! Grades of a whole population: one streaming pass over sorted files, and the same scale as SQL.
//!
//! The files are a view of the ledger: they can be thrown away and written anew. Two folders, each
//! with one Parquet file a shard, hold them:
//!
//! | file | columns | order |
//! |---|---|---|
//! | `entity/part-NNNN.parquet` | `entity` (64 bits), `code` (text), one 64-bit column for each stated indicator | `code` |
//! | `fact/part-NNNN.parquet` | `entity` (64 bits), `kind class` (32 bits), `amount` (64 bits), `day known gone` (32 bits, days since 1970-01-01), `record` (64 bits) | `entity`, `day` |
//!
//! A code is written once, in the entity file. Facts name their entity by a number that grows with
//! the code within a shard and occurs in no other shard, because a foreign engine joins and groups by
//! whole numbers several times faster than by text, runs of one number take next to no room, and the
//! two files of a shard can be read side by side without a look-up. The shard of a code follows from
//! the code alone ([`domain::grade::shard`]), so no shard ever needs another.

mod layout;
mod read;
mod results;
mod run;
mod score;
mod sql;
mod write;

pub use layout::{Fault, Files};
pub use results::Results;
pub use run::{Row, Sink, Summary, run, run_into};
pub use score::score;
pub use sql::{Dialect, Tables, sql, sql_over};
pub use write::{Writer, Written};
