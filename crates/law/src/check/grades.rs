//! Grades: nobody grades a natural person, and rates speak of the grades there are.

use super::Whole;
use crate::finding::{Remark, Topic};
use crate::rule::{Rule, Says, Subject};
use domain::grade::{Indicator, Scale};

/// No scale for a natural person (R4).
pub(super) fn scales(whole: &Whole) -> Vec<Remark> {
    let natural = |word: &String| {
        let mut forms = whole.catalogs.forms.iter();
        forms.any(|form| form.natural && form.word == *word)
    };
    let named = whole.rules.iter().filter(|rule| match &rule.subject {
        Subject::Scale { forms } => forms.iter().any(natural),
        _ => false,
    });
    let message = "自然人不得评分、评级：`form` 不能含自然人";
    named
        .map(|rule| Remark::fault(&rule.file, rule.line, Topic::Forbidden, message))
        .collect()
}

/// Indicators become columns of emitted SQL, where some names are taken.
pub(super) fn columns(whole: &Whole) -> Vec<Remark> {
    let mut found = Vec::new();
    for rule in &whole.rules {
        let Says::Scale(scale, _) = &rule.says else {
            continue;
        };
        let taken = |id: &str| Indicator::RESERVED.contains(&id);
        for indicator in scale.indicators.iter().filter(|one| taken(&one.id)) {
            let message = format!("指标 `{}` 与结果表的列同名，请换一个名称", indicator.id);
            let remark = Remark::fault(&rule.file, rule.line, Topic::Conflict, message);
            found.push(remark);
        }
    }
    found
}

/// Rates name the grades of every scale in force in their time, best first.
pub(super) fn rates(whole: &Whole) -> Vec<Remark> {
    let mut found = Vec::new();
    for rule in &whole.rules {
        let Says::Rates(rates) = &rule.says else {
            continue;
        };
        let named: Vec<&str> = rates.iter().map(|(rate, _)| rate.grade.as_str()).collect();
        for scale in scales_beside(whole, rule) {
            let graded: Vec<&str> = scale.cuts.iter().map(|cut| cut.word.as_str()).collect();
            if named != graded {
                let (named, graded) = (named.join("、"), graded.join("、"));
                let message = format!(
                    "所列等级 {named} 与评价规则 `{}` 的等级 {graded} 不一致",
                    scale.id
                );
                found.push(Remark::fault(
                    &rule.file,
                    rule.line,
                    Topic::Dangling,
                    message,
                ));
            }
        }
    }
    found
}

/// The scales in force on some day on which the rule is.
pub(super) fn scales_beside<'a>(
    whole: &'a Whole,
    rule: &'a Rule,
) -> impl Iterator<Item = &'a Scale> {
    let beside = whole.rules.iter().filter(|other| other.overlaps(rule));
    beside.filter_map(|other| match &other.says {
        Says::Scale(scale, _) => Some(&**scale),
        _ => None,
    })
}
