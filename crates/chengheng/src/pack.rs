//! The law pack and the sources: embedded in the binary, or read from a folder of the operator's.

use crate::{Common, Stop};
use desk::intake::Sources;
use desk::ports::Files;
use include_dir::{Dir, DirEntry, include_dir};
use law::Pack;
use std::fs;
use std::path::Path;
use std::sync::Arc;

static LAW: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../../law");
static SOURCES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../../sources");

/// How many findings of a pack that does not load are told.
const TOLD: usize = 50;

/// The law pack a command works with.
pub fn law(common: &Common) -> Result<Arc<Pack>, Stop> {
    load(files(common)?).map(Arc::new)
}

/// The texts of that pack.
pub fn files(common: &Common) -> Result<Files, Stop> {
    match &common.law {
        None => Ok(embedded(&LAW).into_iter().collect()),
        Some(path) => folder(path),
    }
}

/// The texts of a pack in a folder of the operator's.
pub fn folder(path: &Path) -> Result<Files, Stop> {
    let files = read(path).map_err(Stop::refused)?;
    Ok(files.into_iter().collect())
}

/// The pack in such a folder.
pub fn of_folder(path: &Path) -> Result<Pack, Stop> {
    load(folder(path)?)
}

fn load(files: Files) -> Result<Pack, Stop> {
    Pack::load(files).map_err(|findings| refused(&findings))
}

/// The refusal of a pack that does not load.
pub fn refused(findings: &[law::Finding]) -> Stop {
    let told = findings.iter().take(TOLD).map(ToString::to_string);
    Stop::refused(format!(
        "规则包不能装入，共 {} 处问题：\n{}",
        findings.len(),
        told.collect::<Vec<_>>().join("\n")
    ))
}

/// The sources a command works with.
pub fn sources(common: &Common) -> Result<Arc<Sources>, Stop> {
    let files = match &common.sources {
        None => embedded(&SOURCES),
        Some(folder) => read(folder).map_err(Stop::refused)?,
    };
    let tables: Vec<(&str, &str)> = files
        .iter()
        .filter_map(|(path, text)| Some((path.strip_suffix("/table.toml")?, text.as_str())))
        .collect();
    let sources = Sources::read(tables)
        .map_err(|faults| Stop::refused(format!("数据源定义有误：\n{}", faults.join("\n"))))?;
    Ok(Arc::new(sources))
}

/// Path and text of every text file below.
fn embedded(folder: &Dir<'_>) -> Vec<(String, String)> {
    let mut files = Vec::new();
    for entry in folder.entries() {
        match entry {
            DirEntry::Dir(below) => files.extend(embedded(below)),
            DirEntry::File(file) => {
                let text = file.contents_utf8().map(str::to_owned);
                files.extend(text.map(|text| (slashes(file.path()), text)));
            }
        }
    }
    files
}

fn read(folder: &Path) -> Result<Vec<(String, String)>, String> {
    let mut files = Vec::new();
    collect(folder, folder, &mut files)?;
    if files.is_empty() {
        return Err(format!("{} 里没有文件", folder.display()));
    }
    files.sort();
    Ok(files)
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<(String, String)>) -> Result<(), String> {
    let broken = |path: &Path, error: std::io::Error| format!("{}：{error}", path.display());
    for entry in fs::read_dir(folder).map_err(|error| broken(folder, error))? {
        let path = entry.map_err(|error| broken(folder, error))?.path();
        if path.is_dir() {
            collect(root, &path, files)?;
        } else if is_text(&path) {
            let text = fs::read_to_string(&path).map_err(|error| broken(&path, error))?;
            files.push((slashes(path.strip_prefix(root).unwrap_or(&path)), text));
        }
    }
    Ok(())
}

/// Samples beside a source may be in any encoding and are not part of it.
fn is_text(path: &Path) -> bool {
    path.extension()
        .is_some_and(|suffix| suffix == "md" || suffix == "toml")
}

fn slashes(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}
