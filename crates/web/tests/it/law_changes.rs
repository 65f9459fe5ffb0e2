use crate::town::{Answer, Town, encoded, penalties};
use axum::http::StatusCode;
use std::time::Duration;

const SCALE: &str = "local/grade-2026/scale.md";

/// The scale with another line between C and D, and the worked example that then ends otherwise.
fn stricter(town: &Town) -> String {
    let text = town.desk.law().files()[SCALE].clone();
    let changed = text
        .replace("name = \"中\", least = 60", "name = \"中\", least = 65")
        .replace("score = 64, grade = \"C\"", "score = 64, grade = \"D\"");
    assert_ne!(changed, text);
    changed
}

/// Begins a draft; its page.
async fn draft(town: &Town, cookie: &str, title: &str) -> String {
    let form = format!("title={}", encoded(title));
    let made = town.post_form(cookie, "/desk/law/drafts", &form).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text);
    made.header("location").to_owned()
}

async fn save(town: &Town, cookie: &str, draft: &str, path: &str, text: &str, act: &str) -> Answer {
    // A browser sends its own line ends.
    let text = encoded(&text.replace('\n', "\r\n"));
    let form = format!("path={}&act={act}&text={text}", encoded(path));
    town.post_form(cookie, &format!("{draft}/file"), &form)
        .await
}

/// Waits for a rehearsal; its result page.
async fn rehearsed(town: &Town, cookie: &str, place: &str) -> String {
    for _ in 0..200 {
        let page = town.get_as(cookie, place).await.text;
        if !page.contains("正在试算") {
            return page;
        }
        assert!(page.contains("http-equiv=\"refresh\"") && page.contains("<progress"));
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the rehearsal does not end");
}

#[tokio::test]
async fn r2_a_change_goes_from_draft_over_rehearsal_to_a_second_signature() {
    let town = Town::new();
    town.intake("penalty-2018", &penalties());
    let office = town.log_in("office").await;
    let draft = draft(&town, &office, "提高等级线").await;
    let saved = save(&town, &office, &draft, SCALE, &stricter(&town), "save").await;
    assert_eq!(
        (saved.status, saved.header("location")),
        (StatusCode::SEE_OTHER, draft.as_str())
    );
    let page = town.get_as(&office, &draft).await.text;
    assert!(
        page.contains("等级线 · C · 下限")
            && page.contains("评价规则（企业、个体工商户、农民专业合作社）")
            && page.contains("<del>60</del>")
            && page.contains("<ins>65</ins>"),
        "{page}"
    );
    let check = town.get_as(&office, &format!("{draft}/check")).await.text;
    assert!(
        check.contains("可以装入")
            && check.contains("自然人不评分、不评级")
            && check.contains("成立"),
        "{check}"
    );

    let started = town
        .post_form(&office, &format!("{draft}/rehearsal"), "")
        .await;
    assert_eq!(started.status, StatusCode::SEE_OTHER, "{}", started.text);
    let place = started.header("location").to_owned();
    let result = rehearsed(&town, &office, &place).await;
    for part in ["试算结果", "等级下降", "等级分数线", "企业", "下载全部变动"]
    {
        assert!(result.contains(part), "{part} {result}");
    }
    let csv = town.get_as(&office, &format!("{place}/rows.csv")).await;
    assert!(csv.header("content-type").starts_with("text/csv"));
    assert!(csv.text.starts_with("\u{feff}变动,统一社会信用代码"));
    assert!(
        csv.text.lines().count() > 1 && csv.text.contains("等级分数线"),
        "{}",
        csv.text
    );

    let none = town
        .post_form(&office, &format!("{draft}/proposal"), "reason=+")
        .await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(none.text.contains("请写明变更理由和依据"));
    let reason = format!("reason={}", encoded("等级线经集体研究调整"));
    let proposed = town
        .post_form(&office, &format!("{draft}/proposal"), &reason)
        .await;
    let proposal = proposed.header("location").to_owned();
    assert!(
        proposal.starts_with("/desk/law/proposals/"),
        "{}",
        proposed.text
    );
    assert_eq!(
        town.get_as(&office, &draft).await.status,
        StatusCode::NOT_FOUND,
        "the draft is gone"
    );

    let own = town.get_as(&office, &proposal).await.text;
    assert!(
        own.contains("您不能签署") && !own.contains("签署采用"),
        "{own}"
    );
    let signed = town
        .post_form(&office, &format!("{proposal}/adoption"), "compared=1")
        .await;
    assert_eq!(signed.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(signed.text.contains("提出人不能同时作为第二签署人"));

    let deputy = town.log_in("deputy").await;
    let page = town.get_as(&deputy, &proposal).await.text;
    assert!(
        page.contains("签署采用")
            && page.contains("等级线经集体研究调整")
            && page.contains("草稿：提高等级线的试算"),
        "{page}"
    );
    let unread = town
        .post_form(&deputy, &format!("{proposal}/adoption"), "")
        .await;
    assert_eq!(unread.status, StatusCode::UNPROCESSABLE_ENTITY);
    let before = town.desk.law().digest().to_owned();
    let signed = town
        .post_form(&deputy, &format!("{proposal}/adoption"), "compared=1")
        .await;
    assert_eq!(signed.status, StatusCode::SEE_OTHER, "{}", signed.text);
    assert_ne!(town.desk.law().digest(), before);
    let done = town.get_as(&deputy, &proposal).await.text;
    assert!(
        done.contains("已采用") && done.contains("office、deputy"),
        "{done}"
    );
    let again = town
        .post_form(&deputy, &format!("{proposal}/adoption"), "compared=1")
        .await;
    assert!(again.text.contains("提案已经办结"));
    assert!(town.get("/scale").await.text.contains("65 至 74 分"));
    let library = town.get("/law/local/grade-2026").await.text;
    assert!(
        library.contains("等级线经集体研究调整") && library.contains(SCALE),
        "{library}"
    );
}

#[tokio::test]
async fn r2_a_second_person_declines_and_the_reason_is_kept() {
    let town = Town::new();
    let office = town.log_in("office").await;
    let draft = draft(&town, &office, "改名").await;
    let text = town.desk.law().files()[SCALE].replace("建议稿）", "试用稿）");
    save(&town, &office, &draft, SCALE, &text, "save").await;
    let reason = format!("reason={}", encoded("更名"));
    let proposed = town
        .post_form(&office, &format!("{draft}/proposal"), &reason)
        .await;
    let proposal = proposed.header("location").to_owned();
    let deputy = town.log_in("deputy").await;
    let none = town
        .post_form(&deputy, &format!("{proposal}/refusal"), "reason=")
        .await;
    assert!(none.text.contains("请写明不采用的理由"));
    let reason = format!("reason={}", encoded("名称未经批准"));
    let said = town
        .post_form(&deputy, &format!("{proposal}/refusal"), &reason)
        .await;
    assert_eq!(said.status, StatusCode::SEE_OTHER);
    let page = town.get_as(&office, &proposal).await.text;
    assert!(
        page.contains("没有采用") && page.contains("名称未经批准"),
        "{page}"
    );
    assert!(!page.contains("撤回提案"));
}

#[tokio::test]
async fn a_draft_that_does_not_load_says_where_and_goes_nowhere() {
    let town = Town::new();
    let office = town.log_in("office").await;
    let draft = draft(&town, &office, "写坏").await;
    let broken = town.desk.law().files()[SCALE].replace("start   = 75", "start   = 76");
    let saved = save(&town, &office, &draft, SCALE, &broken, "check").await;
    let check = saved.header("location").to_owned();
    assert_eq!(check, format!("{draft}/check"));
    let page = town.get_as(&office, &check).await.text;
    assert!(
        page.contains("必须改正") && page.contains("用例不成立"),
        "{page}"
    );
    let link = page
        .split('"')
        .find(|part| part.contains("&#38;line=") || part.contains("&amp;line="))
        .unwrap();
    let link = link.replace("&#38;", "&").replace("&amp;", "&");
    let editor = town.get_as(&office, &link).await.text;
    assert!(
        editor.contains("data-line=") && editor.contains("问题在第"),
        "{link}"
    );
    for act in ["rehearsal", "proposal"] {
        let answer = town
            .post_form(&office, &format!("{draft}/{act}"), "reason=x")
            .await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{act}");
        assert!(answer.text.contains("不能装入"), "{act}");
    }
    // The text in force comes back, and then there is nothing to propose.
    save(&town, &office, &draft, SCALE, &broken, "restore").await;
    let page = town.get_as(&office, &draft).await.text;
    assert!(page.contains("还没有改动"));
    for (act, wanted) in [
        ("rehearsal", "没有差别"),
        ("proposal", "提案与现行规则包没有差别"),
    ] {
        let answer = town
            .post_form(&office, &format!("{draft}/{act}"), "reason=x")
            .await;
        assert!(answer.text.contains(wanted), "{act}");
    }
    let ended = town.post_form(&office, &format!("{draft}/end"), "").await;
    assert_eq!(ended.header("location"), "/desk/law");
}

#[tokio::test]
async fn only_its_author_changes_a_draft_and_line_ends_are_no_change() {
    let town = Town::new();
    let office = town.log_in("office").await;
    let made = draft(&town, &office, "甲").await;
    let same = town.desk.law().files()[SCALE].clone();
    save(&town, &office, &made, SCALE, &same, "save").await;
    assert!(
        town.get_as(&office, &made)
            .await
            .text
            .contains("还没有改动")
    );
    let deputy = town.log_in("deputy").await;
    let page = town.get_as(&deputy, &made).await.text;
    assert!(page.contains("只有起草人可以修改") && !page.contains("提出变更"));
    let answer = save(&town, &deputy, &made, SCALE, "x", "save").await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert!(answer.text.contains("另存为我的草稿"));
    for act in ["base", "end", "proposal"] {
        let answer = town
            .post_form(&deputy, &format!("{made}/{act}"), "reason=x")
            .await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{act}");
    }
    let outside = save(&town, &office, &made, "../x.md", "x", "save").await;
    assert_eq!(outside.status, StatusCode::UNPROCESSABLE_ENTITY);
    let outside = town
        .get_as(&office, &format!("{made}/file?path=..%2Fx.md"))
        .await;
    assert_eq!(outside.status, StatusCode::BAD_REQUEST);
    for title in ["", &"长".repeat(61)] {
        let answer = town
            .post_form(
                &office,
                "/desk/law/drafts",
                &format!("title={}", encoded(title)),
            )
            .await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
}

#[tokio::test]
async fn a_change_in_between_has_to_be_looked_at_first() {
    let town = Town::new();
    let (office, deputy) = (town.log_in("office").await, town.log_in("deputy").await);
    let slow = draft(&town, &office, "慢").await;
    let text = town.desk.law().files()[SCALE].replace("建议稿）", "试用稿）");
    save(&town, &office, &slow, SCALE, &text, "save").await;
    let late = town
        .post_form(&office, &format!("{slow}/proposal"), "reason=x")
        .await;
    let late = late.header("location").to_owned();

    let second = draft(&town, &deputy, "后").await;
    let text = town.desk.law().files()[SCALE].replace("建议稿）", "讨论稿）");
    save(&town, &deputy, &second, SCALE, &text, "save").await;
    let third = draft(&town, &deputy, "快").await;
    save(&town, &deputy, &third, SCALE, &stricter(&town), "save").await;
    let fast = town
        .post_form(&deputy, &format!("{third}/proposal"), "reason=y")
        .await;
    let fast = fast.header("location").to_owned();
    town.post_form(&office, &format!("{fast}/adoption"), "compared=1")
        .await;

    let page = town.get_as(&deputy, &late).await.text;
    assert!(
        page.contains("不能签署") && page.contains("请在现行规则上重新起草"),
        "{page}"
    );
    let signed = town
        .post_form(&deputy, &format!("{late}/adoption"), "compared=1")
        .await;
    assert!(signed.text.contains("提案之后规则包已经变更"));
    let page = town.get_as(&deputy, &second).await.text;
    assert!(page.contains("起草以后规则包已经变更") && page.contains("以下文件两边都改过"));
    let refused = town
        .post_form(&deputy, &format!("{second}/proposal"), "reason=z")
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("请核对下面列出的文件"));
    town.post_form(&deputy, &format!("{second}/base"), "").await;
    let accepted = town
        .post_form(&deputy, &format!("{second}/proposal"), "reason=z")
        .await;
    assert_eq!(accepted.status, StatusCode::SEE_OTHER, "{}", accepted.text);
}

#[tokio::test]
async fn the_offered_pack_and_the_replays_have_their_pages() {
    let town = Town::new();
    town.intake("penalty-2018", &penalties());
    let office = town.log_in("office").await;
    let home = town.get_as(&office, "/desk/law").await.text;
    assert!(home.contains(town.desk.law().digest()) && home.contains("账本设立时由运营者采用"));
    assert!(
        !home.contains("/desk/law/offered"),
        "it is the one in force"
    );
    let same = town.get_as(&office, "/desk/law/offered").await.text;
    assert!(same.contains("与现行规则包相同"));
    let nothing = town
        .post_form(&office, "/desk/law/offered/proposal", "reason=x")
        .await;
    assert!(nothing.text.contains("没有差别"));
    assert!(
        town.get_as(&office, "/desk/law/replays")
            .await
            .text
            .contains("还没有重算")
    );
    let replayed = town.desk.replay(&desk::Actor::timer(), 5).unwrap();
    let page = town.get_as(&office, "/desk/law/replays").await.text;
    assert!(
        page.contains(&replayed.seed.to_string()) && page.contains("全部一致"),
        "{page}"
    );
    assert!(replayed.compared > 0 && replayed.differing.is_empty());
}

#[tokio::test]
async fn a_scale_that_punishes_repair_cannot_be_proposed() {
    let town = Town::new();
    let office = town.log_in("office").await;
    let made = draft(&town, &office, "反例").await;
    // Nine points for each broken commitment, against the eight it costs.
    let item = "    { id = \"odd\", name = \"反例\", each = { of = \"broken_3y\", points = 9, most = 3 }, article = \"N4\" },\n]\ncuts";
    let text = town.desk.law().files()[SCALE]
        .replace("]\ncuts", item)
        .replacen(
            "] }\nexpect = { score = 73, grade = \"C\" }",
            "] }\nexpect = { score = 82, grade = \"B\" }",
            1,
        );
    save(&town, &office, &made, SCALE, &text, "save").await;
    let check = town.get_as(&office, &format!("{made}/check")).await.text;
    assert!(
        check.contains("有性质不成立，不能提出") && check.contains("反例："),
        "{check}"
    );
    let answer = town
        .post_form(&office, &format!("{made}/proposal"), "reason=x")
        .await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text.contains("规则包不具备必须的性质") && answer.text.contains("请改正规则"));
}

/// A sector's rule that names a list nobody has.
const SECTOR: &str = r#"+++
title  = "拟设市场监管领域信用监管实施细则"
issuer = "枣庄市拟设市场监督管理局"
number = "拟市监〔2026〕1号"
issued = "2026-05-01"
from   = "2026-06-01"
source = "测试"
rank   = "local-policy"
+++

# 惩戒

```rule
id       = "measure.effect"
measure  = "sector-check"
name     = "加大抽查"
class    = 2
from     = "2026-06-01"
article  = "第三条"
triggers = ["no-such-list"]
targets  = ["enterprise"]
implementer = "市场监管部门"
matters  = ["*"]
ends     = "with-list"
```

```case
why    = "没有这种名单"
given  = { list = "no-such-list", form = "enterprise", matter = "bidding", on = "2026-06-02" }
expect = { measures = ["sector-check"] }
```
"#;

#[tokio::test]
async fn r117_the_rule_of_an_organ_that_names_an_unknown_list_is_flagged() {
    let town = Town::new();
    let market = town.log_in("market").await;
    assert!(
        town.get_as(&market, "/desk/rules")
            .await
            .text
            .contains("没有草稿")
    );
    let made = draft(&town, &market, "实施细则").await;
    let path = "local/market-2026/statute.md";
    let saved = save(&town, &market, &made, path, SECTOR, "check").await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text);
    let page = town.get_as(&market, saved.header("location")).await.text;
    assert!(
        page.contains("必须改正") && page.contains("no-such-list") && page.contains(path),
        "{page}"
    );
    assert!(
        town.get_as(&market, "/desk/rules")
            .await
            .text
            .contains("实施细则")
    );
    let own = town.get_as(&market, &made).await.text;
    assert!(
        !own.contains("提出变更")
            && !own.contains("用全部单位试算")
            && own.contains("请把草稿名称告知信用办")
    );
    // Another organ does not see it; the office does, and goes on with a copy of its own.
    let traffic = town.log_in("traffic").await;
    assert_eq!(
        town.get_as(&traffic, &made).await.status,
        StatusCode::NOT_FOUND
    );
    let office = town.log_in("office").await;
    let copied = town.post_form(&office, &format!("{made}/copy"), "").await;
    let copy = copied.header("location").to_owned();
    assert_ne!(copy, made);
    let page = town.get_as(&office, &copy).await.text;
    assert!(
        page.contains(path) && page.contains("office 起草"),
        "{page}"
    );
}
