//! What every procedure shares: who acts, what is served on whom, and clocks that can be suspended.

use crate::basis::{Basis, Ruled};
use crate::calendar::{Calendar, Missing};
use crate::code::Code;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Who acts, and for which organ.
///
/// STORED: part of every case event.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Person {
    pub account: String,
    pub organ: Code,
}

/// How a document reached its party.
///
/// STORED: add variants at the end only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    Direct,
    Left,
    Post,
    Electronic,
    Announcement,
}

impl Method {
    pub const ALL: [Self; 5] = [
        Self::Direct,
        Self::Left,
        Self::Post,
        Self::Electronic,
        Self::Announcement,
    ];

    /// The name a user reads.
    pub fn name(self) -> &'static str {
        match self {
            Self::Direct => "直接送达",
            Self::Left => "留置送达",
            Self::Post => "邮寄送达",
            Self::Electronic => "电子送达",
            Self::Announcement => "公告送达",
        }
    }
}

/// 送达: the proof that a document reached its party. Rights begin on its day.
///
/// STORED: part of case events.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Delivery {
    pub method: Method,
    /// Number of the receipt, of the tracked letter, or of the announcement.
    pub proof: String,
    pub on: Date,
}

impl Delivery {
    /// Whether somebody could check it: a proof is named, and it does not lie in the future.
    pub fn proved(&self, today: Date) -> bool {
        !self.proof.trim().is_empty() && self.on <= today
    }
}

/// A document that determines something: a decision, a judgment, a ruling.
///
/// STORED: part of case events.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Document {
    pub name: String,
    pub number: String,
    pub on: Date,
    pub organ: Code,
}

impl Document {
    /// Whether it is named, numbered and already made.
    pub fn complete(&self, today: Date) -> bool {
        !self.name.trim().is_empty() && !self.number.trim().is_empty() && self.on <= today
    }
}

/// The rights a party is told of together with a notice.
///
/// STORED: part of case events. A date is absent where the law pack names no period: nothing is
/// invented, the place to turn to is always told.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Remedy {
    /// Last day to ask for administrative review.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review_until: Option<Date>,
    /// Last day to sue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub litigation_until: Option<Date>,
    /// Where to turn to, in Chinese.
    pub where_to: String,
}

impl Remedy {
    /// Whether it tells anything.
    pub fn told(&self) -> bool {
        !self.where_to.trim().is_empty()
    }
}

/// The law said no to somebody. It is kept, so that it can be objected to and looked into.
///
/// STORED: the head of `refused` entries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// Word of the noun, for example `repair`.
    pub noun: String,
    /// The procedure; absent where it was to begin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub procedure: Option<u64>,
    /// What was wanted.
    pub verb: String,
    /// What the applicant read. It quotes the law and never what the applicant wrote.
    pub text: String,
    /// Absent where no law allows the step, or another body must act.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub basis: Option<Basis>,
    pub on: Date,
}

/// An event that does not follow on the state of its case: the log is damaged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutOfStep;

/// In which days a clock counts.
///
/// STORED: part of deadlines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// 工作日
    Working,
    /// 自然日: an end on a day of rest rolls to the next working day (BASIS: 民法典 203).
    Calendar,
}

/// How long the law gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Term {
    pub days: u16,
    pub unit: Unit,
}

/// A time in which a clock stood still.
///
/// STORED: part of deadlines.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Suspension {
    /// First day that is not counted.
    pub from: Date,
    /// First day that is counted again; absent while it lasts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    pub reason: String,
    pub basis: Basis,
}

impl Suspension {
    /// Whether `day` is not counted.
    pub fn holds(&self, day: Date) -> bool {
        self.from <= day && self.until.is_none_or(|until| day < until)
    }
}

/// Days added to a clock by a decision that the party was told of before the clock ran out.
///
/// STORED: part of deadlines.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Extension {
    pub days: u16,
    /// The day the party was told.
    pub told: Date,
    pub reason: String,
    pub basis: Basis,
}

/// A clock with its budget and the ledger of all that moved it.
///
/// The last day is kept as it was told to the party, so a case folds to the same state without any
/// calendar; [`Deadline::reproject`] says when a changed calendar moves it, and why.
///
/// STORED: part of case events.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Deadline {
    /// The day that is not counted: day 1 is the next counted day (BASIS: 民法典 201).
    pub opened: Date,
    pub term: Term,
    pub basis: Basis,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub suspensions: Vec<Suspension>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extensions: Vec<Extension>,
    /// Absent while suspended, or while a year on the way has no official calendar.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<Date>,
}

/// Why a clock has no last day at present.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unknown {
    /// The official calendar of the year is not loaded.
    CalendarMissing(Missing),
    /// It stands still since this day.
    Suspended(Date),
    /// The date leaves the calendar of all days.
    BeyondCalendar,
}

impl From<Missing> for Unknown {
    fn from(missing: Missing) -> Self {
        Self::CalendarMissing(missing)
    }
}

impl fmt::Display for Unknown {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CalendarMissing(missing) => {
                write!(out, "{}年工作日历尚未发布，期限届满日待定", missing.year)
            }
            Self::Suspended(since) => write!(out, "期限自{since}起中止，恢复后继续计算"),
            Self::BeyondCalendar => out.write_str("期限超出可计算的日期"),
        }
    }
}

/// What moved the last day.
///
/// STORED: part of `reprojected` events. Add variants at the end only.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "cause", rename_all = "kebab-case")]
pub enum Cause {
    /// A notice of the State Council Office for a year on the way.
    Notice {
        year: i16,
        notice: String,
        /// Weekdays off and weekends worked that the clock met.
        days: Vec<Date>,
    },
    /// The clock stood still.
    Suspended(Suspension),
    /// Days were added.
    Extended(Extension),
    /// The counted end was a day of rest (BASIS: 民法典 203).
    Rolled { from: Date },
}

impl fmt::Display for Cause {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Notice { year, notice, days } => {
                let days: Vec<String> = days.iter().map(Date::to_string).collect();
                write!(
                    out,
                    "{year}年放假调休（{notice}）：{}",
                    if days.is_empty() {
                        "按周末计".to_owned()
                    } else {
                        days.join("、")
                    }
                )
            }
            Self::Suspended(pause) => match pause.until {
                Some(until) => write!(
                    out,
                    "{}至{until}前中止：{}（{}）",
                    pause.from, pause.reason, pause.basis
                ),
                None => write!(
                    out,
                    "自{}起中止：{}（{}）",
                    pause.from, pause.reason, pause.basis
                ),
            },
            Self::Extended(more) => write!(
                out,
                "延长{}日，{}告知：{}（{}）",
                more.days, more.told, more.reason, more.basis
            ),
            Self::Rolled { from } => {
                write!(out, "{from}为休息日，顺延到休息日之后")
            }
        }
    }
}

/// A last day and everything that moved it there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Projection {
    pub last: Date,
    pub causes: Vec<Cause>,
}

/// The last day moved.
///
/// STORED: part of `reprojected` events.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Shift {
    /// Absent where nobody could say before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    pub to: Date,
    pub on: Date,
    pub causes: Vec<Cause>,
}

/// Why a clock is not suspended, resumed or extended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unmoved {
    /// It stands still already.
    Suspended,
    /// It is running.
    Running,
    /// Its last day has passed.
    Over(Date),
    /// The day lies before the clock began, or before the last suspension ended.
    TooEarly,
    /// Nobody says why.
    NoReason,
}

impl fmt::Display for Unmoved {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Suspended => out.write_str("期限已经中止，须先恢复"),
            Self::Running => out.write_str("期限没有中止，无须恢复"),
            Self::Over(last) => write!(out, "期限已于{last}届满，不能再中止或者延长"),
            Self::TooEarly => out.write_str("日期早于期限起算日或者上一次中止结束日"),
            Self::NoReason => out.write_str("请写明中止或者延长的事由"),
        }
    }
}

/// Where a clock stands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    Running {
        last: Date,
    },
    Suspended {
        since: Date,
    },
    Over {
        last: Date,
    },
    /// Nobody can say yet: the official calendar is missing.
    Provisional,
}

impl Deadline {
    /// Opens a clock. A year without official calendar leaves its last day open, never guessed (R8).
    pub fn open(opened: Date, term: &Ruled<Term>, calendar: &Calendar) -> Self {
        Self::told(opened, *term.value(), term.basis().clone(), calendar)
    }

    /// Opens a clock whose term the case itself keeps, as an earlier step was told it.
    pub(crate) fn told(opened: Date, term: Term, basis: Basis, calendar: &Calendar) -> Self {
        let mut clock = Self {
            opened,
            term,
            basis,
            suspensions: Vec::new(),
            extensions: Vec::new(),
            last: None,
        };
        clock.last = clock.last_day(calendar).ok();
        clock
    }

    /// The suspension that lasts, if one does.
    pub fn suspended(&self) -> Option<&Suspension> {
        self.suspensions
            .last()
            .filter(|pause| pause.until.is_none())
    }

    /// Where the clock stands, by the last day that was told.
    pub fn standing(&self, today: Date) -> Standing {
        match (self.suspended(), self.last) {
            (Some(pause), _) => Standing::Suspended { since: pause.from },
            (None, Some(last)) if today > last => Standing::Over { last },
            (None, Some(last)) => Standing::Running { last },
            (None, None) => Standing::Provisional,
        }
    }

    /// Whether the last day has certainly passed. A clock without last day is never over.
    pub fn over(&self, today: Date) -> bool {
        matches!(self.standing(today), Standing::Over { .. })
    }

    /// Computes the last day from budget and ledger.
    pub fn last_day(&self, calendar: &Calendar) -> Result<Date, Unknown> {
        let counted = self.counted(calendar)?;
        self.rolled(counted, calendar)
    }

    /// Computes the last day with all that moved it.
    pub fn project(&self, calendar: &Calendar) -> Result<Projection, Unknown> {
        let counted = self.counted(calendar)?;
        let last = self.rolled(counted, calendar)?;
        let mut causes = self.ledger();
        if last != counted {
            causes.push(Cause::Rolled { from: counted });
        }
        let met = match self.term.unit {
            Unit::Working => self.opened,
            Unit::Calendar => counted.yesterday().unwrap_or(counted),
        };
        let special =
            |cause: &Cause| matches!(cause, Cause::Notice { days, .. } if !days.is_empty());
        causes.extend(notices(met, last, calendar).filter(special));
        Ok(Projection { last, causes })
    }

    /// Says whether `calendar` moves the last day that was told, and why.
    ///
    /// A clock that is over stays as it ended, and none is moved into the past: the party could not
    /// have known. A calendar that was withdrawn does not take back a day that was told.
    pub fn reproject(&self, today: Date, calendar: &Calendar) -> Option<Shift> {
        if self.over(today) {
            return None;
        }
        let mut found = self.project(calendar).ok()?;
        let to = found.last.max(today);
        let named = |cause: &Cause| matches!(cause, Cause::Notice { .. });
        if !found.causes.iter().any(named) {
            // A notice without special days on the way moved it all the same: the former one had some.
            found.causes.extend(notices(self.opened, to, calendar));
        }
        (self.last != Some(to)).then_some(Shift {
            from: self.last,
            to,
            on: today,
            causes: found.causes,
        })
    }

    /// The clock after a shift.
    #[must_use]
    pub fn shifted(mut self, shift: &Shift) -> Self {
        self.last = Some(shift.to);
        self
    }

    /// The clock standing still from `from` on, which must not be over by then.
    pub fn suspend(&self, from: Date, reason: &str, basis: &Basis) -> Result<Self, Unmoved> {
        let free = self
            .suspensions
            .last()
            .map_or(Some(self.opened), |pause| pause.until);
        let Some(free) = free else {
            return Err(Unmoved::Suspended);
        };
        if let Standing::Over { last } = self.standing(from) {
            return Err(Unmoved::Over(last));
        }
        if from < free {
            return Err(Unmoved::TooEarly);
        }
        if reason.trim().is_empty() {
            return Err(Unmoved::NoReason);
        }
        let mut clock = self.clone();
        clock.suspensions.push(Suspension {
            from,
            until: None,
            reason: reason.to_owned(),
            basis: basis.clone(),
        });
        clock.last = None;
        Ok(clock)
    }

    /// The clock running again from `until` on.
    pub fn resume(&self, until: Date, calendar: &Calendar) -> Result<Self, Unmoved> {
        let mut clock = self.clone();
        let Some(pause) = clock
            .suspensions
            .last_mut()
            .filter(|pause| pause.until.is_none())
        else {
            return Err(Unmoved::Running);
        };
        if until < pause.from {
            return Err(Unmoved::TooEarly);
        }
        pause.until = Some(until);
        clock.last = clock.last_day(calendar).ok();
        Ok(clock)
    }

    /// The clock with more days; the party must be told before it is over.
    pub fn extend(&self, more: Extension, calendar: &Calendar) -> Result<Self, Unmoved> {
        if let Standing::Over { last } = self.standing(more.told) {
            return Err(Unmoved::Over(last));
        }
        if more.told < self.opened {
            return Err(Unmoved::TooEarly);
        }
        if more.reason.trim().is_empty() {
            return Err(Unmoved::NoReason);
        }
        let mut clock = self.clone();
        clock.extensions.push(more);
        clock.last = clock.last_day(calendar).ok();
        Ok(clock)
    }

    /// Days in all: the budget and what was added.
    pub fn days(&self) -> u32 {
        let added = self.extensions.iter().map(|more| u32::from(more.days));
        u32::from(self.term.days) + added.sum::<u32>()
    }

    /// The last counted day, before an end on a day of rest rolls.
    fn counted(&self, calendar: &Calendar) -> Result<Date, Unknown> {
        if let Some(pause) = self.suspended() {
            return Err(Unknown::Suspended(pause.from));
        }
        let mut day = self.opened;
        let mut left = self.days();
        while left > 0 {
            day = self.awake(next(day)?);
            if self.term.unit == Unit::Calendar || calendar.is_working(day)? {
                left -= 1;
            }
        }
        Ok(day)
    }

    /// Where a counted end on a day of rest rolls to.
    fn rolled(&self, counted: Date, calendar: &Calendar) -> Result<Date, Unknown> {
        let mut end = counted;
        while self.term.unit == Unit::Calendar && !calendar.is_working(end)? {
            end = self.awake(next(end)?);
        }
        Ok(end)
    }

    /// The first day from `day` on that no ended suspension covers.
    fn awake(&self, day: Date) -> Date {
        let ended = |pause: &Suspension| pause.until.map(|until| (pause.from, until));
        let pauses = self.suspensions.iter().filter_map(ended);
        pauses.fold(day, |day, (from, until)| {
            if from <= day && day < until {
                until
            } else {
                day
            }
        })
    }

    fn ledger(&self) -> Vec<Cause> {
        let pauses = self.suspensions.iter().cloned().map(Cause::Suspended);
        let added = self.extensions.iter().cloned().map(Cause::Extended);
        pauses.chain(added).collect()
    }
}

fn next(day: Date) -> Result<Date, Unknown> {
    day.tomorrow().map_err(|_| Unknown::BeyondCalendar)
}

/// The notices of the years from `opened` to `last`, each with its special days on the way.
fn notices(opened: Date, last: Date, calendar: &Calendar) -> impl Iterator<Item = Cause> {
    let met = move |day: &Date| *day > opened && *day <= last;
    let weekend = |day: &Date| day.weekday().to_monday_one_offset() > 5;
    let years = (opened.year()..=last.year()).filter_map(|year| calendar.year(year));
    years.map(move |year| {
        let off = year.off.iter().filter(|day| !weekend(day));
        let mut days: Vec<Date> = off.chain(&year.work).copied().filter(met).collect();
        days.sort_unstable();
        Cause::Notice {
            year: year.year,
            notice: year.notice.clone(),
            days,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::Year;
    use jiff::ToSpan as _;
    use jiff::civil::date;
    use proptest::prelude::*;

    fn basis(article: &str) -> Basis {
        Basis {
            statute: "cn/test".into(),
            article: article.into(),
            confirmed: false,
        }
    }

    #[expect(clippy::disallowed_methods, reason = "a test states its own law")]
    fn term(days: u16, unit: Unit) -> Ruled<Term> {
        Ruled::by_law(Term { days, unit }, basis("第一条"))
    }

    fn year(year: i16, off: &[Date], work: &[Date]) -> Year {
        Year {
            year,
            notice: format!("国办发明电〔{year}〕1号"),
            notice_url: None,
            confirmed: false,
            off: off.iter().copied().collect(),
            work: work.iter().copied().collect(),
        }
    }

    fn plain() -> Calendar {
        Calendar::new((2024..=2030).map(|number| year(number, &[], &[])))
    }

    /// 2026 with its national holiday and the Saturday worked for it.
    fn festive() -> Calendar {
        let off: Vec<Date> = (1..=7).map(|day| date(2026, 10, day)).collect();
        Calendar::new([year(2026, &off, &[date(2026, 10, 10)])])
    }

    #[test]
    fn r8_a_clock_counts_working_days_and_names_the_notice_that_moved_it() {
        let clock = Deadline::open(date(2026, 9, 30), &term(7, Unit::Working), &festive());
        assert_eq!(clock.last, Some(date(2026, 10, 15)));
        let found = clock.project(&festive()).unwrap();
        let Some(Cause::Notice { notice, days, .. }) = found.causes.first() else {
            panic!("{:?}", found.causes);
        };
        assert_eq!(notice, "国办发明电〔2026〕1号");
        assert!(days.contains(&date(2026, 10, 10)) && days.contains(&date(2026, 10, 1)));
    }

    #[test]
    fn r8_a_year_without_calendar_leaves_the_last_day_open_until_it_is_loaded() {
        let clock = Deadline::open(date(2026, 12, 30), &term(3, Unit::Working), &festive());
        assert_eq!(clock.last, None);
        assert_eq!(clock.standing(date(2027, 3, 1)), Standing::Provisional);
        assert!(!clock.over(date(2027, 3, 1)), "nobody is late by a guess");
        let shift = clock.reproject(date(2026, 12, 31), &plain()).unwrap();
        assert_eq!((shift.from, shift.to), (None, date(2027, 1, 4)));
        assert_eq!(clock.shifted(&shift).last, Some(date(2027, 1, 4)));
    }

    #[test]
    fn issue_4_a_changed_calendar_moves_an_open_clock_and_says_why() {
        let clock = Deadline::open(date(2026, 9, 30), &term(7, Unit::Working), &plain());
        assert_eq!(clock.last, Some(date(2026, 10, 9)));
        let shift = clock.reproject(date(2026, 10, 8), &festive()).unwrap();
        assert_eq!(shift.to, date(2026, 10, 15));
        assert!(matches!(shift.causes.first(), Some(Cause::Notice { .. })));
        let moved = clock.clone().shifted(&shift);
        assert_eq!(
            moved.reproject(date(2026, 10, 8), &festive()),
            None,
            "idempotent"
        );
        let back = moved.reproject(date(2026, 10, 14), &plain()).unwrap();
        assert_eq!(back.to, date(2026, 10, 14), "never into the past");
        let named = back
            .causes
            .iter()
            .any(|cause| matches!(cause, Cause::Notice { .. }));
        assert!(named, "also a notice without special days is named");
        assert_eq!(
            clock.reproject(date(2026, 10, 10), &festive()),
            None,
            "over is over"
        );
    }

    #[test]
    fn a_clock_of_calendar_days_rolls_from_a_day_of_rest() {
        let clock = Deadline::open(date(2026, 9, 3), &term(30, Unit::Calendar), &festive());
        assert_eq!(clock.last, Some(date(2026, 10, 8)));
        let causes = clock.project(&festive()).unwrap().causes;
        assert_eq!(
            causes.first(),
            Some(&Cause::Rolled {
                from: date(2026, 10, 3)
            })
        );
        assert!(matches!(causes.get(1), Some(Cause::Notice { .. })));
    }

    #[test]
    fn a_suspended_clock_stands_still_and_goes_on_with_what_was_left() {
        let calendar = plain();
        let clock = Deadline::open(date(2026, 5, 12), &term(7, Unit::Working), &calendar);
        assert_eq!(clock.last, Some(date(2026, 5, 21)));
        let paused = clock
            .suspend(date(2026, 5, 15), "需要检验", &basis("第二条"))
            .unwrap();
        assert_eq!(
            paused.last_day(&calendar),
            Err(Unknown::Suspended(date(2026, 5, 15)))
        );
        assert!(!paused.over(date(2027, 5, 15)));
        let again = paused.resume(date(2026, 6, 1), &calendar).unwrap();
        assert_eq!(again.last, Some(date(2026, 6, 5)));
        let causes = again.project(&calendar).unwrap().causes;
        assert!(
            causes
                .iter()
                .any(|cause| cause.to_string().contains("需要检验"))
        );
    }

    #[test]
    fn a_clock_refuses_what_would_bend_it() {
        let calendar = plain();
        let clock = Deadline::open(date(2026, 5, 12), &term(7, Unit::Working), &calendar);
        let by = basis("第二条");
        let refused = |from, why| clock.suspend(from, why, &by).err();
        assert_eq!(refused(date(2026, 5, 11), "检验"), Some(Unmoved::TooEarly));
        assert_eq!(
            refused(date(2026, 5, 22), "检验"),
            Some(Unmoved::Over(date(2026, 5, 21)))
        );
        assert_eq!(refused(date(2026, 5, 15), " "), Some(Unmoved::NoReason));
        assert_eq!(
            clock.resume(date(2026, 5, 15), &calendar),
            Err(Unmoved::Running)
        );
        let paused = clock.suspend(date(2026, 5, 15), "检验", &by).unwrap();
        assert_eq!(
            paused.suspend(date(2026, 5, 18), "检验", &by),
            Err(Unmoved::Suspended)
        );
        assert_eq!(
            paused.resume(date(2026, 5, 14), &calendar),
            Err(Unmoved::TooEarly)
        );
        let more = |told| Extension {
            days: 5,
            told,
            reason: "情况复杂".to_owned(),
            basis: by.clone(),
        };
        let late = clock.extend(more(date(2026, 5, 22)), &calendar);
        assert_eq!(late, Err(Unmoved::Over(date(2026, 5, 21))));
        let longer = clock.extend(more(date(2026, 5, 21)), &calendar).unwrap();
        assert_eq!(longer.last, Some(date(2026, 5, 28)));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]

        #[test]
        fn suspending_never_shortens_a_clock(
            opened in 0..700_i64, days in 0..40_u16, working: bool,
            pauses in prop::collection::vec((0..20_i64, 0..60_i64), 0..4),
        ) {
            let calendar = plain();
            let unit = if working { Unit::Working } else { Unit::Calendar };
            let opened = date(2025, 1, 1) + opened.days();
            let mut clock = Deadline::open(opened, &term(days, unit), &calendar);
            let mut from = opened;
            for (gap, length) in pauses {
                from += gap.days();
                let told = clock.last.unwrap();
                let Ok(paused) = clock.suspend(from, "检验", &basis("第二条")) else { break };
                let until = from + length.days();
                clock = paused.resume(until, &calendar).unwrap();
                let last = clock.last.unwrap();
                prop_assert!(last >= told, "{told} -> {last}");
                prop_assert!(!clock.suspensions.iter().any(|pause| pause.holds(last)) || last == opened);
                prop_assert_eq!(clock.reproject(last, &calendar), None);
                from = until;
            }
            let text = serde_json::to_string(&clock).unwrap();
            prop_assert_eq!(serde_json::from_str::<Deadline>(&text).unwrap(), clock);
        }
    }
}
