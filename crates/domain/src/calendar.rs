//! Working days by the official calendars of the State Council Office.
//!
//! A year is covered only when its own notice is loaded. Weekends alone are never a calendar: a
//! day of an uncovered year is [`Missing`], and whoever asked shows the clock as provisional.
//!
//! The shape of a year, one file each under `law/cn/calendar/`:
//!
//! ```toml
//! year       = 2026
//! notice     = "国办发明电〔2025〕7号"
//! notice_url = "https://…"        # optional
//! confirmed  = true               # optional, false where absent: a person compared it with the notice
//! off        = ["2026-01-01/2026-01-03", "2026-02-15/2026-02-23"]  # days, or first/last inclusive
//! work       = ["2026-01-04", "2026-02-14"]                        # days worked in exchange
//! ```
//!
//! A notice may name days of the neighbouring years (that for 2019 gave 2018-12-31 off and had
//! 2018-12-29 worked). They change that year's days, but do not make that year covered.

use jiff::civil::{Date, Weekday};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::fmt;

/// The days of one notice that differ from an ordinary week.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Written")]
pub struct Year {
    pub year: i16,
    /// Number of the notice, for example `国办发明电〔2025〕7号`.
    pub notice: String,
    pub notice_url: Option<String>,
    /// Whether a person compared the days with the notice itself.
    pub confirmed: bool,
    pub off: BTreeSet<Date>,
    pub work: BTreeSet<Date>,
}

/// A year as its file states it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    year: i16,
    notice: String,
    notice_url: Option<String>,
    #[serde(default)]
    confirmed: bool,
    off: Vec<String>,
    work: Vec<String>,
}

impl TryFrom<Written> for Year {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        let off = days(written.year, &written.off)?;
        let work = days(written.year, &written.work)?;
        if let Some(day) = off.intersection(&work).next() {
            return Err(format!("{day} 既列为放假又列为上班"));
        }
        let Written {
            year,
            notice,
            notice_url,
            confirmed,
            ..
        } = written;
        Ok(Self {
            year,
            notice,
            notice_url,
            confirmed,
            off,
            work,
        })
    }
}

fn days(year: i16, spans: &[String]) -> Result<BTreeSet<Date>, String> {
    let mut days = BTreeSet::new();
    for span in spans {
        let (first, last) = ends(span).ok_or_else(|| format!("`{span}` 不是日期或起止日期"))?;
        let nearby = |day: Date| year.abs_diff(day.year()) <= 1;
        if first > last || !nearby(first) || !nearby(last) {
            return Err(format!("`{span}` 起止颠倒或不在{year}年及前后一年内"));
        }
        days.extend(
            first
                .series(jiff::Span::new().days(1))
                .take_while(|day| *day <= last),
        );
    }
    Ok(days)
}

fn ends(span: &str) -> Option<(Date, Date)> {
    let (first, last) = span.split_once('/').unwrap_or((span, span));
    let read = |day: &str| Date::strptime("%Y-%m-%d", day).ok();
    read(first).zip(read(last))
}

/// No official calendar of `year` is loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Missing {
    pub year: i16,
}

impl fmt::Display for Missing {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "CALENDAR_MISSING {}", self.year)
    }
}

impl std::error::Error for Missing {}

/// 工作日历: the covered years, laid out so that counting needs no walk over days.
#[derive(Debug, Clone, Default)]
pub struct Calendar {
    /// By year, ascending.
    covered: Vec<Covered>,
}

/// One covered year.
#[derive(Debug, Clone)]
struct Covered {
    year: Year,
    /// The working days, ascending.
    working: Vec<Date>,
    /// How many working days have passed at the end of each day of the year; 0 stands before day 1.
    passed: Vec<u16>,
}

impl Calendar {
    /// Lays out the years. Of two notices for one year the one given later replaces the other.
    pub fn new(years: impl IntoIterator<Item = Year>) -> Self {
        let mut kept: Vec<Year> = Vec::new();
        for year in years {
            kept.retain(|other| other.year != year.year);
            kept.push(year);
        }
        kept.sort_by_key(|year| year.year);
        let covered = kept.iter().map(|year| Covered::new(year, &kept)).collect();
        Self { covered }
    }

    /// The notice of `year`, where it is loaded.
    pub fn year(&self, year: i16) -> Option<&Year> {
        self.covered(year).ok().map(|covered| &covered.year)
    }

    /// All notices loaded, by year.
    pub fn years(&self) -> impl Iterator<Item = &Year> {
        self.covered.iter().map(|covered| &covered.year)
    }

    pub fn is_working(&self, day: Date) -> Result<bool, Missing> {
        let covered = self.covered(day.year())?;
        let before = day
            .yesterday()
            .ok()
            .filter(|before| before.year() == day.year());
        let passed = before.map_or(0, |before| covered.passed(before));
        Ok(covered.passed(day) > passed)
    }

    /// The `n`-th working day after `start`; `start` itself for 0.
    ///
    /// The day of the event is not counted (BASIS: 民法典 201).
    pub fn add(&self, start: Date, n: u32) -> Result<Date, Missing> {
        if n == 0 {
            return Ok(start);
        }
        let mut year = start.year();
        let mut skipped = 0;
        if !is_last(start) {
            skipped = self.covered(year)?.passed(start);
        } else {
            year = next(year);
        }
        let mut left = usize::try_from(n - 1).unwrap_or(usize::MAX);
        loop {
            let after = self
                .covered(year)?
                .working
                .get(skipped..)
                .unwrap_or_default();
            if let Some(day) = after.get(left) {
                return Ok(*day);
            }
            left -= after.len();
            skipped = 0;
            year = next(year);
        }
    }

    /// The number of working days after `a` up to and with `b`; 0 where `b` is not after `a`.
    pub fn between(&self, a: Date, b: Date) -> Result<usize, Missing> {
        if b <= a {
            return Ok(0);
        }
        let upto = self.covered(b.year())?.passed(b);
        if a.year() == b.year() {
            return Ok(upto - self.covered(a.year())?.passed(a));
        }
        let mut count = upto;
        if !is_last(a) {
            let first = self.covered(a.year())?;
            count += first.working.len() - first.passed(a);
        }
        for year in next(a.year())..b.year() {
            count += self.covered(year)?.working.len();
        }
        Ok(count)
    }

    /// `day` itself where it is a working day, otherwise the next one: a period that ends on a
    /// day of rest ends with the next working day (BASIS: 民法典 203).
    pub fn roll(&self, day: Date) -> Result<Date, Missing> {
        if self.is_working(day)? {
            Ok(day)
        } else {
            self.add(day, 1)
        }
    }

    fn covered(&self, year: i16) -> Result<&Covered, Missing> {
        let first = self.covered.first().map_or(0, |covered| covered.year.year);
        // Years follow each other as a rule, so the place is the distance from the first.
        let guess = usize::try_from(i32::from(year) - i32::from(first)).ok();
        let hit = guess.and_then(|at| self.covered.get(at));
        hit.filter(|covered| covered.year.year == year)
            .or_else(|| {
                self.covered
                    .iter()
                    .find(|covered| covered.year.year == year)
            })
            .ok_or(Missing { year })
    }
}

impl Covered {
    /// Lays out one year. Where two notices speak of a day, the later year's is the later word.
    fn new(year: &Year, all: &[Year]) -> Self {
        let mut working = Vec::new();
        let mut passed = vec![0];
        let first = Date::new(year.year, 1, 1).ok();
        let every = first
            .into_iter()
            .flat_map(|day| day.series(jiff::Span::new().days(1)));
        for day in every.take_while(|day| day.year() == year.year) {
            if works(day, all) {
                working.push(day);
            }
            passed.push(u16::try_from(working.len()).unwrap_or(u16::MAX));
        }
        Self {
            year: year.clone(),
            working,
            passed,
        }
    }

    fn passed(&self, day: Date) -> usize {
        let at = usize::try_from(day.day_of_year()).unwrap_or_default();
        self.passed.get(at).copied().map_or(0, usize::from)
    }
}

fn works(day: Date, all: &[Year]) -> bool {
    let named = all.iter().rev().find_map(|year| match () {
        () if year.work.contains(&day) => Some(true),
        () if year.off.contains(&day) => Some(false),
        () => None,
    });
    named.unwrap_or(!matches!(
        day.weekday(),
        Weekday::Saturday | Weekday::Sunday
    ))
}

fn is_last(day: Date) -> bool {
    day.month() == 12 && day.day() == 31
}

/// The year after; it stays where dates end, and there no calendar is loaded.
fn next(year: i16) -> i16 {
    year.saturating_add(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    /// The notices of 2019 to 2026 as month/day lists. Off-days that lie in the year before or
    /// after stand in the year whose notice names them where that matters for the counts.
    const TABLE: [(i16, &str, &str); 8] = [
        (
            2019,
            "1/1 2/4-2/10 4/5-4/7 5/1-5/4 6/7-6/9 9/13-9/15 10/1-10/7",
            "2/2 2/3 4/28 5/5 9/29 10/12",
        ),
        (
            2020,
            "1/1 1/24-2/2 4/4-4/6 5/1-5/5 6/25-6/27 10/1-10/8",
            "1/19 4/26 5/9 6/28 9/27 10/10",
        ),
        (
            2021,
            "1/1-1/3 2/11-2/17 4/3-4/5 5/1-5/5 6/12-6/14 9/19-9/21 10/1-10/7",
            "2/7 2/20 4/25 5/8 9/18 9/26 10/9",
        ),
        (
            2022,
            "1/1-1/3 1/31-2/6 4/3-4/5 4/30-5/4 6/3-6/5 9/10-9/12 10/1-10/7 12/31",
            "1/29 1/30 4/2 4/24 5/7 10/8 10/9",
        ),
        (
            2023,
            "1/1-1/2 1/21-1/27 4/5 4/29-5/3 6/22-6/24 9/29-10/6 12/30-12/31",
            "1/28 1/29 4/23 5/6 6/25 10/7 10/8",
        ),
        (
            2024,
            "1/1 2/10-2/17 4/4-4/6 5/1-5/5 6/10 9/15-9/17 10/1-10/7",
            "2/4 2/18 4/7 4/28 5/11 9/14 9/29 10/12",
        ),
        (
            2025,
            "1/1 1/28-2/4 4/4-4/6 5/1-5/5 5/31-6/2 10/1-10/8",
            "1/26 2/8 4/27 9/28 10/11",
        ),
        (
            2026,
            "1/1-1/3 2/15-2/23 4/4-4/6 5/1-5/5 6/19-6/21 9/25-9/27 10/1-10/7",
            "1/4 2/14 2/28 5/9 9/20 10/10",
        ),
    ];

    fn written(year: i16, spans: &str) -> Vec<String> {
        let iso = |day: &str| {
            let (month, day) = day.split_once('/').unwrap();
            format!("{year}-{month:0>2}-{day:0>2}")
        };
        let spans = spans.split_whitespace();
        spans
            .map(|span| span.split('-').map(iso).collect::<Vec<_>>().join("/"))
            .collect()
    }

    fn year(year: i16, off: &str, work: &str) -> Year {
        let (off, work) = (written(year, off), written(year, work));
        let text = format!("year = {year}\nnotice = \"n\"\noff = {off:?}\nwork = {work:?}\n");
        toml::from_str(&text).unwrap()
    }

    fn calendar() -> Calendar {
        Calendar::new(TABLE.map(|(number, off, work)| year(number, off, work)))
    }

    #[test]
    fn reads_the_published_shape() {
        let year: Year = toml::from_str(
            "year = 2019\nnotice = \"国办发明电〔2018〕15号\"\nnotice_url = \"https://x\"\nconfirmed = true\n\
             off = [\"2018-12-30/2019-01-01\", \"2019-04-05\"]\nwork = [\"2018-12-29\"]\n",
        )
        .unwrap();
        assert_eq!(
            (year.off.len(), year.work.len(), year.confirmed),
            (4, 1, true)
        );
        assert!(year.off.contains(&date(2018, 12, 31)));
        let head = "year = 2026\nnotice = \"n\"\n";
        for wrong in [
            "off = [\"2026-02-30\"]\nwork = []",
            "off = [\"2026-01-03/2026-01-01\"]\nwork = []",
            "off = [\"2016-01-01\"]\nwork = []",
            "off = [\"2026-01-01\"]\nwork = [\"2026-01-01\"]",
            "off = []\nwork = []\nworks = []",
            "off = []",
        ] {
            assert!(
                toml::from_str::<Year>(&format!("{head}{wrong}")).is_err(),
                "{wrong}"
            );
        }
    }

    #[test]
    fn r8_working_days_of_each_year() {
        let calendar = calendar();
        let counts = [250, 249, 250, 249, 249, 251, 248, 248];
        for (year, count) in (2019..).zip(counts) {
            let new_year = date(year, 1, 1);
            assert!(!calendar.is_working(new_year).unwrap());
            assert_eq!(
                calendar.between(new_year, date(year, 12, 31)),
                Ok(count),
                "{year}"
            );
        }
        assert_eq!(
            calendar.between(date(2018, 12, 31), date(2026, 12, 31)),
            Ok(1994)
        );
    }

    #[test]
    fn r8_third_seventh_tenth_and_twentieth_day() {
        let calendar = calendar();
        let cases = [
            (
                date(2020, 1, 22),
                ["2020-02-04", "2020-02-10", "2020-02-13", "2020-02-27"],
            ),
            (
                date(2023, 9, 27),
                ["2023-10-08", "2023-10-12", "2023-10-17", "2023-10-31"],
            ),
            (
                date(2024, 2, 2),
                ["2024-02-06", "2024-02-18", "2024-02-21", "2024-03-06"],
            ),
            (
                date(2024, 9, 27),
                ["2024-10-08", "2024-10-12", "2024-10-16", "2024-10-30"],
            ),
            (
                date(2025, 1, 26),
                ["2025-02-06", "2025-02-11", "2025-02-14", "2025-02-28"],
            ),
            (
                date(2025, 12, 29),
                ["2026-01-04", "2026-01-08", "2026-01-13", "2026-01-27"],
            ),
            (
                date(2026, 1, 3),
                ["2026-01-06", "2026-01-12", "2026-01-15", "2026-01-29"],
            ),
            (
                date(2026, 2, 13),
                ["2026-02-25", "2026-03-02", "2026-03-05", "2026-03-19"],
            ),
            (
                date(2026, 9, 24),
                ["2026-09-30", "2026-10-12", "2026-10-15", "2026-10-29"],
            ),
            (
                date(2026, 9, 30),
                ["2026-10-10", "2026-10-15", "2026-10-20", "2026-11-03"],
            ),
        ];
        for (start, days) in cases {
            let found = [3, 7, 10, 20].map(|n| calendar.add(start, n).unwrap().to_string());
            assert_eq!(found, days, "{start}");
        }
    }

    #[test]
    fn r8_worked_deadlines() {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../../shared/data/holidays/deadline_examples.csv"
        );
        let Ok(mut file) = csv::Reader::from_path(path) else {
            println!("skipped: {path} is absent");
            return;
        };
        let calendar = calendar();
        let mut rows = 0;
        for row in file.deserialize() {
            let (start, n, last): (Date, u32, Date) = row.unwrap();
            assert_eq!(calendar.add(start, n), Ok(last), "{start} + {n}");
            rows += 1;
        }
        assert_eq!(rows, 40);
    }

    /// The list of notices agrees with the table above on every day of the covered years.
    #[test]
    fn r8_list_of_notices_agrees() {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../../shared/data/holidays/cn_holidays_2019_2026.csv"
        );
        let Ok(mut file) = csv::Reader::from_path(path) else {
            println!("skipped: {path} is absent");
            return;
        };
        let mut years = TABLE.map(|(number, ..)| year(number, "", ""));
        for row in file.records() {
            let row = row.unwrap();
            let day: Date = row[0].parse().unwrap();
            let at = row[3].parse::<usize>().unwrap() - 2019;
            let days = if &row[1] == "off" {
                &mut years[at].off
            } else {
                &mut years[at].work
            };
            days.insert(day);
        }
        let (listed, stated) = (Calendar::new(years), calendar());
        for day in date(2019, 1, 1)
            .series(jiff::Span::new().days(1))
            .take(2922)
        {
            assert_eq!(listed.is_working(day), stated.is_working(day), "{day}");
        }
        assert_eq!(
            listed.is_working(date(2018, 12, 29)),
            Err(Missing { year: 2018 })
        );
    }

    /// R8: no calendar, no answer; never weekends only.
    #[test]
    fn r8_year_without_calendar_is_missing() {
        let calendar = calendar();
        let missing = Missing { year: 2027 };
        assert_eq!(missing.to_string(), "CALENDAR_MISSING 2027");
        assert_eq!(calendar.add(date(2026, 12, 31), 1), Err(missing));
        assert_eq!(calendar.add(date(2026, 12, 30), 1), Ok(date(2026, 12, 31)));
        assert_eq!(calendar.add(date(2026, 12, 30), 2), Err(missing));
        assert_eq!(
            calendar.add(date(2028, 5, 1), 7),
            Err(Missing { year: 2028 })
        );
        assert_eq!(calendar.add(date(2028, 5, 1), 0), Ok(date(2028, 5, 1)));
        assert_eq!(calendar.is_working(date(2027, 1, 2)), Err(missing));
        assert_eq!(
            calendar.between(date(2026, 12, 1), date(2027, 1, 4)),
            Err(missing)
        );
        // The day of the event is not counted, so its own year need not be covered.
        assert_eq!(calendar.add(date(2018, 12, 31), 1), Ok(date(2019, 1, 2)));
        assert_eq!(
            calendar.add(date(2018, 12, 30), 1),
            Err(Missing { year: 2018 })
        );
        assert_eq!(calendar.add(Date::MAX, 1), Err(Missing { year: 10_000 }));
        assert_eq!(calendar.add(date(2026, 1, 5), u32::MAX), Err(missing));
    }

    #[test]
    fn a_gap_between_covered_years_is_missing() {
        let (first, last) = (TABLE[0], TABLE[2]);
        let calendar = Calendar::new([
            year(last.0, last.1, last.2),
            year(first.0, first.1, first.2),
        ]);
        let missing = Missing { year: 2020 };
        assert_eq!(
            calendar.between(date(2019, 6, 1), date(2021, 6, 1)),
            Err(missing)
        );
        assert_eq!(calendar.add(date(2019, 12, 31), 1), Err(missing));
        assert_eq!(calendar.is_working(date(2021, 2, 20)), Ok(true));
        assert_eq!(
            calendar.years().map(|year| year.year).collect::<Vec<_>>(),
            [2019, 2021]
        );
    }

    /// A notice speaks for the neighbouring year too, and a corrected notice replaces the first.
    #[test]
    fn later_notices_change_earlier_days() {
        let mut notice = year(2024, TABLE[5].1, TABLE[5].2);
        notice.off.insert(date(2023, 12, 29));
        let before = year(2023, TABLE[4].1, TABLE[4].2);
        let calendar = Calendar::new([before.clone(), notice.clone()]);
        assert_eq!(calendar.is_working(date(2023, 12, 29)), Ok(false));
        notice.off.remove(&date(2023, 12, 29));
        let calendar = Calendar::new([calendar.year(2024).unwrap().clone(), before, notice]);
        assert_eq!(calendar.is_working(date(2023, 12, 29)), Ok(true));
        assert_eq!(calendar.years().count(), 2);
    }

    #[test]
    fn a_period_ending_on_a_day_of_rest_rolls() {
        let calendar = calendar();
        assert_eq!(calendar.roll(date(2026, 10, 3)), Ok(date(2026, 10, 8)));
        assert_eq!(calendar.roll(date(2026, 10, 10)), Ok(date(2026, 10, 10)));
    }

    proptest! {
        /// The laid-out counts against a walk day by day.
        #[test]
        fn counting_agrees_with_walking(offset in 0..2500_i64, n in 0..300_u32) {
            let calendar = calendar();
            let start = date(2019, 1, 1).saturating_add(jiff::Span::new().days(offset));
            let mut day = start;
            let mut left = n;
            let walked = loop {
                if left == 0 {
                    break Ok(day);
                }
                day = day.tomorrow().unwrap();
                match calendar.is_working(day) {
                    Ok(works) => left -= u32::from(works),
                    Err(missing) => break Err(missing),
                }
            };
            prop_assert_eq!(calendar.add(start, n), walked);
            if let Ok(last) = walked {
                prop_assert_eq!(calendar.between(start, last), Ok(n as usize));
                prop_assert_eq!(calendar.between(last, start), Ok(0));
            }
        }
    }
}
