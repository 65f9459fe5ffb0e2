//! Draws and visits as anybody sees them.

use crate::procedures::account;
use crate::town::{Answer, CLEAN, ENTITY, MARKET, Town, code};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use desk::Actor;
use desk::entity::Confirmed;
use desk::ports::Role;
use desk::procedure::{Given, Noun, Who};
use domain::code::Code;
use domain::inspection::draw::{self, Published};
use domain::ledger::Suite;
use jiff::civil::date;
use std::fs;

/// Who holds which certificate; the names are nobody's business outside.
const INSPECTORS: [(&str, &str); 3] = [
    ("鲁D-市监-001", "金丝雀检查员甲"),
    ("鲁D-市监-002", "金丝雀检查员乙"),
    ("鲁D-市监-003", "金丝雀检查员丙"),
];

/// Who makes the seed, and what each keeps to itself until the frame is frozen.
const PARTIES: [(&str, &str); 2] = [
    ("市拟设信用办", "金丝雀数值一二三四五六七八九十甲"),
    ("企业代表", "金丝雀数值一二三四五六七八九十乙"),
];

fn market() -> Who {
    Who {
        account: "market".to_owned(),
        role: Role::Organ,
        code: Some(code(MARKET)),
        person: None,
    }
}

fn given(fields: &[(&str, &str)]) -> Given {
    let pairs = fields.iter();
    pairs
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
        .collect()
}

fn begin(town: &Town, noun: Noun, verb: &str, fields: &[(&str, &str)]) -> u64 {
    let done = town.desk.begin(&market(), noun, verb, given(fields));
    done.unwrap_or_else(|no| panic!("{verb}: {}", no.text()))
        .procedure
}

fn act(town: &Town, id: u64, verb: &str, fields: &[(&str, &str)]) {
    let done = town.desk.act(&market(), id, verb, given(fields));
    done.unwrap_or_else(|no| panic!("{verb}: {}", no.text()));
}

/// Sixty more firms, all of them graded, and three inspectors.
fn town() -> (Town, Vec<Code>) {
    let town = Town::new();
    account(&town, "entity", Role::Entity, Some(code(ENTITY)));
    account(&town, "clean", Role::Entity, Some(code(CLEAN)));
    let firm = |number: usize| domain::code::with_check(&format!("91370404MAY5{number:05}"));
    let mut firms: Vec<Code> = (10_000..10_060).filter_map(firm).collect();
    let mut table = "统一社会信用代码,名称\n".to_owned();
    for (place, firm) in firms.iter().enumerate() {
        table += &format!("{firm},枣庄拟抽{place}号有限公司\n");
    }
    let file = town.folder.join("firms.csv");
    fs::write(&file, table).unwrap();
    let operator = Actor::operator();
    town.desk
        .import_entities(&operator, &file, &Confirmed::None, &mut |_| {})
        .unwrap();
    town.desk
        .grade_all(&Actor::timer(), date(2026, 6, 1), &mut |_| {})
        .unwrap();
    firms.extend([code(ENTITY), code(CLEAN)]);
    for (certificate, called) in INSPECTORS {
        let fields = [
            ("certificate", certificate),
            ("called", called),
            ("lines", "market"),
            ("until", "2027-12-31"),
        ];
        begin(&town, Noun::Inspector, "enrol", &fields);
    }
    (town, firms)
}

fn plan(town: &Town, more: &[(&str, &str)]) -> u64 {
    let names = PARTIES.map(|(name, _)| name).join("，");
    let fields = [
        ("title", "年度报告公示信息抽查（六月）"),
        ("items", "annual-report"),
        ("from", "2026-06-10"),
        ("until", "2026-06-30"),
        ("within", "100"),
        ("source", "parties"),
        ("parties", &names),
    ];
    begin(town, Noun::Draw, "plan", &[&fields[..], more].concat())
}

fn freeze(town: &Town, id: u64) {
    for (name, value) in PARTIES {
        let commitment = format!("{:x}", draw::commitment(Suite::International, name, value));
        let fields = [("party", name), ("commitment", &commitment)];
        act(town, id, "commit", &fields);
    }
    act(town, id, "freeze", &[]);
}

fn reveal(town: &Town, id: u64, (party, value): (&str, &str)) {
    act(town, id, "reveal", &[("party", party), ("value", value)]);
}

/// A batch that was drawn.
fn drawn(town: &Town) -> u64 {
    let id = plan(town, &[]);
    freeze(town, id);
    PARTIES
        .into_iter()
        .for_each(|party| reveal(town, id, party));
    act(town, id, "draw", &[]);
    id
}

async fn file(town: &Town, id: u64) -> (Answer, Published) {
    let answer = town.get(&format!("/draws/{id}/file.json")).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let file = serde_json::from_str(&answer.text).unwrap();
    (answer, file)
}

fn verified(file: &Published) -> draw::Verified {
    draw::verify(file, &|_, _, _| None).unwrap_or_else(|no| panic!("{no}"))
}

#[tokio::test]
async fn r61_anybody_computes_a_draw_again_from_the_file_of_its_page() {
    let (town, _) = town();
    let id = drawn(&town);
    let (answer, published) = file(&town, id).await;
    assert!(verified(&published).seed.is_some());
    assert!((3..=4).contains(&published.drawn.len()));
    let name = format!("attachment; filename=\"draw-{id}.json\"");
    assert_eq!(answer.header("content-disposition"), name);
    let page = town.get(&format!("/draws/{id}")).await;
    let seed = published.seed.as_ref().unwrap().value().to_owned();
    let entry = format!("第 {} 条", published.frozen.entry);
    let mut wanted = vec![
        published.digest.clone(),
        seed,
        entry,
        format!("/draws/{id}/file.json"),
        "/draws/verify".to_owned(),
        "/law/".to_owned(),
        "枣庄市拟设市场监督管理局（市场监管）".to_owned(),
    ];
    wanted.extend(PARTIES.map(|(_, value)| value.to_owned()));
    let drawn = published.drawn.iter();
    wanted.extend(drawn.map(|drawn| format!("/entity/{}", drawn.code)));
    for text in &wanted {
        assert!(page.text.contains(text), "{text} {}", page.text);
    }
    assert!(
        page.text.contains(INSPECTORS[0].0),
        "certificates are shown"
    );
    let list = town.get("/draws").await.text;
    for text in ["年度报告公示信息抽查（六月）", "已抽取", "共同产生", "抽取"]
    {
        assert!(list.contains(text), "{text} {list}");
    }
    let verify = town.get("/draws/verify").await.text;
    assert!(
        verify.contains(&format!("/draws/{id}/file.json")),
        "{verify}"
    );
}

#[tokio::test]
async fn r61_the_file_is_sent_once_and_then_known_by_its_tag() {
    let (town, _) = town();
    let id = plan(&town, &[]);
    freeze(&town, id);
    let path = format!("/draws/{id}/file.json");
    let before = town.get(&path).await;
    let ask = |tag: &str| {
        let request = Request::get(&path).header(header::IF_NONE_MATCH, tag);
        town.send(request.body(Body::empty()).unwrap())
    };
    let tag = before.header("etag").to_owned();
    assert_eq!(ask(&tag).await.status, StatusCode::NOT_MODIFIED);
    PARTIES
        .into_iter()
        .for_each(|party| reveal(&town, id, party));
    act(&town, id, "draw", &[]);
    let after = ask(&tag).await;
    assert_eq!(after.status, StatusCode::OK, "a drawn file is another one");
    assert_ne!(after.header("etag"), tag);
}

#[tokio::test]
async fn r61_before_the_draw_nothing_but_the_frozen_frame_is_shown() {
    let (town, firms) = town();
    let id = plan(&town, &[]);
    let early = town.get(&format!("/draws/{id}/file.json")).await;
    assert_eq!(early.status, StatusCode::NOT_FOUND);
    assert!(early.text.contains("还没有冻结名单"), "{}", early.text);
    freeze(&town, id);
    reveal(&town, id, PARTIES[0]);
    let (answer, published) = file(&town, id).await;
    assert_eq!(verified(&published).seed, None);
    let members = answer.json();
    let mut members: Vec<&String> = members.as_object().unwrap().keys().collect();
    members.sort();
    assert_eq!(members, ["digest", "format", "frame", "frozen"]);
    let page = town.get(&format!("/draws/{id}")).await;
    assert!(page.text.contains(&published.digest));
    assert!(
        page.text.contains("各参与方公开数值后抽取"),
        "{}",
        page.text
    );
    assert!(!page.text.contains("抽取结果（"));
    let list = town.get("/draws").await;
    for text in [&page.text, &answer.text, &list.text] {
        assert!(!text.contains("金丝雀"), "no value before all have spoken");
        for firm in &firms {
            assert!(!text.contains(firm.as_str()), "{firm}");
        }
    }
}

#[tokio::test]
async fn r61_nobody_learns_of_organisations_that_were_not_drawn_nor_of_inspectors_names() {
    let (town, firms) = town();
    let id = drawn(&town);
    let (_, published) = file(&town, id).await;
    let undrawn = |firm: &&Code| published.drawn.iter().all(|drawn| drawn.code != **firm);
    let undrawn: Vec<&Code> = firms.iter().filter(undrawn).collect();
    assert!(undrawn.len() > 50);
    for path in [
        "/draws".to_owned(),
        format!("/draws/{id}"),
        format!("/draws/{id}?from=2"),
        format!("/draws/{id}/file.json"),
        "/draws/verify".to_owned(),
        "/inspections".to_owned(),
    ] {
        let answer = town.get(&path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path} {}", answer.text);
        for firm in &undrawn {
            assert!(!answer.text.contains(firm.as_str()), "{path} {firm}");
        }
        for (_, name) in INSPECTORS {
            assert!(!answer.text.contains(name), "{path} names {name}");
        }
    }
}

#[tokio::test]
async fn r61_a_batch_that_ends_without_a_draw_names_who_kept_silent() {
    let (town, _) = town();
    let id = plan(&town, &[]);
    freeze(&town, id);
    reveal(&town, id, PARTIES[0]);
    act(&town, id, "void", &[("reason", "逾期没有公开数值")]);
    let page = town.get(&format!("/draws/{id}")).await.text;
    assert!(page.contains("没有抽取就终止了"), "{page}");
    assert!(page.contains("<strong>企业代表</strong>"), "{page}");
    assert!(
        !page.contains("<strong>市拟设信用办"),
        "who spoke is not named"
    );
    assert!(!page.contains("金丝雀"), "what one said leads to nothing");
    let (_, published) = file(&town, id).await;
    assert_eq!(verified(&published).seed, None);
    let nowhere = town.get("/draws/99999").await;
    assert_eq!(nowhere.status, StatusCode::NOT_FOUND);
    assert!(nowhere.text.contains("没有编号为 99999 的抽查批次"));
    let nowhere = town.get("/draws/99999/file.json").await;
    assert_eq!(nowhere.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn r65_only_published_items_are_inspected_and_the_page_names_their_articles() {
    let (town, _) = town();
    let fields = [
        ("title", "抽查"),
        ("items", "whatever-comes-to-mind"),
        ("from", "2026-06-10"),
        ("until", "2026-06-30"),
        ("source", "parties"),
        ("parties", "甲，乙"),
    ];
    let no = town
        .desk
        .begin(&market(), Noun::Draw, "plan", given(&fields));
    let no = no.map(|_| ()).unwrap_err().text();
    assert!(no.contains("没有公布，不得检查"), "{no}");
    let id = plan(&town, &[]);
    let page = town.get(&format!("/draws/{id}")).await.text;
    for text in [
        "年度报告和公示信息抽查",
        "/law/cn/sc-enterprise-2014#",
        "待",
    ] {
        assert!(page.contains(text), "{text} {page}");
    }
    let catalog = town.get("/catalogs/inspections").await.text;
    assert!(catalog.contains("href=\"/draws\""));
}

#[tokio::test]
async fn r61_an_organisation_finds_its_own_line_and_nobody_elses() {
    let (town, _) = town();
    let id = plan(&town, &[("codes", ENTITY), ("about", "1")]);
    freeze(&town, id);
    let cookie = town.log_in("entity").await;
    let mine = town.get_as(&cookie, "/my").await.text;
    let own = town.desk.own_ticket(id, code(ENTITY)).unwrap().unwrap();
    let (_, published) = file(&town, id).await;
    assert!(published.frame.contains(&own.ticket.to_string()));
    for text in [
        "抽查名单中的本单位",
        &own.ticket.to_string(),
        &own.salt.to_string(),
        "第 0 层第 0 号",
        "待抽取",
        "/draws/verify#code",
    ] {
        assert!(mine.contains(text), "{text} {mine}");
    }
    let clean = town.log_in("clean").await;
    let other = town.get_as(&clean, "/my").await.text;
    assert!(other.contains("不在名单中，不会被抽到"), "{other}");
    assert!(!other.contains(&own.salt.to_string()));
}

#[tokio::test]
async fn r65_an_organisation_shows_its_code_to_inspectors() {
    let (town, _) = town();
    let cookie = town.log_in("entity").await;
    let request = Request::get("/my")
        .header(header::COOKIE, &cookie)
        .header(header::HOST, "credit.example");
    let page = town.send(request.body(Body::empty()).unwrap()).await.text;
    let text = format!("http://credit.example/entity/{ENTITY}");
    assert!(
        page.contains(&format!("aria-label=\"企业码：{text}\"")),
        "{page}"
    );
    assert!(page.contains("<path d=\"M4 4h1v1h-1z"));
}

#[tokio::test]
async fn r66_results_are_public_and_burden_is_for_desks() {
    let (town, _) = town();
    let page = town.get("/inspections").await.text;
    assert!(page.contains("检查结果本身不是处罚"), "{page}");
    let entity = town.get(&format!("/entity/{ENTITY}")).await.text;
    assert!(entity.contains("检查结果（0）"));
    let office = town.log_in("office").await;
    let burden = town.get_as(&office, "/desk/burden").await;
    assert_eq!(burden.status, StatusCode::OK);
    assert!(
        burden.text.contains("2026 年，名录中共 63 户"),
        "{}",
        burden.text
    );
    let counter = town.log_in("counter").await;
    let refused = town.get_as(&counter, "/desk/burden").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let clean = town.log_in("clean").await;
    let refused = town.get_as(&clean, "/desk/burden").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}

/// The visits that came of a draw, oldest first, with their organisations.
fn visits(town: &Town) -> Vec<(u64, Code)> {
    let filter = desk::ports::Filter {
        noun: Some("visit".to_owned()),
        ascending: true,
        limit: 100,
        ..desk::ports::Filter::default()
    };
    let rows = town.desk.store.procedures(&filter).unwrap().into_iter();
    rows.filter_map(|row| Some((row.id, row.entity?))).collect()
}

/// Certificates of the team of an organisation, in the published file.
fn team(file: &Published, firm: &Code) -> Vec<String> {
    let frame = draw::Frame::read(&file.frame).unwrap();
    let drawn = file.drawn.iter().find(|drawn| drawn.code == *firm).unwrap();
    let members = drawn.teams[0].iter();
    let certificate = |number: &u32| frame.inspectors[*number as usize].certificate.clone();
    members.map(certificate).collect()
}

fn approved(town: &Town, id: u64) {
    let paper = [
        ("document_name", "检查审批表"),
        ("document_number", "枣市监检〔2026〕1号"),
        ("document_on", "2026-06-10"),
    ];
    act(town, id, "approve", &paper);
}

#[tokio::test]
async fn r67_what_changes_after_the_draw_stands_on_the_page_with_its_reason() {
    let (town, _) = town();
    let draw = drawn(&town);
    let (_, before) = file(&town, draw).await;
    town.clock.set(date(2026, 6, 10));
    let visits = visits(&town);
    let ((moved, gone), (contested, firm)) = (visits[0], visits[1]);
    let away = team(&before, &firm)[0].clone();
    let digest = domain::ledger::Hash::from_bytes([7; 32]);
    let evidence = format!("p1.jpg image/jpeg 20480 {digest} 门头");
    approved(&town, moved);
    let fields = [
        ("why", "closed"),
        ("words", "大门上锁，无人办公"),
        ("evidence", &evidence),
    ];
    act(&town, moved, "unreached", &fields);
    let ask = [
        ("certificate", &*away),
        ("ground", "kin"),
        ("words", "金丝雀理由"),
    ];
    act(&town, contested, "declare_recusal", &ask);
    let decide = [
        ("certificate", &*away),
        ("granted", "1"),
        ("reason", "金丝雀理由"),
    ];
    act(&town, contested, "decide_recusal", &decide);
    let (_, after) = file(&town, draw).await;
    assert!(verified(&after).seed.is_some(), "the changes hold as well");
    let page = town.get(&format!("/draws/{draw}")).await.text;
    let came = after.changes.iter().find_map(|change| match change {
        draw::Change::Replaced(replaced) => Some(replaced.by.code),
        draw::Change::Redrawn(_) => None,
    });
    let wanted = [
        "抽取后的变更（2）".to_owned(),
        "已由候补递补".to_owned(),
        format!("/entity/{}", came.unwrap()),
        format!("检查人员 {away} 不参加，重新抽取"),
        format!("代替{}", town.desk.name(&gone).unwrap()),
    ];
    for text in &wanted {
        assert!(page.contains(text), "{text} {page}");
    }
    assert!(
        !page.contains("金丝雀理由"),
        "why he stays away is not public"
    );
}

#[tokio::test]
async fn r66_what_was_found_is_shown_and_what_nobody_looked_at_again_is_told() {
    let (town, _) = town();
    let draw = drawn(&town);
    let (_, published) = file(&town, draw).await;
    town.clock.set(date(2026, 6, 10));
    let (id, firm) = visits(&town)[0];
    let team = team(&published, &firm).join("，");
    approved(&town, id);
    let served = [
        ("delivery_method", "direct"),
        ("delivery_proof", "送达回证1号"),
        ("delivery_on", "2026-06-10"),
    ];
    act(&town, id, "notify", &served);
    let enter = [("on", "2026-06-10"), ("scanned", "1"), ("present", &*team)];
    act(&town, id, "begin_visit", &enter);
    let quiet = town.get("/inspections").await.text;
    assert!(
        !quiet.contains(firm.as_str()),
        "nothing is shown before its time"
    );
    let record = [
        ("result.annual-report", "false-published"),
        ("words.annual-report", "金丝雀笔录"),
        ("signed_by", &*team),
        ("note", "负责人不在场"),
    ];
    act(&town, id, "record", &record);
    let again = [
        ("item", "annual-report"),
        ("what", "复核更正情况"),
        ("by_day", "2026-06-20"),
    ];
    act(&town, id, "set_follow_up", &again);
    act(&town, id, "publish", &[]);
    for path in [
        "/inspections".to_owned(),
        format!("/inspections?organ={MARKET}"),
        format!("/entity/{firm}"),
    ] {
        let page = town.get(&path).await.text;
        for text in [
            "年度报告和公示信息抽查",
            "公示信息隐瞒真实情况、弄虚作假",
            "枣庄市拟设市场监督管理局",
            "2026-06-10",
            "入企",
            &format!("/draws/{draw}"),
        ] {
            assert!(page.contains(text), "{path} {text} {page}");
        }
        assert!(!page.contains("金丝雀"), "{path}: the record stays inside");
    }
    let other = town
        .get(&format!("/inspections?organ={}", crate::town::OFFICE))
        .await;
    assert!(!other.text.contains(firm.as_str()));
    town.clock.set(date(2026, 6, 25));
    let rows = [("office", true), ("market", true), ("traffic", false)];
    for (name, owed) in rows {
        let cookie = town.log_in(name).await;
        let page = town.get_as(&cookie, "/desk/burden").await.text;
        let late = page.contains("2026-06-20");
        assert_eq!(late, owed, "{name} {page}");
        assert!(page.contains("<td data-name=\"户数\" class=\"num\">1</td>"));
    }
}
