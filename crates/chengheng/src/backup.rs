//! `backup` and `restore`: the whole data folder in one ZIP file, which any program can open.

use crate::folder::Folder;
use crate::room::{Need, open_store};
use crate::{Common, Ending, Out, Stop, pack};
use desk::ports::{Ledger, Store};
use serde_json::json;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use store::Durability;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// What a backup holds. The private key is in it: whoever has the file can sign as this platform.
const PARTS: [&str; 7] = [
    "chengheng.db",
    "keys/ledger.key",
    "keys/ledger.pub",
    "keys/persons.key",
    "keys/draw.key",
    "keys/draw.pub",
    "ledger.toml",
];

const DATABASE: &str = "chengheng.db";

/// `backup FILE`
#[derive(Debug, clap::Args)]
pub struct Backup {
    /// 写到这个文件（ZIP，内含数据库与密钥，请妥善保管）
    file: PathBuf,
}

/// `restore FILE`
#[derive(Debug, clap::Args)]
pub struct Restore {
    /// 备份文件
    file: PathBuf,
}

pub fn backup(command: &Backup, common: &Common, out: Out) -> Result<Ending, Stop> {
    let folder = Folder::of(common);
    folder.expect_ledger()?;
    if command.file.exists() {
        return Err(Stop::Refused(format!(
            "{} 已存在，备份不覆盖旧文件",
            command.file.display()
        )));
    }
    folder.person_secret()?;
    let copy = folder
        .root
        .join(format!("backup.{}.draft", std::process::id()));
    let store = open_store(
        common,
        Need::Ledger,
        Durability::Full,
        pack::sources(common)?,
    )?;
    let written = store.backup(&copy).map_err(Stop::from).and_then(|()| {
        pack_up(&folder, &copy, &command.file).map_err(|error| Stop::file(&command.file, &error))
    });
    remove_database(&copy);
    written?;
    let entries = store.size()?;
    let bytes = fs::metadata(&command.file).map_or(0, |file| file.len());
    out.say(format!(
        "已备份到 {}，{entries} 条记录，{bytes} 字节",
        command.file.display()
    ))?;
    out.last(&json!({ "file": command.file, "entries": entries, "bytes": bytes }))?;
    Ok(Ending::Done)
}

fn pack_up(folder: &Folder, copy: &Path, to: &Path) -> io::Result<()> {
    let draft = to.with_extension(format!("{}.draft", std::process::id()));
    let mut zip = ZipWriter::new(private_file(&draft)?);
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(1))
        .large_file(true)
        .unix_permissions(0o600);
    for part in PARTS {
        let from = if part == DATABASE {
            copy.to_owned()
        } else {
            folder.root.join(part)
        };
        zip.start_file(part, options)?;
        io::copy(&mut File::open(from)?, &mut zip)?;
    }
    zip.finish()?.sync_all()?;
    fs::rename(&draft, to)
}

fn private_file(path: &Path) -> io::Result<File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

pub fn restore(command: &Restore, common: &Common, out: Out) -> Result<Ending, Stop> {
    crate::readable(&command.file)?;
    let folder = Folder::of(common);
    if folder.database().exists() || folder.private().exists() {
        return Err(Stop::Refused(format!(
            "{} 里已有账本，请恢复到新的目录",
            folder.root.display()
        )));
    }
    unpack(&command.file, &folder)?;
    let store = open_store(
        common,
        Need::Ledger,
        Durability::Full,
        pack::sources(common)?,
    )?;
    let verified = store.verify(&mut |_, _| {})?;
    folder.publish(&store.checkpoint()?).map_err(Stop::fault)?;
    match &verified.broken {
        None => out.say(format!(
            "已恢复到 {}，{} 条记录，账本完整。请勿让原目录与本目录同时继续记账",
            folder.root.display(),
            verified.entries
        ))?,
        Some((seq, reason)) => out.say(format!("已恢复，但账本不成立：第 {seq} 条：{reason}"))?,
    }
    out.last(&verified)?;
    Ok(Ending::of(verified.broken.is_none()))
}

fn unpack(file: &Path, folder: &Folder) -> Result<(), Stop> {
    let foreign = |error: zip::result::ZipError| {
        Stop::Refused(format!("{}：不是备份文件：{error}", file.display()))
    };
    let opened = File::open(file).map_err(|error| Stop::file(file, &error))?;
    let mut zip = ZipArchive::new(opened).map_err(foreign)?;
    for part in PARTS {
        zip.by_name(part).map_err(foreign)?;
    }
    fs::create_dir_all(folder.root.join("keys")).map_err(Stop::fault)?;
    // The database comes last: a folder without it is no ledger yet, and restoring can be repeated.
    for part in PARTS.iter().rev() {
        let mut from = zip.by_name(part).map_err(foreign)?;
        let draft = folder.root.join(format!("{part}.draft"));
        let _ = fs::remove_file(&draft);
        let copied = private_file(&draft).and_then(|mut to| {
            io::copy(&mut from, &mut to)?;
            to.sync_all()?;
            fs::rename(&draft, folder.root.join(part))
        });
        copied.map_err(|error| Stop::Fault(format!("{part}：{error}")))?;
    }
    Ok(())
}

fn remove_database(path: &Path) {
    for suffix in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        // What was never made needs no removing.
        let _ = fs::remove_file(name);
    }
}
