//! A desk on a data folder of its own, wired as the binary wires it.

use crate::Outcome;
use desk::clock::HandClock;
use desk::intake::Sources;
use desk::{Actor, Desk, Fault, Place, Secrets, publication};
use domain::code::Code;
use domain::entity::Organ;
use domain::ledger::Suite;
use jiff::civil::{Date, date};
use law::Pack;
use seal::Signer;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use store::{Durability, Options, Public, Sign, Sqlite};

/// Name of the ledger in its checkpoints.
const ORIGIN: &str = "chengheng.local/bench";

/// The day on which the peers' files are checked.
pub const TODAY: Date = date(2024, 6, 30);

/// A desk and what it stands on.
#[derive(Debug)]
pub struct House {
    pub desk: Desk,
    pub store: Arc<Sqlite>,
    pub database: PathBuf,
}

impl House {
    /// Opens the data folder, or makes a new ledger in it. What is committed is on disk.
    pub fn open(folder: &Path, suite: Suite) -> Outcome<Self> {
        let signer = signer(folder, suite)?;
        let sources = Arc::new(sources("sources")?);
        let sign: Sign = Arc::new(move |checkpoint| {
            let note = signer.sign_note(checkpoint.to_string());
            Ok(note
                .map_err(|error| Fault::new(Place::Key, error))?
                .to_string())
        });
        let shown = Arc::clone(&sources);
        let public: Public =
            Arc::new(move |event, entry| publication::public(event, entry, &shown));
        let database = folder.join("chengheng.db");
        let options = Options {
            public,
            ..Options::new(&database, suite, ORIGIN, sign)
        };
        let store = Arc::new(Sqlite::open(Options {
            durability: Durability::Full,
            ..options
        })?);
        let secrets = Secrets {
            salts: Arc::new(salt),
            persons: "bench".into(),
            sign: Arc::new(|text| Ok(text.to_owned())),
            vrf: None,
        };
        let clock = Arc::new(HandClock::at(TODAY));
        let desk = Desk::open(
            Arc::clone(&store) as _,
            Arc::new(law()?),
            sources,
            clock,
            secrets,
        )?;
        Ok(Self {
            desk,
            store,
            database,
        })
    }

    /// Registers the organs of a file (code, tab, name); returns the first, which hands in.
    pub fn organs(&self, file: &Path) -> Outcome<Code> {
        let mut first = None;
        for line in fs::read_to_string(file)?.lines() {
            let (code, name) = line
                .split_once('\t')
                .ok_or("an organ is a code, a tab and a name")?;
            let code = Code::read(code).ok_or_else(|| format!("no code: {code}"))?;
            let division = code.division().to_owned();
            let organ = Organ {
                code,
                name: name.to_owned(),
                parent: None,
                division,
            };
            self.desk.register_organ(&Actor::operator(), organ)?;
            first.get_or_insert(code);
        }
        first.ok_or_else(|| "no organs".into())
    }

    /// Bytes of the database with its write-ahead log.
    pub fn bytes(&self) -> u64 {
        let wal = self.database.with_extension("db-wal");
        [&self.database, &wal]
            .iter()
            .filter_map(|path| Some(fs::metadata(path).ok()?.len()))
            .sum()
    }
}

/// The keys lie where the binary looks for them, so that it can serve the same folder.
fn signer(folder: &Path, suite: Suite) -> Outcome<Signer> {
    let path = folder.join("keys/ledger.key");
    if let Ok(text) = fs::read_to_string(&path) {
        return Ok(Signer::parse(text.trim())?);
    }
    let signer = Signer::generate(suite, ORIGIN)?;
    fs::create_dir_all(folder.join("keys"))?;
    fs::write(&path, signer.private_text().as_bytes())?;
    Ok(signer)
}

fn salt() -> Result<[u8; 16], Fault> {
    seal::salt().map_err(|error| Fault::new(Place::Key, error.to_string()))
}

/// The law pack of the working folder.
pub fn law() -> Outcome<Pack> {
    let mut files = Vec::new();
    gather(Path::new("law"), &mut files)?;
    Pack::load(files).map_err(|findings| {
        let lines: Vec<String> = findings.iter().take(5).map(ToString::to_string).collect();
        format!("law/ does not load: {}", lines.join("; ")).into()
    })
}

fn gather(folder: &Path, files: &mut Vec<(String, String)>) -> Outcome<()> {
    let broken = |error| {
        format!(
            "{}: {error} (run in the root of the repository)",
            folder.display()
        )
    };
    for entry in fs::read_dir(folder).map_err(broken)? {
        let path = entry?.path();
        if path.is_dir() {
            gather(&path, files)?;
        } else {
            files.push((path.display().to_string(), fs::read_to_string(&path)?));
        }
    }
    Ok(())
}

/// The sources below a folder.
pub fn sources(folder: &str) -> Outcome<Sources> {
    let mut tables = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if let Ok(text) = fs::read_to_string(entry.path().join("table.toml")) {
            tables.push((name, text));
        }
    }
    let tables = tables
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()));
    Ok(Sources::read(tables).map_err(|faults| faults.join("; "))?)
}
