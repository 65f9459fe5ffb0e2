//! The fast answers against a naive reading of the same files.
//!
//! The evaluator below shares nothing with the crate but the texts: it reads the blocks again as
//! plain tables and walks through all of them for every question.

use crate::support::{files, pack};
use domain::inspection::Item;
use domain::measure::Facts;
use domain::publication::{Publicity, Term};
use domain::record::{Act, Procedure, Severity};
use jiff::civil::{Date, date};
use jiff::{Span, ToSpan};
use law::{Pack, PenaltyFacts};
use proptest::prelude::*;
use std::sync::LazyLock;

struct Naive {
    rules: Vec<(String, toml::Table)>,
    kinds: Vec<toml::Table>,
}

static NAIVE: LazyLock<Naive> = LazyLock::new(read);
static FAST: LazyLock<Pack> = LazyLock::new(pack);

fn read() -> Naive {
    let mut rules = Vec::new();
    let mut kinds = Vec::new();
    for (path, text) in files() {
        if path == "catalog/penalty-kinds.toml" {
            let table: toml::Table = text.parse().unwrap();
            kinds = table["kind"]
                .as_array()
                .unwrap()
                .iter()
                .map(|row| row.as_table().unwrap().clone())
                .collect();
        }
        for block in text.split("```rule\n").skip(1) {
            if !path.ends_with(".md") || path == "README.md" {
                continue;
            }
            let body = block.split("\n```").next().unwrap();
            let statute = path.rsplit_once('/').unwrap().0.to_owned();
            rules.push((statute, body.parse().unwrap()));
        }
    }
    Naive { rules, kinds }
}

fn text<'a>(table: &'a toml::Table, key: &str) -> &'a str {
    table
        .get(key)
        .and_then(|value| value.as_str())
        .unwrap_or_default()
}

fn texts<'a>(table: &'a toml::Table, key: &str) -> Vec<&'a str> {
    let list = table.get(key).and_then(|value| value.as_array());
    list.into_iter()
        .flatten()
        .map(|value| value.as_str().unwrap())
        .collect()
}

/// ISO dates compare as texts; the answer keeps the statute with it.
fn on(id: &str, day: Date) -> impl Iterator<Item = &(String, toml::Table)> {
    let day = day.to_string();
    NAIVE.rules.iter().filter(move |(_, rule)| {
        let until = text(rule, "until");
        text(rule, "id") == id
            && text(rule, "from") <= day.as_str()
            && (until.is_empty() || day.as_str() <= until)
    })
}

fn when(rule: &toml::Table) -> toml::Table {
    rule.get("when")
        .and_then(|value| value.as_table())
        .cloned()
        .unwrap_or_default()
}

fn publicity(severity: Severity, facets: &[&str], day: Date) -> Option<(String, Publicity)> {
    let class: Vec<_> = on("publicity.term", day)
        .filter(|(_, rule)| text(&when(rule), "severity") == severity.word())
        .collect();
    let named = |rule: &toml::Table| {
        let named = when(rule);
        texts(&named, "facet")
            .iter()
            .map(|facet| (*facet).to_owned())
            .collect::<Vec<String>>()
    };
    let special = class
        .iter()
        .filter(|(_, rule)| named(rule).iter().any(|f| facets.contains(&f.as_str())));
    let ends = |rule: &toml::Table, key: &str| {
        text(rule, key)
            .parse::<Span>()
            .ok()
            .map(|span| day.checked_add(span).unwrap())
    };
    let (statute, rule) = special
        .max_by_key(|(_, rule)| (ends(rule, "max"), ends(rule, "min")))
        .or_else(|| class.iter().find(|(_, rule)| named(rule).is_empty()))?;
    let says = match text(rule, "show") {
        "withheld" => Publicity::Withheld,
        _ => Publicity::Shown(Term {
            min: text(rule, "min").parse().unwrap(),
            max: text(rule, "max").parse().unwrap(),
        }),
    };
    Some((statute.clone(), says))
}

fn severity(kinds: &[&str], procedure: Procedure, day: Date) -> Option<Severity> {
    let (_, rule) = on("severity.class", day).next()?;
    if procedure == Procedure::Simple {
        return Severity::read(text(rule, "simple"));
    }
    let official = |stated: &str| {
        let row = NAIVE
            .kinds
            .iter()
            .find(|row| text(row, "name") == stated || texts(row, "aliases").contains(&stated));
        row.map_or(stated.to_owned(), |row| text(row, "name").to_owned())
    };
    let class = |stated: &&str| {
        let stated = official(stated);
        if texts(rule, "unclear").contains(&stated.as_str()) {
            return None;
        }
        let listed = Severity::ALL
            .into_iter()
            .find(|class| texts(rule, class.word()).contains(&stated.as_str()));
        Some(listed.unwrap_or(Severity::read(text(rule, "other")).unwrap()))
    };
    let classes: Vec<_> = kinds.iter().map(class).collect();
    match classes.iter().flatten().max() {
        Some(Severity::Serious) => Some(Severity::Serious),
        Some(other) if classes.iter().all(Option::is_some) => Some(*other),
        _ => None,
    }
}

/// Words that stand under a key in rules of a kind, and one that never does.
fn words(id: &str, key: &str) -> Vec<String> {
    let mut words = vec!["none".to_owned()];
    for (_, rule) in NAIVE
        .rules
        .iter()
        .filter(|(_, rule)| text(rule, "id") == id)
    {
        let limits = when(rule);
        let lists = [texts(rule, key), texts(&limits, key)].concat();
        let single = [text(rule, key), text(&limits, key)];
        let found = lists
            .into_iter()
            .chain(single)
            .filter(|word| !word.is_empty());
        words.extend(found.map(str::to_owned));
    }
    words.sort();
    words.dedup();
    words
}

fn word(id: &'static str, key: &'static str) -> impl Strategy<Value = String> {
    proptest::sample::select(words(id, key))
}

fn measures(list: &str, form: &str, matter: &str, role: &str, day: Date) -> Vec<String> {
    let mut words: Vec<String> = on("measure.effect", day)
        .filter(|(_, rule)| {
            let personal = rule.get("personal").and_then(toml::Value::as_bool) == Some(true);
            let matters = texts(rule, "matters");
            let person = if role.is_empty() {
                !personal
            } else {
                personal && texts(rule, "roles").contains(&role)
            };
            texts(rule, "triggers").contains(&list)
                && texts(rule, "targets").contains(&form)
                && (matters.contains(&"*") || matters.contains(&matter))
                && person
        })
        .map(|(_, rule)| text(rule, "measure").to_owned())
        .collect();
    words.sort();
    words
}

fn day() -> impl Strategy<Value = Date> {
    (0..8400_i64).prop_map(|offset| date(2014, 6, 1).checked_add(offset.days()).unwrap())
}

fn facets() -> impl Strategy<Value = Vec<&'static str>> {
    let known = vec![
        "food",
        "drug",
        "special-equipment",
        "work-safety",
        "fire",
        "necessary",
        "special-serious",
        "none",
    ];
    proptest::sample::subsequence(known, 0..=3)
}

fn kinds() -> impl Strategy<Value = Vec<&'static str>> {
    let known = vec![
        "警告",
        "通报批评",
        "罚款",
        "没收违法所得",
        "没收非法财物",
        "没收违法所得、没收非法财物",
        "暂扣许可证件",
        "暂扣许可证",
        "吊销营业执照",
        "吊销许可证件",
        "限制开展生产经营活动",
        "责令停产停业",
        "责令关闭",
        "限制从业",
        "行政拘留",
        "其他",
        "暂扣或吊销许可证/执照",
        "未知",
    ];
    proptest::sample::subsequence(known, 0..=4)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn publicity_agrees(class in proptest::sample::select(Severity::ALL.to_vec()), facets in facets(), day in day()) {
        let fast = FAST.publicity(Act::Penalty, Some(class), &facets, day);
        let fast = fast.map(|ruled| (ruled.basis().statute.to_string(), *ruled.value()));
        prop_assert_eq!(fast, publicity(class, &facets, day));
    }

    #[test]
    fn breaches_agree(class in proptest::sample::select(Severity::ALL.to_vec()), day in day()) {
        let naive = on("publicity.breach", day).find(|(_, rule)| text(&when(rule), "severity") == class.word());
        let naive = naive.map(|(statute, rule)| {
            let term = Term { min: text(rule, "min").parse().unwrap(), max: text(rule, "max").parse().unwrap() };
            (statute.clone(), term)
        });
        let fast = FAST.breach_publicity(class, day);
        prop_assert_eq!(fast.map(|ruled| (ruled.basis().statute.to_string(), *ruled.value())), naive);
    }

    #[test]
    fn routes_agree(breaker in word("referral.route", "breaker"), day in day()) {
        let naive = on("referral.route", day).find(|(_, rule)| text(&when(rule), "breaker") == breaker);
        let naive = naive.map(|(statute, rule)| {
            let days = rule["reply"]["days"].as_integer().unwrap();
            (statute.clone(), texts(rule, "offices").len(), days)
        });
        let fast = FAST.route(&breaker, day).map(|ruled| {
            let route = ruled.value();
            (ruled.basis().statute.to_string(), route.offices.len(), i64::from(route.reply.days))
        });
        prop_assert_eq!(fast, naive);
    }

    #[test]
    fn severity_agrees(kinds in kinds(), simple in any::<bool>(), day in day()) {
        let procedure = if simple { Procedure::Simple } else { Procedure::Ordinary };
        let facts = PenaltyFacts { kinds: &kinds, procedure, fine: Some(100), facets: &[], decided: day };
        let fast = FAST.severity(&facts).map(|ruled| *ruled.value());
        prop_assert_eq!(fast, severity(&kinds, procedure, day));
    }

    #[test]
    fn duties_agree(kind in proptest::sample::select(vec!["publish", "publish-other", "portal", "withdraw", "breach", "feedback", "commitment-plea", "repair-notice", "referral-reply"]), day in day()) {
        let naive = on("duty.term", day).find(|(_, rule)| text(&when(rule), "kind") == kind);
        let naive = naive.map(|(statute, rule)| (statute.clone(), rule["days"].as_integer().unwrap()));
        let fast = FAST.duty(kind, day);
        let fast = fast.map(|ruled| (ruled.basis().statute.to_string(), i64::from(ruled.value().days)));
        prop_assert_eq!(fast, naive);
    }

    #[test]
    fn r83_measures_agree(
        list in word("measure.effect", "triggers"),
        form in word("measure.effect", "targets"),
        matter in word("measure.effect", "matters"),
        role in word("measure.effect", "roles"),
        alone in any::<bool>(),
        day in day(),
    ) {
        let role = if alone { "" } else { role.as_str() };
        let facts = Facts { list: &list, form: &form, matter: &matter, role: (!alone).then_some(role) };
        let mut fast: Vec<String> =
            FAST.measures(&facts, day).iter().map(|ruled| ruled.value().word.clone()).collect();
        fast.sort();
        prop_assert_eq!(fast, measures(&list, &form, &matter, role, day));
    }

    #[test]
    fn lists_agree(list in word("list.type", "list"), day in day()) {
        let naive = on("list.type", day).find(|(_, rule)| text(rule, "list") == list);
        let naive = naive.map(|(_, rule)| text(rule, "max").parse::<Span>().unwrap().to_string());
        let fast = FAST.list(&list, day).map(|ruled| ruled.value().max.to_string());
        prop_assert_eq!(fast, naive);
        let all: usize = on("list.type", day).count();
        prop_assert_eq!(FAST.lists(day).len(), all);
    }

    #[test]
    fn scales_and_rates_agree(
        form in word("grade.scale", "form"),
        item in proptest::sample::select(Item::ALL.to_vec()),
        grade in proptest::sample::select(vec!["A", "B", "C", "D", "E"]),
        day in day(),
    ) {
        let naive = on("grade.scale", day).find(|(_, rule)| texts(&when(rule), "form").contains(&form.as_str()));
        let naive = naive.map(|(_, rule)| text(rule, "scale").to_owned());
        prop_assert_eq!(FAST.scale(&form, day).map(|ruled| ruled.value().id.clone()), naive);
        let rule = on("inspection.rate", day).find(|(_, rule)| text(&when(rule), "item") == item.word());
        let rows = rule.and_then(|(_, rule)| rule["rates"].as_array());
        let row = rows.into_iter().flatten().find(|row| row["grade"].as_str() == Some(grade));
        let naive = row.map(|row| (row["least"].as_integer().unwrap(), row["most"].as_integer().unwrap()));
        let fast = FAST.rate(item, grade, day);
        let fast = fast.map(|rate| (i64::from(rate.value().least), i64::from(rate.value().most)));
        prop_assert_eq!(fast, naive);
    }

    #[test]
    fn retentions_agree(what in word("retention.term", "what"), day in day()) {
        let naive = on("retention.term", day).find(|(_, rule)| text(&when(rule), "what") == what);
        let naive = naive.map(|(statute, rule)| (statute.clone(), text(rule, "keep").parse::<Span>().unwrap().to_string()));
        let fast = FAST.retention(&what, day);
        let fast = fast.map(|kept| (kept.basis().statute.to_string(), kept.value().keep.to_string()));
        prop_assert_eq!(fast, naive);
    }
}
