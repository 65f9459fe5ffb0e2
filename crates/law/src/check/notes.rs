//! What to know about a pack that loads: parts without effect, bases to be improved.

use super::Whole;
use super::effects::triggers;
use super::grades::scales_beside;
use super::reach::{Dead, dead};
use crate::finding::{Remark, Topic};
use crate::rule::{Classes, Rule, Says, Subject};
use crate::statute::Rank;
use domain::basis::Basis;
use domain::blacklist::{Level, ListType};
use domain::conditions::Conditions;
use domain::measure::Measure;
use jiff::civil::Date;

/// One thing to know: what about, and the text.
type Note = (Topic, String);

/// Everything to know, in no order; what was last compared before `stale` counts as stale.
pub(crate) fn notes(whole: &Whole, stale: Option<Date>) -> Vec<Remark> {
    let mut found = rows(whole);
    found.extend(ended(whole));
    for rule in &whole.rules {
        let old = rule
            .checked
            .filter(|day| stale.is_some_and(|limit| *day < limit));
        let old = old.map(|day| (Topic::Stale, format!("规则 `{}` 上次核对是 {day}", rule.id)));
        let ours = anchors(rule).into_iter().chain(lapsed(whole, rule));
        let notes = old.into_iter().chain(ours).chain(about(whole, rule));
        for (topic, message) in notes {
            found.push(Remark::note(&rule.file, rule.line, topic, message));
        }
    }
    found
}

/// Catalog rows whose article nobody read.
fn rows(whole: &Whole) -> Vec<Remark> {
    let rows = whole.catalogs.cited().into_iter();
    let anchored = rows.filter(|row| is_anchor(&row.basis.article));
    let notes = anchored.map(|row| {
        let (name, article) = (row.name, &row.basis.article);
        let message = format!("`{name}` 的条文号 {article} 是占位，尚未读到原文");
        Remark::note(row.file, row.line, Topic::Anchor, message)
    });
    notes.collect()
}

/// Matters whose edition in use ends: from the day after it the catalog must name the next.
fn ended(whole: &Whole) -> Vec<Remark> {
    let matters = whole.catalogs.commitments.iter().filter(|row| row.on);
    let notes = matters.filter_map(|row| {
        let blank = whole.blank(&row.code, &row.form)?;
        let until = blank.until?;
        let message = format!("承诺事项 `{}` 的现行版本只用到 {until}", row.code);
        Some(Remark::note(&blank.file, 1, Topic::Conflict, message))
    });
    notes.collect()
}

/// `N1`, `N2` … stand for articles nobody read.
pub(crate) fn is_anchor(article: &str) -> bool {
    let digits = article.strip_prefix('N').unwrap_or_default();
    !digits.is_empty() && digits.bytes().all(|sign| sign.is_ascii_digit())
}

fn anchors(rule: &Rule) -> Vec<Note> {
    let own = std::iter::once(rule.article.as_str());
    let inner = rule.says.bases().into_iter().map(|basis| &*basis.article);
    let mut found: Vec<&str> = own.chain(inner).filter(|text| is_anchor(text)).collect();
    found.sort_unstable();
    found.dedup();
    let note = |article: &str| format!("条文号 {article} 是占位，尚未读到原文");
    let notes = found.into_iter();
    notes
        .map(|article| (Topic::Anchor, note(article)))
        .collect()
}

/// Parts that cite a statute which is not in force all the time the rule is.
fn lapsed(whole: &Whole, rule: &Rule) -> Vec<Note> {
    let bases = rule.says.bases().into_iter();
    let mut other: Vec<&Basis> = bases
        .filter(|basis| *basis.statute != *rule.statute)
        .collect();
    other.sort();
    other.dedup();
    let notes = other.into_iter().filter_map(|basis| {
        let statute = whole.statutes.get(&*basis.statute)?;
        let ends = statute.until.is_some_and(|until| rule.last() > until);
        let message = format!("所引 {basis} 不是在规则的全部时间内有效");
        (ends || rule.from < statute.from).then_some((Topic::Conflict, message))
    });
    notes.collect()
}

fn about(whole: &Whole, rule: &Rule) -> Vec<Note> {
    match &rule.says {
        Says::Publicity(_) => special(whole, rule).into_iter().collect(),
        Says::Conditions(says) => repeated(whole, rule, says).into_iter().collect(),
        Says::Severity(classes) => severity(classes),
        Says::Scale(scale, _) => dead(scale).into_iter().map(note).collect(),
        Says::Rates(_) => {
            let graded = scales_beside(whole, rule).next().is_some();
            let message = "没有评价规则给出这些等级，本规则暂不起作用".to_owned();
            let idle = (!graded).then_some((Topic::Unreachable, message));
            idle.into_iter().collect()
        }
        Says::List(list, _) => provisional(whole, list).into_iter().collect(),
        Says::Measure(measure) => measure_notes(whole, rule, measure),
        _ => Vec::new(),
    }
}

fn note(dead: Dead) -> Note {
    match dead {
        Dead::Never(text) => (Topic::Unreachable, text),
        Dead::Clash(text) => (Topic::Conflict, text),
    }
}

/// A special rule that says the same as the general one beside it never changes an answer.
fn special(whole: &Whole, rule: &Rule) -> Option<Note> {
    let Subject::Publicity {
        act,
        severity,
        facets,
    } = &rule.subject
    else {
        return None;
    };
    let general = Subject::Publicity {
        act: *act,
        severity: *severity,
        facets: Vec::new(),
    };
    let mut beside = whole.rules.iter().filter(|other| other.subject == general);
    let same = |other: &Rule| match (&rule.says, &other.says) {
        (Says::Publicity(special), Says::Publicity(general)) => special == general,
        _ => false,
    };
    let idle = !facets.is_empty()
        && beside
            .any(|other| other.from <= rule.from && rule.last() <= other.last() && same(other));
    let message = "特别规则与同期的一般规则相同，不起作用".to_owned();
    idle.then_some((Topic::Unreachable, message))
}

/// The same for conditions of one severity.
fn repeated(whole: &Whole, rule: &Rule, says: &Conditions) -> Option<Note> {
    let Subject::Conditions {
        id,
        severity: Some(_),
    } = &rule.subject
    else {
        return None;
    };
    let general = Subject::Conditions {
        id: id.clone(),
        severity: None,
    };
    let mut beside = whole.rules.iter().filter(|other| other.subject == general);
    let same = |other: &Rule| matches!(&other.says, Says::Conditions(general) if general == says);
    let idle =
        beside.any(|other| other.from <= rule.from && rule.last() <= other.last() && same(other));
    let message = "特别规则与同期的一般规则相同，不起作用".to_owned();
    idle.then_some((Topic::Unreachable, message))
}

fn severity(classes: &Classes) -> Vec<Note> {
    let unlisted = classes
        .fined
        .iter()
        .filter(|kind| !classes.kinds.contains_key(*kind));
    let fined = unlisted.map(|kind| {
        let message = format!("按数额划分的 `{kind}` 没有列入任何一类，数额标准不起作用");
        (Topic::Unreachable, message)
    });
    let idle = classes.fined.is_none() && !classes.thresholds.is_empty();
    let idle = idle.then(|| {
        let message = "没有写明 `fined`，数额标准不起作用".to_owned();
        (Topic::Unreachable, message)
    });
    let rows = classes.thresholds.iter();
    let upside = rows.filter(|row| row.larger.zip(row.huge).is_some_and(|(l, h)| l >= h));
    let upside = upside.map(|row| {
        let message = format!("数额标准“{}”：较大数额不小于巨额", row.cite);
        (Topic::Conflict, message)
    });
    fined.chain(idle).chain(upside).collect()
}

fn provisional(whole: &Whole, list: &ListType) -> Option<Note> {
    let rank = whole.rank(whole.bearing(&list.bases)?)?;
    let bare = list.kind.adverse() && list.level == Level::National && rank == Rank::MinistryRule;
    let message = format!("名单 `{}` 暂以部门规章为依据", list.word);
    bare.then_some((Topic::Provisional, message))
}

fn measure_notes(whole: &Whole, rule: &Rule, measure: &Measure) -> Vec<Note> {
    let lists: Vec<&ListType> = triggers(whole, rule, measure).collect();
    let mut notes = Vec::new();
    for word in &measure.triggers {
        if !lists.iter().any(|list| list.word == *word) {
            let message = format!("名单 `{word}` 在本措施有效期内不存在，不会触发");
            notes.push((Topic::Unreachable, message));
        }
    }
    for role in &measure.roles {
        if !lists.is_empty() && !lists.iter().any(|list| list.roles.contains(role)) {
            let message = format!("触发名单都没有列明人员类别 `{role}`，本措施不会及于该类人员");
            notes.push((Topic::Unreachable, message));
        }
    }
    notes
}
