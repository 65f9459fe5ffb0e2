//! Inspections as anybody sees them: batches of the draw, their files, and what came of the visits.

mod burden;
mod code;
mod file;
mod findings;
mod lines;
mod list;
mod outcomes;
mod own;
mod results;
mod show;
mod verify;

pub(crate) use burden::burden;
pub(crate) use code::Picture;
pub(crate) use file::file;
pub(crate) use list::list;
pub(crate) use outcomes::Outcomes;
pub(crate) use own::{Own, own};
pub(crate) use results::results;
pub(crate) use show::show;
pub(crate) use verify::verify;
