//! `law diff`, `propose`, `adopt`, `decline`, `history`: how the law in force changes.

use crate::room::{Need, Room};
use crate::{Common, Ending, Out, Stop, pack};
use desk::Actor;
use desk::ports::{Accounts, Packs, Role};
use desk::statute::NotSigned;
use domain::statute::State;
use law::Pack;
use serde_json::json;
use std::io::{self, BufRead};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Proposals that are listed.
const LISTED: usize = 50;

#[derive(Debug, clap::Args)]
pub struct Propose {
    /// 拟采用的规则包文件夹；不写为程序自带的规则包
    #[arg(long, value_name = "DIR")]
    with: Option<PathBuf>,
    /// 变更理由和依据
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// 提出人的信用办账号；密码从标准输入读取
    #[arg(long, value_name = "NAME")]
    account: String,
}

#[derive(Debug, clap::Args)]
pub struct Sign {
    /// 提案编号
    proposal: u64,
    /// 第二签署人的信用办账号；密码从标准输入读取
    #[arg(long, value_name = "NAME")]
    account: String,
}

#[derive(Debug, clap::Args)]
pub struct Decline {
    #[command(flatten)]
    sign: Sign,
    /// 理由
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

pub fn diff(old: &str, new: &str, common: &Common, out: Out) -> Result<Ending, Stop> {
    let (old, new) = (named(old, common)?, named(new, common)?);
    let changes = law::diff(&old, &new);
    for change in &changes {
        out.say(change.to_string())?;
    }
    out.say(format!("共 {} 处不同", changes.len()))?;
    out.last(&json!({ "old": old.digest(), "new": new.digest(), "changes": changes }))?;
    Ok(Ending::Done)
}

/// A pack as a command line names it.
fn named(name: &str, common: &Common) -> Result<Arc<Pack>, Stop> {
    match name {
        "built-in" => pack::law(common),
        "current" => Ok(Room::open(common, Need::Ledger)?.desk.law()),
        _ if Path::new(name).is_dir() => pack::of_folder(Path::new(name)).map(Arc::new),
        digest => Ok(Room::open(common, Need::Ledger)?.desk.pack(digest)?),
    }
}

pub fn propose(propose: &Propose, common: &Common, out: Out) -> Result<Ending, Stop> {
    let room = Room::open(common, Need::Ledger)?;
    let actor = signer(&room, &propose.account)?;
    let files = match &propose.with {
        Some(folder) => pack::folder(folder)?,
        None => room.desk.offered.files().clone(),
    };
    let seq = room
        .desk
        .propose(&actor, files, &propose.reason)
        .map_err(stop)?;
    room.publish()?;
    out.say(format!(
        "提案第 {seq} 号已登记，须由另一信用办账号签署：chengheng law adopt {seq} --account …"
    ))?;
    out.last(&json!({ "proposal": seq }))?;
    Ok(Ending::Done)
}

pub fn adopt(sign: &Sign, common: &Common, out: Out) -> Result<Ending, Stop> {
    let room = Room::open(common, Need::Ledger)?;
    let actor = signer(&room, &sign.account)?;
    let adopted = room.desk.adopt(&actor, sign.proposal).map_err(stop)?;
    room.publish()?;
    out.say(format!(
        "规则包 {} 即日起采用，由 {} 签署",
        adopted.digest,
        adopted.signed.join("、")
    ))?;
    out.last(&json!({ "digest": adopted.digest, "signed": adopted.signed }))?;
    Ok(Ending::Done)
}

pub fn decline(decline: &Decline, common: &Common, out: Out) -> Result<Ending, Stop> {
    let room = Room::open(common, Need::Ledger)?;
    let actor = signer(&room, &decline.sign.account)?;
    let proposal = decline.sign.proposal;
    room.desk
        .decline(&actor, proposal, &decline.reason)
        .map_err(stop)?;
    room.publish()?;
    out.say(format!("提案第 {proposal} 号已办结，不予采用"))?;
    out.last(&json!({ "proposal": proposal, "state": State::Declined.word() }))?;
    Ok(Ending::Done)
}

pub fn history(common: &Common, out: Out) -> Result<Ending, Stop> {
    let room = Room::open(common, Need::Ledger)?;
    let (adoptions, proposals) = (room.store.adoptions()?, room.store.proposals(LISTED)?);
    for adoption in &adoptions {
        let signed = match adoption.signed.is_empty() {
            true => "建账时采用".to_owned(),
            false => format!("{} 签署", adoption.signed.join("、")),
        };
        out.say(format!(
            "第 {} 条　采用 {}　规则 {}（未核对 {}）　{signed}",
            adoption.seq, adoption.digest, adoption.rules, adoption.unconfirmed
        ))?;
    }
    for (standing, _) in &proposals {
        let state = match standing.state {
            State::Open => "待签署",
            State::Adopted => "已采用",
            State::Declined => "未采用",
        };
        out.say(format!(
            "提案 {}　{state}　{} 提出：{}",
            standing.seq, standing.proposed.by, standing.proposed.reason
        ))?;
    }
    if room.desk.offered.digest() != room.desk.law().digest() {
        out.say("程序自带（或 --law 指定）的规则包与现行规则包不同，须经提案和签署方可采用")?;
    }
    let proposals: Vec<_> = proposals.iter().map(|(standing, _)| standing).collect();
    out.last(&json!({ "adoptions": adoptions, "proposals": proposals }))?;
    Ok(Ending::Done)
}

/// The person behind an account of the office, by his password.
fn signer(room: &Room, name: &str) -> Result<Actor, Stop> {
    let mut password = String::new();
    io::stdin().lock().read_line(&mut password)?;
    let account = room.store.account(name)?;
    let known = account.filter(|account| !account.closed && account.role == Role::Office);
    let password = password.trim_end_matches(['\r', '\n']);
    let right = |hash: &str| web::password_fits(password, hash);
    match known.filter(|account| right(&account.password)) {
        Some(account) => Ok(Actor {
            name: account.name,
            organ: account.organ,
        }),
        None => Err(Stop::refused(
            "账号或密码不对，或者不是信用办账号；密码写在标准输入的第一行",
        )),
    }
}

fn stop(not_signed: NotSigned) -> Stop {
    match not_signed {
        NotSigned::Fault(fault) => fault.into(),
        NotSigned::Pack(findings) => pack::refused(&findings),
        refused @ (NotSigned::Refused(_) | NotSigned::Unproved(_)) => Stop::refused(refused),
    }
}
