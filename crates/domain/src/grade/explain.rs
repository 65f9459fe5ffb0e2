//! One entity in full: every point with its item, its article and the records behind it.

use super::count::indicators_on;
use super::days::{cutoff, date, number};
use super::fact::Fact;
use super::points::{Graded, by_score, grade, held_back, item_points, value};
use super::scale::{Floor, Indicator, Item, Points, Scale, Value};
use crate::basis::Basis;
use jiff::civil::Date;

/// Why an entity has its grade.
#[derive(Debug, Clone)]
pub struct Explained<'a> {
    pub scale: &'a Scale,
    pub as_of: Date,
    /// In the order of [`Scale::indicators`].
    pub indicators: Vec<Counted<'a>>,
    /// In the order of [`Scale::items`], those without points too.
    pub points: Vec<Point<'a>>,
    /// Floors that are reached, even where the score alone gives a grade as bad.
    pub floors: Vec<Hit<'a>>,
    /// Start and all points together, before the score is kept within its limits.
    pub free: i64,
    /// Place of the grade that the score alone would give.
    pub by_score: u8,
    pub graded: Graded,
}

/// An indicator with the facts that were counted.
#[derive(Debug, Clone)]
pub struct Counted<'a> {
    pub indicator: &'a Indicator,
    pub value: i64,
    /// Ledger entries of the facts; of the latest or the worst only, where only they matter.
    pub records: Vec<u64>,
}

/// What one item gave.
#[derive(Debug, Clone)]
pub struct Point<'a> {
    pub item: &'a Item,
    pub points: i32,
    /// The indicator that held the item back, where one did.
    pub held_by: Option<&'a Indicator>,
    /// Places of the indicators the points come from.
    pub from: Vec<usize>,
    /// Ledger entries behind them; ascending, each once.
    pub records: Vec<u64>,
    pub basis: &'a Basis,
}

/// A floor that was reached.
#[derive(Debug, Clone)]
pub struct Hit<'a> {
    pub floor: &'a Floor,
    pub value: i64,
    pub records: Vec<u64>,
    pub basis: &'a Basis,
}

impl Points {
    /// Places of the indicators it looks at.
    pub fn places(&self) -> Vec<usize> {
        match self {
            Self::Each { of, .. } | Self::Steps { of, .. } | Self::Faded { of, .. } => vec![*of],
            Self::Share { part, whole, .. } => vec![*part, *whole],
        }
    }
}

/// Explains the grade of one entity; `stated` as for [`super::indicators`].
pub fn explain<'a>(scale: &'a Scale, facts: &[Fact], stated: &[i64], as_of: Date) -> Explained<'a> {
    let day = number(as_of);
    let values = indicators_on(scale, facts, stated, day);
    let indicators: Vec<Counted<'a>> = scale
        .indicators
        .iter()
        .zip(&values)
        .map(|(indicator, value)| Counted {
            indicator,
            value: *value,
            records: behind(&indicator.value, facts, day),
        })
        .collect();
    let points: Vec<Point<'a>> = scale
        .items
        .iter()
        .map(|item| point(scale, item, &values, &indicators))
        .collect();
    let graded = grade(scale, &values);
    let sum: i64 = points.iter().map(|point| i64::from(point.points)).sum();
    Explained {
        scale,
        as_of,
        floors: hits(scale, &values, &indicators),
        indicators,
        points,
        free: i64::from(scale.start) + sum,
        by_score: by_score(scale, graded.score),
        graded,
    }
}

fn point<'a>(
    scale: &'a Scale,
    item: &'a Item,
    values: &[i64],
    counted: &[Counted<'_>],
) -> Point<'a> {
    let from = item.points.places();
    let holder = item.unless.filter(|_| held_back(item, values));
    let behind = from.iter().chain(&holder);
    Point {
        item,
        points: item_points(item, values),
        held_by: holder.and_then(|of| scale.indicators.get(of)),
        records: records(counted, behind),
        from,
        basis: &item.basis,
    }
}

fn hits<'a>(scale: &'a Scale, values: &[i64], counted: &[Counted<'_>]) -> Vec<Hit<'a>> {
    let reached = scale
        .floors
        .iter()
        .filter(|floor| value(values, floor.of) >= floor.least);
    let hit = |floor: &'a Floor| Hit {
        floor,
        value: value(values, floor.of),
        records: records(counted, [floor.of].iter()),
        basis: &floor.basis,
    };
    reached.map(hit).collect()
}

fn records<'p>(counted: &[Counted<'_>], places: impl Iterator<Item = &'p usize>) -> Vec<u64> {
    let mut records: Vec<u64> = places
        .filter_map(|of| counted.get(*of))
        .flat_map(|counted| counted.records.iter().copied())
        .collect();
    records.sort_unstable();
    records.dedup();
    records
}

/// The records an indicator rests on: those whose absence would change it.
fn behind(value: &Value, facts: &[Fact], day: i32) -> Vec<u64> {
    let Some(filter) = value.filter() else {
        return Vec::new();
    };
    let first = cutoff(day, filter.months);
    let taken: Vec<&Fact> = facts
        .iter()
        .filter(|fact| filter.takes_after(fact, day, first))
        .collect();
    let worst = taken.iter().map(|fact| fact.class).max();
    let latest = taken.iter().map(|fact| fact.day).max();
    let matters = |fact: &&&Fact| match value {
        Value::Worst(_) => Some(fact.class) == worst,
        Value::Since(_) => Some(fact.day) == latest,
        _ => true,
    };
    let records = taken.iter().filter(matters).map(|fact| fact.record);
    records.collect()
}

/// The date of a day number of this module; the last date there is where it lies beyond.
pub(super) fn shown(day: i32) -> Date {
    date(day).unwrap_or(Date::MAX)
}
