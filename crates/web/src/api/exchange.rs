//! Messages between platforms: taken, handed in, acknowledged.

use crate::account::Caller;
use crate::extract::{Asked, Json, Part};
use crate::house::App;
use crate::problem::Problem;
use axum::extract::State;
use axum::http::StatusCode;
use desk::exchange::Received;
use desk::ports::Role;
use domain::exchange::{Answer, Message};
use domain::ledger::checkpoint::Note;
use serde::{Deserialize, Serialize};

/// Messages handed out in one call.
const MOST: usize = 500;

#[derive(Debug, Deserialize, utoipa::IntoParams)]
pub(super) struct From {
    /// 上次收到的最大编号；首次不填
    #[serde(default)]
    after: u64,
}

/// A message with the signature of this platform.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Signed {
    serial: u64,
    /// 签名的报文（C2SP note），用 /log/key 的公钥核验
    note: String,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Messages {
    messages: Vec<Signed>,
}

/// Under which word a caller receives: a platform by the name of its account, an organ by its code.
fn receiver(caller: &Caller) -> Result<String, Problem> {
    match caller.0.role {
        Role::Partner => Ok(caller.0.name.clone()),
        _ => caller.organ(&[Role::Organ]).map(|code| code.to_string()),
    }
}

#[utoipa::path(get, path = "/api/v1/messages", tag = "交换", summary = "发给本单位、尚未回执的报文", params(From), security(("key" = [])),
    responses((status = 200, description = "报文，按编号", body = Messages),
        (status = 403, description = "密钥的职责不能接收报文", body = Problem)))]
pub(super) async fn take(
    State(app): State<App>,
    caller: Caller,
    Asked(from): Asked<From>,
) -> Result<axum::Json<Messages>, Problem> {
    let receiver = receiver(&caller)?;
    let messages = app
        .read(move |desk| {
            let pending = desk
                .store
                .messages(&receiver, from.after, MOST)?
                .into_iter();
            let signed = pending.map(|one| {
                Ok(Signed {
                    serial: one.sent.message.serial,
                    note: desk.signed(&one.sent.message)?,
                })
            });
            signed.collect::<Result<Vec<Signed>, desk::Fault>>()
        })
        .await?;
    Ok(axum::Json(Messages { messages }))
}

#[utoipa::path(post, path = "/api/v1/messages", tag = "交换", summary = "递交一份签名的报文",
    description = "请求体为签名的报文原文。重复、乱序递交不改变结果。",
    security(("key" = [])), request_body(content = String, content_type = "text/plain"),
    responses((status = 200, description = "taken：已接收；known：已有", body = Object),
        (status = 403, description = "发送平台与密钥不符", body = Problem),
        (status = 409, description = "不能接收，附理由", body = Problem),
        (status = 422, description = "报文读不出，或者签名不符", body = Problem)))]
pub(super) async fn hand_in(
    State(app): State<App>,
    caller: Caller,
    body: String,
) -> Result<axum::Json<Received>, Problem> {
    if caller.0.role != Role::Partner {
        return Err(Problem::forbidden("只有登记的交换平台可以递交报文"));
    }
    let (note, message) = parsed(&body)?;
    if message.sender != caller.0.name {
        return Err(Problem::forbidden(format!(
            "报文的发送平台是 {}，与密钥的账号不符",
            message.sender
        )));
    }
    let (sender, actor) = (message.sender.clone(), caller.actor());
    let done = app
        .read(move |desk| {
            let partners = desk.store.partners()?.into_iter();
            let mut known = partners.filter(|one| one.word == sender && !one.closed);
            let key = known
                .next()
                .map(|one| one.key)
                .filter(|key| !key.is_empty());
            let verifier = key.and_then(|key| seal::Verifier::parse(&key).ok());
            let signed = verifier.is_some_and(|verifier| verifier.verify(&note).is_ok());
            Ok(match signed {
                true => desk.receive(&actor, &message).map_err(Problem::from),
                false => Err(unsigned()),
            })
        })
        .await?;
    done.map(axum::Json)
}

fn parsed(body: &str) -> Result<(Note, Message), Problem> {
    let bad = |detail: String| {
        Problem::bad(
            "body",
            format!("报文读不出：{detail}"),
            "按签名报文的格式重新递交",
        )
    };
    let note = Note::parse(body).map_err(|error| bad(error.to_string()))?;
    let message = serde_json::from_str(note.text.trim_end());
    let message = message.map_err(|error| bad(error.to_string()))?;
    Ok((note, message))
}

fn unsigned() -> Problem {
    Problem::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "SIGNATURE_INVALID",
        "签名不符",
        "报文的签名与登记的公钥不符，没有接收",
    )
    .remedy("用登记的密钥签名；更换密钥的，先到信用办登记新的公钥")
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct Answered {
    /// `applied` 已按报文处理；`not-held` 没有这条记录
    #[schema(value_type = String)]
    answer: Answer,
}

#[utoipa::path(post, path = "/api/v1/messages/{serial}/acknowledgement", tag = "交换", summary = "回执一份报文",
    params(("serial" = u64, Path, description = "报文编号")), request_body = Answered, security(("key" = [])),
    responses((status = 200, description = "已登记回执；重复回执不改变结果", body = Object),
        (status = 403, description = "密钥的职责不能回执", body = Problem),
        (status = 409, description = "没有这份报文，或者没有发给该单位", body = Problem)))]
pub(super) async fn acknowledge(
    State(app): State<App>,
    caller: Caller,
    Part(serial): Part<u64>,
    Json(answered): Json<Answered>,
) -> Result<axum::Json<serde_json::Value>, Problem> {
    let receiver = receiver(&caller)?;
    let actor = caller.actor();
    let done = app
        .read(move |desk| Ok(desk.acknowledge(&actor, serial, &receiver, answered.answer)))
        .await?;
    done?;
    Ok(axum::Json(serde_json::json!({ "serial": serial })))
}
