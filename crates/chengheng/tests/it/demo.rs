//! The invented city.

use crate::place::{Place, text};
use std::fs;

/// What stands on every page of a demo.
const INVENTED: &str = "本站为演示数据，单位名称与记录均为虚构";

/// Makes a city of 60 entities; `more` may hold a seed.
fn city(name: &str, more: &[&str]) -> Place {
    let place = Place::new(name);
    let words: &[&str] = &["demo", "--no-serve", "--entities", "60"];
    let ran = place.run(&[words, &["--today", "2026-11-23"], more].concat());
    assert_eq!(ran.code, 0, "{}", ran.err);
    place
}

fn root(place: &Place) -> String {
    let (code, verified) = place.json(&["ledger", "verify"]);
    assert_eq!(code, 0, "{verified}");
    assert!(verified["entries"].as_u64() > Some(200), "{verified}");
    verified["root"].as_str().unwrap().to_owned()
}

#[test]
fn one_seed_makes_one_ledger_and_another_seed_another() {
    let roots: Vec<String> = std::thread::scope(|scope| {
        let cities: [(&str, &[&str]); 3] = [
            ("city-a", &[]),
            ("city-b", &[]),
            ("city-c", &["--seed", "7"]),
        ];
        let made = cities.map(|(name, more)| scope.spawn(move || root(&city(name, more))));
        made.into_iter().map(|made| made.join().unwrap()).collect()
    });
    assert_eq!(roots[0], roots[1]);
    assert_ne!(roots[0], roots[2]);
}

#[test]
fn a_city_says_who_runs_it_that_it_is_invented_and_starts_again_as_it_is() {
    let place = city("city-d", &[]);
    let (before, mark) = (
        root(&place),
        fs::read(place.data().join("demo.json")).unwrap(),
    );
    let words = ["demo", "--no-serve", "--today", "2026-11-23"];
    let again = place.run(&words);
    assert!(again.out.contains("直接启动"), "{}", again.out);
    assert!(again.out.contains("全部数据均为虚构"), "{}", again.out);
    assert_eq!(fs::read(place.data().join("demo.json")).unwrap(), mark);
    assert_eq!(root(&place), before);
    let server = place.serve(&["--today", "2026-11-23"]);
    let page = crate::together::page(&server, "/");
    for wanted in [
        "信用中国（拟州）",
        "拟州市社会信用体系建设领导小组办公室",
        INVENTED,
    ] {
        assert!(page.contains(wanted), "{wanted}: {page}");
    }
}

/// However a demo comes to be served, nobody can take it for a real city.
#[test]
fn a_city_restored_from_a_backup_says_that_it_is_invented() {
    let (place, elsewhere) = (city("city-e", &[]), Place::new("city-f"));
    let backup = place.root.join("backup.zip");
    assert_eq!(place.run(&["backup", text(&backup)]).code, 0);
    assert_eq!(elsewhere.run(&["restore", text(&backup)]).code, 0);
    let server = elsewhere.serve(&["--today", "2026-11-23"]);
    for path in ["/", "/penalties", "/login"] {
        let page = crate::together::page(&server, path);
        assert!(page.contains(INVENTED), "{path}: {page}");
    }
}
