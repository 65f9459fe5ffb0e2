//! The pack: all of `law/`, checked whole, asked by date.

use crate::answer::{Conditions, DutyTerm};
use crate::case::Case;
use crate::catalog::{ActKind, Catalogs, DutyKind, Facet, Matter, PenaltyKind};
use crate::finding::Finding;
use crate::index::{Index, PenaltyFacts};
use crate::load;
use crate::rule::Rule;
use crate::statute::{RuleText, Statute};
use domain::basis::Ruled;
use domain::calendar::Calendar;
use domain::code::Exceptions;
use domain::publication::Publicity;
use domain::record::{Act, Severity};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// A law pack that passed every check.
#[derive(Debug)]
pub struct Pack {
    pub(crate) digest: String,
    pub(crate) statutes: BTreeMap<String, Statute>,
    pub(crate) catalogs: Catalogs,
    pub(crate) calendar: Calendar,
    pub(crate) index: Index,
    pub(crate) rules: Vec<Rule>,
    pub(crate) cases: Vec<Case>,
}

/// What a pack holds, for `law check`.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Report {
    pub statutes: usize,
    pub rules: usize,
    /// Rules a person compared with the statute's own words.
    pub confirmed: usize,
    pub unconfirmed: usize,
    pub cases: usize,
    /// Years with an official calendar.
    pub years: Vec<i16>,
}

/// A place in the pack that names a statute.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Citation {
    pub file: String,
    /// Line of the rule; absent for a row of a catalog.
    pub line: Option<usize>,
    /// Rule id with its article, or the name in the catalog.
    pub what: String,
}

impl Pack {
    /// Reads all files of `law/`: path inside that folder, and text.
    ///
    /// The pack loads whole or not at all; every fault is returned, with its file and line.
    pub fn load(files: impl IntoIterator<Item = (String, String)>) -> Result<Self, Vec<Finding>> {
        load::load(files)
    }

    /// SHA-256 over all paths and texts, hexadecimal: which law an answer was given by.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    pub fn calendar(&self) -> &Calendar {
        &self.calendar
    }

    /// Whether and how long a record is shown; `None` where the law is silent.
    ///
    /// Silence is not a default: the caller must not publish. A licence has no severity.
    pub fn publicity(
        &self,
        act: Act,
        severity: Option<Severity>,
        facets: &[&str],
        decided: Date,
    ) -> Option<Ruled<Publicity>> {
        self.index.publicity(act, severity, facets, decided)
    }

    /// The class of a penalty; `None` where the organ has to state it.
    pub fn severity(&self, facts: &PenaltyFacts<'_>) -> Option<Ruled<Severity>> {
        self.index.severity(Act::Penalty, facts)
    }

    /// The days for a duty that starts on `day`; `None` where nobody owes it.
    pub fn duty(&self, kind: &str, day: Date) -> Option<Ruled<DutyTerm>> {
        self.index.duty(kind, day)
    }

    /// The conditions of a question such as `commitment.eligible`; `None` where there is no rule.
    pub fn conditions(&self, id: &str, day: Date) -> Option<Ruled<Conditions>> {
        self.index.conditions(id, day)
    }

    /// All statutes, by id.
    pub fn statutes(&self) -> impl Iterator<Item = &Statute> {
        self.statutes.values()
    }

    pub fn statute(&self, id: &str) -> Option<&Statute> {
        self.statutes.get(id)
    }

    /// All rules as written, statute by statute.
    pub fn rules(&self) -> impl Iterator<Item = &RuleText> {
        self.statutes().flat_map(Statute::rules)
    }

    /// Everything in the pack that names the statute: what to look at when it lapses (R118).
    pub fn citing(&self, statute: &str) -> Vec<Citation> {
        let rules = self
            .rules()
            .filter(|rule| rule.statute == statute)
            .map(|rule| Citation {
                file: rule.file.clone(),
                line: Some(rule.line),
                what: format!("{}（{}）", rule.id, rule.article),
            });
        let cited = self.catalogs.cited();
        let rows = cited.iter().filter(|(_, _, named)| *named == statute);
        rules
            .chain(rows.map(|(file, name, _)| Citation {
                file: (*file).to_owned(),
                line: None,
                what: (*name).to_owned(),
            }))
            .collect()
    }

    /// Rules nobody compared with the statute since `day`: the never compared first, then by age.
    pub fn stale(&self, day: Date) -> Vec<&RuleText> {
        let mut old: Vec<&RuleText> = self
            .rules()
            .filter(|rule| rule.checked.is_none_or(|checked| checked < day))
            .collect();
        old.sort_by_key(|rule| rule.checked);
        old
    }

    pub fn acts(&self) -> &[ActKind] {
        &self.catalogs.acts
    }

    pub fn act(&self, act: Act) -> Option<&ActKind> {
        self.acts().iter().find(|row| row.word == act)
    }

    pub fn matters(&self) -> &[Matter] {
        &self.catalogs.matters
    }

    pub fn matter(&self, code: &str) -> Option<&Matter> {
        self.matters().iter().find(|row| row.code == code)
    }

    pub fn penalty_kinds(&self) -> &[PenaltyKind] {
        &self.catalogs.kinds
    }

    /// The catalog row for a filed text, by name or alias.
    pub fn penalty_kind(&self, text: &str) -> Option<&PenaltyKind> {
        self.penalty_kinds()
            .iter()
            .find(|row| row.texts().any(|known| known == text))
    }

    pub fn duties(&self) -> &[DutyKind] {
        &self.catalogs.duties
    }

    pub fn facets(&self) -> &[Facet] {
        &self.catalogs.facets
    }

    /// Codes that were issued with a wrong check character.
    pub fn exceptions(&self) -> &Exceptions {
        &self.catalogs.exceptions
    }

    pub fn check(&self) -> Report {
        let confirmed = self
            .rules
            .iter()
            .filter(|rule| rule.checked.is_some())
            .count();
        Report {
            statutes: self.statutes.len(),
            rules: self.rules.len(),
            confirmed,
            unconfirmed: self.rules.len() - confirmed,
            cases: self.cases.len(),
            years: self.calendar.years().map(|year| year.year).collect(),
        }
    }
}
