//! `screen`, `receipt`, `case`: look-ups, and what proves them.

use crate::room::{Need, Room};
use crate::{Common, Ending, Out, Stop, clock};
use desk::Actor;
use desk::screening::{Holds, verify};
use domain::screening::{CaseDecided, Question, Receipt, Sheet};
use jiff::civil::Date;
use seal::Verifier;
use serde_json::json;
use std::fs;
use std::path::{Path, PathBuf};

/// A receipt is small; a greater file is not one and is not read.
const RECEIPT_BYTES: u64 = 16 << 20;

/// `screen CODE --matter M --case NO`
#[derive(Debug, clap::Args)]
pub struct Screen {
    /// 统一社会信用代码
    code: String,
    /// 应用事项代码
    #[arg(long)]
    matter: String,
    /// 办件编号
    #[arg(long, value_name = "NO")]
    case: String,
    /// 办理环节
    #[arg(long, default_value = "")]
    stage: String,
}

#[derive(Debug, clap::Subcommand)]
pub enum ReceiptCommand {
    /// 离线核验查询回执：只需要回执文件和账本公钥
    Verify {
        /// 回执文件
        file: PathBuf,
        /// 公钥文件（数据目录 keys/ledger.pub）
        #[arg(long, value_name = "KEYFILE")]
        key: PathBuf,
    },
}

#[derive(Debug, clap::Subcommand)]
pub enum CaseCommand {
    /// 登记一件办结的事项，用来核对是否查询过信用记录
    Decide {
        #[arg(long, value_name = "CODE")]
        organ: String,
        #[arg(long)]
        matter: String,
        /// 办件编号
        #[arg(long, value_name = "NO")]
        case: String,
        #[arg(long, value_name = "DATE", value_parser = clock::day)]
        decided: Date,
    },
}

pub fn screen(command: &Screen, common: &Common, out: Out) -> Result<Ending, Stop> {
    if command.matter.trim().is_empty() || command.case.trim().is_empty() {
        return Err(Stop::usage("查询必须写明事项和办件编号"));
    }
    let room = Room::open(common, Need::Ledger)?;
    let actor = Actor::operator();
    let question = Question {
        code: command.code.clone(),
        matter: command.matter.clone(),
        case_no: command.case.clone(),
        stage: command.stage.clone(),
        caller: actor.name.clone(),
        organ: String::new(),
    };
    let receipt = room.desk.screen_now(&actor, question)?;
    room.publish()?;
    print_receipt(&receipt, out)?;
    out.last(&receipt)?;
    Ok(Ending::Done)
}

fn print_receipt(receipt: &Receipt, out: Out) -> Result<(), Stop> {
    let sheet: Sheet = serde_json::from_value(receipt.sheet.clone()).map_err(Stop::fault)?;
    print_sheet(&sheet, out)?;
    out.say(format!("回执编号：{}", receipt.number))
}

fn print_sheet(sheet: &Sheet, out: Out) -> Result<(), Stop> {
    out.say(format!(
        "结论：{}　{}",
        sheet.outcome.word(),
        sheet.outcome.sentence()
    ))?;
    match &sheet.entity {
        Some(identity) => out.say(format!(
            "主体：{}　{}　{}",
            identity.code, identity.name, identity.kind
        ))?,
        None => out.say(format!("代码：{}", sheet.question.code))?,
    }
    out.say(format!(
        "事项：{}　办件：{}　查询日：{}",
        sheet.question.matter, sheet.question.case_no, sheet.day
    ))?;
    print_found(sheet, out)?;
    if let Some(eligibility) = &sheet.commitment {
        let answer = if eligibility.eligible {
            "可以适用"
        } else {
            "不适用，请走一般程序"
        };
        out.say(format!("告知承诺：{answer}（{}）", eligibility.basis))?;
    }
    for note in &sheet.notes {
        out.say(format!("提示：{note}"))?;
    }
    Ok(())
}

/// What stands against the entity, and what may be done because of it.
fn print_found(sheet: &Sheet, out: Out) -> Result<(), Stop> {
    for effect in &sheet.effects {
        let class = effect.severity.map_or("", |severity| severity.name());
        out.say(format!(
            "  {}　{}　{class}　{}决定　可申请修复 {}　停止公示 {}　依据 {}{}",
            effect.act.name(),
            effect.docket,
            effect.decided,
            effect.repairable,
            effect.ends,
            effect.basis,
            pending(sheet, effect.record)
        ))?;
    }
    for list in &sheet.lists {
        out.say(format!(
            "  {}　{}　{}　{} 列入　{} 自动移出　依据 {}{}",
            list.kind.name(),
            list.name,
            list.document,
            list.on,
            list.ends,
            list.basis,
            pending(sheet, list.listing)
        ))?;
    }
    for measure in &sheet.measures {
        out.say(format!(
            "  本事项可以采取：{}（{}）　至 {}　依据 {}",
            measure.name,
            measure.class.name(),
            measure.ends,
            measure.basis
        ))?;
    }
    Ok(())
}

fn pending(sheet: &Sheet, record: u64) -> String {
    match sheet.pending(record) {
        "" => String::new(),
        words => format!("　{words}"),
    }
}

pub fn receipt(command: &ReceiptCommand, out: Out) -> Result<Ending, Stop> {
    let ReceiptCommand::Verify { file, key } = command;
    let verifier = read_key(key)?;
    let receipt = read_receipt(file)?;
    match verify(&receipt, &verifier) {
        Ok(holds) => {
            report(&holds, out)?;
            Ok(Ending::Done)
        }
        Err(fails) => {
            out.say(format!("回执不成立：{fails}"))?;
            out.last(&json!({ "holds": false, "reason": fails.to_string() }))?;
            Ok(Ending::Findings)
        }
    }
}

fn report(holds: &Holds, out: Out) -> Result<(), Stop> {
    out.say(format!("回执成立：{}", holds.number))?;
    out.say(format!(
        "账本：{}　检查点条数：{}",
        holds.origin, holds.size
    ))?;
    print_sheet(&holds.sheet, out)?;
    out.last(&json!({
        "holds": true,
        "number": holds.number,
        "origin": holds.origin,
        "size": holds.size,
        "outcome": holds.outcome,
    }))
}

fn read_key(path: &Path) -> Result<Verifier, Stop> {
    let text = fs::read_to_string(path).map_err(|error| Stop::file(path, &error))?;
    Verifier::parse(text.trim())
        .map_err(|error| Stop::Refused(format!("{}：不是账本公钥：{error}", path.display())))
}

fn read_receipt(path: &Path) -> Result<String, Stop> {
    let size = fs::metadata(path)
        .map_err(|error| Stop::file(path, &error))?
        .len();
    if size > RECEIPT_BYTES {
        return Err(Stop::Refused(format!(
            "{}：文件过大，不是查询回执",
            path.display()
        )));
    }
    let bytes = fs::read(path).map_err(|error| Stop::file(path, &error))?;
    let text = String::from_utf8(bytes)
        .map_err(|_| Stop::Refused(format!("{}：不是 UTF-8 文本，不是查询回执", path.display())))?;
    Ok(text.trim_start_matches('\u{feff}').to_owned())
}

pub fn case(command: &CaseCommand, common: &Common, out: Out) -> Result<Ending, Stop> {
    let CaseCommand::Decide {
        organ,
        matter,
        case,
        decided,
    } = command;
    if case.trim().is_empty() {
        return Err(Stop::usage("办件编号不能为空"));
    }
    let room = Room::open(common, Need::Make)?;
    if *decided > room.desk.clock.today() {
        return Err(Stop::Refused(format!("办结日期 {decided} 晚于今天")));
    }
    let organ = room.organ(organ)?;
    let actor = Actor {
        organ: Some(organ),
        ..Actor::operator()
    };
    let decided = CaseDecided {
        organ,
        matter: matter.clone(),
        case_no: case.clone(),
        decided: *decided,
    };
    let added = room.desk.decide_case(&actor, decided)?;
    room.publish()?;
    out.say(if added {
        "已登记办结"
    } else {
        "该办件此前已登记，没有变化"
    })?;
    out.last(&json!({ "case": case, "added": added }))?;
    Ok(Ending::Done)
}
