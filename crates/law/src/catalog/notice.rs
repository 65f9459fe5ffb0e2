//! Texts of notices (告知模板): what is told, by which ways, and by which article.

use super::Cited;
use domain::notice::{Channel, Template};
use serde::Deserialize;
use std::collections::BTreeSet;

/// The places a text may have.
///
/// Whoever sends a notice fills all of them, so that a text may use any: `name` the recipient,
/// `docket` the number of the case or document, `what` it is about, `reason`, `basis`, `until` the
/// last day or that there is none, `where` to turn to or to object, `link` the path on this site.
/// The list is closed because half a notice tells nobody his rights, and because a further place is
/// where a person's particulars would slip in.
pub const NOTICE_PLACES: [&str; 8] = [
    "name", "docket", "what", "reason", "basis", "until", "where", "link",
];

/// Most characters of a text that may go by SMS, before its places are filled.
const SMS: usize = 300;

/// A row as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Written {
    word: String,
    title: String,
    body: String,
    channels: Vec<Channel>,
    basis: Cited,
}

impl From<Written> for Template {
    fn from(row: Written) -> Self {
        Self {
            word: row.word,
            title: row.title,
            body: row.body,
            channels: row.channels,
            basis: row.basis.basis(),
        }
    }
}

/// What keeps a text from being sent as it is, in Chinese.
pub(crate) fn faults(template: &Template) -> Vec<String> {
    let Template {
        title,
        body,
        channels,
        ..
    } = template;
    let distinct: BTreeSet<&Channel> = channels.iter().collect();
    let sms = channels.contains(&Channel::Sms) && body.chars().count() > SMS;
    let rules = [
        (title.trim().is_empty(), "没有标题 `title`".to_owned()),
        (body.trim().is_empty(), "没有正文 `body`".to_owned()),
        (
            title.contains(['{', '}']),
            "标题不填写，不能有位置 `{}`".to_owned(),
        ),
        (
            channels.is_empty(),
            "没有写明送达方式 `channels`".to_owned(),
        ),
        (
            distinct.len() < channels.len(),
            "送达方式列了两次".to_owned(),
        ),
        (sms, format!("可以发短信的正文不得超过 {SMS} 字")),
    ];
    let broken = rules.into_iter().filter(|(broken, _)| *broken);
    broken.map(|(_, text)| text).chain(places(body)).collect()
}

/// Places that nobody fills, and braces that open or close none.
fn places(body: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let mut parts = body.split('{');
    let before = parts.next().unwrap_or_default();
    let mut stray = before.contains('}');
    for part in parts {
        let Some((name, after)) = part.split_once('}') else {
            let head: String = part.chars().take(10).collect();
            faults.push(format!("大括号没有结束：`{{{head}`"));
            continue;
        };
        stray |= after.contains('}');
        if !NOTICE_PLACES.contains(&name) {
            let known = NOTICE_PLACES.join("、");
            faults.push(format!("位置 `{{{name}}}` 不在封闭目录中，只能用 {known}"));
        }
    }
    if stray {
        faults.push("大括号没有开始：多了 `}`".to_owned());
    }
    faults
}
