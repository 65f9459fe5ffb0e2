//! The way out of everything that weighs on an entity.

use super::entity::{read, unknown};
use super::procedure::{ROLES, may_ask, who};
use crate::account::Caller;
use crate::extract::Part;
use crate::house::App;
use crate::problem::Problem;
use axum::extract::State;
use desk::repair::ExitPath;

#[utoipa::path(get, path = "/api/v1/entities/{code}/exit-path", tag = "办理", summary = "退出路径：每条记录怎样结束、最早哪一天、由谁办理",
    params(("code" = String, Path, description = "统一社会信用代码")), security(("key" = [])),
    responses((status = 200, description = "退出路径", body = Object),
        (status = 403, description = "主体账号只能查询本单位", body = Problem),
        (status = 404, description = "主体库中没有该代码", body = Problem)))]
pub(super) async fn exit_path(
    State(app): State<App>,
    caller: Caller,
    Part(code): Part<String>,
) -> Result<axum::Json<ExitPath>, Problem> {
    let who = who(&caller, &ROLES)?;
    let code = read(&code)?;
    may_ask(&who, &code)?;
    let path = app.read(move |desk| desk.exit_path(&code)).await?;
    path.map(axum::Json).ok_or_else(|| unknown(&code))
}
