//! Ports: what the desk needs from a store. `store` implements them; no SQL stands here.
//!
//! There is one way to write: [`Store::submit`] hands in a piece of work, the single writer runs it
//! within the next group commit, and `done` is called after the commit is on disk. A work that
//! fails is rolled back alone; its neighbours in the same commit are not touched.
//!
//! Reads are cut by use case and may run on any thread, beside the writer.

mod grades;
mod inspections;
mod packs;
mod procedures;

pub use grades::{Dossier, GradeRow, Grades, RunRow};
pub use inspections::{Burden, Inspected, Inspections, OrganBurden, Overdue};
pub use packs::{Adoption, Draft, Files, Packs};
pub use procedures::{
    ClockFilter, ClockLine, Contact, Filter, Laggard, ListedRow, Numbered, Pledge, Procedures, Row,
    Waiting,
};

use crate::Fault;
use domain::code::Code;
use domain::duty::{self, Due, State};
use domain::entity::{Doubted, Organ, Registered};
use domain::exchange::{self, Partner, Pending, Reference};
use domain::filing::{Key, Submission};
use domain::ledger::{Entry, Event, Hash, Suite};
use domain::publication::Window;
use domain::record::{Act, Severity};
use domain::repair::{Ease, Unrepairable};
use jiff::civil::Date;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// An entry ready to be appended: hashed and encoded outside the writer.
#[derive(Debug, Clone)]
pub struct Sealed {
    /// In a box of its own: it is handed from thread to thread, and some events are large.
    pub event: Box<Event>,
    /// Without its head and its values, which stand in `event` and `body`.
    pub entry: Entry,
    /// As `domain::ledger::codec` encodes the whole entry.
    pub body: Vec<u8>,
    pub leaf: Hash,
    /// Absent unless it is a filed record that is shown.
    pub public: Option<Masked>,
}

/// The public part of a filed record after masking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Masked {
    /// Chinese names of the public columns of its source, as JSON.
    pub columns: Arc<str>,
    /// One text for each of them, `null` where it is empty, as JSON.
    pub texts: String,
}

/// A piece of work inside the writer's transaction.
pub type Work = Box<dyn FnOnce(&mut dyn Transaction) -> Result<(), Fault> + Send>;
/// Called once, after the commit that holds the work is durable, or with what went wrong.
pub type Done = Box<dyn FnOnce(Result<Committed, Fault>) + Send>;

/// What a commit leaves behind.
#[derive(Debug, Clone)]
pub struct Committed {
    /// Signed checkpoint (C2SP note) of the tree after this commit.
    pub checkpoint: Arc<str>,
    pub size: u64,
    /// Inclusion proofs for the entries this work asked proofs for.
    pub proofs: Vec<(u64, Vec<Hash>)>,
}

/// Reads and appends within one transaction. Views follow each append at once.
pub trait Transaction {
    /// Appends and projects into the views; returns the sequence number (0 is the first entry).
    fn append(&mut self, sealed: Sealed) -> Result<u64, Fault>;
    /// Asks for an inclusion proof of this entry in the coming checkpoint.
    fn prove(&mut self, seq: u64);
    /// The filed record in force under this key.
    fn standing(&mut self, key: &Key) -> Result<Option<Standing>, Fault>;
    /// The filed record with this sequence number.
    fn record(&mut self, seq: u64) -> Result<Option<Standing>, Fault>;
    /// Shown records whose end is `today` or earlier, oldest end first.
    fn ending(&mut self, today: Date, limit: usize) -> Result<Vec<Standing>, Fault>;
    /// Duties not done yet whose last reminder stage may have risen, in order of opening.
    fn open_duties(&mut self, after: u64, limit: usize) -> Result<Vec<OpenDuty>, Fault>;
    /// Whether there is a duty under [`domain::filing::duty_key`], done or not.
    fn has_duty(&mut self, kind: duty::Kind, key: &Key) -> Result<bool, Fault>;
    /// The earlier hand-in of the same bytes by the same organ for the same source.
    fn submission(&mut self, source: &str, filer: &Code, file: &str) -> Result<Option<u64>, Fault>;
    fn organ(&mut self, code: &Code) -> Result<Option<Organ>, Fault>;
    fn entity(&mut self, code: &Code) -> Result<Option<Profile>, Fault>;
    fn entry(&mut self, seq: u64) -> Result<Option<Entry>, Fault>;
    /// Whether a person has this document in his queue already (R34).
    fn doubted(&mut self, code: &Code, docket: &str) -> Result<bool, Fault>;
    /// Whether this case was already reported as decided by this organ.
    fn case(&mut self, organ: &Code, case_no: &str) -> Result<bool, Fault>;
    /// Digest of the law pack adopted last.
    fn adopted(&mut self) -> Result<Option<String>, Fault>;
    /// Keeps the texts of a pack; the same pack twice changes nothing.
    fn keep_pack(&mut self, digest: &str, files: &Files) -> Result<(), Fault>;
    fn proposal(&mut self, seq: u64) -> Result<Option<domain::statute::Standing>, Fault>;
    /// Number of the next entry.
    fn next(&mut self) -> u64;
    /// The steps of a procedure, oldest first; empty where there is none.
    fn steps(&mut self, procedure: u64) -> Result<Vec<(u64, Event)>, Fault>;
    /// Procedures in order of their numbers.
    fn procedures(&mut self, filter: &Filter) -> Result<Vec<Row>, Fault>;
    /// What eased a record or let it come back, oldest first.
    fn eased(&mut self, record: u64) -> Result<Vec<(Ease, Date)>, Fault>;
    /// The records of a document that are not superseded, whoever their entities are.
    fn of_document(&mut self, organ: &Code, docket: &str) -> Result<Vec<Standing>, Fault>;
    /// Number of the next message to other platforms.
    fn next_serial(&mut self) -> Result<u64, Fault>;
    /// The message of this number with what came back.
    fn message(&mut self, serial: u64) -> Result<Option<Pending>, Fault>;
    /// Messages that somebody has not answered whose time is over on `today`.
    fn overdue(&mut self, today: Date) -> Result<Vec<Pending>, Fault>;
    /// Whether any other platform ever said anything.
    fn hears(&mut self) -> Result<bool, Fault>;
    /// What other platforms said about a record, in the order of the ledger.
    fn heard(&mut self, reference: &Reference) -> Result<Vec<exchange::Event>, Fault>;
    fn partners(&mut self) -> Result<Vec<Partner>, Fault>;
    /// Organs that looked an entity up since a day.
    fn lookers(&mut self, entity: &Code, since: Date) -> Result<Vec<Code>, Fault>;
    /// The ways to reach somebody outside the house.
    fn contacts(&mut self, of: &str) -> Result<Vec<Contact>, Fault>;
    /// 承诺编码 that are in use among these.
    fn numbers(&mut self, asked: &[String]) -> Result<BTreeSet<String>, Fault>;
    /// Whether both documents of a record were served together.
    fn told(&mut self, record: u64) -> Result<bool, Fault>;
    /// Filed records of an entity that are neither superseded nor revoked.
    fn records_of(&mut self, entity: &Code) -> Result<Vec<Standing>, Fault>;
    /// Until when the law forbids the repair of a record, as an organ marked it.
    fn unrepairable(&mut self, record: u64) -> Result<Option<Unrepairable>, Fault>;
    /// Keeps the frame of a draw; its digest stands in the ledger.
    fn keep_frame(&mut self, draw: u64, frame: &KeptFrame) -> Result<(), Fault>;
    fn frame(&mut self, draw: u64) -> Result<Option<KeptFrame>, Fault>;
    /// Replaces the stored body of an entry by one with redacted values; the leaf must be the same.
    fn redact(&mut self, seq: u64, entry: &Entry) -> Result<(), Fault>;
}

/// The frame of a draw as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptFrame {
    /// What is published.
    pub text: String,
    /// Codes of the objects in the order of the frame, 18 bytes each; nobody outside sees them.
    pub codes: Vec<u8>,
}

/// Frames of draws, and whom they are made of.
pub trait Frames {
    fn frame(&self, draw: u64) -> Result<Option<KeptFrame>, Fault>;
    /// Streams every organisation that has a grade, in order of codes: far quicker than with the others.
    fn each_graded(&self, visit: &mut dyn FnMut(Code, &str)) -> Result<(), Fault>;
    /// Streams every organisation in order of codes: code, division, grade.
    fn each_candidate(&self, visit: &mut dyn FnMut(Code, &str, Option<&str>)) -> Result<(), Fault>;
    /// Who holds a licence that this organ gave and did not take back.
    fn licensed_by(&self, organ: &Code) -> Result<BTreeSet<Code>, Fault>;
}

/// A filed record as it stands now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    pub seq: u64,
    pub source: String,
    pub act: Act,
    pub organ: Code,
    pub filer: Code,
    pub entity: Option<Code>,
    pub docket: String,
    pub key: Key,
    pub decided: Date,
    pub version: u32,
    /// The window, while the record is on the portal.
    pub shown: Option<Window>,
    pub revoked: bool,
}

/// A duty as it stands now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenDuty {
    /// The entry that opened it.
    pub seq: u64,
    pub kind: duty::Kind,
    pub organ: Code,
    pub docket: String,
    /// [`domain::filing::duty_key`].
    pub key: Key,
    pub due: Due,
    /// Greatest reminder stage already sent.
    pub reminded: u16,
}

/// Learns of every commit, in order, on the writer's thread, before anybody is answered.
pub trait Follower: Send + Sync {
    fn follow(&self, events: &[(u64, Box<Event>)]);
}

/// Whether the one who hands in a block has another one to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum More {
    Follows,
    Ends,
}

/// Everything a store does.
pub trait Store:
    Ledger
    + Registry
    + Portal
    + Duties
    + Filings
    + Cases
    + Grades
    + Frames
    + Inspections
    + Packs
    + Procedures
    + Accounts
    + Send
    + Sync
    + std::fmt::Debug
{
    /// Hands in work for the next group commit and returns at once.
    fn submit(&self, work: Work, done: Done);
    /// The same for a work of many thousand appends. It shares a commit with other such works only,
    /// and if one of them fails none is kept: nothing has to be kept apart. Where more is to follow
    /// the store may wait a while for it; a work of any other sort ends the waiting.
    fn submit_block(&self, work: Work, more: More, done: Done);
    /// Names who is told of every commit. The follower first receives nothing: it loads by itself
    /// (see [`Registry::each_entity`]) inside `load`, which runs while no commit can happen.
    fn attach(
        &self,
        follower: Arc<dyn Follower>,
        load: &mut dyn FnMut() -> Result<(), Fault>,
    ) -> Result<(), Fault>;
    /// Appends that other processes made since: brings edge and follower up to date.
    /// Called every second by a server.
    fn catch_up(&self) -> Result<u64, Fault>;
    /// A consistent copy while serving.
    fn backup(&self, to: &std::path::Path) -> Result<(), Fault>;
}

/// The log as such.
pub trait Ledger {
    fn suite(&self) -> Suite;
    /// Name of this log in checkpoints.
    fn origin(&self) -> String;
    fn size(&self) -> Result<u64, Fault>;
    /// The latest signed checkpoint.
    fn checkpoint(&self) -> Result<Arc<str>, Fault>;
    fn entry(&self, seq: u64) -> Result<Option<Entry>, Fault>;
    fn leaf(&self, seq: u64) -> Result<Option<Hash>, Fault>;
    /// Inclusion proof of `seq` in the tree of `size` leaves.
    fn inclusion(&self, seq: u64, size: u64) -> Result<Vec<Hash>, Fault>;
    fn consistency(&self, old: u64, new: u64) -> Result<Vec<Hash>, Fault>;
    /// Hashes of a C2SP tile: `width` of them (256 = full), concatenated; `None` if beyond the tree.
    fn tile(&self, level: u8, index: u64, width: u16) -> Result<Option<Vec<u8>>, Fault>;
    /// Re-reads every entry, leaf, tile and the checkpoint; names the first bad entry (R7).
    fn verify(&self, progress: &mut dyn FnMut(u64, u64)) -> Result<Verified, Fault>;
    /// Makes the views anew from the entries and compares digests of every view (R38).
    fn rebuild(&self, progress: &mut dyn FnMut(u64, u64)) -> Result<Rebuilt, Fault>;
    /// Entries after `after`, oldest first: the feed and the history of one entity.
    fn changes(&self, after: Option<u64>, limit: usize) -> Result<Vec<(u64, Entry)>, Fault>;
    fn history(&self, entity: &Code, limit: usize) -> Result<Vec<(u64, Entry)>, Fault>;
}

/// Result of `ledger verify`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verified {
    pub entries: u64,
    pub root: String,
    /// The first entry (or tile, or the checkpoint) that does not hold, and why (Chinese).
    pub broken: Option<(u64, String)>,
}

/// Result of `ledger rebuild`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rebuilt {
    pub entries: u64,
    /// View → (digest before, digest after).
    pub views: BTreeMap<String, (String, String)>,
}

impl Rebuilt {
    pub fn equal(&self) -> bool {
        self.views.values().all(|(before, after)| before == after)
    }
}

/// Entities and organs.
pub trait Registry {
    fn profile(&self, code: &Code) -> Result<Option<Profile>, Fault>;
    /// Entities by old number.
    fn by_alias(&self, alias: &str) -> Result<Vec<Profile>, Fault>;
    /// Candidates for a text: `tokens` and `initials` as `desk::search` makes them; best first.
    fn find(&self, query: &crate::search::Query, limit: usize) -> Result<Vec<Hit>, Fault>;
    fn organs(&self) -> Result<Vec<Organ>, Fault>;
    /// Documents whose party nobody could settle, latest first. One leaves the queue when the
    /// register takes the stated name over or the document is filed anew.
    fn doubts(&self, filer: Option<&Code>, limit: usize) -> Result<Vec<(u64, Doubted)>, Fault>;
    /// Streams all entities, for the in-memory index: compact and fast (1 M in about a second).
    fn each_entity(&self, visit: &mut dyn FnMut(EntityRow<'_>)) -> Result<(), Fault>;
    /// Streams former names (code, name).
    fn each_former_name(&self, visit: &mut dyn FnMut(&str, &str)) -> Result<(), Fault>;
    /// Streams the records on the portal now, for the in-memory index.
    fn each_shown(&self, visit: &mut dyn FnMut(Shown<'_>)) -> Result<(), Fault>;
    /// Last day on which each source was delivered.
    fn deliveries(&self) -> Result<BTreeMap<String, Date>, Fault>;
    fn count_entities(&self) -> Result<u64, Fault>;
}

/// An entity with the history of its names and numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Profile {
    #[serde(flatten)]
    pub registered: Registered,
    /// Former names with the day they were given up, latest first.
    pub former: Vec<(String, Date)>,
}

/// One candidate of a search.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Hit {
    pub code: Code,
    pub name: String,
    /// The former name or old number that matched, if it was not the present name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    pub provisional: bool,
}

/// One row of [`Registry::each_entity`].
#[derive(Debug, Clone, Copy)]
pub struct EntityRow<'a> {
    pub code: &'a str,
    pub name: &'a str,
    pub provisional: bool,
    pub nonconforming: bool,
}

/// One row of [`Registry::each_shown`]: everything an [`domain::screening::Effect`] needs.
#[derive(Debug, Clone, Copy)]
pub struct Shown<'a> {
    pub seq: u64,
    pub entity: &'a str,
    pub act: Act,
    pub docket: &'a str,
    pub organ: &'a str,
    pub decided: Date,
    pub severity: Option<Severity>,
    pub repairable: Date,
    pub ends: Date,
    pub statute: &'a str,
    pub article: &'a str,
    pub confirmed: bool,
}

/// What the public sees. Implementations read the publication view and nothing else (R10).
pub trait Portal {
    fn front(&self) -> Result<Front, Fault>;
    /// Records shown now about one entity, latest decision first.
    fn shown_of(&self, entity: &Code) -> Result<Vec<PublicRecord>, Fault>;
    fn shown(&self, seq: u64) -> Result<Option<PublicRecord>, Fault>;
    /// A page of one act, latest decision first; `after` is the last row of the page before.
    fn list(&self, act: Act, filter: &ListFilter) -> Result<Vec<PublicRecord>, Fault>;
    /// Withdrawn records with their public reasons (行政处罚法 art. 48), latest first.
    fn withdrawn(&self, limit: usize) -> Result<Vec<Withdrawal>, Fault>;
}

/// Figures of the home page.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Front {
    pub entities: u64,
    pub licences: u64,
    pub penalties: u64,
    pub organs: u64,
    pub latest: Vec<PublicRecord>,
}

/// A filter and a position for [`Portal::list`].
#[derive(Debug, Clone, Default)]
pub struct ListFilter {
    pub organ: Option<Code>,
    pub severity: Option<Severity>,
    /// (decided, seq) of the last row seen.
    pub after: Option<(Date, u64)>,
    pub limit: usize,
}

/// A published record: keys and the masked fields.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PublicRecord {
    pub seq: u64,
    pub act: Act,
    pub source: String,
    pub entity: Code,
    pub entity_name: String,
    pub organ: Code,
    pub organ_name: String,
    pub docket: String,
    pub decided: Date,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
    pub shown_from: Date,
    pub window: Window,
    /// (column name in Chinese, masked text), in the order of the table.
    pub fields: Vec<(String, String)>,
}

/// A record taken off because the decision lost its force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Withdrawal {
    pub docket: String,
    pub organ: Code,
    pub entity: Option<Code>,
    pub how: domain::filing::Revocation,
    pub reason: String,
    pub document: String,
    pub on: Date,
}

/// Duties and what the assessment needs of them.
pub trait Duties {
    fn duties(&self, filter: &DutyFilter) -> Result<Vec<DutyRow>, Fault>;
    /// Per organ: counts by state on `today`, for decisions made in [from, to].
    fn duty_figures(&self, from: Date, to: Date, today: Date) -> Result<Vec<DutyFigures>, Fault>;
    fn reminders(&self, organ: Option<&Code>, limit: usize) -> Result<Vec<Reminder>, Fault>;
}

/// Which duties to list.
#[derive(Debug, Clone, Default)]
pub struct DutyFilter {
    pub organ: Option<Code>,
    pub state: Option<State>,
    pub today: Option<Date>,
    pub after: Option<u64>,
    pub limit: usize,
}

/// One duty with its outcome.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DutyRow {
    pub seq: u64,
    pub kind: duty::Kind,
    pub organ: Code,
    pub organ_name: String,
    pub docket: String,
    pub due: Due,
    pub done: Option<Date>,
    pub state: State,
}

/// Counts of one organ's duties.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct DutyFigures {
    pub organ: String,
    pub organ_name: String,
    pub total: u64,
    pub in_time: u64,
    pub late: u64,
    pub overdue: u64,
    pub open: u64,
    pub unknown: u64,
}

/// A reminder that was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reminder {
    pub duty: u64,
    pub organ: Code,
    pub docket: String,
    pub stage: u16,
    pub on: Date,
}

/// What organs handed in.
pub trait Filings {
    fn submissions(
        &self,
        filer: Option<&Code>,
        limit: usize,
    ) -> Result<Vec<(u64, Submission)>, Fault>;
    /// The record in force for an organ and a docket as typed, for corrections and revocations.
    fn filed(&self, filer: &Code, docket: &str) -> Result<Vec<Standing>, Fault>;
}

/// Cases decided and looked up (应查尽查率).
pub trait Cases {
    /// Per organ in [from, to]: cases decided, and of those the ones with a receipt.
    fn screening_figures(&self, from: Date, to: Date) -> Result<Vec<ScreeningFigures>, Fault>;
    /// Decided cases without a receipt, latest first.
    fn unscreened(&self, organ: Option<&Code>, limit: usize) -> Result<Vec<CaseRow>, Fault>;
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct ScreeningFigures {
    pub organ: String,
    pub organ_name: String,
    pub decided: u64,
    pub screened: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CaseRow {
    pub organ: Code,
    pub matter: String,
    pub case_no: String,
    pub decided: Date,
}

/// Accounts of clerks and systems. Not part of the ledger: an account is no effect on an entity.
pub trait Accounts {
    fn account(&self, name: &str) -> Result<Option<Account>, Fault>;
    /// The account whose API key has this digest.
    fn account_by_key(&self, digest: &str) -> Result<Option<Account>, Fault>;
    fn put_account(&self, account: &Account) -> Result<(), Fault>;
    fn accounts(&self) -> Result<Vec<Account>, Fault>;
    fn put_session(&self, digest: &str, account: &str, until: i64) -> Result<(), Fault>;
    /// The account of a session that has not ended at `now`.
    fn session(&self, digest: &str, now: i64) -> Result<Option<Account>, Fault>;
    fn end_session(&self, digest: &str) -> Result<(), Fault>;
}

/// One account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    pub name: String,
    /// The person or system, as shown to colleagues.
    pub title: String,
    /// The organ it acts for; of an entity's account, the entity.
    pub organ: Option<Code>,
    /// Key of the natural person it belongs to (`domain::person::Key`); empty for all others.
    pub person: String,
    pub role: Role,
    /// Argon2 hash of the password (PHC string); empty for systems.
    pub password: String,
    /// Hexadecimal digest of the API key; empty for people.
    pub key: String,
    pub closed: bool,
}

/// What an account may do. Roles cannot be combined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// The city credit office: sees every organ's duties and figures.
    Office,
    /// A department: files, sees its own.
    Organ,
    /// The service hall: looks up.
    Counter,
    /// An organisation that looks after its own affairs.
    Entity,
    /// A natural person, who sees where he is linked, and nothing else.
    Person,
    /// Another platform.
    Partner,
}
