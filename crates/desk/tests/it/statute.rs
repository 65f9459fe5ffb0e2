//! The law in force: proposed by one person, adopted by another, and never forgotten.

use super::room::{Room, Row};
use desk::Actor;
use desk::ports::Files;
use desk::rehearsal::Row as Moved;
use desk::statute::NotSigned;
use domain::ledger::Event;
use domain::statute::{Refusal, State};
use jiff::civil::date;
use law::Pack;
use std::sync::Arc;

const NAME: &str = "拟州甲有限公司";

fn person(name: &str) -> Actor {
    Actor {
        name: name.to_owned(),
        organ: None,
    }
}

/// The pack in force with one text put in place of another, which must be there.
fn changed(room: &Room, path: &str, old: &str, new: &str) -> Files {
    let mut files = room.desk.law().files().clone();
    let text = files.get_mut(path).unwrap();
    assert!(text.contains(old), "{path} says `{old}`");
    *text = text.replacen(old, new, 1);
    files
}

/// A change of the scale that keeps its worked cases true: the way to say so is another name.
fn renamed(room: &Room) -> Files {
    changed(
        room,
        "local/grade-2026/scale.md",
        "（2026年版，建议稿）",
        "（2026年版，修订稿）",
    )
}

fn refused(answer: Result<impl std::fmt::Debug, NotSigned>) -> Refusal {
    match answer.unwrap_err() {
        NotSigned::Refused(refusal) => refusal,
        other => panic!("{other}"),
    }
}

#[test]
fn r2_two_persons_adopt_a_pack_and_the_old_one_is_kept() {
    let room = Room::open("adopt", date(2026, 5, 15));
    let desk = &room.desk;
    let old = desk.law().digest().to_owned();
    let files = renamed(&room);
    assert_eq!(
        refused(desk.propose(&person("zhang"), files.clone(), " ")),
        Refusal::NoReason
    );
    let in_force = desk.law().files().clone();
    assert_eq!(
        refused(desk.propose(&person("zhang"), in_force, "没有差别")),
        Refusal::Nothing
    );
    let proposal = desk
        .propose(&person("zhang"), files, "市信用办主任办公会决定")
        .unwrap();
    assert_eq!(desk.law().digest(), old, "a proposal changes nothing");
    assert_eq!(
        refused(desk.adopt(&person("zhang"), proposal)),
        Refusal::SamePerson
    );
    assert_eq!(refused(desk.adopt(&person("li"), 999)), Refusal::Unknown);
    let adopted = desk.adopt(&person("li"), proposal).unwrap();
    assert_eq!(adopted.signed, ["zhang", "li"]);
    assert_eq!(desk.law().digest(), adopted.digest);
    assert_eq!(
        refused(desk.adopt(&person("wang"), proposal)),
        Refusal::Closed
    );
    assert_eq!(
        desk.pack(&old).unwrap().digest(),
        old,
        "old decisions keep their law"
    );
    let adoptions = desk.store.adoptions().unwrap();
    assert_eq!(adoptions.len(), 2);
    assert_eq!(adoptions[0].proposal, Some(proposal));
}

#[test]
fn r2_a_proposal_that_was_overtaken_or_declined_is_not_adopted() {
    let room = Room::open("overtaken", date(2026, 5, 15));
    let desk = &room.desk;
    let first = desk
        .propose(&person("zhang"), renamed(&room), "甲")
        .unwrap();
    let second = desk.propose(&person("li"), renamed(&room), "乙").unwrap();
    desk.decline(&person("zhang"), second, "与甲案重复")
        .unwrap();
    assert_eq!(
        refused(desk.adopt(&person("wang"), second)),
        Refusal::Closed
    );
    let third = changed(
        &room,
        "local/grade-2026/scale.md",
        "（2026年版，建议稿）",
        "（2026年版，试行）",
    );
    let third = desk.propose(&person("zhang"), third, "丙").unwrap();
    desk.adopt(&person("li"), first).unwrap();
    assert_eq!(
        refused(desk.adopt(&person("li"), third)),
        Refusal::Overtaken,
        "it was rehearsed on another law"
    );
    let states: Vec<State> = desk
        .store
        .proposals(10)
        .unwrap()
        .iter()
        .map(|(standing, _)| standing.state)
        .collect();
    assert_eq!(states, [State::Open, State::Declined, State::Adopted]);
    let (standing, _) = desk.store.proposal(second).unwrap().unwrap();
    assert_eq!(standing.declined.unwrap().reason, "与甲案重复");
}

#[test]
fn r1_a_pack_with_a_fault_cannot_be_proposed() {
    let room = Room::open("fault", date(2026, 5, 15));
    let files = changed(
        &room,
        "cn/ndrc-36-2025/publicity.md",
        "max     = \"P1Y\"",
        "max     = \"P2Y\"",
    );
    match room.desk.propose(&person("zhang"), files, "延长公示期") {
        Err(NotSigned::Pack(findings)) => {
            assert!(
                findings
                    .iter()
                    .all(|found| found.file.contains("publicity.md"))
            );
        }
        other => panic!("the worked cases contradict it: {other:?}"),
    }
}

/// The property a pack must have: whoever loses an adverse record never stands worse for it.
#[test]
fn a_scale_under_which_a_repair_worsens_a_grade_cannot_be_proposed() {
    let room = Room::open("unproved", date(2026, 5, 15));
    let files = changed(
        &room,
        "local/grade-2026/scale.md",
        "each = { of = \"abnormal\", points = -10, most = 1 }",
        "each = { of = \"abnormal\", points = 10, most = 1 }",
    );
    match room.desk.propose(&person("zhang"), files, "笔误") {
        Err(NotSigned::Unproved(unproved)) => {
            assert!(unproved[0].contains("反例"), "{unproved:?}");
        }
        other => panic!("{other:?}"),
    }
}

/// R3: what was decided by the old law is computed again by the old law, byte for byte.
#[test]
fn r3_past_decisions_come_out_again_whatever_is_in_force_now() {
    let room = Room::open("replay", date(2026, 5, 15));
    let organ = room.organ(1);
    let code = room.entity(1, NAME);
    let rows: Vec<Row<'_>> = ["拟罚〔2026〕1号", "拟罚〔2026〕2号", "拟罚〔2026〕3号"]
        .iter()
        .map(|docket| Row::new(code, NAME, docket))
        .collect();
    room.file(organ, &rows);
    room.desk.tick().unwrap();
    let proposal = room
        .desk
        .propose(&person("zhang"), shorter(&room), "缩短公示期")
        .unwrap();
    room.desk.adopt(&person("li"), proposal).unwrap();
    room.clock.set(date(2026, 5, 16));
    room.desk.tick().unwrap();
    let replayed = room.desk.replay_from(7, 50).unwrap();
    assert!(replayed.compared >= 4, "{replayed:?}");
    assert!(replayed.differing.is_empty(), "{replayed:?}");
    assert_eq!(
        room.desk.replay_from(7, 50).unwrap(),
        replayed,
        "by its seed"
    );
}

/// 一般失信 of order 36 with a maximum of eleven months, its worked cases with it.
fn shorter(room: &Room) -> Files {
    let path = "cn/ndrc-36-2025/publicity.md";
    let mut files = room.desk.law().files().clone();
    let text = files.get_mut(path).unwrap();
    let replaced = text
        .replace("max     = \"P1Y\"", "max     = \"P11M\"")
        .replace("hidden = \"2027-05-12\"", "hidden = \"2027-04-12\"")
        .replace("hidden = \"2027-11-30\"", "hidden = \"2027-10-30\"")
        .replace("hidden = \"2027-04-01\"", "hidden = \"2027-03-01\"");
    assert_ne!(*text, replaced);
    *text = replaced;
    files
}

/// The rehearsal names the record, its dates now and then, and leaves everything as it is.
#[test]
fn r118_a_rehearsal_names_who_moves_and_changes_nothing() {
    let room = Room::open("rehearse", date(2026, 5, 15));
    let organ = room.organ(1);
    let code = room.entity(1, NAME);
    room.file(organ, &[Row::new(code, NAME, "拟罚〔2026〕1号")]);
    room.desk.tick().unwrap();
    let size = room.size();
    let pack = Arc::new(Pack::load(shorter(&room)).unwrap());
    let mut rows = Vec::new();
    let found = room
        .desk
        .rehearse(&pack, &mut |row| rows.push(row), &mut |_, _| {})
        .unwrap();
    assert_eq!((found.records, found.records_moved), (1, 1), "{found:?}");
    assert!(!found.changes.is_empty());
    let [Moved::Record(moved)] = rows.as_slice() else {
        panic!("{rows:?}")
    };
    assert_eq!(moved.docket, "拟罚〔2026〕1号");
    let (now, then) = (moved.shown.unwrap(), moved.then_shown.unwrap());
    assert_eq!((now.1, then.1), (date(2027, 5, 12), date(2027, 4, 12)));
    assert_eq!(room.size(), size);
}

#[test]
fn a_rehearsed_scale_says_whose_grade_moves_and_why() {
    let room = Room::open("scale", date(2026, 5, 15));
    let organ = room.organ(1);
    let code = room.entity(1, NAME);
    room.entity(2, "拟州乙有限公司");
    room.file(organ, &[Row::new(code, NAME, "拟罚〔2026〕1号")]);
    room.desk.tick().unwrap();
    let harder = harder(&room);
    let mut rows = Vec::new();
    let found = room
        .desk
        .rehearse(&harder, &mut |row| rows.push(row), &mut |_, _| {})
        .unwrap();
    let [Moved::Grade(moved)] = rows.as_slice() else {
        panic!("{rows:?}")
    };
    assert_eq!(
        (found.entities, found.moved.down, found.moved.up),
        (2, 1, 0)
    );
    assert_eq!((moved.code, moved.division.as_str()), (code, "370402"));
    assert!(moved.then_score < moved.score);
    assert!(
        moved
            .causes
            .iter()
            .any(|cause| cause.starts_with("一般处罚：")),
        "{moved:?}"
    );
    assert_eq!(found.causes.get("一般处罚"), Some(&1));
}

/// The scale with a heavier item; its worked cases are left out with the old figures.
fn harder(room: &Room) -> Arc<Pack> {
    let path = "local/grade-2026/scale.md";
    let mut files = room.desk.law().files().clone();
    let text = files.get_mut(path).unwrap();
    *text = text.replace(
        "each = { of = \"ordinary_1y\", points = -6, most = 3 }",
        "each = { of = \"ordinary_1y\", points = -40, most = 1 }",
    );
    // Cases that no longer come out are dropped; one without records always does.
    let (head, cases) = text.split_once("```case").unwrap();
    let first = cases.split("```").next().unwrap();
    let tail = text
        .rsplit_once("```rule")
        .filter(|(before, _)| before.len() > head.len());
    assert!(tail.is_none(), "the scale is the only rule of its page");
    *text = format!("{head}```case{first}```\n");
    Arc::new(Pack::load(files).unwrap())
}

#[test]
fn an_adoption_is_an_entry_with_its_signatures() {
    let room = Room::open("entry", date(2026, 5, 15));
    let proposal = room
        .desk
        .propose(&person("zhang"), renamed(&room), "修订")
        .unwrap();
    room.desk.adopt(&person("li"), proposal).unwrap();
    let entry = room.desk.store.entry(proposal + 1).unwrap().unwrap();
    let event: Event = serde_json::from_str(&entry.head).unwrap();
    let Event::LawAdopted(adopted) = event else {
        panic!("{event:?}")
    };
    assert_eq!(
        (adopted.proposal, entry.actor.as_str()),
        (Some(proposal), "li")
    );
    assert!(
        room.desk.store.rebuild(&mut |_, _| {}).unwrap().equal(),
        "R38"
    );
}

const FOOD: &str = r#"# 食品行业评价规则

```rule
id         = "grade.scale"
when       = { form = ["enterprise"], sector = "food" }
from       = "2026-01-01"
article    = "N1"
scale      = "food-2026"
name       = "食品行业评价规则"
start      = 60
least      = 0
most       = 100
indicators = [
    { id = "general_grade", name = "综合等级", stated = true },
    { id = "penalties", name = "处罚", count = { kinds = ["penalty"], months = 12 } },
]
items = [
    { id = "general", name = "综合等级", steps = { of = "general_grade", at = [[0, 30], [1, 20], [2, 0]] }, article = "N2" },
    { id = "penalties", name = "处罚", each = { of = "penalties", points = -5, most = 4 }, article = "N3" },
]
cuts = [{ word = "甲", name = "甲", least = 75 }, { word = "乙", name = "乙", least = 0 }]
```

```case
why    = "综合等级为良，没有处罚"
given  = { form = "enterprise", sector = "food", on = "2026-07-01", stated = { general_grade = 1 } }
expect = { score = 80, grade = "甲" }
```
"#;

/// R59: the sector's scale takes the general grade and the same facts; the general grade and the
/// facts stay what they were.
#[test]
fn r59_a_sector_grades_beside_the_general_scale_and_touches_no_fact() {
    let room = Room::open("sector", date(2026, 5, 15));
    let organ = room.organ(1);
    let code = room.entity(1, NAME);
    room.file(organ, &[Row::new(code, NAME, "拟罚〔2026〕1号")]);
    room.desk.tick().unwrap();
    let day = date(2026, 5, 15);
    let before = room.desk.explain_grade(&code, day).unwrap().unwrap();
    let mut files = room.desk.law().files().clone();
    files.insert("local/grade-2026/food.md".into(), FOOD.into());
    let proposal = room.desk.propose(&person("zhang"), files, "食品").unwrap();
    room.desk.adopt(&person("li"), proposal).unwrap();
    let sector = room.desk.explain_sector_grade("food", &code, day).unwrap();
    let sector = sector.unwrap();
    let points: Vec<i32> = sector.items.iter().map(|item| item.points).collect();
    let general = usize::from(before.grade.as_bytes()[0] - b'A');
    assert_eq!(points, [[30, 20, 0, 0][general], -5], "{before:?}");
    let after = room.desk.explain_grade(&code, day).unwrap().unwrap();
    assert_eq!((after.score, after.grade), (before.score, before.grade));
    assert!(
        room.desk
            .explain_sector_grade("drug", &code, day)
            .unwrap()
            .is_none()
    );
}
