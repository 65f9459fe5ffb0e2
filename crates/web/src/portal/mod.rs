//! The portal: what anybody may see, read through the publication view.

mod card;
mod entity;
mod home;
mod laggards;
mod leave;
mod list;
mod listed;
mod pledged;
mod record;
mod search;
mod withdrawn;

pub(crate) use card::Card;
pub(crate) use entity::entity;
pub(crate) use home::home;
pub(crate) use laggards::laggards;
pub(crate) use leave::leave;
pub(crate) use list::{licences, penalties};
pub(crate) use listed::{Entry, entries, listed};
pub(crate) use pledged::pledged;
pub(crate) use record::record;
pub(crate) use search::{candidates, search};
pub(crate) use withdrawn::withdrawn;
