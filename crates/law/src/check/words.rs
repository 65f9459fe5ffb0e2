//! Words: whatever a rule names stands in a closed catalog.

use super::Whole;
use crate::catalog::{KINDS, Word};
use crate::finding::{Remark, Topic};
use crate::rule::{Rule, Says, Subject};
use domain::blacklist::ListType;
use domain::measure::{Matters, Measure};

/// No text means two kinds of penalty.
pub(super) fn catalog(whole: &Whole) -> Vec<Remark> {
    let kinds = whole.catalogs.kinds.iter();
    let mut texts: Vec<&str> = kinds.flat_map(|row| row.texts()).collect();
    texts.sort_unstable();
    let twice = texts.windows(2).filter_map(|pair| match pair {
        [a, b] if a == b => Some(format!("处罚种类 `{a}` 列了两次")),
        _ => None,
    });
    twice
        .map(|message| Remark::unreadable(KINDS, 1, message))
        .collect()
}

/// Words of rules that no catalog lists.
pub(super) fn rules(whole: &Whole) -> Vec<Remark> {
    let unlisted = whole.rules.iter().flat_map(|rule| {
        let words = unlisted(whole, rule).into_iter();
        words.map(|word| {
            let message = format!("`{word}` 不在封闭目录中");
            Remark::fault(&rule.file, rule.line, Topic::Dangling, message)
        })
    });
    unlisted.collect()
}

fn unlisted<'a>(whole: &Whole, rule: &'a Rule) -> Vec<&'a str> {
    let catalogs = &whole.catalogs;
    match (&rule.subject, &rule.says) {
        (Subject::Publicity { facets, .. }, _) => {
            let known = |word: &str| catalogs.facets.iter().any(|row| row.word == word);
            texts(facets).filter(|word| !known(word)).collect()
        }
        (Subject::Duty { kind }, _) => duty(whole, kind).into_iter().collect(),
        (_, Says::Severity(_)) => severity(whole, rule),
        (Subject::Scale { sector, forms }, _) => {
            let mut words = strange(forms, |word| form(whole, word));
            words.extend(sector.iter().flat_map(|word| one(&catalogs.sectors, word)));
            words
        }
        (Subject::Retention { what }, _) => one(&catalogs.retentions, what),
        (Subject::Contents { report }, _) => one(&catalogs.reports, report),
        (_, Says::Formula(formula)) => {
            let mut words = one(&catalogs.counts, &formula.over);
            words.extend(one(&catalogs.counts, &formula.of));
            words
        }
        (_, Says::Route(route)) => {
            let known = |word: &str| catalogs.notices.iter().any(|row| row.word == word);
            strange(std::slice::from_ref(&route.template), known)
        }
        (_, Says::List(list, _)) => list_words(whole, list),
        (_, Says::Measure(measure)) => measure_words(whole, measure),
        _ => Vec::new(),
    }
}

fn severity<'a>(whole: &Whole, rule: &'a Rule) -> Vec<&'a str> {
    let Says::Severity(classes) = &rule.says else {
        return Vec::new();
    };
    let known_kind = |word: &str| whole.catalogs.kinds.iter().any(|row| row.name == word);
    let known_facet = |word: &str| whole.catalogs.facets.iter().any(|row| row.word == word);
    let kinds = classes.kinds.keys().map(String::as_str);
    let kinds = kinds
        .chain(texts(&classes.unclear))
        .chain(classes.fined.as_deref());
    let rows = classes.thresholds.iter();
    let facets = rows.filter_map(|row| row.facet.as_deref());
    let kinds = kinds.filter(|word| !known_kind(word));
    kinds
        .chain(facets.filter(|word| !known_facet(word)))
        .collect()
}

fn list_words<'a>(whole: &Whole, list: &'a ListType) -> Vec<&'a str> {
    let catalogs = &whole.catalogs;
    let mut words = strange(&list.evidence, |word| listed(&catalogs.evidence, word));
    words.extend(strange(&list.roles, |word| listed(&catalogs.roles, word)));
    words.extend(duty(whole, &list.notice));
    words.extend(duty(whole, &list.plea));
    words
}

fn measure_words<'a>(whole: &Whole, measure: &'a Measure) -> Vec<&'a str> {
    let catalogs = &whole.catalogs;
    let known_list = |word: &str| {
        let mut rules = whole.rules.iter();
        whole.lost_rule
            || rules
                .any(|rule| matches!(&rule.subject, Subject::List { word: known } if known == word))
    };
    let mut words = strange(&measure.triggers, known_list);
    words.extend(strange(&measure.targets, |word| form(whole, word)));
    words.extend(strange(&measure.roles, |word| {
        listed(&catalogs.roles, word)
    }));
    if let Matters::Listed(codes) = &measure.matters {
        let known = |code: &str| catalogs.matters.iter().any(|row| row.code == code);
        words.extend(strange(codes, known));
    }
    words
}

/// A list names the duties that give notice and hear the entity: they must be timed on its first day.
pub(super) fn duties(whole: &Whole) -> Vec<Remark> {
    if whole.lost_rule {
        return Vec::new();
    }
    let timed = |kind: &String, rule: &Rule| {
        let mut rules = whole.rules.iter();
        rules.any(|known| {
            let same = matches!(&known.subject, Subject::Duty { kind: known } if known == kind);
            same && known.covers(rule.from)
        })
    };
    let lists = whole.rules.iter().flat_map(|rule| {
        let kinds = match &rule.says {
            Says::List(list, _) => vec![&list.notice, &list.plea],
            _ => Vec::new(),
        };
        let open = kinds.into_iter().filter(move |kind| !timed(kind, rule));
        open.map(|kind| {
            let message = format!(
                "名单所用的期限 `{kind}` 在 {} 没有 duty.term 规则",
                rule.from
            );
            Remark::fault(&rule.file, rule.line, Topic::Dangling, message)
        })
    });
    lists.collect()
}

fn texts(list: &[String]) -> impl Iterator<Item = &str> {
    list.iter().map(String::as_str)
}

fn strange(words: &[String], known: impl Fn(&str) -> bool) -> Vec<&str> {
    texts(words).filter(|word| !known(word)).collect()
}

fn one<'a>(rows: &[Word], word: &'a str) -> Vec<&'a str> {
    let unknown = !listed(rows, word);
    unknown.then_some(word).into_iter().collect()
}

fn listed(rows: &[Word], word: &str) -> bool {
    rows.iter().any(|row| row.word == word)
}

fn form(whole: &Whole, word: &str) -> bool {
    whole.catalogs.forms.iter().any(|row| row.word == word)
}

fn duty<'a>(whole: &Whole, kind: &'a str) -> Option<&'a str> {
    let known = whole.catalogs.duties.iter().any(|row| row.kind == kind);
    (!known).then_some(kind)
}
