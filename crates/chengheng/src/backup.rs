//! `backup` and `restore`: the whole data folder in one ZIP file, which any program can open.

use crate::folder::Folder;
use crate::room::{Need, open_store};
use crate::{Common, Ending, Out, Stop, pack};
use desk::ports::{Ledger, Store};
use domain::ledger::{Hash, Suite};
use serde_json::json;
use std::borrow::Cow;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use store::Durability;
use web::EVIDENCE;
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
    /// 写到这个文件（ZIP，内含数据库、密钥、现场检查的照片和签名，请妥善保管）
    file: PathBuf,
    /// 不含照片和签名（evidence 文件夹）；它们须另行复制，丢失后无法重做
    #[arg(long)]
    without_evidence: bool,
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
        pack_up(&folder, &copy, command).map_err(|error| Stop::file(&command.file, &error))
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

fn pack_up(folder: &Folder, copy: &Path, command: &Backup) -> io::Result<()> {
    let to = &command.file;
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
    // After the database, so that nothing the copy names is missing.
    let evidence = match command.without_evidence {
        true => Vec::new(),
        false => evidence(&folder.root)?,
    };
    for (name, path) in evidence {
        let packed = options
            .compression_method(CompressionMethod::Stored)
            .compression_level(None);
        zip.start_file(format!("{EVIDENCE}/{name}"), packed)?;
        io::copy(&mut File::open(path)?, &mut zip)?;
    }
    zip.finish()?.sync_all()?;
    fs::rename(&draft, to)
}

/// Name and path of every file of evidence; a draft of one has another name.
fn evidence(root: &Path) -> io::Result<Vec<(String, PathBuf)>> {
    let listed = match fs::read_dir(root.join(EVIDENCE)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        listed => listed?,
    };
    let mut found = Vec::new();
    for file in listed {
        let file = file?;
        let name = file.file_name().into_string().unwrap_or_default();
        if Hash::from_hex(&name).is_some() {
            found.push((name, file.path()));
        }
    }
    found.sort();
    Ok(found)
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
    let damaged = unpack(&command.file, &folder)?;
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
    for name in &damaged {
        out.say(format!(
            "{name} 已损坏，内容与其摘要不符，没有恢复；请从另一份备份中取出该文件，放回数据目录"
        ))?;
    }
    out.last(&verified)?;
    Ok(Ending::of(verified.broken.is_none() && damaged.is_empty()))
}

/// Returns the names of evidence that could not be restored: the ledger does not wait for a photograph.
fn unpack(file: &Path, folder: &Folder) -> Result<Vec<String>, Stop> {
    let foreign = |error: zip::result::ZipError| {
        Stop::Refused(format!("{}：不是备份文件：{error}", file.display()))
    };
    let opened = File::open(file).map_err(|error| Stop::file(file, &error))?;
    let mut zip = ZipArchive::new(opened).map_err(foreign)?;
    for part in PARTS {
        zip.by_name(part).map_err(foreign)?;
    }
    fs::create_dir_all(folder.root.join("keys")).map_err(Stop::fault)?;
    let damaged = unpack_evidence(&mut zip, &folder.root)?;
    // The database comes last: a folder without it is no ledger yet, and restoring can be repeated.
    for part in PARTS.iter().rev() {
        let mut from = zip.by_name(part).map_err(foreign)?;
        lay_out(&folder.root, part, &mut from)?;
    }
    Ok(damaged)
}

/// Evidence whose bytes are what its name says; returns the names of the rest. A backup made before
/// there was any has none.
fn unpack_evidence(zip: &mut ZipArchive<File>, root: &Path) -> Result<Vec<String>, Stop> {
    let names = zip.file_names().filter_map(Result::ok);
    let names: Vec<String> = names.map(Cow::into_owned).collect();
    let within = |name: &str| {
        let name = name.strip_prefix(EVIDENCE)?.strip_prefix('/')?;
        Hash::from_hex(name)
    };
    let mut damaged = Vec::new();
    for name in names {
        let Some(digest) = within(&name) else {
            continue;
        };
        let mut bytes = Vec::new();
        let read = zip.by_name(&name).map_err(io::Error::from);
        let whole = read
            .and_then(|mut from| from.read_to_end(&mut bytes))
            .is_ok()
            && Suite::International.digest(&[&bytes]) == digest;
        if whole {
            fs::create_dir_all(root.join(EVIDENCE)).map_err(Stop::fault)?;
            lay_out(
                root,
                &format!("{EVIDENCE}/{digest:x}"),
                &mut bytes.as_slice(),
            )?;
        } else {
            damaged.push(name);
        }
    }
    Ok(damaged)
}

/// Writes a file that is whole under its name or not there at all.
fn lay_out(root: &Path, name: &str, from: &mut dyn Read) -> Result<(), Stop> {
    let draft = root.join(format!("{name}.draft"));
    let _ = fs::remove_file(&draft);
    let copied = private_file(&draft).and_then(|mut to| {
        io::copy(from, &mut to)?;
        to.sync_all()?;
        fs::rename(&draft, root.join(name))
    });
    copied.map_err(|error| Stop::Fault(format!("{name}：{error}")))
}

fn remove_database(path: &Path) {
    for suffix in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        // What was never made needs no removing.
        let _ = fs::remove_file(name);
    }
}
