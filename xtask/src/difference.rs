//! One scale in four engines: ours, DuckDB, Spark and PostgreSQL must agree on every organisation.

use crate::run::{End, Outcome, answers, cargo, program_in, run, target};
use std::path::{Path, PathBuf};

/// What the script imports.
const PACKAGES: [&str; 4] = ["duckdb", "pyspark", "pyarrow", "numpy"];
const TOLD: &str =
    "the other engines are not set up; `cargo xtask difference` does it (Python, PyPI)";

/// The comparison as a task of its own: sets up what it needs and takes arguments of the script.
pub fn alone(root: &Path, rest: &[String]) -> Outcome {
    let python = match python(root)? {
        Some(python) => python,
        None => install(root)?,
    };
    compare(root, &python, rest)
}

/// A short comparison where the engines are set up.
pub fn stage(root: &Path) -> Outcome<End> {
    match python(root)? {
        None => Ok(End::Skipped(TOLD.to_owned())),
        Some(python) => {
            let short = ["--rounds", "2", "--entities", "500"].map(str::to_owned);
            compare(root, &python, &short).map(|()| End::Passed)
        }
    }
}

fn compare(root: &Path, python: &Path, rest: &[String]) -> Outcome {
    let build = ["build", "--package", "population", "--example", "city"];
    run(cargo(root).args(build))?;
    let mut script = program_in(root, python);
    script.arg("benches/grade_difference.py");
    script.arg(target(root)?.join("debug/examples/city"));
    run(script.args(rest))
}

fn folder(root: &Path) -> Outcome<PathBuf> {
    Ok(target(root)?.join("venv-difference"))
}

/// A Python that has the engines: the one set up before, or the one on the path.
fn python(root: &Path) -> Outcome<Option<PathBuf>> {
    let own = folder(root)?.join("bin/python");
    let import = format!("import {}", PACKAGES.join(", "));
    let has = |python: &PathBuf| answers(program_in(root, python).args(["-c", &import]));
    Ok([own, PathBuf::from("python3")].into_iter().find(has))
}

fn install(root: &Path) -> Outcome<PathBuf> {
    let folder = folder(root)?;
    run(program_in(root, "python3")
        .args(["-m", "venv"])
        .arg(&folder))?;
    let python = folder.join("bin/python");
    let mut pip = program_in(root, &python);
    run(pip.args(["-m", "pip", "install", "--quiet"]).args(PACKAGES))?;
    Ok(python)
}
