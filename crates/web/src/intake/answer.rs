//! `/desk/answers/{id}`: the sender's own table with a column of findings.

use crate::account::Clerk;
use crate::house::App;
use crate::trouble::Trouble;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use desk::ports::Role;
use domain::code::Code;

/// Suffixes of answers and their media types.
const KINDS: [(&str, &str); 3] = [
    ("csv", "text/csv"),
    (
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    ("json", "application/json"),
];

pub(crate) async fn answer(
    State(app): State<App>,
    clerk: Clerk,
    Path(id): Path<String>,
) -> Result<Response, Trouble> {
    let organ = clerk.organ(&[Role::Organ])?;
    read_answer(&app, &id, &organ).await
}

/// Sends the answer file, if this organ handed the table in.
pub(crate) async fn read_answer(app: &App, id: &str, organ: &Code) -> Result<Response, Trouble> {
    let missing = || Trouble::Missing("没有这份答复文件。".to_owned());
    if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(missing());
    }
    for (suffix, kind) in KINDS {
        let path = app
            .web
            .data_dir
            .join("answers")
            .join(format!("{id}.{organ}.{suffix}"));
        let Ok(bytes) = tokio::fs::read(&path).await else {
            continue;
        };
        let name = format!("attachment; filename=\"answer-{id}.{suffix}\"");
        return Ok((
            [
                (header::CONTENT_TYPE, kind),
                (header::CONTENT_DISPOSITION, &name),
            ],
            bytes,
        )
            .into_response());
    }
    Err(missing())
}
