//! The law library, made from the pack.

mod list;
mod show;
mod table;

pub(crate) use list::list;
pub(crate) use show::show;
