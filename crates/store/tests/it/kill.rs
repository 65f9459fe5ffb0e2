//! A process that is killed at any moment loses nothing it acknowledged.

use crate::city::*;
use desk::ports::Ledger;
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::time::Duration;
use store::Sqlite;

const FILE: &str = "CHENGHENG_TEST_KILL_FILE";
const ROUNDS: u64 = 30;

/// The child: appends until it is killed, and says aloud what was acknowledged. Run as an ordinary
/// test it has nothing to do.
#[test]
fn child_appends_until_it_is_killed() {
    let Ok(file) = std::env::var(FILE) else {
        return;
    };
    let mut options = Folder::new("child").options();
    options.path = file.into();
    let store = Sqlite::open(options).unwrap();
    let mut out = std::io::stdout();
    let start = u32::try_from(store.size().unwrap()).unwrap();
    for number in start.. {
        let batch = (0..number % 9 + 1)
            .map(|step| penalty(number * 10 + step))
            .collect();
        let (seqs, _) = append(&store, batch).unwrap();
        writeln!(out, "\nacknowledged {}", seqs.last().unwrap()).unwrap();
        out.flush().unwrap();
    }
}

/// Lets a child write for `moment`, kills it, and returns the last entry it acknowledged.
fn killed_after(folder: &Folder, moment: Duration) -> Option<u64> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "kill::child_appends_until_it_is_killed",
            "--nocapture",
        ])
        .env(FILE, folder.file())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let reader = std::thread::spawn(move || {
        let numbers = lines.map_while(Result::ok).filter_map(|line| {
            line.strip_prefix("acknowledged ")
                .and_then(|number| number.parse().ok())
        });
        numbers.last()
    });
    std::thread::sleep(moment);
    child.kill().unwrap();
    child.wait().unwrap();
    reader.join().unwrap()
}

#[test]
fn nothing_acknowledged_is_lost_when_the_process_is_killed() {
    let folder = Folder::new("kill");
    drop(folder.open());
    let (mut random, mut last, mut heard) = (88_172_645_463_325_252_u64, None, 0);
    for round in 0..ROUNDS {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        let acknowledged = killed_after(&folder, Duration::from_millis(15 + random % 120));
        heard += u64::from(acknowledged.is_some());
        last = last.max(acknowledged);
        let store = folder.open();
        let size = store.size().unwrap();
        assert!(
            last.is_none_or(|last| last < size),
            "round {round}: {last:?} of {size}"
        );
        assert_eq!(
            store.verify(&mut |_, _| ()).unwrap().broken,
            None,
            "round {round}"
        );
    }
    assert!(
        heard > ROUNDS / 4,
        "only {heard} children came so far as to write"
    );
    assert!(
        folder.open().rebuild(&mut |_, _| ()).unwrap().equal(),
        "R38"
    );
}
