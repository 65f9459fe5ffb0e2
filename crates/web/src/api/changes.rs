//! The feed: what changed on the portal, in the order of the ledger.

use crate::extract::Asked;
use crate::house::App;
use crate::problem::Problem;
use axum::extract::State;
use desk::{Desk, Fault};
use domain::basis::Basis;
use domain::code::Code;
use domain::filing::{Filed, Revoked};
use domain::ledger::Event;
use domain::publication::{Hidden, Publication};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Entries looked at in one call.
const MOST: usize = 1000;
const USUAL: usize = 200;

#[derive(Debug, Deserialize, utoipa::IntoParams)]
pub(super) struct From {
    /// 上次收到的 next；首次不填
    after: Option<u64>,
    /// 最多查看的账本条目数
    limit: Option<usize>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Changes {
    changes: Vec<Change>,
    /// 下次的 after；没有更多条目时与上次相同
    next: Option<u64>,
}

/// One public change; never a value of the filed row.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Change {
    /// 账本条目编号
    seq: u64,
    /// `shown` 上网、`hidden` 停止公示、`revoked` 撤回
    event: &'static str,
    /// 记录编号
    record: u64,
    #[schema(value_type = String)]
    entity: Code,
    docket: String,
    #[schema(value_type = String, format = Date)]
    on: Date,
    /// 自动停止公示的日期（shown）
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    ends: Option<Date>,
    /// 被更正的记录（shown）
    #[serde(skip_serializing_if = "Option::is_none")]
    corrects: Option<u64>,
    /// 公开理由（revoked）
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    basis: Option<Basis>,
}

#[utoipa::path(get, path = "/api/v1/changes", tag = "变更", summary = "公示信息的变更，按账本顺序", params(From),
    responses((status = 200, description = "变更和下次的起点", body = Changes), (status = 400, description = "参数有误", body = Problem)))]
pub(super) async fn changes(
    State(app): State<App>,
    Asked(from): Asked<From>,
) -> Result<axum::Json<Changes>, Problem> {
    let limit = from.limit.unwrap_or(USUAL);
    if !(1..=MOST).contains(&limit) {
        return Err(Problem::bad(
            "limit",
            format!("limit 须在 1 到 {MOST} 之间"),
            "改正 limit",
        ));
    }
    let found = app
        .read(move |desk| {
            let entries = desk.store.changes(from.after, limit)?;
            let next = entries.last().map(|(seq, _)| *seq).or(from.after);
            let mut changes = Vec::new();
            for (seq, entry) in &entries {
                changes.extend(change(desk, *seq, &entry.kind, &entry.head)?);
            }
            Ok(Changes { changes, next })
        })
        .await?;
    Ok(axum::Json(found))
}

fn change(desk: &Desk, seq: u64, kind: &str, head: &str) -> Result<Option<Change>, Fault> {
    if !["filed", "hidden", "revoked"].contains(&kind) {
        return Ok(None);
    }
    let event = serde_json::from_str(head).map_err(|error| Fault::broken(error.to_string()))?;
    match event {
        Event::Filed(filed) => Ok(shown(seq, *filed)),
        Event::Hidden(event) => Ok(hidden(seq, event)),
        // A record that was never shown leaves no trace here.
        Event::Revoked(event) if was_shown(desk, event.record)? => Ok(revoked(seq, event)),
        _ => Ok(None),
    }
}

fn shown(seq: u64, filed: Filed) -> Option<Change> {
    let Publication::Shown { from, window } = filed.publication else {
        return None;
    };
    Some(Change {
        seq,
        event: "shown",
        record: seq,
        entity: filed.entity?,
        docket: filed.docket,
        on: from,
        ends: Some(window.hidden),
        corrects: filed.corrects.map(|correction| correction.entry),
        reason: None,
        basis: Some(window.basis),
    })
}

fn hidden(seq: u64, event: Hidden) -> Option<Change> {
    Some(Change {
        seq,
        event: "hidden",
        record: event.record,
        entity: event.entity?,
        docket: event.docket,
        on: event.on,
        ends: None,
        corrects: None,
        reason: None,
        basis: Some(event.basis),
    })
}

fn revoked(seq: u64, event: Revoked) -> Option<Change> {
    Some(Change {
        seq,
        event: "revoked",
        record: event.record,
        entity: event.entity?,
        docket: event.docket,
        on: event.filed,
        ends: None,
        corrects: None,
        reason: Some(event.reason),
        basis: event.due.map(|due| due.basis),
    })
}

fn was_shown(desk: &Desk, record: u64) -> Result<bool, Fault> {
    let entry = desk.store.entry(record)?;
    let event = entry.and_then(|entry| serde_json::from_str(&entry.head).ok());
    Ok(matches!(event, Some(Event::Filed(filed)) if filed.publication.window().is_some()))
}
