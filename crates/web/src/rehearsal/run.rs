//! Starting a rehearsal: it runs beside the server, and its page tells how far it is.

use super::job::{Found, Job, Outcome};
use super::rows::Rows;
use crate::house::App;
use crate::intake::new_id;
use crate::trouble::Trouble;
use desk::Fault;
use law::Pack;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

/// What the reader is told while another rehearsal is under way.
pub(crate) fn full() -> Trouble {
    Trouble::Bad("另一个试算正在进行，同一时间只能有一个。请等它完成后再试。".to_owned())
}

/// Starts a rehearsal of `pack`; `None` while another is under way.
pub(crate) fn start(
    app: &App,
    pack: Arc<Pack>,
    title: String,
    back: String,
    by: String,
) -> Result<Option<String>, Fault> {
    let id = new_id()?;
    let job = Arc::new(Job {
        id: id.clone(),
        title,
        back,
        by,
        at: app.desk().clock.now(),
        with: pack.digest().to_owned(),
        progress: Mutex::default(),
        outcome: Mutex::default(),
    });
    if !app.rehearsals.add(&job) {
        return Ok(None);
    }
    let app = Arc::clone(app);
    tokio::spawn(async move {
        let running = Arc::clone(&job);
        let found = tokio::task::spawn_blocking(move || rehearse(&app, &pack, &running)).await;
        // A thread that broke off must not keep the place of the next rehearsal.
        let found = found.unwrap_or_else(|error| Err(Fault::broken(error.to_string())));
        let outcome = match found {
            Ok(found) => Outcome::Done(Arc::new(found)),
            Err(fault) => {
                tracing::error!(%fault, "rehearsal failed");
                Outcome::Failed
            }
        };
        if let Ok(mut place) = job.outcome.lock() {
            *place = Some(outcome);
        }
    });
    Ok(Some(id))
}

fn rehearse(app: &App, pack: &Arc<Pack>, job: &Job) -> Result<Found, Fault> {
    let folder = app.web.data_dir.join("rehearsals");
    fs::create_dir_all(&folder).map_err(Fault::store)?;
    sweep(app, &folder)?;
    let file = folder.join(format!("{}.csv", job.id));
    let mut rows = Rows::create(&file)?;
    let rehearsal = app
        .desk()
        .rehearse(pack, &mut |row| rows.take(row), &mut |done, whole| {
            if let Ok(mut progress) = job.progress.lock() {
                *progress = (done, whole);
            }
        })?;
    rows.finish()?;
    Ok(Found {
        rehearsal,
        grades: rows.grades,
        records: rows.records,
        cut: rows.cut,
        file,
    })
}

/// Throws the files away that an earlier process left: nobody can ask for them any more.
fn sweep(app: &App, folder: &Path) -> Result<(), Fault> {
    let known: Vec<String> = app
        .rehearsals
        .all()
        .iter()
        .map(|job| job.id.clone())
        .collect();
    for entry in fs::read_dir(folder).map_err(Fault::store)? {
        let path: PathBuf = entry.map_err(Fault::store)?.path();
        let stem = path
            .file_stem()
            .and_then(|stem| stem.to_str())
            .unwrap_or_default();
        let ours = path.extension().is_some_and(|end| end == "csv");
        if ours && !known.iter().any(|id| id == stem) {
            fs::remove_file(&path).map_err(Fault::store)?;
        }
    }
    Ok(())
}
