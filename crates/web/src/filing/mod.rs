//! Records an organ has filed, and how it revokes one.

mod list;
mod revoke;

pub(crate) use list::list;
pub(crate) use revoke::{done, form, revoke};
