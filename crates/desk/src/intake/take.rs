//! Taking a table in: every row is checked, decided, appended, and answered.
//!
//! Workers check rows and hash entries; this thread keeps the order of the file, hands blocks to
//! the writer and writes the answer. Some blocks are under way, so that hashing and disk overlap.

use super::answer::Answering;
use super::order::{Mode, NotTaken, Order, Progress, Summary};
use super::pipeline::{self, Seen, Stopped};
use super::place::{Candidate, Doubt, Placed, place, queue};
use super::row::{Reading, Row};
use crate::ports::More;
use crate::{Desk, Fault, Pending, Place};
use domain::filing::Submission;
use domain::intake::{Bound, Finding, Outside, Role};
use domain::ledger::Event;
use sha2::{Digest, Sha256};
use sheet::{Limits, Table};
use std::collections::{BTreeMap, VecDeque};
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::thread;

/// Rows handed to the writer at once. The writer commits several blocks together while nobody else
/// waits; whoever wants a receipt meanwhile waits for the block that is being written.
const BLOCK: usize = 4_000;
/// Blocks handed over that the writer has not begun; their entries wait in memory.
const WAITING: usize = 6;
/// Blocks handed over and not yet durable; of those that were written little is kept.
const UNDER_WAY: usize = 18;

impl Desk {
    /// Takes a table in. Rows are accepted one by one: a bad row costs only itself.
    ///
    /// # Errors
    /// [`NotTaken`] when the file as a whole cannot be read; blocks already committed stay, and the
    /// same file can be sent again without harm.
    pub fn intake(
        &self,
        order: &Order,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Summary, NotTaken> {
        if matches!(&order.mode, Mode::Correct { reason } if reason.trim().is_empty()) {
            return Err(NotTaken::NoReason);
        }
        let organs: BTreeMap<_, _> = self
            .store
            .organs()?
            .into_iter()
            .map(|organ| (organ.code, organ))
            .collect();
        if !organs.contains_key(&order.filer) {
            return Err(NotTaken::Organ(order.filer));
        }
        let table = sheet::open(&order.file, &Limits::default())?;
        let bound = self.bind(&order.source, &table)?;
        let source = bound.plan().spec().source.name.clone();
        let path = order.file.clone();
        let digested = thread::spawn(move || digest(&path));
        let mut run = Run::new(self, order, &bound, &table)?;
        run.summary.notes = notes(&table, &bound);
        let reading = Reading {
            desk: self,
            law: self.law(),
            order,
            bound: &bound,
            organs: &organs,
        };
        let folded = pipeline::run(
            table,
            workers(),
            |batch| reading.rows(batch),
            |rows| {
                run.block(rows?)?;
                progress(run.progress());
                Ok::<_, NotTaken>(())
            },
        );
        folded.map_err(|stopped| match stopped {
            Stopped::Table(refused) => NotTaken::File(refused),
            Stopped::Worker => NotTaken::Fault(Fault::broken("a worker ended unexpectedly")),
            Stopped::Fold(not_taken) => not_taken,
        })?;
        let file = digested
            .join()
            .map_err(|_| Fault::broken("a worker ended unexpectedly"))??;
        let mut summary = run.finish()?;
        progress(Progress {
            rows: summary.rows,
            accepted: summary.accepted,
            rejected: summary.rejected,
        });
        match self.submitted(order, source, file, &summary)? {
            HandIn::New(entry) => summary.submission = Some(entry),
            HandIn::Dry => {}
            HandIn::Repeated => summary.repeated = true,
        }
        Ok(summary)
    }

    fn bind(&self, source: &str, table: &Table) -> Result<Bound, NotTaken> {
        let plan = self.sources.detect(source, table.header());
        let plan = plan.ok_or_else(|| NotTaken::Source(source.to_owned()))?;
        plan.bind(table.header()).map_err(NotTaken::Header)
    }

    fn submitted(
        &self,
        order: &Order,
        source: String,
        file: String,
        summary: &Summary,
    ) -> Result<HandIn, Fault> {
        let submission = Submission {
            source,
            filer: order.filer,
            file,
            on: self.clock.today(),
            rows: summary.rows,
            accepted: summary.accepted,
            rejected: summary.rejected,
            findings: summary.findings.clone(),
        };
        let (desk, actor, dry_run) = (self.clone(), order.actor.clone(), order.dry_run);
        let handed_in = self.write(move |transaction| {
            let earlier =
                transaction.submission(&submission.source, &submission.filer, &submission.file)?;
            if earlier.is_some() {
                return Ok(HandIn::Repeated);
            }
            if dry_run {
                return Ok(HandIn::Dry);
            }
            let sealed = desk.seal(&actor, Event::Submitted(submission), [])?;
            transaction.append(sealed).map(HandIn::New)
        });
        handed_in.map(|(handed_in, _)| handed_in)
    }
}

fn workers() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

fn notes(table: &Table, bound: &Bound) -> Vec<String> {
    let columns = bound
        .notes()
        .iter()
        .map(|finding| format!("{}；{}", finding.message(), finding.remedy()));
    table.notes().iter().cloned().chain(columns).collect()
}

fn digest(path: &Path) -> Result<String, Fault> {
    let read = |error: std::io::Error| Fault::new(Place::Input, error);
    let mut file = File::open(path).map_err(read)?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match file.read(&mut buffer).map_err(read)? {
            0 => break,
            length => hasher.update(buffer.get(..length).unwrap_or_default()),
        }
    }
    Ok(hasher
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect())
}

/// What became of the record that a file was handed in.
enum HandIn {
    New(u64),
    /// The same file came before.
    Repeated,
    /// Nothing is written.
    Dry,
}

/// One run over a file, in the order of its rows.
struct Run<'a> {
    desk: &'a Desk,
    order: &'a Order,
    bound: &'a Bound,
    answer: Option<Answering>,
    seen: Vec<Seen>,
    rows: Vec<Row>,
    under_way: VecDeque<(Vec<Row>, Pending<Vec<Placed>>)>,
    /// How many of them the writer has run.
    ran: usize,
    summary: Summary,
}

impl<'a> Run<'a> {
    fn new(
        desk: &'a Desk,
        order: &'a Order,
        bound: &'a Bound,
        table: &Table,
    ) -> Result<Self, NotTaken> {
        let answer = order
            .answer
            .as_deref()
            .map(|path| Answering::create(path, table))
            .transpose()?;
        let suffix = answer.as_ref().map_or("", |_| table.layout().extension());
        Ok(Self {
            desk,
            order,
            bound,
            answer,
            seen: Vec::new(),
            rows: Vec::new(),
            under_way: VecDeque::new(),
            ran: 0,
            summary: Summary {
                answer: suffix.to_owned(),
                ..Summary::default()
            },
        })
    }

    fn progress(&self) -> Progress {
        let Summary {
            rows,
            accepted,
            rejected,
            ..
        } = self.summary;
        Progress {
            rows,
            accepted,
            rejected,
        }
    }

    fn block(&mut self, rows: Vec<Row>) -> Result<(), NotTaken> {
        for mut row in rows {
            self.repeated(&mut row);
            self.rows.push(row);
        }
        if self.rows.len() >= BLOCK {
            self.hand_over(More::Follows);
        }
        while self.under_way.len() > self.ran + WAITING {
            if let Some((_, pending)) = self.under_way.get_mut(self.ran) {
                pending.ran();
            }
            self.ran += 1;
        }
        while self.under_way.len() > UNDER_WAY {
            self.settle()?;
        }
        Ok(())
    }

    /// A key that stood in this file before rejects the row (DQ1009).
    fn repeated(&mut self, row: &mut Row) {
        for (unique, key) in std::mem::take(&mut row.keys) {
            if self.seen.len() <= unique {
                self.seen.resize_with(unique + 1, Seen::default);
            }
            if !self
                .seen
                .get_mut(unique)
                .is_some_and(|seen| seen.insert(key))
            {
                row.reject(self.bound.repeated(unique, 0));
            }
        }
    }

    fn hand_over(&mut self, more: More) {
        let mut rows = std::mem::take(&mut self.rows);
        let candidates: Vec<Box<Candidate>> = rows
            .iter_mut()
            .filter_map(|row| row.candidate.take())
            .collect();
        let doubts: Vec<Box<Doubt>> = rows.iter_mut().filter_map(|row| row.doubt.take()).collect();
        for row in &mut rows {
            row.waits = !row.rejected();
        }
        let (desk, actor, mode) = (
            self.desk.clone(),
            self.order.actor.clone(),
            self.order.mode.clone(),
        );
        let dry_run = self.order.dry_run;
        let pending = self.desk.start_block(more, move |transaction| {
            for doubt in doubts.into_iter().filter(|_| !dry_run) {
                queue(transaction, *doubt)?;
            }
            candidates
                .into_iter()
                .map(|candidate| place(&desk, &actor, &mode, dry_run, transaction, *candidate))
                .collect()
        });
        self.under_way.push_back((rows, pending));
    }

    /// Waits for the oldest block and answers its rows.
    fn settle(&mut self) -> Result<(), NotTaken> {
        let Some((rows, pending)) = self.under_way.pop_front() else {
            return Ok(());
        };
        self.ran = self.ran.saturating_sub(1);
        let (placed, _) = pending.wait()?;
        let mut placed = placed.into_iter();
        for mut row in rows {
            if row.waits {
                match placed.next() {
                    Some(Placed::Added) => {}
                    Some(Placed::There { entry, on }) => row.reject(self.there(entry, on)),
                    None => return Err(Fault::broken("a row without outcome").into()),
                }
            }
            self.count(&row);
            if let Some(answer) = &mut self.answer {
                answer.row(&row)?;
            }
        }
        Ok(())
    }

    fn there(&self, entry: u64, on: jiff::civil::Date) -> Finding {
        let column = self.bound.plan().role(Role::Docket);
        Finding::outside(self.bound.plan(), column, "", Outside::Filed { entry, on })
    }

    fn count(&mut self, row: &Row) {
        self.summary.rows += 1;
        match row.rejected() {
            true => self.summary.rejected += 1,
            false => self.summary.accepted += 1,
        }
        for finding in &row.findings {
            match self.summary.findings.get_mut(finding.code.as_ref()) {
                Some(count) => *count += 1,
                None => drop(self.summary.findings.insert(finding.code.to_string(), 1)),
            }
        }
    }

    fn finish(mut self) -> Result<Summary, NotTaken> {
        self.hand_over(More::Ends);
        while !self.under_way.is_empty() {
            self.settle()?;
        }
        if let Some(answer) = self.answer {
            answer.finish()?;
        }
        Ok(self.summary)
    }
}
