//! Procedures over the API: the same verbs and fields as on the pages.

use crate::account::Caller;
use crate::extract::{Asked, Json, Part};
use crate::house::App;
use crate::problem::Problem;
use crate::procedure::{Typed, act_as, begin_as, visible};
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use desk::ports::{Filter, Role, Row};
use desk::procedure::{Done, Noun, Verb, View, Who};
use domain::code::Code;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Whose keys may ask for procedures; what each sees is another question.
pub(super) const ROLES: [Role; 4] = [Role::Office, Role::Organ, Role::Counter, Role::Entity];
const USUAL: usize = 50;
const MOST: usize = 500;
/// Commitments in one batch.
const BATCH: usize = 1_000;

/// The person behind a key.
pub(super) fn who(caller: &Caller, roles: &[Role]) -> Result<Who, Problem> {
    if roles.contains(&caller.0.role) {
        return Ok(Who::of(&caller.0));
    }
    Err(Problem::forbidden("该密钥的职责不能调用此接口"))
}

fn noun(word: &str) -> Result<Noun, Problem> {
    let unknown = || Problem::missing(format!("没有“{word}”这一类办理事项")).field("noun");
    Noun::read(word).ok_or_else(unknown)
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
pub(super) struct Sought {
    /// 种类：commitment、listing、attention、measure、feedback、repair、reorganisation、objection、referral、notice；不填为告知以外的全部
    noun: Option<String>,
    /// 主体的统一社会信用代码
    entity: Option<String>,
    /// 只要未办结（true）或者已办结（false）的
    open: Option<bool>,
    /// 上次收到的 next；首次不填
    after: Option<u64>,
    /// 最多几项；不填为 50
    limit: Option<usize>,
}

/// One page of procedures, latest first.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Listed {
    #[schema(value_type = Vec<Object>)]
    procedures: Vec<Row>,
    /// 下一页的 after；没有下一页时不出现
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<u64>,
}

#[utoipa::path(get, path = "/api/v1/procedures", tag = "办理", summary = "办理事项，最近的在前", params(Sought), security(("key" = [])),
    responses((status = 200, description = "该密钥可以查看的办理事项", body = Listed),
        (status = 403, description = "密钥的职责不能查看", body = Problem),
        (status = 422, description = "参数有误", body = Problem)))]
pub(super) async fn list(
    State(app): State<App>,
    caller: Caller,
    Asked(sought): Asked<Sought>,
) -> Result<axum::Json<Listed>, Problem> {
    let who = who(&caller, &ROLES)?;
    let limit = sought.limit.unwrap_or(USUAL);
    if !(1..=MOST).contains(&limit) {
        let detail = format!("limit 须在 1 到 {MOST} 之间");
        return Err(Problem::bad("limit", detail, "改正 limit"));
    }
    let entity = sought.entity.as_deref().map(super::entity::read);
    let filter = Filter {
        noun: sought
            .noun
            .as_deref()
            .map(noun)
            .transpose()?
            .map(|noun| noun.word().to_owned()),
        entity: entity.transpose()?,
        open: sought.open,
        after: sought.after,
        limit,
        ..Filter::default()
    };
    let (procedures, next) = app.read(move |desk| visible(desk, &who, filter)).await?;
    Ok(axum::Json(Listed { procedures, next }))
}

#[utoipa::path(get, path = "/api/v1/procedures/{id}", tag = "办理", summary = "一个办理事项：现状、期限、经过和可以办理的步骤",
    params(("id" = u64, Path, description = "编号")), security(("key" = [])),
    responses((status = 200, description = "办理事项", body = Object),
        (status = 404, description = "没有，或者不由该密钥办理", body = Problem)))]
pub(super) async fn show(
    State(app): State<App>,
    caller: Caller,
    Part(id): Part<u64>,
) -> Result<axum::Json<View>, Problem> {
    let who = who(&caller, &ROLES)?;
    let view = app.read(move |desk| desk.view(&who, id)).await?;
    let missing = || Problem::missing(format!("没有编号为 {id} 的办理事项")).field("id");
    view.map(axum::Json).ok_or_else(missing)
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
pub(super) struct Of {
    /// 名单、承诺事项或者名单认定编号，用来确定选项
    of: Option<String>,
}

/// What can be begun.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Forms {
    /// 每一步的 word、name 和 fields（key、label、kind、need、hint）
    #[schema(value_type = Vec<Object>)]
    verbs: Vec<Verb>,
}

#[utoipa::path(get, path = "/api/v1/procedures/forms/{noun}", tag = "办理", summary = "开始一类办理事项要填写的内容",
    params(("noun" = String, Path, description = "种类"), Of), security(("key" = [])),
    responses((status = 200, description = "该密钥可以开始的步骤及其栏目", body = Forms),
        (status = 404, description = "没有这一类", body = Problem)))]
pub(super) async fn forms(
    State(app): State<App>,
    caller: Caller,
    Part(word): Part<String>,
    Asked(of): Asked<Of>,
) -> Result<axum::Json<Forms>, Problem> {
    let who = who(&caller, &ROLES)?;
    let noun = noun(&word)?;
    let verbs = app
        .read(move |desk| desk.beginnings(&who, noun, of.of.as_deref()))
        .await?;
    Ok(axum::Json(Forms { verbs }))
}

/// What was written.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Written {
    /// 办理事项编号
    procedure: u64,
    /// 写入账本的条目
    entries: Vec<u64>,
}

impl From<Done> for Written {
    fn from(done: Done) -> Self {
        Self {
            procedure: done.procedure,
            entries: done.entries,
        }
    }
}

fn created(done: Done) -> Response {
    let place = format!("/api/v1/procedures/{}", done.procedure);
    let body = axum::Json(Written::from(done));
    (StatusCode::CREATED, [(header::LOCATION, place)], body).into_response()
}

/// A JSON object as a form is filled in.
fn typed(body: &Map<String, Value>) -> Result<Typed, Problem> {
    let mut typed = Typed::new();
    for (key, value) in body {
        match value {
            Value::Array(values) => {
                for value in values {
                    typed.push((key.clone(), plain(key, value)?));
                }
            }
            Value::Null => {}
            value => typed.push((key.clone(), plain(key, value)?)),
        }
    }
    Ok(typed)
}

fn plain(key: &str, value: &Value) -> Result<String, Problem> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Number(number) => Ok(number.to_string()),
        Value::Bool(yes) => Ok(yes.to_string()),
        _ => Err(Problem::bad(
            "body",
            format!("{key} 须为文字、数字、真假或者它们的数组"),
            "改正该项的类型",
        )),
    }
}

#[utoipa::path(post, path = "/api/v1/procedures/{noun}/{verb}", tag = "办理", summary = "开始一个办理事项",
    description = "请求体为栏目的 JSON 对象，栏目见 forms。多选的写成数组。",
    params(("noun" = String, Path, description = "种类"), ("verb" = String, Path, description = "步骤")), security(("key" = [])),
    request_body = Object,
    responses((status = 201, description = "已写入账本", body = Written),
        (status = 403, description = "不由该密钥办理", body = Problem),
        (status = 409, description = "依法不能办理，附条文", body = Problem),
        (status = 422, description = "填写有误，fields 列出全部", body = Problem)))]
pub(super) async fn begin(
    State(app): State<App>,
    caller: Caller,
    Part((word, verb)): Part<(String, String)>,
    Json(body): Json<Map<String, Value>>,
) -> Result<Response, Problem> {
    let who = who(&caller, &ROLES)?;
    let (noun, typed) = (noun(&word)?, typed(&body)?);
    let done = app
        .read(move |desk| Ok(begin_as(desk, &who, noun, &verb, &typed)))
        .await?;
    Ok(created(done?))
}

#[utoipa::path(post, path = "/api/v1/procedures/{id}/acts/{verb}", tag = "办理", summary = "办理一步",
    description = "请求体为栏目的 JSON 对象，栏目见办理事项的 verbs。",
    params(("id" = u64, Path, description = "编号"), ("verb" = String, Path, description = "步骤")), security(("key" = [])),
    request_body = Object,
    responses((status = 201, description = "已写入账本", body = Written),
        (status = 403, description = "不由该密钥办理", body = Problem),
        (status = 404, description = "没有这个办理事项或者这一步", body = Problem),
        (status = 409, description = "依法不能办理，附条文", body = Problem),
        (status = 422, description = "填写有误，fields 列出全部", body = Problem)))]
pub(super) async fn act(
    State(app): State<App>,
    caller: Caller,
    Part((id, verb)): Part<(u64, String)>,
    Json(body): Json<Map<String, Value>>,
) -> Result<Response, Problem> {
    let who = who(&caller, &ROLES)?;
    let typed = typed(&body)?;
    let done = app
        .read(move |desk| Ok(act_as(desk, &who, id, &verb, &typed)))
        .await?;
    Ok(created(done?))
}

/// What became of one row.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Outcome {
    /// 第几行，从 1 开始
    row: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    procedure: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<Problem>,
}

/// What became of a batch.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Taken {
    accepted: usize,
    rejected: usize,
    rows: Vec<Outcome>,
}

#[utoipa::path(post, path = "/api/v1/procedures/commitment/register/batch", tag = "办理", summary = "批量登记信用承诺",
    description = "一次最多 1000 件，逐件办理：合格的登记，不合格的说明理由，互不影响。",
    security(("key" = [])), request_body = Vec<Object>,
    responses((status = 200, description = "各件的结果", body = Taken),
        (status = 403, description = "密钥的职责不能登记", body = Problem),
        (status = 422, description = "超过一次批量的上限", body = Problem)))]
pub(super) async fn batch(
    State(app): State<App>,
    caller: Caller,
    Json(rows): Json<Vec<Map<String, Value>>>,
) -> Result<axum::Json<Taken>, Problem> {
    let who = who(&caller, &[Role::Organ])?;
    if rows.len() > BATCH {
        let detail = format!("一次最多 {BATCH} 件");
        return Err(Problem::bad("body", detail, "分几次提交"));
    }
    let taken = app
        .read(move |desk| {
            let rows = rows.iter().enumerate().map(|(at, row)| {
                let done = typed(row).and_then(|typed| {
                    let done = begin_as(desk, &who, Noun::Commitment, "register", &typed);
                    done.map_err(Problem::from)
                });
                let (procedure, problem) = match done {
                    Ok(done) => (Some(done.procedure), None),
                    Err(problem) => (None, Some(problem)),
                };
                Outcome {
                    row: at + 1,
                    procedure,
                    problem,
                }
            });
            let rows: Vec<Outcome> = rows.collect();
            let accepted = rows.iter().filter(|row| row.procedure.is_some()).count();
            Ok(Taken {
                accepted,
                rejected: rows.len() - accepted,
                rows,
            })
        })
        .await?;
    Ok(axum::Json(taken))
}

/// Whether a caller may ask about this entity: its own account, or whoever administers.
pub(super) fn may_ask(who: &Who, code: &Code) -> Result<(), Problem> {
    match who.role {
        Role::Entity if who.entity() != Some(*code) => {
            Err(Problem::forbidden("主体账号只能查询本单位"))
        }
        _ => Ok(()),
    }
}
