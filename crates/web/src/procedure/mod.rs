//! Procedures at the desk: listed, shown, begun and moved on. The forms are the desk's own, so a verb that
//! comes new to the desk is here without a line.

mod act;
mod begin;
mod clocks;
mod form;
mod list;
mod names;
mod show;

pub(crate) use act::act;
pub(crate) use begin::{begin, form};
pub(crate) use clocks::{Tick, ticks};

pub(crate) use list::list;
pub(crate) use show::show;
