//! Screening (应查尽查) at the counter, and receipts.

mod code;
mod counter;
mod receipt;
mod sheet;
mod verify;

pub(crate) use counter::{ask, form};
pub(crate) use receipt::{download, receipt, time};
pub(crate) use sheet::screen;
pub(crate) use verify::{number, verify, verify_form};
