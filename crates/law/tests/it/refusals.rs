//! What a pack may not set up: each refusal with a valid pack that was changed in one place.

use crate::town::{self, also, changed, files, lists_in, loaded, refused};
use law::Topic;

const SCALE: &str = "cn/law/scale.md";
const LISTS: &str = "cn/law/list.md";
const OTHERS: &str = "cn/law/other.md";

#[test]
fn the_town_itself_loads() {
    let pack = loaded(files());
    assert_eq!((pack.check().rules, pack.check().cases), (13, 22));
}

#[test]
fn r78_a_local_list_rests_on_a_local_regulation() {
    let comment = "level = \"local\"\ncomment = { from = \"2020-01-02\", until = \"2020-02-15\" }";
    let local = |folder: &str| {
        let path = format!("{folder}/list.md");
        let files = also(lists_in(folder), &path, "level = \"national\"", comment);
        let files = also(
            files,
            &path,
            "from = \"2020-01-01\"",
            "from = \"2020-03-01\"",
        );
        (path, files)
    };
    loaded(local("sd/regulation").1);
    for folder in ["cn/law", "cn/rule", "cn/notice"] {
        let (path, files) = local(folder);
        refused(files, &path, "本地名单须以地方性法规为依据");
    }
}

#[test]
fn r78_a_local_list_was_out_for_comment_long_enough() {
    let path = "sd/regulation/list.md";
    let local = |comment: &str| {
        let level = format!("level = \"local\"\n{comment}");
        let files = also(
            lists_in("sd/regulation"),
            path,
            "level = \"national\"",
            &level,
        );
        also(
            files,
            path,
            "from = \"2020-01-01\"",
            "from = \"2020-03-01\"",
        )
    };
    refused(local(""), path, "须写明征求意见的起止日");
    let short = "comment = { from = \"2020-01-31\", until = \"2020-02-29\" }";
    refused(local(short), path, "征求意见只有 29 天，不足 30 天");
    let open = "comment = { from = \"2020-01-31\", until = \"2020-03-01\" }";
    refused(local(open), path, "征求意见尚未结束");
    let before = "comment = { from = \"2019-12-01\", until = \"2020-02-01\" }";
    refused(local(before), path, "征求意见期限的规则");
    loaded(local(
        "comment = { from = \"2020-01-30\", until = \"2020-02-29\" }",
    ));
}

#[test]
fn r2_a_nation_wide_list_needs_the_rank() {
    refused(
        lists_in("cn/notice"),
        "cn/notice/list.md",
        "全国性名单须以法律",
    );
    refused(
        lists_in("sd/regulation"),
        "sd/regulation/list.md",
        "全国性名单须以法律",
    );
    // A ministry rule does for lists, provisionally, and never for a measure of class 1.
    let files = lists_in("cn/rule");
    refused(
        files.clone(),
        "cn/rule/list.md",
        "减损权益或者增加义务的措施须以",
    );
    let softened = also(files, "cn/rule/list.md", "class = 1", "class = 2");
    let softened = also(softened, "cn/rule/list.md", "class = 1", "class = 2");
    let report = law::examine(softened, None);
    let provisional = report
        .remarks
        .iter()
        .filter(|one| one.topic == Topic::Provisional);
    assert_eq!(provisional.count(), 1, "{:#?}", report.remarks);
}

#[test]
fn d3_a_memorandum_is_no_basis_by_itself() {
    let path = "cn/memo/list.md";
    refused(lists_in("cn/memo"), path, "名单只以合作备忘录为依据");
    refused(lists_in("cn/memo"), path, "措施只以合作备忘录为依据");
    let mut files = lists_in("cn/memo");
    let law = "also = [{ statute = \"cn/law\", article = \"8\" }]\narticle = ";
    for article in ["8", "10", "11"] {
        let old = format!("article = \"{article}\"\n");
        let new = format!("{law}\"{article}\"\n");
        files = also(files, path, &old, &new);
    }
    let pack = loaded(files);
    let list = pack.list("wages", jiff::civil::date(2020, 3, 2)).unwrap();
    assert_eq!(
        &*list.basis().statute,
        "cn/law",
        "the higher basis bears the list"
    );
    assert_eq!(list.value().bases.len(), 2);
}

#[test]
fn r88_a_personal_effect_names_its_roles() {
    let files = changed(
        LISTS,
        "roles = [\"representative\"]\nimplementer",
        "implementer",
    );
    refused(files, LISTS, "惩戒到人的措施须写明依据所列的人员类别");
    let files = changed(LISTS, "personal = true\n", "");
    refused(files, LISTS, "须同时写明 `personal = true`");
    let files = changed(
        LISTS,
        "targets = [\"enterprise\"]",
        "targets = [\"person\"]",
    );
    refused(files, LISTS, "措施的对象含自然人");
}

#[test]
fn r5_a_list_has_an_end_and_a_way_out() {
    refused(
        changed(LISTS, "max = \"P3Y\"\nroles", "roles"),
        LISTS,
        "名单没有最长期限",
    );
    refused(
        changed(LISTS, "max = \"P3Y\"\nroles", "max = \"P0D\"\nroles"),
        LISTS,
        "须为大于零的期限",
    );
    let exits = "exits = [{ key = \"paid\", text = \"已经支付\" }]\n";
    refused(changed(LISTS, exits, ""), LISTS, "名单没有退出条件");
    refused(
        changed(LISTS, exits, "exits = []\n"),
        LISTS,
        "名单没有退出条件",
    );
    refused(
        changed(LISTS, "min = \"P6M\"", "min = \"P4Y\""),
        LISTS,
        "`max` 短于 `min`",
    );
    refused(
        changed(
            LISTS,
            "matters = [\"bidding\"]\nmax = \"P3Y\"",
            "matters = [\"bidding\"]",
        ),
        LISTS,
        "措施须写明期限",
    );
}

#[test]
fn r78_activation_checks_every_field_of_a_list() {
    for key in [
        "organ", "criteria", "evidence", "notice", "plea", "reviewer", "appeal", "level", "roles",
    ] {
        let renamed = changed(LISTS, &format!("\n{key} = "), &format!("\nx{key} = "));
        refused(renamed, LISTS, &format!("缺少 `{key}`"));
    }
    let other = changed(LISTS, "notice = \"list-notice\"", "notice = \"nothing\"");
    refused(other.clone(), LISTS, "`nothing` 不在封闭目录中");
    refused(other, LISTS, "没有 duty.term 规则");
}

#[test]
fn r45_a_matter_without_basis_is_for_reference_only() {
    let path = "catalog/matters.toml";
    let effect = "effect = { statute = \"cn/law\", article = \"10\" }\n";
    refused(changed(path, effect, ""), path, "查询结果只能供参考");
    let simple = also(
        changed(path, effect, ""),
        path,
        "use = \"refusal\"",
        "use = \"simplify\"",
    );
    refused(simple, path, "不能“依法简化”");
    let low = effect.replace("cn/law", "cn/notice");
    refused(changed(path, effect, &low), path, "部门规范性文件不能作为");
    refused(
        changed(path, "use = \"refusal\"\n", ""),
        path,
        "不写 `effect`",
    );
    refused(
        changed(path, "[\"penalty\"]", "[\"other\"]"),
        path,
        "数据集 `other` 不在封闭目录中",
    );
}

#[test]
fn r26_nothing_is_gathered_outside_the_base_catalogue() {
    let path = "catalog/data-sets.toml";
    let outside = changed(path, "class = \"administration\"", "class = \"religion\"");
    refused(outside, path, "不在公共信用信息基础目录和本地补充目录中");
    refused(
        changed(path, "证件号码", "血型"),
        path,
        "“血型”属于禁止归集的个人信息",
    );
    refused(
        changed(path, "行政处罚", "ABO登记"),
        path,
        "“ABO”属于禁止归集的个人信息",
    );
    let base = "catalog/base.toml";
    refused(
        changed(base, "sd/regulation", "cn/notice"),
        base,
        "依据层级不符",
    );
    refused(
        changed(base, "\"cn/law\"", "\"sd/regulation\""),
        base,
        "依据层级不符",
    );
}

#[test]
fn r25_a_data_set_fits_together() {
    let path = "catalog/data-sets.toml";
    let faults = [
        (
            "match = [\"docket\"]",
            "match = [\"number\"]",
            "匹配键 `number`",
        ),
        ("match = [\"docket\"]", "match = []", "没有写明匹配键"),
        (
            "code = \"person\"",
            "code = \"docket\"",
            "字段 `docket` 列了两次",
        ),
        ("condition = \"自然人\"\n", "", "有条件必填的须写"),
        (
            "range = \"public\"",
            "range = \"none\"\nuntil = \"2019-01-01\"",
            "`until` 早于",
        ),
    ];
    for (old, new, message) in faults {
        refused(changed(path, old, new), path, message);
    }
    let wider = changed(path, "range = \"public\"", "range = \"shared\"");
    let wider = also(wider, path, "range = \"none\"", "range = \"public\"");
    refused(wider, path, "大于数据集的范围");
    let twice = changed(
        "catalog/forms.toml",
        "pairs = [\"91\"]",
        "pairs = [\"91\", \"91\"]",
    );
    refused(twice, "catalog/forms.toml", "`91` 列了两次");
}

#[test]
fn r13_an_excluded_matter_cannot_be_switched_on() {
    let path = "catalog/commitments.toml";
    let on = changed(
        path,
        "excluded = \"safety\"",
        "excluded = \"safety\"\non = true",
    );
    refused(on, path, "属于不适用告知承诺的事项，不得开通");
    let unknown = changed(path, "excluded = \"safety\"", "excluded = \"nothing\"");
    refused(unknown, path, "不是 commitment.excluded 规则所列的情形");
}

#[test]
fn r14_a_proof_item_names_certificate_and_check() {
    let path = "catalog/commitments.toml";
    let kept = changed(path, "kind = \"proof\"", "kind = \"deferred\"");
    refused(kept, path, "不是证明事项，不写 `proof`");
    let bare = changed(path, "kind = \"approval\"", "kind = \"proof\"");
    refused(bare, path, "证明事项须写明 `proof`");
    refused(
        changed(path, "verify = \"P2M\"\n", ""),
        path,
        "没有写明核查期限",
    );
    let mute = "consequences = [{ key = \"revoke\", text = \"撤销决定\" }]";
    refused(
        changed(path, mute, "consequences = []"),
        path,
        "没有写明违诺后果",
    );
}

#[test]
fn r4_no_scale_for_a_natural_person() {
    let files = changed(
        SCALE,
        "form = [\"enterprise\"]",
        "form = [\"enterprise\", \"person\"]",
    );
    refused(files, SCALE, "自然人不得评分、评级");
}

#[test]
fn r60_a_higher_grade_is_never_inspected_more() {
    let faults = [
        (
            "grade = \"A\", least = 0, most = 100",
            "grade = \"A\", least = 0, most = 600",
        ),
        ("least = 100, most = 500", "least = 600, most = 700"),
        ("per_year = 1", "per_year = 3"),
        ("per_year = 1, ", ""),
    ];
    for (old, new) in faults {
        refused(changed(SCALE, old, new), SCALE, "等级越高，检查只能越少");
    }
    refused(
        changed(SCALE, "most = 2000", "most = 10001"),
        SCALE,
        "且不超过 10000",
    );
    let files = changed(
        SCALE,
        "{ grade = \"C\", least = 500",
        "{ grade = \"D\", least = 500",
    );
    refused(files, SCALE, "与评价规则 `general` 的等级 A、B、C 不一致");
}

#[test]
fn d4_a_watchlist_triggers_nothing() {
    let watch = changed(
        LISTS,
        "level = \"national\"",
        "level = \"national\"\nkind = \"watchlist\"",
    );
    refused(watch, LISTS, "只供内部使用，不得触发措施");
    let honor = changed(
        LISTS,
        "level = \"national\"",
        "level = \"national\"\nkind = \"honorlist\"",
    );
    refused(honor, LISTS, "只能触发激励措施");
    let reward = changed(LISTS, "class = 1", "class = 2\nincentive = true");
    refused(reward, LISTS, "不能触发激励措施");
    let reward = changed(LISTS, "class = 1", "class = 1\nincentive = true");
    refused(reward, LISTS, "激励措施不能是减损权益的措施");
}

#[test]
fn words_of_every_kind_are_closed() {
    let faults = [
        (
            LISTS,
            "evidence = [\"order\"]",
            "evidence = [\"rumour\"]",
            "rumour",
        ),
        (
            LISTS,
            "roles = [\"representative\"]",
            "roles = [\"cousin\"]",
            "cousin",
        ),
        (
            LISTS,
            "triggers = [\"wages\"]",
            "triggers = [\"tax\"]",
            "tax",
        ),
        (
            LISTS,
            "targets = [\"enterprise\"]",
            "targets = [\"shop\"]",
            "shop",
        ),
        (
            LISTS,
            "matters = [\"bidding\"]",
            "matters = [\"sport\"]",
            "sport",
        ),
        (OTHERS, "what = \"adverse\"", "what = \"all\"", "all"),
        (OTHERS, "report = \"standard\"", "report = \"long\"", "long"),
        (OTHERS, "over = \"in-time\"", "over = \"late\"", "late"),
        (
            SCALE,
            "form = [\"enterprise\"]",
            "form = [\"shop\"]",
            "shop",
        ),
    ];
    for (path, old, new, word) in faults {
        let message = format!("`{word}` 不在封闭目录中");
        refused(changed(path, old, new), path, &message);
    }
    let later = changed(
        OTHERS,
        "statute = \"cn/law\", article = \"12\"",
        "statute = \"cn/no\", article = \"12\"",
    );
    refused(later, OTHERS, "`displaced` 所指法规 `cn/no` 未登记");
    let open = changed(OTHERS, "until = \"2020-12-31\"\n", "");
    refused(open, OTHERS, "写了 `displaced` 的规则须有 `until`");
    let strange = changed(SCALE, "statute = \"cn/law\" }", "statute = \"cn/no\" }");
    refused(strange, SCALE, "所引依据 `cn/no` 未登记");
    let wide = changed(
        OTHERS,
        "when = { what = \"adverse\" }",
        "when = { what = \"adverse\", severity = \"minor\" }",
    );
    refused(
        wide,
        OTHERS,
        "`when` 中的 `severity` 与规则 `retention.term` 不符",
    );
}

#[test]
fn a_scale_fits_together() {
    let faults = [
        (
            "of = \"serious\"",
            "of = \"grave\"",
            "所用的指标 `grave` 没有定义",
        ),
        (
            "id = \"listed\"",
            "id = \"serious\"",
            "指标 `serious` 列了两次",
        ),
        ("id = \"listed\"", "id = \"Listed\"", "只能用小写字母"),
        (
            "fading = { kinds = [\"penalty\"], to = \"ordinary\", months = 12 }",
            "fading = { kinds = [\"penalty\"] }",
            "须写明 `months`",
        ),
        (
            "count = { kinds = [\"blacklist\"] }",
            "count = { kinds = [] }",
            "`kinds` 不能为空",
        ),
        (
            "count = { kinds = [\"blacklist\"] }",
            "count = { kinds = [\"rumour\"] }",
            "值不正确",
        ),
        (
            "faded = { of = \"fade\"",
            "faded = { of = \"serious\"",
            "须用 fading 指标",
        ),
        ("[[1, 2], [3, 5]]", "[[3, 2], [1, 5]]", "须逐级增大"),
        ("least = 70", "least = 95", "须从高到低"),
        ("word = \"B\"", "word = \"A\"", "等级 A 列了两次"),
        (
            "grade = \"C\", article",
            "grade = \"E\", article",
            "等级 E 不在 `cuts` 中",
        ),
        ("start = 100", "start = 101", "须在 `least` 和 `most` 之间"),
        (
            "stated = true",
            "stated = true, sum = { kinds = [\"honor\"] }",
            "须恰有一种写法",
        ),
        (", most = 3 }", ", most = 0 }", "`most` 须大于零"),
        (", article = \"2\" }", " }", "值不正确"),
    ];
    for (old, new, message) in faults {
        refused(changed(SCALE, old, new), SCALE, message);
    }
}

#[test]
fn a_new_kind_of_rule_is_bound_by_its_cases() {
    let faults = [
        (
            SCALE,
            "score = 80, grade = \"B\"",
            "score = 81, grade = \"B\"",
            "应为 81 / B，规则答 80 / B",
        ),
        (
            SCALE,
            "least = 0, most = 100 }\n```",
            "least = 0, most = 99 }\n```",
            "规则答 0 / 100",
        ),
        (
            SCALE,
            "stated = { honors = 3 }",
            "stated = { horses = 3 }",
            "缺少提问所需的事实",
        ),
        (
            LISTS,
            "ends = \"2023-03-02\"",
            "ends = \"2023-03-03\"",
            "规则答 2023-03-02",
        ),
        (
            LISTS,
            "measures = [\"bid-ban\"]",
            "measures = [\"bid-ban\", \"travel\"]",
            "规则答 bid-ban",
        ),
        (
            OTHERS,
            "due = \"2025-02-28\"",
            "due = \"2025-03-01\"",
            "规则答 2025-02-28",
        ),
        (
            OTHERS,
            "\"records\"], valid_until = \"2020-04-01\"",
            "\"records\"]",
            "规则答 cover records / 2020-04-01",
        ),
        (OTHERS, "points = 8000", "points = 80", "规则答 8000"),
        (
            OTHERS,
            "barred = [\"training\"]",
            "barred = [\"duty\"]",
            "规则答 training",
        ),
    ];
    for (path, old, new, message) in faults {
        refused(changed(path, old, new), path, message);
    }
}

#[test]
fn gaps_of_every_new_kind_are_found() {
    let ends = [
        (
            SCALE,
            "from = \"2020-06-01\"\narticle = \"1\"",
            "grade.scale enterprise",
        ),
        (
            SCALE,
            "from = \"2020-06-01\"\narticle = \"6\"",
            "inspection.rate 一般检查事项",
        ),
        (
            OTHERS,
            "from = \"2020-01-01\"\narticle = \"16\"",
            "retention.term adverse",
        ),
        (
            OTHERS,
            "from = \"2020-01-01\"\narticle = \"17\"",
            "report.contents standard",
        ),
        (
            OTHERS,
            "from = \"2020-01-01\"\narticle = \"12\"",
            "repair.materials",
        ),
    ];
    for (path, from, name) in ends {
        let ended = from.replace("\narticle", "\nuntil = \"2030-06-30\"\narticle");
        let message = format!("{name} 自 2030-07-01 起没有规则");
        refused(
            changed(path, from, &ended),
            "catalog/coverage.toml",
            &message,
        );
    }
}

#[test]
fn two_scales_for_one_form_overlap() {
    let mut files = files();
    let other = files[2].1.clone();
    files.push(("cn/law/scale2.md".to_owned(), other));
    refused(files, SCALE, "同一天有两条规则");
}

#[test]
fn a_condition_is_not_required_and_barred_at_once() {
    let clash = changed(
        OTHERS,
        "text = \"直接关系公共安全\" }]",
        "text = \"直接关系公共安全\" }]\nrequires = [{ key = \"safety\", text = \"安全\" }]",
    );
    refused(clash, OTHERS, "条件 `safety` 列了两次");
}

#[test]
fn r83_an_effect_stands_only_as_long_as_its_basis() {
    let back = changed(
        LISTS,
        "from = \"2020-01-01\"\narticle = \"10\"",
        "from = \"2019-01-01\"\nreaches_back = \"补录\"\narticle = \"10\"",
    );
    refused(back, LISTS, "名单和措施不得早于、不得晚于其依据");
    let further = "also = [{ statute = \"cn/rule\", article = \"1\" }]\narticle = \"8\"";
    let lapsed = changed(LISTS, "article = \"8\"", further);
    loaded(lapsed.clone());
    let lapsed = also(
        lapsed,
        "cn/rule/statute.md",
        "rank",
        "until = \"2024-12-31\"\nrank",
    );
    refused(
        lapsed,
        LISTS,
        "依据 cn/rule art. 1 不是在规则的全部时间内有效",
    );
}

/// A scale of the food sector that takes the general grade into account.
fn sector_files(item: &str) -> town::Files {
    let mut files = files();
    let rule = format!(
        r#"
```rule
id = "grade.scale"
when = {{ form = ["enterprise"], sector = "food" }}
from = "2020-06-01"
article = "1"
scale = "food"
name = "食品行业评价规则"
start = 60
least = 0
most = 100
indicators = [{{ id = "general_grade", name = "综合等级", stated = true }}]
items = [{{ id = "general", name = "综合等级", {item}, article = "2" }}]
cuts = [{{ word = "甲", name = "甲", least = 80 }}, {{ word = "乙", name = "乙", least = 0 }}]
```
```case
why = "综合等级最好的"
given = {{ form = "enterprise", sector = "food", on = "2020-07-01", stated = {{ general_grade = 0 }} }}
expect = {{ score = 85, grade = "甲" }}
```
"#
    );
    files.push(("cn/law/food.md".to_owned(), rule));
    let sectors = "[[sector]]\nword = \"food\"\nname = \"食品\"\n";
    files.push(("catalog/sectors.toml".to_owned(), sectors.to_owned()));
    files
}

#[test]
fn r59_a_sector_has_a_scale_of_its_own_beside_the_general_one() {
    let day = jiff::civil::date(2020, 7, 1);
    let pack = loaded(sector_files(
        "steps = { of = \"general_grade\", at = [[0, 25], [2, 0]] }",
    ));
    let of_sector = pack.sector_scale("food", "enterprise", day).unwrap();
    assert_eq!(of_sector.value().id, "food");
    assert_eq!(pack.scale("enterprise", day).unwrap().value().id, "general");
    assert!(pack.sector_scale("drug", "enterprise", day).is_none());
    // A better general grade that costs points would let a repair worsen the sector's grade.
    for item in [
        "steps = { of = \"general_grade\", at = [[0, 25], [2, 30]] }",
        "each = { of = \"general_grade\", points = 5, most = 3 }",
    ] {
        refused(sector_files(item), "cn/law/food.md", "综合等级越好");
    }
}

#[test]
fn r1_a_part_of_a_rule_without_article_does_not_load() {
    let files = changed(SCALE, "article = \"3\"", "article = \" \"");
    refused(files, SCALE, "1 处 `article` 为空");
}
