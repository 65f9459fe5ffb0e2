//! An invented city: codes, events and the sealed entries made of them.

use desk::Fault;
use desk::ports::{Committed, Masked, Sealed, Store, Transaction};
use domain::basis::Basis;
use domain::code::Code;
use domain::duty::Due;
use domain::entity::{Organ, Registered};
use domain::filing::{Classed, Filed, Key, duty_key};
use domain::intake::docket;
use domain::ledger::checkpoint::{Checkpoint, Note, Signature};
use domain::ledger::entry::Seed;
use domain::ledger::{Entry, Event, Suite, codec};
use domain::publication::{Publication, Window};
use domain::record::{Act, Severity};
use jiff::civil::{Date, date};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::sync_channel;
use store::{Options, Sqlite};

pub const SUITE: Suite = Suite::International;
pub const TODAY: Date = date(2026, 5, 22);

/// A folder of its own for each test, gone afterwards.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new(name: &str) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!(
            "chengheng-store-{name}-{}-{number}",
            std::process::id()
        ));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub fn file(&self) -> PathBuf {
        self.0.join("chengheng.db")
    }

    pub fn options(&self) -> Options {
        let mut options = Options::new(
            self.file(),
            SUITE,
            "test.example/log",
            Arc::new(unsigned_note),
        );
        options.public = Arc::new(public);
        options
    }

    pub fn open(&self) -> Sqlite {
        Sqlite::open(self.options()).unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The form of a note, with a signature nobody checks here: keys are not the store's business.
pub fn unsigned_note(stated: &Checkpoint) -> Result<String, Fault> {
    let name = "test".to_owned();
    let signature = Signature {
        name,
        key_id: 1,
        bytes: vec![7; 64],
    };
    Ok(Note {
        text: stated.to_string(),
        signatures: vec![signature],
    }
    .to_string())
}

/// What the public sees of a filed record in these tests: its content.
pub fn public(event: &Event, entry: &Entry) -> Option<Masked> {
    let Event::Filed(filed) = event else {
        return None;
    };
    filed.publication.window()?;
    Some(Masked {
        columns: r#"["处罚内容","罚款金额"]"#.into(),
        texts: serde_json::to_string(&[entry.value("content"), None]).ok()?,
    })
}

pub fn seal(event: Event, values: &[(&str, &str)]) -> Sealed {
    let values = values
        .iter()
        .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
    let entry = Entry {
        at: 1_795_395_600_000,
        actor: "clerk".into(),
        organ: organ_code(1).to_string(),
        entity: event.entity(),
        kind: event.kind().into(),
        law: "test".into(),
        bases: vec![basis()],
        head: serde_json::to_string(&event).unwrap(),
        values: Entry::seal_values(SUITE, &[5; 16], values),
        seed: Some(Seed {
            suite: SUITE,
            salt: [5; 16],
        }),
    };
    let public = public(&event, &entry);
    Sealed {
        body: codec::encode(&entry),
        leaf: entry.leaf(SUITE),
        event: Box::new(event),
        entry,
        public,
    }
}

/// Appends in one work and waits; returns the numbers of the entries.
pub fn append(store: &dyn Store, sealed: Vec<Sealed>) -> Result<(Vec<u64>, Committed), Fault> {
    let (tell, told) = sync_channel(1);
    let committed = submit(store, move |tx| {
        let seqs = sealed
            .into_iter()
            .map(|sealed| tx.append(sealed))
            .collect::<Result<Vec<_>, _>>();
        tell.send(seqs?).unwrap();
        Ok(())
    })?;
    Ok((told.recv().unwrap(), committed))
}

pub fn submit(
    store: &dyn Store,
    work: impl FnOnce(&mut dyn Transaction) -> Result<(), Fault> + Send + 'static,
) -> Result<Committed, Fault> {
    let (tell, told) = sync_channel(1);
    store.submit(
        Box::new(work),
        Box::new(move |outcome| tell.send(outcome).unwrap()),
    );
    told.recv().unwrap()
}

/// Asks something inside a transaction.
pub fn ask<T: Send + 'static>(
    store: &dyn Store,
    question: impl FnOnce(&mut dyn Transaction) -> Result<T, Fault> + Send + 'static,
) -> T {
    let (tell, told) = sync_channel(1);
    submit(store, move |tx| {
        tell.send(question(tx)?).unwrap();
        Ok(())
    })
    .unwrap();
    told.recv().unwrap()
}

/// Invented codes: their check characters hold no promise, which is no matter of the store.
pub fn entity_code(number: u32) -> Code {
    Code::read(&format!("9137040{number:011}")).unwrap()
}

pub fn organ_code(number: u32) -> Code {
    Code::read(&format!("1137040{number:011}")).unwrap()
}

pub fn basis() -> Basis {
    Basis {
        statute: "cn/test".into(),
        article: "1".into(),
        confirmed: false,
    }
}

pub fn organ(number: u32, name: &str) -> Sealed {
    let (code, name) = (organ_code(number), name.to_owned());
    let division = "370400".to_owned();
    seal(
        Event::OrganRegistered(Organ {
            code,
            name,
            parent: None,
            division,
        }),
        &[],
    )
}

pub fn registered(number: u32, name: &str) -> Registered {
    Registered {
        code: entity_code(number),
        name: name.into(),
        registered: Some(date(2015, 3, 1)),
        address: "光明路一号".into(),
        form: "有限责任公司".into(),
        division: "370400".into(),
        aliases: vec![format!("3704002{number:08}")],
        nonconforming: false,
        provisional: false,
        source: "registry".into(),
    }
}

pub fn entity(number: u32, name: &str) -> Sealed {
    seal(Event::EntityRegistered(registered(number, name)), &[])
}

pub fn key(number: u32) -> Key {
    let document = duty_key(&organ_code(1), &docket_of(number));
    docket::key("organ", &docket_of(number), "party", &[]).within(document)
}

pub fn docket_of(number: u32) -> String {
    format!("枣市监罚〔2026〕{number}号")
}

pub fn due() -> Due {
    Due {
        opened: date(2026, 5, 12),
        budget: 7,
        last: Some(date(2026, 5, 21)),
        basis: basis(),
    }
}

pub fn filed(number: u32) -> Filed {
    let window = Window {
        repairable: date(2026, 8, 12),
        hidden: date(2027, 5, 12),
        basis: basis(),
    };
    Filed {
        source: "penalty-2018".into(),
        act: Act::Penalty,
        organ: organ_code(1),
        organ_name: "市场监管局".into(),
        filer: organ_code(1),
        entity: Some(entity_code(1)),
        docket: docket_of(number),
        key: key(number),
        decided: date(2026, 5, 12),
        filed: TODAY,
        valid_until: None,
        severity: Some(Classed {
            class: Severity::Ordinary,
            basis: basis(),
            stated: true,
        }),
        procedure: None,
        kinds: vec!["罚款".into()],
        due: Some(due()),
        publication: Publication::Shown {
            from: TODAY,
            window,
        },
        version: 1,
        corrects: None,
        fine: None,
    }
}

pub fn penalty(number: u32) -> Sealed {
    seal(
        Event::Filed(Box::new(filed(number))),
        &[("content", "罚款一万元"), ("name", "某甲")],
    )
}
