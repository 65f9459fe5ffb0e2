//! Tiles of the tree: `/log/tile/<level>/<index>[.p/<width>]`.

use crate::house::App;
use crate::trouble::Trouble;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};

/// Hashes of a full tile.
const FULL: u16 = 256;

pub(crate) async fn tile(
    State(app): State<App>,
    Path(path): Path<String>,
) -> Result<Response, Trouble> {
    let missing = || Trouble::Missing("账本中没有这一块。".to_owned());
    let (level, index, width) = read(&path).ok_or_else(missing)?;
    let bytes = app
        .read(move |desk| desk.store.tile(level, index, width))
        .await?;
    let bytes = bytes.ok_or_else(missing)?;
    let heads = [
        (header::CONTENT_TYPE, "application/octet-stream"),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    Ok((heads, bytes).into_response())
}

/// Level, index and width of a tile's path; `None` unless it is written the one right way.
fn read(path: &str) -> Option<(u8, u64, u16)> {
    let (path, width) = match path.split_once(".p/") {
        Some((path, width)) => (
            path,
            width
                .parse()
                .ok()
                .filter(|width| (1..FULL).contains(width))?,
        ),
        None => (path, FULL),
    };
    let (level, rest) = path.split_once('/')?;
    let parts: Vec<&str> = rest.split('/').collect();
    let mut index = 0_u64;
    for (at, part) in parts.iter().enumerate() {
        let last = at + 1 == parts.len();
        let digits = if last { part } else { part.strip_prefix('x')? };
        if digits.len() != 3 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        index = index.checked_mul(1000)?.checked_add(digits.parse().ok()?)?;
    }
    Some((level.parse().ok()?, index, width))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_paths_of_c2sp() {
        let cases = [
            ("0/000", Some((0, 0, 256))),
            ("1/x001/x234/067", Some((1, 1_234_067, 256))),
            ("0/x001/002.p/112", Some((0, 1_002, 112))),
            ("0/000.p/256", None),
            ("0/000.p/0", None),
            ("0/12", None),
            ("0/001/002", None),
            ("a/000", None),
            ("0/", None),
        ];
        for (path, wanted) in cases {
            assert_eq!(read(path), wanted, "{path}");
        }
    }
}
