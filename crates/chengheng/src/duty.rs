//! `announce` and `tick`: what organs owe, and what the date asks for.

use crate::room::{Need, Room};
use crate::{Common, Ending, Out, Stop, clock};
use desk::Actor;
use desk::duty::Announced;
use domain::code::Code;
use domain::intake::docket;
use serde_json::json;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// `announce SOURCE --organ CODE FILE`
#[derive(Debug, clap::Args)]
pub struct Announce {
    /// 将用哪个数据源报送，如 penalty-2018
    source: String,
    /// 作出决定的单位
    #[arg(long, value_name = "CODE")]
    organ: String,
    /// CSV：docket,decided 两列；- 为标准输入
    file: PathBuf,
}

/// Columns under which a case system may hand its decisions over.
const DOCKET: &[&str] = &["docket", "文书号", "决定书文号"];
const DECIDED: &[&str] = &["decided", "决定日期"];

pub fn announce(command: &Announce, common: &Common, out: Out) -> Result<Ending, Stop> {
    let (rows, bad) = read(&command.file)?;
    let room = Room::open(common, Need::Make)?;
    if room.desk.sources.get(&command.source).is_none() {
        return Err(Stop::Refused(format!(
            "没有名为 {} 的数据源",
            command.source
        )));
    }
    let organ = room.organ(&command.organ)?;
    let actor = Actor {
        organ: Some(organ),
        ..Actor::operator()
    };
    let announced = rows
        .iter()
        .map(|row| row.announced(organ, &command.source))
        .collect();
    let opened = room.desk.announce_all(&actor, announced)?;
    room.publish()?;
    for line in &bad {
        out.say(line)?;
    }
    out.say(format!(
        "登记 {opened} 项报送义务，{} 项已有或无须报送，{} 行不能读",
        rows.len() as u64 - opened,
        bad.len()
    ))?;
    out.last(
        &json!({ "rows": rows.len() + bad.len(), "opened": opened, "unreadable": bad.len() }),
    )?;
    Ok(Ending::of(bad.is_empty()))
}

/// A decision as a case system states it.
struct Row {
    docket: String,
    decided: jiff::civil::Date,
}

impl Row {
    fn announced(&self, organ: Code, source: &str) -> Announced {
        Announced {
            organ,
            source: source.to_owned(),
            docket: docket::display(&self.docket),
            decided: self.decided,
        }
    }
}

fn read(file: &Path) -> Result<(Vec<Row>, Vec<String>), Stop> {
    let input: Box<dyn Read> = if file == Path::new("-") {
        Box::new(io::stdin().lock())
    } else {
        Box::new(File::open(file).map_err(|error| Stop::file(file, &error))?)
    };
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .flexible(true)
        .from_reader(input);
    let header = reader.headers().map_err(Stop::refused)?.clone();
    let place = |names: &[&str]| {
        header
            .iter()
            .position(|head| names.contains(&head.trim_start_matches('\u{feff}')))
    };
    let (Some(docket), Some(decided)) = (place(DOCKET), place(DECIDED)) else {
        return Err(Stop::refused(
            "表头缺少 docket（文书号）或 decided（决定日期）",
        ));
    };
    let (mut rows, mut bad) = (Vec::new(), Vec::new());
    for (number, record) in (2..).zip(reader.records()) {
        let Ok(record) = record else {
            bad.push(format!("第 {number} 行：不是 UTF-8 文本"));
            continue;
        };
        let text = |at: usize| record.get(at).unwrap_or_default().to_owned();
        match clock::day(&text(decided)) {
            Err(reason) => bad.push(format!("第 {number} 行：{reason}")),
            Ok(_) if text(docket).is_empty() => bad.push(format!("第 {number} 行：没有文书号")),
            Ok(decided) => rows.push(Row {
                docket: text(docket),
                decided,
            }),
        }
    }
    Ok((rows, bad))
}

pub fn tick(common: &Common, out: Out) -> Result<Ending, Stop> {
    let room = Room::open(common, Need::Ledger)?;
    let ticked = room.desk.tick()?;
    room.publish()?;
    let today = room.desk.clock.today();
    out.say(format!(
        "{today}：到期停止公示 {} 条，提醒 {} 次，评价 {} 户，复算往日决定 {} 条",
        ticked.hidden, ticked.reminded, ticked.graded, ticked.replayed
    ))?;
    out.last(&json!({
        "today": today, "hidden": ticked.hidden, "reminded": ticked.reminded,
        "graded": ticked.graded, "replayed": ticked.replayed,
    }))?;
    Ok(Ending::Done)
}
