//! Decisions announced, cases decided, records revoked.

use crate::account::Caller;
use crate::extract::{Json, Part};
use crate::house::App;
use crate::problem::Problem;
use axum::extract::State;
use axum::http::StatusCode;
use desk::duty::Announced;
use desk::filing::{Order, Refusal};
use desk::ports::Role;
use domain::duty::Kind;
use domain::filing::Revocation;
use domain::screening::CaseDecided;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct Decision {
    /// 将用哪个数据源报送，例如 penalty-2018
    source: String,
    /// 决定书文号
    docket: String,
    /// 决定日期
    #[schema(value_type = String, format = Date)]
    decided: Date,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Opened {
    /// 是否新开立了报送期限；重复告知或已报送的不再开立
    opened: bool,
    /// 报送的最后一日；当年工作日历未发布时不填
    #[schema(value_type = Option<String>, format = Date)]
    last: Option<Date>,
}

#[utoipa::path(post, path = "/api/v1/decisions", tag = "期限", summary = "告知作出了一项决定，开始计算报送期限",
    request_body = Decision, security(("key" = [])),
    responses((status = 200, description = "期限", body = Opened), (status = 422, description = "字段有误", body = Problem)))]
pub(super) async fn decision(
    State(app): State<App>,
    caller: Caller,
    Json(decision): Json<Decision>,
) -> Result<axum::Json<Opened>, Problem> {
    let organ = caller.organ(&[Role::Organ])?;
    if app.desk().sources.get(&decision.source).is_none() {
        return Err(Problem::bad("source", "没有这个数据源", "对照数据源名称"));
    }
    if decision.docket.trim().is_empty() {
        return Err(Problem::bad("docket", "缺少文号", "填写决定书文号"));
    }
    if decision.decided > app.desk().clock.today() {
        return Err(Problem::bad("decided", "决定日期晚于今天", "核对日期"));
    }
    let actor = caller.actor();
    let (source, docket, decided) = (
        decision.source,
        decision.docket.trim().to_owned(),
        decision.decided,
    );
    let announced = Announced {
        organ,
        source,
        docket,
        decided,
    };
    let opened = app
        .read(move |desk| {
            let last = desk
                .due(Kind::Publish, announced.decided)
                .and_then(|due| due.last);
            Ok(Opened {
                opened: desk.announce(&actor, announced)?,
                last,
            })
        })
        .await?;
    Ok(axum::Json(opened))
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct Case {
    /// 事项代码
    matter: String,
    /// 案件编号
    case_no: String,
    /// 办结日期
    #[schema(value_type = String, format = Date)]
    decided: Date,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Noted {
    /// 此前没有登记过这个案件
    new: bool,
}

#[utoipa::path(post, path = "/api/v1/cases", tag = "核查", summary = "登记已办结的案件，用于计算应查尽查率",
    request_body = Case, security(("key" = [])),
    responses((status = 200, description = "是否新登记", body = Noted), (status = 422, description = "字段有误", body = Problem)))]
pub(super) async fn case(
    State(app): State<App>,
    caller: Caller,
    Json(case): Json<Case>,
) -> Result<axum::Json<Noted>, Problem> {
    let organ = caller.organ(&[Role::Organ, Role::Counter])?;
    for (field, text) in [("matter", &case.matter), ("case_no", &case.case_no)] {
        if text.trim().is_empty() {
            return Err(Problem::bad(
                field,
                "缺少必填字段",
                "填写事项代码和案件编号",
            ));
        }
    }
    let actor = caller.actor();
    let (matter, case_no) = (
        case.matter.trim().to_owned(),
        case.case_no.trim().to_owned(),
    );
    let decided = CaseDecided {
        organ,
        matter,
        case_no,
        decided: case.decided,
    };
    let new = app
        .read(move |desk| desk.decide_case(&actor, decided))
        .await?;
    Ok(axum::Json(Noted { new }))
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct Revoking {
    /// 撤销、变更、确认违法、确认无效（或 revoked、changed、unlawful、void）
    how: String,
    /// 据以撤回的文书文号
    document: String,
    /// 向社会公开的理由
    reason: String,
    /// 文书日期
    #[schema(value_type = String, format = Date)]
    decided: Date,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Entered {
    /// 账本条目编号
    entry: u64,
}

#[utoipa::path(post, path = "/api/v1/records/{seq}/revocation", tag = "报送", summary = "撤回一条记录，立即停止公示并公开理由",
    params(("seq" = u64, Path, description = "记录的账本编号")), request_body = Revoking, security(("key" = [])),
    responses((status = 200, description = "撤回的账本编号", body = Entered),
        (status = 403, description = "记录属于其他机关", body = Problem),
        (status = 404, description = "没有这条记录", body = Problem),
        (status = 409, description = "已经撤回", body = Problem)))]
pub(super) async fn revocation(
    State(app): State<App>,
    caller: Caller,
    Part(seq): Part<u64>,
    Json(given): Json<Revoking>,
) -> Result<axum::Json<Entered>, Problem> {
    let organ = caller.organ(&[Role::Organ])?;
    let wrong = || {
        Problem::bad(
            "how",
            "处理方式不在规定范围",
            "撤销、变更、确认违法或确认无效",
        )
    };
    let how = Revocation::read(&given.how).ok_or_else(wrong)?;
    let (document, reason, decided) = (given.document, given.reason, given.decided);
    let order = Order {
        record: seq,
        organ,
        how,
        document,
        reason,
        decided,
    };
    let actor = caller.actor();
    let entered = app.read(move |desk| Ok(desk.revoke(&actor, order))).await?;
    Ok(axum::Json(Entered {
        entry: entered.map_err(refused)?,
    }))
}

fn refused(refusal: Refusal) -> Problem {
    let text = refusal.to_string();
    match refusal {
        Refusal::Unknown(_) => Problem::missing(text).field("seq"),
        Refusal::Foreign => Problem::forbidden(text).field("seq"),
        Refusal::Already => {
            Problem::new(StatusCode::CONFLICT, "ALREADY_REVOKED", "已经撤回", text).field("seq")
        }
        Refusal::NoReason { .. } => Problem::bad("reason", text, "写明公开的理由"),
        Refusal::NoDocument => Problem::bad("document", text, "填写文书文号"),
        Refusal::Future(_) => Problem::bad("decided", text, "核对文书日期"),
        Refusal::Fault(fault) => fault.into(),
    }
}
