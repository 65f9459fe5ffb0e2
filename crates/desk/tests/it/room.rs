//! A desk over a real store in a folder of its own, with a clock moved by hand.

use desk::clock::HandClock;
use desk::intake::{Mode, NotTaken, Order, Sources, Summary};
use desk::{Actor, Desk, Fault, Secrets, publication};
use domain::code::{Code, with_check};
use domain::entity::{Organ, Registered};
use domain::ledger::checkpoint::Checkpoint;
use domain::ledger::{Event, Suite};
use jiff::civil::Date;
use law::Pack;
use seal::Signer;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use store::{Options, Sqlite};

pub struct Room {
    pub desk: Desk,
    pub clock: Arc<HandClock>,
    pub key: seal::Verifier,
    signer: Arc<Signer>,
    salts: desk::Salts,
    /// The first checkpoint of this size or more is refused, once, and its commit with it.
    pub refuses: Arc<AtomicU64>,
    folder: PathBuf,
}

const ORIGIN: &str = "test.example/log";

/// No ledger grows to this size.
const NEVER: u64 = u64::MAX;

fn desk(
    folder: &Path,
    signer: &Arc<Signer>,
    clock: &Arc<HandClock>,
    salts: &desk::Salts,
    refuses: &Arc<AtomicU64>,
) -> Desk {
    let (signer, refuses) = (Arc::clone(signer), Arc::clone(refuses));
    let sign = Arc::new(move |checkpoint: &Checkpoint| {
        if checkpoint.size >= refuses.load(Ordering::Relaxed) {
            refuses.store(NEVER, Ordering::Relaxed);
            return Err(Fault::broken("the key refused"));
        }
        let note = signer.sign_note(checkpoint.to_string());
        note.map(|note| note.to_string())
            .map_err(|broken| Fault::broken(broken.to_string()))
    });
    let sources = Arc::new(sources());
    let mut options = Options::new(folder.join("chengheng.db"), Suite::National, ORIGIN, sign);
    let views = Arc::clone(&sources);
    options.public = Arc::new(move |event, entry| publication::public(event, entry, &views));
    Desk::open(
        Arc::new(Sqlite::open(options).unwrap()),
        Arc::new(Pack::load(texts("law")).unwrap()),
        sources,
        Arc::clone(clock) as _,
        Secrets {
            salts: Arc::clone(salts),
            persons: "secret".into(),
            sign: Arc::new(|text| Ok(text.to_owned())),
            vrf: Some(Arc::new(Seeds::new())),
        },
    )
    .unwrap()
}

/// Seeds of draws under a key that is always the same.
pub struct Seeds(seal::VrfKey);

impl Seeds {
    pub fn new() -> Self {
        Self(seal::VrfKey::new(ORIGIN, &[7; 32]).unwrap())
    }

    pub fn public(&self) -> [u8; 32] {
        self.0.public()
    }
}

impl desk::Vrf for Seeds {
    fn key(&self) -> String {
        hex(&self.0.public())
    }

    fn prove(&self, alpha: &[u8]) -> (String, [u8; 64]) {
        let (proof, output) = self.0.prove(alpha);
        (hex(&proof), output)
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Drop for Room {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// Every `.md` and `.toml` under a folder of the repository, by path within it.
fn texts(folder: &str) -> Vec<(String, String)> {
    fn walk(root: &Path, at: &Path, out: &mut Vec<(String, String)>) {
        for entry in std::fs::read_dir(at).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(root, &path, out);
            } else if path
                .extension()
                .is_some_and(|suffix| suffix == "md" || suffix == "toml")
            {
                let name = path
                    .strip_prefix(root)
                    .unwrap()
                    .to_string_lossy()
                    .into_owned();
                out.push((name, std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(folder);
    let mut out = Vec::new();
    walk(&root, &root, &mut out);
    out
}

fn sources() -> Sources {
    let texts = texts("sources");
    let named = texts
        .iter()
        .filter_map(|(path, text)| Some((path.strip_suffix("/table.toml")?, text.as_str())));
    Sources::read(named).unwrap()
}

/// Counted, so that two runs make the same ledger.
fn salts() -> desk::Salts {
    let next = AtomicU64::new(1);
    Arc::new(move || {
        let number = next.fetch_add(1, Ordering::Relaxed);
        let mut salt = [0; 16];
        salt[..8].copy_from_slice(&number.to_be_bytes());
        Ok(salt)
    })
}

impl Room {
    pub fn open(name: &str, today: Date) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!(
            "chengheng-desk-{name}-{}-{number}",
            std::process::id()
        ));
        std::fs::create_dir_all(&folder).unwrap();
        let signer = Arc::new(Signer::generate(Suite::National, ORIGIN).unwrap());
        let key = signer.verifier().clone();
        let clock = Arc::new(HandClock::at(today));
        let (salts, refuses) = (salts(), Arc::new(AtomicU64::new(NEVER)));
        let desk = desk(&folder, &signer, &clock, &salts, &refuses);
        Self {
            desk,
            clock,
            key,
            signer,
            salts,
            refuses,
            folder,
        }
    }

    /// Another process opens the same folder.
    pub fn reopen(&mut self) {
        self.desk = desk(
            &self.folder,
            &self.signer,
            &self.clock,
            &self.salts,
            &self.refuses,
        );
    }

    pub fn organ(&self, number: u32) -> Code {
        let code = with_check(&format!("11370400MAY{number:05}X"))
            .or_else(|| with_check(&format!("11370400MAY{number:06}")))
            .unwrap();
        let organ = Organ {
            code,
            name: format!("拟州市第{number}局"),
            parent: None,
            division: "370400".into(),
        };
        self.desk.register_organ(&Actor::operator(), organ).unwrap();
        code
    }

    pub fn entity(&self, number: u32, name: &str) -> Code {
        let code = entity_code(number);
        let entity = Registered {
            code,
            name: name.to_owned(),
            registered: None,
            address: String::new(),
            form: String::new(),
            division: "370402".into(),
            aliases: Vec::new(),
            nonconforming: false,
            provisional: false,
            source: "test".into(),
        };
        self.desk
            .record(&Actor::operator(), Event::EntityRegistered(entity))
            .unwrap();
        code
    }

    pub fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    pub fn order(&self, filer: Code, file: PathBuf) -> Order {
        Order {
            source: "penalty-2018".into(),
            filer,
            actor: Actor::operator(),
            answer: Some(file.with_extension("answer")),
            file,
            mode: Mode::New,
            dry_run: false,
        }
    }

    pub fn file(&self, filer: Code, rows: &[Row<'_>]) -> Summary {
        self.take(&self.order(filer, self.write("in.csv", &table(filer, rows))))
            .unwrap()
    }

    pub fn take(&self, order: &Order) -> Result<Summary, NotTaken> {
        self.desk.intake(order, &mut |_| {})
    }

    pub fn size(&self) -> u64 {
        self.desk.store.size().unwrap()
    }
}

pub fn entity_code(number: u32) -> Code {
    with_check(&format!("91370402MAY{number:06}")).unwrap()
}

/// One penalty as a clerk types it.
#[derive(Debug, Clone)]
pub struct Row<'a> {
    pub name: &'a str,
    pub code: String,
    pub docket: &'a str,
    pub kind: &'a str,
    pub fine: &'a str,
    pub decided: &'a str,
    pub organ: Option<Code>,
    pub text: &'a str,
}

impl<'a> Row<'a> {
    pub fn new(code: Code, name: &'a str, docket: &'a str) -> Self {
        Self {
            name,
            code: code.to_string(),
            docket,
            kind: "罚款",
            fine: "0.5",
            decided: "2026/05/12",
            organ: None,
            text: "经营标签不符合规定的预包装食品",
        }
    }
}

/// The rows as a penalty-2018 table with code headers.
pub fn table(filer: Code, rows: &[Row<'_>]) -> String {
    let mut text = String::from(
        "CF_XDR_MC,CF_XDR_LB,CF_XDR_SHXYM,CF_FRDB,CF_WSH,CF_WFXW,CF_SY,CF_YJ,CF_CFLB,CF_NR,CF_NR_FK,CF_JDRQ,CF_CFJG,CF_CFJGDM,CF_SJLY,CF_SJLYDM\n",
    );
    for row in rows {
        let organ = row.organ.unwrap_or(filer);
        let Row {
            name,
            code,
            docket,
            kind,
            fine,
            decided,
            text: fact,
            ..
        } = row;
        text.push_str(&format!(
            "{name},法人及非法人组织,{code},拟某,{docket},违反规定,{fact},《拟州条例》第三条,{kind},依法处罚,{fine},{decided},拟州市局,{organ},拟州市局,{filer}\n"
        ));
    }
    text
}
