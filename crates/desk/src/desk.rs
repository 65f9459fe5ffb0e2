//! The desk: what every use case works with.

use crate::clock::Clock;
use crate::index::Index;
use crate::ports::{Committed, Done, More, Sealed, Store, Transaction, Work};
use crate::{Fault, Place, publication};
use domain::basis::Basis;
use domain::code::Code;
use domain::entity::Organ;
use domain::filing::{Filed, Key};
use domain::ledger::entry::{Salt, Seed, Stated};
use domain::ledger::event::Redacted;
use domain::ledger::{Entry, Event, Suite, codec};
use law::Pack;
use std::fmt;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, PoisonError, RwLock, mpsc};

/// Who acts, and for which organ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// Name of the account; `operator` on the command line, `timer` for what the date asks for.
    pub name: String,
    pub organ: Option<Code>,
}

impl Actor {
    /// The platform itself, when a date is reached.
    pub fn timer() -> Self {
        Self {
            name: "timer".to_owned(),
            organ: None,
        }
    }

    /// Whoever has the machine's command line.
    pub fn operator() -> Self {
        Self {
            name: "operator".to_owned(),
            organ: None,
        }
    }
}

/// Fresh randomness for the salts of entries. Simulations pass their own.
pub type Salts = Arc<dyn Fn() -> Result<Salt, Fault> + Send + Sync>;

/// Signs a text that ends with a line end; gives the whole note.
pub type Signing = Arc<dyn Fn(&str) -> Result<String, Fault> + Send + Sync>;

/// What must not be known outside.
#[derive(Clone)]
pub struct Secrets {
    pub salts: Salts,
    /// Mixed into the keys of natural persons' records, which stand in the ledger for ever: without
    /// it nobody can test whether a document was about a certain person.
    ///
    /// LOST: a person's decision filed a second time is no longer recognised as the same.
    pub persons: Arc<str>,
    /// Signs a text as a note by the key of the ledger: messages that leave the house.
    pub sign: Signing,
    /// Draws seeds that anybody can check, where the house has a key for it.
    pub vrf: Option<Arc<dyn Vrf>>,
}

/// A verifiable random function (RFC 9381) under a key of the house.
pub trait Vrf: Send + Sync {
    /// Hexadecimal digits of the public key.
    fn key(&self) -> String;
    /// Hexadecimal digits of the proof for a text, and what it proves.
    fn prove(&self, alpha: &[u8]) -> (String, [u8; 64]);
}

/// A work handed in and not yet durable.
#[derive(Debug)]
pub struct Pending<T> {
    answered: mpsc::Receiver<Result<Committed, Fault>>,
    results: mpsc::Receiver<T>,
}

impl<T> Pending<T> {
    /// Waits until the work ran and gives what it came to, once; nothing where it failed. It is not
    /// durable yet and may still be undone.
    pub(crate) fn ran(&self) -> Option<T> {
        self.results.recv().ok()
    }

    /// Waits until the work is durable.
    pub(crate) fn durable(&self) -> Result<Committed, Fault> {
        self.answered.recv().map_err(|_| stopped())?
    }

    /// Waits until the work is durable and gives what it came to.
    pub fn wait(self) -> Result<(T, Committed), Fault> {
        let committed = self.durable()?;
        Ok((self.ran().ok_or_else(stopped)?, committed))
    }
}

/// Store, law, sources, index and clock in one hand. Cheap to clone.
#[derive(Clone)]
pub struct Desk {
    pub store: Arc<dyn Store>,
    pub sources: Arc<crate::intake::Sources>,
    pub index: Arc<Index>,
    pub clock: Arc<dyn Clock>,
    /// The pack in force; replaced whole when another is adopted.
    pub(crate) law: Arc<RwLock<Arc<Pack>>>,
    /// The pack that came with the program or was named by the operator. It decides only in a new
    /// ledger; elsewhere it has to be proposed and signed like any other.
    pub offered: Arc<Pack>,
    secrets: Secrets,
    /// The adoption of law after which all open procedures were looked at by this process.
    pub(crate) swept: Arc<AtomicU64>,
}

impl fmt::Debug for Secrets {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Secrets")
    }
}

impl fmt::Debug for Desk {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Desk")
            .field("store", &self.store)
            .finish_non_exhaustive()
    }
}

impl Desk {
    /// Opens the desk: loads the index and the law pack in force. A new ledger begins with `offered`.
    pub fn open(
        store: Arc<dyn Store>,
        offered: Arc<Pack>,
        sources: Arc<crate::intake::Sources>,
        clock: Arc<dyn Clock>,
        secrets: Secrets,
    ) -> Result<Self, Fault> {
        let index = Arc::new(Index::default());
        let loader = Arc::clone(&store);
        let target = Arc::clone(&index);
        store.attach(index.clone(), &mut || target.load(loader.as_ref()))?;
        let desk = Self {
            store,
            sources,
            index,
            clock,
            law: Arc::new(RwLock::new(Arc::clone(&offered))),
            offered,
            secrets,
            swept: Arc::new(AtomicU64::new(0)),
        };
        desk.found()?;
        desk.follow_law()?;
        Ok(desk)
    }

    /// The law pack in force.
    pub fn law(&self) -> Arc<Pack> {
        Arc::clone(&self.law.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Hashes and encodes an event, outside the writer.
    pub fn seal(
        &self,
        actor: &Actor,
        event: Event,
        values: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Sealed, Fault> {
        let bases = event.bases();
        self.seal_on(actor, event, bases, values)
    }

    /// The same for an event whose articles stand in its values.
    pub(crate) fn seal_on(
        &self,
        actor: &Actor,
        event: Event,
        bases: Vec<Basis>,
        values: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Sealed, Fault> {
        let (head, texts) = head(&event)?;
        let values: Vec<(String, String)> = texts.into_iter().chain(values).collect();
        let stated = values
            .iter()
            .map(|(name, text)| (name.as_str(), text.as_str()));
        self.seal_stated(actor, event, bases, head, &stated.collect::<Vec<_>>())
    }

    /// The same for a row of a table, whose values stay where they are. No text of a filing is lifted
    /// out of its head.
    pub(crate) fn seal_row(
        &self,
        actor: &Actor,
        filed: Filed,
        stated: &[Stated<'_>],
    ) -> Result<Sealed, Fault> {
        let event = Event::Filed(Box::new(filed));
        let ((head, _), bases) = (head(&event)?, event.bases());
        self.seal_stated(actor, event, bases, head, stated)
    }

    fn seal_stated(
        &self,
        actor: &Actor,
        event: Event,
        bases: Vec<Basis>,
        head: String,
        stated: &[Stated<'_>],
    ) -> Result<Sealed, Fault> {
        let (suite, salt) = (self.store.suite(), self.salt()?);
        let mut entry = Entry {
            at: self.clock.now(),
            actor: actor.name.clone(),
            organ: actor
                .organ
                .map_or_else(String::new, |code| code.as_str().to_owned()),
            entity: event.entity(),
            kind: event.kind().to_owned(),
            law: self.law().digest().to_owned(),
            bases,
            head,
            seed: (!stated.is_empty()).then_some(Seed { suite, salt }),
            values: Vec::new(),
        };
        let (leaf, body) = (
            entry.leaf_of(suite, &salt, stated),
            codec::encode_stated(&entry, stated),
        );
        // Many thousand entries wait for a commit at once, and the body has it.
        entry.head = String::new();
        Ok(Sealed {
            public: publication::public_of(&event, stated, &self.sources),
            event: Box::new(event),
            entry,
            body,
            leaf,
        })
    }

    /// Runs `work` in the next group commit and waits until it is durable.
    pub fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut dyn Transaction) -> Result<T, Fault> + Send + 'static,
    ) -> Result<(T, Committed), Fault> {
        self.start(work).wait()
    }

    /// Hands `work` in for the next group commit and returns at once.
    pub fn start<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut dyn Transaction) -> Result<T, Fault> + Send + 'static,
    ) -> Pending<T> {
        let (work, done, pending) = split(work);
        self.store.submit(work, done);
        pending
    }

    /// The same for many thousand appends, in a commit they share with other such works only.
    pub(crate) fn start_block<T: Send + 'static>(
        &self,
        more: More,
        work: impl FnOnce(&mut dyn Transaction) -> Result<T, Fault> + Send + 'static,
    ) -> Pending<T> {
        let (work, done, pending) = split(work);
        self.store.submit_block(work, more, done);
        pending
    }

    /// Seals and appends one event that needs no look at the state.
    pub fn record(&self, actor: &Actor, event: Event) -> Result<u64, Fault> {
        let sealed = self.seal(actor, event, [])?;
        self.write(move |transaction| transaction.append(sealed))
            .map(|(seq, _)| seq)
    }

    /// Enters an organ into the register of organs, unless it is there under this name.
    pub fn register_organ(&self, actor: &Actor, organ: Organ) -> Result<bool, Fault> {
        let code = organ.code;
        let sealed = self.seal(actor, Event::OrganRegistered(organ.clone()), [])?;
        let (added, _) = self.write(move |transaction| {
            if transaction
                .organ(&code)?
                .is_some_and(|known| known == organ)
            {
                return Ok(false);
            }
            transaction.append(sealed).map(|_| true)
        })?;
        Ok(added)
    }

    /// Erases values of an entry; the entry's leaf and the tree stay what they were.
    pub fn redact(
        &self,
        actor: &Actor,
        seq: u64,
        names: Vec<String>,
        reason: String,
    ) -> Result<usize, Fault> {
        let suite = self.store.suite();
        let event = Redacted {
            entry: seq,
            names: names.clone(),
            reason,
        };
        let sealed = self.seal(actor, Event::Redacted(event), [])?;
        let (count, _) = self.write(move |transaction| {
            let Some(mut entry) = transaction.entry(seq)? else {
                return Ok(0);
            };
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let count = entry.redact(suite, &names);
            if count > 0 {
                transaction.redact(seq, &entry)?;
                transaction.append(sealed)?;
            }
            Ok(count)
        })?;
        Ok(count)
    }

    /// Fresh randomness.
    pub(crate) fn salt(&self) -> Result<Salt, Fault> {
        (self.secrets.salts)()
    }

    pub(crate) fn secrets(&self) -> &Secrets {
        &self.secrets
    }

    /// The key by which a natural person is named in procedures: it leads nowhere without the secret.
    pub fn key_of(&self, identity: &str) -> domain::person::Key {
        let digest = Suite::International.digest(&[self.secrets.persons.as_bytes()]);
        domain::person::Key::of(digest.as_bytes(), identity)
    }

    /// The key under which a person's record is found again, unguessable without the secret.
    pub(crate) fn person_key(&self, key: Key) -> Key {
        Key::of([self.secrets.persons.as_ref(), &key.to_string()])
    }
}

fn stopped() -> Fault {
    Fault::new(Place::Store, "writer stopped")
}

/// A work as the store takes it, and where its result arrives.
fn split<T: Send + 'static>(
    work: impl FnOnce(&mut dyn Transaction) -> Result<T, Fault> + Send + 'static,
) -> (Work, Done, Pending<T>) {
    let (answer, answered) = mpsc::sync_channel(1);
    let (result, results) = mpsc::sync_channel(1);
    let work = move |transaction: &mut dyn Transaction| {
        let value = work(transaction)?;
        result
            .send(value)
            .map_err(|_| Fault::broken("nobody waits"))
    };
    let done = move |committed| {
        // The waiting side may have given up; then there is nobody to tell.
        let _ = answer.send(committed);
    };
    (
        Box::new(work),
        Box::new(done),
        Pending { answered, results },
    )
}

/// The head of the entry that states the event, and the texts that stand in its values.
fn head(event: &Event) -> Result<(String, Vec<(String, String)>), Fault> {
    event
        .head()
        .map_err(|error| Fault::broken(error.to_string()))
}
