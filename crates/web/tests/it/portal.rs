use crate::town::{ENTITY, ENTITY_NAME, Town, encoded, penalties};
use axum::body::Body;
use axum::http::{Request, StatusCode};

const PAGES: [&str; 17] = [
    "/",
    "/search",
    "/search?q=%E6%8B%9F",
    "/entity/91370404MAY42KH57E",
    "/licences",
    "/penalties",
    "/withdrawn",
    "/leave",
    "/leave?code=91370404MAY42KH57E",
    "/draws",
    "/draws/verify",
    "/inspections",
    "/law",
    "/law/cn/ndrc-36-2025",
    "/verify",
    "/login",
    "/api",
];

#[tokio::test]
async fn r122_every_page_has_title_language_skip_link_and_one_heading() {
    let town = Town::new();
    town.intake("penalty-2018", &penalties());
    for page in PAGES {
        let answer = town.get(page).await;
        assert_eq!(answer.status, StatusCode::OK, "{page}");
        for part in [
            "<html lang=\"zh-CN\"",
            "<title>",
            "class=\"skip\" href=\"#content\"",
            "<main id=\"content\"",
            "name=\"viewport\"",
            "本站为演示数据，单位名称与记录均为虚构",
        ] {
            assert!(answer.text.contains(part), "{page} lacks {part}");
        }
        assert_eq!(answer.text.matches("<h1").count(), 1, "{page}");
        assert!(
            !answer.text.contains(" style=\""),
            "{page}: a style attribute breaks the policy"
        );
        assert!(
            answer
                .header("content-security-policy")
                .starts_with("default-src 'self'"),
            "{page}"
        );
    }
}

#[tokio::test]
async fn a_cell_of_a_card_table_bears_its_name_for_narrow_screens() {
    let town = Town::new();
    town.intake("penalty-2018", &penalties());
    let page = town.get("/penalties").await.text;
    let body = page
        .split("<tbody>")
        .nth(1)
        .unwrap()
        .split("</tbody>")
        .next()
        .unwrap();
    assert!(body.matches("<td").count() >= 12);
    assert_eq!(
        body.matches("<td").count(),
        body.matches("<td data-name=").count()
    );
}

#[tokio::test]
async fn the_entity_page_shows_basis_end_repair_day_and_objection() {
    let town = Town::new();
    town.intake("penalty-2018", &penalties());
    let page = town.get(&format!("/entity/{ENTITY}")).await.text;
    for part in [
        ENTITY_NAME,
        "枣市监罚〔2026〕2号",
        "2027-05-12 自动停止公示",
        "2026-08-12 起可以申请",
        "/law/cn/ndrc-36-2025#N3",
        "未经核对",
        "提出异议",
    ] {
        assert!(page.contains(part), "R6 {part}");
    }
}

#[tokio::test]
async fn r49_not_found_is_not_said_to_be_no_record() {
    let town = Town::new();
    let unknown = domain::code::with_check("91370400MAY999999").unwrap();
    for q in [unknown.as_str(), &encoded("不存在的单位")] {
        let page = town.get(&format!("/search?q={q}")).await;
        assert!(page.text.contains("没有找到不等于没有记录"), "{q}");
    }
    assert_eq!(
        town.get(&format!("/entity/{unknown}")).await.status,
        StatusCode::NOT_FOUND
    );
    let person = town.get("/search?q=370402199001010016").await.text;
    assert!(person.contains("只查询单位") && !person.contains("370402199001010016\""));
}

#[tokio::test]
async fn finds_by_code_part_of_name_and_initials_and_answers_fragments() {
    let town = Town::new();
    for q in [ENTITY.to_owned(), encoded("筱霁"), "NXJYY".to_owned()] {
        let page = town.get(&format!("/search?q={q}")).await;
        assert!(page.text.contains(&format!("/entity/{ENTITY}")), "{q}");
    }
    let request = Request::get(format!("/search?q={ENTITY}")).header("hx-request", "true");
    let fragment = town.send(request.body(Body::empty()).unwrap()).await.text;
    assert!(fragment.contains(ENTITY_NAME) && !fragment.contains("<html"));
}

#[tokio::test]
async fn preferences_are_cookies_that_work_without_scripts() {
    let town = Town::new();
    let answer = town.get("/look?size=elder&back=/law").await;
    assert_eq!(
        (answer.status, answer.header("location")),
        (StatusCode::SEE_OTHER, "/law")
    );
    assert!(answer.header("set-cookie").starts_with("size=elder;"));
    let page = town.get_as("size=elder; contrast=high", "/").await.text;
    assert!(page.contains("class=\"elder contrast\""));
}

#[tokio::test]
async fn assets_are_embedded_hashed_and_kept() {
    let town = Town::new();
    let page = town.get("/").await.text;
    let links: Vec<&str> = page
        .split('"')
        .filter(|part| part.starts_with("/assets/"))
        .collect();
    assert_eq!(links.len(), 4);
    for link in links {
        let answer = town.get(link).await;
        assert_eq!(answer.status, StatusCode::OK, "{link}");
        assert!(
            answer.header("cache-control").contains("immutable"),
            "{link}"
        );
    }
    assert_eq!(
        town.get("/assets/0000/chengheng.css").await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn a_site_without_a_title_still_names_itself() {
    for title in ["", " \u{3000}"] {
        let town = Town::new().named(title);
        for path in ["/", "/penalties", "/login", "/nowhere"] {
            let page = town.get(path).await.text;
            assert!(page.contains(" - 公共信用信息平台</title>"), "{path}");
            assert!(page.contains(r#"href="/">公共信用信息平台</a>"#), "{path}");
        }
    }
}
