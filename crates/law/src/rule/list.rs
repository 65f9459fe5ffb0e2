//! A type of list (名单种类): who lists, for what, how one comes off (R78).

use super::{Says, Subject, twice, whole};
use crate::answer::{self, Written};
use crate::catalog::Cited;
use crate::fields::Fields;
use domain::basis::Basis;
use domain::blacklist::{Clause, Kind, Level, ListType};
use jiff::Span;
use jiff::civil::Date;
use serde::Deserialize;
use std::sync::Arc;

/// The days on which the criteria were out for comment.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Comment {
    pub from: Date,
    pub until: Date,
}

/// Every key as far as it could be read, before any of them is asked for.
struct Draft {
    word: Option<String>,
    name: Option<String>,
    kind: Kind,
    level: Option<Level>,
    organ: Option<String>,
    criteria: Option<Vec<Clause>>,
    evidence: Option<Vec<String>>,
    notice: Option<String>,
    plea: Option<String>,
    exits: Option<Vec<Clause>>,
    min: Option<Span>,
    max: Option<Span>,
    roles: Option<Vec<String>>,
    reviewer: Option<String>,
    appeal: Option<String>,
    bases: Vec<Basis>,
}

pub(super) fn read(basis: &Basis, fields: &mut Fields<'_>) -> Option<(Subject, Says)> {
    let draft = draft(basis, fields);
    let comment = fields.take::<Comment>("comment");
    if let Some(fault) = draft.fault() {
        fields.report("max", fault);
    }
    for (key, clauses) in [("criteria", &draft.criteria), ("exits", &draft.exits)] {
        let keys = clauses.iter().flatten().map(|clause| clause.key.as_ref());
        if let Some(word) = twice(keys) {
            fields.report(key, format!("`{word}` 列了两次"));
        }
    }
    let list = draft.finish()?;
    let word = list.word.clone();
    Some((Subject::List { word }, Says::List(Arc::new(list), comment)))
}

fn draft(basis: &Basis, fields: &mut Fields<'_>) -> Draft {
    let clauses = |written: Option<Vec<Written>>| written.map(|some| answer::clauses(some, basis));
    let mut span = |key: &str| {
        let span = fields.take(key);
        whole(key, span, fields)
    };
    let (min, max) = (span("min"), span("max"));
    Draft {
        word: fields.need("list"),
        name: fields.need("name"),
        kind: fields.take("kind").unwrap_or_default(),
        level: fields.need("level"),
        organ: fields.need("organ"),
        criteria: clauses(fields.some("criteria")),
        evidence: fields.some("evidence"),
        notice: fields.need("notice"),
        plea: fields.need("plea"),
        exits: clauses(exits(fields)),
        min,
        max,
        roles: fields.need("roles"),
        reviewer: fields.need("reviewer"),
        appeal: fields.need("appeal"),
        bases: also(basis, fields),
    }
}

/// A list nobody can leave is not set up.
fn exits(fields: &mut Fields<'_>) -> Option<Vec<Written>> {
    let exits: Vec<Written> = fields.take("exits").unwrap_or_default();
    if exits.is_empty() {
        fields.report("exits", "名单没有退出条件 `exits`：不得设置只进不出的名单");
        return None;
    }
    Some(exits)
}

/// The rule's own basis and the further ones of `also`.
pub(super) fn also(basis: &Basis, fields: &mut Fields<'_>) -> Vec<Basis> {
    let further: Vec<Cited> = fields.take("also").unwrap_or_default();
    let further = further.iter().map(Cited::basis);
    std::iter::once(basis.clone()).chain(further).collect()
}

impl Draft {
    fn fault(&self) -> Option<String> {
        let Some(max) = self.max else {
            return Some("名单没有最长期限 `max`：不得设置没有期限的名单".to_owned());
        };
        let start = jiff::civil::date(2000, 1, 1);
        let end = |span: Span| start.checked_add(span).ok();
        let short = self.min.is_some_and(|min| end(min) > end(max));
        short.then(|| "`max` 短于 `min`".to_owned())
    }

    fn finish(self) -> Option<ListType> {
        Some(ListType {
            word: self.word?,
            name: self.name?,
            kind: self.kind,
            level: self.level?,
            organ: self.organ?,
            criteria: self.criteria?,
            evidence: self.evidence?,
            notice: self.notice?,
            plea: self.plea?,
            exits: self.exits?,
            min: self.min,
            max: self.max?,
            roles: self.roles?,
            reviewer: self.reviewer?,
            appeal: self.appeal?,
            bases: self.bases,
        })
    }
}
