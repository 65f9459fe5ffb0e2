//! One application for repair, from the counter to the answer.

use super::self_check::{COMMITMENT, banned, obstacles};
use super::{Annulment, Approval, Bar, Channel, Event, Facts, Law, Material, Refusal, Target};
use crate::basis::{Basis, Ruled};
use crate::clock::{self, Clocks, Owes, Turn};
use crate::exchange::{Message, Says, Sent};
use crate::procedure::{Delivery, Document, Extension, OutOfStep, Person, Remedy};
use crate::{code::Code, commitment, retention::Retention};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

const FORWARD: &str = "repair-forward";
const ACCEPT: &str = "repair-accept";
const DECIDE: &str = "repair-decide";
const ANSWER: &str = "repair-answer";

/// Who hands the application in.
///
/// STORED: part of applications.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "kebab-case")]
pub enum Applicant {
    /// The entity itself, through an account bound to it.
    Entity { account: String },
    /// A clerk at the counter, for an entity that came in person.
    Counter { account: String, organ: Code },
}

/// An application, with the materials the law of its day asks for and no other.
///
/// STORED: part of `filed` events. Add fields at the end only, with a default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Application {
    pub record: u64,
    pub target: Target,
    pub entity: Code,
    /// 认定单位
    pub organ: Code,
    pub by: Applicant,
    pub materials: Vec<Material>,
    /// The repair commitment that was registered with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commitment: Option<u64>,
    /// The articles by which the materials were asked for.
    pub basis: Basis,
}

/// What an entity hands in.
#[derive(Debug, Clone)]
pub struct Request {
    pub entity: Code,
    pub by: Applicant,
    /// More than the law asks for may be offered; it is not kept.
    pub materials: Vec<Material>,
    pub commitment: Option<u64>,
}

/// Decides whether an application is taken.
pub fn file(
    facts: &Facts<'_>,
    request: Request,
    law: &Law<'_>,
    today: Date,
) -> Result<Vec<Event>, Refusal> {
    let burden = facts.burden;
    let ruled = law.materials.ok_or(Refusal::LawSilent {
        what: "信用修复材料",
    })?;
    if request.entity != burden.entity {
        return Err(Refusal::NotYours);
    }
    if let Some(repair) = facts.open {
        return Err(Refusal::Open { repair });
    }
    timely(facts, today)?;
    let asked = |material: &Material| ruled.value().required(&material.key).is_some();
    let promised = |material: &Material| material.key != COMMITMENT || request.commitment.is_some();
    let materials = request.materials.into_iter().filter(asked);
    let materials: Vec<Material> = materials.filter(promised).collect();
    let missing = obstacles(facts, &materials, law, today);
    if !missing.is_empty() {
        return Err(Refusal::Missing(missing));
    }
    if materials.iter().any(|one| !one.document.complete(today)) {
        return Err(Refusal::NoDocument);
    }
    Ok(vec![Event::Filed {
        application: Box::new(Application {
            record: burden.record,
            target: burden.target,
            entity: burden.entity,
            organ: burden.organ,
            by: request.by,
            materials,
            commitment: request.commitment,
            basis: ruled.basis().clone(),
        }),
        on: today,
        forward: clock::open(today, law.terms.forward.as_ref(), law.calendar),
        answer: clock::open(today, law.terms.answer.as_ref(), law.calendar),
    }])
}

/// Refuses what no material can mend, each for its own reason.
fn timely(facts: &Facts<'_>, today: Date) -> Result<(), Refusal> {
    let burden = facts.burden;
    if burden.gone(facts.relief, today) {
        return Err(Refusal::Gone);
    }
    if let Some(why) = burden
        .unrepairable
        .as_ref()
        .filter(|_| banned(facts, today))
    {
        return Err(Refusal::Unrepairable(why.clone()));
    }
    if let Some(bar) = facts.bar.filter(|bar| bar.holds(today)) {
        return Err(Refusal::Barred(bar.clone()));
    }
    if today < burden.repairable {
        return Err(Refusal::TooEarly {
            from: burden.repairable,
            basis: burden.basis.clone(),
        });
    }
    Ok(())
}

/// The application is with the unit that identified the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forwarded {
    pub on: Date,
}

/// That unit works on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    pub forwarded: Forwarded,
    pub on: Date,
}

/// Why an application was turned down: never without reason, article and the way to object.
///
/// STORED: part of `not-accepted` and `refused` events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejected {
    pub reason: String,
    pub basis: Basis,
    pub remedy: Remedy,
    pub by: Person,
}

/// Where an application stands. What belongs to a later step exists only there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    Filed,
    Forwarded(Forwarded),
    Accepted(Accepted),
    NotAccepted {
        forwarded: Forwarded,
        rejected: Rejected,
    },
    Refused {
        accepted: Accepted,
        rejected: Rejected,
    },
    Approved {
        accepted: Accepted,
        approval: Box<Approval>,
    },
    Withdrawn,
    Moot,
    Annulled(Box<Annulment>),
}

/// An application and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// The entry that filed it.
    pub id: u64,
    pub application: Application,
    pub filed: Date,
    pub stage: Stage,
    pub clocks: Clocks,
    pub extended: bool,
}

/// What somebody wants to do.
#[derive(Debug, Clone)]
pub enum Command {
    Forward,
    Accept,
    /// 不予受理
    TurnAway {
        reason: String,
        basis: Basis,
        remedy: Remedy,
    },
    /// Ask again for a document that cannot be read.
    Ask {
        key: String,
        reason: String,
    },
    Extend {
        notice: Delivery,
        reason: String,
    },
    Approve {
        document: Document,
    },
    Refuse {
        document: Document,
        reason: String,
        basis: Basis,
        remedy: Remedy,
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

/// Decides about a command of the office or of the unit that identified the record.
pub fn decide(
    case: &Case,
    command: Command,
    by: &Person,
    facts: &Facts<'_>,
    law: &Law<'_>,
    channel: &Channel<'_>,
    today: Date,
) -> Result<Vec<Event>, Refusal> {
    let step = Step {
        case,
        by,
        facts,
        law,
        channel,
        today,
    };
    let event = match command {
        Command::Forward => step.forward()?,
        Command::Accept => step.accept()?,
        Command::TurnAway {
            reason,
            basis,
            remedy,
        } => step.turn_away(reason, basis, remedy)?,
        Command::Ask { key, reason } => step.ask(key, reason)?,
        Command::Extend { notice, reason } => step.extend(notice, &reason)?,
        Command::Approve { document } => step.approve(document)?,
        Command::Refuse {
            document,
            reason,
            basis,
            remedy,
        } => {
            let rejected = step.rejected(reason, basis, remedy)?;
            step.refuse(document, rejected)?
        }
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
    channel: &'a Channel<'a>,
    today: Date,
}

impl Step<'_> {
    fn forward(&self) -> Result<Event, Refusal> {
        if self.by.organ != self.channel.office {
            return Err(Refusal::NotOffice);
        }
        if self.case.stage != Stage::Filed {
            return Err(Refusal::OutOfOrder {
                wanted: "提交申请，且尚未转送",
            });
        }
        Ok(Event::Forwarded {
            repair: self.case.id,
            by: self.by.clone(),
            on: self.today,
            accept: clock::open(
                self.today,
                self.law.terms.accept.as_ref(),
                self.law.calendar,
            ),
        })
    }

    fn accept(&self) -> Result<Event, Refusal> {
        self.forwarded()?;
        Ok(Event::Accepted {
            repair: self.case.id,
            by: self.by.clone(),
            on: self.today,
            decide: clock::open(
                self.today,
                self.law.terms.decide.as_ref(),
                self.law.calendar,
            ),
        })
    }

    fn turn_away(&self, reason: String, basis: Basis, remedy: Remedy) -> Result<Event, Refusal> {
        self.forwarded()?;
        Ok(Event::NotAccepted {
            repair: self.case.id,
            rejected: self.rejected(reason, basis, remedy)?,
            on: self.today,
        })
    }

    fn ask(&self, key: String, reason: String) -> Result<Event, Refusal> {
        self.identifying()?;
        let ruled = self.law.materials.ok_or(Refusal::LawSilent {
            what: "信用修复材料",
        })?;
        let handed = self
            .case
            .application
            .materials
            .iter()
            .any(|one| one.key == key);
        if !handed || ruled.value().required(&key).is_none() {
            return Err(Refusal::NotRequired {
                key,
                basis: ruled.basis().clone(),
            });
        }
        if !matches!(self.case.stage, Stage::Forwarded(_) | Stage::Accepted(_)) {
            return Err(Refusal::OutOfOrder {
                wanted: "转送认定单位，且尚未决定",
            });
        }
        said(&reason)?;
        Ok(Event::Asked {
            repair: self.case.id,
            key,
            reason,
            by: self.by.clone(),
            on: self.today,
        })
    }

    // Both the unit's time and the applicant's answer move by the same days.
    fn extend(&self, notice: Delivery, reason: &str) -> Result<Event, Refusal> {
        self.working()?;
        if self.case.extended {
            return Err(Refusal::ExtendedBefore);
        }
        if !notice.proved(self.today) {
            return Err(Refusal::NoDelivery);
        }
        let term = self.law.terms.extend.as_ref();
        let term = term.ok_or(Refusal::LawSilent {
            what: "延长办理期限",
        })?;
        let more = || Extension {
            days: term.value().days,
            told: notice.on,
            reason: reason.to_owned(),
            basis: term.basis().clone(),
        };
        let open = [DECIDE, ANSWER].into_iter();
        let open = open.filter(|duty| self.case.clocks.open(duty).is_some());
        let moved = open.map(|duty| self.case.clocks.extend(duty, more(), self.law.calendar));
        let moved: Result<Vec<_>, _> = moved.collect();
        Ok(Event::Extended {
            repair: self.case.id,
            moved: moved.map_err(Refusal::Clock)?,
            notice,
            by: self.by.clone(),
            on: self.today,
        })
    }

    // Everything ends in this one event. What came between application and decision is looked at
    // again: a bar, a ban, or that nothing is left.
    fn approve(&self, document: Document) -> Result<Event, Refusal> {
        self.working()?;
        timely(self.facts, self.today)?;
        let materials = &self.case.application.materials;
        let missing = obstacles(self.facts, materials, self.law, self.today);
        if !missing.is_empty() {
            return Err(Refusal::Missing(missing));
        }
        self.documented(&document)?;
        let burden = self.facts.burden;
        let basis = &self.case.application.basis;
        let live = burden
            .effects
            .iter()
            .filter(|effect| effect.ends > self.today);
        let sent = self
            .channel
            .sent(burden, Says::Repaired, basis, self.law, self.today, 0);
        Ok(Event::Approved(Box::new(Approval {
            repair: self.case.id,
            record: burden.record,
            target: burden.target,
            entity: burden.entity,
            document,
            basis: basis.clone(),
            by: self.by.clone(),
            on: self.today,
            ended: live.cloned().collect(),
            sent,
        })))
    }

    fn refuse(&self, document: Document, rejected: Rejected) -> Result<Event, Refusal> {
        self.working()?;
        self.documented(&document)?;
        Ok(Event::Refused {
            repair: self.case.id,
            rejected,
            document,
            on: self.today,
        })
    }

    fn turn(&self, duty: &str, turn: &Turn<'_>) -> Result<Event, Refusal> {
        let office = self.by.organ == self.channel.office;
        if !office {
            self.identifying()?;
        }
        let moved = self.case.clocks.turn(duty, turn, self.law.calendar);
        Ok(Event::ClockMoved {
            repair: self.case.id,
            moved: moved.map_err(Refusal::Clock)?,
        })
    }

    fn forwarded(&self) -> Result<(), Refusal> {
        self.identifying()?;
        match self.case.stage {
            Stage::Forwarded(_) => Ok(()),
            _ => Err(Refusal::OutOfOrder {
                wanted: "转送认定单位，且尚未受理",
            }),
        }
    }

    fn working(&self) -> Result<(), Refusal> {
        self.identifying()?;
        match self.case.stage {
            Stage::Accepted(_) => Ok(()),
            _ => Err(Refusal::OutOfOrder {
                wanted: "受理申请，且尚未决定",
            }),
        }
    }

    fn identifying(&self) -> Result<(), Refusal> {
        let organ = self.case.application.organ;
        if self.by.organ == organ {
            Ok(())
        } else {
            Err(Refusal::NotIdentifying(organ))
        }
    }

    fn documented(&self, document: &Document) -> Result<(), Refusal> {
        let own = document.organ == self.by.organ && document.complete(self.today);
        if own && document.on >= self.case.filed {
            Ok(())
        } else {
            Err(Refusal::NoDocument)
        }
    }

    fn rejected(&self, reason: String, basis: Basis, remedy: Remedy) -> Result<Rejected, Refusal> {
        said(&reason)?;
        if !remedy.told() {
            return Err(Refusal::NoRemedy);
        }
        let by = self.by.clone();
        Ok(Rejected {
            reason,
            basis,
            remedy,
            by,
        })
    }
}

fn said(text: &str) -> Result<(), Refusal> {
    if text.trim().is_empty() {
        Err(Refusal::NoReason)
    } else {
        Ok(())
    }
}

/// What an annulment rests on.
#[derive(Debug, Clone, Copy)]
pub struct Annulling<'a> {
    /// The repair commitment of the application.
    pub commitment: &'a commitment::Case,
    /// For how long no new application is taken.
    pub bar: Option<&'a Ruled<Retention>>,
}

/// Decides that a repair is undone. The effects come back only up to their own end, and the bar on
/// new applications has an end from the law (R100).
///
/// It rests on a breach of the repair commitment that was determined with notice and plea; there is
/// no other way to it. An entity that came off a list by the repair is not put back by this: that
/// takes a new decision of the organ that lists, with its own notice and plea.
pub fn annul(
    case: &Case,
    annulling: Annulling<'_>,
    by: &Person,
    law: &Law<'_>,
    channel: &Channel<'_>,
    today: Date,
) -> Result<Vec<Event>, Refusal> {
    let application = &case.application;
    if by.organ != application.organ {
        return Err(Refusal::NotIdentifying(application.organ));
    }
    if ended(&case.stage) {
        return Err(Refusal::OutOfOrder {
            wanted: "有正在办理或者已经同意的修复申请",
        });
    }
    let commitment = annulling.commitment;
    let broken = commitment.broken().filter(|_| {
        commitment.paper.kind == commitment::Kind::Repair
            && application.commitment == Some(commitment.id)
    });
    let broken = broken.ok_or(Refusal::NotDetermined)?;
    let silent = Refusal::LawSilent {
        what: "限制再次申请的年限",
    };
    let bar = annulling
        .bar
        .and_then(|keep| Bar::of(broken.document.on, keep));
    let bar = bar.ok_or(silent)?;
    Ok(vec![Event::Annulled(Box::new(Annulment {
        repair: case.id,
        record: application.record,
        entity: application.entity,
        commitment: commitment.id,
        document: broken.document.clone(),
        sent: annulled(case, &bar, law, channel, today),
        bar,
        by: by.clone(),
        on: today,
    }))])
}

/// Everybody who heard of the repair hears that it is undone, as long as anything is left to undo.
fn annulled(
    case: &Case,
    bar: &Bar,
    law: &Law<'_>,
    channel: &Channel<'_>,
    today: Date,
) -> Option<Sent> {
    let Stage::Approved { approval, .. } = &case.stage else {
        return None;
    };
    approval.ended.iter().find(|effect| effect.ends > today)?;
    Some(Sent {
        message: Message {
            serial: channel.serial,
            on: today,
            basis: bar.basis.clone(),
            says: Says::Annulled,
            ..approval.sent.message.clone()
        },
        receivers: approval.sent.receivers.clone(),
        due: clock::open(today, law.terms.report.as_ref(), law.calendar),
    })
}

impl Case {
    /// Begins a case with its first event; `None` for an event that begins none.
    pub fn begin(id: u64, event: &Event) -> Option<Self> {
        let Event::Filed {
            application,
            on,
            forward,
            answer,
        } = event
        else {
            return None;
        };
        let mut clocks = Clocks::default();
        clocks.start(FORWARD, Owes::Office, forward.clone());
        clocks.start(ANSWER, Owes::Office, answer.clone());
        Some(Self {
            id,
            application: (**application).clone(),
            filed: *on,
            stage: Stage::Filed,
            clocks,
            extended: false,
        })
    }

    /// Whether it still waits for somebody.
    pub fn open(&self) -> bool {
        matches!(
            self.stage,
            Stage::Filed | Stage::Forwarded(_) | Stage::Accepted(_)
        )
    }

    /// The applicant hands in a document again.
    pub fn supply(
        &self,
        entity: &Code,
        material: Material,
        today: Date,
    ) -> Result<Vec<Event>, Refusal> {
        self.mine(entity)?;
        let key = &material.key;
        if self.application.materials.iter().all(|one| one.key != *key) {
            return Err(Refusal::NotRequired {
                key: key.clone(),
                basis: self.application.basis.clone(),
            });
        }
        if !material.document.complete(today) {
            return Err(Refusal::NoDocument);
        }
        Ok(vec![Event::Supplied {
            repair: self.id,
            material,
            on: today,
        }])
    }

    /// The applicant takes the application back.
    pub fn withdraw(&self, entity: &Code, today: Date) -> Result<Vec<Event>, Refusal> {
        self.mine(entity)?;
        Ok(vec![Event::Withdrawn {
            repair: self.id,
            on: today,
        }])
    }

    fn mine(&self, entity: &Code) -> Result<(), Refusal> {
        if *entity != self.application.entity {
            return Err(Refusal::NotYours);
        }
        if !self.open() {
            return Err(Refusal::OutOfOrder {
                wanted: "有正在办理的申请",
            });
        }
        Ok(())
    }

    /// What the date asks for. Silence goes up to the office and never turns an application down.
    pub fn tick(&self, facts: &Facts<'_>, today: Date) -> Vec<Event> {
        if self.open() && facts.burden.gone(facts.relief, today) {
            return vec![Event::Moot {
                repair: self.id,
                on: today,
            }];
        }
        let silent = self.clocks.silent(today).into_iter();
        silent
            .map(|silence| Event::Escalated {
                repair: self.id,
                duty: silence.duty.to_owned(),
                last: silence.last,
                on: today,
            })
            .collect()
    }

    /// What a changed calendar moves.
    pub fn reproject(&self, today: Date, calendar: &crate::calendar::Calendar) -> Vec<Event> {
        let moved = self.clocks.reproject(today, calendar).into_iter();
        moved
            .map(|moved| Event::ClockMoved {
                repair: self.id,
                moved,
            })
            .collect()
    }

    /// The state after an event of this case. No step can be skipped, whatever the ledger holds.
    pub fn apply(mut self, event: &Event) -> Result<Self, OutOfStep> {
        let organ = Owes::Organ(self.application.organ);
        let clocks = &mut self.clocks;
        let stage = self.stage.clone();
        self.stage = match (stage, event) {
            (Stage::Filed, Event::Forwarded { on, accept, .. }) => {
                clocks.done(FORWARD, *on);
                clocks.start(ACCEPT, organ, accept.clone());
                Stage::Forwarded(Forwarded { on: *on })
            }
            (Stage::Forwarded(forwarded), Event::Accepted { on, decide, .. }) => {
                clocks.done(ACCEPT, *on);
                clocks.start(DECIDE, organ, decide.clone());
                Stage::Accepted(Accepted { forwarded, on: *on })
            }
            (Stage::Forwarded(forwarded), Event::NotAccepted { rejected, on, .. }) => {
                clocks.answered(&[ACCEPT, ANSWER], *on);
                Stage::NotAccepted {
                    forwarded,
                    rejected: rejected.clone(),
                }
            }
            (Stage::Accepted(accepted), Event::Refused { rejected, on, .. }) => {
                clocks.answered(&[DECIDE, ANSWER], *on);
                Stage::Refused {
                    accepted,
                    rejected: rejected.clone(),
                }
            }
            (Stage::Accepted(accepted), Event::Approved(approval)) => {
                clocks.answered(&[DECIDE, ANSWER], approval.on);
                Stage::Approved {
                    accepted,
                    approval: approval.clone(),
                }
            }
            (
                Stage::Filed | Stage::Forwarded(_) | Stage::Accepted(_),
                Event::Withdrawn { on, .. },
            ) => {
                clocks.close(*on);
                Stage::Withdrawn
            }
            (Stage::Filed | Stage::Forwarded(_) | Stage::Accepted(_), Event::Moot { on, .. }) => {
                clocks.close(*on);
                Stage::Moot
            }
            (stage, Event::Annulled(annulment)) if !ended(&stage) => {
                clocks.close(annulment.on);
                Stage::Annulled(annulment.clone())
            }
            (stage, event) => {
                self.note(event)?;
                stage
            }
        };
        Ok(self)
    }

    /// What changes nothing about the stage.
    fn note(&mut self, event: &Event) -> Result<(), OutOfStep> {
        match event {
            Event::Asked { .. } if self.open() => Ok(()),
            Event::Supplied { material, .. } if self.open() => {
                let materials = &mut self.application.materials;
                let old = materials.iter_mut().find(|old| old.key == material.key);
                *old.ok_or(OutOfStep)? = material.clone();
                Ok(())
            }
            Event::Extended { moved, .. } if self.open() && !self.extended => {
                self.extended = true;
                moved.iter().try_for_each(|moved| self.clocks.moved(moved))
            }
            Event::Escalated { duty, on, .. } => self.clocks.escalate(duty, *on),
            Event::ClockMoved { moved, .. } => self.clocks.moved(moved),
            _ => Err(OutOfStep),
        }
    }
}

fn ended(stage: &Stage) -> bool {
    matches!(stage, Stage::Withdrawn | Stage::Moot | Stage::Annulled(_))
}
