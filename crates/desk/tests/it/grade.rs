//! Grades through the real store: by the whole population, by what changed, and one in full.

use super::room::{Room, Row};
use desk::Actor;
use desk::ports::GradeRow;
use domain::code::Code;
use jiff::ToSpan;
use jiff::civil::{Date, date};
use std::collections::BTreeMap;

const NAME: &str = "拟州甲有限公司";

fn penalties(room: &Room, organ: Code, entity: Code, decided: &[(&'static str, &'static str)]) {
    let rows: Vec<Row<'_>> = decided
        .iter()
        .map(|(docket, decided)| {
            let mut row = Row::new(entity, NAME, docket);
            row.decided = decided;
            row
        })
        .collect();
    let summary = room.file(organ, &rows);
    assert_eq!(summary.accepted as usize, rows.len(), "{summary:?}");
}

fn grades(room: &Room, codes: &[Code]) -> BTreeMap<Code, (i32, String)> {
    let row = |code: &Code| -> Option<GradeRow> { room.desk.store.grade(code).unwrap() };
    codes
        .iter()
        .filter_map(|code| row(code).map(|row| (*code, (row.score, row.grade))))
        .collect()
}

fn all(room: &Room, day: Date) -> String {
    let run = room.desk.grade_all(&Actor::timer(), day, &mut |_| {});
    run.unwrap().run.digest.unwrap()
}

/// R58: the short daily run and the run over all agree on every day, whatever happened.
#[test]
fn r58_what_changed_and_the_whole_give_the_same_grades() {
    let room = Room::open("grades", date(2026, 5, 15));
    let organ = room.organ(1);
    let codes = [room.entity(1, NAME), room.entity(2, "拟州乙有限公司")];
    room.desk.tick().unwrap();
    penalties(&room, organ, codes[0], &[("拟罚〔2026〕1号", "2026/05/12")]);
    for days in 0..500 {
        room.clock.set(date(2026, 5, 15) + (days * 3).days());
        if days == 100 {
            penalties(&room, organ, codes[0], &[("拟罚〔2027〕2号", "2027/03/01")]);
        }
        room.desk.tick().unwrap();
        let daily = grades(&room, &codes);
        if days % 50 != 0 {
            continue;
        }
        let before = room.size();
        let today = date(2026, 5, 15) + (days * 3).days();
        let evaluated = room
            .desk
            .grade_all(&Actor::timer(), today, &mut |_| {})
            .unwrap();
        assert_eq!(evaluated.run.changed, 0, "day {days}: {evaluated:?}");
        assert_eq!(
            room.size(),
            before + 1,
            "one entry says that the run took place"
        );
        assert_eq!(grades(&room, &codes), daily);
    }
    let history = room.desk.store.grade_history(&codes[0], 100).unwrap();
    assert!(history.len() >= 4, "{history:?}");
}

#[test]
fn r58_the_digest_is_that_of_the_grades_and_of_nothing_else() {
    let (one, two) = (
        Room::open("digest-1", date(2026, 5, 15)),
        Room::open("digest-2", date(2026, 5, 15)),
    );
    for room in [&one, &two] {
        let organ = room.organ(1);
        let code = room.entity(1, NAME);
        room.entity(2, "拟州乙有限公司");
        penalties(room, organ, code, &[("拟罚〔2026〕1号", "2026/05/12")]);
    }
    one.desk.tick().unwrap();
    let day = date(2026, 5, 15);
    assert_eq!(all(&one, day), all(&two, day));
    // A day on which the penalty was not decided yet, computed only.
    let (today, size) = (all(&two, day), two.size());
    assert_ne!(today, all(&two, date(2026, 5, 1)));
    assert_eq!(two.size(), size);
}

/// Every point names its records and its article; the points add up to the score.
#[test]
fn r58_an_explanation_adds_up_and_the_way_out_comes_true() {
    let room = Room::open("explain", date(2026, 5, 15));
    let organ = room.organ(1);
    let code = room.entity(1, NAME);
    penalties(
        &room,
        organ,
        code,
        &[
            ("拟罚〔2026〕1号", "2026/05/12"),
            ("拟罚〔2026〕2号", "2026/05/13"),
        ],
    );
    let explain = |day| room.desk.explain_grade(&code, day).unwrap().unwrap();
    let today = explain(date(2026, 5, 15));
    let sum: i32 = today.items.iter().map(|item| item.points).sum();
    assert_eq!(today.start + sum, today.score);
    let counted = today.items.iter().filter(|item| item.points < 0);
    for item in counted {
        assert!(
            !item.records.is_empty() && !item.basis.article.is_empty(),
            "{item:?}"
        );
        assert!(
            item.records
                .iter()
                .all(|record| today.dockets.contains_key(record))
        );
    }
    let exit = today.exit.clone().unwrap();
    let (day, grade) = exit.alone.unwrap();
    assert_eq!(explain(day).grade, grade);
    let eve = explain(day.yesterday().unwrap());
    assert_eq!(eve.grade, today.grade, "not a day earlier");
    let way = exit.ways.first().unwrap();
    assert!(way.from < day && !way.repairs.is_empty());
    assert!(way.repairs.iter().all(|(_, from)| *from <= way.from));
}

/// R4: a natural person's penalty is a record without entity, so no grade and no fact comes of it.
#[test]
fn r4_a_natural_person_is_never_graded() {
    let room = Room::open("person", date(2026, 5, 15));
    let organ = room.organ(1);
    let person = "CF_XDR_MC,CF_XDR_LB,CF_XDR_ZJLX,CF_XDR_ZJHM,CF_WSH,CF_WFXW,CF_SY,CF_YJ,CF_CFLB,\
                  CF_NR,CF_NR_FK,CF_JDRQ,CF_CFJG,CF_CFJGDM,CF_SJLY,CF_SJLYDM,CF_XDR_SHXYM,CF_FRDB\n";
    let row = format!(
        "李某某,自然人,身份证,11010519491231002X,拟罚〔2026〕9号,无证经营,无证经营食品,《中华人民共和国\
         食品安全法》第一百二十二条,罚款,罚款5000元,0.5,2026/05/12,拟州市第1局,{organ},拟州市第1局,\
         {organ},,\n"
    );
    let file = room.write("person.csv", &format!("{person}{row}"));
    let summary = room.take(&room.order(organ, file)).unwrap();
    assert_eq!(summary.accepted, 1, "{summary:?}");
    let run = room
        .desk
        .grade_all(&Actor::timer(), date(2026, 5, 15), &mut |_| {})
        .unwrap();
    assert_eq!((run.run.entities, run.run.changed), (0, 0));
}
