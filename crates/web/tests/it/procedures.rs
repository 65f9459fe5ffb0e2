//! Procedures through the pages and over the API.

use crate::town::{Answer, CLEAN, ENTITY, ENTITY_NAME, Town, code, encoded};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use desk::ports::{Account, Role};
use domain::code::Code;
use jiff::civil::date;
use serde_json::{Value, json};

/// An account with the key `key-NAME`.
pub fn account(town: &Town, name: &str, role: Role, organ: Option<Code>) {
    let account = Account {
        name: name.to_owned(),
        title: format!("{name}经办人"),
        organ,
        role,
        password: web::hash_password(crate::town::PASSWORD).unwrap(),
        key: web::key_digest(&format!("key-{name}")),
        closed: false,
        person: String::new(),
    };
    town.desk.store.put_account(&account).unwrap();
}

/// A town in which two entities have accounts.
pub fn town() -> Town {
    let town = Town::new();
    account(&town, "entity", Role::Entity, Some(code(ENTITY)));
    account(&town, "clean", Role::Entity, Some(code(CLEAN)));
    town
}

/// Fields as a form is sent.
pub fn form(fields: &[(&str, &str)]) -> String {
    let pairs = fields.iter();
    let pairs: Vec<String> = pairs
        .map(|(key, value)| format!("{key}={}", encoded(value)))
        .collect();
    pairs.join("&")
}

pub async fn get_key(town: &Town, key: &str, path: &str) -> Answer {
    let request = Request::get(path).header(header::AUTHORIZATION, format!("Bearer {key}"));
    town.send(request.body(Body::empty()).unwrap()).await
}

/// Sends a form and, where it is asked once more, confirms it. The number of the procedure.
pub async fn done(town: &Town, cookie: &str, path: &str, fields: &[(&str, &str)]) -> u64 {
    let mut fields = fields.to_vec();
    let mut answer = town.post_form(cookie, path, &form(&fields)).await;
    if answer.status == StatusCode::OK {
        assert!(
            answer.text.contains("请核对后确认"),
            "{path} {}",
            answer.text
        );
        fields.push(("confirmed", "1"));
        answer = town.post_form(cookie, path, &form(&fields)).await;
    }
    assert_eq!(
        answer.status,
        StatusCode::SEE_OTHER,
        "{path} {}",
        answer.text
    );
    let place = answer.header("location");
    let page = town.get_as(cookie, place).await;
    assert_eq!(page.status, StatusCode::OK, "{place}");
    assert!(
        page.text.contains("已办理，写入账本第"),
        "{place} {}",
        page.text
    );
    let id = place.split('?').next().unwrap().rsplit('/').next().unwrap();
    id.parse().unwrap_or_default()
}

const PROPOSAL: [(&str, &str); 9] = [
    ("list", "market-serious"),
    ("entity", ENTITY),
    ("grounds", "food"),
    ("evidence", "penalty-decision"),
    ("evidence_name", "行政处罚决定书"),
    ("evidence_number", "枣市监罚〔2026〕7号"),
    ("evidence_on", "2026-05-20"),
    ("effective", "2026-05-20"),
    ("reasons", "生产不符合安全标准的食品，受到较重行政处罚"),
];

const DELIVERY: [(&str, &str); 3] = [
    ("delivery_method", "direct"),
    ("delivery_proof", "送达回证1号"),
    ("delivery_on", "2026-06-01"),
];

fn decision(on: &'static str) -> Vec<(&'static str, &'static str)> {
    vec![
        ("document_name", "列入决定书"),
        ("document_number", "枣市监列〔2026〕1号"),
        ("document_on", on),
        ("list", "1"),
        ("answer", "申辩意见不成立：危害后果没有消除"),
    ]
}

/// Proposes and notifies; the number of the listing.
async fn notified(town: &Town, market: &str) -> u64 {
    let path = "/desk/procedures/new/listing/propose?of=market-serious";
    let id = done(town, market, path, &PROPOSAL).await;
    let notice = [&[("number", "枣市监告〔2026〕1号")], &DELIVERY[..]].concat();
    let path = format!("/desk/procedures/{id}/notify");
    done(town, market, &path, &notice).await;
    id
}

/// A listing that is published, on the day on which the clock stands then.
pub async fn published(town: &Town) -> u64 {
    let market = town.log_in("market").await;
    let id = notified(town, &market).await;
    town.clock.set(date(2026, 6, 24));
    let market = town.log_in("market").await;
    let path = |verb: &str| format!("/desk/procedures/{id}/{verb}");
    let mut given = decision("2026-06-24");
    given.retain(|(key, _)| *key != "answer");
    done(town, &market, &path("decide"), &given).await;
    let served = [
        ("delivery_method", "direct"),
        ("delivery_proof", "送达回证2号"),
        ("delivery_on", "2026-06-24"),
        ("repair", "枣市监修告〔2026〕1号"),
    ];
    done(town, &market, &path("publish"), &served).await;
    id
}

#[tokio::test]
async fn r79_a_listing_goes_its_whole_way_through_the_pages() {
    let town = town();
    let market = town.log_in("market").await;
    let page = town.get_as(&market, "/desk/procedures/new/listing").await;
    assert!(
        page.text.contains("market-serious"),
        "the list is chosen first"
    );
    let page = town
        .get_as(&market, "/desk/procedures/new/listing?of=market-serious")
        .await;
    assert!(page.text.contains("食品领域性质恶劣"), "{}", page.text);
    let id = notified(&town, &market).await;

    // Before the plea is over the law says no, with its article, and the form keeps what was typed.
    let path = format!("/desk/procedures/{id}/decide");
    let early = [&decision("2026-06-01")[..], &[("confirmed", "1")]].concat();
    let size = town.desk.store.size().unwrap();
    let refused = town.post_form(&market, &path, &form(&early)).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.text.contains("没有办理") && refused.text.contains("/law/local/platform-rules#"),
        "{}",
        refused.text
    );
    assert!(
        refused.text.contains("枣市监列〔2026〕1号") && refused.text.contains("role=\"alert\"")
    );
    assert_eq!(
        town.desk.store.size().unwrap(),
        size + 1,
        "the refusal is an entry"
    );

    // The entity answers.
    let plea = json!({ "words": "货值很小，已经召回", "closing": true }).to_string();
    let path = format!("/api/v1/procedures/{id}/acts/plead");
    let told = town.post_json("key-entity", &path, &plea).await;
    assert_eq!(told.status, StatusCode::CREATED, "{}", told.text);
    let page = town
        .get_as(&market, &format!("/desk/procedures/{id}"))
        .await;
    assert!(page.text.contains("货值很小，已经召回"), "{}", page.text);

    // Decided, published, used, reported, left.
    let path = |verb: &str| format!("/desk/procedures/{id}/{verb}");
    done(&town, &market, &path("decide"), &decision("2026-06-01")).await;
    let served = [&DELIVERY[..], &[("repair", "枣市监修告〔2026〕1号")]].concat();
    done(&town, &market, &path("publish"), &served).await;
    let page = town
        .get_as(&market, &format!("/desk/procedures/{id}"))
        .await;
    let link = format!("/desk/procedures/new/measure?of={id}");
    assert!(page.text.contains(&link), "{}", page.text);
    let page = town.get_as(&market, &link).await;
    assert!(page.text.contains(ENTITY_NAME), "{}", page.text);
    let id_text = id.to_string();
    let using = [
        ("listing", id_text.as_str()),
        ("measure", "market-commitment"),
        ("matter", "commitment"),
        ("case_no", "枣承2026-1"),
    ];
    let path = format!("/desk/procedures/new/measure/use?of={id}");
    let measure = done(&town, &market, &path, &using).await;
    let home = town.get_as(&market, "/desk").await.text;
    assert!(home.contains("惩戒反馈"), "{home}");
    let list = town
        .get_as(&market, "/desk/procedures?noun=feedback&open=1")
        .await
        .text;
    let feedback = list.split("/desk/procedures/").find_map(|part| {
        let id: u64 = part.split('"').next()?.parse().ok()?;
        (id > measure).then_some(id)
    });
    let path = format!("/desk/procedures/{}/report", feedback.unwrap());
    done(&town, &market, &path, &[("executed", "1")]).await;
    leaves(&town, &market, id, measure).await;
}

/// The evidence is revoked: list and measure end together (R81).
async fn leaves(town: &Town, market: &str, id: u64, measure: u64) {
    let revoked = [
        ("number", "枣市监罚〔2026〕7号"),
        ("revoked", "2026-06-01"),
        ("document_name", "撤销决定书"),
        ("document_number", "枣市监撤〔2026〕1号"),
        ("document_on", "2026-06-01"),
    ];
    done(
        town,
        market,
        &format!("/desk/procedures/{id}/revoke"),
        &revoked,
    )
    .await;
    for gone in [id, measure] {
        // Its organ still reads what came of it.
        let page = town
            .get_as(market, &format!("/desk/procedures/{gone}"))
            .await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(
            !page.text.contains("可以办理") || page.text.contains("移出"),
            "{}",
            page.text
        );
    }
    let view = get_key(town, "key-office", &format!("/api/v1/procedures/{measure}")).await;
    assert_eq!(view.json()["open"], false, "{}", view.text);
}

#[tokio::test]
async fn r79_a_form_says_everything_at_once_and_keeps_what_was_typed() {
    let town = town();
    let market = town.log_in("market").await;
    let path = "/desk/procedures/new/listing/propose?of=market-serious";
    let size = town.desk.store.size().unwrap();
    let typed = [
        ("list", "market-serious"),
        ("entity", "123"),
        ("evidence_on", "昨天"),
        ("reasons", "打字的<理由>"),
        ("surplus", "1"),
    ];
    let answer = town.post_form(&market, path, &form(&typed)).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    for part in [
        "role=\"alert\"",
        "不是统一社会信用代码",
        "日期应写成",
        "符合的列入条件：请至少选择一项",
        "据以列入的文书种类：请选择一项",
        "文书名称：没有填写",
        "没有这一项，请核对名称",
        "value=\"123\"",
        "打字的&#60;理由&#62;",
        "aria-invalid=\"true\"",
        "href=\"#propose-entity\"",
        "<title>错误：",
    ] {
        assert!(answer.text.contains(part), "{part}\n{}", answer.text);
    }
    assert_eq!(town.desk.store.size().unwrap(), size, "nothing is written");

    // Going back from the confirmation keeps everything as well.
    let id = notified(&town, &market).await;
    let path = format!("/desk/procedures/{id}/decide");
    let back = [&decision("2026-06-01")[..], &[("confirmed", "back")]].concat();
    let answer = town.post_form(&market, &path, &form(&back)).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(
        answer.text.contains("value=\"枣市监列〔2026〕1号\""),
        "{}",
        answer.text
    );
    assert!(answer.text.contains("<details id=\"form-decide\" open>"));
}

#[tokio::test]
async fn an_api_form_says_everything_at_once_and_a_refusal_has_its_article() {
    let town = town();
    let path = "/api/v1/procedures/listing/propose";
    let body = json!({ "entity": "123", "evidence_on": "昨天", "grounds": ["food"], "surplus": 1 });
    let answer = town.post_json("key-market", path, &body.to_string()).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let problem = answer.json();
    assert_eq!(problem["code"], "INVALID_FORM");
    let fields: Vec<&str> = problem["fields"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["field"].as_str().unwrap())
        .collect();
    for field in [
        "list",
        "entity",
        "evidence",
        "evidence_name",
        "evidence_on",
        "reasons",
        "surplus",
    ] {
        assert!(fields.contains(&field), "{field} {fields:?}");
    }
    let nested = town
        .post_json("key-market", path, r#"{"list":{"a":1}}"#)
        .await;
    assert_eq!(nested.json()["code"], "INVALID_FIELD");

    let forms = get_key(
        &town,
        "key-market",
        "/api/v1/procedures/forms/listing?of=market-serious",
    )
    .await
    .json();
    assert_eq!(forms["verbs"][0]["word"], "propose", "{forms}");
    let proposal: serde_json::Map<String, Value> = PROPOSAL
        .iter()
        .map(|(key, value)| ((*key).to_owned(), json!(value)))
        .collect();
    let begun = town
        .post_json("key-market", path, &Value::Object(proposal).to_string())
        .await;
    assert_eq!(begun.status, StatusCode::CREATED, "{}", begun.text);
    let id = begun.json()["procedure"].as_u64().unwrap();
    assert_eq!(begun.header("location"), format!("/api/v1/procedures/{id}"));
    let unlawful = json!({ "document_name": "决定", "document_number": "1", "document_on": "2026-06-01", "list": true });
    let path = format!("/api/v1/procedures/{id}/acts/decide");
    let refused = town
        .post_json("key-market", &path, &unlawful.to_string())
        .await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.text);
    assert_eq!(refused.json()["code"], "REFUSED");
    let view = get_key(&town, "key-market", &format!("/api/v1/procedures/{id}"))
        .await
        .json();
    assert_eq!(
        (&view["noun"], &view["open"]),
        (&json!("listing"), &json!(true))
    );
    let listed = get_key(
        &town,
        "key-market",
        "/api/v1/procedures?noun=listing&open=true",
    )
    .await
    .json();
    assert_eq!(listed["procedures"][0]["id"], id);
    // Before it was told of it, the entity learns nothing.
    for key in ["key-entity", "key-traffic", "key-counter"] {
        let listed = get_key(&town, key, "/api/v1/procedures").await.json();
        assert_eq!(listed["procedures"], json!([]), "{key}");
        let path = format!("/api/v1/procedures/{id}");
        assert_eq!(
            get_key(&town, key, &path).await.status,
            StatusCode::NOT_FOUND,
            "{key}"
        );
    }
}

/// A voluntary commitment as an organ registers it.
pub fn paper(entity: &str, number: &str) -> serde_json::Map<String, Value> {
    let fields = json!({
        "entity": entity, "number": number, "matter": "deferred-materials",
        "reason": "容缺受理", "content": "五日内补齐次要材料", "liability": "终止办理",
        "range": "public", "supply_by": "2026-06-08",
        "original_digest": "ab".repeat(32), "original_format": "PDF", "signature": "已核验",
    });
    match fields {
        Value::Object(fields) => fields,
        _ => serde_json::Map::new(),
    }
}

#[tokio::test]
async fn r16_a_batch_takes_what_is_right_and_says_what_is_not() {
    let town = town();
    let mut faulty = paper(CLEAN, "37040020260601000003");
    faulty.insert("made".to_owned(), json!("昨天"));
    faulty.remove("content");
    let rows = json!([
        paper(CLEAN, "37040020260601000001"),
        paper(CLEAN, "37040020260601000001"),
        faulty,
        paper(ENTITY, "37040020260601000002")
    ]);
    let path = "/api/v1/procedures/commitment/register/batch";
    let answer = town.post_json("key-market", path, &rows.to_string()).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let taken = answer.json();
    assert_eq!(
        (&taken["accepted"], &taken["rejected"]),
        (&json!(2), &json!(2)),
        "{taken}"
    );
    assert_eq!(taken["rows"][1]["problem"]["code"], "REFUSED", "{taken}");
    let fields = taken["rows"][2]["problem"]["fields"].as_array().unwrap();
    assert_eq!(fields.len(), 2, "all at once: {taken}");
    assert_eq!(taken["rows"][3]["row"], 4);
    let public = town
        .get(&format!("/api/v1/entities/{CLEAN}/commitments"))
        .await
        .json();
    assert_eq!(public[0]["number"], "37040020260601000001", "{public}");
    let many = Value::Array(vec![json!({}); 1_001]).to_string();
    let answer = town.post_json("key-market", path, &many).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    for key in ["key-office", "key-entity", "key-counter"] {
        let answer = town.post_json(key, path, "[]").await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{key}");
    }
}

#[tokio::test]
async fn r20_a_broken_commitment_is_heard_determined_and_shown() {
    let town = town();
    let market = town.log_in("market").await;
    let body = Value::Object(paper(CLEAN, "37040020260601000009")).to_string();
    let begun = town
        .post_json(
            "key-market",
            "/api/v1/procedures/commitment/register",
            &body,
        )
        .await;
    assert_eq!(begun.status, StatusCode::CREATED, "{}", begun.text);
    let id = begun.json()["procedure"].as_u64().unwrap();
    town.clock.set(date(2026, 6, 15));
    let market = match town.get_as(&market, "/desk").await.status {
        StatusCode::OK => market,
        _ => town.log_in("market").await,
    };
    let path = |verb: &str| format!("/desk/procedures/{id}/{verb}");
    let found = [
        ("breach", "broken"),
        ("unkept", "wholly"),
        ("what", "没有补齐材料"),
    ];
    done(&town, &market, &path("find"), &found).await;
    let notice = [
        ("reasons", "期满没有补齐材料"),
        ("delivery_method", "direct"),
        ("delivery_proof", "回证9号"),
        ("delivery_on", "2026-06-15"),
        ("where_to", "六十日内申请行政复议"),
    ];
    done(&town, &market, &path("notify"), &notice).await;
    let plea = json!({ "words": "材料在邮寄途中" }).to_string();
    let pleaded = town
        .post_json(
            "key-clean",
            &format!("/api/v1/procedures/{id}/acts/plead"),
            &plea,
        )
        .await;
    assert_eq!(pleaded.status, StatusCode::CREATED, "{}", pleaded.text);
    town.clock.set(date(2026, 7, 20));
    let market = town.log_in("market").await;
    let determined = [
        ("document_name", "违诺认定书"),
        ("document_number", "枣市监违〔2026〕1号"),
        ("document_on", "2026-07-20"),
        ("severity", "ordinary"),
        ("answer", "没有邮寄记录"),
        ("where_to", "六十日内申请行政复议"),
    ];
    done(&town, &market, &path("determine"), &determined).await;
    let home = town.get_as(&market, "/desk").await.text;
    assert!(home.contains(&format!("/desk/procedures/{id}")), "{home}");
    done(&town, &market, &path("push"), &[]).await;
    let entity = town.get(&format!("/api/v1/entities/{CLEAN}")).await.json();
    assert_eq!(entity["commitments"][0]["commitment"], id, "{entity}");
    let asked = format!("/desk/procedures/new/commitment?of=no-violation-proof&entity={CLEAN}");
    let page = town.get_as(&market, &asked).await.text;
    assert!(page.contains("告知承诺"), "{page}");
    let exit = format!("/api/v1/entities/{CLEAN}/exit-path");
    let way = get_key(&town, "key-clean", &exit).await.json();
    assert_eq!(way["ways"][0]["record"], id, "{way}");
    assert_eq!(
        get_key(&town, "key-entity", &exit).await.status,
        StatusCode::FORBIDDEN
    );
}

/// A measure rests on a listing in force, and is one the law of the day gives in the matter.
#[tokio::test]
async fn r83_a_measure_follows_only_from_a_listing_in_force_and_its_matter() {
    let town = town();
    let market = town.log_in("market").await;
    let id = notified(&town, &market).await;
    let using = |measure: &str, matter: &str| {
        json!({ "listing": id, "measure": measure, "matter": matter, "case_no": "办1" }).to_string()
    };
    let path = "/api/v1/procedures/measure/use";
    let early = using("market-commitment", "commitment");
    let refused = town.post_json("key-traffic", path, &early).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.text);
    // What is only proposed narrows no choice and is told to nobody.
    let forms = format!("/api/v1/procedures/forms/measure?of={id}");
    let narrowed = get_key(&town, "key-traffic", &forms).await.text;
    let whole = get_key(&town, "key-traffic", "/api/v1/procedures/forms/measure")
        .await
        .text;
    assert_eq!(narrowed, whole);
    let page = format!("/desk/procedures/new/measure?of={id}");
    let traffic = town.log_in("traffic").await;
    let told = town.get_as(&traffic, &page).await.text;
    assert!(!told.contains(ENTITY_NAME) && told.contains("没有这个编号的生效名单认定"));

    town.clock.set(date(2026, 6, 24));
    let market = town.log_in("market").await;
    let mut given = decision("2026-06-24");
    given.retain(|(key, _)| *key != "answer");
    done(
        &town,
        &market,
        &format!("/desk/procedures/{id}/decide"),
        &given,
    )
    .await;
    let served = [
        ("delivery_method", "direct"),
        ("delivery_proof", "送达回证2号"),
        ("delivery_on", "2026-06-24"),
        ("repair", "枣市监修告〔2026〕1号"),
    ];
    done(
        &town,
        &market,
        &format!("/desk/procedures/{id}/publish"),
        &served,
    )
    .await;
    for (key, measure, matter, status) in [
        ("key-traffic", "market-commitment", "bidding", 409),
        ("key-traffic", "no-such-measure", "commitment", 409),
        ("key-office", "market-commitment", "commitment", 403),
        ("key-entity", "market-commitment", "commitment", 403),
        ("key-traffic", "market-commitment", "commitment", 201),
    ] {
        let body = using(measure, matter);
        let answer = town.post_json(key, path, &body).await;
        assert_eq!(
            answer.status.as_u16(),
            status,
            "{key} {body} {}",
            answer.text
        );
    }
    let office = town.log_in("office").await;
    let refusals = town.get_as(&office, "/desk/refusals").await.text;
    assert!(refusals.contains("惩戒和激励措施"), "{refusals}");
    let worth = town.get_as(&office, "/desk/effects").await.text;
    assert!(worth.contains("不适用告知承诺制"), "{worth}");
}

/// Every field of an application that asks for a document, filled in.
async fn application(town: &Town, record: u64) -> serde_json::Map<String, Value> {
    let path = "/api/v1/procedures/forms/repair";
    let forms = get_key(town, "key-entity", path).await.json();
    let mut body = serde_json::Map::new();
    for field in forms["verbs"][0]["fields"].as_array().unwrap() {
        let key = field["key"].as_str().unwrap();
        let value = match key {
            "record" => json!(record),
            "entity" => json!(ENTITY),
            "promise" => json!(true),
            key if key.ends_with("_on") => json!("2026-08-20"),
            key if key.ends_with("_organ") => continue,
            _ => json!("证明1号"),
        };
        body.insert(key.to_owned(), value);
    }
    body
}

#[tokio::test]
async fn r95_a_repair_goes_from_the_counter_over_the_office_to_its_organ() {
    let town = town();
    town.intake("penalty-2018", &crate::town::penalties());
    let entity = format!("/api/v1/entities/{ENTITY}");
    let record = town.get(&entity).await.json()["records"][0]["record"]
        .as_u64()
        .unwrap();
    let early = Value::Object(application(&town, record).await).to_string();
    let path = "/api/v1/procedures/repair/file";
    let refused = town.post_json("key-counter", path, &early).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.text);
    let problem = refused.json();
    assert!(problem["basis"]["article"].is_string(), "{problem}");

    town.clock.set(date(2026, 9, 1));
    let body = Value::Object(application(&town, record).await).to_string();
    let filed = town.post_json("key-counter", path, &body).await;
    assert_eq!(filed.status, StatusCode::CREATED, "{}", filed.text);
    let listed = get_key(&town, "key-counter", "/api/v1/procedures")
        .await
        .json();
    let id = listed["procedures"][0]["id"].as_u64().unwrap();
    let at = |verb: &str| format!("/desk/procedures/{id}/{verb}");
    let (office, market) = (town.log_in("office").await, town.log_in("market").await);
    let early = town.post_form(&market, &at("accept"), "").await;
    assert_eq!(
        early.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "not forwarded yet"
    );
    done(&town, &office, &at("forward"), &[]).await;
    done(&town, &market, &at("accept"), &[]).await;
    let home = town.get_as(&market, "/desk").await.text;
    assert!(home.contains(&format!("/desk/procedures/{id}")), "{home}");
    let approval = [
        ("document_name", "修复决定书"),
        ("document_number", "枣市监修〔2026〕1号"),
        ("document_on", "2026-09-01"),
    ];
    done(&town, &market, &at("approve"), &approval).await;
    let after = town.get(&entity).await.json();
    assert_eq!(after["records"], json!([]), "{after}");
    let page = town
        .get_as(&office, &format!("/desk/procedures/{id}"))
        .await
        .text;
    assert!(
        page.contains("已修复") && page.contains("全部影响当日终止"),
        "{page}"
    );
}

#[tokio::test]
async fn r85_a_report_that_is_late_stands_first_for_its_organ_and_for_the_office() {
    let town = town();
    let listing = published(&town).await.to_string();
    let using = json!({ "listing": listing, "measure": "market-commitment", "matter": "commitment", "case_no": "办1" });
    let path = "/api/v1/procedures/measure/use";
    let used = town.post_json("key-market", path, &using.to_string()).await;
    assert_eq!(used.status, StatusCode::CREATED, "{}", used.text);
    for (day, late) in [(24, false), (31, true)] {
        let month = if late { 8 } else { 6 };
        town.clock.set(date(2026, month, day));
        let market = town.log_in("market").await;
        let home = town.get_as(&market, "/desk").await.text;
        let clocks = home.split("办理事项的期限").nth(1).unwrap();
        let clocks = clocks.split("</section>").next().unwrap();
        assert!(clocks.contains("惩戒反馈"), "{clocks}");
        assert_eq!(clocks.contains("逾期"), late, "{day} {clocks}");
        let office = town.log_in("office").await;
        let home = town.get_as(&office, "/desk").await.text;
        assert_eq!(
            home.contains("惩戒反馈"),
            late,
            "{day}: the office reads who is late"
        );
        let traffic = town.log_in("traffic").await;
        let home = town.get_as(&traffic, "/desk").await.text;
        assert!(!home.contains("惩戒反馈"), "{day}");
    }
}
