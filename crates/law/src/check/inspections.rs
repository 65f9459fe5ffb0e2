//! Inspections: what is published can be inspected, by whom and how often is known.

use super::Whole;
use crate::catalog::{INSPECTIONS, VISITS};
use crate::finding::{Remark, Topic};
use crate::rule::{Says, Subject};
use crate::statute::Rank;
use domain::basis::{Basis, Ruled};
use domain::inspection::{Item, Published};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Every item names a known sector and line, something to look at, a way, and is bounded.
pub(super) fn items(whole: &Whole) -> Vec<Remark> {
    let items = whole.catalogs.inspections.items.iter().enumerate();
    let mut known = BTreeSet::new();
    let mut found = Vec::new();
    for (place, item) in items {
        let line = whole.catalogs.line(INSPECTIONS, place);
        let code = &item.value().code;
        let mut faults = item_faults(whole, item);
        if !known.insert(code) {
            faults.push((Topic::Unreadable, "列了两次".to_owned()));
        }
        found.extend(faults.into_iter().map(|(topic, text)| {
            let message = format!("检查事项 `{code}`：{text}");
            Remark::fault(INSPECTIONS, line, topic, message)
        }));
    }
    if !known.is_empty() && whole.catalogs.inspections.teams.is_empty() {
        let message = "有检查事项，但没有写明检查人员的最少人数 `[[team]]`";
        found.push(Remark::fault(VISITS, 1, Topic::Dangling, message));
    }
    found
}

fn item_faults(whole: &Whole, ruled: &Ruled<Arc<Published>>) -> Vec<(Topic, String)> {
    let catalogs = &whole.catalogs;
    let item = ruled.value();
    let sector = catalogs.sectors.iter().any(|row| row.word == item.sector);
    let mut lines = catalogs.inspections.lines.iter();
    let line = lines.any(|row| row.word == item.line);
    let methods: BTreeSet<_> = item.methods.iter().collect();
    let keys: BTreeSet<&String> = item.checks.iter().map(|check| &check.key).collect();
    let rules = [
        (
            !sector,
            Topic::Dangling,
            format!("行业 `{}` 不在 catalog/sectors.toml 中", item.sector),
        ),
        (
            !line,
            Topic::Dangling,
            format!("执法条线 `{}` 不在 catalog/visits.toml 中", item.line),
        ),
        (
            item.checks.is_empty(),
            Topic::Forbidden,
            "没有写明检查内容 `checks`，没有公布标准的不得检查".to_owned(),
        ),
        (
            keys.len() < item.checks.len(),
            Topic::Unreadable,
            "检查内容列了两次".to_owned(),
        ),
        (
            methods.is_empty(),
            Topic::Unreadable,
            "没有写明检查方式 `method`".to_owned(),
        ),
        (
            methods.len() < item.methods.len(),
            Topic::Unreadable,
            "检查方式列了两次".to_owned(),
        ),
        (
            item.per_year == Some(0),
            Topic::Conflict,
            "频次为零：不检查的事项不列入清单".to_owned(),
        ),
        (
            item.per_year.is_some() && !item.on_site(),
            Topic::Conflict,
            "不现场检查的事项不占用频次，不写 `per_year`".to_owned(),
        ),
        (
            unbounded(whole, item),
            Topic::Forbidden,
            "一般检查事项没有频次上限：本事项没有 `per_year`，inspection.rate 也没有写满各等级"
                .to_owned(),
        ),
    ];
    let broken = rules.into_iter().filter(|(broken, ..)| *broken);
    let broken = broken.map(|(_, topic, text)| (topic, text));
    broken.chain(rank_fault(whole, ruled.basis())).collect()
}

/// A general item somebody comes for has a cap of its own, or every grade has one by the rates that
/// go on.
fn unbounded(whole: &Whole, item: &Published) -> bool {
    let free = item.kind == Item::Key || item.per_year.is_some() || !item.on_site();
    if free || whole.lost_rule {
        return false;
    }
    let rules = whole.rules.iter().filter(|rule| rule.until.is_none());
    let rates = rules.filter_map(|rule| match &rule.says {
        Says::Rates(rates) if general(&rule.subject) => Some(rates),
        _ => None,
    });
    let mut rates = rates.flatten().peekable();
    rates.peek().is_none() || rates.any(|(rate, _)| rate.per_year.is_none())
}

fn general(subject: &Subject) -> bool {
    matches!(subject, Subject::Rate { item } if *item == Item::General)
}

/// A policy paper or a rule of the platform lets nobody enter a business.
fn rank_fault(whole: &Whole, basis: &Basis) -> Option<(Topic, String)> {
    let rank = whole.rank(basis)?;
    let enough = matches!(
        rank,
        Rank::Law | Rank::AdminRegulation | Rank::MinistryRule | Rank::LocalRegulation
    );
    let message = format!("{}不能作为检查的依据", rank.name());
    (!enough).then_some((Topic::Rank, message))
}

/// The words of a visit stand once each, and say nothing that cannot hold.
pub(super) fn visits(whole: &Whole) -> Vec<Remark> {
    let visits = &whole.catalogs.inspections;
    let mut found = Vec::new();
    let mut report = |list: &str, place, topic, message: String| {
        let line = whole.catalogs.line_in(VISITS, list, place);
        found.push(Remark::fault(VISITS, line, topic, message));
    };
    let words: [(&str, Vec<&String>); 5] = [
        ("line", visits.lines.iter().map(|row| &row.word).collect()),
        ("exception", words(&visits.exceptions, |row| &row.word)),
        ("result", words(&visits.results, |row| &row.word)),
        ("recusal", words(&visits.recusals, |row| &row.word)),
        ("paper", words(&visits.papers, |row| &row.word)),
    ];
    for (list, words) in words {
        let mut known = BTreeSet::new();
        for (place, word) in words.into_iter().enumerate() {
            if !known.insert(word) {
                report(list, place, Topic::Unreadable, format!("`{word}` 列了两次"));
            }
        }
    }
    for (place, row) in visits.results.iter().enumerate() {
        let code = row.value();
        if code.follow && !code.problem {
            let message = format!("检查结果 `{}`：没有问题的不作后续处理", code.word);
            report("result", place, Topic::Conflict, message);
        }
    }
    for (place, row) in visits.teams.iter().enumerate() {
        if place > 0 || *row.value() == 0 {
            let message = "检查人员的最少人数只写一次，不得为零".to_owned();
            report("team", place, Topic::Conflict, message);
        }
    }
    found
}

fn words<T>(rows: &[Ruled<T>], word: impl Fn(&T) -> &String) -> Vec<&String> {
    rows.iter().map(|row| word(row.value())).collect()
}
