//! Ending a session.

use super::{COOKIE, key_digest};
use crate::frame::cookie;
use crate::house::App;
use crate::trouble::Trouble;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Redirect, Response};

pub(crate) async fn logout(
    State(app): State<App>,
    headers: HeaderMap,
) -> Result<Response, Trouble> {
    if let Some(token) = cookie(&headers, COOKIE) {
        let digest = key_digest(token);
        app.read(move |desk| desk.store.end_session(&digest))
            .await?;
    }
    let gone = format!("{COOKIE}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
    Ok(([(header::SET_COOKIE, gone)], Redirect::to("/")).into_response())
}
