//! `/desk/law/drafts/{id}/check`: everything there is to say about the drafted pack.

use super::act::readable;
use crate::account::Clerk;
use crate::frame::Frame;
use crate::house::App;
use crate::trouble::{Trouble, page};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use desk::Desk;
use desk::ports::{Draft, Files};
use law::{Examination, Remark, examine};
use serde::Deserialize;
use std::collections::BTreeSet;

#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    /// Also what holds for the pack in force.
    all: Option<String>,
}

/// A remark with the words it is about.
struct Line {
    remark: Remark,
    words: String,
}

/// What the check says.
struct View {
    draft: Draft,
    found: Examination,
    before: Examination,
    /// New ones first shown; the rest only if asked for.
    lines: Vec<Line>,
    fatal: usize,
    old: usize,
}

#[derive(Template)]
#[template(path = "draft/check.html")]
struct Page {
    frame: Frame,
    clerk: Clerk,
    view: View,
    all: bool,
}

pub(crate) async fn check(
    State(app): State<App>,
    frame: Frame,
    clerk: Clerk,
    Path(id): Path<u64>,
    Query(asked): Query<Asked>,
) -> Result<Response, Trouble> {
    let draft = readable(&app, &clerk, id).await?;
    let all = asked.all.is_some();
    Ok(page(Page {
        view: app.read(move |desk| Ok(view(desk, draft, all))).await?,
        frame,
        clerk,
        all,
    }))
}

fn view(desk: &Desk, draft: Draft, all: bool) -> View {
    let files = desk.with_changes(&draft.files);
    let found = examine(files.clone(), None);
    let before = desk.law().examine(None);
    // A line moves when text is added above it, so the line does not tell remarks apart.
    let known: BTreeSet<(&str, &str)> = before
        .remarks
        .iter()
        .map(|one| (one.file.as_str(), one.message.as_str()))
        .collect();
    let new = |one: &&Remark| !known.contains(&(one.file.as_str(), one.message.as_str()));
    let fresh = found.remarks.iter().filter(new).count();
    let mut shown: Vec<&Remark> = found.remarks.iter().filter(|one| all || new(one)).collect();
    shown.sort_by_key(|one| !one.fatal);
    let lines = shown.into_iter().map(|remark| Line {
        words: words(&files, remark),
        remark: remark.clone(),
    });
    View {
        lines: lines.collect(),
        fatal: found.remarks.iter().filter(|one| one.fatal).count(),
        old: found.remarks.len() - fresh,
        draft,
        found,
        before,
    }
}

fn words(files: &Files, remark: &Remark) -> String {
    let lines = files.get(&remark.file).map_or("", String::as_str).lines();
    // The fence of a block says nothing; its first line does.
    let mut lines = lines
        .skip(remark.line.saturating_sub(1))
        .filter(|line| !line.starts_with("```"));
    lines
        .next()
        .unwrap_or_default()
        .trim()
        .chars()
        .take(160)
        .collect()
}
