//! A scale in words: every indicator, item, floor and grade line.

use crate::cite::{Cite, span};
use crate::statute::Names;
use domain::basis::Ruled;
use domain::grade::{Class, Filter, Kind, Points, Scale, Value};
use jiff::civil::Date;
use law::{Pack, RuleText};
use std::sync::Arc;
use toml::Table;

/// 计分项
#[derive(Debug, Clone)]
pub(crate) struct ItemView {
    pub name: String,
    pub how: String,
    pub cite: Cite,
}

/// 直接判级
#[derive(Debug, Clone)]
pub(crate) struct FloorView {
    pub name: String,
    pub how: String,
    pub grade: String,
    pub cite: Cite,
}

/// 等级线
#[derive(Debug, Clone)]
pub(crate) struct CutView {
    pub word: String,
    pub name: String,
    pub scores: String,
}

/// A scale ready to be shown.
#[derive(Debug, Clone)]
pub(crate) struct ScaleView {
    pub scale: Arc<Scale>,
    pub cite: Cite,
    /// Forms of organisation it grades, in words.
    pub forms: Vec<String>,
    /// How long an evaluation is good for.
    pub valid: Option<String>,
    /// Name, and how it comes about.
    pub indicators: Vec<(String, String)>,
    pub items: Vec<ItemView>,
    pub floors: Vec<FloorView>,
    pub cuts: Vec<CutView>,
}

impl ScaleView {
    pub fn of(law: &Pack, ruled: &Ruled<Arc<Scale>>, forms: Vec<String>, day: Date) -> Self {
        let scale = Arc::clone(ruled.value());
        let names = Names::of(law);
        let valid = forms.first().and_then(|form| law.validity(form, day));
        Self {
            cite: Cite::of(law, ruled.basis()),
            forms: names.all("form", &forms),
            valid: valid.map(|valid| span(*valid.value())),
            indicators: indicators(&scale),
            items: items(law, &scale),
            floors: floors(law, &scale),
            cuts: cuts(&scale),
            scale,
        }
    }

    /// The scale a rule of the library states.
    pub fn of_rule(law: &Pack, rule: &RuleText) -> Option<Self> {
        if rule.id != "grade.scale" {
            return None;
        }
        let body: Table = rule.body.parse().ok()?;
        let forms = body.get("when")?.get("form")?.as_array()?;
        let forms: Vec<String> = forms
            .iter()
            .filter_map(|form| form.as_str().map(str::to_owned))
            .collect();
        let ruled = law.scale(forms.first()?, rule.from)?;
        Some(Self::of(law, &ruled, forms, rule.from))
    }

    /// The different scales in force on a day, each with its forms.
    pub fn all(law: &Pack, day: Date) -> Vec<Self> {
        let mut found: Vec<(Ruled<Arc<Scale>>, Vec<String>)> = Vec::new();
        for form in law.forms().iter().filter(|form| !form.natural) {
            let Some(ruled) = law.scale(&form.word, day) else {
                continue;
            };
            let known = found
                .iter_mut()
                .find(|(known, _)| known.value().id == ruled.value().id);
            match known {
                Some((_, forms)) => forms.push(form.word.clone()),
                None => found.push((ruled, vec![form.word.clone()])),
            }
        }
        let found = found.into_iter();
        found
            .map(|(ruled, forms)| Self::of(law, &ruled, forms, day))
            .collect()
    }
}

fn indicators(scale: &Scale) -> Vec<(String, String)> {
    let all = scale.indicators.iter();
    all.map(|one| (one.name.clone(), counted(&one.value)))
        .collect()
}

fn counted(value: &Value) -> String {
    match value {
        Value::Count(filter) => format!("件数：{}", facts(filter)),
        Value::Sum(filter) => format!("金额合计（元）：{}", facts(filter)),
        Value::Worst(filter) => {
            format!(
                "最重的程度（轻微 1、一般 2、严重 3，没有为 0）：{}",
                facts(filter)
            )
        }
        Value::Since(filter) => format!("距最近一次的天数，从未有过为 -1：{}", facts(filter)),
        Value::Fading(filter) => format!("每件在窗口内剩余的天数之和：{}", facts(filter)),
        Value::Stated => "由主体申报或者登记机关提供".to_owned(),
    }
}

/// Which facts a filter takes.
fn facts(filter: &Filter) -> String {
    let kinds = Kind::ALL.into_iter().filter(|kind| filter.kinds.has(*kind));
    let kinds: Vec<&str> = kinds.map(Kind::name).collect();
    let class = match (filter.from, filter.to) {
        (Class::Unclassed, Class::Serious) => String::new(),
        (from, to) if from == to => format!("，程度为{}", class(from)),
        (from, Class::Serious) => format!("，程度为{}以上", class(from)),
        (from, to) => format!("，程度从{}到{}", class(from), class(to)),
    };
    let months = filter.months.map_or_else(
        || "，现在起作用的全部".to_owned(),
        |months| format!("，近 {months} 个月内"),
    );
    format!("{}{class}{months}", kinds.join("、"))
}

fn class(class: Class) -> &'static str {
    match class {
        Class::Unclassed => "不分程度",
        class => class.name(),
    }
}

fn items(law: &Pack, scale: &Scale) -> Vec<ItemView> {
    let item = |item: &domain::grade::Item| ItemView {
        name: item.name.clone(),
        how: match item.unless {
            Some(of) => format!(
                "{}；“{}”大于 0 时不计",
                points(scale, &item.points),
                name(scale, of)
            ),
            None => points(scale, &item.points),
        },
        cite: Cite::of(law, &item.basis),
    };
    scale.items.iter().map(item).collect()
}

fn name(scale: &Scale, of: usize) -> &str {
    scale.indicators.get(of).map_or("", |one| one.name.as_str())
}

/// How an item gives points, in words.
fn points(scale: &Scale, points: &Points) -> String {
    match points {
        Points::Each { of, each, most } => {
            let (all, name) = (i64::from(*each) * i64::from(*most), name(scale, *of));
            format!(
                "“{name}”每 1 计 {} 分，最多 {} 分",
                signed(*each),
                signed64(all)
            )
        }
        Points::Steps { of, steps } => {
            let steps = steps.iter().map(|(from, points)| match from {
                -1 => format!("从未有过 {} 分", signed(*points)),
                from => format!("达到 {from} 计 {} 分", signed(*points)),
            });
            let steps: Vec<String> = steps.collect();
            format!("“{}”{}", name(scale, *of), steps.join("，"))
        }
        Points::Share {
            part,
            whole,
            times,
            least,
            each,
        } => {
            let (part, whole) = (name(scale, *part), name(scale, *whole));
            format!(
                "“{whole}”不少于 {least} 的，{times} ×“{part}”÷“{whole}”（取整）；不足的，“{part}”每 1 计 {} 分",
                signed(*each)
            )
        }
        Points::Faded {
            of,
            each,
            window,
            most,
        } => format!(
            "{} ×“{}”÷ {window}（取整），最多 {} 分",
            signed(*each),
            name(scale, *of),
            signed(if *each < 0 { -most } else { *most })
        ),
    }
}

/// With its sign, because a point taken and a point given look alike otherwise.
pub(super) fn signed(points: i32) -> String {
    signed64(i64::from(points))
}

fn signed64(points: i64) -> String {
    match points {
        0 => "0".to_owned(),
        points if points > 0 => format!("+{points}"),
        points => format!("−{}", points.unsigned_abs()),
    }
}

fn floors(law: &Pack, scale: &Scale) -> Vec<FloorView> {
    let floor = |floor: &domain::grade::Floor| FloorView {
        name: floor.name.clone(),
        how: format!("“{}”达到 {}", name(scale, floor.of), floor.least),
        grade: scale
            .cuts
            .get(floor.grade)
            .map_or_else(String::new, |cut| cut.word.clone()),
        cite: Cite::of(law, &floor.basis),
    };
    scale.floors.iter().map(floor).collect()
}

/// The last grade has no lower limit of its own.
fn cuts(scale: &Scale) -> Vec<CutView> {
    let last = scale.cuts.len().saturating_sub(1);
    let mut above: Option<i32> = None;
    let mut shown = Vec::new();
    for (place, cut) in scale.cuts.iter().enumerate() {
        let least = if place == last {
            scale.least
        } else {
            cut.least
        };
        let most = above.map_or(scale.most, |above| above - 1);
        shown.push(CutView {
            word: cut.word.clone(),
            name: cut.name.clone(),
            scores: format!("{least} 至 {most} 分"),
        });
        above = Some(cut.least);
    }
    shown
}
