//! The portal: what anybody may see, read through the publication view.

mod card;
mod entity;
mod home;
mod leave;
mod list;
mod record;
mod search;
mod withdrawn;

pub(crate) use card::Card;
pub(crate) use entity::entity;
pub(crate) use home::home;
pub(crate) use leave::leave;
pub(crate) use list::{licences, penalties};
pub(crate) use record::record;
pub(crate) use search::{candidates, search};
pub(crate) use withdrawn::withdrawn;
