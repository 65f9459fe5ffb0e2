//! `/log`: the ledger for whoever wants to check it (C2SP tlog-tiles).

mod checkpoint;
mod tile;

pub(crate) use checkpoint::{checkpoint, key};
pub(crate) use tile::tile;
