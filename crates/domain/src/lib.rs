//! The words of the product and the decisions that need no outside world.
//!
//! Nothing here reads a file, a database or a clock. A function that needs a date takes the date.

pub mod basis;
pub mod calendar;
pub mod code;
pub mod duty;
pub mod entity;
pub mod filing;
pub mod intake;
pub mod ledger;
pub mod mask;
pub mod publication;
pub mod record;
pub mod screening;
