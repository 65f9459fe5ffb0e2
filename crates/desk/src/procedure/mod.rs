//! Procedures: what all nouns with due process share at the desk.
//!
//! A procedure is folded from its own entries, whatever the noun; the decisions stand in `domain`. A verb
//! is what somebody can do with one: it is shown as a form, called over the API and typed on the command
//! line by the same words ([`form`]), and decided within one transaction together with everything that
//! has to happen at once ([`act`]).

pub mod act;
pub mod case;
pub mod form;
pub(crate) mod look;
pub(crate) mod sitting;
mod tick;
pub mod view;
pub mod who;

pub use act::{Done, NotDone};
pub use case::{Case, Line, Summary, number};
pub use form::{Choice, Field, Given, Kind, Verb, Wrong};
pub(crate) use sitting::Sitting;
pub use sitting::folded as fold;
pub use view::{Clock, Fact, View};
pub use who::{Hand, Who};

/// The nouns whose procedures a person can begin or act upon.
///
/// The words stand in addresses, in `procedure.noun` and in refusals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Noun {
    Commitment,
    Listing,
    Attention,
    Measure,
    Feedback,
    Repair,
    Reorganisation,
    Objection,
    Referral,
    Notice,
    Inspector,
    Draw,
    Visit,
}

impl Noun {
    pub const ALL: [Self; 13] = [
        Self::Commitment,
        Self::Listing,
        Self::Attention,
        Self::Measure,
        Self::Feedback,
        Self::Repair,
        Self::Reorganisation,
        Self::Objection,
        Self::Referral,
        Self::Notice,
        Self::Inspector,
        Self::Draw,
        Self::Visit,
    ];

    pub fn word(self) -> &'static str {
        match self {
            Self::Commitment => "commitment",
            Self::Listing => "listing",
            Self::Attention => "attention",
            Self::Measure => "measure",
            Self::Feedback => "feedback",
            Self::Repair => "repair",
            Self::Reorganisation => "reorganisation",
            Self::Objection => "objection",
            Self::Referral => "referral",
            Self::Notice => "notice",
            Self::Inspector => "inspector",
            Self::Draw => "draw",
            Self::Visit => "visit",
        }
    }

    /// The name a user reads.
    pub fn name(self) -> &'static str {
        match self {
            Self::Commitment => "信用承诺",
            Self::Listing => "名单认定",
            Self::Attention => "重点关注标注",
            Self::Measure => "惩戒和激励措施",
            Self::Feedback => "措施反馈",
            Self::Repair => "信用修复",
            Self::Reorganisation => "重整企业信用修复",
            Self::Objection => "异议",
            Self::Referral => "失信通报",
            Self::Notice => "告知",
            Self::Inspector => "检查人员",
            Self::Draw => "双随机抽查",
            Self::Visit => "行政检查",
        }
    }

    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|noun| noun.word() == word)
    }
}
