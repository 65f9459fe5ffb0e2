//! The commands on the law and on grades, as scripts outside the repository call them.

use super::place::{ORGAN, Place, Ran, penalties, text};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

const TODAY: &str = "2026-05-20";
const ENTITY: &str = "91370404MAY42KH57E";
const SCALE: &str = "local/grade-2026/scale.md";

/// A register, and one penalty of 12 May.
fn city(name: &str) -> Place {
    let place = Place::new(name);
    place.with_register();
    let file = place.file("p.csv", penalties(&[(1, "2026/05/12", "事实甲")]));
    let words = ["intake", "penalty-2018", "--organ", ORGAN, text(&file)];
    let (code, done) = place.json(&[&words[..], &["--today", TODAY]].concat());
    assert_eq!((code, done["accepted"].as_u64()), (0, Some(1)), "{done}");
    place
}

/// The law of this repository with the scale changed.
fn changed(place: &Place, name: &str, change: impl Fn(&str) -> String) -> PathBuf {
    let to = place.root.join(name);
    copy(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("../../law"),
        &to,
    );
    let path = to.join(SCALE);
    let old = fs::read_to_string(&path).unwrap();
    let new = change(&old);
    assert_ne!(old, new);
    fs::write(path, new).unwrap();
    to
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        match path.is_dir() {
            true => copy(&path, &target),
            false => drop(fs::copy(&path, &target).unwrap()),
        }
    }
}

/// A heavier item; only the worked case without records is kept, because it still comes out.
fn heavier(text: &str) -> String {
    let (head, cases) = text.split_once("```case").unwrap();
    let first = cases.split("```").next().unwrap();
    let head = head.replace(
        "each = { of = \"ordinary_1y\", points = -6, most = 3 }",
        "each = { of = \"ordinary_1y\", points = -40, most = 1 }",
    );
    format!("{head}```case{first}```\n")
}

fn account(place: &Place, name: &str) -> String {
    let (code, made) = place.json(&["account", "add", name, "--role", "office"]);
    assert_eq!(code, 0, "{made}");
    made["password"].as_str().unwrap().to_owned()
}

fn last(ran: &Ran) -> Value {
    serde_json::from_str(ran.out.lines().last().unwrap_or_default()).unwrap_or(Value::Null)
}

#[test]
fn r58_a_run_is_recorded_once_a_day_and_its_files_give_the_same_digest() {
    let place = city("grade-run");
    let (code, run) = place.json(&["grade", "run", "--today", TODAY]);
    assert_eq!((code, run["entities"].as_u64()), (0, Some(3)), "{run}");
    assert_eq!(run["digest"].as_str().map(str::len), Some(64), "{run}");
    assert!(
        run["seconds"].as_f64().is_some() && run["recorded"] == true,
        "{run}"
    );
    let size = place.size();
    let (_, before) = place.json(&["grade", "run", "--as-of", "2026-05-01", "--today", TODAY]);
    assert_ne!(
        before["digest"], run["digest"],
        "the penalty was not known then"
    );
    assert_eq!(
        (before["recorded"].as_bool(), place.size()),
        (Some(false), size)
    );

    let files = place.root.join("files");
    let (code, done) = place.json(&["export", text(&files), "--today", TODAY]);
    assert_eq!(code, 0, "{done}");
    let (code, of_files) = place.json(&["grade", "run", "--files", text(&files), "--as-of", TODAY]);
    assert_eq!(
        (code, &of_files["digest"]),
        (0, &run["digest"]),
        "{of_files}"
    );
    assert_eq!(
        place.run(&["export", text(&files)]).code,
        1,
        "nothing is written over"
    );
}

#[test]
fn r58_an_explanation_names_record_article_and_the_way_out() {
    let place = city("grade-explain");
    let (code, shown) = place.json(&["grade", "explain", ENTITY, "--today", TODAY]);
    assert_eq!(code, 0, "{shown}");
    let items = shown["items"].as_array().unwrap();
    let lost: Vec<&Value> = items
        .iter()
        .filter(|item| item["points"].as_i64() < Some(0))
        .collect();
    assert!(!lost.is_empty(), "{shown}");
    for item in lost {
        assert!(item["basis"]["article"].as_str().is_some(), "{item}");
        assert_eq!(item["records"].as_array().map(Vec::len), Some(1), "{item}");
    }
    assert!(
        shown["exit"]["ways"][0]["from"].as_str().is_some(),
        "{shown}"
    );
    let told = place.run(&["grade", "explain", ENTITY, "--today", TODAY]);
    assert!(
        told.out.contains("怎样提升") && told.out.contains("枣市监罚〔2026〕1号"),
        "{told:?}"
    );
    let nobody = place.run(&["grade", "explain", "91370404MAY000000X", "--today", TODAY]);
    assert_eq!(nobody.code, 1, "{nobody:?}");
    for dialect in ["postgres", "duckdb", "spark"] {
        let ran = place.run(&["grade", "sql", "--dialect", dialect, "--as-of", TODAY]);
        assert!(ran.code == 0 && ran.out.contains("group by"), "{ran:?}");
    }
    assert_eq!(place.run(&["grade", "sql", "--dialect", "oracle"]).code, 2);
}

/// R2: two accounts of the office, each with its own password; the law of old decisions stays.
#[test]
fn r2_a_pack_is_rehearsed_proposed_and_adopted_by_two_persons() {
    let place = city("adopt");
    let (zhang, li) = (account(&place, "拟张"), account(&place, "拟李"));
    let with = changed(&place, "law2", heavier);
    let csv = place.root.join("moves.csv");
    let words = [
        "law",
        "rehearse",
        "--with",
        text(&with),
        "--csv",
        text(&csv),
    ];
    let (code, found) = place.json(&[&words[..], &["--today", TODAY]].concat());
    assert_eq!(
        (code, found["moved"]["down"].as_u64()),
        (0, Some(1)),
        "{found}"
    );
    let table = fs::read_to_string(&csv).unwrap();
    assert!(
        table.contains(ENTITY) && table.lines().count() == 2,
        "{table}"
    );

    let reason = [
        "--reason",
        "市信用办会议决定",
        "--account",
        "拟张",
        "--json",
    ];
    let propose = [&["law", "propose", "--with", text(&with)][..], &reason].concat();
    let wrong = place.with_input(&propose, b"wrong\n");
    assert_eq!(wrong.code, 1, "{wrong:?}");
    let ran = place.with_input(&propose, format!("{zhang}\n").as_bytes());
    assert_eq!(ran.code, 0, "{ran:?}");
    let number = last(&ran)["proposal"].as_u64().unwrap().to_string();
    let sign = |name: &str, password: &str| {
        let words = ["law", "adopt", &number, "--account", name, "--json"];
        place.with_input(&words, format!("{password}\n").as_bytes())
    };
    let same = sign("拟张", &zhang);
    assert!(
        same.code == 1 && same.err.contains("两人") || same.out.contains("两人"),
        "{same:?}"
    );
    let adopted = sign("拟李", &li);
    assert_eq!(adopted.code, 0, "{adopted:?}");
    let (_, history) = place.json(&["law", "history"]);
    assert_eq!(
        history["adoptions"].as_array().map(Vec::len),
        Some(2),
        "{history}"
    );
    let (_, ticked) = place.json(&["tick", "--today", "2026-05-21"]);
    assert!(
        ticked["graded"].as_u64() >= Some(1),
        "the new scale grades anew: {ticked}"
    );
    let (_, shown) = place.json(&["grade", "explain", ENTITY, "--today", "2026-05-21"]);
    assert_eq!(shown["law"], last(&adopted)["digest"], "{shown}");
    let (code, rebuilt) = place.json(&["ledger", "rebuild"]);
    assert_eq!(code, 0, "R38 {rebuilt}");
}

#[test]
fn r118_a_difference_is_told_rule_by_rule_and_key_by_key() {
    let place = city("diff");
    let with = changed(&place, "law2", heavier);
    let (code, found) = place.json(&["law", "diff", "built-in", text(&with)]);
    let changes = found["changes"].as_array().unwrap();
    assert_eq!((code, changes.len()), (0, 1), "{found}");
    let text = changes[0].to_string();
    assert!(text.contains("-40") && text.contains("-6"), "{text}");
    let (_, none) = place.json(&["law", "diff", "built-in", "current"]);
    assert_eq!(none["changes"].as_array().map(Vec::len), Some(0), "{none}");
}

/// R1, R2: what the loader refuses cannot even be proposed; everything is told at once.
#[test]
fn r1_a_faulty_pack_is_told_whole_and_never_proposed() {
    let place = city("faulty");
    let zhang = account(&place, "拟张");
    let with = changed(&place, "law2", |text| {
        text.replacen("= \"ordinary_1y\"", "= \"score\"", 1)
            .replace("of = \"ordinary_1y\"", "of = \"score\"")
            .replace("article = \"N2\"", "article = \"\"")
    });
    let (code, report) = place.json(&["law", "check", "--law", text(&with)]);
    let findings = report["findings"].as_array().unwrap();
    assert!(code == 1 && findings.len() >= 2, "{report}");
    assert!(
        findings.iter().all(|found| found["file"] == SCALE),
        "{report}"
    );
    let words = [
        "law",
        "propose",
        "--with",
        text(&with),
        "--reason",
        "试",
        "--account",
        "拟张",
    ];
    let ran = place.with_input(&words, format!("{zhang}\n").as_bytes());
    assert!(ran.code == 1 && ran.err.contains(SCALE), "{ran:?}");
    let (_, sound) = place.json(&["law", "check"]);
    assert!(
        sound["properties"]
            .as_array()
            .is_some_and(|all| all.len() >= 4),
        "{sound}"
    );
}
