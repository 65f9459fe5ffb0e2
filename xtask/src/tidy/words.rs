//! What may not be written: numbers of the law, SQL outside the store, words the vocabulary forbids.

use super::rust::Source;
use super::{Finding, Text};

/// Second words for things that have one, and the word to take.
const SYNONYMS: [(&str, &str); 6] = [
    ("company", "entity"),
    ("companies", "entity"),
    ("subject", "entity"),
    ("punishment", "penalty"),
    ("license", "licence"),
    ("department", "organ"),
];

/// Names that say nothing when they stand alone.
const EMPTY: [&str; 8] = [
    "data", "info", "manager", "service", "helper", "util", "process", "handle",
];

/// Words that make the next identifier a definition of ours.
const DEFINING: [&str; 7] = ["fn", "struct", "enum", "trait", "mod", "type", "let"];

const SQL: [&str; 7] = [
    "SELECT ",
    "INSERT INTO ",
    "UPDATE ",
    "DELETE FROM ",
    "CREATE TABLE ",
    "PRAGMA ",
    "ALTER TABLE ",
];

/// Units a period or a deadline of the law is counted in.
const UNITS: [&str; 6] = ["个工作日", "工作日", "个月", "个自然日", "年", "月"];

const NUMERALS: &str = "〇零一二两三四五六七八九十百";

/// Calls that belong to the edge, with the crates that may make them.
const EDGE: [(&str, &[&str]); 4] = [
    ("Command::new", &["xtask", "benches"]),
    ("Ruled::by_law", &["crates/law"]),
    ("Zoned::now", &["crates/chengheng", "xtask"]),
    ("SystemTime::now", &["crates/chengheng", "xtask", "benches"]),
];

/// Folders that exist on one machine only.
const MACHINE: [&str; 4] = ["/home/", "/root/", "/work/", "/Users/"];

pub fn check(source: &Source<'_>, out: &mut Vec<Finding>) {
    identifiers(source, out);
    calls(source, out);
    comments(source, out);
    let ours = source.text.path.starts_with("crates/");
    if !ours {
        return;
    }
    for (line, text) in &source.strings {
        if let Some(period) = period(text) {
            let message = format!("`{period}` belongs to law/ or sources/, not into Rust");
            out.push(source.text.finding(*line, "period", message));
        }
        if let Some(article) = article(text) {
            let message = format!("`{article}` belongs to law/, not into Rust");
            out.push(source.text.finding(*line, "article", message));
        }
        let store = source.text.path.starts_with("crates/store/");
        if let Some(word) = SQL.iter().find(|word| !store && text.contains(**word)) {
            let message = format!("`{}` belongs to crates/store", word.trim());
            out.push(source.text.finding(*line, "sql", message));
        }
    }
}

/// Checks a template: what the law counts may not stand in a page either.
pub fn page(text: &Text, out: &mut Vec<Finding>) {
    for (index, line) in text.text.lines().enumerate() {
        if let Some(period) = period(line) {
            let message = format!("`{period}` belongs to law/ or sources/, not into a page");
            out.push(text.finding(index + 1, "period", message));
        }
        if ["http://", "https://"]
            .iter()
            .any(|outside| line.contains(&format!("src=\"{outside}")))
        {
            out.push(text.finding(index + 1, "outside", "a page loads nothing from outside"));
        }
    }
}

fn identifiers(source: &Source<'_>, out: &mut Vec<Finding>) {
    for (line, before, word) in source.identifiers() {
        let parts = parts(&word);
        for (wrong, right) in SYNONYMS {
            if parts.iter().any(|part| part == wrong) {
                let message = format!("`{word}`: the word is `{right}`");
                out.push(source.text.finding(line, "word", message));
            }
        }
        let lower = word.to_lowercase();
        if word.contains("credit_repair") || word.contains("CreditRepair") {
            out.push(
                source
                    .text
                    .finding(line, "word", format!("`{word}`: the word is `repair`")),
            );
        }
        let ours = source.text.path.starts_with("crates/");
        if ours && DEFINING.contains(&before.as_str()) && EMPTY.contains(&lower.as_str()) {
            let message = format!("`{word}` says nothing as a whole name");
            out.push(source.text.finding(line, "name", message));
        }
    }
}

/// `RepairTerm`, `repair_term` and `REPAIR_TERM` have the same parts.
fn parts(word: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut small = false;
    for letter in word.chars() {
        if letter == '_' || (letter.is_uppercase() && small) {
            parts.push(String::new());
        }
        small = letter.is_lowercase() || letter.is_numeric();
        if let Some(part) = parts.last_mut().filter(|_| letter != '_') {
            part.extend(letter.to_lowercase());
        }
    }
    parts
}

fn calls(source: &Source<'_>, out: &mut Vec<Finding>) {
    let code: String = source.code.iter().collect();
    for (index, line) in code.lines().enumerate() {
        for (call, allowed) in EDGE {
            let free = allowed
                .iter()
                .any(|folder| source.text.path.starts_with(&format!("{folder}/")));
            if !free && !source.is_test(index + 1) && line.contains(call) {
                let message = format!("`{call}` only in {}", allowed.join(", "));
                out.push(source.text.finding(index + 1, "edge", message));
            }
        }
    }
}

fn comments(source: &Source<'_>, out: &mut Vec<Finding>) {
    for (line, text) in &source.comments {
        if let Some(mark) = ["TODO", "FIXME", "XXX"]
            .iter()
            .find(|mark| text.contains(**mark))
        {
            out.push(source.text.finding(
                *line,
                "comment",
                format!("`{mark}`: do it or open an issue"),
            ));
        }
    }
    if source.text.path.starts_with("xtask/") {
        return;
    }
    for (line, text) in source.strings.iter().chain(&source.comments) {
        if let Some(folder) = MACHINE.iter().find(|folder| text.contains(**folder)) {
            out.push(source.text.finding(
                *line,
                "machine",
                format!("`{folder}` is a folder of one machine"),
            ));
        }
    }
}

/// The machine paths of a document.
pub fn machine(text: &Text, out: &mut Vec<Finding>) {
    for (index, line) in text.text.lines().enumerate() {
        if let Some(folder) = MACHINE.iter().find(|folder| line.contains(**folder)) {
            out.push(text.finding(
                index + 1,
                "machine",
                format!("`{folder}` is a folder of one machine"),
            ));
        }
    }
}

/// The first period or deadline in a text, such as a number of days, months or years.
///
/// Calendar dates are none: a year of four digits, a month after a year or before a day.
pub fn period(text: &str) -> Option<String> {
    let letters: Vec<char> = text.chars().collect();
    (0..letters.len()).find_map(|at| at_number(&letters, at))
}

/// The first number of an article in a text.
pub fn article(text: &str) -> Option<String> {
    let numeral = |letter: &char| letter.is_ascii_digit() || NUMERALS.contains(*letter);
    text.split('第').skip(1).find_map(|rest| {
        let number: String = rest.chars().take_while(numeral).collect();
        let rest = rest.strip_prefix(number.as_str())?;
        (!number.is_empty() && rest.starts_with('条')).then(|| format!("第{number}条"))
    })
}

fn at_number(letters: &[char], at: usize) -> Option<String> {
    let numeral = |letter: &char| letter.is_ascii_digit() || NUMERALS.contains(*letter);
    let before = at
        .checked_sub(1)
        .and_then(|at| letters.get(at))
        .copied()
        .unwrap_or(' ');
    if !letters.get(at).is_some_and(numeral) || numeral(&before) {
        return None;
    }
    let number: String = letters
        .iter()
        .skip(at)
        .take_while(|letter| numeral(letter))
        .collect();
    let rest: String = letters.iter().skip(at + number.chars().count()).collect();
    let rest = rest.trim_start();
    let unit = UNITS.iter().find(|unit| rest.starts_with(**unit))?;
    let next = rest
        .strip_prefix(unit)
        .and_then(|rest| rest.chars().next())
        .unwrap_or(' ');
    let dated = match *unit {
        "年" => number.chars().count() == 4 || next == '级',
        "月" => before == '年' || next.is_ascii_digit() || next == '份',
        _ => false,
    };
    (!dated).then(|| format!("{number}{unit}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checks(path: &str, text: &str) -> Vec<(usize, &'static str)> {
        let text = Text::new(path, text);
        let mut found = Vec::new();
        check(&Source::read(&text), &mut found);
        found
            .iter()
            .map(|finding| (finding.line, finding.check))
            .collect()
    }

    #[test]
    fn finds_periods_and_leaves_dates_alone() {
        for (text, expected) in [
            ("应当在7个工作日内报送", Some("7个工作日")),
            ("七个工作日", Some("七个工作日")),
            ("最短 3 个月", Some("3个月")),
            ("公示一年", Some("一年")),
            ("2026年5月12日", None),
            ("2026年5月", None),
            ("{}年", None),
            ("第{}个工作日", None),
            ("本年度", None),
            ("按月报送", None),
        ] {
            assert_eq!(period(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn finds_articles_and_leaves_entries_alone() {
        assert_eq!(
            article("依行政处罚法第四十八条").as_deref(),
            Some("第四十八条")
        );
        assert_eq!(article("第3条").as_deref(), Some("第3条"));
        assert_eq!(article("账本第 {seq} 条，第{seq}条，第一行"), None);
        let sample = "fn a() { let s = \"第四十八条\"; }\n";
        assert_eq!(checks("crates/desk/src/a.rs", sample), [(1, "article")]);
    }

    #[test]
    fn a_period_in_a_string_is_found_and_in_a_test_is_not() {
        let sample = "fn a() { let s = \"3个月\"; }\n#[cfg(test)]\nmod tests { const S: &str = \"3个月\"; }\n";
        assert_eq!(checks("crates/desk/src/a.rs", sample), [(1, "period")]);
        assert_eq!(checks("xtask/src/a.rs", sample), []);
    }

    #[test]
    fn a_page_states_no_period_and_loads_nothing_from_outside() {
        let text = Text::new(
            "crates/web/templates/a.html",
            "<p>公示3个月</p>\n<script src=\"https://a/b.js\">",
        );
        let mut found = Vec::new();
        page(&text, &mut found);
        assert_eq!(
            found
                .iter()
                .map(|finding| finding.check)
                .collect::<Vec<_>>(),
            ["period", "outside"]
        );
    }

    #[test]
    fn knows_the_forbidden_words_in_every_case() {
        let sample = "struct CompanyName;\nfn license_no() {}\nconst SUBJECTS: u8 = 0;\nlet subjective = 1;\n\
                      mod credit_repair {}\nfn data() {}\nlet Handle = 1;\nfn database() { a.handle() }\n";
        let expected = [
            (1, "word"),
            (2, "word"),
            (5, "word"),
            (6, "name"),
            (7, "name"),
        ];
        assert_eq!(checks("crates/law/src/a.rs", sample), expected);
    }

    #[test]
    fn sql_stays_in_the_store() {
        let sample = "fn a() { run(\"SELECT 1\"); }\n";
        assert_eq!(checks("crates/web/src/a.rs", sample), [(1, "sql")]);
        assert_eq!(checks("crates/store/src/a.rs", sample), []);
    }

    #[test]
    fn what_belongs_to_the_edge_stays_there() {
        let sample = "fn a() { Ruled::by_law(1, b); Command::new(c); jiff::Zoned::now(); }\n";
        assert_eq!(checks("crates/desk/src/a.rs", sample), [(1, "edge"); 3]);
        assert_eq!(checks("crates/law/src/a.rs", sample), [(1, "edge"); 2]);
    }

    #[test]
    fn comments_promise_nothing_and_name_no_machine() {
        let sample = "// TODO later\n/// see /home/li/notes\nfn a() {}\n";
        assert_eq!(
            checks("crates/desk/src/a.rs", sample),
            [(1, "comment"), (2, "machine")]
        );
    }
}
