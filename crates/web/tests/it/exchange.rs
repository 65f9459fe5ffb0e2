//! Messages between platforms, notices and their receipts, and the joint delivery.

use crate::procedures::{account, done, form, get_key, published, town};
use crate::town::{Answer, ENTITY, MARKET, Town, code, penalties};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use desk::Actor;
use desk::notice::{Carrier, Sent};
use desk::ports::Role;
use domain::basis::Basis;
use domain::exchange::{Message, Partner, Reference, Says};
use domain::ledger::Suite;
use domain::notice::{Channel, Outcome};
use jiff::civil::date;
use std::sync::Arc;
use std::sync::Mutex;

const DOCKET: &str = "枣市监罚〔2026〕2号";

/// A platform with a key, entered and with an account.
fn partner(town: &Town) -> seal::Signer {
    let signer = seal::Signer::generate(Suite::International, "shandong").unwrap();
    let partner = Partner {
        word: "shandong".to_owned(),
        name: "信用中国（山东）".to_owned(),
        key: signer.verifier().to_string(),
        rank: 1,
        receives: true,
        closed: false,
    };
    town.desk
        .enter_partner(&Actor::operator(), partner)
        .unwrap();
    account(town, "shandong", Role::Partner, None);
    signer
}

fn message(sender: &str, serial: u64, says: Says) -> Message {
    Message {
        sender: sender.to_owned(),
        serial,
        reference: Reference::of(&code(MARKET), DOCKET, code(ENTITY)),
        docket: DOCKET.to_owned(),
        organ: code(MARKET),
        on: date(2026, 6, 1),
        basis: Basis {
            statute: "cn/ndrc-36-2025".into(),
            article: "N1".into(),
            confirmed: false,
        },
        says,
    }
}

fn note(signer: &seal::Signer, message: &Message) -> String {
    let text = format!("{}\n", message.text().unwrap());
    signer.sign_note(text).unwrap().to_string()
}

async fn hand_in(town: &Town, key: &str, body: &str) -> Answer {
    let request = Request::post("/api/v1/messages")
        .header(header::AUTHORIZATION, format!("Bearer {key}"))
        .header(header::CONTENT_TYPE, "text/plain")
        .body(Body::from(body.to_owned()));
    town.send(request.unwrap()).await
}

#[tokio::test]
async fn r98_a_message_is_taken_once_and_only_with_the_signature_of_its_sender() {
    let town = town();
    town.intake("penalty-2018", &penalties());
    let signer = partner(&town);
    let repaired = message("shandong", 1, Says::Repaired);
    let right = note(&signer, &repaired);
    let size = town.desk.store.size().unwrap();
    let forged = note(
        &seal::Signer::generate(Suite::International, "shandong").unwrap(),
        &repaired,
    );
    let foreign = note(&signer, &message("beijing", 1, Says::Repaired));
    let cases = [
        ("key-shandong", forged, 422, "SIGNATURE_INVALID"),
        ("key-shandong", foreign, 403, "FORBIDDEN"),
        (
            "key-shandong",
            right.replace("repaired", "withdrawn"),
            422,
            "SIGNATURE_INVALID",
        ),
        ("key-shandong", "甲\n".to_owned(), 422, "INVALID_FIELD"),
        ("key-market", right.clone(), 403, "FORBIDDEN"),
        ("key-office", right.clone(), 403, "FORBIDDEN"),
        ("wrong", right.clone(), 401, "UNAUTHENTICATED"),
    ];
    for (key, body, status, word) in cases {
        let answer = hand_in(&town, key, &body).await;
        assert_eq!(answer.status.as_u16(), status, "{key} {}", answer.text);
        assert_eq!(answer.json()["code"], word, "{key} {}", answer.text);
    }
    assert_eq!(town.desk.store.size().unwrap(), size, "nothing was taken");

    let entity = format!("/api/v1/entities/{ENTITY}");
    let before = town.get(&entity).await.json();
    assert_eq!(before["records"].as_array().unwrap().len(), 1, "{before}");
    let taken = hand_in(&town, "key-shandong", &right).await;
    assert_eq!(taken.status, StatusCode::OK, "{}", taken.text);
    assert!(taken.text.contains("taken"), "{}", taken.text);
    let after = town.get(&entity).await.json();
    assert_eq!(after["records"].as_array().unwrap().len(), 0, "{after}");
    let again = hand_in(&town, "key-shandong", &right).await;
    assert!(again.text.contains("known"), "{}", again.text);
    reviewed(&town, &signer).await;
}

/// A word to the entity's harm waits for the organ that identified the record.
async fn reviewed(town: &Town, signer: &seal::Signer) {
    let annulled = note(signer, &message("shandong", 2, Says::Annulled));
    let taken = hand_in(town, "key-shandong", &annulled).await;
    assert_eq!(taken.status, StatusCode::OK, "{}", taken.text);
    let place = "/desk/exchange/reviews/shandong/2";
    let traffic = town.log_in("traffic").await;
    assert_eq!(
        town.get_as(&traffic, place).await.status,
        StatusCode::NOT_FOUND
    );
    let market = town.log_in("market").await;
    let page = town.get_as(&market, "/desk/exchange").await.text;
    assert!(page.contains(place) && page.contains(DOCKET), "{page}");
    let short = town.post_form(&market, place, "").await;
    assert_eq!(short.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(short.text.contains("请选择一项"), "{}", short.text);
    let fields = [
        ("outcome", "upheld"),
        ("document_name", "核查决定"),
        ("document_number", "枣市监核〔2026〕1号"),
        ("document_on", "2026-06-01"),
        ("confirmed", "1"),
    ];
    let decided = town.post_form(&market, place, &form(&fields)).await;
    assert_eq!(decided.status, StatusCode::SEE_OTHER, "{}", decided.text);
    let entity = town.get(&format!("/api/v1/entities/{ENTITY}")).await.json();
    assert_eq!(entity["records"].as_array().unwrap().len(), 1, "{entity}");
    let page = town.get_as(&market, "/desk/exchange").await.text;
    assert!(!page.contains(place), "decided once");
}

#[tokio::test]
async fn r97_a_receiver_takes_its_messages_and_acknowledges_them() {
    let town = town();
    partner(&town);
    let listing = published(&town).await;
    let body = serde_json::json!({ "record": listing, "grounds": "据以列入的处罚已被撤销" });
    let path = "/api/v1/procedures/objection/file";
    let filed = town.post_json("key-entity", path, &body.to_string()).await;
    assert_eq!(filed.status, StatusCode::CREATED, "{}", filed.text);
    let entity = town.get(&format!("/api/v1/entities/{ENTITY}")).await.json();
    assert_eq!(entity["disputed"][0], listing, "{entity}");
    assert_eq!(entity["lists"][0]["listing"], listing, "{entity}");
    let messages = get_key(&town, "key-shandong", "/api/v1/messages")
        .await
        .json();
    let serial = messages["messages"][0]["serial"].as_u64().unwrap();
    let note = messages["messages"][0]["note"].as_str().unwrap();
    assert!(note.contains("disputed"), "{note}");
    let path = format!("/api/v1/messages/{serial}/acknowledgement");
    let answer = r#"{"answer":"applied"}"#;
    for (key, path, body, status) in [
        (
            "key-shandong",
            path.as_str(),
            r#"{"answer":"perhaps"}"#,
            422,
        ),
        (
            "key-shandong",
            "/api/v1/messages/999/acknowledgement",
            answer,
            409,
        ),
        ("key-market", &path, answer, 409),
        ("key-office", &path, answer, 403),
        ("key-shandong", &path, answer, 200),
        ("key-shandong", &path, answer, 200),
    ] {
        let told = town.post_json(key, path, body).await;
        assert_eq!(told.status.as_u16(), status, "{key} {path} {}", told.text);
    }
    let left = get_key(&town, "key-shandong", "/api/v1/messages")
        .await
        .json();
    assert_eq!(left["messages"], serde_json::json!([]), "{left}");
    let office = town.log_in("office").await;
    let page = town.get_as(&office, "/desk/exchange").await.text;
    assert!(
        page.contains("信用中国（山东）") && page.contains("已更新"),
        "{page}"
    );
}

#[tokio::test]
async fn the_office_enters_a_partner_and_reads_what_is_wrong() {
    let town = town();
    let office = town.log_in("office").await;
    let path = "/desk/exchange/partners";
    let wrong = form(&[("word", "山东"), ("key", "abc"), ("rank", "x")]);
    let answer = town.post_form(&office, path, &wrong).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    for part in [
        "代号只用",
        "请填写平台名称",
        "公钥读不出",
        "应为数字",
        "value=\"山东\"",
        "role=\"alert\"",
    ] {
        assert!(answer.text.contains(part), "{part} {}", answer.text);
    }
    let signer = seal::Signer::generate(Suite::International, "shandong").unwrap();
    let key = signer.verifier().to_string();
    let right = form(&[
        ("word", "shandong"),
        ("name", "信用中国（山东）"),
        ("key", &key),
        ("receives", "1"),
    ]);
    let market = town.log_in("market").await;
    assert_eq!(
        town.post_form(&market, path, &right).await.status,
        StatusCode::FORBIDDEN
    );
    let done = town.post_form(&office, path, &right).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    let partners = town.desk.store.partners().unwrap();
    assert_eq!(
        (partners[0].key.as_str(), partners[0].rank),
        (key.as_str(), 10)
    );
}

/// Takes everything and forgets nothing.
#[derive(Default)]
struct Post(Mutex<Vec<(Channel, u64, String)>>);

impl Carrier for Post {
    fn send(&self, channel: Channel, id: u64, to: &str, _: &str, _: &str) -> Sent {
        self.0.lock().unwrap().push((channel, id, to.to_owned()));
        Sent::Accepted {
            id: "SP-1".to_owned(),
        }
    }
}

async fn receipt(town: &Town, body: &str, signature: &str) -> Answer {
    let request = Request::post("/api/v1/notices/receipts")
        .header("X-Chengheng-Timestamp", "1778551208")
        .header("X-Chengheng-Signature", signature)
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(body.to_owned()));
    town.send(request.unwrap()).await
}

#[tokio::test]
async fn an_organ_is_told_and_a_receipt_is_believed_by_its_signature_only() {
    let mut town = town();
    let market = town.log_in("market").await;
    let wrong = form(&[("email", "甲"), ("sms", "12")]);
    let answer = town.post_form(&market, "/desk/contacts", &wrong).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text.contains("value=\"甲\"") && answer.text.contains("sms-wrong"));
    let right = form(&[("email", "desk@example.gov.cn"), ("sms", "")]);
    let kept = town.post_form(&market, "/desk/contacts", &right).await;
    assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", kept.text);
    let page = town.get_as(&market, "/desk/contacts?kept=1").await.text;
    assert!(page.contains("desk@example.gov.cn") && page.contains("已保存"));

    let listing = published(&town).await.to_string();
    let market = town.log_in("market").await;
    let using = [
        ("listing", listing.as_str()),
        ("measure", "market-commitment"),
        ("matter", "commitment"),
        ("case_no", "办1"),
    ];
    let path = format!("/desk/procedures/new/measure/use?of={listing}");
    done(&town, &market, &path, &using).await;
    let inbox = town.get_as(&market, "/desk/inbox").await.text;
    assert!(inbox.contains("未查看"), "{inbox}");
    let link = inbox
        .split('"')
        .find(|part| part.starts_with("/desk/inbox/"))
        .unwrap()
        .to_owned();
    let traffic = town.log_in("traffic").await;
    assert_eq!(
        town.get_as(&traffic, &link).await.status,
        StatusCode::NOT_FOUND
    );
    let size = town.desk.store.size().unwrap();
    let opened = town.get_as(&market, &link).await;
    assert_eq!(opened.status, StatusCode::OK);
    assert!(
        town.desk.store.size().unwrap() > size,
        "opening is delivery"
    );
    assert!(
        town.get_as(&market, "/desk/inbox")
            .await
            .text
            .contains("已查看")
    );
    believed(&mut town).await;
}

async fn believed(town: &mut Town) {
    let post = Post::default();
    town.desk.dispatch(&post).unwrap();
    let (channel, id, to) = post.0.lock().unwrap()[0].clone();
    assert_eq!(
        (channel, to.as_str()),
        (Channel::Email, "desk@example.gov.cn")
    );
    assert_eq!(
        receipt(town, "{}", "right").await.status,
        StatusCode::UNAUTHORIZED,
        "nobody checks, nobody is believed"
    );
    town.web.receipts = Some(web::Receipts(Arc::new(move |body, stamp, signature| {
        let told = (body, stamp, signature) == (b"delivered".as_slice(), "1778551208", "right");
        let outcome = Outcome::Delivered {
            proof: "DELIVRD SP-1".to_owned(),
        };
        if told {
            Ok((id, outcome))
        } else {
            Err("签名不符".to_owned())
        }
    })));
    town.router = web::router(town.web.clone());
    let size = town.desk.store.size().unwrap();
    for (body, signature) in [
        ("delivered", "wrong"),
        ("changed", "right"),
        ("delivered", ""),
    ] {
        let answer = receipt(town, body, signature).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{}", answer.text);
        assert_eq!(answer.json()["code"], "SIGNATURE_INVALID");
    }
    assert_eq!(town.desk.store.size().unwrap(), size);
    let first = receipt(town, "delivered", "right").await.json();
    let second = receipt(town, "delivered", "right").await.json();
    assert_eq!(
        (&first["taken"], &second["taken"]),
        (&true.into(), &false.into())
    );
}

#[tokio::test]
async fn r102_decision_and_notice_of_repair_are_served_together() {
    let town = town();
    town.intake("penalty-2018", &penalties());
    let market = town.log_in("market").await;
    let page = town.get_as(&market, "/desk/serving").await.text;
    let place = page
        .split('"')
        .find(|part| part.starts_with("/desk/serving/"))
        .unwrap()
        .to_owned();
    let notice = town.get_as(&market, &place).await.text;
    for part in [
        "信用修复告知书",
        "可以申请修复",
        "自动终止",
        "向哪里申请",
        "救济途径",
        "登记一并送达",
    ] {
        assert!(notice.contains(part), "{part} {notice}");
    }
    let traffic = town.log_in("traffic").await;
    assert_eq!(
        town.get_as(&traffic, &place).await.status,
        StatusCode::NOT_FOUND
    );
    let office = town.log_in("office").await;
    let read = town.get_as(&office, &place).await.text;
    assert!(
        read.contains("自动终止") && !read.contains("<form method=\"post\" action=\"/desk/serving")
    );
    assert_eq!(
        town.post_form(&traffic, &place, "").await.status,
        StatusCode::NOT_FOUND
    );
    let short = town.post_form(&market, &place, "document_on=x").await;
    assert_eq!(short.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        short.text.contains("决定书文号：没有填写"),
        "{}",
        short.text
    );
    let docket = notice
        .split('（')
        .find_map(|part| {
            part.split_once("号）")
                .map(|(docket, _)| format!("{docket}号"))
        })
        .unwrap();
    let fields = [
        ("document_name", "行政处罚决定书"),
        ("document_number", docket.as_str()),
        ("document_on", "2026-05-12"),
        ("delivery_method", "direct"),
        ("delivery_proof", "回证5号"),
        ("delivery_on", "2026-06-01"),
    ];
    let sent = form(&fields);
    let check = town.post_form(&market, &place, &sent).await;
    assert!(check.text.contains("请核对后确认"), "{}", check.text);
    let served = town
        .post_form(&market, &place, &format!("{sent}&confirmed=1"))
        .await;
    assert_eq!(served.status, StatusCode::SEE_OTHER, "{}", served.text);
    let page = town.get_as(&market, "/desk/serving").await.text;
    assert!(!page.contains(&format!("\"{place}\"")), "{page}");
}
