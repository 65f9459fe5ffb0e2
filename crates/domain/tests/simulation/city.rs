//! The invented city: its day, its organs and organisations, and its law and calendars as data.
//!
//! The city holds no case. Nouns keep their cases, and ask the city what the law says on a day.

use crate::dice::Dice;
use domain::basis::{Basis, Ruled};
use domain::blacklist::{Clause, Kind, Level, ListType};
use domain::calendar::{Calendar, Year};
use domain::code::{self, Code};
use domain::measure::{Class, End, Matters, Measure};
use domain::procedure::{Document, Person, Term, Unit};
use jiff::civil::{Date, Weekday, date};
use jiff::{Span, ToSpan as _};
use std::sync::Arc;

/// The day the simulation begins.
pub const FIRST: Date = date(2026, 1, 5);
/// It ends after ten years.
pub const LAST: Date = date(2036, 1, 4);

/// A rule of the invented law, in force from `from` up to but not with `until`.
#[derive(Debug, Clone)]
pub struct Dated<T> {
    pub from: Date,
    pub until: Date,
    pub rule: T,
}

impl<T> Dated<T> {
    pub fn holds(&self, day: Date) -> bool {
        self.from <= day && day < self.until
    }
}

#[derive(Debug)]
pub struct City {
    pub today: Date,
    /// Minutes of the day that have passed; commands of one day follow each other.
    pub minute: u16,
    pub calendar: Calendar,
    /// Organisations that may be listed, with the word of their form.
    pub entities: Vec<(Code, &'static str)>,
    pub organs: Vec<Code>,
    /// Sequence number of the next entry of the log; a new case takes it as its number.
    pub seq: u64,
    /// Whether somebody reads what is said; else [`City::say`] costs nothing.
    pub trace: bool,
    /// Whether the timer has run since the day, the law or the calendar changed: then nothing may be
    /// left that should have ended.
    pub rested: bool,
    years: Vec<Year>,
    lists: Vec<Dated<Ruled<Arc<ListType>>>>,
    measures: Vec<Dated<Ruled<Arc<Measure>>>>,
    terms: Vec<(&'static str, Dated<Ruled<Term>>)>,
}

pub const FORMS: [&str; 4] = ["enterprise", "individual", "organ", "institution"];
pub const MATTERS: [&str; 5] = [
    "bidding",
    "fund",
    "travel",
    "credit-grant",
    "public-service",
];
pub const ROLES: [&str; 3] = ["representative", "controller", "practitioner"];

pub fn basis(statute: &str, article: &str) -> Basis {
    Basis {
        statute: statute.into(),
        article: article.into(),
        confirmed: false,
    }
}

#[expect(clippy::disallowed_methods, reason = "the city states its own law")]
pub fn ruled<T>(value: T, statute: &str, article: &str) -> Ruled<T> {
    Ruled::by_law(value, basis(statute, article))
}

impl City {
    pub fn new(seed: u64) -> Self {
        let mut dice = Dice::new(seed ^ 0x00c1_7900);
        let organs = (0..8).map(|at| body("11", at)).collect();
        let entities = (0..60).map(|at| {
            let form = FORMS[dice.below(FORMS.len())];
            let pair = ["91", "92", "11", "12"][FORMS.iter().position(|one| *one == form).unwrap()];
            (body(pair, 1000 + at), form)
        });
        let entities = entities.collect();
        let mut city = Self {
            today: FIRST,
            minute: 0,
            calendar: Calendar::default(),
            entities,
            organs,
            seq: 0,
            trace: false,
            rested: true,
            years: Vec::new(),
            lists: lists(),
            measures: measures(),
            terms: terms(),
        };
        city.announce(2026);
        city.announce(2027);
        city
    }

    /// What a command did, in words, where somebody reads it.
    pub fn say(&self, words: impl FnOnce() -> String) -> String {
        if self.trace { words() } else { String::new() }
    }

    pub fn entity(&self, dice: &mut Dice) -> (Code, &'static str) {
        *dice.pick(&self.entities).unwrap()
    }

    pub fn organ(&self, dice: &mut Dice) -> Code {
        *dice.pick(&self.organs).unwrap()
    }

    pub fn person(&self, dice: &mut Dice) -> Person {
        let organ = self.organ(dice);
        Person {
            account: format!("clerk{}", dice.below(3)),
            organ,
        }
    }

    /// A determination made on `on`.
    pub fn document(&self, organ: Code, on: Date, dice: &mut Dice) -> Document {
        Document {
            name: "决定书".to_owned(),
            number: format!("枣决〔{}〕{}号", on.year(), dice.below(100_000)),
            on,
            organ,
        }
    }

    /// What the pack answers about a list on a day.
    pub fn list(&self, word: &str, day: Date) -> Option<&Ruled<Arc<ListType>>> {
        let found = self.lists.iter().rev();
        let mut found = found
            .filter(|dated| dated.holds(day))
            .map(|dated| &dated.rule);
        found.find(|rule| rule.value().word == word)
    }

    /// The measures in force on a day.
    pub fn measures(&self, day: Date) -> Vec<Ruled<Arc<Measure>>> {
        let found = self.measures.iter().filter(|dated| dated.holds(day));
        found.map(|dated| dated.rule.clone()).collect()
    }

    /// Every measure rule with its dates, for an oracle.
    pub fn rules(&self) -> &[Dated<Ruled<Arc<Measure>>>] {
        &self.measures
    }

    /// How long the law gives for a duty, by its kind in `law/catalog/duties.toml`.
    pub fn term(&self, kind: &str, day: Date) -> Option<&Ruled<Term>> {
        let found = self.terms.iter().rev().filter(|(known, _)| *known == kind);
        let mut found = found.filter(|(_, dated)| dated.holds(day));
        found.next().map(|(_, dated)| &dated.rule)
    }

    /// Adds a term to the law: the one in force ends the day before. For nouns with own law.
    pub fn enact_term(&mut self, kind: &'static str, from: Date, days: u16, unit: Unit) {
        for (known, dated) in &mut self.terms {
            if *known == kind && dated.until > from {
                dated.until = from.max(dated.from);
            }
        }
        let rule = ruled(Term { days, unit }, "cn/city", kind);
        let until = Date::MAX;
        self.terms.push((kind, Dated { from, until, rule }));
    }

    /// The day goes on; years whose notice is due are announced, mostly.
    pub fn jump(&mut self, days: i64) {
        self.today = (self.today + days.days()).min(LAST);
        self.minute = 0;
    }

    /// The Council announces the year's holidays.
    pub fn announce(&mut self, year: i16) {
        self.years.retain(|known| known.year != year);
        self.years.push(holidays(year, 0));
        self.calendar = Calendar::new(self.years.clone());
    }

    /// One change of the calendar: a year announced, or this year's holiday made longer.
    pub fn change_calendar(&mut self, dice: &mut Dice) -> String {
        let year = self.today.year();
        if dice.chance(70) {
            let next = year + i16::from(self.today.month() >= 10);
            self.announce(next);
            return format!("calendar of {next} announced");
        }
        let longer = dice.between(1, 9);
        self.years.retain(|known| known.year != year);
        self.years.push(holidays(year, longer));
        self.calendar = Calendar::new(self.years.clone());
        format!("holiday of {year} longer by {longer} days")
    }

    /// One change of the law from tomorrow on. What was decided today was decided by today's law.
    pub fn change_law(&mut self, dice: &mut Dice) -> String {
        let from = self.today + 1.days();
        match dice.below(4) {
            0 => {
                let days = u16::try_from(dice.between(3, 20)).unwrap();
                let kind = ["list-plea", "list-notice", "feedback"][dice.below(3)];
                self.enact_term(kind, from, days, Unit::Working);
                format!("{kind} is {days} working days")
            }
            1 => {
                let at = dice.below(self.measures.len());
                let dated = &mut self.measures[at];
                let word = dated.rule.value().word.clone();
                if dated.holds(from) && dice.chance(40) {
                    dated.until = from;
                    return format!("measure {word} repealed");
                }
                let again = Dated {
                    from,
                    until: Date::MAX,
                    rule: dated.rule.clone(),
                };
                let standing = self
                    .measures
                    .iter()
                    .any(|known| known.holds(from) && known.rule.value().word == word);
                if !standing {
                    self.measures.push(again);
                }
                format!("measure {word} enacted again")
            }
            2 => {
                let at = dice.below(self.lists.len());
                let dated = &mut self.lists[at];
                let word = dated.rule.value().word.clone();
                if dated.holds(from) && dice.chance(8) {
                    dated.until = from;
                    return format!("list {word} repealed");
                }
                if self.list(&word, from).is_none() {
                    let rule = self.lists[at].rule.clone();
                    self.lists.push(Dated {
                        from,
                        until: Date::MAX,
                        rule,
                    });
                }
                format!("list {word} in force")
            }
            _ => {
                let at = dice.below(self.lists.len());
                let mut changed = ListType::clone(self.lists[at].rule.value());
                let word = changed.word.clone();
                if self.list(&word, from).is_none() {
                    return format!("list {word} stays repealed");
                }
                changed.max = Span::new().months(dice.between(6, 40));
                if dice.chance(40) {
                    changed.roles.pop();
                }
                for dated in &mut self.lists {
                    if dated.holds(from) && dated.rule.value().word == word {
                        dated.until = from;
                    }
                }
                let rule = ruled(Arc::new(changed), "cn/city", &word);
                self.lists.push(Dated {
                    from,
                    until: Date::MAX,
                    rule,
                });
                format!("list {word} has another term")
            }
        }
    }
}

/// An organisation of the city, with a right check character.
fn body(pair: &str, at: usize) -> Code {
    code::with_check(&format!("{pair}370400{:09}", 100_000_000 + at)).unwrap()
}

/// New year, spring and the national week, the last `longer` days longer; one Saturday worked.
fn holidays(year: i16, longer: i64) -> Year {
    let run = |first: Date, days: i64| (0..days).map(move |at| first + at.days());
    let spring = run(date(year, 2, 10), 7);
    let national = run(date(year, 10, 1), 7 + longer);
    let off = run(date(year, 1, 1), 1)
        .chain(spring)
        .chain(national)
        .collect();
    let saturday = (18..25).map(|day| date(year, 10, day));
    let work = saturday
        .filter(|day| day.weekday() == Weekday::Saturday)
        .collect();
    Year {
        year,
        notice: format!("国办发明电〔{year}〕{}号", longer + 1),
        notice_url: None,
        confirmed: false,
        off,
        work,
    }
}

fn lists() -> Vec<Dated<Ruled<Arc<ListType>>>> {
    let words = |words: &[&str]| {
        words
            .iter()
            .map(|word| (*word).to_owned())
            .collect::<Vec<_>>()
    };
    let table = [
        (
            "market-serious",
            Kind::Blacklist,
            &["penalty-decision"][..],
            36,
            Some(12),
            &[][..],
        ),
        (
            "wage-arrears",
            Kind::Blacklist,
            &["order", "penalty-decision"],
            36,
            Some(6),
            &ROLES[..2],
        ),
        (
            "dishonest-debtor",
            Kind::Blacklist,
            &["court-decision"],
            24,
            None,
            &ROLES[..2],
        ),
        (
            "abnormal",
            Kind::Abnormal,
            &["abnormal-record"],
            36,
            None,
            &[],
        ),
        ("tax-a", Kind::Honorlist, &["rating"], 12, None, &[]),
        (
            "attention",
            Kind::Watchlist,
            &["penalty-decision"],
            6,
            None,
            &[],
        ),
    ];
    let made = table.map(|(word, kind, evidence, months, min, roles)| ListType {
        word: word.to_owned(),
        name: format!("{}（{word}）", kind.name()),
        kind,
        level: Level::National,
        organ: "主管部门".to_owned(),
        criteria: clauses(word, &["food", "refusal"]),
        evidence: words(evidence),
        notice: "list-notice".to_owned(),
        plea: "list-plea".to_owned(),
        exits: clauses(word, &["term", "early", "void"]),
        min: min.map(|months| Span::new().months(months)),
        max: Span::new().months(months),
        roles: words(roles),
        reviewer: "法制审核机构".to_owned(),
        appeal: "可以提出异议，也可以依法申请行政复议或者提起行政诉讼".to_owned(),
        bases: vec![basis("cn/city", word)],
    });
    let rule = |made: ListType| {
        let word = made.word.clone();
        ruled(Arc::new(made), "cn/city", &word)
    };
    made.into_iter().map(|made| dated(rule(made))).collect()
}

fn clauses(word: &str, keys: &[&str]) -> Vec<Clause> {
    let clause = |key: &&str| Clause {
        key: (*key).into(),
        text: format!("{word}：{key}").into(),
        basis: basis("cn/city", word),
    };
    keys.iter().map(clause).collect()
}

fn measures() -> Vec<Dated<Ruled<Arc<Measure>>>> {
    let serious = &["market-serious", "wage-arrears", "dishonest-debtor"][..];
    let table = [
        (
            "bidding-ban",
            Class::Rights,
            &serious[1..2],
            &FORMS[..2],
            &["bidding"][..],
            Some(18),
            &[][..],
        ),
        (
            "consumption-limit",
            Class::Rights,
            &serious[2..],
            &FORMS[..1],
            &["travel"],
            None,
            &ROLES[..2],
        ),
        (
            "office-limit",
            Class::Rights,
            &serious[1..2],
            &FORMS[..2],
            &["fund"],
            Some(9),
            &ROLES[1..],
        ),
        (
            "fund-limit",
            Class::Discretion,
            serious,
            &FORMS[..2],
            &["fund"],
            None,
            &[],
        ),
        (
            "convenience-limit",
            Class::Discretion,
            serious,
            &FORMS,
            &["public-service"],
            None,
            &[],
        ),
        (
            "prudent-credit",
            Class::Private,
            serious,
            &FORMS[..2],
            &["credit-grant"],
            None,
            &[],
        ),
        (
            "green-channel",
            Class::Discretion,
            &["tax-a"],
            &FORMS[..2],
            &["public-service"],
            None,
            &[],
        ),
    ];
    let words = |words: &[&str]| {
        words
            .iter()
            .map(|word| (*word).to_owned())
            .collect::<Vec<_>>()
    };
    let made = table.map(
        |(word, class, triggers, targets, matters, months, roles)| Measure {
            word: word.to_owned(),
            name: format!("措施（{word}）"),
            class,
            incentive: word == "green-channel",
            triggers: words(triggers),
            targets: words(targets),
            personal: !roles.is_empty(),
            roles: words(roles),
            implementer: "办理机关".to_owned(),
            matters: Matters::Listed(words(matters)),
            end: months.map_or(End::WithList, |months| {
                End::After(Span::new().months(months))
            }),
            bases: vec![basis("cn/city", word)],
        },
    );
    let rule = |made: Measure| {
        let word = made.word.clone();
        ruled(Arc::new(made), "cn/city", &word)
    };
    made.into_iter().map(|made| dated(rule(made))).collect()
}

fn terms() -> Vec<(&'static str, Dated<Ruled<Term>>)> {
    let table = [
        ("list-notice", 5, Unit::Working),
        ("list-plea", 5, Unit::Working),
        ("feedback", 7, Unit::Working),
        ("review", 60, Unit::Calendar),
        ("referral-reply", 15, Unit::Working),
        ("repair-forward", 1, Unit::Working),
        ("repair-accept", 3, Unit::Working),
        ("repair-decide", 7, Unit::Working),
        ("repair-answer", 10, Unit::Working),
        ("repair-extend", 10, Unit::Working),
        ("repair-report", 1, Unit::Working),
        ("breach", 7, Unit::Working),
        ("commitment-plea", 5, Unit::Working),
        ("objection-own", 3, Unit::Working),
        ("objection-assisted", 7, Unit::Working),
        ("objection-forward", 2, Unit::Working),
        ("objection-answer", 4, Unit::Working),
        ("objection-notify", 1, Unit::Working),
        ("inspection-result", 20, Unit::Working),
    ];
    let made =
        table.map(|(kind, days, unit)| (kind, dated(ruled(Term { days, unit }, "cn/city", kind))));
    made.into()
}

fn dated<T>(rule: T) -> Dated<T> {
    Dated {
        from: FIRST,
        until: Date::MAX,
        rule,
    }
}
