//! 告知模板: what the platform writes to whom, word for word, by which way and article.

use super::cell::{Cell, Grid, Sheet};
use super::home::Source;
use domain::notice::Template;

pub(super) fn sheet(source: &Source<'_>) -> Sheet {
    let rows = source.law.notices().iter();
    Sheet {
        title: "告知模板".to_owned(),
        intro: "平台只按这些文字告知，花括号中的位置发送时全部填写。站内信总会送达收件箱，其他方式由收件人自己留下。".to_owned(),
        grids: vec![Grid {
            title: "告知".to_owned(),
            id: "notices",
            note: String::new(),
            heads: vec!["名称", "代号", "正文", "方式", "依据"],
            rows: rows.map(|one| row(source, one)).collect(),
        }],
        ..Sheet::default()
    }
}

fn row(source: &Source<'_>, one: &Template) -> Vec<Cell> {
    let channels = one.channels.iter().map(|channel| channel.name());
    vec![
        Cell::text(&one.title),
        Cell::text(&one.word),
        Cell::text(&one.body),
        Cell::text(channels.collect::<Vec<_>>().join("、")),
        Cell::cite(source.law, &one.basis),
    ]
}
