//! A case block: a worked example that must hold before the pack loads.

mod ask;

pub(crate) use ask::run;

use crate::fields::Fields;
use crate::finding::Remark;
use crate::rule::{Rule, Says};
use domain::basis::{Basis, Ruled};
use domain::grade;
use domain::inspection::Item;
use domain::record::{Act, Procedure, Severity};
use domain::referral::Office;
use jiff::civil::Date;
use serde::Deserialize;
use std::collections::BTreeMap;

/// A case that was read, with the place of the rule it stands beside.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    pub file: String,
    pub line: usize,
    pub why: String,
    pub given: Given,
    pub expect: String,
}

/// The facts of a case; which of them are needed depends on the rule beside it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Given {
    act: Option<Act>,
    severity: Option<Severity>,
    #[serde(default)]
    facets: Vec<String>,
    decided: Option<Date>,
    valid_until: Option<Date>,
    #[serde(default)]
    kinds: Vec<String>,
    procedure: Option<Procedure>,
    fine: Option<u64>,
    kind: Option<String>,
    on: Option<Date>,
    #[serde(default)]
    findings: Vec<String>,
    form: Option<String>,
    sector: Option<String>,
    #[serde(default)]
    facts: Vec<Fact>,
    #[serde(default)]
    stated: BTreeMap<String, i64>,
    item: Option<Item>,
    grade: Option<String>,
    list: Option<String>,
    #[serde(default)]
    evidence: Vec<String>,
    matter: Option<String>,
    role: Option<String>,
    what: Option<String>,
    report: Option<String>,
    formula: Option<String>,
    #[serde(default)]
    counts: BTreeMap<String, u64>,
    breaker: Option<String>,
}

/// A fact of an entity that a scale counts.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Fact {
    kind: grade::Kind,
    class: Option<grade::Class>,
    #[serde(default)]
    amount: i64,
    day: Date,
    known: Option<Date>,
    gone: Option<Date>,
    repairable: Option<Date>,
}

impl Fact {
    fn read(&self, record: u64) -> grade::Fact {
        grade::Fact {
            record,
            kind: self.kind,
            class: self.class.unwrap_or(grade::Class::Unclassed),
            amount: self.amount,
            day: grade::day_number(self.day),
            known: grade::day_number(self.known.unwrap_or(self.day)),
            gone: self.gone.map_or(i32::MAX, grade::day_number),
            repairable: self.repairable.map(grade::day_number),
        }
    }
}

#[derive(Deserialize)]
#[serde(untagged, deny_unknown_fields)]
enum Expect {
    Word(String),
    Window {
        repairable: Date,
        hidden: Date,
    },
    Due {
        due: Date,
    },
    Barred {
        barred: Vec<String>,
    },
    Graded {
        score: i32,
        grade: String,
    },
    Rate {
        least: u16,
        most: u16,
    },
    Ends {
        ends: Date,
    },
    Measures {
        measures: Vec<String>,
    },
    Sections {
        sections: Vec<String>,
        valid_until: Option<Date>,
    },
    Points {
        points: u64,
    },
    Route {
        offices: Vec<Office>,
        reply_days: u16,
    },
}

impl Expect {
    fn text(self) -> String {
        match self {
            Self::Word(word) => word,
            Self::Window { repairable, hidden } => pair(repairable, hidden),
            Self::Due { due: day } | Self::Ends { ends: day } => day.to_string(),
            Self::Barred { barred: words } | Self::Measures { measures: words } => words.join(" "),
            Self::Graded { score, grade } => pair(score, grade),
            Self::Rate { least, most } => pair(least, most),
            Self::Sections {
                sections,
                valid_until,
            } => sections_text(&sections, valid_until),
            Self::Points { points } => points.to_string(),
            Self::Route {
                offices,
                reply_days,
            } => offices_text(&offices, reply_days),
        }
    }
}

fn pair(one: impl std::fmt::Display, other: impl std::fmt::Display) -> String {
    format!("{one} / {other}")
}

fn sections_text(keys: &[String], valid_until: Option<Date>) -> String {
    match valid_until {
        Some(day) => pair(keys.join(" "), day),
        None => keys.join(" "),
    }
}

fn offices_text(offices: &[Office], reply_days: u16) -> String {
    let names: Vec<&str> = offices.iter().map(|office| office.name()).collect();
    pair(names.join(" "), reply_days)
}

/// What the pack answered to a case, in the words a case expects.
pub(crate) struct Outcome {
    pub text: String,
    bases: Vec<Basis>,
}

impl Outcome {
    fn silent() -> Self {
        Self {
            text: "no-rule".to_owned(),
            bases: Vec::new(),
        }
    }

    fn ruled<T>(answer: &Ruled<T>, text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            bases: vec![answer.basis().clone()],
        }
    }

    /// Whether the answer came from this rule.
    pub fn is_by(&self, rule: &Rule) -> bool {
        if let Says::Measure(measure) = &rule.says
            && !self.text.split(' ').any(|word| word == measure.word)
        {
            return false;
        }
        let inner = rule.says.bases();
        let mut bases = self.bases.iter();
        bases.any(|basis| *basis == rule.basis || inner.contains(&basis))
    }
}

pub(crate) fn read(mut fields: Fields<'_>) -> Result<Case, Vec<Remark>> {
    let (file, line) = fields.place();
    let why = fields.need("why");
    let given = fields.need("given");
    let expect = fields.need::<Expect>("expect");
    let faults = fields.finish();
    match (why, given, expect) {
        (Some(why), Some(given), Some(expect)) if faults.is_empty() => Ok(Case {
            file,
            line,
            why,
            given,
            expect: expect.text(),
        }),
        _ => Err(faults),
    }
}
