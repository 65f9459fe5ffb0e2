//! Lists (名单) as the law defines them: who lists, for what, how one comes off.
//!
//! A listing itself is a decision of an organ; this is the type it must follow (R78).

use crate::basis::Basis;
use jiff::Span;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// One sentence of a rule: a stable word for the program, a text for the reader, and its article.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Clause {
    /// Word the caller compares its findings with, for example `serious-unrepaired`.
    #[serde(serialize_with = "write_text")]
    pub key: Arc<str>,
    /// Chinese text.
    #[serde(serialize_with = "write_text")]
    pub text: Arc<str>,
    pub basis: Basis,
}

// serde shares texts only behind its feature `rc`, which would let any type be written as if shared.
fn write_text<S: serde::Serializer>(text: &Arc<str>, out: S) -> Result<S::Ok, S::Error> {
    out.serialize_str(text)
}

/// What kind of list it is. Only the first is a 严重失信主体名单.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// 严重失信主体名单
    #[default]
    Blacklist,
    /// 经营异常名录
    Abnormal,
    /// 守信名单
    Honorlist,
    /// 重点关注名单: a note inside an organ, without effect outside it.
    Watchlist,
}

impl Kind {
    /// The name a user reads.
    pub fn name(self) -> &'static str {
        match self {
            Self::Blacklist => "严重失信主体名单",
            Self::Abnormal => "经营异常名录",
            Self::Honorlist => "守信名单",
            Self::Watchlist => "重点关注名单",
        }
    }

    /// Whether being on it speaks against the entity, so that its basis must have the rank the law
    /// asks for (国办发〔2020〕49号).
    pub fn adverse(self) -> bool {
        matches!(self, Self::Blacklist | Self::Abnormal)
    }
}

/// Where a list holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    National,
    Local,
}

impl Level {
    /// The name a user reads.
    pub fn name(self) -> &'static str {
        match self {
            Self::National => "全国",
            Self::Local => "本地",
        }
    }
}

/// A type of list (名单种类) in force for some time.
#[derive(Debug, Clone, Serialize)]
pub struct ListType {
    pub word: String,
    pub name: String,
    pub kind: Kind,
    pub level: Level,
    /// Who lists, in Chinese.
    pub organ: String,
    pub criteria: Vec<Clause>,
    /// Words of the documents a listing may rest on.
    pub evidence: Vec<String>,
    /// Duty kind: how long before the decision the entity is told.
    pub notice: String,
    /// Duty kind: how long it may answer.
    pub plea: String,
    pub exits: Vec<Clause>,
    /// Shortest time before an early exit; absent where the law names none.
    pub min: Option<Span>,
    /// Longest time on the list.
    pub max: Span,
    /// Person roles the basis names.
    pub roles: Vec<String>,
    pub reviewer: String,
    /// How to object and appeal.
    pub appeal: String,
    /// Every basis of the type, its own first.
    pub bases: Vec<Basis>,
}
