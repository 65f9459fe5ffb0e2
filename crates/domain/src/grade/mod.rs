//! Grades of organisations (信用评价): a published, linear, dated scale over the facts of one entity.
//!
//! Two stages, integers only, so that every engine gives the same answer bit for bit. First the
//! facts of an entity become indicators (指标): a count, a sum, the worst class, the days since the
//! last. Then the indicators become points (计分项), the points a score, the score a grade.
//!
//! A natural person has no [`crate::code::Code`] and no facts here, so no natural person can be
//! graded.
//!
//! One scale, three executions: [`explain`] for one entity in full, [`Plan`] for one entity after
//! another without allocation (the crate `population` streams all of them through it), and SQL that
//! `population` writes for a foreign engine. [`Card`] is the second stage alone, over columns.

mod change;
mod columns;
mod count;
mod days;
mod digest;
mod exit;
mod explain;
mod fact;
mod filed;
mod plan;
mod points;
pub mod proof;
mod run;
mod scale;

pub use change::next_change;
pub use columns::{Card, Column, Misfit, PointColumn, Sheet};
pub use count::indicators;
pub use days::{date as day_date, number as day_number};
pub use digest::{Digest, SHARDS, ShardDigest, combine, shard};
pub use exit::{Exit, Repair, Search, Way, exit};
pub use explain::{Counted, Explained, Hit, Point, explain};
pub use fact::{Class, Fact, Kind, Kinds};
pub use filed::Weight;
pub use plan::{Plan, Run, Tally};
pub use points::{Graded, by_score, grade, item_points};
pub use run::{GradeChange, GradeRun, GradesChanged};
pub use scale::{Cut, Filter, Floor, Indicator, Item, Points, Scale, Value};

#[cfg(test)]
mod naive;
#[cfg(test)]
mod sample;
#[cfg(test)]
mod tests;
