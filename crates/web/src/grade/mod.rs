//! Grades of organisations: the published scale with a calculator, and what office and organs see.

mod explanation;
mod home;
mod scale;
mod show;
mod trial;
mod view;

pub(crate) use home::home;
pub(crate) use scale::scale;
pub(crate) use show::show;
pub(crate) use trial::{form, trial};
pub(crate) use view::ScaleView;
