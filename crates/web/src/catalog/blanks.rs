//! 承诺书示范文本 (R24): every edition of every form, to be read and taken away. Old commitments keep theirs.

use super::cell::{Cell, Grid, Sheet};
use super::home::Source;
use crate::house::App;
use crate::trouble::Trouble;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use law::Blank;

pub(super) fn sheet(source: &Source<'_>) -> Sheet {
    let rows = source.law.blanks().iter();
    Sheet {
        title: "承诺书示范文本".to_owned(),
        intro: "签署时用现行版本；以前签署的承诺书仍按签署时的版本。".to_owned(),
        grids: vec![Grid {
            title: "承诺书".to_owned(),
            id: "forms",
            note: String::new(),
            heads: vec![
                "名称",
                "承诺事项",
                "版本",
                "启用",
                "停用",
                "状态",
                "文本",
                "依据",
            ],
            rows: rows.map(|one| row(source, one)).collect(),
        }],
        ..Sheet::default()
    }
}

fn row(source: &Source<'_>, one: &Blank) -> Vec<Cell> {
    let matter = source.law.commitment(&one.code);
    let until = one
        .until
        .map_or_else(|| "—".to_owned(), |until| until.to_string());
    vec![
        Cell::text(&one.title),
        Cell::text(matter.map_or_else(|| one.code.clone(), |matter| matter.name.clone())),
        Cell::text(&one.edition),
        Cell::text(one.from.to_string()),
        Cell::text(until),
        Cell::yes(one.in_force(source.day), "现行", "不在使用期"),
        Cell::Link("下载".to_owned(), address(one)),
        match matter {
            Some(matter) => Cell::cite(source.law, &matter.basis),
            None => Cell::text("—"),
        },
    ]
}

fn address(one: &Blank) -> String {
    format!("/catalogs/forms/{}/{}.md", one.code, one.edition)
}

/// `/catalogs/forms/{code}/{edition}.md`
pub(crate) async fn blank(
    State(app): State<App>,
    Path((code, file)): Path<(String, String)>,
) -> Result<Response, Trouble> {
    let law = app.desk().law();
    let edition = file.strip_suffix(".md").unwrap_or_default();
    let missing = || Trouble::Missing("没有这份承诺书，或者没有这个版本。".to_owned());
    let found = law.blank(&code, edition).ok_or_else(missing)?;
    let name = format!("attachment; filename=\"{code}-{edition}.md\"");
    let kind = (
        header::CONTENT_TYPE,
        "text/markdown; charset=utf-8".to_owned(),
    );
    Ok((
        [kind, (header::CONTENT_DISPOSITION, name)],
        found.text.clone(),
    )
        .into_response())
}
