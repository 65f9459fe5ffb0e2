//! `cargo xtask test`: everything that has to hold before a change goes in.

use crate::run::{End, Outcome, Stages, answers, cargo, run};
use crate::{assets, browser, difference, tidy};
use std::path::Path;

/// All stages in order; the first (assets) is needed by the others.
pub fn all(root: &Path) -> Outcome {
    let mut stages = Stages::default();
    stages.stage("assets", || passed(assets::prepare(root)));
    if stages.failed() {
        return stages.close();
    }
    stages.stage("cargo test", || {
        passed(run(cargo(root).args([
            "test",
            "--workspace",
            "--no-fail-fast",
        ])))
    });
    stages.stage("tidy", || passed(tidy::run(root)));
    stages.stage("clippy", || clippy(root));
    stages.stage("format", || format(root));
    stages.stage("browser", || browser::stage(root));
    stages.stage("difference", || difference::stage(root));
    stages.close()
}

fn passed(outcome: Outcome) -> Outcome<End> {
    outcome.map(|()| End::Passed)
}

fn clippy(root: &Path) -> Outcome<End> {
    if !answers(cargo(root).args(["clippy", "--version"])) {
        return Ok(End::Skipped(
            "the component clippy is not installed".to_owned(),
        ));
    }
    let clippy = [
        "clippy",
        "--workspace",
        "--all-targets",
        "--quiet",
        "--",
        "-D",
        "warnings",
    ];
    passed(run(cargo(root).args(clippy)))
}

fn format(root: &Path) -> Outcome<End> {
    if !answers(cargo(root).args(["fmt", "--version"])) {
        return Ok(End::Skipped(
            "the component rustfmt is not installed".to_owned(),
        ));
    }
    passed(run(cargo(root).args(["fmt", "--all", "--check"])))
}
