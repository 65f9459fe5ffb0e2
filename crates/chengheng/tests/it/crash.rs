//! SIGKILL at any moment: what was acknowledged is there, and the ledger verifies.

use crate::place::{ORGAN, Place, Server, penalties, text};
use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::Duration;

#[test]
fn a_killed_intake_leaves_a_whole_ledger_and_can_be_sent_again() {
    let place = Place::new("kill-intake");
    place.with_register();
    let rows: Vec<(u32, &str, &str)> = (1..=12_000).map(|n| (n, "2026/05/12", "事实甲")).collect();
    let file = place.file("p.csv", penalties(&rows));
    let words = [
        "intake",
        "penalty-2018",
        "--organ",
        ORGAN,
        text(&file),
        "--today",
        "2026-05-20",
    ];
    for pause in [150, 400, 800] {
        let mut child = place
            .command(&words)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(pause));
        let _ = child.kill();
        child.wait().unwrap();
        place.size();
    }
    let (_, summary) = place.json(&words);
    assert_eq!(summary["rows"].as_u64(), Some(12_000), "{summary}");
    let shown = place.json(&[
        "screen",
        "91370404MAY42KH57E",
        "--matter",
        "bidding",
        "--case",
        "1",
        "--today",
        "2026-05-21",
    ]);
    assert_eq!(
        shown.1["sheet"]["effects"].as_array().map(Vec::len),
        Some(12_000),
        "each decision once"
    );
}

#[test]
fn every_acknowledged_receipt_outlives_a_kill() {
    let place = Place::new("kill-receipts");
    place.with_register();
    let (_, made) = place.json(&[
        "account",
        "add",
        "拟系统",
        "--role",
        "counter",
        "--organ",
        ORGAN,
        "--system",
    ]);
    let key = made["key"].as_str().unwrap().to_owned();
    let mut server = place.serve(&[]);
    let receipts = Arc::new(Mutex::new(Vec::new()));
    let askers: Vec<_> = (0..4)
        .map(|number| ask(&server, number, &key, &receipts))
        .collect();
    std::thread::sleep(Duration::from_millis(1_500));
    server.kill();
    for asker in askers {
        asker.join().unwrap();
    }
    let receipts = receipts.lock().unwrap().clone();
    assert!(
        receipts.len() > 20,
        "{} receipts before the kill",
        receipts.len()
    );
    let size = place.size();
    let public = place.data().join("keys/ledger.pub");
    for (number, receipt) in receipts.iter().enumerate() {
        let seq = receipt["entry"]["seq"].as_u64().unwrap();
        assert!(seq < size, "R47: receipt {seq} of {size}");
        // Every receipt is in the tree; a sample also goes through the commands.
        if number % (receipts.len() / 10).max(1) == 0 {
            let file = place.file("r.json", receipt.to_string());
            let ran = place.run(&["receipt", "verify", text(&file), "--key", text(&public)]);
            assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
            assert_eq!(place.run(&["ledger", "proof", &seq.to_string()]).code, 0);
        }
    }
}

/// Asks one question after another over one connection until the server is gone.
fn ask(
    server: &Server,
    number: usize,
    key: &str,
    receipts: &Arc<Mutex<Vec<Value>>>,
) -> std::thread::JoinHandle<()> {
    let (stream, key, receipts) = (server.connect(), key.to_owned(), Arc::clone(receipts));
    std::thread::spawn(move || {
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        for case in 0.. {
            let body = serde_json::json!({
                "code": "91370404MAY42KH57E", "matter": "bidding", "case_no": format!("{number}-{case}"),
            });
            let Some((status, answer)) = post(&stream, &mut reader, &key, &body.to_string()) else {
                return;
            };
            assert_eq!(status, 200, "{answer}");
            let answer: Value = serde_json::from_str(&answer).unwrap();
            let receipt = answer.get("receipt").cloned().unwrap_or(answer);
            receipts.lock().unwrap().push(receipt);
        }
    })
}

/// Status and body; `None` when the server went away.
fn post(
    mut stream: &TcpStream,
    reader: &mut BufReader<TcpStream>,
    key: &str,
    body: &str,
) -> Option<(u16, String)> {
    let request = format!(
        "POST /api/v1/screenings HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
         Authorization: Bearer {key}\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).ok()?;
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let status = line.split(' ').nth(1)?.parse().ok()?;
    let mut length = 0;
    loop {
        line.clear();
        reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
        if line == "\r\n" {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    String::from_utf8(body).ok().map(|body| (status, body))
}
