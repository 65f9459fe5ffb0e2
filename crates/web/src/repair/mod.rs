//! 两书同达: the decision and the way to repair it, served by one delivery (R102).

mod notice;
mod serving;

pub(crate) use notice::{notice, serve};
pub(crate) use serving::serving;
