//! Processes beside each other on one data folder.

use crate::place::{ORGAN, Place, Server, penalties, text};
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
