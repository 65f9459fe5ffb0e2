//! Inspectors' phones: who sees what, what is taken once, and what never becomes a file.

use crate::procedures::account;
use crate::town::{Answer, ENTITY, MARKET, Town, code};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use desk::ports::Role;
use desk::procedure::{Given, Noun, Who};
use domain::ledger::Suite;
use serde_json::{Value, json};

const TEAM: [(&str, &str); 2] = [
    ("鲁D-市监-101", "金丝雀检查员丁"),
    ("鲁D-市监-102", "金丝雀检查员戊"),
];
const PHOTO: &[u8] = b"\xff\xd8\xff\xe0 a photograph of a door";

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

fn act(town: &Town, id: u64, verb: &str, fields: &[(&str, &str)]) {
    let done = town.desk.act(&market(), id, verb, given(fields));
    done.unwrap_or_else(|no| panic!("{verb}: {}", no.text()));
}

/// Two inspectors with phones, and a visit that nobody approved yet.
fn town() -> (Town, u64) {
    let town = Town::new();
    account(&town, "entity", Role::Entity, Some(code(ENTITY)));
    let begin = |noun, verb, fields: &[(&str, &str)]| {
        let done = town.desk.begin(&market(), noun, verb, given(fields));
        done.unwrap_or_else(|no| panic!("{verb}: {}", no.text()))
            .procedure
    };
    for (number, (certificate, called)) in TEAM.into_iter().enumerate() {
        let name = format!("phone-{number}");
        account(&town, &name, Role::Organ, Some(code(MARKET)));
        let fields = [
            ("certificate", certificate),
            ("called", called),
            ("lines", "market"),
            ("until", "2027-12-31"),
            ("account", &name),
        ];
        begin(Noun::Inspector, "enrol", &fields);
    }
    let team = TEAM.map(|(certificate, _)| certificate).join(",");
    let fields = [
        ("entity", ENTITY),
        ("exception", "complaint"),
        ("words", "多人投诉"),
        ("items", "annual-report"),
        ("team", &team),
        ("until", "2026-06-30"),
    ];
    let visit = begin(Noun::Visit, "assign", &fields);
    (town, visit)
}

fn approve(town: &Town, visit: u64) {
    let document = [
        ("document_name", "行政检查审批表"),
        ("document_number", "检审1号"),
        ("document_on", "2026-06-01"),
    ];
    act(town, visit, "approve", &document);
    let delivery = [
        ("delivery_method", "direct"),
        ("delivery_proof", "送达回证1号"),
        ("delivery_on", "2026-06-01"),
    ];
    act(town, visit, "notify", &delivery);
}

fn hex(bytes: &[u8]) -> String {
    format!("{:x}", Suite::International.digest(&[bytes]))
}

fn sheet(visit: u64) -> Value {
    let team = TEAM.map(|(certificate, _)| certificate);
    json!({
        "client": "c-1",
        "visit": visit,
        "begin": { "on": "2026-06-01", "scanned": true, "present": team, "device": "手机-1", "at": "2026-06-01T09:00:00+08:00" },
        "results": [{ "item": "annual-report", "result": "no-problem", "words": "已核对", "answers": [{ "key": "on-time", "answer": true }] }],
        "evidence": [{ "name": "p1.jpg", "media": "image/jpeg", "bytes": PHOTO.len(), "digest": hex(PHOTO), "note": "门头" }],
        "signed_by": team,
        "note": "负责人不在场",
        "taken": "2026-06-01T10:00:00+08:00",
    })
}

async fn send(town: &Town, cookie: &str, owner: &str, sheet: &Value) -> Answer {
    let request = Request::post(format!("/field/sync?account={owner}"))
        .header(header::COOKIE, cookie)
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(sheet.to_string()));
    town.send(request.unwrap()).await
}

async fn put(town: &Town, cookie: &str, name: &str, bytes: &[u8]) -> Answer {
    let request = Request::put(format!("/field/evidence/{name}"))
        .header(header::COOKIE, cookie)
        .body(Body::from(bytes.to_vec()));
    town.send(request.unwrap()).await
}

#[tokio::test]
async fn r65_the_page_says_what_is_not_in_force_and_only_to_the_organ() {
    let (town, visit) = town();
    for path in ["/field", "/field/evidence/x?visit=1"] {
        let answer = town.get(path).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}");
    }
    let answer = town.get("/field/tasks.json").await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{}", answer.text);
    assert_eq!(answer.header("cache-control"), "no-store");
    for name in ["entity", "office", "counter"] {
        let cookie = town.log_in(name).await;
        for path in ["/field", "/field/tasks.json"] {
            let answer = town.get_as(&cookie, path).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{name} {path}");
        }
        let answer = send(&town, &cookie, name, &sheet(visit)).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{name}");
        let answer = put(&town, &cookie, &hex(PHOTO), PHOTO).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{name}");
    }
    for name in ["traffic", "market"] {
        let cookie = town.log_in(name).await;
        let answer = town.get_as(&cookie, "/field/tasks.json").await;
        assert_eq!(answer.json()["tasks"], json!([]), "{name} goes nowhere");
        let answer = put(&town, &cookie, &hex(PHOTO), PHOTO).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{name}");
    }
    let cookie = town.log_in("phone-0").await;
    let page = town.get_as(&cookie, "/field").await;
    assert!(page.text.contains("审批表未批准"), "{}", page.text);
    assert!(page.text.contains("不得开始检查") && page.text.contains("data-account=\"phone-0\""));
    let answer = town.get_as(&cookie, "/field/tasks.json").await;
    let task = &answer.json()["tasks"][0];
    assert_eq!(task["visit"], visit);
    assert_eq!(task["team"][1]["called"], TEAM[1].1);
    let basis = &task["items"][0]["basis"];
    let key = format!(
        "{}#{}",
        basis["statute"].as_str().unwrap(),
        basis["article"].as_str().unwrap()
    );
    assert!(task["cites"][&key]["title"].is_string(), "{task}");
    let worker = town.get("/field/worker.js").await;
    assert_eq!(worker.header("service-worker-allowed"), "/field");
    assert!(
        worker.text.starts_with("self.SHELL = [\"/assets/") && !worker.text.contains("/assets/-/")
    );
}

#[tokio::test]
async fn r65_a_sheet_is_taken_once_and_nothing_else_under_its_number() {
    let (town, visit) = town();
    let cookie = town.log_in("phone-0").await;
    let early = send(&town, &cookie, "phone-0", &sheet(visit)).await;
    assert_eq!(early.status, StatusCode::CONFLICT, "{}", early.text);
    let early = early.json();
    assert_eq!(early["state"], "refused");
    assert!(early["text"].as_str().unwrap().contains("批准"), "{early}");
    assert!(
        early["article"]["href"]
            .as_str()
            .unwrap()
            .starts_with("/law/")
    );
    approve(&town, visit);
    let size = town.desk.store.size().unwrap();
    let other = send(&town, &cookie, "phone-1", &sheet(visit)).await;
    assert_eq!(other.status, StatusCode::UNAUTHORIZED, "{}", other.text);
    let public = send(&town, "", "phone-0", &sheet(visit)).await;
    assert_eq!(public.status, StatusCode::UNAUTHORIZED);
    let foreign = Request::post("/field/sync?account=phone-0")
        .header(header::COOKIE, &cookie)
        .header(header::CONTENT_TYPE, "application/json")
        .header("sec-fetch-site", "cross-site")
        .body(Body::from(sheet(visit).to_string()));
    let foreign = town.send(foreign.unwrap()).await;
    assert_eq!(foreign.status, StatusCode::FORBIDDEN);
    assert_eq!(town.desk.store.size().unwrap(), size, "nothing was written");
    let stranger = town.log_in("market").await;
    let stranger = send(&town, &stranger, "market", &sheet(visit)).await;
    assert_eq!(stranger.status, StatusCode::FORBIDDEN, "{}", stranger.text);
    let size = town.desk.store.size().unwrap();
    let first = send(&town, &cookie, "phone-0", &sheet(visit)).await;
    assert_eq!(first.status, StatusCode::OK, "{}", first.text);
    let first = first.json();
    assert_eq!(
        (&first["state"], &first["already"]),
        (&json!("done"), &json!(false))
    );
    assert_eq!(first["entries"], json!([size, size + 1, size + 2]));
    let size = town.desk.store.size().unwrap();
    let again = send(&town, &cookie, "phone-0", &sheet(visit)).await.json();
    assert_eq!(again["already"], true);
    assert_eq!(
        again["entries"],
        json!([size - 3, size - 2]),
        "where it stands"
    );
    assert_eq!(town.desk.store.size().unwrap(), size, "nothing twice");
    let mut changed = sheet(visit);
    changed["results"][0]["result"] = json!("ordered");
    let changed = send(&town, &cookie, "phone-0", &changed).await;
    assert_eq!(changed.status, StatusCode::CONFLICT);
    let unreadable = send(&town, &cookie, "phone-0", &json!({ "client": 1 })).await;
    assert_eq!(unreadable.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(unreadable.header("content-type").contains("json"));
}

#[tokio::test]
async fn r65_a_photograph_is_kept_under_its_digest_for_the_organs_of_its_visit() {
    let (town, visit) = town();
    approve(&town, visit);
    let cookie = town.log_in("phone-0").await;
    let digest = hex(PHOTO);
    let large = [PHOTO, &vec![0; 5 << 20]].concat();
    let cases: [(&str, &[u8], u16); 8] = [
        (&hex(b"other"), PHOTO, 422),
        (&hex(&large), &large, 413),
        (&digest.to_uppercase(), PHOTO, 404),
        ("..%2F..%2Fchengheng.db", PHOTO, 404),
        ("%2e%2e", PHOTO, 404),
        (&digest[..62], PHOTO, 404),
        (&hex(b"<script>"), b"<script>", 415),
        (&hex(b""), b"", 415),
    ];
    for (name, bytes, status) in cases {
        let answer = put(&town, &cookie, name, bytes).await;
        assert_eq!(answer.status.as_u16(), status, "{name} {}", answer.text);
    }
    assert!(!town.folder.join("evidence").exists(), "nothing was kept");
    for _ in 0..2 {
        let answer = put(&town, &cookie, &digest, PHOTO).await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT, "{}", answer.text);
    }
    let kept: Vec<_> = std::fs::read_dir(town.folder.join("evidence"))
        .unwrap()
        .collect();
    assert_eq!(kept.len(), 1);
    let path = format!("/field/evidence/{digest}?visit={visit}");
    let unnamed = town.get_as(&cookie, &path).await;
    assert_eq!(
        unnamed.status,
        StatusCode::NOT_FOUND,
        "no visit names it yet"
    );
    let done = send(&town, &cookie, "phone-0", &sheet(visit)).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.text);
    for (name, status) in [
        ("phone-0", 200),
        ("market", 200),
        ("traffic", 404),
        ("office", 403),
        ("entity", 403),
        ("counter", 403),
    ] {
        let cookie = town.log_in(name).await;
        let answer = town.get_as(&cookie, &path).await;
        assert_eq!(answer.status.as_u16(), status, "{name}");
        if status == 200 {
            assert_eq!(answer.header("content-type"), "image/jpeg");
            assert_eq!(answer.header("x-content-type-options"), "nosniff");
            assert_eq!(answer.header("cache-control"), "no-store");
        }
    }
    assert_eq!(town.get(&path).await.status, StatusCode::SEE_OTHER);
    let other = format!("/field/evidence/{}?visit={visit}", hex(b"other"));
    assert_eq!(
        town.get_as(&cookie, &other).await.status,
        StatusCode::NOT_FOUND
    );
    // Erased, it is gone; the ledger goes on holding its digest.
    std::fs::remove_file(town.folder.join("evidence").join(&digest)).unwrap();
    assert_eq!(
        town.get_as(&cookie, &path).await.status,
        StatusCode::NOT_FOUND
    );
}
