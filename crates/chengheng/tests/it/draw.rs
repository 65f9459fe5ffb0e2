//! Draws on the command line: made from a plan, published, and computed again from the file alone.

use crate::place::{ORGAN, Place, text};
use std::fs;

const TODAY: [&str; 2] = ["--today", "2026-09-01"];

fn words<'a>(words: &[&'a str]) -> Vec<&'a str> {
    [words, &TODAY].concat()
}

/// A register of three organisations, graded, and three inspectors of fire safety.
fn town(name: &str) -> Place {
    let place = Place::new(name);
    place.with_register();
    let (code, run) = place.json(&words(&["grade", "run"]));
    assert_eq!((code, run["entities"].as_u64()), (0, Some(3)), "{run}");
    for number in ["01", "02", "03"] {
        let certificate = format!("certificate=370400{number}");
        let enrolled = place.run(&words(&[
            "procedure",
            "begin",
            "inspector",
            "enrol",
            "--organ",
            ORGAN,
            "--set",
            &certificate,
            "--set",
            "called=拟某",
            "--set",
            "lines=fire",
            "--set",
            "until=2028-12-31",
        ]));
        assert_eq!(enrolled.code, 0, "{enrolled:?}");
    }
    place
}

/// A plan for an item that covers everybody.
fn plan(place: &Place, source: &str) -> String {
    let plan = format!(
        "organ = \"{ORGAN}\"\ntitle = \"2026年消防重点单位检查\"\nitems = [\"fire-unit\"]\n\
         from = 2026-09-10\nuntil = 2026-11-30\n{source}\n"
    );
    text(&place.file("plan.toml", plan)).to_owned()
}

#[test]
fn r61_a_draw_is_made_in_one_go_and_checked_without_the_house() {
    let place = town("draw-vrf");
    let plan = plan(&place, "source = \"vrf\"");
    let (code, made) = place.json(&words(&["draw", "make", &plan]));
    assert_eq!(code, 0, "{made}");
    assert_eq!(
        (made["state"].as_str(), made["objects"].as_u64()),
        (Some("drawn"), Some(3)),
        "R62: key items cover everybody: {made}"
    );
    let file = made["file"].as_str().unwrap().to_owned();
    let elsewhere = Place::new("draw-elsewhere");
    let (code, verified) = elsewhere.json(&["draw", "verify", &file]);
    assert_eq!(
        (code, verified["valid"].as_bool()),
        (0, Some(true)),
        "{verified}"
    );
    assert_eq!(verified["digest"], made["digest"]);
    let (_, list) = place.json(&words(&["procedure", "list", "visit"]));
    assert_eq!(list["procedures"].as_array().unwrap().len(), 3, "{list}");

    let published = fs::read_to_string(&file).unwrap();
    let mut forged: serde_json::Value = serde_json::from_str(&published).unwrap();
    let team = forged["drawn"][0]["teams"][0].clone();
    let other = if team[0] == 0 { 1 } else { 0 };
    forged["drawn"][0]["teams"][0][0] = other.into();
    let path = elsewhere.file("forged.json", forged.to_string());
    let (code, found) = elsewhere.json(&["draw", "verify", text(&path)]);
    assert_eq!(
        (code, found["valid"].as_bool()),
        (1, Some(false)),
        "{found}"
    );
    assert!(
        found["difference"].as_str().unwrap().contains("drawn"),
        "{found}"
    );
    let path = elsewhere.file("torn.json", &published[..published.len() / 2]);
    assert_eq!(elsewhere.run(&["draw", "verify", text(&path)]).code, 1);
    assert_eq!(
        place.size(),
        place.json(&["ledger", "rebuild"]).1["entries"]
            .as_u64()
            .unwrap()
    );
}

#[test]
fn r61_the_frame_is_frozen_before_the_lottery_is_drawn() {
    let place = town("draw-lottery");
    let lottery = |on: &str| {
        format!(
            "source = \"lottery\"\nlottery_name = \"双色球\"\nlottery_number = \"2026103\"\n\
             lottery_on = {on}\nlottery_form = \"6/1-33;1/1-16\""
        )
    };
    let late = plan(&place, &lottery("2026-09-01"));
    let refused = place.run(&words(&["draw", "make", &late]));
    assert_eq!(
        refused.code, 1,
        "the result may be known already: {refused:?}"
    );
    let plan = plan(&place, &lottery("2026-09-08"));
    let (code, made) = place.json(&words(&["draw", "make", &plan]));
    assert_eq!(
        (code, made["state"].as_str()),
        (0, Some("frozen")),
        "{made}"
    );
    let file = made["file"].as_str().unwrap();
    let frozen: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
    assert!(frozen.get("drawn").is_none() && frozen["digest"] == made["digest"]);
    assert_eq!(place.run(&["draw", "verify", file]).code, 0);
    let id = made["draw"].as_u64().unwrap().to_string();
    let numbers = ["draw", "make", &id, "--numbers", "30,2,9,17,22,05;11"];
    let early = place.run(&[&numbers[..], &["--today", "2026-09-07"]].concat());
    assert_eq!(early.code, 1, "{early:?}");
    let wrong = ["draw", "make", &id, "--numbers", "30,2,9,17,22,34;11"];
    let wrong = place.run(&[&wrong[..], &["--today", "2026-09-08"]].concat());
    assert!(wrong.code == 1 && wrong.err.contains("第1组"), "{wrong:?}");
    let (code, drawn) = place.json(&[&numbers[..], &["--today", "2026-09-08"]].concat());
    assert_eq!(
        (code, drawn["state"].as_str()),
        (0, Some("drawn")),
        "{drawn}"
    );
    assert_eq!(drawn["digest"], made["digest"]);
    assert_eq!(place.run(&["draw", "verify", file]).code, 0);
    let again = place.run(&[&numbers[..], &["--today", "2026-09-08"]].concat());
    assert_eq!(again.code, 1, "a frame has one seed: {again:?}");
}

#[test]
fn r61_several_parties_make_the_seed_and_none_alone() {
    let place = town("draw-parties");
    let (code, committed) = place.json(&["draw", "commit", "企业代表", "--suite", "sm"]);
    assert_eq!((code, committed["value"].as_str().unwrap().len()), (0, 32));
    let value = committed["value"].as_str().unwrap();
    let source = format!(
        "source = \"parties\"\nparties = [\"市信用办\", \"企业代表\"]\n[values]\n\
         \"市信用办\" = \"市信用办的数值0123456789\"\n\"企业代表\" = \"{value}\""
    );
    let plan = plan(&place, &source);
    let (code, made) = place.json(&words(&["draw", "make", &plan]));
    assert_eq!((code, made["state"].as_str()), (0, Some("drawn")), "{made}");
    let file = made["file"].as_str().unwrap();
    assert!(
        fs::read_to_string(file)
            .unwrap()
            .contains(committed["commitment"].as_str().unwrap())
    );
    assert_eq!(place.run(&["draw", "verify", file]).code, 0);
}

#[test]
fn r61_the_golden_files_of_all_implementations_hold() {
    let place = Place::new("draw-golden");
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../domain/tests/draw/vectors");
    let mut sources = std::collections::BTreeSet::new();
    for file in fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        if !text(&path).ends_with(".input.json") {
            let (code, verified) = place.json(&["draw", "verify", text(&path)]);
            assert_eq!(code, 0, "{}: {verified}", path.display());
            let published: serde_json::Value =
                serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
            sources.insert(published["seed"]["source"].as_str().map(str::to_owned));
        }
    }
    assert_eq!(
        sources.len(),
        4,
        "three sources, and one that is frozen only: {sources:?}"
    );
}
