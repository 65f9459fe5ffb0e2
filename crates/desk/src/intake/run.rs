//! A file on its way through the writer, in the order of its rows.

use super::answer::Answering;
use super::order::{Mode, NotTaken, Order, Progress, Summary};
use super::pipeline::Seen;
use super::place::{Candidate, Doubt, Placed, place, queue};
use super::row::Row;
use crate::ports::{More, Transaction};
use crate::{Actor, Desk, Fault, Pending};
use domain::filing::Submission;
use domain::intake::{Bound, Finding, Outside, Role};
use domain::ledger::Event;
use jiff::civil::Date;
use sheet::Table;
use std::collections::VecDeque;

/// Rows handed to the writer at once. The writer commits several blocks together while nobody else
/// waits; whoever wants a receipt meanwhile waits for the block that is being written.
const BLOCK: usize = 4_000;
/// Blocks handed over that the writer has not begun; their entries wait in memory.
const WAITING: usize = 6;
/// Blocks handed over and not yet durable; of those that were written little is kept.
const UNDER_WAY: usize = 18;

/// One run over a file.
pub(super) struct Run<'a> {
    desk: &'a Desk,
    order: &'a Order,
    bound: &'a Bound,
    answer: Option<Answering>,
    seen: Vec<Seen>,
    rows: Vec<Row>,
    /// Blocks the writer has not run, with their rows.
    waiting: VecDeque<(Vec<Row>, Pending<Vec<Placed>>)>,
    /// Blocks it ran that are not known to be durable, with all that was counted by then.
    ran: VecDeque<(Pending<Vec<Placed>>, Progress)>,
    /// What may be shown before the end.
    pub durable: Progress,
    pub summary: Summary,
}

impl<'a> Run<'a> {
    pub fn new(
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
            waiting: VecDeque::new(),
            ran: VecDeque::new(),
            durable: Progress::default(),
            summary: Summary {
                answer: suffix.to_owned(),
                ..Summary::default()
            },
        })
    }

    pub fn take(&mut self, rows: Vec<Row>) -> Result<(), NotTaken> {
        for mut row in rows {
            self.repeated(&mut row);
            self.rows.push(row);
        }
        if self.rows.len() >= BLOCK {
            self.hand_over(More::Follows);
        }
        while self.waiting.len() > WAITING {
            self.hear()?;
        }
        while self.waiting.len() + self.ran.len() > UNDER_WAY && !self.ran.is_empty() {
            self.settle()?;
        }
        Ok(())
    }

    fn hand_over(&mut self, more: More) {
        let (rows, block) = self.block();
        let pending = self
            .desk
            .start_block(more, move |transaction| block.place(transaction));
        self.waiting.push_back((rows, pending));
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

    /// The rows gathered so far, and what the writer shall do with them.
    fn block(&mut self) -> (Vec<Row>, Block) {
        let mut rows = std::mem::take(&mut self.rows);
        let block = Block {
            desk: self.desk.clone(),
            actor: self.order.actor.clone(),
            mode: self.order.mode.clone(),
            dry_run: self.order.dry_run,
            candidates: rows
                .iter_mut()
                .filter_map(|row| row.candidate.take())
                .collect(),
            doubts: rows.iter_mut().filter_map(|row| row.doubt.take()).collect(),
        };
        for row in &mut rows {
            row.waits = !row.rejected();
        }
        (rows, block)
    }

    /// Waits until the writer ran the oldest block, and tells its rows.
    fn hear(&mut self) -> Result<(), NotTaken> {
        let Some((rows, pending)) = self.waiting.pop_front() else {
            return Ok(());
        };
        let placed = outcome(&pending)?;
        self.tell(rows, placed)?;
        self.ran.push_back((pending, self.summary.progress()));
        Ok(())
    }

    /// Waits until the oldest block that ran is durable.
    fn settle(&mut self) -> Result<(), NotTaken> {
        if let Some((pending, progress)) = self.ran.pop_front() {
            pending.durable()?;
            self.durable = progress;
        }
        Ok(())
    }

    /// Counts rows by what became of them and writes them into the answer file.
    fn tell(&mut self, rows: Vec<Row>, placed: Vec<Placed>) -> Result<(), NotTaken> {
        let mut placed = placed.into_iter();
        for mut row in rows {
            if row.waits {
                match placed.next() {
                    Some(Placed::Added) => {}
                    Some(Placed::There { entry, on }) => row.reject(self.there(entry, on)),
                    None => return Err(Fault::broken("a row without outcome").into()),
                }
            }
            count(&mut self.summary, &row);
            if let Some(answer) = &mut self.answer {
                answer.row(&row)?;
            }
        }
        Ok(())
    }

    fn there(&self, entry: u64, on: Date) -> Finding {
        let column = self.bound.plan().role(Role::Docket);
        Finding::outside(self.bound.plan(), column, "", Outside::Filed { entry, on })
    }

    /// Writes the last rows and, in the same transaction, that the file was handed in: a short file
    /// is there with its record or not at all, and costs one commit. The record of a long one waits
    /// until all its rows are durable.
    pub fn finish(mut self, source: String, file: String) -> Result<Summary, NotTaken> {
        if self.waiting.len() + self.ran.len() > 0 {
            self.hand_over(More::Ends);
        }
        while !self.waiting.is_empty() {
            self.hear()?;
        }
        while !self.ran.is_empty() {
            self.settle()?;
        }
        let (rows, block) = self.block();
        let submission = self.submission(source, file, &rows);
        let there = self.there(0, submission.on).code;
        let pending = self.desk.start_block(More::Ends, move |transaction| {
            let (desk, actor, dry_run) = (block.desk.clone(), block.actor.clone(), block.dry_run);
            let placed = block.place(transaction)?;
            let submission = less(submission, &placed, &there);
            let handed_in = hand_in(&desk, &actor, dry_run, transaction, submission)?;
            Ok((placed, handed_in))
        });
        let (placed, handed_in) = outcome(&pending)?;
        self.tell(rows, placed)?;
        pending.durable()?;
        if let Some(answer) = self.answer {
            answer.finish()?;
        }
        match handed_in {
            HandIn::New(entry) => self.summary.submission = Some(entry),
            HandIn::Repeated => self.summary.repeated = true,
            HandIn::Dry => {}
        }
        Ok(self.summary)
    }

    /// The record of the hand-in, if the writer finds none of the last rows there already.
    fn submission(&self, source: String, file: String, last: &[Row]) -> Submission {
        let mut whole = self.summary.clone();
        last.iter().for_each(|row| count(&mut whole, row));
        Submission {
            source,
            filer: self.order.filer,
            file,
            on: self.desk.clock.today(),
            rows: whole.rows,
            accepted: whole.accepted,
            rejected: whole.rejected,
            findings: whole.findings,
        }
    }
}

/// What the writer does with some rows.
#[expect(
    clippy::vec_box,
    reason = "rows hold them boxed, and unboxing copies each"
)]
struct Block {
    desk: Desk,
    actor: Actor,
    mode: Mode,
    dry_run: bool,
    candidates: Vec<Box<Candidate>>,
    doubts: Vec<Box<Doubt>>,
}

impl Block {
    fn place(self, transaction: &mut dyn Transaction) -> Result<Vec<Placed>, Fault> {
        for doubt in self.doubts.into_iter().filter(|_| !self.dry_run) {
            queue(transaction, *doubt)?;
        }
        let (desk, actor, mode) = (&self.desk, &self.actor, &self.mode);
        self.candidates
            .into_iter()
            .map(|candidate| place(desk, actor, mode, self.dry_run, transaction, *candidate))
            .collect()
    }
}

/// What a block came to, as soon as it ran.
fn outcome<T>(pending: &Pending<T>) -> Result<T, Fault> {
    match pending.ran() {
        Some(outcome) => Ok(outcome),
        None => Err(match pending.durable() {
            Err(fault) => fault,
            Ok(_) => Fault::broken("a block without outcome"),
        }),
    }
}

fn count(summary: &mut Summary, row: &Row) {
    summary.rows += 1;
    match row.rejected() {
        true => summary.rejected += 1,
        false => summary.accepted += 1,
    }
    for finding in &row.findings {
        match summary.findings.get_mut(finding.code.as_ref()) {
            Some(count) => *count += 1,
            None => drop(summary.findings.insert(finding.code.to_string(), 1)),
        }
    }
}

/// The record without the rows that were there already; `code` is what is told of each.
fn less(mut submission: Submission, placed: &[Placed], code: &str) -> Submission {
    let again = |placed: &&Placed| matches!(placed, Placed::There { .. });
    let again = placed.iter().filter(again).count() as u64;
    if again > 0 {
        submission.accepted -= again;
        submission.rejected += again;
        *submission.findings.entry(code.to_owned()).or_default() += again;
    }
    submission
}

/// What became of the record that a file was handed in.
enum HandIn {
    New(u64),
    /// The same file came before.
    Repeated,
    /// Nothing is written.
    Dry,
}

fn hand_in(
    desk: &Desk,
    actor: &Actor,
    dry_run: bool,
    transaction: &mut dyn Transaction,
    submission: Submission,
) -> Result<HandIn, Fault> {
    let earlier =
        transaction.submission(&submission.source, &submission.filer, &submission.file)?;
    if earlier.is_some() {
        return Ok(HandIn::Repeated);
    }
    if dry_run {
        return Ok(HandIn::Dry);
    }
    let sealed = desk.seal(actor, Event::Submitted(submission), [])?;
    transaction.append(sealed).map(HandIn::New)
}
