//! 涉企行政检查事项清单, and what binds a visit (R65, R66, R67)

use super::cell::{Cell, Grid, Sheet};
use super::home::Source;
use crate::cite::Cite;
use domain::basis::Ruled;
use domain::inspection::{Check, Item, Published, ResultCode};
use law::Word;
use std::sync::Arc;

pub(super) fn sheet(source: &Source<'_>) -> Sheet {
    let law = source.law;
    let team = law.team_size();
    let team = team.map(|ruled| {
        let text = format!("不少于 {} 人，须持有该执法条线的证件", ruled.value());
        let cite = Cite::of(law, ruled.basis());
        ("检查人员", Cell::Clauses(vec![(text, cite)]))
    });
    Sheet {
        title: "涉企行政检查事项清单".to_owned(),
        intro: "清单以外的事项不得检查。书面、网络检查和非现场监测不占用入企检查的频次。检查人员不出示执法证件的，可以拒绝检查；认为有利害关系的，可以申请回避。".to_owned(),
        facts: team.into_iter().collect(),
        grids: vec![
            items(source),
            words(
                source,
                ("exceptions", "不受频次上限限制的情形"),
                law.inspection_exceptions(),
                |row| &row.name,
            ),
            results(source),
            words(
                source,
                ("recusals", "回避情形"),
                law.recusal_grounds(),
                |row| &row.name,
            ),
            words(
                source,
                ("papers", "检查文书"),
                law.inspection_papers(),
                |row| &row.name,
            ),
        ],
        downloads: vec![
            ("双随机抽查", "/draws".to_owned()),
            ("检查结果", "/inspections".to_owned()),
        ],
        ..Sheet::default()
    }
}

fn items(source: &Source<'_>) -> Grid {
    let rows = source.law.inspection_items().iter();
    Grid {
        title: "检查事项".to_owned(),
        id: "items",
        note:
            "“每年至多”是同一单位每个自然年内因该事项入企的次数；各部门合计另有上限，见抽查比例和频次。"
                .to_owned(),
        heads: vec![
            "事项",
            "代码",
            "行业",
            "执法条线",
            "类别",
            "检查方式",
            "每年至多",
            "检查标准",
            "依据",
        ],
        rows: rows.map(|ruled| row(source, ruled)).collect(),
    }
}

fn row(source: &Source<'_>, ruled: &Ruled<Arc<Published>>) -> Vec<Cell> {
    let law = source.law;
    let item = ruled.value();
    let methods = item.methods.iter().map(|method| method.name());
    let tag = match item.kind {
        Item::General => "",
        Item::Key => "tag-ordinary",
    };
    let times = match item.per_year {
        Some(times) => format!("{times} 次"),
        None if !item.on_site() => "不入企".to_owned(),
        None => "—".to_owned(),
    };
    let check = |check: &Check| (check.text.clone(), Cite::of(law, &check.basis));
    vec![
        Cell::text(&item.name),
        Cell::text(&item.code),
        Cell::text(name(law.sectors(), &item.sector)),
        Cell::text(name(law.inspection_lines(), &item.line)),
        Cell::Tag(item.kind.name().to_owned(), tag),
        Cell::text(methods.collect::<Vec<_>>().join("、")),
        Cell::text(times),
        Cell::Clauses(item.checks.iter().map(check).collect()),
        Cell::cite(law, ruled.basis()),
    ]
}

fn name<'a>(words: &'a [Word], word: &'a str) -> &'a str {
    let found = words.iter().find(|row| row.word == word);
    found.map_or(word, |row| &row.name)
}

fn results(source: &Source<'_>) -> Grid {
    let row = |ruled: &Ruled<ResultCode>| {
        let code = ruled.value();
        vec![
            Cell::text(&code.name),
            Cell::yes(!code.problem, "没有问题", "有问题"),
            Cell::text(if code.follow { "须有" } else { "—" }),
            Cell::cite(source.law, ruled.basis()),
        ]
    };
    Grid {
        title: "检查结果".to_owned(),
        id: "results",
        note: "检查结果本身不是行政处罚；检查结束后依法公示。".to_owned(),
        heads: vec!["结果", "性质", "后续处理", "依据"],
        rows: source.law.inspection_results().iter().map(row).collect(),
    }
}

/// A list of words, each with its article.
fn words<T>(
    source: &Source<'_>,
    (id, title): (&'static str, &str),
    rows: &[Ruled<T>],
    name: impl Fn(&T) -> &String,
) -> Grid {
    let row = |ruled: &Ruled<T>| {
        vec![
            Cell::text(name(ruled.value())),
            Cell::cite(source.law, ruled.basis()),
        ]
    };
    Grid {
        title: title.to_owned(),
        id,
        note: String::new(),
        heads: vec!["名称", "依据"],
        rows: rows.iter().map(row).collect(),
    }
}
