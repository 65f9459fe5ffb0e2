//! An invented matter and papers, for tests.

use super::*;
use crate::basis::Ruled;
use crate::calendar::Calendar;
use crate::procedure::Term;
use crate::publication::Term as Publicity;
use crate::repair::sample::{
    basis, clauses, delivery, document, entity, organ, person, remedy, ruled, working,
};
use jiff::ToSpan as _;
use std::collections::BTreeSet;

pub fn matter(kind: Kind) -> Matter {
    Matter {
        code: "fire-safety-check".to_owned(),
        name: "消防安全检查".to_owned(),
        kind,
        verify: Some(2.months()),
        consequences: clauses(&["revoke", "record"]),
        excluded: None,
        on: true,
        form: "2026-1".to_owned(),
        basis: basis("9"),
    }
}

pub fn paper(kind: Kind, made: Date) -> Paper {
    Paper {
        number: format!("370400{}000001", made.strftime("%Y%m%d")),
        promisor: Promisor::Entity(entity()),
        name: Some("枣庄拟珩有限公司".to_owned()),
        kind,
        matter: "fire-safety-check".to_owned(),
        reason: "办理开业前检查".to_owned(),
        content: "符合消防技术标准".to_owned(),
        liability: "承诺不实的，依法撤销".to_owned(),
        made,
        valid_until: None,
        supply_by: (kind == Kind::Deferred).then(|| made.checked_add(20.days()).unwrap()),
        organ: organ(),
        range: Range::Public,
        form: "2026-1".to_owned(),
        original: Original {
            digest: "ab".to_owned(),
            format: "pdf".to_owned(),
            signature: "电子签章".to_owned(),
        },
        replaces: None,
        note: String::new(),
    }
}

/// What the law says, kept together.
pub struct Rules {
    pub matter: Matter,
    pub plea: Ruled<Term>,
    pub push: Ruled<Term>,
    pub publicity: Ruled<Publicity>,
}

impl Rules {
    pub fn new(kind: Kind) -> Self {
        Self {
            matter: matter(kind),
            plea: working(5),
            push: working(7),
            publicity: ruled(Publicity {
                min: 3.months(),
                max: 1.year(),
            }),
        }
    }

    pub fn law<'a>(&'a self, calendar: &'a Calendar) -> Law<'a> {
        Law {
            matter: &self.matter,
            plea: Some(&self.plea),
            push: Some(&self.push),
            publicity: Some(&self.publicity),
            calendar,
        }
    }
}

/// A registered commitment.
pub fn standing(id: u64, kind: Kind, calendar: &Calendar, today: Date) -> Case {
    let rules = Rules::new(kind);
    let (numbers, entities) = (BTreeSet::new(), BTreeSet::new());
    let registry = Registry {
        numbers: &numbers,
        entities: &entities,
    };
    let eligible = Eligibility::Eligible { basis: basis("1") };
    let by = By::Organ(person(organ()));
    let events = register(
        paper(kind, today),
        &by,
        &rules.matter,
        &eligible,
        &registry,
        calendar,
        today,
    );
    Case::begin(id, events.unwrap().first().unwrap()).unwrap()
}

/// Decides and applies.
pub fn step(
    case: Case,
    command: Command,
    calendar: &Calendar,
    today: Date,
) -> Result<Case, Refusal> {
    let rules = Rules::new(case.paper.kind);
    let events = decide(
        &case,
        command,
        &person(organ()),
        &rules.law(calendar),
        today,
    )?;
    let stepped = events.iter().try_fold(case, Case::apply);
    Ok(stepped.unwrap())
}

pub fn find() -> Command {
    Command::Find {
        breach: Breach::False,
        unkept: Unkept::Wholly,
        what: "现场与承诺不符".to_owned(),
    }
}

pub fn notify(on: Date) -> Command {
    Command::Notify {
        reasons: "核查不符".to_owned(),
        basis: basis("9"),
        remedy: remedy(),
        delivery: delivery(on),
    }
}

pub fn determine(on: Date, consequences: &[&str], answer: &str) -> Command {
    Command::Determine {
        document: document(organ(), on),
        severity: Severity::Serious,
        consequences: consequences.iter().map(|key| (*key).to_owned()).collect(),
        answer: answer.to_owned(),
        remedy: remedy(),
    }
}

/// A commitment whose breach is determined on `on`, with everything that comes before.
pub fn broken(id: u64, kind: Kind, calendar: &Calendar, on: Date) -> Case {
    let told = on.checked_sub(20.days()).unwrap();
    let case = standing(id, kind, calendar, on.checked_sub(40.days()).unwrap());
    let case = step(case, find(), calendar, told).unwrap();
    let case = step(case, notify(told), calendar, told).unwrap();
    step(case, determine(on, &["revoke"], ""), calendar, on).unwrap()
}
