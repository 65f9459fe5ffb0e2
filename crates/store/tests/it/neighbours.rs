//! Two stores on one file, as a timer's command beside a server.

use crate::city::*;
use desk::ports::{Follower, Ledger, Registry, Store};
use domain::ledger::Event;
use std::sync::{Arc, Mutex};

#[derive(Default)]
struct Witness(Mutex<Vec<(u64, String)>>);

impl Follower for Witness {
    fn follow(&self, entries: &[(u64, Box<Event>)]) {
        let told = entries
            .iter()
            .map(|(seq, event)| (*seq, event.kind().to_owned()));
        self.0.lock().unwrap().extend(told);
    }
}

#[test]
fn two_processes_write_one_ledger() {
    let folder = Folder::new("neighbours");
    let (server, timer) = (folder.open(), folder.open());
    let witness = Arc::new(Witness::default());
    server
        .attach(Arc::clone(&witness) as Arc<dyn Follower>, &mut || Ok(()))
        .unwrap();
    let mut number = 0;
    for round in 0..40 {
        let store = if round % 2 == 0 { &server } else { &timer };
        let batch = (0..17)
            .map(|step| entity(number + step, "甲公司"))
            .collect();
        number += 17;
        append(store, batch).unwrap();
    }
    assert_eq!(timer.size().unwrap(), 40 * 17);
    assert_eq!(server.size().unwrap(), 39 * 17);
    assert_eq!(server.catch_up().unwrap(), 17);
    assert_eq!(server.catch_up().unwrap(), 0);
    assert_eq!(server.checkpoint().unwrap(), timer.checkpoint().unwrap());
    let told = witness
        .0
        .lock()
        .unwrap()
        .iter()
        .map(|(seq, _)| *seq)
        .collect::<Vec<_>>();
    assert_eq!(told, (0..40 * 17).collect::<Vec<_>>());
    assert_eq!(server.verify(&mut |_, _| ()).unwrap().broken, None);
    assert!(timer.rebuild(&mut |_, _| ()).unwrap().equal());
}

#[test]
fn both_write_at_the_same_time() {
    let folder = Folder::new("both");
    let stores = [folder.open(), folder.open()];
    std::thread::scope(|scope| {
        for (offset, store) in (0..).zip(&stores) {
            scope.spawn(move || {
                for number in 0..150 {
                    append(store, vec![entity(offset * 1_000 + number, "甲公司")]).unwrap();
                }
            });
        }
    });
    let [first, second] = &stores;
    first.catch_up().unwrap();
    second.catch_up().unwrap();
    assert_eq!((first.size().unwrap(), second.size().unwrap()), (300, 300));
    assert_eq!(first.count_entities().unwrap(), 300);
    assert_eq!(first.verify(&mut |_, _| ()).unwrap().broken, None);
}
