//! Inspections (行政检查): which items are published, and how often an entity of a grade is visited.

mod item;

pub use item::{Check, Exception, Ground, Method, Paper, Published, ResultCode};

pub mod batch;
pub mod draw;
pub mod inspector;

pub mod visit;

use serde::{Deserialize, Serialize};

/// 检查事项类别
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Item {
    /// 一般检查事项: the ratio is limited.
    General,
    /// 重点检查事项: safety, quality, public interest.
    Key,
}

impl Item {
    pub const ALL: [Self; 2] = [Self::General, Self::Key];

    /// The word written in `law/`.
    pub fn word(self) -> &'static str {
        match self {
            Self::General => "general",
            Self::Key => "key",
        }
    }

    /// The name a user reads.
    pub fn name(self) -> &'static str {
        match self {
            Self::General => "一般检查事项",
            Self::Key => "重点检查事项",
        }
    }
}

/// How often entities of one grade are inspected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rate {
    /// Word of the grade.
    pub grade: String,
    /// Least and most share of the entities of the grade, in basis points (1/10 000).
    pub least: u16,
    pub most: u16,
    /// Most visits to one entity in a calendar year; absent where the law sets no limit.
    pub per_year: Option<u16>,
    /// 方式, in Chinese.
    pub method: String,
}

impl Rate {
    /// Whether somebody of this rate is inspected no more than somebody of the other (R60).
    pub fn no_more_than(&self, other: &Self) -> bool {
        let cap = |rate: &Self| rate.per_year.unwrap_or(u16::MAX);
        self.least <= other.least && self.most <= other.most && cap(self) <= cap(other)
    }
}
