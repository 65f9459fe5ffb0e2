//! The first stage for one entity, indicator by indicator.

use super::days::{cutoff, number};
use super::fact::Fact;
use super::points::{Graded, grade};
use super::scale::{Filter, Scale, Value};
use jiff::civil::Date;

impl Filter {
    /// Whether the filter lets a fact through as of `day`.
    pub fn takes(&self, fact: &Fact, day: i32) -> bool {
        self.takes_after(fact, day, cutoff(day, self.months))
    }

    pub(super) fn takes_after(&self, fact: &Fact, day: i32, cutoff: i32) -> bool {
        fact.weighs(day)
            && self.kinds.has(fact.kind)
            && (self.from..=self.to).contains(&fact.class)
            && fact.day > cutoff
    }
}

impl Value {
    /// Which facts it looks at; none for [`Value::Stated`].
    pub fn filter(&self) -> Option<&Filter> {
        match self {
            Self::Count(filter)
            | Self::Sum(filter)
            | Self::Worst(filter)
            | Self::Since(filter)
            | Self::Fading(filter) => Some(filter),
            Self::Stated => None,
        }
    }
}

/// The indicators of one entity in the order of the scale.
///
/// `stated` holds one value for each [`Value::Stated`] indicator, in their order; what is missing
/// is 0. Sums stop at the ends of `i64`.
pub fn indicators(scale: &Scale, facts: &[Fact], stated: &[i64], as_of: Date) -> Vec<i64> {
    indicators_on(scale, facts, stated, number(as_of))
}

pub(super) fn indicators_on(scale: &Scale, facts: &[Fact], stated: &[i64], day: i32) -> Vec<i64> {
    let mut stated = stated.iter().copied();
    let mut windows = Windows {
        day,
        known: Vec::new(),
    };
    let values = scale.indicators.iter().map(|indicator| {
        if let Some(filter) = indicator.value.filter() {
            let cutoff = windows.cutoff(filter.months);
            counted(&indicator.value, filter, facts, (day, cutoff))
        } else {
            stated.next().unwrap_or_default()
        }
    });
    values.collect()
}

pub(super) fn graded_on(scale: &Scale, facts: &[Fact], stated: &[i64], day: i32) -> Graded {
    grade(scale, &indicators_on(scale, facts, stated, day))
}

/// The windows of one day. Going back by calendar months costs more than to count the facts of an
/// entity, and a scale has few different windows.
struct Windows {
    day: i32,
    known: Vec<(Option<u16>, i32)>,
}

impl Windows {
    fn cutoff(&mut self, months: Option<u16>) -> i32 {
        let known = self.known.iter().find(|(known, _)| *known == months);
        if let Some((_, cutoff)) = known {
            return *cutoff;
        }
        let cutoff = cutoff(self.day, months);
        self.known.push((months, cutoff));
        cutoff
    }
}

fn counted(value: &Value, filter: &Filter, facts: &[Fact], (day, first): (i32, i32)) -> i64 {
    let taken = facts
        .iter()
        .filter(|fact| filter.takes_after(fact, day, first));
    match value {
        Value::Count(_) => taken.fold(0, |sum, _| sum + 1),
        Value::Sum(_) => taken.fold(0, |sum, fact| sum.saturating_add(fact.amount)),
        Value::Worst(_) => taken.map(|fact| fact.class as i64).max().unwrap_or(0),
        Value::Since(_) => {
            let latest = taken.map(|fact| fact.day).max();
            latest.map_or(-1, |latest| i64::from(day) - i64::from(latest))
        }
        // A scale whose fading indicator has no window is refused by its loader; it weighs nothing.
        Value::Fading(_) if filter.months.is_none() => 0,
        Value::Fading(_) => taken
            .map(|fact| i64::from(fact.day) - i64::from(first))
            .sum(),
        Value::Stated => 0,
    }
}
