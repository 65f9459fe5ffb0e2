//! 公共信用信息数据清单 (R25): data sets, their fields, versions, and the files to take away.

use super::cell::{Cell, Grid, Sheet};
use super::csv::Csv;
use super::home::{Source, shown};
use crate::cite::Cite;
use crate::frame::Frame;
use crate::house::App;
use crate::statute::Names;
use crate::trouble::Trouble;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use domain::intake::{Mask, Shape};
use law::{DataSet, SetField};

pub(super) fn sheet(source: &Source<'_>) -> Sheet {
    let law = source.law;
    let sets = law.sets().iter().filter(|set| set.in_force(source.day));
    let rows = sets.map(|set| {
        vec![
            Cell::Link(set.name.clone(), format!("/catalogs/sets/{}", set.word)),
            Cell::text(source.names.get("class", &set.class)),
            Cell::text(set.version.to_string()),
            Cell::text(set.fields.len().to_string()),
            Cell::text(&set.organ),
            Cell::text(set.cadence.name()),
            Cell::text(set.range.name()),
            Cell::cite(law, &set.basis()),
        ]
    });
    Sheet {
        title: "公共信用信息数据清单".to_owned(),
        intro: "平台只采集清单列出的数据集和字段。字段的公开范围不大于数据集的公开范围；法律禁止收集的个人信息不能列入。".to_owned(),
        grids: vec![
            Grid {
                title: "数据集".to_owned(),
                id: "sets",
                note: String::new(),
                heads: vec!["数据集", "基础目录类别", "版本", "字段数", "报送单位", "报送频率", "公开范围", "依据"],
                rows: rows.collect(),
            },
            classes(source),
            forbidden(source),
        ],
        downloads: vec![
            ("下载 CSV", "/catalogs/sets.csv".to_owned()),
            ("下载 JSON", "/catalogs/sets.json".to_owned()),
        ],
        ..Sheet::default()
    }
}

fn classes(source: &Source<'_>) -> Grid {
    let rows = source.law.classes().iter().map(|class| {
        vec![
            Cell::text(&class.name),
            Cell::text(class.level.name()),
            Cell::cite(source.law, &class.basis()),
        ]
    });
    Grid {
        title: "公共信用信息基础目录和地方补充".to_owned(),
        id: "classes",
        note: "数据集必须属于其中一类。地方补充只能由地方性法规规定。".to_owned(),
        heads: vec!["类别", "层级", "依据"],
        rows: rows.collect(),
    }
}

fn forbidden(source: &Source<'_>) -> Grid {
    let rows = source.law.forbidden().iter().map(|kind| {
        vec![
            Cell::text(&kind.name),
            Cell::text(match kind.aliases.is_empty() {
                true => "—".to_owned(),
                false => kind.aliases.join("、"),
            }),
            Cell::cite(source.law, &kind.basis()),
        ]
    });
    Grid {
        title: "禁止收集的个人信息".to_owned(),
        id: "forbidden",
        note: "名称含有下列文字的数据集和字段不能登记。".to_owned(),
        heads: vec!["内容", "其他写法", "依据"],
        rows: rows.collect(),
    }
}

/// `/catalogs/sets/{word}`: every version of one data set, with what changed.
pub(crate) async fn set(
    State(app): State<App>,
    frame: Frame,
    Path(word): Path<String>,
) -> Result<Response, Trouble> {
    let law = &app.desk().law();
    let source = Source::of(law, frame.day);
    let mut versions: Vec<&DataSet> = law.sets().iter().filter(|set| set.word == word).collect();
    versions.sort_by_key(|set| std::cmp::Reverse(set.version));
    let newest = versions.first().copied();
    let newest = newest.ok_or_else(|| Trouble::Missing("数据清单中没有这个数据集。".to_owned()))?;
    let grids = versions.iter().enumerate().map(|(at, set)| {
        let older = versions.get(at + 1).copied();
        fields(set, older)
    });
    let sheet = Sheet {
        title: newest.name.clone(),
        facts: facts(&source, newest),
        grids: grids.collect(),
        above: Some(("数据清单", "/catalogs/sets")),
        ..Sheet::default()
    };
    Ok(shown(frame, sheet, law))
}

fn facts(source: &Source<'_>, set: &DataSet) -> Vec<(&'static str, Cell)> {
    let used = source
        .law
        .matters()
        .iter()
        .filter(|matter| matter.sets.contains(&set.word));
    let used: Vec<String> = used.map(|matter| matter.name.clone()).collect();
    let key = set.key.iter().map(|code| {
        let field = set.fields.iter().find(|field| field.code == *code);
        field.map_or_else(|| code.clone(), |field| field.name.clone())
    });
    vec![
        ("代号", Cell::text(&set.word)),
        (
            "基础目录类别",
            Cell::text(source.names.get("class", &set.class)),
        ),
        ("报送单位", Cell::text(&set.organ)),
        ("报送频率", Cell::text(set.cadence.name())),
        ("公开范围", Cell::text(set.range.name())),
        ("匹配键", Cell::text(key.collect::<Vec<_>>().join("、"))),
        (
            "用于哪些事项",
            Cell::text(match used.is_empty() {
                true => "—".to_owned(),
                false => used.join("、"),
            }),
        ),
        ("依据", Cell::cite(source.law, &set.basis())),
    ]
}

/// The fields of one version; what differs from the version before is marked.
fn fields(set: &DataSet, older: Option<&DataSet>) -> Grid {
    let rows = set.fields.iter().map(|field| row(set, field, older));
    let until = set
        .until
        .map_or_else(|| "起".to_owned(), |until| format!("至 {until} 接收"));
    let gone = older.map_or_else(Vec::new, |older| missing(older, set));
    let note = match gone.is_empty() {
        true => format!("{} {until}", set.from),
        false => format!("{} {until}。较上一版删去：{}", set.from, gone.join("、")),
    };
    Grid {
        title: format!("字段（第 {} 版）", set.version),
        id: "",
        note,
        heads: vec![
            "字段",
            "代码",
            "类型",
            "长度",
            "填报",
            "取值",
            "公开范围",
            "脱敏",
            "较上一版",
        ],
        rows: rows.collect(),
    }
}

fn missing(older: &DataSet, newer: &DataSet) -> Vec<String> {
    let kept = |field: &&SetField| !newer.fields.iter().any(|one| one.code == field.code);
    older
        .fields
        .iter()
        .filter(kept)
        .map(|field| field.name.clone())
        .collect()
}

fn row(set: &DataSet, field: &SetField, older: Option<&DataSet>) -> Vec<Cell> {
    let need = match &field.condition {
        Some(condition) => format!("{}：{condition}", field.need.name()),
        None => field.need.name().to_owned(),
    };
    let values = match field.values.is_empty() {
        true => "—".to_owned(),
        false => field.values.join("、"),
    };
    vec![
        Cell::text(&field.name),
        Cell::text(&field.code),
        Cell::text(shape(field.shape)),
        Cell::text(
            field
                .length
                .map_or_else(|| "—".to_owned(), |length| length.to_string()),
        ),
        Cell::text(need),
        Cell::text(values),
        Cell::text(set.range_of(field).name()),
        Cell::text(mask(field.mask)),
        change(field, older),
    ]
}

fn change(field: &SetField, older: Option<&DataSet>) -> Cell {
    let Some(older) = older else {
        return Cell::text("—");
    };
    let before = older.fields.iter().find(|one| one.code == field.code);
    let same = before.is_some_and(|before| {
        serde_json::to_value(before).ok() == serde_json::to_value(field).ok()
    });
    match (before, same) {
        (None, _) => Cell::Tag("新增".to_owned(), "tag-calm"),
        (Some(_), true) => Cell::text("—"),
        (Some(_), false) => Cell::Tag("修改".to_owned(), "tag-ordinary"),
    }
}

fn shape(shape: Shape) -> &'static str {
    match shape {
        Shape::Text => "文本",
        Shape::Date => "日期",
        Shape::Amount => "金额",
        Shape::Code => "统一社会信用代码",
        Shape::Id => "号码",
        Shape::Enum => "单选",
        Shape::Kinds => "多选",
        Shape::Docket => "文书号",
    }
}

fn mask(mask: Mask) -> &'static str {
    match mask {
        Mask::Name => "姓名",
        Mask::Id => "证件号码",
        Mask::Phone => "电话",
        Mask::Address => "地址",
        Mask::Account => "账号",
        Mask::Text => "文本中的号码",
        Mask::None => "—",
    }
}

const COLUMNS: [&str; 19] = [
    "数据集代号",
    "数据集",
    "版本",
    "首日",
    "末日",
    "基础目录类别",
    "报送单位",
    "报送频率",
    "字段代码",
    "字段名称",
    "类型",
    "长度",
    "填报",
    "条件",
    "取值",
    "公开范围",
    "脱敏",
    "匹配键",
    "依据",
];

/// `/catalogs/sets.csv`: a line for each field of each version.
pub(crate) async fn sets_csv(State(app): State<App>) -> Response {
    let law = &app.desk().law();
    let names = Names::of(law);
    let mut csv = Csv::new(&COLUMNS);
    for set in law.sets() {
        let cite = Cite::of(law, &set.basis());
        let basis = format!("《{}》{}", cite.title, cite.article);
        let class = names.get("class", &set.class);
        for field in &set.fields {
            line(&mut csv, set, field, [&class, &basis]);
        }
    }
    file("text/csv; charset=utf-8", "sets.csv", csv.text())
}

fn line(csv: &mut Csv, set: &DataSet, field: &SetField, [class, basis]: [&str; 2]) {
    let key = if set.key.contains(&field.code) {
        "是"
    } else {
        "否"
    };
    csv.row([
        set.word.as_str(),
        &set.name,
        &set.version.to_string(),
        &set.from.to_string(),
        &set.until
            .map_or_else(String::new, |until| until.to_string()),
        class,
        &set.organ,
        set.cadence.name(),
        &field.code,
        &field.name,
        shape(field.shape),
        &field
            .length
            .map_or_else(String::new, |length| length.to_string()),
        field.need.name(),
        field.condition.as_deref().unwrap_or_default(),
        &field.values.join("、"),
        set.range_of(field).name(),
        mask(field.mask),
        key,
        basis,
    ]);
}

/// `/catalogs/sets.json`: the data sets in the words of the law pack.
pub(crate) async fn sets_json(State(app): State<App>) -> Response {
    let law = app.desk().law();
    let sets = serde_json::json!({ "law": law.digest(), "sets": law.sets() });
    file("application/json", "sets.json", sets.to_string())
}

fn file(kind: &str, name: &str, text: String) -> Response {
    let place = format!("attachment; filename=\"{name}\"");
    let heads = [
        (header::CONTENT_TYPE, kind),
        (header::CONTENT_DISPOSITION, &place),
    ];
    (heads, text).into_response()
}
