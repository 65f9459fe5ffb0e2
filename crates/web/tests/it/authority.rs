//! Who sees and does what with procedures, against a table that is written here by hand.

use crate::procedures::{account, form, get_key, paper, published, town};
use crate::town::{CLEAN, OFFICE, Town, code, penalties};
use axum::http::StatusCode;
use desk::Actor;
use desk::ports::{Files, Role};
use domain::entity::Organ;
use jiff::civil::date;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

const WATCH: &str = "local/platform-rules/watch.md";

/// A list of the watch kind, as a city would write one.
const WATCHLIST: &str = r#"# 重点关注

```rule
id       = "list.type"
list     = "market-watch"
name     = "市场监管重点关注"
kind     = "watchlist"
level    = "local"
from     = "2020-01-03"
article  = "N1"
organ    = "市场监督管理部门"
criteria = [
    { key = "complaints", text = "投诉集中" },
]
evidence = ["penalty-decision"]
notice   = "list-notice"
plea     = "list-plea"
exits    = [
    { key = "term", text = "期限届满，自动解除" },
]
max      = "P6M"
roles    = []
reviewer = "市场监督管理部门"
appeal   = "可以向设置标注的机关提出"
```

```case
why    = "六个月届满"
given  = { list = "market-watch", on = "2026-05-12", findings = ["complaints"], evidence = ["penalty-decision"] }
expect = { ends = "2026-11-12" }
```
"#;

/// Two persons of the office adopt the watch list.
fn adopt_watchlist(town: &Town) {
    let person = |name: &str| Actor {
        name: name.to_owned(),
        organ: Some(code(OFFICE)),
    };
    let changed = Files::from([(WATCH.to_owned(), WATCHLIST.to_owned())]);
    let files = town.desk.with_changes(&changed);
    let proposal = town.desk.propose(&person("office"), files, "试用").unwrap();
    town.desk.adopt(&person("deputy"), proposal).unwrap();
}

async fn begun(town: &Town, key: &str, path: &str, body: &Value) -> u64 {
    let path = format!("/api/v1/procedures/{path}");
    let answer = town.post_json(key, &path, &body.to_string()).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{path} {}", answer.text);
    answer.json()["procedure"].as_u64().unwrap()
}

/// Everybody who calls, and whose key it is.
const CALLERS: [&str; 8] = [
    "office", "market", "traffic", "audit", "counter", "entity", "clean", "shandong",
];

/// One procedure of each noun. By its name: the number, who sees it, and who may do what with it.
struct City {
    town: Town,
    cases: Vec<Case>,
}

struct Case {
    name: &'static str,
    id: u64,
    seen: Vec<&'static str>,
    verbs: BTreeMap<&'static str, Vec<&'static str>>,
}

fn case(
    name: &'static str,
    id: u64,
    seen: &[&'static str],
    verbs: &[(&'static str, &[&'static str])],
) -> Case {
    Case {
        name,
        id,
        seen: seen.to_vec(),
        verbs: verbs
            .iter()
            .map(|(verb, who)| (*verb, who.to_vec()))
            .collect(),
    }
}

/// An audit office and a partner beside those of the town.
fn neighbours(town: &Town) -> (String, String) {
    let traffic = domain::code::with_check("11370400MAY000099").unwrap();
    let audit = domain::code::with_check("11370400MAY000088").unwrap();
    let organ = Organ {
        code: audit,
        name: "枣庄市拟设审计局".to_owned(),
        parent: None,
        division: "370400".to_owned(),
    };
    town.desk.register_organ(&Actor::operator(), organ).unwrap();
    account(town, "audit", Role::Organ, Some(audit));
    account(town, "shandong", Role::Partner, None);
    (traffic.to_string(), audit.to_string())
}

async fn city() -> City {
    let town = town();
    adopt_watchlist(&town);
    let (traffic, audit) = neighbours(&town);
    town.intake("penalty-2018", &penalties());
    let commitment = Value::Object(paper(CLEAN, "37040020260601000001"));
    let commitment = begun(&town, "key-traffic", "commitment/register", &commitment).await;
    let listing = published(&town).await;
    let using = json!({ "listing": listing, "measure": "market-commitment", "matter": "commitment", "case_no": "办1" });
    let measure = begun(&town, "key-traffic", "measure/use", &using).await;
    let tag = json!({ "list": "market-watch", "entity": CLEAN, "reason": "金丝雀标注事由" });
    let attention = begun(&town, "key-market", "attention/tag", &tag).await;
    let referral = json!({
        "breaker": "organ", "code": OFFICE, "effective": "2026-06-01", "facts": "金丝雀通报事实",
        "document_name": "判决书", "document_number": "鲁04民终1号", "document_on": "2026-06-01",
        "superior": traffic, "audit": audit,
    });
    let referral = begun(&town, "key-market", "referral/refer", &referral).await;
    let objection = json!({ "record": listing, "grounds": "处罚已被复议机关受理" });
    let objection = begun(&town, "key-entity", "objection/file", &objection).await;
    let (lead, user) = (&["market"][..], &["traffic"][..]);
    let mut cases = inspections(&town).await;
    cases.extend([
        case(
            "listing",
            listing,
            &["office", "market", "entity"],
            &[
                ("leave", lead),
                ("revoke", &["market", "office"]),
                ("deregister", &["market", "office"]),
            ],
        ),
        case("measure", measure, &["office", "traffic", "entity"], &[]),
        case(
            "feedback",
            feedback_of(&town, measure),
            &["office", "traffic"],
            &[("report", user)],
        ),
        case("attention", attention, lead, &[("clear", lead)]),
        case(
            "referral",
            referral,
            &["market", "traffic"],
            &[("receive", &["market", "traffic"])],
        ),
        case(
            "commitment",
            commitment,
            &["office", "traffic", "clean"],
            &[
                ("keep", user),
                ("find", user),
                ("suspend", user),
                ("resume", user),
            ],
        ),
        case(
            "objection",
            objection,
            &["office", "market", "entity", "counter"],
            &[
                ("forward", &["office"]),
                ("suspend", &["office"]),
                ("resume", &["office"]),
                ("withdraw", &["entity", "counter"]),
            ],
        ),
    ]);
    City { town, cases }
}

/// An inspector, a batch that was planned, and a visit of which the entity was told.
async fn inspections(town: &Town) -> Vec<Case> {
    let today = town.desk.clock.today();
    let until = today.checked_add(jiff::Span::new().days(50)).unwrap();
    let mut inspector = 0;
    for number in ["拟证1号", "拟证2号"] {
        let fields = json!({ "certificate": number, "called": "拟某", "lines": "market", "until": "2030-01-01" });
        inspector = begun(town, "key-market", "inspector/enrol", &fields).await;
    }
    let batch = json!({
        "title": "第一批", "items": "annual-report", "from": today, "until": until,
        "source": "parties", "parties": "企业代表,媒体代表",
    });
    let draw = begun(town, "key-market", "draw/plan", &batch).await;
    let visit = json!({
        "entity": CLEAN, "exception": "complaint", "words": "多人投诉", "items": "annual-report",
        "team": "拟证1号,拟证2号", "until": until,
    });
    let visit = begun(town, "key-market", "visit/assign", &visit).await;
    let acts = [
        (
            "approve",
            json!({ "document_name": "审批表", "document_number": "检1号", "document_on": today }),
        ),
        (
            "notify",
            json!({ "delivery_method": "direct", "delivery_proof": "回证1", "delivery_on": today }),
        ),
    ];
    for (verb, body) in acts {
        let path = format!("/api/v1/procedures/{visit}/acts/{verb}");
        let answer = town.post_json("key-market", &path, &body.to_string()).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{verb} {}", answer.text);
    }
    let both = &["market", "office"][..];
    vec![
        case(
            "inspector",
            inspector,
            both,
            &[("amend", both), ("recuse", both), ("leave", both)],
        ),
        case(
            "draw",
            draw,
            both,
            &[("commit", both), ("freeze", both), ("void", both)],
        ),
        case(
            "visit",
            visit,
            &["office", "market", "clean"],
            &[
                ("ask_recusal", &["clean"]),
                ("declare_recusal", both),
                ("fill", both),
                ("begin_visit", both),
                ("unreached", both),
                ("call_off", both),
            ],
        ),
    ]
}

fn feedback_of(town: &Town, measure: u64) -> u64 {
    let filter = desk::ports::Filter {
        noun: Some("feedback".to_owned()),
        about: Some(measure),
        limit: 1,
        ..desk::ports::Filter::default()
    };
    town.desk.store.procedures(&filter).unwrap()[0].id
}

#[tokio::test]
async fn nobody_sees_or_does_more_with_a_procedure_than_the_table_says() {
    let City { town, cases } = city().await;
    for case in &cases {
        for caller in CALLERS {
            let key = format!("key-{caller}");
            let path = format!("/api/v1/procedures/{}", case.id);
            let view = get_key(&town, &key, &path).await;
            let name = format!("{} {caller}", case.name);
            let wanted = match (caller, case.seen.contains(&caller)) {
                ("shandong", _) => StatusCode::FORBIDDEN,
                (_, true) => StatusCode::OK,
                (_, false) => StatusCode::NOT_FOUND,
            };
            assert_eq!(view.status, wanted, "{name} {}", view.text);
            if wanted == StatusCode::OK {
                let view = view.json();
                let offered = view["verbs"].as_array().unwrap().iter();
                let offered: BTreeSet<&str> =
                    offered.map(|verb| verb["word"].as_str().unwrap()).collect();
                let lawful = case.verbs.iter();
                let lawful = lawful.filter(|(_, who)| who.contains(&caller));
                let lawful: BTreeSet<&str> = lawful.map(|(verb, _)| *verb).collect();
                assert_eq!(offered, lawful, "{name}");
            }
            for (verb, holders) in &case.verbs {
                let path = format!("/api/v1/procedures/{}/acts/{verb}", case.id);
                let size = town.desk.store.size().unwrap();
                let body = json!({ "no-such-field": 1 }).to_string();
                let answer = town.post_json(&key, &path, &body).await;
                let wanted = match (wanted, holders.contains(&caller)) {
                    (StatusCode::OK, true) => StatusCode::UNPROCESSABLE_ENTITY,
                    (StatusCode::OK, false) => StatusCode::FORBIDDEN,
                    (other, _) => other,
                };
                assert_eq!(answer.status, wanted, "{name} {verb} {}", answer.text);
                assert_eq!(town.desk.store.size().unwrap(), size, "{name} {verb}");
            }
        }
    }
    listed_as_seen(&town, &cases).await;
}

/// Lists and pages hold exactly what a look at each procedure by itself would show.
async fn listed_as_seen(town: &Town, cases: &[Case]) {
    for caller in CALLERS.iter().filter(|caller| **caller != "shandong") {
        let key = format!("key-{caller}");
        for case in cases {
            let path = format!("/api/v1/procedures?noun={}&limit=500", case.name);
            let listed = get_key(town, &key, &path).await.json();
            let ids = listed["procedures"].as_array().unwrap().iter();
            let found = ids.map(|row| &row["id"]).any(|id| *id == case.id);
            assert_eq!(found, case.seen.contains(caller), "{caller} {}", case.name);
        }
    }
    for name in ["office", "market", "traffic", "audit", "counter"] {
        let cookie = town.log_in(name).await;
        for case in cases {
            let place = format!("/desk/procedures/{}", case.id);
            let page = town.get_as(&cookie, &place).await;
            let seen = case.seen.contains(&name);
            let wanted = if seen {
                StatusCode::OK
            } else {
                StatusCode::NOT_FOUND
            };
            assert_eq!(page.status, wanted, "{name} {}", case.name);
            let list = format!("/desk/procedures?noun={}", case.name);
            let list = town.get_as(&cookie, &list).await.text;
            let link = format!("\"{place}\"");
            assert_eq!(list.contains(&link), seen, "{name} {}", case.name);
            for (verb, holders) in &case.verbs {
                let path = format!("{place}/{verb}");
                let sent = form(&[("no-such-field", "1")]);
                let answer = town.post_form(&cookie, &path, &sent).await;
                let wanted = match (seen, holders.contains(&name)) {
                    (false, _) => StatusCode::NOT_FOUND,
                    (true, false) => StatusCode::FORBIDDEN,
                    (true, true) => StatusCode::UNPROCESSABLE_ENTITY,
                };
                assert_eq!(answer.status, wanted, "{name} {} {verb}", case.name);
            }
        }
    }
}

/// R89, R91: neither tags nor referrals are known to anybody but those whose they are.
#[tokio::test]
async fn r91_a_tag_and_a_referral_are_seen_nowhere_else() {
    let City { town, cases } = city().await;
    let id = |name: &str| cases.iter().find(|case| case.name == name).unwrap().id;
    let (attention, referral) = (id("attention"), id("referral"));
    town.clock.set(date(2026, 9, 1));
    // What is refused is noted, and the note is as little the office's to read.
    let again = json!({ "list": "market-watch", "entity": CLEAN, "reason": "金丝雀", "until": "2020-01-01" });
    town.post_json(
        "key-market",
        "/api/v1/procedures/attention/tag",
        &again.to_string(),
    )
    .await;
    let mut texts = Vec::new();
    for path in [
        "/".to_owned(),
        format!("/entity/{CLEAN}"),
        format!("/search?q={CLEAN}"),
        format!("/api/v1/entities/{CLEAN}"),
        format!("/api/v1/entities/{CLEAN}/records"),
        format!("/api/v1/entities/{CLEAN}/commitments"),
        "/api/v1/changes?limit=1000".to_owned(),
        "/withdrawn".to_owned(),
    ] {
        texts.push((path.clone(), town.get(&path).await.text));
    }
    for name in ["office", "traffic", "audit", "counter"] {
        let cookie = town.log_in(name).await;
        for path in [
            "/desk",
            "/desk/procedures",
            "/desk/procedures?noun=attention",
            "/desk/procedures?noun=notice",
            "/desk/refusals",
            "/desk/inbox",
            "/desk/notices/dead",
            "/desk/exchange",
            "/desk/effects",
            "/desk/duties",
        ] {
            texts.push((
                format!("{name} {path}"),
                town.get_as(&cookie, path).await.text,
            ));
        }
        let place = format!("/desk/procedures/{attention}");
        assert_eq!(
            town.get_as(&cookie, &place).await.status,
            StatusCode::NOT_FOUND,
            "{name}"
        );
    }
    for key in [
        "key-office",
        "key-traffic",
        "key-audit",
        "key-counter",
        "key-entity",
        "key-clean",
    ] {
        let listed = get_key(&town, key, "/api/v1/procedures?limit=500")
            .await
            .text;
        assert!(!listed.contains("\"attention\""), "{key} {listed}");
        let screened = json!({ "code": CLEAN, "matter": "licence-approval", "case_no": "A1" });
        let sheet = town
            .post_json(key, "/api/v1/screenings", &screened.to_string())
            .await;
        texts.push((format!("{key} screening"), sheet.text));
    }
    for (place, text) in texts {
        for canary in [
            "金丝雀标注事由",
            "重点关注标注</td>",
            "market-watch",
            "市场监管重点关注",
        ] {
            assert!(!text.contains(canary), "R91 {place} shows {canary}");
        }
        let referred = ["traffic", "audit"]
            .iter()
            .any(|name| place.starts_with(name));
        for canary in ["金丝雀通报事实", "鲁04民终1号"] {
            assert!(
                referred || !text.contains(canary),
                "R89 {place} shows {canary}"
            );
        }
    }
    let office = get_key(
        &town,
        "key-office",
        &format!("/api/v1/procedures/{referral}"),
    )
    .await;
    assert_eq!(office.status, StatusCode::NOT_FOUND);
}
