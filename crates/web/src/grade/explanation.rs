//! A grade explained, as a page shows it: for an organisation and for invented facts alike.

use super::view::signed;
use crate::cite::Cite;
use desk::grade::{Explanation, WayLine};
use law::Pack;

/// A record behind a point.
#[derive(Debug, Clone)]
pub(super) struct Behind {
    pub label: String,
    /// Its public page, while it has one.
    pub href: Option<String>,
}

/// What gave points, or why it did not.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub name: String,
    /// Indicators with their values.
    pub from: String,
    pub points: String,
    /// Whether it counted at all; what did not is shown more quietly.
    pub counts: bool,
    pub held_by: Option<String>,
    pub records: Vec<Behind>,
    pub cite: Cite,
}

#[derive(Debug, Clone)]
pub(super) struct FloorLine {
    pub name: String,
    pub grade: String,
    pub records: Vec<Behind>,
    pub cite: Cite,
}

/// Repairs that together lead to a better grade.
#[derive(Debug, Clone)]
pub(super) struct Way {
    pub from: String,
    pub grade: String,
    /// Record, and when its repair may be asked for.
    pub repairs: Vec<(Behind, String)>,
}

#[derive(Debug, Clone)]
pub(super) struct View {
    pub of: Explanation,
    pub cite: Cite,
    pub lines: Vec<Line>,
    pub floors: Vec<FloorLine>,
    pub ways: Vec<Way>,
    /// Start and all points together, where the limits of the scale changed it.
    pub free: Option<i64>,
}

impl View {
    /// `behind` says what a record is called and where it stands.
    pub fn of(law: &Pack, of: Explanation, behind: &dyn Fn(u64) -> Behind) -> Self {
        let all = |records: &[u64]| records.iter().map(|record| behind(*record)).collect();
        let lines = of.items.iter().map(|item| Line {
            name: item.name.clone(),
            from: values(&item.indicators),
            points: signed(item.points),
            counts: item.points != 0,
            held_by: item.held_by.clone(),
            records: all(&item.records),
            cite: Cite::of(law, &item.basis),
        });
        let floors = of.floors.iter().map(|floor| FloorLine {
            name: floor.name.clone(),
            grade: floor.grade.clone(),
            records: all(&floor.records),
            cite: Cite::of(law, &floor.basis),
        });
        let ways = of.exit.iter().flat_map(|exit| &exit.ways);
        let sum: i64 = of.items.iter().map(|item| i64::from(item.points)).sum();
        let free = i64::from(of.start) + sum;
        Self {
            lines: lines.collect(),
            floors: floors.collect(),
            ways: ways.map(|way| Way::of(way, behind)).collect(),
            cite: Cite::of(law, &of.basis),
            free: (free != i64::from(of.score)).then_some(free),
            of,
        }
    }
}

impl Way {
    fn of(way: &WayLine, behind: &dyn Fn(u64) -> Behind) -> Self {
        let repairs = way.repairs.iter();
        Self {
            from: way.from.to_string(),
            grade: way.grade.clone(),
            repairs: repairs
                .map(|(record, from)| (behind(*record), from.to_string()))
                .collect(),
        }
    }
}

fn values(indicators: &[(String, i64)]) -> String {
    let values = indicators
        .iter()
        .map(|(name, value)| format!("{name} {value}"));
    values.collect::<Vec<_>>().join("；")
}
