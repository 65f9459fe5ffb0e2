//! `law`: the law pack.

use crate::{Common, Ending, Out, Stop, clock, pack};
use jiff::Span;
use serde_json::json;

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// 检查规则包：装入全部法规、规则和用例，报告所有问题
    Check {
        /// 另外列出超过这么多天没有人与法规原文核对过的规则
        #[arg(long, value_name = "DAYS")]
        stale: Option<u32>,
    },
}

pub fn run(command: &Command, common: &Common, out: Out) -> Result<Ending, Stop> {
    let Command::Check { stale } = command;
    match pack::load(common) {
        Ok(pack) => report(&pack, *stale, common, out),
        Err(findings) => refuse(&findings, out),
    }
}

fn refuse(findings: &[law::Finding], out: Out) -> Result<Ending, Stop> {
    for finding in findings {
        out.say(finding.to_string())?;
    }
    out.say(format!("规则包不能装入，共 {} 处问题", findings.len()))?;
    let lines: Vec<String> = findings.iter().map(ToString::to_string).collect();
    out.last(&json!({ "findings": lines }))?;
    Ok(Ending::Findings)
}

fn report(pack: &law::Pack, stale: Option<u32>, common: &Common, out: Out) -> Result<Ending, Stop> {
    let report = pack.check();
    out.say(format!("规则包摘要 {}", pack.digest()))?;
    out.say(format!(
        "法规 {}　规则 {}（已核对 {}，未核对 {}）　用例 {}　工作日历 {}",
        report.statutes,
        report.rules,
        report.confirmed,
        report.unconfirmed,
        report.cases,
        years(&report.years),
    ))?;
    let old = stale_rules(pack, stale, common)?;
    for rule in &old {
        out.say(rule)?;
    }
    let mut object = serde_json::to_value(&report).map_err(Stop::fault)?;
    if let Some(fields) = object.as_object_mut() {
        fields.insert("digest".to_owned(), json!(pack.digest()));
        fields.insert("findings".to_owned(), json!([]));
        if stale.is_some() {
            fields.insert("stale".to_owned(), json!(old));
        }
    }
    out.last(&object)?;
    Ok(Ending::of(old.is_empty()))
}

fn years(years: &[i16]) -> String {
    match (years.first(), years.last()) {
        (Some(first), Some(last)) => format!("{first}—{last}"),
        _ => "无".to_owned(),
    }
}

/// Rules nobody compared with the statute within `days`, each with its place.
fn stale_rules(pack: &law::Pack, days: Option<u32>, common: &Common) -> Result<Vec<String>, Stop> {
    let Some(days) = days else {
        return Ok(Vec::new());
    };
    let today = clock::of(common)?.today();
    let limit = today
        .checked_sub(Span::new().days(i64::from(days)))
        .map_err(Stop::usage)?;
    let rules = pack.stale(limit);
    Ok(rules
        .iter()
        .map(|rule| {
            let checked = rule
                .checked
                .map_or("从未核对".to_owned(), |day| format!("上次核对 {day}"));
            format!("{}:{}　{}　{checked}", rule.file, rule.line, rule.id)
        })
        .collect())
}
