//! `calendar`: working days.

use crate::room::law_in_force;
use crate::{Common, Ending, Out, Stop, clock};
use domain::calendar::Calendar;
use jiff::civil::Date;
use serde_json::json;
use std::io::{self, BufRead, BufWriter, Write};

/// The answer for a year whose official calendar is not loaded.
const MISSING: &str = "CALENDAR_MISSING";
/// The answer for a line that is no question.
const UNREADABLE: &str = "UNREADABLE";

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// 某日之后第 N 个工作日；起算日写 - 时从标准输入逐行读取“日期 N”
    ///
    /// 当年没有官方日历时输出 CALENDAR_MISSING，退出码为 1。
    Add {
        /// 起算日（不计入），或 -
        date: String,
        /// 工作日天数
        n: Option<u32>,
    },
}

pub fn run(command: &Command, common: &Common, out: Out) -> Result<Ending, Stop> {
    let Command::Add { date, n } = command;
    let law = law_in_force(common)?;
    match (date.as_str(), n) {
        ("-", None) => lines(law.calendar(), out),
        ("-", Some(_)) => Err(Stop::usage("起算日为 - 时，天数写在标准输入的每一行里")),
        (_, None) => Err(Stop::usage("缺少工作日天数 N")),
        (date, Some(n)) => one(
            law.calendar(),
            clock::day(date).map_err(Stop::Usage)?,
            *n,
            out,
        ),
    }
}

fn one(calendar: &Calendar, start: Date, n: u32, out: Out) -> Result<Ending, Stop> {
    let day = calendar.add(start, n).ok();
    out.say(day.map_or(MISSING.to_owned(), |day| day.to_string()))?;
    match day {
        Some(day) => out.last(&json!({ "start": start, "n": n, "day": day }))?,
        None => out.last(&json!({ "start": start, "n": n, "day": null, "error": MISSING }))?,
    }
    Ok(Ending::of(day.is_some()))
}

fn lines(calendar: &Calendar, out: Out) -> Result<Ending, Stop> {
    let mut output = BufWriter::new(io::stdout().lock());
    let (mut count, mut missing, mut unreadable) = (0_u64, 0_u64, 0_u64);
    for line in io::stdin().lock().lines() {
        let line = line?;
        if line.trim().is_empty() {
            continue;
        }
        count += 1;
        let Some((start, n)) = question(&line) else {
            unreadable += 1;
            writeln!(output, "{UNREADABLE}")?;
            continue;
        };
        match calendar.add(start, n) {
            Ok(day) => writeln!(output, "{day}")?,
            Err(_) => {
                missing += 1;
                writeln!(output, "{MISSING}")?;
            }
        }
    }
    output.flush()?;
    drop(output);
    out.last(&json!({ "lines": count, "missing": missing, "unreadable": unreadable }))?;
    Ok(Ending::of(missing + unreadable == 0))
}

fn question(line: &str) -> Option<(Date, u32)> {
    let mut words = line.split([' ', '\t', ',']).filter(|word| !word.is_empty());
    let question = (
        clock::day(words.next()?).ok()?,
        words.next()?.trim().parse().ok()?,
    );
    words.next().is_none().then_some(question)
}
