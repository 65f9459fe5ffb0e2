//! `entity`: the register of organisations.

use crate::room::{Need, Room};
use crate::{Common, Ending, Out, Stop, progress};
use desk::Actor;
use desk::entity::{Confirmed, Imported, NotImported};
use desk::ports::{Hit, Profile, Registry};
use desk::search;
use domain::code::Code;
use serde_json::json;
use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

/// How many candidates a search prints.
const LIMIT: usize = 20;

/// How many rejected rows are printed.
const TOLD: usize = 20;

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// 导入主体登记库（代码、名称、成立日期、地址、类型、区划等列）；重复导入不产生变化
    Import {
        /// 登记库文件（CSV、XLSX 或 JSON）
        file: PathBuf,
        /// 经核实可以收录的不规范代码：all，或每行一个代码的文件
        #[arg(long, value_name = "all|文件")]
        confirm: Option<String>,
    },
    /// 按代码、现用名、曾用名、名称片段或拼音首字母查找候选主体；只列候选，不作认定
    Find { text: String },
}

pub fn run(command: &Command, common: &Common, out: Out) -> Result<Ending, Stop> {
    match command {
        Command::Import { file, confirm } => import(file, confirm.as_deref(), common, out),
        Command::Find { text } => find(text, common, out),
    }
}

fn import(file: &Path, confirm: Option<&str>, common: &Common, out: Out) -> Result<Ending, Stop> {
    crate::readable(file)?;
    let confirmed = confirmed(confirm)?;
    let room = Room::open(common, Need::Make)?;
    let bar = progress::rows(out);
    let done = room
        .desk
        .import_entities(&Actor::operator(), file, &confirmed, &mut |rows| {
            bar.set_position(rows);
        });
    bar.finish_and_clear();
    let done = done.map_err(|error| match error {
        NotImported::Fault(fault) => fault.into(),
        other => Stop::refused(other),
    })?;
    room.publish()?;
    report(&done, out)?;
    out.last(&done)?;
    Ok(Ending::of(done.rejected == 0))
}

fn report(done: &Imported, out: Out) -> Result<(), Stop> {
    out.say(format!(
        "读入 {} 行：新增 {}，确认 {}，更名 {}，无变化 {}，拒收 {}，有提示 {}",
        done.rows,
        done.added,
        done.confirmed,
        done.renamed,
        done.unchanged,
        done.rejected,
        done.remarked
    ))?;
    for (row, reason) in done.problems.iter().take(TOLD) {
        out.say(format!("第 {row} 行：{reason}"))?;
    }
    let rest = usize::try_from(done.rejected)
        .unwrap_or(usize::MAX)
        .saturating_sub(TOLD);
    if rest > 0 {
        out.say(format!("另有 {rest} 行拒收，未列出"))?;
    }
    Ok(())
}

fn confirmed(confirm: Option<&str>) -> Result<Confirmed, Stop> {
    Ok(match confirm {
        None => Confirmed::None,
        Some("all") => Confirmed::All,
        Some(file) => {
            let path = Path::new(file);
            let text = fs::read_to_string(path).map_err(|error| Stop::file(path, &error))?;
            let codes = text
                .lines()
                .filter_map(Code::read)
                .map(|code| code.to_string());
            Confirmed::Codes(codes.collect::<HashSet<_>>())
        }
    })
}

fn find(text: &str, common: &Common, out: Out) -> Result<Ending, Stop> {
    let room = Room::open(common, Need::Ledger)?;
    let hits = candidates(room.store.as_ref(), text)?;
    for hit in &hits {
        let by = hit
            .by
            .as_ref()
            .map_or(String::new(), |by| format!("\t曾用：{by}"));
        let doubt = if hit.provisional { "\t待确认" } else { "" };
        out.say(format!("{}\t{}{by}{doubt}", hit.code, hit.name))?;
    }
    if hits.is_empty() {
        out.say("没有找到候选主体")?;
    }
    out.last(&json!({ "candidates": hits }))?;
    Ok(Ending::Done)
}

/// A code and an old number name entities exactly; everything else is searched for.
pub fn candidates(registry: &impl Registry, text: &str) -> Result<Vec<Hit>, Stop> {
    if let Some(code) = Code::read(text)
        && let Some(profile) = registry.profile(&code)?
    {
        return Ok(vec![hit(profile, None)]);
    }
    let aliased = registry.by_alias(text.trim())?;
    let mut hits: Vec<Hit> = aliased
        .into_iter()
        .map(|profile| hit(profile, Some(text.trim().to_owned())))
        .collect();
    if let Some(query) = search::query(text) {
        let found = registry.find(&query, LIMIT)?;
        hits.extend(
            found
                .into_iter()
                .filter(|hit| !hits_code(&hits, &hit.code))
                .collect::<Vec<_>>(),
        );
    }
    Ok(hits)
}

fn hits_code(hits: &[Hit], code: &Code) -> bool {
    hits.iter().any(|hit| hit.code == *code)
}

fn hit(profile: Profile, by: Option<String>) -> Hit {
    let Profile { registered, .. } = profile;
    Hit {
        code: registered.code,
        name: registered.name,
        by,
        provisional: registered.provisional,
    }
}
