//! 公共信用信息应用清单 (R45)

use super::cell::{Cell, Grid, Sheet};
use super::home::Source;
use law::{Matter, Usage};

pub(super) fn sheet(source: &Source<'_>) -> Sheet {
    let rows = source
        .law
        .matters()
        .iter()
        .map(|matter| row(source, matter));
    let heads = vec![
        "领域",
        "类别",
        "事项",
        "代码",
        "何时查询",
        "查询哪些信息",
        "结果的作用",
        "依据",
    ];
    Sheet {
        title: "公共信用信息应用清单".to_owned(),
        intro: "在这些事项中查询信用信息。除写明“依法限制”“依法简化”并列出条文的以外，查询结果只供参考，是否准予由办理机关依其自身的法律决定。".to_owned(),
        grids: vec![Grid {
            title: "事项".to_owned(),
            id: "matters",
            note: String::new(),
            heads,
            rows: rows.collect(),
        }],
        ..Sheet::default()
    }
}

fn row(source: &Source<'_>, matter: &Matter) -> Vec<Cell> {
    let text = |text: &Option<String>| Cell::text(text.clone().unwrap_or_else(|| "—".to_owned()));
    let sets = matter.sets.iter().map(|word| {
        let name = source.names.get("set", word);
        (name, format!("/catalogs/sets/{word}"))
    });
    let mut bases = vec![matter.basis()];
    bases.extend(matter.effect());
    let usage = match matter.usage {
        Usage::Reference => "",
        Usage::Refusal => "tag-ordinary",
        Usage::Simplify => "tag-calm",
    };
    vec![
        Cell::text(&matter.domain),
        text(&matter.category),
        Cell::text(&matter.name),
        Cell::text(&matter.code),
        text(&matter.stage),
        Cell::Links(sets.collect()),
        Cell::Tag(matter.usage.name().to_owned(), usage),
        Cell::cites(source.law, &bases),
    ]
}
