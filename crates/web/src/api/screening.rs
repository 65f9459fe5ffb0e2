//! Look-ups with a receipt.

use crate::account::Caller;
use crate::extract::Json;
use crate::house::App;
use crate::problem::Problem;
use crate::screening::screen;
use axum::extract::State;
use desk::Actor;
use desk::ports::Role;
use domain::code::{Code, is_citizen_id};
use domain::screening::{Question, Receipt};
use serde::Deserialize;

const ROLES: [Role; 2] = [Role::Counter, Role::Organ];
/// So many look-ups in one batch.
const MOST: usize = 500;

#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct Item {
    /// 统一社会信用代码
    code: String,
    /// 事项代码（应用清单）
    #[serde(default)]
    matter: String,
    /// 案件编号；回执号要写入该案
    #[serde(default)]
    case_no: String,
    /// 环节，可不填
    #[serde(default)]
    stage: String,
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct Batch {
    items: Vec<Item>,
}

#[utoipa::path(post, path = "/api/v1/screenings", tag = "核查", summary = "应查尽查：一次核查，返回核查单和回执",
    request_body = Item, security(("key" = [])),
    responses((status = 200, description = "回执（含核查单），可离线核验", body = Object),
        (status = 401, description = "没有密钥或密钥无效", body = Problem),
        (status = 403, description = "没有写明事项和案件，或密钥的职责不符", body = Problem)))]
pub(super) async fn one(
    State(app): State<App>,
    caller: Caller,
    Json(item): Json<Item>,
) -> Result<axum::Json<Receipt>, Problem> {
    let organ = caller.organ(&ROLES)?;
    let question = question(item, &caller, &organ)?;
    Ok(axum::Json(screen(&app, &caller.actor(), question).await?))
}

#[utoipa::path(post, path = "/api/v1/screenings/batch", tag = "核查", summary = "批量核查（仅限单位，按顺序返回）",
    request_body = Batch, security(("key" = [])),
    responses((status = 200, description = "各项回执", body = Vec<Object>),
        (status = 403, description = "有一项没有写明事项和案件", body = Problem),
        (status = 422, description = "超过一次批量的上限", body = Problem)))]
pub(super) async fn batch(
    State(app): State<App>,
    caller: Caller,
    Json(batch): Json<Batch>,
) -> Result<axum::Json<Vec<Receipt>>, Problem> {
    let organ = caller.organ(&ROLES)?;
    if batch.items.len() > MOST {
        return Err(Problem::bad(
            "items",
            format!("一次最多 {MOST} 项"),
            "分几次提交",
        ));
    }
    let questions: Result<Vec<Question>, Problem> = batch
        .items
        .into_iter()
        .map(|item| question(item, &caller, &organ))
        .collect();
    // All are handed in before the first is awaited, so that they share commits.
    let actor = caller.actor();
    let under_way: Vec<_> = questions?
        .into_iter()
        .map(|question| start(&app, &actor, question))
        .collect();
    let mut receipts = Vec::with_capacity(under_way.len());
    for task in under_way {
        let receipt = task
            .await
            .map_err(|error| desk::Fault::broken(error.to_string()))?;
        receipts.push(receipt?);
    }
    Ok(axum::Json(receipts))
}

type Task = tokio::task::JoinHandle<Result<Receipt, desk::Fault>>;

fn start(app: &App, actor: &Actor, question: Question) -> Task {
    let (app, actor) = (app.clone(), actor.clone());
    tokio::spawn(async move { screen(&app, &actor, question).await })
}

/// R9: without a matter and a case nothing is answered, and the attempt is noted.
fn question(item: Item, caller: &Caller, organ: &Code) -> Result<Question, Problem> {
    let missing = [("matter", &item.matter), ("case_no", &item.case_no)];
    if let Some((field, _)) = missing.iter().find(|(_, text)| text.trim().is_empty()) {
        tracing::warn!(
            caller = caller.0.name,
            field,
            "screening without purpose refused"
        );
        return Err(Problem::purpose(field));
    }
    if is_citizen_id(item.code.trim()) {
        return Err(Problem::bad(
            "code",
            "本接口只核查单位，不核查个人",
            "改用统一社会信用代码",
        ));
    }
    if item.code.trim().is_empty() {
        return Err(Problem::bad(
            "code",
            "缺少统一社会信用代码",
            "填写 18 位代码",
        ));
    }
    Ok(Question {
        code: item.code.trim().to_owned(),
        matter: item.matter.trim().to_owned(),
        case_no: item.case_no.trim().to_owned(),
        stage: item.stage.trim().to_owned(),
        caller: caller.0.name.clone(),
        organ: organ.to_string(),
    })
}
