//! Grades for systems of the office and of organs; never for the public, never for persons.

use super::entity::read;
use crate::account::Caller;
use crate::extract::{Asked, Part};
use crate::house::App;
use crate::problem::Problem;
use axum::extract::State;
use desk::grade::Explanation;
use desk::ports::{Role, RunRow};
use serde::Deserialize;

/// Whose keys may ask; the service hall looks up, it does not grade.
const ROLES: [Role; 2] = [Role::Office, Role::Organ];
/// Runs in one answer.
const MOST: usize = 100;
const USUAL: usize = 20;

#[utoipa::path(get, path = "/api/v1/grades/{code}", tag = "评价", summary = "单位的信用评价：等级、每一分的来历和提升办法",
    params(("code" = String, Path, description = "统一社会信用代码")), security(("key" = [])),
    responses((status = 200, description = "按今天的事实和现行规则计算的评价；每一分都带记录和条文", body = Object),
        (status = 401, description = "没有密钥或密钥无效", body = Problem),
        (status = 403, description = "密钥的职责不能查询评价", body = Problem),
        (status = 404, description = "没有这个单位，或者评价规则不适用于这类主体", body = Problem),
        (status = 422, description = "不是统一社会信用代码；自然人不评价", body = Problem)))]
pub(super) async fn grade(
    State(app): State<App>,
    caller: Caller,
    Part(code): Part<String>,
) -> Result<axum::Json<Explanation>, Problem> {
    caller.organ(&ROLES)?;
    let code = read(&code)?;
    let found = app
        .read(move |desk| desk.explain_grade(&code, desk.clock.today()))
        .await?;
    let missing = || {
        Problem::missing(format!(
            "没有代码 {code} 的评价：主体库中没有，或者评价规则不适用于这类主体"
        ))
        .field("code")
        .remedy("核对代码，或用 /api/v1/entities?q= 按名称查找")
    };
    found.map(axum::Json).ok_or_else(missing)
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
pub(super) struct Runs {
    /// 最多几次；不填为 20
    limit: Option<usize>,
}

#[utoipa::path(get, path = "/api/v1/grade-runs", tag = "评价", summary = "最近的评价：范围、变动数和结果摘要", params(Runs), security(("key" = [])),
    responses((status = 200, description = "最近的在前；digest 只有全量评价才有，可以复算比对", body = Vec<Object>),
        (status = 403, description = "密钥的职责不能查询评价", body = Problem),
        (status = 422, description = "limit 有误", body = Problem)))]
pub(super) async fn runs(
    State(app): State<App>,
    caller: Caller,
    Asked(runs): Asked<Runs>,
) -> Result<axum::Json<Vec<RunRow>>, Problem> {
    caller.organ(&ROLES)?;
    let limit = runs.limit.unwrap_or(USUAL);
    if !(1..=MOST).contains(&limit) {
        let detail = format!("limit 须在 1 到 {MOST} 之间");
        return Err(Problem::bad("limit", detail, "改正 limit"));
    }
    let rows = app.read(move |desk| desk.store.grade_runs(limit)).await?;
    Ok(axum::Json(rows))
}
