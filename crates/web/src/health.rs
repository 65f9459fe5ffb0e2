//! Whether the service lives, and whether it can answer.

use crate::house::App;
use crate::trouble::Trouble;
use axum::extract::State;

/// `/healthz`: the process answers.
pub(crate) async fn alive() -> &'static str {
    "ok\n"
}

/// `/readyz`: the store can be read and the index has followed it.
pub(crate) async fn ready(State(app): State<App>) -> Result<&'static str, Trouble> {
    let size = app.read(|desk| desk.store.size()).await?;
    let followed = app.desk().index.read().map_or(0, |reader| reader.as_of());
    if followed > 0 && size > 0 {
        Ok("ready\n")
    } else {
        Err(desk::Fault::broken("index is behind").into())
    }
}
