//! Scales of the measurements, invented like everything here.

use domain::basis::Basis;
use domain::grade::{
    Class, Cut, Filter, Floor, Indicator, Item, Kind, Kinds, Points, Scale, Value,
};
use jiff::civil::{Date, date};

pub const TODAY: Date = date(2026, 11, 23);

pub fn basis() -> Basis {
    Basis {
        statute: "cn/invented".into(),
        article: "N1".into(),
        confirmed: false,
    }
}

pub fn indicator(id: &str, value: Value) -> Indicator {
    Indicator {
        id: id.to_owned(),
        name: id.to_owned(),
        value,
    }
}

pub fn item(id: &str, points: Points, unless: Option<usize>) -> Item {
    Item {
        id: id.to_owned(),
        name: id.to_owned(),
        points,
        unless,
        basis: basis(),
    }
}

pub fn floor(of: usize, least: i64, grade: usize) -> Floor {
    Floor {
        name: "直接判级".to_owned(),
        of,
        least,
        grade,
        basis: basis(),
    }
}

pub fn steps(of: usize, steps: &[(i64, i32)]) -> Points {
    Points::Steps {
        of,
        steps: steps.to_vec(),
    }
}

pub fn each(of: usize, each: i32, most: i32) -> Points {
    Points::Each { of, each, most }
}

pub fn scale(
    indicators: Vec<Indicator>,
    items: Vec<Item>,
    floors: Vec<Floor>,
    limits: &[i32],
) -> Scale {
    let cuts = limits.iter().zip('A'..).map(|(least, word)| Cut {
        word: word.to_string(),
        name: word.to_string(),
        least: *least,
    });
    Scale {
        id: "invented".to_owned(),
        name: "测量用评价规则".to_owned(),
        start: 85,
        least: 0,
        most: 100,
        indicators,
        items,
        cuts: cuts.collect(),
        floors,
        basis: basis(),
    }
}

/// Ids of the stated indicators, in order.
pub fn stated(scale: &Scale) -> Vec<&str> {
    let stated = scale
        .indicators
        .iter()
        .filter(|one| one.value == Value::Stated);
    stated.map(|one| one.id.as_str()).collect()
}

fn filter(kinds: &[Kind], months: u16) -> Filter {
    Filter {
        kinds: kinds
            .iter()
            .fold(Kinds::default(), |set, kind| set.with(*kind)),
        from: Class::Unclassed,
        to: Class::Serious,
        months: Some(months),
    }
}

/// Fourteen indicators of every sort, in windows of one, three and five years; twelve items.
pub fn city() -> Scale {
    let fines = filter(&[Kind::Penalty], 36);
    let serious = Filter {
        from: Class::Serious,
        ..filter(&[Kind::Penalty], 36)
    };
    let lesser = Filter {
        to: Class::Ordinary,
        ..filter(&[Kind::Penalty], 12)
    };
    let visits = filter(&[Kind::Passed, Kind::Failed], 12);
    let listed = filter(&[Kind::Abnormal, Kind::Unreported], 36);
    let licences = Filter {
        months: None,
        ..filter(&[Kind::Licence], 1)
    };
    let indicators = vec![
        indicator("serious", Value::Count(serious)),
        indicator("lesser", Value::Count(lesser)),
        indicator("fines", Value::Sum(fines.clone())),
        indicator("worst", Value::Worst(fines.clone())),
        indicator("since", Value::Since(fines)),
        indicator("failed", Value::Count(filter(&[Kind::Failed], 12))),
        indicator("visits", Value::Count(visits)),
        indicator("listed", Value::Count(listed)),
        indicator("broken", Value::Count(filter(&[Kind::Broken], 36))),
        indicator(
            "arrears",
            Value::Sum(filter(&[Kind::Arrears, Kind::Enforcement], 60)),
        ),
        indicator("honours", Value::Fading(filter(&[Kind::Honor], 36))),
        indicator("licences", Value::Count(licences)),
        indicator("blacklist", Value::Count(filter(&[Kind::Blacklist], 36))),
        indicator("tax", Value::Stated),
    ];
    let floors = vec![floor(12, 1, 3), floor(0, 3, 3)];
    scale(indicators, city_items(), floors, &[90, 75, 60, 0])
}

fn city_items() -> Vec<Item> {
    let share = Points::Share {
        part: 5,
        whole: 6,
        times: -15,
        least: 3,
        each: -3,
    };
    let faded = Points::Faded {
        of: 10,
        each: 3,
        window: 1_096,
        most: 6,
    };
    vec![
        item("serious", each(0, -10, 2), None),
        item("lesser", each(1, -3, 4), None),
        item(
            "fines",
            steps(2, &[(1, -1), (10_000, -2), (100_000, -4), (1_000_000, -8)]),
            None,
        ),
        item("worst", steps(3, &[(2, -1), (3, -3)]), None),
        item("since", steps(4, &[(0, -4), (180, -2), (365, 0)]), None),
        item("failed", share, None),
        item("listed", each(7, -4, 2), None),
        item("broken", each(8, -5, 2), None),
        item("arrears", steps(9, &[(1, -2), (100_000, -4)]), None),
        item("honours", faded, Some(12)),
        item("licences", each(11, 1, 3), Some(8)),
        item(
            "tax",
            steps(13, &[(0, 5), (1, 2), (2, 0), (3, -5), (4, -15)]),
            None,
        ),
    ]
}

/// Columns of the peers' rule set, `peers/rules/spec.py`.
pub const PEER: [&str; 16] = [
    "lic_active",
    "lic_expired",
    "pen_minor",
    "pen_general",
    "pen_serious",
    "fine_yuan",
    "insp_total",
    "insp_failed",
    "tax_grade",
    "ar_missing",
    "abn_days",
    "debtor",
    "cmt_made",
    "cmt_broken",
    "arrears",
    "honours",
];

/// The peers' rule set as a scale of stated indicators.
pub fn peer() -> Scale {
    let indicators = PEER.iter().map(|id| indicator(id, Value::Stated)).collect();
    let share = Points::Share {
        part: 7,
        whole: 6,
        times: -15,
        least: 3,
        each: -3,
    };
    let items = vec![
        item("minor", each(2, -2, 5), None),
        item("general", each(3, -5, 4), None),
        item("serious", each(4, -20, 2), None),
        item(
            "fine",
            steps(5, &[(1, -1), (10_000, -3), (100_000, -6), (1_000_000, -10)]),
            None,
        ),
        item("inspections", share, None),
        item(
            "tax",
            steps(8, &[(0, 5), (1, 2), (2, 0), (3, -5), (4, -15)]),
            None,
        ),
        item("reports", each(9, -8, 1), None),
        item(
            "abnormal",
            steps(10, &[(1, -4), (91, -8), (366, -12)]),
            None,
        ),
        item("broken", each(13, -10, 2), None),
        item("made", each(12, 2, 1), Some(13)),
        item("arrears", each(14, -1, 10), None),
        item("honours", each(15, 3, 2), None),
        item("expired", each(1, -2, 3), None),
        item("active", each(0, 1, 1), Some(1)),
    ];
    let floors = vec![floor(11, 1, 3), floor(4, 2, 3)];
    scale(indicators, items, floors, &[90, 75, 60, 0])
}
