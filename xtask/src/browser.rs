//! Browser tests: the real binary, the real pages, a headless Chromium.

use crate::assets;
use crate::run::{End, Outcome, answers, cargo, program_in, read, run, target};
use std::path::{Path, PathBuf};

const PLACES: [&str; 4] = [
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/// The browser tests as a task of their own: a missing browser is then an error.
pub fn alone(root: &Path) -> Outcome {
    assets::prepare(root)?;
    match stage(root)? {
        End::Skipped(why) => Err(why),
        _ => Ok(()),
    }
}

/// Runs e2e/ where Chromium and Node.js are present.
pub fn stage(root: &Path) -> Outcome<End> {
    if !answers(program_in(root, "node").arg("--version")) {
        return Ok(End::Skipped(
            "browser tests need Node.js, which is not installed".to_owned(),
        ));
    }
    let Some(chromium) = find().or_else(|| fetch(root)) else {
        let why = "browser tests need Chromium: install it or set CHROMIUM to its path";
        return Ok(End::Skipped(why.to_owned()));
    };
    let e2e = root.join("e2e");
    assets::install(&e2e)?;
    run(cargo(root).args(["build", "--package", "chengheng"]))?;
    let binary = target(root)?.join("debug/chengheng");
    let mut node = program_in(&e2e, "node");
    node.args(["--test", "--test-concurrency=1"])
        .args(files(&e2e)?);
    run(node.env("CHROMIUM", chromium).env("CHENGHENG", binary))?;
    Ok(End::Passed)
}

/// Named one by one, because versions of Node.js disagree about folders.
fn files(e2e: &Path) -> Outcome<Vec<PathBuf>> {
    let entries = std::fs::read_dir(e2e.join("tests")).map_err(|error| error.to_string())?;
    let paths = entries.filter_map(|entry| entry.ok().map(|entry| entry.path()));
    let mut files: Vec<PathBuf> = paths
        .filter(|path| path.to_string_lossy().ends_with(".test.js"))
        .collect();
    files.sort();
    Ok(files)
}

fn find() -> Option<PathBuf> {
    let named = std::env::var_os("CHROMIUM").map(PathBuf::from);
    named
        .into_iter()
        .chain(PLACES.map(PathBuf::from))
        .find(|path| path.exists())
}

/// Installs Debian's Chromium where that is allowed and needs no question.
fn fetch(root: &Path) -> Option<PathBuf> {
    let superuser = read(program_in(root, "id").arg("-u")).is_ok_and(|id| id.trim() == "0");
    if !superuser || !answers(program_in(root, "apt-get").arg("--version")) {
        return None;
    }
    println!("installing chromium with apt-get");
    let apt = |words: &[&str]| {
        let mut command = program_in(root, "apt-get");
        run(command.args(words).env("DEBIAN_FRONTEND", "noninteractive"))
    };
    let install = [
        "install",
        "-y",
        "-qq",
        "--no-install-recommends",
        "chromium",
    ];
    if apt(&install).is_err() {
        apt(&["update", "-qq"]).and_then(|()| apt(&install)).ok()?;
    }
    find()
}
