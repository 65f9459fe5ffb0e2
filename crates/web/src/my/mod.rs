//! What belongs to whoever is logged in for himself: an entity, or a natural person linked to a listing.

mod home;
mod path;

pub(crate) use home::home;
pub(crate) use path::Path;
