//! Ledger: what happened, entry by entry, in a tree anybody can verify.
//!
//! Events are decided elsewhere; here stands how they are hashed, stored and proved.

pub mod canonical;
pub mod checkpoint;
pub mod codec;
pub mod entry;
pub mod event;
pub mod hash;
mod packer;
pub mod proof;
pub mod step;
pub mod tree;

pub use entry::{Entry, Value};
pub use event::Event;
pub use hash::{Hash, Suite};
pub use step::Step;
