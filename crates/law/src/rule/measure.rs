//! A measure (措施): what follows from being on a list (R82, R83).

use super::list::also;
use super::{Says, Subject, whole};
use crate::fields::Fields;
use domain::basis::Basis;
use domain::measure::{Class, End, Matters, Measure};
use jiff::Span;
use std::sync::Arc;

/// Stands for every matter.
const ALL: &str = "*";

// Every key is taken before the first `?`, so that one fault does not hide the others.
pub(super) fn read(basis: &Basis, fields: &mut Fields<'_>) -> Option<(Subject, Says)> {
    let word: Option<String> = fields.need("measure");
    let name = fields.need("name");
    let class: Option<Class> = fields.need("class");
    let incentive: bool = fields.take("incentive").unwrap_or_default();
    let triggers = fields.some("triggers");
    let targets = fields.some("targets");
    let (personal, roles) = persons(fields);
    let implementer = fields.need("implementer");
    let matters = fields.some("matters").map(matters);
    let end = end(fields);
    if incentive && class == Some(Class::Rights) {
        fields.report("incentive", "激励措施不能是减损权益的措施（class = 1）");
    }
    let word = word?;
    let measure = Measure {
        word: word.clone(),
        name: name?,
        class: class?,
        incentive,
        triggers: triggers?,
        targets: targets?,
        personal,
        roles,
        implementer: implementer?,
        matters: matters?,
        end: end?,
        bases: also(basis, fields),
    };
    Some((Subject::Measure { word }, Says::Measure(Arc::new(measure))))
}

fn persons(fields: &mut Fields<'_>) -> (bool, Vec<String>) {
    let personal: bool = fields.take("personal").unwrap_or_default();
    let roles: Vec<String> = fields.take("roles").unwrap_or_default();
    if personal && roles.is_empty() {
        fields.report(
            "personal",
            "惩戒到人的措施须写明依据所列的人员类别 `roles`，没有列明的不得及于个人",
        );
    }
    if !personal && !roles.is_empty() {
        fields.report(
            "roles",
            "写了人员类别 `roles` 的措施须同时写明 `personal = true`",
        );
    }
    (personal, roles)
}

fn matters(codes: Vec<String>) -> Matters {
    if codes.iter().any(|code| code == ALL) {
        Matters::All
    } else {
        Matters::Listed(codes)
    }
}

fn end(fields: &mut Fields<'_>) -> Option<End> {
    let max: Option<Span> = fields.take("max");
    let ends: Option<String> = fields.take("ends");
    match (max, ends.as_deref()) {
        (Some(_), None) => whole("max", max, fields).map(End::After),
        (None, Some("with-list")) => Some(End::WithList),
        (None, Some(other)) => {
            fields.report("ends", format!("`ends` 只能是 with-list，不能是 `{other}`"));
            None
        }
        _ => {
            let message = "措施须写明期限：`max` 或者 `ends = \"with-list\"`，二者取一；不得设置没有期限的措施";
            fields.report("measure", message);
            None
        }
    }
}
