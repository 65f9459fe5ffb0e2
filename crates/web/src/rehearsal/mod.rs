//! Rehearsals: a changed pack against the whole population, beside the server.

mod job;
mod rows;
mod run;
mod show;

pub(crate) use job::{Job, Jobs};
pub(crate) use run::{full, start};
pub(crate) use show::{csv, show};
