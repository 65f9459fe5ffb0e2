//! Taking a table in: every row is checked, decided, appended, and answered.
//!
//! Workers check rows and hash entries; this thread keeps the order of the file, hands blocks to
//! the writer and writes the answer. Some blocks are under way, so that hashing and disk overlap.

use super::order::{Mode, NotTaken, Order, Progress, Summary};
use super::pipeline::{self, Stopped};
use super::row::Reading;
use super::run::Run;
use crate::{Desk, Fault, Place};
use domain::intake::Bound;
use sha2::{Digest, Sha256};
use sheet::{Limits, Table};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::thread;

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
                run.take(rows?)?;
                progress(run.durable);
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
        let summary = run.finish(source, file)?;
        progress(summary.progress());
        Ok(summary)
    }

    fn bind(&self, source: &str, table: &Table) -> Result<Bound, NotTaken> {
        let plan = self.sources.detect(source, table.header());
        let plan = plan.ok_or_else(|| NotTaken::Source(source.to_owned()))?;
        plan.bind(table.header()).map_err(NotTaken::Header)
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
