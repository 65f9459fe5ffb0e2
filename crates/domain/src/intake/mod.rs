//! Intake: from a row of a filed table to a record, or to findings.

mod cell;
pub mod docket;
mod spec;

pub use cell::{Cell, Form};
pub use spec::*;
