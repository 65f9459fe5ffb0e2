//! The next day on which a grade changes although nothing new happens.

use super::count::{graded_on, indicators_on};
use super::days::{cutoff, date, leaves, number};
use super::fact::Fact;
use super::points::value;
use super::scale::{Points, Scale, Value};
use jiff::civil::Date;

/// How far ahead is looked, in days: a hundred years.
const HORIZON: i32 = 36_525;

/// The first day after `day` on which score or grade differ from those of `day` although no fact
/// comes in: a fact ends or leaves its window, or an indicator that moves by itself crosses a step.
///
/// The run of a day needs to look again only at entities with new facts and at those whose next
/// change has come. `None` where nothing changes within a hundred years.
pub fn next_change(scale: &Scale, facts: &[Fact], stated: &[i64], day: Date) -> Option<Date> {
    let begin = number(day);
    let now = graded_on(scale, facts, stated, begin);
    let mut moments = Moments::new(scale, facts, stated, begin);
    let changed = moments.find(|day| graded_on(scale, facts, stated, *day) != now);
    changed.and_then(date)
}

/// The days after a day on which an indicator may take another value than the day before, ascending;
/// days on which no item or floor could tell the difference are left out.
pub(super) struct Moments<'a> {
    scale: &'a Scale,
    facts: &'a [Fact],
    stated: &'a [i64],
    day: i32,
    last: i32,
    /// Days on which the set of counted facts changes, ascending.
    turns: Vec<i32>,
    /// Indicators that move from day to day, with what their items can tell apart.
    movers: Vec<(usize, Sees)>,
}

/// Which values of a moving indicator its items and floors tell apart.
enum Sees {
    /// These values are reached from below, ascending.
    Limits(Vec<i64>),
    /// Every value up to this one.
    All(i64),
}

impl<'a> Moments<'a> {
    pub(super) fn new(scale: &'a Scale, facts: &'a [Fact], stated: &'a [i64], day: i32) -> Self {
        let moving = |of: &usize| {
            let one = scale.indicators.get(*of).map(|one| &one.value);
            matches!(one, Some(Value::Since(_) | Value::Fading(_)))
        };
        let places = (0..scale.indicators.len()).filter(moving);
        Self {
            scale,
            facts,
            stated,
            day,
            last: day.saturating_add(HORIZON),
            turns: turns(scale, facts, day),
            movers: places.map(|of| (of, sees(scale, of))).collect(),
        }
    }

    fn next_move(&self) -> Option<i32> {
        if self.movers.is_empty() {
            return None;
        }
        let values = indicators_on(self.scale, self.facts, self.stated, self.day);
        let days = self.movers.iter().filter_map(|(of, sees)| {
            let now = value(&values, *of);
            let ahead = sees.ahead(self.scale, *of, now)?;
            self.day.checked_add(i32::try_from(ahead).ok()?)
        });
        days.min()
    }
}

impl Iterator for Moments<'_> {
    type Item = i32;

    fn next(&mut self) -> Option<i32> {
        let turn = self.turns.iter().find(|turn| **turn > self.day).copied();
        let next = turn.into_iter().chain(self.next_move()).min()?;
        self.day = next;
        (next <= self.last).then_some(next)
    }
}

impl Sees {
    /// Days until the indicator, now at `now`, takes a value that makes a difference.
    fn ahead(&self, scale: &Scale, of: usize, now: i64) -> Option<i64> {
        let one = scale.indicators.get(of)?;
        if matches!(one.value, Value::Fading(_)) {
            return (now > 0).then_some(1);
        }
        if now < 0 {
            return None;
        }
        match self {
            Self::Limits(limits) => limits
                .iter()
                .find(|limit| **limit > now)
                .map(|limit| limit - now),
            Self::All(most) => (now < *most).then_some(1),
        }
    }
}

fn sees(scale: &Scale, of: usize) -> Sees {
    let mut limits = Vec::new();
    let mut most = None;
    for item in &scale.items {
        if item.unless == Some(of) {
            limits.push(1);
        }
        if !item.points.places().contains(&of) {
            continue;
        }
        match &item.points {
            Points::Steps { steps, .. } => limits.extend(steps.iter().map(|(from, _)| *from)),
            Points::Each { most: cap, .. } => most = most.max(Some(i64::from(*cap))),
            Points::Share { .. } | Points::Faded { .. } => most = Some(i64::MAX),
        }
    }
    let floors = scale.floors.iter().filter(|floor| floor.of == of);
    limits.extend(floors.map(|floor| floor.least));
    limits.sort_unstable();
    match most {
        // A limit beyond the cap is reached day by day, too.
        Some(most) => Sees::All(limits.last().copied().unwrap_or(0).max(most)),
        None => Sees::Limits(limits),
    }
}

fn turns(scale: &Scale, facts: &[Fact], day: i32) -> Vec<i32> {
    let mut months: Vec<u16> = scale
        .indicators
        .iter()
        .filter_map(|one| one.value.filter()?.months)
        .collect();
    months.sort_unstable();
    months.dedup();
    let mut turns: Vec<i32> = Vec::new();
    for fact in facts.iter().filter(|fact| fact.gone > day) {
        turns.extend([fact.day, fact.known, fact.gone]);
        let held = months
            .iter()
            .filter(|months| fact.day > cutoff(day, Some(**months)));
        turns.extend(held.filter_map(|months| leaves(fact.day, *months)));
    }
    turns.retain(|turn| *turn > day && *turn < i32::MAX);
    turns.sort_unstable();
    turns.dedup();
    turns
}
