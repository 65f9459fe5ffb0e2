//! Documents: every path and every Rust name in backticks exists.

use super::rust::Source;
use super::{Finding, Text, texts, words};
use crate::run::Outcome;
use std::fs;
use std::path::Path;

/// Lines of a page.
const PAGE: usize = 500;

/// The first part of a path that we promise to exist.
const FOLDERS: [&str; 12] = [
    "crates",
    "law",
    "sources",
    "docs",
    "e2e",
    "benches",
    "xtask",
    ".ci",
    "fuzz",
    "data",
    "README.md",
    "CHANGELOG.md",
];

/// Documents of the repository.
pub fn all(root: &Path) -> Outcome<Vec<Text>> {
    let mut docs = texts(root, &["docs"], &["md"])?;
    for name in ["README.md", "README.zh.md", "CHANGELOG.md"] {
        let text =
            fs::read_to_string(root.join(name)).map_err(|error| format!("{name}: {error}"))?;
        docs.push(Text {
            path: name.to_owned(),
            text,
        });
    }
    Ok(docs)
}

pub fn check(root: &Path, docs: &[Text], sources: &[Source<'_>], out: &mut Vec<Finding>) {
    let exists = |path: &str| root.join(path).exists();
    for text in docs {
        words::machine(text, out);
        let lines = text.text.lines().count();
        if lines > PAGE {
            out.push(text.finding(1, "page", format!("{lines} lines, {PAGE} is the most")));
        }
        for (line, quoted) in quoted(&text.text) {
            if is_path(quoted) && !exists(quoted.trim_end_matches('/')) {
                out.push(text.finding(line, "path", format!("`{quoted}` does not exist")));
            }
            if let Some(missing) = rust_name(quoted).filter(|name| !name.defined(sources)) {
                let message = format!("no `{}` in crates/{}", missing.last, missing.krate);
                out.push(text.finding(line, "symbol", message));
            }
        }
        links(text, &exists, out);
    }
}

/// What stands in single backticks outside fenced blocks, with its line.
fn quoted(text: &str) -> Vec<(usize, &str)> {
    let mut fenced = false;
    let mut found = Vec::new();
    for (index, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if !fenced {
            found.extend(
                line.split('`')
                    .skip(1)
                    .step_by(2)
                    .map(|part| (index + 1, part)),
            );
        }
    }
    found
}

/// A path we promise: from a known folder, without blanks, wildcards or gaps.
fn is_path(text: &str) -> bool {
    let first = text.split('/').next().unwrap_or_default();
    let plain = |letter: char| !letter.is_whitespace() && !"*<>{}…#".contains(letter);
    FOLDERS.contains(&first)
        && (text.contains('/') || first.contains('.'))
        && text.chars().all(plain)
}

/// `desk::publication::public`: a crate of ours and a name in it.
#[derive(Debug, PartialEq, Eq)]
struct Name<'a> {
    krate: &'a str,
    last: &'a str,
}

const CRATES: [&str; 8] = [
    "domain",
    "law",
    "sheet",
    "seal",
    "desk",
    "store",
    "web",
    "chengheng",
];

fn rust_name(text: &str) -> Option<Name<'_>> {
    let path = text.split(['(', '<', ' ']).next()?;
    let (krate, rest) = path.split_once("::")?;
    let last = rest.rsplit("::").next()?;
    (CRATES.contains(&krate) && !last.is_empty()).then_some(Name { krate, last })
}

impl Name<'_> {
    /// Whether the crate has a file of this name or defines it.
    fn defined(&self, sources: &[Source<'_>]) -> bool {
        const BEFORE: [&str; 8] = [
            "fn", "struct", "enum", "trait", "mod", "type", "const", "static",
        ];
        let folder = format!("crates/{}/src/", self.krate);
        sources
            .iter()
            .filter(|source| source.text.path.starts_with(&folder))
            .any(|source| {
                let variant = |word: &str| word.starts_with(char::is_uppercase);
                source.identifiers().iter().any(|(_, before, word)| {
                    word == self.last && (BEFORE.contains(&before.as_str()) || variant(word))
                })
            })
    }
}

/// Links to files of the repository.
fn links(text: &Text, exists: &dyn Fn(&str) -> bool, out: &mut Vec<Finding>) {
    let folder = text.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    for (index, line) in text.text.lines().enumerate() {
        for part in line.split("](").skip(1) {
            let target = part.split([')', '#']).next().unwrap_or_default();
            let outside = target.is_empty() || target.contains("://");
            if !outside && !exists(&join(folder, target)) {
                out.push(text.finding(
                    index + 1,
                    "path",
                    format!("the link to `{target}` leads nowhere"),
                ));
            }
        }
    }
}

fn join(folder: &str, target: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in target.split('/') {
        match part {
            ".." => drop(parts.pop()),
            "." | "" => {}
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_paths_and_leaves_other_quotes() {
        for (text, expected) in [
            ("crates/desk/src/duty.rs", true),
            ("law/cn/calendar", true),
            ("README.md", true),
            ("published/draws/*.json", false),
            ("sources/<name>/table.toml", false),
            ("cargo xtask demo", false),
            ("a/b", false),
            ("law", false),
        ] {
            assert_eq!(is_path(text), expected, "{text}");
        }
    }

    #[test]
    fn a_path_or_a_link_that_leads_nowhere_is_found() {
        let root = std::env::temp_dir();
        let page = "see `crates/none/here.rs`\n```\n`docs/in-a-fence.md`\n```\n[there](../none.md) [web](https://a.b)\n";
        let mut found = Vec::new();
        check(&root, &[Text::new("docs/a.md", page)], &[], &mut found);
        let places: Vec<_> = found
            .iter()
            .map(|finding| (finding.line, finding.check))
            .collect();
        assert_eq!(places, [(1, "path"), (5, "path")]);
    }

    #[test]
    fn a_name_that_no_crate_defines_is_found() {
        let code = Text::new(
            "crates/desk/src/duty.rs",
            "pub enum Event { Hidden }\nimpl Desk { pub fn tick() {} }\n",
        );
        let sources = [Source::read(&code)];
        let page = Text::new(
            "docs/a.md",
            "`desk::duty::tick` `desk::Event::Hidden` `desk::tock` `store::tick` `std::fs`\n",
        );
        let mut found = Vec::new();
        check(Path::new("."), &[page], &sources, &mut found);
        let messages: Vec<_> = found
            .iter()
            .map(|finding| finding.message.as_str())
            .collect();
        assert_eq!(
            messages,
            ["no `tock` in crates/desk", "no `tick` in crates/store"]
        );
    }
}
