use crate::town::Town;
use axum::http::StatusCode;

const SHEETS: [(&str, &str); 12] = [
    ("sets", "公共信用信息数据清单"),
    ("acts", "处罚种类"),
    ("matters", "公共信用信息应用清单"),
    ("lists", "名单目录"),
    ("measures", "惩戒和激励措施"),
    ("commitments", "告知承诺事项"),
    ("forms", "承诺书示范文本"),
    ("notices", "告知模板"),
    ("inspections", "涉企行政检查事项清单"),
    ("rates", "抽查比例和频次"),
    ("retention", "保存期限"),
    ("formulas", "考核公式"),
];

#[tokio::test]
async fn every_catalog_is_published_and_cites_its_basis() {
    let town = Town::new();
    let home = town.get("/catalogs").await.text;
    for (word, title) in SHEETS {
        let path = format!("/catalogs/{word}");
        assert!(home.contains(&format!("href=\"{path}\"")), "{path}");
        let page = town.get(&path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert!(page.text.contains(title), "{path}");
        assert!(page.text.contains("href=\"/law/"), "{path}: no article");
        assert!(!page.text.contains("没有内容"), "{path}: an empty table");
    }
    assert_eq!(
        town.get("/catalogs/none").await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn r25_the_data_sets_are_shown_field_by_field_and_can_be_taken_away() {
    let town = Town::new();
    let law = town.desk.law();
    for set in law.sets() {
        let page = town.get(&format!("/catalogs/sets/{}", set.word)).await.text;
        for field in &set.fields {
            assert!(page.contains(&field.code), "{} {}", set.word, field.code);
        }
    }
    let fields: usize = law.sets().iter().map(|set| set.fields.len()).sum();
    let csv = town.get("/catalogs/sets.csv").await;
    assert_eq!(csv.text.lines().count(), fields + 1);
    assert!(csv.header("content-disposition").contains("sets.csv"));
    let json = town.get("/catalogs/sets.json").await.json();
    assert_eq!(json["law"], law.digest());
    assert_eq!(json["sets"].as_array().unwrap().len(), law.sets().len());
    assert!(json["sets"][0]["field"][0]["code"].is_string());
    let unknown = town.get("/catalogs/sets/none").await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn r78_every_list_shows_criteria_evidence_procedure_exits_and_end() {
    let town = Town::new();
    let today = town.desk.clock.today();
    let law = town.desk.law();
    assert!(!law.lists(today).is_empty());
    for ruled in law.lists(today) {
        let list = ruled.value();
        let page = town
            .get(&format!("/catalogs/lists/{}", list.word))
            .await
            .text;
        for part in [
            "列入情形",
            "据以列入的文书",
            "事先告知",
            "陈述申辩",
            "审核",
            "最长期限",
            "退出途径",
            "救济途径",
            "及于的人员",
        ] {
            assert!(page.contains(part), "{} {part}", list.word);
        }
        assert!(page.contains(&*list.criteria[0].text), "{}", list.word);
        for measure in law.triggered(&list.word, today) {
            let href = format!("/catalogs/measures/{}", measure.value().word);
            assert!(page.contains(&href), "{} {href}", list.word);
        }
    }
    let unknown = town.get("/catalogs/lists/none").await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn r82_every_measure_page_links_to_the_article() {
    let town = Town::new();
    let today = town.desk.clock.today();
    let law = town.desk.law();
    assert!(!law.all_measures(today).is_empty());
    for ruled in law.all_measures(today) {
        let measure = ruled.value();
        let page = town
            .get(&format!("/catalogs/measures/{}", measure.word))
            .await;
        assert_eq!(page.status, StatusCode::OK, "{}", measure.word);
        let basis = ruled.basis();
        let link = format!("/law/{}#{}", basis.statute, basis.article);
        assert!(page.text.contains(&link), "{} {link}", measure.word);
        let statute = town.get(&format!("/law/{}", basis.statute)).await.text;
        let anchor = format!("id=\"{}\"", basis.article);
        assert!(statute.contains(&anchor), "{link} leads nowhere");
        for list in &measure.triggers {
            assert!(
                page.text.contains(&format!("/catalogs/lists/{list}")),
                "{list}"
            );
        }
    }
}

#[tokio::test]
async fn r45_a_matter_says_what_the_look_up_may_do() {
    let town = Town::new();
    let page = town.get("/catalogs/matters").await.text;
    for matter in town.desk.law().matters() {
        assert!(page.contains(&matter.code), "{}", matter.code);
        assert!(page.contains(matter.usage.name()));
    }
    assert!(page.contains("只供参考"));
}

#[tokio::test]
async fn r65_the_published_items_are_shown_with_what_is_looked_at_and_why() {
    let town = Town::new();
    let law = town.desk.law();
    let home = town.get("/catalogs").await.text;
    assert!(home.contains("/catalogs/inspections"));
    let page = town.get("/catalogs/inspections").await.text;
    for item in law.inspection_items() {
        let row = item.value();
        assert!(page.contains(&row.name) && page.contains(row.kind.name()));
        for check in &row.checks {
            assert!(page.contains(&check.text), "{} {}", row.code, check.key);
            let link = format!("/law/{}#{}", check.basis.statute, check.basis.article);
            assert!(page.contains(&link), "{link}");
            let statute = town
                .get(&format!("/law/{}", check.basis.statute))
                .await
                .text;
            let anchor = format!("id=\"{}\"", check.basis.article);
            assert!(statute.contains(&anchor), "{link} leads nowhere");
        }
    }
    for method in domain::inspection::Method::ALL {
        assert!(page.contains(method.name()), "{}", method.name());
    }
    for ground in law.recusal_grounds() {
        assert!(page.contains(&ground.value().name));
    }
    assert!(page.contains("清单以外的事项不得检查") && page.contains("不少于 2 人"));
}

#[tokio::test]
async fn r13_r14_commitments_and_proofs_are_told_apart() {
    let town = Town::new();
    let page = town.get("/catalogs/commitments").await.text;
    let (_, proofs) = page.split_once("id=\"proofs\"").unwrap();
    for one in town.desk.law().commitments() {
        assert!(page.contains(&one.name), "{}", one.name);
        if let Some(proof) = &one.proof {
            for part in [&proof.certificate, &proof.issuer, &proof.method] {
                assert!(proofs.contains(part.as_str()), "{part}");
            }
        }
        if one.excluded.is_some() {
            assert!(!one.on && page.contains("不适用告知承诺"));
        }
    }
}

#[tokio::test]
async fn r24_every_edition_of_a_form_can_be_taken_away() {
    let town = Town::new();
    let law = town.desk.law();
    let page = town.get("/catalogs/forms").await.text;
    for blank in law.blanks() {
        let path = format!("/catalogs/forms/{}/{}.md", blank.code, blank.edition);
        assert!(page.contains(&path), "{path}");
        let file = town.get(&path).await;
        assert_eq!(file.status, StatusCode::OK, "{path}");
        assert_eq!(file.text, blank.text);
        assert!(file.header("content-disposition").contains("attachment"));
    }
    let unknown = town.get("/catalogs/forms/voluntary/1900-1.md").await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_rules_of_breaches_and_referrals_are_read_in_chinese() {
    let town = Town::new();
    let referral = town.get("/law/sd/xinyongban-2019-8").await.text;
    for name in [
        "失信通报的去向",
        "失信主体类别",
        "工作人员",
        "通报单位",
        "上级主管单位",
        "纪检监察机关",
        "答复期限",
        "告知模板",
        "失信情况通报",
    ] {
        assert!(referral.contains(name), "{name}");
    }
    let breach = town.get("/law/cn/ndrc-36-2025").await.text;
    assert!(breach.contains("违诺公示期限"), "{breach}");
}
