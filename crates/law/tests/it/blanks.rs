//! Blank forms of commitments, in every edition.

use crate::support::pack;
use crate::town::{self, Files, also, changed, loaded, refused, remarked};
use domain::commitment::Kind;
use jiff::civil::{Date, date};
use law::{Changed, Pack, Part, Topic, diff};

const DAY: Date = date(2026, 5, 12);
const LICENCE: &str = "forms/licence/1.md";
const COMMITMENTS: &str = "catalog/commitments.toml";

#[test]
fn r24_every_matter_that_is_on_has_its_form() {
    let pack = pack();
    let on: Vec<_> = pack.commitments().iter().filter(|row| row.on).collect();
    assert_eq!(on.len(), 7);
    for row in on {
        let blank = pack.blank(&row.code, &row.form).unwrap();
        assert!(blank.in_force(DAY), "{}", row.code);
        assert_eq!(pack.blank_on(&row.code, DAY), Some(blank));
        assert_eq!(blank.file, format!("forms/{}/{}.md", row.code, row.form));
        // A promisor is told what the catalog says, and nothing follows that it does not name.
        let clauses = row.informed.iter().chain(&row.consequences);
        for clause in clauses {
            assert!(
                blank.text.contains(&*clause.text),
                "{}: {}",
                row.code,
                clause.text
            );
        }
        for part in [
            "承诺人",
            "统一社会信用代码",
            "事项",
            "告知",
            "真实",
            "监督",
            "违诺责任",
            "公开",
            "有效期",
            "签字或者盖章",
            "承诺作出日期",
            "受理",
        ] {
            assert!(blank.text.contains(part), "{} lacks {part}", row.code);
        }
    }
    assert!(
        pack.blank("environment-approval", "2026-1").is_none(),
        "no form for what is off"
    );
}

#[test]
fn r23_a_repair_commitment_has_its_four_promises() {
    let pack = pack();
    let mut blanks = pack.blanks().iter();
    let repair = |code: &str| pack.commitment(code).unwrap().kind == Kind::Repair;
    let forms: Vec<_> = blanks
        .by_ref()
        .filter(|blank| repair(&blank.code))
        .collect();
    assert_eq!(forms.len(), 2);
    for form in forms {
        for promise in [
            "依法诚信经营",
            "所提供的材料真实、合法、有效",
            "自愿接受政府、行业组织、社会公众和新闻舆论的监督",
            "自愿承担违背承诺的后果",
        ] {
            assert!(form.text.contains(promise), "{} {promise}", form.edition);
        }
        assert!(!form.text.contains("培训证书"));
    }
}

#[test]
fn r24_an_old_commitment_keeps_its_edition() {
    let pack = pack();
    let old = pack.blank("credit-repair", "2025-1").unwrap();
    assert_eq!(old.until, Some(date(2025, 12, 31)));
    let on = |day| {
        pack.blank_on("credit-repair", day)
            .map(|blank| &*blank.edition)
    };
    assert_eq!(on(date(2025, 12, 31)), Some("2025-1"));
    assert_eq!(on(date(2026, 1, 1)), Some("2026-1"));
    assert_eq!(on(date(2023, 4, 30)), None);
    assert!(pack.blank("credit-repair", "2024-1").is_none());
}

/// The town with a further file.
fn with(path: &str, text: &str) -> Files {
    let mut files = town::files();
    files.push((path.to_owned(), text.to_owned()));
    files
}

fn form(title: &str, days: &str) -> String {
    format!("+++\ntitle = \"{title}\"\n{days}\n+++\n\n# {title}\n\n## 承诺\n\n属实。\n")
}

#[test]
fn r24_a_form_that_fits_nothing_does_not_load() {
    let now = "from = \"2020-01-01\"";
    let text = form("承诺书", now);
    for (path, text, message) in [
        (
            "forms/bridge/1.md",
            text.as_str(),
            "承诺事项 `bridge` 不在承诺目录中",
        ),
        ("forms/1.md", &text, "forms/<事项代码>/<版本>.md"),
        (
            "forms/licence/old/1.md",
            &text,
            "forms/<事项代码>/<版本>.md",
        ),
        ("forms/licence/1.toml", &text, "forms/<事项代码>/<版本>.md"),
        (
            "forms/blasting/1.md",
            "# 承诺书\n",
            "缺少 `+++` 之间的文件头",
        ),
        ("forms/blasting/1.md", "+++\n", "缺少 `+++` 之间的文件头"),
        (
            "forms/blasting/1.md",
            "+++\ntitle = \"承诺书\"\n+++\n文\n",
            "缺少 `from`",
        ),
        ("forms/blasting/1.md", &form(" ", now), "`title` 不能为空"),
        (
            "forms/blasting/1.md",
            &form("承诺书", "from = \"2020-01-01\"\nuntil = \"2019-12-31\""),
            "`until` 早于 `from`",
        ),
        (
            "forms/blasting/1.md",
            &form("承诺书", "from = \"2020-01-01\"\ncolour = 1"),
            "不认识的键 `colour`",
        ),
        (
            "forms/blasting/1.md",
            "+++\ntitle = \"承诺书\"\nfrom = \"2020-01-01\"\n+++\n\n",
            "承诺书没有正文",
        ),
        (
            "forms/blasting/1.md",
            "+++\ntitle = \"承诺书\"\nfrom = \"2020-01-01\"\n+++\n```\n",
            "代码块没有结束",
        ),
        ("forms/licence/2.md", &text, "同一天都是现行版本"),
    ] {
        let file = if path == "forms/licence/2.md" {
            LICENCE
        } else {
            path
        };
        refused(with(path, text), file, message);
    }
    loaded(with("forms/blasting/1.md", &text));
}

#[test]
fn r24_one_edition_has_one_text() {
    refused(
        with(LICENCE, &form("承诺书", "from = \"2020-01-01\"")),
        LICENCE,
        "同一文件给了两次",
    );
    let same = format!("law/{LICENCE}");
    refused(with(&same, "+++\n"), LICENCE, "同一文件给了两次");
}

#[test]
fn r24_a_matter_without_its_form_does_not_load() {
    let mut files = town::files();
    files.retain(|(path, _)| path != LICENCE);
    refused(
        files.clone(),
        COMMITMENTS,
        "`licence` 没有现行版本 `1` 的承诺书文本",
    );
    // A matter that is off needs none.
    loaded(also(
        files,
        COMMITMENTS,
        "on = true\nform = \"1\"",
        "form = \"1\"",
    ));
    let newer = changed(COMMITMENTS, "form = \"1\"", "form = \"2\"");
    refused(
        newer,
        COMMITMENTS,
        "`licence` 没有现行版本 `2` 的承诺书文本",
    );
}

#[test]
fn r24_the_end_of_the_edition_in_use_is_told() {
    let ended = changed(
        LICENCE,
        "from = \"2020-01-01\"",
        "from = \"2020-01-01\"\nuntil = \"2030-12-31\"",
    );
    remarked(
        ended,
        Topic::Conflict,
        "`licence` 的现行版本只用到 2030-12-31",
    );
}

#[test]
fn r24_a_new_edition_is_told_apart_section_by_section() {
    let old = town::pack();
    let ended = changed(
        LICENCE,
        "from = \"2020-01-01\"",
        "from = \"2020-01-01\"\nuntil = \"2020-12-31\"",
    );
    let mut ended = also(ended, COMMITMENTS, "form = \"1\"", "form = \"2\"");
    ended.push((
        "forms/licence/2.md".to_owned(),
        form("许可承诺书", "from = \"2021-01-01\""),
    ));
    let new = loaded(ended);
    let changes = diff(&old, &new);
    let told: Vec<_> = changes
        .iter()
        .map(|one| {
            (
                one.part,
                one.changed,
                one.name.as_str(),
                one.from,
                one.until,
            )
        })
        .collect();
    let (first, second) = (Some(date(2020, 1, 1)), Some(date(2021, 1, 1)));
    assert_eq!(
        told,
        [
            (
                Part::Catalog,
                Changed::Changed,
                "catalog/commitments.toml licence",
                None,
                None
            ),
            (
                Part::Blank,
                Changed::Changed,
                "licence 1",
                first,
                Some(date(2020, 12, 31))
            ),
            (Part::Blank, Changed::Added, "licence 2", second, None),
        ]
    );
    let reworded = loaded(changed(LICENCE, "属实。", "全部属实。"));
    let lines: Vec<String> = diff(&old, &reworded)
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        lines,
        ["修改承诺书 licence 1：text 承诺 承诺 属实。 → 承诺 全部属实。"]
    );
    assert_ne!(old.digest(), reworded.digest());
    let again = Pack::load(new.files().clone()).unwrap();
    assert_eq!(again.blanks(), new.blanks());
}

#[test]
fn r118_forms_are_listed_with_what_their_matter_rests_on() {
    let pack = town::pack();
    let found = pack.depending("cn/law", Some("24"));
    let what: Vec<(&str, &str)> = found
        .iter()
        .map(|place| (place.file.as_str(), place.what.as_str()))
        .collect();
    assert_eq!(what, [(COMMITMENTS, "许可"), (LICENCE, "许可承诺书（1）")]);
    let built_in = self::pack();
    let repealed = built_in.citing("cn/npc-fire-2021");
    let form = repealed
        .iter()
        .find(|place| place.file.starts_with("forms/"));
    assert!(form.unwrap().what.contains("消防安全检查"));
}
