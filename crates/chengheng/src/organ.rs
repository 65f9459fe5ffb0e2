//! `organ`: the register of organs.

use crate::room::{Need, Room, organ_code};
use crate::{Common, Ending, Out, Stop};
use desk::ports::Registry;
use serde_json::json;

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// 登记单位；同一代码再次登记即更改名称或上级
    Add {
        /// 统一社会信用代码
        code: String,
        /// 单位全称
        name: String,
        /// 上级单位的代码
        #[arg(long, value_name = "CODE")]
        parent: Option<String>,
    },
    /// 列出已登记的单位
    List,
}

pub fn run(command: &Command, common: &Common, out: Out) -> Result<Ending, Stop> {
    match command {
        Command::Add { code, name, parent } => add(code, name, parent.as_deref(), common, out),
        Command::List => list(common, out),
    }
}

fn add(
    code: &str,
    name: &str,
    parent: Option<&str>,
    common: &Common,
    out: Out,
) -> Result<Ending, Stop> {
    let name = name.trim();
    if name.is_empty() {
        return Err(Stop::usage("单位名称不能为空"));
    }
    let room = Room::open(common, Need::Make)?;
    let code = organ_code(code, &room.desk.law())?;
    let parent = parent
        .map(|parent| organ_code(parent, &room.desk.law()))
        .transpose()?;
    let known = room.store.organs()?;
    if let Some(parent) = parent.filter(|parent| !known.iter().any(|organ| organ.code == *parent)) {
        return Err(Stop::Refused(format!("上级单位 {parent} 未登记，请先登记")));
    }
    let added = room.register_organ(code, name.to_owned(), parent)?;
    room.publish()?;
    out.say(if added {
        format!("已登记 {code} {name}")
    } else {
        format!("{code} {name} 已在册，没有变化")
    })?;
    out.last(&json!({ "code": code, "name": name, "added": added }))?;
    Ok(Ending::Done)
}

fn list(common: &Common, out: Out) -> Result<Ending, Stop> {
    let room = Room::open(common, Need::Ledger)?;
    let organs = room.store.organs()?;
    for organ in &organs {
        let parent = organ
            .parent
            .map_or(String::new(), |parent| parent.to_string());
        out.say(format!("{}\t{}\t{parent}", organ.code, organ.name))?;
    }
    out.last(&json!({ "organs": organs }))?;
    Ok(Ending::Done)
}
