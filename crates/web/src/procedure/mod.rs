//! Procedures at the desk: listed, shown, begun and moved on. The forms are the desk's own, so a verb that
//! comes new to the desk is here without a line.

mod act;
mod begin;
mod clocks;
mod form;
mod list;
mod names;
mod refusals;
mod run;
mod show;

pub(crate) use act::{Came, act, once_more, status, step};
pub(crate) use begin::{begin, form};
pub(crate) use clocks::{Tick, ticks};

pub(crate) use form::{Filled, Form, Typed};
pub(crate) use list::{Line, lines, list, visible};
pub(crate) use refusals::refusals;
pub(crate) use run::{act_as, begin_as};
pub(crate) use show::{faults, show};
