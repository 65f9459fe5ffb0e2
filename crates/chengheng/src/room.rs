//! The room a command works in: folder, keys, store and desk, wired once.

use crate::folder::{Folder, hex, replace};
use crate::{Common, Stop, clock, pack};
use desk::clock::Clock;
use desk::intake::Sources;
use desk::ports::{Filter, Ledger, Procedures, Registry};
use desk::procedure::Noun;
use desk::{Actor, Desk, Fault, Place, Salts, Secrets, publication};
use domain::code::{self, Code, Verdict};
use domain::entity::Organ;
use domain::ledger::checkpoint::Checkpoint;
use law::Pack;
use seal::VrfKey;
use std::collections::BTreeMap;
use std::fs;
use std::sync::Arc;
use store::{Durability, Options, Public, Sign, Sqlite};

/// Latest draws whose files are kept up to date; older ones do not change any more.
const DRAWS: usize = 200;

/// Everything wired.
#[derive(Debug, Clone)]
pub struct Room {
    pub folder: Folder,
    pub store: Arc<Sqlite>,
    pub desk: Desk,
}

/// How to open a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// The ledger must be there.
    Ledger,
    /// A missing folder is made.
    Make,
}

impl Room {
    pub fn open(common: &Common, need: Need) -> Result<Self, Stop> {
        Self::with(
            common,
            need,
            clock::of(common)?,
            Durability::Full,
            Arc::new(salt),
        )
    }

    /// Opens with a clock, a durability and a source of salts of one's own.
    pub fn with(
        common: &Common,
        need: Need,
        clock: Arc<dyn Clock>,
        durability: Durability,
        salts: Salts,
    ) -> Result<Self, Stop> {
        let law = pack::law(common)?;
        let sources = pack::sources(common)?;
        let folder = Folder::of(common);
        let store = Arc::new(open_store(common, need, durability, Arc::clone(&sources))?);
        let signer = folder.keys(common.suite)?;
        let vrf = Arc::new(Seeds(folder.vrf(signer.verifier().name())?));
        let sign = move |text: &str| {
            let note = signer.sign_note(text).map_err(key_fault)?;
            Ok(note.to_string())
        };
        let secrets = Secrets {
            salts,
            persons: folder.person_secret()?,
            sign: Arc::new(sign),
            vrf: Some(vrf),
        };
        let desk = Desk::open(Arc::clone(&store) as _, law, sources, clock, secrets)?;
        Ok(Self {
            folder,
            store,
            desk,
        })
    }

    /// The organ a command line names. The operator vouches for it: one the register does not know
    /// is entered under its code until a filed table names it.
    pub fn organ(&self, text: &str) -> Result<Code, Stop> {
        let code = organ_code(text, &self.desk.law())?;
        if !self.store.organs()?.iter().any(|organ| organ.code == code) {
            self.register_organ(code, code.to_string(), None)?;
        }
        Ok(code)
    }

    pub fn register_organ(
        &self,
        code: Code,
        name: String,
        parent: Option<Code>,
    ) -> Result<bool, Stop> {
        let division = code.division().to_owned();
        let organ = Organ {
            code,
            name,
            parent,
            division,
        };
        Ok(self.desk.register_organ(&Actor::operator(), organ)?)
    }

    /// Leaves the latest checkpoint and the draws where anybody may fetch them.
    pub fn publish(&self) -> Result<(), Stop> {
        let checkpoint = self.store.checkpoint()?;
        self.folder.publish(&checkpoint).map_err(Stop::fault)?;
        self.publish_draws()
    }

    /// Writes the file of each draw that was touched since it was written.
    fn publish_draws(&self) -> Result<(), Stop> {
        let filter = Filter {
            noun: Some(Noun::Draw.word().to_owned()),
            limit: DRAWS,
            ..Filter::default()
        };
        let rows = self.store.procedures(&filter)?;
        let path = self.folder.published().join("draws/written.json");
        let text = fs::read_to_string(&path).unwrap_or_default();
        // LOST: every file is written once more.
        let mut written: BTreeMap<u64, u64> = serde_json::from_str(&text).unwrap_or_default();
        let stale: Vec<_> = rows
            .iter()
            .filter(|row| written.get(&row.id) != Some(&row.touched))
            .collect();
        if stale.is_empty() {
            return Ok(());
        }
        fs::create_dir_all(self.folder.published().join("draws")).map_err(Stop::fault)?;
        for row in stale {
            if let Some(file) = self.desk.published_draw(row.id)? {
                let text = serde_json::to_vec(&file).map_err(Stop::fault)?;
                replace(&self.folder.draw(row.id), &text).map_err(Stop::fault)?;
            }
            written.insert(row.id, row.touched);
        }
        let text = serde_json::to_vec(&written).map_err(Stop::fault)?;
        replace(&path, &text).map_err(Stop::fault)
    }
}

/// The law a command answers by: the pack adopted in the data folder, where there is one and no
/// other is named.
pub fn law_in_force(common: &Common) -> Result<Arc<Pack>, Stop> {
    let adopted = common.law.is_none() && Folder::of(common).database().exists();
    match adopted {
        true => Ok(Room::open(common, Need::Ledger)?.desk.law()),
        false => pack::law(common),
    }
}

/// The store alone, for commands that only read it.
pub fn open_store(
    common: &Common,
    need: Need,
    durability: Durability,
    sources: Arc<Sources>,
) -> Result<Sqlite, Stop> {
    let folder = Folder::of(common);
    if need == Need::Ledger {
        folder.expect_ledger()?;
    }
    let signer = folder.keys(common.suite)?;
    let (suite, origin) = (
        signer.verifier().suite(),
        signer.verifier().name().to_owned(),
    );
    let sign: Sign = Arc::new(move |checkpoint: &Checkpoint| {
        let note = signer
            .sign_note(checkpoint.to_string())
            .map_err(key_fault)?;
        Ok(note.to_string())
    });
    let public: Public = Arc::new(move |event, entry| publication::public(event, entry, &sources));
    let options = Options {
        durability,
        public,
        ..Options::new(folder.database(), suite, &origin, sign)
    };
    Ok(Sqlite::open(options)?)
}

/// Seeds of draws under the key of the folder.
struct Seeds(VrfKey);

impl desk::Vrf for Seeds {
    fn key(&self) -> String {
        hex(&self.0.public())
    }

    fn prove(&self, alpha: &[u8]) -> (String, [u8; 64]) {
        let (proof, output) = self.0.prove(alpha);
        (hex(&proof), output)
    }
}

fn key_fault(error: seal::Broken) -> Fault {
    Fault::new(Place::Key, error)
}

/// Fresh randomness for one entry.
fn salt() -> Result<[u8; 16], Fault> {
    seal::salt().map_err(|error| Fault::new(Place::Key, error.to_string()))
}

/// A code that an organ may bear.
pub fn organ_code(text: &str, law: &Pack) -> Result<Code, Stop> {
    let checked = code::check(text, law.exceptions());
    match (checked.verdict, checked.code) {
        (Verdict::Valid | Verdict::Nonconforming, Some(code)) if code.is_organ() => Ok(code),
        (Verdict::Valid | Verdict::Nonconforming, _) => Err(Stop::Refused(format!(
            "代码 {text} 不是机关或法律授权组织的统一社会信用代码"
        ))),
        _ => Err(Stop::Refused(format!(
            "代码 {text} 不是有效的统一社会信用代码：{checked}"
        ))),
    }
}
