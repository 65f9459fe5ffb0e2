//! Reads a law pack and answers dated questions from it.
//!
//! A pack is prose for lawyers with fenced `rule` blocks for the machine and fenced `case` blocks
//! that prove the rules. The whole pack is checked when it is loaded, its cases included; a pack
//! that fails one check does not load at all. Nothing here opens a file: the caller hands over the
//! texts of `law/`.
//!
//! An answer is `Option<Ruled<_>>`. `None` means that the law is silent, and silence means: do not
//! do it.

mod answer;
mod blank;
mod case;
mod catalog;
mod check;
mod diff;
mod examine;
mod fields;
mod finding;
mod index;
mod load;
mod pack;
mod rule;
mod statute;
mod text;

pub use answer::{AnyTerm, Contents, DutyTerm, TermOf};
pub use blank::Blank;
pub use catalog::{
    ActKind, BaseClass, Cadence, Commitment, DataSet, DutyKind, Facet, ForbiddenKind, Form, Matter,
    NOTICE_PLACES, Need, PenaltyKind, Proof, SetField, Usage, Word,
};
pub use diff::{Change, Changed, Difference, Part, diff};
pub use domain::blacklist::Clause;
pub use domain::conditions::Conditions;
pub use domain::procedure::Unit;
pub use examine::{Examination, Property, Values, examine};
pub use finding::{Finding, Remark, Topic};
pub use index::PenaltyFacts;
pub use pack::{Citation, Pack, Report};

/// Id of the stated indicator by which a sector's scale takes the general grade into account.
pub const GENERAL: &str = "general_grade";

pub use statute::{CaseText, Displaced, Page, Rank, RuleText, Section, Statute};
