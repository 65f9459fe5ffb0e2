//! `/desk/law/drafts/{id}/file`: the text of one file of the pack, to be changed in the browser.

use super::act::{own, readable};
use crate::account::Clerk;
use crate::frame::Frame;
use crate::house::App;
use crate::trouble::{Trouble, page};
use askama::Template;
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use desk::ports::Draft;
use serde::Deserialize;

/// Most bytes of a file, and letters of its path.
const MOST: usize = 600_000;
const PATH: usize = 100;

#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    path: String,
    /// Path of a file that does not exist yet.
    #[serde(default)]
    new: String,
    /// Line a finding is about.
    line: Option<usize>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Given {
    path: String,
    #[serde(default)]
    text: String,
    /// `save`, `check` or `restore`.
    #[serde(default)]
    act: String,
}

#[derive(Template)]
#[template(path = "draft/file.html")]
struct Page {
    frame: Frame,
    clerk: Clerk,
    draft: Draft,
    path: String,
    text: String,
    /// The text in force; absent for a new file.
    in_force: Option<String>,
    own: bool,
    line: Option<(usize, String)>,
    refusal: Option<&'static str>,
}

pub(crate) async fn form(
    State(app): State<App>,
    frame: Frame,
    clerk: Clerk,
    Path(id): Path<u64>,
    Query(asked): Query<Asked>,
) -> Result<Response, Trouble> {
    let draft = readable(&app, &clerk, id).await?;
    let path = match asked.new.trim() {
        "" => asked.path,
        new => new.to_owned(),
    };
    if !fits(&path) {
        let text = "文件路径有误：应为 法规文件夹/文件.md 或者 catalog/目录.toml，只用小写字母、数字和连字符。请返回草稿重新填写。";
        return Err(Trouble::Bad(text.to_owned()));
    }
    let in_force = app.desk().law().files().get(&path).cloned();
    let changed = draft.files.get(&path).cloned();
    let text = changed.or_else(|| in_force.clone()).unwrap_or_default();
    let line = asked.line.and_then(|line| {
        let words = text.lines().nth(line.checked_sub(1)?)?;
        Some((line, words.to_owned()))
    });
    Ok(page(Page {
        own: draft.author == clerk.account.name,
        frame,
        clerk,
        draft,
        path,
        text,
        in_force,
        line,
        refusal: None,
    }))
}

/// Only what can stand in a pack: lower-case folders and files, no way out of `law/`.
pub(super) fn fits(path: &str) -> bool {
    let letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-./".contains(c);
    let parts: Vec<&str> = path.split('/').collect();
    path.len() <= PATH
        && path.chars().all(letter)
        && (path.ends_with(".md") || path.ends_with(".toml"))
        && parts.len() >= 2
        && parts
            .iter()
            .all(|part| !part.is_empty() && !part.starts_with('.'))
}

pub(crate) async fn save(
    State(app): State<App>,
    frame: Frame,
    clerk: Clerk,
    Path(id): Path<u64>,
    Form(given): Form<Given>,
) -> Result<Response, Trouble> {
    let mut draft = own(&app, &clerk, id).await?;
    // Browsers send line ends of their own; the digest of a pack is over the text.
    let text = given.text.replace("\r\n", "\n");
    let in_force = app.desk().law().files().get(&given.path).cloned();
    let refusal = match () {
        () if !fits(&given.path) => Some("文件路径有误，没有保存"),
        () if text.len() > MOST => Some("文件太大，没有保存。请拆成几个文件"),
        () => None,
    };
    if refusal.is_some() {
        let shown = page(Page {
            own: true,
            frame,
            clerk,
            draft,
            path: given.path,
            text,
            in_force,
            line: None,
            refusal,
        });
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, shown).into_response());
    }
    // A file as it is in force, or a new one without text, is no change.
    let same = in_force
        .as_ref()
        .map_or(text.trim().is_empty(), |known| *known == text);
    if same || given.act == "restore" {
        draft.files.remove(&given.path);
    } else {
        draft.files.insert(given.path, text);
    }
    app.read(move |desk| {
        draft.changed = desk.clock.now();
        desk.store.put_draft(&draft)
    })
    .await?;
    let next = if given.act == "check" { "/check" } else { "" };
    Ok(Redirect::to(&format!("/desk/law/drafts/{id}{next}")).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_stays_inside_the_pack() {
        let cases = [
            ("cn/ndrc-36-2025/publicity.md", true),
            ("catalog/matters.toml", true),
            ("cn/calendar/2027.toml", true),
            ("../secret.md", false),
            ("cn/../x.md", false),
            ("/etc/x.md", false),
            ("x.md", false),
            ("cn/x/y.txt", false),
            ("cn/X/y.md", false),
            ("", false),
        ];
        for (path, fit) in cases {
            assert_eq!(fits(path), fit, "{path}");
        }
    }
}
