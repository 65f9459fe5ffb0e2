//! Grades: nobody grades a natural person, and rates speak of the grades there are.

use super::Whole;
use crate::GENERAL;
use crate::finding::{Remark, Topic};
use crate::rule::{Rule, Says, Subject};
use domain::grade::{Indicator, Item, Points, Scale, Value};

/// No scale for a natural person (R4).
pub(super) fn scales(whole: &Whole) -> Vec<Remark> {
    let natural = |word: &String| {
        let mut forms = whole.catalogs.forms.iter();
        forms.any(|form| form.natural && form.word == *word)
    };
    let named = whole.rules.iter().filter(|rule| match &rule.subject {
        Subject::Scale { forms, .. } => forms.iter().any(natural),
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
        Says::Scale(scale, _) => Some(&**scale).filter(|_| general(other)),
        _ => None,
    })
}

/// Whether a scale is not that of a sector, whose grades are its own.
fn general(rule: &Rule) -> bool {
    matches!(&rule.subject, Subject::Scale { sector: None, .. })
}

/// A sector may take the general grade into account, but only so that a better one never costs
/// points: otherwise a repair could worsen the sector's grade.
pub(super) fn sectors(whole: &Whole) -> Vec<Remark> {
    let mut found = Vec::new();
    for rule in &whole.rules {
        let Says::Scale(scale, _) = &rule.says else {
            continue;
        };
        let place = scale.indicators.iter().position(|one| one.id == GENERAL);
        let Some(place) = place else { continue };
        let stated = scale.indicators.get(place).map(|one| &one.value) == Some(&Value::Stated);
        let falling = scale.items.iter().all(|item| falls(item, place));
        if general(rule) || !stated || !falling {
            let message = format!(
                "指标 `{GENERAL}` 只能在行业评价规则中以 stated 使用，且综合等级越好得分不得越低"
            );
            found.push(Remark::fault(
                &rule.file,
                rule.line,
                Topic::Conflict,
                message,
            ));
        }
    }
    found
}

/// Whether the item gives no more points the worse the general grade is.
fn falls(item: &Item, place: usize) -> bool {
    match &item.points {
        Points::Each { of, each, .. } if *of == place => *each <= 0,
        Points::Steps { of, steps } if *of == place => {
            // Below the first step there are no points.
            let first = steps
                .first()
                .is_none_or(|(from, points)| *from <= 0 || *points <= 0);
            first && steps.is_sorted_by(|one, next| one.1 >= next.1)
        }
        Points::Share { part, whole, .. } => *part != place && *whole != place,
        Points::Faded { of, .. } => *of != place,
        _ => item.unless != Some(place),
    }
}
