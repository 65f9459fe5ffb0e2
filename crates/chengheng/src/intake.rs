//! `intake` and `template`: tables that organs hand in.

use crate::room::{Need, Room};
use crate::{Common, Ending, Out, Stop, pack, progress};
use desk::Actor;
use desk::intake::{Mode, NotTaken, Order, Summary};
use desk::ports::{Ledger, Registry};
use domain::code::Code;
use domain::intake::{Column, Shape, finding};
use domain::ledger::Event;
use serde_json::json;
use sheet::template::{TemplateColumn, template};
use std::fs;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

/// How many entries of a hand-in are looked at for the name of a new organ.
const LOOKED_AT: usize = 200;

/// `intake SOURCE --organ CODE FILE`
#[derive(Debug, clap::Args)]
pub struct Intake {
    /// 数据源名称，如 penalty-2018、licence-2018
    source: String,
    /// 报送单位的统一社会信用代码
    #[arg(long, value_name = "CODE")]
    organ: String,
    /// 报送表格（CSV、XLSX 或 JSON）
    file: PathBuf,
    /// 只检查，不写入
    #[arg(long)]
    dry_run: bool,
    /// 回执表格写到这里：报送的原表加上处理结果和问题说明两列
    #[arg(long, value_name = "OUT")]
    findings: Option<PathBuf>,
    /// 更正已报送的决定，并写明原因
    #[arg(long, value_name = "REASON")]
    correct: Option<String>,
}

/// `template SOURCE -o FILE`
#[derive(Debug, clap::Args)]
pub struct Template {
    /// 数据源名称
    source: String,
    /// 写到哪个文件（.xlsx）
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
}

pub fn run(command: &Intake, common: &Common, out: Out) -> Result<Ending, Stop> {
    crate::readable(&command.file)?;
    let room = Room::open(common, Need::Make)?;
    expect_source(&room, &command.source)?;
    let filer = room.organ(&command.organ)?;
    let before = room.store.size()?;
    let bar = progress::rows(out);
    let taken = room.desk.intake(&order(command, filer), &mut |progress| {
        bar.set_position(progress.rows)
    });
    bar.finish_and_clear();
    let summary = taken.map_err(|error| not_taken(error, out))?;
    name_organ(&room, filer, before)?;
    room.publish()?;
    report(&summary, out)?;
    out.last(&summary)?;
    Ok(Ending::of(summary.rejected == 0))
}

fn expect_source(room: &Room, source: &str) -> Result<(), Stop> {
    if room.desk.sources.get(source).is_some() {
        return Ok(());
    }
    let known: Vec<String> = room
        .desk
        .sources
        .iter()
        .map(|plan| plan.spec().source.name.clone())
        .collect();
    Err(Stop::Refused(format!(
        "没有名为 {source} 的数据源；现有：{}",
        known.join("、")
    )))
}

fn order(command: &Intake, filer: Code) -> Order {
    Order {
        source: command.source.clone(),
        filer,
        actor: Actor {
            organ: Some(filer),
            ..Actor::operator()
        },
        file: command.file.clone(),
        mode: match &command.correct {
            None => Mode::New,
            Some(reason) => Mode::Correct {
                reason: reason.clone(),
            },
        },
        dry_run: command.dry_run,
        answer: command.findings.clone(),
    }
}

/// A file that is not taken at all is refused in the sender's words; only the rest is our fault.
fn not_taken(error: NotTaken, out: Out) -> Stop {
    match error {
        NotTaken::Fault(fault) => fault.into(),
        NotTaken::Header(findings) => {
            let lines: Vec<String> = findings
                .iter()
                .map(|finding| {
                    format!(
                        "{} {}　{}",
                        finding.code,
                        finding.message(),
                        finding.remedy()
                    )
                })
                .collect();
            for line in &lines {
                // The refusal itself tells the same once more if standard output is gone.
                let _ = out.say(line);
            }
            Stop::Refused(format!(
                "表头不符合数据源的要求，共 {} 处：{}",
                lines.len(),
                lines.join("；")
            ))
        }
        other => Stop::refused(other),
    }
}

fn report(summary: &Summary, out: Out) -> Result<(), Stop> {
    if summary.repeated {
        out.say("这份文件此前已经报送过，没有重复入库")?;
    }
    for note in &summary.notes {
        out.say(format!("注意：{note}"))?;
    }
    out.say(format!(
        "{} {} {}",
        summary.rows, summary.accepted, summary.rejected
    ))?;
    for (code, count) in &summary.findings {
        out.say(format!(
            "{code}\t{count}\t{}",
            finding::heading(code).unwrap_or_default()
        ))?;
    }
    Ok(())
}

/// Gives an organ that was entered under its bare code the name its own table states.
fn name_organ(room: &Room, code: Code, before: u64) -> Result<(), Stop> {
    let organs = room.store.organs()?;
    if !organs
        .iter()
        .any(|organ| organ.code == code && organ.name == code.as_str())
    {
        return Ok(());
    }
    let entries = room.store.changes(before.checked_sub(1), LOOKED_AT)?;
    let name = entries
        .iter()
        .find_map(|(_, entry)| match serde_json::from_str(&entry.head) {
            Ok(Event::Filed(filed)) if filed.organ == code => Some(filed.organ_name),
            _ => None,
        });
    match name.filter(|name| !name.is_empty()) {
        Some(name) => room.register_organ(code, name, None).map(drop),
        None => Ok(()),
    }
}

pub fn write_template(command: &Template, common: &Common, out: Out) -> Result<Ending, Stop> {
    let sources = pack::sources(common)?;
    let Some(plan) = sources.get(&command.source) else {
        return Err(Stop::Refused(format!(
            "没有名为 {} 的数据源",
            command.source
        )));
    };
    let hints: Vec<String> = plan.spec().columns.iter().map(hint).collect();
    let columns: Vec<TemplateColumn<'_>> = plan
        .spec()
        .columns
        .iter()
        .zip(&hints)
        .map(|(column, hint)| template_column(column, hint))
        .collect();
    write(&command.output, &columns).map_err(|error| Stop::file(&command.output, &error))?;
    out.say(format!(
        "模板已写入 {}，共 {} 列",
        command.output.display(),
        columns.len()
    ))?;
    out.last(&json!({ "file": command.output, "columns": columns.len() }))?;
    Ok(Ending::Done)
}

fn write(path: &Path, columns: &[TemplateColumn<'_>]) -> std::io::Result<()> {
    let mut file = BufWriter::new(fs::File::create(path)?);
    template(columns, &mut file)?;
    file.flush()
}

fn template_column<'a>(column: &'a Column, hint: &'a str) -> TemplateColumn<'a> {
    TemplateColumn {
        code: &column.code,
        name: &column.name,
        need: column.need,
        hint,
        values: &column.values,
        date: column.shape == Shape::Date,
        code18: column.shape == Shape::Code,
        amount: column.shape == Shape::Amount,
    }
}

/// What a clerk reads when the cell is chosen.
fn hint(column: &Column) -> String {
    let need = if column.need {
        "必填"
    } else {
        "选填或按条件填写"
    };
    let shape = match column.shape {
        Shape::Date => "，日期写作 2026/05/12",
        Shape::Amount => "，单位为万元",
        Shape::Code => "，18位统一社会信用代码",
        Shape::Kinds => "，多项用英文分号分隔",
        Shape::Docket => "，年份用六角括号〔〕",
        _ => "",
    };
    format!("{need}{shape}")
}
