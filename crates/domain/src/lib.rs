//! The words of the product and the decisions that need no outside world.
//!
//! Nothing here reads a file, a database or a clock. A function that needs a date takes the date.

pub mod assessment;
pub mod basis;
pub mod blacklist;
pub mod calendar;
pub mod clock;
pub mod code;
pub mod commitment;
pub mod conditions;
pub mod discipline;
pub mod duty;
pub mod entity;
pub mod exchange;
pub mod exit_path;
pub mod feedback;
pub mod filing;
pub mod grade;
pub mod inspection;
pub mod intake;
pub mod ledger;
pub mod listing;
pub mod mask;
pub mod measure;
pub mod notice;
pub mod objection;
pub mod person;
pub mod procedure;
pub mod publication;
pub mod record;
pub mod referral;
pub mod repair;
pub mod retention;
pub mod screening;
pub mod statute;
