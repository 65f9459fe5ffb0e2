//! Rehearsals on their way and those done since the start.

use desk::rehearsal::{GradeMove, RecordMove, Rehearsal};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

/// So many are remembered; the oldest one that is done makes room, with its file.
const MOST: usize = 8;

/// Rehearsals in the order in which they were asked for. They are lost with the process: whoever
/// needs one again rehearses again.
#[derive(Debug, Default)]
pub(crate) struct Jobs(Mutex<Vec<Arc<Job>>>);

/// One rehearsal.
#[derive(Debug)]
pub(crate) struct Job {
    pub id: String,
    /// What is rehearsed, in words.
    pub title: String,
    /// Page that asked for it.
    pub back: String,
    pub by: String,
    /// Milliseconds since 1970.
    pub at: i64,
    /// Digest of the rehearsed pack.
    pub with: String,
    /// Rows done, of how many.
    pub progress: Mutex<(u64, u64)>,
    pub outcome: Mutex<Option<Outcome>>,
}

#[derive(Debug, Clone)]
pub(crate) enum Outcome {
    Done(Arc<Found>),
    /// Our failure; the cause is in the log.
    Failed,
}

/// What a rehearsal found.
#[derive(Debug)]
pub(crate) struct Found {
    pub rehearsal: Rehearsal,
    /// The first rows of each kind; all of them stand in the file.
    pub grades: Vec<GradeMove>,
    pub records: Vec<RecordMove>,
    pub file: PathBuf,
    /// Rows that did not go into the file, because it would have become too long.
    pub cut: u64,
}

impl Job {
    pub fn outcome(&self) -> Option<Outcome> {
        self.outcome.lock().ok()?.clone()
    }
}

impl Jobs {
    /// Takes a rehearsal in, unless another is under way: one uses the whole machine already.
    pub fn add(&self, job: &Arc<Job>) -> bool {
        let Ok(mut jobs) = self.0.lock() else {
            return false;
        };
        if jobs.iter().any(|job| job.outcome().is_none()) {
            return false;
        }
        while jobs.len() >= MOST {
            let oldest = jobs.remove(0);
            if let Some(Outcome::Done(found)) = oldest.outcome()
                && let Err(error) = std::fs::remove_file(&found.file)
            {
                tracing::warn!(%error, "rows of an old rehearsal stay on disk");
            }
        }
        jobs.push(Arc::clone(job));
        true
    }

    pub fn get(&self, id: &str) -> Option<Arc<Job>> {
        let jobs = self.0.lock().ok()?;
        jobs.iter().find(|job| job.id == id).cloned()
    }

    /// The rehearsals of a pack, latest first.
    pub fn with(&self, digest: &str) -> Vec<Arc<Job>> {
        let mut jobs = self.all();
        jobs.retain(|job| job.with == digest);
        jobs
    }

    /// All that are remembered, latest first.
    pub fn all(&self) -> Vec<Arc<Job>> {
        let jobs = self.0.lock().map(|jobs| jobs.clone()).unwrap_or_default();
        jobs.into_iter().rev().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job(id: usize) -> Arc<Job> {
        Arc::new(Job {
            id: id.to_string(),
            title: String::new(),
            back: String::new(),
            by: String::new(),
            at: 0,
            with: "d".to_owned(),
            progress: Mutex::default(),
            outcome: Mutex::default(),
        })
    }

    #[test]
    fn one_at_a_time_and_only_the_last_ones_are_kept() {
        let jobs = Jobs::default();
        for id in 0..20 {
            let job = job(id);
            assert!(jobs.add(&job), "{id}");
            assert!(!jobs.add(&self::job(100)), "another is under way");
            *job.outcome.lock().unwrap() = Some(Outcome::Failed);
        }
        assert_eq!(jobs.all().len(), MOST);
        assert_eq!(jobs.with("d").first().unwrap().id, "19");
        assert!(jobs.get("0").is_none());
    }
}
