//! Handing in a table by machine.

use crate::account::Caller;
use crate::extract::Part;
use crate::house::App;
use crate::intake::{Ordered, Received, Stated, Taken, new_id, read_answer, receive, run};
use crate::problem::Problem;
use axum::extract::multipart::Multipart;
use axum::extract::{FromRequest, Request, State};
use axum::http::{StatusCode, header};
use axum::response::Response;
use desk::Fault;
use desk::ports::Role;
use tokio::fs;

#[utoipa::path(post, path = "/api/v1/intake/{source}", tag = "报送", summary = "报送一张表",
    description = "multipart 表单字段 file（可附 dry_run、mode=correct、reason），或 application/json 的行数组。",
    params(("source" = String, Path, description = "数据源，例如 penalty-2018")), security(("key" = [])),
    request_body(content = Vec<Object>, content_type = "application/json"),
    responses((status = 200, description = "行数、接收、退回、各问题代码的条数、答复文件地址", body = Object),
        (status = 404, description = "没有这个数据源", body = Problem),
        (status = 422, description = "文件整体不能接收", body = Problem)))]
pub(super) async fn intake(
    State(app): State<App>,
    caller: Caller,
    Part(source): Part<String>,
    request: Request,
) -> Result<axum::Json<Stated>, Problem> {
    let filer = caller.organ(&[Role::Organ])?;
    if app.desk().sources.get(&source).is_none() {
        return Err(Problem::missing(format!("没有名为 {source} 的数据源")).field("source"));
    }
    let received = received(&app, request).await?;
    if received.bytes == 0 {
        return Err(Problem::bad(
            "file",
            "没有收到文件",
            "用 multipart 字段 file 上传，或以 JSON 提交行数组",
        ));
    }
    let ordered = Ordered {
        id: received.id.clone(),
        source,
        filer,
        actor: caller.actor(),
        mode: received.mode(),
        dry_run: received.dry_run(),
        file: received.file,
    };
    let done = tokio::task::spawn_blocking(move || run(&app, ordered, &mut |_| {})).await;
    match done.map_err(|error| Fault::broken(error.to_string()))? {
        Taken::Done { summary, answer } => {
            let answer_file = answer.map(|id| format!("/api/v1/answers/{id}"));
            Ok(axum::Json(Stated {
                summary,
                answer_file,
            }))
        }
        Taken::Not {
            reason,
            header,
            fault,
        } => Err(not_taken(&reason, &header, fault)),
    }
}

fn not_taken(reason: &str, header: &[String], fault: bool) -> Problem {
    let detail = std::iter::once(reason).chain(header.iter().map(String::as_str));
    let detail = detail.collect::<Vec<_>>().join("；");
    if fault {
        return Problem::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "FAULT",
            "系统故障",
            detail,
        )
        .remedy("稍后用同一文件重新报送，不会重复入库");
    }
    Problem::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "NOT_TAKEN",
        "文件未接收",
        detail,
    )
    .field("file")
    .remedy("按说明改正后重新报送")
}

/// The table of a request, on disk: a multipart file or rows as JSON.
async fn received(app: &App, request: Request) -> Result<Received, Problem> {
    let kind = request.headers().get(header::CONTENT_TYPE);
    let kind = kind
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
        .to_owned();
    if kind.starts_with("multipart/") {
        let form = Multipart::from_request(request, &())
            .await
            .map_err(|rejection| {
                Problem::new(
                    StatusCode::BAD_REQUEST,
                    "BAD_BODY",
                    "表单无法识别",
                    rejection.body_text(),
                )
                .remedy("用 multipart/form-data 提交")
            })?;
        return Ok(receive(&app.web.data_dir, form).await?);
    }
    if !kind.starts_with("application/json") {
        let detail = "请求体须为 multipart/form-data 或 application/json";
        return Err(Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "BAD_BODY",
            "请求类型有误",
            detail,
        )
        .remedy("改正 Content-Type"));
    }
    let bytes = axum::body::Bytes::from_request(request, &())
        .await
        .map_err(|rejection| {
            Problem::new(
                rejection.status(),
                "BAD_BODY",
                "请求体过大或中断",
                rejection.body_text(),
            )
            .remedy("分几次报送")
        })?;
    let folder = app.web.data_dir.join("uploads");
    fs::create_dir_all(&folder).await.map_err(Fault::store)?;
    let id = new_id()?;
    let file = folder.join(&id);
    fs::write(&file, &bytes).await.map_err(Fault::store)?;
    Ok(Received {
        id,
        file,
        bytes: bytes.len() as u64,
        ..Received::default()
    })
}

#[utoipa::path(get, path = "/api/v1/answers/{id}", tag = "报送", summary = "答复文件：原表加处理结果和问题说明两列",
    params(("id" = String, Path, description = "报送结果中的答复编号")), security(("key" = [])),
    responses((status = 200, description = "文件"), (status = 404, description = "没有这份答复", body = Problem)))]
pub(super) async fn answer(
    State(app): State<App>,
    caller: Caller,
    Part(id): Part<String>,
) -> Result<Response, Problem> {
    let organ = caller.organ(&[Role::Organ])?;
    Ok(read_answer(&app, &id, &organ).await?)
}
