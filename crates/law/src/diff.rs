//! What two packs say differently, rule by rule, row by row and key by key.

use crate::blank::Blank;
use crate::catalog;
use crate::pack::Pack;
use crate::statute::RuleText;
use crate::text::{self, Kind};
use domain::basis::Basis;
use jiff::civil::Date;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// What kind of thing changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    Statute,
    Rule,
    Catalog,
    /// A blank form of a commitment.
    Blank,
    Calendar,
}

impl Part {
    /// The name a user reads.
    pub fn name(self) -> &'static str {
        match self {
            Self::Statute => "法规",
            Self::Rule => "规则",
            Self::Catalog => "目录",
            Self::Blank => "承诺书",
            Self::Calendar => "工作日历",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Changed {
    Added,
    Removed,
    Changed,
}

impl Changed {
    /// The name a user reads.
    pub fn name(self) -> &'static str {
        match self {
            Self::Added => "新增",
            Self::Removed => "删除",
            Self::Changed => "修改",
        }
    }
}

/// One key with its value before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// Path inside the block, for example `rates.A.most`.
    pub key: String,
    pub old: Option<String>,
    pub new: Option<String>,
}

/// One rule, catalog row, statute or calendar that two packs state differently.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    pub part: Part,
    /// What identifies it: of a rule its statute, question, subject and first day.
    pub name: String,
    pub changed: Changed,
    /// Place in the newer pack; of what was removed, in the older.
    pub file: String,
    pub line: usize,
    /// First day concerned.
    pub from: Option<Date>,
    /// Last day concerned; absent where it is open.
    pub until: Option<Date>,
    pub basis: Option<Basis>,
    /// Every key of what was added or removed, the differing ones of what changed.
    pub values: Vec<Difference>,
}

impl fmt::Display for Change {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            out,
            "{}{} {}",
            self.changed.name(),
            self.part.name(),
            self.name
        )?;
        if let Some(until) = self.until {
            write!(out, "（至 {until}）")?;
        }
        if let Some(basis) = &self.basis {
            write!(out, "〔{basis}〕")?;
        }
        if self.changed != Changed::Changed {
            return Ok(());
        }
        for (place, value) in self.values.iter().enumerate() {
            let before = if place == 0 { "：" } else { "；" };
            let text = |text: &Option<String>| {
                let text = text.as_deref().unwrap_or("无");
                text.trim().replace('\n', " ")
            };
            let (old, new) = (text(&value.old), text(&value.new));
            write!(out, "{before}{} {old} → {new}", value.key)?;
        }
        Ok(())
    }
}

/// Everything `new` says differently from `old`, sorted by kind and name.
pub fn diff(old: &Pack, new: &Pack) -> Vec<Change> {
    let (mut before, after) = (entries(old), entries(new));
    let mut changes = Vec::new();
    for ((part, name), entry) in after {
        let known = before.remove(&(part, name.clone()));
        changes.extend(change(part, name, known, Some(entry)));
    }
    let gone = before.into_iter();
    changes.extend(gone.filter_map(|((part, name), entry)| change(part, name, Some(entry), None)));
    changes.sort_by(|a, b| (a.part, &a.name).cmp(&(b.part, &b.name)));
    changes
}

/// One thing a pack states, with its keys made flat.
struct Entry {
    file: String,
    line: usize,
    values: BTreeMap<String, String>,
    basis: Option<Basis>,
}

type Entries = BTreeMap<(Part, String), Entry>;

fn change(part: Part, name: String, old: Option<Entry>, new: Option<Entry>) -> Option<Change> {
    let changed = match (&old, &new) {
        (None, Some(_)) => Changed::Added,
        (Some(_), None) => Changed::Removed,
        _ => Changed::Changed,
    };
    let values = differing(old.as_ref(), new.as_ref());
    if values.is_empty() {
        return None;
    }
    let entry = new.or(old)?;
    let day = |key: &str| entry.values.get(key)?.parse().ok();
    Some(Change {
        part,
        name,
        changed,
        from: day("from"),
        until: day("until"),
        file: entry.file,
        line: entry.line,
        basis: entry.basis,
        values,
    })
}

fn differing(old: Option<&Entry>, new: Option<&Entry>) -> Vec<Difference> {
    let keys = |entry: Option<&Entry>| -> BTreeSet<String> {
        entry
            .into_iter()
            .flat_map(|entry| entry.values.keys().cloned())
            .collect()
    };
    let value = |entry: Option<&Entry>, key: &str| entry?.values.get(key).cloned();
    let all: BTreeSet<String> = keys(old).union(&keys(new)).cloned().collect();
    let values = all.into_iter().map(|key| Difference {
        old: value(old, &key),
        new: value(new, &key),
        key,
    });
    values.filter(|value| value.old != value.new).collect()
}

fn entries(pack: &Pack) -> Entries {
    let mut found = Entries::new();
    for rule in pack.rules() {
        found.insert((Part::Rule, rule_name(rule)), rule_entry(rule));
    }
    for (path, text) in pack.files() {
        if path.starts_with(catalog::FOLDER) {
            rows(path, text, &mut found);
        } else if path.ends_with(".toml") {
            let entry = entry(path, 1, &parse(text));
            found.insert((Part::Calendar, path.clone()), entry);
        }
    }
    for blank in pack.blanks() {
        found.insert((Part::Blank, blank.name()), blank_entry(blank));
    }
    for statute in pack.statutes() {
        let entry = statute_entry(pack, &statute.id);
        found.insert((Part::Statute, statute.id.clone()), entry);
    }
    found
}

fn rule_name(rule: &RuleText) -> String {
    let (statute, id, about, from) = (&rule.statute, &rule.id, &rule.about, rule.from);
    if about.is_empty() {
        return format!("{statute} {id} 自 {from}");
    }
    format!("{statute} {id}（{about}）自 {from}")
}

fn rule_entry(rule: &RuleText) -> Entry {
    let basis = Basis {
        statute: rule.statute.as_str().into(),
        article: rule.article.as_str().into(),
        confirmed: rule.confirmed(),
    };
    Entry {
        basis: Some(basis),
        ..entry(&rule.file, rule.line, &parse(&rule.body))
    }
}

/// The head of a statute, and the words of it that its pages quote.
fn statute_entry(pack: &Pack, id: &str) -> Entry {
    let mut entry = entry(&format!("{id}/statute.md"), 1, &toml::Table::new());
    let folder = format!("{id}/");
    for (path, text) in pack.files() {
        let Some(page) = path
            .strip_prefix(&folder)
            .filter(|page| page.ends_with(".md"))
        else {
            continue;
        };
        for piece in text::pieces(text).unwrap_or_default() {
            match piece.kind {
                Kind::Front => flatten("", &parse(&piece.text).into(), &mut entry.values),
                Kind::Quote => {
                    let quotes = entry.values.entry(format!("quote {page}")).or_default();
                    quotes.push_str(&piece.text);
                    quotes.push('\n');
                }
                _ => {}
            }
        }
    }
    entry
}

/// The head of a form, and its text section by section: nobody compares a whole page on one line.
fn blank_entry(blank: &Blank) -> Entry {
    let mut entry = entry(&blank.file, 1, &toml::Table::new());
    let until = blank.until.map(|day| ("until", day.to_string()));
    let head = [
        ("title", blank.title.clone()),
        ("from", blank.from.to_string()),
    ];
    for (key, value) in head.into_iter().chain(until) {
        entry.values.insert(key.to_owned(), value);
    }
    let mut section = "text".to_owned();
    for piece in text::pieces(&blank.text).unwrap_or_default() {
        if let Kind::Heading(_) = piece.kind {
            section = format!("text {}", piece.text);
        }
        let said = entry.values.entry(section.clone()).or_default();
        said.push_str(&piece.text);
        said.push('\n');
    }
    entry
}

fn rows(path: &str, text: &str, found: &mut Entries) {
    let heads = catalog::rows(text);
    let lists = parse(text);
    let lists = lists.iter();
    for (list, rows) in lists.filter_map(|(list, rows)| Some((list, rows.as_array()?))) {
        for (place, row) in rows.iter().enumerate() {
            let Some(row) = row.as_table() else {
                continue;
            };
            let line = catalog::line_in(&heads, list, place);
            let mut name = format!("{path} {}", row_name(row));
            // Rows without a word of their own are told apart by their place.
            if found.contains_key(&(Part::Catalog, name.clone())) {
                name = format!("{name} #{}", place + 1);
            }
            found.insert((Part::Catalog, name), entry(path, line, row));
        }
    }
}

/// What tells a row from the others of its file.
fn row_name(row: &toml::Table) -> String {
    const NAMES: [&str; 11] = [
        "id", "word", "code", "act", "severity", "kind", "form", "item", "what", "report",
        "breaker",
    ];
    let text = |key: &&str| row.get(*key).and_then(toml::Value::as_str);
    let first = |keys: &[&str]| keys.iter().find_map(text).map(str::to_owned);
    // A row that says which days need a rule is named by all it asks for.
    if row.contains_key("id") {
        let texts: Vec<&str> = NAMES.iter().filter_map(text).collect();
        return texts.join(" ");
    }
    let name = first(&["word", "code", "kind", "name", "division"]).unwrap_or_default();
    match row.get("version") {
        Some(version) => format!("{name} {}", shown(version)),
        None => name,
    }
}

fn entry(file: &str, line: usize, table: &toml::Table) -> Entry {
    let mut values = BTreeMap::new();
    flatten("", &toml::Value::Table(table.clone()), &mut values);
    Entry {
        file: file.to_owned(),
        line,
        basis: row_basis(table),
        values,
    }
}

fn row_basis(table: &toml::Table) -> Option<Basis> {
    let basis = table.get("basis")?;
    let text = |key: &str| basis.get(key).and_then(toml::Value::as_str);
    Some(Basis {
        statute: text("statute")?.into(),
        article: text("article")?.into(),
        confirmed: basis.get("checked").is_some(),
    })
}

/// What loaded once is TOML.
fn parse(text: &str) -> toml::Table {
    text.parse().unwrap_or_default()
}

fn flatten(path: &str, value: &toml::Value, values: &mut BTreeMap<String, String>) {
    let join = |key: &str| match path {
        "" => key.to_owned(),
        _ => format!("{path}.{key}"),
    };
    match value {
        toml::Value::Table(table) => {
            for (key, value) in table {
                flatten(&join(key), value, values);
            }
        }
        toml::Value::Array(list) if list.iter().any(toml::Value::is_table) => {
            for (place, value) in list.iter().enumerate() {
                flatten(&join(&part_name(value, place)), value, values);
            }
        }
        other => drop(values.insert(path.to_owned(), shown(other))),
    }
}

fn shown(value: &toml::Value) -> String {
    match value {
        toml::Value::String(text) => text.clone(),
        toml::Value::Integer(number) => number.to_string(),
        toml::Value::Float(number) => number.to_string(),
        toml::Value::Boolean(yes) => yes.to_string(),
        toml::Value::Datetime(day) => day.to_string(),
        toml::Value::Array(list) => list.iter().map(shown).collect::<Vec<_>>().join("、"),
        toml::Value::Table(table) => {
            let parts = table.iter();
            let parts = parts.map(|(key, value)| format!("{key} {}", shown(value)));
            parts.collect::<Vec<_>>().join("、")
        }
    }
}

/// The word of a part of a list, else its place.
fn part_name(value: &toml::Value, place: usize) -> String {
    let keys = ["id", "key", "word", "code", "grade", "name"];
    let mut words = keys.iter().filter_map(|key| value.get(*key)?.as_str());
    words
        .next()
        .map_or_else(|| (place + 1).to_string(), str::to_owned)
}
