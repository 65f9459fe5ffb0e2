use crate::town::{ENTITY, ENTITY_NAME, Town, penalties};
use axum::body::Body;
use axum::http::{Request, StatusCode};

#[tokio::test]
async fn every_error_is_a_problem_with_code_detail_and_remedy() {
    let town = Town::new();
    let stranger = domain::code::with_check("91370400MAY999999").unwrap();
    let gets = [
        ("/api/v1/none".to_owned(), 404, "NOT_FOUND"),
        ("/api/v1/entities".to_owned(), 400, "BAD_QUERY"),
        ("/api/v1/entities/123".to_owned(), 422, "INVALID_FIELD"),
        (
            format!("/api/v1/entities/{stranger}"),
            404,
            "UNKNOWN_ENTITY",
        ),
        ("/api/v1/changes?limit=0".to_owned(), 422, "INVALID_FIELD"),
        ("/api/v1/changes?after=x".to_owned(), 400, "BAD_QUERY"),
        ("/api/v1/screenings".to_owned(), 405, "METHOD_NOT_ALLOWED"),
        ("/api/v1/answers/none".to_owned(), 401, "UNAUTHENTICATED"),
    ];
    let mut answers = Vec::new();
    for (path, status, code) in gets {
        answers.push((town.get(&path).await, path, status, code));
    }
    let posts = [
        ("/api/v1/screenings", "{", 400, "BAD_BODY"),
        ("/api/v1/screenings", "{\"code\":1}", 422, "BAD_BODY"),
        ("/api/v1/intake/none", "[]", 404, "NOT_FOUND"),
    ];
    for (path, body, status, code) in posts {
        answers.push((
            town.post_json("key-market", path, body).await,
            path.to_owned(),
            status,
            code,
        ));
    }
    for (answer, path, status, code) in answers {
        assert_eq!(answer.status.as_u16(), status, "{path} {}", answer.text);
        assert_eq!(
            answer.header("content-type"),
            "application/problem+json",
            "{path}"
        );
        let problem = answer.json();
        assert_eq!(
            (&problem["code"], &problem["status"]),
            (&code.into(), &status.into()),
            "{path}"
        );
        for field in ["type", "title", "detail", "remedy"] {
            assert!(
                problem[field].as_str().is_some_and(|text| !text.is_empty()),
                "{path} {field}"
            );
        }
    }
}

#[tokio::test]
async fn r9_screening_without_purpose_is_403() {
    let town = Town::new();
    for body in [
        format!("{{\"code\":\"{ENTITY}\"}}"),
        format!("{{\"code\":\"{ENTITY}\",\"matter\":\"licence-approval\",\"case_no\":\" \"}}"),
    ] {
        let answer = town
            .post_json("key-market", "/api/v1/screenings", &body)
            .await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        assert_eq!(answer.json()["code"], "PURPOSE_MISSING");
    }
}

#[tokio::test]
async fn r46_a_batch_is_answered_in_order_with_receipts() {
    let town = Town::new();
    let codes = [ENTITY, "92370402MAY21G3B9Q", ENTITY];
    let items: Vec<_> = codes
        .iter()
        .map(|code| serde_json::json!({"code": code, "matter": "bidding", "case_no": "B-1"}))
        .collect();
    let body = serde_json::json!({ "items": items }).to_string();
    let answer = town
        .post_json("key-counter", "/api/v1/screenings/batch", &body)
        .await;
    let receipts = answer.json();
    let asked: Vec<_> = receipts
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["sheet"]["question"]["code"])
        .collect();
    assert_eq!(asked, codes);
    let numbers: std::collections::BTreeSet<_> = receipts
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["number"].as_str().unwrap())
        .collect();
    assert_eq!(numbers.len(), 3);
}

#[tokio::test]
async fn the_fast_look_up_tells_effects_from_stale() {
    let town = Town::new();
    let path = format!("/api/v1/entities/{ENTITY}");
    let before = town.get(&path).await.json();
    assert_eq!(
        (&before["outcome"], &before["name"]),
        (&"stale-source".into(), &ENTITY_NAME.into())
    );
    town.intake("penalty-2018", &penalties());
    let after = town.get(&path).await.json();
    assert_eq!(after["outcome"], "effects");
    let record = &after["records"][0];
    assert_eq!(
        (&record["ends"], &record["basis"]["article"]),
        (&"2027-05-12".into(), &"N3".into())
    );
}

#[tokio::test]
async fn r36_the_feed_tells_shown_and_revoked_in_order() {
    let town = Town::new();
    town.intake("penalty-2018", &penalties());
    let feed = town.get("/api/v1/changes?limit=1000").await.json();
    let shown: Vec<_> = feed["changes"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["event"] == "shown")
        .collect();
    assert_eq!(
        shown.len(),
        2,
        "the person's record is not in the feed: {feed}"
    );
    assert_eq!(shown[0]["entity"], ENTITY);
    let (record, next) = (
        shown[0]["record"].as_u64().unwrap(),
        feed["next"].as_u64().unwrap(),
    );
    let body = r#"{"how":"撤销","document":"枣市监撤〔2026〕1号","reason":"适用依据错误","decided":"2026-05-30"}"#;
    let path = format!("/api/v1/records/{record}/revocation");
    assert_eq!(
        town.post_json("key-traffic", &path, body).await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        town.post_json("key-market", &path, body).await.status,
        StatusCode::OK
    );
    assert_eq!(
        town.post_json("key-market", &path, body).await.status,
        StatusCode::CONFLICT
    );
    let feed = town
        .get(&format!("/api/v1/changes?after={next}"))
        .await
        .json();
    assert_eq!(
        (&feed["changes"][0]["event"], &feed["changes"][0]["reason"]),
        (&"revoked".into(), &"适用依据错误".into())
    );
    assert_eq!(
        town.get(&format!("/record/{record}")).await.status,
        StatusCode::NOT_FOUND
    );
    assert!(town.get("/withdrawn").await.text.contains("适用依据错误"));
}

#[tokio::test]
async fn r27_a_table_goes_in_and_its_answer_comes_back_to_its_sender_only() {
    let town = Town::new();
    let bearer = [("authorization", "Bearer key-market")];
    let path = "/api/v1/intake/penalty-2018";
    let dry = town
        .post_file(bearer, path, &[("dry_run", "1")], &penalties())
        .await
        .json();
    assert_eq!(
        (dry["accepted"].as_u64(), dry.get("submission")),
        (Some(3), None)
    );
    let size = town.desk.store.size().unwrap();
    let done = town.post_file(bearer, path, &[], &penalties()).await.json();
    assert_eq!(done["accepted"].as_u64(), Some(3), "{done}");
    assert!(town.desk.store.size().unwrap() > size);
    let answer = done["answer_file"].as_str().unwrap();
    let fetch = |key: &str| {
        Request::get(answer)
            .header("authorization", format!("Bearer {key}"))
            .body(Body::empty())
            .unwrap()
    };
    let own = town.send(fetch("key-market")).await;
    assert!(own.text.contains("处理结果") && own.text.contains(ENTITY_NAME));
    assert_eq!(
        town.send(fetch("key-traffic")).await.status,
        StatusCode::NOT_FOUND
    );
    let again = town.post_file(bearer, path, &[], &penalties()).await.json();
    assert_eq!(again["repeated"], true);
}

#[tokio::test]
async fn the_description_names_every_call_and_the_log_is_open() {
    let town = Town::new();
    let doc = town.get("/api/v1/openapi.json").await.json();
    for path in [
        "/api/v1/screenings",
        "/api/v1/intake/{source}",
        "/api/v1/entities/{code}",
        "/api/v1/changes",
    ] {
        assert!(doc["paths"].get(path).is_some(), "{path}");
        assert!(town.get("/api").await.text.contains(path), "{path}");
    }
    assert!(
        town.get("/log/checkpoint")
            .await
            .text
            .starts_with("test.example/log\n")
    );
    assert!(
        town.get("/log/key")
            .await
            .text
            .starts_with("test.example/log+")
    );
    let size = town.desk.store.size().unwrap();
    let tile = town.get(&format!("/log/tile/0/000.p/{size}")).await;
    assert_eq!(tile.status, StatusCode::OK);
    assert!(
        town.get("/metrics")
            .await
            .text
            .contains(&format!("ledger_entries {size}"))
    );
    assert_eq!(
        (
            town.get("/healthz").await.status,
            town.get("/readyz").await.status
        ),
        (StatusCode::OK, StatusCode::OK)
    );
}
