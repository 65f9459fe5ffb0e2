//! What the law answers, in types that are cheap to copy.

use domain::basis::Basis;
use domain::blacklist::Clause;
use domain::procedure::Unit;
use domain::publication::Publicity;
use domain::record::{Act, Severity};
use jiff::Span;
use jiff::civil::Date;
use serde::Deserialize;
use std::sync::Arc;

/// How long somebody has for a duty, and after which days he is reminded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DutyTerm {
    pub days: u16,
    pub unit: Unit,
    /// Days after the start on which a reminder is sent, in the same unit, in ascending order.
    pub reminders: Arc<[u16]>,
}

/// What a report must show, in order, and for how long receivers may rely on it.
#[derive(Debug, Clone)]
pub struct Contents {
    pub name: Arc<str>,
    pub sections: Arc<[Clause]>,
    /// Absent where the law sets no validity.
    pub valid: Option<Span>,
}

/// What a term is asked for.
#[derive(Debug, Clone, Copy)]
pub enum TermOf<'a> {
    /// 公示期限
    Publicity {
        act: Act,
        severity: Option<Severity>,
        facets: &'a [&'a str],
    },
    /// 违诺信息公示期限
    Breach(Severity),
    /// 义务期限, by its kind in `law/catalog/duties.toml`
    Duty(&'a str),
    /// 保存期限, by its word in `law/catalog/retentions.toml`
    Retention(&'a str),
    /// 评价有效期, by form of organisation
    Grade(&'a str),
}

/// A term of any kind.
#[derive(Debug, Clone)]
pub enum AnyTerm {
    Publicity(Publicity),
    Duty(DutyTerm),
    Span(Span),
}

/// `{ key, text }` as written, with the article where it is not the one of the rule.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Written {
    key: String,
    text: String,
    article: Option<String>,
    statute: Option<String>,
    checked: Option<Date>,
}

impl Written {
    pub fn clause(self, rule: &Basis) -> Clause {
        let own = Own {
            article: self.article,
            statute: self.statute,
            checked: self.checked,
        };
        Clause {
            key: self.key.into(),
            text: self.text.into(),
            basis: own.basis(rule),
        }
    }
}

/// Turns written clauses into those of a rule.
pub(crate) fn clauses(written: Vec<Written>, rule: &Basis) -> Vec<Clause> {
    written.into_iter().map(|one| one.clause(rule)).collect()
}

/// The basis of a part of a rule, where it is another than the rule's.
pub(crate) struct Own {
    pub article: Option<String>,
    pub statute: Option<String>,
    pub checked: Option<Date>,
}

impl Own {
    /// A comparison of the rule covers its parts, except those that cite another statute.
    pub fn basis(self, rule: &Basis) -> Basis {
        let covered = self.statute.is_none() && rule.confirmed;
        Basis {
            statute: self
                .statute
                .map_or_else(|| rule.statute.clone(), Into::into),
            article: self
                .article
                .map_or_else(|| rule.article.clone(), Into::into),
            confirmed: self.checked.is_some() || covered,
        }
    }
}
