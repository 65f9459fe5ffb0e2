//! What a scale can reach: steps, floors and grades that no entity can ever meet.
//!
//! Values and points are bounded from outside, so what is reported here is certainly never reached;
//! what is not reported may still be rare.

use domain::grade::{Class, Filter, Floor, Indicator, Item, Kind, Kinds, Points, Scale, Value};

/// Least and most; `None` where there is no bound.
type Bounds = (i64, Option<i64>);

/// A part that never has an effect, or parts that contradict each other.
pub(super) enum Dead {
    Never(String),
    Clash(String),
}

pub(super) fn dead(scale: &Scale) -> Vec<Dead> {
    let indicators = scale.indicators.iter().enumerate();
    let indicators = indicators.filter_map(|(place, one)| idle(scale, place, one));
    let items = scale.items.iter().flat_map(|item| item_dead(scale, item));
    let mut dead: Vec<Dead> = indicators.chain(items).map(Dead::Never).collect();
    dead.extend(floors(scale));
    dead.extend(cuts(scale).into_iter().map(Dead::Never));
    dead
}

/// An indicator that counts nothing, or that nothing looks at.
fn idle(scale: &Scale, place: usize, indicator: &Indicator) -> Option<String> {
    let id = &indicator.id;
    if indicator.value.filter().is_some_and(classless) {
        return Some(format!(
            "指标 `{id}` 按程度筛选，但所列事实没有程度，永远为零"
        ));
    }
    let floors = scale.floors.iter().map(|floor| floor.of);
    let used = scale.items.iter().flat_map(reads).chain(floors);
    let idle = !used.into_iter().any(|of| of == place);
    idle.then(|| format!("指标 `{id}` 没有计分项或者直接判级使用"))
}

/// Only penalties have a class.
fn classless(filter: &Filter) -> bool {
    let penalty = Kinds::default().with(Kind::Penalty);
    filter.from > Class::Unclassed && filter.kinds.0 & penalty.0 == 0
}

fn reads(item: &Item) -> Vec<usize> {
    let mut places = match &item.points {
        Points::Each { of, .. } | Points::Steps { of, .. } | Points::Faded { of, .. } => vec![*of],
        Points::Share { part, whole, .. } => vec![*part, *whole],
    };
    places.extend(item.unless);
    places
}

fn item_dead(scale: &Scale, item: &Item) -> Vec<String> {
    let id = &item.id;
    let mut dead = Vec::new();
    if points(scale, item) == (0, Some(0)) {
        dead.push(format!("计分项 `{id}` 在任何情况下都是零分"));
    }
    if let Points::Steps { of, steps } = &item.points {
        let (least, most) = value(scale, *of);
        for (place, (from, _)) in steps.iter().enumerate() {
            let passed = steps.get(place + 1).is_some_and(|next| next.0 <= least);
            if passed || most.is_some_and(|most| *from > most) {
                dead.push(format!("计分项 `{id}` 自 {from} 起的一级永远达不到"));
            }
        }
    }
    dead
}

/// What values an indicator can have.
fn value(scale: &Scale, of: usize) -> Bounds {
    let indicator = scale.indicators.get(of).map(|indicator| &indicator.value);
    match indicator {
        Some(Value::Worst(_)) => (0, Some(Class::Serious as i64)),
        Some(Value::Since(_)) => (-1, None),
        Some(Value::Stated) | None => (i64::MIN, None),
        Some(Value::Count(_) | Value::Sum(_) | Value::Fading(_)) => (0, None),
    }
}

/// What points an item can give; 0 is always among them, since an entity may have no facts.
fn points(scale: &Scale, item: &Item) -> Bounds {
    let (least, most) = match &item.points {
        Points::Each { of, each, most } => {
            // Held back by the very value it counts.
            let counted = if item.unless == Some(*of) { 0 } else { *most };
            let end = i64::from(*each) * i64::from(counted);
            (end.min(0), Some(end.max(0)))
        }
        Points::Steps { of, steps } => {
            let most = value(scale, *of).1;
            let within = |from: i64| most.is_none_or(|most| from <= most);
            let reached = steps.iter().filter(|(from, _)| within(*from));
            let ends = reached.map(|(_, points)| i64::from(*points));
            ends.fold((0, Some(0)), |(least, most), end| {
                (least.min(end), most.map(|most| most.max(end)))
            })
        }
        Points::Share {
            times, least, each, ..
        } => share(i64::from(*times), *least, i64::from(*each)),
        Points::Faded { each, most, .. } => {
            let end = i64::from(*most) * i64::from(each.signum());
            (end.min(0), Some(end.max(0)))
        }
    };
    (least, most)
}

/// The part is taken to be no more than the whole.
fn share(times: i64, least: i64, each: i64) -> Bounds {
    let few = each.saturating_mul((least - 1).max(0));
    let ends = [0, times, few];
    let low = ends.into_iter().min().unwrap_or_default();
    (low, ends.into_iter().max())
}

/// Least and most score.
fn scores(scale: &Scale) -> (i64, i64) {
    let (mut low, mut high) = (i64::from(scale.start), i64::from(scale.start));
    let (least, most) = (i64::from(scale.least), i64::from(scale.most));
    for item in &scale.items {
        let (worst, best) = points(scale, item);
        low = low.saturating_add(worst);
        high = high.saturating_add(best.unwrap_or(i64::MAX));
    }
    (low.clamp(least, most), high.clamp(least, most))
}

/// Grades that no score reaches and no floor gives.
fn cuts(scale: &Scale) -> Vec<String> {
    let (low, high) = scores(scale);
    let last = scale.cuts.len().saturating_sub(1);
    let mut above = i64::MAX;
    let mut dead = Vec::new();
    for (place, cut) in scale.cuts.iter().enumerate() {
        let least = if place == last {
            i64::MIN
        } else {
            i64::from(cut.least)
        };
        let scored = least <= high && low < above;
        let given = scale.floors.iter().any(|floor| floor.grade == place);
        if !scored && !given {
            let word = &cut.word;
            dead.push(format!(
                "等级 {word} 永远达不到：可能的总分为 {low} 至 {high}"
            ));
        }
        above = least;
    }
    dead
}

fn floors(scale: &Scale) -> Vec<Dead> {
    let mut dead = Vec::new();
    for (place, floor) in scale.floors.iter().enumerate() {
        let (least, most) = value(scale, floor.of);
        let name = &floor.name;
        if most.is_some_and(|most| floor.least > most) {
            dead.push(Dead::Never(format!("直接判级“{name}”永远达不到")));
        }
        if floor.least <= least {
            dead.push(Dead::Clash(format!("直接判级“{name}”对每个主体都成立")));
        }
        let others = scale.floors.iter().enumerate();
        let others = others.filter(|(at, other)| *at != place && other.of == floor.of);
        for (at, other) in others {
            dead.extend(clash(floor, other, place < at));
        }
    }
    dead
}

/// Two floors on one indicator: from the same value on they may not give two grades, and the one
/// that begins earlier must not already give the grade of the later.
fn clash(floor: &Floor, other: &Floor, first: bool) -> Option<Dead> {
    let (name, there) = (&floor.name, &other.name);
    if floor.least == other.least {
        let text = format!("直接判级“{name}”与“{there}”从同一数值起互相矛盾或者重复");
        return first.then_some(Dead::Clash(text));
    }
    let swallowed = other.least < floor.least && other.grade >= floor.grade;
    let text = format!("直接判级“{name}”不起作用：“{there}”已经判为同级或者更低");
    swallowed.then_some(Dead::Never(text))
}
