use crate::town::{CLEAN, ENTITY, ENTITY_NAME, Town, encoded, penalties};
use axum::http::{Request, StatusCode};
use desk::Actor;
use jiff::civil::date;

/// A town whose organisations were graded today.
fn graded() -> Town {
    let town = Town::new();
    town.intake("penalty-2018", &penalties());
    let run = town
        .desk
        .grade_all(&Actor::timer(), date(2026, 6, 1), &mut |_| {});
    assert!(run.unwrap().recorded);
    town
}

#[tokio::test]
async fn r58_the_scale_is_published_in_full_with_every_article() {
    let town = Town::new();
    let law = town.desk.law();
    let page = town.get("/scale").await.text;
    let ruled = law.scale("enterprise", date(2026, 6, 1)).unwrap();
    let scale = ruled.value();
    for name in scale
        .items
        .iter()
        .map(|item| &item.name)
        .chain(scale.indicators.iter().map(|one| &one.name))
        .chain(scale.floors.iter().map(|floor| &floor.name))
    {
        assert!(page.contains(name.as_str()), "{name}");
    }
    for item in &scale.items {
        let link = format!("/law/{}#{}", item.basis.statute, item.basis.article);
        assert!(page.contains(&link), "{link}");
    }
    assert!(page.contains("自然人不评分、不评级") && page.contains(law.digest()));
}

#[tokio::test]
async fn r58_the_calculator_says_what_the_scale_says_and_keeps_nothing() {
    let town = Town::new();
    let size = town.desk.store.size().unwrap();
    let empty = town
        .post_form("", "/scale/try", "form=enterprise&on=2026-07-01&kind0=")
        .await;
    assert_eq!(empty.status, StatusCode::OK, "{}", empty.text);
    assert!(empty.text.contains("<dd>80</dd>") && empty.text.contains("<dd>B 良</dd>"));
    // The serious penalty of the worked example, and the honour that then does not count.
    let form = "form=enterprise&on=2026-07-01&kind0=0&class0=serious&count0=1&day0=2026-06-02\
                &kind1=8&count1=1&day1=2026-03-01";
    let page = town.post_form("", "/scale/try", form).await.text;
    for part in [
        "<dd>55</dd>",
        "<dd>D 差</dd>",
        "−20",
        "怎样提升",
        "第 1 行 行政处罚（严重）",
        "因“严重处罚（三年内）”不计",
        "起可申请",
    ] {
        assert!(page.contains(part), "{part} {page}");
    }
    let listed = "form=enterprise&on=2026-07-01&kind0=3&day0=2026-01-05";
    let page = town.post_form("", "/scale/try", listed).await.text;
    assert!(page.contains("直接判级：在严重失信主体名单内"));
    // What the law lets nobody see weighs nothing.
    let minor = "form=enterprise&on=2026-07-01&kind0=0&class0=minor&day0=2026-06-01";
    let page = town.post_form("", "/scale/try", minor).await.text;
    assert!(page.contains("<dd>80</dd>"), "{page}");
    assert_eq!(town.desk.store.size().unwrap(), size);
}

#[tokio::test]
async fn the_calculator_says_what_is_wrong_and_adds_lines() {
    let town = Town::new();
    let cases = [
        ("form=enterprise&on=&kind0=", "请填写评价日期"),
        ("form=organ&on=2026-07-01&kind0=", "没有评价规则"),
        ("form=enterprise&on=2025-01-01&kind0=", "没有评价规则"),
        (
            "form=enterprise&on=2026-07-01&kind0=0&day0=2026-01-01",
            "第 1 行：请选择处罚的失信程度",
        ),
        (
            "form=enterprise&on=2026-07-01&kind0=4&day0=2026-07-02",
            "不能晚于评价日期",
        ),
        (
            "form=enterprise&on=2026-07-01&kind0=4&day0=2026-07-01&count0=500",
            "件数应在 1 到",
        ),
        (
            "form=enterprise&on=2026-07-01&kind0=4&day0=2026-07-01&amount0=x",
            "金额应为整数",
        ),
    ];
    for (form, wanted) in cases {
        let answer = town.post_form("", "/scale/try", form).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{form}");
        assert!(answer.text.contains(wanted), "{form} {wanted}");
        assert!(answer.text.contains("data-error-summary"), "{form}");
    }
    let more = town
        .post_form(
            "",
            "/scale/try",
            "form=enterprise&on=2026-07-01&kind0=4&more=1",
        )
        .await;
    assert_eq!(more.status, StatusCode::OK);
    assert!(more.text.contains("name=\"kind4\"") && !more.text.contains("试算结果"));
}

#[tokio::test]
async fn r58_a_grade_is_explained_point_by_point_with_record_article_and_way_out() {
    let town = graded();
    for name in ["office", "market", "traffic"] {
        let cookie = town.log_in(name).await;
        let page = town
            .get_as(&cookie, &format!("/desk/grades/{ENTITY}"))
            .await;
        assert_eq!(page.status, StatusCode::OK);
        for part in [
            ENTITY_NAME,
            "枣市监罚〔2026〕2号",
            "怎样提升",
            "/law/local/grade-2026#N2",
            "历次等级",
            "2026-06-01 起，账本第",
        ] {
            assert!(page.text.contains(part), "{name} {part}");
        }
        let clean = town
            .get_as(&cookie, &format!("/desk/grades/{CLEAN}"))
            .await
            .text;
        assert!(clean.contains("<dd>80</dd>"), "{name}");
    }
    let cookie = town.log_in("office").await;
    let later = town
        .get_as(&cookie, &format!("/desk/grades/{ENTITY}?on=2027-06-01"))
        .await
        .text;
    assert!(later.contains("没有写入账本"));
    let home = town.get_as(&cookie, "/desk/grades").await.text;
    let runs = town.desk.store.grade_runs(1).unwrap();
    let digest = runs[0].run.digest.clone().unwrap();
    assert!(
        home.contains(&digest) && home.contains("全部单位"),
        "{home}"
    );
    let found = town
        .get_as(&cookie, &format!("/desk/grades?q={}", encoded("拟澄")))
        .await
        .text;
    assert!(found.contains(&format!("/desk/grades/{CLEAN}")));
    let exact = town
        .get_as(&cookie, &format!("/desk/grades?q={ENTITY}"))
        .await;
    assert_eq!(exact.header("location"), format!("/desk/grades/{ENTITY}"));
}

#[tokio::test]
async fn r4_nobody_grades_a_person() {
    let town = graded();
    let cookie = town.log_in("office").await;
    let person = "370402199001010016";
    let page = town
        .get_as(&cookie, &format!("/desk/grades/{person}"))
        .await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
    assert!(page.text.contains("自然人不评分、不评级"));
    let page = town
        .get_as(&cookie, &format!("/desk/grades?q={person}"))
        .await
        .text;
    assert!(page.contains("自然人不评分、不评级") && !page.contains(person));
    let answer = town
        .send(
            Request::get(format!("/api/v1/grades/{person}"))
                .header("authorization", "Bearer key-office")
                .body(axum::body::Body::empty())
                .unwrap(),
        )
        .await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn the_public_sees_the_scale_and_no_grade() {
    let town = graded();
    let cookie = town.log_in("office").await;
    let explained = town
        .get_as(&cookie, &format!("/desk/grades/{ENTITY}"))
        .await
        .text;
    let score = explained.split("<dt>等级</dt>").nth(1).unwrap();
    assert!(score.contains("<dt>得分</dt>"));
    for path in [
        "/".to_owned(),
        format!("/entity/{ENTITY}"),
        format!("/search?q={ENTITY}"),
        format!("/api/v1/entities/{ENTITY}"),
        format!("/api/v1/entities/{ENTITY}/records"),
        "/api/v1/changes".to_owned(),
    ] {
        let answer = town.get(&path).await.text;
        for word in ["等级：", "\"grade\"", "\"score\"", "得分"] {
            assert!(!answer.contains(word), "{path} {word}");
        }
    }
}

#[tokio::test]
async fn the_api_answers_grades_to_office_and_organs_only() {
    let town = graded();
    let ask = async |key: &str, path: &str| {
        let request = Request::get(path).header("authorization", format!("Bearer {key}"));
        town.send(request.body(axum::body::Body::empty()).unwrap())
            .await
    };
    let grade = format!("/api/v1/grades/{ENTITY}");
    for key in ["key-office", "key-market"] {
        let answer = ask(key, &grade).await.json();
        assert_eq!(answer["code"], ENTITY);
        assert_eq!(answer["law"], town.desk.law().digest());
        assert!(
            answer["items"]
                .as_array()
                .unwrap()
                .iter()
                .all(|item| item["basis"]["article"].is_string())
        );
        let runs = ask(key, "/api/v1/grade-runs?limit=5").await.json();
        assert!(
            runs[0]["digest"].is_string() && runs[0]["law"].is_string(),
            "{runs}"
        );
    }
    for path in [grade.as_str(), "/api/v1/grade-runs"] {
        assert_eq!(
            ask("key-counter", path).await.status,
            StatusCode::FORBIDDEN,
            "{path}"
        );
        assert_eq!(
            ask("wrong", path).await.status,
            StatusCode::UNAUTHORIZED,
            "{path}"
        );
        assert_eq!(
            town.get(path).await.status,
            StatusCode::UNAUTHORIZED,
            "{path}"
        );
    }
    let stranger = domain::code::with_check("91370400MAY999999").unwrap();
    assert_eq!(
        ask("key-office", &format!("/api/v1/grades/{stranger}"))
            .await
            .status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        ask("key-office", "/api/v1/grade-runs?limit=0").await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    let doc = town.get("/api/v1/openapi.json").await.json();
    for path in ["/api/v1/grades/{code}", "/api/v1/grade-runs"] {
        assert!(doc["paths"][path]["get"]["security"].is_array(), "{path}");
    }
}
