//! Embedded store: the ledger, the views and the accounts in one SQLite file.
//!
//! [`Sqlite`] implements the ports of `desk`. One thread writes; works that wait at the same time
//! share one commit and one sync to disk (`writer`). Every append writes the entry and, through
//! `project`, its views in one transaction; the edge of the tree lives in memory and follows after
//! the commit (`core`). Readers have connections of their own; those of the portal can open nothing
//! but what the public may see (`pool`).
//!
//! The store never decides: what a view shows follows from the event alone.

mod accounts;
mod cases;
mod checkpointer;
mod common;
mod core;
mod duties;
mod exchange;
mod filings;
mod frames;
mod grades;
mod inspections;
mod late;
mod ledger;
mod letters;
mod open;
mod packs;
mod pool;
mod portal;
mod procedures;
mod project;
mod rebuild;
mod registry;
mod sql;
mod steps;
mod store;
mod trouble;
mod verify;
mod work;
mod writer;

pub use core::{Faults, Point};
pub use open::{Durability, Options, Public, Sign, Sqlite, log_of};
