//! A case block: a worked example that must hold before the pack loads.

use crate::answer::Unit;
use crate::fields::Fields;
use crate::finding::Finding;
use crate::index::PenaltyFacts;
use crate::pack::Pack;
use crate::rule::{Rule, Says, Subject};
use domain::basis::{Basis, Ruled};
use domain::publication;
use domain::record::{Act, Procedure, Severity};
use jiff::civil::Date;
use serde::Deserialize;

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
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Expect {
    Word(String),
    Window { repairable: Date, hidden: Date },
    Due { due: Date },
    Barred { barred: Vec<String> },
}

impl Expect {
    fn text(self) -> String {
        match self {
            Self::Word(word) => word,
            Self::Window { repairable, hidden } => window(repairable, hidden),
            Self::Due { due } => due.to_string(),
            Self::Barred { barred } => barred.join(" "),
        }
    }
}

/// What the pack answered to a case, in the words a case expects.
pub(crate) struct Outcome {
    pub text: String,
    pub basis: Option<Basis>,
}

impl Outcome {
    fn silent() -> Self {
        Self {
            text: "no-rule".to_owned(),
            basis: None,
        }
    }

    fn ruled<T>(answer: &Ruled<T>, text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            basis: Some(answer.basis().clone()),
        }
    }
}

pub(crate) fn read(mut fields: Fields<'_>) -> Result<Case, Vec<Finding>> {
    let (file, line) = fields.place();
    let why = fields.need("why");
    let given = fields.need("given");
    let expect = fields.need::<Expect>("expect");
    let findings = fields.finish();
    match (why, given, expect) {
        (Some(why), Some(given), Some(expect)) if findings.is_empty() => Ok(Case {
            file,
            line,
            why,
            given,
            expect: expect.text(),
        }),
        _ => Err(findings),
    }
}

/// Asks the pack what the rule beside the case asks; `None` where the case lacks a fact.
pub(crate) fn run(pack: &Pack, rule: &Rule, given: &Given) -> Option<Outcome> {
    match (&rule.subject, &rule.says) {
        (Subject::Publicity { .. }, Says::Publicity(_)) => publicity(pack, given),
        (Subject::Severity { .. }, Says::Severity(_)) => severity(pack, given),
        (Subject::Duty { .. }, Says::Duty(_)) => duty(pack, given),
        (Subject::Conditions { id }, Says::Conditions(_)) => conditions(pack, id, given),
        _ => None,
    }
}

fn publicity(pack: &Pack, given: &Given) -> Option<Outcome> {
    let (act, decided) = (given.act?, given.decided?);
    let facets: Vec<&str> = given.facets.iter().map(String::as_str).collect();
    let Some(answer) = pack.publicity(act, given.severity, &facets, decided) else {
        return Some(Outcome::silent());
    };
    let text = match publication::showing(decided, given.valid_until, &answer) {
        Ok(Some(shown)) => window(shown.repairable, shown.hidden),
        Ok(None) => "withheld".to_owned(),
        Err(fault) => format!("{fault:?}"),
    };
    Some(Outcome::ruled(&answer, text))
}

fn severity(pack: &Pack, given: &Given) -> Option<Outcome> {
    let kinds: Vec<&str> = given.kinds.iter().map(String::as_str).collect();
    let facets: Vec<&str> = given.facets.iter().map(String::as_str).collect();
    let facts = PenaltyFacts {
        kinds: &kinds,
        procedure: given.procedure?,
        fine: given.fine,
        facets: &facets,
        decided: given.decided?,
    };
    let answer = pack.severity(&facts);
    Some(answer.map_or_else(Outcome::silent, |class| {
        Outcome::ruled(&class, class.value().word())
    }))
}

fn duty(pack: &Pack, given: &Given) -> Option<Outcome> {
    let (kind, on) = (given.kind.as_ref()?, given.on?);
    let Some(answer) = pack.duty(kind, on) else {
        return Some(Outcome::silent());
    };
    let term = answer.value();
    let due = match term.unit {
        Unit::Working => pack.calendar().add(on, u32::from(term.days)).ok(),
        Unit::Calendar => on.checked_add(jiff::Span::new().days(term.days)).ok(),
    };
    let text = due.map_or_else(|| "CALENDAR_MISSING".to_owned(), |due| due.to_string());
    Some(Outcome::ruled(&answer, text))
}

fn conditions(pack: &Pack, id: &str, given: &Given) -> Option<Outcome> {
    let Some(answer) = pack.conditions(id, given.on?) else {
        return Some(Outcome::silent());
    };
    let findings: Vec<&str> = given.findings.iter().map(String::as_str).collect();
    let against = answer.value().against(&findings);
    let keys: Vec<&str> = against
        .iter()
        .map(|condition| condition.key.as_ref())
        .collect();
    let text = if keys.is_empty() {
        "eligible".to_owned()
    } else {
        keys.join(" ")
    };
    Some(Outcome::ruled(&answer, text))
}

fn window(repairable: Date, hidden: Date) -> String {
    format!("{repairable} / {hidden}")
}
