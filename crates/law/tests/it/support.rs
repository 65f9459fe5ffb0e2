//! Reads the files of this repository's pack.

use law::Pack;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../law")
}

/// Reads `law/` the way the binary does.
pub fn files() -> Vec<(String, String)> {
    let mut found = Vec::new();
    walk(&root(), &mut found);
    assert!(found.len() > 20, "law/ lost its files");
    found
}

fn walk(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, found);
        } else {
            let name = path
                .strip_prefix(root())
                .unwrap()
                .to_str()
                .unwrap()
                .to_owned();
            found.push((name, std::fs::read_to_string(&path).unwrap()));
        }
    }
}

pub fn pack() -> Pack {
    match Pack::load(files()) {
        Ok(pack) => pack,
        Err(findings) => {
            let lines: Vec<String> = findings.iter().map(|f| format!("law/{f}")).collect();
            panic!("the pack does not load:\n{}", lines.join("\n"));
        }
    }
}
