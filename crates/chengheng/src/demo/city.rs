//! The invented city: its organs, and who is registered there.

use super::chance::Chance;
use super::names;
use domain::code::{Code, organisation_check, with_check};
use jiff::civil::Date;
use jiff::{Span, ToSpan};

/// Symbols of the serial part of invented codes.
const SYMBOLS: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
/// 31^5 serials; the step has no factor in common with it, so no serial comes twice.
const SERIALS: u64 = 28_629_151;
const STEP: u64 = 7_368_787;

/// Divisions of an invented city, with codes GB/T 2260 has not given to anybody.
const DIVISIONS: [(&str, &str); 5] = [
    ("379900", "拟州市"),
    ("379902", "拟州市拟东区"),
    ("379903", "拟州市拟西区"),
    ("379904", "拟州市拟南区"),
    ("379921", "拟州市拟北县"),
];

/// Organs of the city: name, abbreviation in dockets, and how many licences and penalties are its
/// own where the organs of the city and all districts make a thousand or so of each. Most licences
/// are given by one bureau, as in cities that have put them together.
const CITY_ORGANS: [(&str, &str, usize, usize); 18] = [
    ("市场监督管理局", "市监", 170, 230),
    ("行政审批服务局", "审批", 330, 0),
    ("生态环境局", "环", 0, 60),
    ("住房和城乡建设局", "建", 0, 35),
    ("交通运输局", "交", 80, 150),
    ("应急管理局", "应急", 0, 35),
    ("卫生健康委员会", "卫", 0, 60),
    ("人力资源和社会保障局", "人社", 15, 15),
    ("农业农村局", "农", 0, 15),
    ("文化和旅游局", "文旅", 0, 12),
    ("城市管理局", "城管", 0, 100),
    ("水务局", "水", 0, 8),
    ("自然资源和规划局", "自然资", 15, 10),
    ("教育局", "教", 8, 0),
    ("商务局", "商", 5, 5),
    ("公安局", "公", 70, 70),
    ("消防救援支队", "消", 15, 35),
    ("发展和改革委员会", "发改", 0, 0),
];

/// Organs of each district, in the same measure.
const DISTRICT_ORGANS: [(&str, &str, usize, usize); 3] = [
    ("市场监督管理局", "市监", 30, 25),
    ("行政审批服务局", "审批", 55, 0),
    ("综合行政执法局", "综执", 0, 20),
];

/// Categories of codes, their shares, and the words of the register.
const CATEGORIES: [(&str, usize, &str); 5] = [
    ("91", 620, "企业"),
    ("92", 300, "个体工商户"),
    ("93", 50, "农民专业合作社"),
    ("52", 20, "社会组织"),
    ("12", 10, "事业单位"),
];

/// An organ that files.
#[derive(Debug, Clone)]
pub struct Office {
    pub code: Code,
    pub name: String,
    /// The organ above it.
    pub parent: Option<Code>,
    /// What its dockets begin with.
    pub short: String,
    /// Its share of all licences; none are its own where it is 0.
    pub licences: usize,
    /// Its share of all penalties.
    pub penalties: usize,
}

/// An organisation of the city.
#[derive(Debug, Clone)]
pub struct Resident {
    pub code: Code,
    pub name: String,
    pub form: &'static str,
    pub registered: Date,
    pub address: String,
    pub division: &'static str,
    pub principal: String,
}

impl Resident {
    /// The word for the party's kind in filed tables.
    pub fn party_kind(&self) -> &'static str {
        if self.form == "个体工商户" {
            "个体工商户"
        } else {
            "法人及非法人组织"
        }
    }
}

/// Everybody.
#[derive(Debug, Clone)]
pub struct City {
    pub organs: Vec<Office>,
    pub residents: Vec<Resident>,
}

impl City {
    /// Makes a city whose residents register before `end`; one in twelve does after `start`.
    pub fn make(chance: &mut Chance, entities: usize, start: Date, end: Date) -> Option<Self> {
        let mut serial = 0;
        let organs = organs(&mut serial)?;
        let days = start.until(end).ok()?.get_days();
        let mut residents = Vec::with_capacity(entities);
        for _ in 0..entities {
            serial += 1;
            residents.push(resident(chance, serial, start, days)?);
        }
        residents.sort_by_key(|resident| resident.registered);
        Some(Self { organs, residents })
    }

    pub fn organ(&self, name: &str) -> Option<&Office> {
        self.organs.iter().find(|organ| organ.name == name)
    }
}

fn organs(serial: &mut u64) -> Option<Vec<Office>> {
    let mut organs: Vec<Office> = Vec::new();
    for (number, (division, place)) in DIVISIONS.into_iter().enumerate() {
        let city = number == 0;
        let rows: &[_] = if city { &CITY_ORGANS } else { &DISTRICT_ORGANS };
        for (name, short, licences, penalties) in rows {
            *serial += 1;
            let above = format!("拟州市{name}");
            let parent = organs.iter().find(|organ| !city && organ.name == above);
            let initial = if city {
                ""
            } else {
                place.get("拟州市拟".len()..).unwrap_or_default()
            };
            let initial = initial.chars().next().map_or(String::new(), String::from);
            organs.push(Office {
                code: code("11", division, *serial)?,
                name: format!("{place}{name}"),
                parent: parent.map(|organ| organ.code),
                short: format!("拟{initial}{short}"),
                licences: *licences,
                penalties: *penalties,
            });
        }
    }
    Some(organs)
}

fn resident(chance: &mut Chance, serial: u64, start: Date, days: i32) -> Option<Resident> {
    let (category, form) = category(chance);
    let (division, place) = *chance.pick(&DIVISIONS)?;
    let during = chance.in_thousand(83);
    let registered = if during {
        start.checked_add(span(chance, days)).ok()?
    } else {
        start.checked_sub(span(chance, 8_000)).ok()?
    };
    Some(Resident {
        code: code(category, division, serial)?,
        name: names::entity(chance, category, place),
        form,
        registered,
        address: names::address(chance, place),
        division,
        principal: names::person(chance),
    })
}

fn category(chance: &mut Chance) -> (&'static str, &'static str) {
    let place = chance.weigh(CATEGORIES.iter().map(|(_, share, _)| *share));
    let row = place.and_then(|place| CATEGORIES.get(place));
    row.map_or(("91", "企业"), |(category, _, form)| (*category, *form))
}

/// Between one day and `days`.
fn span(chance: &mut Chance, days: i32) -> Span {
    let days = usize::try_from(days).unwrap_or(1).max(1);
    i64::try_from(chance.below(days) + 1).unwrap_or(1).days()
}

/// A code with right check characters and an organisation part `MAY…` nobody was given.
fn code(category: &str, division: &str, serial: u64) -> Option<Code> {
    let mut rest = serial.wrapping_mul(STEP) % SERIALS;
    let mut part = String::from("MAY");
    for _ in 0..5 {
        let symbol = SYMBOLS.get(usize::try_from(rest % 31).ok()?)?;
        part.push(char::from(*symbol));
        rest /= 31;
    }
    let check = organisation_check(&part)?;
    with_check(&format!("{category}{division}{part}{check}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::code::{Exceptions, Verdict, check};
    use jiff::civil::date;
    use std::collections::HashSet;

    #[test]
    fn everybody_has_a_right_code_of_his_own_and_an_invented_name() {
        let mut chance = Chance::new(1);
        let city = City::make(&mut chance, 2_000, date(2024, 11, 23), date(2026, 11, 23)).unwrap();
        let codes = city.organs.iter().map(|organ| organ.code);
        let codes: Vec<Code> = codes
            .chain(city.residents.iter().map(|it| it.code))
            .collect();
        assert_eq!(codes.iter().collect::<HashSet<_>>().len(), codes.len());
        for code in &codes {
            let checked = check(code.as_str(), &Exceptions::default());
            assert_eq!(checked.verdict, Verdict::Valid, "{code}");
            assert!(checked.reasons.is_empty(), "{code}: {checked}");
            assert!(code.as_str().contains("MAY"), "{code}");
        }
        assert!(
            city.residents
                .iter()
                .all(|it| it.name.contains('拟') && it.principal.starts_with('拟'))
        );
        assert!(city.organs.iter().all(|organ| organ.code.is_organ()));
        let kinds: HashSet<&str> = city.residents.iter().map(|it| it.form).collect();
        assert_eq!(kinds.len(), CATEGORIES.len());
    }
}
