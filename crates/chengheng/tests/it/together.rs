//! Processes beside each other on one data folder.

use crate::place::{ORGAN, Place, Server, penalties, text};
use domain::ledger::Suite;
use std::io::{Read, Write};
use std::time::{Duration, Instant};

#[test]
fn a_second_process_writes_beside_the_server_and_a_backup_restores() {
    let place = Place::new("together");
    place.with_register();
    let server = place.serve(&["--today", "2026-05-20"]);
    let file = place.file("p.csv", penalties(&[(1, "2026/05/12", "事实甲")]));
    let (code, summary) = place.json(&[
        "intake",
        "penalty-2018",
        "--organ",
        ORGAN,
        text(&file),
        "--today",
        "2026-05-20",
    ]);
    assert_eq!(
        (code, summary["accepted"].as_u64()),
        (0, Some(1)),
        "{summary}"
    );
    assert_eq!(place.run(&["tick", "--today", "2026-05-20"]).code, 0);
    let begun = Instant::now();
    while !page(&server, "/penalties").contains("枣市监罚〔2026〕1号") {
        assert!(
            begun.elapsed() < Duration::from_secs(15),
            "the server follows within seconds"
        );
        std::thread::sleep(Duration::from_millis(200));
    }
    let backup = place.root.join("backup.zip");
    let (code, written) = place.json(&["backup", text(&backup)]);
    assert_eq!(code, 0, "{written}");
    assert_eq!(
        place.run(&["backup", text(&backup)]).code,
        1,
        "an old backup is not overwritten"
    );
    let size = place.size();
    assert_eq!(server.stop(), Some(0), "SIGTERM ends the server in order");
    let elsewhere = Place::new("restored");
    let (code, verified) = elsewhere.json(&["restore", text(&backup)]);
    assert_eq!(
        (code, verified["entries"].as_u64()),
        (0, Some(size)),
        "{verified}"
    );
    assert_eq!(
        elsewhere.run(&["restore", text(&backup)]).code,
        1,
        "a ledger is not overwritten"
    );
    let (_, receipt) = elsewhere.json(&[
        "screen",
        "91370404MAY42KH57E",
        "--matter",
        "bidding",
        "--case",
        "1",
        "--today",
        "2026-05-21",
    ]);
    assert_eq!(receipt["sheet"]["outcome"], "effects", "{receipt}");
}

/// A photograph stands under its digest beside the database; the ledger names the digest alone.
#[test]
fn evidence_is_in_a_backup_and_damaged_evidence_is_not_restored() {
    let place = Place::new("evidence");
    place.with_register();
    let photo = b"\xff\xd8\xff a photograph";
    let digest = format!("{:x}", Suite::International.digest(&[photo]));
    let folder = place.data().join("evidence");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(&digest), photo).unwrap();
    std::fs::write(folder.join("1-2.draft"), b"half of it").unwrap();
    let backup = place.root.join("backup.zip");
    assert_eq!(place.run(&["backup", text(&backup)]).code, 0);
    let elsewhere = Place::new("evidence-restored");
    assert_eq!(elsewhere.run(&["restore", text(&backup)]).code, 0);
    let restored = elsewhere.data().join("evidence");
    assert_eq!(std::fs::read(restored.join(&digest)).unwrap(), photo);
    assert_eq!(std::fs::read_dir(restored).unwrap().count(), 1);
    std::fs::write(folder.join(&digest), b"\xff\xd8\xff another one").unwrap();
    let damaged = place.root.join("damaged.zip");
    assert_eq!(place.run(&["backup", text(&damaged)]).code, 0);
    let third = Place::new("evidence-damaged");
    let restored = third.run(&["restore", text(&damaged)]);
    assert_eq!(restored.code, 1);
    assert!(restored.out.contains(&digest), "{}", restored.out);
    assert!(!third.data().join("evidence").exists());
    assert_eq!(third.size(), place.size(), "the ledger is there");
}

/// The whole answer to a GET.
pub fn page(server: &Server, path: &str) -> String {
    let mut stream = server.connect();
    let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn two_processes_that_make_a_folder_at_once_agree_on_the_key() {
    let place = Place::new("race");
    let mut first = place
        .command(&["organ", "add", ORGAN, "拟设局"])
        .spawn()
        .unwrap();
    let second = place.run(&["organ", "add", "11370400MAY0000250", "拟设办"]);
    let first = first.wait().unwrap();
    assert_eq!((first.code(), second.code), (Some(0), 0), "{}", second.err);
    let organs = place.run(&["organ", "list"]).out;
    assert_eq!(organs.lines().count(), 2, "{organs}");
    place.size();
}
