//! The full report, the difference of two packs, and what rests on an article.

use crate::town::{also, changed, files, loaded, pack, remarked};
use jiff::civil::date;
use law::{Changed, Pack, Part, Topic, diff, examine};

const SCALE: &str = "cn/law/scale.md";
const LISTS: &str = "cn/law/list.md";
const OTHERS: &str = "cn/law/other.md";

#[test]
fn a_sound_pack_has_its_properties_proved() {
    let report = examine(files(), None);
    assert!(report.passed(), "{report:#?}");
    let claims: Vec<(&str, bool)> = report
        .properties
        .iter()
        .map(|one| (one.claim.as_str(), one.holds))
        .collect();
    assert_eq!(
        claims,
        [
            ("“综合评价规则”：不利事实失效后，得分和等级都不会变差", true),
            ("等级越高，检查的比例下限、上限和频次都不会更多", true),
            ("没有不会结束的不利后果", true),
            ("自然人不评分、不评级", true),
        ]
    );
    assert_eq!(report.remarks, []);
    let values = report.values.unwrap();
    // The rule that was compared covers its own article, two items and the floor.
    assert_eq!((values.confirmed, values.anchors), (4, 0));
}

#[test]
fn a_pack_that_does_not_load_is_reported_whole() {
    let files = changed(LISTS, "organ = ", "organs = ");
    let files = also(files, SCALE, "article = \"6\"\n", "");
    let report = examine(files, None);
    assert!(!report.passed() && report.digest.is_none());
    let topics: Vec<Topic> = report.remarks.iter().map(|one| one.topic).collect();
    assert!(topics.contains(&Topic::MissingArticle) && topics.contains(&Topic::Unreadable));
    assert!(report.remarks.is_sorted());
}

#[test]
fn a_repair_that_worsens_a_grade_is_shown() {
    let reward = changed(SCALE, "points = -20", "points = 20");
    let reward = also(
        reward,
        SCALE,
        "score = 80, grade = \"B\"",
        "score = 100, grade = \"A\"",
    );
    let report = examine(reward, None);
    let claim = &report.properties[0];
    assert!(!claim.holds && !report.passed(), "{claim:?}");
    let example = claim.counterexample.as_deref().unwrap();
    assert!(example.contains("失效后"), "{example}");
    let topics = report
        .remarks
        .iter()
        .filter(|one| one.topic == Topic::Conflict);
    assert_eq!(topics.count(), 1);
}

#[test]
fn parts_without_effect_are_found() {
    let faults = [
        (
            "start = 100",
            "start = 60",
            "等级 A 永远达不到：可能的总分为 0 至 65",
        ),
        (
            "at = [[1, 2], [3, 5]]",
            "at = [[1, 0], [3, 0]]",
            "计分项 `honors` 在任何情况下都是零分",
        ),
        (
            "count = { kinds = [\"blacklist\"] }",
            "count = { kinds = [\"blacklist\"], from = \"serious\" }",
            "所列事实没有程度",
        ),
        (
            "floors = [{",
            "floors = [{ name = \"多次\", of = \"listed\", least = 2, grade = \"B\", article = \"5\" }, {",
            "直接判级“多次”不起作用",
        ),
    ];
    for (old, new, message) in faults {
        let mut files = changed(SCALE, old, new);
        // The cases follow the rule; only the report is looked at here.
        for (case, other) in [
            ("score = 100, grade = \"A\"", "score = 60, grade = \"C\""),
            ("score = 80, grade = \"B\"", "score = 40, grade = \"C\""),
            ("score = 100, grade = \"C\"", "score = 65, grade = \"C\""),
        ] {
            if old.starts_with("start") {
                files = also(files, SCALE, case, other);
            }
        }
        if old.contains("blacklist") {
            files = also(
                files,
                SCALE,
                "score = 100, grade = \"C\"",
                "score = 100, grade = \"A\"",
            );
        }
        remarked(files, Topic::Unreachable, message);
    }
}

#[test]
fn steps_and_floors_that_contradict_are_found() {
    let worst = changed(
        SCALE,
        "id = \"listed\", name = \"名单\", count = { kinds = [\"blacklist\"] }",
        "id = \"listed\", name = \"最重\", worst = { kinds = [\"penalty\"] }",
    );
    let worst = also(
        worst,
        SCALE,
        "score = 80, grade = \"B\"",
        "score = 80, grade = \"C\"",
    );
    let worst = also(
        worst,
        SCALE,
        "score = 100, grade = \"C\"",
        "score = 100, grade = \"A\"",
    );
    let never = also(
        worst.clone(),
        SCALE,
        "of = \"listed\", least = 1",
        "of = \"listed\", least = 4",
    );
    let never = also(
        never,
        SCALE,
        "score = 80, grade = \"C\"",
        "score = 80, grade = \"B\"",
    );
    remarked(never, Topic::Unreachable, "直接判级“在名单内”永远达不到");
    let step = also(
        worst,
        SCALE,
        "of = \"honors\", at = [[1, 2], [3, 5]]",
        "of = \"listed\", at = [[1, 0], [4, 5]]",
    );
    remarked(
        step,
        Topic::Unreachable,
        "计分项 `honors` 自 4 起的一级永远达不到",
    );
    let two = changed(
        SCALE,
        "floors = [{",
        "floors = [{ name = \"另判\", of = \"listed\", least = 1, grade = \"B\", article = \"5\" }, {",
    );
    remarked(
        two,
        Topic::Conflict,
        "“另判”与“在名单内”从同一数值起互相矛盾",
    );
}

#[test]
fn rules_that_never_apply_are_found() {
    let same = changed(
        OTHERS,
        "{ key = \"duty\", text = \"义务履行完毕\" }, { key = \"training\", text = \"参加培训\" }",
        "{ key = \"duty\", text = \"义务履行完毕\", article = \"13\" }",
    );
    let same = also(
        same,
        OTHERS,
        "severity = \"serious\", findings = [\"duty\"] }\nexpect = { barred = [\"training\"] }",
        "severity = \"serious\", findings = [\"duty\"] }\nexpect = \"eligible\"",
    );
    remarked(same, Topic::Unreachable, "特别规则与同期的一般规则相同");
    let role = changed(
        LISTS,
        "roles = [\"representative\"]\nreviewer",
        "roles = []\nreviewer",
    );
    remarked(role, Topic::Unreachable, "不会及于该类人员");
    let late = changed(
        LISTS,
        "from = \"2020-01-01\"\narticle = \"8\"",
        "from = \"2020-01-01\"\nuntil = \"2021-12-31\"\narticle = \"8\"",
    );
    let late = also(
        late,
        LISTS,
        "from = \"2020-01-01\"\narticle = \"10\"",
        "from = \"2022-01-01\"\narticle = \"10\"",
    );
    let late = also(
        late,
        LISTS,
        "matter = \"bidding\", on = \"2020-03-02\"",
        "matter = \"bidding\", on = \"2022-03-02\"",
    );
    remarked(
        late,
        Topic::Unreachable,
        "名单 `wages` 在本措施有效期内不存在",
    );
}

#[test]
fn anchors_stale_and_lapsed_articles_are_named() {
    let anchored = changed(SCALE, "article = \"2\"", "article = \"N2\"");
    remarked(anchored, Topic::Anchor, "条文号 N2 是占位");
    let row = changed("catalog/base.toml", "article = \"20\"", "article = \"N20\"");
    remarked(row, Topic::Anchor, "`行政管理信息` 的条文号 N20");
    let stale = examine(files(), Some(date(2027, 11, 23)));
    assert_eq!(stale.remarks.len(), 1, "{:#?}", stale.remarks);
    assert_eq!(stale.remarks[0].topic, Topic::Stale);
    assert!(
        examine(files(), Some(date(2026, 11, 23)))
            .remarks
            .is_empty()
    );
    let cited = changed(SCALE, "statute = \"cn/law\"", "statute = \"cn/notice\"");
    let lapsed = also(
        cited,
        "cn/notice/statute.md",
        "rank",
        "until = \"2024-12-31\"\nrank",
    );
    remarked(
        lapsed,
        Topic::Conflict,
        "所引 cn/notice art. 4 不是在规则的全部时间内有效",
    );
}

#[test]
fn thresholds_that_contradict_are_found() {
    let rule = "```rule\nid = \"severity.class\"\nwhen = { act = \"penalty\" }\nfrom = \"2020-01-01\"\narticle = \"30\"\nsimple = \"minor\"\nordinary = [\"罚款\"]\nother = \"ordinary\"\nfined = \"罚款\"\nthresholds = [{ larger = 50, huge = 50, cite = \"测一\" }]\n```\n```case\nwhy = \"一\"\ngiven = { kinds = [\"罚款\"], procedure = \"ordinary\", decided = \"2020-05-01\" }\nexpect = \"ordinary\"\n```\n";
    let kinds = "[[kind]]\nname = \"罚款\"\ngroup = \"财产罚\"\nbasis = { statute = \"cn/law\", article = \"1\" }\n";
    let with = |rule: String| {
        let mut files = files();
        files.push(("cn/law/severity.md".to_owned(), rule));
        files.push(("catalog/penalty-kinds.toml".to_owned(), kinds.to_owned()));
        files
    };
    remarked(with(rule.to_owned()), Topic::Conflict, "较大数额不小于巨额");
    let idle = rule.replace("fined = \"罚款\"\n", "");
    remarked(with(idle), Topic::Unreachable, "没有写明 `fined`");
}

#[test]
fn r118_everything_that_rests_on_an_article_is_listed() {
    let pack = pack();
    let what = |article: Option<&str>| -> Vec<String> {
        let found = pack.depending("cn/law", article);
        found
            .iter()
            .map(|place| format!("{}:{} {}", place.file, place.line.unwrap(), place.what))
            .collect()
    };
    let line = |path: &str, text: &str| {
        let place = files()
            .into_iter()
            .find(|(known, _)| known == path)
            .unwrap();
        1 + place.1.lines().position(|line| line == text).unwrap()
    };
    // An item of a scale, the criterion of a list, what displaced a rule, the effect of a matter.
    let list = line(LISTS, "list = \"wages\"") - 2;
    assert_eq!(what(Some("4")), [format!("{SCALE}:4 grade.scale（1）")]);
    assert_eq!(
        what(Some("9")),
        [format!("{LISTS}:{list} list.type wages（8）")]
    );
    let later = line(OTHERS, "when = { severity = \"serious\" }") - 2;
    assert_eq!(
        what(Some("12")),
        [
            format!("{OTHERS}:2 repair.materials（12）"),
            format!("{OTHERS}:{later} repair.materials（14）")
        ]
    );
    let ban = line(LISTS, "measure = \"bid-ban\"") - 2;
    assert_eq!(
        what(Some("10")),
        [
            format!("{LISTS}:{ban} measure.effect bid-ban（10）"),
            "catalog/matters.toml:1 招标投标".to_owned()
        ]
    );
    assert_eq!(
        what(Some("24")),
        [
            "catalog/commitments.toml:1 许可",
            "forms/licence/1.md:1 许可承诺书（1）"
        ]
    );
    assert_eq!(what(Some("99")), [""; 0]);
    assert_eq!(what(None).len(), pack.citing("cn/law").len());
    assert!(what(None).len() > 20);
}

#[test]
fn r3_an_adopted_pack_is_rebuilt_from_its_files() {
    let first = pack();
    let again = Pack::load(first.files().clone()).unwrap();
    assert_eq!(first.digest(), again.digest());
    assert_eq!(first.files(), again.files());
    assert_eq!(diff(&first, &again), []);
    let prefixed = files()
        .into_iter()
        .map(|(path, text)| (format!("law/{path}"), text));
    assert_eq!(Pack::load(prefixed).unwrap().files(), first.files());
}

#[test]
fn r25_a_change_is_told_key_by_key() {
    let old = pack();
    let new = changed(SCALE, "least = 100, most = 500", "least = 200, most = 500");
    let new = also(
        new,
        OTHERS,
        "keep = \"P5Y\"",
        "keep = \"P5Y\"\nuntil = \"2040-12-31\"",
    );
    let new = also(new, "catalog/data-sets.toml", "length = 64", "length = 128");
    let new = also(
        new,
        "cn/notice/statute.md",
        "title = \"测试通知\"",
        "title = \"测试意见\"",
    );
    let new = also(
        new,
        SCALE,
        "> 第一条 评价规则向社会公布。",
        "> 第一条 评价规则应当公布。",
    );
    let lines: Vec<String> = diff(&old, &loaded(new))
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        lines,
        [
            "修改法规 cn/law：quote scale.md 第一条 评价规则向社会公布。 → 第一条 评价规则应当公布。",
            "修改法规 cn/notice：title 测试通知 → 测试意见",
            "修改规则 cn/law inspection.rate（general）自 2020-06-01〔cn/law art. 6〕：rates.B.least 100 → 200",
            "修改规则 cn/law retention.term（adverse）自 2020-01-01（至 2040-12-31）〔cn/law art. 16〕：until 无 → 2040-12-31",
            "修改目录 catalog/data-sets.toml penalty 1〔cn/law art. 22〕：field.docket.length 64 → 128",
        ]
    );
}

#[test]
fn what_comes_and_goes_is_told_with_its_period() {
    let old = pack();
    let moved = changed(
        OTHERS,
        "from = \"2020-01-01\"\narticle = \"19\"",
        "from = \"2020-02-01\"\narticle = \"19\"",
    );
    let role = "[[role]]\nword = \"controller\"\nname = \"实际控制人\"\n\n[[role]]";
    let new = loaded(also(moved, "catalog/roles.toml", "[[role]]", role));
    let changes = diff(&old, &new);
    let told: Vec<_> = changes
        .iter()
        .map(|one| (one.part, one.changed, one.from, one.line))
        .collect();
    let line = changes[0].line;
    assert_eq!(
        told,
        [
            (Part::Rule, Changed::Removed, Some(date(2020, 1, 1)), line),
            (Part::Rule, Changed::Added, Some(date(2020, 2, 1)), line),
            (Part::Catalog, Changed::Added, None, 1),
        ]
    );
    assert!(changes[1].values.iter().all(|value| value.old.is_none()));
    assert_eq!(
        changes[2].to_string(),
        "新增目录 catalog/roles.toml controller"
    );
    let back = diff(&new, &old);
    assert_eq!(back.len(), 3);
}

#[test]
fn the_report_is_machine_readable() {
    let report = examine(changed(SCALE, "article = \"2\"", "article = \"N2\""), None);
    let table = toml::Value::try_from(&report.remarks[0]).unwrap();
    assert_eq!(table["topic"].as_str(), Some("anchor"));
    assert_eq!(table["fatal"].as_bool(), Some(false));
    assert_eq!(table["line"].as_integer(), Some(4));
}
