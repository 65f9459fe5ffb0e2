//! `/api/v1`: the same use cases for machines.

mod changes;
mod docs;
mod entity;
mod exchange;
mod filing;
mod grade;
mod intake;
mod notice;
mod procedure;
mod repair;
mod screening;

use crate::house::App;
use crate::problem::Problem;
use crate::trouble::Trouble;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::routing::get;
use std::sync::Arc;
use utoipa::OpenApi;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) use docs::page;

#[derive(OpenApi)]
#[openapi(info(
    title = "诚衡接口",
    description = "查询、核查、报送、撤回和变更订阅。错误一律为 application/problem+json。密钥放在 Authorization: Bearer 头中。自然人的身份号码只能放在 POST 请求体中。"
))]
struct Doc;

/// The routes of the API, and its description as JSON.
pub(crate) fn router(upload_bytes: usize) -> (Router<App>, utoipa::openapi::OpenApi) {
    let upload = OpenApiRouter::new()
        .routes(routes!(intake::intake))
        .routes(routes!(procedure::batch))
        .layer(DefaultBodyLimit::max(upload_bytes));
    let mut doc = Doc::openapi();
    let key = SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build());
    doc.components
        .get_or_insert_default()
        .add_security_scheme("key", key);
    let (router, api) = OpenApiRouter::with_openapi(doc)
        .routes(routes!(entity::ping))
        .routes(routes!(entity::entity))
        .routes(routes!(entity::records))
        .routes(routes!(entity::commitments))
        .routes(routes!(entity::find))
        .routes(routes!(screening::one))
        .routes(routes!(screening::batch))
        .routes(routes!(intake::answer))
        .routes(routes!(filing::decision))
        .routes(routes!(filing::case))
        .routes(routes!(filing::revocation))
        .routes(routes!(changes::changes))
        .routes(routes!(grade::grade))
        .routes(routes!(grade::runs))
        .routes(routes!(procedure::list))
        .routes(routes!(procedure::show))
        .routes(routes!(procedure::forms))
        .routes(routes!(procedure::begin))
        .routes(routes!(procedure::act))
        .routes(routes!(repair::exit_path))
        .routes(routes!(exchange::take))
        .routes(routes!(exchange::hand_in))
        .routes(routes!(exchange::acknowledge))
        .routes(routes!(notice::receipt))
        .merge(upload)
        .split_for_parts();
    let text = Arc::new(api.to_json().unwrap_or_default());
    let json = get(move || {
        let text = Arc::clone(&text);
        async move {
            (
                [("content-type", "application/json")],
                text.as_str().to_owned(),
            )
        }
    });
    let router = router
        .route("/api/v1/openapi.json", json)
        .route("/api/v1", get(nowhere))
        .route("/api/v1/{*rest}", axum::routing::any(nowhere))
        .method_not_allowed_fallback(wrong_method);
    (router, api)
}

async fn nowhere() -> Problem {
    Trouble::Missing("没有这个接口地址".to_owned()).into()
}

async fn wrong_method() -> Problem {
    let detail = "这个地址不接受这种请求方法";
    Problem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "METHOD_NOT_ALLOWED",
        "请求方法有误",
        detail,
    )
    .remedy("对照接口文档核对请求方法")
}
