//! 行政行为和处罚种类

use super::cell::{Cell, Grid, Sheet};
use super::home::Source;

pub(super) fn sheet(source: &Source<'_>) -> Sheet {
    Sheet {
        title: "行政行为和处罚种类".to_owned(),
        intro: "平台归集的行政行为，以及行政处罚的种类。没有列入的行为不归集，没有列入的处罚种类由报送机关写明。".to_owned(),
        grids: vec![acts(source), kinds(source)],
        ..Sheet::default()
    }
}

fn acts(source: &Source<'_>) -> Grid {
    let rows = source.law.acts().iter().map(|act| {
        vec![
            Cell::text(&act.name),
            Cell::yes(!act.adverse, "不属于失信信息", "可能属于失信信息"),
            Cell::text(act.note.clone().unwrap_or_default()),
            Cell::cite(source.law, &act.basis()),
        ]
    });
    Grid {
        title: "行政行为".to_owned(),
        id: "acts",
        note: String::new(),
        heads: vec!["行政行为", "性质", "说明", "依据"],
        rows: rows.collect(),
    }
}

fn kinds(source: &Source<'_>) -> Grid {
    let rows = source.law.penalty_kinds().iter().map(|kind| {
        vec![
            Cell::text(&kind.name),
            Cell::text(&kind.group),
            Cell::text(match kind.aliases.is_empty() {
                true => "—".to_owned(),
                false => kind.aliases.join("、"),
            }),
            Cell::cite(source.law, &kind.basis()),
        ]
    });
    Grid {
        title: "处罚种类".to_owned(),
        id: "kinds",
        note: String::new(),
        heads: vec!["种类", "类别", "报送中的其他写法", "依据"],
        rows: rows.collect(),
    }
}
