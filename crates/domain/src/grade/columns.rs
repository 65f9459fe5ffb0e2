//! The second stage over ready indicators, column by column.
//!
//! Rows go through in blocks small enough that a block of every column stays in the nearest cache;
//! within a block each item is one loop without branches over its columns.

use super::points::{faded, narrow, share};
use super::scale::{Points, Scale};
use std::ops::Range;

/// Rows of a block.
const BLOCK: usize = 1_024;

/// One indicator of many entities.
#[derive(Debug, Clone, Copy)]
pub enum Column<'a> {
    Narrow(&'a [i32]),
    Wide(&'a [i64]),
}

/// Points, score and grade of many entities. The explanation of an entity is its row of `points`
/// beside [`Scale::items`], which name the articles.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sheet {
    /// One column for each item of the scale, in their order.
    pub points: Vec<PointColumn>,
    pub score: Vec<i32>,
    /// Places in [`Scale::cuts`].
    pub grade: Vec<u8>,
}

/// Points of one item; short where the scale itself keeps them within `i16`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PointColumn {
    Short(Vec<i16>),
    Long(Vec<i32>),
}

impl PointColumn {
    pub fn get(&self, row: usize) -> Option<i32> {
        match self {
            Self::Short(points) => points.get(row).map(|points| i32::from(*points)),
            Self::Long(points) => points.get(row).copied(),
        }
    }

    fn extend(&mut self, block: &[i32]) {
        match self {
            // INVARIANT: a column is short only where the scale keeps its points within `i16`.
            Self::Short(points) => points.extend(block.iter().map(|points| *points as i16)),
            Self::Long(points) => points.extend_from_slice(block),
        }
    }
}

/// Columns that do not fit the scale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Misfit {
    /// The scale has this many indicators.
    Columns(usize),
    /// A column has fewer rows than were asked for.
    Rows,
}

/// The items, cuts and floors of a [`Scale`], prepared for columns.
#[derive(Debug, Clone)]
pub struct Card {
    places: usize,
    items: Vec<Line>,
    start: i32,
    least: i64,
    most: i64,
    /// Least scores of all grades but the last, descending.
    cuts: Vec<i32>,
    floors: Vec<(usize, i64, u8)>,
}

#[derive(Debug, Clone)]
struct Line {
    rule: Rule,
    unless: Option<usize>,
    short: bool,
    /// Whether its points and those of all such items before it, with the start, fit `i32` together.
    near: bool,
}

#[derive(Debug, Clone)]
enum Rule {
    /// Product of `each` and at most `most`, known to fit `i32`.
    Each { of: usize, each: i32, most: i32 },
    /// Where points begin and by how much they then differ, ascending.
    Steps { of: usize, steps: Vec<(i64, i32)> },
    /// Whatever needs a division or more than `i32`: row by row in `i64`.
    Slow(Points),
}

impl Card {
    pub fn new(scale: &Scale) -> Self {
        let limits = scale.cuts.iter().map(|cut| cut.least);
        let limits = limits.take(scale.cuts.len().saturating_sub(1));
        let cuts = limits.scan(i32::MAX, |lowest, least| {
            *lowest = least.min(*lowest);
            Some(*lowest)
        });
        let floors = scale.floors.iter().map(|floor| {
            let grade = u8::try_from(floor.grade).unwrap_or(u8::MAX);
            (floor.of, floor.least, grade)
        });
        Self {
            places: scale.indicators.len(),
            items: lines(scale),
            start: scale.start,
            least: scale.least.into(),
            most: scale.most.into(),
            cuts: cuts.collect(),
            floors: floors.collect(),
        }
    }

    /// Points, score and grade of some rows; one column for each indicator of the scale.
    pub fn score(&self, columns: &[Column<'_>], rows: Range<usize>) -> Result<Sheet, Misfit> {
        if columns.len() != self.places {
            return Err(Misfit::Columns(self.places));
        }
        let mut sheet = self.sheet(rows.len());
        let mut block = Block::default();
        for from in rows.clone().step_by(BLOCK) {
            let to = rows.end.min(from + BLOCK);
            let cut = columns.iter().map(|column| column.rows(from..to));
            let cut: Option<Vec<Column<'_>>> = cut.collect();
            let cut = cut.ok_or(Misfit::Rows)?;
            self.score_block(&cut, to - from, &mut block, &mut sheet);
        }
        Ok(sheet)
    }

    fn sheet(&self, rows: usize) -> Sheet {
        let points = self.items.iter().map(|line| {
            if line.short {
                PointColumn::Short(Vec::with_capacity(rows))
            } else {
                PointColumn::Long(Vec::with_capacity(rows))
            }
        });
        Sheet {
            points: points.collect(),
            score: Vec::with_capacity(rows),
            grade: Vec::with_capacity(rows),
        }
    }

    fn score_block(
        &self,
        columns: &[Column<'_>],
        rows: usize,
        block: &mut Block,
        sheet: &mut Sheet,
    ) {
        let (Some(points), Some(near), Some(far), Some(grade)) = (
            block.points.get_mut(..rows),
            block.near.get_mut(..rows),
            block.far.get_mut(..rows),
            block.grade.get_mut(..rows),
        ) else {
            return;
        };
        near.fill(self.start);
        far.fill(0);
        for (line, out) in self.items.iter().zip(&mut sheet.points) {
            line.points(columns, points);
            if line.near {
                for (sum, points) in near.iter_mut().zip(&*points) {
                    *sum = sum.wrapping_add(*points);
                }
            } else {
                for (sum, points) in far.iter_mut().zip(&*points) {
                    *sum = sum.wrapping_add(i64::from(*points));
                }
            }
            out.extend(points);
        }
        for (score, (near, far)) in points.iter_mut().zip(near.iter().zip(&*far)) {
            let sum = far.wrapping_add(i64::from(*near));
            *score = sum.max(self.least).min(self.most) as i32;
        }
        sheet.score.extend_from_slice(points);
        self.grade(columns, points, grade);
        sheet.grade.extend(grade.iter().map(|grade| *grade as u8));
    }

    fn grade(&self, columns: &[Column<'_>], score: &[i32], grade: &mut [i32]) {
        grade.fill(0);
        for least in &self.cuts {
            for (grade, score) in grade.iter_mut().zip(score) {
                *grade = grade.wrapping_add(i32::from(score < least));
            }
        }
        for (of, least, worst) in &self.floors {
            match columns.get(*of) {
                Some(Column::Narrow(values)) => lower(values, *least, *worst, grade),
                Some(Column::Wide(values)) => lower(values, *least, *worst, grade),
                None => {}
            }
        }
    }
}

fn lower<T: Number>(values: &[T], least: i64, worst: u8, grade: &mut [i32]) {
    let Some(least) = T::reach(least) else {
        return;
    };
    let worst = i32::from(worst);
    for (grade, value) in grade.iter_mut().zip(values) {
        *grade = (*grade).max(if *value >= least { worst } else { 0 });
    }
}

/// Scratch of one block.
#[derive(Debug)]
struct Block {
    points: [i32; BLOCK],
    /// Sums of points that the scale keeps small; half as wide, so twice as fast.
    near: [i32; BLOCK],
    /// Sums of the others.
    far: [i64; BLOCK],
    grade: [i32; BLOCK],
}

impl Default for Block {
    fn default() -> Self {
        Self {
            points: [0; BLOCK],
            near: [0; BLOCK],
            far: [0; BLOCK],
            grade: [0; BLOCK],
        }
    }
}

/// What a column holds.
trait Number: Copy + Ord + Into<i64> {
    const ZERO: Self;
    /// The least value of this type that is not below a limit; `None` where all are.
    fn reach(limit: i64) -> Option<Self>;
    /// The value between 0 and a cap, 0 or the cap where it lies beyond.
    fn capped(self, cap: i32) -> i32;
}

impl Number for i32 {
    const ZERO: Self = 0;

    fn reach(limit: i64) -> Option<Self> {
        Self::try_from(limit.max(i64::from(Self::MIN))).ok()
    }

    fn capped(self, cap: i32) -> i32 {
        self.max(0).min(cap)
    }
}

impl Number for i64 {
    const ZERO: Self = 0;

    fn reach(limit: i64) -> Option<Self> {
        Some(limit)
    }

    fn capped(self, cap: i32) -> i32 {
        self.max(0).min(Self::from(cap)) as i32
    }
}

impl<'a> Column<'a> {
    pub fn len(&self) -> usize {
        match self {
            Self::Narrow(values) => values.len(),
            Self::Wide(values) => values.len(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn rows(&self, rows: Range<usize>) -> Option<Column<'a>> {
        Some(match self {
            Self::Narrow(values) => Column::Narrow(values.get(rows)?),
            Self::Wide(values) => Column::Wide(values.get(rows)?),
        })
    }

    fn get(&self, row: usize) -> i64 {
        match self {
            Self::Narrow(values) => values.get(row).copied().unwrap_or_default().into(),
            Self::Wide(values) => values.get(row).copied().unwrap_or_default(),
        }
    }
}

fn lines(scale: &Scale) -> Vec<Line> {
    let mut together = i64::from(scale.start).abs();
    let lines = scale.items.iter().map(|item| {
        let rule = Rule::new(&item.points);
        let size = rule.size().unwrap_or(i64::MAX);
        let near = size < i64::from(i32::MAX) - together;
        if near {
            together += size;
        }
        Line {
            rule,
            unless: item.unless,
            short: size <= i64::from(i16::MAX),
            near,
        }
    });
    lines.collect()
}

impl Line {
    fn points(&self, columns: &[Column<'_>], out: &mut [i32]) {
        match &self.rule {
            Rule::Each { of, each, most } => match columns.get(*of) {
                Some(Column::Narrow(values)) => each_capped(values, *each, *most, out),
                Some(Column::Wide(values)) => each_capped(values, *each, *most, out),
                None => out.fill(0),
            },
            Rule::Steps { of, steps } => match columns.get(*of) {
                Some(Column::Narrow(values)) => stepped(values, steps, out),
                Some(Column::Wide(values)) => stepped(values, steps, out),
                None => out.fill(0),
            },
            Rule::Slow(points) => slow(points, columns, out),
        }
        match self.unless.and_then(|of| columns.get(of)) {
            Some(Column::Narrow(holders)) => hold(holders, out),
            Some(Column::Wide(holders)) => hold(holders, out),
            None => {}
        }
    }
}

impl Rule {
    fn new(points: &Points) -> Self {
        match points {
            Points::Each { of, each, most }
                if i32::try_from(i64::from(*each) * i64::from(*most)).is_ok()
                    && *each > i32::MIN =>
            {
                Self::Each {
                    of: *of,
                    each: *each,
                    most: *most,
                }
            }
            Points::Steps { of, steps } => Self::Steps {
                of: *of,
                steps: differences(steps),
            },
            other => Self::Slow(other.clone()),
        }
    }

    /// Greatest size of its points, where the scale itself limits them.
    fn size(&self) -> Option<i64> {
        match self {
            Self::Each { each, most, .. } => Some((i64::from(*each) * i64::from(*most)).abs()),
            Self::Steps { steps, .. } => {
                let points = steps.iter().scan(0i64, |points, (_, more)| {
                    *points += i64::from(*more);
                    Some(points.abs())
                });
                Some(points.max().unwrap_or_default())
            }
            Self::Slow(Points::Faded { most, .. }) => Some(i64::from(*most).abs()),
            Self::Slow(_) => None,
        }
    }
}

/// Steps as differences. A step that a later one with no higher limit overrules is left out.
fn differences(steps: &[(i64, i32)]) -> Vec<(i64, i32)> {
    let mut valid: Vec<(i64, i32)> = Vec::new();
    for (from, points) in steps.iter().rev() {
        if valid.last().is_none_or(|(lower, _)| from < lower) {
            valid.push((*from, *points));
        }
    }
    let ascending = valid.iter().rev();
    let points = ascending.scan(0i32, |before, (from, points)| {
        // The sum of the differences comes out right even where one of them wraps round.
        let more = points.wrapping_sub(*before);
        *before = *points;
        Some((*from, more))
    });
    points.collect()
}

fn each_capped<T: Number>(values: &[T], each: i32, most: i32, out: &mut [i32]) {
    for (out, value) in out.iter_mut().zip(values) {
        *out = value.capped(most).wrapping_mul(each);
    }
}

fn stepped<T: Number>(values: &[T], steps: &[(i64, i32)], out: &mut [i32]) {
    out.fill(0);
    for (from, more) in steps {
        let Some(from) = T::reach(*from) else {
            continue;
        };
        for (out, value) in out.iter_mut().zip(values) {
            *out = out.wrapping_add(if *value >= from { *more } else { 0 });
        }
    }
}

fn hold<T: Number>(holders: &[T], out: &mut [i32]) {
    for (out, holder) in out.iter_mut().zip(holders) {
        *out = if *holder > T::ZERO { 0 } else { *out };
    }
}

fn slow(points: &Points, columns: &[Column<'_>], out: &mut [i32]) {
    let column = |of: &usize| columns.get(*of).copied().unwrap_or(Column::Narrow(&[]));
    match points {
        Points::Share {
            part,
            whole,
            times,
            least,
            each,
        } => match (column(part), column(whole)) {
            (Column::Narrow(parts), Column::Narrow(wholes)) => {
                shared(parts, wholes, (*times, *least, *each), out);
            }
            (part, whole) => {
                for (row, out) in out.iter_mut().enumerate() {
                    *out = narrow(share(part.get(row), whole.get(row), *least, *times, *each));
                }
            }
        },
        Points::Faded {
            of,
            each,
            window,
            most,
        } => {
            let values = column(of);
            for (row, out) in out.iter_mut().enumerate() {
                *out = narrow(faded(values.get(row), *each, *window, *most));
            }
        }
        Points::Each { of, each, most } => {
            let values = column(of);
            for (row, out) in out.iter_mut().enumerate() {
                *out = narrow(i64::from(values.get(row).capped(*most)) * i64::from(*each));
            }
        }
        Points::Steps { .. } => out.fill(0),
    }
}

/// A share of two narrow columns: the product fits `i64`, and most divisions fit `u32`.
fn shared(parts: &[i32], wholes: &[i32], rule: (i32, i64, i32), out: &mut [i32]) {
    let (times, least, each) = rule;
    for (out, (part, whole)) in out.iter_mut().zip(parts.iter().zip(wholes)) {
        *out = if *part == 0 {
            0
        } else {
            narrow(share(
                i64::from(*part),
                i64::from(*whole),
                least,
                times,
                each,
            ))
        };
    }
}
