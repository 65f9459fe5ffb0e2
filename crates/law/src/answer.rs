//! What the law answers, in types that are cheap to copy.

use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// In which days a duty is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// 工作日: the day that starts the clock is not counted (BASIS: 民法典 201).
    Working,
    /// 自然日
    Calendar,
}

/// How long somebody has for a duty, and after which days he is reminded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DutyTerm {
    pub days: u16,
    pub unit: Unit,
    /// Days after the start on which a reminder is sent, in the same unit, in ascending order.
    pub reminders: Arc<[u16]>,
}

/// One condition, with a stable word for the program and a text for the reader.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, from = "Written")]
pub struct Condition {
    /// Word the caller compares its findings with, for example `serious-unrepaired`.
    pub key: Arc<str>,
    /// Chinese text.
    pub text: Arc<str>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    key: String,
    text: String,
}

impl From<Written> for Condition {
    fn from(written: Written) -> Self {
        Self {
            key: written.key.into(),
            text: written.text.into(),
        }
    }
}

/// What must be there, and what must not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conditions {
    pub requires: Arc<[Condition]>,
    pub bars: Arc<[Condition]>,
}

impl Conditions {
    /// The conditions that stand in the way when `findings` hold: bars that hold, and requirements
    /// that do not.
    pub fn against<'a>(&'a self, findings: &[&str]) -> Vec<&'a Condition> {
        let holds = |condition: &&Condition| findings.contains(&condition.key.as_ref());
        let barred = self.bars.iter().filter(holds);
        barred
            .chain(self.requires.iter().filter(|condition| !holds(condition)))
            .collect()
    }
}
