//! Rule changes being written, and the first page about the law in force (R2).

mod act;
mod check;
mod file;
mod home;
mod offered;
mod rules;
mod show;

pub(crate) use act::{add, copy, end, propose, rebase, rehearse};
pub(crate) use check::check;
pub(crate) use file::{form, save};
pub(crate) use home::home;
pub(crate) use offered::{offered, propose_offered, rehearse_offered};
pub(crate) use rules::rules;
pub(crate) use show::show;
