use super::attention::{self, Attention, Wish};
use super::*;
use crate::basis::Ruled;
use crate::blacklist::ListType;
use crate::calendar::{Calendar, Year};
use crate::code;
use crate::person::InRole;
use crate::procedure::{Method, Term, Unit};
use jiff::civil::date;
use jiff::{Span, ToSpan as _};
use std::sync::Arc;

fn basis() -> Basis {
    Basis {
        statute: "cn/test".into(),
        article: "第二条".into(),
        confirmed: false,
    }
}

#[expect(clippy::disallowed_methods, reason = "a test states its own law")]
pub(crate) fn ruled<T>(value: T) -> Ruled<T> {
    Ruled::by_law(value, basis())
}

pub(crate) fn code(at: u32) -> Code {
    code::with_check(&format!("91370400{:09}", 100_000_000 + at)).unwrap()
}

pub(crate) fn calendar() -> Calendar {
    let plain = |year| Year {
        year,
        notice: "国办发明电".to_owned(),
        notice_url: None,
        confirmed: false,
        off: Default::default(),
        work: Default::default(),
    };
    Calendar::new((2025..=2031).map(plain))
}

pub(crate) fn list(word: &str, kind: Kind) -> ListType {
    let clause = |key: &str| Clause {
        key: key.into(),
        text: key.into(),
        basis: basis(),
    };
    ListType {
        word: word.to_owned(),
        name: word.to_owned(),
        kind,
        level: Level::National,
        organ: "市场监督管理部门".to_owned(),
        criteria: vec![clause("food")],
        evidence: vec!["penalty-decision".to_owned()],
        notice: "list-notice".to_owned(),
        plea: "list-plea".to_owned(),
        exits: ["term", "early", "closed", "void"].map(clause).to_vec(),
        min: Some(1.year()),
        max: Span::new().years(3),
        roles: vec!["representative".to_owned()],
        reviewer: "法制审核机构".to_owned(),
        appeal: "可以提出异议".to_owned(),
        bases: vec![basis()],
    }
}

/// A law with one list, and the terms of the procedure.
pub(crate) struct Law {
    pub list: Option<Ruled<Arc<ListType>>>,
    pub term: Ruled<Term>,
    pub pause: Ruled<()>,
    pub calendar: Calendar,
}

impl Law {
    pub fn new(list: ListType) -> Self {
        let days = Term {
            days: 5,
            unit: Unit::Working,
        };
        Self {
            list: Some(ruled(Arc::new(list))),
            term: ruled(days),
            pause: ruled(()),
            calendar: calendar(),
        }
    }

    pub fn given(&self, today: Date) -> Given<'_> {
        Given {
            today,
            list: self.list.as_ref(),
            notice: Some(&self.term),
            plea: Some(&self.term),
            review: Some(&self.term),
            pause: Some(&self.pause),
            calendar: &self.calendar,
            double: None,
            serious: None,
        }
    }
}

pub(crate) fn clerk() -> Person {
    Person {
        account: "zhang".to_owned(),
        organ: code(1),
    }
}

fn document(on: Date) -> Document {
    Document {
        name: "决定书".to_owned(),
        number: "枣市监罚〔2026〕1号".to_owned(),
        on,
        organ: code(1),
    }
}

fn served(on: Date) -> Delivery {
    Delivery {
        method: Method::Post,
        proof: "EMS1".to_owned(),
        on,
    }
}

fn proposal() -> Proposal {
    Proposal {
        list: "market-serious".to_owned(),
        entity: code(9),
        form: "enterprise".to_owned(),
        grounds: vec!["food".to_owned()],
        triggers: vec![Trigger {
            evidence: "penalty-decision".to_owned(),
            document: document(date(2026, 4, 1)),
            effective: Some(date(2026, 4, 20)),
            revoked: None,
        }],
        reasons: "食品安全".to_owned(),
        persons: vec![InRole {
            role: "representative".to_owned(),
            key: Key::of(&[1; 32], "1"),
        }],
    }
}

fn notification(on: Date) -> Command {
    Command::Notify(Notification {
        number: "告1号".to_owned(),
        delivery: served(on),
    })
}

fn decision(on: Date) -> Decision {
    Decision {
        document: document(on),
        list: true,
        until: None,
        answer: String::new(),
    }
}

fn publishing(on: Date) -> Command {
    Command::Publish(Publishing {
        delivery: served(on),
        repair: Some("修1号".to_owned()),
    })
}

fn leave(key: &str, on: Date) -> Command {
    let how = Exit::Clause {
        key: key.to_owned(),
    };
    let document = document(on);
    Command::Leave(Leave { how, document })
}

/// Applies commands day by day; each must be granted.
fn walk(law: &Law, commands: &[(Date, Command)]) -> Listing {
    let mut state = None;
    for (day, command) in commands {
        let events = decide(state.as_ref(), command, &clerk(), &law.given(*day));
        for event in events.unwrap_or_else(|no| panic!("{day} {command:?}: {no:?}")) {
            let text = serde_json::to_string(&event).unwrap();
            let read: Event = serde_json::from_str(&text).unwrap();
            assert_eq!(read, event, "{text}");
            state = Some(Listing::apply(state, &read).unwrap());
        }
    }
    state.unwrap()
}

const PROPOSED: Date = date(2026, 5, 12);
/// Five working days after 2026-05-13 end on 2026-05-20.
const FREE: Date = date(2026, 5, 21);

fn steps() -> Vec<(Date, Command)> {
    vec![
        (PROPOSED, Command::Propose(proposal())),
        (date(2026, 5, 13), notification(date(2026, 5, 13))),
        (FREE, Command::Decide(decision(FREE))),
        (date(2026, 5, 22), publishing(date(2026, 5, 22))),
    ]
}

pub(crate) fn published(law: &Law) -> Listing {
    walk(law, &steps())
}

fn serious() -> Law {
    Law::new(list("market-serious", Kind::Blacklist))
}

#[test]
fn r78_a_listing_carries_decision_dates_basis_exits_and_the_way_to_object() {
    let state = published(&serious());
    let entry = state.entry().unwrap();
    assert_eq!((entry.on, entry.ends), (FREE, date(2029, 5, 21)));
    assert_eq!(entry.early, Some(date(2027, 5, 21)));
    assert_eq!(entry.exits.len(), 4);
    assert!(!entry.bases.is_empty() && !entry.appeal.is_empty());
    assert!(state.public(date(2026, 5, 22)) && !state.public(date(2029, 5, 21)));
    let Listing::Published(published) = &state else {
        panic!("{state:?}");
    };
    assert_eq!(published.shown.remedy.review_until, Some(date(2026, 5, 29)));
}

#[test]
fn r79_no_step_is_skipped_and_none_is_taken_twice() {
    let law = serious();
    let day = date(2026, 5, 25);
    let every = [
        Command::Propose(proposal()),
        notification(day),
        Command::Decide(decision(day)),
        publishing(day),
        leave("closed", day),
    ];
    for done in 0..=4 {
        let state = (done > 0).then(|| walk(&law, &steps()[..done]));
        for (at, command) in every.iter().enumerate() {
            let answer = decide(state.as_ref(), command, &clerk(), &law.given(day));
            let wanted = at == done || (at == 4 && done == 3);
            assert_eq!(
                answer.is_ok(),
                wanted,
                "after {done}: {command:?} {answer:?}"
            );
        }
    }
}

#[test]
fn r79_an_event_that_skips_a_step_does_not_fold() {
    let law = serious();
    let mut events = Vec::new();
    let mut state = None;
    for (day, command) in steps() {
        for event in decide(state.as_ref(), &command, &clerk(), &law.given(day)).unwrap() {
            state = Some(Listing::apply(state, &event).unwrap());
            events.push(event);
        }
    }
    for done in 0..events.len() {
        let before = events.iter().take(done).fold(None, |state, event| {
            Some(Listing::apply(state, event).unwrap())
        });
        for (at, event) in events.iter().enumerate() {
            let folded = Listing::apply(before.clone(), event);
            assert_eq!(folded.is_ok(), at == done, "after {done}: {event:?}");
        }
    }
}

#[test]
fn r79_the_window_for_a_plea_is_waited_for_and_the_plea_answered() {
    let law = serious();
    let notified = walk(&law, &steps()[..2]);
    let last = date(2026, 5, 20);
    let try_on = |state: &Listing, on: Date, answer: &str| {
        let decision = Decision {
            answer: answer.to_owned(),
            ..decision(on)
        };
        let given = law.given(date(2026, 6, 10));
        decide(Some(state), &Command::Decide(decision), &clerk(), &given).err()
    };
    let open = Refusal::PleaOpen {
        last,
        basis: basis(),
    };
    assert_eq!(try_on(&notified, last, ""), Some(open));
    assert_eq!(try_on(&notified, FREE, ""), None);
    let plead = |closing| {
        let plea = Plea {
            receipt: "收1号".to_owned(),
            on: date(2026, 5, 14),
            closing,
        };
        Listing::apply(Some(notified.clone()), &Event::Pleaded(plea)).unwrap()
    };
    assert_eq!(
        try_on(&plead(true), date(2026, 5, 14), "不成立"),
        None,
        "nothing to add"
    );
    assert!(try_on(&plead(false), date(2026, 5, 14), "不成立").is_some());
    let unanswered = Refusal::Unanswered { basis: basis() };
    assert_eq!(try_on(&plead(false), FREE, " "), Some(unanswered));
}

#[test]
fn issue_4_a_suspended_window_holds_the_decision_and_moves_with_the_calendar() {
    let law = serious();
    let mut commands = steps()[..2].to_vec();
    let reason = "需要鉴定".to_owned();
    commands.push((
        date(2026, 5, 18),
        Command::Suspend {
            from: date(2026, 5, 1),
            reason,
        },
    ));
    let paused = walk(&law, &commands);
    let answer = decide(
        Some(&paused),
        &Command::Decide(decision(date(2026, 7, 1))),
        &clerk(),
        &law.given(date(2026, 7, 1)),
    );
    let since = date(2026, 5, 18);
    assert_eq!(
        answer,
        Err(Refusal::PleaSuspended {
            since,
            basis: basis()
        }),
        "never backwards"
    );
    commands.push((
        date(2026, 6, 1),
        Command::Resume {
            until: date(2026, 6, 1),
        },
    ));
    let again = walk(&law, &commands);
    assert_eq!(again.plea().unwrap().last, Some(date(2026, 6, 3)));
    let holiday = Year {
        off: [date(2026, 6, 3), date(2026, 6, 4)].into(),
        ..calendar().year(2026).unwrap().clone()
    };
    let moved = Law {
        calendar: Calendar::new([holiday]),
        ..serious()
    };
    let events = tick(&again, &moved.given(date(2026, 6, 2)));
    let [
        Event::Clock {
            deadline,
            shift: Some(shift),
            ..
        },
    ] = events.as_slice()
    else {
        panic!("{events:?}");
    };
    assert_eq!(
        (deadline.last, shift.from),
        (Some(date(2026, 6, 5)), Some(date(2026, 6, 3)))
    );
    assert!(!shift.causes.is_empty(), "the reason is named");
}

#[test]
fn r80_only_documents_in_effect_and_criteria_of_the_list_lead_on_a_list() {
    let law = serious();
    type Change = fn(&mut Proposal);
    let cases: [(&str, Change); 9] = [
        ("超范围", |one| one.list = "memorandum".to_owned()),
        ("没有据以列入的生效文书", |one| {
            one.triggers.clear()
        }),
        ("不是该名单可以依据的文书种类", |one| {
            one.triggers[0].evidence = "newspaper".to_owned()
        }),
        ("尚未生效", |one| one.triggers[0].effective = None),
        ("尚未生效", |one| {
            one.triggers[0].effective = Some(date(2026, 5, 13))
        }),
        ("已被撤销", |one| {
            one.triggers[0].revoked = Some(date(2026, 5, 1))
        }),
        ("没有写明符合哪一项", |one| one.grounds.clear()),
        ("不是该名单的列入条件", |one| {
            one.grounds.push("manners".to_owned())
        }),
        ("写明拟列入的事实和理由", |one| {
            one.reasons = "  ".to_owned()
        }),
    ];
    for (words, change) in cases {
        let mut proposal = proposal();
        change(&mut proposal);
        let answer = decide(
            None,
            &Command::Propose(proposal),
            &clerk(),
            &law.given(PROPOSED),
        );
        let text = answer.unwrap_err().text();
        assert!(text.contains(words), "{words}: {text}");
    }
}

#[test]
fn r80_a_list_the_pack_does_not_know_today_is_refused_whoever_asks() {
    let law = serious();
    let given = Given {
        list: None,
        ..law.given(PROPOSED)
    };
    let answer = decide(None, &Command::Propose(proposal()), &clerk(), &given);
    let list = "market-serious".to_owned();
    assert_eq!(answer, Err(Refusal::Unlisted { list }));
    let silent = Given {
        plea: None,
        ..law.given(PROPOSED)
    };
    let answer = decide(None, &Command::Propose(proposal()), &clerk(), &silent);
    assert!(matches!(answer, Err(Refusal::Silent { .. })), "{answer:?}");
    let watch = Law::new(list_of_kind(Kind::Watchlist));
    let answer = decide(
        None,
        &Command::Propose(proposal()),
        &clerk(),
        &watch.given(PROPOSED),
    );
    assert!(
        matches!(answer, Err(Refusal::Internal { .. })),
        "{answer:?}"
    );
}

fn list_of_kind(kind: Kind) -> ListType {
    list("market-serious", kind)
}

#[test]
fn r80_a_document_revoked_in_between_carries_no_decision() {
    let law = serious();
    let notified = walk(&law, &steps()[..2]);
    let revoke = Command::Revoke {
        number: "枣市监罚〔2026〕1号".to_owned(),
        revoked: date(2026, 5, 15),
        document: document(date(2026, 5, 15)),
    };
    let events = decide(
        Some(&notified),
        &revoke,
        &clerk(),
        &law.given(date(2026, 5, 15)),
    )
    .unwrap();
    assert!(
        matches!(
            events.last(),
            Some(Event::Dropped {
                why: Drop::Revoked,
                ..
            })
        ),
        "{events:?}"
    );
    let listed = published(&law);
    let events = decide(
        Some(&listed),
        &revoke,
        &clerk(),
        &law.given(date(2026, 6, 15)),
    )
    .unwrap();
    let Some(Event::Ended(end)) = events.last() else {
        panic!("{events:?}");
    };
    assert_eq!((&end.how, end.due), (&Exit::Revoked, date(2026, 6, 15)));
}

#[test]
fn r81_each_way_off_the_list_opens_on_its_day_and_not_before() {
    let law = serious();
    let state = published(&law);
    let year = date(2027, 5, 21);
    let cases = [
        ("early", date(2027, 5, 20), false),
        ("early", year, true),
        ("closed", date(2026, 6, 1), true),
        ("term", year, false),
        ("void", year, false),
        ("friends", year, false),
    ];
    for (key, on, granted) in cases {
        let answer = decide(Some(&state), &leave(key, on), &clerk(), &law.given(on));
        assert_eq!(answer.is_ok(), granted, "{key} {on}: {answer:?}");
    }
    let found: Vec<(String, Date)> = ways(&state, date(2026, 6, 1))
        .into_iter()
        .map(|way| (way.key, way.from))
        .collect();
    let expected = [
        ("closed", date(2026, 6, 1)),
        ("void", date(2026, 6, 1)),
        ("early", year),
        ("term", date(2029, 5, 21)),
    ];
    assert_eq!(found, expected.map(|(key, from)| (key.to_owned(), from)));
}

#[test]
fn r5_a_listing_ends_by_itself_on_its_day_also_when_the_platform_stood_still() {
    let law = serious();
    let state = published(&law);
    assert_eq!(tick(&state, &law.given(date(2029, 5, 20))), []);
    let late = date(2029, 6, 30);
    assert!(
        state.effective(1, late).is_none(),
        "no effect although nothing ran"
    );
    let events = tick(&state, &law.given(late));
    let [Event::Ended(end)] = events.as_slice() else {
        panic!("{events:?}");
    };
    assert_eq!((end.due, end.on), (date(2029, 5, 21), late));
    let ended = Listing::apply(Some(state), &events[0]).unwrap();
    assert_eq!(tick(&ended, &law.given(late)), [], "idempotent");
}

#[test]
fn r1_a_listing_ends_with_the_law_that_carried_it() {
    let law = serious();
    let state = published(&law);
    let gone = Given {
        list: None,
        ..law.given(date(2027, 1, 4))
    };
    let events = tick(&state, &gone);
    assert!(
        matches!(
            events.as_slice(),
            [Event::Ended(Leaving {
                how: Exit::Repealed,
                ..
            })]
        ),
        "{events:?}"
    );
}

#[test]
fn r87_persons_come_in_and_leave_with_the_entry_and_only_by_a_named_role() {
    let law = serious();
    let state = published(&law);
    assert_eq!(state.entry().unwrap().persons.len(), 1);
    let (own, other) = (Key::of(&[1; 32], "1"), Key::of(&[1; 32], "2"));
    assert_eq!(
        linkage(&state, &own).next().unwrap().ends,
        date(2029, 5, 21)
    );
    assert!(
        linkage(&state, &other).next().is_none(),
        "nobody sees another's link"
    );
    let end = decide(
        Some(&state),
        &leave("closed", date(2026, 6, 1)),
        &clerk(),
        &law.given(date(2026, 6, 1)),
    )
    .unwrap();
    let ended = Listing::apply(Some(state.clone()), &end[0]).unwrap();
    assert!(ended.entry().unwrap().persons.is_empty());
    let mut other = proposal();
    other.persons[0].role = "shareholder".to_owned();
    let answer = decide(
        None,
        &Command::Propose(other),
        &clerk(),
        &law.given(PROPOSED),
    );
    let role = "shareholder".to_owned();
    assert_eq!(
        answer,
        Err(Refusal::RoleNotNamed {
            role,
            basis: basis()
        })
    );
    let narrower = Law::new(ListType {
        roles: Vec::new(),
        ..list_of_kind(Kind::Blacklist)
    });
    let notified = walk(&law, &steps()[..2]);
    let events = decide(
        Some(&notified),
        &Command::Decide(decision(FREE)),
        &clerk(),
        &narrower.given(FREE),
    )
    .unwrap();
    assert!(matches!(events.as_slice(), [Event::Decided(entry)] if entry.persons.is_empty()));
    let person = proposal().persons[0].clone();
    let unlink = Command::Unlink {
        person,
        document: document(date(2026, 6, 1)),
    };
    let events = decide(
        Some(&state),
        &unlink,
        &clerk(),
        &law.given(date(2026, 6, 1)),
    )
    .unwrap();
    let state = Listing::apply(Some(state), &events[0]).unwrap();
    assert!(state.entry().unwrap().persons.is_empty());
    let again = decide(
        Some(&state),
        &unlink,
        &clerk(),
        &law.given(date(2026, 6, 1)),
    );
    assert_eq!(again, Err(Refusal::NotLinked { basis: basis() }));
}

#[test]
fn r102_a_listing_is_served_together_with_the_way_to_repair() {
    let law = serious();
    let listed = walk(&law, &steps()[..3]);
    let bare = Command::Publish(Publishing {
        delivery: served(date(2026, 5, 22)),
        repair: None,
    });
    let answer = decide(
        Some(&listed),
        &bare,
        &clerk(),
        &law.given(date(2026, 5, 22)),
    );
    assert_eq!(answer, Err(Refusal::NoRepairNotice { basis: basis() }));
}

#[test]
fn r90_an_honour_needs_no_plea_and_is_barred_and_ended_by_a_serious_listing() {
    let law = Law::new(list_of_kind(Kind::Honorlist));
    let honour = walk(
        &law,
        &[
            (PROPOSED, Command::Propose(proposal())),
            (PROPOSED, Command::Decide(decision(PROPOSED))),
        ],
    );
    let barred = Given {
        serious: Some(3),
        ..law.given(PROPOSED)
    };
    let answer = decide(None, &Command::Propose(proposal()), &clerk(), &barred);
    assert_eq!(
        answer,
        Err(Refusal::Serious {
            listing: 3,
            basis: basis()
        })
    );
    let end = displaced(&honour, 3, FREE, FREE).unwrap();
    assert!(
        matches!(&end, Event::Ended(Leaving { due, .. }) if *due == FREE),
        "same day"
    );
    assert_eq!(
        displaced(&published(&serious()), 3, FREE, FREE),
        None,
        "a burden is not ended so"
    );
}

#[test]
fn only_the_organ_that_leads_the_case_decides_it() {
    let law = serious();
    let notified = walk(&law, &steps()[..2]);
    let other = Person {
        organ: code(2),
        ..clerk()
    };
    let answer = decide(
        Some(&notified),
        &Command::Decide(decision(FREE)),
        &other,
        &law.given(FREE),
    );
    assert_eq!(answer, Err(Refusal::NotYours));
    let double = Given {
        double: Some(7),
        ..law.given(PROPOSED)
    };
    let answer = decide(None, &Command::Propose(proposal()), &clerk(), &double);
    assert_eq!(
        answer,
        Err(Refusal::Double {
            case: 7,
            basis: basis()
        })
    );
}

#[test]
fn r91_a_tag_is_short_inside_its_organ_and_has_no_other_effect() {
    let watch = ListType {
        max: 6.months(),
        ..list("attention", Kind::Watchlist)
    };
    let watch = ruled(Arc::new(watch));
    let wish = |until| Wish {
        list: "attention".to_owned(),
        entity: code(9),
        reason: "投诉集中".to_owned(),
        until,
    };
    let set = |until| attention::set(&wish(until), &clerk(), Some(&watch), PROPOSED);
    let attention::Event::Tagged(tag) = set(Some(date(2030, 1, 1))).unwrap() else {
        panic!("not set");
    };
    assert_eq!(
        tag.ends,
        date(2026, 11, 12),
        "never longer than the law says"
    );
    let state = Attention::apply(None, &attention::Event::Tagged(tag)).unwrap();
    assert!(state.weighs(&code(1), date(2026, 11, 11)));
    assert!(
        !state.weighs(&code(1), date(2026, 11, 12)),
        "over by itself"
    );
    assert!(
        !state.weighs(&code(2), date(2026, 6, 1)),
        "no other organ sees it"
    );
    assert!(state.tick(true, date(2026, 11, 12)).is_some());
    assert!(
        state.tick(false, date(2026, 6, 1)).is_some(),
        "gone with its basis"
    );
    assert!(attention::set(&wish(None), &clerk(), None, PROPOSED).is_err());
    let black = ruled(Arc::new(list("attention", Kind::Blacklist)));
    assert!(attention::set(&wish(None), &clerk(), Some(&black), PROPOSED).is_err());
}

#[test]
fn r96_every_refusal_has_a_text_and_an_article_where_the_law_speaks() {
    let b = basis();
    let day = PROPOSED;
    let all = [
        Refusal::OutOfStep { state: "拟列入" },
        Refusal::Unlisted {
            list: "x".to_owned(),
        },
        Refusal::Silent {
            what: "告知期限"
        },
        Refusal::NotYours,
        Refusal::Internal { basis: b.clone() },
        Refusal::NoProof { basis: b.clone() },
        Refusal::NoDocument { basis: b.clone() },
        Refusal::TooOld {
            after: day,
            basis: b.clone(),
        },
        Refusal::PleaUnknown { basis: b.clone() },
        Refusal::TermOver {
            ends: day,
            basis: b.clone(),
        },
        Refusal::TooEarly {
            from: day,
            basis: b.clone(),
        },
        Refusal::Serious {
            listing: 1,
            basis: b.clone(),
        },
        Refusal::Double { case: 1, basis: b },
    ];
    for refusal in all {
        assert!(refusal.text().chars().count() > 7, "{refusal:?}");
    }
}
