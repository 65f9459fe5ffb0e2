//! `/desk/law/drafts/{id}`: one rule change, with what it changes and what can be done with it.

use super::act::readable;
use super::file::fits;
use crate::account::Clerk;
use crate::frame::Frame;
use crate::house::App;
use crate::rehearsal::Job;
use crate::screening::time;
use crate::statute::{Altered, Names};
use crate::trouble::{Trouble, page};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use desk::ports::{Draft, Files};
use desk::{Desk, Fault};
use law::{Finding, Pack};
use std::collections::BTreeSet;
use std::sync::Arc;

/// A draft with what follows from it.
pub(super) struct View {
    pub draft: Draft,
    pub changed: String,
    /// The person before the screen wrote it; nobody else may change it.
    pub own: bool,
    /// Another pack was adopted since: what of the draft it touched.
    pub overtaken: Option<Vec<String>>,
    pub pack: Result<Arc<Pack>, Vec<Finding>>,
    pub changes: Vec<Altered>,
    /// Files that may be edited, with the title of their statute.
    pub files: Vec<(String, String)>,
    /// Paths of the files in force.
    known: BTreeSet<String>,
}

impl View {
    /// Digest of the drafted pack; empty while it does not load.
    pub fn digest(&self) -> &str {
        self.pack.as_ref().map_or("", |pack| pack.digest())
    }

    pub fn findings(&self) -> usize {
        self.pack.as_ref().err().map_or(0, Vec::len)
    }

    /// What becomes of a file: changed, new or taken away.
    pub fn fate(&self, path: &str, text: &str) -> &'static str {
        match (text.trim().is_empty(), self.known.contains(path)) {
            (true, _) => "删除",
            (false, true) => "修改",
            (false, false) => "新增",
        }
    }
}

#[derive(Template)]
#[template(path = "draft/show.html")]
struct Page {
    frame: Frame,
    clerk: Clerk,
    view: View,
    rehearsals: Vec<Arc<Job>>,
    refusal: Option<String>,
    reason: String,
}

pub(crate) async fn show(
    State(app): State<App>,
    frame: Frame,
    clerk: Clerk,
    Path(id): Path<u64>,
) -> Result<Response, Trouble> {
    readable(&app, &clerk, id).await?;
    answer(&app, frame, clerk, id, None, String::new()).await
}

/// The page, with why something was not done.
pub(super) async fn answer(
    app: &App,
    frame: Frame,
    clerk: Clerk,
    id: u64,
    refusal: Option<String>,
    reason: String,
) -> Result<Response, Trouble> {
    let view = view(app, id, &clerk.account.name).await?;
    let status = match refusal {
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    let shown = page(Page {
        rehearsals: app.rehearsals.with(view.digest()),
        frame,
        clerk,
        view,
        refusal,
        reason,
    });
    Ok((status, shown).into_response())
}

/// A draft, whoever wrote it.
pub(super) async fn view(app: &App, id: u64, reader: &str) -> Result<View, Trouble> {
    let reader = reader.to_owned();
    let found = app
        .read(move |desk| match desk.store.draft(id)? {
            Some(draft) => of(desk, draft, &reader).map(Some),
            None => Ok(None),
        })
        .await?;
    found.ok_or_else(missing)
}

pub(super) fn missing() -> Trouble {
    let text = "没有这份草稿：它可能已经提出、已经放弃。请回到“规则变更”查看。";
    Trouble::Missing(text.to_owned())
}

fn of(desk: &Desk, draft: Draft, reader: &str) -> Result<View, Fault> {
    let law = desk.law();
    let pack = load(desk.with_changes(&draft.files));
    let changes = pack.as_ref().map(|pack| {
        let changes = law::diff(&law, pack);
        Altered::all(&Names::of(pack), &changes)
    });
    let overtaken = match draft.base == law.digest() {
        true => None,
        false => Some(touched(desk, &draft)?),
    };
    Ok(View {
        changed: time(draft.changed),
        own: draft.author == reader,
        overtaken,
        changes: changes.unwrap_or_default(),
        files: files(&law, &draft),
        known: law.files().keys().cloned().collect(),
        pack,
        draft,
    })
}

pub(super) fn load(files: Files) -> Result<Arc<Pack>, Vec<Finding>> {
    Pack::load(files).map(Arc::new)
}

/// Files of the draft that differ between the pack it was written on and the one in force.
fn touched(desk: &Desk, draft: &Draft) -> Result<Vec<String>, Fault> {
    let (base, law) = (
        desk.store.pack(&draft.base)?.unwrap_or_default(),
        desk.law(),
    );
    let paths = draft.files.keys();
    let other = paths.filter(|path| base.get(*path) != law.files().get(*path));
    Ok(other.cloned().collect())
}

fn files(law: &Pack, draft: &Draft) -> Vec<(String, String)> {
    let all: BTreeSet<&String> = law.files().keys().chain(draft.files.keys()).collect();
    let edited = all.into_iter().filter(|path| fits(path));
    let named = edited.map(|path| {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let title = law.statute(folder).map(|statute| statute.title.clone());
        (path.clone(), title.unwrap_or_default())
    });
    named.collect()
}
