//! Chores that start one program after another.

use crate::assets;
use crate::run::{Outcome, cargo, program_in, read, run, target};
use std::path::Path;

/// Serves an invented city.
pub fn demo(root: &Path, rest: &[String]) -> Outcome {
    assets::prepare(root)?;
    println!("building; the first time this takes some minutes");
    let demo = [
        "run",
        "--profile",
        "demo",
        "--package",
        "chengheng",
        "--",
        "demo",
    ];
    run(cargo(root).args(demo).args(rest))
}

/// Runs the tests that honour `BLESS=1`: they write their golden files instead of comparing them.
pub fn bless(root: &Path) -> Outcome {
    assets::prepare(root)?;
    run(cargo(root)
        .args(["test", "--workspace", "--no-fail-fast"])
        .env("BLESS", "1"))?;
    run(program_in(root, "git").args(["status", "--short"]))
}

/// Runs `benches/run.sh` with the arguments given; it builds what it needs.
pub fn bench(root: &Path, rest: &[String]) -> Outcome {
    let script = root.join("benches/run.sh");
    if !script.exists() {
        return Err(format!("{} is missing", script.display()));
    }
    assets::prepare(root)?;
    run(program_in(root, "bash").arg(script).args(rest))
}

/// Builds the release binary and prints its path, size and digest.
pub fn release(root: &Path) -> Outcome {
    assets::prepare(root)?;
    run(cargo(root).args(["build", "--release", "--locked", "--package", "chengheng"]))?;
    let binary = target(root)?.join("release/chengheng");
    let size = std::fs::metadata(&binary)
        .map_err(|error| error.to_string())?
        .len();
    let digest = read(program_in(root, "sha256sum").arg(&binary))?;
    let digest = digest
        .split_whitespace()
        .next()
        .unwrap_or_default()
        .to_owned();
    println!("{}\n{size} bytes\nsha256 {digest}", binary.display());
    Ok(())
}
