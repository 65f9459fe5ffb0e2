//! Search among names that differ by one character.

use crate::city::*;
use desk::ports::{Registry, Store};
use desk::search::query;
use store::Sqlite;

fn city(store: &Sqlite) {
    let names = [
        "枣庄庄枣商行",
        "枣庄（拟）AB 科技有限公司",
        "枣庄市台儿庄区长江商行",
        "滕州华泰",
        "滕州华泰化工有限公司",
        "滕州泰华化工有限公司",
    ];
    let sealed = names
        .iter()
        .zip(1..)
        .map(|(name, number)| entity(number, name))
        .collect();
    append(store as &dyn Store, sealed).unwrap();
}

#[test]
fn bigrams_far_apart_are_no_match_and_short_names_come_first() {
    let folder = Folder::new("find");
    let store = folder.open();
    city(&store);
    let code = entity_code(4).to_string();
    let cases: [(&str, &[&str]); 12] = [
        ("枣庄枣", &[]),
        ("华泰", &["滕州华泰", "滕州华泰化工有限公司"]),
        ("滕州华泰", &["滕州华泰", "滕州华泰化工有限公司"]),
        (
            "有限公司",
            &[
                "滕州华泰化工有限公司",
                "滕州泰华化工有限公司",
                "枣庄（拟）AB 科技有限公司",
            ],
        ),
        ("（拟）ab", &["枣庄（拟）AB 科技有限公司"]),
        ("abkj", &["枣庄（拟）AB 科技有限公司"]),
        ("tezq", &["枣庄市台儿庄区长江商行"]),
        ("庄", &[]),
        (
            "滕",
            &["滕州华泰", "滕州华泰化工有限公司", "滕州泰华化工有限公司"],
        ),
        (&code, &["滕州华泰"]),
        ("370400200000006", &["滕州泰华化工有限公司"]),
        ("没有这家", &[]),
    ];
    for (text, expected) in cases {
        let hits = store.find(&query(text).unwrap(), 10).unwrap();
        let names: Vec<_> = hits.iter().map(|hit| hit.name.as_str()).collect();
        assert_eq!(names, expected, "{text}");
    }
    assert_eq!(store.find(&query("有限公司").unwrap(), 1).unwrap().len(), 1);
}

// A text cut out across two words shares its bigrams with very many names that hold them apart.
#[test]
fn a_part_across_two_words_is_found_among_thousands_that_hold_it_apart() {
    let folder = Folder::new("find-apart");
    let store = folder.open();
    let apart = (1..=6_000).map(|number| entity(number, &format!("拟{number}化工工程有限公司")));
    let names = apart
        .chain([entity(6_001, "拟州很长很长很长的名称之精细化工程有限公司")])
        .collect();
    append(&store as &dyn Store, names).unwrap();
    let hits = store.find(&query("化工程有").unwrap(), 10).unwrap();
    let names: Vec<_> = hits.iter().map(|hit| hit.name.as_str()).collect();
    assert_eq!(names, ["拟州很长很长很长的名称之精细化工程有限公司"]);
}
