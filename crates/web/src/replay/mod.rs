//! Past decisions computed again by the law of their day (R3).

mod list;

pub(crate) use list::list;
