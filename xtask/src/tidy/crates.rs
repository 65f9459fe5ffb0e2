//! Which crate may know which, and how many others it may stand on.

use super::{Finding, Text};
use crate::run::{Outcome, cargo, read};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// A crate and those of ours it may use. `dev` dependencies are free.
const DIRECTION: [(&str, &[&str]); 12] = [
    ("domain", &[]),
    ("law", &["domain"]),
    ("sheet", &["domain"]),
    ("seal", &["domain"]),
    ("population", &["domain"]),
    ("carrier", &["domain"]),
    ("desk", &["domain", "law", "sheet", "seal"]),
    ("store", &["domain", "law", "desk", "seal"]),
    ("web", &["domain", "law", "desk", "sheet", "seal"]),
    (
        "chengheng",
        &[
            "domain",
            "law",
            "desk",
            "sheet",
            "seal",
            "store",
            "web",
            "population",
            "carrier",
        ],
    ),
    (
        "benches",
        &["domain", "law", "desk", "sheet", "seal", "store", "web"],
    ),
    ("xtask", &[]),
];

/// How many crates of others a crate may use without an explanation.
const DIET: [(&str, usize); 10] = [
    ("domain", 4),
    ("law", 5),
    ("sheet", 6),
    ("seal", 5),
    ("population", 5),
    ("carrier", 10),
    ("desk", 6),
    ("store", 10),
    ("web", 15),
    ("chengheng", 15),
];

/// Packages in Cargo.lock.
const LOCKED: usize = 350;

const DEPENDENCIES: &str = "docs/DEPENDENCIES.md";

/// Crates of the workspace with what they use.
#[derive(Debug)]
pub struct Workspace(BTreeMap<String, Vec<Used>>);

#[derive(Debug, Clone)]
struct Used {
    name: String,
    ours: bool,
    dev: bool,
}

impl Workspace {
    /// Asks cargo.
    pub fn read(root: &Path) -> Outcome<Self> {
        let words = [
            "metadata",
            "--no-deps",
            "--offline",
            "--format-version",
            "1",
        ];
        let text = read(cargo(root).args(words))?;
        let json: Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
        Self::parse(&json).ok_or_else(|| "cargo metadata has an unknown form".to_owned())
    }

    fn parse(json: &Value) -> Option<Self> {
        let mut crates = BTreeMap::new();
        for package in json.get("packages")?.as_array()? {
            let used = package
                .get("dependencies")?
                .as_array()?
                .iter()
                .map(Used::parse);
            crates.insert(
                package.get("name")?.as_str()?.to_owned(),
                used.collect::<Option<_>>()?,
            );
        }
        Some(Self(crates))
    }
}

impl Used {
    fn parse(json: &Value) -> Option<Self> {
        Some(Self {
            name: json.get("name")?.as_str()?.to_owned(),
            ours: json.get("path").is_some_and(Value::is_string),
            dev: json.get("kind").and_then(Value::as_str) == Some("dev"),
        })
    }
}

pub fn check(workspace: &Workspace, docs: &[Text], out: &mut Vec<Finding>) {
    let page = docs.iter().find(|text| text.path == DEPENDENCIES);
    let lines = page.map_or("", |text| text.text.as_str());
    for (name, used) in &workspace.0 {
        direction(name, used, out);
        diet(name, used, lines, out);
        for used in used
            .iter()
            .filter(|used| !used.ours && !explained(lines, &used.name))
        {
            let message = format!(
                "`{}` of {name} has no line: why, who maintains, way out",
                used.name
            );
            out.push(at(DEPENDENCIES, "dependency", message));
        }
    }
    out.sort();
    out.dedup();
    superfluous(workspace, page, out);
}

fn direction(name: &str, used: &[Used], out: &mut Vec<Finding>) {
    let path = manifest(name);
    let Some((_, allowed)) = DIRECTION.iter().find(|(known, _)| *known == name) else {
        let message = format!("say in xtask/src/tidy/crates.rs which crates `{name}` may use");
        return out.push(at(&path, "direction", message));
    };
    for used in used.iter().filter(|used| used.ours && !used.dev) {
        if !allowed.contains(&used.name.as_str()) {
            out.push(at(
                &path,
                "direction",
                format!("{name} must not know {}", used.name),
            ));
        }
    }
}

/// More than the aim needs a row `| name | count | reason |`, so that one more shows in review.
fn diet(name: &str, used: &[Used], lines: &str, out: &mut Vec<Finding>) {
    let count = used.iter().filter(|used| !used.ours && !used.dev).count();
    let Some((_, aim)) = DIET.iter().find(|(known, _)| *known == name) else {
        return;
    };
    let row = format!("| `{name}` | {count} |");
    if count > *aim && !lines.lines().any(|line| line.starts_with(&row)) {
        let message = format!(
            "{name} uses {count} crates of others, the aim is {aim}: a row `{row} reason |`"
        );
        out.push(at(DEPENDENCIES, "diet", message));
    }
}

/// Lines for what nobody uses any more.
fn superfluous(workspace: &Workspace, page: Option<&Text>, out: &mut Vec<Finding>) {
    let Some(page) = page else { return };
    for (index, line) in page.text.lines().enumerate() {
        let name = line
            .strip_prefix("| `")
            .and_then(|rest| rest.split('`').next());
        let Some(name) = name else { continue };
        let known = workspace.0.contains_key(name);
        let used = workspace.0.values().flatten().any(|used| used.name == name);
        if !known && !used {
            out.push(page.finding(
                index + 1,
                "dependency",
                format!("nobody uses `{name}` any more"),
            ));
        }
    }
}

fn explained(lines: &str, name: &str) -> bool {
    let row = format!("| `{name}` |");
    lines
        .lines()
        .any(|line| line.starts_with(&row) && line.matches('|').count() >= 5)
}

/// Counts the packages of Cargo.lock.
pub fn lock(root: &Path, out: &mut Vec<Finding>) -> Outcome {
    let text = fs::read_to_string(root.join("Cargo.lock"))
        .map_err(|error| format!("Cargo.lock: {error}"))?;
    locked(&text, out);
    Ok(())
}

fn locked(text: &str, out: &mut Vec<Finding>) {
    let count = text.lines().filter(|line| *line == "[[package]]").count();
    if count > LOCKED {
        out.push(at(
            "Cargo.lock",
            "lock",
            format!("{count} packages, {LOCKED} is the most"),
        ));
    }
}

fn manifest(name: &str) -> String {
    match name {
        "xtask" | "benches" => format!("{name}/Cargo.toml"),
        _ => format!("crates/{name}/Cargo.toml"),
    }
}

fn at(path: &str, check: &'static str, message: String) -> Finding {
    Finding {
        path: path.to_owned(),
        line: 1,
        check,
        message,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn workspace(name: &str, used: &[(&str, bool, bool)]) -> Workspace {
        let used = used.iter().map(|(name, ours, dev)| Used {
            name: (*name).to_owned(),
            ours: *ours,
            dev: *dev,
        });
        Workspace(BTreeMap::from([(name.to_owned(), used.collect())]))
    }

    fn found(workspace: &Workspace, page: &str) -> Vec<(&'static str, String)> {
        let docs = [Text::new(DEPENDENCIES, page)];
        let mut found = Vec::new();
        check(workspace, &docs, &mut found);
        found
            .into_iter()
            .map(|finding| (finding.check, finding.message))
            .collect()
    }

    #[test]
    fn web_must_not_know_the_store_except_in_tests() {
        let wrong = workspace("web", &[("desk", true, false), ("store", true, false)]);
        assert_eq!(
            found(&wrong, ""),
            [("direction", "web must not know store".to_owned())]
        );
        assert_eq!(found(&workspace("web", &[("store", true, true)]), ""), []);
        let upward = workspace("domain", &[("law", true, false)]);
        assert_eq!(found(&upward, "").len(), 1);
        assert_eq!(
            found(&workspace("new", &[]), "").len(),
            1,
            "a new crate states its direction"
        );
    }

    #[test]
    fn every_dependency_is_explained_and_none_that_is_gone() {
        let uses = workspace("law", &[("toml", false, false)]);
        assert_eq!(
            found(&uses, "| `toml` | why |\n")[0].0,
            "dependency",
            "too few columns"
        );
        assert_eq!(found(&uses, "| `toml` | why | who | out |\n"), []);
        let gone = "| `toml` | why | who | out |\n| `gone` | why | who | out |\n";
        assert_eq!(
            found(&uses, gone),
            [("dependency", "nobody uses `gone` any more".to_owned())]
        );
    }

    #[test]
    fn more_than_the_aim_needs_a_row_with_the_exact_count() {
        let names = ["a", "b", "c", "d", "e"].map(|name| (name, false, false));
        let lines: String = names
            .iter()
            .map(|(name, ..)| format!("| `{name}` | w | w | o |\n"))
            .collect();
        let five = workspace("domain", &names);
        assert_eq!(found(&five, &lines)[0].0, "diet");
        assert_eq!(
            found(&five, &format!("{lines}| `domain` | 4 | reason |\n"))[0].0,
            "diet"
        );
        assert_eq!(
            found(&five, &format!("{lines}| `domain` | 5 | reason |\n")),
            []
        );
    }

    #[test]
    fn reads_what_cargo_prints() {
        let json = serde_json::json!({"packages": [{"name": "web", "dependencies": [
            {"name": "axum", "kind": null}, {"name": "store", "kind": "dev", "path": "/s"}]}]});
        let read = Workspace::parse(&json).unwrap();
        let used = &read.0["web"];
        assert!(!used[0].ours && !used[0].dev && used[1].ours && used[1].dev);
        assert!(Workspace::parse(&serde_json::json!({})).is_none());
    }

    #[test]
    fn too_many_packages_are_a_finding() {
        let mut found = Vec::new();
        locked(&"[[package]]\n".repeat(350), &mut found);
        assert_eq!(found, []);
        locked(&"[[package]]\n".repeat(351), &mut found);
        assert_eq!(found[0].check, "lock");
    }
}
