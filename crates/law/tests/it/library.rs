//! The pack as a library of statutes, and its closed catalogs.

use crate::support::{files, pack};
use domain::record::Act;
use jiff::civil::date;
use law::{Pack, Rank, Section, Usage};

#[test]
fn r118_a_statute_knows_its_span_and_its_neighbours() {
    let pack = pack();
    let order = pack.statute("cn/ndrc-58-2023").unwrap();
    assert_eq!(order.rank, Rank::MinistryRule);
    assert!(order.in_force(date(2026, 3, 31)) && !order.in_force(date(2026, 4, 1)));
    assert_eq!(order.replaces, ["cn/ndrc-527-2019"]);
    assert_eq!(order.replaced_by, ["cn/ndrc-36-2025"]);
    assert!(order.pages[0].file.ends_with("statute.md"));
}

#[test]
fn r118_repealing_a_statute_lists_what_rests_on_it() {
    let pack = pack();
    let citing = pack.citing("cn/ndrc-58-2023");
    let own = pack.statute("cn/ndrc-58-2023").unwrap().rules().count();
    assert!(citing.len() >= own, "other law may name it too");
    assert!(
        citing
            .iter()
            .any(|place| place.what.starts_with("publicity.term")),
        "{citing:?}"
    );
    let mission = pack.citing("local/zaozhuang-2020-1");
    assert!(
        mission
            .iter()
            .any(|place| place.file == "catalog/acts.toml" && place.line.is_some())
    );
}

#[test]
fn a_page_keeps_the_order_of_the_text() {
    let pack = pack();
    let page = &pack.statute("local/zaozhuang-2020-1").unwrap().pages[1];
    let kinds: Vec<&str> = page
        .sections
        .iter()
        .map(|section| match section {
            Section::Heading { .. } => "heading",
            Section::Paragraph(_) => "paragraph",
            Section::Quote(_) => "quote",
            Section::Rule(_) => "rule",
            Section::Case(_) => "case",
        })
        .collect();
    let wanted = [
        "heading",
        "paragraph",
        "heading",
        "quote",
        "rule",
        "case",
        "case",
    ];
    assert_eq!(&kinds[..7], wanted);
}

/// A rule is confirmed only where the statute's own words stand beside it, and the only words we
/// could read ourselves are those of the mission document.
#[test]
fn quotes_are_the_words_of_the_mission_document() {
    let Ok(mission) = std::fs::read_to_string(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/mission.md"
    )) else {
        println!("skipped: no mission document on this machine");
        return;
    };
    let mission: String = mission.split_whitespace().collect();
    let pack = pack();
    let mut quotes = 0;
    for statute in pack.statutes() {
        for section in statute.pages.iter().flat_map(|page| &page.sections) {
            let Section::Quote(text) = section else {
                continue;
            };
            let text: String = text.split_whitespace().collect();
            assert!(mission.contains(&text), "{}: {text}", statute.id);
            quotes += 1;
        }
    }
    assert!(quotes >= 6, "{quotes}");
}

#[test]
fn stale_lists_the_never_compared_first() {
    let pack = pack();
    let report = pack.check();
    assert_eq!(pack.stale(date(2026, 11, 23)).len(), report.unconfirmed);
    let all = pack.stale(date(2027, 11, 23));
    assert_eq!(all.len(), report.rules);
    assert!(!all[0].confirmed() && all[all.len() - 1].confirmed());
}

#[test]
fn r26_catalogs_are_closed_and_complete() {
    let pack = pack();
    for act in Act::ALL {
        let row = pack.act(act).unwrap();
        assert_eq!(row.name, act.name());
        assert_eq!(row.adverse, act == Act::Penalty, "{}", row.name);
        assert!(pack.statute(&row.basis().statute).is_some());
    }
    assert_eq!(pack.acts().len(), Act::ALL.len());
    let all_reference = pack
        .matters()
        .iter()
        .all(|matter| matter.usage == Usage::Reference);
    assert!(all_reference, "no basis for a refusal was read");
    assert_eq!(pack.matter("procurement").unwrap().name, "政府采购");
    assert_eq!(
        pack.penalty_kind("吊销营业执照").unwrap().name,
        "吊销许可证件"
    );
    assert!(pack.penalty_kind("血型").is_none());
    let known = |rule: &law::RuleText| {
        pack.duties()
            .iter()
            .any(|duty| rule.body.contains(&duty.kind))
    };
    assert!(
        pack.rules()
            .filter(|rule| rule.id == "duty.term")
            .all(known)
    );
}

#[test]
fn commitment_is_barred_by_what_the_law_of_the_day_names() {
    let pack = pack();
    let against = |day, findings: &[&str]| {
        let law = pack.conditions("commitment.eligible", day).unwrap();
        law.value()
            .against(findings)
            .iter()
            .map(|bar| bar.key.to_string())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        against(date(2020, 3, 2), &["adverse-record"]),
        ["adverse-record"]
    );
    assert!(against(date(2026, 5, 12), &["adverse-record"]).is_empty());
    assert_eq!(
        against(date(2026, 5, 12), &["serious-unrepaired"]),
        ["serious-unrepaired"]
    );
}

#[test]
fn the_digest_follows_every_character_and_no_order() {
    let first = pack();
    let mut reversed = files();
    reversed.reverse();
    assert_eq!(Pack::load(reversed).unwrap().digest(), first.digest());
    let mut changed = files();
    changed
        .iter_mut()
        .find(|(path, _)| path == "README.md")
        .unwrap()
        .1
        .push(' ');
    assert_ne!(Pack::load(changed).unwrap().digest(), first.digest());
    assert_eq!(first.digest().len(), 64);
}
