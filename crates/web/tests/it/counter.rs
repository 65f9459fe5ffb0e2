use crate::town::{CLEAN, ENTITY, MARKET, Town, encoded, penalties};
use axum::http::StatusCode;
use domain::screening::Outcome;
use jiff::civil::date;

async fn ask(town: &Town, cookie: &str, q: &str) -> String {
    let form = format!("q={}&matter=licence-approval&case_no=AJ-1", encoded(q));
    let answer = town.post_form(cookie, "/counter", &form).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    town.get_as(cookie, answer.header("location")).await.text
}

#[tokio::test]
async fn r49_r57_outcomes_are_told_apart_on_one_page() {
    let town = Town::new();
    let cookie = town.log_in("counter").await;
    let stale = ask(&town, &cookie, CLEAN).await;
    assert!(stale.contains(Outcome::StaleSource.sentence()) && stale.contains("从未送达"));
    town.intake("penalty-2018", &penalties());
    let stranger = domain::code::with_check("91370400MAY999999").unwrap();
    let url = format!("https://example.cn/qr?code={ENTITY}&x=1");
    let cases = [
        (url.as_str(), Outcome::Effects, "枣市监罚〔2026〕2号"),
        (stranger.as_str(), Outcome::UnknownEntity, "主体库中没有"),
        (CLEAN, Outcome::Clear, "在更新期内"),
    ];
    for (q, outcome, part) in cases {
        let page = ask(&town, &cookie, q).await;
        for part in [outcome.sentence(), part, "test.example/log/"] {
            assert!(page.contains(part), "{q}: {part}");
        }
        let others = Outcome::ALL.into_iter().filter(|other| *other != outcome);
        assert!(
            others
                .into_iter()
                .all(|other| !page.contains(other.sentence())),
            "{q}"
        );
    }
    town.clock.set(date(2026, 12, 1));
    let cookie = town.log_in("counter").await;
    let late = ask(&town, &cookie, CLEAN).await;
    assert!(late.contains(Outcome::StaleSource.sentence()));
}

#[tokio::test]
async fn r9_a_look_up_without_matter_or_case_is_not_answered() {
    let town = Town::new();
    let cookie = town.log_in("counter").await;
    let before = town.desk.store.size().unwrap();
    for form in [
        format!("q={ENTITY}&matter=&case_no=AJ-1"),
        format!("q={ENTITY}&matter=licence-approval&case_no="),
        "q=370402199001010016&matter=licence-approval&case_no=AJ-1".to_owned(),
    ] {
        let answer = town.post_form(&cookie, "/counter", &form).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{form}");
        assert!(
            answer.text.contains("错误：") && answer.text.contains("aria-invalid"),
            "{form}"
        );
    }
    assert_eq!(town.desk.store.size().unwrap(), before);
}

#[tokio::test]
async fn a_name_leads_to_candidates_and_is_never_decided() {
    let town = Town::new();
    let cookie = town.log_in("counter").await;
    let form = format!(
        "q={}&matter=licence-approval&case_no=AJ-1",
        encoded("拟筱霁")
    );
    let answer = town.post_form(&cookie, "/counter", &form).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(answer.text.contains("核查这家") && answer.text.contains(ENTITY));
}

#[tokio::test]
async fn r46_the_receipt_verifies_and_a_changed_one_does_not() {
    let town = Town::new();
    town.intake("penalty-2018", &penalties());
    let cookie = town.log_in("counter").await;
    ask(&town, &cookie, ENTITY).await;
    let seq = town.desk.store.size().unwrap() - 1;
    let receipt = town
        .get_as(&cookie, &format!("/counter/{seq}/receipt.json"))
        .await
        .text;
    let good = town
        .post_file([("accept", "*/*")], "/verify", &[], &receipt)
        .await;
    assert!(good.text.contains("核验通过"), "{}", good.text);
    let forged = receipt.replace("AJ-1", "AJ-2");
    let bad = town
        .post_file([("accept", "*/*")], "/verify", &[], &forged)
        .await;
    assert!(bad.text.contains("核验不通过"));
    let public = town
        .get(&format!("/verify/test.example/log/{seq}"))
        .await
        .text;
    assert!(
        public.contains("并已证明在账本中") && !public.contains("AJ-1") && !public.contains(ENTITY)
    );
    assert!(
        town.get("/verify/test.example/log/0")
            .await
            .text
            .contains("没有回执")
    );
}

#[tokio::test]
async fn only_the_organ_that_asked_sees_its_receipt() {
    let town = Town::new();
    let (counter, traffic) = (town.log_in("counter").await, town.log_in("traffic").await);
    ask(&town, &counter, MARKET).await;
    let seq = town.desk.store.size().unwrap() - 1;
    for (cookie, wanted) in [
        (&counter, StatusCode::OK),
        (&traffic, StatusCode::FORBIDDEN),
    ] {
        for path in [
            format!("/counter/{seq}"),
            format!("/counter/{seq}/receipt.json"),
        ] {
            assert_eq!(town.get_as(cookie, &path).await.status, wanted, "{path}");
        }
    }
}
