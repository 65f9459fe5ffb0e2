//! Group commit: many threads share commits, and a failing work disturbs nobody.

use crate::city::*;
use desk::Fault;
use desk::ports::{Ledger, More, Registry, Store};
use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::mpsc::channel;

#[test]
fn a_failing_work_leaves_its_neighbours_alone() {
    let folder = Folder::new("group");
    let store = folder.open();
    let (tell, told) = channel();
    for number in 1..=400 {
        let tell = tell.clone();
        let work = move |tx: &mut dyn desk::ports::Transaction| {
            tx.append(entity(number, "甲公司"))?;
            tx.append(entity(number + 1_000, "乙公司"))?;
            match number % 7 {
                0 => Err(Fault::broken("refused")),
                _ => Ok(()),
            }
        };
        let done = move |outcome: Result<_, _>| tell.send((number, outcome.is_ok())).unwrap();
        store.submit(Box::new(work), Box::new(done));
    }
    drop(tell);
    let outcomes: Vec<(u32, bool)> = told.iter().collect();
    assert_eq!(outcomes.len(), 400);
    assert!(
        outcomes
            .iter()
            .all(|(number, kept)| *kept == (number % 7 != 0))
    );
    let kept = 400 - 400 / 7;
    assert_eq!(store.size().unwrap(), 2 * kept);
    for number in 1..=400 {
        let known = store.profile(&entity_code(number)).unwrap().is_some();
        assert_eq!(known, number % 7 != 0, "{number}");
    }
    assert_eq!(store.verify(&mut |_, _| ()).unwrap().broken, None);
    assert!(store.rebuild(&mut |_, _| ()).unwrap().equal());
}

#[test]
fn every_thread_gets_a_checkpoint_that_holds_its_entry() {
    let folder = Folder::new("threads");
    let store = folder.open();
    let seen = Mutex::new(BTreeSet::new());
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let (store, seen) = (&store, &seen);
            scope.spawn(move || {
                for number in 0..40 {
                    let sealed = vec![entity(thread * 100 + number, "甲公司")];
                    let (seqs, committed) = append(store, sealed).unwrap();
                    assert!(seqs[0] < committed.size);
                    seen.lock().unwrap().insert(seqs[0]);
                }
            });
        }
    });
    assert_eq!(seen.into_inner().unwrap(), (0..320).collect());
    assert_eq!(store.verify(&mut |_, _| ()).unwrap().broken, None);
}

#[test]
fn blocks_that_follow_one_another_are_kept_or_lost_together() {
    let folder = Folder::new("blocks");
    let store = folder.open();
    let (tell, told) = channel();
    let (open, gate) = channel::<()>();
    // Holds the writer until all the others stand in its queue.
    store.submit(
        Box::new(move |_| gate.recv().map_err(|_| Fault::broken("no gate"))),
        Box::new(|_| ()),
    );
    let hand_in = |block: bool, number: u32, fails: bool| {
        let tell = tell.clone();
        let work = move |tx: &mut dyn desk::ports::Transaction| {
            tx.append(entity(number, "甲公司"))?;
            match fails {
                true => Err(Fault::broken("refused")),
                false => Ok(()),
            }
        };
        let done = move |outcome: Result<desk::ports::Committed, Fault>| {
            let size = outcome.ok().map(|committed| committed.size);
            tell.send((number, size)).unwrap();
        };
        match block {
            true => store.submit_block(Box::new(work), More::Follows, Box::new(done)),
            false => store.submit(Box::new(work), Box::new(done)),
        }
    };
    hand_in(true, 1, false);
    hand_in(true, 2, false);
    hand_in(false, 3, false);
    hand_in(true, 4, false);
    hand_in(true, 5, true);
    hand_in(false, 6, false);
    open.send(()).unwrap();
    let told: Vec<(u32, Option<u64>)> = told.iter().take(6).collect();
    let expected = [
        (1, Some(2)),
        (2, Some(2)),
        (3, Some(3)),
        (4, None),
        (5, None),
        (6, Some(4)),
    ];
    assert_eq!(told, expected);
    assert_eq!(store.size().unwrap(), 4);
    assert_eq!(store.verify(&mut |_, _| ()).unwrap().broken, None);
    assert!(store.rebuild(&mut |_, _| ()).unwrap().equal());
}
