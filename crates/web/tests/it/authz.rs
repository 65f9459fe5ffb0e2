use crate::town::{ENTITY, Town, penalties};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};

const NAMES: [&str; 3] = ["office", "market", "counter"];

#[tokio::test]
async fn every_desk_page_answers_its_roles_only() {
    let town = Town::new();
    town.intake("penalty-2018", &penalties());
    // Path, and the status for office, department and counter; without a session it is the log-in.
    let cases = [
        ("/desk", [200, 200, 303]),
        ("/desk/duties", [200, 200, 403]),
        ("/desk/figures", [200, 200, 403]),
        ("/desk/burden", [200, 200, 403]),
        ("/desk/intake", [403, 200, 403]),
        ("/desk/intake/none", [403, 404, 403]),
        ("/desk/answers/none", [403, 404, 403]),
        ("/desk/template/penalty-2018", [200, 200, 403]),
        ("/desk/submissions", [200, 200, 403]),
        ("/desk/doubts", [200, 200, 403]),
        ("/desk/records", [403, 200, 403]),
        ("/desk/records/1/revoke", [403, 404, 403]),
        ("/desk/revoked/1", [403, 404, 403]),
        ("/desk/grades", [200, 200, 403]),
        ("/desk/grades/91370404MAY42KH57E", [200, 200, 403]),
        ("/desk/rules", [303, 200, 403]),
        ("/desk/law", [200, 403, 403]),
        ("/desk/law/offered", [200, 403, 403]),
        ("/desk/law/drafts/9", [404, 404, 403]),
        ("/desk/law/drafts/9/check", [404, 404, 403]),
        ("/desk/law/drafts/9/file", [404, 404, 403]),
        ("/desk/law/proposals/9", [404, 403, 403]),
        ("/desk/law/rehearsals/none", [404, 403, 403]),
        ("/desk/law/rehearsals/none/rows.csv", [404, 403, 403]),
        ("/desk/law/replays", [200, 403, 403]),
        ("/desk/procedures", [200, 200, 200]),
        ("/desk/procedures/9", [404, 404, 404]),
        ("/desk/procedures/new/none", [404, 404, 404]),
        ("/desk/procedures/new/listing", [403, 200, 403]),
        ("/desk/procedures/new/measure", [200, 200, 403]),
        ("/desk/procedures/new/commitment", [403, 200, 403]),
        ("/desk/procedures/new/attention", [403, 200, 403]),
        ("/desk/procedures/new/referral", [200, 200, 403]),
        ("/desk/procedures/new/reorganisation", [200, 403, 403]),
        ("/desk/procedures/new/repair", [403, 200, 200]),
        ("/desk/procedures/new/objection", [403, 403, 200]),
        ("/desk/procedures/new/notice", [403, 403, 403]),
        ("/desk/refusals", [200, 403, 403]),
        ("/desk/effects", [200, 403, 403]),
        ("/desk/serving", [200, 200, 403]),
        ("/desk/serving/9", [404, 404, 403]),
        ("/desk/inbox", [200, 200, 403]),
        ("/desk/inbox/9", [404, 404, 403]),
        ("/desk/contacts", [200, 200, 403]),
        ("/desk/notices/dead", [200, 403, 403]),
        ("/desk/exchange", [200, 200, 403]),
        ("/desk/exchange/reviews/shandong/1", [403, 404, 403]),
        ("/counter", [403, 200, 200]),
        ("/field", [403, 200, 403]),
    ];
    for (at, name) in NAMES.iter().enumerate() {
        let cookie = town.log_in(name).await;
        for (path, statuses) in &cases {
            let answer = town.get_as(&cookie, path).await;
            assert_eq!(answer.status.as_u16(), statuses[at], "{name} {path}");
            assert_eq!(answer.header("cache-control"), "no-store", "{path}");
        }
    }
    for (path, _) in cases {
        let answer = town.get(path).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}");
        assert_eq!(answer.header("location"), format!("/login?back={path}"));
    }
}

#[tokio::test]
async fn only_the_office_changes_the_law_and_organs_only_draft() {
    let town = Town::new();
    let size = town.desk.store.size().unwrap();
    // Path, and the status for office, department and counter.
    let cases = [
        ("/desk/law/drafts", [422, 422, 403]),
        ("/desk/law/drafts/9/file", [404, 404, 403]),
        ("/desk/law/drafts/9/base", [404, 404, 403]),
        ("/desk/law/drafts/9/end", [404, 404, 403]),
        ("/desk/law/drafts/9/copy", [404, 403, 403]),
        ("/desk/law/drafts/9/rehearsal", [404, 403, 403]),
        ("/desk/law/drafts/9/proposal", [404, 403, 403]),
        ("/desk/law/proposals/9/adoption", [404, 403, 403]),
        ("/desk/law/proposals/9/refusal", [404, 403, 403]),
        ("/desk/law/proposals/9/rehearsal", [404, 403, 403]),
        ("/desk/law/offered/proposal", [422, 403, 403]),
    ];
    for (at, name) in NAMES.iter().enumerate() {
        let cookie = town.log_in(name).await;
        for (path, statuses) in &cases {
            let form = "path=cn%2Fx%2Fy.md&text=x&compared=1&reason=";
            let answer = town.post_form(&cookie, path, form).await;
            assert_eq!(answer.status.as_u16(), statuses[at], "{name} {path}");
        }
    }
    for (path, _) in cases {
        let answer = town.post_form("", path, "path=cn%2Fx%2Fy.md").await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}");
        assert!(answer.header("location").starts_with("/login"), "{path}");
    }
    assert_eq!(town.desk.store.size().unwrap(), size, "nothing was written");
}

#[tokio::test]
async fn every_call_of_the_api_answers_its_roles_only() {
    let town = Town::new();
    let item =
        format!("{{\"code\":\"{ENTITY}\",\"matter\":\"licence-approval\",\"case_no\":\"A1\"}}");
    let batch = format!("{{\"items\":[{item}]}}");
    let decision =
        r#"{"source":"penalty-2018","docket":"枣市监罚〔2026〕9号","decided":"2026-05-28"}"#;
    let case = r#"{"matter":"licence-approval","case_no":"A9","decided":"2026-05-28"}"#;
    let revocation = r#"{"how":"撤销","document":"甲","reason":"乙","decided":"2026-05-28"}"#;
    let cases = [
        ("/api/v1/screenings", item.as_str(), [403, 200, 200]),
        ("/api/v1/screenings/batch", &batch, [403, 200, 200]),
        ("/api/v1/intake/penalty-2018", "[]", [403, 422, 403]),
        ("/api/v1/decisions", decision, [403, 200, 403]),
        ("/api/v1/cases", case, [403, 200, 200]),
        (
            "/api/v1/records/99999/revocation",
            revocation,
            [403, 404, 403],
        ),
    ];
    for (path, body, statuses) in cases {
        for (name, status) in NAMES.iter().zip(statuses) {
            let answer = town.post_json(&format!("key-{name}"), path, body).await;
            assert_eq!(
                answer.status.as_u16(),
                status,
                "{name} {path} {}",
                answer.text
            );
        }
        let answer = town.post_json("wrong", path, body).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{path}");
        assert_eq!(
            answer.header("content-type"),
            "application/problem+json",
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_form_from_another_site_is_refused() {
    let town = Town::new();
    let cookie = town.log_in("market").await;
    for (site, origin) in [
        ("cross-site", "https://evil.example"),
        ("same-site", "https://a.test.example"),
    ] {
        let request = Request::post("/logout")
            .header(header::COOKIE, &cookie)
            .header(header::HOST, "test.example")
            .header(header::ORIGIN, origin)
            .header("sec-fetch-site", site);
        let answer = town.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{site}");
        assert!(answer.text.contains("来自其他网站"));
    }
    assert_eq!(town.get_as(&cookie, "/desk").await.status, StatusCode::OK);
}

#[tokio::test]
async fn wrong_passwords_lock_the_name_and_sessions_end() {
    let town = Town::new();
    let cookie = town.log_in("market").await;
    assert!(cookie.starts_with("session="));
    let gone = town.post_form(&cookie, "/logout", "").await;
    assert_eq!(gone.status, StatusCode::SEE_OTHER);
    assert_eq!(
        town.get_as(&cookie, "/desk").await.status,
        StatusCode::SEE_OTHER
    );
    for _ in 0..5 {
        let answer = town
            .post_form("", "/login", "name=market&password=wrong")
            .await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let form = format!(
        "name=market&password={}",
        crate::town::encoded(crate::town::PASSWORD)
    );
    let locked = town.post_form("", "/login", &form).await;
    assert_eq!(locked.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(locked.text.contains("暂停登录"));
}
