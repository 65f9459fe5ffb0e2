//! Use cases, and the ports they need. The only place where a transaction begins.

pub mod clock;
mod fault;
pub mod intake;
pub mod ports;
pub mod search;

pub use fault::{Fault, Place};
