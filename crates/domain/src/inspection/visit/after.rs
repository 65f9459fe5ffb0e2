//! What comes after the inspectors left: the end, the result, and looking again.

use super::decide::At;
use super::{Event, Refusal, Stage};
use jiff::civil::Date;

impl At<'_> {
    /// Ends a visit whose last record found no time in the law. The clock runs from the day that
    /// record arrived, not from the day somebody says that it ended.
    pub(super) fn end(&self) -> Result<Event, Refusal> {
        self.lead()?;
        let Stage::Begun(begun) = &self.case.stage else {
            return Err(self.out_of_step());
        };
        let items = self.case.missing();
        let basis = self.given.order();
        let (true, Some(recorded)) = (items.is_empty(), begun.recorded()) else {
            return Err(Refusal::Missing { items, basis });
        };
        self.ended(recorded).ok_or(Refusal::Silent {
            what: "公示检查结果的期限",
        })
    }

    /// The end, with the clock to show the result; none where the law names no time.
    pub(super) fn ended(&self, recorded: Date) -> Option<Event> {
        Some(Event::Ended {
            clock: crate::clock::open(recorded, self.given.law.result, self.given.law.calendar)?,
            by: self.by.clone(),
            on: self.given.today,
        })
    }

    /// Shows the result, also late.
    pub(super) fn publish(&self) -> Result<Event, Refusal> {
        self.lead()?;
        let clock = self.case.clocks.open(super::RESULT);
        let (Stage::Ended(_), Some(clock)) = (&self.case.stage, clock) else {
            return Err(self.out_of_step());
        };
        let silent = Refusal::Silent {
            what: "检查结果公示多久",
        };
        let shown = self.given.law.shown.ok_or_else(|| silent.clone())?;
        let ends = self.given.today.checked_add(shown.value().keep);
        Ok(Event::Published {
            by: self.by.clone(),
            on: self.given.today,
            late: clock.deadline.over(self.given.today),
            ends: ends.map_err(|_| silent)?,
            basis: shown.basis().clone(),
        })
    }

    /// Lets the organ look again at an item with a problem.
    pub(super) fn set(&self, item: String, what: String, by_day: Date) -> Result<Event, Refusal> {
        let begun = self.case.begun().ok_or_else(|| self.out_of_step())?;
        let basis = self.given.order();
        if self.part()?.item(&item).is_none() {
            return Err(Refusal::OtherItem { item, basis });
        }
        if !begun.outcome(&item).is_some_and(|outcome| outcome.problem) {
            return Err(Refusal::NoProblem { item, basis });
        }
        if self.open(&item).is_some() {
            return Err(Refusal::FollowUpOpen { item });
        }
        self.said(&what, "后续处理的内容")?;
        if by_day < self.given.today {
            return Err(Refusal::Past { day: by_day });
        }
        Ok(Event::FollowUpSet {
            item,
            what,
            by_day,
            by: self.by.clone(),
            on: self.given.today,
        })
    }

    /// Looks again, also late.
    pub(super) fn follow(&self, item: String, words: String) -> Result<Event, Refusal> {
        if self.part()?.item(&item).is_none() {
            let basis = self.given.order();
            return Err(Refusal::OtherItem { item, basis });
        }
        let Some(by_day) = self.open(&item) else {
            return Err(Refusal::NoFollowUp { item });
        };
        self.said(&words, "后续处理的结果")?;
        Ok(Event::FollowedUp {
            item,
            words,
            by: self.by.clone(),
            on: self.given.today,
            late: self.given.today > by_day,
        })
    }

    /// The last day of the open follow-up of an item.
    fn open(&self, item: &str) -> Option<Date> {
        let mut tasks = self.case.follow_ups().iter();
        let open = tasks.find(|task| task.item == item && task.done.is_none());
        open.map(|task| task.by_day)
    }
}
