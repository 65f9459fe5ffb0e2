use super::*;
use crate::basis::Ruled;
use crate::calendar::Calendar;
use crate::inspection::Rate;
use crate::listing::tests::{calendar, code, ruled};
use crate::procedure::{Document, Method, Term, Unit};
use crate::retention::Retention;
use jiff::ToSpan as _;
use jiff::civil::date;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

const DAY: Date = date(2026, 5, 12);
const FIRE: u32 = 1;
const FOOD: u32 = 2;
const FIRM: u32 = 9;

/// The law, the inspectors and the visits so far of a test.
struct World {
    items: BTreeMap<String, Ruled<ItemRule>>,
    results: BTreeMap<String, Ruled<ResultRule>>,
    exceptions: BTreeMap<String, Ruled<ExceptionRule>>,
    grounds: BTreeMap<String, Ruled<String>>,
    team: Option<Ruled<u16>>,
    rate: Option<Ruled<Rate>>,
    result: Option<Ruled<Term>>,
    shown: Option<Ruled<Retention>>,
    order: Option<Basis>,
    calendar: Calendar,
    inspectors: BTreeMap<String, Inspector>,
    visited: Visited,
}

fn item(name: &str, kind: Item, line: &str, organ: u32) -> Ruled<ItemRule> {
    ruled(ItemRule {
        name: name.to_owned(),
        kind,
        on_site: true,
        remote: name.starts_with("公示"),
        line: line.to_owned(),
        organs: BTreeSet::from([code(organ)]),
        per_year: None,
        checks: BTreeSet::from(["clean".to_owned(), "seen".to_owned()]),
    })
}

fn named<T>(word: &str, value: T) -> (String, T) {
    (word.to_owned(), value)
}

fn inspector(organ: u32, line: &str) -> Inspector {
    Inspector {
        organ: code(organ),
        lines: BTreeSet::from([line.to_owned()]),
        until: date(2027, 12, 31),
        recused: BTreeSet::new(),
    }
}

fn rate(most: u16, per_year: Option<u16>) -> Ruled<Rate> {
    ruled(Rate {
        grade: "B".to_owned(),
        least: 0,
        most,
        per_year,
        method: "双随机".to_owned(),
    })
}

impl World {
    fn new() -> Self {
        let result = |name: &str, problem| {
            let name = name.to_owned();
            ruled(ResultRule { name, problem })
        };
        let exception = |name: &str, unannounced| {
            let name = name.to_owned();
            ruled(ExceptionRule { name, unannounced })
        };
        let mut inspectors: BTreeMap<String, Inspector> = BTreeMap::new();
        for at in 1..=4 {
            inspectors.insert(format!("A{at}"), inspector(FIRE, "fire"));
            inspectors.insert(format!("B{at}"), inspector(FOOD, "food"));
        }
        Self {
            items: BTreeMap::from([
                named("exits", item("疏散通道", Item::General, "fire", FIRE)),
                named("tanks", item("储罐安全", Item::Key, "fire", FIRE)),
                named("kitchen", item("后厨卫生", Item::General, "food", FOOD)),
                named("notices", item("公示信息", Item::General, "food", FOOD)),
            ]),
            results: BTreeMap::from([
                named("clean", result("未发现问题", false)),
                named("ordered", result("发现问题已责令改正", true)),
            ]),
            exceptions: BTreeMap::from([
                named("complaint", exception("投诉举报", true)),
                named("statute", exception("法律法规规定", false)),
            ]),
            grounds: BTreeMap::from([named("kin", ruled("近亲属".to_owned()))]),
            team: Some(ruled(2)),
            rate: Some(rate(500, Some(6))),
            shown: Some(ruled(Retention {
                what: RESULT.to_owned(),
                keep: jiff::Span::new().years(1),
            })),
            result: Some(ruled(Term {
                days: 20,
                unit: Unit::Working,
            })),
            order: Some(ruled(()).basis().clone()),
            calendar: calendar(),
            inspectors,
            visited: Visited::default(),
        }
    }

    fn ask<T>(&self, today: Date, what: impl FnOnce(&Given<'_>) -> T) -> T {
        let law = Law {
            items: &self.items,
            results: &self.results,
            exceptions: &self.exceptions,
            grounds: &self.grounds,
            team: self.team.as_ref(),
            rate: self.rate.as_ref(),
            result: self.result.as_ref(),
            shown: self.shown.as_ref(),
            order: self.order.as_ref(),
            calendar: &self.calendar,
        };
        let staff = Staff {
            inspectors: &self.inspectors,
        };
        what(&Given {
            law: &law,
            staff: &staff,
            visited: &self.visited,
            today,
        })
    }

    fn assign(&self, plan: &Plan) -> Result<Case, Refusal> {
        let lead = plan.parts.iter().find(|part| part.lead).unwrap().organ;
        let event = self.ask(DAY, |given| assign(plan, &clerk_of(lead), given))?;
        Ok(Case::begin(7, &event).unwrap())
    }

    /// Decides and applies; the events too are what the ledger would give back.
    fn act(
        &self,
        case: &Case,
        organ: u32,
        command: Command,
        today: Date,
    ) -> Result<(Case, Vec<Event>), Refusal> {
        let by = clerk_of(code(organ));
        let events = self.ask(today, |given| decide(case, command, &by, given))?;
        Ok((fold(case.clone(), &events), events))
    }

    fn run(&self, case: Case, steps: Vec<(u32, Command, Date)>) -> Case {
        steps.into_iter().fold(case, |case, (organ, command, on)| {
            let said = format!("{command:?}");
            let acted = self.act(&case, organ, command, on);
            acted.unwrap_or_else(|no| panic!("{said}: {}", no.text())).0
        })
    }

    fn refused(&self, case: &Case, organ: u32, command: Command, today: Date) -> Refusal {
        self.act(case, organ, command, today).unwrap_err()
    }
}

fn fold(case: Case, events: &[Event]) -> Case {
    events.iter().fold(case, |case, event| {
        let text = serde_json::to_string(event).unwrap();
        let read: Event = serde_json::from_str(&text).unwrap();
        assert_eq!(read, *event);
        case.apply(&read).unwrap()
    })
}

fn clerk_of(organ: Code) -> Person {
    Person {
        account: "clerk".to_owned(),
        organ,
    }
}

fn share(organ: u32, items: &[&str], team: &[&str], lead: bool) -> Share {
    let wanted = items.iter().map(|item| Wanted {
        code: (*item).to_owned(),
        on_site: true,
    });
    Share {
        organ: code(organ),
        items: wanted.collect(),
        team: team.iter().map(|one| (*one).to_owned()).collect(),
        lead,
        lot: None,
    }
}

fn lot(parts: Vec<Share>) -> Plan {
    Plan {
        why: Why::Lot {
            draw: 3,
            ticket: "00".to_owned(),
        },
        entity: code(FIRM),
        parts,
        until: date(2026, 6, 30),
    }
}

fn complaint(mut plan: Plan) -> Plan {
    plan.why = Why::Exception {
        word: "complaint".to_owned(),
        words: "有人反映通道堵塞".to_owned(),
    };
    plan
}

fn alone() -> Plan {
    lot(vec![share(FIRE, &["exits"], &["A1", "A2"], true)])
}

fn joint() -> Plan {
    lot(vec![
        share(FIRE, &["exits", "tanks"], &["A1", "A2"], true),
        share(FOOD, &["kitchen"], &["B1", "B2"], false),
    ])
}

fn approve(organ: u32) -> Command {
    Command::Approve {
        document: Document {
            name: "检查审批表".to_owned(),
            number: "枣检批〔2026〕1号".to_owned(),
            on: DAY,
            organ: code(organ),
        },
    }
}

fn notify() -> Command {
    Command::Notify {
        delivery: Delivery {
            method: Method::Direct,
            proof: "签1号".to_owned(),
            on: DAY,
        },
    }
}

fn enter(present: &[&str]) -> Command {
    Command::Begin(Entering {
        on: DAY,
        scanned: true,
        present: present.iter().map(|one| (*one).to_owned()).collect(),
        device: "phone-1".to_owned(),
        at: "2026-05-12T09:00:00+08:00".to_owned(),
    })
}

fn record(organ: u32, client: &str, item: &str, result: &str) -> Record {
    let letter = if organ == FIRE { "A" } else { "B" };
    Record {
        organ: code(organ),
        client: client.to_owned(),
        results: vec![Outcome {
            item: item.to_owned(),
            result: result.to_owned(),
            words: "已查看".to_owned(),
            answers: vec![Answer {
                key: "seen".to_owned(),
                answer: Reply::Text("两处".to_owned()),
            }],
            problem: false,
        }],
        evidence: vec![evidence()],
        signed_by: vec![format!("{letter}1"), format!("{letter}2")],
        entity_signed: Some(Hash::from_bytes([7; 32])),
        note: String::new(),
        taken: "2026-05-12T10:00:00+08:00".to_owned(),
    }
}

fn evidence() -> Evidence {
    Evidence {
        name: "1.jpg".to_owned(),
        media: "image/jpeg".to_owned(),
        bytes: 1,
        digest: Hash::from_bytes([1; 32]),
        note: "门头".to_owned(),
    }
}

fn send(record: Record) -> Command {
    Command::Record(Box::new(record))
}

fn ask_of(certificate: &str) -> Ask {
    Ask {
        certificate: certificate.to_owned(),
        ground: "kin".to_owned(),
        words: "他是店主的表兄".to_owned(),
    }
}

fn rule(out: &str, granted: bool, comes: Option<&str>) -> Command {
    Command::DecideRecusal {
        certificate: out.to_owned(),
        granted,
        comes: comes.map(str::to_owned),
        reason: "经核实".to_owned(),
    }
}

/// The joint visit, begun.
fn begun(world: &World) -> Case {
    let case = world.assign(&joint()).unwrap();
    world.run(
        case,
        vec![
            (FIRE, approve(FIRE), DAY),
            (FOOD, approve(FOOD), DAY),
            (FIRE, notify(), DAY),
            (FIRE, enter(&["A1", "A2", "B1", "B2"]), DAY),
        ],
    )
}

/// The joint visit, recorded and ended; the kitchen has a problem.
fn ended(world: &World) -> Case {
    world.run(
        begun(world),
        vec![
            (FIRE, send(record(FIRE, "c1", "exits", "clean")), DAY),
            (FOOD, send(record(FOOD, "c2", "kitchen", "ordered")), DAY),
            (FIRE, send(record(FIRE, "c3", "tanks", "clean")), DAY),
        ],
    )
}

#[test]
fn r63_the_seventh_visit_needs_an_exception() {
    let mut world = World::new();
    for (begun, pending, may) in [(0, 5, true), (5, 0, true), (6, 0, false), (3, 3, false)] {
        world.visited = Visited {
            begun,
            pending,
            items: BTreeMap::new(),
        };
        let answer = world.assign(&alone());
        assert_eq!(answer.is_ok(), may, "{begun} {pending}");
        if let Err(refusal) = answer {
            assert!(refusal.text().contains("年度上限6次") && refusal.basis().is_some());
        }
    }
    world.visited.begun = 9;
    assert!(world.assign(&complaint(alone())).is_ok(), "an exception");
    let key = lot(vec![share(FIRE, &["tanks"], &["A1", "A2"], true)]);
    assert!(world.assign(&key).is_ok(), "key items have no cap");
    let mut invented = complaint(alone());
    if let Why::Exception { word, .. } = &mut invented.why {
        *word = "hurry".to_owned();
    }
    assert!(
        world.assign(&invented).is_err(),
        "the organ invents no exception"
    );
    world.visited.begun = 0;
    world.rate = None;
    let silent = world.assign(&alone()).unwrap_err();
    assert!(
        matches!(silent, Refusal::Silent { .. }),
        "silence is no leave"
    );
}

#[test]
fn r63_the_cap_holds_when_the_visit_begins_and_for_who_joins_an_exception() {
    let mut world = World::new();
    let case = world.assign(&alone()).unwrap();
    let case = world.run(
        case,
        vec![(FIRE, approve(FIRE), DAY), (FIRE, notify(), DAY)],
    );
    world.visited.begun = 6;
    let refused = world.refused(&case, FIRE, enter(&["A1", "A2"]), DAY);
    assert!(matches!(refused, Refusal::Cap { .. }));
    let case = world.assign(&complaint(alone())).unwrap();
    let share = share(FOOD, &["kitchen"], &["B1", "B2"], false);
    let join = Command::Join { share };
    let refused = world.refused(&case, FOOD, join.clone(), DAY);
    assert!(
        matches!(refused, Refusal::Cap { .. }),
        "the complaint was not about the kitchen"
    );
    world.visited.begun = 5;
    let case = world.act(&case, FOOD, join, DAY).unwrap().0;
    assert!(case.task.capped());
}

#[test]
fn r63_an_item_has_a_cap_of_its_own() {
    let mut world = World::new();
    let mut rule = item("疏散通道", Item::General, "fire", FIRE)
        .value()
        .clone();
    rule.per_year = Some(1);
    world.items.insert("exits".to_owned(), ruled(rule));
    assert!(world.assign(&alone()).is_ok());
    world.visited.items.insert("exits".to_owned(), 1);
    let refused = world.assign(&alone()).unwrap_err();
    assert!(matches!(refused, Refusal::ItemCap { .. }));
    assert!(world.assign(&complaint(alone())).is_ok());
}

#[test]
fn r64_a_joint_visit_is_one_visit_and_everybody_records_his_own() {
    let world = World::new();
    let case = begun(&world);
    let foreign = world.refused(
        &case,
        FIRE,
        send(record(FIRE, "c1", "kitchen", "clean")),
        DAY,
    );
    assert!(matches!(foreign, Refusal::OtherItem { .. }));
    let for_other = world.refused(
        &case,
        FIRE,
        send(record(FOOD, "c1", "kitchen", "clean")),
        DAY,
    );
    assert_eq!(for_other, Refusal::NotYours);
    let mut borrowed = record(FIRE, "c1", "exits", "clean");
    borrowed.signed_by = vec!["A1".to_owned(), "B1".to_owned()];
    let refused = world.refused(&case, FIRE, send(borrowed), DAY);
    assert!(
        matches!(refused, Refusal::Absent { .. }),
        "signs for others"
    );
    let count = |case: &Case| Visited::count([case], &code(FIRM), None, DAY);
    assert_eq!(count(&case).begun, 1, "two organs, one visit");
    assert_eq!(count(&ended(&world)).begun, 1);
    assert_eq!(
        Visited::count([&case], &code(FIRM), Some(7), DAY),
        Visited::default()
    );
}

#[test]
fn r64_another_organ_joins_before_the_notice_and_needs_its_own_leave() {
    let world = World::new();
    let case = world.assign(&alone()).unwrap();
    let case = world.run(case, vec![(FIRE, approve(FIRE), DAY)]);
    assert!(case.joinable(DAY));
    let join = |items: &[&str]| Command::Join {
        share: share(FOOD, items, &["B1", "B2"], false),
    };
    let stranger = world.refused(&case, FOOD, join(&["exits"]), DAY);
    assert!(
        matches!(stranger, Refusal::Twice { .. }),
        "{}",
        stranger.text()
    );
    let case = world.run(case, vec![(FOOD, join(&["kitchen"]), DAY)]);
    let early = world.refused(&case, FIRE, notify(), DAY);
    assert!(matches!(early, Refusal::NotApproved { ref organs, .. } if *organs == [code(FOOD)]));
    let case = world.run(
        case,
        vec![(FOOD, approve(FOOD), DAY), (FIRE, notify(), DAY)],
    );
    assert!(!case.joinable(DAY));
    let late = share(3, &["exits"], &[], false);
    let late = world.refused(&case, 3, Command::Join { share: late }, DAY);
    assert!(matches!(late, Refusal::OutOfStep { .. }));
}

#[test]
fn r65_only_published_items_and_nothing_without_approval_and_notice() {
    let mut world = World::new();
    for (items, team) in [(["secret"], ["A1", "A2"]), (["kitchen"], ["A1", "A2"])] {
        let plan = lot(vec![share(FIRE, &items, &team, true)]);
        let refused = world.assign(&plan).unwrap_err();
        assert!(matches!(refused, Refusal::Unpublished { .. }), "{items:?}");
        assert!(refused.basis().is_some());
    }
    let case = world.assign(&alone()).unwrap();
    let early = [
        notify(),
        enter(&["A1", "A2"]),
        Command::Unreached {
            why: Absence::Moved,
            evidence: vec![evidence()],
            words: "大门紧闭".to_owned(),
        },
    ];
    for command in early {
        let refused = world.refused(&case, FIRE, command, DAY);
        assert!(matches!(refused, Refusal::NotApproved { .. }));
        assert!(refused.text().contains("检查审批表"));
    }
    let foreign = world.refused(&case, FIRE, approve(FOOD), DAY);
    assert!(matches!(foreign, Refusal::NoDocument { .. }));
    let case = world.run(case, vec![(FIRE, approve(FIRE), DAY)]);
    let record = send(record(FIRE, "c1", "exits", "clean"));
    for command in [enter(&["A1", "A2"]), record] {
        let refused = world.refused(&case, FIRE, command, DAY);
        assert!(matches!(refused, Refusal::OutOfStep { .. }), "not noticed");
    }
    assert!(
        matches!(
            world.refused(&case, FIRE, Command::Waive, DAY),
            Refusal::NoWaiver { .. }
        ),
        "a draw is announced"
    );
    let case = world.run(case, vec![(FIRE, notify(), DAY)]);
    world.items.remove("exits");
    let gone = world.refused(&case, FIRE, enter(&["A1", "A2"]), DAY);
    assert!(
        matches!(gone, Refusal::Unpublished { .. }),
        "withdrawn from the list in the meantime"
    );
}

#[test]
fn r65_a_leave_entered_afterwards_does_not_cover_what_was_done() {
    let world = World::new();
    let case = world.assign(&alone()).unwrap();
    let next = DAY.tomorrow().unwrap();
    let case = world.run(
        case,
        vec![(FIRE, approve(FIRE), next), (FIRE, notify(), next)],
    );
    let refused = world.refused(&case, FIRE, enter(&["A1", "A2"]), next);
    assert!(matches!(refused, Refusal::Day { from, .. } if from == next));
}

#[test]
fn r65_an_exception_is_unannounced_only_where_the_law_says_so() {
    let world = World::new();
    for (word, may) in [("complaint", true), ("statute", false)] {
        let mut plan = complaint(alone());
        if let Why::Exception { word: said, .. } = &mut plan.why {
            *said = word.to_owned();
        }
        let case = world.assign(&plan).unwrap();
        let case = world.run(case, vec![(FIRE, approve(FIRE), DAY)]);
        assert_eq!(
            world.act(&case, FIRE, Command::Waive, DAY).is_ok(),
            may,
            "{word}"
        );
    }
}

#[test]
fn r65_two_certified_inspectors_of_the_line_are_there_or_nothing_begins() {
    let mut world = World::new();
    let ready = |world: &World, plan: &Plan| {
        let case = world.assign(plan).unwrap();
        world.run(
            case,
            vec![(FIRE, approve(FIRE), DAY), (FIRE, notify(), DAY)],
        )
    };
    let case = ready(&world, &alone());
    let few = world.refused(&case, FIRE, enter(&["A1"]), DAY);
    assert!(matches!(
        few,
        Refusal::TooFew {
            fit: 1,
            least: 2,
            ..
        }
    ));
    let twice = world.refused(&case, FIRE, enter(&["A1", "A1"]), DAY);
    assert!(matches!(twice, Refusal::TooFew { fit: 1, .. }), "one man");
    let stranger = world.refused(&case, FIRE, enter(&["A1", "A2", "A3"]), DAY);
    assert!(matches!(stranger, Refusal::NotInTeam { .. }));
    world.inspectors.get_mut("A2").unwrap().until = DAY.yesterday().unwrap();
    let expired = world.refused(&case, FIRE, enter(&["A1", "A2"]), DAY);
    assert!(matches!(
        expired,
        Refusal::Unfit {
            why: Unfit::Expired { .. },
            ..
        }
    ));
    world.team = None;
    let silent = world.refused(&case, FIRE, enter(&["A1", "A2"]), DAY);
    assert!(matches!(silent, Refusal::Silent { .. }));
    for (team, why) in [
        ("Z9", Unfit::Unknown),
        ("B1", Unfit::OtherOrgan),
        (
            "A3",
            Unfit::Line {
                item: "疏散通道".to_owned(),
            },
        ),
        ("A4", Unfit::Recused),
    ] {
        let mut world = World::new();
        world
            .inspectors
            .insert("A3".to_owned(), inspector(FIRE, "tax"));
        let tied = world.inspectors.get_mut("A4").unwrap();
        tied.recused.insert(code(FIRM));
        let plan = lot(vec![share(FIRE, &["exits"], &["A1", team], true)]);
        let refused = world.assign(&plan).unwrap_err();
        assert!(matches!(refused, Refusal::Unfit { why: said, .. } if said == why));
    }
}

#[test]
fn r65_a_record_sent_twice_changes_nothing_and_another_under_its_number_is_refused() {
    let world = World::new();
    let case = begun(&world);
    let sent = record(FOOD, "c2", "kitchen", "ordered");
    let (once, events) = world.act(&case, FOOD, send(sent.clone()), DAY).unwrap();
    assert!(
        matches!(&events[..], [Event::Recorded { record, .. }] if record.results[0].problem),
        "the law says what a problem is, not the phone"
    );
    let (again, events) = world.act(&once, FOOD, send(sent.clone()), DAY).unwrap();
    assert!(events.is_empty() && again == once);
    let mut other = sent.clone();
    other.results[0].result = "clean".to_owned();
    let refused = world.refused(&once, FOOD, send(other), DAY);
    assert!(matches!(refused, Refusal::Conflict { .. }));
    let mut new = sent.clone();
    new.client = "c9".to_owned();
    let refused = world.refused(&once, FOOD, send(new), DAY);
    assert!(matches!(refused, Refusal::Recorded { .. }), "one result");
    let done = ended(&world);
    let (_, events) = world.act(&done, FOOD, send(sent), DAY).unwrap();
    assert!(events.is_empty(), "also after the end");
    let begin = enter(&["A1", "A2", "B1", "B2"]);
    let (_, events) = world.act(&done, FIRE, begin, DAY).unwrap();
    assert!(events.is_empty(), "the beginning too");
}

#[test]
fn r65_a_record_uses_words_of_the_law_and_is_signed() {
    let world = World::new();
    let case = begun(&world);
    type Change = fn(&mut Record);
    let cases: [(&str, Change); 7] = [
        ("检查结果代码“fine”", |one| {
            one.results[0].result = "fine".to_owned();
        }),
        ("没有“taste”", |one| {
            one.results[0].answers[0].key = "taste".to_owned();
        }),
        ("由1名执法人员签名", |one| {
            one.signed_by = vec!["B1".to_owned(), "B1".to_owned()];
        }),
        ("企业未签名的情况", |one| one.entity_signed = None),
        ("检查事项", |one| one.results.clear()),
        ("发现的问题", |one| one.results[0].words.clear()),
        ("记录编号", |one| one.client.clear()),
    ];
    for (words, change) in cases {
        let mut sent = record(FOOD, "c2", "kitchen", "ordered");
        change(&mut sent);
        let refused = world.refused(&case, FOOD, send(sent), DAY);
        assert!(refused.text().contains(words), "{}", refused.text());
    }
    let mut unsigned = record(FOOD, "c2", "kitchen", "ordered");
    unsigned.entity_signed = None;
    unsigned.note = "负责人拒绝签名".to_owned();
    assert!(world.act(&case, FOOD, send(unsigned), DAY).is_ok());
}

#[test]
fn r66_a_visit_ends_when_all_is_recorded_and_its_result_is_shown_on_the_clock() {
    let world = World::new();
    let case = begun(&world);
    let refused = world.refused(&case, FIRE, Command::End, DAY);
    assert!(refused.text().contains("exits"), "{}", refused.text());
    let case = ended(&world);
    let clock = case.clocks().open(RESULT).unwrap();
    let last = clock.deadline.last.unwrap();
    assert_eq!(last, date(2026, 6, 9), "20 working days");
    assert_eq!(case.tick(last), []);
    let after = last.tomorrow().unwrap();
    let silent = case.tick(after);
    assert!(matches!(&silent[..], [Event::Escalated { .. }]));
    let told = fold(case.clone(), &silent);
    assert_eq!(told.tick(after), [], "once");
    assert!(
        matches!(
            world.refused(&case, FOOD, Command::Publish, last),
            Refusal::NotLead
        ),
        "the lead shows it"
    );
    let mut silent = World::new();
    silent.shown = None;
    assert!(
        matches!(
            silent.refused(&case, FIRE, Command::Publish, last),
            Refusal::Silent { .. }
        ),
        "what has no end is not shown"
    );
    for (on, is_late) in [(last, false), (after, true)] {
        let (shown, events) = world.act(&case, FIRE, Command::Publish, on).unwrap();
        assert!(matches!(events[..], [Event::Published { late, .. }] if late == is_late));
        assert!(!shown.open() && shown.name() == "已公示");
        assert!(world.act(&shown, FIRE, Command::Publish, on).is_err());
    }
}

#[test]
fn r66_a_slow_end_does_not_lengthen_the_clock_and_a_calendar_moves_it() {
    let mut world = World::new();
    let term = world.result.take();
    let case = begun(&world);
    let later = DAY + 30.days();
    let case = world.run(
        case,
        vec![
            (FIRE, send(record(FIRE, "c1", "exits", "clean")), DAY),
            (FIRE, send(record(FIRE, "c3", "tanks", "clean")), DAY),
            (FOOD, send(record(FOOD, "c2", "kitchen", "clean")), DAY),
        ],
    );
    let silent = world.refused(&case, FIRE, Command::End, DAY);
    assert!(
        matches!(silent, Refusal::Silent { .. }),
        "the law is silent"
    );
    world.result = term;
    let case = world.run(case, vec![(FIRE, Command::End, later)]);
    let clock = case.clocks().open(RESULT).unwrap();
    assert_eq!(clock.deadline.opened, DAY);
    let longer = crate::calendar::Year {
        year: 2026,
        notice: "国办发明电〔2026〕2号".to_owned(),
        notice_url: None,
        confirmed: false,
        off: BTreeSet::from([date(2026, 6, 8)]),
        work: BTreeSet::new(),
    };
    let moved = case.reproject(DAY, &Calendar::new([longer]));
    assert!(matches!(&moved[..], [Event::Shifted { .. }]));
    let case = fold(case, &moved);
    let clock = case.clocks().open(RESULT).unwrap();
    assert_eq!(clock.deadline.last, Some(date(2026, 6, 10)));
}

#[test]
fn r66_a_problem_is_looked_at_again_until_a_day() {
    let world = World::new();
    let case = ended(&world);
    assert_eq!(case.unfollowed(), ["kitchen"]);
    let set = |item: &str, by_day| Command::SetFollowUp {
        item: item.to_owned(),
        what: "复查后厨".to_owned(),
        by_day,
    };
    let last = DAY + 10.days();
    let fine = world.refused(&case, FIRE, set("exits", last), DAY);
    assert!(matches!(fine, Refusal::NoProblem { .. }));
    let foreign = world.refused(&case, FIRE, set("kitchen", last), DAY);
    assert!(matches!(foreign, Refusal::OtherItem { .. }));
    let past = world.refused(&case, FOOD, set("kitchen", DAY.yesterday().unwrap()), DAY);
    assert!(matches!(past, Refusal::Past { .. }));
    let case = world.run(
        case,
        vec![
            (FOOD, set("kitchen", last), DAY),
            (FIRE, Command::Publish, DAY),
        ],
    );
    assert!(case.unfollowed().is_empty() && case.open());
    let after = last.tomorrow().unwrap();
    assert_eq!(
        [last, after].map(|on| case.overdue(on).len()),
        [0, 1],
        "the list of what is overdue"
    );
    let follow = Command::FollowUp {
        item: "kitchen".to_owned(),
        words: "已改正".to_owned(),
    };
    let case = world.run(case, vec![(FOOD, follow.clone(), after)]);
    assert!(case.follow_ups()[0].done.as_ref().unwrap().late);
    assert!(!case.open() && case.overdue(after).is_empty());
    assert!(world.act(&case, FOOD, follow, after).is_err(), "once");
}

#[test]
fn r66_a_result_alone_is_no_penalty() {
    let world = World::new();
    let case = ended(&world);
    let told = format!("{case:?}").to_lowercase();
    for word in ["measure", "penalty", "listing", "discipline", "grade"] {
        assert!(!told.contains(word), "{word}");
    }
}

#[test]
fn r67_the_entity_may_ask_for_a_recusal_until_the_visit_begins() {
    let world = World::new();
    let case = world.assign(&alone()).unwrap();
    let case = world.run(
        case,
        vec![(FIRE, approve(FIRE), DAY), (FIRE, notify(), DAY)],
    );
    let asked = |case: &Case, entity, certificate: &str| {
        world.ask(DAY, |given| {
            ask(case, &code(entity), "boss", ask_of(certificate), given)
        })
    };
    assert_eq!(asked(&case, FIRE, "A1"), Err(Refusal::NotYours));
    assert!(asked(&case, FIRM, "A3").is_err(), "A3 does not come");
    let case = fold(case.clone(), &asked(&case, FIRM, "A1").unwrap());
    assert!(asked(&case, FIRM, "A1").is_err(), "not twice");
    let pending = world.refused(&case, FIRE, enter(&["A1", "A2"]), DAY);
    assert!(matches!(pending, Refusal::Pending { .. }));
    let foreign = world.refused(&case, FOOD, rule("A1", true, None), DAY);
    assert_eq!(foreign, Refusal::NotYours, "the organ decides");
    for (comes, words) in [
        ("B1", "不是本单位"),
        ("A2", "已在这次检查"),
        ("Z9", "名录库"),
    ] {
        let refused = world.refused(&case, FIRE, rule("A1", true, Some(comes)), DAY);
        assert!(refused.text().contains(words), "{}", refused.text());
    }
    let swapped = world.run(
        case.clone(),
        vec![
            (FIRE, rule("A1", true, Some("A3")), DAY),
            (FIRE, enter(&["A2", "A3"]), DAY),
        ],
    );
    assert!(asked(&swapped, FIRM, "A2").is_err(), "too late");
    let refused = world.run(
        case.clone(),
        vec![
            (FIRE, rule("A1", false, Some("A3")), DAY),
            (FIRE, enter(&["A1", "A2"]), DAY),
        ],
    );
    assert_eq!(refused.task.parts[0].team, ["A1", "A2"]);
    let open = world.run(case, vec![(FIRE, rule("A1", true, None), DAY)]);
    let few = world.refused(&open, FIRE, enter(&["A2"]), DAY);
    assert!(matches!(few, Refusal::TooFew { .. }), "the place is open");
    let fill = |certificate: &str| Command::Fill {
        certificate: certificate.to_owned(),
        reason: "依抽签顺序递补".to_owned(),
    };
    let back = world.refused(&open, FIRE, fill("A1"), DAY);
    assert!(matches!(
        back,
        Refusal::Unfit {
            why: Unfit::Recused,
            ..
        }
    ));
    world.run(
        open,
        vec![(FIRE, fill("A4"), DAY), (FIRE, enter(&["A2", "A4"]), DAY)],
    );
}

#[test]
fn r67_an_inspector_declares_his_own_tie() {
    let world = World::new();
    let case = world.assign(&alone()).unwrap();
    let declared = Command::AskRecusal(ask_of("A1"));
    assert!(world.act(&case, FOOD, declared.clone(), DAY).is_err());
    let case = world.run(case, vec![(FIRE, declared, DAY)]);
    assert!(matches!(case.recusals[0].asked, Asker::Organ { .. }));
    let unknown = Command::AskRecusal(Ask {
        ground: "dislike".to_owned(),
        ..ask_of("A2")
    });
    assert!(matches!(
        world.refused(&case, FIRE, unknown, DAY),
        Refusal::UnknownGround { .. }
    ));
}

#[test]
fn r68_an_entity_of_low_risk_is_not_visited_without_a_clue() {
    let mut world = World::new();
    world.rate = Some(rate(0, None));
    let refused = world.assign(&alone()).unwrap_err();
    assert!(matches!(refused, Refusal::LowRisk { .. }) && refused.basis().is_some());
    assert!(world.assign(&complaint(alone())).is_ok());
    let mut plan = lot(vec![share(FOOD, &["notices"], &["B1", "B2"], true)]);
    assert!(world.assign(&plan).is_err());
    plan.parts[0].items[0].on_site = false;
    assert!(world.assign(&plan).is_ok(), "from afar");
}

#[test]
fn r74_a_remote_check_is_neither_counted_nor_refused_by_the_cap() {
    let mut world = World::new();
    let mut plan = lot(vec![share(FOOD, &["notices"], &["B1", "B2"], true)]);
    plan.parts[0].items[0].on_site = false;
    world.visited.begun = 99;
    let case = world.assign(&plan).unwrap();
    assert!(!case.pending(DAY));
    let case = world.run(
        case,
        vec![
            (FOOD, approve(FOOD), DAY),
            (FOOD, notify(), DAY),
            (FOOD, enter(&["B1", "B2"]), DAY),
        ],
    );
    assert!(!case.counts_as_visit());
    let count = Visited::count([&case], &code(FIRM), None, DAY);
    assert_eq!(count, Visited::default());
    plan.parts[0].items[0].code = "kitchen".to_owned();
    assert!(
        matches!(world.assign(&plan), Err(Refusal::Way { .. })),
        "a kitchen is not looked at from afar"
    );
}

#[test]
fn an_entity_that_is_not_met_is_proved_and_counts_no_visit() {
    let world = World::new();
    let case = world.assign(&alone()).unwrap();
    let case = world.run(case, vec![(FIRE, approve(FIRE), DAY)]);
    let absent = |evidence| Command::Unreached {
        why: Absence::Moved,
        evidence,
        words: "大门紧闭".to_owned(),
    };
    let bare = world.refused(&case, FIRE, absent(Vec::new()), DAY);
    assert!(matches!(bare, Refusal::NoEvidence { .. }));
    let off = Command::CallOff {
        reason: "计划调整".to_owned(),
    };
    for command in [absent(vec![evidence()]), off] {
        let (over, _) = world.act(&case, FIRE, command, DAY).unwrap();
        assert!(!over.open() && !over.counts_as_visit() && !over.pending(DAY));
        assert!(world.act(&over, FIRE, notify(), DAY).is_err());
    }
    let until = case.task.until;
    assert!(case.pending(until) && !case.lapsed(until));
    assert!(case.lapsed(until.tomorrow().unwrap()));
}

#[test]
fn what_somebody_wrote_can_be_lifted_out_and_comes_back() {
    let world = World::new();
    let (_, events) = world
        .act(
            &begun(&world),
            FOOD,
            send(record(FOOD, "c2", "kitchen", "ordered")),
            DAY,
        )
        .unwrap();
    let step = crate::ledger::Step {
        procedure: Some(7),
        entity: Some(code(FIRM)),
        did: events[0].clone(),
    };
    let mut head = serde_json::to_value(&step).unwrap();
    let texts = crate::ledger::step::lift(&mut head);
    let mut written: Vec<&str> = texts.iter().map(|(_, text)| &**text).collect();
    written.sort_unstable();
    assert_eq!(written, ["两处", "已查看", "门头"]);
    for text in written {
        assert!(!head.to_string().contains(text), "{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]

    #[test]
    fn r65_records_arrive_in_any_order_and_twice_and_give_the_same_state(
        order in prop::collection::vec(0..3_usize, 0..20)
    ) {
        let world = World::new();
        let all = [
            (FIRE, record(FIRE, "c1", "exits", "clean")),
            (FOOD, record(FOOD, "c2", "kitchen", "ordered")),
            (FIRE, record(FIRE, "c3", "tanks", "clean")),
        ];
        let sent = order.into_iter().chain(0..3);
        let case = sent.fold(begun(&world), |case, at| {
            let (organ, record) = all[at].clone();
            world.act(&case, organ, send(record), DAY).unwrap().0
        });
        prop_assert_eq!(case, ended(&world));
    }
}
