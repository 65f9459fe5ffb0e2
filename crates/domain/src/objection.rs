//! Objection (异议): somebody says that a record, or a field of it, is wrong.
//!
//! From filing to outcome every output bears the mark. The outcome reaches everybody who received
//! the value, and silence is handed up, never taken for an answer.

use crate::basis::{Basis, Ruled};
use crate::calendar::Calendar;
use crate::clock::{self, Clocks, Moved, Owes, Stuck, Turn};
use crate::code::Code;
use crate::exchange::{Message, Reference, Says, Sent};
use crate::intake::docket;
use crate::person;
use crate::procedure::{Deadline, Delivery, Document, OutOfStep, Person, Remedy, Term};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

const OWN: &str = "objection-own";
const ASSISTED: &str = "objection-assisted";
const FORWARD: &str = "objection-forward";
const ANSWER: &str = "objection-answer";
const NOTIFY: &str = "objection-notify";

/// Who objects.
///
/// STORED: part of `filed` events. Add variants at the end only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "kebab-case")]
pub enum Objector {
    Entity {
        account: String,
    },
    /// With the paper that lets him act.
    Agent {
        account: String,
        authority: Document,
    },
    /// A person linked to the record by role, by a salted digest.
    Linked {
        key: person::Key,
    },
}

/// Who can answer.
///
/// STORED: part of `filed` events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// 本单位处理范围: the platform itself can see and mend it.
    Own,
    /// 需要其他单位协助核查: the unit that provided the record answers.
    Assisted,
}

/// An objection as it was filed.
///
/// STORED: part of `filed` events. Add fields at the end only, with a default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Objection {
    pub record: u64,
    /// The field; absent where the whole record is disputed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    pub entity: Code,
    /// The unit that provided the record.
    pub provider: Code,
    pub by: Objector,
    pub grounds: String,
    pub scope: Scope,
}

/// How an objection ends.
///
/// STORED: part of `decided` events. Add variants at the end only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum Outcome {
    /// 成立: the record is withdrawn.
    Upheld { reason: String },
    /// 更正: one field is. Here stand digests; the values travel beside, where they can be redacted.
    Corrected {
        field: String,
        wrong: docket::Key,
        right: docket::Key,
        reason: String,
    },
    /// 不成立
    Refused {
        reason: String,
        basis: Basis,
        remedy: Remedy,
    },
}

impl Outcome {
    /// The name a user reads.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Upheld { .. } => "异议成立，撤回记录",
            Self::Corrected { .. } => "异议成立，更正内容",
            Self::Refused { .. } => "异议不成立",
        }
    }

    fn reason(&self) -> &str {
        match self {
            Self::Upheld { reason }
            | Self::Corrected { reason, .. }
            | Self::Refused { reason, .. } => reason,
        }
    }
}

/// STORED: add variants at the end only. `objection` is the entry that filed it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "kebab-case")]
pub enum Event {
    Filed {
        filed: Box<Objection>,
        on: Date,
        /// Until when the objector is told the outcome.
        due: Deadline,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        forward: Option<Deadline>,
        /// The mark, for everybody who holds the record.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sent: Option<Sent>,
    },
    Forwarded {
        objection: u64,
        by: Person,
        on: Date,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        answer: Option<Deadline>,
    },
    Decided {
        objection: u64,
        #[serde(flatten)]
        outcome: Outcome,
        evidence: Document,
        by: Person,
        on: Date,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        notify: Option<Deadline>,
        /// The correction or withdrawal, and the end of the mark.
        sent: Vec<Sent>,
    },
    Told {
        objection: u64,
        delivery: Delivery,
        by: Person,
    },
    Withdrawn {
        objection: u64,
        on: Date,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sent: Option<Sent>,
    },
    Escalated {
        objection: u64,
        duty: String,
        last: Date,
        on: Date,
    },
    ClockMoved {
        objection: u64,
        moved: Moved,
    },
}

impl Event {
    /// The articles this event rests on.
    pub fn bases(&self) -> Vec<Basis> {
        let clock = |clock: &Option<Deadline>| clock.as_ref().map(|clock| clock.basis.clone());
        match self {
            Self::Filed { due, forward, .. } => {
                let own = [due.basis.clone()];
                own.into_iter().chain(clock(forward)).collect()
            }
            Self::Forwarded { answer, .. } => clock(answer).into_iter().collect(),
            Self::Decided {
                outcome, notify, ..
            } => {
                let refused = match outcome {
                    Outcome::Refused { basis, .. } => Some(basis.clone()),
                    Outcome::Upheld { .. } | Outcome::Corrected { .. } => None,
                };
                refused.into_iter().chain(clock(notify)).collect()
            }
            Self::ClockMoved { moved, .. } => vec![moved.to.basis.clone()],
            Self::Told { .. } | Self::Withdrawn { .. } | Self::Escalated { .. } => Vec::new(),
        }
    }

    /// The messages this event sends; they leave in the order in which they stand here.
    pub fn sent(&self) -> &[Sent] {
        match self {
            Self::Filed { sent, .. } | Self::Withdrawn { sent, .. } => sent.as_slice(),
            Self::Decided { sent, .. } => sent,
            _ => &[],
        }
    }
}

/// Why the law says no.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    LawSilent {
        what: &'static str,
    },
    NotYours,
    NoGrounds,
    /// The same is disputed already.
    Open {
        objection: u64,
    },
    NoAuthority,
    NotOffice,
    /// 谁提供、谁核查
    NotProvider(Code),
    OutOfOrder {
        wanted: &'static str,
    },
    NoReason,
    NoEvidence,
    NoRemedy,
    NoDelivery,
    /// Another field than the disputed one, or the value stays the same.
    NotDisputed,
    Clock(Stuck),
}

impl Refusal {
    /// What the objector or the clerk reads, with the remedy.
    pub fn text(&self) -> String {
        match self {
            Self::LawSilent { what } => {
                format!("规则包没有关于{what}的规定，不能办理，请联系信用办")
            }
            Self::NotYours => "只能对本单位或者本人有关的记录提出异议".to_owned(),
            Self::NoGrounds => "请写明异议的事实和理由".to_owned(),
            Self::Open { objection } => {
                format!("同一内容的异议（{objection}）正在处理，请等待答复")
            }
            Self::NoAuthority => "请提交有效的授权委托书".to_owned(),
            Self::NotOffice => "由信用办办理".to_owned(),
            Self::NotProvider(organ) => {
                format!("谁提供、谁核查，由提供单位（{}）答复", organ.as_str())
            }
            Self::OutOfOrder { wanted } => format!("前一步骤尚未完成：须先{wanted}"),
            Self::NoReason => "请写明理由".to_owned(),
            Self::NoEvidence => "请附核查依据的文书，写明名称、文号和日期".to_owned(),
            Self::NoRemedy => "异议不成立的，须告知救济途径".to_owned(),
            Self::NoDelivery => "请填写送达方式、送达凭证和日期".to_owned(),
            Self::NotDisputed => "只能更正被异议的字段，且更正后的值应当不同".to_owned(),
            Self::Clock(_) => "该期限不存在、已办结或者不能变动".to_owned(),
        }
    }
}

/// What is known of the record.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    pub record: u64,
    pub entity: Code,
    pub provider: Code,
    pub docket: &'a str,
    /// Digests of persons linked to it.
    pub linked: &'a [person::Key],
    /// Who received the record, by the audit.
    pub received: &'a BTreeSet<String>,
    /// Word of this platform, and the number of its next message.
    pub sender: &'a str,
    pub serial: u64,
    /// 信用办
    pub office: Code,
}

/// What the law says on the day.
#[derive(Debug, Clone, Copy)]
pub struct Law<'a> {
    pub own: Option<&'a Ruled<Term>>,
    pub assisted: Option<&'a Ruled<Term>>,
    pub forward: Option<&'a Ruled<Term>>,
    pub answer: Option<&'a Ruled<Term>>,
    pub notify: Option<&'a Ruled<Term>>,
    /// Until when receivers must have updated.
    pub report: Option<&'a Ruled<Term>>,
    pub calendar: &'a Calendar,
}

impl Facts<'_> {
    fn sent(&self, says: Says, basis: &Basis, law: &Law<'_>, on: Date, ahead: u64) -> Sent {
        Sent {
            message: Message {
                sender: self.sender.to_owned(),
                serial: self.serial + ahead,
                reference: Reference::of(&self.provider, self.docket, self.entity),
                docket: self.docket.to_owned(),
                organ: self.provider,
                on,
                basis: basis.clone(),
                says,
            },
            receivers: self.received.clone(),
            due: clock::open(on, law.report, law.calendar),
        }
    }
}

/// Decides whether an objection is taken. `id` is the number its entry will have; `open` are the
/// objections that are being worked on.
pub fn file(
    objection: Objection,
    open: &[&Case],
    id: u64,
    facts: &Facts<'_>,
    law: &Law<'_>,
    today: Date,
) -> Result<Vec<Event>, Refusal> {
    let about = objection.record == facts.record && objection.entity == facts.entity;
    let linked = match &objection.by {
        Objector::Linked { key } => facts.linked.contains(key),
        Objector::Agent { authority, .. } if !authority.complete(today) => {
            return Err(Refusal::NoAuthority);
        }
        _ => true,
    };
    if !about || !linked || objection.provider != facts.provider {
        return Err(Refusal::NotYours);
    }
    if objection.grounds.trim().is_empty() {
        return Err(Refusal::NoGrounds);
    }
    let mut same = open.iter().filter(|case| case.disputed());
    let same = same.find(|case| {
        case.objection.record == objection.record && case.objection.field == objection.field
    });
    if let Some(case) = same {
        return Err(Refusal::Open { objection: case.id });
    }
    let (term, forward) = match objection.scope {
        Scope::Own => (law.own, None),
        Scope::Assisted => (law.assisted, law.forward),
    };
    let term = term.ok_or(Refusal::LawSilent {
        what: "异议处理期限",
    })?;
    let field = objection.field.clone();
    let says = Says::Disputed {
        objection: id,
        field,
    };
    Ok(vec![Event::Filed {
        filed: Box::new(objection),
        on: today,
        due: Deadline::open(today, term, law.calendar),
        forward: clock::open(today, forward, law.calendar),
        sent: Some(facts.sent(says, term.basis(), law, today, 0)),
    }])
}

/// Where an objection stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    Filed,
    /// The unit that provided the record looks into it.
    Forwarded {
        on: Date,
    },
    /// The outcome is there; the objector is not told yet.
    Decided {
        outcome: Outcome,
        on: Date,
    },
    Told {
        outcome: Outcome,
        delivery: Delivery,
    },
    Withdrawn {
        on: Date,
    },
}

impl Stage {
    /// Whether the outcome is the next step: the platform answers at once, another unit only after
    /// the objection was forwarded to it.
    fn answers(&self, scope: Scope) -> bool {
        matches!(
            (self, scope),
            (Self::Filed, Scope::Own) | (Self::Forwarded { .. }, Scope::Assisted)
        )
    }
}

/// An objection and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// The entry that filed it.
    pub id: u64,
    pub objection: Objection,
    pub filed: Date,
    pub basis: Basis,
    pub stage: Stage,
    pub clocks: Clocks,
}

/// 异议处理中, as every output shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    pub objection: u64,
    pub field: Option<String>,
    pub since: Date,
}

/// The marks a record bears: for its page, its API answer and every report.
pub fn marks<'a>(cases: impl IntoIterator<Item = &'a Case>, record: u64) -> Vec<Mark> {
    let about = cases
        .into_iter()
        .filter(|case| case.objection.record == record);
    let open = about.filter(|case| case.disputed());
    open.map(|case| Mark {
        objection: case.id,
        field: case.objection.field.clone(),
        since: case.filed,
    })
    .collect()
}

/// What somebody wants to do.
#[derive(Debug, Clone)]
pub enum Command {
    Forward,
    Decide {
        outcome: Outcome,
        evidence: Document,
    },
    Tell {
        delivery: Delivery,
    },
    Suspend {
        duty: String,
        from: Date,
        reason: String,
        basis: Basis,
    },
    Resume {
        duty: String,
        until: Date,
    },
}

/// Decides about a command of the office or of the unit that provided the record.
pub fn decide(
    case: &Case,
    command: Command,
    by: &Person,
    facts: &Facts<'_>,
    law: &Law<'_>,
    today: Date,
) -> Result<Vec<Event>, Refusal> {
    let step = Step {
        case,
        by,
        facts,
        law,
        today,
    };
    let event = match command {
        Command::Forward => step.forward()?,
        Command::Decide { outcome, evidence } => step.decide(outcome, evidence)?,
        Command::Tell { delivery } => step.tell(delivery)?,
        Command::Suspend {
            duty,
            from,
            reason,
            basis,
        } => {
            let (reason, basis) = (reason.as_str(), &basis);
            step.turn(
                &duty,
                &Turn::Suspend {
                    from,
                    reason,
                    basis,
                },
            )?
        }
        Command::Resume { duty, until } => step.turn(&duty, &Turn::Resume { until })?,
    };
    Ok(vec![event])
}

struct Step<'a> {
    case: &'a Case,
    by: &'a Person,
    facts: &'a Facts<'a>,
    law: &'a Law<'a>,
    today: Date,
}

impl Step<'_> {
    fn forward(&self) -> Result<Event, Refusal> {
        self.office()?;
        let assisted = self.case.objection.scope == Scope::Assisted;
        if !assisted || self.case.stage != Stage::Filed {
            return Err(Refusal::OutOfOrder {
                wanted: "提出需要提供单位核查的异议，且尚未转送",
            });
        }
        Ok(Event::Forwarded {
            objection: self.case.id,
            by: self.by.clone(),
            on: self.today,
            answer: clock::open(self.today, self.law.answer, self.law.calendar),
        })
    }

    // The platform mends its own faults; about what another unit provided only that unit decides.
    fn decide(&self, outcome: Outcome, evidence: Document) -> Result<Event, Refusal> {
        match (&self.case.stage, self.case.objection.scope) {
            (Stage::Filed, Scope::Own) => self.office()?,
            (Stage::Forwarded { .. }, Scope::Assisted) => self.provider()?,
            _ => {
                return Err(Refusal::OutOfOrder {
                    wanted: "转送提供单位，且尚未作出结果",
                });
            }
        }
        self.answered(&outcome)?;
        if !evidence.complete(self.today) {
            return Err(Refusal::NoEvidence);
        }
        Ok(Event::Decided {
            objection: self.case.id,
            evidence,
            by: self.by.clone(),
            on: self.today,
            notify: clock::open(self.today, self.law.notify, self.law.calendar),
            sent: self.sent(&outcome),
            outcome,
        })
    }

    fn answered(&self, outcome: &Outcome) -> Result<(), Refusal> {
        if outcome.reason().trim().is_empty() {
            return Err(Refusal::NoReason);
        }
        match outcome {
            Outcome::Refused { remedy, .. } if !remedy.told() => Err(Refusal::NoRemedy),
            Outcome::Corrected {
                field,
                wrong,
                right,
                ..
            } => {
                let disputed = self.case.objection.field.as_ref();
                let other = disputed.is_some_and(|disputed| disputed != field);
                if other || wrong == right {
                    return Err(Refusal::NotDisputed);
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    // Everybody who received the value hears what is right, and that the dispute is over (R104).
    fn sent(&self, outcome: &Outcome) -> Vec<Sent> {
        let changed = match outcome {
            Outcome::Upheld { .. } => Some(Says::Withdrawn),
            Outcome::Corrected {
                field,
                wrong,
                right,
                ..
            } => Some(Says::Corrected {
                field: field.clone(),
                wrong: *wrong,
                right: *right,
            }),
            Outcome::Refused { .. } => None,
        };
        let settled = Says::Settled {
            objection: self.case.id,
        };
        let says = changed.into_iter().chain([settled]).zip(0..);
        let basis = &self.case.basis;
        says.map(|(says, ahead)| self.facts.sent(says, basis, self.law, self.today, ahead))
            .collect()
    }

    fn tell(&self, delivery: Delivery) -> Result<Event, Refusal> {
        self.office()?;
        let Stage::Decided { on, .. } = &self.case.stage else {
            return Err(Refusal::OutOfOrder {
                wanted: "作出异议结果，且尚未告知",
            });
        };
        if !delivery.proved(self.today) || delivery.on < *on {
            return Err(Refusal::NoDelivery);
        }
        Ok(Event::Told {
            objection: self.case.id,
            delivery,
            by: self.by.clone(),
        })
    }

    fn turn(&self, duty: &str, turn: &Turn<'_>) -> Result<Event, Refusal> {
        self.office()?;
        let moved = self.case.clocks.turn(duty, turn, self.law.calendar);
        Ok(Event::ClockMoved {
            objection: self.case.id,
            moved: moved.map_err(Refusal::Clock)?,
        })
    }

    fn office(&self) -> Result<(), Refusal> {
        if self.by.organ == self.facts.office {
            Ok(())
        } else {
            Err(Refusal::NotOffice)
        }
    }

    fn provider(&self) -> Result<(), Refusal> {
        let provider = self.case.objection.provider;
        if self.by.organ == provider {
            Ok(())
        } else {
            Err(Refusal::NotProvider(provider))
        }
    }
}

impl Case {
    /// Begins a case with its first event; `None` for an event that begins none.
    pub fn begin(id: u64, event: &Event) -> Option<Self> {
        let Event::Filed {
            filed,
            on,
            due,
            forward,
            ..
        } = event
        else {
            return None;
        };
        let duty = match filed.scope {
            Scope::Own => OWN,
            Scope::Assisted => ASSISTED,
        };
        let mut clocks = Clocks::default();
        clocks.start(duty, Owes::Office, Some(due.clone()));
        clocks.start(FORWARD, Owes::Office, forward.clone());
        Some(Self {
            id,
            objection: (**filed).clone(),
            filed: *on,
            basis: due.basis.clone(),
            stage: Stage::Filed,
            clocks,
        })
    }

    /// Whether outputs bear the mark: from filing until there is an outcome.
    pub fn disputed(&self) -> bool {
        matches!(self.stage, Stage::Filed | Stage::Forwarded { .. })
    }

    /// The objector takes it back.
    pub fn withdraw(
        &self,
        by: &Objector,
        facts: &Facts<'_>,
        law: &Law<'_>,
        today: Date,
    ) -> Result<Vec<Event>, Refusal> {
        if *by != self.objection.by {
            return Err(Refusal::NotYours);
        }
        if !self.disputed() {
            return Err(Refusal::OutOfOrder {
                wanted: "有正在处理的异议",
            });
        }
        let settled = Says::Settled { objection: self.id };
        Ok(vec![Event::Withdrawn {
            objection: self.id,
            on: today,
            sent: Some(facts.sent(settled, &self.basis, law, today, 0)),
        }])
    }

    /// What the date asks for: silence goes up to the office and never settles an objection.
    pub fn tick(&self, today: Date) -> Vec<Event> {
        let silent = self.clocks.silent(today).into_iter();
        silent
            .map(|silence| Event::Escalated {
                objection: self.id,
                duty: silence.duty.to_owned(),
                last: silence.last,
                on: today,
            })
            .collect()
    }

    /// What a changed calendar moves.
    pub fn reproject(&self, today: Date, calendar: &Calendar) -> Vec<Event> {
        let moved = self.clocks.reproject(today, calendar).into_iter();
        moved
            .map(|moved| Event::ClockMoved {
                objection: self.id,
                moved,
            })
            .collect()
    }

    /// The state after an event of this case. No step can be skipped, whatever the ledger holds.
    pub fn apply(mut self, event: &Event) -> Result<Self, OutOfStep> {
        let provider = Owes::Organ(self.objection.provider);
        let clocks = &mut self.clocks;
        self.stage = match (self.stage, event) {
            (Stage::Filed, Event::Forwarded { on, answer, .. })
                if self.objection.scope == Scope::Assisted =>
            {
                clocks.done(FORWARD, *on);
                clocks.start(ANSWER, provider, answer.clone());
                Stage::Forwarded { on: *on }
            }
            (
                stage,
                Event::Decided {
                    outcome,
                    on,
                    notify,
                    ..
                },
            ) if stage.answers(self.objection.scope) => {
                clocks.done(ANSWER, *on);
                clocks.start(NOTIFY, Owes::Office, notify.clone());
                Stage::Decided {
                    outcome: outcome.clone(),
                    on: *on,
                }
            }
            (Stage::Decided { outcome, .. }, Event::Told { delivery, .. }) => {
                clocks.answered(&[NOTIFY, OWN, ASSISTED], delivery.on);
                Stage::Told {
                    outcome,
                    delivery: delivery.clone(),
                }
            }
            (Stage::Filed | Stage::Forwarded { .. }, Event::Withdrawn { on, .. }) => {
                clocks.close(*on);
                Stage::Withdrawn { on: *on }
            }
            (stage, Event::Escalated { duty, on, .. }) => {
                clocks.escalate(duty, *on)?;
                stage
            }
            (stage, Event::ClockMoved { moved, .. }) => {
                clocks.moved(moved)?;
                stage
            }
            _ => return Err(OutOfStep),
        };
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Outcome as Ended;
    use crate::exchange::Outbox;
    use crate::repair::sample::{
        basis, calendar, code, delivery, document, entity, office, organ, person, remedy, working,
    };
    use jiff::civil::date;

    const TODAY: Date = date(2026, 5, 12);

    struct City {
        own: Ruled<Term>,
        assisted: Ruled<Term>,
        forward: Ruled<Term>,
        answer: Ruled<Term>,
        notify: Ruled<Term>,
        calendar: Calendar,
        received: BTreeSet<String>,
        linked: Vec<person::Key>,
    }

    impl City {
        fn new() -> Self {
            Self {
                own: working(3),
                assisted: working(7),
                forward: working(2),
                answer: working(4),
                notify: working(1),
                calendar: calendar(),
                received: ["bank", "shandong", "district"].map(str::to_owned).into(),
                linked: vec![person::Key::of(&[1; 32], "a")],
            }
        }

        fn law(&self) -> Law<'_> {
            Law {
                own: Some(&self.own),
                assisted: Some(&self.assisted),
                forward: Some(&self.forward),
                answer: Some(&self.answer),
                notify: Some(&self.notify),
                report: Some(&self.notify),
                calendar: &self.calendar,
            }
        }

        fn facts(&self) -> Facts<'_> {
            Facts {
                record: 7,
                entity: entity(),
                provider: organ(),
                docket: "枣市监罚〔2026〕1号",
                linked: &self.linked,
                received: &self.received,
                sender: "zaozhuang",
                serial: 1,
                office: office(),
            }
        }

        fn filed(&self, scope: Scope) -> Case {
            let events = file(objection(scope), &[], 9, &self.facts(), &self.law(), TODAY);
            Case::begin(9, events.unwrap().first().unwrap()).unwrap()
        }

        fn step(
            &self,
            case: &Case,
            command: Command,
            by: Code,
            today: Date,
        ) -> Result<(Case, Event), Refusal> {
            let by = person(by);
            let events = decide(case, command, &by, &self.facts(), &self.law(), today)?;
            let event = events.into_iter().next().unwrap();
            let text = serde_json::to_string(&event).unwrap();
            assert_eq!(
                serde_json::from_str::<Event>(&text).unwrap(),
                event,
                "{text}"
            );
            Ok((case.clone().apply(&event).unwrap(), event))
        }
    }

    fn objection(scope: Scope) -> Objection {
        Objection {
            record: 7,
            field: Some("CF_NR".to_owned()),
            entity: entity(),
            provider: organ(),
            by: Objector::Entity {
                account: "owner".to_owned(),
            },
            grounds: "罚款金额有误".to_owned(),
            scope,
        }
    }

    fn corrected(field: &str) -> Outcome {
        Outcome::Corrected {
            field: field.to_owned(),
            wrong: docket::Key::of(["100000"]),
            right: docket::Key::of(["10000"]),
            reason: "金额录入错误".to_owned(),
        }
    }

    fn refused() -> Outcome {
        Outcome::Refused {
            reason: "与决定书一致".to_owned(),
            basis: basis("9"),
            remedy: remedy(),
        }
    }

    fn answer(outcome: Outcome) -> Command {
        Command::Decide {
            outcome,
            evidence: document(organ(), TODAY),
        }
    }

    #[test]
    fn r103_another_units_record_is_answered_by_that_unit_with_evidence() {
        let city = City::new();
        let case = city.filed(Scope::Assisted);
        let early = city.step(&case, answer(refused()), organ(), TODAY);
        assert!(matches!(early, Err(Refusal::OutOfOrder { .. })));
        let (case, _) = city.step(&case, Command::Forward, office(), TODAY).unwrap();
        let stranger = city.step(&case, answer(refused()), office(), TODAY);
        assert_eq!(stranger.unwrap_err(), Refusal::NotProvider(organ()));
        let bare = Command::Decide {
            outcome: refused(),
            evidence: Document {
                number: String::new(),
                ..document(organ(), TODAY)
            },
        };
        assert_eq!(
            city.step(&case, bare, organ(), TODAY).unwrap_err(),
            Refusal::NoEvidence
        );
        let other = city.step(&case, answer(corrected("CF_SY")), organ(), TODAY);
        assert_eq!(other.unwrap_err(), Refusal::NotDisputed);
        let nowhere = Outcome::Refused {
            reason: "一致".to_owned(),
            basis: basis("9"),
            remedy: Remedy {
                where_to: String::new(),
                ..remedy()
            },
        };
        assert_eq!(
            city.step(&case, answer(nowhere), organ(), TODAY)
                .unwrap_err(),
            Refusal::NoRemedy
        );
        let (case, _) = city
            .step(&case, answer(corrected("CF_NR")), organ(), TODAY)
            .unwrap();
        let tell = Command::Tell {
            delivery: delivery(TODAY),
        };
        let (case, _) = city.step(&case, tell, office(), TODAY).unwrap();
        for clock in case.clocks.iter() {
            assert_eq!(
                clock.outcome,
                Some(Ended::Done {
                    on: TODAY,
                    late: false
                }),
                "{}",
                clock.duty
            );
        }
        assert_eq!(case.clocks.iter().count(), 4);
    }

    #[test]
    fn r103_the_platforms_own_fault_has_the_short_clock() {
        let city = City::new();
        let case = city.filed(Scope::Own);
        assert_eq!(
            case.clocks.open("objection-own").unwrap().deadline.last,
            Some(date(2026, 5, 15))
        );
        assert!(city.step(&case, Command::Forward, office(), TODAY).is_err());
        let (case, _) = city
            .step(&case, answer(corrected("CF_NR")), office(), TODAY)
            .unwrap();
        assert!(!case.disputed());
        let silent = Law {
            own: None,
            ..city.law()
        };
        let silent = file(objection(Scope::Own), &[], 9, &city.facts(), &silent, TODAY);
        assert!(matches!(silent, Err(Refusal::LawSilent { .. })));
    }

    #[test]
    fn r103_the_mark_stands_from_filing_to_outcome_and_silence_settles_nothing() {
        let city = City::new();
        let case = city.filed(Scope::Assisted);
        let mark = marks([&case], 7);
        assert_eq!((mark.len(), mark.first().unwrap().since), (1, TODAY));
        assert!(marks([&case], 8).is_empty());
        let late = date(2026, 7, 1);
        let mut silent = case.clone();
        let events = silent.tick(late);
        assert_eq!(events.len(), 2, "forwarding and the whole");
        for event in &events {
            silent = silent.apply(event).unwrap();
        }
        assert!(silent.tick(late).is_empty());
        assert!(silent.disputed(), "silence is no outcome");
        let (silent, _) = city
            .step(&silent, Command::Forward, office(), late)
            .unwrap();
        assert_eq!(marks([&silent], 7).len(), 1);
        let (silent, _) = city
            .step(&silent, answer(refused()), organ(), late)
            .unwrap();
        assert!(marks([&silent], 7).is_empty());
        let outcome = silent
            .clocks
            .iter()
            .find(|clock| clock.duty == "objection-forward");
        assert_eq!(
            outcome.unwrap().outcome,
            Some(Ended::Done {
                on: late,
                late: true
            })
        );
    }

    #[test]
    fn r104_everybody_who_received_the_value_hears_the_right_one() {
        let city = City::new();
        let filed = file(
            objection(Scope::Own),
            &[],
            9,
            &city.facts(),
            &city.law(),
            TODAY,
        )
        .unwrap();
        let Some(Event::Filed {
            sent: Some(mark), ..
        }) = filed.first()
        else {
            panic!("marked");
        };
        assert_eq!(mark.receivers, city.received);
        let case = city.filed(Scope::Own);
        let (_, event) = city
            .step(&case, answer(corrected("CF_NR")), office(), TODAY)
            .unwrap();
        let Event::Decided { sent, .. } = event else {
            panic!("decided");
        };
        let says: Vec<bool> = sent
            .iter()
            .map(|sent| matches!(sent.message.says, Says::Corrected { .. }))
            .collect();
        assert_eq!(says, [true, false]);
        let mut outbox = Outbox::default();
        for sent in &sent {
            assert_eq!(sent.receivers, city.received, "R104: equal to the audit");
            outbox.send(sent);
        }
        assert_eq!(outbox.laggards(date(2026, 6, 1)).len(), 6);
    }

    #[test]
    fn r88_who_may_object() {
        let city = City::new();
        let take = |objection: Objection, open: &[&Case]| {
            file(objection, open, 10, &city.facts(), &city.law(), TODAY)
        };
        let own = objection(Scope::Own);
        let linked = |secret: u8| Objection {
            by: Objector::Linked {
                key: person::Key::of(&[secret; 32], "a"),
            },
            ..own.clone()
        };
        assert!(
            take(linked(1), &[]).is_ok(),
            "a linked person sees and objects"
        );
        assert_eq!(take(linked(2), &[]), Err(Refusal::NotYours));
        let other = Objection {
            entity: code("91", 2),
            ..own.clone()
        };
        assert_eq!(take(other, &[]), Err(Refusal::NotYours));
        let agent = |on| Objection {
            by: Objector::Agent {
                account: "agent".to_owned(),
                authority: document(entity(), on),
            },
            ..own.clone()
        };
        assert!(take(agent(TODAY), &[]).is_ok());
        assert_eq!(
            take(agent(date(2026, 6, 1)), &[]),
            Err(Refusal::NoAuthority)
        );
        let empty = Objection {
            grounds: String::new(),
            ..own.clone()
        };
        assert_eq!(take(empty, &[]), Err(Refusal::NoGrounds));
        let open = city.filed(Scope::Own);
        assert_eq!(
            take(own.clone(), &[&open]),
            Err(Refusal::Open { objection: 9 })
        );
        let whole = Objection { field: None, ..own };
        assert!(take(whole, &[&open]).is_ok(), "another question");
    }

    #[test]
    fn an_objection_that_is_taken_back_leaves_no_mark_and_no_duty() {
        let city = City::new();
        let case = city.filed(Scope::Assisted);
        let by = case.objection.by.clone();
        let stranger = Objector::Entity {
            account: "else".to_owned(),
        };
        let refused = case.withdraw(&stranger, &city.facts(), &city.law(), TODAY);
        assert_eq!(refused, Err(Refusal::NotYours));
        let events = case
            .withdraw(&by, &city.facts(), &city.law(), TODAY)
            .unwrap();
        let case = case.apply(events.first().unwrap()).unwrap();
        assert!(!case.disputed());
        assert!(
            case.clocks
                .iter()
                .all(|clock| matches!(clock.outcome, Some(Ended::Void { .. })))
        );
        assert!(case.clone().apply(events.first().unwrap()).is_err());
    }
}
