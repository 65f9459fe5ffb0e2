//! What the adapter of short messages says of a notice (docs/SMS.md).

use crate::house::App;
use crate::problem::Problem;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};

const TIMESTAMP: &str = "x-chengheng-timestamp";
const SIGNATURE: &str = "x-chengheng-signature";

#[utoipa::path(post, path = "/api/v1/notices/receipts", tag = "交换", summary = "短信送达回执",
    description = "由短信适配器调用。请求头 X-Chengheng-Timestamp 和 X-Chengheng-Signature 的算法见 docs/SMS.md。重复回执不改变结果。",
    request_body = Object,
    responses((status = 200, description = "已登记，或者早已登记", body = Object),
        (status = 401, description = "没有配置短信通道、签名不符，或者时间相差太大", body = Problem)))]
pub(super) async fn receipt(
    State(app): State<App>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<axum::Json<serde_json::Value>, Problem> {
    let header = |name: &str| {
        let value = headers.get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default().to_owned()
    };
    let checked = match &app.web.receipts {
        Some(receipts) => (receipts.0)(&body, &header(TIMESTAMP), &header(SIGNATURE)),
        None => Err("没有配置短信通道".to_owned()),
    };
    let (id, outcome) = checked.map_err(disbelieved)?;
    // The report names the notice and not the attempt: the latest one is meant.
    let taken = app.read(move |desk| desk.report(id, 0, outcome)).await?;
    Ok(axum::Json(
        serde_json::json!({ "notice": id, "taken": taken }),
    ))
}

fn disbelieved(detail: String) -> Problem {
    Problem::new(
        StatusCode::UNAUTHORIZED,
        "SIGNATURE_INVALID",
        "回执不予接收",
        detail,
    )
    .remedy("核对密钥、时钟和签名的正文字节")
}
