//! `partner` and `message`: the platforms we exchange with, and what is told between them.

use crate::procedure::stop;
use crate::room::{Need, Room};
use crate::{Common, Ending, Out, Stop};
use desk::Actor;
use desk::ports::Procedures;
use domain::exchange::{Answer, Message, Partner};
use domain::ledger::checkpoint::Note;
use serde_json::json;
use std::path::PathBuf;

#[derive(Debug, clap::Subcommand)]
pub enum PartnerCommand {
    /// 登记或者更改一个交换对方
    Add {
        /// 报文中的代号，例如 shandong
        word: String,
        name: String,
        /// 对方签名公钥文件；不写则只接收
        #[arg(long, value_name = "KEYFILE")]
        key: Option<PathBuf>,
        /// 说法不一致时的优先次序，数字小的优先
        #[arg(long, default_value_t = 10)]
        rank: u16,
        /// 接收本平台的修复、异议报文，并须回执
        #[arg(long)]
        receives: bool,
        /// 停止交换
        #[arg(long)]
        close: bool,
    },
    /// 列出交换对方
    List,
}

#[derive(Debug, clap::Subcommand)]
pub enum MessageCommand {
    /// 已发出的报文和回执
    List,
    /// 取出给某个接收方、尚未回执的报文（已签名）
    Take {
        receiver: String,
        #[arg(long, default_value_t = 0)]
        after: u64,
    },
    /// 登记接收方的回执
    Ack {
        serial: u64,
        receiver: String,
        /// 对方没有这条记录
        #[arg(long)]
        not_held: bool,
    },
    /// 接收其他平台的报文文件（签名的 JSON）；重复、乱序都不改变结果
    Receive { file: PathBuf },
    /// 逾期未回执的接收方
    Laggards,
}

pub fn partner(command: &PartnerCommand, common: &Common, out: Out) -> Result<Ending, Stop> {
    let room = Room::open(common, Need::Ledger)?;
    match command {
        PartnerCommand::Add {
            word,
            name,
            key,
            rank,
            receives,
            close,
        } => {
            let key = match key {
                Some(path) => {
                    let text =
                        std::fs::read_to_string(path).map_err(|error| Stop::file(path, &error))?;
                    let verifier = seal::Verifier::parse(&text).map_err(Stop::refused)?;
                    verifier.to_string()
                }
                None => String::new(),
            };
            let partner = Partner {
                word: word.clone(),
                name: name.clone(),
                key,
                rank: *rank,
                receives: *receives,
                closed: *close,
            };
            room.desk.enter_partner(&Actor::operator(), partner)?;
            room.publish()?;
            out.say(format!("已登记 {word} {name}"))?;
            out.last(&json!({ "word": word }))?;
        }
        PartnerCommand::List => {
            let partners = room.store.partners()?;
            for partner in &partners {
                let closed = if partner.closed { "停用" } else { "在用" };
                out.say(format!("{}\t{}\t{closed}", partner.word, partner.name))?;
            }
            out.last(&json!({ "partners": partners }))?;
        }
    }
    Ok(Ending::Done)
}

pub fn message(command: &MessageCommand, common: &Common, out: Out) -> Result<Ending, Stop> {
    let room = Room::open(common, Need::Ledger)?;
    match command {
        MessageCommand::List => sent(&room, out)?,
        MessageCommand::Take { receiver, after } => {
            let mut notes = Vec::new();
            for pending in room.store.messages(receiver, *after, 1_000)? {
                let note = room.desk.signed(&pending.sent.message)?;
                out.say(note.trim_end())?;
                notes.push(json!({ "serial": pending.sent.message.serial, "note": note }));
            }
            out.last(&json!({ "messages": notes }))?;
        }
        MessageCommand::Ack {
            serial,
            receiver,
            not_held,
        } => {
            let answer = if *not_held {
                Answer::NotHeld
            } else {
                Answer::Applied
            };
            let done = room
                .desk
                .acknowledge(&Actor::operator(), *serial, receiver, answer);
            done.map_err(stop)?;
            room.publish()?;
            out.say(format!("报文{serial}：{receiver}已回执"))?;
            out.last(&json!({ "serial": serial }))?;
        }
        MessageCommand::Receive { file } => {
            let text = std::fs::read_to_string(file).map_err(|error| Stop::file(file, &error))?;
            let message = verified(&room, &text)?;
            let received = room
                .desk
                .receive(&Actor::operator(), &message)
                .map_err(stop)?;
            room.publish()?;
            out.say(format!(
                "{} 的第{}号报文：{received:?}",
                message.sender, message.serial
            ))?;
            out.last(&json!({ "serial": message.serial, "received": received }))?;
        }
        MessageCommand::Laggards => {
            let laggards = room.store.laggards(1_000)?;
            for late in &laggards {
                out.say(format!(
                    "{}\t{}\t{}\t{}",
                    late.serial, late.name, late.says, late.last
                ))?;
            }
            out.last(&json!({ "laggards": laggards }))?;
        }
    }
    Ok(Ending::Done)
}

/// The message of a note, if the key of its sender signed it.
fn verified(room: &Room, text: &str) -> Result<Message, Stop> {
    let note = Note::parse(text).map_err(Stop::refused)?;
    let message: Message = serde_json::from_str(note.text.trim_end())
        .map_err(|error| Stop::Refused(format!("报文读不出：{error}")))?;
    let partners = room.store.partners()?;
    let partner = partners
        .iter()
        .find(|partner| partner.word == message.sender);
    let key = partner
        .map(|partner| partner.key.as_str())
        .filter(|key| !key.is_empty());
    let key = key.ok_or_else(|| Stop::Refused("发送平台未登记，或者没有登记公钥".to_owned()))?;
    let verifier = seal::Verifier::parse(key).map_err(Stop::refused)?;
    verifier.verify(&note).map_err(Stop::refused)?;
    Ok(message)
}

fn sent(room: &Room, out: Out) -> Result<(), Stop> {
    let mut rows = Vec::new();
    for pending in room.store.sent(1_000)? {
        let message = &pending.sent.message;
        let silent: Vec<&String> = pending.silent().collect();
        out.say(format!(
            "{}\t{}\t{}\t{}\t未回执 {}",
            message.serial,
            message.on,
            message.says.name(),
            message.docket,
            silent.len()
        ))?;
        rows.push(
            json!({ "message": message, "receivers": pending.sent.receivers, "silent": silent }),
        );
    }
    out.last(&json!({ "messages": rows }))
}
