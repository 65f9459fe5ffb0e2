//! Procedures through the real store: what happens at once, what is refused, what comes back, what is gone.

use super::room::{Room, Row};
use desk::ports::{Contact, Filter, Role};
use desk::procedure::{Given, NotDone, Noun, Who};
use desk::{Actor, notice};
use domain::code::Code;
use domain::exchange::{Answer, Message, Partner, Reference, Says};
use domain::notice::Channel;
use domain::screening::{Outcome, Question, Sheet};
use jiff::civil::{Date, date};
use std::sync::Mutex;

const NAME: &str = "拟州甲有限公司";

/// A small city: an office, two organs, a hall, and one entity with an account.
pub struct City {
    pub room: Room,
    pub organ: Code,
    pub other: Code,
    pub office: Code,
    pub entity: Code,
}

impl City {
    pub fn new(name: &str, today: Date) -> Self {
        let room = Room::open(name, today);
        let (organ, other, office) = (room.organ(1), room.organ(2), room.organ(9));
        let entity = room.entity(1, NAME);
        let account = desk::ports::Account {
            name: "office".to_owned(),
            title: "信用办".to_owned(),
            organ: Some(office),
            person: String::new(),
            role: Role::Office,
            password: String::new(),
            key: String::new(),
            closed: false,
        };
        room.desk.store.put_account(&account).unwrap();
        Self {
            room,
            organ,
            other,
            office,
            entity,
        }
    }

    pub fn clerk(&self, organ: Code) -> Who {
        Who {
            account: "clerk".to_owned(),
            role: Role::Organ,
            code: Some(organ),
            person: None,
        }
    }

    pub fn office(&self) -> Who {
        Who {
            account: "office".to_owned(),
            role: Role::Office,
            ..self.clerk(self.office)
        }
    }

    pub fn firm(&self) -> Who {
        Who {
            account: "firm".to_owned(),
            role: Role::Entity,
            ..self.clerk(self.entity)
        }
    }

    pub fn begin(&self, who: &Who, noun: Noun, verb: &str, fields: &[(&str, &str)]) -> u64 {
        let done = self.room.desk.begin(who, noun, verb, given(fields));
        done.unwrap_or_else(|no| panic!("{verb}: {}", no.text()))
            .procedure
    }

    pub fn act(&self, who: &Who, id: u64, verb: &str, fields: &[(&str, &str)]) {
        let done = self.room.desk.act(who, id, verb, given(fields));
        done.unwrap_or_else(|no| panic!("{verb}: {}", no.text()));
    }

    /// What somebody reads who may not.
    pub fn no(&self, who: &Who, id: u64, verb: &str, fields: &[(&str, &str)]) -> String {
        match self.room.desk.act(who, id, verb, given(fields)) {
            Ok(_) => panic!("{verb} was done"),
            Err(NotDone::Fault(fault)) => panic!("{fault}"),
            Err(no) => no.text(),
        }
    }

    pub fn state(&self, id: u64) -> String {
        let steps = self.room.desk.store.steps(id).unwrap();
        let case = desk::procedure::fold(id, &steps).unwrap().unwrap();
        case.state().to_owned()
    }

    pub fn on(&self, day: Date) {
        self.room.clock.set(day);
        self.room.desk.tick().unwrap();
    }

    pub fn sheet(&self, matter: &str) -> Sheet {
        let question = Question {
            code: self.entity.to_string(),
            matter: matter.to_owned(),
            case_no: "案1".to_owned(),
            stage: String::new(),
            caller: "clerk".to_owned(),
            organ: self.other.to_string(),
        };
        let actor = Actor {
            name: "clerk".to_owned(),
            organ: Some(self.other),
        };
        self.room.desk.screen_now(&actor, question.clone()).unwrap();
        self.room.desk.sheet(question).unwrap()
    }

    /// One penalty filed by the organ; its record.
    pub fn penalty(&self, docket: &str) -> u64 {
        let summary = self
            .room
            .file(self.organ, &[Row::new(self.entity, NAME, docket)]);
        assert_eq!(summary.accepted, 1, "{summary:?}");
        let records = self.room.desk.store.records_of(&self.entity).unwrap();
        records
            .iter()
            .find(|record| record.docket == docket)
            .unwrap()
            .seq
    }

    /// Whether the public sees a record anywhere.
    pub fn shown(&self, record: u64) -> bool {
        let store = &self.room.desk.store;
        let portal = store.shown(record).unwrap().is_some();
        let reader = self.room.desk.index.read().unwrap();
        let today = desk::clock::Clock::today(self.room.clock.as_ref());
        let entity = store.record(record).unwrap().and_then(|one| one.entity);
        let held = reader
            .effects(&entity.unwrap(), today)
            .iter()
            .any(|one| one.record == record);
        assert_eq!(portal, held, "portal and look-ups agree about {record}");
        portal
    }

    /// Points a record takes today.
    pub fn weighs(&self, record: u64) -> bool {
        let facts = self.room.desk.store.facts(&self.entity).unwrap();
        let today =
            desk::clock::days_since_1970(desk::clock::Clock::today(self.room.clock.as_ref()));
        facts
            .iter()
            .any(|fact| fact.record == record && fact.weighs(today))
    }

    /// Every view made anew is the view in use, and the tree holds.
    pub fn whole(&self) {
        let rebuilt = self.room.desk.store.rebuild(&mut |_, _| {}).unwrap();
        let differing: Vec<_> = rebuilt
            .views
            .iter()
            .filter(|(_, (old, new))| old != new)
            .collect();
        assert!(differing.is_empty(), "{differing:?}");
        let verified = self.room.desk.store.verify(&mut |_, _| {}).unwrap();
        assert_eq!(verified.broken, None);
        // A replay folds the facts from the entries alone and finds what the view says.
        let folded = self
            .room
            .desk
            .facts_before(&self.entity, self.room.size())
            .unwrap();
        assert_eq!(folded, self.room.desk.store.facts(&self.entity).unwrap());
    }
}

pub fn given(fields: &[(&str, &str)]) -> Given {
    let fields = fields.iter();
    fields
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
        .collect()
}

pub const DELIVERY: [(&str, &str); 2] =
    [("delivery_method", "direct"), ("delivery_proof", "回证1")];

fn delivered<'a>(on: &'a str, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut fields = DELIVERY.to_vec();
    fields.push(("delivery_on", on));
    fields.extend_from_slice(more);
    fields
}

fn document<'a>(
    number: &'a str,
    on: &'a str,
    more: &[(&'a str, &'a str)],
) -> Vec<(&'a str, &'a str)> {
    let mut fields = vec![
        ("document_name", "决定书"),
        ("document_number", number),
        ("document_on", on),
    ];
    fields.extend_from_slice(more);
    fields
}

/// Proposes the entity for the list of serious breaches of market rules.
fn proposed(city: &City) -> u64 {
    let list = city
        .room
        .desk
        .law()
        .list("market-serious", date(2026, 5, 12))
        .unwrap();
    let ground = list.value().criteria.first().unwrap().key.to_string();
    let fields = [
        ("list", "market-serious"),
        ("entity", city.entity.as_str()),
        ("grounds", ground.as_str()),
        ("evidence", "penalty-decision"),
        ("evidence_name", "行政处罚决定书"),
        ("evidence_number", "拟罚〔2026〕1号"),
        ("evidence_on", "2026-05-11"),
        ("effective", "2026-05-11"),
        ("reasons", "性质恶劣、情节严重，证人张某可以证明"),
    ];
    city.begin(&city.clerk(city.organ), Noun::Listing, "propose", &fields)
}

/// A listing that is in force from the first of June.
fn listed(city: &City) -> u64 {
    let clerk = city.clerk(city.organ);
    let id = proposed(city);
    city.act(
        &clerk,
        id,
        "notify",
        &delivered("2026-05-12", &[("number", "拟告〔2026〕1号")]),
    );
    city.on(date(2026, 6, 1));
    city.act(
        &clerk,
        id,
        "decide",
        &document("拟列〔2026〕1号", "2026-06-01", &[("list", "是")]),
    );
    city.act(
        &clerk,
        id,
        "publish",
        &delivered("2026-06-01", &[("repair", "拟修告〔2026〕1号")]),
    );
    id
}

#[test]
fn r79_a_listing_goes_step_by_step_and_ends_with_all_that_rests_on_it() {
    let city = City::new("r79", date(2026, 5, 12));
    let clerk = city.clerk(city.organ);
    let id = proposed(&city);
    let too_early = document("拟列〔2026〕1号", "2026-05-12", &[("list", "是")]);
    assert!(
        city.no(&clerk, id, "decide", &too_early)
            .contains("按顺序办理")
    );
    let stranger = city.clerk(city.other);
    assert!(
        city.no(&stranger, id, "notify", &[]).contains("没有编号"),
        "another organ does not see it"
    );
    assert_eq!(
        city.room.desk.view(&city.firm(), id).unwrap(),
        None,
        "not told yet"
    );
    let wrong = city.room.desk.act(
        &clerk,
        id,
        "notify",
        given(&[("delivery_on", "x"), ("typo", "1")]),
    );
    let Err(NotDone::Wrong(wrong)) = wrong else {
        panic!("{wrong:?}")
    };
    assert_eq!(wrong.len(), 4, "{wrong:?}");
    city.act(
        &clerk,
        id,
        "notify",
        &delivered("2026-05-12", &[("number", "拟告〔2026〕1号")]),
    );
    let open = document("拟列〔2026〕1号", "2026-05-13", &[("list", "是")]);
    city.on(date(2026, 5, 13));
    let no = city.no(&clerk, id, "decide", &open);
    assert!(no.contains("陈述申辩期至"), "{no}");
    assert_eq!(
        city.room.desk.store.refusals(10).unwrap().len(),
        2,
        "refusals are kept"
    );
    city.act(&city.firm(), id, "plead", &[("words", "我公司已经整改")]);
    city.on(date(2026, 6, 1));
    let unanswered = document("拟列〔2026〕1号", "2026-06-01", &[("list", "是")]);
    assert!(
        city.no(&clerk, id, "decide", &unanswered)
            .contains("采纳情况")
    );
    let answered = [unanswered, vec![("answer", "整改不影响列入")]].concat();
    city.act(&clerk, id, "decide", &answered);
    assert_eq!(
        city.sheet("procurement").lists,
        [],
        "nothing follows before it is published"
    );
    city.act(
        &clerk,
        id,
        "publish",
        &delivered("2026-06-01", &[("repair", "拟修告〔2026〕1号")]),
    );
    let sheet = city.sheet("procurement");
    assert_eq!(sheet.outcome, Outcome::Effects);
    assert_eq!(sheet.lists.len(), 1);
    assert_eq!(sheet.lists[0].ends, date(2029, 6, 1));
    assert_eq!(
        city.room
            .desk
            .store
            .listed(date(2026, 6, 1), Some(&city.entity), None, 10)
            .unwrap()
            .len(),
        1
    );
    assert!(city.weighs(id));
    let eligible = city
        .room
        .desk
        .commitment_eligibility("no-violation-proof", &city.entity);
    let eligible = format!("{:?}", eligible.unwrap().unwrap());
    assert!(eligible.starts_with("Barred"), "R15 {eligible}");
    city.whole();
    city.on(date(2029, 6, 1));
    assert_eq!(city.state(id), "已移出");
    assert_eq!(city.sheet("procurement").lists, []);
    assert!(!city.weighs(id));
    city.whole();
}

#[test]
fn r83_a_measure_is_used_only_by_the_law_and_reported_back() {
    let city = City::new("r83", date(2026, 5, 12));
    let listing = listed(&city).to_string();
    let clerk = city.clerk(city.other);
    let law = city.room.desk.law();
    let day = date(2026, 6, 1);
    let triggered = law.triggered("market-serious", day);
    let organisation = triggered.iter().find(|rule| {
        let rule = rule.value();
        !rule.class.optional()
            && !rule.personal
            && rule.targets.iter().any(|form| form == "enterprise")
    });
    let rule = organisation
        .expect("the pack has a measure for this list")
        .value();
    let matter = law
        .matters()
        .iter()
        .find(|matter| rule.matters.has(&matter.code))
        .unwrap();
    let fields = [
        ("listing", listing.as_str()),
        ("measure", rule.word.as_str()),
        ("matter", matter.code.as_str()),
        ("case_no", "拟办1"),
    ];
    let foreign = [
        ("measure", "no-such-measure"),
        fields[0],
        fields[2],
        fields[3],
    ];
    let no = city
        .room
        .desk
        .begin(&clerk, Noun::Measure, "use", given(&foreign))
        .unwrap_err();
    assert!(
        no.text().contains("不在当日有效的措施清单内"),
        "{}",
        no.text()
    );
    // The office has no more power over measures than anybody else.
    let no = city
        .room
        .desk
        .begin(&city.office(), Noun::Measure, "use", given(&fields))
        .unwrap_err();
    assert!(matches!(no, NotDone::Forbidden(_)), "{no:?}");
    let measure = city.begin(&clerk, Noun::Measure, "use", &fields);
    assert_eq!(city.state(measure), "实施中");
    assert!(
        city.sheet(&matter.code)
            .measures
            .iter()
            .any(|one| one.measure == rule.word)
    );
    let owed = Filter {
        noun: Some("feedback".to_owned()),
        organ: Some(city.other),
        open: Some(true),
        limit: 10,
        ..Filter::default()
    };
    let owed = city.room.desk.store.procedures(&owed).unwrap();
    assert_eq!(owed.len(), 1, "R85 the duty of feedback");
    let stranger = city.clerk(city.organ);
    assert!(
        city.no(&stranger, owed[0].id, "report", &[])
            .contains("没有编号")
    );
    city.on(date(2026, 6, 15));
    city.act(
        &clerk,
        owed[0].id,
        "report",
        &[("executed", "是"), ("amount", "1200")],
    );
    assert_eq!(city.state(owed[0].id), "已反馈（逾期）");
    // The list ends, and the measure with it, in one transaction.
    let revoked = document(
        "拟复〔2026〕1号",
        "2026-06-16",
        &[("number", "拟罚〔2026〕1号"), ("revoked", "2026-06-16")],
    );
    city.on(date(2026, 6, 16));
    city.act(
        &city.clerk(city.organ),
        listing.parse().unwrap(),
        "revoke",
        &revoked,
    );
    assert_eq!(city.state(measure), "已终止");
    assert_eq!(city.sheet(&matter.code).measures, []);
    let worth = city.room.desk.worth().unwrap();
    assert_eq!(
        (worth[0].1.used, worth[0].1.reversed),
        (1, 1),
        "R86 {worth:?}"
    );
    city.whole();
}

#[test]
fn r97_an_approved_repair_ends_everything_at_once_and_tells_everybody() {
    let city = City::new("r97", date(2026, 5, 15));
    city.room
        .desk
        .enter_partner(&Actor::operator(), partner("shandong", 1, true))
        .unwrap();
    let record = city.penalty("拟罚〔2026〕7号");
    assert!(city.shown(record) && city.weighs(record));
    let text = record.to_string();
    let filing = |more: &[(&'static str, &'static str)]| {
        let mut fields = vec![("record".to_owned(), text.clone())];
        fields.extend(
            more.iter()
                .map(|(key, value)| ((*key).to_owned(), (*value).to_owned())),
        );
        fields.into_iter().collect::<Given>()
    };
    let proof = [
        ("corrected_name", "缴款书"),
        ("corrected_number", "拟缴1"),
        ("corrected_on", "2026-05-20"),
        ("promise", "是"),
    ];
    let early = city
        .room
        .desk
        .begin(&city.firm(), Noun::Repair, "file", filing(&proof))
        .unwrap_err();
    assert!(
        early
            .text()
            .contains("最短公示期未满，自2026-08-12起可以申请"),
        "{}",
        early.text()
    );
    let path = city.room.desk.exit_path(&city.entity).unwrap().unwrap();
    assert_eq!(path.ways[0].from, Some(date(2026, 8, 12)), "R93");
    city.on(date(2026, 8, 12));
    let missing = city
        .room
        .desk
        .begin(&city.firm(), Noun::Repair, "file", filing(&proof[3..]))
        .unwrap_err();
    assert!(missing.text().contains("证明材料"), "{}", missing.text());
    let training = [&proof[..], &[("training_name", "培训证明")]].concat();
    let asked = city
        .room
        .desk
        .begin(&city.firm(), Noun::Repair, "file", filing(&training))
        .unwrap_err();
    assert!(asked.text().contains("没有这一项"), "R94 {}", asked.text());
    let id = city
        .room
        .desk
        .begin(&city.firm(), Noun::Repair, "file", filing(&proof))
        .unwrap();
    let id = id.procedure;
    assert_eq!(city.noun(id), "repair", "not the promise behind it");
    let open = |path: Option<desk::repair::ExitPath>| {
        let ways = path.unwrap().ways.into_iter();
        ways.filter_map(|way| way.open).collect::<Vec<_>>()
    };
    let own = city.room.desk.exit_path(&city.entity).unwrap();
    assert_eq!(open(own), [id]);
    let public = city.room.desk.public_exit_path(&city.entity).unwrap();
    assert!(
        open(public).is_empty(),
        "an application is nobody else's (R10)"
    );
    assert!(city.sheet("procurement").repairing.contains(&record));
    let clerk = city.clerk(city.organ);
    assert!(
        city.no(&clerk, id, "approve", &document("拟修1", "2026-08-12", &[]))
            .contains("受理申请")
    );
    city.act(&city.office(), id, "forward", &[]);
    city.act(&clerk, id, "accept", &[]);
    let elsewhere = city.clerk(city.other);
    assert!(city.no(&elsewhere, id, "approve", &[]).contains("没有编号"));
    let before = city.room.size();
    city.act(
        &clerk,
        id,
        "approve",
        &document("拟修〔2026〕1号", "2026-08-12", &[]),
    );
    assert!(city.room.size() > before);
    assert!(
        !city.shown(record) && !city.weighs(record),
        "gone everywhere at once"
    );
    assert_eq!(city.sheet("procurement").effects, []);
    assert!(
        city.room
            .desk
            .exit_path(&city.entity)
            .unwrap()
            .unwrap()
            .ways
            .is_empty()
    );
    let waiting = city.room.desk.store.messages("shandong", 0, 10).unwrap();
    assert_eq!(waiting.len(), 1);
    assert_eq!(waiting[0].sent.message.says, Says::Repaired);
    city.on(date(2026, 8, 20));
    let late = city.room.desk.store.laggards(10).unwrap();
    assert_eq!((late.len(), late[0].answered), (1, None), "listed publicly");
    let serial = waiting[0].sent.message.serial;
    let actor = Actor::operator();
    city.room
        .desk
        .acknowledge(&actor, serial, "shandong", Answer::Applied)
        .unwrap();
    assert_eq!(
        city.room
            .desk
            .store
            .messages("shandong", 0, 10)
            .unwrap()
            .len(),
        0
    );
    assert!(
        city.room.desk.store.laggards(10).unwrap()[0]
            .answered
            .is_some()
    );
    city.whole();
}

fn partner(word: &str, rank: u16, receives: bool) -> Partner {
    Partner {
        word: word.to_owned(),
        name: word.to_owned(),
        key: "key".to_owned(),
        rank,
        receives,
        closed: false,
    }
}

impl City {
    fn noun(&self, seq: u64) -> String {
        self.room.desk.store.entry(seq).unwrap().unwrap().kind
    }

    /// A repair of this record by the entity, decided the same day.
    fn repaired(&self, record: u64, on: &str) -> (u64, u64) {
        let record = record.to_string();
        let fields = [
            ("record", record.as_str()),
            ("corrected_name", "缴款书"),
            ("corrected_number", "拟缴1"),
            ("corrected_on", "2026-05-20"),
            ("promise", "是"),
        ];
        let done = self
            .room
            .desk
            .begin(&self.firm(), Noun::Repair, "file", given(&fields));
        let done = done.unwrap_or_else(|no| panic!("{}", no.text()));
        let find = |noun: &str| {
            *done
                .entries
                .iter()
                .find(|seq| self.noun(**seq) == noun)
                .unwrap()
        };
        let (id, promise) = (find("repair"), find("commitment"));
        self.act(&self.office(), id, "forward", &[]);
        self.act(&self.clerk(self.organ), id, "accept", &[]);
        self.act(
            &self.clerk(self.organ),
            id,
            "approve",
            &document("拟修〔2026〕1号", on, &[]),
        );
        (id, promise)
    }
}

#[test]
fn r100_a_false_promise_undoes_the_repair_up_to_the_end_and_bars_the_next() {
    let city = City::new("r100", date(2026, 5, 15));
    let record = city.penalty("拟罚〔2026〕8号");
    city.on(date(2026, 8, 12));
    let (id, promise) = city.repaired(record, "2026-08-12");
    let clerk = city.clerk(city.organ);
    assert!(
        city.no(&clerk, id, "annul", &[])
            .contains("尚未认定虚假承诺")
    );
    let found = [
        ("breach", "false"),
        ("unkept", "wholly"),
        ("what", "缴款书系伪造"),
    ];
    city.act(&clerk, promise, "find", &found);
    let remedy = [("where_to", "六十日内向市人民政府申请行政复议")];
    let told = [&remedy[..], &[("reasons", "经核查，缴款书系伪造")]].concat();
    city.act(&clerk, promise, "notify", &delivered("2026-08-12", &told));
    city.on(date(2026, 8, 24));
    let determined = [
        &remedy[..],
        &[("severity", "ordinary"), ("consequences", "bar")],
    ]
    .concat();
    city.act(
        &clerk,
        promise,
        "determine",
        &document("拟认〔2026〕1号", "2026-08-24", &determined),
    );
    city.act(&clerk, id, "annul", &[]);
    assert!(city.shown(record) && city.weighs(record), "it holds again");
    city.on(date(2026, 9, 1));
    let again = [
        ("record".to_owned(), record.to_string()),
        ("promise".to_owned(), "是".to_owned()),
    ];
    let again = city.room.desk.begin(
        &city.firm(),
        Noun::Repair,
        "file",
        again.into_iter().collect(),
    );
    let again = again.unwrap_err().text();
    assert!(again.contains("可以再次申请"), "{again}");
    city.on(date(2027, 5, 12));
    assert!(!city.shown(record), "and ends on its own day");
    city.whole();
}

#[test]
fn r103_an_objection_marks_every_output_and_a_correction_reaches_whoever_was_misinformed() {
    let city = City::new("r103", date(2026, 5, 15));
    let record = city.penalty("拟罚〔2026〕9号");
    city.sheet("procurement");
    let text = record.to_string();
    let fields = [
        ("record", text.as_str()),
        ("field", "CF_SY"),
        ("grounds", "当事人不是我公司"),
    ];
    let id = city.begin(&city.firm(), Noun::Objection, "file", &fields);
    let again = city
        .room
        .desk
        .begin(&city.firm(), Noun::Objection, "file", given(&fields))
        .unwrap_err();
    assert!(again.text().contains("正在处理"), "{}", again.text());
    assert_eq!(city.sheet("procurement").disputed, [record], "R6");
    assert_eq!(city.room.desk.store.disputes(record).unwrap().len(), 1);
    let head = city.room.desk.store.entry(id).unwrap().unwrap().head;
    assert!(
        !head.contains("不是我公司"),
        "what people write can be erased: {head}"
    );
    city.act(&city.office(), id, "forward", &[]);
    let right = [
        ("outcome", "corrected"),
        ("field", "CF_SY"),
        ("right", "销售标签不符合规定的预包装食品"),
        ("reason", "原记录表述有误"),
    ];
    let decided = document("拟核〔2026〕1号", "2026-05-15", &right);
    assert!(matches!(
        city.room
            .desk
            .act(&city.clerk(city.other), id, "decide", given(&decided)),
        Err(NotDone::Missing(_))
    ));
    city.act(&city.clerk(city.organ), id, "decide", &decided);
    assert_eq!(city.room.desk.store.disputes(record).unwrap().len(), 0);
    let records = city.room.desk.store.records_of(&city.entity).unwrap();
    assert_eq!(
        (records.len(), records[0].version),
        (1, 2),
        "a new version stands in its place"
    );
    let shown = city.room.desk.store.shown(records[0].seq).unwrap().unwrap();
    assert!(
        shown
            .fields
            .iter()
            .any(|(_, text)| text.starts_with("销售标签")),
        "{shown:?}"
    );
    // The organ that looked the entity up hears of it (R104).
    let told = city
        .room
        .desk
        .store
        .messages(city.other.as_str(), 0, 10)
        .unwrap();
    let says: Vec<&str> = told
        .iter()
        .map(|pending| pending.sent.message.says.name())
        .collect();
    assert!(
        says.contains(&"内容已更正") && says.contains(&"异议已办结"),
        "{says:?}"
    );
    city.act(&city.office(), id, "tell", &delivered("2026-05-15", &[]));
    assert_eq!(city.state(id), "异议成立，更正内容");
    city.whole();
}

#[test]
fn r103_an_upheld_objection_withdraws_the_record_and_silence_goes_up() {
    let city = City::new("upheld", date(2026, 5, 15));
    let record = city.penalty("拟罚〔2026〕10号").to_string();
    let fields = [("record", record.as_str()), ("grounds", "处罚对象错误")];
    let id = city.begin(&city.firm(), Noun::Objection, "file", &fields);
    city.act(&city.office(), id, "forward", &[]);
    city.on(date(2026, 7, 1));
    let view = city.room.desk.view(&city.office(), id).unwrap().unwrap();
    assert!(
        view.clocks
            .iter()
            .any(|clock| clock.standing.contains("督办")),
        "{:?}",
        view.clocks
    );
    let inbox = city.room.desk.inbox(&city.office(), 10).unwrap();
    assert!(
        inbox
            .iter()
            .any(|waiting| waiting.notice.letter.template == "escalated")
    );
    assert!(
        city.shown(record.parse().unwrap()),
        "silence settles nothing"
    );
    let upheld = document(
        "拟核〔2026〕2号",
        "2026-07-01",
        &[("outcome", "upheld"), ("reason", "对象错误")],
    );
    city.act(&city.clerk(city.organ), id, "decide", &upheld);
    assert!(!city.shown(record.parse().unwrap()));
    city.whole();
}

#[test]
fn r98_words_from_elsewhere_work_once_in_any_order_also_before_the_record_is_here() {
    let city = City::new("r98", date(2026, 5, 15));
    let actor = Actor::operator();
    city.room
        .desk
        .enter_partner(&actor, partner("shandong", 1, false))
        .unwrap();
    city.room
        .desk
        .enter_partner(&actor, partner("samr", 2, false))
        .unwrap();
    let docket = "拟罚〔2026〕11号";
    let message = |sender: &str, serial, says| Message {
        sender: sender.to_owned(),
        serial,
        reference: Reference::of(&city.organ, docket, city.entity),
        docket: docket.to_owned(),
        organ: city.organ,
        on: date(2026, 5, 14),
        basis: domain::basis::Basis {
            statute: "cn/ndrc-36-2025".into(),
            article: "N9".into(),
            confirmed: false,
        },
        says,
    };
    let repaired = message("samr", 5, Says::Repaired);
    let stranger = city
        .room
        .desk
        .receive(&actor, &message("nobody", 1, Says::Repaired))
        .unwrap_err();
    assert!(stranger.text().contains("未登记"));
    city.room.desk.receive(&actor, &repaired).unwrap();
    let size = city.room.size();
    assert_eq!(
        city.room.desk.receive(&actor, &repaired).unwrap(),
        desk::exchange::Received::Known
    );
    assert_eq!(city.room.size(), size, "a message twice adds nothing");
    let record = city.penalty(docket);
    assert!(
        !city.shown(record) && !city.weighs(record),
        "repaired before it was filed"
    );
    // A later word to the entity's harm waits for a person; until then the record rests.
    city.room
        .desk
        .receive(&actor, &message("samr", 6, Says::Annulled))
        .unwrap();
    assert!(!city.shown(record));
    let reference = Reference::of(&city.organ, docket, city.entity);
    let decision = domain::procedure::Document {
        name: "决定".to_owned(),
        number: "拟核1".to_owned(),
        on: date(2026, 5, 15),
        organ: city.organ,
    };
    let other = city
        .room
        .desk
        .review(&city.clerk(city.other), reference, true, decision.clone());
    assert!(other.unwrap_err().text().contains("认定单位"));
    city.room
        .desk
        .review(&city.clerk(city.organ), reference, true, decision)
        .unwrap();
    assert!(
        city.shown(record) && city.weighs(record),
        "upheld here, so it holds again"
    );
    city.whole();
}

#[test]
fn r101_a_plan_lets_records_rest_and_its_failure_brings_them_back() {
    let city = City::new("r101", date(2026, 5, 15));
    let record = city.penalty("拟罚〔2026〕12号");
    let court = city.other.to_string();
    let entity = city.entity.to_string();
    let ruling = |number, on, more: &[(&'static str, String)]| {
        let mut fields: Vec<(String, String)> = document(number, on, &[])
            .into_iter()
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .collect();
        fields.push(("court".to_owned(), court.clone()));
        fields.extend(
            more.iter()
                .map(|(key, value)| ((*key).to_owned(), value.clone())),
        );
        fields.into_iter().collect::<Given>()
    };
    let lift = ruling("拟破1", "2026-05-15", &[("entity", entity)]);
    let no = city.room.desk.begin(
        &city.clerk(city.organ),
        Noun::Reorganisation,
        "lift",
        lift.clone(),
    );
    assert!(matches!(no, Err(NotDone::Forbidden(_))));
    let plan = city
        .room
        .desk
        .begin(&city.office(), Noun::Reorganisation, "lift", lift);
    let plan = plan.unwrap_or_else(|no| panic!("{}", no.text())).procedure;
    assert!(!city.shown(record) && !city.weighs(record));
    city.on(date(2026, 9, 1));
    let failed = ruling("拟破2", "2026-09-01", &[]);
    city.room
        .desk
        .act(&city.office(), plan, "fail", failed)
        .unwrap_or_else(|no| panic!("{}", no.text()));
    assert!(
        city.shown(record) && city.weighs(record),
        "restored up to its own end"
    );
    city.on(date(2027, 5, 12));
    assert!(!city.shown(record));
    city.whole();
}

#[test]
fn r91_a_tag_of_attention_is_seen_by_its_organ_alone_and_ends() {
    let city = City::new("r91", date(2026, 5, 15));
    let law = city.room.desk.law();
    let lists = law.lists(date(2026, 5, 15));
    let watch = lists
        .iter()
        .find(|list| list.value().kind == domain::blacklist::Kind::Watchlist);
    let Some(watch) = watch else {
        panic!("the pack has no list for attention")
    };
    let fields = [
        ("list", watch.value().word.as_str()),
        ("entity", city.entity.as_str()),
        ("reason", "投诉较多"),
    ];
    let id = city.begin(&city.clerk(city.organ), Noun::Attention, "tag", &fields);
    assert!(
        city.room
            .desk
            .view(&city.clerk(city.organ), id)
            .unwrap()
            .is_some()
    );
    for who in [city.clerk(city.other), city.office(), city.firm()] {
        assert_eq!(city.room.desk.view(&who, id).unwrap(), None, "{who:?}");
    }
    assert_eq!(city.sheet("procurement").lists, []);
    let history = city.room.desk.store.history(&city.entity, 100).unwrap();
    assert!(
        history.iter().all(|(seq, _)| *seq != id),
        "no part of the entity's file"
    );
    city.on(date(2026, 11, 16));
    assert_eq!(city.state(id), "已解除");
    city.whole();
}

#[test]
fn r88_persons_come_in_by_a_named_role_only_and_their_names_can_be_erased() {
    let city = City::new("r88", date(2026, 5, 12));
    let law = city.room.desk.law();
    let lists = law.lists(date(2026, 5, 12));
    let list = lists.iter().find(|list| {
        list.value().kind == domain::blacklist::Kind::Blacklist && !list.value().roles.is_empty()
    });
    let list = list.unwrap().value();
    let ground = list.criteria[0].key.to_string();
    let person = format!("{} 370402199001010016 拟某", list.roles[0]);
    let unnamed = law
        .roles()
        .iter()
        .find(|role| !list.roles.contains(&role.word))
        .unwrap();
    let stranger = format!("{} 370402199001010016 拟某", unnamed.word);
    let fields = |text: &str| {
        vec![
            ("list".to_owned(), list.word.clone()),
            ("entity".to_owned(), city.entity.to_string()),
            ("grounds".to_owned(), ground.clone()),
            ("evidence".to_owned(), list.evidence[0].clone()),
            ("evidence_name".to_owned(), "决定书".to_owned()),
            ("evidence_number".to_owned(), "拟1".to_owned()),
            ("evidence_on".to_owned(), "2026-05-11".to_owned()),
            ("effective".to_owned(), "2026-05-11".to_owned()),
            ("reasons".to_owned(), "情节严重".to_owned()),
            ("persons".to_owned(), text.to_owned()),
        ]
    };
    let clerk = city.clerk(city.organ);
    let no = city.room.desk.begin(
        &clerk,
        Noun::Listing,
        "propose",
        fields(&stranger).into_iter().collect(),
    );
    assert!(no.unwrap_err().text().contains("不得惩戒到人"));
    let done = city.room.desk.begin(
        &clerk,
        Noun::Listing,
        "propose",
        fields(&person).into_iter().collect(),
    );
    let id = done.unwrap_or_else(|no| panic!("{}", no.text())).procedure;
    let entry = city.room.desk.store.entry(id).unwrap().unwrap();
    assert!(
        !entry.head.contains("19900101") && !entry.head.contains("拟某"),
        "{}",
        entry.head
    );
    let name = entry
        .values
        .iter()
        .find(|value| value.name.starts_with("person:"))
        .unwrap();
    assert_eq!(name.text(), Some("拟某"));
    let names = vec![name.name.clone()];
    assert_eq!(
        city.room
            .desk
            .redact(&Actor::operator(), id, names, "本人申请".into())
            .unwrap(),
        1
    );
    city.whole();
}

#[test]
fn issue_4_a_suspended_plea_stands_still_and_another_calendar_moves_open_clocks() {
    let city = City::new("clocks", date(2026, 5, 12));
    let clerk = city.clerk(city.organ);
    let id = proposed(&city);
    city.act(
        &clerk,
        id,
        "notify",
        &delivered("2026-05-12", &[("number", "拟告1")]),
    );
    city.act(
        &clerk,
        id,
        "suspend",
        &[("from", "2026-05-13"), ("reason", "需要鉴定")],
    );
    city.on(date(2026, 8, 3));
    let decision = document("拟列1", "2026-08-03", &[("list", "是")]);
    assert!(city.no(&clerk, id, "decide", &decision).contains("中止"));
    city.act(&clerk, id, "resume", &[("until", "2026-08-03")]);
    let view = city.room.desk.view(&clerk, id).unwrap().unwrap();
    let plea = view
        .clocks
        .iter()
        .find(|clock| clock.who.is_empty())
        .unwrap();
    assert!(plea.last > Some(date(2026, 8, 3)), "{plea:?}");
    assert!(
        plea.moved.iter().any(|cause| cause.contains("需要鉴定")),
        "{plea:?}"
    );
    city.whole();
}

struct Post(Mutex<Vec<(u64, String)>>, notice::Sent);

impl notice::Carrier for Post {
    fn send(&self, _: Channel, id: u64, to: &str, _: &str, _: &str) -> notice::Sent {
        self.0.lock().unwrap().push((id, to.to_owned()));
        self.1.clone()
    }
}

#[test]
fn r123_a_notice_goes_out_is_tried_again_and_ends_as_a_dead_letter_somebody_sees() {
    let city = City::new("r123", date(2026, 5, 12));
    let contact = Contact {
        of: city.entity.to_string(),
        channel: Channel::Email,
        address: "firm@example.test".to_owned(),
    };
    city.room.desk.store.put_contact(&contact).unwrap();
    let id = proposed(&city);
    let clerk = city.clerk(city.organ);
    city.act(
        &clerk,
        id,
        "notify",
        &delivered("2026-05-12", &[("number", "拟告1")]),
    );
    let inbox = city.room.desk.inbox(&city.firm(), 10).unwrap();
    assert_eq!(inbox.len(), 1);
    assert!(
        inbox[0].text.contains(NAME) && inbox[0].text.contains("陈述申辩"),
        "{}",
        inbox[0].text
    );
    let opened = city
        .room
        .desk
        .open_notice(&city.firm(), inbox[0].id)
        .unwrap();
    assert!(opened.is_some());
    assert_eq!(
        city.room.desk.open_notice(&clerk, inbox[0].id).unwrap(),
        None,
        "not theirs"
    );
    assert_eq!(city.state(inbox[0].id), "已送达");
    let down = Post(
        Mutex::default(),
        notice::Sent::Failed {
            reason: "连接失败".to_owned(),
            forever: false,
        },
    );
    for day in 12..=20 {
        city.on(date(2026, 5, day));
        city.room.desk.dispatch(&down).unwrap();
    }
    let dead = city.room.desk.store.dead(10).unwrap();
    assert_eq!(
        dead.len(),
        1,
        "given up after {} attempts",
        down.0.lock().unwrap().len()
    );
    city.act(&city.office(), dead[0].id, "revive", &[]);
    let up = Post(
        Mutex::default(),
        notice::Sent::Accepted {
            id: "m1".to_owned(),
        },
    );
    city.room.desk.dispatch(&up).unwrap();
    assert_eq!(
        up.0.lock().unwrap().as_slice(),
        [(dead[0].id, "firm@example.test".to_owned())]
    );
    let delivered = domain::notice::Outcome::Delivered {
        proof: "回执1".to_owned(),
    };
    assert!(
        city.room
            .desk
            .report(dead[0].id, 0, delivered.clone())
            .unwrap()
    );
    assert!(
        !city.room.desk.report(dead[0].id, 0, delivered).unwrap(),
        "twice says nothing new"
    );
    city.whole();
}

#[test]
fn r102_decision_and_repair_notice_are_served_together() {
    let city = City::new("r102", date(2026, 5, 15));
    let record = city.penalty("拟罚〔2026〕13号");
    let owed = city.room.desk.serving(Some(&city.organ), 10).unwrap();
    assert_eq!((owed.len(), owed[0].record), (1, record));
    let served = city.room.desk.repair_notice(record).unwrap().unwrap();
    let served = served.unwrap_or_else(|no| panic!("{}", no.text()));
    assert_eq!(served.notice.repairable, date(2026, 8, 12));
    let fields = [
        document("拟罚〔2026〕13号", "2026-05-12", &[]),
        delivered("2026-05-15", &[]),
    ]
    .concat();
    let other = city
        .room
        .desk
        .serve_repair_notice(&city.clerk(city.other), record, given(&fields));
    assert!(other.unwrap_err().text().contains("谁认定、谁修复"));
    city.room
        .desk
        .serve_repair_notice(&city.clerk(city.organ), record, given(&fields))
        .unwrap();
    assert_eq!(
        city.room.desk.serving(Some(&city.organ), 10).unwrap().len(),
        0
    );
    city.whole();
}

#[test]
fn r18_a_commitment_is_checked_in_time_or_goes_up_and_r20_only_published_consequences_follow() {
    let city = City::new("r18", date(2026, 5, 12));
    let clerk = city.clerk(city.organ);
    let fields = [
        ("matter", "no-violation-proof"),
        ("entity", city.entity.as_str()),
        ("reason", "申请资金"),
        ("content", "没有重大违法记录"),
        ("liability", "撤销决定"),
        ("range", "public"),
        ("original_digest", "ab12"),
        ("original_format", "PDF"),
        ("signature", "已验签"),
    ];
    let id = city.begin(&clerk, Noun::Commitment, "register", &fields);
    let pledged = city
        .room
        .desk
        .store
        .pledged(date(2026, 6, 1), Some(&city.entity), 10)
        .unwrap();
    assert_eq!((pledged.len(), pledged[0].state.as_str()), (1, "履行中"));
    city.on(date(2026, 8, 1));
    let view = city.room.desk.view(&clerk, id).unwrap().unwrap();
    assert!(
        view.clocks[0].standing.contains("督办"),
        "R18 {:?}",
        view.clocks
    );
    let found = [
        ("breach", "broken"),
        ("unkept", "partly"),
        ("what", "有两项处罚"),
    ];
    city.act(&clerk, id, "find", &found);
    let remedy = ("where_to", "六十日内申请行政复议");
    let straight = document("拟认1", "2026-08-01", &[remedy, ("severity", "ordinary")]);
    assert!(
        city.no(&clerk, id, "determine", &straight)
            .contains("前一步骤"),
        "R21"
    );
    city.act(
        &clerk,
        id,
        "notify",
        &delivered("2026-08-01", &[remedy, ("reasons", "核查发现")]),
    );
    city.on(date(2026, 8, 17));
    let foreign = document(
        "拟认1",
        "2026-08-17",
        &[remedy, ("severity", "ordinary"), ("consequences", "prison")],
    );
    assert!(
        city.no(&clerk, id, "determine", &foreign)
            .contains("不是该事项公布的违诺后果"),
        "R20"
    );
    let right = document(
        "拟认1",
        "2026-08-17",
        &[remedy, ("severity", "ordinary"), ("consequences", "revoke")],
    );
    city.act(&clerk, id, "determine", &right);
    assert!(city.weighs(id));
    city.on(date(2026, 9, 1));
    city.act(&clerk, id, "push", &[]);
    let view = city.room.desk.view(&clerk, id).unwrap().unwrap();
    assert!(
        view.clocks
            .iter()
            .any(|clock| clock.name == "违诺推送" && clock.late),
        "R19 {:?}",
        view.clocks
    );
    city.whole();
}

#[test]
fn r94_a_record_for_which_the_law_has_no_repair_is_not_left_out_of_the_way_out() {
    let city = City::new("silent", date(2026, 5, 12));
    let record = city.penalty("拟罚〔2026〕1号");
    city.room.clock.set(date(2012, 3, 1));
    let path = city.room.desk.exit_path(&city.entity).unwrap().unwrap();
    let way = path.ways.iter().find(|way| way.record == record).unwrap();
    assert_eq!((way.from, way.steps.len()), (None, 0));
    assert!(!way.effects.is_empty(), "it ends by itself");
    assert_eq!(path.alone, way.effects.iter().map(|one| one.alone).max());
}
