//! Exchange: partners, what we told them and who has not listened, and what they told us.

mod acknowledge;
mod home;
mod partner;
mod review;

pub(crate) use acknowledge::acknowledge;
pub(crate) use home::home;
pub(crate) use partner::enter;
pub(crate) use review::{form as review_form, review};
