//! Each check of loading, with a pack that fails only it.

use law::{Finding, Pack};

const STATUTE: &str = "+++\ntitle = \"测试法\"\nissuer = \"甲\"\nnumber = \"测〔2020〕1号\"\nissued = \"2020-01-01\"\nfrom = \"2020-01-01\"\nsource = \"测试\"\nrank = \"law\"\n+++\n";
const RULE: &str = "```rule\nid = \"duty.term\"\nwhen = { kind = \"publish\" }\nfrom = \"2020-01-01\"\ndays = 7\nunit = \"calendar\"\narticle = \"1\"\n```\n";
const CASE: &str = "```case\nwhy = \"第七日\"\ngiven = { kind = \"publish\", on = \"2020-03-02\" }\nexpect = { due = \"2020-03-09\" }\n```\n";
const DUTIES: &str = "[[duty]]\nkind = \"publish\"\nname = \"报送\"\nstart = \"决定日\"\n";
const COVERED: &str = "[[subject]]\nid = \"duty.term\"\nkind = \"publish\"\nfrom = \"2020-01-01\"\nuntil = \"2035-12-31\"\n";

/// A small pack that loads, with one file changed or added.
fn with(path: &str, text: &str) -> Vec<(String, String)> {
    let mut files = vec![
        ("cn/a/statute.md".to_owned(), STATUTE.to_owned()),
        ("cn/a/duty.md".to_owned(), format!("{RULE}{CASE}")),
        ("catalog/duties.toml".to_owned(), DUTIES.to_owned()),
        ("catalog/coverage.toml".to_owned(), COVERED.to_owned()),
    ];
    files.retain(|(known, _)| known != path);
    files.push((path.to_owned(), text.to_owned()));
    files
}

fn findings(path: &str, text: &str) -> Vec<Finding> {
    Pack::load(with(path, text)).expect_err("a faulty pack loaded")
}

/// Asserts that the pack fails with this one finding.
#[track_caller]
fn fails(path: &str, text: &str, line: usize, message: &str) {
    let found = findings(path, text);
    let only = found.len() == 1 && found[0].line == line && found[0].message.contains(message);
    assert!(only, "wanted {path}:{line} {message}\nfound {found:#?}");
}

#[test]
fn the_small_pack_itself_loads() {
    let pack = Pack::load(with("README.md", "")).unwrap();
    assert_eq!((pack.check().rules, pack.check().cases), (1, 1));
}

#[test]
fn unknown_key() {
    let text = RULE.replace("days = 7", "days = 7\ncolour = 1") + CASE;
    fails("cn/a/duty.md", &text, 6, "不认识的键 `colour`");
    let text = format!("{RULE}{}", CASE.replace("why", "wy = 1\nwhy"));
    fails("cn/a/duty.md", &text, 10, "不认识的键 `wy`");
    let text = format!("{RULE}{}", CASE.replace("on =", "at = 1, on ="));
    assert!(findings("cn/a/duty.md", &text)[0].message.contains("given"));
    let text = STATUTE.replace("rank", "rnk = 1\nrank");
    assert!(
        findings("cn/a/statute.md", &text)
            .iter()
            .any(|f| f.message.contains("`rnk`"))
    );
    let text = DUTIES.to_owned() + "colour = 1\n";
    assert!(
        findings("catalog/duties.toml", &text)[0]
            .message
            .contains("colour")
    );
}

#[test]
fn rule_without_article() {
    let text = RULE.replace("article = \"1\"\n", "") + CASE;
    let found = findings("cn/a/duty.md", &text);
    assert!(
        found
            .iter()
            .any(|f| f.line == 1 && f.message.contains("缺少 `article`")),
        "{found:?}"
    );
    let text = RULE.replace("article = \"1\"", "article = \" \"") + CASE;
    assert!(
        findings("cn/a/duty.md", &text)[0]
            .message
            .contains("不能为空")
    );
}

#[test]
fn rule_without_case() {
    fails("cn/a/duty.md", RULE, 1, "没有用例");
}

#[test]
fn case_without_rule() {
    fails(
        "cn/a/duty.md",
        &format!("{CASE}{RULE}{CASE}"),
        1,
        "用例前面没有规则",
    );
}

#[test]
fn case_that_does_not_hold() {
    let text = format!("{RULE}{}", CASE.replace("03-09", "03-10"));
    let found = findings("cn/a/duty.md", &text);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(
        found[0].to_string(),
        "cn/a/duty.md:9 用例“第七日”不成立：应为 2020-03-10，规则答 2020-03-09"
    );
}

#[test]
fn rule_that_answers_none_of_its_cases() {
    let silent = "```case\nwhy = \"此前\"\ngiven = { kind = \"publish\", on = \"2019-03-02\" }\nexpect = \"no-rule\"\n```\n";
    fails(
        "cn/a/duty.md",
        &format!("{RULE}{silent}"),
        1,
        "没有一个用例由它作答",
    );
}

#[test]
fn overlap() {
    let text = format!("{RULE}{CASE}{}{CASE}", RULE.replace("\"1\"", "\"2\""));
    fails("cn/a/duty.md", &text, 1, "同一天有两条规则（第 2 条）");
}

#[test]
fn gap() {
    let ended = RULE.replace("days", "until = \"2030-06-30\"\ndays") + CASE;
    let found = findings("cn/a/duty.md", &ended);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(
        found[0].to_string(),
        "catalog/coverage.toml:1 duty.term publish 自 2030-07-01 起没有规则"
    );
}

#[test]
fn unknown_statute() {
    fails("cn/b/duty.md", "正文\n", 1, "法规 `cn/b` 未登记");
    let text = STATUTE.replace("rank", "replaces = [\"cn/old\"]\nrank");
    fails("cn/a/statute.md", &text, 1, "`cn/old` 未登记");
    let acts = "[[act]]\nword = \"licence\"\nname = \"行政许可\"\nadverse = false\nbasis = { statute = \"cn/none\", article = \"1\" }\n";
    fails("catalog/acts.toml", acts, 1, "依据 `cn/none` 未登记");
}

#[test]
fn bad_date() {
    let text = RULE.replace("2020-01-01", "2020-02-30") + CASE;
    let found = findings("cn/a/duty.md", &text);
    let named = |f: &Finding| f.line == 4 && f.message.contains("`from` 的值不正确");
    assert!(found.iter().any(named), "{found:?}");
}

#[test]
fn checked_without_quotation() {
    let checked = RULE.replace("article", "checked = \"2026-11-23\"\narticle");
    fails(
        "cn/a/duty.md",
        &format!("{checked}{CASE}"),
        1,
        "没有引用原文",
    );
    let other_section = format!("# 一\n\n> 原文\n\n# 二\n\n{checked}{CASE}");
    fails("cn/a/duty.md", &other_section, 7, "没有引用原文");
    let quoted = format!("# 一\n\n> 原文\n\n{checked}{CASE}");
    let pack = Pack::load(with("cn/a/duty.md", &quoted)).unwrap();
    assert_eq!(pack.check().confirmed, 1);
}

#[test]
fn until_before_from() {
    let text = RULE.replace("days", "until = \"2019-12-31\"\ndays") + CASE;
    let found = findings("cn/a/duty.md", &text);
    assert!(
        found.iter().any(|f| f.message.contains("早于 `from`")),
        "{found:?}"
    );
    let text = STATUTE.replace("rank", "until = \"2019-12-31\"\nrank");
    assert!(
        findings("cn/a/statute.md", &text)
            .iter()
            .any(|f| f.message.contains("早于 `from`"))
    );
}

#[test]
fn rule_outside_the_span_of_its_statute() {
    let early = RULE.replace("2020-01-01", "2019-01-01");
    fails("cn/a/duty.md", &format!("{early}{CASE}"), 1, "reaches_back");
    let explained = early.replace("article", "reaches_back = \"过渡条款\"\narticle");
    assert!(Pack::load(with("cn/a/duty.md", &format!("{explained}{CASE}"))).is_ok());
    let ended = STATUTE.replace("rank", "until = \"2030-12-31\"\nrank");
    let found = findings("cn/a/statute.md", &ended);
    assert!(
        found
            .iter()
            .any(|f| f.message.contains("规则晚于法规失效日")),
        "{found:?}"
    );
}

#[test]
fn word_outside_a_closed_catalog() {
    fails(
        "catalog/duties.toml",
        &DUTIES.replace("publish", "other"),
        1,
        "不在封闭目录中",
    );
    let facet = "```rule\nid = \"publicity.term\"\nwhen = { act = \"penalty\", severity = \"minor\", facet = [\"x\"] }\nfrom = \"2020-01-01\"\nshow = \"withheld\"\narticle = \"2\"\n```\n```case\nwhy = \"x\"\ngiven = { act = \"penalty\", severity = \"minor\", facets = [\"x\"], decided = \"2020-01-01\" }\nexpect = \"withheld\"\n```\n";
    fails("cn/a/publicity.md", facet, 1, "`x` 不在封闭目录中");
}

#[test]
fn term_that_is_shorter_than_its_minimum() {
    let rule = "```rule\nid = \"publicity.term\"\nwhen = { act = \"penalty\", severity = \"minor\" }\nfrom = \"2020-01-01\"\nmin = \"P1Y\"\nmax = \"P3M\"\narticle = \"2\"\n```\n";
    fails("cn/a/publicity.md", rule, 6, "短于最短公示期");
    let beyond = rule
        .replace("P1Y", "P3M")
        .replace("max = \"P3M\"", "max = \"P9999Y\"");
    fails("cn/a/publicity.md", &beyond, 6, "超出日历");
}

#[test]
fn threshold_without_source() {
    let rule = "```rule\nid = \"severity.class\"\nwhen = { act = \"penalty\" }\nfrom = \"2020-01-01\"\narticle = \"3\"\nsimple = \"minor\"\nother = \"ordinary\"\nthresholds = [{ huge = 1, cite = \"\" }]\n```\n";
    fails("cn/a/severity.md", rule, 8, "必须写明出处");
}

/// The amounts are empty in this repository; a city that fills them gets classes by amount.
#[test]
fn thresholds_of_a_sector_class_a_fine() {
    let case = |fine: u64, facets: &str, class: &str| {
        format!(
            "```case\nwhy = \"{fine}\"\ngiven = {{ kinds = [\"罚款\"], procedure = \"ordinary\", fine = {fine}, facets = [{facets}], decided = \"2020-05-01\" }}\nexpect = \"{class}\"\n```\n"
        )
    };
    let rule = "```rule\nid = \"severity.class\"\nwhen = { act = \"penalty\" }\nfrom = \"2020-01-01\"\narticle = \"3\"\nsimple = \"minor\"\nordinary = [\"罚款\"]\nother = \"ordinary\"\nfined = \"罚款\"\nthresholds = [{ facet = \"food\", larger = 1000, huge = 50000, cite = \"测〔2020〕2号\" }]\n```\n";
    let cases = [
        case(999, "\"food\"", "minor"),
        case(1000, "\"food\"", "ordinary"),
        case(50000, "\"food\"", "serious"),
        case(50000, "", "ordinary"),
    ];
    let mut files = with("cn/a/severity.md", &format!("{rule}{}", cases.concat()));
    let kinds = "[[kind]]\nname = \"罚款\"\ngroup = \"财产罚\"\nbasis = { statute = \"cn/a\", article = \"1\" }\n";
    files.push(("catalog/penalty-kinds.toml".to_owned(), kinds.to_owned()));
    files.push((
        "catalog/facets.toml".to_owned(),
        "[[facet]]\nword = \"food\"\nname = \"食品\"\n".to_owned(),
    ));
    Pack::load(files).unwrap();
}

#[test]
fn files_and_blocks_nobody_knows() {
    fails("cn/a/notes.txt", "", 1, "不认识的文件");
    fails("catalog/colours.toml", "", 1, "不认识的目录文件");
    fails("cn/a/more.md", "```rul\n```\n", 1, "不认识的代码块 `rul`");
    fails("cn/a/more.md", "正文\n\n```rule\n", 3, "代码块没有结束");
    fails(
        "cn/a/more.md",
        "```rule\nid = \n```\n",
        2,
        "不是合法的 TOML",
    );
    fails(
        "cn/calendar/2020.toml",
        "year = 2021\nnotice = \"x\"\noff = []\nwork = []\n",
        1,
        "文件名与年份",
    );
    fails("catalog/coverage.toml", "subject = []\n", 1, "没有声明");
}

#[test]
fn all_faults_are_reported_at_once() {
    let text = RULE
        .replace("days = 7", "days = \"x\"")
        .replace("unit = \"calendar\"", "unit = \"moon\"")
        + CASE;
    let found = findings("cn/a/duty.md", &text);
    for key in ["`days`", "`unit`"] {
        assert!(
            found.iter().any(|f| f.message.contains(key)),
            "{key}: {found:#?}"
        );
    }
}
