//! `revoke`: a filed decision lost its force.

use crate::room::{Need, Room};
use crate::{Common, Ending, Out, Stop, clock};
use desk::Actor;
use desk::filing::{Order, Refusal};
use domain::filing::Revocation;
use jiff::civil::Date;
use serde_json::json;

/// `revoke SEQ --organ CODE …`
#[derive(Debug, clap::Args)]
pub struct Revoke {
    /// 记录在账本中的编号
    record: u64,
    /// 作出或报送该决定的单位
    #[arg(long, value_name = "CODE")]
    organ: String,
    /// 撤销、变更、确认违法、确认无效（或 revoked、changed、unlawful、void）
    #[arg(long, value_parser = how)]
    how: Revocation,
    /// 据以撤回的文书号
    #[arg(long)]
    document: String,
    /// 向社会公开的理由
    #[arg(long)]
    reason: String,
    /// 撤回文书的日期
    #[arg(long, value_name = "DATE", value_parser = clock::day)]
    decided: Date,
}

fn how(text: &str) -> Result<Revocation, String> {
    Revocation::read(text).ok_or_else(|| format!("“{text}”不是撤销、变更、确认违法或确认无效"))
}

pub fn revoke(command: &Revoke, common: &Common, out: Out) -> Result<Ending, Stop> {
    let room = Room::open(common, Need::Ledger)?;
    let organ = room.organ(&command.organ)?;
    let order = Order {
        record: command.record,
        organ,
        how: command.how,
        document: command.document.clone(),
        reason: command.reason.clone(),
        decided: command.decided,
    };
    let actor = Actor {
        organ: Some(organ),
        ..Actor::operator()
    };
    let entry = room
        .desk
        .revoke(&actor, order)
        .map_err(|refusal| match refusal {
            Refusal::Fault(fault) => fault.into(),
            other => Stop::refused(other),
        })?;
    room.publish()?;
    out.say(format!(
        "记录 {} 已撤回公示，账本编号 {entry}",
        command.record
    ))?;
    out.last(&json!({ "record": command.record, "entry": entry }))?;
    Ok(Ending::Done)
}
