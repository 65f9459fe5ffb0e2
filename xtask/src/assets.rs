//! Page assets: fetched with npm as package-lock.json pins them, laid out where crates/web embeds them.

use crate::run::{Outcome, answers, program_in, run};
use std::fs;
use std::path::Path;
use std::time::SystemTime;

/// From the packages to crates/web/assets/vendor.
const FILES: [(&str, &str); 4] = [
    ("bootstrap/dist/css/bootstrap.min.css", "bootstrap.min.css"),
    ("bootstrap/LICENSE", "bootstrap.LICENSE"),
    ("htmx.org/dist/htmx.min.js", "htmx.min.js"),
    ("htmx.org/LICENSE", "htmx.LICENSE"),
];

/// Fetches and copies, unless everything is there and newer than package-lock.json.
pub fn prepare(root: &Path) -> Outcome {
    let vendor = root.join("crates/web/assets/vendor");
    let lock = changed(&root.join("package-lock.json"));
    let oldest = FILES
        .iter()
        .map(|(_, name)| changed(&vendor.join(name)))
        .min()
        .flatten();
    if oldest.is_some() && oldest >= lock {
        return Ok(());
    }
    install(root)?;
    fs::create_dir_all(&vendor).map_err(|error| format!("{}: {error}", vendor.display()))?;
    for (from, name) in FILES {
        let from = root.join("node_modules").join(from);
        let text = fs::read(&from).map_err(|error| format!("{}: {error}", from.display()))?;
        // Written, not copied: a copy keeps the age of the package and would look stale for ever.
        fs::write(vendor.join(name), text).map_err(|error| format!("{name}: {error}"))?;
    }
    Ok(())
}

/// `npm ci` in a folder whose node_modules are missing or older than its lock file.
pub fn install(folder: &Path) -> Outcome {
    let lock = folder.join("package-lock.json");
    if !lock.exists() {
        return Err(format!("{} is missing", lock.display()));
    }
    let installed = changed(&folder.join("node_modules/.package-lock.json"));
    if installed.is_some() && installed >= changed(&lock) {
        return Ok(());
    }
    if !answers(program_in(folder, "npm").arg("--version")) {
        return Err(
            "npm is needed once to fetch the page assets; install Node.js with npm".to_owned(),
        );
    }
    run(program_in(folder, "npm").args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]))
}

fn changed(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).ok()?.modified().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_without_lock_file_is_refused() {
        let folder = std::env::temp_dir().join(format!("xtask-assets-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        assert!(install(&folder).unwrap_err().contains("package-lock.json"));
        fs::remove_dir_all(folder).unwrap();
    }
}
