//! An entity at its own pages, and what the public sees of lists, promises and disputes.

use crate::procedures::{account, done, published, town};
use crate::town::{CLEAN, ENTITY, ENTITY_NAME, encoded, penalties};
use axum::http::StatusCode;
use desk::ports::Role;
use jiff::civil::date;

#[tokio::test]
async fn r94_an_entity_sees_what_weighs_on_it_and_the_way_out_of_each() {
    let town = town();
    town.intake("penalty-2018", &penalties());
    let cookie = town.log_in("entity").await;
    let page = town.get_as(&cookie, "/desk").await;
    assert_eq!(page.header("location"), "/my");
    let page = town.get_as(&cookie, "/my").await;
    assert_eq!(page.status, StatusCode::OK);
    let wanted = [
        ENTITY_NAME,
        "最早可申请修复",
        "自动停止",
        "/my/procedures/new/repair?of=",
        "/my/procedures/new/objection?of=",
        "/law/",
    ];
    for text in wanted {
        assert!(page.text.contains(text), "{text}");
    }
    let clean = town.log_in("clean").await;
    let page = town.get_as(&clean, "/my").await;
    assert!(page.text.contains("目前没有影响该单位的不良记录"));
    assert!(page.text.contains("不能代替核查"), "unknown is not clean");
}

#[tokio::test]
async fn r96_an_entity_objects_online_and_the_record_says_so_until_it_withdraws() {
    let town = town();
    town.intake("penalty-2018", &penalties());
    let cookie = town.log_in("entity").await;
    let mine = town.get_as(&cookie, "/my").await;
    let at = mine.text.split("/my/procedures/new/objection?of=").nth(1);
    let record = at.unwrap().split('"').next().unwrap().to_owned();
    let form = town
        .get_as(
            &cookie,
            &format!("/my/procedures/new/objection?of={record}"),
        )
        .await;
    assert!(
        form.text.contains(&format!("value=\"{record}\"")),
        "{}",
        form.text
    );
    let path = format!("/my/procedures/new/objection/file?of={record}");
    let answer = town.post_form(&cookie, &path, "").await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let fields = [
        ("record", record.as_str()),
        ("words", "当事人不是本单位"),
        ("grounds", "当事人不是本单位"),
    ];
    let known: Vec<_> = fields
        .into_iter()
        .filter(|(key, _)| form.text.contains(&format!("name=\"{key}\"")))
        .collect();
    let id = done(&town, &cookie, &path, &known).await;
    let public = town.get(&format!("/record/{record}")).await;
    assert!(public.text.contains("异议处理中"), "{}", public.text);
    let shown = town.get_as(&cookie, &format!("/my/procedures/{id}")).await;
    assert!(shown.text.contains("撤回"), "{}", shown.text);
    let other = town.log_in("clean").await;
    let answer = town.get_as(&other, &format!("/my/procedures/{id}")).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND, "it is nobody else's");
    done(
        &town,
        &cookie,
        &format!("/my/procedures/{id}/withdraw"),
        &[],
    )
    .await;
    let public = town.get(&format!("/record/{record}")).await;
    assert!(!public.text.contains("异议处理中"));
}

#[tokio::test]
async fn r79_what_is_published_is_on_the_public_list_with_its_article_and_its_end() {
    let town = town();
    let before = town.get("/lists").await;
    assert!(before.text.contains("没有公布中的名单认定"));
    let id = published(&town).await;
    for path in [
        "/lists",
        "/lists?list=market-serious",
        &format!("/entity/{ENTITY}"),
    ] {
        let page = town.get(path).await;
        let wanted = [
            &format!("listing-{id}"),
            ENTITY_NAME,
            "自动移出，不需要申请",
            "救济途径",
            "/law/",
        ];
        for text in wanted {
            assert!(page.text.contains(text), "{path} {text}");
        }
    }
    let entity = town.log_in("entity").await;
    let inbox = town.get_as(&entity, "/my/inbox").await;
    assert!(inbox.text.contains("未查看"), "it was told");
    let letter = inbox.text.split("/my/inbox/").nth(1).unwrap();
    let letter = format!("/my/inbox/{}", letter.split('"').next().unwrap());
    let clean = town.log_in("clean").await;
    let foreign = town.get_as(&clean, &letter).await;
    assert_eq!(
        foreign.status,
        StatusCode::NOT_FOUND,
        "a box is its owner's"
    );
    let unread = |page: &str| {
        let count = page.split(" 份告知尚未查看").next().unwrap();
        count.rsplit(' ').next().unwrap().parse().unwrap_or(0)
    };
    let before: u64 = unread(&town.get_as(&entity, "/my").await.text);
    town.get_as(&entity, &letter).await;
    let after = unread(&town.get_as(&entity, "/my").await.text);
    assert_eq!(before, after + 1, "opening is delivery");
    let mine = town.get_as(&entity, &format!("/my/procedures/{id}")).await;
    assert_eq!(mine.status, StatusCode::OK);
    assert!(!mine.text.contains("market<"), "clerks' names stay inside");
    assert!(mine.text.contains("办理单位"));
    // The timer did not run, and the list is over all the same.
    town.clock.set(date(2029, 6, 24));
    let after = town.get("/lists").await;
    assert!(!after.text.contains(ENTITY_NAME));
}

#[tokio::test]
async fn what_lies_under_my_is_for_its_owner_and_kept_by_no_cache() {
    let town = town();
    account(&town, "nobody", Role::Entity, None);
    for path in ["/my", "/my/procedures", "/my/inbox", "/my/contacts"] {
        let answer = town.get(path).await;
        assert_eq!(answer.header("location"), format!("/login?back={path}"));
        let cookie = town.log_in("clean").await;
        let answer = town.get_as(&cookie, path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        assert_eq!(answer.header("cache-control"), "no-store");
        assert!(!answer.text.contains(ENTITY), "{path}");
        assert!(!answer.text.contains("href=\"/desk/"), "{path}");
    }
    let cookie = town.log_in("clean").await;
    let given = format!("email={}&sms=13800000000", encoded("a@example.com"));
    let kept = town.post_form(&cookie, "/my/contacts", &given).await;
    assert_eq!(kept.header("location"), "/my/contacts?kept=1");
    let contacts = town.desk.store.contacts(CLEAN).unwrap();
    assert_eq!(contacts.len(), 2);
    let office = town.log_in("office").await;
    let answer = town.get_as(&office, "/my").await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
}
