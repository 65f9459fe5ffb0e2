//! The one thread that writes, with group commit.
//!
//! While one commit is on its way to disk, the next works gather in the queue; they then share one
//! transaction and one sync. Each runs in a savepoint of its own, so a failure leaves its
//! neighbours alone.

use crate::core::{Batch, Core, Shared};
use crate::ledger::Shelf;
use crate::sql::run;
use crate::trouble::Trouble;
use crate::work::Desk;
use desk::Fault;
use desk::ports::{Committed, Done, More, Work};
use domain::ledger::Event;
use rusqlite::Connection;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// Works that may wait. Whoever hands in more waits himself, so memory stays bounded.
const QUEUE: usize = 4_096;
/// Works in one commit.
const MOST_WORKS: usize = 512;
/// Appends after which a commit takes no further work.
const MOST_APPENDS: usize = 16_000;
/// Appends after which no further block joins the one before it. A commit writes the pages of all
/// indexes anew, whether it brings one row for each or ten.
const MOST_OF_BLOCKS: usize = 40_000;
/// How long a transaction waits for a block that is to follow.
const SOON: Duration = Duration::from_millis(250);

/// What is to be done inside the writer's transaction.
pub(crate) enum Task {
    Work(Work),
    /// A large work that shares a commit with other such works only, and without a savepoint, which
    /// would copy every page it touches: they are kept or lost together.
    Block(Work, More),
    /// A write that appends nothing: accounts and sessions.
    Plain(Plain),
}

pub(crate) type Plain = Box<dyn FnOnce(&Connection) -> Result<(), Trouble> + Send>;

type Job = (Task, Done);

/// Handle of the writing thread. Dropping it waits until all works are done.
pub(crate) struct Writer {
    queue: Mutex<Option<SyncSender<Job>>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub fn start(shared: Arc<Shared>) -> Self {
        let (queue, jobs) = sync_channel(QUEUE);
        let thread = std::thread::spawn(move || write(&shared, &jobs));
        Self {
            queue: Mutex::new(Some(queue)),
            thread: Some(thread),
        }
    }

    pub fn submit(&self, task: Task, done: Done) {
        let queue = self
            .queue
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let refused = match queue {
            Some(queue) => queue.send((task, done)).err().map(|error| error.0.1),
            None => Some(done),
        };
        if let Some(done) = refused {
            done(Err(Fault::store("the writer has stopped")));
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.queue
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        let Some(thread) = self.thread.take() else {
            return;
        };
        // The last owner may be a `done` on the writer's own thread, which cannot wait for itself.
        if thread.thread().id() != std::thread::current().id() && thread.join().is_err() {
            tracing::error!("the writer panicked");
        }
    }
}

fn write(shared: &Shared, jobs: &Receiver<Job>) {
    let mut line = Line {
        jobs,
        held: None,
        past: rubbish(),
    };
    while let Some(first) = line.wait() {
        let answers = commit(shared, first, &mut line);
        for (done, answer) in answers {
            done(answer);
        }
    }
}

/// The queue as the writer sees it.
struct Line<'a> {
    jobs: &'a Receiver<Job>,
    /// What came up while works of the other sort were being gathered; it begins the next commit.
    held: Option<Job>,
    /// Where events go that everybody has seen.
    past: Sender<Vec<(u64, Box<Event>)>>,
}

/// Frees events on a thread of its own: they were made on others, and giving their memory back
/// takes the writer longer than telling the index.
fn rubbish() -> Sender<Vec<(u64, Box<Event>)>> {
    let (past, events) = channel();
    std::thread::spawn(move || events.into_iter().for_each(drop));
    past
}

impl Line<'_> {
    fn wait(&mut self) -> Option<Job> {
        self.held.take().or_else(|| self.jobs.recv().ok())
    }

    /// What joins the group that is being gathered.
    fn joins(&mut self) -> Option<Job> {
        let job = self.jobs.try_recv().ok()?;
        match job.0 {
            Task::Block(..) => {
                self.held = Some(job);
                None
            }
            Task::Work(_) | Task::Plain(_) => Some(job),
        }
    }

    /// The block that joins those before it, unless anybody else waits.
    fn follows(&mut self, batch: &Batch, more: More) -> Option<Job> {
        let job = match more {
            _ if batch.leaves.len() >= MOST_OF_BLOCKS => None,
            More::Follows => self.jobs.recv_timeout(SOON).ok(),
            More::Ends => self.jobs.try_recv().ok(),
        }?;
        match job.0 {
            Task::Block(..) => Some(job),
            Task::Work(_) | Task::Plain(_) => {
                self.held = Some(job);
                None
            }
        }
    }
}

/// One work of a batch, after it ran.
struct Ran {
    done: Done,
    outcome: Result<Vec<u64>, Fault>,
}

type Answers = Vec<(Done, Result<Committed, Fault>)>;

/// Runs a batch of works, commits them, tells the follower; returns whom to answer what.
fn commit(shared: &Shared, first: Job, line: &mut Line<'_>) -> Answers {
    let core = shared.lock();
    if let Err(trouble) = core.begin(shared) {
        core.roll_back();
        return vec![(first.1, Err(trouble.into()))];
    }
    let (mut batch, mut ran) = (Batch::default(), Vec::new());
    let mut next = Some(first);
    let mut group = false;
    while let Some((task, done)) = next {
        let block = match &task {
            Task::Block(_, more) => Some(*more),
            Task::Work(_) | Task::Plain(_) => None,
        };
        let following = (block.is_none() && room(&batch, ran.len()))
            .then(|| line.joins())
            .flatten();
        group |= following.is_some();
        let outcome = match group {
            true => guarded(shared, &core, &mut batch, task),
            false => execute(shared, &core.conn, &mut batch, task),
        };
        // A full disk makes SQLite end the whole transaction; what came after would commit by itself.
        let lost = core.conn.is_autocommit();
        let alone_and_failed = !group && outcome.is_err();
        ran.push(Ran {
            done,
            outcome: outcome.map_err(Fault::from),
        });
        if lost || alone_and_failed {
            core.roll_back();
            ran.extend(following.map(|(_, done)| Ran {
                done,
                outcome: Ok(Vec::new()),
            }));
            return refuse(ran, Fault::store("the transaction was rolled back"));
        }
        next = match block {
            Some(more) => line.follows(&batch, more),
            None => following,
        };
    }
    match core.commit(shared, &mut batch) {
        Ok(()) => {
            if let (Some(follower), false) = (&core.follower, batch.appended.is_empty()) {
                follower.follow(&batch.appended);
            }
            // Without that thread they are freed here.
            let _ = line.past.send(std::mem::take(&mut batch.appended));
            ran.into_iter()
                .map(|ran| answer(shared, &core, ran))
                .collect()
        }
        Err(trouble) => {
            core.roll_back();
            refuse(ran, trouble.into())
        }
    }
}

fn room(batch: &Batch, works: usize) -> bool {
    works + 1 < MOST_WORKS && batch.leaves.len() < MOST_APPENDS
}

/// Tells everybody that nothing was written: each his own reason, or the one of the whole batch.
fn refuse(ran: Vec<Ran>, why: Fault) -> Answers {
    let (place, text) = (why.place, why.to_string());
    let reason = |outcome: Result<Vec<u64>, Fault>| match outcome {
        Err(own) => own,
        Ok(_) => Fault::new(place, text.clone()),
    };
    ran.into_iter()
        .map(|ran| (ran.done, Err(reason(ran.outcome))))
        .collect()
}

/// Runs a task in a savepoint and takes back all it did if it fails.
fn guarded(
    shared: &Shared,
    core: &Core,
    batch: &mut Batch,
    task: Task,
) -> Result<Vec<u64>, Trouble> {
    let (leaves, late) = (batch.leaves.len(), batch.late.mark());
    run(&core.conn, "SAVEPOINT work", [])?;
    let outcome = execute(shared, &core.conn, batch, task);
    if outcome.is_err() {
        batch.leaves.truncate(leaves);
        batch.appended.truncate(leaves);
        batch.late.back_to(late);
        run(&core.conn, "ROLLBACK TO work", [])?;
    }
    run(&core.conn, "RELEASE work", [])?;
    outcome
}

/// Runs one task; a panic in it is a fault like any other, because the writer must live on.
fn execute(
    shared: &Shared,
    conn: &Connection,
    batch: &mut Batch,
    task: Task,
) -> Result<Vec<u64>, Trouble> {
    let outcome = catch_unwind(AssertUnwindSafe(|| match task {
        Task::Work(work) | Task::Block(work, _) => Desk::run(shared, conn, batch, work),
        Task::Plain(write) => write(conn).map(|()| Vec::new()),
    }));
    outcome.unwrap_or_else(|_| Err(Trouble::broken("写入过程中程序出错")))
}

/// The checkpoint of the commit, with the proofs a work asked for.
fn answer(shared: &Shared, core: &Core, ran: Ran) -> (Done, Result<Committed, Fault>) {
    let answer = ran.outcome.and_then(|wanted| {
        let head = shared.head();
        let (size, shelf) = (head.edge.size(), Shelf(&core.conn));
        let tree = head.edge.over(&shelf);
        let prove = |seq| Ok((seq, tree.inclusion(seq, size).map_err(Trouble::from)?));
        let proofs = wanted
            .into_iter()
            .map(prove)
            .collect::<Result<_, Fault>>()?;
        Ok(Committed {
            checkpoint: Arc::clone(&head.checkpoint),
            size,
            proofs,
        })
    });
    (ran.done, answer)
}
