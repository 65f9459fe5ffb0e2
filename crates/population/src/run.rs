//! Every entity once, in one pass.

use crate::layout::{Fault, Files};
use crate::read::{Entities, Facts};
use domain::grade::{Graded, Plan, Scale, Value};
use jiff::civil::Date;
use sha2::{Digest, Sha256};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What a run over a population comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    pub entities: u64,
    pub facts: u64,
    /// How many entities have each grade, best first.
    pub grades: Vec<u64>,
    /// Of a shard: SHA-256 over, for each entity in the order of the codes, the 18 bytes of the code,
    /// the score (4 bytes, two's complement, least first) and the grade's place (1 byte). Of the
    /// whole: SHA-256 over the digests of the shards in their order. So it depends on the answers and
    /// the number of shards, not on threads, machine or engine.
    pub digest: [u8; 32],
}

/// The answer for one entity.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    /// Number of the entity in the files.
    pub entity: i64,
    pub code: &'a [u8; 18],
    pub graded: Graded,
    /// In the order of the scale.
    pub indicators: &'a [i64],
}

/// Takes the answers of one shard in the order of the codes.
pub trait Sink {
    fn take(&mut self, row: &Row<'_>) -> Result<(), Fault>;

    /// After the last answer of the shard.
    fn finish(&mut self) -> Result<(), Fault> {
        Ok(())
    }
}

/// Makes the sink of a shard; it is made, used and dropped on one thread.
pub type MakeSink<'a> = &'a (dyn Fn(usize) -> Result<Box<dyn Sink>, Fault> + Sync);

/// Grades a population; memory does not grow with it.
pub fn run(files: &Files, scale: &Scale, as_of: Date, threads: usize) -> Result<Summary, Fault> {
    run_plan(files, &Plan::new(scale, as_of), threads, None)
}

/// The same, and hands every answer on.
pub fn run_into(
    files: &Files,
    scale: &Scale,
    as_of: Date,
    threads: usize,
    sinks: MakeSink<'_>,
) -> Result<Summary, Fault> {
    run_plan(files, &Plan::new(scale, as_of), threads, Some(sinks))
}

fn run_plan(
    files: &Files,
    plan: &Plan,
    threads: usize,
    sinks: Option<MakeSink<'_>>,
) -> Result<Summary, Fault> {
    let shards = files.entities.len().min(files.facts.len());
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<(usize, Result<Part, Fault>)>> = Mutex::new(Vec::with_capacity(shards));
    let work = || {
        loop {
            let shard = next.fetch_add(1, Ordering::Relaxed);
            if shard >= shards {
                return;
            }
            let part = run_shard(files, shard, plan, sinks);
            let failed = part.is_err();
            if let Ok(mut done) = done.lock() {
                done.push((shard, part));
            }
            if failed {
                next.store(shards, Ordering::Relaxed);
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..threads.clamp(1, shards.max(1)) {
            scope.spawn(work);
        }
        work();
    });
    let mut parts = done.into_inner().map_err(|_| Fault::Interrupted)?;
    parts.sort_unstable_by_key(|(shard, _)| *shard);
    combine(parts.into_iter().map(|(_, part)| part), plan)
}

/// What one shard comes to.
struct Part {
    entities: u64,
    facts: u64,
    grades: Vec<u64>,
    digest: [u8; 32],
}

fn combine(
    parts: impl Iterator<Item = Result<Part, Fault>>,
    plan: &Plan,
) -> Result<Summary, Fault> {
    let mut whole = Sha256::new();
    let mut summary = Summary {
        entities: 0,
        facts: 0,
        grades: vec![0; plan.scale().cuts.len()],
        digest: [0; 32],
    };
    for part in parts {
        let part = part?;
        summary.entities += part.entities;
        summary.facts += part.facts;
        for (sum, count) in summary.grades.iter_mut().zip(part.grades) {
            *sum += count;
        }
        whole.update(part.digest);
    }
    summary.digest = whole.finalize().into();
    Ok(summary)
}

fn run_shard(
    files: &Files,
    shard: usize,
    plan: &Plan,
    sinks: Option<MakeSink<'_>>,
) -> Result<Part, Fault> {
    let paths = files.entities.get(shard).zip(files.facts.get(shard));
    let (entities, facts) = paths.ok_or(Fault::Interrupted)?;
    let stated = plan.scale().indicators.iter();
    let stated: Vec<&str> = stated
        .filter(|one| one.value == Value::Stated)
        .map(|one| one.id.as_str())
        .collect();
    Shard {
        entities: Entities::open(entities, &stated)?,
        facts: Facts::open(facts, plan)?,
        plan,
        sink: sinks.map(|make| make(shard)).transpose()?,
        part: Part {
            entities: 0,
            facts: 0,
            grades: vec![0; plan.scale().cuts.len()],
            digest: [0; 32],
        },
    }
    .run()
}

struct Shard<'a> {
    entities: Entities,
    facts: Facts,
    plan: &'a Plan,
    sink: Option<Box<dyn Sink>>,
    part: Part,
}

impl Shard<'_> {
    fn run(mut self) -> Result<Part, Fault> {
        let mut tally = self.plan.tally();
        let mut stated = Vec::new();
        let mut hash = Sha256::new();
        // Hashed batch by batch: a call of the hash for 23 bytes costs more than the bytes.
        let mut told = Vec::new();
        let mut last: Option<([u8; 18], i64)> = None;
        loop {
            let rows = self.entities.next_batch()?;
            if rows == 0 {
                break;
            }
            for row in 0..rows {
                let entity = self.entities.get(row, &mut stated)?;
                let place = (*entity.code, entity.number);
                if last.is_some_and(|last| last.0 >= place.0 || last.1 >= place.1) {
                    return Err(self.entities.damaged("主体应当按代码和编号递增"));
                }
                last = Some(place);
                let taken = self.facts.take(entity.number, self.plan, &mut tally)?;
                let graded = self.plan.close(&mut tally, &stated);
                self.part.facts += u64::try_from(taken).unwrap_or_default();
                self.part.count(graded);
                told.extend_from_slice(entity.code);
                told.extend_from_slice(&graded.score.to_le_bytes());
                told.push(graded.grade);
                if let Some(sink) = &mut self.sink {
                    sink.take(&Row {
                        entity: entity.number,
                        code: entity.code,
                        graded,
                        indicators: tally.indicators(),
                    })?;
                }
            }
            hash.update(&told);
            told.clear();
        }
        if self.facts.rest()? {
            return Err(self.entities.damaged("有事实的主体不在主体文件中"));
        }
        if let Some(sink) = &mut self.sink {
            sink.finish()?;
        }
        self.part.digest = hash.finalize().into();
        Ok(self.part)
    }
}

impl Part {
    fn count(&mut self, graded: Graded) {
        self.entities += 1;
        if let Some(count) = self.grades.get_mut(usize::from(graded.grade)) {
            *count += 1;
        }
    }
}
