//! Days: no day with two rules, none without one where the law has to speak.

use super::Whole;
use crate::catalog::{COVERAGE, Covered};
use crate::finding::{Remark, Topic};
use crate::rule::{Rule, Subject};
use crate::statute::Statute;
use jiff::civil::Date;

/// A rule speaks about the days its statute is in force, unless it says why not.
pub(super) fn spans(whole: &Whole) -> Vec<Remark> {
    let rules = whole.rules.iter();
    let faults = rules.filter_map(|rule| Some((rule, whole.statutes.get(&rule.statute)?)));
    let faults = faults.flat_map(|(rule, statute)| {
        let faults = span_faults(rule, statute).into_iter();
        faults.map(|message| Remark::fault(&rule.file, rule.line, Topic::Conflict, message))
    });
    faults.collect()
}

fn span_faults(rule: &Rule, statute: &Statute) -> Vec<String> {
    let mut faults = Vec::new();
    if rule.from < statute.from && rule.reaches_back.is_none() {
        faults.push(format!(
            "规则早于法规施行日 {}，须用 `reaches_back` 说明理由",
            statute.from
        ));
    }
    if let Some(until) = statute.until
        && rule.last() > until
    {
        faults.push(format!("规则晚于法规失效日 {until}"));
    }
    faults
}

/// No record falls under two rules on one day.
pub(super) fn overlaps(whole: &Whole) -> Vec<Remark> {
    let mut found = Vec::new();
    for (place, rule) in whole.rules.iter().enumerate() {
        let later = whole.rules.iter().skip(place + 1);
        for other in
            later.filter(|other| rule.subject.meets(&other.subject) && rule.overlaps(other))
        {
            let there = format!("{}:{}", other.file, other.line);
            let message = format!("与 {there} 同一天有两条规则（第 {} 条）", other.article);
            found.push(Remark::fault(
                &rule.file,
                rule.line,
                Topic::Overlap,
                message,
            ));
        }
    }
    found
}

/// Every declared subject has a rule on every day of its span.
pub(super) fn gaps(whole: &Whole) -> Vec<Remark> {
    let covered = &whole.catalogs.covered;
    if covered.is_empty() {
        let message = "没有声明须逐日有规则的事项";
        return vec![Remark::fault(COVERAGE, 1, Topic::Gap, message)];
    }
    if whole.lost_rule {
        return Vec::new();
    }
    let rows = covered.iter().enumerate();
    let gaps = rows.filter_map(|(place, covered)| {
        let day = open_day(&whole.rules, covered)?;
        let message = format!("{} 自 {day} 起没有规则", described(covered));
        let line = whole.catalogs.line(COVERAGE, place);
        Some(Remark::fault(COVERAGE, line, Topic::Gap, message))
    });
    gaps.collect()
}

fn open_day(rules: &[Rule], covered: &Covered) -> Option<Date> {
    let rules = rules.iter().filter(|rule| answers(rule, covered));
    let mut spans: Vec<(Date, Date)> = rules.map(|rule| (rule.from, rule.last())).collect();
    spans.sort_unstable();
    first_gap(&spans, covered.from, covered.until)
}

/// Whether a rule is a general answer to a declared subject; special rules do not fill a gap.
fn answers(rule: &Rule, covered: &Covered) -> bool {
    rule.id == covered.id
        && match &rule.subject {
            Subject::Publicity {
                act,
                severity,
                facets,
            } => Some(*act) == covered.act && *severity == covered.severity && facets.is_empty(),
            Subject::Breach { severity } => Some(*severity) == covered.severity,
            Subject::Severity { act } => Some(*act) == covered.act,
            Subject::Duty { kind } => Some(kind) == covered.kind.as_ref(),
            Subject::Conditions { severity, .. } => *severity == covered.severity,
            Subject::Scale {
                sector: None,
                forms,
            } => covered.form.iter().any(|form| forms.contains(form)),
            Subject::Scale { .. } => false,
            Subject::Rate { item } => Some(*item) == covered.item,
            Subject::Retention { what } => Some(what) == covered.what.as_ref(),
            Subject::Route { breaker } => Some(breaker) == covered.breaker.as_ref(),
            Subject::Contents { report } => Some(report) == covered.report.as_ref(),
            Subject::List { .. } | Subject::Measure { .. } | Subject::Formula { .. } => false,
        }
}

/// The first day of the span that no rule covers; `spans` are sorted.
fn first_gap(spans: &[(Date, Date)], from: Date, until: Date) -> Option<Date> {
    let mut open = from;
    for (first, last) in spans {
        if *first > open {
            break;
        }
        if *last >= open {
            open = last.tomorrow().ok()?;
        }
    }
    (open <= until).then_some(open)
}

fn described(covered: &Covered) -> String {
    let parts = [
        Some(covered.id.as_str()),
        covered.act.map(domain::record::Act::name),
        covered.severity.map(domain::record::Severity::name),
        covered.kind.as_deref(),
        covered.form.as_deref(),
        covered.item.map(domain::inspection::Item::name),
        covered.what.as_deref(),
        covered.report.as_deref(),
        covered.breaker.as_deref(),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}
