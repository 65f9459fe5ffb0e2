//! What can be done with a visit, and by whom.

use super::{
    Absence, Asker, Case, Event, Evidence, Given, Part, Record, Refusal, Share, Stage, before, plan,
};
use crate::code::Code;
use crate::procedure::{Delivery, Document, Person};
use jiff::civil::Date;

/// What an organ wants to do.
#[derive(Debug, Clone)]
pub enum Command {
    /// Of each organ for its part (检查审批表).
    Approve {
        document: Document,
    },
    /// Of an organ that has no part yet.
    Join {
        share: Share,
    },
    /// Of the lead.
    Notify {
        delivery: Delivery,
    },
    /// Of the lead, where the law lets an exception be looked into unannounced.
    Waive,
    /// Of any organ of the visit.
    AskRecusal(Ask),
    /// Of the inspector's organ.
    DecideRecusal {
        certificate: String,
        granted: bool,
        /// Who comes in where it is granted.
        comes: Option<String>,
        reason: String,
    },
    /// Of the organ whose team has an open place.
    Fill {
        certificate: String,
        reason: String,
    },
    /// Of the lead.
    Begin(Entering),
    /// Of each organ for its items; the last one ends the visit.
    Record(Box<Record>),
    /// Of the lead, where the law named no time when the last record came.
    End,
    /// Of the lead.
    Publish,
    /// Of the organ of the item.
    SetFollowUp {
        item: String,
        what: String,
        by_day: Date,
    },
    FollowUp {
        item: String,
        words: String,
    },
    /// Of the lead.
    Unreached {
        why: Absence,
        evidence: Vec<Evidence>,
        words: String,
    },
    CallOff {
        reason: String,
    },
}

/// A request that an inspector stays away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    pub certificate: String,
    /// Word of the ground.
    pub ground: String,
    pub words: String,
}

/// How a visit begins, as the phone says; it may be sent again, and later than it happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entering {
    pub on: Date,
    pub scanned: bool,
    pub present: Vec<String>,
    pub device: String,
    pub at: String,
}

/// Decides about a command of an organ. No event means that nothing has changed by it: the same was
/// sent before.
pub fn decide(
    case: &Case,
    command: Command,
    by: &Person,
    given: &Given<'_>,
) -> Result<Vec<Event>, Refusal> {
    let at = At { case, by, given };
    let event = match command {
        Command::Approve { document } => at.approve(document)?,
        Command::Join { share } => {
            at.joinable()?;
            plan::join(case, &share, by, given)?
        }
        Command::Notify { delivery } => at.notify(delivery)?,
        Command::Waive => at.waive()?,
        Command::AskRecusal(ask) => {
            at.part()?;
            let asked = Asker::Organ {
                account: by.account.clone(),
                organ: by.organ,
            };
            before::ask(case, asked, ask, given)?
        }
        Command::DecideRecusal {
            certificate,
            granted,
            comes,
            reason,
        } => at.rule(certificate, granted, comes, reason)?,
        Command::Fill {
            certificate,
            reason,
        } => at.fill(certificate, reason)?,
        Command::Begin(entering) => {
            return at.enter(entering).map(|event| event.into_iter().collect());
        }
        Command::Record(record) => return at.record(*record),
        Command::End => at.end()?,
        Command::Publish => at.publish()?,
        Command::SetFollowUp { item, what, by_day } => at.set(item, what, by_day)?,
        Command::FollowUp { item, words } => at.follow(item, words)?,
        Command::Unreached {
            why,
            evidence,
            words,
        } => at.unreached(why, evidence, words)?,
        Command::CallOff { reason } => at.call_off(reason)?,
    };
    Ok(vec![event])
}

/// The entity asks that an inspector stays away, until the visit begins (R67).
pub fn ask(
    case: &Case,
    entity: &Code,
    account: &str,
    ask: Ask,
    given: &Given<'_>,
) -> Result<Vec<Event>, Refusal> {
    if case.task.entity != *entity {
        return Err(Refusal::NotYours);
    }
    let asked = Asker::Entity {
        account: account.to_owned(),
    };
    Ok(vec![before::ask(case, asked, ask, given)?])
}

/// A command of somebody at a case.
pub(super) struct At<'a> {
    pub case: &'a Case,
    pub by: &'a Person,
    pub given: &'a Given<'a>,
}

impl<'a> At<'a> {
    /// The part of the organ that acts.
    pub fn part(&self) -> Result<&'a Part, Refusal> {
        self.case.task.part(&self.by.organ).ok_or(Refusal::NotYours)
    }

    pub fn lead(&self) -> Result<(), Refusal> {
        if self.case.task.leads(&self.by.organ) {
            Ok(())
        } else {
            Err(Refusal::NotLead)
        }
    }

    pub fn out_of_step(&self) -> Refusal {
        Refusal::OutOfStep {
            state: self.case.name(),
        }
    }

    /// Whether every organ approved (R65).
    pub fn approved(&self) -> Result<(), Refusal> {
        let organs = self.case.lacking();
        if organs.is_empty() {
            return Ok(());
        }
        Err(Refusal::NotApproved {
            organs,
            basis: self.given.order(),
        })
    }

    /// Whether the inspectors are not there yet.
    pub fn before(&self) -> Result<(), Refusal> {
        before::before(self.case)
    }

    pub fn said(&self, text: &str, what: &'static str) -> Result<(), Refusal> {
        if text.trim().is_empty() {
            let basis = self.given.order();
            return Err(Refusal::NoWords { what, basis });
        }
        Ok(())
    }

    fn joinable(&self) -> Result<(), Refusal> {
        if !matches!(self.case.stage, Stage::Assigned { .. }) {
            return Err(self.out_of_step());
        }
        self.window()
    }

    /// Whether the window is open today.
    pub fn window(&self) -> Result<(), Refusal> {
        let until = self.case.task.until;
        if self.given.today > until {
            return Err(Refusal::Window { until });
        }
        Ok(())
    }
}
