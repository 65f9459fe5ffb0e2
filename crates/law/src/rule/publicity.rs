//! How long a record, or a determined breach of a commitment, is shown (公示期限).

use super::{Says, Subject, When};
use crate::fields::Fields;
use domain::publication::{Publicity, Term};
use domain::record::Act;
use jiff::Span;

pub(super) fn read(id: &str, when: When, fields: &mut Fields<'_>) -> Option<(Subject, Says)> {
    let Some(act) = when.act else {
        fields.report("when", "`when` 缺少 `act`");
        return None;
    };
    let licence = id == "publicity.licence";
    if licence != (act == Act::Licence) || licence == when.severity.is_some() {
        fields.report("when", "`when` 与规则不符：处罚须写明 `severity`，许可不写");
    }
    let show: Option<String> = fields.take("show");
    let says = match show.as_deref() {
        None => Publicity::Shown(term(fields)?),
        Some("withheld") => Publicity::Withheld,
        Some("while-valid") => Publicity::WhileValid,
        Some(other) => {
            fields.report(
                "show",
                format!("`show` 只能是 withheld 或 while-valid，不能是 `{other}`"),
            );
            return None;
        }
    };
    let subject = Subject::Publicity {
        act,
        severity: when.severity,
        facets: when.facet,
    };
    Some((subject, Says::Publicity(says)))
}

/// A breach of a commitment has no document kind of its own, so its class alone decides.
pub(super) fn breach(when: &When, fields: &mut Fields<'_>) -> Option<(Subject, Says)> {
    let term = term(fields);
    let Some(severity) = when.severity else {
        fields.report("when", "`when` 缺少 `severity`");
        return None;
    };
    Some((Subject::Breach { severity }, Says::Breach(term?)))
}

// The longest term is asked for as the shortest is: what is adverse has an end.
fn term(fields: &mut Fields<'_>) -> Option<Term> {
    let (min, max) = (fields.need::<Span>("min"), fields.need::<Span>("max"));
    let (min, max) = (min?, max?);
    // The day is arbitrary: it only has to show that the spans are whole and in order.
    let ends = |span: Span| jiff::civil::date(2000, 1, 1).checked_add(span);
    match (ends(min), ends(max)) {
        (Ok(shortest), Ok(longest)) if shortest <= longest => Some(Term { min, max }),
        _ => {
            fields.report("max", "最长公示期 `max` 短于最短公示期 `min`，或者超出日历");
            None
        }
    }
}
