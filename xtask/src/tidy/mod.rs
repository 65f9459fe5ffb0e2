//! House rules that the compiler cannot check. Every finding is reported, with its place.

mod crates;
mod docs;
mod exceptions;
mod lengths;
mod rust;
mod words;

use crate::run::Outcome;
use exceptions::Exceptions;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

/// One thing that is not as the house wants it.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// Relative to the root.
    pub path: String,
    pub line: usize,
    /// Name of the check, as the exceptions file knows it.
    pub check: &'static str,
    pub message: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            out,
            "{}:{}: {}: {}",
            self.path, self.line, self.check, self.message
        )
    }
}

/// A text of the repository.
#[derive(Debug)]
pub struct Text {
    pub path: String,
    pub text: String,
}

impl Text {
    #[cfg(test)]
    pub fn new(path: &str, text: &str) -> Self {
        Self {
            path: path.to_owned(),
            text: text.to_owned(),
        }
    }

    pub fn finding(&self, line: usize, check: &'static str, message: impl Into<String>) -> Finding {
        Finding {
            path: self.path.clone(),
            line,
            check,
            message: message.into(),
        }
    }
}

/// Runs every check over the repository.
pub fn run(root: &Path) -> Outcome {
    let rust = texts(root, &["crates", "xtask", "benches"], &["rs"])?;
    let pages = texts(root, &["crates"], &["html"])?;
    let docs = docs::all(root)?;
    let sources: Vec<rust::Source> = rust.iter().map(rust::Source::read).collect();
    let workspace = crates::Workspace::read(root)?;
    let mut found = Vec::new();
    for source in &sources {
        words::check(source, &mut found);
        lengths::check(source, &mut found);
    }
    pages.iter().for_each(|page| words::page(page, &mut found));
    docs::check(root, &docs, &sources, &mut found);
    crates::check(&workspace, &docs, &mut found);
    crates::lock(root, &mut found)?;
    let mut exceptions = Exceptions::read(root)?;
    found.retain(|finding| !exceptions.covers(finding));
    exceptions.unused(&mut found);
    found.sort();
    found.iter().for_each(|finding| println!("{finding}"));
    println!("{}", lengths::figures(&sources));
    match found.len() {
        0 => Ok(()),
        count => Err(format!("{count} findings")),
    }
}

/// All files with one of these endings below these folders, in the order of their paths.
fn texts(root: &Path, folders: &[&str], endings: &[&str]) -> Outcome<Vec<Text>> {
    let mut found = Vec::new();
    for folder in folders {
        walk(&root.join(folder), endings, &mut found)?;
    }
    found.sort();
    found.into_iter().map(|path| read(root, &path)).collect()
}

fn read(root: &Path, path: &Path) -> Outcome<Text> {
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let path = path
        .strip_prefix(root)
        .unwrap_or(path)
        .to_string_lossy()
        .into_owned();
    Ok(Text { path, text })
}

fn walk(folder: &Path, endings: &[&str], found: &mut Vec<PathBuf>) -> Outcome {
    let Ok(entries) = fs::read_dir(folder) else {
        return Ok(());
    };
    for entry in entries {
        let path = entry
            .map_err(|error| format!("{}: {error}", folder.display()))?
            .path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path.is_dir() && !["target", "node_modules", "vendor"].contains(&name.as_ref()) {
            walk(&path, endings, found)?;
        } else if path
            .extension()
            .is_some_and(|ending| endings.iter().any(|end| ending == *end))
        {
            found.push(path);
        }
    }
    Ok(())
}
