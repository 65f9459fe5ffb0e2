//! Intake: tables that departments hand in, on their way into the ledger.

mod answer;
mod order;
pub mod pipeline;
mod place;
pub(crate) mod restate;
mod row;
pub(crate) mod ruling;
mod run;
pub mod source;
mod take;

pub use answer::sentence;
pub use order::{Mode, NotTaken, Order, Progress, Summary};
pub use source::Sources;
