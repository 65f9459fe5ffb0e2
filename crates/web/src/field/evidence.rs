//! Photographs and signatures, kept under their digest beside the database: the ledger holds the digest
//! alone, so that a file can be erased.

use super::who;
use crate::account::Clerk;
use crate::house::App;
use crate::problem::Problem;
use crate::trouble::Trouble;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use desk::Fault;
use domain::ledger::{Hash, Suite};
use serde::Deserialize;
use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path as FilePath, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// Most bytes of one file.
pub(crate) const MOST: usize = 5 << 20;

/// Media types that are kept, by their first bytes; what a browser would run is not among them.
const MEDIA: [(&[u8], &str); 2] = [
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
];

/// Folder in the data folder.
pub const FOLDER: &str = "evidence";

static DRAFTS: AtomicU64 = AtomicU64::new(0);

/// `PUT /field/evidence/{digest}`: the same file as often as a phone likes.
pub(crate) async fn keep(
    State(app): State<App>,
    clerk: Result<Clerk, Trouble>,
    Path(name): Path<String>,
    body: Result<Bytes, BytesRejection>,
) -> Result<StatusCode, Problem> {
    let who = who(clerk)?;
    let refused = |code, text: &str| Err(Problem::new(code, "BAD_FILE", "文件没有保存", text));
    let Some(digest) = read(&name) else {
        let text = "地址中应为文件的 SHA-256 摘要（小写十六进制）";
        return refused(StatusCode::NOT_FOUND, text);
    };
    if !app.read(move |desk| desk.inspects(&who)).await? {
        return Err(Problem::forbidden("当前账号没有登记为检查人员"));
    }
    let Ok(body) = body else {
        let text = "照片超过 5 MB 或者没有完整送达";
        return refused(StatusCode::PAYLOAD_TOO_LARGE, text);
    };
    if media(&body).is_none() {
        let text = "只保存 JPEG 和 PNG 图片";
        return refused(StatusCode::UNSUPPORTED_MEDIA_TYPE, text);
    }
    let data_dir = app.web.data_dir.clone();
    let kept = app
        .read(move |_| {
            let fits = Suite::International.digest(&[&body]) == digest;
            if fits {
                store(&data_dir, &digest, &body).map_err(Fault::store)?;
            }
            Ok(fits)
        })
        .await?;
    if !kept {
        let text = "内容与地址中的摘要不符，请重新上传";
        return refused(StatusCode::UNPROCESSABLE_ENTITY, text);
    }
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Debug, Deserialize)]
pub(crate) struct Of {
    visit: u64,
}

/// `GET /field/evidence/{digest}?visit=`: for the organs of the visit that names it.
pub(crate) async fn evidence(
    State(app): State<App>,
    clerk: Clerk,
    Path(name): Path<String>,
    Query(of): Query<Of>,
) -> Result<Response, Trouble> {
    clerk.organ(&super::ROLES)?;
    let missing = || Trouble::Missing("没有这份证据，或者它不由当前账号查看。".to_owned());
    let digest = read(&name).ok_or_else(missing)?;
    let who = desk::procedure::Who::of(&clerk.account);
    let path = place(&app.web.data_dir, &digest);
    let found = app
        .read(move |desk| {
            if !desk.field_evidence(&who, of.visit, &digest)? {
                return Ok(None);
            }
            match fs::read(path) {
                Ok(bytes) => Ok(Some(bytes)),
                Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
                Err(error) => Err(Fault::store(error)),
            }
        })
        .await?;
    let bytes = found.ok_or_else(missing)?;
    let media = media(&bytes).unwrap_or("application/octet-stream");
    Ok(([(header::CONTENT_TYPE, media)], bytes).into_response())
}

/// A digest as an address has it; nothing else can name a file.
fn read(name: &str) -> Option<Hash> {
    Hash::from_hex(name).filter(|digest| format!("{digest:x}") == name)
}

fn media(bytes: &[u8]) -> Option<&'static str> {
    let known = MEDIA.iter().find(|(start, _)| bytes.starts_with(start));
    known.map(|(_, media)| *media)
}

fn place(data_dir: &FilePath, digest: &Hash) -> PathBuf {
    data_dir.join(FOLDER).join(format!("{digest:x}"))
}

/// Writes a file that is whole under its name or not there at all.
fn store(data_dir: &FilePath, digest: &Hash, bytes: &[u8]) -> std::io::Result<()> {
    let path = place(data_dir, digest);
    if fs::metadata(&path).is_ok_and(|file| file.len() == bytes.len() as u64) {
        return Ok(());
    }
    fs::create_dir_all(data_dir.join(FOLDER))?;
    let count = DRAFTS.fetch_add(1, Ordering::Relaxed);
    let draft = path.with_extension(format!("{}-{count}.draft", std::process::id()));
    let written = File::create(&draft).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&draft, &path)
    });
    if written.is_err() {
        // What was never made needs no removing.
        let _ = fs::remove_file(&draft);
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_digest_names_a_file() {
        let digest = "ab".repeat(32);
        assert_eq!(
            read(&digest).map(|read| format!("{read:x}")),
            Some(digest.clone())
        );
        let odd = format!("{}a", &digest[..62]);
        for name in [
            "",
            "../chengheng.db",
            "..%2f",
            &digest.to_uppercase(),
            &digest[..62],
            &odd,
        ] {
            assert_eq!(read(name), None, "{name}");
        }
    }
}
