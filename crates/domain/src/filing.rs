//! Filing: what an accepted row becomes, and how it is corrected or revoked.

use crate::basis::{Basis, Ruled};
use crate::code::Code;
use crate::duty::Due;
use crate::publication::{self, Publication, Withheld};
use crate::record::{Act, Procedure, Severity};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What makes two filings the same decision: organ, document number, party, kinds (DQ1009).
///
/// Its first half is that of [`duty_key`], see [`crate::intake::docket::Key::within`].
pub type Key = crate::intake::docket::Key;

/// A record as accepted: the outcome of the decision, with its articles.
///
/// The raw cells stand in the values of the entry; here stands nothing personal.
///
/// STORED: the head of `filed` entries. Add fields at the end only, with a default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filed {
    pub source: String,
    pub act: Act,
    /// Who decided.
    pub organ: Code,
    pub organ_name: String,
    /// Who handed it in.
    pub filer: Code,
    /// Whose record it is; absent for a natural person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entity: Option<Code>,
    pub docket: String,
    pub key: Key,
    pub decided: Date,
    pub filed: Date,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<Date>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<Classed>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub procedure: Option<Procedure>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Due>,
    pub publication: Publication,
    /// 1 for the first filing, one more with each correction.
    pub version: u32,
    /// The entry this one corrects, and why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corrects: Option<Correction>,
    /// 罚款金额, in fen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fine: Option<i64>,
}

/// The key of a duty about a decision: organ and docket, whoever the parties are.
///
/// A case system announces a decision before anybody reads its parties.
pub fn duty_key(organ: &Code, docket: &str) -> Key {
    crate::intake::docket::key(organ.as_str(), docket, "", &[])
}

impl Filed {
    /// The articles behind severity, publication and duty.
    pub fn bases(&self) -> Vec<Basis> {
        let publication = match &self.publication {
            Publication::Shown { window, .. } => Some(window.basis.clone()),
            Publication::Withheld { basis, .. } => basis.clone(),
        };
        let severity = self.severity.as_ref().map(|classed| classed.basis.clone());
        let due = self.due.as_ref().map(|due| due.basis.clone());
        publication.into_iter().chain(severity).chain(due).collect()
    }
}

/// A severity and the article that gives it; stated by the organ, or derived by the law's own rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Classed {
    pub class: Severity,
    pub basis: Basis,
    /// The organ stated it in the filed row.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub stated: bool,
}

/// Why a record has a new version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    pub entry: u64,
    pub reason: String,
}

/// How a decision lost its force (R36, 行政处罚法 art. 48).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Revocation {
    /// 撤销
    Revoked,
    /// 变更
    Changed,
    /// 确认违法
    Unlawful,
    /// 确认无效
    Void,
}

impl Revocation {
    /// The name a user reads.
    pub fn name(self) -> &'static str {
        match self {
            Self::Revoked => "撤销",
            Self::Changed => "变更",
            Self::Unlawful => "确认违法",
            Self::Void => "确认无效",
        }
    }

    /// Reads the word or the Chinese name.
    pub fn read(text: &str) -> Option<Self> {
        match text {
            "revoked" | "撤销" => Some(Self::Revoked),
            "changed" | "变更" => Some(Self::Changed),
            "unlawful" | "确认违法" => Some(Self::Unlawful),
            "void" | "确认无效" => Some(Self::Void),
            _ => None,
        }
    }
}

/// A decision lost its force; it leaves the portal with a public reason.
///
/// STORED: the head of `revoked` entries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revoked {
    /// The `filed` entry in force.
    pub record: u64,
    pub organ: Code,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entity: Option<Code>,
    pub docket: String,
    pub how: Revocation,
    /// The document that revokes.
    pub document: String,
    /// Shown to the public.
    pub reason: String,
    pub decided: Date,
    pub filed: Date,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Due>,
}

/// One table as it was handed in.
///
/// STORED: the head of `submitted` entries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Submission {
    pub source: String,
    pub filer: Code,
    /// Digest of the file's bytes, hexadecimal.
    pub file: String,
    pub on: Date,
    pub rows: u64,
    pub accepted: u64,
    pub rejected: u64,
    pub findings: BTreeMap<String, u64>,
}

/// The facts of a row the decision needs.
#[derive(Debug, Clone, Copy)]
pub struct Facts {
    pub act: Act,
    /// The party is a natural person.
    pub person: bool,
    pub decided: Date,
    pub filed: Date,
    pub valid_until: Option<Date>,
    pub procedure: Option<Procedure>,
    /// The organ's own choice where the law leaves it one.
    pub publish: Option<bool>,
    /// The document itself is still valid.
    pub in_force: bool,
}

/// Decides from when to when the public may see a record, if at all (R37).
///
/// A term that is over before the row was filed shows nothing: an organ that files late must not
/// lengthen what the entity has to bear.
pub fn publish(facts: &Facts, publicity: Option<&Ruled<publication::Publicity>>) -> Publication {
    let Some(ruled) = publicity else {
        return Publication::Withheld {
            why: Withheld::LawSilent,
            basis: None,
        };
    };
    let withheld = |why| Publication::Withheld {
        why,
        basis: Some(ruled.basis().clone()),
    };
    if facts.person {
        return withheld(Withheld::NaturalPerson);
    }
    if facts.act == Act::Penalty && facts.procedure == Some(Procedure::Simple) {
        return withheld(Withheld::SimpleProcedure);
    }
    if !facts.in_force {
        return withheld(Withheld::NotInForce);
    }
    if facts.publish == Some(false) {
        return withheld(Withheld::OrgansChoice);
    }
    match publication::showing(facts.decided, facts.valid_until, ruled) {
        Ok(Some(window)) if window.hidden <= facts.filed => withheld(Withheld::TermOver),
        Ok(Some(window)) => Publication::Shown {
            from: facts.filed,
            window,
        },
        Ok(None) => withheld(Withheld::ByRule),
        Err(_) => withheld(Withheld::LawSilent),
    }
}
