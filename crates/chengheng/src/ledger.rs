//! `ledger` and `redact`: the log as such.

use crate::room::{Need, Room, open_store};
use crate::{Common, Ending, Out, Stop, folder::Folder, pack, progress};
use desk::Actor;
use desk::ports::Ledger;
use domain::ledger::checkpoint::Note;
use domain::ledger::proof::{Proof, verify_inclusion};
use seal::Verifier;
use serde_json::json;
use std::fs;
use std::path::PathBuf;
use store::{Durability, Sqlite};

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// 从头复核账本：逐条重算，并指出第一条不成立的记录
    Verify,
    /// 输出某一条记录的存在证明（C2SP tlog-proof 格式）
    Proof {
        /// 记录编号，从 0 开始
        seq: u64,
        /// 写到文件
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// 由账本重建全部视图，比较重建前后的摘要
    Rebuild,
}

/// `redact SEQ --names A,B --reason R`
#[derive(Debug, clap::Args)]
pub struct Redact {
    /// 记录编号
    seq: u64,
    /// 要涂除的字段代码，用逗号分隔
    #[arg(long, value_delimiter = ',', required = true)]
    names: Vec<String>,
    /// 涂除理由
    #[arg(long)]
    reason: String,
}

pub fn run(command: &Command, common: &Common, out: Out) -> Result<Ending, Stop> {
    let store = open_store(
        common,
        Need::Ledger,
        Durability::Full,
        pack::sources(common)?,
    )?;
    match command {
        Command::Verify => verify(&store, &Folder::of(common), out),
        Command::Proof { seq, output } => proof(&store, *seq, output.as_ref(), out),
        Command::Rebuild => rebuild(&store, out),
    }
}

fn verify(store: &Sqlite, folder: &Folder, out: Out) -> Result<Ending, Stop> {
    let bar = progress::entries(out);
    let verified = store.verify(&mut |done, all| {
        bar.set_length(all);
        bar.set_position(done);
    });
    bar.finish_and_clear();
    let mut verified = verified?;
    if verified.broken.is_none() {
        verified.broken = signature(store, folder)?.map(|reason| (verified.entries, reason));
    }
    match &verified.broken {
        None => out.say(format!(
            "账本完整：共 {} 条，根 {}",
            verified.entries, verified.root
        ))?,
        Some((seq, reason)) => out.say(format!("账本不成立：第 {seq} 条：{reason}"))?,
    }
    out.last(&verified)?;
    Ok(Ending::of(verified.broken.is_none()))
}

/// Whether the latest checkpoint is signed by the public key of this folder.
fn signature(store: &Sqlite, folder: &Folder) -> Result<Option<String>, Stop> {
    let path = folder.public();
    let text = fs::read_to_string(&path).map_err(|error| Stop::file(&path, &error))?;
    let key = match Verifier::parse(text.trim()) {
        Ok(key) => key,
        Err(broken) => return Ok(Some(format!("keys/ledger.pub：{broken}"))),
    };
    let note = match Note::parse(&store.checkpoint()?) {
        Ok(note) => note,
        Err(malformed) => return Ok(Some(malformed.to_string())),
    };
    Ok(key
        .checkpoint(&note, &store.origin())
        .err()
        .map(|broken| format!("检查点：{broken}")))
}

fn proof(store: &Sqlite, seq: u64, output: Option<&PathBuf>, out: Out) -> Result<Ending, Stop> {
    let note = Note::parse(&store.checkpoint()?).map_err(Stop::fault)?;
    let checkpoint = note.checkpoint().map_err(Stop::fault)?;
    let Some(leaf) = store.leaf(seq)?.filter(|_| seq < checkpoint.size) else {
        return Err(Stop::Refused(format!(
            "账本共 {} 条，没有编号为 {seq} 的记录",
            checkpoint.size
        )));
    };
    let path = store.inclusion(seq, checkpoint.size)?;
    if !verify_inclusion(
        store.suite(),
        &leaf,
        seq,
        checkpoint.size,
        &checkpoint.root,
        &path,
    ) {
        return Err(Stop::Fault(format!(
            "第 {seq} 条的证明不成立，请运行 ledger verify"
        )));
    }
    let proof = Proof {
        extra: None,
        index: seq,
        path: path.clone(),
        checkpoint: note.clone(),
    };
    match output {
        Some(file) => {
            fs::write(file, proof.to_string()).map_err(|error| Stop::file(file, &error))?
        }
        None => out.say(proof.to_string().trim_end())?,
    }
    out.last(&json!({
        "seq": seq,
        "size": checkpoint.size,
        "suite": store.suite(),
        "leaf": leaf,
        "root": checkpoint.root,
        "proof": path,
        "checkpoint": note.to_string(),
    }))?;
    Ok(Ending::Done)
}

fn rebuild(store: &Sqlite, out: Out) -> Result<Ending, Stop> {
    let bar = progress::entries(out);
    let rebuilt = store.rebuild(&mut |done, all| {
        bar.set_length(all);
        bar.set_position(done);
    });
    bar.finish_and_clear();
    let rebuilt = rebuilt?;
    for (view, (before, after)) in &rebuilt.views {
        let verdict = if before == after {
            "一致"
        } else {
            "不一致，已按账本更正"
        };
        out.say(format!("{view}\t{before}\t{after}\t{verdict}"))?;
    }
    out.say(format!(
        "由 {} 条记录重建 {} 个视图",
        rebuilt.entries,
        rebuilt.views.len()
    ))?;
    out.last(
        &json!({ "entries": rebuilt.entries, "equal": rebuilt.equal(), "views": rebuilt.views }),
    )?;
    Ok(Ending::of(rebuilt.equal()))
}

pub fn redact(command: &Redact, common: &Common, out: Out) -> Result<Ending, Stop> {
    if command.reason.trim().is_empty() {
        return Err(Stop::usage("涂除必须写明理由"));
    }
    let room = Room::open(common, Need::Ledger)?;
    if room.store.entry(command.seq)?.is_none() {
        return Err(Stop::Refused(format!("没有编号为 {} 的记录", command.seq)));
    }
    let names = command
        .names
        .iter()
        .map(|name| name.trim().to_owned())
        .collect();
    let count = room.desk.redact(
        &Actor::operator(),
        command.seq,
        names,
        command.reason.clone(),
    )?;
    room.publish()?;
    out.say(if count == 0 {
        format!("第 {} 条没有可涂除的同名字段", command.seq)
    } else {
        format!("第 {} 条已涂除 {count} 个字段，账本仍可复核", command.seq)
    })?;
    out.last(&json!({ "seq": command.seq, "redacted": count }))?;
    Ok(Ending::of(count > 0))
}
