//! Referrals: a route and the duty it opens give the same time.

use super::Whole;
use crate::finding::{Remark, Topic};
use crate::rule::{Rule, Says, Subject};
use domain::procedure::Term;

/// Kind of duty: within which time a body replies.
const REPLY: &str = "referral-reply";

/// The route times the reply of the case, the duty reminds of it and counts who is late: two figures
/// would tell the body one day and blame it for another.
pub(super) fn routes(whole: &Whole) -> Vec<Remark> {
    let routes = whole.rules.iter().filter_map(|rule| match &rule.says {
        Says::Route(route) => Some((rule, route.reply)),
        _ => None,
    });
    let clashes = routes.flat_map(|(rule, reply)| {
        let duties = duties(whole, rule);
        let other = duties.filter(move |(_, term)| *term != reply);
        other.map(|(duty, _)| {
            let there = format!("{}:{}", duty.file, duty.line);
            let message = format!("答复期限与 {there} 的 duty.term {REPLY} 不一致");
            Remark::fault(&rule.file, rule.line, Topic::Conflict, message)
        })
    });
    clashes.collect()
}

fn duties<'a>(whole: &'a Whole, route: &'a Rule) -> impl Iterator<Item = (&'a Rule, Term)> {
    let beside = whole.rules.iter().filter(|rule| rule.overlaps(route));
    beside.filter_map(|rule| match (&rule.subject, &rule.says) {
        (Subject::Duty { kind }, Says::Duty(term)) if kind == REPLY => {
            let (days, unit) = (term.days, term.unit);
            Some((rule, Term { days, unit }))
        }
        _ => None,
    })
}
