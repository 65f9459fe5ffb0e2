//! What an evaluation reads, and what it left.

use crate::Fault;
use domain::code::Code;
use domain::grade::{Fact, GradeRun};
use jiff::civil::Date;
use serde::Serialize;
use std::collections::BTreeMap;

/// Facts and grades of organisations. There is nothing here about natural persons: their records
/// have no entity (R4).
pub trait Grades {
    /// Streams every organisation in order of codes with all its facts.
    fn each_dossier(&self, visit: &mut dyn FnMut(Dossier<'_>)) -> Result<(), Fault>;
    /// The facts of one organisation, in the order of their entries.
    fn facts(&self, entity: &Code) -> Result<Vec<Fact>, Fault>;
    fn grade(&self, entity: &Code) -> Result<Option<GradeRow>, Fault>;
    /// Every grade it had, latest first.
    fn grade_history(&self, entity: &Code, limit: usize) -> Result<Vec<GradeRow>, Fault>;
    /// Organisations whose grade changes by itself on `day` or did before.
    fn grades_due(&self, day: Date) -> Result<Vec<Code>, Fault>;
    /// Evaluations, latest first.
    fn grade_runs(&self, limit: usize) -> Result<Vec<RunRow>, Fault>;
    /// How many organisations have which grade now.
    fn grade_counts(&self) -> Result<BTreeMap<String, u64>, Fault>;
}

/// One organisation as [`Grades::each_dossier`] gives it.
#[derive(Debug, Clone, Copy)]
pub struct Dossier<'a> {
    pub code: Code,
    pub name: &'a str,
    pub division: &'a str,
    pub facts: &'a [Fact],
    pub grade: Option<&'a GradeRow>,
}

/// A grade as it stands or stood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GradeRow {
    pub scale: String,
    pub score: i32,
    pub grade: String,
    /// Day since which it stands.
    pub as_of: Date,
    /// Day on which it changes although nothing new happens; absent in the history.
    pub next: Option<Date>,
    /// The entry that states it.
    pub seq: u64,
}

/// An evaluation as it stands in the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RunRow {
    pub seq: u64,
    #[serde(flatten)]
    pub run: GradeRun,
    /// Digest of the law pack it was made by.
    pub law: String,
    /// Milliseconds since 1970-01-01T00:00Z.
    pub at: i64,
}
