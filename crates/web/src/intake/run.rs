//! Running an intake, for the browser and the API alike.

use crate::account::new_key;
use crate::house::App;
use desk::intake::{Mode, NotTaken, Order, Progress, Summary, sentence};
use desk::{Actor, Desk, Fault};
use domain::code::Code;
use serde::Serialize;
use std::fs;
use std::path::{Path, PathBuf};

/// What became of a table.
#[derive(Debug, Clone)]
pub(crate) enum Taken {
    /// `answer` names the answer file, if one was written.
    Done {
        summary: Summary,
        answer: Option<String>,
    },
    /// Not taken at all: the sentence, and what is wrong with the header.
    Not {
        reason: String,
        header: Vec<String>,
        fault: bool,
    },
}

/// A table on disk and what is asked of it.
#[derive(Debug, Clone)]
pub(crate) struct Ordered {
    pub id: String,
    pub source: String,
    pub filer: Code,
    pub actor: Actor,
    pub file: PathBuf,
    pub mode: Mode,
    pub dry_run: bool,
}

/// Runs the intake on this thread; the upload is thrown away afterwards, the answer stays.
pub(crate) fn run(app: &App, ordered: Ordered, progress: &mut dyn FnMut(Progress)) -> Taken {
    let (desk, folder) = (app.desk(), app.web.data_dir.join("answers"));
    let file = ordered.file.clone();
    let taken = answered(desk, &folder, ordered, progress);
    if let Err(error) = fs::remove_file(&file) {
        tracing::warn!(%error, "upload stays on disk");
    }
    taken.unwrap_or_else(|fault| refused(NotTaken::Fault(fault)))
}

fn answered(
    desk: &Desk,
    folder: &Path,
    ordered: Ordered,
    progress: &mut dyn FnMut(Progress),
) -> Result<Taken, Fault> {
    fs::create_dir_all(folder).map_err(Fault::store)?;
    let part = folder.join(format!("{}.part", ordered.id));
    let owner = ordered.filer;
    let order = Order {
        source: ordered.source,
        filer: ordered.filer,
        actor: ordered.actor,
        file: ordered.file,
        mode: ordered.mode,
        dry_run: ordered.dry_run,
        answer: Some(part.clone()),
    };
    let summary = match desk.intake(&order, progress) {
        Ok(summary) => summary,
        Err(not) => {
            // No answer was begun where the file was refused; then there is nothing to remove.
            let _ = fs::remove_file(&part);
            return Ok(refused(not));
        }
    };
    let answer = keep(&part, folder, &ordered.id, &owner, &summary.answer)?;
    Ok(Taken::Done { summary, answer })
}

/// Gives the answer its name: `<id>.<organ>.<suffix>`, so that only that organ can fetch it.
fn keep(
    part: &Path,
    folder: &Path,
    id: &str,
    owner: &Code,
    suffix: &str,
) -> Result<Option<String>, Fault> {
    if suffix.is_empty() || !part.exists() {
        return Ok(None);
    }
    let name = format!("{id}.{owner}.{suffix}");
    fs::rename(part, folder.join(name)).map_err(Fault::store)?;
    Ok(Some(id.to_owned()))
}

fn refused(not: NotTaken) -> Taken {
    let header = match &not {
        NotTaken::Header(findings) => findings.iter().map(sentence).collect(),
        _ => Vec::new(),
    };
    let fault = matches!(not, NotTaken::Fault(_));
    if fault {
        tracing::error!(reason = %not, "intake failed");
    }
    let reason = if fault {
        "系统故障，文件没有处理完，请稍后用同一文件重新报送".to_owned()
    } else {
        not.to_string()
    };
    Taken::Not {
        reason,
        header,
        fault,
    }
}

/// An id nobody can guess.
pub(crate) fn new_id() -> Result<String, Fault> {
    let key = new_key().ok_or_else(|| Fault::broken("no randomness"))?;
    Ok(key.chars().take(20).collect())
}

/// The outcome as the API states it.
#[derive(Debug, Serialize)]
pub(crate) struct Stated {
    #[serde(flatten)]
    pub summary: Summary,
    /// Address of the answer file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer_file: Option<String>,
}
