//! Style sheets and scripts, inside the binary. A change of content changes the address.

use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

struct Asset {
    name: &'static str,
    hash: &'static str,
    plain: &'static [u8],
    packed: &'static [u8],
}

const ASSETS: &[Asset] = include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// The address of an asset; a name nobody embedded leads nowhere.
pub fn address(name: &str) -> String {
    let asset = ASSETS.iter().find(|asset| asset.name == name);
    asset.map_or_else(
        || format!("/assets/-/{name}"),
        |asset| format!("/assets/{}/{name}", asset.hash),
    )
}

pub async fn show(Path((hash, name)): Path<(String, String)>, headers: HeaderMap) -> Response {
    let found = ASSETS
        .iter()
        .find(|asset| asset.name == name && asset.hash == hash);
    let Some(asset) = found else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let accepted = headers
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok());
    let kind = if name.ends_with(".css") {
        "text/css; charset=utf-8"
    } else {
        "text/javascript; charset=utf-8"
    };
    let fixed = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (header::VARY, "accept-encoding"),
    ];
    if accepted.is_some_and(|accepted| accepted.contains("gzip")) {
        return (fixed, [(header::CONTENT_ENCODING, "gzip")], asset.packed).into_response();
    }
    (fixed, asset.plain).into_response()
}
