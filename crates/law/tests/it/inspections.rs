//! Inspections: what the pack of this repository publishes, and catalogs that must not load.

use crate::support::pack;
use crate::town::{self, Files, loaded, refused};
use domain::inspection::{Item, Method};
use jiff::civil::{Date, date};
use law::diff;
use std::collections::BTreeSet;

const ITEMS: &str = "catalog/inspections.toml";
const VISITS: &str = "catalog/visits.toml";
const DAY: Date = date(2026, 7, 1);

const ITEM: &str = r#"[[item]]
code = "labels"
name = "标签检查"
sector = "food"
line = "market"
kind = "general"
method = ["written", "on-site"]
per_year = 1
checks = [{ key = "shown", text = "是否标明", article = "31" }, { key = "true", text = "是否属实" }]
basis = { statute = "cn/law", article = "30" }
"#;

const WORDS: &str = r#"[[line]]
word = "market"
name = "市场监管"

[[exception]]
word = "complaint"
name = "投诉举报"
basis = { statute = "cn/law", article = "32" }

[[result]]
word = "clear"
name = "未发现问题"
problem = false
follow = false
basis = { statute = "cn/law", article = "33" }

[[recusal]]
word = "kin"
name = "亲属关系"
basis = { statute = "cn/law", article = "34" }

[[paper]]
word = "record"
name = "现场笔录"
basis = { statute = "cn/law", article = "35" }

[[team]]
size = 2
basis = { statute = "cn/law", article = "36" }
"#;

const SECTORS: &str = "[[sector]]\nword = \"food\"\nname = \"食品\"\n";

/// The small pack with one published item.
fn with(mut files: Files) -> Files {
    for (path, text) in [
        (ITEMS, ITEM),
        (VISITS, WORDS),
        ("catalog/sectors.toml", SECTORS),
    ] {
        files.push((path.to_owned(), text.to_owned()));
    }
    files
}

#[track_caller]
fn edited(path: &str, old: &str, new: &str) -> Files {
    town::also(with(town::files()), path, old, new)
}

#[test]
fn r65_what_is_not_published_is_not_inspected() {
    let pack = pack();
    assert!(pack.inspection_item("nothing").is_none());
    assert!(town::pack().inspection_items().is_empty());
    let ruled = pack.inspection_item("market-registration").unwrap();
    let basis = ruled.basis();
    assert_eq!(basis.to_string(), "cn/sc-registration-2021 art. 第三十八条");
    assert!(!basis.confirmed);
    assert_eq!(ruled.value().kind, Item::General);
    assert!(ruled.value().check("address").is_some());
}

#[test]
fn r65_every_published_item_says_what_is_looked_at_by_whom_and_how() {
    let pack = pack();
    let items = pack.inspection_items();
    assert!(items.len() >= 14, "{}", items.len());
    let used: BTreeSet<&str> = items.iter().map(|one| &*one.value().line).collect();
    let known: BTreeSet<&str> = pack
        .inspection_lines()
        .iter()
        .map(|row| &*row.word)
        .collect();
    assert_eq!(used, known);
    let kinds: BTreeSet<Item> = items.iter().map(|one| one.value().kind).collect();
    assert_eq!(kinds, Item::ALL.into_iter().collect());
    for item in items {
        let row = item.value();
        assert!(pack.sectors().iter().any(|word| word.word == row.sector));
        assert!(!row.checks.is_empty() && !row.methods.is_empty());
        for basis in row.checks.iter().map(|check| &check.basis) {
            assert!(pack.statute(&basis.statute).is_some(), "{}", row.code);
        }
    }
}

#[test]
fn r60_a_general_item_is_bounded_and_a_key_item_is_not() {
    let pack = pack();
    for item in pack.inspection_items() {
        let row = item.value();
        if row.kind == Item::Key {
            assert_eq!(row.per_year, None, "{}", row.code);
        }
    }
    let capped = |kind| {
        let mut rates = pack.rates(kind, DAY).iter();
        rates.all(|rate| rate.value().per_year.is_some())
    };
    assert!(capped(Item::General) && !capped(Item::Key));
    // The small pack has no cap for its worst grade, so the item needs one of its own.
    refused(
        edited(ITEMS, "per_year = 1\n", ""),
        ITEMS,
        "一般检查事项没有频次上限",
    );
    let key = town::also(
        edited(ITEMS, "per_year = 1\n", ""),
        ITEMS,
        "\"general\"",
        "\"key\"",
    );
    loaded(key);
}

#[test]
fn r74_what_needs_no_visit_has_no_cap_on_visits() {
    let pack = pack();
    let item = pack.inspection_item("pollution-monitoring").unwrap();
    assert!(!item.value().on_site());
    assert!(item.value().methods.contains(&Method::Monitoring));
    let written = r#"method = ["written"]"#;
    let both = r#"method = ["written", "on-site"]"#;
    refused(
        edited(ITEMS, both, written),
        ITEMS,
        "不现场检查的事项不占用频次",
    );
    loaded(town::also(
        edited(ITEMS, both, written),
        ITEMS,
        "per_year = 1\n",
        "",
    ));
}

#[test]
fn r66_r67_the_words_of_a_visit_have_their_articles() {
    let pack = pack();
    let problems = pack.inspection_results().iter();
    let problems = problems.filter(|code| code.value().problem).count();
    assert_eq!((pack.inspection_results().len(), problems), (8, 6));
    let words = |name: &str| {
        let mut rows = pack.recusal_grounds().iter();
        rows.any(|row| row.value().word == name)
    };
    assert!(["kin", "shareholding", "employment", "interest"].map(words) == [true; 4]);
    let exceptions: BTreeSet<&str> = pack
        .inspection_exceptions()
        .iter()
        .map(|row| &*row.value().word)
        .collect();
    let wanted = ["accident", "clue", "complaint", "law", "monitoring"];
    assert_eq!(exceptions, wanted.into_iter().collect());
    assert_eq!(pack.inspection_papers().len(), 3);
    let team = pack.team_size().unwrap();
    assert_eq!(*team.value(), 2);
    assert_eq!(
        team.basis().to_string(),
        "cn/npc-penalty-2021 art. 第四十二条"
    );
    assert_eq!(town::pack().team_size(), None);
    let term = pack.duty("inspection-result", DAY).unwrap();
    assert_eq!(&*term.basis().statute, "cn/sc-5-2019");
}

#[test]
fn r65_an_item_that_cannot_be_inspected_does_not_load() {
    loaded(with(town::files()));
    let faults = [
        ("\"market\"", "\"navy\"", "执法条线 `navy` 不在"),
        ("\"food\"", "\"space\"", "行业 `space` 不在"),
        ("[\"written\", \"on-site\"]", "[]", "没有写明检查方式"),
        ("\"on-site\"", "\"written\"", "检查方式列了两次"),
        ("\"on-site\"", "\"drone\"", "drone"),
        ("per_year = 1", "per_year = 0", "频次为零"),
        ("\"general\"", "\"any\"", "any"),
        ("key = \"true\"", "key = \"shown\"", "检查内容列了两次"),
        (
            "\"cn/law\"",
            "\"cn/no\"",
            "`标签检查` 的依据 `cn/no` 未登记",
        ),
        ("article = \"31\"", "article = \"\"", "没有写明条文"),
        (
            "\"cn/law\"",
            "\"cn/notice\"",
            "部门规范性文件不能作为检查的依据",
        ),
        ("basis = {", "grounds = {", "grounds"),
        ("name =", "nickname =", "nickname"),
    ];
    for (old, new, message) in faults {
        refused(edited(ITEMS, old, new), ITEMS, message);
    }
    let without = ITEM.lines().filter(|line| !line.starts_with("basis"));
    let without: Vec<&str> = without.collect();
    refused(edited(ITEMS, ITEM, &without.join("\n")), ITEMS, "basis");
    let blind = ITEM.lines().filter(|line| !line.starts_with("checks"));
    let blind: Vec<&str> = blind.collect();
    refused(
        edited(ITEMS, ITEM, &blind.join("\n")),
        ITEMS,
        "没有写明检查内容",
    );
    let twice = edited(ITEMS, ITEM, &format!("{ITEM}\n{ITEM}"));
    refused(twice, ITEMS, "`labels`：列了两次");
    // Without the words of a visit there is no line and no team.
    let alone: Files = with(town::files())
        .into_iter()
        .filter(|(path, _)| path != VISITS)
        .collect();
    refused(alone, VISITS, "没有写明检查人员的最少人数");
}

#[test]
fn r65_words_of_a_visit_that_cannot_hold_do_not_load() {
    let faults = [
        ("follow = false", "follow = true", "没有问题的不作后续处理"),
        ("size = 2", "size = 0", "不得为零"),
        ("article = \"34\"", "article = \" \"", "没有写明条文"),
        ("[[paper]]", "[[form]]", "form"),
        ("size = 2", "size = 2\nleast = 2", "least"),
    ];
    for (old, new, message) in faults {
        refused(edited(VISITS, old, new), VISITS, message);
    }
    for head in [
        "[[line]]",
        "[[exception]]",
        "[[result]]",
        "[[recusal]]",
        "[[paper]]",
    ] {
        let (_, rest) = WORDS.split_once(head).unwrap();
        let row = rest.split("\n\n").next().unwrap();
        let twice = edited(VISITS, WORDS, &format!("{WORDS}\n{head}{row}\n"));
        refused(twice, VISITS, "列了两次");
    }
    let (_, team) = WORDS.split_once("[[team]]").unwrap();
    let twice = edited(VISITS, WORDS, &format!("{WORDS}\n[[team]]{team}"));
    refused(twice, VISITS, "只写一次");
}

#[test]
fn r118_items_and_words_are_told_apart_and_found_by_their_article() {
    let old = loaded(with(town::files()));
    let new = loaded(edited(VISITS, "size = 2", "size = 3"));
    let lines: Vec<String> = diff(&old, &new).iter().map(ToString::to_string).collect();
    assert_eq!(
        lines,
        ["修改目录 catalog/visits.toml 〔cn/law art. 36〕：size 2 → 3"]
    );
    assert_eq!(diff(&old, &new)[0].line, 27);
    let found = |article| {
        let places = old.depending("cn/law", Some(article)).into_iter();
        let places = places.map(|place| (place.file, place.line, place.what));
        places.collect::<Vec<_>>()
    };
    let item = (ITEMS.to_owned(), Some(1), "标签检查".to_owned());
    for article in ["30", "31"] {
        assert_eq!(found(article), std::slice::from_ref(&item));
    }
    let paper = (VISITS.to_owned(), Some(22), "现场笔录".to_owned());
    assert_eq!(found("35"), [paper]);
}
