//! The duties of one case: each has a clock, and each comes to exactly one outcome.
//!
//! Silence is never an answer. A duty whose last day has passed is handed up to the office; the step
//! itself stays open until somebody takes it.

use crate::basis::{Basis, Ruled};
use crate::calendar::Calendar;
use crate::code::Code;
use crate::procedure::{Deadline, Extension, OutOfStep, Shift, Term, Unmoved};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Who has to act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Owes {
    /// 信用办: the unit that runs the platform.
    Office,
    Organ(Code),
}

/// How a duty came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    Done {
        on: Date,
        late: bool,
    },
    /// The case ended before it was done: nobody owes it any more.
    Void {
        on: Date,
    },
}

/// One duty of a case. INVARIANT: the first outcome stays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clock {
    /// Word of `law/catalog/duties.toml`.
    pub duty: &'static str,
    pub owes: Owes,
    pub deadline: Deadline,
    /// The day it was handed up to the office.
    pub escalated: Option<Date>,
    pub outcome: Option<Outcome>,
}

/// A duty that nobody did in time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Silence {
    pub duty: &'static str,
    pub owes: Owes,
    pub last: Date,
    pub basis: Basis,
}

/// A clock was suspended, resumed, extended, or moved by a changed calendar.
///
/// STORED: part of case events.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Moved {
    pub duty: String,
    /// The clock as it stands from now on, with the ledger of all that moved it.
    pub to: Deadline,
    /// What a changed calendar did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shift: Option<Shift>,
}

/// What may be done to a clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Turn<'a> {
    Suspend {
        from: Date,
        reason: &'a str,
        basis: &'a Basis,
    },
    Resume {
        until: Date,
    },
}

/// Why a clock is not turned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stuck {
    /// The case has no such duty, or it came to its outcome.
    NoDuty,
    Unmoved(Unmoved),
}

/// The duties of a case in the order in which they arose.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Clocks(Vec<Clock>);

impl Clocks {
    pub fn iter(&self) -> impl Iterator<Item = &Clock> {
        self.0.iter()
    }

    /// The running duty of this word.
    pub fn open(&self, duty: &str) -> Option<&Clock> {
        let mut clocks = self.0.iter();
        clocks.find(|clock| clock.duty == duty && clock.outcome.is_none())
    }

    /// Starts a duty; `None` where the law sets no time and so nobody can be late.
    pub fn start(&mut self, duty: &'static str, owes: Owes, deadline: Option<Deadline>) {
        let clock = deadline.map(|deadline| Clock {
            duty,
            owes,
            deadline,
            escalated: None,
            outcome: None,
        });
        self.0.extend(clock);
    }

    /// Notes that the duty was done. A second time changes nothing.
    pub fn done(&mut self, duty: &str, on: Date) {
        if let Some(clock) = self.open_mut(duty) {
            let late = clock.deadline.over(on);
            clock.outcome = Some(Outcome::Done { on, late });
        }
    }

    /// Notes that one answer did several duties.
    pub fn answered(&mut self, duties: &[&str], on: Date) {
        duties.iter().for_each(|duty| self.done(duty, on));
    }

    /// Ends every duty that is still open: the case itself has ended.
    pub fn close(&mut self, on: Date) {
        let open = self.0.iter_mut().filter(|clock| clock.outcome.is_none());
        open.for_each(|clock| clock.outcome = Some(Outcome::Void { on }));
    }

    /// The open duties whose last day has passed and that were not handed up yet.
    pub fn silent(&self, today: Date) -> Vec<Silence> {
        let open = self.0.iter().filter(|clock| clock.outcome.is_none());
        let open = open.filter(|clock| clock.escalated.is_none() && clock.deadline.over(today));
        open.filter_map(|clock| {
            Some(Silence {
                duty: clock.duty,
                owes: clock.owes,
                last: clock.deadline.last?,
                basis: clock.deadline.basis.clone(),
            })
        })
        .collect()
    }

    /// Notes that the duty was handed up; only once, and only while it is open.
    pub fn escalate(&mut self, duty: &str, on: Date) -> Result<(), OutOfStep> {
        let clock = self.open_mut(duty).ok_or(OutOfStep)?;
        match clock.escalated.replace(on) {
            None => Ok(()),
            Some(_) => Err(OutOfStep),
        }
    }

    /// Computes what turning the clock of a duty gives.
    pub fn turn(&self, duty: &str, turn: &Turn<'_>, calendar: &Calendar) -> Result<Moved, Stuck> {
        let clock = self.open(duty).ok_or(Stuck::NoDuty)?;
        turned(duty, &clock.deadline, turn, calendar)
    }

    /// Computes what more days give; the party was told on `more.told`.
    pub fn extend(&self, duty: &str, more: Extension, calendar: &Calendar) -> Result<Moved, Stuck> {
        let clock = self.open(duty).ok_or(Stuck::NoDuty)?;
        let to = clock.deadline.extend(more, calendar);
        Ok(moved(duty, to.map_err(Stuck::Unmoved)?))
    }

    /// What a changed calendar moves.
    pub fn reproject(&self, today: Date, calendar: &Calendar) -> Vec<Moved> {
        let open = self.0.iter().filter(|clock| clock.outcome.is_none());
        open.filter_map(|clock| shifted(clock.duty, &clock.deadline, today, calendar))
            .collect()
    }

    /// Notes a move.
    pub fn moved(&mut self, moved: &Moved) -> Result<(), OutOfStep> {
        let clock = self.open_mut(&moved.duty).ok_or(OutOfStep)?;
        clock.deadline = moved.to.clone();
        Ok(())
    }

    fn open_mut(&mut self, duty: &str) -> Option<&mut Clock> {
        let mut clocks = self.0.iter_mut();
        clocks.find(|clock| clock.duty == duty && clock.outcome.is_none())
    }
}

/// Opens a clock where the law sets a time.
pub fn open(on: Date, term: Option<&Ruled<Term>>, calendar: &Calendar) -> Option<Deadline> {
    term.map(|term| Deadline::open(on, term, calendar))
}

/// Computes what turning a clock gives.
pub fn turned(
    duty: &str,
    clock: &Deadline,
    turn: &Turn<'_>,
    calendar: &Calendar,
) -> Result<Moved, Stuck> {
    let to = match turn {
        Turn::Suspend {
            from,
            reason,
            basis,
        } => clock.suspend(*from, reason, basis),
        Turn::Resume { until } => clock.resume(*until, calendar),
    };
    Ok(moved(duty, to.map_err(Stuck::Unmoved)?))
}

/// What a changed calendar does to a clock, if anything.
pub fn shifted(duty: &str, clock: &Deadline, today: Date, calendar: &Calendar) -> Option<Moved> {
    let shift = clock.reproject(today, calendar)?;
    Some(Moved {
        duty: duty.to_owned(),
        to: clock.clone().shifted(&shift),
        shift: Some(shift),
    })
}

fn moved(duty: &str, to: Deadline) -> Moved {
    Moved {
        duty: duty.to_owned(),
        to,
        shift: None,
    }
}
