use crate::town::{ENTITY, ENTITY_NAME, Town, encoded, penalties};
use axum::http::StatusCode;
use std::time::Duration;

#[tokio::test]
async fn r33_an_upload_runs_beside_the_server_and_reports_by_code() {
    let town = Town::new();
    let cookie = town.log_in("market").await;
    let bad =
        std::fs::read_to_string(crate::town::root().join("sources/penalty-2018/bad.csv")).unwrap();
    let sent = town
        .post_file(
            [("cookie", &cookie)],
            "/desk/intake",
            &[("source", "penalty-2018")],
            &bad,
        )
        .await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
    let place = sent.header("location").to_owned();
    let mut page = String::new();
    for _ in 0..100 {
        page = town.get_as(&cookie, &place).await.text;
        if !page.contains("正在处理") {
            break;
        }
        assert!(
            page.contains("http-equiv=\"refresh\""),
            "works without scripts"
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(page.contains("DQ1") && page.contains("退回"), "{page}");
    let link = page
        .split('"')
        .find(|part| part.starts_with("/desk/answers/"))
        .unwrap();
    assert!(town.get_as(&cookie, link).await.text.contains("问题说明"));
    let traffic = town.log_in("traffic").await;
    assert_eq!(
        town.get_as(&traffic, link).await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        town.get_as(&traffic, &place).await.status,
        StatusCode::NOT_FOUND
    );
    assert!(
        town.get_as(&cookie, "/desk/submissions")
            .await
            .text
            .contains("行政处罚信息")
    );
}

#[tokio::test]
async fn r36_a_revocation_is_checked_before_it_is_done() {
    let town = Town::new();
    town.intake("penalty-2018", &penalties());
    let cookie = town.log_in("market").await;
    let page = town.get_as(&cookie, "/desk/records").await.text;
    let path = page
        .split('"')
        .find(|part| part.ends_with("/revoke"))
        .unwrap()
        .to_owned();
    let short = town
        .post_form(&cookie, &path, "how=&document=&decided=&reason=")
        .await;
    assert_eq!(short.status, StatusCode::UNPROCESSABLE_ENTITY);
    let form = format!(
        "how={}&document={}&decided=2026-05-29&reason={}",
        encoded("撤销"),
        encoded("枣市监撤〔2026〕1号"),
        encoded("事实认定错误")
    );
    let size = town.desk.store.size().unwrap();
    let check = town.post_form(&cookie, &path, &form).await;
    assert!(
        check.text.contains("确认撤回") && check.text.contains("最后一日 2026-06-03"),
        "{}",
        check.text
    );
    assert_eq!(
        town.desk.store.size().unwrap(),
        size,
        "nothing is done before the confirmation"
    );
    let done = town
        .post_form(&cookie, &path, &(form + "&confirmed=1"))
        .await;
    assert_eq!(done.status, StatusCode::SEE_OTHER);
    let page = town.get_as(&cookie, done.header("location")).await.text;
    assert!(page.contains("已停止公示"));
    assert!(town.get("/withdrawn").await.text.contains("事实认定错误"));
}

#[tokio::test]
async fn r30_a_duty_counts_the_working_days_left() {
    let town = Town::new();
    let body = r#"{"source":"penalty-2018","docket":"枣市监罚〔2026〕9号","decided":"2026-05-28"}"#;
    let opened = town
        .post_json("key-market", "/api/v1/decisions", body)
        .await
        .json();
    assert_eq!(opened["last"], "2026-06-08");
    let cookie = town.log_in("market").await;
    let cases = [
        (1, "距期限还剩 5 个工作日"),
        (5, "距期限还剩 1 个工作日"),
        (10, "已逾期 2 个工作日"),
    ];
    for (day, counter) in cases {
        town.clock.set(jiff::civil::date(2026, 6, day));
        let cookie = if day == 1 {
            cookie.clone()
        } else {
            town.log_in("market").await
        };
        let page = town.get_as(&cookie, "/desk").await.text;
        assert!(page.contains(counter), "{day}: {counter}");
    }
    let figures = town
        .get_as(&town.log_in("office").await, "/desk/figures")
        .await
        .text;
    assert!(figures.contains("枣庄市拟设市场监督管理局"));
}

#[tokio::test]
async fn r34_a_document_with_anothers_code_waits_for_a_person() {
    let town = Town::new();
    let stated = "枣庄峄城区拟筱霁大药房有限公司";
    town.intake(
        "penalty-2018",
        &penalties().replacen(ENTITY_NAME, stated, 1),
    );
    let market = town.log_in("market").await;
    for name in ["market", "office"] {
        let cookie = town.log_in(name).await;
        let home = town.get_as(&cookie, "/desk").await.text;
        assert!(home.contains("1 份文书的代码与名称不一致"), "{name} {home}");
        assert!(!home.contains("没有待办事项"), "{name}");
        let page = town.get_as(&cookie, "/desk/doubts").await.text;
        let parts = [
            ENTITY,
            ENTITY_NAME,
            stated,
            "枣市监罚〔2026〕2号",
            "枣庄市拟设市场监督管理局",
            "行政处罚信息",
            "核对名称",
            "（1 份）",
        ];
        for part in parts {
            assert!(page.contains(part), "{name}: {part}");
        }
    }
    let traffic = town.log_in("traffic").await;
    let page = town.get_as(&traffic, "/desk/doubts").await.text;
    assert!(page.contains("没有名称待核的文书") && !page.contains(stated));
    assert!(!town.get_as(&traffic, "/desk").await.text.contains("去核实"));
    assert!(
        !town
            .get(&format!("/entity/{ENTITY}"))
            .await
            .text
            .contains(stated)
    );
    town.intake("penalty-2018", &penalties());
    let page = town.get_as(&market, "/desk/doubts").await.text;
    assert!(page.contains("没有名称待核的文书"), "{page}");
}

#[tokio::test]
async fn r47_a_case_without_look_up_shows_the_name_of_its_matter() {
    let town = Town::new();
    let case = r#"{"matter":"licence-approval","case_no":"A9","decided":"2026-05-28"}"#;
    let told = town.post_json("key-market", "/api/v1/cases", case).await;
    assert_eq!(told.status, StatusCode::OK, "{}", told.text);
    let page = town
        .get_as(&town.log_in("market").await, "/desk")
        .await
        .text;
    let law = town.desk.law();
    let matter = law.matter("licence-approval").unwrap();
    assert!(
        page.contains("A9") && page.contains(&*matter.name),
        "{page}"
    );
    assert!(!page.contains("licence-approval"), "{page}");
}
