//! What deciding about a case asks of the pack: clocks, conditions, matters.

use crate::support::pack;
use domain::commitment::Kind;
use jiff::civil::{Date, date};

const DAY: Date = date(2026, 5, 12);

/// The check after acceptance (`commitment-verify`) is timed by its matter, every other clock by a
/// rule.
#[test]
fn r8_every_clock_of_a_case_is_named_and_timed() {
    let pack = pack();
    let kinds = [
        "breach",
        "commitment-plea",
        "list-notice",
        "list-plea",
        "feedback",
        "review",
        "repair-forward",
        "repair-accept",
        "repair-decide",
        "repair-answer",
        "repair-extend",
        "repair-report",
        "repair-notice",
        "objection-own",
        "objection-assisted",
        "objection-forward",
        "objection-answer",
        "objection-notify",
        "referral-reply",
    ];
    let named = |kind: &str| pack.duties().iter().any(|row| row.kind == kind);
    for kind in kinds {
        assert!(named(kind), "{kind} has no name");
        for day in [date(2026, 4, 1), DAY, date(2035, 12, 31)] {
            assert!(pack.duty(kind, day).is_some(), "{kind} on {day}");
        }
    }
    assert!(named("commitment-verify") && pack.duty("commitment-verify", DAY).is_none());
    let timed = |row: &law::Commitment| row.verify.is_some() || !row.kind.trusted();
    let deferred = |row: &law::Commitment| row.kind == Kind::Deferred;
    let mut matters = pack.commitments().iter();
    assert!(
        matters.all(|row| timed(row) || deferred(row)),
        "a deferred commitment names its own day"
    );
}

#[test]
fn r102_the_repair_notice_has_the_days_of_the_decision() {
    let pack = pack();
    let days = |kind: &str| pack.duty(kind, DAY).map(|term| term.value().days);
    assert_eq!(days("repair-notice"), Some(7));
    assert_eq!(pack.duty("repair-notice", date(2026, 3, 31)), None);
    assert_eq!(days("commitment-plea"), days("list-plea"));
    let ours = pack.duty("referral-reply", DAY).unwrap();
    assert!(
        !ours.basis().confirmed,
        "a proposal until the city adopts it"
    );
}

#[test]
fn r95_a_clock_stands_still_on_a_ground_only() {
    let pack = pack();
    let rule = pack.conditions("suspension.eligible", DAY).unwrap();
    assert!(rule.value().against(&["ground"]).is_empty());
    let missing = rule.value().against(&["busy"]);
    assert!(missing.first().unwrap().text.contains("鉴定"));
    assert!(!rule.basis().confirmed);
}

#[test]
fn r101_a_ruling_and_a_plan_under_way_let_records_rest() {
    let pack = pack();
    let rule = pack.conditions("reorganisation.eligible", DAY).unwrap();
    assert_eq!(&*rule.basis().statute, "cn/sco-22-2025");
    assert!(rule.value().against(&["ruling", "performing"]).is_empty());
    assert_eq!(rule.value().against(&["ruling"]).len(), 1);
    let before = date(2025, 6, 21);
    assert_eq!(pack.conditions("reorganisation.eligible", before), None);
}

#[test]
fn r13_a_catalogued_matter_is_what_a_commitment_is_decided_by() {
    let pack = pack();
    for row in pack.commitments() {
        let matter = row.matter();
        assert_eq!(
            (matter.code, matter.name),
            (row.code.clone(), row.name.clone())
        );
        assert_eq!((matter.kind, matter.on), (row.kind, row.on));
        assert_eq!(
            (matter.form, matter.excluded),
            (row.form.clone(), row.excluded.clone())
        );
        assert_eq!(
            matter.verify.map(|span| span.to_string()),
            row.verify.map(|span| span.to_string())
        );
        assert_eq!(matter.consequences, row.consequences);
        assert_eq!(matter.basis, row.basis);
    }
    let kind = |code: &str| pack.commitment(code).unwrap().matter().kind;
    assert_eq!(kind("fire-safety-check"), Kind::Approval);
    assert_eq!(kind("credit-repair"), Kind::Repair);
}
