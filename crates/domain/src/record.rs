//! A record: one administrative fact, as stated by the organ that decided it.

use serde::{Deserialize, Serialize};

/// The ten kinds of administrative act the platform gathers (行政行为).
///
/// STORED: the words are written in ledger entries and in `law/`. Add variants at the end only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Act {
    /// 行政许可
    Licence,
    /// 行政处罚
    Penalty,
    /// 行政强制
    Coercion,
    /// 行政确认
    Confirmation,
    /// 行政征收
    Levy,
    /// 行政给付
    Grant,
    /// 行政裁决
    Adjudication,
    /// 行政补偿
    Compensation,
    /// 行政奖励
    Award,
    /// 行政检查
    Inspection,
}

impl Act {
    pub const ALL: [Self; 10] = [
        Self::Licence,
        Self::Penalty,
        Self::Coercion,
        Self::Confirmation,
        Self::Levy,
        Self::Grant,
        Self::Adjudication,
        Self::Compensation,
        Self::Award,
        Self::Inspection,
    ];

    /// The word written in `law/`, in the ledger and in addresses.
    pub fn word(self) -> &'static str {
        match self {
            Self::Licence => "licence",
            Self::Penalty => "penalty",
            Self::Coercion => "coercion",
            Self::Confirmation => "confirmation",
            Self::Levy => "levy",
            Self::Grant => "grant",
            Self::Adjudication => "adjudication",
            Self::Compensation => "compensation",
            Self::Award => "award",
            Self::Inspection => "inspection",
        }
    }

    /// The name a user reads.
    pub fn name(self) -> &'static str {
        match self {
            Self::Licence => "行政许可",
            Self::Penalty => "行政处罚",
            Self::Coercion => "行政强制",
            Self::Confirmation => "行政确认",
            Self::Levy => "行政征收",
            Self::Grant => "行政给付",
            Self::Adjudication => "行政裁决",
            Self::Compensation => "行政补偿",
            Self::Award => "行政奖励",
            Self::Inspection => "行政检查",
        }
    }

    /// Reads the word or the Chinese name.
    pub fn read(text: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|act| act.word() == text || act.name() == text)
    }
}

/// How grave the breach behind a record is (轻微 / 一般 / 严重).
///
/// The order of the variants is the order of gravity: of several penalties in one document the
/// gravest class governs.
///
/// STORED: the words are written in ledger entries. Add variants at the end only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// 轻微
    Minor,
    /// 一般
    Ordinary,
    /// 严重
    Serious,
}

impl Severity {
    pub const ALL: [Self; 3] = [Self::Minor, Self::Ordinary, Self::Serious];

    /// The word written in `law/`, in the ledger and in addresses.
    pub fn word(self) -> &'static str {
        match self {
            Self::Minor => "minor",
            Self::Ordinary => "ordinary",
            Self::Serious => "serious",
        }
    }

    /// The name a user reads.
    pub fn name(self) -> &'static str {
        match self {
            Self::Minor => "轻微",
            Self::Ordinary => "一般",
            Self::Serious => "严重",
        }
    }

    /// Reads the word or the Chinese name.
    pub fn read(text: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|class| class.word() == text || class.name() == text)
    }
}

/// The procedure by which a penalty was decided (简易程序 / 普通程序).
///
/// STORED: the words are written in ledger entries. Add variants at the end only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Procedure {
    /// 简易程序
    Simple,
    /// 普通程序 (called 一般程序 before the Administrative Penalty Law of 2021)
    Ordinary,
}

impl Procedure {
    pub const ALL: [Self; 2] = [Self::Simple, Self::Ordinary];

    /// The word written in `law/`, in the ledger and in addresses.
    pub fn word(self) -> &'static str {
        match self {
            Self::Simple => "simple",
            Self::Ordinary => "ordinary",
        }
    }

    /// The name a user reads.
    pub fn name(self) -> &'static str {
        match self {
            Self::Simple => "简易程序",
            Self::Ordinary => "普通程序",
        }
    }

    /// Reads the word, the Chinese name, its short form, or the name used before 2021.
    pub fn read(text: &str) -> Option<Self> {
        match text {
            "simple" | "简易程序" | "简易" => Some(Self::Simple),
            "ordinary" | "普通程序" | "普通" | "一般程序" | "一般" => {
                Some(Self::Ordinary)
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_names_are_read_back() {
        for act in Act::ALL {
            assert_eq!(
                (Act::read(act.word()), Act::read(act.name())),
                (Some(act), Some(act))
            );
            assert_eq!(serde_json::to_value(act).unwrap(), act.word());
        }
        for class in Severity::ALL {
            assert_eq!(Severity::read(class.word()), Some(class));
            assert_eq!(Severity::read(class.name()), Some(class));
            assert_eq!(serde_json::to_value(class).unwrap(), class.word());
        }
        for procedure in Procedure::ALL {
            assert_eq!(Procedure::read(procedure.word()), Some(procedure));
            assert_eq!(Procedure::read(procedure.name()), Some(procedure));
            assert_eq!(serde_json::to_value(procedure).unwrap(), procedure.word());
        }
    }

    #[test]
    fn reads_the_name_of_the_procedure_used_before_2021() {
        assert_eq!(Procedure::read("一般程序"), Some(Procedure::Ordinary));
        assert_eq!(Procedure::read("听证程序"), None);
    }

    #[test]
    fn the_gravest_class_is_the_greatest() {
        let worst = [Severity::Ordinary, Severity::Serious, Severity::Minor]
            .into_iter()
            .max();
        assert_eq!(worst, Some(Severity::Serious));
    }
}
