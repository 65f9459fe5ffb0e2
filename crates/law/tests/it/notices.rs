//! Texts of notices: what the pack of this repository tells, and what cannot be sent.

use crate::support::pack;
use crate::town::{self, changed, loaded, refused};
use domain::notice::Channel;
use law::{NOTICE_PLACES, diff};
use std::collections::{BTreeMap, BTreeSet};

const PATH: &str = "catalog/notices.toml";

/// Everything a case tells somebody; the desk asks for these words.
const WORDS: [&str; 33] = [
    "list-proposed",
    "list-decided",
    "list-dropped",
    "list-ended",
    "person-linked",
    "commitment-accepted",
    "commitment-declined",
    "commitment-notified",
    "commitment-determined",
    "repair-notice",
    "repair-filed",
    "repair-forwarded",
    "repair-accepted",
    "repair-turned-away",
    "repair-asked",
    "repair-extended",
    "repair-refused",
    "repair-approved",
    "repair-annulled",
    "objection-filed",
    "objection-forwarded",
    "objection-decided",
    "measure-used",
    "measure-informed",
    "feedback-due",
    "escalated",
    "duty-near",
    "referral-sent",
    "inspection-notice",
    "inspection-result",
    "inspection-recusal",
    "message-laggard",
    "clock-moved",
];

#[test]
fn r123_every_step_that_concerns_somebody_has_a_text() {
    let pack = pack();
    let known: BTreeSet<&str> = pack.notices().iter().map(|row| &*row.word).collect();
    assert_eq!(known, WORDS.into_iter().collect());
    let values: BTreeMap<&str, String> = NOTICE_PLACES
        .into_iter()
        .map(|place| (place, format!("《{place}》")))
        .collect();
    for word in WORDS {
        let notice = pack.notice(word).unwrap();
        let text = notice.fill(&values).unwrap();
        assert!(!text.contains(['{', '}']), "{word}: {text}");
        // Who, which case, by which article, where to turn to, and where to read it.
        for place in ["name", "docket", "basis", "where", "link"] {
            assert!(text.contains(&values[place]), "{word} lacks {place}");
        }
        assert!(pack.statute(&notice.basis.statute).is_some(), "{word}");
        assert!(notice.channels.contains(&Channel::Inside), "{word}");
    }
    assert!(pack.notice("nothing").is_none());
}

#[test]
fn r79_what_is_adverse_says_why_and_until_when_or_that_it_can_be_objected_to() {
    let pack = pack();
    for word in [
        "list-proposed",
        "list-decided",
        "person-linked",
        "commitment-declined",
        "commitment-notified",
        "commitment-determined",
        "repair-turned-away",
        "repair-refused",
        "repair-annulled",
        "measure-used",
    ] {
        let body = &pack.notice(word).unwrap().body;
        assert!(body.contains("{reason}"), "{word}");
        assert!(body.contains("不服") || body.contains("陈述申辩"), "{word}");
    }
    for word in [
        "list-decided",
        "commitment-determined",
        "repair-annulled",
        "measure-used",
    ] {
        assert!(
            pack.notice(word).unwrap().body.contains("{until}"),
            "{word}"
        );
    }
}

#[test]
fn r84_information_for_class_three_leaves_the_choice() {
    let pack = pack();
    let body = &pack.notice("measure-informed").unwrap().body;
    assert!(body.contains("由贵单位自主决定是否采取"));
}

#[test]
fn r89_a_referral_goes_by_no_way_others_can_read() {
    let pack = pack();
    assert_eq!(
        pack.notice("referral-sent").unwrap().channels,
        [Channel::Inside]
    );
}

#[test]
fn r123_a_text_that_cannot_be_sent_does_not_load() {
    let long = format!("{{name}}{}", "长".repeat(300));
    let faults = [
        ("{name}：", "{name：", "大括号没有结束：`{name：`"),
        ("{link}", "{link", "大括号没有结束：`{link`"),
        ("{link}", "link}", "大括号没有开始"),
        ("{name}", "{phone}", "位置 `{phone}` 不在封闭目录中"),
        ("[\"inside\"]", "[]", "没有写明送达方式"),
        (
            "[\"inside\"]",
            "[\"inside\", \"inside\"]",
            "送达方式列了两次",
        ),
        ("[\"inside\"]", "[\"pigeon\"]", "pigeon"),
        ("title = \"通报\"", "title = \" \"", "没有标题"),
        ("title = \"通报\"", "title = \"{name}通报\"", "标题不填写"),
        ("{name}：{reason}。查看：{link}", "", "没有正文"),
        (
            "statute = \"cn/law\"",
            "statute = \"cn/no\"",
            "的依据 `cn/no` 未登记",
        ),
        ("article = \"26\"", "article = \"\"", "没有写明条文"),
    ];
    for (old, new, message) in faults {
        refused(changed(PATH, old, new), PATH, message);
    }
    let sms = town::also(
        changed(PATH, "[\"inside\"]", "[\"inside\", \"sms\"]"),
        PATH,
        "{name}",
        &long,
    );
    refused(sms, PATH, "可以发短信的正文不得超过 300 字");
    let row = town::files();
    let (_, text) = row.iter().find(|(path, _)| path == PATH).unwrap();
    let twice = changed(PATH, text, &format!("{text}\n{text}"));
    refused(twice, PATH, "`referral-sent` 列了两次");
}

#[test]
fn r118_a_notice_is_told_apart_and_found_by_its_article() {
    let old = town::pack();
    let new = loaded(changed(PATH, "。查看：{link}", "。详见：{link}"));
    let lines: Vec<String> = diff(&old, &new).iter().map(ToString::to_string).collect();
    assert_eq!(
        lines,
        [
            "修改目录 catalog/notices.toml referral-sent〔cn/law art. 26〕：body {name}：{reason}。查看：{link} → {name}：{reason}。详见：{link}"
        ]
    );
    let found = old.depending("cn/law", Some("26"));
    let what: Vec<(&str, &str)> = found
        .iter()
        .map(|place| (place.file.as_str(), place.what.as_str()))
        .collect();
    assert_eq!(what, [(PATH, "通报")]);
    assert_ne!(old.digest(), new.digest());
}

#[test]
fn r67_the_notice_of_a_visit_names_the_rights_of_the_entity() {
    let pack = pack();
    let body = &pack.notice("inspection-notice").unwrap().body;
    for text in ["{what}", "{until}", "申请回避", "投诉", "执法证件"] {
        assert!(body.contains(text), "{text}");
    }
    let body = &pack.notice("inspection-result").unwrap().body;
    assert!(body.contains("检查结果本身不是行政处罚") && body.contains("不服"));
    let body = &pack.notice("inspection-recusal").unwrap().body;
    assert!(body.contains("{reason}") && body.contains("不服"));
}
