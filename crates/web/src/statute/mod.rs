//! The law library, made from the pack.

mod change;
mod depending;
mod history;
mod impact;
mod list;
mod names;
mod prose;
mod show;
mod table;

pub(crate) use change::Altered;
pub(crate) use impact::impact;
pub(crate) use list::list;
pub(crate) use names::Names;
pub(crate) use show::show;
