//! 抽查比例、保存期限、考核公式

use super::cell::{Cell, Grid, Sheet};
use super::home::Source;
use crate::cite::span;
use domain::inspection::Item;

pub(super) fn rates(source: &Source<'_>) -> Sheet {
    Sheet {
        title: "抽查比例和频次".to_owned(),
        intro: "信用越好，检查越少。比例是该等级单位中每年抽查的份额；频次是对同一单位每个自然年入企检查的上限。投诉举报、转办交办和线索核查不受限制。".to_owned(),
        grids: Item::ALL.into_iter().map(|item| item_rates(source, item)).collect(),
        ..Sheet::default()
    }
}

fn item_rates(source: &Source<'_>, item: Item) -> Grid {
    let rows = source.law.rates(item, source.day).iter().map(|ruled| {
        let rate = ruled.value();
        vec![
            Cell::text(&rate.grade),
            Cell::text(format!("{} 至 {}", percent(rate.least), percent(rate.most))),
            Cell::text(
                rate.per_year
                    .map_or_else(|| "不设上限".to_owned(), |times| format!("{times} 次")),
            ),
            Cell::text(&rate.method),
            Cell::cite(source.law, ruled.basis()),
        ]
    });
    Grid {
        title: item.name().to_owned(),
        id: item.word(),
        note: String::new(),
        heads: vec!["等级", "抽查比例", "每年至多", "方式", "依据"],
        rows: rows.collect(),
    }
}

/// Basis points as a percentage.
fn percent(points: u16) -> String {
    match (points / 100, points % 100) {
        (whole, 0) => format!("{whole}%"),
        (whole, rest) => format!("{whole}.{rest:02}%"),
    }
}

pub(super) fn retention(source: &Source<'_>) -> Sheet {
    let words = source.law.retentions().iter();
    let rows = words.filter_map(|word| {
        let ruled = source.law.retention(&word.word, source.day)?;
        Some(vec![
            Cell::text(&word.name),
            Cell::text(span(ruled.value().keep)),
            Cell::cite(source.law, ruled.basis()),
        ])
    });
    Sheet {
        title: "保存期限".to_owned(),
        intro: "期满即删除或者停止使用，不需要申请。没有列出期限的，法律没有规定。".to_owned(),
        grids: vec![Grid {
            title: "各类信息".to_owned(),
            id: "retention",
            note: String::new(),
            heads: vec!["内容", "期限", "依据"],
            rows: rows.collect(),
        }],
        ..Sheet::default()
    }
}

pub(super) fn formulas(source: &Source<'_>) -> Sheet {
    let formulas = source.law.formulas(source.day);
    let rows = formulas.iter().map(|ruled| {
        let formula = ruled.value();
        vec![
            Cell::text(&formula.name),
            Cell::text(&formula.text),
            Cell::text(source.names.get("count", &formula.over)),
            Cell::text(source.names.get("count", &formula.of)),
            Cell::cite(source.law, ruled.basis()),
        ]
    });
    Sheet {
        title: "考核公式".to_owned(),
        intro: "考核的是报送、查询和反馈的部门，不是被管理的单位。分母为零的不计。".to_owned(),
        grids: vec![Grid {
            title: "公式".to_owned(),
            id: "formulas",
            note: String::new(),
            heads: vec!["指标", "公式", "分子", "分母", "依据"],
            rows: rows.collect(),
        }],
        ..Sheet::default()
    }
}
