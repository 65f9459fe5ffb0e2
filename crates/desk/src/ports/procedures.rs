//! Procedures: commitments, listings, measures, repairs, objections and what belongs to them.
//!
//! A row is what the steps of a procedure add up to; the steps themselves stay in the ledger.

use crate::Fault;
use domain::basis::Basis;
use domain::code::Code;
use domain::exchange::{Partner, Pending};
use domain::ledger::Event;
use domain::notice::Moment;
use jiff::civil::Date;
use serde::Serialize;

/// An event with the number of its entry.
pub type Numbered = (u64, Event);

/// Reads about procedures.
pub trait Procedures {
    /// The steps of a procedure, oldest first; empty where there is none.
    fn steps(&self, procedure: u64) -> Result<Vec<(u64, Event)>, Fault>;
    /// Procedures, latest first unless they are asked for by the day on which they are due.
    fn procedures(&self, filter: &Filter) -> Result<Vec<Row>, Fault>;
    /// Streams the steps of procedures of a noun that are open, or in one of these states, for the index.
    fn each_open(
        &self,
        noun: &str,
        states: &[&str],
        visit: &mut dyn FnMut(&[Numbered]),
    ) -> Result<(), Fault>;
    /// Records that are eased now.
    fn each_eased(&self, visit: &mut dyn FnMut(u64)) -> Result<(), Fault>;
    /// Clocks of procedures.
    fn clocks(&self, filter: &ClockFilter) -> Result<Vec<ClockLine>, Fault>;
    /// The law said no: latest first.
    fn refusals(&self, limit: usize) -> Result<Vec<(u64, domain::procedure::Refused)>, Fault>;
    /// Listings the public may see on a day, latest decision first.
    fn listed(
        &self,
        day: Date,
        entity: Option<&Code>,
        list: Option<&str>,
        limit: usize,
    ) -> Result<Vec<ListedRow>, Fault>;
    /// Commitments the public may see on a day, latest first. One whose breach is over has left.
    fn pledged(&self, day: Date, entity: Option<&Code>, limit: usize)
    -> Result<Vec<Pledge>, Fault>;
    /// Objections to a record or a listing that are being worked on.
    fn disputes(&self, record: u64) -> Result<Vec<(u64, Option<String>, Date)>, Fault>;
    /// Receivers that did not acknowledge a repair in time (R97), as the public sees them.
    fn laggards(&self, limit: usize) -> Result<Vec<Laggard>, Fault>;
    fn partners(&self) -> Result<Vec<Partner>, Fault>;
    /// Messages for a receiver that it has not answered, oldest first, after this number.
    fn messages(&self, receiver: &str, after: u64, limit: usize) -> Result<Vec<Pending>, Fault>;
    /// All messages with what came back, latest first.
    fn sent(&self, limit: usize) -> Result<Vec<Pending>, Fault>;
    /// Streams what other platforms said and what organs decided about it, in the order of the ledger.
    fn each_heard(&self, visit: &mut dyn FnMut(domain::exchange::Event)) -> Result<(), Fault>;
    /// Notices whose time has come.
    fn waiting(&self, now: Moment, limit: usize) -> Result<Vec<Waiting>, Fault>;
    /// Notices in the box of somebody, latest first.
    fn inbox(&self, of: &str, limit: usize) -> Result<Vec<Waiting>, Fault>;
    /// One notice in the box of somebody.
    fn letter(&self, of: &str, id: u64) -> Result<Option<Waiting>, Fault>;
    /// How many notices in the box of somebody nobody has opened.
    fn unread(&self, of: &str) -> Result<u64, Fault>;
    /// Notices nobody could deliver, latest first.
    fn dead(&self, limit: usize) -> Result<Vec<Waiting>, Fault>;
    fn contacts(&self, of: &str) -> Result<Vec<Contact>, Fault>;
    /// Puts a way to reach somebody in the place of the former one; an empty address takes it away.
    fn put_contact(&self, contact: &Contact) -> Result<(), Fault>;
    /// Adverse records of an organ, or of all, whose repair notice was not served with them.
    fn untold(&self, organ: Option<&Code>, limit: usize) -> Result<Vec<super::Standing>, Fault>;
    /// Filed records of an entity that are neither superseded nor revoked.
    fn records_of(&self, entity: &Code) -> Result<Vec<super::Standing>, Fault>;
    fn record(&self, seq: u64) -> Result<Option<super::Standing>, Fault>;
    /// Until when the law forbids the repair of a record, as an organ marked it.
    fn unrepairable(&self, record: u64) -> Result<Option<domain::repair::Unrepairable>, Fault>;
    /// What eased a record or let it come back, oldest first.
    fn eased(&self, record: u64) -> Result<Vec<(domain::repair::Ease, Date)>, Fault>;
    /// What moved the last day of a seven-day duty, oldest first.
    fn shifts(&self, duty: u64) -> Result<Vec<domain::procedure::Shift>, Fault>;
}

/// Which procedures.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Word of the noun.
    pub noun: Option<String>,
    pub entity: Option<Code>,
    /// The organ that leads, or another that has a part in it.
    pub organ: Option<Code>,
    /// The record, listing or procedure it is about.
    pub about: Option<u64>,
    /// What it is about in a word: a list, a matter, a measure.
    pub topic: Option<String>,
    pub open: Option<bool>,
    /// The day asks for something on this day or before.
    pub due: Option<Date>,
    /// Open ones that were not touched since this entry.
    pub untouched: Option<u64>,
    /// Numbers greater than this in ascending order, or smaller than this in descending order.
    pub after: Option<u64>,
    /// Oldest first.
    pub ascending: bool,
    pub limit: usize,
}

/// A procedure as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    /// The entry that began it.
    pub id: u64,
    pub noun: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entity: Option<Code>,
    /// Who leads it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organ: Option<Code>,
    /// Another body with a part in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub other: Option<Code>,
    /// Further bodies, where more than two have a part in it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<Code>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<u64>,
    pub topic: String,
    /// What a user reads.
    pub state: String,
    pub open: bool,
    /// The entity was not told of it yet.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub internal: bool,
    pub opened: Date,
    /// The entry that touched it last.
    pub touched: u64,
}

/// Which clocks.
#[derive(Debug, Clone, Default)]
pub struct ClockFilter {
    /// Who owes.
    pub organ: Option<Code>,
    /// What the office owes.
    pub office: bool,
    /// Only those that are not done.
    pub open: bool,
    pub limit: usize,
}

/// One clock of a procedure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ClockLine {
    pub procedure: u64,
    pub noun: String,
    /// Word of `law/catalog/duties.toml`.
    pub duty: String,
    /// Absent where the office owes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organ: Option<Code>,
    pub opened: Date,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last: Option<Date>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub done: Option<Date>,
    pub late: bool,
    /// Ended with its procedure before it was done.
    pub void: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub escalated: Option<Date>,
    pub basis: Basis,
}

/// A listing as the public sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ListedRow {
    pub id: u64,
    pub list: String,
    pub list_name: String,
    pub kind: domain::blacklist::Kind,
    pub entity: Code,
    pub entity_name: String,
    pub organ: Code,
    pub organ_name: String,
    /// Number of the decision.
    pub document: String,
    pub on: Date,
    pub ends: Date,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub early: Option<Date>,
    /// The criteria that were met, in the words of the law.
    pub grounds: Vec<String>,
    pub exits: Vec<String>,
    pub appeal: String,
    pub basis: Basis,
}

/// A commitment as the public sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Pledge {
    pub id: u64,
    pub number: String,
    pub entity: Code,
    pub entity_name: String,
    pub kind: domain::commitment::Kind,
    pub matter: String,
    pub content: String,
    pub organ: Code,
    pub organ_name: String,
    pub made: Date,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    pub state: String,
    /// A determined breach: its document, and when it ends by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub broken: Option<(String, Date)>,
}

/// A receiver that has not answered in time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Laggard {
    pub serial: u64,
    pub receiver: String,
    pub name: String,
    /// What it should have done, in Chinese.
    pub says: String,
    pub last: Date,
    /// The day it answered after all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answered: Option<Date>,
}

/// A notice in the outbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Waiting {
    pub id: u64,
    pub notice: domain::notice::Notice,
    pub title: String,
    pub text: String,
}

/// A way to reach somebody outside the house. It stands in no entry: addresses are personal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// Code of an organisation or organ, or the key of a person.
    pub of: String,
    pub channel: domain::notice::Channel,
    pub address: String,
}
