//! Intake: from a row of a filed table to a record, or to findings.
//!
//! A source is data ([`Spec`]). [`Plan::compile`] checks it and lays it out, [`Plan::bind`] meets the
//! header of a file, and [`Bound::check`] says everything that is wrong with a row at once. Every
//! column is read, waived by name, or reported: a column nobody asked for is a change in the source,
//! and we want to hear of it the same day.

mod cell;
mod check;
pub mod docket;
mod filing;
pub mod finding;
mod header;
mod plan;
mod rules;
mod spec;
mod value;

pub use cell::{Cell, Form};
pub use check::{Context, Findings};
pub use filing::{Filing, Party, PartyKind};
pub use finding::{Field, Finding, Level, Outside, Reason};
pub use header::Bound;
pub use plan::{Check, Plan};
pub use rules::RowRule;
pub use spec::{
    CodeStandard, Column, Condition, DateFormat, Head, Mask, Range, Role, Shape, Spec, Unique,
    Within,
};
pub use value::{Fen, WAN, serial};
