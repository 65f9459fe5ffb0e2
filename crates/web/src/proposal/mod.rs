//! Proposed packs: looked at, signed by a second person, or declined (R2).

mod show;
mod sign;

pub(crate) use show::show;
pub(crate) use sign::{Signed, adopt, decline, rehearse, signed};
