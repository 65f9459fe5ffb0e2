//! The whole way of a commitment, on the days of the law.

use super::sample::{Rules, broken, determine, find, matter, notify, paper, standing, step};
use super::*;
use crate::clock::Outcome;
use crate::person::Key;
use crate::repair::sample::{
    basis, calendar, code, conditions, delivery, entity, office, organ, person, remedy,
};
use jiff::ToSpan as _;
use jiff::civil::date;
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::sync::LazyLock;

const TODAY: Date = date(2026, 5, 12);

fn against(key: &str, until: Option<Date>) -> Against {
    Against {
        record: 7,
        key: key.to_owned(),
        what: "枣市监罚〔2026〕1号".to_owned(),
        until,
    }
}

fn yes() -> Eligibility {
    Eligibility::Eligible { basis: basis("1") }
}

#[test]
fn r15_a_record_that_bars_is_named_and_the_answer_flips_back_by_itself() {
    let law = conditions(
        &[],
        &["serious-unrepaired", "false-commitment", "excluded-matter"],
    );
    let until = date(2027, 5, 12);
    let records = [
        against("serious-unrepaired", Some(until)),
        against("adverse-record", None),
    ];
    let asked = |day| eligible(&matter(Kind::Approval), &records, Some(&law), day);
    let Eligibility::Barred { bars, again } = asked(TODAY) else {
        panic!("barred");
    };
    assert_eq!(again, Some(until));
    assert_eq!(bars.len(), 1, "an ordinary record is no bar in this law");
    let text = bars.first().unwrap().text();
    assert!(
        text.contains("枣市监罚〔2026〕1号") && text.contains("记录7"),
        "{text}"
    );
    assert!(matches!(asked(until), Eligibility::Eligible { .. }));
    let repaired = eligible(&matter(Kind::Approval), &[], Some(&law), TODAY);
    assert!(matches!(repaired, Eligibility::Eligible { .. }));
    let silent = eligible(&matter(Kind::Approval), &[], None, TODAY);
    assert_eq!(silent, Eligibility::Silent);
    let own = eligible(&matter(Kind::Repair), &records, Some(&law), TODAY);
    assert!(
        matches!(own, Eligibility::Eligible { .. }),
        "who is barred must be able to repair"
    );
}

#[test]
fn r13_an_excluded_matter_cannot_be_promised_in() {
    let law = conditions(&[], &["excluded-matter"]);
    let excluded = Matter {
        excluded: Some("excluded-matter".to_owned()),
        on: false,
        ..matter(Kind::Approval)
    };
    let answer = eligible(&excluded, &[], Some(&law), TODAY);
    let Eligibility::Barred { again, .. } = &answer else {
        panic!("barred");
    };
    assert_eq!(*again, None, "it does not end by itself");
    let off = Matter {
        on: false,
        ..matter(Kind::Approval)
    };
    for (matter, eligibility) in [(&off, yes()), (&excluded, answer)] {
        let refused = taken(paper(Kind::Approval, TODAY), matter, &eligibility, &[]);
        assert!(matches!(
            refused,
            Err(Refusal::Off { .. } | Refusal::Barred(_))
        ));
    }
}

fn taken(
    paper: Paper,
    matter: &Matter,
    eligibility: &Eligibility,
    numbers: &[String],
) -> Result<Vec<Event>, Refusal> {
    let numbers: BTreeSet<String> = numbers.iter().cloned().collect();
    let entities = BTreeSet::new();
    let registry = Registry {
        numbers: &numbers,
        entities: &entities,
    };
    let by = By::Organ(person(organ()));
    register(
        paper,
        &by,
        matter,
        eligibility,
        &registry,
        &calendar(),
        TODAY,
    )
}

#[test]
fn r16_everything_wrong_with_a_paper_is_said_at_once() {
    let good = paper(Kind::Approval, TODAY);
    let wrong_code = Code::read("913704000000000010").unwrap();
    assert!(!wrong_code.conforms());
    let cases: [(&str, Paper, &[Fault]); 6] = [
        ("good", good.clone(), &[]),
        (
            "no liability, no signature",
            Paper {
                liability: " ".to_owned(),
                original: Original {
                    signature: String::new(),
                    ..good.original.clone()
                },
                ..good.clone()
            },
            &[Fault::NoLiability, Fault::NotSigned],
        ),
        (
            "wrong code",
            Paper {
                promisor: Promisor::Entity(wrong_code),
                ..good.clone()
            },
            &[Fault::WrongCode],
        ),
        (
            "number of another day, old form",
            Paper {
                number: "37040020260101000001".to_owned(),
                form: "2020-1".to_owned(),
                ..good.clone()
            },
            &[Fault::NumberDate, Fault::OldForm],
        ),
        (
            "a person by name",
            Paper {
                promisor: Promisor::Person(Key::of(&[1; 32], "x")),
                ..good.clone()
            },
            &[Fault::PersonNamed],
        ),
        (
            "no number",
            Paper {
                number: "1".to_owned(),
                ..good.clone()
            },
            &[Fault::MalformedNumber],
        ),
    ];
    for (what, paper, wanted) in cases {
        let found = match taken(paper, &matter(Kind::Approval), &yes(), &[]) {
            Err(Refusal::Faults(faults)) => faults,
            Ok(_) => Vec::new(),
            Err(other) => panic!("{other:?}"),
        };
        assert_eq!(found, wanted, "R16 {what}");
    }
    let twice = taken(
        good.clone(),
        &matter(Kind::Approval),
        &yes(),
        &[good.number],
    );
    assert_eq!(twice, Err(Refusal::Faults(vec![Fault::DuplicateNumber])));
}

#[test]
fn r16_a_bulk_is_taken_in_part_and_a_number_once() {
    let numbers = BTreeSet::new();
    let entities = BTreeSet::new();
    let registry = Registry {
        numbers: &numbers,
        entities: &entities,
    };
    let first = paper(Kind::Approval, TODAY);
    let barred = Paper {
        number: "37040020260512000002".to_owned(),
        promisor: Promisor::Entity(code("91", 2)),
        ..first.clone()
    };
    let papers = vec![first.clone(), first, barred];
    let eligibility = |promisor: &Promisor| match promisor.entity() == Some(entity()) {
        true => yes(),
        false => Eligibility::Silent,
    };
    let answers = register_all(
        papers,
        &person(organ()),
        &matter(Kind::Approval),
        eligibility,
        &registry,
        &calendar(),
        TODAY,
    );
    let taken: Vec<bool> = answers.iter().map(Result::is_ok).collect();
    assert_eq!(taken, [true, false, false]);
}

#[test]
fn r17_an_entity_promises_for_itself_and_takes_a_voluntary_promise_back() {
    let (numbers, entities) = (BTreeSet::new(), BTreeSet::new());
    let registry = Registry {
        numbers: &numbers,
        entities: &entities,
    };
    let offer = |who: Code| {
        let by = By::Entity {
            account: "owner".to_owned(),
            entity: who,
        };
        let paper = paper(Kind::Voluntary, TODAY);
        register(
            paper,
            &by,
            &matter(Kind::Voluntary),
            &yes(),
            &registry,
            &calendar(),
            TODAY,
        )
    };
    assert_eq!(offer(code("91", 2)), Err(Refusal::NotYours));
    let offered = offer(entity()).unwrap();
    let case = Case::begin(1, offered.first().unwrap()).unwrap();
    assert!(!case.shown(TODAY), "not before it is accepted");
    let case = step(case, Command::Accept, &calendar(), TODAY).unwrap();
    assert!(case.shown(TODAY));
    assert_eq!(
        case.end(&code("91", 2), End::Withdrawn, TODAY),
        Err(Refusal::NotYours)
    );
    let ended = case.end(&entity(), End::Withdrawn, TODAY).unwrap();
    let case = case.apply(ended.first().unwrap()).unwrap();
    assert!(!case.shown(TODAY));
    let approval = standing(2, Kind::Approval, &calendar(), TODAY);
    let refused = approval.end(&entity(), End::Withdrawn, TODAY);
    assert!(matches!(refused, Err(Refusal::NotSelf { .. })));
}

#[test]
fn r18_acceptance_opens_a_check_and_what_was_not_kept_must_be_said() {
    let calendar = calendar();
    let case = standing(1, Kind::Approval, &calendar, TODAY);
    let clock = case.clocks.open("commitment-verify").unwrap();
    // 2026-07-12 is a Sunday.
    assert_eq!(clock.deadline.last, Some(date(2026, 7, 13)));
    assert!(case.tick(date(2026, 7, 13)).is_empty());
    let late = case.tick(date(2026, 7, 14));
    assert_eq!(late.len(), 1);
    let case = case.apply(late.first().unwrap()).unwrap();
    assert!(case.tick(date(2026, 8, 1)).is_empty(), "handed up once");
    let partly = Command::Find {
        breach: Breach::Broken,
        unkept: Unkept::Partly,
        what: "  ".to_owned(),
    };
    let refused = step(case.clone(), partly, &calendar, TODAY).unwrap_err();
    assert_eq!(refused, Refusal::NoContent);
    let deferred = standing(2, Kind::Deferred, &calendar, TODAY);
    let last = deferred
        .clocks
        .open("commitment-verify")
        .unwrap()
        .deadline
        .last;
    assert_eq!(
        last,
        Some(date(2026, 6, 1)),
        "容缺受理: the day the paper names"
    );
    let kept = step(case, Command::Keep, &calendar, date(2026, 8, 3)).unwrap();
    let outcome = kept.clocks.iter().next().unwrap().outcome;
    assert_eq!(
        outcome,
        Some(Outcome::Done {
            on: date(2026, 8, 3),
            late: true
        })
    );
}

#[test]
fn r19_a_late_push_is_accepted_and_counted_from_the_determination() {
    let calendar = calendar();
    let case = broken(1, Kind::Approval, &calendar, TODAY);
    let last = case.clocks.open("breach").unwrap().deadline.last;
    assert_eq!(
        last,
        Some(date(2026, 5, 21)),
        "vector: the seventh working day"
    );
    for (day, late) in [(date(2026, 5, 21), false), (date(2026, 5, 22), true)] {
        let pushed = step(case.clone(), Command::Push, &calendar, day).unwrap();
        assert_eq!(pushed.broken().unwrap().pushed, Some(day));
        let mut clocks = pushed.clocks.iter().filter(|clock| clock.duty == "breach");
        assert_eq!(
            clocks.next().unwrap().outcome,
            Some(Outcome::Done { on: day, late })
        );
        let again = step(pushed.clone(), Command::Push, &calendar, day);
        assert!(
            matches!(again, Err(Refusal::OutOfOrder { .. })),
            "one outcome"
        );
    }
}

#[test]
fn r20_a_consequence_the_matter_has_not_published_is_refused() {
    let calendar = calendar();
    let told = date(2026, 4, 20);
    let case = standing(1, Kind::Approval, &calendar, date(2026, 4, 1));
    let case = step(case, find(), &calendar, told).unwrap();
    let case = step(case, notify(told), &calendar, told).unwrap();
    let refused = step(
        case.clone(),
        determine(TODAY, &["revoke", "bidding-ban"], ""),
        &calendar,
        TODAY,
    );
    let Err(Refusal::Foreign { consequence, .. }) = refused else {
        panic!("foreign");
    };
    assert_eq!(consequence, "bidding-ban");
    assert!(step(case, determine(TODAY, &["record"], ""), &calendar, TODAY).is_ok());
}

#[test]
fn r21_a_breach_counts_only_after_notice_plea_and_document() {
    let calendar = calendar();
    let case = standing(1, Kind::Proof, &calendar, date(2026, 4, 1));
    let told = date(2026, 5, 4);
    let early = step(case.clone(), determine(TODAY, &[], ""), &calendar, TODAY);
    assert!(matches!(early, Err(Refusal::OutOfOrder { .. })));
    let early = step(case.clone(), notify(told), &calendar, told);
    assert!(matches!(early, Err(Refusal::OutOfOrder { .. })));
    let case = step(case, find(), &calendar, told).unwrap();
    assert!(case.against().is_none() && case.broken().is_none());
    let unproved = Command::Notify {
        reasons: "核查不符".to_owned(),
        basis: basis("9"),
        remedy: remedy(),
        delivery: crate::procedure::Delivery {
            proof: String::new(),
            ..delivery(told)
        },
    };
    let refused = step(case.clone(), unproved, &calendar, told).unwrap_err();
    assert_eq!(refused, Refusal::NoDelivery);
    let case = step(case, notify(told), &calendar, told).unwrap();
    let last = date(2026, 5, 11);
    let early = step(case.clone(), determine(last, &[], ""), &calendar, last);
    assert!(matches!(early, Err(Refusal::PleaOpen { until, .. }) if until == Some(last)));
    let plea = case.plead(&entity(), "材料有误".to_owned(), told).unwrap();
    let case = case.apply(plea.first().unwrap()).unwrap();
    assert!(case.against().is_none());
    let silent = step(case.clone(), determine(TODAY, &[], ""), &calendar, TODAY);
    assert_eq!(silent.unwrap_err(), Refusal::PleaUnanswered);
    let old = step(
        case.clone(),
        determine(last, &[], "不采纳"),
        &calendar,
        TODAY,
    );
    assert_eq!(
        old.unwrap_err(),
        Refusal::NoDocument,
        "the document is younger than the window"
    );
    let case = step(case, determine(TODAY, &[], "不采纳"), &calendar, TODAY).unwrap();
    let bar = case.against().unwrap();
    assert_eq!(
        (bar.key.as_str(), bar.until),
        ("false-commitment", Some(date(2027, 5, 12)))
    );
    let repaired = case.repaired(99, TODAY).unwrap();
    let case = case.apply(repaired.first().unwrap()).unwrap();
    assert!(
        case.against().is_none(),
        "R15: repaired, so it bars nothing"
    );
    let undone = case.repair_undone(99, TODAY).unwrap();
    assert!(case.repair_undone(98, TODAY).is_err());
    let again = case.clone().apply(undone.first().unwrap()).unwrap();
    assert!(again.against().is_some(), "R100: counts again");
    assert!(
        step(case, Command::Push, &calendar, TODAY).is_ok(),
        "the push is still owed"
    );
}

#[test]
fn silence_of_the_law_refuses() {
    let calendar = calendar();
    let told = date(2026, 4, 20);
    let case = standing(1, Kind::Approval, &calendar, date(2026, 4, 1));
    let case = step(case, find(), &calendar, told).unwrap();
    let rules = Rules::new(Kind::Approval);
    let law = rules.law(&calendar);
    let by = person(organ());
    let silent = Law { plea: None, ..law };
    let refused = decide(&case, notify(told), &by, &silent, told);
    assert!(matches!(refused, Err(Refusal::LawSilent { .. })));
    let case = step(case, notify(told), &calendar, told).unwrap();
    for silent in [
        Law { push: None, ..law },
        Law {
            publicity: None,
            ..law
        },
    ] {
        let refused = decide(&case, determine(TODAY, &[], ""), &by, &silent, TODAY);
        assert!(matches!(refused, Err(Refusal::LawSilent { .. })));
    }
    let stranger = decide(&case, Command::Push, &person(office()), &law, TODAY);
    assert_eq!(stranger, Err(Refusal::NotItsOrgan(organ())));
}

#[test]
fn suspending_the_plea_keeps_the_determination_away() {
    let calendar = calendar();
    let told = date(2026, 5, 4);
    let case = standing(1, Kind::Approval, &calendar, date(2026, 4, 1));
    let case = step(case, find(), &calendar, told).unwrap();
    let case = step(case, notify(told), &calendar, told).unwrap();
    let suspend = Command::Suspend {
        duty: "commitment-plea".to_owned(),
        from: date(2026, 5, 6),
        reason: "鉴定".to_owned(),
        basis: basis("8"),
    };
    let case = step(case, suspend, &calendar, date(2026, 5, 6)).unwrap();
    let refused = step(case.clone(), determine(TODAY, &[], ""), &calendar, TODAY);
    assert!(matches!(
        refused,
        Err(Refusal::PleaOpen { until: None, .. })
    ));
    let resume = Command::Resume {
        duty: "commitment-plea".to_owned(),
        until: TODAY,
    };
    let case = step(case, resume, &calendar, TODAY).unwrap();
    let Stage::Notified(notified) = &case.stage else {
        panic!("notified");
    };
    assert!(notified.until.last.unwrap() > TODAY);
}

#[test]
fn events_are_written_and_read_back() {
    let calendar = calendar();
    let rules = Rules::new(Kind::Approval);
    let told = date(2026, 4, 20);
    let mut case = standing(1, Kind::Approval, &calendar, date(2026, 4, 1));
    for (command, day) in [
        (find(), told),
        (notify(told), told),
        (determine(TODAY, &["record"], ""), TODAY),
        (Command::Push, TODAY),
    ] {
        let law = rules.law(&calendar);
        for event in decide(&case, command, &person(organ()), &law, day).unwrap() {
            let text = serde_json::to_string(&event).unwrap();
            assert_eq!(
                serde_json::from_str::<Event>(&text).unwrap(),
                event,
                "{text}"
            );
            case = case.apply(&event).unwrap();
        }
    }
    assert!(case.broken().is_some());
}

static STANDING: LazyLock<Case> =
    LazyLock::new(|| standing(1, Kind::Approval, &calendar(), date(2026, 4, 1)));

/// Every event a commitment knows, made once.
static EVENTS: LazyLock<Vec<Event>> = LazyLock::new(|| (0..9).map(event).collect());

/// An event by its place in the procedure.
fn event(at: usize) -> Event {
    let calendar = calendar();
    let rules = Rules::new(Kind::Approval);
    let told = date(2026, 4, 20);
    let law = rules.law(&calendar);
    let by = person(organ());
    let standing = standing(1, Kind::Approval, &calendar, date(2026, 4, 1));
    let found = step(standing.clone(), find(), &calendar, told).unwrap();
    let notified = step(found.clone(), notify(told), &calendar, told).unwrap();
    let first = |events: Result<Vec<Event>, Refusal>| events.unwrap().into_iter().next().unwrap();
    match at {
        0 => first(decide(&standing, Command::Keep, &by, &law, told)),
        1 => first(decide(&standing, find(), &by, &law, told)),
        2 => first(decide(&found, notify(told), &by, &law, told)),
        3 => first(notified.plead(&entity(), "申辩".to_owned(), told)),
        4 => first(decide(
            &notified,
            determine(TODAY, &[], ""),
            &by,
            &law,
            TODAY,
        )),
        5 => Event::Pushed {
            commitment: 1,
            by,
            on: TODAY,
        },
        6 => Event::Repaired {
            commitment: 1,
            repair: 9,
            on: TODAY,
        },
        7 => Event::Cleared {
            commitment: 1,
            reason: "查清".to_owned(),
            by,
            on: told,
        },
        _ => Event::Accepted {
            commitment: 1,
            by,
            on: told,
            verify: None,
        },
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn r21_no_order_of_events_makes_a_breach_without_its_steps(
        places in prop::collection::vec(0usize..9, 1..12)
    ) {
        let mut case = STANDING.clone();
        let mut told = false;
        let mut found = false;
        for at in places {
            let Ok(next) = case.clone().apply(&EVENTS[at]) else {
                continue;
            };
            match at {
                1 => found = true,
                2 => { prop_assert!(found); told = true; }
                4 => prop_assert!(found && told),
                7 => { found = false; told = false; }
                _ => {}
            }
            case = next;
            prop_assert!(case.broken().is_none() || told);
            prop_assert_eq!(case.against().is_some(), case.broken().is_some());
        }
    }

    #[test]
    fn r19_the_push_is_due_by_the_document_however_late_it_is_entered(wait in 0i64..30) {
        let calendar = calendar();
        let told = date(2026, 4, 20);
        let case = standing(1, Kind::Approval, &calendar, date(2026, 4, 1));
        let case = step(case, find(), &calendar, told).unwrap();
        let case = step(case, notify(told), &calendar, told).unwrap();
        let entered = TODAY.checked_add(wait.days()).unwrap();
        let case = step(case, determine(TODAY, &[], ""), &calendar, entered).unwrap();
        let last = case.clocks.open("breach").unwrap().deadline.last;
        prop_assert_eq!(last, Some(date(2026, 5, 21)));
        prop_assert_eq!(case.broken().unwrap().window.hidden, date(2027, 5, 12));
    }
}
