//! What depends on an article, in words and with a way there (R118).

use super::names::{self, Names};
use super::table::{Reader, Shown};
use jiff::civil::Date;
use law::{Citation, Pack, RuleText};
use std::collections::BTreeSet;
use toml::{Table, Value};

/// A rule or a row of a catalog that cites an article.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Dependent {
    /// 名单种类, 应用清单 …
    pub kind: String,
    pub name: String,
    pub href: String,
    /// File and line.
    pub place: String,
    /// Whether it decides on the day of the page.
    pub in_force: bool,
}

/// Everything that names the statute, or one article of it.
pub(super) fn all(
    law: &Pack,
    names: &Names,
    statute: &str,
    article: Option<&str>,
    day: Date,
) -> Vec<Dependent> {
    let found = law.depending(statute, article).into_iter();
    let mut found: Vec<Dependent> = found.map(|one| dependent(law, names, one, day)).collect();
    found.sort();
    found
}

fn dependent(law: &Pack, names: &Names, citation: Citation, day: Date) -> Dependent {
    let place = match citation.line {
        Some(line) => format!("{} 第 {line} 行", citation.file),
        None => citation.file.clone(),
    };
    let here = |rule: &&RuleText| rule.file == citation.file && Some(rule.line) == citation.line;
    if let Some(rule) = law.rules().find(here) {
        return Dependent {
            kind: names::question(&rule.id),
            name: about(names, rule),
            href: format!("/law/{}#{}", rule.statute, rule.article),
            place,
            in_force: rule.in_force(day),
        };
    }
    let (kind, href) = catalog(&citation.file);
    Dependent {
        kind: kind.to_owned(),
        name: citation.what,
        href: href.to_owned(),
        place,
        in_force: true,
    }
}

/// What a rule speaks about: its own name, or the facts it is for.
fn about(names: &Names, rule: &RuleText) -> String {
    let body: Table = rule.body.parse().unwrap_or_default();
    if let Some(name) = body.get("name").and_then(Value::as_str) {
        return name.to_owned();
    }
    let rows = Reader { names }.rows(&rule.body, &[]);
    let when = rows.into_iter().find(|(key, _)| *key == names::key("when"));
    match when {
        Some((_, Shown::Text(text))) => format!("{text}（{}起）", rule.from),
        _ => format!("{}（{}起）", names::question(&rule.id), rule.from),
    }
}

/// The name of a catalog and the page that shows it.
pub(super) fn catalog(file: &str) -> (&'static str, &'static str) {
    match file.rsplit('/').next().unwrap_or_default() {
        "acts.toml" => ("行政行为目录", "/catalogs/acts"),
        "penalty-kinds.toml" => ("处罚种类目录", "/catalogs/acts"),
        "matters.toml" => ("应用清单", "/catalogs/matters"),
        "base.toml" => ("基础目录", "/catalogs/sets"),
        "forbidden.toml" => ("禁止收集的个人信息", "/catalogs/sets"),
        "data-sets.toml" => ("数据清单", "/catalogs/sets"),
        "commitments.toml" => ("告知承诺事项", "/catalogs/commitments"),
        "inspections.toml" | "visits.toml" => ("检查事项清单", "/catalogs/inspections"),
        _ => ("目录", "/catalogs"),
    }
}

/// Every article of a statute that something names, by rule or by catalog.
pub(super) fn articles(law: &Pack, statute: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for rule in law.rules() {
        let body: Table = rule.body.parse().unwrap_or_default();
        walk(&body, &rule.statute, statute, &mut found);
    }
    let catalogs = law.files().iter();
    for (_, text) in catalogs.filter(|(path, _)| path.starts_with("catalog/")) {
        let table: Table = text.parse().unwrap_or_default();
        walk(&table, "", statute, &mut found);
    }
    found
}

/// A table that names an article means the statute it names, else the one around it; the parts of a
/// row stand on the basis of the row.
fn walk(table: &Table, around: &str, wanted: &str, found: &mut BTreeSet<String>) {
    let text = |key: &str| table.get(key).and_then(Value::as_str);
    let basis = table.get("basis").and_then(|basis| basis.get("statute"));
    let around = basis.and_then(Value::as_str).unwrap_or(around);
    let statute = text("statute").unwrap_or(around);
    if let Some(article) = text("article").filter(|_| statute == wanted) {
        found.insert(article.to_owned());
    }
    for value in table.values() {
        each_table(value, &mut |inner| walk(inner, around, wanted, found));
    }
}

fn each_table(value: &Value, visit: &mut dyn FnMut(&Table)) {
    match value {
        Value::Table(table) => visit(table),
        Value::Array(values) => values.iter().for_each(|one| each_table(one, visit)),
        _ => {}
    }
}
