//! A procedure as a person reads it: where it stands, its clocks, and what happened step by step (R70).

use super::case::Line;
use super::form::Choice;
use super::sitting::folded;
use super::{Case, Verb, Who};
use crate::ports::Row;
use crate::{Desk, Fault};
use domain::basis::Basis;
use domain::code::Code;
use domain::ledger::Event;
use domain::procedure::Standing;
use jiff::civil::Date;
use law::Pack;
use serde::Serialize;
use std::collections::BTreeMap;

/// A procedure with everything its reader may see.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct View {
    #[serde(flatten)]
    pub row: Row,
    /// Word of the noun in Chinese.
    pub noun_name: &'static str,
    pub title: String,
    /// Names of the entity and of the organs, by code.
    pub names: BTreeMap<String, String>,
    pub facts: Vec<Fact>,
    pub clocks: Vec<Clock>,
    pub steps: Vec<StepLine>,
    /// What the reader can do now.
    pub verbs: Vec<Verb>,
}

/// A line of what a procedure states.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fact {
    pub label: &'static str,
    pub text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub basis: Option<Basis>,
}

impl Fact {
    pub(crate) fn new(label: &'static str, text: impl Into<String>) -> Self {
        Self {
            label,
            text: text.into(),
            basis: None,
        }
    }

    pub(crate) fn by(label: &'static str, text: impl Into<String>, basis: &Basis) -> Self {
        Self {
            basis: Some(basis.clone()),
            ..Self::new(label, text)
        }
    }
}

/// A clock as a person reads it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Clock {
    pub name: String,
    /// Who owes; empty for a right of the entity.
    pub who: String,
    pub opened: Date,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last: Option<Date>,
    /// Where it stands, in Chinese.
    pub standing: String,
    pub late: bool,
    /// What moved its last day, each with its reason.
    pub moved: Vec<String>,
    pub basis: Basis,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StepLine {
    /// The ledger entry.
    pub entry: u64,
    pub on: Date,
    pub by: String,
    pub what: String,
    /// What was written, where anything was.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub words: String,
    pub bases: Vec<Basis>,
}

/// Who did a step: those who do not work for an organ do not learn the names of clerks.
fn by(who: &Who, actor: String) -> String {
    let text = match actor.as_str() {
        own if own == who.account => return actor,
        _ if who.organ().is_some() => return actor,
        "timer" => "系统",
        _ => "办理单位",
    };
    text.to_owned()
}

impl Desk {
    /// A procedure as `who` may read it; `None` where it is not there, or not theirs.
    pub fn view(&self, who: &Who, id: u64) -> Result<Option<View>, Fault> {
        let steps = self.store.steps(id)?;
        let Some(case) = folded(id, &steps)? else {
            return Ok(None);
        };
        let mut lines = Vec::with_capacity(steps.len());
        for (seq, event) in &steps {
            lines.push(self.step_line(who, *seq, event)?);
        }
        let opened = lines.first().map_or(Date::ZERO, |line| line.on);
        let touched = steps.last().map_or(id, |(seq, _)| *seq);
        let row = case.summary(id, opened, touched).row;
        if !who.sees(&row) {
            return Ok(None);
        }
        let names = self.names(&row)?;
        let today = self.clock.today();
        let clocks = case.clocks();
        Ok(Some(View {
            noun_name: case.noun().name(),
            title: title(self, &case, &row),
            facts: facts(self, who, &case),
            clocks: clocks
                .iter()
                .map(|line| self.clock_line(line, &names, today))
                .collect(),
            verbs: self.verbs(who, id, &case)?,
            steps: lines,
            names,
            row,
        }))
    }

    fn step_line(&self, who: &Who, seq: u64, event: &Event) -> Result<StepLine, Fault> {
        let entry = self.store.entry(seq)?;
        let entry = entry.ok_or_else(|| Fault::broken(format!("程序的第 {seq} 条不在账本中")))?;
        let (what, words) = told(event);
        let plea = entry.value("plea").map(str::to_owned);
        Ok(StepLine {
            entry: seq,
            on: crate::clock::day_of(entry.at),
            by: by(who, entry.actor),
            what,
            words: plea.unwrap_or(words),
            bases: event.bases(),
        })
    }

    /// Names of everybody a row mentions.
    pub fn names(&self, row: &Row) -> Result<BTreeMap<String, String>, Fault> {
        let mut names = BTreeMap::new();
        if let Some(entity) = row.entity
            && let Some(name) = self.name(&entity)
        {
            names.insert(entity.to_string(), name);
        }
        if row.organ.is_some() || row.other.is_some() || !row.others.is_empty() {
            let organs = self.store.organs()?.into_iter();
            let named = organs.filter(|organ| {
                [row.organ, row.other].contains(&Some(organ.code))
                    || row.others.contains(&organ.code)
            });
            names.extend(named.map(|organ| (organ.code.to_string(), organ.name)));
        }
        Ok(names)
    }

    /// The present name of an organisation.
    pub fn name(&self, code: &Code) -> Option<String> {
        Some(self.index.read()?.identity(code)?.name)
    }

    fn clock_line(&self, line: &Line, names: &BTreeMap<String, String>, today: Date) -> Clock {
        let law = self.law();
        let who = match line.organ {
            Some(organ) => names
                .get(organ.as_str())
                .cloned()
                .unwrap_or_else(|| organ.to_string()),
            None if line.right => String::new(),
            None => "信用办".to_owned(),
        };
        let moved = line.deadline.project(law.calendar());
        let moved = moved.map(|found| found.causes).unwrap_or_default();
        Clock {
            name: duty_name(&law, &line.duty),
            who,
            opened: line.deadline.opened,
            last: line.deadline.last,
            standing: standing(line, today),
            late: line.late
                || (line.done.is_none() && !line.void && line.deadline.over(today) && !line.right),
            moved: moved.iter().map(ToString::to_string).collect(),
            basis: line.deadline.basis.clone(),
        }
    }
}

/// What a user reads for a duty.
fn duty_name(law: &Pack, word: &str) -> String {
    let kind = law.duties().iter().find(|kind| kind.kind == word);
    match (kind, word) {
        (Some(kind), _) => kind.name.clone(),
        // Its time is set by a matter and not by a rule.
        (None, "commitment-verify") => "核查承诺履行情况".to_owned(),
        (None, other) => other.to_owned(),
    }
}

/// Duties to choose from.
pub(crate) fn duties<'a>(law: &Pack, words: impl Iterator<Item = &'a str>) -> Vec<Choice> {
    words
        .map(|word| Choice::new(word, duty_name(law, word)))
        .collect()
}

fn standing(line: &Line, today: Date) -> String {
    match (line.done, line.void, line.deadline.standing(today)) {
        (Some(on), _, _) if line.late => format!("{on}完成，逾期"),
        (Some(on), _, _) => format!("{on}完成"),
        (None, true, _) => "随程序终结".to_owned(),
        (None, false, Standing::Running { .. }) => "进行中".to_owned(),
        (None, false, Standing::Suspended { since }) => format!("自{since}起中止"),
        (None, false, Standing::Over { .. }) if line.right => "已届满".to_owned(),
        (None, false, Standing::Over { .. }) => match line.escalated {
            Some(on) => format!("逾期未办，{on}已报信用办督办"),
            None => "逾期未办".to_owned(),
        },
        (None, false, Standing::Provisional) => "届满日待定（工作日历尚未发布）".to_owned(),
    }
}

fn title(desk: &Desk, case: &Case, row: &Row) -> String {
    let topic = match case {
        Case::Commitment(case) => case.paper.number.clone(),
        Case::Listing(listing) => crate::listing::title(listing),
        Case::Attention(_) => "重点关注".to_owned(),
        Case::Measure(measure) => measure.effect().name.clone(),
        Case::Feedback(_) => "反馈措施办理情况".to_owned(),
        Case::Repair(case) => case.application.target.name().to_owned(),
        Case::Reorganisation(case) => case.ruling.number.clone(),
        Case::Objection(case) => match &case.objection.field {
            Some(field) => format!("对记录{}的“{field}”提出异议", case.objection.record),
            None => format!("对记录{}提出异议", case.objection.record),
        },
        Case::Referral(referral) => format!("致{}", referral.letter().office.name()),
        Case::Notice(notice) => notice.letter.template.clone(),
        Case::Inspector(one) => one.enrolment.certificate.clone(),
        Case::Draw(batch) => batch.plan.title.clone(),
        Case::Visit(case) => crate::visit::title(case),
    };
    match row.entity.and_then(|code| desk.name(&code)) {
        Some(name) => format!("{name}：{topic}"),
        None => topic,
    }
}

fn facts(desk: &Desk, who: &Who, case: &Case) -> Vec<Fact> {
    match case {
        Case::Commitment(case) => crate::commitment::facts(case),
        Case::Listing(listing) => crate::listing::facts(desk, listing),
        Case::Attention(attention) => crate::listing::tag_facts(attention),
        Case::Measure(measure) => crate::measure::facts(measure),
        Case::Feedback(feedback) => crate::feedback::facts(feedback),
        Case::Repair(case) => crate::repair::facts(desk, case),
        Case::Reorganisation(case) => crate::repair::plan_facts(case),
        Case::Objection(case) => crate::objection::facts(case),
        Case::Referral(referral) => crate::referral::facts(referral),
        Case::Notice(notice) => crate::notice::facts(notice),
        Case::Inspector(one) => crate::inspector::facts(desk, one),
        Case::Draw(batch) => crate::draw::facts(batch),
        Case::Visit(case) => crate::visit::facts(desk, case, who.organ().is_some()),
    }
}

/// What a step did and what was written with it, in Chinese.
fn told(event: &Event) -> (String, String) {
    match event {
        Event::Commitment(step) => crate::commitment::told(&step.did),
        Event::Listing(step) => crate::listing::told(&step.did),
        Event::Attention(step) => crate::listing::tag_told(&step.did),
        Event::Discipline(step) => crate::measure::told(&step.did),
        Event::Feedback(step) => crate::feedback::told(&step.did),
        Event::Repair(step) => crate::repair::told(&step.did),
        Event::Objection(step) => crate::objection::told(&step.did),
        Event::Referral(step) => crate::referral::told(&step.did),
        Event::Notice(step) => crate::notice::told(&step.did),
        Event::Inspector(step) => crate::inspector::told(&step.did),
        Event::Draw(step) => crate::draw::told(&step.did),
        Event::Visit(step) => crate::visit::told(&step.did),
        _ => (event.kind().to_owned(), String::new()),
    }
}
