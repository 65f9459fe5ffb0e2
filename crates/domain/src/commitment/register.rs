//! Taking a commitment in: who may promise, and whether the paper is in order.

use super::{Event, Kind, Matter, Paper, Promisor, Refusal};
use crate::basis::{Basis, Ruled};
use crate::blacklist::Clause;
use crate::calendar::Calendar;
use crate::code::Code;
use crate::conditions::Conditions;
use crate::procedure::{Deadline, Person, Term, Unit};
use jiff::civil::Date;
use std::collections::BTreeSet;

/// A record that the law may name as a bar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Against {
    pub record: u64,
    /// Word of the bar, for example `serious-unrepaired`.
    pub key: String,
    /// What it is, for the applicant.
    pub what: String,
    /// First day on which it stands against nobody, without anyone asking; absent where only a
    /// decision ends it.
    pub until: Option<Date>,
}

/// One thing in the way, with the record that is it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bar {
    pub clause: Clause,
    /// Absent where the matter itself is excluded.
    pub record: Option<Against>,
}

impl Bar {
    /// What the applicant reads.
    pub fn text(&self) -> String {
        let (clause, basis) = (&self.clause.text, &self.clause.basis);
        match &self.record {
            Some(against) => format!(
                "{clause}（{basis}）：{}（记录{}）",
                against.what, against.record
            ),
            None => format!("{clause}（{basis}）"),
        }
    }
}

/// Whether commitments may be taken from an entity on a day (R15).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Eligibility {
    Eligible {
        basis: Basis,
    },
    Barred {
        bars: Vec<Bar>,
        /// The day from which nothing is in the way any more, where every bar ends by itself.
        again: Option<Date>,
    },
    /// The law has no rule for this day: the ordinary procedure.
    Silent,
}

/// Answers whether the entity may promise instead of proving. It is computed anew for every
/// question, so it flips back by itself when the record is repaired or runs out.
pub fn eligible(
    matter: &Matter,
    against: &[Against],
    conditions: Option<&Ruled<Conditions>>,
    today: Date,
) -> Eligibility {
    if !matter.kind.trusted() {
        return Eligibility::Eligible {
            basis: matter.basis.clone(),
        };
    }
    let Some(ruled) = conditions else {
        return Eligibility::Silent;
    };
    let named = |key: &str| ruled.value().bar(key).cloned();
    let excluded = matter.excluded.as_deref().map(|key| Bar {
        clause: named(key).unwrap_or_else(|| Clause {
            key: key.into(),
            text: "该事项不适用告知承诺".into(),
            basis: matter.basis.clone(),
        }),
        record: None,
    });
    let standing = against
        .iter()
        .filter(|one| one.until.is_none_or(|until| today < until));
    let records = standing.filter_map(|one| {
        let clause = named(&one.key)?;
        let record = Some(one.clone());
        Some(Bar { clause, record })
    });
    let bars: Vec<Bar> = excluded.into_iter().chain(records).collect();
    if bars.is_empty() {
        return Eligibility::Eligible {
            basis: ruled.basis().clone(),
        };
    }
    let ends = bars
        .iter()
        .map(|bar| bar.record.as_ref().and_then(|one| one.until));
    let again = ends
        .collect::<Option<Vec<Date>>>()
        .and_then(|ends| ends.into_iter().max());
    Eligibility::Barred { bars, again }
}

/// Who hands a commitment in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum By {
    Organ(Person),
    /// The entity itself, through an account bound to it.
    Entity {
        account: String,
        entity: Code,
    },
}

/// What is known already.
#[derive(Debug, Clone, Copy)]
pub struct Registry<'a> {
    /// 承诺编码 in use.
    pub numbers: &'a BTreeSet<String>,
    /// Entities whose code breaks the standard and was confirmed, or that are registered.
    pub entities: &'a BTreeSet<Code>,
}

/// What is wrong with a paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    MalformedNumber,
    NumberDate,
    DuplicateNumber,
    WrongCode,
    NoName,
    PersonNamed,
    NoReason,
    NoContent,
    NoLiability,
    MadeInFuture,
    EndsBeforeMade,
    NoSupplyDate,
    WrongMatter,
    OldForm,
    NoOriginal,
    NotSigned,
}

impl Fault {
    /// What the clerk reads.
    pub fn text(self) -> &'static str {
        match self {
            Self::MalformedNumber => "承诺编码应为行政区划、日期和顺序号组成的数字",
            Self::NumberDate => "承诺编码中的日期与承诺作出日期不一致",
            Self::DuplicateNumber => "承诺编码重复",
            Self::WrongCode => "承诺人代码不合规且未登记，请核对",
            Self::NoName => "请填写承诺人名称",
            Self::PersonNamed => "自然人承诺不得登记姓名，请使用加密标识",
            Self::NoReason => "请填写承诺事由",
            Self::NoContent => "请填写承诺内容",
            Self::NoLiability => "请填写违诺责任",
            Self::MadeInFuture => "承诺作出日期晚于今日",
            Self::EndsBeforeMade => "承诺有效期早于作出日期",
            Self::NoSupplyDate => "容缺受理须写明补齐材料的日期",
            Self::WrongMatter => "承诺类型或者事项与目录不一致",
            Self::OldForm => "承诺书不是现行版本，请下载现行版本",
            Self::NoOriginal => "请上传承诺书原件",
            Self::NotSigned => "承诺书未签章",
        }
    }
}

/// Decides about one paper. `eligibility` is the answer of [`eligible`] for its promisor.
pub fn register(
    paper: Paper,
    by: &By,
    matter: &Matter,
    eligibility: &Eligibility,
    registry: &Registry<'_>,
    calendar: &Calendar,
    today: Date,
) -> Result<Vec<Event>, Refusal> {
    allowed(&paper, by, matter, eligibility)?;
    let faults = faults(&paper, matter, registry, today);
    if !faults.is_empty() {
        return Err(Refusal::Faults(faults));
    }
    let verify = task(&paper, matter, today, calendar);
    let paper = Box::new(paper);
    Ok(vec![match by {
        By::Organ(by) => Event::Registered {
            paper,
            by: by.clone(),
            on: today,
            verify,
        },
        By::Entity { account, .. } => Event::Offered {
            paper,
            account: account.clone(),
            on: today,
        },
    }])
}

/// Decides about many papers of one organ and matter: each stands for itself, and a number that
/// occurs twice is taken once (R16). `eligibility` answers for each promisor.
pub fn register_all(
    papers: Vec<Paper>,
    by: &Person,
    matter: &Matter,
    eligibility: impl Fn(&Promisor) -> Eligibility,
    registry: &Registry<'_>,
    calendar: &Calendar,
    today: Date,
) -> Vec<Result<Event, Refusal>> {
    let by = By::Organ(by.clone());
    let mut numbers = registry.numbers.clone();
    let mut answers = Vec::with_capacity(papers.len());
    for paper in papers {
        let number = paper.number.clone();
        let answer = eligibility(&paper.promisor);
        let known = Registry {
            numbers: &numbers,
            entities: registry.entities,
        };
        let taken = register(paper, &by, matter, &answer, &known, calendar, today);
        let taken = taken.map(|events| events.into_iter().next());
        match taken {
            Ok(Some(event)) => {
                numbers.insert(number);
                answers.push(Ok(event));
            }
            Ok(None) => {}
            Err(refusal) => answers.push(Err(refusal)),
        }
    }
    answers
}

/// The clock of the check after acceptance; the end of a 容缺 promise is the day it names.
pub(super) fn task(
    paper: &Paper,
    matter: &Matter,
    accepted: Date,
    calendar: &Calendar,
) -> Option<Deadline> {
    let by_matter = matter
        .verify
        .and_then(|span| accepted.checked_add(span).ok());
    let last = paper.supply_by.or(by_matter)?;
    let days = accepted.until(last).ok()?.get_days();
    let mut clock = Deadline {
        opened: accepted,
        term: Term {
            days: u16::try_from(days).ok()?,
            unit: Unit::Calendar,
        },
        basis: matter.basis.clone(),
        suspensions: Vec::new(),
        extensions: Vec::new(),
        last: None,
    };
    clock.last = clock.last_day(calendar).ok();
    Some(clock)
}

fn allowed(
    paper: &Paper,
    by: &By,
    matter: &Matter,
    eligibility: &Eligibility,
) -> Result<(), Refusal> {
    match by {
        By::Organ(person) if person.organ != paper.organ => {
            return Err(Refusal::NotItsOrgan(paper.organ));
        }
        By::Entity { entity, .. } if paper.promisor != Promisor::Entity(*entity) => {
            return Err(Refusal::NotYours);
        }
        _ => {}
    }
    match eligibility {
        Eligibility::Eligible { .. } if matter.on => Ok(()),
        Eligibility::Eligible { .. } => Err(Refusal::Off {
            basis: matter.basis.clone(),
        }),
        Eligibility::Barred { bars, .. } => Err(Refusal::Barred(bars.clone())),
        Eligibility::Silent => Err(Refusal::LawSilent {
            what: "告知承诺适用条件",
        }),
    }
}

fn faults(paper: &Paper, matter: &Matter, registry: &Registry<'_>, today: Date) -> Vec<Fault> {
    let blank = |text: &str| text.trim().is_empty();
    let wrong_code = match &paper.promisor {
        Promisor::Entity(code) => !code.conforms() && !registry.entities.contains(code),
        Promisor::Person(_) => false,
    };
    let person = paper.promisor.entity().is_none();
    let checks = [
        (number_date(&paper.number).is_none(), Fault::MalformedNumber),
        (
            number_date(&paper.number).is_some_and(|day| day != paper.made),
            Fault::NumberDate,
        ),
        (
            registry.numbers.contains(&paper.number),
            Fault::DuplicateNumber,
        ),
        (wrong_code, Fault::WrongCode),
        (
            !person && paper.name.as_deref().is_none_or(blank),
            Fault::NoName,
        ),
        (person && paper.name.is_some(), Fault::PersonNamed),
        (blank(&paper.reason), Fault::NoReason),
        (blank(&paper.content), Fault::NoContent),
        (blank(&paper.liability), Fault::NoLiability),
        (paper.made > today, Fault::MadeInFuture),
        (
            paper.valid_until.is_some_and(|until| until < paper.made),
            Fault::EndsBeforeMade,
        ),
        (
            paper.kind == Kind::Deferred && paper.supply_by.is_none_or(|by| by < today),
            Fault::NoSupplyDate,
        ),
        (
            paper.kind != matter.kind || paper.matter != matter.code,
            Fault::WrongMatter,
        ),
        (paper.form != matter.form, Fault::OldForm),
        (
            blank(&paper.original.digest) || blank(&paper.original.format),
            Fault::NoOriginal,
        ),
        (blank(&paper.original.signature), Fault::NotSigned),
    ];
    let found = checks.into_iter().filter(|(wrong, _)| *wrong);
    found.map(|(_, fault)| fault).collect()
}

/// The date inside a 承诺编码: six digits of division, eight of the date, six of the serial number.
fn number_date(number: &str) -> Option<Date> {
    let digits = number.len() == 20 && number.bytes().all(|byte| byte.is_ascii_digit());
    let date = number.get(6..14).filter(|_| digits)?;
    Date::strptime("%Y%m%d", date).ok()
}
