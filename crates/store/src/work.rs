//! A work of the desk inside the writer's transaction.

use crate::core::{Batch, Point, Shared};
use crate::project::{Hot, Projection};
use crate::sql::{Held, any, halves, one, run};
use crate::trouble::Trouble;
use crate::{duties, exchange, filings, frames, ledger, letters, packs, procedures, registry};
use desk::Fault;
use desk::ports::{
    Contact, Files, Filter, KeptFrame, OpenDuty, Profile, Row, Sealed, Standing, Transaction, Work,
};
use domain::code::Code;
use domain::duty;
use domain::entity::Organ;
use domain::exchange::{Partner, Pending, Reference};
use domain::filing::Key;
use domain::ledger::{Entry, Event, codec};
use domain::repair::{Ease, Unrepairable};
use jiff::civil::Date;
use rusqlite::{Connection, params};
use std::collections::BTreeSet;

pub(crate) struct Desk<'a> {
    shared: &'a Shared,
    conn: &'a Connection,
    batch: &'a mut Batch,
    hot: Hot<'a>,
    entry: Held<'a>,
    document: Held<'a>,
    /// Entries before this transaction.
    base: u64,
    proofs: Vec<u64>,
    /// The document that was looked for last, if no record of it stood.
    vacant: Option<i64>,
    /// An append failed half-way; even if the work goes on, its transaction cannot be kept.
    spoiled: bool,
}

impl<'a> Desk<'a> {
    /// Runs a work; returns the entries it wants proofs for.
    pub fn run(
        shared: &'a Shared,
        conn: &'a Connection,
        batch: &'a mut Batch,
        work: Work,
    ) -> Result<Vec<u64>, Trouble> {
        let base = shared.head().edge.size();
        let mut desk = Self {
            shared,
            conn,
            batch,
            hot: Hot::default(),
            entry: Held::default(),
            document: Held::default(),
            base,
            proofs: Vec::new(),
            vacant: None,
            spoiled: false,
        };
        work(&mut desk)?;
        match desk.spoiled {
            false => Ok(desk.proofs),
            true => Err(Trouble::broken("写入中断，整个操作已撤销")),
        }
    }

    fn write(&mut self, sealed: Sealed) -> Result<u64, Trouble> {
        self.shared.reach(Point::BeforeAppend)?;
        let seq = self.base + u64::try_from(self.batch.leaves.len()).unwrap_or(u64::MAX);
        self.entry.run(
            self.conn,
            "INSERT INTO entry (seq, leaf, body) VALUES (?1, ?2, ?3)",
            params![seq, sealed.leaf.as_bytes(), sealed.body],
        )?;
        let public = sealed.public.as_ref();
        let (late, entry) = (&mut self.batch.late, &sealed.entry);
        let first = match &*sealed.event {
            Event::Filed(filed) => self.vacant.take() == Some(halves(&filed.key).0),
            _ => false,
        };
        Projection {
            conn: self.conn,
            late,
            hot: &mut self.hot,
            seq,
            entry,
            public,
            shown: &self.shared.options.public,
            first,
        }
        .project(&sealed.event)?;
        self.batch.leaves.push(sealed.leaf);
        self.batch.appended.push((seq, sealed.event));
        self.shared.reach(Point::AfterAppend)?;
        Ok(seq)
    }

    /// The masked fields are made anew as well: they must not keep what the entry lost.
    fn erase(&mut self, seq: u64, entry: &Entry) -> Result<(), Trouble> {
        let leaf = ledger::leaf(self.conn, seq)?;
        if leaf != Some(entry.leaf(self.shared.options.suite)) {
            return Err(Trouble::broken(format!(
                "涂除第 {seq} 条会改变其摘要，已拒绝"
            )));
        }
        let body = codec::encode(entry);
        let (_, event) = crate::core::read(seq, &body)?;
        let masked = (self.shared.options.public)(&event, entry);
        run(
            self.conn,
            "UPDATE entry SET body = ?2 WHERE seq = ?1",
            params![seq, body],
        )?;
        crate::portal::mask_again(self.conn, seq, masked.as_ref())?;
        match desk::procedure::number(seq, &event) {
            Some(procedure) => crate::steps::show_again(self.conn, procedure),
            None => Ok(()),
        }
    }
}

impl Transaction for Desk<'_> {
    fn append(&mut self, sealed: Sealed) -> Result<u64, Fault> {
        let outcome = self.write(sealed);
        self.spoiled |= outcome.is_err();
        Ok(outcome?)
    }

    fn prove(&mut self, seq: u64) {
        self.proofs.push(seq);
    }

    fn standing(&mut self, key: &Key) -> Result<Option<Standing>, Fault> {
        let document = halves(key).0;
        let sql = "SELECT 1 FROM record WHERE document = ?1";
        if self.document.any(self.conn, sql, params![document])? {
            return Ok(filings::standing(self.conn, key)?);
        }
        self.vacant = Some(document);
        Ok(None)
    }

    fn record(&mut self, seq: u64) -> Result<Option<Standing>, Fault> {
        Ok(filings::record(self.conn, seq)?)
    }

    fn ending(&mut self, today: Date, limit: usize) -> Result<Vec<Standing>, Fault> {
        Ok(filings::ending(self.conn, today, limit)?)
    }

    fn open_duties(&mut self, after: u64, limit: usize) -> Result<Vec<OpenDuty>, Fault> {
        Ok(duties::open(self.conn, after, limit)?)
    }

    fn has_duty(&mut self, kind: duty::Kind, key: &Key) -> Result<bool, Fault> {
        Ok(duties::is_open(self.conn, kind, key)?.is_some()
            || duties::is_done(self.conn, kind, key)?)
    }

    fn submission(&mut self, source: &str, filer: &Code, file: &str) -> Result<Option<u64>, Fault> {
        Ok(filings::submission(self.conn, source, filer, file)?)
    }

    fn organ(&mut self, code: &Code) -> Result<Option<Organ>, Fault> {
        Ok(registry::organ(self.conn, code)?)
    }

    fn entity(&mut self, code: &Code) -> Result<Option<Profile>, Fault> {
        Ok(registry::profile(self.conn, code)?)
    }

    fn entry(&mut self, seq: u64) -> Result<Option<Entry>, Fault> {
        Ok(ledger::entry(self.conn, seq)?)
    }

    fn doubted(&mut self, code: &Code, docket: &str) -> Result<bool, Fault> {
        let sql = "SELECT 1 FROM doubt WHERE code = ?1 AND docket = ?2";
        Ok(any(self.conn, sql, params![code.as_str(), docket])?)
    }

    fn case(&mut self, organ: &Code, case_no: &str) -> Result<bool, Fault> {
        let sql = "SELECT 1 FROM decided_case WHERE organ = ?1 AND case_no = ?2";
        Ok(any(self.conn, sql, params![organ.as_str(), case_no])?)
    }

    fn adopted(&mut self) -> Result<Option<String>, Fault> {
        let sql = "SELECT digest FROM law ORDER BY seq DESC LIMIT 1";
        Ok(one(self.conn, sql, [], |row| Ok(row.get(0)?))?)
    }

    fn keep_pack(&mut self, digest: &str, files: &Files) -> Result<(), Fault> {
        Ok(packs::keep(self.conn, digest, files)?)
    }

    fn proposal(&mut self, seq: u64) -> Result<Option<domain::statute::Standing>, Fault> {
        Ok(packs::proposal(self.conn, seq)?)
    }

    fn next(&mut self) -> u64 {
        self.base + u64::try_from(self.batch.leaves.len()).unwrap_or(u64::MAX)
    }

    fn steps(&mut self, procedure: u64) -> Result<Vec<(u64, Event)>, Fault> {
        Ok(procedures::steps(self.conn, procedure)?)
    }

    fn procedures(&mut self, filter: &Filter) -> Result<Vec<Row>, Fault> {
        Ok(procedures::rows(self.conn, filter)?)
    }

    fn eased(&mut self, record: u64) -> Result<Vec<(Ease, Date)>, Fault> {
        Ok(procedures::eased(self.conn, record)?)
    }

    fn of_document(&mut self, organ: &Code, docket: &str) -> Result<Vec<Standing>, Fault> {
        Ok(filings::of_document(self.conn, organ, docket)?)
    }

    fn records_of(&mut self, entity: &Code) -> Result<Vec<Standing>, Fault> {
        Ok(filings::records_of(self.conn, entity)?)
    }

    fn unrepairable(&mut self, record: u64) -> Result<Option<Unrepairable>, Fault> {
        Ok(procedures::unrepairable(self.conn, record)?)
    }

    fn next_serial(&mut self) -> Result<u64, Fault> {
        Ok(exchange::next_serial(self.conn)?)
    }

    fn message(&mut self, serial: u64) -> Result<Option<Pending>, Fault> {
        Ok(exchange::message(self.conn, serial)?)
    }

    fn overdue(&mut self, today: Date) -> Result<Vec<Pending>, Fault> {
        Ok(exchange::overdue(self.conn, today)?)
    }

    fn hears(&mut self) -> Result<bool, Fault> {
        Ok(self.batch.late.hears(self.conn)?)
    }

    fn heard(&mut self, reference: &Reference) -> Result<Vec<domain::exchange::Event>, Fault> {
        Ok(exchange::heard(self.conn, reference)?)
    }

    fn partners(&mut self) -> Result<Vec<Partner>, Fault> {
        Ok(exchange::partners(self.conn)?)
    }

    fn lookers(&mut self, entity: &Code, since: Date) -> Result<Vec<Code>, Fault> {
        Ok(exchange::lookers(self.conn, entity, since)?)
    }

    fn contacts(&mut self, of: &str) -> Result<Vec<Contact>, Fault> {
        Ok(letters::contacts(self.conn, of)?)
    }

    fn numbers(&mut self, asked: &[String]) -> Result<BTreeSet<String>, Fault> {
        Ok(procedures::numbers(self.conn, asked)?)
    }

    fn told(&mut self, record: u64) -> Result<bool, Fault> {
        let sql = "SELECT 1 FROM told WHERE record = ?1";
        Ok(any(self.conn, sql, params![record])?)
    }

    fn keep_frame(&mut self, draw: u64, frame: &KeptFrame) -> Result<(), Fault> {
        frames::keep(self.conn, draw, frame).map_err(Fault::from)
    }

    fn frame(&mut self, draw: u64) -> Result<Option<KeptFrame>, Fault> {
        frames::kept(self.conn, draw).map_err(Fault::from)
    }

    fn redact(&mut self, seq: u64, entry: &Entry) -> Result<(), Fault> {
        Ok(self.erase(seq, entry)?)
    }
}
