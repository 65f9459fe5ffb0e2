//! Invented scales and facts for the tests.

use super::*;
use crate::basis::Basis;
use jiff::civil::{Date, date};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

pub const TODAY: Date = date(2026, 11, 23);

pub fn basis(article: &str) -> Basis {
    Basis {
        statute: "cn/invented".into(),
        article: article.into(),
        confirmed: false,
    }
}

pub fn kinds(kinds: &[Kind]) -> Kinds {
    kinds
        .iter()
        .fold(Kinds::default(), |set, kind| set.with(*kind))
}

pub fn filter(of: &[Kind], months: Option<u16>) -> Filter {
    Filter {
        kinds: kinds(of),
        from: Class::Unclassed,
        to: Class::Serious,
        months,
    }
}

pub fn indicator(id: &str, value: Value) -> Indicator {
    Indicator {
        id: id.to_owned(),
        name: format!("指标{id}"),
        value,
    }
}

pub fn item(id: &str, points: Points, unless: Option<usize>) -> Item {
    Item {
        id: id.to_owned(),
        name: format!("计分项{id}"),
        points,
        unless,
        basis: basis(id),
    }
}

pub fn floor(of: usize, least: i64, grade: usize) -> Floor {
    Floor {
        name: "直接判级".to_owned(),
        of,
        least,
        grade,
        basis: basis("F"),
    }
}

pub fn scale(indicators: Vec<Indicator>, items: Vec<Item>, floors: Vec<Floor>) -> Scale {
    let cut = |word: &str, least| Cut {
        word: word.to_owned(),
        name: word.to_owned(),
        least,
    };
    Scale {
        id: "invented".to_owned(),
        name: "测试评价规则".to_owned(),
        start: 85,
        least: 0,
        most: 100,
        indicators,
        items,
        cuts: vec![cut("A", 90), cut("B", 75), cut("C", 60), cut("D", 0)],
        floors,
        basis: basis("0"),
    }
}

/// Counts and shares of penalties and inspections, as a careful scale would have them.
pub fn careful() -> Scale {
    let serious = Filter {
        from: Class::Serious,
        ..filter(&[Kind::Penalty], Some(36))
    };
    let lesser = Filter {
        to: Class::Ordinary,
        ..filter(&[Kind::Penalty], Some(12))
    };
    let failed = filter(&[Kind::Failed], Some(12));
    let visited = filter(&[Kind::Failed, Kind::Passed], Some(12));
    let penalties = filter(&[Kind::Penalty], Some(36));
    let indicators = vec![
        indicator("serious", Value::Count(serious)),
        indicator("lesser", Value::Count(lesser)),
        indicator("fines", Value::Sum(penalties.clone())),
        indicator("failed", Value::Count(failed)),
        indicator("visited", Value::Count(visited)),
        indicator("since", Value::Since(penalties.clone())),
        indicator("fading", Value::Fading(penalties)),
        indicator("honours", Value::Count(filter(&[Kind::Honor], None))),
        indicator("tax", Value::Stated),
    ];
    scale(indicators, careful_items(), vec![floor(0, 2, 3)])
}

fn careful_items() -> Vec<Item> {
    let each = |of, each, most| Points::Each { of, each, most };
    let steps = |of, steps: &[(i64, i32)]| Points::Steps {
        of,
        steps: steps.to_vec(),
    };
    let share = Points::Share {
        part: 3,
        whole: 4,
        times: -15,
        least: 3,
        each: -3,
    };
    let faded = Points::Faded {
        of: 6,
        each: -6,
        window: 1096,
        most: 12,
    };
    let fines = steps(2, &[(1, -1), (10_000, -3), (100_000, -6)]);
    let tax = steps(8, &[(0, 5), (1, 2), (2, 0), (3, -5), (4, -15)]);
    vec![
        item("serious", each(0, -20, 2), None),
        item("lesser", each(1, -4, 5), None),
        item("fines", fines, None),
        item("failed", share, None),
        item("since", steps(5, &[(0, -5), (180, -2), (365, 0)]), None),
        item("fading", faded, None),
        item("honours", each(7, 3, 2), None),
        item("tax", tax, None),
    ]
}

pub fn fact(record: u64, kind: Kind, class: Class, day: Date) -> Fact {
    Fact {
        record,
        kind,
        class,
        amount: 0,
        day: day_number(day),
        known: day_number(day) + 5,
        gone: i32::MAX,
        repairable: None,
    }
}

pub fn any_fact() -> impl Strategy<Value = Fact> {
    let today = day_number(TODAY);
    let late = prop_oneof![3 => 0..30i32, 1 => 0..2_000i32];
    let gone = prop_oneof![3 => Just(i32::MAX), 1 => 0..1_500i32];
    let amount = prop_oneof![Just(0i64), 0..2_000_000i64];
    let repair = option::of(0..700i32);
    let when = (today - 2_200..today + 40, late, gone, repair);
    (0..12usize, 0..4usize, amount, when, any::<u16>()).prop_map(
        move |(kind, class, amount, (day, late, gone, repair), record)| Fact {
            record: record.into(),
            kind: Kind::ALL[kind],
            class: Class::ALL[class],
            amount,
            day,
            known: day + late,
            gone: if gone == i32::MAX { gone } else { day + gone },
            repairable: repair.map(|after| day + after),
        },
    )
}

pub fn any_filter() -> impl Strategy<Value = Filter> {
    let months = prop_oneof![Just(None), (1..70u16).prop_map(Some), Just(Some(12))];
    (1..4_096u16, 0..4usize, 0..4usize, months).prop_map(|(kinds, one, other, months)| Filter {
        kinds: Kinds(kinds),
        from: Class::ALL[one.min(other)],
        to: Class::ALL[one.max(other)],
        months,
    })
}

fn any_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        3 => any_filter().prop_map(Value::Count),
        1 => any_filter().prop_map(Value::Sum),
        1 => any_filter().prop_map(Value::Worst),
        1 => any_filter().prop_map(Value::Since),
        1 => any_filter().prop_map(Value::Fading),
        1 => Just(Value::Stated),
    ]
}

fn any_points(places: usize) -> impl Strategy<Value = Points> {
    let of = 0..places;
    let limit = prop_oneof![-3..40i64, -500..1_000_000i64];
    prop_oneof![
        2 => (of.clone(), -30..30i32, 0..12i32)
            .prop_map(|(of, each, most)| Points::Each { of, each, most }),
        2 => (of.clone(), vec((limit, -30..30i32), 0..5))
            .prop_map(|(of, steps)| Points::Steps { of, steps }),
        1 => (of.clone(), of.clone(), -60..60i32, -1..6i64, -20..20i32).prop_map(
            |(part, whole, times, least, each)| Points::Share { part, whole, times, least, each }
        ),
        1 => (of, -40..40i32, 1..1_500i32, 0..40i32)
            .prop_map(|(of, each, window, most)| Points::Faded { of, each, window, most }),
    ]
}

/// Any scale a loader would let through.
pub fn any_scale() -> impl Strategy<Value = Scale> {
    vec(any_value(), 1..8).prop_flat_map(|values| {
        let places = values.len();
        let item = (any_points(places), option::weighted(0.3, 0..places));
        let floor = (0..places, 0..5i64, 0..4usize);
        (Just(values), vec(item, 0..7), vec(floor, 0..3)).prop_map(build)
    })
}

type Drawn = (
    Vec<Value>,
    Vec<(Points, Option<usize>)>,
    Vec<(usize, i64, usize)>,
);

fn build((values, items, floors): Drawn) -> Scale {
    let values = values.into_iter().enumerate();
    let items = items.into_iter().enumerate();
    scale(
        values
            .map(|(place, value)| indicator(&format!("i{place}"), value))
            .collect(),
        items
            .map(|(place, (points, unless))| item(&format!("p{place}"), points, unless))
            .collect(),
        floors
            .into_iter()
            .map(|(of, least, grade)| floor(of, least, grade))
            .collect(),
    )
}
