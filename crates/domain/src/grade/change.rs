//! The next day on which a grade changes although nothing new happens.

use super::count::{graded_on, indicators_on};
use super::days::{cutoff, date, leaves, number};
use super::fact::Fact;
use super::points::{Graded, faded, value};
use super::scale::{Filter, Points, Scale, Value};
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
    let changed = moments.find(|(_, graded)| *graded != now);
    changed.and_then(|(day, _)| date(day))
}

/// The days after a day on which points may differ from the day before, ascending, with the answer
/// of the day.
pub(super) struct Moments<'a> {
    scale: &'a Scale,
    facts: Vec<Fact>,
    stated: &'a [i64],
    day: i32,
    last: i32,
    /// Days on which the set of counted facts changes, ascending, not yet passed.
    turns: std::vec::IntoIter<i32>,
    turn: Option<i32>,
    /// Indicators that move from day to day, with what is made of them.
    movers: Vec<(usize, Vec<Use>)>,
}

/// What an item or a floor tells apart of an indicator that moves by itself.
enum Use {
    /// Whether it is at least this much.
    From(i64),
    /// Every value up to this one.
    UpTo(i64),
    /// The points of a [`Points::Faded`] item.
    Parts { each: i32, window: i32, most: i32 },
}

impl<'a> Moments<'a> {
    pub(super) fn new(scale: &'a Scale, facts: &[Fact], stated: &'a [i64], day: i32) -> Self {
        let filters = || scale.indicators.iter().filter_map(|one| one.value.filter());
        let taken = |fact: &&Fact| fact.gone > day && filters().any(|filter| sorted(filter, fact));
        let facts: Vec<Fact> = facts.iter().filter(taken).copied().collect();
        let moves = |of: &usize| {
            let one = scale.indicators.get(*of).map(|one| &one.value);
            matches!(one, Some(Value::Since(_) | Value::Fading(_)))
        };
        let places = (0..scale.indicators.len()).filter(moves);
        let mut turns = turns(scale, &facts, day).into_iter();
        Self {
            scale,
            stated,
            day,
            last: day.saturating_add(HORIZON),
            turn: turns.next(),
            turns,
            movers: places.map(|of| (of, uses(scale, of))).collect(),
            facts,
        }
    }

    fn next_move(&self) -> Option<i32> {
        if self.movers.is_empty() {
            return None;
        }
        let values = indicators_on(self.scale, &self.facts, self.stated, self.day);
        let days = self.movers.iter().filter_map(|(of, uses)| {
            let now = value(&values, *of);
            match &self.scale.indicators.get(*of)?.value {
                Value::Since(_) if now >= 0 => {
                    let next = uses.iter().filter_map(|one| one.above(now)).min()?;
                    self.day.checked_add(i32::try_from(next - now).ok()?)
                }
                Value::Fading(filter) if now > 0 => {
                    let next = uses.iter().filter_map(|one| one.below(now)).max()?;
                    self.fades_to(filter, next)
                }
                _ => None,
            }
        });
        days.min()
    }

    /// The first day on which the facts counted today weigh no more than `target` together.
    fn fades_to(&self, filter: &Filter, target: i64) -> Option<i32> {
        let last = cutoff(self.day, filter.months);
        let counted = self.facts.iter();
        let counted = counted.filter(|fact| filter.takes_after(fact, self.day, last));
        let (many, days) = counted.fold((0i64, 0i64), |(many, days), fact| {
            (many + 1, days + i64::from(fact.day))
        });
        let last = i32::try_from(above(days - target, many)).ok()?;
        leaves(last, filter.months?)
    }
}

impl Iterator for Moments<'_> {
    type Item = (i32, Graded);

    fn next(&mut self) -> Option<(i32, Graded)> {
        let next = self.turn.into_iter().chain(self.next_move()).min()?;
        while self.turn.is_some_and(|turn| turn <= next) {
            self.turn = self.turns.next();
        }
        self.day = next;
        (next <= self.last).then(|| {
            let graded = graded_on(self.scale, &self.facts, self.stated, next);
            (next, graded)
        })
    }
}

impl Use {
    /// The least value above `now` that makes a difference.
    fn above(&self, now: i64) -> Option<i64> {
        match *self {
            Self::From(least) => (least > now).then_some(least),
            Self::UpTo(most) => (now < most).then_some(now + 1),
            Self::Parts { each, window, most } => {
                let size = faded(now, each, window, most).abs();
                let next = (each != 0 && window > 0 && size < i64::from(most))
                    .then(|| above((size + 1) * i64::from(window), i64::from(each).abs()));
                next.filter(|next| *next > now)
            }
        }
    }

    /// The greatest value below `now` that makes a difference; `now` is above 0.
    fn below(&self, now: i64) -> Option<i64> {
        match *self {
            Self::From(least) => (least <= now).then_some(least - 1),
            Self::UpTo(most) => Some(now.min(most) - 1),
            Self::Parts { each, window, most } => {
                let size = faded(now, each, window, most).abs();
                (size > 0).then(|| above(size * i64::from(window), i64::from(each).abs()) - 1)
            }
        }
        .filter(|next| *next >= 0)
    }
}

/// `of / by` rounded up; 0 by nothing.
fn above(of: i64, by: i64) -> i64 {
    let down = of.checked_div_euclid(by).unwrap_or_default();
    down + i64::from(down * by < of)
}

fn uses(scale: &Scale, of: usize) -> Vec<Use> {
    let mut uses = Vec::new();
    for item in &scale.items {
        if item.unless == Some(of) {
            uses.push(Use::From(1));
        }
        if !item.points.places().contains(&of) {
            continue;
        }
        match &item.points {
            Points::Steps { steps, .. } => {
                uses.extend(steps.iter().map(|(from, _)| Use::From(*from)));
            }
            Points::Each { most, .. } => uses.push(Use::UpTo(i64::from(*most))),
            Points::Share { .. } => uses.push(Use::UpTo(i64::MAX)),
            Points::Faded {
                each, window, most, ..
            } => uses.push(Use::Parts {
                each: *each,
                window: *window,
                most: *most,
            }),
        }
    }
    let floors = scale.floors.iter().filter(|floor| floor.of == of);
    uses.extend(floors.map(|floor| Use::From(floor.least)));
    uses
}

/// Whether the filter may ever take the fact.
fn sorted(filter: &Filter, fact: &Fact) -> bool {
    filter.kinds.has(fact.kind) && (filter.from..=filter.to).contains(&fact.class)
}

fn turns(scale: &Scale, facts: &[Fact], day: i32) -> Vec<i32> {
    let mut turns: Vec<i32> = Vec::new();
    let mut months: Vec<u16> = Vec::new();
    for fact in facts {
        turns.extend([fact.day, fact.known, fact.gone]);
        let filters = scale.indicators.iter().filter_map(|one| one.value.filter());
        let filters = filters.filter(|filter| sorted(filter, fact));
        months.extend(filters.filter_map(|filter| filter.months));
        months.sort_unstable();
        months.dedup();
        // A window of so many days at most; what left it before today need not be reckoned.
        let held = |months: &u16| i32::from(*months) * 31 + 3 > day.saturating_sub(fact.day);
        let left = months.drain(..).filter(held);
        turns.extend(left.filter_map(|months| leaves(fact.day, months)));
    }
    turns.retain(|turn| *turn > day && *turn < i32::MAX);
    turns.sort_unstable();
    turns.dedup();
    turns
}
