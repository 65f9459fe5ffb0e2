//! Who is told of a breach by an organ, an institution, a state firm or their staff (R89).

use super::{Says, Subject, When};
use crate::fields::Fields;
use domain::procedure::{Term, Unit};
use domain::referral::{Office, Route};
use serde::Deserialize;
use std::collections::BTreeSet;

/// The words of [`domain::referral::Breaker`].
const BREAKERS: [&str; 4] = ["organ", "institution", "state-firm", "staff"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reply {
    days: u16,
    unit: Unit,
}

pub(super) fn read(when: When, fields: &mut Fields<'_>) -> Option<(Subject, Says)> {
    let offices: Option<Vec<Office>> = fields.some("offices");
    let reply: Option<Reply> = fields.need("reply");
    let template = fields.need("template");
    let listed = offices.iter().flatten();
    let distinct: BTreeSet<&Office> = listed.collect();
    if offices
        .as_ref()
        .is_some_and(|all| distinct.len() < all.len())
    {
        fields.report("offices", "通报对象 `offices` 列了两次");
    }
    if reply.as_ref().is_some_and(|reply| reply.days == 0) {
        fields.report("reply", "答复期限 `reply` 须大于零");
    }
    let breaker = breaker(when, fields)?;
    let reply = reply?;
    let route = Route {
        breaker: breaker.clone(),
        offices: offices?,
        reply: Term {
            days: reply.days,
            unit: reply.unit,
        },
        template: template?,
    };
    Some((Subject::Route { breaker }, Says::Route(route)))
}

fn breaker(when: When, fields: &mut Fields<'_>) -> Option<String> {
    let Some(word) = when.breaker else {
        fields.report("when", "`when` 缺少 `breaker`");
        return None;
    };
    if !BREAKERS.contains(&word.as_str()) {
        let known = BREAKERS.join("、");
        let message = format!("`breaker` 只能是 {known}，不能是 `{word}`");
        fields.report("when", message);
        return None;
    }
    Some(word)
}
