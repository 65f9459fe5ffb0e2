//! Duties: opened when a decision becomes known, reminded by the date, closed by the filing.

use crate::intake::ruling;
use crate::ports::OpenDuty;
use crate::{Actor, Desk, Fault};
use domain::code::Code;
use domain::duty::{Declared, Due, Kind, Reminded};
use domain::filing::duty_key;
use domain::ledger::Event;
use jiff::civil::Date;
use serde::Serialize;

/// How many duties one transaction looks at.
const BLOCK: usize = 500;

/// A decision that an organ announces before it files it.
#[derive(Debug, Clone)]
pub struct Announced {
    pub organ: Code,
    /// Table it will be filed with.
    pub source: String,
    pub docket: String,
    pub decided: Date,
}

/// What `tick` did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Ticked {
    pub hidden: u64,
    pub reminded: u64,
    /// Entries that procedures made because of the day.
    pub procedures: u64,
    /// Organisations evaluated because something or the date changed.
    pub graded: u64,
    /// Past decisions computed again, once a day.
    pub replayed: u64,
}

impl Desk {
    /// Does what the date asks for; doing it again the same day changes nothing.
    pub fn tick(&self) -> Result<Ticked, Fault> {
        Ok(Ticked {
            hidden: self.hide_ended()?,
            procedures: self.tick_procedures()?,
            reminded: self.remind()?,
            graded: self
                .grade_changed(&Actor::timer())?
                .map_or(0, |run| run.entities),
            replayed: self.replay_daily()?,
        })
    }

    /// The due date the law gives a duty of this kind that opens on `opened`; `None` if nobody owes it.
    pub fn due(&self, kind: Kind, opened: Date) -> Option<Due> {
        ruling::due(&self.law(), kind, opened)
    }

    /// Opens the duty to file a decision. Returns whether it was new; announcing twice changes
    /// nothing, and neither does announcing what was filed already.
    pub fn announce(&self, actor: &Actor, announced: Announced) -> Result<bool, Fault> {
        self.announce_all(actor, vec![announced])
            .map(|opened| opened > 0)
    }

    /// Opens the duties of many decisions; returns how many were new.
    pub fn announce_all(&self, actor: &Actor, announced: Vec<Announced>) -> Result<u64, Fault> {
        let mut sealed = Vec::with_capacity(announced.len());
        for decision in announced {
            if let Some(declared) = self.declared(decision) {
                let key = declared.key;
                sealed.push((key, self.seal(actor, Event::DutyDeclared(declared), [])?));
            }
        }
        let mut opened = 0;
        while !sealed.is_empty() {
            let block: Vec<_> = sealed.drain(..sealed.len().min(BLOCK)).collect();
            let (count, _) = self.write(move |transaction| {
                let mut count = 0;
                for (key, sealed) in block {
                    if !transaction.has_duty(Kind::Publish, &key)? {
                        transaction.append(sealed)?;
                        count += 1;
                    }
                }
                Ok(count)
            })?;
            opened += count;
        }
        Ok(opened)
    }

    fn declared(&self, decision: Announced) -> Option<Declared> {
        Some(Declared {
            kind: Kind::Publish,
            key: duty_key(&decision.organ, &decision.docket),
            due: self.due(Kind::Publish, decision.decided)?,
            near: self.first_reminder(decision.decided),
            organ: decision.organ,
            source: decision.source,
            docket: decision.docket,
        })
    }

    fn first_reminder(&self, opened: Date) -> Option<Date> {
        let law = self.law();
        let ruled = law.duty(Kind::Publish.word(), opened)?;
        let first = ruled.value().reminders.first().copied()?;
        law.calendar().add(opened, u32::from(first)).ok()
    }

    /// Sends the reminders that are due; each stage once.
    fn remind(&self) -> Result<u64, Fault> {
        let today = self.clock.today();
        let (mut after, mut sent) = (0, 0);
        loop {
            let desk = self.clone();
            let ((last, count), _) = self.write(move |transaction| {
                let open = transaction.open_duties(after, BLOCK)?;
                let mut count = 0;
                for duty in &open {
                    if let Some(stage) = desk.stage(duty, today) {
                        transaction.append(desk.seal(
                            &Actor::timer(),
                            reminder(duty, stage, today),
                            [],
                        )?)?;
                        count += 1;
                    }
                }
                let last = (open.len() == BLOCK)
                    .then(|| open.last().map(|duty| duty.seq))
                    .flatten();
                Ok((last, count))
            })?;
            sent += count;
            match last {
                Some(seq) => after = seq + 1,
                None => return Ok(sent),
            }
        }
    }

    /// The stage to remind of today, if it was not reminded yet.
    fn stage(&self, duty: &OpenDuty, today: Date) -> Option<u16> {
        let law = self.law();
        let ruled = law.duty(duty.kind.word(), duty.due.opened)?;
        let reached = duty
            .due
            .stage(today, &ruled.value().reminders, law.calendar())
            .ok()??;
        (reached > duty.reminded).then_some(reached)
    }
}

fn reminder(duty: &OpenDuty, stage: u16, today: Date) -> Event {
    Event::DutyReminded(Reminded {
        duty: duty.seq,
        organ: duty.organ,
        docket: duty.docket.clone(),
        stage,
        on: today,
    })
}
