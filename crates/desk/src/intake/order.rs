//! What is asked of intake, and what it answers.

use crate::{Actor, Fault};
use domain::code::Code;
use domain::intake::Finding;
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// One table handed in.
#[derive(Debug, Clone)]
pub struct Order {
    /// Name of a source, for example `penalty-2018`; its family is tried when the header says so.
    pub source: String,
    /// The organ that hands it in.
    pub filer: Code,
    pub actor: Actor,
    pub file: PathBuf,
    pub mode: Mode,
    /// Check everything, write nothing.
    pub dry_run: bool,
    /// Where the answer goes: the sender's own sheet plus a column of findings.
    pub answer: Option<PathBuf>,
}

/// What a row does whose decision was filed before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mode {
    /// It is a duplicate (DQ1009).
    New,
    /// It is a new version, for this reason.
    Correct { reason: String },
}

/// The outcome, as `intake --json` prints it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Summary {
    pub rows: u64,
    pub accepted: u64,
    pub rejected: u64,
    pub findings: BTreeMap<String, u64>,
    /// The entry that records this hand-in; absent for a dry run or a repeated file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub submission: Option<u64>,
    /// The same bytes were handed in before for this source by this organ.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub repeated: bool,
    /// What was noticed about the file as a whole, such as hidden sheets.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// Suffix of the answer file: `csv`, `xlsx` or `json`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub answer: String,
}

impl Summary {
    pub(super) fn progress(&self) -> Progress {
        Progress {
            rows: self.rows,
            accepted: self.accepted,
            rejected: self.rejected,
        }
    }
}

/// How far intake is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Progress {
    pub rows: u64,
    pub accepted: u64,
    pub rejected: u64,
}

/// Why a file was not taken at all. Nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum NotTaken {
    #[error("没有名为 {0} 的数据源")]
    Source(String),
    #[error("{0}")]
    File(#[from] sheet::Refused),
    #[error("表头不符合数据源的要求，共 {} 处", .0.len())]
    Header(Vec<Finding>),
    #[error("报送单位 {0} 未登记，请先登记单位")]
    Organ(Code),
    #[error("更正必须写明原因")]
    NoReason,
    #[error(transparent)]
    Fault(#[from] Fault),
}
