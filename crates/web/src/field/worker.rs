//! The service worker that keeps the page and its assets for the time without network.

use crate::assets;
use axum::http::header;
use axum::response::{IntoResponse, Response};

const SCRIPT: &str = include_str!("../../assets/field-worker.js");

/// What the page needs to open.
const SHELL: [&str; 5] = [
    "bootstrap.min.css",
    "chengheng.css",
    "digest.js",
    "field-store.js",
    "field.js",
];

/// `GET /field/worker.js`: a change of any asset changes the script, and with it the copy on the phone.
pub(crate) async fn worker() -> Response {
    let shell = SHELL.map(assets::address);
    let shell = serde_json::to_string(&shell).unwrap_or_default();
    let heads = [
        (header::CONTENT_TYPE, "text/javascript; charset=utf-8"),
        // The page lies above the script.
        (
            header::HeaderName::from_static("service-worker-allowed"),
            "/field",
        ),
    ];
    (heads, format!("self.SHELL = {shell};\n{SCRIPT}")).into_response()
}
