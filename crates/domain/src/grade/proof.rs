//! Proof that a scale never punishes the end of an adverse fact.
//!
//! Claim: when one adverse fact of an entity stops weighing (repaired, revoked, its term over), and
//! nothing else changes, neither score nor grade gets worse. Amounts are not negative.
//!
//! How it is proved. Adverse facts fall into finitely many sorts: kind, class, and which windows hold
//! their day. Taking one fact of a sort away moves the indicators that take the sort, and no others,
//! in a known direction: a count falls by one, a sum or a fading weight by any part, the worst class
//! to any lower one, the days since the latest rise or become -1. Items without such an indicator
//! keep their points. The others are put together where they share an indicator, and for each such
//! cluster every combination of moves is tried: if the cluster loses points in none, the sum of all
//! items does not fall, and limits and grades follow the sum in one direction only. Floors are
//! looked at one by one.
//!
//! The bound. An item tells values apart only at its steps, its cap, its window and at 0; between
//! two of these its points are constant or go in one direction by the same rule, so the values at
//! and beside each of them, and 0 to [`SMALL`], stand for all. A share has two variables; it is
//! tried for every pair up to [`SMALL`] above its least whole. Beyond that `part / whole` with one
//! taken from both moves as it does below. Counts of which one filter lies inside the other never
//! take values the wrong way round. Combinations above [`TRIED`] for a cluster are not tried:
//! the scale then counts as not proved.
//!
//! What is found may be too strict: clusters are taken as independent of each other, so a loss in one
//! is reported though the same fact may always bring a gain in another.

use super::fact::{Class, Kind};
use super::points::item_points;
use super::scale::{Filter, Floor, Indicator, Item, Points, Scale, Value};
use std::collections::BTreeSet;
use std::fmt;

/// Values from 0 on that are always tried.
const SMALL: i64 = 12;

/// Combinations tried for one sort of fact and one cluster of items.
const TRIED: usize = 4_000_000;

/// Where a scale makes the end of an adverse fact a disadvantage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counterexample {
    pub kind: Kind,
    pub class: Class,
    pub fault: Fault,
    /// Name, value before and after the fact is taken away.
    pub indicators: Vec<(String, i64, i64)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Names of items that move, points before and after.
    Points(Vec<(String, i32, i32)>),
    /// Name of a floor that is reached only afterwards.
    Floor(String),
    /// Too many combinations to be tried.
    TooMany(Vec<String>),
}

impl fmt::Display for Counterexample {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "一条{}{}记录", self.class.name(), self.kind.name())?;
        match &self.fault {
            Fault::Points(items) => {
                write!(out, "失效后总分反而下降：")?;
                for (name, before, after) in items {
                    write!(out, "计分项“{name}”由{before}分变为{after}分；")?;
                }
            }
            Fault::Floor(name) => write!(out, "失效后反而触发直接判级“{name}”；")?,
            Fault::TooMany(names) => {
                let names = names.join("、");
                return write!(out, "失效的影响组合过多，未能证明（计分项：{names}）");
            }
        }
        let moved: Vec<String> = self
            .indicators
            .iter()
            .map(|(name, before, after)| format!("{name} {before}→{after}"))
            .collect();
        write!(out, "此时指标为：{}", moved.join("，"))
    }
}

/// Looks for an adverse fact whose end lowers the score or the grade; `None` proves there is none.
pub fn worsening(scale: &Scale) -> Option<Counterexample> {
    sorts(scale).into_iter().find_map(|sort| {
        let bad_floor = scale.floors.iter().find_map(|floor| sort.floor(floor));
        bad_floor.or_else(|| sort.clusters().iter().find_map(|items| sort.cluster(items)))
    })
}

/// Facts that the scale treats alike.
struct Sort<'a> {
    scale: &'a Scale,
    kind: Kind,
    class: Class,
    /// Places of the indicators that take such a fact.
    takers: Vec<usize>,
}

fn sorts(scale: &Scale) -> Vec<Sort<'_>> {
    // A fact of this age in months lies in the windows of more months.
    let filters = scale.indicators.iter().filter_map(|one| one.value.filter());
    let ages: BTreeSet<u16> = filters
        .filter_map(|filter| filter.months)
        .chain([0])
        .collect();
    let mut sorts = Vec::new();
    for kind in Kind::ALL.into_iter().filter(|kind| kind.adverse()) {
        for class in Class::ALL {
            for age in &ages {
                let takes = |filter: &Filter| {
                    filter.kinds.has(kind)
                        && (filter.from..=filter.to).contains(&class)
                        && filter.months.is_none_or(|months| months > *age)
                };
                let places = scale.indicators.iter().enumerate();
                let takers = places.filter(|(_, one)| one.value.filter().is_some_and(takes));
                sorts.push(Sort {
                    scale,
                    kind,
                    class,
                    takers: takers.map(|(place, _)| place).collect(),
                });
            }
        }
    }
    sorts
}

/// The value of an indicator before and after.
type Move = (i64, i64);

impl Sort<'_> {
    fn indicator(&self, of: usize) -> Option<&Indicator> {
        self.scale.indicators.get(of)
    }

    fn floor(&self, floor: &Floor) -> Option<Counterexample> {
        if floor.grade == 0 {
            return None;
        }
        let moves = self.moves(floor.of);
        let reached = moves
            .into_iter()
            .find(|(before, after)| *before < floor.least && *after >= floor.least)?;
        Some(self.report(&[floor.of], &[reached], Fault::Floor(floor.name.clone())))
    }

    /// Items whose points the fact may move, put together where they share an indicator.
    fn clusters(&self) -> Vec<Vec<&Item>> {
        let mut clusters: Vec<(BTreeSet<usize>, Vec<&Item>)> = Vec::new();
        for item in &self.scale.items {
            let mut places = places(item);
            if !places.iter().any(|of| self.takers.contains(of)) {
                continue;
            }
            let mut items = vec![item];
            let (joined, apart) = clusters
                .into_iter()
                .partition(|(seen, _): &(BTreeSet<usize>, _)| !seen.is_disjoint(&places));
            clusters = apart;
            for (seen, others) in joined {
                places.extend(seen);
                items.extend(others);
            }
            clusters.push((places, items));
        }
        clusters.into_iter().map(|(_, items)| items).collect()
    }

    fn cluster(&self, items: &[&Item]) -> Option<Counterexample> {
        let places: BTreeSet<usize> = items.iter().flat_map(|item| places(item)).collect();
        let places: Vec<usize> = places.into_iter().collect();
        let moves: Vec<Vec<Move>> = places.iter().map(|of| self.moves(*of)).collect();
        let size = moves
            .iter()
            .try_fold(1usize, |size, moves| size.checked_mul(moves.len()));
        if size.is_none_or(|size| size > TRIED) {
            let names = items.iter().map(|item| item.name.clone()).collect();
            return Some(self.report(&[], &[], Fault::TooMany(names)));
        }
        let mut chosen = Vec::new();
        self.try_all(&places, &moves, &mut chosen, items)
    }

    fn try_all(
        &self,
        places: &[usize],
        moves: &[Vec<Move>],
        chosen: &mut Vec<Move>,
        items: &[&Item],
    ) -> Option<Counterexample> {
        let Some(next) = moves.get(chosen.len()) else {
            return self.loses(places, chosen, items);
        };
        next.iter().find_map(|one| {
            chosen.push(*one);
            let found = (self.possible(places, chosen))
                .then(|| self.try_all(places, moves, chosen, items))
                .flatten();
            chosen.pop();
            found
        })
    }

    /// Whether no count exceeds the count of a wider filter.
    fn possible(&self, places: &[usize], chosen: &[Move]) -> bool {
        let Some(((last, of), before)) = chosen.iter().zip(places).next_back().zip(
            chosen
                .len()
                .checked_sub(1)
                .map(|end| chosen.iter().zip(places).take(end)),
        ) else {
            return true;
        };
        let mut earlier = before;
        earlier.all(|(other, other_of)| {
            let under = |a: &Move, b: &Move| a.0 <= b.0 && a.1 <= b.1;
            (!self.inside(*of, *other_of) || under(last, other))
                && (!self.inside(*other_of, *of) || under(other, last))
        })
    }

    fn inside(&self, inner: usize, outer: usize) -> bool {
        let count = |of: usize| match self.indicator(of).map(|one| &one.value) {
            Some(Value::Count(filter)) => Some(filter),
            _ => None,
        };
        let Some((inner, outer)) = count(inner).zip(count(outer)) else {
            return false;
        };
        let within = outer
            .months
            .is_none_or(|outer| inner.months.is_some_and(|inner| inner <= outer));
        inner.kinds.0 & !outer.kinds.0 == 0
            && outer.from <= inner.from
            && inner.to <= outer.to
            && within
    }

    fn loses(&self, places: &[usize], moves: &[Move], items: &[&Item]) -> Option<Counterexample> {
        let (mut before, mut after) = (self.zeros(), self.zeros());
        for (of, (old, new)) in places.iter().zip(moves) {
            set(&mut before, *of, *old);
            set(&mut after, *of, *new);
        }
        let points = items.iter().map(|item| {
            let (old, new) = (item_points(item, &before), item_points(item, &after));
            (item.name.clone(), old, new)
        });
        let change = |item: &&Item| {
            i64::from(item_points(item, &after)) - i64::from(item_points(item, &before))
        };
        if items.iter().map(change).sum::<i64>() >= 0 {
            return None;
        }
        let moved = points.filter(|(_, old, new)| old != new).collect();
        Some(self.report(places, moves, Fault::Points(moved)))
    }

    fn zeros(&self) -> Vec<i64> {
        vec![0; self.scale.indicators.len()]
    }

    fn report(&self, places: &[usize], moves: &[Move], fault: Fault) -> Counterexample {
        let indicators = places
            .iter()
            .zip(moves)
            .filter_map(|(of, (old, new))| Some((self.indicator(*of)?.name.clone(), *old, *new)));
        Counterexample {
            kind: self.kind,
            class: self.class,
            fault,
            indicators: indicators.collect(),
        }
    }

    /// How an indicator may move when such a fact is taken away.
    fn moves(&self, of: usize) -> Vec<Move> {
        let Some(one) = self.indicator(of) else {
            return vec![(0, 0)];
        };
        let values = told_apart(self.scale, of);
        let still = || values.iter().map(|value| (*value, *value));
        if !self.takers.contains(&of) {
            return match one.value {
                Value::Since(_) | Value::Stated => still().chain([(-1, -1)]).collect(),
                _ => still().collect(),
            };
        }
        let pairs = || {
            let all = values.iter().flat_map(|a| values.iter().map(|b| (*a, *b)));
            all.collect::<Vec<Move>>().into_iter()
        };
        let own = i64::from(self.class as u8);
        match &one.value {
            Value::Count(_) => {
                let some = values.iter().filter(|value| **value > 0);
                some.map(|value| (*value, value - 1)).collect()
            }
            Value::Sum(_) | Value::Fading(_) => pairs().filter(|(a, b)| a >= b).collect(),
            Value::Worst(_) => (own..=3)
                .flat_map(|a| (0..=a).map(move |b| (a, b)))
                .collect(),
            Value::Since(_) => {
                let gone = values.iter().map(|value| (*value, -1));
                pairs().filter(|(a, b)| b >= a).chain(gone).collect()
            }
            Value::Stated => still().collect(),
        }
    }
}

fn set(values: &mut [i64], of: usize, value: i64) {
    if let Some(place) = values.get_mut(of) {
        *place = value;
    }
}

fn places(item: &Item) -> BTreeSet<usize> {
    item.points
        .places()
        .into_iter()
        .chain(item.unless)
        .collect()
}

/// Values of an indicator that stand for all others; none is negative.
fn told_apart(scale: &Scale, of: usize) -> BTreeSet<i64> {
    let mut values: BTreeSet<i64> = (0..=SMALL).collect();
    let mut beside =
        |value: i64| values.extend([value.saturating_sub(1), value, value.saturating_add(1)]);
    for item in &scale.items {
        if !item.points.places().contains(&of) {
            continue;
        }
        match &item.points {
            Points::Each { most, .. } => beside(i64::from(*most)),
            Points::Steps { steps, .. } => steps.iter().for_each(|(from, _)| beside(*from)),
            Points::Share { least, .. } => {
                (0..=SMALL).for_each(|more| beside(least.saturating_add(more)))
            }
            Points::Faded {
                each, window, most, ..
            } => {
                beside(i64::from(*window));
                let cap = i64::from(*most).saturating_mul(i64::from(*window));
                beside(cap.checked_div(i64::from(*each).abs()).unwrap_or_default());
            }
        }
    }
    let floors = scale.floors.iter().filter(|floor| floor.of == of);
    floors.for_each(|floor| beside(floor.least));
    values.retain(|value| *value >= 0);
    values
}
