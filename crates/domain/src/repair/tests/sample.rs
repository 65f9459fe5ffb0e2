//! An invented law, organs and a record, for tests of the nouns that work with repairs.

use super::{
    Applicant, Burden, Case, Channel, Command, Effect, EffectKind, Event, Facts, Law, Material,
    Refusal, Relief, Request, Target, Terms, decide,
};
use crate::basis::{Basis, Ruled};
use crate::blacklist::Clause;
use crate::calendar::{Calendar, Year};
use crate::code::{Code, with_check};
use crate::conditions::Conditions;
use crate::procedure::{Delivery, Document, Method, Person, Remedy, Term, Unit};
use crate::retention::Retention;
use jiff::civil::{Date, date};
use std::collections::{BTreeMap, BTreeSet};

#[expect(clippy::disallowed_methods, reason = "a test states its own law")]
pub fn ruled<T>(value: T) -> Ruled<T> {
    Ruled::by_law(value, basis("1"))
}

pub fn basis(article: &str) -> Basis {
    Basis {
        statute: "test/law".into(),
        article: article.into(),
        confirmed: false,
    }
}

/// Weekends only, twelve years of them.
pub fn calendar() -> Calendar {
    Calendar::new((2025..2037).map(|year| Year {
        year,
        notice: "n".to_owned(),
        notice_url: None,
        confirmed: false,
        off: BTreeSet::new(),
        work: BTreeSet::new(),
    }))
}

pub fn working(days: u16) -> Ruled<Term> {
    ruled(Term {
        days,
        unit: Unit::Working,
    })
}

pub fn code(pair: &str, number: u32) -> Code {
    with_check(&format!("{pair}370400{number:09}")).unwrap()
}

pub fn entity() -> Code {
    code("91", 1)
}

pub fn organ() -> Code {
    code("11", 1)
}

pub fn office() -> Code {
    code("11", 9)
}

pub fn person(organ: Code) -> Person {
    Person {
        account: "clerk".to_owned(),
        organ,
    }
}

pub fn document(organ: Code, on: Date) -> Document {
    Document {
        name: "决定书".to_owned(),
        number: "枣决〔2026〕1号".to_owned(),
        on,
        organ,
    }
}

pub fn delivery(on: Date) -> Delivery {
    Delivery {
        method: Method::Direct,
        proof: "送达回证1".to_owned(),
        on,
    }
}

pub fn remedy() -> Remedy {
    Remedy {
        review_until: None,
        litigation_until: None,
        where_to: "市人民政府".to_owned(),
    }
}

pub fn clauses(keys: &[&str]) -> Vec<Clause> {
    let clause = |key: &&str| Clause {
        key: (*key).into(),
        text: format!("要求：{key}").into(),
        basis: basis(key),
    };
    keys.iter().map(clause).collect()
}

pub fn conditions(requires: &[&str], bars: &[&str]) -> Ruled<Conditions> {
    ruled(Conditions {
        requires: clauses(requires).into(),
        bars: clauses(bars).into(),
    })
}

pub fn years(what: &str, keep: &str) -> Ruled<Retention> {
    ruled(Retention {
        what: what.to_owned(),
        keep: keep.parse().unwrap(),
    })
}

/// A law in force, and who listens.
pub struct City {
    pub materials: Ruled<Conditions>,
    pub eligible: Ruled<Conditions>,
    pub terms: Terms,
    pub calendar: Calendar,
    pub receivers: BTreeSet<String>,
}

impl City {
    pub fn new() -> Self {
        Self {
            materials: conditions(&["corrected", "commitment"], &[]),
            eligible: conditions(
                &["min-term", "corrected", "commitment"],
                &["unrepairable", "false-application"],
            ),
            terms: Terms {
                forward: Some(working(1)),
                accept: Some(working(3)),
                decide: Some(working(7)),
                answer: Some(working(10)),
                extend: Some(working(10)),
                report: Some(working(1)),
            },
            calendar: calendar(),
            receivers: ["credit-china", "shandong", "bank"]
                .map(str::to_owned)
                .into(),
        }
    }

    pub fn law(&self) -> Law<'_> {
        Law {
            materials: Some(&self.materials),
            eligible: Some(&self.eligible),
            terms: &self.terms,
            calendar: &self.calendar,
        }
    }

    pub fn channel(&self) -> Channel<'_> {
        Channel {
            sender: "zaozhuang",
            serial: 1,
            receivers: &self.receivers,
            office: office(),
        }
    }

    /// Decides and applies; the case after it.
    pub fn step(
        &self,
        case: Case,
        command: Command,
        by: Code,
        facts: &Facts<'_>,
        today: Date,
    ) -> Result<(Case, Event), Refusal> {
        let channel = self.channel();
        let by = person(by);
        let events = decide(&case, command, &by, facts, &self.law(), &channel, today)?;
        let event = events.into_iter().next().unwrap();
        let case = case.apply(&event).unwrap();
        Ok((case, event))
    }

    /// From the application to the approval, all on one day.
    pub fn approved(&self, facts: &Facts<'_>, today: Date) -> Result<(Case, Event), Refusal> {
        let filed = super::file(facts, request(today), &self.law(), today)?;
        let case = Case::begin(100, filed.first().unwrap()).unwrap();
        let (case, _) = self.step(case, Command::Forward, office(), facts, today)?;
        let (case, _) = self.step(case, Command::Accept, organ(), facts, today)?;
        let document = document(organ(), today);
        self.step(case, Command::Approve { document }, organ(), facts, today)
    }
}

pub fn request(today: Date) -> Request {
    let material = |key: &str| Material {
        key: key.to_owned(),
        document: document(entity(), today),
    };
    Request {
        entity: entity(),
        by: Applicant::Entity {
            account: "owner".to_owned(),
        },
        materials: ["corrected", "commitment"].map(material).into(),
        commitment: Some(50),
    }
}

/// A penalty of 2026-05-12, shown for three months to one year, with a measure of eight months.
pub fn burden() -> Burden {
    let decided = date(2026, 5, 12);
    let effect = |kind, ends| Effect {
        kind,
        measure: (kind == EffectKind::Measure).then(|| "fund-limit".to_owned()),
        from: decided,
        ends,
        basis: basis("2"),
    };
    let year = date(2027, 5, 12);
    Burden {
        record: 7,
        target: Target::Penalty,
        entity: entity(),
        organ: organ(),
        docket: "枣市监罚〔2026〕1号".to_owned(),
        severity: None,
        decided,
        repairable: date(2026, 8, 12),
        basis: basis("3"),
        effects: vec![
            effect(EffectKind::Publicity, year),
            effect(EffectKind::Sharing, year),
            effect(EffectKind::Use, year),
            effect(EffectKind::Measure, date(2027, 1, 12)),
            effect(EffectKind::Weight, year),
        ],
        unrepairable: None,
        held: Vec::new(),
    }
}

pub fn facts<'a>(burden: &'a Burden, relief: &'a Relief) -> Facts<'a> {
    Facts {
        burden,
        relief,
        bar: None,
        open: None,
    }
}

/// Every day from `from` up to but not with `until`.
pub fn days(from: Date, until: Date) -> impl Iterator<Item = Date> {
    from.series(jiff::Span::new().days(1))
        .take_while(move |day| *day < until)
}

/// How often each word occurs.
pub fn tally<'a>(words: impl Iterator<Item = &'a str>) -> BTreeMap<&'a str, usize> {
    let mut count = BTreeMap::new();
    words.for_each(|word| *count.entry(word).or_default() += 1);
    count
}
