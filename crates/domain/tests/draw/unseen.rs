//! Nothing in a published file can be changed unseen (R61).

use domain::inspection::draw::{Frame, Published, verify};
use serde_json::Value;
use std::path::PathBuf;

fn golden(name: &str) -> Value {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/draw/vectors");
    let text = std::fs::read_to_string(folder.join(format!("{name}.json"))).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// Whether a file still holds. One that cannot be read does not.
fn holds(file: &Value) -> bool {
    let read: Result<Published, _> = serde_json::from_value(file.clone());
    read.is_ok_and(|file| verify(&file, &|_, _, _| None).is_ok())
}

/// Members that say when and why, and are no part of the computation.
/// So is who became recused after the draw.
const WORDS: [&str; 4] = ["frozen", "reason", "on", "out"];

/// Changes every leaf of the value in turn and calls back with the whole.
fn vary(root: &Value, path: &mut Vec<String>, seen: &mut u32) {
    let here = root.pointer(&pointer(path)).unwrap().clone();
    match here {
        Value::Object(map) => {
            for key in map.keys() {
                if WORDS.contains(&key.as_str()) {
                    continue;
                }
                path.push(key.clone());
                vary(root, path, seen);
                path.pop();
            }
        }
        Value::Array(list) => {
            for place in 0..list.len() {
                path.push(place.to_string());
                vary(root, path, seen);
                path.pop();
            }
            // That the last change is missing cannot be seen in the file: the ledger states each.
            let open = path.last().is_some_and(|member| member == "changes");
            if !list.is_empty() && !open {
                let mut shorter = list.clone();
                shorter.pop();
                other(root, path, Value::Array(shorter), seen);
            }
        }
        Value::Number(number) => {
            let more = number.as_u64().unwrap() + 1;
            other(root, path, Value::from(more), seen);
        }
        Value::String(text) => {
            let mut chars: Vec<char> = text.chars().collect();
            let middle = chars.len() / 2;
            chars[middle] = if chars[middle] == '1' { '2' } else { '1' };
            other(root, path, Value::String(chars.into_iter().collect()), seen);
        }
        Value::Bool(_) | Value::Null => {}
    }
}

fn pointer(path: &[String]) -> String {
    path.iter().map(|part| format!("/{part}")).collect()
}

fn other(root: &Value, path: &[String], value: Value, seen: &mut u32) {
    let mut changed = root.clone();
    *changed.pointer_mut(&pointer(path)).unwrap() = value;
    assert!(!holds(&changed), "changed unseen: {}", pointer(path));
    *seen += 1;
}

#[test]
fn r61_any_changed_value_is_found() {
    for name in ["lottery-sm", "lottery-sha", "parties-sm", "changes-sha"] {
        let file = golden(name);
        assert!(holds(&file), "{name}");
        let mut seen = 0;
        vary(&file, &mut Vec::new(), &mut seen);
        assert!(seen > 100, "{name}: only {seen} changes were tried");
    }
}

#[test]
fn r61_a_frame_has_one_text() {
    let file = golden("changes-sha");
    let text = file["frame"].as_str().unwrap();
    let frame = Frame::read(text).unwrap();
    assert_eq!(frame.text(), text);
    let lines: Vec<&str> = text.lines().collect();
    for place in 0..lines.len() {
        let mut fewer = lines.clone();
        fewer.remove(place);
        // A recusal or an inspector that is left out makes another frame; anything else makes none.
        let read = Frame::read(&(fewer.join("\n") + "\n"));
        assert!(
            read.is_err() || read.is_ok_and(|other| other != frame),
            "line {place}"
        );
    }
    for wrong in [
        text.trim_end(),
        &format!("{text}\n"),
        &text.replace('\n', "\r\n"),
    ] {
        assert!(Frame::read(wrong).is_err());
    }
}

#[test]
fn r61_before_the_seed_there_are_no_results() {
    let mut file = golden("frozen-sm");
    assert!(holds(&file));
    file["drawn"] = golden("lottery-sm")["drawn"].clone();
    assert!(!holds(&file));
}

#[test]
fn r67_a_reserve_is_not_visited_by_who_is_recused_from_it() {
    let file = golden("changes-sha");
    let kinds: Vec<&str> = file["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|change| change["kind"].as_str().unwrap())
        .collect();
    assert_eq!(kinds[..2], ["replaced", "redrawn"]);
    let mut silent = file.clone();
    silent["changes"].as_array_mut().unwrap().truncate(1);
    assert!(!holds(&silent), "the recused member stays");
    let mut other = file.clone();
    other["changes"].as_array_mut().unwrap().swap(1, 2);
    assert!(!holds(&other), "something else comes first");
}
