//! A table of named points at which the writer fails × what is persisted.

use crate::city::*;
use desk::Fault;
use desk::ports::{Follower, Ledger, Registry, Store};
use domain::ledger::Event;
use std::sync::{Arc, Mutex};
use store::{Faults, Point, Sqlite};

/// Fails once at the chosen point.
#[derive(Default)]
struct Trap(Mutex<Option<Point>>);

impl Faults for Trap {
    fn reach(&self, point: Point) -> Result<(), Fault> {
        let mut set = self.0.lock().unwrap();
        match *set == Some(point) {
            true => {
                *set = None;
                Err(Fault::store("the trap"))
            }
            false => Ok(()),
        }
    }
}

/// Remembers whom it was told of.
#[derive(Default)]
struct Witness(Mutex<Vec<u64>>);

impl Follower for Witness {
    fn follow(&self, entries: &[(u64, Box<Event>)]) {
        self.0
            .lock()
            .unwrap()
            .extend(entries.iter().map(|(seq, _)| *seq));
    }
}

fn holds(store: &Sqlite, point: Point) {
    assert_eq!(
        store.verify(&mut |_, _| ()).unwrap().broken,
        None,
        "{point:?}"
    );
    assert!(
        store.rebuild(&mut |_, _| ()).unwrap().equal(),
        "R38 {point:?}"
    );
}

#[test]
fn what_is_persisted_at_each_point_of_failure() {
    let cases = [
        (Point::BeforeAppend, false),
        (Point::AfterAppend, false),
        (Point::BeforeHead, false),
        (Point::BeforeCommit, false),
        (Point::AfterCommit, true),
    ];
    assert_eq!(cases.map(|(point, _)| point), Point::ALL);
    for (point, persisted) in cases {
        let folder = Folder::new("faults");
        let trap = Arc::new(Trap::default());
        let mut options = folder.options();
        options.faults = Some(Arc::clone(&trap) as Arc<dyn Faults>);
        let store = Sqlite::open(options).unwrap();
        let witness = Arc::new(Witness::default());
        store
            .attach(Arc::clone(&witness) as Arc<dyn Follower>, &mut || Ok(()))
            .unwrap();
        append(&store, (1..=300).map(|n| entity(n, "甲公司")).collect()).unwrap();
        *trap.0.lock().unwrap() = Some(point);
        let failed = append(&store, (301..=600).map(|n| entity(n, "乙公司")).collect());
        assert!(failed.is_err(), "{point:?}");
        holds(&store, point);
        append(&store, vec![entity(601, "丙公司")]).unwrap();
        let expected = if persisted { 601 } else { 301 };
        assert_eq!(store.size().unwrap(), expected, "{point:?}");
        assert_eq!(store.count_entities().unwrap(), expected, "{point:?}");
        // Everybody who follows hears of every durable entry, once and in order.
        let told = witness.0.lock().unwrap().clone();
        assert_eq!(told, (0..expected).collect::<Vec<_>>(), "{point:?}");
        holds(&store, point);
    }
}

#[test]
fn a_work_that_goes_on_after_a_failed_append_is_not_kept() {
    let folder = Folder::new("spoiled");
    let trap = Arc::new(Trap(Mutex::new(Some(Point::AfterAppend))));
    let mut options = folder.options();
    options.faults = Some(trap);
    let store = Sqlite::open(options).unwrap();
    let outcome = submit(&store, |tx| {
        let _ = tx.append(entity(1, "甲公司"));
        tx.append(entity(2, "乙公司")).map(|_| ())
    });
    assert!(outcome.is_err());
    assert_eq!(store.size().unwrap(), 0);
    assert!(submit(&store, |_| panic!("a bug of the desk")).is_err());
    append(&store, vec![entity(3, "丙公司")]).unwrap();
    holds(&store, Point::AfterAppend);
}
