//! Use cases, and the ports they need. The only place where a transaction begins.

pub mod clock;
mod desk;
pub mod duty;
pub mod entity;
mod fault;
pub mod filing;
pub mod grade;
pub mod index;
pub mod intake;
pub mod ports;
pub mod publication;
pub mod rehearsal;
pub mod replay;
pub mod screening;
pub mod search;
pub mod statute;

pub use desk::{Actor, Desk, Pending, Salts, Secrets};
pub use fault::{Fault, Place};
