//! Intake: tables that departments hand in through the browser or the API.

mod answer;
mod doubts;
mod job;
mod new;
mod run;
mod submissions;
mod template;
mod upload;

pub(crate) use answer::{answer, read_answer};
pub(crate) use doubts::{doubts, doubts_waiting};
pub(crate) use job::{Jobs, show};
pub(crate) use new::form;
pub(crate) use run::{Ordered, Stated, Taken, new_id, run};
pub(crate) use submissions::submissions;
pub(crate) use template::template;
pub(crate) use upload::{Received, receive, upload};
