//! The second stage: indicators become points, points a score, the score a grade.

use super::scale::{Item, Points, Scale};
use serde::{Deserialize, Serialize};

/// What a scale says about an entity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Graded {
    pub score: i32,
    /// Place in [`Scale::cuts`]; 0 is the best grade.
    pub grade: u8,
}

/// Score and grade of an entity with these indicators, in the order of [`Scale::indicators`].
pub fn grade(scale: &Scale, indicators: &[i64]) -> Graded {
    let sum = scale.items.iter().map(|item| item_points(item, indicators));
    let score = score(scale, sum.map(i64::from).sum());
    Graded {
        score,
        grade: by_score(scale, score).max(by_floors(scale, indicators)),
    }
}

/// Points of one item; always within `i32`, in every execution of the scale.
pub fn item_points(item: &Item, indicators: &[i64]) -> i32 {
    if held_back(item, indicators) {
        return 0;
    }
    let points = match &item.points {
        Points::Each { of, each, most } => {
            let counted = value(indicators, *of).max(0).min(i64::from(*most));
            i64::from(*each) * counted
        }
        Points::Steps { of, steps } => i64::from(step(steps, value(indicators, *of))),
        Points::Share {
            part,
            whole,
            times,
            least,
            each,
        } => {
            let (part, whole) = (value(indicators, *part), value(indicators, *whole));
            share(part, whole, *least, *times, *each)
        }
        Points::Faded {
            of,
            each,
            window,
            most,
        } => faded(value(indicators, *of), *each, *window, *most),
    };
    narrow(points)
}

/// Whether the item gives no points because another indicator is above 0.
pub(super) fn held_back(item: &Item, indicators: &[i64]) -> bool {
    item.unless.is_some_and(|of| value(indicators, of) > 0)
}

/// An indicator; the loader of scales sees to it that the place exists.
pub(super) fn value(indicators: &[i64], of: usize) -> i64 {
    indicators.get(of).copied().unwrap_or_default()
}

pub(super) fn step(steps: &[(i64, i32)], value: i64) -> i32 {
    let reached = steps.iter().rev().find(|(from, _)| *from <= value);
    reached.map_or(0, |(_, points)| *points)
}

pub(super) fn share(part: i64, whole: i64, least: i64, times: i32, each: i32) -> i64 {
    if whole >= least && whole > 0 {
        i64::from(times).saturating_mul(part) / whole
    } else {
        i64::from(each).saturating_mul(part)
    }
}

/// A window that is not above 0 gives no points.
pub(super) fn faded(value: i64, each: i32, window: i32, most: i32) -> i64 {
    if window <= 0 {
        return 0;
    }
    let points = i64::from(each).saturating_mul(value) / i64::from(window);
    points.max(-i64::from(most)).min(i64::from(most))
}

pub(super) fn narrow(points: i64) -> i32 {
    let points = points.clamp(i64::from(i32::MIN), i64::from(i32::MAX));
    i32::try_from(points).unwrap_or_default()
}

/// The score after all items gave `sum` points.
pub(super) fn score(scale: &Scale, sum: i64) -> i32 {
    let free = i64::from(scale.start) + sum;
    narrow(free.max(i64::from(scale.least)).min(i64::from(scale.most)))
}

/// The grade the score alone gives.
pub fn by_score(scale: &Scale, score: i32) -> u8 {
    let last = scale.cuts.len().saturating_sub(1);
    let limits = scale.cuts.iter().take(last);
    let worse = limits.take_while(|cut| score < cut.least).count();
    u8::try_from(worse).unwrap_or(u8::MAX)
}

/// The worst grade that a floor which is reached demands.
fn by_floors(scale: &Scale, indicators: &[i64]) -> u8 {
    let reached = scale
        .floors
        .iter()
        .filter(|floor| value(indicators, floor.of) >= floor.least);
    let worst = reached.map(|floor| floor.grade).max().unwrap_or_default();
    u8::try_from(worst).unwrap_or(u8::MAX)
}
