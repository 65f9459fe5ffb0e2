//! Duties: who owes what until when, and whether it was done in time.

use crate::basis::Basis;
use crate::calendar::{Calendar, Missing};
use crate::code::Code;
use crate::intake::docket::Key;
use crate::procedure::{Deadline, Shift, Term, Unit};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The kinds of duty that are timed.
///
/// STORED: the words are written in ledger entries. Add variants at the end only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Hand a decision in for publication.
    Publish,
    /// Take a revoked decision off the portal, with public reasons.
    Withdraw,
}

impl Kind {
    /// The word written in `law/`, in the ledger and in addresses.
    pub fn word(self) -> &'static str {
        match self {
            Self::Publish => "publish",
            Self::Withdraw => "withdraw",
        }
    }

    /// The name a user reads.
    pub fn name(self) -> &'static str {
        match self {
            Self::Publish => "报送公示",
            Self::Withdraw => "撤回公示",
        }
    }
}

/// The last day of a duty, by which calendar and article.
///
/// STORED: part of `filed`, `revoked` and `duty-declared` heads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    /// The day that is not counted: day 1 is the next working day.
    pub opened: Date,
    /// Working days.
    pub budget: u16,
    /// Last day on which doing it is in time; absent while the year has no official calendar.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<Date>,
    pub basis: Basis,
}

impl Due {
    /// Computes the last day. A year without official calendar leaves it open, never guessed (R8).
    pub fn compute(opened: Date, budget: u16, basis: Basis, calendar: &Calendar) -> Self {
        let last = calendar.add(opened, u32::from(budget)).ok();
        Self {
            opened,
            budget,
            last,
            basis,
        }
    }

    /// How many working days after the last day `done` lies; `None` if it was in time or nobody can say yet.
    pub fn late_by(&self, done: Date, calendar: &Calendar) -> Result<Option<usize>, Missing> {
        let Some(last) = self.last else {
            return Ok(None);
        };
        if done <= last {
            return Ok(None);
        }
        calendar.between(last, done).map(|days| Some(days.max(1)))
    }

    /// Which reminder `today` calls for: the greatest stage reached, in working days since opening.
    ///
    /// After the last day every working day calls for one, numbered on from the budget (R30).
    pub fn stage(
        &self,
        today: Date,
        reminders: &[u16],
        calendar: &Calendar,
    ) -> Result<Option<u16>, Missing> {
        if today <= self.opened {
            return Ok(None);
        }
        let day = u16::try_from(calendar.between(self.opened, today)?).unwrap_or(u16::MAX);
        if day > self.budget {
            return Ok(Some(day));
        }
        Ok(reminders
            .iter()
            .copied()
            .filter(|stage| *stage <= day)
            .max())
    }
}

/// A changed calendar moved the last day of a duty that is still open.
///
/// STORED: the head of `duty-moved` entries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    /// The entry that opened the duty.
    pub duty: u64,
    pub organ: Code,
    pub docket: String,
    /// The duty as it stands from now on.
    pub due: Due,
    /// What moved it.
    pub shift: Shift,
}

impl Due {
    /// Says whether `calendar` moves the last day that was told, and why; never into the past, and
    /// never where it has passed.
    pub fn reproject(&self, today: Date, calendar: &Calendar) -> Option<(Self, Shift)> {
        let mut clock = Deadline::told(
            self.opened,
            Term {
                days: self.budget,
                unit: Unit::Working,
            },
            self.basis.clone(),
            calendar,
        );
        clock.last = self.last;
        let shift = clock.reproject(today, calendar)?;
        let moved = Self {
            last: Some(shift.to),
            ..self.clone()
        };
        Some((moved, shift))
    }
}

/// Where a duty stands on a day (R30: 未到期/临期/逾期未报/按时/迟报).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    Open,
    Near,
    Overdue,
    InTime,
    Late,
    /// The official calendar of the year is not loaded.
    Unknown,
}

impl State {
    /// Where a duty stands on `today`; `first_reminder` is the day from which it counts as near.
    pub fn of(
        last: Option<Date>,
        near_from: Option<Date>,
        done: Option<Date>,
        today: Date,
    ) -> Self {
        match (last, done) {
            (None, _) => Self::Unknown,
            (Some(last), Some(done)) if done <= last => Self::InTime,
            (Some(_), Some(_)) => Self::Late,
            (Some(last), None) if today > last => Self::Overdue,
            (Some(_), None) if near_from.is_some_and(|near| today >= near) => Self::Near,
            (Some(_), None) => Self::Open,
        }
    }

    /// The name a user reads.
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "未到期",
            Self::Near => "临期",
            Self::Overdue => "逾期未报",
            Self::InTime => "按时",
            Self::Late => "迟报",
            Self::Unknown => "日历未发布",
        }
    }
}

/// A decision became known before it was filed, by a case system or the organ's own count.
///
/// STORED: the head of `duty-declared` entries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Declared {
    pub kind: Kind,
    pub organ: Code,
    /// Which table it is to be filed with, for example `penalty-2018`.
    pub source: String,
    pub docket: String,
    /// [`crate::filing::duty_key`].
    pub key: Key,
    pub due: Due,
    /// First day on which the duty counts as near its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub near: Option<Date>,
}

/// The organ was reminded.
///
/// STORED: the head of `duty-reminded` entries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reminded {
    /// Sequence number of the entry that opened the duty.
    pub duty: u64,
    pub organ: Code,
    pub docket: String,
    /// Working days since the decision; greater than the budget when overdue.
    pub stage: u16,
    pub on: Date,
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn states_follow_the_last_day() {
        let last = Some(date(2026, 5, 21));
        let near = Some(date(2026, 5, 15));
        let cases = [
            (last, None, date(2026, 5, 14), State::Open),
            (last, None, date(2026, 5, 15), State::Near),
            (last, None, date(2026, 5, 21), State::Near),
            (last, None, date(2026, 5, 22), State::Overdue),
            (
                last,
                Some(date(2026, 5, 21)),
                date(2026, 6, 1),
                State::InTime,
            ),
            (last, Some(date(2026, 5, 22)), date(2026, 6, 1), State::Late),
            (None, None, date(2027, 1, 9), State::Unknown),
        ];
        for (last, done, today, wanted) in cases {
            assert_eq!(
                State::of(last, near, done, today),
                wanted,
                "R30 {today} {done:?}"
            );
        }
    }
}
