//! The forms about a listing: what can be proposed, and what can be done with one.

use crate::procedure::Hand;
use crate::procedure::form::{self, Choice, Field, Kind as Input, Verb};
use domain::basis::Ruled;
use domain::blacklist::{Kind, ListType};
use domain::listing::Listing;
use domain::person::Key;
use jiff::civil::Date;
use law::Pack;
use std::sync::Arc;

/// The form that proposes a listing. The choices of criteria follow from the list.
pub(crate) fn beginnings(law: &Pack, day: Date, topic: Option<&str>) -> Vec<Verb> {
    let lists = law.lists(day);
    let mut shown = lists
        .iter()
        .filter(|list| list.value().kind != Kind::Watchlist);
    let named = |list: &Ruled<Arc<ListType>>| {
        let list = list.value();
        Choice::new(list.word.as_str(), list.name.as_str())
    };
    let chosen = topic.and_then(|word| shown.clone().find(|list| list.value().word == word));
    let all = match chosen {
        Some(list) => vec![named(list)],
        None => shown.by_ref().map(named).collect(),
    };
    let criteria = chosen.iter().flat_map(|list| &list.value().criteria);
    let criteria = criteria
        .map(|clause| Choice::new(&*clause.key, &*clause.text))
        .collect();
    let kinds = law.evidence().iter();
    let kinds =
        kinds.filter(|kind| chosen.is_none_or(|list| list.value().evidence.contains(&kind.word)));
    let kinds = kinds
        .map(|kind| Choice::new(kind.word.as_str(), kind.name.as_str()))
        .collect();
    let fields = vec![
        Field::new("list", "名单", Input::One(all)),
        Field::new("entity", "主体统一社会信用代码", Input::Code),
        Field::new("grounds", "符合的列入条件", Input::Several(criteria)),
        Field::new("evidence", "据以列入的文书种类", Input::One(kinds)),
        Field::new("evidence_name", "文书名称", Input::Line),
        Field::new("evidence_number", "文书文号", Input::Line),
        Field::new("evidence_on", "文书日期", Input::Day),
        Field::new("evidence_organ", "作出文书的机关代码", Input::Code)
            .optional()
            .hint("不填为本机关"),
        Field::new("effective", "文书生效日期", Input::Day)
            .optional()
            .hint("尚未生效的，不得列入"),
        Field::new("reasons", "拟列入的事实和理由", Input::Text),
        Field::new("persons", "有关人员", Input::Text)
            .optional()
            .hint("只能是名单依据写明的身份。每行一人：身份、证件号码、姓名，用空格分开"),
    ];
    vec![Verb::new("propose", "提出拟列入", Hand::Organ, fields)]
}

/// What can be done with a listing.
pub(crate) fn verbs(listing: &Listing) -> Vec<Verb> {
    [hearing(listing), deciding(listing), ending(listing)].concat()
}

/// Telling the entity what is proposed, and hearing what it answers.
fn hearing(listing: &Listing) -> Vec<Verb> {
    let adverse = matches!(listing, Listing::Proposed(proposed) if proposed.kind.adverse());
    let notified = matches!(listing, Listing::Notified(_));
    vec![
        Verb::new(
            "notify",
            "送达拟列入告知书",
            Hand::Organ,
            [
                vec![Field::new("number", "告知书文号", Input::Line)],
                form::delivery(),
            ]
            .concat(),
        )
        .when(adverse),
        Verb::new(
            "plead",
            "陈述申辩",
            Hand::Entity,
            vec![
                Field::new("words", "陈述申辩意见", Input::Text),
                Field::new("closing", "没有其他补充，不必等到期满", Input::Flag).optional(),
            ],
        )
        .when(notified),
        Verb::new(
            "receive",
            "登记书面陈述申辩",
            Hand::Organ,
            vec![
                Field::new("receipt", "收件编号", Input::Line),
                Field::new("on", "收到日期", Input::Day),
                Field::new("closing", "主体书面表示没有其他补充", Input::Flag).optional(),
            ],
        )
        .when(notified),
        Verb::new(
            "suspend",
            "中止陈述申辩期",
            Hand::Organ,
            form::suspend(Vec::new()),
        )
        .when(notified),
        Verb::new(
            "resume",
            "恢复陈述申辩期",
            Hand::Organ,
            vec![Field::new("until", "恢复计算的日期", Input::Day)],
        )
        .when(notified),
    ]
}

/// The decision, and showing it to everybody.
fn deciding(listing: &Listing) -> Vec<Verb> {
    let favourable = matches!(listing, Listing::Proposed(proposed) if !proposed.kind.adverse());
    let notified = matches!(listing, Listing::Notified(_));
    let listed = matches!(listing, Listing::Listed(_));
    vec![
        Verb::new(
            "decide",
            "作出决定",
            Hand::Organ,
            [
                form::document("决定书"),
                vec![
                    Field::new("list", "列入（不选为不予列入）", Input::Flag).optional(),
                    Field::new("until", "列入至", Input::Day)
                        .optional()
                        .hint("短于法定最长期限的，写明"),
                    Field::new("answer", "对陈述申辩的答复", Input::Text).optional(),
                ],
            ]
            .concat(),
        )
        .when(notified || favourable),
        Verb::new(
            "publish",
            "送达并公布",
            Hand::Organ,
            [
                form::delivery(),
                vec![
                    Field::new("repair", "信用修复告知书文号", Input::Line)
                        .optional()
                        .hint("与列入决定书一并送达"),
                ],
            ]
            .concat(),
        )
        .when(listed),
    ]
}

/// What ends a listing, or a person's part in it.
fn ending(listing: &Listing) -> Vec<Verb> {
    let stands = matches!(listing, Listing::Listed(_) | Listing::Published(_));
    let lives = listing.lives();
    vec![
        Verb::new(
            "leave",
            "决定移出",
            Hand::Organ,
            [leaving(listing), form::document("移出决定书")].concat(),
        )
        .when(stands),
        Verb::new(
            "revoke",
            "据以列入的文书被撤销",
            Hand::Administration,
            [
                vec![
                    Field::new("number", "被撤销的文书文号", Input::Line),
                    Field::new("revoked", "撤销日期", Input::Day),
                ],
                form::document("撤销文书"),
            ]
            .concat(),
        )
        .when(lives),
        Verb::new(
            "deregister",
            "主体已注销",
            Hand::Administration,
            form::document("注销证明"),
        )
        .when(lives),
        Verb::new(
            "unlink",
            "人员不再具有该身份",
            Hand::Organ,
            [
                vec![Field::new("person", "人员", Input::One(linked(listing)))],
                form::document("证明文书"),
            ]
            .concat(),
        )
        .when(stands && !linked(listing).is_empty()),
    ]
}

fn linked(listing: &Listing) -> Vec<Choice> {
    let persons = listing.entry().into_iter().flat_map(|entry| &entry.persons);
    let short = |key: &Key| key.as_str().chars().take(8).collect::<String>();
    persons
        .map(|link| {
            let word = format!("{}:{}", link.role, link.key.as_str());
            Choice::new(word, format!("{}（标识 {}）", link.role, short(&link.key)))
        })
        .collect()
}

fn leaving(listing: &Listing) -> Vec<Field> {
    let exits = listing.entry().into_iter().flat_map(|entry| &entry.exits);
    let mut ways: Vec<Choice> = exits
        .filter(|exit| exit.key != "term" && exit.key != "void")
        .map(|exit| Choice::new(exit.key.as_str(), exit.text.as_str()))
        .collect();
    ways.push(Choice::new("revoked", "列入决定被撤销或者确认违法、无效"));
    vec![Field::new("how", "移出情形", Input::One(ways))]
}
