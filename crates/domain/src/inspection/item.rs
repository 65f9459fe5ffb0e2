//! Published items (涉企行政检查事项清单) and the closed words of a visit.
//!
//! An organ inspects what is published and nothing else (国办发〔2024〕54号: 检查事项未公布的不得检查),
//! so an item that the catalog does not list is no value of these types.

use super::Item;
use crate::basis::Basis;
use serde::{Deserialize, Serialize};

/// 检查方式
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// 现场检查
    OnSite,
    /// 书面检查: what the entity handed in, or is asked to hand in.
    Written,
    /// 网络检查: what can be seen from outside, or by a remote view.
    Online,
    /// 监测: what instruments send in.
    Monitoring,
}

impl Method {
    pub const ALL: [Self; 4] = [Self::OnSite, Self::Written, Self::Online, Self::Monitoring];

    /// The word written in `law/`.
    pub fn word(self) -> &'static str {
        match self {
            Self::OnSite => "on-site",
            Self::Written => "written",
            Self::Online => "online",
            Self::Monitoring => "monitoring",
        }
    }

    /// The name a user reads.
    pub fn name(self) -> &'static str {
        match self {
            Self::OnSite => "现场检查",
            Self::Written => "书面检查",
            Self::Online => "网络检查",
            Self::Monitoring => "非现场监测",
        }
    }

    /// Whether somebody comes to the entity. Only such a visit counts against a cap (R74).
    pub fn on_site(self) -> bool {
        self == Self::OnSite
    }
}

/// One line of a checklist (检查标准): what the inspector looks at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Check {
    /// Word inside the item.
    pub key: String,
    /// Chinese text.
    pub text: String,
    /// The duty of the entity that is looked at.
    pub basis: Basis,
}

/// A published item (检查事项). Which article lets it be inspected comes with it as a `Ruled`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Published {
    pub code: String,
    /// Chinese name.
    pub name: String,
    /// 行业, by its word in `law/catalog/sectors.toml`.
    pub sector: String,
    /// 执法条线 the inspectors must be certified for, by its word in `law/catalog/visits.toml`.
    pub line: String,
    pub kind: Item,
    /// How it may be inspected, the lightest way first.
    pub methods: Vec<Method>,
    /// Most visits for this item to one entity in a calendar year; absent where only the cap over
    /// all organs holds, or none ([`super::Rate::per_year`]).
    pub per_year: Option<u16>,
    pub checks: Vec<Check>,
}

impl Published {
    /// Whether somebody may come to the entity for it.
    pub fn on_site(&self) -> bool {
        self.methods.iter().any(|method| method.on_site())
    }

    pub fn check(&self, key: &str) -> Option<&Check> {
        self.checks.iter().find(|check| check.key == key)
    }
}

/// A ground (触发情形) for a visit beyond the cap, or to an entity of low risk (R63, R68).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Exception {
    pub word: String,
    /// Chinese name.
    pub name: String,
    /// Whether the entity need not be told beforehand.
    pub unannounced: bool,
}

/// 检查结果代码, as the publicity system (公示系统) words it (R66). A result is never a penalty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct ResultCode {
    pub word: String,
    /// Chinese name.
    pub name: String,
    /// Whether something was found to be wrong.
    pub problem: bool,
    /// Whether somebody has to look again.
    pub follow: bool,
}

/// A ground of recusal (回避情形): a tie between an inspector and the entity (R67).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Ground {
    pub word: String,
    /// Chinese name.
    pub name: String,
}

/// A document of a visit (检查文书).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Paper {
    pub word: String,
    /// Chinese name.
    pub name: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r74_only_a_visit_on_site_counts_and_words_are_those_of_the_law() {
        let counted: Vec<Method> = Method::ALL
            .into_iter()
            .filter(|one| one.on_site())
            .collect();
        assert_eq!(counted, [Method::OnSite]);
        for method in Method::ALL {
            let text = serde_json::to_string(&method).unwrap();
            assert_eq!(text, format!("\"{}\"", method.word()));
        }
    }
}
