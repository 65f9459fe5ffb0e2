use crate::town::Town;
use axum::http::StatusCode;

#[tokio::test]
async fn a_statute_shows_words_rule_case_and_whether_somebody_compared_it() {
    let town = Town::new();
    let page = town.get("/law/cn/ndrc-36-2025").await;
    assert_eq!(page.status, StatusCode::OK);
    for part in [
        "失信程度 一般",
        "最短期限",
        "算例：到期日与决定日同为一个日数",
        "未经核对",
        "机器读的写法",
        "账本设立时的规则包",
    ] {
        assert!(page.text.contains(part), "{part}");
    }
    assert!(!page.text.contains("id=\"N3\" id="), "one anchor a place");
    assert_eq!(page.text.matches("id=\"N3\"").count(), 1);
}

#[tokio::test]
async fn r3_what_later_law_displaced_says_by_what_and_until_when() {
    let town = Town::new();
    let page = town.get("/law/sd/xinyongban-2019-8").await.text;
    for part in [
        "已被取代",
        "只用到 2020-09-30",
        "href=\"/law/sd/credit-2020#第二十八条\"",
        "以前的事实仍按本条回答",
    ] {
        assert!(page.contains(part), "{part}");
    }
    // Prose that names another statute leads there.
    assert!(
        page.contains("<a href=\"/law/cn/sco-49-2020\">《"),
        "{page}"
    );
    // Words of the catalogs are written out.
    assert!(page.contains("限制申请财政性资金项目（2019年）"));
    assert!(!page.contains("dishonest-debtor，"), "a list has its name");
}

#[tokio::test]
async fn every_statute_of_the_pack_has_its_page_and_its_impact_page() {
    let town = Town::new();
    let law = town.desk.law();
    for statute in law.statutes() {
        let page = town.get(&format!("/law/{}", statute.id)).await;
        assert_eq!(page.status, StatusCode::OK, "{}", statute.id);
        assert!(page.text.contains(&statute.title), "{}", statute.id);
        let impact = town.get(&format!("/law/{}/impact", statute.id)).await;
        assert_eq!(impact.status, StatusCode::OK, "{}", statute.id);
        let count = law.depending(&statute.id, None).len();
        let wanted = match count {
            0 => "不影响本平台的任何结论".to_owned(),
            count => format!("须复核 <strong>{count}</strong> 处"),
        };
        assert!(impact.text.contains(&wanted), "{} {wanted}", statute.id);
    }
    for path in ["/law/cn/none", "/law/cn/none/impact"] {
        assert_eq!(town.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn r118_a_lapsing_statute_lists_the_rules_that_rest_on_it() {
    let town = Town::new();
    let page = town.get("/law/cn/ndrc-58-2023/impact").await.text;
    assert!(page.contains("公示期限（"), "rules by kind");
    assert!(
        page.contains("不在施行期"),
        "what no longer decides is told apart"
    );
    let article = town
        .get("/law/cn/ndrc-58-2023/impact?article=N1")
        .await
        .text;
    let count = town
        .desk
        .law()
        .depending("cn/ndrc-58-2023", Some("N1"))
        .len();
    assert!(
        article.contains(&format!("<strong>{count}</strong> 处")),
        "{article}"
    );
    assert!(article.contains("<option value=\"N1\" selected>"));
}

#[tokio::test]
async fn the_scale_stands_in_its_statute_as_tables() {
    let town = Town::new();
    let page = town.get("/law/local/grade-2026").await.text;
    for part in ["怎样计分", "等级线", "直接判级", "按本规则试算"] {
        assert!(page.contains(part), "{part}");
    }
}
