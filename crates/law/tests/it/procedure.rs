//! What deciding about a case asks of the pack: clocks, conditions, terms, matters.

use crate::support::pack;
use crate::town::{also, changed, files, loaded, refused};
use domain::commitment::Kind;
use domain::publication::{Publicity, window};
use domain::record::Severity;
use jiff::civil::{Date, date};
use law::{AnyTerm, Part, TermOf, diff};

const DAY: Date = date(2026, 5, 12);
const BREACH: &str = "cn/law/breach.md";

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
fn r5_a_determined_breach_is_shown_for_the_term_of_its_class() {
    let pack = pack();
    let shown = |severity| {
        let term = pack.breach_publicity(severity, DAY).unwrap();
        let window = window(DAY, &term).unwrap();
        (window.repairable, window.hidden)
    };
    assert_eq!(shown(Severity::Minor), (DAY, date(2026, 8, 12)));
    assert_eq!(
        shown(Severity::Ordinary),
        (date(2026, 8, 12), date(2027, 5, 12))
    );
    assert_eq!(
        shown(Severity::Serious),
        (date(2027, 5, 12), date(2029, 5, 12))
    );
    for severity in Severity::ALL {
        assert_eq!(pack.breach_publicity(severity, date(2026, 3, 31)), None);
    }
    let term = pack.term(TermOf::Breach(Severity::Ordinary), DAY).unwrap();
    assert!(matches!(
        term.value(),
        AnyTerm::Publicity(Publicity::Shown(_))
    ));
}

const RULE: &str = r#"
```rule
id = "publicity.breach"
when = { severity = "ordinary" }
from = "2020-01-01"
min = "P3M"
max = "P1Y"
article = "40"
```
```case
why = "三个月后可以修复，一年后结束"
given = { severity = "ordinary", decided = "2020-03-02" }
expect = { repairable = "2020-06-02", hidden = "2021-03-02" }
```
"#;

const COVERED: &str = "[[subject]]\nid = \"publicity.breach\"\nseverity = \"ordinary\"\nfrom = \"2020-01-01\"\nuntil = \"2035-12-31\"\n\n[[subject]]\nid = \"grade.scale\"";

fn breach() -> crate::town::Files {
    let mut files = changed(
        "catalog/coverage.toml",
        "[[subject]]\nid = \"grade.scale\"",
        COVERED,
    );
    files.push((BREACH.to_owned(), RULE.to_owned()));
    files
}

#[test]
fn r5_a_breach_without_end_or_class_does_not_load() {
    let faults = [
        ("max = \"P1Y\"\n", "", "缺少 `max`"),
        ("max = \"P1Y\"", "max = \"P1M\"", "短于最短公示期"),
        (
            "when = { severity = \"ordinary\" }\n",
            "",
            "缺少 `severity`",
        ),
        (
            "severity = \"ordinary\" }\nfrom",
            "severity = \"ordinary\", act = \"penalty\" }\nfrom",
            "`when` 中的 `act`",
        ),
        ("2021-03-02", "2021-03-03", "规则答 2020-06-02 / 2021-03-02"),
    ];
    for (old, new, message) in faults {
        refused(also(breach(), BREACH, old, new), BREACH, message);
    }
    let again = also(breach(), BREACH, RULE, &format!("{RULE}{RULE}"));
    refused(again, BREACH, "同一天有两条规则");
    let ended = also(
        breach(),
        BREACH,
        "from = \"2020-01-01\"",
        "from = \"2020-01-01\"\nuntil = \"2030-06-30\"",
    );
    let gap = "publicity.breach 一般 自 2030-07-01 起没有规则";
    refused(ended, "catalog/coverage.toml", gap);
}

#[test]
fn r25_a_changed_term_of_a_breach_is_told() {
    let old = loaded(breach());
    let new = loaded(also(
        also(breach(), BREACH, "P1Y", "P2Y"),
        BREACH,
        "2021-03-02",
        "2022-03-02",
    ));
    let changes = diff(&old, &new);
    let lines: Vec<String> = changes.iter().map(ToString::to_string).collect();
    assert_eq!(
        lines,
        [
            "修改规则 cn/law publicity.breach（ordinary）自 2020-01-01〔cn/law art. 40〕：max P1Y → P2Y"
        ]
    );
    let added = diff(&loaded(files()), &old);
    let parts: Vec<Part> = added.iter().map(|change| change.part).collect();
    assert_eq!(parts, [Part::Rule, Part::Catalog]);
    let found = old.depending("cn/law", Some("40"));
    let what: Vec<&str> = found.iter().map(|place| place.what.as_str()).collect();
    assert_eq!(what, ["publicity.breach（40）"]);
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
