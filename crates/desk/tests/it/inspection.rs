//! Inspections through the real store: from the plan of a batch to the result on the portal.

use super::procedures::{City, DELIVERY, given};
use super::room::Seeds;
use desk::Actor;
use desk::ports::{Filter, Row};
use desk::procedure::{Case as Any, NotDone, Noun, Who};
use desk::visit::field::{FieldSheet, FieldTask};
use domain::code::Code;
use domain::grade::Kind;
use domain::inspection::draw::{Change, commitment, verify};
use domain::inspection::visit::{Case, Visited};
use domain::ledger::Suite;
use jiff::ToSpan as _;
use jiff::civil::{Date, date};
use serde_json::{Value, json};

/// A working day on which everything begins.
const DAY: Date = date(2026, 5, 12);
const UNTIL: &str = "2026-06-30";
const FIRMS: u32 = 40;

/// A city with firms that have grades, and inspectors of two organs.
struct Place {
    city: City,
    firms: Vec<Code>,
}

fn place(name: &str) -> Place {
    let city = City::new(name, DAY);
    let mut firms = vec![city.entity];
    firms.extend(
        (2..=FIRMS).map(|number| city.room.entity(number, &format!("拟州第{number}有限公司"))),
    );
    let place = Place { city, firms };
    for number in 1..=5 {
        place.enrol(place.city.organ, &format!("M{number}"), "market");
        place.enrol(place.city.other, &format!("L{number}"), "labour");
    }
    place.city.on(DAY);
    place
}

impl Place {
    fn market(&self) -> Who {
        self.city.clerk(self.city.organ)
    }

    fn labour(&self) -> Who {
        self.city.clerk(self.city.other)
    }

    fn firm(&self, entity: Code) -> Who {
        Who {
            code: Some(entity),
            ..self.city.firm()
        }
    }

    fn phone(&self, organ: Code, certificate: &str) -> Who {
        Who {
            account: format!("phone-{certificate}"),
            ..self.city.clerk(organ)
        }
    }

    fn enrol(&self, organ: Code, certificate: &str, line: &str) {
        let account = format!("phone-{certificate}");
        let called = format!("拟{certificate}");
        let fields = [
            ("certificate", certificate),
            ("called", &*called),
            ("lines", line),
            ("until", "2030-01-01"),
            ("account", &*account),
        ];
        self.city
            .begin(&self.city.clerk(organ), Noun::Inspector, "enrol", &fields);
    }

    fn plan(&self, more: &[(&str, &str)]) -> u64 {
        let mut fields = vec![
            ("title", "第一批"),
            ("items", "annual-report"),
            ("within", "100"),
            ("from", "2026-05-12"),
            ("until", UNTIL),
        ];
        fields.extend_from_slice(more);
        self.city.begin(&self.market(), Noun::Draw, "plan", &fields)
    }

    /// A batch that was drawn by the key of the house.
    fn drawn(&self, more: &[(&str, &str)]) -> u64 {
        let mut fields = vec![("source", "vrf")];
        fields.extend_from_slice(more);
        let draw = self.plan(&fields);
        self.city.act(&self.market(), draw, "freeze", &[]);
        self.city.act(&self.market(), draw, "draw", &[]);
        draw
    }

    fn rows(&self, noun: &str, about: u64) -> Vec<Row> {
        let filter = Filter {
            noun: Some(noun.to_owned()),
            about: Some(about),
            ascending: true,
            limit: 1_000,
            ..Filter::default()
        };
        self.city.room.desk.store.procedures(&filter).unwrap()
    }

    /// The visits that came of a draw.
    fn visits(&self, draw: u64) -> Vec<Case> {
        let rows = self.rows("visit", draw);
        rows.iter().map(|row| self.case(row.id)).collect()
    }

    fn case(&self, id: u64) -> Case {
        let steps = self.city.room.desk.store.steps(id).unwrap();
        match desk::procedure::fold(id, &steps).unwrap().unwrap() {
            Any::Visit(case) => *case,
            other => panic!("{other:?}"),
        }
    }

    /// Of an organ by an exception.
    fn assign(&self, who: &Who, entity: Code, more: &[(&str, &str)]) -> Result<u64, NotDone> {
        let entity = entity.to_string();
        let mut fields = vec![
            ("entity", entity.as_str()),
            ("exception", "complaint"),
            ("words", "多人投诉"),
            ("until", UNTIL),
        ];
        fields.extend_from_slice(more);
        let begun = self
            .city
            .room
            .desk
            .begin(who, Noun::Visit, "assign", given(&fields));
        begun.map(|done| done.procedure)
    }

    fn join(&self, who: &Who, visit: u64, items: &str, team: &str) -> Result<u64, NotDone> {
        let visit = visit.to_string();
        let fields = [("visit", &*visit), ("items", items), ("team", team)];
        let desk = &self.city.room.desk;
        let joined = desk.begin(who, Noun::Visit, "join", given(&fields));
        joined.map(|done| done.procedure)
    }

    fn approve(&self, who: &Who, id: u64, number: &str) {
        let today = self.today();
        let fields = [
            ("document_name", "行政检查审批表"),
            ("document_number", number),
            ("document_on", &*today),
        ];
        self.city.act(who, id, "approve", &fields);
    }

    fn notify(&self, who: &Who, id: u64) {
        let today = self.today();
        let mut fields = DELIVERY.to_vec();
        fields.push(("delivery_on", &today));
        self.city.act(who, id, "notify", &fields);
    }

    fn today(&self) -> String {
        desk::clock::Clock::today(self.city.room.clock.as_ref()).to_string()
    }

    /// Fields of a beginning.
    fn enter(&self, who: &Who, id: u64, present: &str) -> Result<(), NotDone> {
        let today = self.today();
        let fields = [("on", &*today), ("present", present), ("scanned", "是")];
        let desk = &self.city.room.desk;
        desk.act(who, id, "begin_visit", given(&fields)).map(drop)
    }

    fn record(&self, who: &Who, id: u64, item: &str, result: &str, signed: &str) {
        let (result_of, words_of) = (format!("result.{item}"), format!("words.{item}"));
        let fields = [
            (&*result_of, result),
            (&*words_of, "见笔录"),
            ("signed_by", signed),
            ("note", "负责人不在场"),
        ];
        self.city.act(who, id, "record", &fields);
    }

    /// From approval to the result on the portal, by one organ.
    fn live(&self, who: &Who, id: u64, result: &str) {
        self.approve(who, id, "检审1号");
        self.notify(who, id);
        let part = self.case(id).task.lead().unwrap().clone();
        let team = part.team.join(",");
        self.enter(who, id, &team).unwrap();
        self.record(who, id, &part.items[0].code, result, &team);
        self.city.act(who, id, "publish", &[]);
    }

    fn facts(&self, entity: Code) -> Vec<(Kind, i32)> {
        let facts = self.city.room.desk.store.facts(&entity).unwrap();
        facts.iter().map(|fact| (fact.kind, fact.day)).collect()
    }

    /// The published file computed again by a stranger.
    fn verified(&self, draw: u64) -> Vec<Change> {
        let file = self.city.room.desk.published_draw(draw).unwrap().unwrap();
        let found = verify(&file, &|key, proof, alpha| {
            let key: [u8; 32] = bytes(key).try_into().ok()?;
            assert_eq!(key, Seeds::new().public());
            seal::vrf::verify(&key, &bytes(proof), alpha)
        });
        assert!(found.unwrap().seed.is_some());
        file.changes
    }

    fn notices(&self, entity: Code) -> Vec<String> {
        let inbox = self.city.room.desk.store.inbox(entity.as_str(), 100);
        let letters = inbox.unwrap();
        letters.into_iter().map(|one| one.title).collect()
    }

    fn refusals(&self) -> Vec<String> {
        let refused = self.city.room.desk.store.refusals(100).unwrap();
        refused.into_iter().map(|(_, one)| one.text).collect()
    }

    fn tasks(&self, who: &Who) -> Vec<FieldTask> {
        self.city.room.desk.field_tasks(who).unwrap()
    }
}

fn bytes(hex: &str) -> Vec<u8> {
    let pairs = hex.as_bytes().chunks(2);
    pairs
        .map(|pair| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

fn sheet(value: Value) -> FieldSheet {
    serde_json::from_value(value).unwrap()
}

fn no<T: std::fmt::Debug>(outcome: Result<T, NotDone>) -> String {
    match outcome.unwrap_err() {
        NotDone::Fault(fault) => panic!("{fault}"),
        no => no.text(),
    }
}

#[test]
fn r61_a_batch_is_drawn_by_the_key_of_the_house_and_anybody_can_draw_it_again() {
    let place = place("drawn");
    let draw = place.drawn(&[]);
    let visits = place.visits(draw);
    assert_eq!(visits.len(), 2, "five in a hundred of forty");
    for visit in &visits {
        assert_eq!(visit.task.parts[0].team.len(), 2);
        assert!(visit.pending(DAY) && visit.task.lot(&visit.task.parts[0]).is_some());
    }
    assert!(place.verified(draw).is_empty());
    place.city.whole();
}

#[test]
fn r61_parties_who_promise_and_reveal_give_the_seed_together() {
    let place = place("parties");
    let market = place.market();
    let draw = place.plan(&[("source", "parties"), ("parties", "企业代表,媒体代表")]);
    let values = [
        ("企业代表", "枣庄石榴园第十七排第三棵树开了花"),
        ("媒体代表", "微山湖的芦苇每年四月才慢慢地返青"),
    ];
    for (party, value) in values {
        let digest = commitment(Suite::National, party, value);
        let digest = format!("{digest:x}");
        let fields = [("party", party), ("commitment", &*digest)];
        place.city.act(&market, draw, "commit", &fields);
    }
    place.city.act(&market, draw, "freeze", &[]);
    for (party, value) in values {
        let fields = [("party", party), ("value", value)];
        place.city.act(&market, draw, "reveal", &fields);
    }
    place.city.act(&market, draw, "draw", &[]);
    assert_eq!(place.visits(draw).len(), 2);
    assert!(place.verified(draw).is_empty());
    place.city.whole();
}

#[test]
fn r64_a_joint_visit_has_one_notice_and_one_record_and_each_organ_signs_its_items() {
    let place = place("joint");
    let (market, labour) = (place.market(), place.labour());
    let partner = place.city.other.to_string();
    let draw = place.plan(&[
        ("source", "vrf"),
        ("partner", &partner),
        ("partner_items", "labour-patrol"),
    ]);
    assert!(place.city.no(&market, draw, "freeze", &[]).contains("同意"));
    place.city.act(&labour, draw, "agree", &[]);
    place.city.act(&market, draw, "freeze", &[]);
    place.city.act(&market, draw, "draw", &[]);
    let visit = place.visits(draw).remove(0);
    let (id, entity) = (visit.id, visit.task.entity);
    assert_eq!(visit.task.parts.len(), 2);
    let team = |part: usize| visit.task.parts[part].team.join(",");
    let all = format!("{},{}", team(0), team(1));
    place.approve(&market, id, "市检1号");
    let alone = place.city.no(
        &market,
        id,
        "notify",
        &[DELIVERY[0], DELIVERY[1], ("delivery_on", "2026-05-12")],
    );
    assert!(alone.contains("尚未批准"), "{alone}");
    place.approve(&labour, id, "劳检1号");
    place.notify(&market, id);
    assert_eq!(place.notices(entity), ["行政检查通知"], "one notice");
    assert!(no(place.enter(&labour, id, &all)).contains("牵头"));
    place.enter(&market, id, &all).unwrap();
    place.record(&market, id, "annual-report", "no-problem", &team(0));
    let foreign = place.city.no(
        &market,
        id,
        "record",
        &[
            ("result.labour-patrol", "no-problem"),
            ("signed_by", &team(0)),
            ("note", "无人"),
        ],
    );
    assert!(foreign.contains("不属于本单位"), "{foreign}");
    assert_eq!(place.city.state(id), "检查中");
    place.record(&labour, id, "labour-patrol", "ordered", &team(1));
    assert_eq!(place.city.state(id), "待公示", "the last record ends it");
    place.city.act(&market, id, "publish", &[]);
    let shown = place.city.room.desk.inspected(Some(&entity), 10).unwrap();
    let shown: Vec<_> = shown
        .iter()
        .map(|row| (row.item.as_str(), row.result_name.as_str(), row.draw))
        .collect();
    assert_eq!(
        shown,
        [
            ("annual-report", "未发现问题", Some(draw)),
            ("labour-patrol", "发现问题已责令改正", Some(draw)),
        ]
    );
    let cases = [place.case(id)];
    assert_eq!(
        Visited::count(&cases, &entity, None, DAY).begun,
        1,
        "one visit"
    );
    let burden = place.city.room.desk.store.burden(2026).unwrap();
    assert_eq!((burden.none, burden.once, burden.twice), (39, 1, 0));
    let organs: Vec<_> = burden
        .organs
        .iter()
        .map(|organ| (organ.visits, organ.joint, organ.problems))
        .collect();
    assert_eq!(organs.len(), 2);
    assert!(
        organs.contains(&(1, 1, 0)) && organs.contains(&(1, 1, 1)),
        "{organs:?}"
    );
    assert_eq!(place.facts(entity).len(), 1, "one visit weighs once");
    place.city.whole();
}

#[test]
fn r63_who_would_come_by_itself_is_told_with_whom_it_can_come() {
    let place = place("apart");
    let (market, labour) = (place.market(), place.labour());
    let entity = place.firms[3];
    let mine = [("items", "market-registration"), ("team", "M1,M2")];
    let first = place.assign(&market, entity, &mine).unwrap();
    let theirs = [("items", "labour-patrol"), ("team", "L1,L2")];
    let told = no(place.assign(&labour, entity, &theirs));
    assert!(
        told.contains(&format!("编号{first}")) && told.contains("并入"),
        "{told}"
    );
    let bare = [theirs[0], theirs[1], ("apart", "是")];
    assert!(no(place.assign(&labour, entity, &bare)).contains("理由"));
    let joined = place
        .join(&labour, first, "labour-patrol", "L1,L2")
        .unwrap();
    assert_eq!(joined, first, "it is the same visit");
    assert_eq!(place.case(first).task.parts.len(), 2);
    let other = place.firms[4];
    let second = place.assign(&market, other, &mine).unwrap();
    let reason = [
        theirs[0],
        theirs[1],
        ("apart", "是"),
        ("apart_reason", "须夜间突击检查"),
    ];
    let apart = place.assign(&labour, other, &reason).unwrap();
    assert_ne!(apart, second);
    let facts = place
        .city
        .room
        .desk
        .view(&labour, apart)
        .unwrap()
        .unwrap()
        .facts;
    let words = facts.iter().find(|fact| fact.label == "触发内容").unwrap();
    assert!(words.text.contains("须夜间突击检查"), "{words:?}");
    assert!(
        place
            .city
            .room
            .desk
            .view(&place.firm(other), apart)
            .unwrap()
            .is_none()
    );
    place.city.whole();
}

#[test]
fn r63_a_second_visit_in_a_year_needs_an_exception_and_names_it() {
    let place = place("cap");
    let (market, labour) = (place.market(), place.labour());
    let draw = place.drawn(&[]);
    let visit = place.visits(draw).remove(0);
    let entity = visit.task.entity;
    place.live(&market, visit.id, "no-problem");
    let theirs = [("items", "labour-patrol"), ("team", "L1,L2")];
    let clue = place.assign(&labour, entity, &theirs).unwrap();
    let cause = &place.case(clue).task.cause;
    assert!(
        cause.excepted(),
        "the exception is named with its article: {cause:?}"
    );
    let capped = no(place.join(&market, clue, "market-registration", "M3,M4"));
    assert!(capped.contains("达到年度上限"), "{capped}");
    // Nor is it drawn again: it is reported as left out.
    let again = place.drawn(&[("title", "第二批"), ("items", "market-registration")]);
    let view = place.city.room.desk.view(&market, again).unwrap().unwrap();
    let left_out = view.facts.iter().find(|fact| fact.label == "未列入名单");
    let left_out = left_out.unwrap();
    assert!(left_out.text.contains("上限2户"), "{left_out:?}");
    place.city.whole();
}

/// R62: what an item's own cap would forbid is not drawn first and refused afterwards.
#[test]
fn r62_an_item_that_was_looked_at_as_often_as_it_may_keeps_its_object_out_of_the_frame() {
    let place = place("item-cap");
    let market = place.market();
    let seen = place.city.entity;
    place.city.penalty("拟罚〔2026〕1号");
    place.city.on(DAY);
    let grade = place.city.room.desk.store.grade(&seen).unwrap().unwrap();
    assert_eq!(grade.grade, "C", "may be visited twice a year");
    let fields = [("items", "annual-report"), ("team", "M1,M2")];
    let id = place.assign(&market, seen, &fields).unwrap();
    place.live(&market, id, "no-problem");
    let code = seen.to_string();
    let draw = place.plan(&[("source", "vrf"), ("codes", &code)]);
    let empty = place.city.no(&market, draw, "freeze", &[]);
    assert!(empty.contains("上限1"), "{empty}");
    assert!(
        place
            .refusals()
            .iter()
            .all(|text| !text.contains("本年度已检查"))
    );
    place.city.whole();
}

#[test]
fn r65_nobody_begins_without_approval_notice_and_officers() {
    let place = place("papers");
    let market = place.market();
    let draw = place.drawn(&[]);
    let visit = place.visits(draw).remove(0);
    let (id, team) = (visit.id, visit.task.parts[0].team.join(","));
    assert!(no(place.enter(&market, id, &team)).contains("尚未批准"));
    let waiting = &place.tasks(&place.phone(place.city.organ, &visit.task.parts[0].team[0]));
    let lacking = &waiting
        .iter()
        .find(|task| task.visit == id)
        .unwrap()
        .lacking;
    assert!(
        lacking.iter().any(|one| one.contains("审批表未批准")),
        "{lacking:?}"
    );
    assert!(
        lacking.iter().any(|one| one == "通知书未送达"),
        "{lacking:?}"
    );
    place.approve(&market, id, "检审1号");
    assert!(no(place.enter(&market, id, &team)).contains("已批准"));
    let hidden = place
        .city
        .room
        .desk
        .view(&place.firm(visit.task.entity), id);
    assert!(hidden.unwrap().is_none(), "not told yet");
    place.notify(&market, id);
    let few = no(place.enter(&market, id, &visit.task.parts[0].team[0]));
    assert!(few.contains("少于2人"), "{few}");
    let stranger = no(place.enter(&market, id, "Z9,Z8"));
    assert!(stranger.contains("Z9"), "{stranger}");
    place.enter(&market, id, &team).unwrap();
    assert_eq!(place.city.state(id), "检查中");
    let unlisted = [("items", "no-such-item"), ("team", "M1,M2")];
    assert!(no(place.assign(&market, place.firms[30], &unlisted)).contains("清单"));
    let foreign = [("items", "labour-patrol"), ("team", "M1,M2")];
    assert!(no(place.assign(&market, place.firms[30], &foreign)).contains("清单"));
    place.city.whole();
}

/// A sheet of a phone for the first visit of a draw.
fn one_sheet(visit: &Case, client: &str, device: &str) -> Value {
    let team = &visit.task.parts[0].team;
    json!({
        "client": client,
        "visit": visit.id,
        "begin": { "on": "2026-05-12", "scanned": true, "present": team, "device": device, "at": "2026-05-12T09:00:00+08:00" },
        "results": [{
            "item": "annual-report", "result": "no-problem", "words": "已核对",
            "answers": [{ "key": "on-time", "answer": true }, { "key": "true", "answer": "抽查三项" }],
        }],
        "evidence": [{ "name": "p1.jpg", "media": "image/jpeg", "bytes": 20480, "digest": "ab".repeat(32), "note": "门头" }],
        "signed_by": team,
        "entity_signed": "cd".repeat(32),
        "taken": "2026-05-12T10:00:00+08:00",
    })
}

#[test]
fn r65_a_phone_hands_in_late_and_twice_and_nothing_else_under_its_number() {
    let place = place("phone");
    let market = place.market();
    let draw = place.drawn(&[]);
    let visit = place.visits(draw).remove(0);
    place.approve(&market, visit.id, "检审1号");
    place.notify(&market, visit.id);
    let desk = &place.city.room.desk;
    let team = &visit.task.parts[0].team;
    let phone = place.phone(place.city.organ, &team[0]);
    let other = place.phone(place.city.organ, &team[1]);
    let task = place
        .tasks(&phone)
        .into_iter()
        .find(|task| task.visit == visit.id);
    let task = task.unwrap();
    assert!(
        task.lacking.is_empty() && task.lead && !task.begun,
        "{task:?}"
    );
    assert_eq!(task.items[0].checks.len(), 4);
    assert_eq!(task.team[0].called, format!("拟{}", team[0]));
    assert_eq!(task.approved[0].number, "检审1号");
    assert!(task.noticed.is_some());
    let office = place.city.office();
    assert!(place.tasks(&office).is_empty() && place.tasks(&market).is_empty());
    let sent = one_sheet(&visit, "c-1", "phone-1");
    let stranger = desk.field_sync(&market, sheet(sent.clone()));
    assert!(
        matches!(stranger, Err(NotDone::Forbidden(_))),
        "no inspector's account"
    );
    // The phone was offline for two days.
    place.city.on(date(2026, 5, 14));
    let done = desk.field_sync(&phone, sheet(sent.clone())).unwrap();
    assert!(!done.already && done.entries.len() == 3, "{done:?}");
    let case = place.case(visit.id);
    assert_eq!(case.begun().unwrap().start.on, DAY, "the day it was");
    let size = place.city.room.size();
    for who in [&phone, &other] {
        let again = desk.field_sync(who, sheet(sent.clone())).unwrap();
        assert!(again.already && again.entries.is_empty(), "{again:?}");
    }
    // Another phone of the team began as well, and says nothing new.
    let mut bare = one_sheet(&visit, "c-2", "phone-2");
    bare["results"] = json!([]);
    assert!(desk.field_sync(&other, sheet(bare)).is_err());
    place
        .city
        .room
        .desk
        .field_sync(&phone, sheet(sent.clone()))
        .unwrap();
    assert_eq!(
        place.city.room.size(),
        size + 1,
        "only the refusal was entered"
    );
    let mut changed = sent.clone();
    changed["results"][0]["result"] = json!("ordered");
    let text = no(desk.field_sync(&phone, sheet(changed)));
    assert!(text.contains("内容与这次不同"), "{text}");
    let mut changed = sent.clone();
    changed["begin"]["scanned"] = json!(false);
    let text = no(desk.field_sync(&phone, sheet(changed)));
    assert!(text.contains("内容与这次不同"), "{text}");
    assert!(
        place
            .tasks(&phone)
            .iter()
            .find(|task| task.visit == visit.id)
            .unwrap()
            .recorded
    );
    place.city.act(&market, visit.id, "publish", &[]);
    assert!(
        desk.field_sync(&phone, sheet(sent)).unwrap().already,
        "also later"
    );
    let open =
        serde_json::from_value::<FieldSheet>(json!({ "client": "c", "visit": 1, "photo": 1 }));
    assert!(open.is_err(), "what nobody asked for is not ignored");
    place.city.whole();
}

#[test]
fn r66_a_result_is_shown_in_time_or_late_and_comes_back_into_the_grade() {
    let place = place("result");
    let market = place.market();
    let draw = place.drawn(&[]);
    let visits = place.visits(draw);
    let desk = &place.city.room.desk;
    let (prompt, slow) = (&visits[0], &visits[1]);
    place.live(&market, prompt.id, "no-problem");
    let before = desk.store.grade(&slow.task.entity).unwrap().unwrap().score;
    place.approve(&market, slow.id, "检审2号");
    place.notify(&market, slow.id);
    let team = slow.task.parts[0].team.join(",");
    place.enter(&market, slow.id, &team).unwrap();
    place.record(&market, slow.id, "annual-report", "not-published", &team);
    assert!(
        desk.inspected(Some(&slow.task.entity), 10)
            .unwrap()
            .is_empty(),
        "not shown yet"
    );
    assert!(place.facts(slow.task.entity).is_empty());
    let last = place
        .case(slow.id)
        .clocks()
        .iter()
        .next()
        .unwrap()
        .deadline
        .last
        .unwrap();
    let set = [
        ("item", "annual-report"),
        ("what", "补报后复查"),
        ("by_day", "2026-05-20"),
    ];
    place.city.act(&market, slow.id, "set_follow_up", &set);
    assert!(
        desk.store
            .follow_ups_overdue(date(2026, 5, 20))
            .unwrap()
            .is_empty()
    );
    place.city.on(last.tomorrow().unwrap());
    let overdue = desk.store.follow_ups_overdue(last).unwrap();
    assert_eq!(overdue.len(), 1);
    assert_eq!(overdue[0].id, slow.id);
    let office = desk.store.inbox(place.city.office.as_str(), 10).unwrap();
    assert_eq!(office.len(), 1, "the silence goes up to the office");
    place.city.act(&market, slow.id, "publish", &[]);
    let shown = desk.inspected(Some(&slow.task.entity), 10).unwrap();
    assert!(
        shown[0].late && shown[0].problem && shown[0].on == DAY,
        "{shown:?}"
    );
    assert_eq!(desk.store.burden(2026).unwrap().organs[0].late, 1);
    assert_eq!(place.notices(slow.task.entity)[0], "行政检查结果告知");
    let done = [("item", "annual-report"), ("words", "已补报")];
    place.city.act(&market, slow.id, "follow_up", &done);
    assert!(desk.store.follow_ups_overdue(last).unwrap().is_empty());
    place.city.on(last.tomorrow().unwrap().tomorrow().unwrap());
    let number = desk::clock::days_since_1970(DAY);
    assert_eq!(place.facts(slow.task.entity), [(Kind::Failed, number)]);
    assert_eq!(place.facts(prompt.task.entity), [(Kind::Passed, number)]);
    let after = desk.store.grade(&slow.task.entity).unwrap().unwrap().score;
    assert!(after < before, "{after} {before}");
    let lists = Filter {
        noun: Some("measure".to_owned()),
        limit: 1,
        ..Filter::default()
    };
    assert!(
        desk.store.procedures(&lists).unwrap().is_empty(),
        "no penalty follows by itself"
    );
    let ends = shown[0].ends;
    assert_eq!(ends, last.tomorrow().unwrap().saturating_add(1.year()));
    place.city.on(ends.yesterday().unwrap());
    let inspected = || desk.inspected(Some(&slow.task.entity), 10).unwrap();
    assert_eq!(inspected().len(), 1);
    place.city.on(ends);
    assert!(inspected().is_empty(), "it ends by itself");
    place.city.whole();
}

#[test]
fn r67_a_recusal_the_entity_asks_for_is_decided_and_the_successor_is_drawn() {
    let place = place("recusal");
    let market = place.market();
    let draw = place.drawn(&[]);
    let visit = place.visits(draw).remove(0);
    let (id, entity) = (visit.id, visit.task.entity);
    let out = visit.task.parts[0].team[0].clone();
    let ask = [
        ("certificate", &*out),
        ("ground", "kin"),
        ("words", "是我的表兄"),
    ];
    let firm = place.firm(entity);
    place.approve(&market, id, "检审1号");
    assert!(matches!(
        place
            .city
            .room
            .desk
            .act(&firm, id, "ask_recusal", given(&ask)),
        Err(NotDone::Missing(_))
    ));
    place.notify(&market, id);
    place.city.act(&firm, id, "ask_recusal", &ask);
    let stranger = place.firm(
        place
            .firms
            .iter()
            .copied()
            .find(|code| *code != entity)
            .unwrap(),
    );
    assert!(
        place
            .city
            .room
            .desk
            .act(&stranger, id, "ask_recusal", given(&ask))
            .is_err()
    );
    let team = visit.task.parts[0].team.join(",");
    assert!(no(place.enter(&market, id, &team)).contains("尚未决定"));
    let named = [
        ("certificate", &*out),
        ("granted", "是"),
        ("comes", "M5"),
        ("reason", "属实"),
    ];
    let wrong = place.city.no(&market, id, "decide_recusal", &named);
    assert!(wrong.contains("不得指定"), "{wrong}");
    let decide = [
        ("certificate", &*out),
        ("granted", "是"),
        ("reason", "经核实，属实"),
    ];
    place.city.act(&market, id, "decide_recusal", &decide);
    let changes = place.verified(draw);
    assert!(matches!(&changes[..], [Change::Redrawn(one)] if !one.reason.contains("表兄")));
    let now = place.case(id).task.parts[0].team.clone();
    assert!(now.len() == 2 && !now.contains(&out), "{now:?}");
    assert_eq!(place.notices(entity)[0], "回避申请结果告知");
    let filled = [("certificate", "M5"), ("reason", "再加一人")];
    let full = place.city.no(&market, id, "fill", &filled);
    assert!(full.contains("不得另行指定"), "{full}");
    place.enter(&market, id, &now.join(",")).unwrap();
    place.city.whole();
}

#[test]
fn r67_a_recusal_is_refused_with_a_reason_and_an_organ_declares_its_own() {
    let place = place("declared");
    let market = place.market();
    let entity = place.firms[5];
    let fields = [("items", "market-registration"), ("team", "M1,M2")];
    let id = place.assign(&market, entity, &fields).unwrap();
    let ask = [
        ("certificate", "M1"),
        ("ground", "employment"),
        ("words", "曾任会计"),
    ];
    place.city.act(&market, id, "declare_recusal", &ask);
    let bare = [("certificate", "M1")];
    assert!(
        place
            .city
            .no(&market, id, "decide_recusal", &bare)
            .contains("理由")
    );
    let decide = [
        ("certificate", "M1"),
        ("granted", "是"),
        ("comes", "M3"),
        ("reason", "属实"),
    ];
    place.city.act(&market, id, "decide_recusal", &decide);
    assert_eq!(place.case(id).task.parts[0].team, ["M2", "M3"]);
    assert!(place.notices(entity).is_empty(), "the entity did not ask");
    place.approve(&market, id, "检审1号");
    place.city.act(&market, id, "waive", &[]);
    let hidden = place.city.room.desk.view(&place.firm(entity), id).unwrap();
    assert!(hidden.is_none(), "unannounced");
    place.enter(&market, id, "M2,M3").unwrap();
    let seen = place
        .city
        .room
        .desk
        .view(&place.firm(entity), id)
        .unwrap()
        .unwrap();
    let text = format!("{:?}{:?}", seen.facts, seen.steps);
    for secret in ["多人投诉", "曾任会计"] {
        assert!(!text.contains(secret), "{secret}");
    }
    place.city.whole();
}

#[test]
fn r61_an_entity_nobody_met_is_replaced_by_the_reserve_at_once() {
    let place = place("unreached");
    let market = place.market();
    let draw = place.drawn(&[]);
    let visit = place.visits(draw).remove(0);
    place.approve(&market, visit.id, "检审1号");
    let proof = format!("p1.jpg image/jpeg 20480 {} 大门", "ab".repeat(32));
    let fields = [
        ("why", "moved"),
        ("words", "原址无人"),
        ("evidence", &*proof),
    ];
    let bare = place.city.no(&market, visit.id, "unreached", &fields[..2]);
    assert!(bare.contains("证据"), "{bare}");
    place.city.act(&market, visit.id, "unreached", &fields);
    assert_eq!(place.city.state(visit.id), "无法联系");
    assert!(matches!(
        &place.verified(draw)[..],
        [Change::Replaced(_), ..]
    ));
    let visits = place.visits(draw);
    assert_eq!(visits.len(), 3, "the reserve is visited");
    assert!(visits[2].open() && visits[2].task.entity != visit.task.entity);
    place.city.whole();
}

#[test]
fn r64_a_lot_goes_along_with_a_visit_that_is_planned_and_keeps_its_draw() {
    let place = place("along");
    let (market, labour) = (place.market(), place.labour());
    let entity = place.firms[8];
    let fields = [("items", "labour-patrol"), ("team", "L1,L2")];
    let id = place.assign(&labour, entity, &fields).unwrap();
    let code = entity.to_string();
    let named = [
        ("title", "重点"),
        ("items", "food-business"),
        ("codes", &*code),
    ];
    let more = [
        ("within", "100"),
        ("from", "2026-05-12"),
        ("until", UNTIL),
        ("source", "vrf"),
    ];
    let fields = [&named[..], &more[..]].concat();
    let draw = place.city.begin(&market, Noun::Draw, "plan", &fields);
    place.city.act(&market, draw, "freeze", &[]);
    place.city.act(&market, draw, "draw", &[]);
    assert!(place.visits(draw).is_empty(), "nobody comes twice");
    let part = place.case(id).task.parts[1].clone();
    assert_eq!(part.lot.as_ref().map(|lot| lot.draw), Some(draw));
    let out = part.team[0].clone();
    let ask = [("certificate", &*out), ("ground", "kin"), ("words", "表亲")];
    place.city.act(&market, id, "declare_recusal", &ask);
    let decide = [
        ("certificate", &*out),
        ("granted", "是"),
        ("reason", "属实"),
    ];
    place.city.act(&market, id, "decide_recusal", &decide);
    assert!(matches!(&place.verified(draw)[..], [Change::Redrawn(_)]));
    place.approve(&labour, id, "劳检1号");
    place.approve(&market, id, "市检1号");
    let proof = format!("p1.jpg image/jpeg 20480 {} 大门", "ab".repeat(32));
    let fields = [
        ("why", "closed"),
        ("words", "已停业"),
        ("evidence", &*proof),
    ];
    place.city.act(&labour, id, "unreached", &fields);
    assert_eq!(place.city.state(id), "无法联系");
    assert!(
        place
            .refusals()
            .iter()
            .any(|text| text.contains("没有候补")),
        "and it is said why"
    );
    assert_eq!(place.verified(draw).len(), 1);
    place.city.whole();
}

#[test]
fn r68_low_risk_is_not_visited_without_a_clue() {
    let place = place("rest");
    let (market, labour) = (place.market(), place.labour());
    let desk = &place.city.room.desk;
    let mut files = desk.law().files().clone();
    let rates = files.get_mut("local/grade-2026/rates.md").unwrap();
    *rates = rates
        .replace(
            "{ grade = \"A\", least = 0, most = 100,",
            "{ grade = \"A\", least = 0, most = 0,",
        )
        .replace(
            "{ grade = \"B\", least = 300, most = 500,",
            "{ grade = \"B\", least = 0, most = 0,",
        )
        .replace(
            "expect = { least = 0, most = 100 }",
            "expect = { least = 0, most = 0 }",
        );
    let person = |name: &str| Actor {
        name: name.to_owned(),
        organ: None,
    };
    let proposal = desk
        .propose(&person("zhang"), files, "低风险不入企")
        .unwrap();
    desk.adopt(&person("li"), proposal).unwrap();
    let draw = place.plan(&[("source", "vrf")]);
    let empty = place.city.no(&market, draw, "freeze", &[]);
    assert!(!empty.is_empty(), "nobody can be drawn");
    let fields = [("items", "annual-report"), ("team", "M1,M2")];
    let clue = place.assign(&market, place.firms[2], &fields).unwrap();
    let low = no(place.join(&labour, clue, "labour-patrol", "L1,L2"));
    assert!(low.contains("不实施现场检查"), "{low}");
    assert!(
        place
            .refusals()
            .iter()
            .any(|text| text.contains("不实施现场检查"))
    );
    place.city.whole();
}

#[test]
fn r74_a_remote_check_is_counted_as_such() {
    let place = place("remote");
    let (market, labour) = (place.market(), place.labour());
    let entity = place.firms[6];
    let fields = [
        ("items", "annual-report"),
        ("team", "M1,M2"),
        ("remote", "是"),
    ];
    let id = place.assign(&market, entity, &fields).unwrap();
    place.live(&market, id, "no-problem");
    let burden = place.city.room.desk.store.burden(2026).unwrap();
    assert_eq!((burden.none, burden.once), (40, 0));
    assert_eq!((burden.organs[0].visits, burden.organs[0].remote), (0, 1));
    let shown = place.city.room.desk.inspected(Some(&entity), 1).unwrap();
    assert!(!shown[0].on_site);
    // Nor do caps keep anybody back from being looked at from afar.
    let first = place.drawn(&[]);
    let seen = place.visits(first).remove(0).task.entity.to_string();
    let far = place.drawn(&[("title", "第二批"), ("remote", "是"), ("codes", &seen)]);
    let view = place.city.room.desk.view(&market, far).unwrap().unwrap();
    let left_out = view.facts.iter().find(|fact| fact.label == "未列入名单");
    assert!(left_out.unwrap().text.contains("上限0户"));
    // The visit on site is the first of the year.
    let clue = place
        .assign(
            &labour,
            entity,
            &[("items", "labour-patrol"), ("team", "L1,L2")],
        )
        .unwrap();
    place
        .join(&market, clue, "market-registration", "M1,M2")
        .unwrap_or_else(|no| panic!("{}", no.text()));
    place.city.whole();
}
