//! The data folder: database, keys, what anybody may fetch, answers to senders.

use crate::{Common, Stop, SuiteName};
use domain::ledger::Suite;
use seal::{Signer, Verifier, VrfKey};
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where a command works.
#[derive(Debug, Clone)]
pub struct Folder {
    pub root: PathBuf,
}

impl Folder {
    pub fn of(common: &Common) -> Self {
        Self {
            root: common.data.clone(),
        }
    }

    pub fn database(&self) -> PathBuf {
        self.root.join("chengheng.db")
    }

    /// The private key. LOST: no checkpoint can be signed any more; the folder is read-only then.
    pub fn private(&self) -> PathBuf {
        self.root.join("keys/ledger.key")
    }

    /// The public half, which anybody may have.
    pub fn public(&self) -> PathBuf {
        self.root.join("keys/ledger.pub")
    }

    /// Mixed into the keys of natural persons' records (see [`desk::Secrets`]).
    pub fn persons(&self) -> PathBuf {
        self.root.join("keys/persons.key")
    }

    /// The private key of the verifiable random function for draws. LOST: batches frozen under it cannot
    /// be drawn any more; what was drawn stays verifiable.
    pub fn draw_key(&self) -> PathBuf {
        self.root.join("keys/draw.key")
    }

    pub fn published(&self) -> PathBuf {
        self.root.join("published")
    }

    /// The published file of a draw.
    pub fn draw(&self, id: u64) -> PathBuf {
        self.published().join(format!("draws/{id}.json"))
    }

    /// Origin and suite for people to read. LOST: written anew from the private key, which bears both.
    fn chosen(&self) -> PathBuf {
        self.root.join("ledger.toml")
    }

    /// Whether a ledger lies here.
    pub fn holds_ledger(&self) -> bool {
        self.database().is_file() && self.private().is_file()
    }

    /// Refuses a folder without a ledger: reading must not make one by a mistyped path.
    pub fn expect_ledger(&self) -> Result<(), Stop> {
        if self.holds_ledger() {
            return Ok(());
        }
        let root = self.root.display();
        if self.database().is_file() {
            return Err(Stop::Fault(format!(
                "{root} 里有数据库但没有私钥 keys/ledger.key，不能继续记账；请从备份恢复密钥"
            )));
        }
        Err(Stop::Refused(format!(
            "{root} 不是数据目录：里面没有账本。请用 --data 指明位置，或先用写入类命令（如 entity import）新建"
        )))
    }

    /// The keys of the ledger; a new folder gets a pair of its own.
    pub fn keys(&self, suite: Option<SuiteName>) -> Result<Signer, Stop> {
        let broken = |error: io::Error| Stop::Fault(format!("{}：{error}", self.root.display()));
        for below in ["keys", "published", "answers"] {
            fs::create_dir_all(self.root.join(below)).map_err(broken)?;
        }
        if !self.private().is_file() {
            if self.database().is_file() {
                self.expect_ledger()?;
            }
            let origin = format!("chengheng.local/{}", hex(&crate::random::<4>()?));
            self.make_key(suite.unwrap_or_default().suite(), &origin)?;
        }
        let signer = self.signer()?;
        if suite.is_some_and(|suite| suite.suite() != signer.verifier().suite()) {
            return Err(Stop::refused("账本已经用另一种密码套件建立，不能更换"));
        }
        self.state(signer.verifier()).map_err(broken)?;
        Ok(signer)
    }

    fn signer(&self) -> Result<Signer, Stop> {
        let path = self.private();
        let text = fs::read_to_string(&path).map_err(|error| Stop::file(&path, &error))?;
        Signer::parse(text.trim())
            .map_err(|error| Stop::Fault(format!("{}：{error}", path.display())))
    }

    /// The secret for natural persons' records; a folder without one gets one.
    pub fn person_secret(&self) -> Result<Arc<str>, Stop> {
        let path = self.persons();
        if !path.is_file() {
            self.keep_person_secret(crate::random()?)?;
        }
        let text = fs::read_to_string(&path).map_err(|error| Stop::file(&path, &error))?;
        match text.trim() {
            "" => Err(Stop::Fault(format!(
                "{} 是空的；请从备份恢复",
                path.display()
            ))),
            secret => Ok(Arc::from(secret)),
        }
    }

    /// The key for seeds of draws; a folder without one gets one, and its public half beside it.
    pub fn vrf(&self, name: &str) -> Result<VrfKey, Stop> {
        let path = self.draw_key();
        if !path.is_file() {
            let key = VrfKey::generate(name).map_err(Stop::fault)?;
            keep_secret(&path, &key.private_text())?;
        }
        let text = fs::read_to_string(&path).map_err(|error| Stop::file(&path, &error))?;
        let key = VrfKey::parse(text.trim());
        let key = key.map_err(|error| Stop::Fault(format!("{}：{error}", path.display())))?;
        let public = path.with_extension("pub");
        if !public.is_file() {
            let text = format!("{}\n", hex(&key.public()));
            replace(&public, text.as_bytes()).map_err(|error| Stop::file(&public, &error))?;
        }
        Ok(key)
    }

    /// Gives the folder its secret for natural persons' records; one that has a secret keeps it.
    pub fn keep_person_secret(&self, secret: [u8; 32]) -> Result<(), Stop> {
        let path = self.persons();
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(|error| Stop::file(folder, &error))?;
        }
        keep_secret(&path, &hex(&secret))
    }

    /// Gives a new folder a key whose ledger bears this name: messages to other platforms state it.
    pub fn begin(&self, suite: Option<SuiteName>, origin: &str) -> Result<(), Stop> {
        let keys = self.root.join("keys");
        fs::create_dir_all(&keys).map_err(|error| Stop::file(&keys, &error))?;
        self.make_key(suite.unwrap_or_default().suite(), origin)
    }

    fn make_key(&self, suite: Suite, origin: &str) -> Result<(), Stop> {
        let signer = Signer::generate(suite, origin).map_err(Stop::fault)?;
        keep_secret(&self.private(), &signer.private_text())
    }

    /// Writes what follows from the key, unless it is there.
    fn state(&self, public: &Verifier) -> io::Result<()> {
        if !self.public().is_file() {
            replace(&self.public(), format!("{public}\n").as_bytes())?;
        }
        if !self.chosen().is_file() {
            let suite = serde_json::to_value(public.suite())?;
            let text = format!("origin = \"{}\"\nsuite = {suite}\n", public.name());
            replace(&self.chosen(), text.as_bytes())?;
        }
        Ok(())
    }

    /// Puts the latest checkpoint where anybody may fetch it; returns whether it was a new one.
    pub fn publish(&self, checkpoint: &str) -> io::Result<bool> {
        let path = self.published().join("checkpoint");
        if fs::read_to_string(&path).is_ok_and(|old| old == checkpoint) {
            return Ok(false);
        }
        fs::create_dir_all(self.published())?;
        replace(&path, checkpoint.as_bytes())?;
        Ok(true)
    }
}

/// Writes a file that appears whole or not at all.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let draft = path.with_extension(format!("{}.draft", std::process::id()));
    let mut file = fs::File::create(&draft)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&draft, path)
}

/// Of two processes that make a folder at once, one makes the secret and both use it.
fn keep_secret(path: &Path, text: &str) -> Result<(), Stop> {
    let draft = path.with_extension(format!("{}.draft", std::process::id()));
    let written = write_private(&draft, text).and_then(|()| fs::hard_link(&draft, path));
    let _ = fs::remove_file(&draft);
    match written {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(Stop::Fault(format!(
            "不能写入密钥 {}：{error}",
            path.display()
        ))),
        _ => Ok(()),
    }
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.write_all(b"\n")?;
    file.sync_all()
}
