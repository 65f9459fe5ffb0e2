//! Receiving a table: the body goes to disk piece by piece, then the intake runs beside the server.

use super::job::Job;
use super::run::{Ordered, new_id, run};
use crate::account::Clerk;
use crate::house::App;
use crate::trouble::Trouble;
use axum::extract::State;
use axum::extract::multipart::{Field, Multipart};
use axum::response::{IntoResponse, Redirect, Response};
use desk::Fault;
use desk::intake::Mode;
use desk::ports::Role;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use tokio::fs;
use tokio::io::AsyncWriteExt;

/// A multipart form: its file on disk and its texts.
#[derive(Debug, Default)]
pub(crate) struct Received {
    pub id: String,
    pub file: PathBuf,
    pub name: String,
    pub bytes: u64,
    pub texts: BTreeMap<String, String>,
}

impl Received {
    pub fn text(&self, name: &str) -> &str {
        self.texts.get(name).map_or("", |text| text.trim())
    }

    pub fn dry_run(&self) -> bool {
        matches!(self.text("dry_run"), "1" | "on" | "true")
    }

    pub fn mode(&self) -> Mode {
        match self.text("mode") {
            "correct" => Mode::Correct {
                reason: self.text("reason").to_owned(),
            },
            _ => Mode::New,
        }
    }
}

/// Writes the field `file` to disk and keeps the others as texts.
pub(crate) async fn receive(data_dir: &Path, mut form: Multipart) -> Result<Received, Trouble> {
    let torn = |_| Trouble::Bad("文件过大或没有完整送达，请重新上传。".to_owned());
    let folder = data_dir.join("uploads");
    fs::create_dir_all(&folder).await.map_err(Fault::store)?;
    let id = new_id()?;
    let file = folder.join(&id);
    let mut received = Received {
        file,
        id,
        ..Received::default()
    };
    while let Some(field) = form.next_field().await.map_err(torn)? {
        let name = field.name().unwrap_or_default().to_owned();
        if name == "file" {
            received.name = field
                .file_name()
                .unwrap_or("表格")
                .chars()
                .take(80)
                .collect();
            received.bytes = store(&received.file, field).await?;
        } else {
            received
                .texts
                .insert(name, field.text().await.map_err(torn)?);
        }
    }
    Ok(received)
}

async fn store(path: &Path, mut field: Field<'_>) -> Result<u64, Trouble> {
    let mut file = fs::File::create(path).await.map_err(Fault::store)?;
    let mut bytes = 0;
    loop {
        match field.chunk().await {
            Ok(Some(chunk)) => {
                bytes += chunk.len() as u64;
                file.write_all(&chunk).await.map_err(Fault::store)?;
            }
            Ok(None) => break,
            Err(_) => {
                drop(file);
                fs::remove_file(path).await.map_err(Fault::store)?;
                return Err(Trouble::Bad(
                    "文件过大或没有完整送达，请重新上传。".to_owned(),
                ));
            }
        }
    }
    file.flush().await.map_err(Fault::store)?;
    Ok(bytes)
}

/// `POST /desk/intake`
pub(crate) async fn upload(
    State(app): State<App>,
    clerk: Clerk,
    form: Multipart,
) -> Result<Response, Trouble> {
    let filer = clerk.organ(&[Role::Organ])?;
    let received = receive(&app.web.data_dir, form).await?;
    if received.bytes == 0 {
        return Err(Trouble::Bad("请选择要报送的文件。".to_owned()));
    }
    let source = received.text("source").to_owned();
    let job = Arc::new(Job {
        id: received.id.clone(),
        filer,
        source: app
            .desk()
            .sources
            .spec(&source)
            .map_or_else(String::new, |spec| spec.source.title.clone()),
        name: received.name.clone(),
        dry_run: received.dry_run(),
        progress: Mutex::default(),
        outcome: Mutex::default(),
    });
    app.jobs.add(Arc::clone(&job));
    let ordered = Ordered {
        id: received.id.clone(),
        source,
        filer,
        actor: clerk.actor(),
        mode: received.mode(),
        dry_run: received.dry_run(),
        file: received.file,
    };
    let id = job.id.clone();
    tokio::task::spawn_blocking(move || {
        let taken = run(&app, ordered, &mut |now| {
            if let Ok(mut progress) = job.progress.lock() {
                *progress = now;
            }
        });
        if let Ok(mut outcome) = job.outcome.lock() {
            *outcome = Some(taken);
        }
    });
    Ok(Redirect::to(&format!("/desk/intake/{id}")).into_response())
}
