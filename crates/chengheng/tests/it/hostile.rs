//! Hostile files: a Chinese sentence, exit code 1, and a process that ends by itself.

use crate::place::{ORGAN, Place, penalties, text};

#[test]
fn hostile_files_are_refused_in_chinese_and_nothing_is_written() {
    let place = Place::new("hostile");
    place.with_register();
    assert_eq!(
        place
            .run(&["organ", "add", ORGAN, "枣庄市拟设市场监督管理局"])
            .code,
        0
    );
    let size = place.size();
    let header = penalties(&[]);
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("empty.csv", Vec::new()),
        ("header-only-wrong.csv", "甲,乙,丙\n1,2,3\n".into()),
        ("null.csv", vec![0; 4_096]),
        (
            "random.xlsx",
            (0..4_096_u32)
                .map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8)
                .collect(),
        ),
        (
            "truncated.xlsx",
            b"PK\x03\x04\x14\x00\x00\x00\x08\x00".to_vec(),
        ),
        (
            "page.xls",
            b"<html><table><tr><td>1</td></tr></table></html>".to_vec(),
        ),
        ("quote.csv", format!("{header}\"never closed").into_bytes()),
        (
            "long.csv",
            format!("{header}{}\n", "甲".repeat(200_000)).into_bytes(),
        ),
        ("bad.json", b"[{\"CF_WSH\": ".to_vec()),
        ("deep.json", "[".repeat(100_000).into_bytes()),
        ("ole.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".repeat(64)),
    ];
    for (name, bytes) in cases {
        let file = place.file(name, bytes);
        let ran = place.run(&[
            "intake",
            "penalty-2018",
            "--organ",
            ORGAN,
            text(&file),
            "--today",
            "2026-05-20",
        ]);
        assert_eq!(ran.code, 1, "{name}: {}{}", ran.out, ran.err);
        let told = format!("{}{}", ran.out, ran.err);
        assert!(told.chars().any(|c| c > '\u{2fff}'), "{name}: {told}");
    }
    assert_eq!(place.size(), size);
}

#[test]
fn hostile_cells_reject_their_row_only() {
    let place = Place::new("cells");
    place.with_register();
    let table = penalties(&[
        (1, "2026/05/12", "=cmd|' /C calc'!A0"),
        (2, "2026/05/12", "<script>alert(1)</script>"),
        (3, "2026/05/12", "事实丙"),
    ]);
    let file = place.file("p.csv", table);
    let (_, summary) = place.json(&[
        "intake",
        "penalty-2018",
        "--organ",
        ORGAN,
        text(&file),
        "--today",
        "2026-05-20",
    ]);
    assert_eq!(summary["rows"], 3, "{summary}");
    assert!(summary["accepted"].as_u64() >= Some(1), "{summary}");
}
