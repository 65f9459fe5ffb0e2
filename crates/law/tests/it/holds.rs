//! What the pack of this repository answers.

use crate::support::pack;
use domain::calendar::Missing;
use domain::publication::{Publicity, Term, showing, window};
use domain::record::{Act, Procedure, Severity};
use jiff::ToSpan;
use jiff::civil::{Date, date};
use law::{PenaltyFacts, Topic, Unit};

fn days() -> impl Iterator<Item = Date> {
    date(2015, 1, 1)
        .series(1.day())
        .take_while(|day| *day <= date(2035, 12, 31))
}

/// Loading runs the cases; a case that fails names its file and line in the panic of `pack`.
#[test]
fn every_case_holds() {
    let report = pack().check();
    println!("{report:?}");
    assert!(report.cases >= report.rules, "{report:?}");
    assert!(
        report.rules >= 20 && report.cases >= 50,
        "the pack lost rules or cases: {report:?}"
    );
    assert_eq!(report.rules, report.confirmed + report.unconfirmed);
}

#[test]
fn every_day_of_2015_to_2035_has_exactly_one_rule() {
    let pack = pack();
    let on = |id: &str, key: &str, day: Date| {
        let rules = pack.rules().filter(|rule| {
            rule.id == id
                && rule.in_force(day)
                && rule.body.contains(key)
                && !rule.body.contains("facet = [")
        });
        rules.count()
    };
    let severities = Severity::ALL.map(|class| format!("severity = \"{}\"", class.word()));
    let mut asked = 0;
    for day in days() {
        for (class, key) in Severity::ALL.into_iter().zip(&severities) {
            assert_eq!(on("publicity.term", key, day), 1, "{class:?} {day}");
            assert!(
                pack.publicity(Act::Penalty, Some(class), &[], day)
                    .is_some(),
                "{class:?} {day}"
            );
        }
        assert_eq!(on("publicity.licence", "", day), 1, "{day}");
        assert_eq!(on("severity.class", "", day), 1, "{day}");
        assert_eq!(on("duty.term", "kind = \"publish\"", day), 1, "{day}");
        assert_eq!(on("duty.term", "kind = \"portal\"", day), 1, "{day}");
        assert!(
            pack.publicity(Act::Licence, None, &[], day).is_some(),
            "{day}"
        );
        assert!(
            pack.duty("publish", day).is_some() && pack.duty("portal", day).is_some(),
            "{day}"
        );
        asked += 1;
    }
    assert_eq!(asked, 7670);
}

#[test]
fn r3_the_day_of_the_decision_picks_the_rule() {
    let pack = pack();
    let hidden = |decided| {
        let law = pack
            .publicity(Act::Penalty, Some(Severity::Ordinary), &[], decided)
            .unwrap();
        showing(decided, None, &law).unwrap().unwrap().hidden
    };
    assert_eq!(hidden(date(2026, 3, 31)), date(2029, 3, 31));
    assert_eq!(hidden(date(2026, 4, 1)), date(2027, 4, 1));
    assert_eq!(hidden(date(2023, 4, 30)), date(2024, 4, 30));
}

#[test]
fn r92_a_class_decides_both_dates() {
    let pack = pack();
    let decided = date(2026, 8, 31);
    let law = pack
        .publicity(Act::Penalty, Some(Severity::Serious), &[], decided)
        .unwrap();
    let Publicity::Shown(term) = *law.value() else {
        panic!("{law:?}")
    };
    let term = law.map(|_| term);
    let window = window(decided, &term).unwrap();
    assert_eq!(
        (window.repairable, window.hidden),
        (date(2027, 8, 31), date(2029, 8, 31))
    );
    assert_eq!(&*window.basis.statute, "cn/ndrc-36-2025");
}

#[test]
fn r1_an_answer_names_its_article_and_whether_anybody_read_it() {
    let pack = pack();
    let publish = pack.duty("publish", date(2026, 5, 12)).unwrap();
    assert_eq!(
        publish.basis().to_string(),
        "local/zaozhuang-2020-1 art. 二"
    );
    assert!(publish.basis().confirmed, "the mission document was read");
    let law = pack
        .publicity(Act::Penalty, Some(Severity::Minor), &[], date(2026, 5, 12))
        .unwrap();
    assert!(
        !law.basis().confirmed,
        "nobody read the article of order 36"
    );
}

#[test]
fn where_the_law_is_silent_nothing_is_answered() {
    let pack = pack();
    let day = date(2026, 5, 12);
    assert_eq!(pack.publicity(Act::Grant, None, &[], day), None);
    assert_eq!(pack.publicity(Act::Penalty, None, &[], day), None);
    assert_eq!(
        pack.publicity(
            Act::Penalty,
            Some(Severity::Serious),
            &[],
            date(2014, 12, 31)
        ),
        None
    );
    assert_eq!(pack.duty("breach", date(2020, 1, 2)), None);
    assert_eq!(pack.duty("nothing", day), None);
    assert_eq!(pack.conditions("grade.eligible", day), None);
    assert_eq!(pack.scale("person", day), None);
}

#[test]
fn r30_publishing_is_reminded_of_on_three_days() {
    let pack = pack();
    let term = pack.duty("publish", date(2026, 5, 12)).unwrap();
    assert_eq!((term.value().days, term.value().unit), (7, Unit::Working));
    assert_eq!(*term.value().reminders, [3, 5, 6]);
    let reminders: Vec<Date> = term
        .value()
        .reminders
        .iter()
        .map(|day| {
            pack.calendar()
                .add(date(2026, 5, 12), u32::from(*day))
                .unwrap()
        })
        .collect();
    assert_eq!(
        reminders,
        [date(2026, 5, 15), date(2026, 5, 19), date(2026, 5, 20)]
    );
}

/// The numbers are those of two further calendars, compared day by day elsewhere.
#[test]
fn r8_each_official_year_has_its_number_of_working_days() {
    let pack = pack();
    let wanted = [250, 249, 250, 249, 249, 251, 248, 248];
    for (year, wanted) in (2019..=2026).zip(wanted) {
        let year_days = date(year, 1, 1)
            .series(1.day())
            .take_while(|day| day.year() == year);
        let working = year_days
            .filter(|day| pack.calendar().is_working(*day).unwrap())
            .count();
        assert_eq!(working, wanted, "{year}");
        let official = pack.calendar().year(year).unwrap();
        // Two tables agree, but nobody compared them with the notices, and the file must say so.
        assert!(
            !official.confirmed && official.notice.contains("国办发明电"),
            "{year}"
        );
    }
}

#[test]
fn r8_a_year_without_notice_is_missing_never_guessed() {
    let pack = pack();
    let calendar = pack.calendar();
    assert_eq!(
        calendar.is_working(date(2027, 3, 1)),
        Err(Missing { year: 2027 })
    );
    assert_eq!(
        calendar.is_working(date(2018, 3, 1)),
        Err(Missing { year: 2018 })
    );
    assert_eq!(
        calendar.add(date(2026, 12, 29), 7),
        Err(Missing { year: 2027 })
    );
    assert_eq!(
        calendar.add(date(2028, 1, 4), 1),
        Err(Missing { year: 2028 })
    );
}

#[test]
fn r8_worked_deadlines_hold() {
    let pack = pack();
    let cases = [
        (
            date(2020, 1, 22),
            [
                date(2020, 2, 4),
                date(2020, 2, 10),
                date(2020, 2, 13),
                date(2020, 2, 27),
            ],
        ),
        (
            date(2023, 9, 27),
            [
                date(2023, 10, 8),
                date(2023, 10, 12),
                date(2023, 10, 17),
                date(2023, 10, 31),
            ],
        ),
        (
            date(2024, 2, 2),
            [
                date(2024, 2, 6),
                date(2024, 2, 18),
                date(2024, 2, 21),
                date(2024, 3, 6),
            ],
        ),
        (
            date(2024, 9, 27),
            [
                date(2024, 10, 8),
                date(2024, 10, 12),
                date(2024, 10, 16),
                date(2024, 10, 30),
            ],
        ),
        (
            date(2025, 1, 26),
            [
                date(2025, 2, 6),
                date(2025, 2, 11),
                date(2025, 2, 14),
                date(2025, 2, 28),
            ],
        ),
        (
            date(2025, 12, 29),
            [
                date(2026, 1, 4),
                date(2026, 1, 8),
                date(2026, 1, 13),
                date(2026, 1, 27),
            ],
        ),
        (
            date(2026, 1, 3),
            [
                date(2026, 1, 6),
                date(2026, 1, 12),
                date(2026, 1, 15),
                date(2026, 1, 29),
            ],
        ),
        (
            date(2026, 2, 13),
            [
                date(2026, 2, 25),
                date(2026, 3, 2),
                date(2026, 3, 5),
                date(2026, 3, 19),
            ],
        ),
        (
            date(2026, 9, 24),
            [
                date(2026, 9, 30),
                date(2026, 10, 12),
                date(2026, 10, 15),
                date(2026, 10, 29),
            ],
        ),
        (
            date(2026, 9, 30),
            [
                date(2026, 10, 10),
                date(2026, 10, 15),
                date(2026, 10, 20),
                date(2026, 11, 3),
            ],
        ),
    ];
    for (start, wanted) in cases {
        let found = [3, 7, 10, 20].map(|n| pack.calendar().add(start, n).unwrap());
        assert_eq!(found, wanted, "{start}");
    }
}

#[test]
fn of_several_penalties_the_gravest_governs() {
    let pack = pack();
    let class = |kinds: &[&str], procedure| {
        let facts = PenaltyFacts {
            kinds,
            procedure,
            fine: None,
            facets: &[],
            decided: date(2026, 5, 12),
        };
        pack.severity(&facts).map(|class| *class.value())
    };
    let cases: [(&[&str], _, _); 6] = [
        (
            &["警告", "罚款"],
            Procedure::Ordinary,
            Some(Severity::Ordinary),
        ),
        (
            &["罚款", "吊销营业执照"],
            Procedure::Ordinary,
            Some(Severity::Serious),
        ),
        (&["责令停产停业"], Procedure::Simple, Some(Severity::Minor)),
        (
            &["没有见过的处罚"],
            Procedure::Ordinary,
            Some(Severity::Ordinary),
        ),
        (&["行政拘留"], Procedure::Ordinary, None),
        (&[], Procedure::Ordinary, None),
    ];
    for (kinds, procedure, wanted) in cases {
        assert_eq!(class(kinds, procedure), wanted, "{kinds:?} {procedure:?}");
    }
}

#[test]
fn of_several_facets_the_longest_term_governs() {
    let pack = pack();
    let term = |facets: &[&str]| {
        let decided = date(2020, 9, 1);
        *pack
            .publicity(Act::Penalty, Some(Severity::Serious), facets, decided)
            .unwrap()
            .value()
    };
    let spans = |min: &str, max: &str| {
        Publicity::Shown(Term {
            min: min.parse().unwrap(),
            max: max.parse().unwrap(),
        })
    };
    assert_eq!(term(&["food"]), spans("P6M", "P3Y"));
    assert_eq!(term(&["food", "special-serious"]), spans("P3Y", "P3Y"));
}

/// Anchors and ministry rules are known; anything else the report finds is to be mended in `law/`.
#[test]
fn r58_r60_the_pack_passes_its_own_examination() {
    let report = pack().examine(None);
    println!("{:?} {:?}", report.report, report.values);
    let known = [Topic::Anchor, Topic::Provisional];
    let others = report.remarks.iter();
    let others: Vec<String> = others
        .filter(|remark| !known.contains(&remark.topic))
        .map(ToString::to_string)
        .collect();
    assert!(others.is_empty(), "{}", others.join("\n"));
    assert!(report.passed(), "{:#?}", report.properties);
}
