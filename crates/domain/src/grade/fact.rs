//! Facts: what a scale counts.

use serde::{Deserialize, Serialize};

/// What kind of fact it is.
///
/// STORED: the number is written in exported files. Add kinds at the end only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[repr(u8)]
pub enum Kind {
    /// 行政处罚
    Penalty = 0,
    /// 行政许可, while it is valid
    Licence = 1,
    /// 经营异常名录
    Abnormal = 2,
    /// 严重失信主体名单
    Blacklist = 3,
    /// 信用承诺, made and not broken
    Commitment = 4,
    /// 违诺, by a determination document
    Broken = 5,
    /// 检查未发现问题
    Passed = 6,
    /// 检查发现问题
    Failed = 7,
    /// 守信荣誉和奖励
    Honor = 8,
    /// 被执行信息
    Enforcement = 9,
    /// 欠缴 (税款、社会保险费), after a lawful demand
    Arrears = 10,
    /// 未按规定公示年度报告
    Unreported = 11,
}

impl Kind {
    pub const ALL: [Self; 12] = [
        Self::Penalty,
        Self::Licence,
        Self::Abnormal,
        Self::Blacklist,
        Self::Commitment,
        Self::Broken,
        Self::Passed,
        Self::Failed,
        Self::Honor,
        Self::Enforcement,
        Self::Arrears,
        Self::Unreported,
    ];

    /// Whether the fact speaks against the entity.
    pub fn adverse(self) -> bool {
        !matches!(
            self,
            Self::Licence | Self::Commitment | Self::Passed | Self::Honor
        )
    }

    /// The number in exported files.
    pub fn number(self) -> u8 {
        self as u8
    }

    /// What a user reads.
    pub fn name(self) -> &'static str {
        match self {
            Self::Penalty => "行政处罚",
            Self::Licence => "行政许可",
            Self::Abnormal => "经营异常名录",
            Self::Blacklist => "严重失信主体名单",
            Self::Commitment => "信用承诺",
            Self::Broken => "违诺",
            Self::Passed => "检查未发现问题",
            Self::Failed => "检查发现问题",
            Self::Honor => "守信荣誉",
            Self::Enforcement => "被执行信息",
            Self::Arrears => "欠缴",
            Self::Unreported => "未按规定公示年度报告",
        }
    }
}

/// A set of kinds, one bit each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Kinds(pub u16);

impl Kinds {
    pub fn has(self, kind: Kind) -> bool {
        self.0 & (1 << kind.number()) != 0
    }

    pub fn with(self, kind: Kind) -> Self {
        Self(self.0 | 1 << kind.number())
    }
}

/// How serious a fact is; facts other than penalties have none.
///
/// STORED: the number is written in exported files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[repr(u8)]
pub enum Class {
    Unclassed = 0,
    /// 轻微
    Minor = 1,
    /// 一般
    Ordinary = 2,
    /// 严重
    Serious = 3,
}

impl Class {
    pub const ALL: [Self; 4] = [Self::Unclassed, Self::Minor, Self::Ordinary, Self::Serious];

    /// What a user reads; empty where there is no class.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unclassed => "",
            Self::Minor => "轻微",
            Self::Ordinary => "一般",
            Self::Serious => "严重",
        }
    }
}

/// One fact of an entity. Days are days since 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fact {
    /// The ledger entry that states it.
    pub record: u64,
    pub kind: Kind,
    pub class: Class,
    /// Whole yuan; 0 where the fact has no amount.
    pub amount: i64,
    /// Day of the decision or event.
    pub day: i32,
    /// Day on which the ledger learned of it.
    pub known: i32,
    /// First day on which it weighs nothing: its term is over, it was repaired or revoked, or its use
    /// is suspended. `i32::MAX` while no such day is known.
    pub gone: i32,
    /// First day on which a repair may be asked for, where the law allows one.
    pub repairable: Option<i32>,
}

impl Fact {
    /// Whether it weighs anything in an evaluation as of `day`.
    pub fn weighs(&self, day: i32) -> bool {
        self.day <= day && self.known <= day && self.gone > day
    }
}
