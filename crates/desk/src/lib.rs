//! Use cases, and the ports they need. The only place where a transaction begins.

pub mod clock;
pub mod commitment;
mod desk;
pub mod draw;
pub mod duty;
pub mod entity;
pub mod exchange;
pub mod fact;
mod fault;
pub mod feedback;
pub mod filing;
pub mod grade;
pub mod index;
pub mod inspector;
pub mod intake;
pub mod listing;
pub mod measure;
pub mod notice;
pub mod objection;
pub mod ports;
pub mod procedure;
pub mod publication;
pub mod referral;
pub mod rehearsal;
pub mod repair;
pub mod replay;
pub mod screening;
pub mod search;
pub mod statute;
pub mod visit;

pub use desk::{Actor, Desk, Pending, Salts, Secrets, Vrf};
pub use fault::{Fault, Place};
