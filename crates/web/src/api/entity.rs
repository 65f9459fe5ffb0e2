//! Entities over the API: the fast look-up from the index, published records, and search.

use crate::extract::{Asked, Part};
use crate::house::App;
use crate::limit::Token;
use crate::portal::candidates;
use crate::problem::Problem;
use crate::trouble::Trouble;
use axum::extract::{Request, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use desk::index::Reader;
use domain::code::{Code, is_citizen_id};
use domain::screening::{Effect, Listed, Outcome, Question};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

const HITS: usize = 20;
/// Commitments shown of one entity.
const PLEDGES: usize = 500;

/// Answers nothing but itself: the yardstick for the other calls.
#[utoipa::path(get, path = "/api/v1/ping", tag = "查询", summary = "空应答",
    responses((status = 200, description = "pong", body = String)))]
pub(super) async fn ping() -> &'static str {
    "pong"
}

/// What anybody may know of an entity now.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct EntityView<'a> {
    /// 统一社会信用代码
    #[schema(value_type = String)]
    code: &'a Code,
    name: &'a str,
    /// 主体类别
    kind: &'a str,
    /// 仅见于报送文书，主体库尚未确认
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    provisional: bool,
    /// `clear`、`effects` 或 `stale-source`。没有回执，不能代替核查
    #[schema(value_type = String)]
    outcome: Outcome,
    /// 结论的一句话
    sentence: &'static str,
    /// 公示期内的行政处罚，最早停止公示的在前；每条都带依据和停止公示的日期
    #[schema(value_type = Vec<Object>)]
    records: Vec<Marked<'a>>,
    /// 所在的名单，最早移出的在前；每一项都带依据和移出的日期
    #[schema(value_type = Vec<Object>)]
    lists: Vec<Listed>,
    /// 经认定的违诺；公开的全部承诺见 commitments
    commitments: Vec<Broken>,
    /// 异议处理中的名单认定和违诺
    #[serde(skip_serializing_if = "Vec::is_empty")]
    disputed: Vec<u64>,
    /// 数据截至的日期
    #[schema(value_type = String)]
    day: Date,
    /// 已计入的账本条目数
    as_of: u64,
}

/// A record, marked while an objection to it is being worked on.
#[derive(Debug, Serialize)]
struct Marked<'a> {
    #[serde(flatten)]
    effect: &'a Effect,
    /// 异议处理中
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    disputed: bool,
}

/// A commitment that was not kept, as determined.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Broken {
    /// 办理编号
    commitment: u64,
    what: String,
    /// 不再公示的日期
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    ends: Option<Date>,
}

/// Answered from memory: no store, no task switch.
#[utoipa::path(get, path = "/api/v1/entities/{code}", tag = "查询", summary = "按代码查询主体（公开部分）",
    params(("code" = String, Path, description = "统一社会信用代码")),
    responses((status = 200, description = "主体及公示期内的处罚", body = EntityView<'static>),
        (status = 404, description = "主体库中没有该代码；不等于没有记录", body = Problem)))]
pub(super) async fn entity(
    State(app): State<App>,
    Part(code): Part<String>,
) -> Result<Response, Problem> {
    let code = read(&code)?;
    let desk = app.desk();
    let day = desk.clock.today();
    let broken = || Problem::from(desk::Fault::broken("index poisoned"));
    let reader = desk.index.read().ok_or_else(broken)?;
    let identity = reader.identity(&code).ok_or_else(|| unknown(&code))?;
    let (effects, as_of) = (reader.effects(&code, day), reader.as_of());
    let lists = desk.lists(&reader, &code, day);
    let commitments = breaches(&reader, &code, day);
    let records = effects.iter();
    let records: Vec<Marked<'_>> = records
        .map(|effect| Marked {
            disputed: reader.is_disputed(effect.record),
            effect,
        })
        .collect();
    let others = lists.iter().map(|list| list.listing);
    let others = others.chain(commitments.iter().map(|one| one.commitment));
    let disputed = others.filter(|id| reader.is_disputed(*id)).collect();
    drop(reader);
    let nothing = records.is_empty() && !lists.iter().any(|list| list.kind.adverse());
    let stale = nothing && app.stale.at(as_of, day, || stale(desk));
    let outcome = match (nothing, stale) {
        (false, _) => Outcome::Effects,
        (true, true) => Outcome::StaleSource,
        (true, false) => Outcome::Clear,
    };
    let view = EntityView {
        code: &identity.code,
        name: &identity.name,
        kind: &identity.kind,
        provisional: identity.provisional,
        records,
        outcome,
        sentence: outcome.sentence(),
        lists,
        commitments,
        disputed,
        day,
        as_of,
    };
    let mut body = Vec::with_capacity(640 + 320 * effects.len());
    serde_json::to_writer(&mut body, &view)
        .map_err(|error| desk::Fault::broken(error.to_string()))?;
    Ok(([(header::CONTENT_TYPE, "application/json")], body).into_response())
}

fn breaches(reader: &Reader<'_>, code: &Code, day: Date) -> Vec<Broken> {
    let held = reader.breaches(code).into_iter();
    held.filter(|one| one.until.is_none_or(|until| day < until))
        .map(|one| Broken {
            commitment: one.record,
            what: one.what,
            ends: one.until,
        })
        .collect()
}

#[utoipa::path(get, path = "/api/v1/entities/{code}/commitments", tag = "查询", summary = "主体公开的信用承诺及其履行情况",
    params(("code" = String, Path, description = "统一社会信用代码")),
    responses((status = 200, description = "公开的承诺，最近的在前", body = Vec<Object>),
        (status = 404, description = "主体库中没有该代码", body = Problem)))]
pub(super) async fn commitments(
    State(app): State<App>,
    Part(code): Part<String>,
) -> Result<Response, Problem> {
    let code = read(&code)?;
    let found = app
        .read(move |desk| match desk.name(&code) {
            Some(_) => {
                let today = desk.clock.today();
                desk.store.pledged(today, Some(&code), PLEDGES).map(Some)
            }
            None => Ok(None),
        })
        .await?;
    Ok(axum::Json(found.ok_or_else(|| unknown(&code))?).into_response())
}

/// Whether a look-up would call a source stale today; a fault counts as stale, never as clear.
/// The sources are the same for everybody, so nobody is asked about.
fn stale(desk: &desk::Desk) -> bool {
    let question = Question {
        code: String::new(),
        matter: String::new(),
        case_no: String::new(),
        stage: String::new(),
        caller: String::new(),
        organ: String::new(),
    };
    let sheet = desk.sheet(question);
    sheet.map_or(true, |sheet| {
        sheet.sources.iter().any(|source| source.stale)
    })
}

#[utoipa::path(get, path = "/api/v1/entities/{code}/records", tag = "查询", summary = "主体的全部公示记录（许可与处罚）",
    params(("code" = String, Path, description = "统一社会信用代码")),
    responses((status = 200, description = "公示记录，字段已按公开范围筛选和脱敏", body = Vec<Object>),
        (status = 404, description = "主体库中没有该代码", body = Problem)))]
pub(super) async fn records(
    State(app): State<App>,
    Part(code): Part<String>,
) -> Result<Response, Problem> {
    let code = read(&code)?;
    let records = app
        .read(move |desk| match desk.store.profile(&code)? {
            Some(_) => desk.store.shown_of(&code).map(Some),
            None => Ok(None),
        })
        .await?;
    Ok(axum::Json(records.ok_or_else(|| unknown(&code))?).into_response())
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
pub(super) struct Sought {
    /// 代码、名称的一部分、曾用名或拼音首字母
    q: String,
}

#[utoipa::path(get, path = "/api/v1/entities", tag = "查询", summary = "查找主体（候选，不作认定）", params(Sought),
    responses((status = 200, description = "候选主体", body = Vec<Object>),
        (status = 429, description = "查询过于频繁", body = Problem)))]
pub(super) async fn find(
    State(app): State<App>,
    Asked(sought): Asked<Sought>,
    request: Request,
) -> Result<Response, Problem> {
    let (parts, _) = request.into_parts();
    Token::take(&parts, &app).ok_or(Trouble::TooMany)?;
    let text: String = sought.q.split_whitespace().collect();
    if is_citizen_id(&text) {
        return Err(Problem::bad(
            "q",
            "不按公民身份号码查询",
            "改用单位的代码或名称",
        ));
    }
    Ok(axum::Json(app.read(move |desk| candidates(desk, &text, HITS)).await?).into_response())
}

/// A code of an organisation; the number of a person is none.
pub(super) fn read(text: &str) -> Result<Code, Problem> {
    let wrong = || Problem::bad("code", "这不是统一社会信用代码", "核对 18 位代码");
    let code = Code::read(text).ok_or_else(wrong)?;
    // A letter among the first 17 places rules a person's number out without reading it.
    let (_, body) = code.as_bytes().split_last().ok_or_else(wrong)?;
    let person = body.iter().all(u8::is_ascii_digit) && is_citizen_id(code.as_str());
    if person { Err(wrong()) } else { Ok(code) }
}

pub(super) fn unknown(code: &Code) -> Problem {
    let mut problem = Problem::missing(format!("主体库中没有代码 {code}；没有找到不等于没有记录"));
    problem.code = "UNKNOWN_ENTITY";
    problem
        .field("code")
        .remedy("核对代码，或用 /api/v1/entities?q= 按名称查找")
}
