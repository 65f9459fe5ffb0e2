//! The latest signed checkpoint and the key it is signed with.

use crate::house::App;
use crate::trouble::Trouble;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};

const TEXT: &str = "text/plain; charset=utf-8";

pub(crate) async fn checkpoint(State(app): State<App>) -> Result<Response, Trouble> {
    let note = app.read(|desk| desk.store.checkpoint()).await?;
    let heads = [
        (header::CONTENT_TYPE, TEXT),
        (header::CACHE_CONTROL, "no-cache"),
    ];
    Ok((heads, note.to_string()).into_response())
}

pub(crate) async fn key(State(app): State<App>) -> Response {
    (
        [(header::CONTENT_TYPE, TEXT)],
        format!("{}\n", app.web.key.trim()),
    )
        .into_response()
}
