//! 名单目录 (R78), and for each list the measures it triggers (R82).

use super::cell::{Cell, Grid, Sheet};
use super::home::{Source, shown};
use super::measures;
use crate::cite::span;
use crate::frame::Frame;
use crate::house::App;
use crate::trouble::Trouble;
use axum::extract::{Path, State};
use axum::response::Response;
use domain::blacklist::{Kind, ListType};
use law::Unit;

pub(super) fn sheet(source: &Source<'_>) -> Sheet {
    let lists = source.law.lists(source.day);
    let rows = lists.iter().map(|ruled| {
        let list = ruled.value();
        vec![
            Cell::Link(list.name.clone(), format!("/catalogs/lists/{}", list.word)),
            kind(list),
            Cell::text(list.level.name()),
            Cell::text(&list.organ),
            Cell::text(span(list.max)),
            Cell::text(
                source
                    .law
                    .triggered(&list.word, source.day)
                    .len()
                    .to_string(),
            ),
            Cell::cites(source.law, &list.bases),
        ]
    });
    Sheet {
        title: "名单目录".to_owned(),
        intro: "只有法律、行政法规或者党中央、国务院政策文件规定的名单才能认定；没有列在这里的名单，任何单位不得自行设立。每一种名单都有最长期限和退出途径。".to_owned(),
        grids: vec![Grid {
            title: "名单".to_owned(),
            id: "lists",
            note: String::new(),
            heads: vec!["名单", "性质", "层级", "认定机关", "最长期限", "措施（项）", "依据"],
            rows: rows.collect(),
        }],
        ..Sheet::default()
    }
}

fn kind(list: &ListType) -> Cell {
    let style = match list.kind {
        Kind::Blacklist => "tag-serious",
        Kind::Abnormal => "tag-ordinary",
        Kind::Honorlist => "tag-calm",
        Kind::Watchlist => "",
    };
    Cell::Tag(list.kind.name().to_owned(), style)
}

/// `/catalogs/lists/{word}`
pub(crate) async fn list(
    State(app): State<App>,
    frame: Frame,
    Path(word): Path<String>,
) -> Result<Response, Trouble> {
    let law = &app.desk().law();
    let source = Source::of(law, frame.day);
    let ruled = law.list(&word, frame.day);
    let ruled = ruled.ok_or_else(|| Trouble::Missing("现行目录中没有这种名单。".to_owned()))?;
    let list = ruled.value();
    let sheet = Sheet {
        title: list.name.clone(),
        intro: String::new(),
        facts: facts(&source, list),
        grids: vec![triggered(&source, list)],
        above: Some(("名单目录", "/catalogs/lists")),
        ..Sheet::default()
    };
    Ok(shown(frame, sheet, law))
}

fn facts(source: &Source<'_>, list: &ListType) -> Vec<(&'static str, Cell)> {
    let (law, names) = (source.law, &source.names);
    let persons = match list.roles.is_empty() {
        true => "不及于个人".to_owned(),
        false => names.all("roles", &list.roles).join("、"),
    };
    vec![
        ("性质", kind(list)),
        ("层级", Cell::text(list.level.name())),
        ("认定机关", Cell::text(&list.organ)),
        ("列入情形", Cell::clauses(law, &list.criteria)),
        (
            "据以列入的文书",
            Cell::Lines(names.all("evidence", &list.evidence)),
        ),
        ("事先告知", duty(source, &list.notice)),
        ("陈述申辩", duty(source, &list.plea)),
        ("审核", Cell::text(&list.reviewer)),
        ("最长期限", Cell::text(span(list.max))),
        (
            "最短期限",
            Cell::text(list.min.map_or_else(|| "没有规定".to_owned(), span)),
        ),
        ("退出途径", Cell::clauses(law, &list.exits)),
        ("及于的人员", Cell::text(persons)),
        ("救济途径", Cell::text(&list.appeal)),
        ("依据", Cell::cites(law, &list.bases)),
    ]
}

/// The days for a duty, with what starts them.
fn duty(source: &Source<'_>, kind: &str) -> Cell {
    let name = source.names.get("duty", kind);
    let start = source.law.duties().iter().find(|duty| duty.kind == kind);
    let start = start.map_or("", |duty| duty.start.as_str());
    let Some(ruled) = source.law.duty(kind, source.day) else {
        return Cell::text(name);
    };
    let unit = match ruled.value().unit {
        Unit::Working => "个工作日",
        Unit::Calendar => "日",
    };
    let text = format!("{name}：自{start}起 {} {unit}", ruled.value().days);
    Cell::Clauses(vec![(
        text,
        crate::cite::Cite::of(source.law, ruled.basis()),
    )])
}

fn triggered(source: &Source<'_>, list: &ListType) -> Grid {
    let measures = source.law.triggered(&list.word, source.day);
    Grid {
        title: "对列入单位可以采取的措施".to_owned(),
        id: "measures",
        note: "只能采取所列的措施。第三类措施由金融机构、行业组织等自行决定，平台只告知。"
            .to_owned(),
        heads: measures::OF_LIST.to_vec(),
        rows: measures
            .iter()
            .map(|ruled| measures::of_list(source, ruled.value()))
            .collect(),
    }
}
