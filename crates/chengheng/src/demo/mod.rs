//! `demo`: an invented city, made by running the real use cases over two simulated years.

mod acts;
mod affairs;
mod chance;
mod city;
mod days;
mod inspections;
mod names;
mod tables;

use crate::account::{account, put_person};
use crate::folder::{Folder, replace};
use crate::room::{Need, Room};
use crate::serve::{Site, serve};
use crate::{Common, Ending, Out, Stop, clock};
use chance::Chance;
use city::City;
use days::{Course, Tally};
use desk::clock::{Clock, HandClock};
use desk::ports::{Accounts, Ledger, ListFilter, Portal, Role};
use domain::code::Code;
use domain::record::Act;
use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;
use store::Durability;

/// `demo`
#[derive(Debug, clap::Args)]
pub struct Demo {
    /// 城里有多少个主体
    #[arg(long, value_name = "N", default_value_t = 20_000)]
    entities: usize,
    /// 监听地址
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// 只造城市，不启动服务
    #[arg(long)]
    no_serve: bool,
    /// 目录里已有演示城市时，删掉重造
    #[arg(long)]
    fresh: bool,
    /// 随机数种子：相同的种子、规模和日期造出相同的城市
    #[arg(long, default_value_t = 20_200_103)]
    seed: u64,
}

/// `site.toml` of the city: invented, like the telephone number.
const SITE: &str = "title = \"信用中国（拟州）\"
office = \"拟州市社会信用体系建设领导小组办公室\"
contact = \"0000-0000000\"
";

/// How the name of an invented city's ledger begins. Every receipt and checkpoint states it, and
/// whoever serves such a ledger, from a copy or a backup, says that it is invented.
const INVENTED: &str = "chengheng.local/demo-";

/// Whether everything in the ledger of this name is invented.
pub fn is_invented(origin: &str) -> bool {
    origin.starts_with(INVENTED)
}

/// What marks a folder as a demo, with its log-ins. Everything in it is invented.
///
/// STORED: `demo.json`.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Mark {
    entities: usize,
    seed: u64,
    today: Date,
    logins: Vec<Login>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Login {
    name: String,
    title: String,
    password: String,
}

pub fn run(command: &Demo, common: &Common, out: Out) -> Result<Ending, Stop> {
    let folder = Folder::of(common);
    if command.fresh {
        clear(&folder)?;
    }
    let mark = match read_mark(&folder) {
        Some(mark) => {
            out.say(format!(
                "{} 里已有演示城市，直接启动；--fresh 可以重造",
                folder.root.display()
            ))?;
            mark
        }
        None => make(command, common, &folder, out)?,
    };
    let room = Room::open(common, Need::Ledger)?;
    room.publish()?;
    if command.no_serve {
        tell(&mark, None, out)?;
        return Ok(Ending::Done);
    }
    let logins = mark.logins.iter().map(|login| web::Login {
        name: login.name.clone(),
        password: login.password.clone(),
        title: login.title.clone(),
    });
    let site = Site {
        logins: logins.collect(),
        secure: false,
    };
    serve(room, command.listen, site, &mut |address| {
        tell(&mark, Some(address), out)
    })
}

fn tell(mark: &Mark, address: Option<&str>, out: Out) -> Result<(), Stop> {
    if let Some(address) = address {
        out.say(format!("演示城市“拟州市”已启动：{address}"))?;
    }
    out.say("全部数据均为虚构。演示账号：")?;
    for login in &mark.logins {
        out.say(format!(
            "  {}\t{}\t{}",
            login.name, login.password, login.title
        ))?;
    }
    out.last(&json!({ "address": address, "logins": mark.logins }))
}

fn mark_file(folder: &Folder) -> PathBuf {
    folder.root.join("demo.json")
}

fn read_mark(folder: &Folder) -> Option<Mark> {
    serde_json::from_str(&fs::read_to_string(mark_file(folder)).ok()?).ok()
}

/// Deletes a demo, and nothing but a demo.
fn clear(folder: &Folder) -> Result<(), Stop> {
    if read_mark(folder).is_none() {
        return Ok(());
    }
    fs::remove_dir_all(&folder.root).map_err(|error| Stop::file(&folder.root, &error))
}

fn make(command: &Demo, common: &Common, folder: &Folder, out: Out) -> Result<Mark, Stop> {
    if fs::read_dir(&folder.root).is_ok_and(|mut entries| entries.next().is_some()) {
        return Err(Stop::Refused(format!(
            "{} 不是空目录，演示城市要造在新目录里",
            folder.root.display()
        )));
    }
    let begun = Instant::now();
    let today = clock::of(common)?.today();
    let (tally, city) = live(command, common, folder, today, out)?;
    let room = Room::open(common, Need::Ledger)?;
    let mark = Mark {
        entities: command.entities,
        seed: command.seed,
        today,
        logins: logins(&room, &city)?,
    };
    let text = serde_json::to_string_pretty(&mark).map_err(Stop::fault)?;
    replace(&mark_file(folder), text.as_bytes()).map_err(Stop::fault)?;
    report(
        &tally,
        room.store.size()?,
        begun.elapsed().as_secs_f64(),
        out,
    )?;
    Ok(mark)
}

/// Runs the two years. A power failure meanwhile costs a demo, so nothing waits for the disk.
fn live(
    command: &Demo,
    common: &Common,
    folder: &Folder,
    today: Date,
    out: Out,
) -> Result<(Tally, City), Stop> {
    let start = today.checked_sub(2.years()).map_err(Stop::usage)?;
    let mut chance = Chance::new(command.seed);
    let city = City::make(&mut chance, command.entities, start, today)
        .ok_or_else(|| Stop::fault("虚构的代码没有造出来"))?;
    let hand = Arc::new(HandClock::at(start));
    let clock: Arc<dyn Clock> = Arc::clone(&hand) as _;
    folder.begin(common.suite, &format!("{INVENTED}{}", command.seed))?;
    folder.keep_person_secret(chance::person_secret(command.seed))?;
    write_site(folder)?;
    let room = Room::with(
        common,
        Need::Make,
        clock,
        Durability::Off,
        chance::salts(command.seed),
    )?;
    let tables = folder.root.join("tables.draft");
    fs::create_dir_all(&tables).map_err(Stop::fault)?;
    // Who answers for the office has to be known while the city lives; the password comes with the others.
    let office = city.organ(affairs::OFFICE).map(|organ| organ.code);
    let office = account("office", "拟州市信用办", Role::Office, office);
    room.store.put_account(&office)?;
    let course = Course::new(&room, hand, chance, city.clone(), tables.clone(), today)?;
    let tally = course.run(start, today, out)?;
    fs::remove_dir_all(&tables).map_err(Stop::fault)?;
    Ok((tally, city))
}

/// Names who runs the site; the folder is new, so nobody else has named himself before.
fn write_site(folder: &Folder) -> Result<(), Stop> {
    let path = folder.root.join("site.toml");
    replace(&path, SITE.as_bytes()).map_err(|error| Stop::file(&path, &error))
}

fn logins(room: &Room, city: &City) -> Result<Vec<Login>, Stop> {
    let code = |name: &str| -> Option<Code> { city.organ(name).map(|organ| organ.code) };
    let rows = [
        (
            "office",
            "拟州市信用办",
            Role::Office,
            code(affairs::OFFICE),
        ),
        (
            "market",
            "拟州市市场监督管理局",
            Role::Organ,
            code("拟州市市场监督管理局"),
        ),
        (
            "environment",
            "拟州市生态环境局",
            Role::Organ,
            code("拟州市生态环境局"),
        ),
        (
            inspections::INSPECTOR,
            "拟州市市场监督管理局的检查人员",
            Role::Organ,
            code("拟州市市场监督管理局"),
        ),
        (
            "counter",
            "拟州市政务服务大厅",
            Role::Counter,
            code("拟州市行政审批服务局"),
        ),
        (
            "firm",
            "拟州市一家有处罚记录的企业",
            Role::Entity,
            firm(room)?,
        ),
    ];
    rows.into_iter()
        .map(|(name, title, role, organ)| {
            let password = put_person(room, account(name, title, role, organ))?;
            Ok(Login {
                name: name.to_owned(),
                title: title.to_owned(),
                password,
            })
        })
        .collect()
}

/// An entity with something to leave: the one with the latest penalty on the portal.
fn firm(room: &Room) -> Result<Option<Code>, Stop> {
    let filter = ListFilter {
        limit: 1,
        ..ListFilter::default()
    };
    let shown = room.store.list(Act::Penalty, &filter)?;
    Ok(shown.first().map(|record| record.entity))
}

fn report(tally: &Tally, entries: u64, seconds: f64, out: Out) -> Result<(), Stop> {
    out.say(format!(
        "主体 {}　机关 {}　报送 {} 份表格 {} 行，采纳 {}，退回 {}　更正 {}　撤回 {}　更名 {}",
        tally.entities,
        tally.organs,
        tally.tables,
        tally.rows,
        tally.accepted,
        tally.rejected,
        tally.corrected,
        tally.revoked,
        tally.renamed
    ))?;
    out.say(format!(
        "登记义务 {}　提醒 {}　到期停止公示 {}　查询 {}　办结 {}",
        tally.announced, tally.reminded, tally.hidden, tally.screenings, tally.cases
    ))?;
    out.say(format!(
        "承诺、名单、修复、异议等 {} 件，办理 {} 步，依法不准 {} 次　账本 {entries} 条，用时 {seconds:.1} 秒",
        tally.procedures, tally.acts, tally.refused
    ))
}
