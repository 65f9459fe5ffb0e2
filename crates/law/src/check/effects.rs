//! Lists and measures: nothing takes rights away without a basis of the rank the law asks for.
//!
//! BASIS: 国办发〔2020〕49号: lists and measures need a law, an administrative regulation or a
//! document of the centre; a local list a local regulation; for nation-wide lists a ministry rule
//! does for the time being. A memorandum is no basis by itself.

use super::Whole;
use crate::finding::{Remark, Topic};
use crate::rule::{Comment, Rule, Says, Subject};
use crate::statute::Rank;
use domain::basis::Basis;
use domain::blacklist::{Kind, Level, ListType};
use domain::measure::{Class, Measure};
use domain::procedure::Unit;

/// Kind of duty: how long the criteria of a list are out for comment.
const COMMENT: &str = "list-comment";

/// A fault of an effect: what about, and the text.
type Fault = (Topic, String);

pub(super) fn lists(whole: &Whole) -> Vec<Remark> {
    each(whole, |rule| match &rule.says {
        Says::List(list, comment) => {
            let rank = list_rank(whole, list);
            let comment = comment_fault(whole, rule, list, *comment);
            rank.into_iter().chain(comment).collect()
        }
        _ => Vec::new(),
    })
}

/// The basis of an effect is in force as long as the effect, and no effect reaches back.
pub(super) fn standing(whole: &Whole) -> Vec<Remark> {
    each(whole, |rule| {
        let bases = rule.says.bearing();
        let lapsed = bases.iter().filter(|basis| {
            let statute = whole.statutes.get(&*basis.statute);
            statute.is_some_and(|statute| {
                let ends = statute.until.is_some_and(|until| rule.last() > until);
                ends || rule.from < statute.from
            })
        });
        let text = |basis: &Basis| {
            format!("依据 {basis} 不是在规则的全部时间内有效：名单和措施不得早于、不得晚于其依据")
        };
        lapsed.map(|basis| (Topic::Rank, text(basis))).collect()
    })
}

pub(super) fn measures(whole: &Whole) -> Vec<Remark> {
    each(whole, |rule| match &rule.says {
        Says::Measure(measure) => {
            let rank = measure_rank(whole, rule, measure);
            let natural = natural(whole, measure);
            let kinds = trigger_faults(whole, rule, measure).into_iter();
            rank.into_iter().chain(natural).chain(kinds).collect()
        }
        _ => Vec::new(),
    })
}

fn each(whole: &Whole, faults: impl Fn(&Rule) -> Vec<Fault>) -> Vec<Remark> {
    let mut found = Vec::new();
    for rule in &whole.rules {
        for (topic, message) in faults(rule) {
            found.push(Remark::fault(&rule.file, rule.line, topic, message));
        }
    }
    found
}

/// The highest rank, or the text that says why there is none to speak of.
fn best(whole: &Whole, bases: &[Basis], what: &str) -> Option<Result<Rank, Fault>> {
    let rank = bases.iter().filter_map(|basis| whole.rank(basis)).min()?;
    Some(if rank == Rank::Memorandum {
        let message = format!("{what}只以合作备忘录为依据：备忘录不能单独作为依据");
        Err((Topic::Rank, message))
    } else {
        Ok(rank)
    })
}

fn list_rank(whole: &Whole, list: &ListType) -> Option<Fault> {
    let rank = match best(whole, &list.bases, "名单")? {
        Ok(rank) => rank,
        Err(fault) => return Some(fault),
    };
    if !list.kind.adverse() {
        return None;
    }
    let message = match list.level {
        Level::Local if !cites(whole, &list.bases, Rank::LocalRegulation) => {
            format!("本地名单须以地方性法规为依据，现有依据为{}", rank.name())
        }
        Level::National if !rank.binding() && rank != Rank::MinistryRule => format!(
            "全国性名单须以法律、行政法规或者党中央、国务院政策文件为依据（部门规章暂可），现有依据为{}",
            rank.name()
        ),
        _ => return None,
    };
    Some((Topic::Rank, message))
}

fn cites(whole: &Whole, bases: &[Basis], rank: Rank) -> bool {
    bases.iter().any(|basis| whole.rank(basis) == Some(rank))
}

/// The criteria of a local list must have been out for comment before it may be used (R78).
fn comment_fault(
    whole: &Whole,
    rule: &Rule,
    list: &ListType,
    comment: Option<Comment>,
) -> Option<Fault> {
    let needed = list.level == Level::Local && list.kind == Kind::Blacklist;
    let Some(comment) = comment else {
        let message = "本地名单须写明征求意见的起止日 `comment`";
        return needed.then(|| (Topic::Forbidden, message.to_owned()));
    };
    let Some(days) = comment_days(whole, comment) else {
        let message = format!(
            "{} 没有按自然日计算的征求意见期限的规则（duty.term {COMMENT}）",
            comment.from
        );
        return Some((Topic::Dangling, message));
    };
    let shown = (comment.until - comment.from).get_days();
    let message = if shown < i32::from(days) {
        format!("征求意见只有 {shown} 天，不足 {days} 天")
    } else if comment.until >= rule.from {
        "征求意见尚未结束，名单不得启用".to_owned()
    } else {
        return None;
    };
    Some((Topic::Forbidden, message))
}

fn comment_days(whole: &Whole, comment: Comment) -> Option<u16> {
    let mut rules = whole.rules.iter();
    rules.find_map(|rule| match (&rule.subject, &rule.says) {
        (Subject::Duty { kind }, Says::Duty(term))
            if kind == COMMENT && term.unit == Unit::Calendar && rule.covers(comment.from) =>
        {
            Some(term.days)
        }
        _ => None,
    })
}

fn measure_rank(whole: &Whole, rule: &Rule, measure: &Measure) -> Option<Fault> {
    let rank = match best(whole, &measure.bases, "措施")? {
        Ok(rank) => rank,
        Err(fault) => return Some(fault),
    };
    if measure.class != Class::Rights || rank.binding() {
        return None;
    }
    let mut lists = triggers(whole, rule, measure).peekable();
    let local = lists.peek().is_some() && lists.all(|list| list.level == Level::Local);
    if local && cites(whole, &measure.bases, Rank::LocalRegulation) {
        return None;
    }
    let message = format!(
        "减损权益或者增加义务的措施须以法律、行政法规或者党中央、国务院政策文件为依据（本地名单可为地方性法规），现有依据为{}",
        rank.name()
    );
    Some((Topic::Rank, message))
}

fn natural(whole: &Whole, measure: &Measure) -> Option<Fault> {
    let forms = whole.catalogs.forms.iter();
    let mut natural = forms.filter(|form| form.natural);
    let touched = natural.any(|form| measure.targets.contains(&form.word));
    let message = "措施的对象含自然人，须写明 `personal = true` 和依据所列的人员类别 `roles`";
    (touched && !measure.personal).then(|| (Topic::Forbidden, message.to_owned()))
}

/// What the kinds of the triggering lists forbid.
fn trigger_faults(whole: &Whole, rule: &Rule, measure: &Measure) -> Vec<Fault> {
    let faults = triggers(whole, rule, measure).filter_map(|list| {
        let message = match (list.kind, measure.incentive) {
            (Kind::Watchlist, _) => format!("“{}”只供内部使用，不得触发措施", list.name),
            (Kind::Honorlist, false) => format!("“{}”是守信名单，只能触发激励措施", list.name),
            (Kind::Blacklist | Kind::Abnormal, true) => {
                format!("“{}”不是守信名单，不能触发激励措施", list.name)
            }
            _ => return None,
        };
        Some((Topic::Forbidden, message))
    });
    faults.collect()
}

/// The types of the triggering lists in the time of the measure.
pub(super) fn triggers<'a>(
    whole: &'a Whole,
    measure_rule: &'a Rule,
    measure: &'a Measure,
) -> impl Iterator<Item = &'a ListType> {
    let rules = whole.rules.iter();
    rules
        .filter(|rule| rule.overlaps(measure_rule))
        .filter_map(|rule| match &rule.says {
            Says::List(list, _) if measure.triggers.contains(&list.word) => Some(&**list),
            _ => None,
        })
}
