//! Notices: the box of an organ, what nobody could deliver, and how somebody is reached outside the house.

mod contacts;
mod dead;
mod inbox;

pub(crate) use contacts::{contacts, put};
pub(crate) use dead::dead;
pub(crate) use inbox::{inbox, open};
