//! Checks of the pack as a whole: each looks at one thing, all of them are reported at once.

mod blanks;
mod catalogs;
mod effects;
mod grades;
mod inspections;
mod notes;
mod reach;
mod referral;
mod time;
mod words;

pub(crate) use notes::{is_anchor, notes};

use crate::blank::Blank;
use crate::catalog::Catalogs;
use crate::finding::{Remark, Topic};
use crate::rule::Rule;
use crate::statute::{Rank, Statute};
use domain::basis::Basis;
use std::collections::BTreeMap;

/// File that registers a statute.
pub(crate) const STATUTE: &str = "statute.md";

/// Everything that was read.
#[derive(Debug, Default)]
pub(crate) struct Whole {
    pub statutes: BTreeMap<String, Statute>,
    pub catalogs: Catalogs,
    /// Blank forms of commitments, by matter and edition.
    pub blanks: Vec<Blank>,
    pub rules: Vec<Rule>,
    /// A rule could not be read, so what leads to nothing says nothing new.
    pub lost_rule: bool,
}

/// Every check keeps a pack from loading.
pub(crate) const CHECKS: [fn(&Whole) -> Vec<Remark>; 24] = [
    statutes,
    cited,
    articled,
    words::catalog,
    words::rules,
    words::duties,
    time::spans,
    time::overlaps,
    time::gaps,
    effects::lists,
    effects::measures,
    effects::standing,
    grades::scales,
    grades::columns,
    grades::sectors,
    grades::rates,
    catalogs::unique,
    catalogs::sets,
    catalogs::matters,
    catalogs::notices,
    referral::routes,
    inspections::items,
    inspections::visits,
    blanks::blanks,
];

impl Whole {
    pub fn rank(&self, basis: &Basis) -> Option<Rank> {
        self.statutes.get(&*basis.statute).map(|found| found.rank)
    }

    pub fn blank(&self, code: &str, edition: &str) -> Option<&Blank> {
        let mut blanks = self.blanks.iter();
        blanks.find(|blank| blank.code == code && blank.edition == edition)
    }

    /// The basis of the highest rank; the first of equals.
    pub fn bearing<'a>(&self, bases: &'a [Basis]) -> Option<&'a Basis> {
        let known = bases.iter().filter(|basis| self.rank(basis).is_some());
        known.min_by_key(|basis| self.rank(basis))
    }
}

/// What a statute replaces, and what took the place of a rule, must be registered.
fn statutes(whole: &Whole) -> Vec<Remark> {
    let known = |id: &String| whole.statutes.contains_key(id);
    let replaced = whole.statutes.values().flat_map(|newer| {
        let older = newer.replaces.iter().filter(|older| !known(older));
        older.map(|older| {
            let file = format!("{}/{STATUTE}", newer.id);
            let message = format!("`replaces` 所列法规 `{older}` 未登记");
            Remark::fault(&file, 1, Topic::Dangling, message)
        })
    });
    let displaced = whole.rules.iter().filter_map(|rule| {
        let later = &rule.displaced.as_ref()?.statute;
        let message = format!("`displaced` 所指法规 `{later}` 未登记");
        let remark = Remark::fault(&rule.file, rule.line, Topic::Dangling, message);
        (!known(later)).then_some(remark)
    });
    replaced.chain(displaced).collect()
}

/// Every basis of a rule or a catalog row must be registered.
fn cited(whole: &Whole) -> Vec<Remark> {
    let unknown = |basis: &Basis| whole.rank(basis).is_none();
    let rows = whole.catalogs.cited().into_iter();
    let rows = rows.filter(|cite| unknown(&cite.basis)).map(|cite| {
        let message = format!("`{}` 的依据 `{}` 未登记", cite.name, cite.basis.statute);
        Remark::fault(cite.file, cite.line, Topic::Dangling, message)
    });
    let rules = whole.rules.iter().flat_map(|rule| {
        let bases = rule.says.bases().into_iter().filter(|basis| {
            // A rule in a folder that is not registered is reported by its page already.
            *basis.statute != *rule.statute && unknown(basis)
        });
        bases.map(|basis| {
            let message = format!("所引依据 `{}` 未登记", basis.statute);
            Remark::fault(&rule.file, rule.line, Topic::Dangling, message)
        })
    });
    rows.chain(rules).collect()
}

/// No article, no effect: every part of a rule that cites an article of its own names it (R1).
fn articled(whole: &Whole) -> Vec<Remark> {
    let unnamed = |basis: &Basis| basis.article.trim().is_empty();
    let rules = whole.rules.iter().filter_map(|rule| {
        let unnamed = rule.says.bases().into_iter().filter(|basis| unnamed(basis));
        let count = unnamed.count();
        let message = format!("规则中有 {count} 处 `article` 为空，没有条文的不能生效");
        let remark = Remark::fault(&rule.file, rule.line, Topic::MissingArticle, message);
        (count > 0).then_some(remark)
    });
    let rows = whole.catalogs.cited().into_iter();
    let rows = rows.filter(|cite| unnamed(&cite.basis)).map(|cite| {
        let message = format!("`{}` 的依据没有写明条文", cite.name);
        Remark::fault(cite.file, cite.line, Topic::MissingArticle, message)
    });
    rules.chain(rows).collect()
}
