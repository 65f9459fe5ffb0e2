//! `/draws/{id}/file.json`: the file from which anybody can compute a draw again.

use super::show::missing;
use crate::house::App;
use crate::limit::Token;
use crate::trouble::Trouble;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use desk::Fault;

pub(crate) async fn file(
    State(app): State<App>,
    _: Token,
    headers: HeaderMap,
    Path(id): Path<u64>,
) -> Result<Response, Trouble> {
    let row = app.read(move |desk| desk.draw_row(id)).await?;
    let row = row.ok_or_else(|| missing(id))?;
    let early = || Trouble::Missing("这个批次还没有冻结名单，没有可以下载的抽取文件。".to_owned());
    let edition = row.edition().ok_or_else(early)?;
    // Weak, because the answer may be compressed on its way.
    let tag = format!("W/\"{edition}\"");
    if knows(&headers, &edition) {
        return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response());
    }
    let text = app
        .read(move |desk| {
            let file = desk.published_draw(id)?;
            let text = file.map(|file| serde_json::to_string(&file)).transpose();
            text.map_err(|error| Fault::broken(error.to_string()))
        })
        .await?
        .ok_or_else(early)?;
    let heads = [
        (
            header::CONTENT_TYPE,
            "application/json; charset=utf-8".to_owned(),
        ),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"draw-{id}.json\""),
        ),
        (header::ETAG, tag),
    ];
    Ok((heads, text).into_response())
}

/// Whether the reader has this edition already.
fn knows(headers: &HeaderMap, edition: &str) -> bool {
    let asked = headers.get_all(header::IF_NONE_MATCH).iter();
    let mut tags = asked
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','));
    tags.any(|tag| {
        let tag = tag.trim();
        tag.trim_start_matches("W/").trim_matches('"') == edition
    })
}
