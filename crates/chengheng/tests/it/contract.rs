//! The command line as scripts outside the repository call it: outputs and exit codes.

use crate::place::{OFFICE, ORGAN, Place, REGISTER, penalties, text};
use std::fs;

#[test]
fn r35_code_check_needs_no_folder_and_answers_line_by_line() {
    let place = Place::new("code");
    let input = "91350100M000100Y43\n91350203M0001QKT19\n00000000000000000X\n91350100M000100Y44\n";
    let ran = place.with_input(&["code", "check"], input.as_bytes());
    let verdicts: Vec<&str> = ran
        .out
        .lines()
        .map(|line| line.split('\t').nth(1).unwrap())
        .collect();
    assert_eq!(
        verdicts,
        ["valid", "nonconforming", "absent", "invalid"],
        "{}",
        ran.out
    );
    assert!(
        ran.out.lines().all(|line| line.split('\t').count() == 3),
        "{}",
        ran.out
    );
    assert_eq!(ran.code, 1);
    let ran = place.with_input(&["code", "check", "--json"], b"91350100M000100Y43\n");
    assert_eq!(ran.code, 0);
    let last: serde_json::Value = serde_json::from_str(ran.out.lines().last().unwrap()).unwrap();
    assert_eq!(last["valid"], 1);
    assert!(!place.data().exists());
}

#[test]
fn r8_calendar_answers_and_says_when_the_year_is_missing() {
    let place = Place::new("calendar");
    for (start, n, wanted) in [
        ("2026-05-12", "7", "2026-05-21"),
        ("2024-02-02", "7", "2024-02-18"),
    ] {
        let ran = place.run(&["calendar", "add", start, n]);
        assert_eq!((ran.code, ran.out.trim()), (0, wanted), "R8 {start} {n}");
    }
    let ran = place.run(&["calendar", "add", "2028-03-01", "3"]);
    assert_eq!((ran.code, ran.out.trim()), (1, "CALENDAR_MISSING"));
    let ran = place.with_input(
        &["calendar", "add", "-"],
        b"2026-09-30 3\n2030-01-01 1\n2025-12-29 10\n",
    );
    let lines: Vec<&str> = ran.out.lines().collect();
    assert_eq!(
        (ran.code, lines.as_slice()),
        (1, &["2026-10-10", "CALENDAR_MISSING", "2026-01-13"][..])
    );
    assert_eq!(place.run(&["calendar", "add", "2026-02-30", "1"]).code, 2);
}

#[test]
fn worked_deadlines_of_the_reference_agree() {
    let Ok(table) = fs::read_to_string(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/data/holidays/deadline_examples.csv"
    )) else {
        println!("skipped: the reference data are not on this machine");
        return;
    };
    let mut rows = table.lines();
    let header: Vec<&str> = rows.next().unwrap().split(',').collect();
    let place = Place::new("deadlines");
    let (mut input, mut wanted) = (String::new(), Vec::new());
    for row in rows {
        let cells: Vec<&str> = row.split(',').collect();
        let Some((start, n, day)) = example(&header, &cells) else {
            continue;
        };
        input += &format!("{start} {n}\n");
        wanted.push(day);
    }
    assert!(wanted.len() >= 30, "{header:?}");
    let ran = place.with_input(&["calendar", "add", "-"], input.as_bytes());
    assert_eq!(ran.out.lines().collect::<Vec<_>>(), wanted);
}

/// Start, number and answer of a row, wherever these columns stand.
fn example<'a>(header: &[&str], cells: &[&'a str]) -> Option<(&'a str, &'a str, &'a str)> {
    let dates: Vec<&str> = cells
        .iter()
        .copied()
        .filter(|cell| cell.len() == 10 && cell.starts_with("20"))
        .collect();
    let n = cells
        .iter()
        .copied()
        .find(|cell| cell.parse::<u32>().is_ok())?;
    (header.len() == cells.len() && dates.len() >= 2).then(|| (dates[0], n, dates[1]))
}

#[test]
fn usage_is_told_in_chinese_with_exit_code_2() {
    let place = Place::new("usage");
    for words in [
        &["nonsense"][..],
        &["intake", "penalty-2018"],
        &["--suite", "md5", "tick"],
        &["tick", "--today", "x"],
    ] {
        let ran = place.run(words);
        assert_eq!(ran.code, 2, "{words:?} {}", ran.err);
        assert!(ran.err.contains("用法"), "{words:?} {}", ran.err);
    }
    let (code, answer) = place.json(&["nonsense"]);
    assert_eq!((code, answer["error"].as_str()), (2, Some("usage")));
}

#[test]
fn reading_commands_do_not_make_a_folder() {
    let place = Place::new("absent");
    for words in [
        &["ledger", "verify"][..],
        &["entity", "find", "拟"],
        &["tick"],
        &["organ", "list"],
    ] {
        let (code, answer) = place.json(words);
        assert_eq!(
            (code, answer["error"].as_str()),
            (1, Some("refused")),
            "{words:?}"
        );
    }
    assert!(!place.data().exists());
}

#[test]
fn r11_a_register_is_imported_once_and_found_by_former_name() {
    let place = Place::new("entity");
    place.with_register();
    let again = place.file(
        "again.csv",
        REGISTER.replace("拟筱煜五金店", "拟筱煜建材店"),
    );
    let (_, done) = place.json(&["entity", "import", text(&again), "--today", "2026-06-01"]);
    assert_eq!(
        (done["added"].as_u64(), done["renamed"].as_u64()),
        (Some(0), Some(1)),
        "{done}"
    );
    let size = place.size();
    let (_, done) = place.json(&["entity", "import", text(&again), "--today", "2026-06-02"]);
    assert_eq!(done["unchanged"].as_u64(), Some(3), "{done}");
    assert_eq!(place.size(), size, "importing again adds nothing");
    for (query, wanted) in [
        ("92370402MAYJ2J5867", "92370402MAYJ2J5867"),
        ("筱煜五金", "92370402MAYJ2J5867"),
        ("筱煜建材", "92370402MAYJ2J5867"),
        ("筱霁", "91370404MAY42KH57E"),
    ] {
        let (code, found) = place.json(&["entity", "find", query]);
        assert_eq!(code, 0, "{query}");
        assert_eq!(
            found["candidates"][0]["code"], wanted,
            "R11 {query} {found}"
        );
    }
    let (code, found) = place.json(&["entity", "find", "没有这家"]);
    assert_eq!(
        (code, found["candidates"].as_array().map(Vec::len)),
        (0, Some(0)),
        "{found}"
    );
}

#[test]
fn r35_nonconforming_codes_enter_only_when_confirmed() {
    let place = Place::new("confirm");
    let file = place.file(
        "x.csv",
        "统一社会信用代码,名称\n91350203M0001QKT19,厦门拟某公司\n",
    );
    let (code, done) = place.json(&["entity", "import", text(&file)]);
    assert_eq!((code, done["rejected"].as_u64()), (1, Some(1)), "{done}");
    let (code, done) = place.json(&["entity", "import", text(&file), "--confirm", "all"]);
    assert_eq!((code, done["added"].as_u64()), (0, Some(1)), "{done}");
}

#[test]
fn r12_organs_form_a_tree() {
    let place = Place::new("organ");
    assert_eq!(
        place
            .run(&["organ", "add", OFFICE, "枣庄市拟设信用办公室"])
            .code,
        0
    );
    assert_eq!(
        place
            .run(&[
                "organ",
                "add",
                ORGAN,
                "枣庄市拟设市场监督管理局",
                "--parent",
                OFFICE
            ])
            .code,
        0
    );
    let ran = place.run(&["organ", "list"]);
    assert!(
        ran.out
            .contains(&format!("{ORGAN}\t枣庄市拟设市场监督管理局\t{OFFICE}")),
        "{}",
        ran.out
    );
    let refused = place.run(&["organ", "add", "91370404MAY42KH57E", "企业不是机关"]);
    assert_eq!(refused.code, 1, "{}", refused.err);
}

#[test]
fn r33_intake_prints_counts_and_a_second_time_adds_nothing() {
    let place = Place::new("intake");
    place.with_register();
    let mut table = penalties(&[(1, "2026/05/12", "事实甲"), (2, "2026/05/13", "事实乙")]);
    table += &penalties(&[(3, "2026/13/45", "事实丙")])
        .lines()
        .nth(1)
        .map(|row| format!("{row}\n"))
        .unwrap();
    let file = place.file("p.csv", table);
    let words = [
        "intake",
        "penalty-2018",
        "--organ",
        ORGAN,
        text(&file),
        "--today",
        "2026-05-20",
    ];
    let (code, dry) = place.json(&[&words[..], &["--dry-run"]].concat());
    assert_eq!(
        (code, dry["accepted"].as_u64(), dry["rejected"].as_u64()),
        (1, Some(2), Some(1)),
        "{dry}"
    );
    let answer = place.root.join("answer.csv");
    let ran = place.run(&[&words[..], &["--findings", text(&answer)]].concat());
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert!(ran.out.lines().any(|line| line == "3 2 1"), "{}", ran.out);
    assert!(ran.out.contains("DQ1005\t1"), "{}", ran.out);
    assert!(fs::read_to_string(&answer).unwrap().contains("DQ1005"));
    let size = place.size();
    let (_, again) = place.json(&words);
    assert_eq!(again["rows"].as_u64(), Some(3), "{again}");
    assert_eq!(place.size(), size, "R33: the same file twice adds nothing");
    let organs = place.run(&["organ", "list"]);
    assert!(
        organs.out.contains("枣庄市拟设市场监督管理局"),
        "named by its own table: {}",
        organs.out
    );
}

#[test]
fn r46_r47_a_receipt_is_verified_with_the_public_key_alone() {
    let place = Place::new("screen");
    place.with_register();
    let file = place.file("p.csv", penalties(&[(1, "2026/05/12", "事实甲")]));
    let filed = place.run(&[
        "intake",
        "penalty-2018",
        "--organ",
        ORGAN,
        text(&file),
        "--today",
        "2026-05-20",
    ]);
    assert_eq!(filed.code, 0, "{}{}", filed.out, filed.err);
    let words = [
        "screen",
        "91370404MAY42KH57E",
        "--matter",
        "bidding",
        "--case",
        "甲-1",
        "--today",
        "2026-05-21",
    ];
    let (code, receipt) = place.json(&words);
    assert_eq!(
        (code, receipt["sheet"]["outcome"].as_str()),
        (0, Some("effects")),
        "{receipt}"
    );
    let key = place.root.join("elsewhere.pub");
    fs::copy(place.data().join("keys/ledger.pub"), &key).unwrap();
    let one = place.file("one.json", receipt.to_string());
    let pretty = place.file(
        "pretty.json",
        serde_json::to_string_pretty(&receipt).unwrap(),
    );
    fs::remove_dir_all(place.data()).unwrap();
    for file in [&one, &pretty] {
        let ran = place.run(&["receipt", "verify", text(file), "--key", text(&key)]);
        assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    }
    let forged = receipt.to_string().replace("\"effects\"", "\"clear\"");
    let forged = place.file("forged.json", forged);
    let ran = place.run(&["receipt", "verify", text(&forged), "--key", text(&key)]);
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("回执不成立"), "{}{}", ran.out, ran.err);
}

#[test]
fn r49_an_unknown_entity_is_never_clear() {
    let place = Place::new("unknown");
    place.with_register();
    let (_, receipt) = place.json(&[
        "screen",
        "91370400MAYAJEJG17",
        "--matter",
        "bidding",
        "--case",
        "1",
    ]);
    assert_eq!(receipt["sheet"]["outcome"], "unknown-entity", "{receipt}");
}

#[test]
fn r36_a_revocation_needs_its_organ_and_a_public_reason() {
    let place = Place::new("revoke");
    place.with_register();
    let file = place.file("p.csv", penalties(&[(1, "2026/05/12", "事实甲")]));
    place.run(&[
        "intake",
        "penalty-2018",
        "--organ",
        ORGAN,
        text(&file),
        "--today",
        "2026-05-20",
    ]);
    let seq = (0..place.size()).find(|seq| {
        let words = [
            "revoke",
            &seq.to_string(),
            "--organ",
            ORGAN,
            "--how",
            "撤销",
            "--document",
            "拟复决〔2026〕1号",
            "--reason",
            "认定事实不清",
            "--decided",
            "2026-05-25",
            "--today",
            "2026-05-25",
        ];
        place.run(&words).code == 0
    });
    let seq = seq.expect("one entry is the record").to_string();
    let again = place.run(&[
        "revoke",
        &seq,
        "--organ",
        ORGAN,
        "--how",
        "撤销",
        "--document",
        "x",
        "--reason",
        "y",
        "--decided",
        "2026-05-25",
        "--today",
        "2026-05-26",
    ]);
    assert_eq!(again.code, 1);
    assert!(again.err.contains("已经撤回"), "{}", again.err);
    let (_, receipt) = place.json(&[
        "screen",
        "91370404MAY42KH57E",
        "--matter",
        "bidding",
        "--case",
        "1",
        "--today",
        "2026-05-26",
    ]);
    assert_eq!(
        receipt["sheet"]["effects"].as_array().map(Vec::len),
        Some(0),
        "{receipt}"
    );
}

#[test]
fn r30_announced_decisions_are_reminded_of_and_tick_is_idempotent() {
    let place = Place::new("announce");
    let file = place.file(
        "a.csv",
        "docket,decided\n枣市监罚〔2026〕9号,2026-05-12\n枣市监罚〔2026〕10号,昨天\n",
    );
    let words = [
        "announce",
        "penalty-2018",
        "--organ",
        ORGAN,
        text(&file),
        "--today",
        "2026-05-12",
    ];
    let (code, done) = place.json(&words);
    assert_eq!(
        (code, done["opened"].as_u64(), done["unreadable"].as_u64()),
        (1, Some(1), Some(1)),
        "{done}"
    );
    let (_, ticked) = place.json(&["tick", "--today", "2026-05-22"]);
    assert_eq!(ticked["reminded"].as_u64(), Some(1), "{ticked}");
    let (_, ticked) = place.json(&["tick", "--today", "2026-05-22"]);
    assert_eq!(ticked["reminded"].as_u64(), Some(0), "{ticked}");
}

#[test]
fn r47_a_decided_case_is_entered_once() {
    let place = Place::new("case");
    let words = [
        "case",
        "decide",
        "--organ",
        ORGAN,
        "--matter",
        "bidding",
        "--case",
        "甲-1",
        "--decided",
        "2026-05-12",
        "--today",
        "2026-05-12",
    ];
    assert_eq!(place.json(&words).1["added"], true);
    assert_eq!(place.json(&words).1["added"], false);
}

#[test]
fn r7_ledger_verify_proof_rebuild_and_redact() {
    let place = Place::new("ledger");
    place.with_register();
    let file = place.file("p.csv", penalties(&[(1, "2026/05/12", "事实甲")]));
    place.run(&[
        "intake",
        "penalty-2018",
        "--organ",
        ORGAN,
        text(&file),
        "--today",
        "2026-05-20",
    ]);
    let size = place.size();
    let proof = place.run(&["ledger", "proof", "2"]);
    assert_eq!(proof.code, 0);
    assert!(
        proof.out.starts_with("c2sp.org/tlog-proof@v1"),
        "{}",
        proof.out
    );
    assert_eq!(place.run(&["ledger", "proof", &size.to_string()]).code, 1);
    let redacted = (0..size).find(|seq| {
        let ran = place.run(&[
            "redact",
            &seq.to_string(),
            "--names",
            "CF_FRDB",
            "--reason",
            "依申请涂除",
        ]);
        ran.code == 0
    });
    assert!(redacted.is_some(), "one entry holds the value");
    assert_eq!(place.size(), size + 1, "the tree still verifies");
    let (code, rebuilt) = place.json(&["ledger", "rebuild"]);
    assert_eq!(
        (code, rebuilt["equal"].as_bool()),
        (0, Some(true)),
        "{rebuilt}"
    );
    let checkpoint = fs::read_to_string(place.data().join("published/checkpoint")).unwrap();
    assert!(checkpoint.starts_with("chengheng.local/"), "{checkpoint}");
}

#[test]
fn r7_one_flipped_byte_is_named() {
    let place = Place::new("flip");
    place.with_register();
    let size = place.size();
    let database = rusqlite::Connection::open(place.data().join("chengheng.db")).unwrap();
    let sql = "UPDATE entry SET body = CAST(substr(body, 1, 30) || x'7A' || substr(body, 32) AS BLOB) WHERE seq = 2";
    assert_eq!(database.execute(sql, []).unwrap(), 1);
    drop(database);
    let (code, verified) = place.json(&["ledger", "verify"]);
    assert_eq!(
        (code, verified["broken"][0].as_u64()),
        (1, Some(2)),
        "R7 of {size}: {verified}"
    );
}

#[test]
fn keys_are_private_and_the_suite_is_kept() {
    let place = Place::new("keys");
    assert_eq!(
        place
            .run(&["organ", "add", ORGAN, "拟设局", "--suite", "sha"])
            .code,
        0
    );
    assert!(
        fs::read_to_string(place.data().join("ledger.toml"))
            .unwrap()
            .contains("suite = \"sha\"")
    );
    assert_eq!(
        place
            .run(&["organ", "add", OFFICE, "拟设办", "--suite", "sm"])
            .code,
        1
    );
    #[cfg(unix)]
    for key in ["ledger.key", "persons.key"] {
        let mode = fs::metadata(place.data().join("keys").join(key)).unwrap();
        let mode = std::os::unix::fs::PermissionsExt::mode(&mode.permissions());
        assert_eq!(mode & 0o777, 0o600, "{key}");
    }
}

#[test]
fn accounts_are_made_once_and_templates_are_workbooks() {
    let place = Place::new("account");
    let (code, made) = place.json(&[
        "account",
        "add",
        "拟用户",
        "--role",
        "organ",
        "--organ",
        ORGAN,
    ]);
    assert_eq!(code, 0, "{made}");
    assert!(
        made["password"]
            .as_str()
            .is_some_and(|password| password.len() >= 12),
        "{made}"
    );
    assert_eq!(
        place
            .run(&["account", "add", "拟用户", "--role", "office"])
            .code,
        1
    );
    let (_, made) = place.json(&["account", "add", "拟系统", "--role", "counter", "--system"]);
    assert!(
        made["key"].as_str().is_some_and(|key| key.len() >= 32),
        "{made}"
    );
    let template = place.root.join("t.xlsx");
    assert_eq!(
        place
            .run(&["template", "penalty-2018", "-o", text(&template)])
            .code,
        0
    );
    assert!(fs::read(&template).unwrap().starts_with(b"PK"));
}

#[test]
fn the_embedded_pack_is_sound_and_a_broken_one_is_refused() {
    let place = Place::new("law");
    let (code, report) = place.json(&["law", "check"]);
    assert_eq!(
        (code, report["digest"].as_str().map(str::len)),
        (0, Some(64)),
        "{report}"
    );
    let law = place.root.join("law/cn/x");
    fs::create_dir_all(&law).unwrap();
    fs::write(law.join("statute.md"), "+++\ntitle = 1\n+++\n").unwrap();
    let broken = place.root.join("law");
    let (code, report) = place.json(&["law", "check", "--law", text(&broken)]);
    assert_eq!(code, 1);
    assert!(
        report["findings"]
            .as_array()
            .is_some_and(|findings| !findings.is_empty()),
        "{report}"
    );
}
