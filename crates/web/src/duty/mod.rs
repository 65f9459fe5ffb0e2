//! Duties: what an organ owes and until when; for the office, who is late.

mod days;
mod figures;
mod home;
mod list;

pub(crate) use figures::figures;
pub(crate) use home::home;
pub(crate) use list::list;
