//! 惩戒和激励措施 (R82): class, triggers, whom, where, until when, by which article.

use super::cell::{Cell, Grid, Sheet};
use super::home::{Source, shown};
use crate::cite::span;
use crate::frame::Frame;
use crate::house::App;
use crate::trouble::Trouble;
use axum::extract::{Path, State};
use axum::response::Response;
use domain::measure::{Class, End, Matters, Measure};

const HEADS: [&str; 6] = ["措施", "类别", "由哪些名单触发", "实施单位", "结束", "依据"];
/// The same where one list is spoken of.
pub(super) const OF_LIST: [&str; 5] = ["措施", "类别", "实施单位", "结束", "依据"];

pub(super) fn sheet(source: &Source<'_>) -> Sheet {
    let all = source.law.all_measures(source.day);
    let of = |class: Class, incentive: bool| {
        let chosen = all.iter().map(|ruled| ruled.value());
        let chosen = chosen.filter(|one| one.class == class && one.incentive == incentive);
        chosen.map(|one| row(source, one)).collect::<Vec<_>>()
    };
    let classes = [Class::Rights, Class::Discretion, Class::Private];
    let mut grids: Vec<Grid> = classes
        .into_iter()
        .map(|class| grid(class.name(), of(class, false)))
        .collect();
    let incentives = classes
        .into_iter()
        .flat_map(|class| of(class, true))
        .collect();
    grids.push(grid("激励措施", incentives));
    grids.retain(|grid| !grid.rows.is_empty());
    Sheet {
        title: "惩戒和激励措施".to_owned(),
        intro:
            "没有列在这里的措施不得采取。每项措施都写明条文、对象和结束的时间；名单移出，措施即止。"
                .to_owned(),
        grids,
        ..Sheet::default()
    }
}

fn grid(title: &str, rows: Vec<Vec<Cell>>) -> Grid {
    Grid {
        title: title.to_owned(),
        id: "",
        note: String::new(),
        heads: HEADS.to_vec(),
        rows,
    }
}

fn row(source: &Source<'_>, measure: &Measure) -> Vec<Cell> {
    let mut cells = of_list(source, measure);
    cells.insert(2, triggers(source, measure));
    cells
}

pub(super) fn of_list(source: &Source<'_>, measure: &Measure) -> Vec<Cell> {
    let href = format!("/catalogs/measures/{}", measure.word);
    vec![
        Cell::Link(measure.name.clone(), href),
        Cell::text(number(measure)),
        Cell::text(&measure.implementer),
        end(measure),
        Cell::cites(source.law, &measure.bases),
    ]
}

/// 第几类
fn number(measure: &Measure) -> String {
    let class = u8::from(measure.class);
    match measure.incentive {
        true => format!("激励（{class} 类）"),
        false => format!("{class} 类"),
    }
}

fn triggers(source: &Source<'_>, measure: &Measure) -> Cell {
    let lists = measure.triggers.iter().map(|word| {
        let name = source.names.get("list", word);
        (name, format!("/catalogs/lists/{word}"))
    });
    Cell::Links(lists.collect())
}

fn end(measure: &Measure) -> Cell {
    Cell::text(match measure.end {
        End::WithList => "移出名单时".to_owned(),
        End::After(after) => format!("{}；移出名单的，即时", span(after)),
    })
}

/// `/catalogs/measures/{word}`
pub(crate) async fn measure(
    State(app): State<App>,
    frame: Frame,
    Path(word): Path<String>,
) -> Result<Response, Trouble> {
    let law = &app.desk().law();
    let source = Source::of(law, frame.day);
    let all = law.all_measures(frame.day);
    let found = all
        .iter()
        .map(|ruled| ruled.value())
        .find(|one| one.word == word);
    let found = found.ok_or_else(|| Trouble::Missing("现行目录中没有这项措施。".to_owned()))?;
    let sheet = Sheet {
        title: found.name.clone(),
        intro: match found.class.optional() {
            true => "平台只告知，是否采取由接收单位自行决定。".to_owned(),
            false => String::new(),
        },
        facts: facts(&source, found),
        above: Some(("惩戒和激励措施", "/catalogs/measures")),
        ..Sheet::default()
    };
    Ok(shown(frame, sheet, law))
}

fn facts(source: &Source<'_>, measure: &Measure) -> Vec<(&'static str, Cell)> {
    let names = &source.names;
    let persons = match (measure.personal, measure.roles.is_empty()) {
        (false, _) => "只对单位，不及于个人".to_owned(),
        (true, true) => "自然人本人".to_owned(),
        (true, false) => format!(
            "只及于依据写明的身份：{}",
            names.all("roles", &measure.roles).join("、")
        ),
    };
    let matters = match &measure.matters {
        Matters::All => "全部事项".to_owned(),
        Matters::Listed(codes) => names.all("matter", codes).join("、"),
    };
    vec![
        (
            "类别",
            Cell::text(format!("{}：{}", number(measure), measure.class.name())),
        ),
        ("由哪些名单触发", triggers(source, measure)),
        (
            "对象",
            Cell::text(names.all("form", &measure.targets).join("、")),
        ),
        ("人员", Cell::text(persons)),
        ("适用事项", Cell::text(matters)),
        ("实施单位", Cell::text(&measure.implementer)),
        ("结束", end(measure)),
        ("依据", Cell::cites(source.law, &measure.bases)),
    ]
}
