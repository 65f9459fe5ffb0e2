//! The life of one commitment. A breach counts against nobody before it was told, could be answered
//! and is determined by a document (R21).

use super::register::{Against, task};
use super::{Event, Kind, Matter, Paper, Range, Refusal, Unkept};
use crate::basis::{Basis, Ruled};
use crate::calendar::Calendar;
use crate::clock::{self, Clocks, Owes, Turn};
use crate::code::Code;
use crate::procedure::{Deadline, Delivery, Document, OutOfStep, Person, Remedy, Term};
use crate::publication::{self, Term as Publicity, Window};
use crate::record::Severity;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Word of the check after acceptance among the duties of a case.
const VERIFY: &str = "commitment-verify";
/// 违诺推送
const PUSH: &str = "breach";
/// 陈述申辩期: a right of the entity, so it is no duty and nobody is late with it.
const PLEA: &str = "commitment-plea";

/// How a promise was not honoured.
///
/// STORED: part of `found` events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Breach {
    /// 违背承诺
    Broken,
    /// 虚假承诺
    False,
}

impl Breach {
    /// The name a user reads.
    pub fn name(self) -> &'static str {
        match self {
            Self::Broken => "违背承诺",
            Self::False => "虚假承诺",
        }
    }
}

/// How a commitment ends without a breach.
///
/// STORED: part of `ended` events. Add variants at the end only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum End {
    /// The promisor took it back.
    Withdrawn,
    /// By the commitment of this number.
    Replaced(String),
    /// 承诺有效期届满
    Lapsed,
    /// The organ did not take it.
    Declined,
}

/// What a check found. It counts against nobody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub breach: Breach,
    pub unkept: Unkept,
    pub what: String,
    pub on: Date,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plea {
    pub words: String,
    pub on: Date,
}

/// The entity was told what was found, and may answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notified {
    pub found: Found,
    pub delivery: Delivery,
    pub basis: Basis,
    pub until: Deadline,
    pub plea: Option<Plea>,
}

/// A determined breach: the only state of a commitment that is adverse.
///
/// It is made from a [`Notified`] and a document, so nobody can hold one without them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    notified: Notified,
    pub document: Document,
    pub severity: Severity,
    pub consequences: Vec<String>,
    pub window: Window,
    pub remedy: Remedy,
    pub pushed: Option<Date>,
}

impl Broken {
    pub fn notified(&self) -> &Notified {
        &self.notified
    }
}

/// Where a commitment stands. What belongs to a later step exists only there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    Offered,
    /// In force; performance is not known yet.
    Standing,
    /// 全部履行
    Kept {
        on: Date,
    },
    Found(Found),
    Notified(Box<Notified>),
    Broken(Box<Broken>),
    /// The breach was repaired; it counts against nobody any more.
    Repaired {
        broken: Box<Broken>,
        repair: u64,
        on: Date,
    },
    Ended {
        how: End,
        on: Date,
    },
}

/// A commitment and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// The entry that offered or registered it.
    pub id: u64,
    pub paper: Paper,
    pub stage: Stage,
    pub clocks: Clocks,
}

/// What somebody wants to do.
#[derive(Debug, Clone)]
pub enum Command {
    Accept,
    Decline {
        reason: String,
    },
    Keep,
    Find {
        breach: Breach,
        unkept: Unkept,
        what: String,
    },
    Notify {
        reasons: String,
        basis: Basis,
        remedy: Remedy,
        delivery: Delivery,
    },
    Clear {
        reason: String,
    },
    Determine {
        document: Document,
        severity: Severity,
        consequences: Vec<String>,
        answer: String,
        remedy: Remedy,
    },
    Push,
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

/// What the law and the catalog say on the day.
#[derive(Debug, Clone, Copy)]
pub struct Law<'a> {
    pub matter: &'a Matter,
    /// How long the entity may answer.
    pub plea: Option<&'a Ruled<Term>>,
    /// 违诺推送: within which time the office is told.
    pub push: Option<&'a Ruled<Term>>,
    /// How long a determined breach is shown.
    pub publicity: Option<&'a Ruled<Publicity>>,
    pub calendar: &'a Calendar,
}

/// Decides about a command of the organ that took the commitment.
pub fn decide(
    case: &Case,
    command: Command,
    by: &Person,
    law: &Law<'_>,
    today: Date,
) -> Result<Vec<Event>, Refusal> {
    if by.organ != case.paper.organ {
        return Err(Refusal::NotItsOrgan(case.paper.organ));
    }
    let step = Step {
        case,
        by,
        law,
        today,
    };
    let event = match command {
        Command::Accept => step.accept()?,
        Command::Decline { reason } => step.decline(reason)?,
        Command::Keep => step.keep()?,
        Command::Find {
            breach,
            unkept,
            what,
        } => step.find(breach, unkept, what)?,
        Command::Notify {
            reasons,
            basis,
            remedy,
            delivery,
        } => step.notify(reasons, basis, remedy, delivery)?,
        Command::Clear { reason } => step.clear(reason)?,
        Command::Determine {
            document,
            severity,
            consequences,
            answer,
            remedy,
        } => step.determine(document, severity, consequences, answer, remedy)?,
        Command::Push => step.push()?,
        Command::Suspend {
            duty,
            from,
            reason,
            basis,
        } => step.turn(
            &duty,
            &Turn::Suspend {
                from,
                reason: &reason,
                basis: &basis,
            },
        )?,
        Command::Resume { duty, until } => step.turn(&duty, &Turn::Resume { until })?,
    };
    Ok(vec![event])
}

struct Step<'a> {
    case: &'a Case,
    by: &'a Person,
    law: &'a Law<'a>,
    today: Date,
}

impl Step<'_> {
    fn accept(&self) -> Result<Event, Refusal> {
        self.offered()?;
        if !self.law.matter.on {
            return Err(Refusal::Off {
                basis: self.law.matter.basis.clone(),
            });
        }
        Ok(Event::Accepted {
            commitment: self.case.id,
            by: self.by.clone(),
            on: self.today,
            verify: task(
                &self.case.paper,
                self.law.matter,
                self.today,
                self.law.calendar,
            ),
        })
    }

    fn decline(&self, reason: String) -> Result<Event, Refusal> {
        self.offered()?;
        said(&reason, Refusal::NoReason)?;
        Ok(Event::Declined {
            commitment: self.case.id,
            by: self.by.clone(),
            on: self.today,
            reason,
        })
    }

    fn keep(&self) -> Result<Event, Refusal> {
        match self.case.stage {
            Stage::Standing => Ok(Event::Kept {
                commitment: self.case.id,
                by: self.by.clone(),
                on: self.today,
            }),
            _ => Err(Refusal::OutOfOrder {
                wanted: "受理承诺，且尚未核查",
            }),
        }
    }

    // A promise that was found kept may still turn out to be false.
    fn find(&self, breach: Breach, unkept: Unkept, what: String) -> Result<Event, Refusal> {
        if !matches!(self.case.stage, Stage::Standing | Stage::Kept { .. }) {
            return Err(Refusal::OutOfOrder {
                wanted: "受理承诺"
            });
        }
        said(&what, Refusal::NoContent)?;
        Ok(Event::Found {
            commitment: self.case.id,
            breach,
            unkept,
            what,
            by: self.by.clone(),
            on: self.today,
        })
    }

    fn notify(
        &self,
        reasons: String,
        basis: Basis,
        remedy: Remedy,
        delivery: Delivery,
    ) -> Result<Event, Refusal> {
        let Stage::Found(found) = &self.case.stage else {
            return Err(Refusal::OutOfOrder {
                wanted: "核查发现未履行",
            });
        };
        said(&reasons, Refusal::NoReason)?;
        if !remedy.told() {
            return Err(Refusal::NoRemedy);
        }
        if !delivery.proved(self.today) || delivery.on < found.on {
            return Err(Refusal::NoDelivery);
        }
        let term = self.law.plea.ok_or(Refusal::LawSilent {
            what: "陈述申辩期限",
        })?;
        Ok(Event::Notified {
            commitment: self.case.id,
            reasons,
            basis,
            remedy,
            plea: Deadline::open(delivery.on, term, self.law.calendar),
            delivery,
            by: self.by.clone(),
        })
    }

    fn clear(&self, reason: String) -> Result<Event, Refusal> {
        if !matches!(self.case.stage, Stage::Found(_) | Stage::Notified(_)) {
            return Err(Refusal::OutOfOrder {
                wanted: "核查发现未履行，且尚未认定",
            });
        }
        said(&reason, Refusal::NoReason)?;
        Ok(Event::Cleared {
            commitment: self.case.id,
            reason,
            by: self.by.clone(),
            on: self.today,
        })
    }

    fn determine(
        &self,
        document: Document,
        severity: Severity,
        consequences: Vec<String>,
        answer: String,
        remedy: Remedy,
    ) -> Result<Event, Refusal> {
        let Stage::Notified(notified) = &self.case.stage else {
            return Err(Refusal::OutOfOrder {
                wanted: "告知事实、理由、依据和权利",
            });
        };
        if !notified.until.over(self.today) {
            return Err(Refusal::PleaOpen {
                until: notified.until.last,
                basis: notified.until.basis.clone(),
            });
        }
        if notified.plea.is_some() {
            said(&answer, Refusal::PleaUnanswered)?;
        }
        let own = document.organ == self.by.organ && document.complete(self.today);
        if !own || !notified.until.over(document.on) {
            return Err(Refusal::NoDocument);
        }
        if !remedy.told() {
            return Err(Refusal::NoRemedy);
        }
        self.published(&consequences)?;
        let (push, window) = self.followed(&document)?;
        Ok(Event::Determined {
            commitment: self.case.id,
            document,
            severity,
            consequences,
            answer,
            remedy,
            window,
            by: self.by.clone(),
            on: self.today,
            push,
        })
    }

    fn published(&self, consequences: &[String]) -> Result<(), Refusal> {
        let known = &self.law.matter.consequences;
        let foreign = consequences
            .iter()
            .find(|key| !known.iter().any(|clause| *clause.key == ***key));
        match foreign {
            None => Ok(()),
            Some(key) => Err(Refusal::Foreign {
                consequence: key.clone(),
                basis: self.law.matter.basis.clone(),
            }),
        }
    }

    // Both clocks run from the document: an organ that is slow must not gain from it, and must not
    // lengthen what the entity bears.
    fn followed(&self, document: &Document) -> Result<(Deadline, Window), Refusal> {
        let push = self.law.push.ok_or(Refusal::LawSilent {
            what: "违诺推送期限",
        })?;
        let term = self.law.publicity.ok_or(Refusal::LawSilent {
            what: "违诺信息公示期限",
        })?;
        let window = publication::window(document.on, term);
        let window = window.map_err(|_| Refusal::LawSilent {
            what: "违诺信息公示期限",
        })?;
        Ok((Deadline::open(document.on, push, self.law.calendar), window))
    }

    fn push(&self) -> Result<Event, Refusal> {
        let open = self.case.clocks.open(PUSH);
        open.ok_or(Refusal::OutOfOrder {
            wanted: "认定违诺，且尚未推送",
        })?;
        Ok(Event::Pushed {
            commitment: self.case.id,
            by: self.by.clone(),
            on: self.today,
        })
    }

    fn turn(&self, duty: &str, turn: &Turn<'_>) -> Result<Event, Refusal> {
        let calendar = self.law.calendar;
        let moved = match &self.case.stage {
            Stage::Notified(notified) if duty == PLEA => {
                clock::turned(duty, &notified.until, turn, calendar)
            }
            _ => self.case.clocks.turn(duty, turn, calendar),
        };
        Ok(Event::ClockMoved {
            commitment: self.case.id,
            moved: moved.map_err(Refusal::Clock)?,
        })
    }

    fn offered(&self) -> Result<(), Refusal> {
        match self.case.stage {
            Stage::Offered => Ok(()),
            _ => Err(Refusal::OutOfOrder {
                wanted: "由承诺人在线提交，且尚未受理",
            }),
        }
    }
}

fn said(text: &str, refusal: Refusal) -> Result<(), Refusal> {
    if text.trim().is_empty() {
        Err(refusal)
    } else {
        Ok(())
    }
}

impl Case {
    /// Begins a case with its first event; `None` for an event that begins none.
    pub fn begin(id: u64, event: &Event) -> Option<Self> {
        let (paper, stage, clocks) = match event {
            Event::Offered { paper, .. } => (paper, Stage::Offered, Clocks::default()),
            Event::Registered { paper, verify, .. } => {
                let mut clocks = Clocks::default();
                clocks.start(VERIFY, Owes::Organ(paper.organ), verify.clone());
                (paper, Stage::Standing, clocks)
            }
            _ => return None,
        };
        Some(Self {
            id,
            paper: (**paper).clone(),
            stage,
            clocks,
        })
    }

    /// The entity answers what it was told.
    pub fn plead(&self, entity: &Code, words: String, today: Date) -> Result<Vec<Event>, Refusal> {
        if self.paper.promisor.entity() != Some(*entity) {
            return Err(Refusal::NotYours);
        }
        let Stage::Notified(_) = &self.stage else {
            return Err(Refusal::OutOfOrder {
                wanted: "受理单位送达告知书",
            });
        };
        said(&words, Refusal::NoReason)?;
        Ok(vec![Event::Pleaded {
            commitment: self.id,
            words,
            on: today,
        }])
    }

    /// The entity takes a voluntary promise back, or puts another in its place (R17).
    pub fn end(&self, entity: &Code, how: End, today: Date) -> Result<Vec<Event>, Refusal> {
        if self.paper.promisor.entity() != Some(*entity) {
            return Err(Refusal::NotYours);
        }
        let free = matches!(self.paper.kind, Kind::Voluntary | Kind::Industry);
        if !free && self.stage != Stage::Offered {
            return Err(Refusal::NotSelf {
                kind: self.paper.kind,
            });
        }
        if !matches!(
            self.stage,
            Stage::Offered | Stage::Standing | Stage::Kept { .. }
        ) {
            return Err(Refusal::OutOfOrder {
                wanted: "办结正在核查的违诺线索",
            });
        }
        Ok(vec![Event::Ended {
            commitment: self.id,
            how,
            on: today,
        }])
    }

    /// The breach was repaired: it stands against nobody any more, and commitments are open again.
    pub fn repaired(&self, repair: u64, today: Date) -> Result<Vec<Event>, Refusal> {
        match self.stage {
            Stage::Broken(_) => Ok(vec![Event::Repaired {
                commitment: self.id,
                repair,
                on: today,
            }]),
            _ => Err(Refusal::OutOfOrder {
                wanted: "认定违诺"
            }),
        }
    }

    /// The repair of this number was undone, because its materials were false.
    pub fn repair_undone(&self, repair: u64, today: Date) -> Result<Vec<Event>, Refusal> {
        match self.stage {
            Stage::Repaired { repair: by, .. } if by == repair => Ok(vec![Event::RepairUndone {
                commitment: self.id,
                repair,
                on: today,
            }]),
            _ => Err(Refusal::OutOfOrder {
                wanted: "因这一修复申请停止公示违诺信息",
            }),
        }
    }

    /// What the date asks for: duties that nobody did go up to the office, and a promise whose
    /// validity is over ends.
    pub fn tick(&self, today: Date) -> Vec<Event> {
        let silent = self.clocks.silent(today).into_iter();
        let mut events: Vec<Event> = silent
            .map(|silence| Event::Escalated {
                commitment: self.id,
                duty: silence.duty.to_owned(),
                last: silence.last,
                on: today,
            })
            .collect();
        let over = self.paper.valid_until.is_some_and(|until| today > until);
        if over && matches!(self.stage, Stage::Offered | Stage::Kept { .. }) {
            events.push(Event::Ended {
                commitment: self.id,
                how: End::Lapsed,
                on: today,
            });
        }
        events
    }

    /// What a changed calendar moves.
    pub fn reproject(&self, today: Date, calendar: &Calendar) -> Vec<Event> {
        let mut moved = self.clocks.reproject(today, calendar);
        if let Stage::Notified(notified) = &self.stage {
            moved.extend(clock::shifted(PLEA, &notified.until, today, calendar));
        }
        let moved = moved.into_iter();
        moved
            .map(|moved| Event::ClockMoved {
                commitment: self.id,
                moved,
            })
            .collect()
    }

    /// The state after an event of this case. No step can be skipped, whatever the ledger holds.
    pub fn apply(mut self, event: &Event) -> Result<Self, OutOfStep> {
        let organ = Owes::Organ(self.paper.organ);
        let clocks = &mut self.clocks;
        self.stage = match (self.stage, event) {
            (Stage::Offered, Event::Accepted { verify, .. }) => {
                clocks.start(VERIFY, organ, verify.clone());
                Stage::Standing
            }
            (Stage::Offered, Event::Declined { on, .. }) => ended(End::Declined, *on),
            (Stage::Standing, Event::Kept { on, .. }) => {
                clocks.done(VERIFY, *on);
                Stage::Kept { on: *on }
            }
            (Stage::Standing | Stage::Kept { .. }, Event::Found { .. }) => found(clocks, event)?,
            (Stage::Found(found), Event::Notified { .. }) => told(found, event)?,
            (Stage::Notified(mut notified), Event::Pleaded { words, on, .. }) => {
                let words = words.clone();
                notified.plea = Some(Plea { words, on: *on });
                Stage::Notified(notified)
            }
            (Stage::Found(_) | Stage::Notified(_), Event::Cleared { .. }) => Stage::Standing,
            (Stage::Notified(notified), Event::Determined { push, .. }) => {
                clocks.start(PUSH, organ, Some(push.clone()));
                broken(*notified, event)?
            }
            (Stage::Broken(broken), Event::Repaired { repair, on, .. }) => {
                let (repair, on) = (*repair, *on);
                Stage::Repaired { broken, repair, on }
            }
            (
                Stage::Repaired {
                    broken, repair: by, ..
                },
                Event::RepairUndone { repair, .. },
            ) if by == *repair => Stage::Broken(broken),
            (
                Stage::Offered | Stage::Standing | Stage::Kept { .. },
                Event::Ended { how, on, .. },
            ) => {
                clocks.close(*on);
                ended(how.clone(), *on)
            }
            (stage, event) => beside(stage, clocks, event)?,
        };
        Ok(self)
    }

    /// The determined breach, if there is one that was not repaired.
    pub fn broken(&self) -> Option<&Broken> {
        match &self.stage {
            Stage::Broken(broken) => Some(broken),
            _ => None,
        }
    }

    /// Whether the portal shows the promise: taken, public, and not over.
    pub fn shown(&self, today: Date) -> bool {
        let in_force = matches!(
            self.stage,
            Stage::Standing | Stage::Kept { .. } | Stage::Found(_) | Stage::Notified(_)
        );
        let valid = self.paper.valid_until.is_none_or(|until| today <= until);
        in_force && valid && self.paper.range == Range::Public
    }

    /// What a determined breach says against further commitments; it ends by repair or by itself.
    pub fn against(&self) -> Option<Against> {
        let broken = self.broken()?;
        let found = &broken.notified.found;
        let key = match (found.breach, broken.severity) {
            (Breach::False, _) => "false-commitment",
            (Breach::Broken, Severity::Serious) => "serious-unrepaired",
            (Breach::Broken, _) => "adverse-record",
        };
        Some(Against {
            record: self.id,
            key: key.to_owned(),
            what: format!("{}（{}）", found.breach.name(), broken.document.number),
            until: Some(broken.window.hidden),
        })
    }
}

fn ended(how: End, on: Date) -> Stage {
    Stage::Ended { how, on }
}

fn found(clocks: &mut Clocks, event: &Event) -> Result<Stage, OutOfStep> {
    let Event::Found {
        breach,
        unkept,
        what,
        on,
        ..
    } = event
    else {
        return Err(OutOfStep);
    };
    clocks.done(VERIFY, *on);
    Ok(Stage::Found(Found {
        breach: *breach,
        unkept: *unkept,
        what: what.clone(),
        on: *on,
    }))
}

fn told(found: Found, event: &Event) -> Result<Stage, OutOfStep> {
    let Event::Notified {
        basis,
        delivery,
        plea,
        ..
    } = event
    else {
        return Err(OutOfStep);
    };
    Ok(Stage::Notified(Box::new(Notified {
        found,
        delivery: delivery.clone(),
        basis: basis.clone(),
        until: plea.clone(),
        plea: None,
    })))
}

fn broken(notified: Notified, event: &Event) -> Result<Stage, OutOfStep> {
    let Event::Determined {
        document,
        severity,
        consequences,
        window,
        remedy,
        ..
    } = event
    else {
        return Err(OutOfStep);
    };
    Ok(Stage::Broken(Box::new(Broken {
        notified,
        document: document.clone(),
        severity: *severity,
        consequences: consequences.clone(),
        window: window.clone(),
        remedy: remedy.clone(),
        pushed: None,
    })))
}

/// What changes nothing about the stage, only about its duties.
fn beside(mut stage: Stage, clocks: &mut Clocks, event: &Event) -> Result<Stage, OutOfStep> {
    match event {
        // A breach that was repaired in the meantime is still owed to the office's record.
        Event::Pushed { on, .. } => {
            clocks.open(PUSH).ok_or(OutOfStep)?;
            clocks.done(PUSH, *on);
            if let Stage::Broken(broken) | Stage::Repaired { broken, .. } = &mut stage {
                broken.pushed = Some(*on);
            }
        }
        Event::Escalated { duty, on, .. } => clocks.escalate(duty, *on)?,
        Event::ClockMoved { moved, .. } if moved.duty == PLEA => match &mut stage {
            Stage::Notified(notified) => notified.until = moved.to.clone(),
            _ => return Err(OutOfStep),
        },
        Event::ClockMoved { moved, .. } => clocks.moved(moved)?,
        _ => return Err(OutOfStep),
    }
    Ok(stage)
}
