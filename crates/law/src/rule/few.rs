//! The short kinds of rule: duties, conditions, retention, report contents, formulas.

use super::{Says, Subject, When, twice, whole};
use crate::answer::{self, Contents, DutyTerm, Written};
use crate::fields::Fields;
use domain::assessment::Formula;
use domain::basis::Basis;
use domain::conditions::Conditions;
use domain::procedure::Unit;
use domain::retention::Retention;
use std::sync::Arc;

pub(super) fn duty(when: When, fields: &mut Fields<'_>) -> Option<(Subject, Says)> {
    let days: Option<u16> = fields.need("days");
    let unit: Option<Unit> = fields.need("unit");
    let reminders: Vec<u16> = fields.take("reminders").unwrap_or_default();
    if !reminders.is_sorted() || reminders.iter().any(|day| Some(*day) > days) {
        fields.report("reminders", "`reminders` 须从小到大，且不超过 `days`");
    }
    let Some(kind) = when.kind else {
        fields.report("when", "`when` 缺少 `kind`");
        return None;
    };
    let says = DutyTerm {
        days: days?,
        unit: unit?,
        reminders: reminders.into(),
    };
    Some((Subject::Duty { kind }, Says::Duty(says)))
}

pub(super) fn conditions(
    id: &str,
    when: &When,
    basis: &Basis,
    fields: &mut Fields<'_>,
) -> Option<(Subject, Says)> {
    let requires: Vec<Written> = fields.take("requires").unwrap_or_default();
    let bars: Vec<Written> = fields.take("bars").unwrap_or_default();
    if requires.is_empty() && bars.is_empty() {
        fields.report("id", "条件规则须有 `requires` 或 `bars`");
        return None;
    }
    let says = Conditions {
        requires: answer::clauses(requires, basis).into(),
        bars: answer::clauses(bars, basis).into(),
    };
    let keys = says.requires.iter().chain(says.bars.iter());
    if let Some(key) = twice(keys.map(|clause| clause.key.as_ref())) {
        fields.report("id", format!("条件 `{key}` 列了两次"));
    }
    let subject = Subject::Conditions {
        id: id.to_owned(),
        severity: when.severity,
    };
    Some((subject, Says::Conditions(says)))
}

pub(super) fn retention(when: When, fields: &mut Fields<'_>) -> Option<(Subject, Says)> {
    let keep = fields.need("keep");
    let keep = whole("keep", keep, fields);
    let Some(what) = when.what else {
        fields.report("when", "`when` 缺少 `what`");
        return None;
    };
    let says = Retention {
        what: what.clone(),
        keep: keep?,
    };
    Some((Subject::Retention { what }, Says::Retention(says)))
}

pub(super) fn contents(
    when: When,
    basis: &Basis,
    fields: &mut Fields<'_>,
) -> Option<(Subject, Says)> {
    let name: Option<String> = fields.need("name");
    let sections: Option<Vec<Written>> = fields.some("sections");
    let valid = fields.take("valid");
    let valid = whole("valid", valid, fields);
    let Some(report) = when.report else {
        fields.report("when", "`when` 缺少 `report`");
        return None;
    };
    let says = Contents {
        name: name?.into(),
        sections: answer::clauses(sections?, basis).into(),
        valid,
    };
    let keys = says.sections.iter().map(|clause| clause.key.as_ref());
    if let Some(key) = twice(keys) {
        fields.report("sections", format!("栏目 `{key}` 列了两次"));
    }
    Some((Subject::Contents { report }, Says::Contents(says)))
}

pub(super) fn formula(fields: &mut Fields<'_>) -> Option<(Subject, Says)> {
    let word: Option<String> = fields.need("formula");
    let name = fields.need("name");
    let over = fields.need("over");
    let of = fields.need("of");
    let text = fields.need("text");
    let word = word?;
    let says = Formula {
        word: word.clone(),
        name: name?,
        over: over?,
        of: of?,
        text: text?,
    };
    Some((Subject::Formula { word }, Says::Formula(Arc::new(says))))
}
