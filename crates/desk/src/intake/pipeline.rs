//! Pipeline: a table read by one thread, checked by several, and folded in the order of the file.

use domain::intake::{Bound, Context, Finding, Findings};
use hashbrown::HashTable;
use sheet::{Batch, Refused, Table};
use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::thread;

/// Why a pipeline ended early; what was folded by then stays folded.
#[derive(Debug, thiserror::Error)]
pub enum Stopped<E> {
    /// The rest of the table cannot be read.
    #[error(transparent)]
    Table(Refused),
    /// The check of a batch panicked: a bug of ours, nothing is said about the rows.
    #[error("a worker ended unexpectedly")]
    Worker,
    /// The fold gave up.
    #[error("{0}")]
    Fold(E),
}

/// Batches alive for each worker: one in hand, one waiting, and the results not yet folded.
const ALIVE: usize = 3;

/// How much less the workers ask of the processor than whoever answers people, in steps of `nice`.
///
/// Only Linux keeps it by thread; elsewhere nothing changes.
const MODEST: i32 = 10;

/// Maps every batch on one of `workers` threads and folds the results in the order of the file.
///
/// So many batches are alive at once as there are permits, so memory does not depend on the file,
/// however unevenly the workers run.
///
/// # Errors
/// When the table is refused, a worker panics, or the fold gives up; all threads have ended then.
pub fn run<Out: Send, E>(
    table: Table,
    workers: usize,
    map: impl Fn(&Batch) -> Out + Sync,
    fold: impl FnMut(Out) -> Result<(), E>,
) -> Result<(), Stopped<E>> {
    let workers = workers.max(1);
    let (permit, permits) = channel();
    for _ in 0..workers * ALIVE {
        // INVARIANT: the receiver lives, so sending succeeds.
        let _ = permit.send(());
    }
    let (work, works) = channel();
    let works = Mutex::new(works);
    let (result, results) = channel();
    thread::scope(|scope| {
        let failed = result.clone();
        scope.spawn(move || read(table, &permits, &work, &failed));
        for _ in 0..workers {
            let result = result.clone();
            scope.spawn(|| {
                step_back();
                labour(&works, &map, result)
            });
        }
        drop(result);
        in_order(results, permit, fold)
    })
}

/// A result with the place of its batch in the file.
type Placed<Out> = (u64, Result<Out, Broken>);

enum Broken {
    Table(Refused),
    Panic,
}

fn read<Out>(
    mut table: Table,
    permits: &Receiver<()>,
    work: &Sender<(u64, Batch)>,
    failed: &Sender<Placed<Out>>,
) {
    for place in 0.. {
        // The fold dropped the permits: nobody wants more.
        if permits.recv().is_err() {
            return;
        }
        let sent = match table.next() {
            Ok(Some(batch)) => work.send((place, batch)).is_ok(),
            Ok(None) => false,
            Err(refused) => failed.send((place, Err(Broken::Table(refused)))).is_err(),
        };
        if !sent {
            return;
        }
    }
}

/// Lets the writer and the answering of requests go first. On equal terms the workers take the writer's
/// time, fill its queue, and stand idle with it while the disk works.
fn step_back() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::nice(MODEST) {
        tracing::debug!(%error, "the workers keep the priority of the others");
    }
}

fn labour<Out>(
    works: &Mutex<Receiver<(u64, Batch)>>,
    map: &(impl Fn(&Batch) -> Out + Sync),
    result: Sender<Placed<Out>>,
) {
    loop {
        let next = works.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok((place, batch)) = next else { return };
        let out = catch_unwind(AssertUnwindSafe(|| map(&batch))).map_err(|_| Broken::Panic);
        drop(batch);
        if result.send((place, out)).is_err() {
            return;
        }
    }
}

fn in_order<Out, E>(
    results: Receiver<Placed<Out>>,
    permit: Sender<()>,
    mut fold: impl FnMut(Out) -> Result<(), E>,
) -> Result<(), Stopped<E>> {
    let mut waiting = BTreeMap::new();
    let mut wanted = 0;
    for (place, result) in results {
        waiting.insert(place, result);
        while let Some(result) = waiting.remove(&wanted) {
            let out = result.map_err(|broken| match broken {
                Broken::Table(refused) => Stopped::Table(refused),
                Broken::Panic => Stopped::Worker,
            })?;
            fold(out).map_err(Stopped::Fold)?;
            wanted += 1;
            // The reader may have come to the end and be gone.
            let _ = permit.send(());
        }
    }
    Ok(())
}

/// What a check that writes nothing found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Summary {
    pub rows: u64,
    pub accepted: u64,
    pub rejected: u64,
    /// Rows that carry the code, by code; a row that fails twice under one code counts once.
    pub findings: BTreeMap<String, u64>,
}

/// Checks a table and stores nothing; `sink` hears every finding with its row, in file order.
///
/// # Errors
/// When the table is refused or a worker panics.
pub fn check(
    table: Table,
    bound: &Bound,
    context: &Context<'_>,
    workers: usize,
    sink: &mut dyn FnMut(u32, &Finding),
) -> Result<Summary, Stopped<Refused>> {
    let mut fold = Fold {
        bound,
        seen: Vec::new(),
        summary: Summary::default(),
    };
    run(
        table,
        workers,
        |batch| examine(batch, bound, context),
        |part| fold.take(part?, sink),
    )?;
    fold.summary.accepted = fold.summary.rows - fold.summary.rejected;
    Ok(fold.summary)
}

/// The findings of one batch, and what must be unique within the file.
#[derive(Debug, Default)]
pub struct Examined {
    pub rows: u64,
    /// Row and finding, in the order of the rows.
    pub findings: Vec<(u32, Finding)>,
    /// Row, number of the `[[unique]]`, and key.
    pub keys: Vec<(u32, u16, u64)>,
}

/// Checks a batch.
///
/// # Errors
/// When the batch turns out to be wrongly encoded.
pub fn examine(batch: &Batch, bound: &Bound, context: &Context<'_>) -> Result<Examined, Refused> {
    let mut found = Findings::new();
    let mut out = Examined::default();
    batch.each(|row| {
        out.rows += 1;
        bound.check(row.cells, context, &mut found);
        if row.surplus {
            found.push(bound.surplus());
        }
        out.findings
            .extend(found.drain().map(|finding| (row.number, finding)));
        bound.keys(row.cells, &mut found, |unique, key| {
            let unique = u16::try_from(unique).unwrap_or(u16::MAX);
            out.keys.push((row.number, unique, key.short()));
        });
    })?;
    Ok(out)
}

/// Keys seen in the file so far. Half a SHA-256 key is kept: nine bytes a row.
#[derive(Debug, Default)]
pub struct Seen(HashTable<u64>);

impl Seen {
    /// Whether the key is new; it is known from then on.
    pub fn insert(&mut self, key: u64) -> bool {
        let entry = self.0.entry(key, |known| *known == key, |known| *known);
        let new = matches!(entry, hashbrown::hash_table::Entry::Vacant(_));
        entry.or_insert(key);
        new
    }
}

struct Fold<'a> {
    bound: &'a Bound,
    seen: Vec<Seen>,
    summary: Summary,
}

impl Fold<'_> {
    fn take(&mut self, part: Examined, sink: &mut dyn FnMut(u32, &Finding)) -> Result<(), Refused> {
        self.summary.rows += part.rows;
        let mut findings = part.findings;
        let repeated = part
            .keys
            .into_iter()
            .filter(|(_, unique, key)| !self.insert(*unique, *key));
        let repeated: Vec<_> = repeated.map(|(row, unique, _)| (row, unique)).collect();
        if !repeated.is_empty() {
            let found = |(row, unique)| (row, self.bound.repeated(usize::from(unique), 0));
            findings.extend(repeated.into_iter().map(found));
            findings.sort_by_key(|(row, _)| *row);
        }
        for row in findings.chunk_by(|(row, _), (next, _)| row == next) {
            self.count(row);
            row.iter()
                .for_each(|(number, finding)| sink(*number, finding));
        }
        Ok(())
    }

    fn insert(&mut self, unique: u16, key: u64) -> bool {
        let at = usize::from(unique);
        if self.seen.len() <= at {
            self.seen.resize_with(at + 1, Seen::default);
        }
        self.seen.get_mut(at).is_none_or(|seen| seen.insert(key))
    }

    fn count(&mut self, row: &[(u32, Finding)]) {
        self.summary.rejected += u64::from(row.iter().any(|(_, finding)| finding.rejects()));
        let codes: BTreeSet<&str> = row
            .iter()
            .map(|(_, finding)| finding.code.as_ref())
            .collect();
        for code in codes {
            match self.summary.findings.get_mut(code) {
                Some(count) => *count += 1,
                None => {
                    self.summary.findings.insert(code.to_owned(), 1);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    fn table(rows: usize) -> Table {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path =
            std::env::temp_dir().join(format!("pipeline-{}-{number}.csv", std::process::id()));
        let filler = "甲".repeat(200);
        let text: String = (0..rows).map(|row| format!("{row},{filler}\n")).collect();
        std::fs::write(&path, format!("编号,内容\n{text}")).unwrap();
        let table = sheet::open(&path, &sheet::Limits::default()).unwrap();
        std::fs::remove_file(path).unwrap();
        table
    }

    /// The nineteenth field of `stat` is the thread's nice value.
    #[cfg(target_os = "linux")]
    fn niceness() -> i32 {
        let stat = std::fs::read_to_string("/proc/thread-self/stat").unwrap();
        let (_, fields) = stat.rsplit_once(')').unwrap();
        fields.split_whitespace().nth(16).unwrap().parse().unwrap()
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn workers_step_back_and_who_folds_does_not() {
        let here = niceness();
        let mut seen = Vec::new();
        let worker = |_: &Batch| niceness();
        let fold = |nice| -> Result<(), ()> {
            seen.push(nice);
            Ok(())
        };
        run(table(5_000), 2, worker, fold).unwrap();
        assert!(seen.iter().all(|nice| *nice == (here + MODEST).min(19)));
        assert!(!seen.is_empty());
        assert_eq!(niceness(), here);
    }

    fn first(batch: &Batch) -> Vec<usize> {
        let mut numbers = Vec::new();
        batch
            .each(|row| numbers.push(row.cells[0].text.parse().unwrap()))
            .unwrap();
        numbers
    }

    #[test]
    fn folds_in_the_order_of_the_file_whoever_is_faster() {
        for workers in [0, 1, 2, 5] {
            let mut rows = Vec::new();
            let slow = |batch: &Batch| {
                let numbers = first(batch);
                let pause = numbers[0] % 3;
                thread::sleep(std::time::Duration::from_millis(pause as u64 * 5));
                numbers
            };
            let done = run(table(8000), workers, slow, |part| {
                rows.extend(part);
                Ok::<(), ()>(())
            });
            assert!(done.is_ok());
            assert!(rows.iter().copied().eq(0..8000), "{workers} workers");
        }
    }

    #[test]
    fn keeps_few_batches_alive_when_one_worker_is_slow() {
        let (begun, folded) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let most = AtomicUsize::new(0);
        let map = |batch: &Batch| {
            let alive = begun.fetch_add(1, Ordering::SeqCst) + 1 - folded.load(Ordering::SeqCst);
            most.fetch_max(alive, Ordering::SeqCst);
            let slow = first(batch).contains(&0);
            thread::sleep(std::time::Duration::from_millis(if slow { 50 } else { 0 }));
        };
        let done = run(table(20_000), 2, map, |()| {
            folded.fetch_add(1, Ordering::SeqCst);
            Ok::<(), ()>(())
        });
        assert!(done.is_ok());
        assert!(begun.into_inner() > 2 * ALIVE && most.into_inner() <= 2 * ALIVE);
    }

    #[test]
    fn a_panic_or_a_fold_that_gives_up_ends_it_cleanly() {
        let panic = |batch: &Batch| assert!(!first(batch).contains(&5000), "on purpose");
        let done = run(table(8000), 2, panic, |()| Ok::<(), ()>(()));
        assert!(matches!(done, Err(Stopped::Worker)));
        let mut folds = 0;
        let done = run(table(8000), 2, first, |_| {
            folds += 1;
            if folds == 2 { Err("enough") } else { Ok(()) }
        });
        assert!(matches!(done, Err(Stopped::Fold("enough"))));
        assert_eq!(folds, 2);
    }

    #[test]
    fn remembers_keys() {
        let mut seen = Seen::default();
        assert!((0..5000).all(|key| seen.insert(key * 7)));
        assert!((0..5000).all(|key| !seen.insert(key * 7)));
    }
}
