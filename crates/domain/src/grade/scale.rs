//! The scale as data: what is counted, how many points it gives, where the grades begin.

use super::fact::{Class, Kinds};
use crate::basis::Basis;

/// A scale (评价规则) in force for some forms of organisation from a date on.
///
/// Places in `indicators` are named by `usize`; the loader sees to it that they exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scale {
    /// Word of the scale, for example `general-2026`.
    pub id: String,
    /// What a user reads.
    pub name: String,
    /// The score before any item.
    pub start: i32,
    pub least: i32,
    pub most: i32,
    pub indicators: Vec<Indicator>,
    pub items: Vec<Item>,
    /// Best grade first; the last one has no lower limit.
    pub cuts: Vec<Cut>,
    pub floors: Vec<Floor>,
    pub basis: Basis,
}

/// 指标: one whole number about an entity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Indicator {
    /// Word, also the name of the column in emitted SQL: lower-case letters, digits, `_`.
    pub id: String,
    pub name: String,
    pub value: Value,
}

impl Indicator {
    /// Words no indicator may have: files and emitted SQL have columns of these names beside it.
    pub const RESERVED: [&'static str; 4] = ["entity", "code", "score", "grade"];
}

/// How an indicator comes about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// How many facts.
    Count(Filter),
    /// Their amounts together, in yuan.
    Sum(Filter),
    /// The greatest [`Class`] among them as a number; 0 without any.
    Worst(Filter),
    /// Days from the latest fact to the day of evaluation; -1 without any.
    Since(Filter),
    /// Every fact weighs the days of its window that are left (`window - age`); their sum.
    Fading(Filter),
    /// Stated about the entity itself and not counted from facts; the column has the indicator's id.
    Stated,
}

/// Which facts an indicator looks at, besides that they must weigh at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    pub kinds: Kinds,
    /// Only facts of at least this class.
    pub from: Class,
    /// Only facts of at most this class.
    pub to: Class,
    /// Calendar months back from the day of evaluation; the first day of the window is the day after
    /// the same day that many months ago. Absent: all of history.
    pub months: Option<u16>,
}

/// 计分项: points for one indicator, with the article that allows to count it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    pub id: String,
    pub name: String,
    pub points: Points,
    /// No points while this indicator is above 0.
    pub unless: Option<usize>,
    pub basis: Basis,
}

/// How an indicator becomes points. Division rounds towards zero.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Points {
    /// `each * min(value, most)`; a negative value counts as 0.
    Each { of: usize, each: i32, most: i32 },
    /// The points of the last step whose `from` is not above the value; 0 below the first.
    Steps { of: usize, steps: Vec<(i64, i32)> },
    /// `times * part / whole` where `whole >= least` and above 0, else `each * part`.
    Share {
        part: usize,
        whole: usize,
        times: i32,
        least: i64,
        each: i32,
    },
    /// `each * value / window` for a [`Value::Fading`] indicator, not beyond `most` in size.
    Faded {
        of: usize,
        each: i32,
        window: i32,
        most: i32,
    },
}

/// 等级线: the grade from this score on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cut {
    /// `A`
    pub word: String,
    /// 优
    pub name: String,
    /// Least score; the last grade takes what is left.
    pub least: i32,
}

/// 直接判级: from this value of an indicator on, the grade is this one or a worse one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Floor {
    pub name: String,
    pub of: usize,
    pub least: i64,
    /// Place in [`Scale::cuts`].
    pub grade: usize,
    pub basis: Basis,
}
