//! Intake through the real store: what becomes of a row, and what never happens.

use super::room::{Room, Row, entity_code, table};
use desk::Actor;
use desk::clock::Clock;
use desk::duty::Announced;
use desk::filing::{Order as Revocation, Refusal};
use desk::intake::{Mode, NotTaken};
use desk::ports::DutyFilter;
use domain::duty::State;
use domain::filing::Revocation as How;
use domain::record::Act;
use domain::screening::{Outcome, Question};
use jiff::civil::date;
use std::sync::atomic::Ordering;

fn question(code: &str) -> Question {
    Question {
        code: code.into(),
        matter: "licence".into(),
        case_no: "案1".into(),
        stage: String::new(),
        caller: "clerk".into(),
        organ: String::new(),
    }
}

#[test]
fn r34_the_code_decides_and_a_contradicting_name_is_not_accepted() {
    let room = Room::open("r34", date(2026, 5, 15));
    let organ = room.organ(1);
    let code = room.entity(1, "拟州甲有限公司");
    let stranger = entity_code(2);
    let summary = room.file(
        organ,
        &[
            Row::new(code, "拟州甲有限公司", "拟罚〔2026〕1号"),
            Row::new(code, "拟州乙有限公司", "拟罚〔2026〕2号"),
            Row::new(stranger, "拟州丙有限公司", "拟罚〔2026〕3号"),
        ],
    );
    assert_eq!(
        (summary.rows, summary.accepted, summary.rejected),
        (3, 2, 1)
    );
    assert_eq!(summary.findings.get("DQ1001"), Some(&2));
    let reader = room.desk.index.read().unwrap();
    assert!(reader.identity(&stranger).unwrap().provisional);
    assert_eq!(reader.effects(&code, date(2026, 5, 15)).len(), 1);
}

#[test]
fn r33_the_same_file_twice_adds_nothing_and_a_bad_row_costs_only_itself() {
    let room = Room::open("r33", date(2026, 5, 15));
    let organ = room.organ(1);
    let code = room.entity(1, "拟州甲有限公司");
    let mut bad = Row::new(code, "拟州甲有限公司", "拟罚〔2026〕2号");
    bad.decided = "2026-13-40";
    let rows = [Row::new(code, "拟州甲有限公司", "拟罚〔2026〕1号"), bad];
    let first = room.file(organ, &rows);
    assert_eq!(
        (first.accepted, first.rejected, first.repeated),
        (1, 1, false)
    );
    let size = room.size();
    let again = room.file(organ, &rows);
    assert_eq!(
        (again.accepted, again.rejected, again.repeated),
        (0, 2, true)
    );
    assert_eq!(again.findings.get("DQ1009"), Some(&1));
    assert_eq!(room.size(), size);
}

fn dockets(count: u32) -> Vec<String> {
    (0..count).map(|n| format!("拟罚〔2026〕{n}号")).collect()
}

/// Whichever block a row is in, the record of the hand-in and the answer count it alike.
#[test]
fn r33_the_record_of_a_hand_in_counts_what_the_answer_counts() {
    let room = Room::open("record", date(2026, 5, 15));
    let organ = room.organ(1);
    let code = room.entity(1, "拟州甲有限公司");
    let dockets = dockets(9_000);
    let row = |number: usize| Row::new(code, "拟州甲有限公司", &dockets[number]);
    let mut bad = row(8_998);
    bad.decided = "2026-13-40";
    let first = room.file(organ, &[row(0), row(8_000), row(8_001)]);
    let mut rows: Vec<_> = (0..9_000).map(row).collect();
    rows[8_998] = bad;
    let second = room.file(organ, &rows);
    assert_eq!((second.accepted, second.rejected), (8_996, 4));
    assert_eq!(second.findings.get("DQ1009"), Some(&3));
    let records = room.desk.store.submissions(Some(&organ), 5).unwrap();
    assert_eq!(records.len(), 2);
    for summary in [first, second] {
        let entry = summary.submission.unwrap();
        let (_, record) = records.iter().find(|(seq, _)| *seq == entry).unwrap();
        assert_eq!(
            (record.rows, record.accepted, record.rejected),
            (summary.rows, summary.accepted, summary.rejected)
        );
        assert_eq!(record.findings, summary.findings);
    }
}

/// Somebody else's work between two blocks makes them commits of their own; the first is lost.
#[test]
fn r33_a_file_that_lost_a_block_leaves_no_record_and_can_be_sent_again() {
    let room = Room::open("lost", date(2026, 5, 15));
    let organ = room.organ(1);
    let code = room.entity(1, "拟州甲有限公司");
    let dockets = dockets(13_000);
    let row = |docket| Row::new(code, "拟州甲有限公司", docket);
    let rows: Vec<_> = dockets.iter().map(|docket| row(docket)).collect();
    let order = room.order(organ, room.write("in.csv", &table(organ, &rows)));
    room.refuses.store(room.size() + 3_000, Ordering::Relaxed);
    let mut number = 1;
    let lost = room.desk.intake(&order, &mut |_| {
        number += 1;
        room.organ(number);
    });
    assert!(matches!(lost, Err(NotTaken::Fault(_))), "{lost:?}");
    assert_eq!(room.desk.store.submissions(None, 5).unwrap(), []);
    let again = room.take(&order).unwrap();
    assert!(!again.repeated && again.accepted >= 3_000, "{again:?}");
    assert_eq!(again.accepted + again.rejected, 13_000);
    assert_eq!(room.desk.store.submissions(None, 5).unwrap().len(), 1);
}

#[test]
fn r33_a_dry_run_finds_the_same_and_writes_nothing() {
    let room = Room::open("dry", date(2026, 6, 30));
    let organ = room.organ(1);
    let code = room.entity(1, "拟州甲有限公司");
    let rows = [Row::new(code, "拟州甲有限公司", "拟罚〔2026〕1号")];
    let mut order = room.order(organ, room.write("dry.csv", &table(organ, &rows)));
    order.dry_run = true;
    let size = room.size();
    let dry = room.take(&order).unwrap();
    assert_eq!((dry.accepted, dry.submission), (1, None));
    assert_eq!(room.size(), size);
    order.dry_run = false;
    let real = room.take(&order).unwrap();
    assert_eq!(real.findings, dry.findings);
    assert_eq!(
        real.findings.get("DQ1012"),
        Some(&1),
        "late: decided 05-12, filed 06-30"
    );
}

#[test]
fn r36_a_correction_is_a_new_version_with_a_reason() {
    let room = Room::open("r36", date(2026, 5, 15));
    let organ = room.organ(1);
    let code = room.entity(1, "拟州甲有限公司");
    room.file(
        organ,
        &[Row::new(code, "拟州甲有限公司", "拟罚〔2026〕1号")],
    );
    let mut mended = Row::new(code, "拟州甲有限公司", "拟罚〔2026〕1号");
    mended.fine = "0.8";
    let mut order = room.order(organ, room.write("fix.csv", &table(organ, &[mended])));
    assert_eq!(room.take(&order).unwrap().findings.get("DQ1009"), Some(&1));
    order.mode = Mode::Correct {
        reason: "  ".into(),
    };
    assert!(matches!(room.take(&order), Err(NotTaken::NoReason)));
    order.mode = Mode::Correct {
        reason: "金额录入有误".into(),
    };
    let summary = room.take(&order).unwrap();
    assert_eq!(summary.accepted, 1);
    let shown = room.desk.store.shown_of(&code).unwrap();
    assert_eq!(shown.len(), 1, "the portal shows the version in force only");
    assert!(shown[0].fields.iter().any(|(_, text)| text == "0.8"));
    assert_eq!(
        room.desk
            .index
            .read()
            .unwrap()
            .effects(&code, date(2026, 5, 15))
            .len(),
        1
    );
    let size = room.size();
    assert_eq!(
        room.take(&order).unwrap().accepted,
        0,
        "the same correction again adds nothing"
    );
    assert_eq!(room.size(), size);
}

#[test]
fn dq1008_an_organ_hands_in_its_own_only() {
    let room = Room::open("dq1008", date(2026, 5, 15));
    let (organ, other) = (room.organ(1), room.organ(2));
    let code = room.entity(1, "拟州甲有限公司");
    let rows = [Row::new(code, "拟州甲有限公司", "拟罚〔2026〕1号")];
    let order = room.order(organ, room.write("other.csv", &table(other, &rows)));
    let summary = room.take(&order).unwrap();
    assert_eq!(
        (summary.accepted, summary.findings.get("DQ1008")),
        (0, Some(&1))
    );
}

#[test]
fn r30_an_announced_decision_opens_a_duty_that_the_filing_closes() {
    let room = Room::open("r30", date(2026, 5, 12));
    let organ = room.organ(1);
    let (first, second) = (
        room.entity(1, "拟州甲有限公司"),
        room.entity(2, "拟州乙有限公司"),
    );
    let announced = |docket: &str| Announced {
        organ,
        source: "penalty-2018".into(),
        docket: docket.into(),
        decided: date(2026, 5, 12),
    };
    let operator = Actor::operator();
    let all = vec![
        announced("拟罚〔2026〕1号"),
        announced("拟罚[2026]1号"),
        announced("拟罚〔2026〕2号"),
    ];
    assert_eq!(room.desk.announce_all(&operator, all).unwrap(), 2);
    let mut reminded = Vec::new();
    for day in 13..=23 {
        room.clock.set(date(2026, 5, day));
        reminded.push(room.desk.tick().unwrap().reminded);
        assert_eq!(
            room.desk.tick().unwrap().reminded,
            0,
            "ticking twice a day changes nothing"
        );
        if day == 18 {
            // One document about two parties does one duty.
            room.file(
                organ,
                &[
                    Row::new(first, "拟州甲有限公司", "拟罚〔2026〕1号"),
                    Row::new(second, "拟州乙有限公司", "拟罚〔2026〕1号"),
                ],
            );
        }
    }
    // Days 3 (05-15), 5 (05-19), 6 (05-20), then every working day after the seventh (05-21).
    assert_eq!(reminded, [0, 0, 2, 0, 0, 0, 1, 1, 0, 1, 0]);
    let filter = DutyFilter {
        today: Some(room.clock.today()),
        limit: 10,
        ..DutyFilter::default()
    };
    let mut duties = room.desk.store.duties(&filter).unwrap();
    duties.sort_by(|a, b| a.docket.cmp(&b.docket));
    let states: Vec<_> = duties
        .iter()
        .map(|duty| (duty.docket.as_str(), duty.state))
        .collect();
    assert_eq!(
        states,
        [
            ("拟罚〔2026〕1号", State::InTime),
            ("拟罚〔2026〕2号", State::Overdue)
        ]
    );
    assert_eq!(duties[1].due.last, Some(date(2026, 5, 21)));
}

#[test]
fn r5_what_is_over_ends_once_by_its_true_date_after_a_standstill() {
    let room = Room::open("r5", date(2026, 5, 15));
    let organ = room.organ(1);
    let code = room.entity(1, "拟州甲有限公司");
    room.file(
        organ,
        &[Row::new(code, "拟州甲有限公司", "拟罚〔2026〕1号")],
    );
    room.clock.set(date(2027, 5, 11));
    assert_eq!(room.desk.tick().unwrap().hidden, 0);
    room.clock.set(date(2027, 6, 20));
    assert_eq!(room.desk.tick().unwrap().hidden, 1);
    assert_eq!(room.desk.tick().unwrap().hidden, 0);
    assert!(room.desk.store.shown_of(&code).unwrap().is_empty());
    assert!(
        room.desk
            .index
            .read()
            .unwrap()
            .effects(&code, date(2026, 6, 1))
            .is_empty()
    );
    let history = room.desk.store.history(&code, 10).unwrap();
    let hidden = history
        .iter()
        .find(|(_, entry)| entry.kind == "hidden")
        .unwrap();
    assert!(
        hidden
            .1
            .head
            .contains("\"due\":\"2027-05-12\",\"on\":\"2027-06-20\""),
        "{}",
        hidden.1.head
    );
}

#[test]
fn r36_a_revocation_takes_the_record_off_with_a_public_reason() {
    let room = Room::open("revoke", date(2026, 5, 20));
    let (organ, other) = (room.organ(1), room.organ(2));
    let code = room.entity(1, "拟州甲有限公司");
    room.file(
        organ,
        &[Row::new(code, "拟州甲有限公司", "拟罚〔2026〕1号")],
    );
    let record = room.desk.store.shown_of(&code).unwrap()[0].seq;
    let order = |organ, reason: &str| Revocation {
        record,
        organ,
        how: How::Revoked,
        document: "拟复决〔2026〕1号".into(),
        reason: reason.into(),
        decided: date(2026, 5, 19),
    };
    let operator = Actor::operator();
    let refused = room.desk.revoke(&operator, order(organ, ""));
    assert!(
        matches!(refused, Err(Refusal::NoReason { basis: Some(_) })),
        "{refused:?}"
    );
    assert!(matches!(
        room.desk.revoke(&operator, order(other, "错误")),
        Err(Refusal::Foreign)
    ));
    room.desk
        .revoke(&operator, order(organ, "复议撤销"))
        .unwrap();
    assert!(matches!(
        room.desk.revoke(&operator, order(organ, "复议撤销")),
        Err(Refusal::Already)
    ));
    assert!(room.desk.store.shown_of(&code).unwrap().is_empty());
    assert_eq!(room.desk.store.withdrawn(10).unwrap()[0].reason, "复议撤销");
    let sheet = room.desk.sheet(question(code.as_str())).unwrap();
    assert_eq!(sheet.outcome, Outcome::Clear);
}

#[test]
fn r49_unknown_is_never_clear() {
    let room = Room::open("r49", date(2026, 5, 15));
    let organ = room.organ(1);
    let (clean, bad) = (
        room.entity(1, "拟州甲有限公司"),
        room.entity(2, "拟州乙有限公司"),
    );
    let outcome = |code: &str| room.desk.sheet(question(code)).unwrap().outcome;
    assert_eq!(
        outcome(clean.as_str()),
        Outcome::StaleSource,
        "no penalty was ever delivered"
    );
    room.file(organ, &[Row::new(bad, "拟州乙有限公司", "拟罚〔2026〕1号")]);
    assert_eq!(outcome(clean.as_str()), Outcome::Clear);
    assert_eq!(outcome(bad.as_str()), Outcome::Effects);
    assert_eq!(outcome(entity_code(9).as_str()), Outcome::UnknownEntity);
    assert_eq!(outcome("not a code"), Outcome::UnknownEntity);
    let degraded = room.desk.degraded_sheet(question(clean.as_str())).unwrap();
    assert_eq!(degraded.outcome, Outcome::Degraded);
    room.clock.set(date(2026, 9, 1));
    assert_eq!(outcome(clean.as_str()), Outcome::StaleSource);
    assert_eq!(
        outcome(bad.as_str()),
        Outcome::Effects,
        "what is known stays known"
    );
}

#[test]
fn r46_a_receipt_holds_with_the_public_key_alone_and_breaks_when_touched() {
    let room = Room::open("r46", date(2026, 5, 15));
    let organ = room.organ(1);
    let code = room.entity(1, "拟州甲有限公司");
    let mut serious = Row::new(code, "拟州甲有限公司", "拟罚〔2026〕1号");
    (serious.kind, serious.fine) = ("责令停产停业", "");
    room.file(organ, &[serious]);
    let receipt = room
        .desk
        .screen_now(&Actor::operator(), question(code.as_str()))
        .unwrap();
    let text = serde_json::to_string_pretty(&receipt).unwrap();
    let holds = desk::screening::verify(&text, &room.key).unwrap();
    assert_eq!(
        (holds.outcome, holds.sheet.effects.len()),
        (Outcome::Effects, 1)
    );
    let commitment = holds.sheet.commitment.unwrap();
    assert!(!commitment.eligible, "R15: a serious record bars 告知承诺");
    assert_eq!(commitment.because, [holds.sheet.effects[0].record]);
    for (from, to) in [
        ("案1", "案2"),
        ("effects\"", "clear\""),
        ("2026-05-15", "2026-05-16"),
    ] {
        assert!(text.contains(from), "{from}");
        let touched = text.replace(from, to);
        assert!(
            desk::screening::verify(&touched, &room.key).is_err(),
            "{from} -> {to}"
        );
    }
}

#[test]
fn r38_views_made_anew_are_the_same() {
    let room = Room::open("r38", date(2026, 5, 15));
    let organ = room.organ(1);
    let code = room.entity(1, "拟州甲有限公司");
    room.file(
        organ,
        &[Row::new(code, "拟州甲有限公司", "拟罚〔2026〕1号")],
    );
    room.desk
        .screen_now(&Actor::operator(), question(code.as_str()))
        .unwrap();
    room.clock.set(date(2027, 6, 1));
    room.desk.tick().unwrap();
    let rebuilt = room.desk.store.rebuild(&mut |_, _| {}).unwrap();
    assert!(rebuilt.equal(), "{:?}", rebuilt.views);
    assert_eq!(room.desk.store.verify(&mut |_, _| {}).unwrap().broken, None);
}

#[test]
fn r10_a_persons_record_is_gathered_and_never_shown() {
    let room = Room::open("person", date(2026, 5, 15));
    let organ = room.organ(1);
    let text = format!(
        "CF_XDR_MC,CF_XDR_LB,CF_XDR_ZJLX,CF_XDR_ZJHM,CF_WSH,CF_WFXW,CF_SY,CF_YJ,CF_CFLB,CF_NR,CF_NR_FK,CF_JDRQ,CF_CFJG,CF_CFJGDM,CF_SJLY,CF_SJLYDM,CF_XDR_SHXYM,CF_FRDB\n\
         拟某,自然人,身份证,11010519491231002X,拟罚〔2026〕9号,违反规定,占道经营,《拟州条例》第三条,罚款,罚款二百元,0.02,2026/05/12,拟州市局,{organ},拟州市局,{organ},,\n"
    );
    let order = room.order(organ, room.write("person.csv", &text));
    let summary = room.take(&order).unwrap();
    assert_eq!(summary.accepted, 1, "{summary:?}");
    assert!(
        room.desk
            .store
            .list(
                Act::Penalty,
                &desk::ports::ListFilter {
                    limit: 10,
                    ..Default::default()
                }
            )
            .unwrap()
            .is_empty()
    );
    let entries = room.desk.store.changes(None, 100).unwrap();
    let (_, entry) = entries
        .iter()
        .find(|(_, entry)| entry.kind == "filed")
        .unwrap();
    assert!(!entry.head.contains("拟某") && !entry.head.contains("11010519491231002X"));
    assert_eq!(entry.value("CF_XDR_ZJHM"), Some("11010519491231002X"));
    // The key of a person's record cannot be recomputed from what is public.
    assert_eq!(room.take(&order).unwrap().findings.get("DQ1009"), Some(&1));
    let seq = entries
        .iter()
        .find(|(_, entry)| entry.kind == "filed")
        .unwrap()
        .0;
    let names = vec!["CF_XDR_MC".to_owned(), "CF_XDR_ZJHM".to_owned()];
    assert_eq!(
        room.desk
            .redact(&Actor::operator(), seq, names, "本人申请".into())
            .unwrap(),
        2
    );
    let kept = room.desk.store.entry(seq).unwrap().unwrap();
    assert_eq!(kept.value("CF_XDR_ZJHM"), None);
    assert_eq!(room.desk.store.verify(&mut |_, _| {}).unwrap().broken, None);
}

#[test]
fn r92_a_penalty_whose_kind_fixes_no_class_needs_a_stated_one() {
    let room = Room::open("r92", date(2026, 5, 15));
    let organ = room.organ(1);
    let code = room.entity(1, "拟州甲有限公司");
    let mut unclear = Row::new(code, "拟州甲有限公司", "拟罚〔2026〕1号");
    (unclear.kind, unclear.fine) = ("行政拘留", "");
    let summary = room.file(organ, std::slice::from_ref(&unclear));
    assert_eq!(
        (summary.accepted, summary.findings.get("DQ1003")),
        (0, Some(&1))
    );
    // Before the classes were introduced the law had an answer for every kind.
    (unclear.docket, unclear.decided) = ("拟罚〔2026〕2号", "2026/03/31");
    assert_eq!(room.file(organ, &[unclear]).accepted, 1);
}
