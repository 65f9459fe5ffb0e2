//! The whole way of a repair, on the days of the law.

use super::sample::{
    City, basis, burden, code, conditions, days, delivery, document, entity, facts, office, organ,
    person, remedy, request, tally, years,
};
use super::*;
use crate::clock::Outcome;
use crate::commitment;
use crate::procedure::Remedy;
use crate::retention::Retention;
use jiff::ToSpan as _;
use jiff::civil::date;
use proptest::prelude::*;

const TODAY: Date = date(2026, 8, 12);

fn filed(city: &City, facts: &Facts<'_>, today: Date) -> Case {
    let events = file(facts, request(today), &city.law(), today).unwrap();
    Case::begin(100, events.first().unwrap()).unwrap()
}

#[test]
fn r93_the_self_check_promises_the_first_day_the_engine_takes() {
    let city = City::new();
    let ban = Unrepairable {
        until: date(2026, 10, 1),
        basis: basis("4"),
    };
    let bar = Bar {
        from: date(2026, 6, 1),
        until: date(2026, 11, 5),
        basis: basis("5"),
    };
    for (banned, barred, first) in [
        (None, None, date(2026, 8, 12)),
        (Some(ban.clone()), None, date(2026, 10, 1)),
        (None, Some(&bar), date(2026, 11, 5)),
        (Some(ban), Some(&bar), date(2026, 11, 5)),
    ] {
        let burden = Burden {
            unrepairable: banned,
            ..burden()
        };
        let relief = Relief::default();
        let facts = Facts {
            bar: barred,
            ..facts(&burden, &relief)
        };
        let asked = date(2026, 6, 2);
        let check = check(&facts, &city.law(), asked).unwrap();
        assert_eq!(check.from, Some(first));
        assert_eq!(check.alone, Some(date(2027, 5, 12)));
        assert_eq!(check.ends.len(), 5);
        for day in days(asked, date(2027, 5, 20)) {
            let taken = file(&facts, request(day), &city.law(), day).is_ok();
            let open = first <= day && day < date(2027, 5, 12);
            assert_eq!(taken, open, "R93 {day}");
        }
    }
}

#[test]
fn r94_only_what_the_law_of_the_day_names_is_asked_for_and_kept() {
    let mut city = City::new();
    let (burden, relief) = (burden(), Relief::default());
    let facts = facts(&burden, &relief);
    let mut offered = request(TODAY);
    offered.materials.push(Material {
        key: "training".to_owned(),
        document: document(entity(), TODAY),
    });
    let events = file(&facts, offered, &city.law(), TODAY).unwrap();
    let Some(Event::Filed { application, .. }) = events.first() else {
        panic!("filed");
    };
    let kept = application.materials.iter().map(|one| one.key.as_str());
    assert_eq!(kept.collect::<Vec<_>>(), ["corrected", "commitment"]);
    let case = Case::begin(100, events.first().unwrap()).unwrap();
    let (case, _) = city
        .step(case, Command::Forward, office(), &facts, TODAY)
        .unwrap();
    let ask = |key: &str| Command::Ask {
        key: key.to_owned(),
        reason: "看不清".to_owned(),
    };
    let refused = city.step(case.clone(), ask("training"), organ(), &facts, TODAY);
    assert!(matches!(refused, Err(Refusal::NotRequired { .. })));
    assert!(
        city.step(case, ask("corrected"), organ(), &facts, TODAY)
            .is_ok()
    );
    // The rule of 2019 asked for more.
    city.materials = conditions(&["corrected", "commitment", "training", "report"], &[]);
    let Err(Refusal::Missing(missing)) = file(&facts, request(TODAY), &city.law(), TODAY) else {
        panic!("two materials are missing");
    };
    let missing: Vec<&str> = missing.iter().map(|one| &*one.clause.key).collect();
    assert_eq!(missing, ["training", "report"]);
}

#[test]
fn r94_a_proof_an_organ_holds_is_not_asked_for() {
    let city = City::new();
    let burden = Burden {
        held: vec![Material {
            key: "corrected".to_owned(),
            document: document(organ(), date(2026, 6, 1)),
        }],
        ..burden()
    };
    let relief = Relief::default();
    let facts = facts(&burden, &relief);
    let mut request = request(TODAY);
    request.materials.retain(|one| one.key == "commitment");
    assert!(file(&facts, request, &city.law(), TODAY).is_ok());
    let check = check(&facts, &city.law(), TODAY).unwrap();
    let held: Vec<bool> = check
        .materials
        .iter()
        .map(|need| need.held.is_some())
        .collect();
    assert_eq!(held, [true, false]);
}

#[test]
fn r23_an_application_without_a_repair_commitment_is_incomplete() {
    let city = City::new();
    let (burden, relief) = (burden(), Relief::default());
    let mut request = request(TODAY);
    request.commitment = None;
    let refused = file(&facts(&burden, &relief), request, &city.law(), TODAY);
    let Err(Refusal::Missing(missing)) = refused else {
        panic!("incomplete");
    };
    assert_eq!(&*missing.first().unwrap().clause.key, "commitment");
}

#[test]
fn what_cannot_be_filed_says_why_and_by_which_article() {
    let city = City::new();
    let relief = Relief::default();
    let own = burden();
    let open = facts(&own, &relief);
    let refused = |facts: &Facts<'_>, request: Request, day: Date| {
        file(facts, request, &city.law(), day).unwrap_err()
    };
    let stranger = Request {
        entity: code("91", 2),
        ..request(TODAY)
    };
    assert_eq!(refused(&open, stranger, TODAY), Refusal::NotYours);
    let twice = Facts {
        open: Some(99),
        ..open
    };
    assert_eq!(
        refused(&twice, request(TODAY), TODAY),
        Refusal::Open { repair: 99 }
    );
    let early = date(2026, 8, 11);
    assert_eq!(
        refused(&open, request(early), early),
        Refusal::TooEarly {
            from: TODAY,
            basis: basis("3"),
        }
    );
    let over = date(2027, 5, 12);
    assert_eq!(refused(&open, request(over), over), Refusal::Gone);
    let silent = Law {
        materials: None,
        ..city.law()
    };
    let refused = file(&open, request(TODAY), &silent, TODAY).unwrap_err();
    assert!(matches!(refused, Refusal::LawSilent { .. }));
    assert!(refused.text().contains("信用办"));
}

#[test]
fn r95_each_step_has_its_clock_and_silence_never_turns_down() {
    let city = City::new();
    let (burden, relief) = (burden(), Relief::default());
    let facts = facts(&burden, &relief);
    let mut case = filed(&city, &facts, TODAY);
    // 2026-08-12 is a Wednesday.
    for (day, escalated) in [
        (date(2026, 8, 13), 0),
        (date(2026, 8, 14), 1),
        (date(2026, 8, 26), 0),
        (date(2026, 8, 27), 1),
        (date(2026, 12, 1), 0),
    ] {
        let events = case.tick(&facts, day);
        assert_eq!(events.len(), escalated, "R95 {day}");
        for event in &events {
            assert!(matches!(event, Event::Escalated { .. }));
            case = case.apply(event).unwrap();
        }
        assert!(case.tick(&facts, day).is_empty(), "once only");
        assert_eq!(case.stage, Stage::Filed, "silence is no answer");
    }
    let late = date(2026, 12, 1);
    let (case, _) = city
        .step(case, Command::Forward, office(), &facts, late)
        .unwrap();
    let (case, _) = city
        .step(case, Command::Accept, organ(), &facts, late)
        .unwrap();
    let approve = Command::Approve {
        document: document(organ(), late),
    };
    let (case, _) = city.step(case, approve, organ(), &facts, late).unwrap();
    let outcomes: Vec<(&str, bool)> = case
        .clocks
        .iter()
        .filter_map(|clock| match clock.outcome {
            Some(Outcome::Done { late, .. }) => Some((clock.duty, late)),
            _ => None,
        })
        .collect();
    assert_eq!(
        outcomes,
        [
            ("repair-forward", true),
            ("repair-answer", true),
            ("repair-accept", false),
            ("repair-decide", false),
        ]
    );
}

#[test]
fn r95_is_extended_once_and_only_with_notice_before_the_time_is_over() {
    let city = City::new();
    let (burden, relief) = (burden(), Relief::default());
    let facts = facts(&burden, &relief);
    let case = filed(&city, &facts, TODAY);
    let (case, _) = city
        .step(case, Command::Forward, office(), &facts, TODAY)
        .unwrap();
    let (case, _) = city
        .step(case, Command::Accept, organ(), &facts, TODAY)
        .unwrap();
    let last = case.clocks.open("repair-decide").unwrap().deadline.last;
    let last = last.unwrap();
    let extend = |on| Command::Extend {
        notice: delivery(on),
        reason: "需要核查".to_owned(),
    };
    let late = last.tomorrow().unwrap();
    let refused = city.step(case.clone(), extend(late), organ(), &facts, late);
    assert!(matches!(refused, Err(Refusal::Clock(_))));
    let (case, _) = city
        .step(case, extend(last), organ(), &facts, last)
        .unwrap();
    let moved = case
        .clocks
        .open("repair-answer")
        .unwrap()
        .deadline
        .last
        .unwrap();
    assert!(moved > last);
    let again = city.step(case, extend(last), organ(), &facts, last);
    assert_eq!(again.unwrap_err(), Refusal::ExtendedBefore);
}

#[test]
fn r96_the_identifying_unit_decides_and_a_refusal_needs_reason_and_remedy() {
    let city = City::new();
    let (burden, relief) = (burden(), Relief::default());
    let facts = facts(&burden, &relief);
    let case = filed(&city, &facts, TODAY);
    let (case, _) = city
        .step(case, Command::Forward, office(), &facts, TODAY)
        .unwrap();
    let (case, _) = city
        .step(case, Command::Accept, organ(), &facts, TODAY)
        .unwrap();
    let refuse = |reason: &str, remedy| Command::Refuse {
        document: document(organ(), TODAY),
        reason: reason.to_owned(),
        basis: basis("6"),
        remedy,
    };
    let nowhere = Remedy {
        where_to: String::new(),
        ..remedy()
    };
    for (command, by, wanted) in [
        (refuse(" ", remedy()), organ(), Refusal::NoReason),
        (refuse("尚未纠正", nowhere), organ(), Refusal::NoRemedy),
        (
            refuse("尚未纠正", remedy()),
            office(),
            Refusal::NotIdentifying(organ()),
        ),
    ] {
        let answer = city.step(case.clone(), command, by, &facts, TODAY);
        assert_eq!(answer.unwrap_err(), wanted);
    }
    let (case, _) = city
        .step(case, refuse("尚未纠正", remedy()), organ(), &facts, TODAY)
        .unwrap();
    assert!(!case.open());
}

#[test]
fn r97_an_approval_ends_everything_at_once_and_tells_everybody() {
    let city = City::new();
    let (burden, mut relief) = (burden(), Relief::default());
    assert_eq!(burden.in_force(&relief, TODAY).len(), 5);
    let (_, event) = city
        .approved(&facts(&burden, &relief.clone()), TODAY)
        .unwrap();
    let Event::Approved(approval) = &event else {
        panic!("approved");
    };
    assert_eq!(approval.ended.len(), 5);
    assert_eq!(approval.sent.receivers, city.receivers);
    assert_eq!(approval.sent.message.says, Says::Repaired);
    relief.apply(burden.record, &event);
    for day in days(TODAY, date(2028, 1, 1)) {
        assert!(burden.in_force(&relief, day).is_empty(), "R97 {day}");
    }
    let mut outbox = crate::exchange::Outbox::default();
    outbox.send(&approval.sent);
    assert!(outbox.laggards(date(2026, 8, 13)).is_empty());
    assert_eq!(outbox.laggards(date(2026, 8, 14)).len(), 3);
}

#[test]
fn r97_a_bar_or_an_end_between_application_and_decision_is_seen() {
    let city = City::new();
    let (burden, relief) = (burden(), Relief::default());
    let open = facts(&burden, &relief);
    let case = filed(&city, &open, TODAY);
    let (case, _) = city
        .step(case, Command::Forward, office(), &open, TODAY)
        .unwrap();
    let (case, _) = city
        .step(case, Command::Accept, organ(), &open, TODAY)
        .unwrap();
    let approve = || Command::Approve {
        document: document(organ(), TODAY),
    };
    let bar = Bar {
        from: TODAY,
        until: date(2029, 8, 12),
        basis: basis("5"),
    };
    let barred = Facts {
        bar: Some(&bar),
        ..open
    };
    let refused = city.step(case.clone(), approve(), organ(), &barred, TODAY);
    assert_eq!(refused.unwrap_err(), Refusal::Barred(bar.clone()));
    let over = date(2027, 5, 12);
    let moot = case.tick(&open, over);
    assert_eq!(
        moot,
        [Event::Moot {
            repair: 100,
            on: over
        }]
    );
    let case = case.apply(moot.first().unwrap()).unwrap();
    let void = case
        .clocks
        .iter()
        .filter(|clock| matches!(clock.outcome, Some(Outcome::Void { .. })));
    assert_eq!(void.count(), 2, "the open duties fall away");
    assert!(case.tick(&open, date(2027, 6, 1)).is_empty());
}

/// A repair commitment whose breach is determined on `on`.
fn broken_promise(city: &City, on: Date) -> commitment::Case {
    commitment::sample::broken(50, commitment::Kind::Repair, &city.calendar, on)
}

#[test]
fn r100_only_a_determined_false_promise_undoes_a_repair_and_the_bar_has_an_end() {
    let city = City::new();
    let (burden, mut relief) = (burden(), Relief::default());
    let (case, approved) = city
        .approved(&facts(&burden, &relief.clone()), TODAY)
        .unwrap();
    relief.apply(burden.record, &approved);
    let found = date(2026, 10, 20);
    let broken = broken_promise(&city, found);
    let bar = years("repair-bar", "P3Y");
    let undo = |commitment: &commitment::Case, bar: Option<&Ruled<Retention>>| {
        let by = person(organ());
        let annulling = Annulling { commitment, bar };
        annul(&case, annulling, &by, &city.law(), &city.channel(), found)
    };
    let standing =
        commitment::sample::standing(50, commitment::Kind::Repair, &city.calendar, TODAY);
    assert_eq!(
        undo(&standing, Some(&bar)).unwrap_err(),
        Refusal::NotDetermined
    );
    let other = commitment::sample::broken(51, commitment::Kind::Repair, &city.calendar, found);
    assert_eq!(
        undo(&other, Some(&bar)).unwrap_err(),
        Refusal::NotDetermined
    );
    let silent = undo(&broken, None);
    assert!(matches!(silent, Err(Refusal::LawSilent { .. })));
    let events = undo(&broken, Some(&bar)).unwrap();
    let event = events.first().unwrap();
    let Event::Annulled(annulment) = event else {
        panic!("annulled");
    };
    relief.apply(burden.record, event);
    assert_eq!(annulment.bar.until, date(2029, 10, 20));
    assert_eq!(burden.in_force(&relief, found).len(), 5, "holds again");
    assert!(
        burden.in_force(&relief, date(2027, 5, 12)).is_empty(),
        "never past its own end"
    );
    let barred = Facts {
        bar: Some(&annulment.bar),
        ..facts(&burden, &relief)
    };
    let refused = file(&barred, request(found), &city.law(), found);
    assert_eq!(refused.unwrap_err(), Refusal::Barred(annulment.bar.clone()));
    assert!(case.apply(event).is_ok());
}

#[test]
fn r101_a_reorganisation_has_three_outcomes() {
    let city = City::new();
    let burden = burden();
    let rule = conditions(&[], &[]);
    let late = Burden {
        record: 8,
        decided: date(2026, 9, 2),
        ..burden.clone()
    };
    let burdens = [burden.clone(), late];
    let asked = |on| Asked {
        entity: entity(),
        ruling: document(code("11", 5), on),
        burdens: &burdens,
        rule: Some(&rule),
    };
    let (by, law, channel) = (person(office()), city.law(), city.channel());
    let (plan, end) = (date(2026, 9, 1), date(2026, 12, 1));
    let lifted = Reorganisation::lift(None, &asked(plan), &by, &law, &channel, plan).unwrap();
    let lifted = lifted.first().unwrap();
    let mut resting = Relief::default();
    resting.apply(burden.record, lifted);
    assert!(burden.in_force(&resting, plan).is_empty());
    assert!(!burden.gone(&resting, plan), "only for a time");
    let known = Reorganisation::begin(60, lifted).unwrap();
    assert_eq!(
        known.records,
        [burden.record],
        "what is newer than the ruling stays"
    );
    let again = Reorganisation::lift(Some(&known), &asked(plan), &by, &law, &channel, plan);
    assert!(again.is_err());
    let permanent = known
        .make_permanent(&asked(end), &by, &law, &channel, end)
        .unwrap();
    let permanent = permanent.first().unwrap();
    let mut free = resting.clone();
    free.apply(burden.record, permanent);
    assert!(burden.gone(&free, end));
    let failed = known
        .fall_back(&asked(end), &by, &law, &channel, end)
        .unwrap();
    let failed = failed.first().unwrap();
    let mut back = resting.clone();
    back.apply(burden.record, failed);
    assert_eq!(burden.in_force(&back, end).len(), 5);
    assert_eq!(
        burden.in_force(&back, date(2027, 1, 12)).len(),
        4,
        "the measure ran out meanwhile"
    );
    let over = known.clone().apply(failed).unwrap();
    assert!(
        over.make_permanent(&asked(end), &by, &law, &channel, end)
            .is_err()
    );
    assert!(over.apply(permanent).is_err());
    let silent = Asked {
        rule: None,
        ..asked(end)
    };
    let silent = known.fall_back(&silent, &by, &law, &channel, end);
    assert!(matches!(silent, Err(Refusal::LawSilent { .. })));
}

#[test]
fn r102_the_repair_notice_is_served_with_the_decision_by_one_delivery() {
    let city = City::new();
    let burden = burden();
    let by = person(organ());
    let on = date(2026, 5, 13);
    let notice = Notice::write(
        &burden,
        &city.law(),
        "信用中国（山东枣庄）".to_owned(),
        remedy(),
    );
    let notice = notice.unwrap();
    assert_eq!(notice.repairable, TODAY);
    assert_eq!(notice.ends, date(2027, 5, 12));
    assert_eq!(notice.materials.len(), 2);
    let joint = Joint::owed(&burden, Some(&super::sample::working(7)), &city.calendar);
    assert!(
        joint.open(),
        "a penalty without its notice leaves the duty open"
    );
    assert_eq!(joint.tick(date(2026, 6, 1)).len(), 1);
    let decision = || document(organ(), burden.decided);
    let with = delivery(on);
    let serve = |delivery: Delivery| {
        tell(
            &joint,
            &burden,
            notice.clone(),
            (decision(), &with),
            delivery,
            &by,
            on,
        )
    };
    let other = Delivery {
        proof: "送达回证2".to_owned(),
        ..delivery(on)
    };
    assert_eq!(serve(other).unwrap_err(), Refusal::Apart);
    let events = serve(delivery(on)).unwrap();
    let told = joint.apply(events.first().unwrap()).unwrap();
    assert!(!told.open());
    assert!(told.tick(date(2026, 6, 1)).is_empty());
}

#[test]
fn events_are_written_and_read_back() {
    let city = City::new();
    let (burden, relief) = (burden(), Relief::default());
    let facts = facts(&burden, &relief);
    let (_, approved) = city.approved(&facts, TODAY).unwrap();
    let filed = file(&facts, request(TODAY), &city.law(), TODAY).unwrap();
    for event in filed.iter().chain([&approved]) {
        let text = serde_json::to_string(event).unwrap();
        assert_eq!(
            serde_json::from_str::<Event>(&text).unwrap(),
            *event,
            "{text}"
        );
    }
    let text = serde_json::to_value(&approved).unwrap();
    assert_eq!(text["step"], "approved");
    assert_eq!(text["sent"]["message"]["says"], "repaired");
}

#[derive(Debug, Clone)]
enum Act {
    Forward,
    Accept,
    TurnAway,
    Ask,
    Extend,
    Approve,
    Refuse,
    Withdraw,
    Supply,
    Suspend,
    Resume,
    Tick,
    Wait(i64),
}

fn acts() -> impl Strategy<Value = Vec<(Act, bool)>> {
    let act = prop_oneof![
        3 => Just(Act::Forward),
        3 => Just(Act::Accept),
        1 => Just(Act::TurnAway),
        1 => Just(Act::Ask),
        1 => Just(Act::Extend),
        2 => Just(Act::Approve),
        1 => Just(Act::Refuse),
        1 => Just(Act::Withdraw),
        1 => Just(Act::Supply),
        1 => Just(Act::Suspend),
        1 => Just(Act::Resume),
        2 => Just(Act::Tick),
        3 => (0i64..20).prop_map(Act::Wait),
    ];
    prop::collection::vec((act, any::<bool>()), 1..30)
}

fn command(act: &Act, today: Date) -> Option<Command> {
    let (reason, basis) = ("理由".to_owned(), basis("7"));
    Some(match act {
        Act::Forward => Command::Forward,
        Act::Accept => Command::Accept,
        Act::TurnAway => Command::TurnAway {
            reason,
            basis,
            remedy: remedy(),
        },
        Act::Ask => Command::Ask {
            key: "corrected".to_owned(),
            reason,
        },
        Act::Extend => Command::Extend {
            notice: delivery(today),
            reason,
        },
        Act::Approve => Command::Approve {
            document: document(organ(), today),
        },
        Act::Refuse => Command::Refuse {
            document: document(organ(), today),
            reason,
            basis,
            remedy: remedy(),
        },
        Act::Suspend => Command::Suspend {
            duty: "repair-decide".to_owned(),
            from: today,
            reason,
            basis,
        },
        Act::Resume => Command::Resume {
            duty: "repair-decide".to_owned(),
            until: today,
        },
        _ => return None,
    })
}

fn events(
    city: &City,
    case: &Case,
    act: &Act,
    by: Code,
    facts: &Facts<'_>,
    today: Date,
) -> Vec<Event> {
    let answer = match act {
        Act::Withdraw => case.withdraw(&entity(), today),
        Act::Supply => case.supply(
            &entity(),
            Material {
                key: "corrected".to_owned(),
                document: document(entity(), today),
            },
            today,
        ),
        Act::Tick => Ok(case.tick(facts, today)),
        other => match command(other, today) {
            Some(command) => {
                let by = person(by);
                decide(
                    case,
                    command,
                    &by,
                    facts,
                    &city.law(),
                    &city.channel(),
                    today,
                )
            }
            None => Ok(Vec::new()),
        },
    };
    answer.unwrap_or_default()
}

/// How far the application has come; a step may only lead one further or out.
fn rank(stage: &Stage) -> u8 {
    match stage {
        Stage::Filed => 0,
        Stage::Forwarded(_) => 1,
        Stage::Accepted(_) => 2,
        Stage::Approved { .. } | Stage::Refused { .. } => 3,
        _ => 9,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn r95_no_step_is_skipped_and_every_duty_has_one_outcome(acts in acts()) {
        let city = City::new();
        let (burden, mut relief) = (burden(), Relief::default());
        let mut case = filed(&city, &facts(&burden, &relief), TODAY);
        let mut today = TODAY;
        for (act, office_acts) in acts {
            if let Act::Wait(more) = act {
                today = today.checked_add(more.days()).unwrap();
                continue;
            }
            let by = if office_acts { office() } else { organ() };
            let known = relief.clone();
            for event in events(&city, &case, &act, by, &facts(&burden, &known), today) {
                let before = case.clone();
                relief.apply(burden.record, &event);
                case = case.apply(&event).unwrap();
                let (old, new) = (rank(&before.stage), rank(&case.stage));
                prop_assert!(new == old || new == old + 1 || new == 9, "{before:?} {event:?}");
                for (old, new) in before.clocks.iter().zip(case.clocks.iter()) {
                    prop_assert!(old.outcome.is_none() || old.outcome == new.outcome);
                }
            }
            let repaired = matches!(case.stage, Stage::Approved { .. });
            prop_assert_eq!(repaired, relief.settled(today));
            prop_assert!(!repaired || burden.in_force(&relief, today).is_empty());
            let open = case.clocks.iter().filter(|clock| clock.outcome.is_none());
            prop_assert!(case.open() || open.count() == 0, "an ended case owes nothing");
            let count = tally(case.clocks.iter().map(|clock| clock.duty));
            prop_assert!(count.values().all(|count| *count == 1));
        }
    }

    #[test]
    fn r95_suspending_never_brings_the_last_day_nearer(at in 0i64..7, length in 0i64..40) {
        let city = City::new();
        let (burden, relief) = (burden(), Relief::default());
        let facts = facts(&burden, &relief);
        let case = filed(&city, &facts, TODAY);
        let (case, _) = city.step(case, Command::Forward, office(), &facts, TODAY).unwrap();
        let (case, _) = city.step(case, Command::Accept, organ(), &facts, TODAY).unwrap();
        let last = |case: &Case| case.clocks.open("repair-decide").unwrap().deadline.last;
        let before = last(&case).unwrap();
        let from = TODAY.checked_add(at.days()).unwrap();
        let suspend = Command::Suspend {
            duty: "repair-decide".to_owned(),
            from,
            reason: "鉴定".to_owned(),
            basis: basis("8"),
        };
        let (case, _) = city.step(case, suspend, organ(), &facts, from).unwrap();
        prop_assert_eq!(last(&case), None);
        let until = from.checked_add(length.days()).unwrap();
        let ticked = case.tick(&facts, until);
        let handed_up = ticked.iter().any(|event| {
            matches!(event, Event::Escalated { duty, .. } if duty == "repair-decide")
        });
        prop_assert!(!handed_up);
        let resume = Command::Resume { duty: "repair-decide".to_owned(), until };
        let (case, _) = city.step(case, resume, organ(), &facts, until).unwrap();
        prop_assert!(last(&case).unwrap() >= before);
    }
}

#[test]
fn a_condition_the_law_adds_is_named_with_its_article() {
    let mut city = City::new();
    city.eligible = conditions(
        &["min-term", "corrected", "commitment", "no-new-penalty"],
        &[],
    );
    let (burden, relief) = (burden(), Relief::default());
    let refused = file(&facts(&burden, &relief), request(TODAY), &city.law(), TODAY).unwrap_err();
    let text = refused.text();
    assert!(
        text.contains("no-new-penalty") && text.contains("test/law"),
        "{text}"
    );
}
