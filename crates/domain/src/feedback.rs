//! Feedback (惩戒反馈): each measure an organ used or declined is reported back, once, on its clock.

use crate::basis::{Basis, Ruled};
use crate::calendar::Calendar;
use crate::code::Code;
use crate::discipline;
use crate::procedure::{Deadline, OutOfStep, Person, Shift, Term};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The kind of duty, as `law/catalog/duties.toml` words it.
pub const DUTY: &str = "feedback";

/// What an organ reports.
///
/// STORED: part of feedback events.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum Outcome {
    Executed {
        /// In fen, where money was withheld or refused.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        amount: Option<i64>,
    },
    Declined {
        reason: String,
    },
}

/// What happened to a duty of feedback.
///
/// STORED: add variants at the end only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "kebab-case")]
pub enum Event {
    Opened {
        /// Number of the discipline case.
        discipline: u64,
        organ: Code,
        list: String,
        measure: String,
        clock: Deadline,
    },
    /// Another calendar moved the last day.
    Shifted { shift: Shift },
    Reported {
        #[serde(flatten)]
        outcome: Outcome,
        by: Person,
        on: Date,
        /// After the last day; counted, and accepted all the same.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        late: bool,
    },
}

impl Event {
    /// The articles this event rests on.
    pub fn bases(&self) -> Vec<Basis> {
        match self {
            Self::Opened { clock, .. } => vec![clock.basis.clone()],
            Self::Shifted { .. } | Self::Reported { .. } => Vec::new(),
        }
    }
}

/// A duty of feedback as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum Feedback {
    Open(Open),
    Reported {
        open: Open,
        outcome: Outcome,
        by: Person,
        on: Date,
        late: bool,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Open {
    pub discipline: u64,
    pub organ: Code,
    pub list: String,
    pub measure: String,
    pub clock: Deadline,
}

/// Why feedback is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The law pack names no period for it, so no measure is used before it does.
    Silent,
    /// It was reported; a duty has one outcome.
    Reported {
        on: Date,
    },
    /// Another organ used the measure.
    NotYours,
    NoReason,
    /// The report contradicts what was entered when the measure was used or declined.
    Contradicts,
}

impl Refusal {
    /// What the user reads, with the remedy.
    pub fn text(&self) -> String {
        match self {
            Self::Silent => "规则包没有规定惩戒反馈期限，请先补充规则和依据".to_owned(),
            Self::Reported { on } => format!("已于{on}反馈，如有差错请更正原反馈"),
            Self::NotYours => "由实施措施的机关反馈".to_owned(),
            Self::NoReason => "未采取措施的，请写明理由".to_owned(),
            Self::Contradicts => "反馈与登记的办理结果不一致，请核对".to_owned(),
        }
    }
}

/// The duty that an event of discipline opens for its organ; private receivers owe none (R84, R85).
///
/// Written in the same transaction as the event. The clock starts on the day of use.
pub fn open(
    discipline: u64,
    event: &discipline::Event,
    term: Option<&Ruled<Term>>,
    calendar: &Calendar,
) -> Result<Option<Event>, Refusal> {
    let (discipline::Event::Used { effect, by, on, .. }
    | discipline::Event::Declined { effect, by, on, .. }) = event
    else {
        return Ok(None);
    };
    let term = term.ok_or(Refusal::Silent)?;
    Ok(Some(Event::Opened {
        discipline,
        organ: by.organ,
        list: effect.list.clone(),
        measure: effect.measure.clone(),
        clock: Deadline::open(*on, term, calendar),
    }))
}

impl Feedback {
    /// The state after an event.
    pub fn apply(state: Option<Self>, event: &Event) -> Result<Self, OutOfStep> {
        match (state, event.clone()) {
            (
                None,
                Event::Opened {
                    discipline,
                    organ,
                    list,
                    measure,
                    clock,
                },
            ) => Ok(Self::Open(Open {
                discipline,
                organ,
                list,
                measure,
                clock,
            })),
            (Some(Self::Open(mut open)), Event::Shifted { shift }) => {
                open.clock = open.clock.shifted(&shift);
                Ok(Self::Open(open))
            }
            (
                Some(Self::Open(open)),
                Event::Reported {
                    outcome,
                    by,
                    on,
                    late,
                },
            ) => Ok(Self::Reported {
                open,
                outcome,
                by,
                on,
                late,
            }),
            _ => Err(OutOfStep),
        }
    }

    pub fn about(&self) -> &Open {
        match self {
            Self::Open(open) | Self::Reported { open, .. } => open,
        }
    }

    /// Takes the report of the organ, also late.
    pub fn report(
        &self,
        outcome: &Outcome,
        declined: bool,
        by: &Person,
        today: Date,
    ) -> Result<Event, Refusal> {
        let open = match self {
            Self::Open(open) => open,
            Self::Reported { on, .. } => return Err(Refusal::Reported { on: *on }),
        };
        if by.organ != open.organ {
            return Err(Refusal::NotYours);
        }
        match outcome {
            Outcome::Declined { reason } if reason.trim().is_empty() => {
                return Err(Refusal::NoReason);
            }
            Outcome::Executed { .. } if declined => return Err(Refusal::Contradicts),
            _ => {}
        }
        Ok(Event::Reported {
            outcome: outcome.clone(),
            by: by.clone(),
            on: today,
            late: open.clock.over(today),
        })
    }

    /// Whether it should have been reported by `today`.
    pub fn overdue(&self, today: Date) -> bool {
        match self {
            Self::Open(open) => open.clock.over(today),
            Self::Reported { .. } => false,
        }
    }

    /// What the day asks for: a last day that another calendar moves.
    pub fn tick(&self, today: Date, calendar: &Calendar) -> Option<Event> {
        match self {
            Self::Open(open) => open
                .clock
                .reproject(today, calendar)
                .map(|shift| Event::Shifted { shift }),
            Self::Reported { .. } => None,
        }
    }
}

/// How a measure worked for one list (R86): counts and days, of organisations only.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Worth {
    pub used: u64,
    pub declined: u64,
    pub informed: u64,
    /// Receivers of class 3 that applied it, and that did not.
    pub adopted: u64,
    pub not_adopted: u64,
    pub ended: u64,
    /// Ended because the entity repaired, left by a clause, or by the end of its time.
    pub repaired: u64,
    pub left: u64,
    pub lapsed: u64,
    /// The listing or its ground was revoked: the measure should not have been.
    pub reversed: u64,
    /// Days in effect, of all that ended.
    pub days: u64,
}

/// Counts what came of each measure of each list.
pub fn evaluate<'a>(
    cases: impl IntoIterator<Item = &'a discipline::Discipline>,
) -> BTreeMap<(String, String), Worth> {
    let mut worth: BTreeMap<(String, String), Worth> = BTreeMap::new();
    for case in cases {
        let effect = case.effect();
        let key = (effect.list.clone(), effect.measure.clone());
        worth.entry(key).or_default().count(case);
    }
    worth
}

impl Worth {
    fn count(&mut self, case: &discipline::Discipline) {
        use discipline::Discipline;
        match case {
            Discipline::Used { .. } => self.used += 1,
            Discipline::Declined { .. } => self.declined += 1,
            Discipline::Informed { reply, .. } => self.told(reply.as_ref()),
            Discipline::Ended {
                effect,
                since,
                end,
                reply,
                ..
            } => {
                if effect.class.optional() {
                    self.told(reply.as_ref());
                } else {
                    self.used += 1;
                }
                self.ended += 1;
                let days = (end.due - *since).get_days();
                self.days += u64::try_from(days).unwrap_or_default();
                self.over(&end.why);
            }
        }
    }

    fn told(&mut self, reply: Option<&discipline::Reply>) {
        self.informed += 1;
        match reply {
            Some(reply) if reply.applied => self.adopted += 1,
            Some(_) => self.not_adopted += 1,
            None => {}
        }
    }

    fn over(&mut self, why: &discipline::Over) {
        use crate::listing::Exit;
        use discipline::Over;
        match why {
            Over::Listing { exit } => match exit {
                Exit::Repaired { .. } => self.repaired += 1,
                Exit::Revoked => self.reversed += 1,
                Exit::Term | Exit::Repealed => self.lapsed += 1,
                Exit::Clause { .. } | Exit::Deregistered | Exit::Serious { .. } => self.left += 1,
            },
            Over::Term | Over::Repealed => self.lapsed += 1,
            Over::Unlinked => self.left += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::discipline::{Discipline, Effect, Over, Past, Reply};
    use crate::listing::Exit;
    use crate::listing::tests::{calendar, clerk, code, ruled};
    use crate::measure::Class;
    use crate::procedure::Unit;
    use jiff::civil::date;

    const DAY: Date = date(2026, 5, 12);

    fn effect(class: Class) -> Effect {
        let term = ruled(());
        Effect {
            listing: 5,
            list: "market-serious".to_owned(),
            entity: code(9),
            form: "enterprise".to_owned(),
            person: None,
            measure: "ban".to_owned(),
            name: "限制投标".to_owned(),
            class,
            incentive: false,
            matter: "bidding".to_owned(),
            implementer: "招标人".to_owned(),
            from: DAY,
            ends: date(2029, 5, 12),
            exits: Vec::new(),
            appeal: "可以提出异议".to_owned(),
            basis: term.basis().clone(),
            bases: Vec::new(),
        }
    }

    fn used(class: Class) -> discipline::Event {
        discipline::Event::Used {
            effect: effect(class),
            case_no: "办1号".to_owned(),
            by: clerk(),
            on: DAY,
        }
    }

    fn term() -> Ruled<Term> {
        ruled(Term {
            days: 7,
            unit: Unit::Working,
        })
    }

    fn opened() -> Feedback {
        let event = open(3, &used(Class::Rights), Some(&term()), &calendar());
        Feedback::apply(None, &event.unwrap().unwrap()).unwrap()
    }

    #[test]
    fn r85_each_measure_of_an_organ_is_reported_once_on_its_clock() {
        let duty = opened();
        assert_eq!(duty.about().clock.last, Some(date(2026, 5, 21)));
        assert!(!duty.overdue(date(2026, 5, 21)) && duty.overdue(date(2026, 5, 22)));
        let done = Outcome::Executed { amount: Some(100) };
        for (on, late) in [(date(2026, 5, 21), false), (date(2026, 5, 22), true)] {
            let event = duty.report(&done, false, &clerk(), on).unwrap();
            assert!(
                matches!(event, Event::Reported { late: said, .. } if said == late),
                "{on}"
            );
            let text = serde_json::to_string(&event).unwrap();
            assert_eq!(serde_json::from_str::<Event>(&text).unwrap(), event);
            let reported = Feedback::apply(Some(duty.clone()), &event).unwrap();
            let twice = reported.report(&done, false, &clerk(), on);
            assert_eq!(twice, Err(Refusal::Reported { on }));
        }
        let silent = open(3, &used(Class::Rights), None, &calendar());
        assert_eq!(silent, Err(Refusal::Silent));
    }

    #[test]
    fn r85_feedback_is_the_organs_own_and_says_what_was_done() {
        let duty = opened();
        let other = Person {
            organ: code(2),
            ..clerk()
        };
        let done = Outcome::Executed { amount: None };
        assert_eq!(
            duty.report(&done, false, &other, DAY),
            Err(Refusal::NotYours)
        );
        let bare = Outcome::Declined {
            reason: " ".to_owned(),
        };
        assert_eq!(
            duty.report(&bare, false, &clerk(), DAY),
            Err(Refusal::NoReason)
        );
        assert_eq!(
            duty.report(&done, true, &clerk(), DAY),
            Err(Refusal::Contradicts)
        );
    }

    #[test]
    fn r84_a_private_receiver_owes_no_feedback() {
        let told = discipline::Event::Informed {
            effect: effect(Class::Private),
            case_no: "办1号".to_owned(),
            receiver: code(7),
            by: clerk(),
            on: DAY,
        };
        assert_eq!(open(3, &told, Some(&term()), &calendar()), Ok(None));
    }

    #[test]
    fn r86_a_measure_is_weighed_by_use_end_and_reversal() {
        let past = |exit| Past {
            why: Over::Listing { exit },
            due: date(2026, 5, 22),
            on: date(2026, 5, 22),
        };
        let ended = |class, exit, reply| Discipline::Ended {
            effect: effect(class),
            organ: clerk().organ,
            since: DAY,
            end: past(exit),
            reply,
        };
        let yes = Reply {
            applied: true,
            words: String::new(),
            on: DAY,
        };
        let cases = [
            Discipline::Used {
                effect: effect(Class::Rights),
                by: clerk(),
                on: DAY,
            },
            Discipline::Declined {
                effect: effect(Class::Rights),
                by: clerk(),
                on: DAY,
            },
            ended(Class::Rights, Exit::Repaired { repair: 1 }, None),
            ended(Class::Rights, Exit::Revoked, None),
            ended(Class::Private, Exit::Term, Some(yes)),
        ];
        let worth = evaluate(&cases);
        let key = ("market-serious".to_owned(), "ban".to_owned());
        let expected = Worth {
            used: 3,
            declined: 1,
            informed: 1,
            adopted: 1,
            not_adopted: 0,
            ended: 3,
            repaired: 1,
            left: 0,
            lapsed: 1,
            reversed: 1,
            days: 30,
        };
        assert_eq!(worth.get(&key), Some(&expected));
    }
}
