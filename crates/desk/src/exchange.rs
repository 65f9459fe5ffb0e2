//! Exchange: what partners tell us, what we told them, and who has not acknowledged it.

use crate::procedure::act::NotDone;
use crate::procedure::look::Within;
use crate::procedure::{Sitting, Who};
use crate::{Actor, Desk, Fault, repair};
use domain::code::Code;
use domain::exchange::{
    self, Answer, Event, Inbox, Message, Outbox, Partner, Position, Reference, Refusal,
};
use domain::ledger::{Event as Happened, Step};
use domain::procedure::{Document, Person};
use domain::repair::Ease;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What came of a message from elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Received {
    /// It is in the ledger, and what follows from it has followed.
    Taken { records: Vec<u64> },
    /// It came before, or a later word of its sender overtook it: nothing new.
    Known,
}

impl Desk {
    /// Enters or changes a partner; the operator vouches for it.
    pub fn enter_partner(&self, actor: &Actor, partner: Partner) -> Result<u64, Fault> {
        self.record(actor, Happened::PartnerEntered(partner))
    }

    /// Takes a message of another platform whose signature was checked. The same message twice, or in
    /// another order, leads to the same (R98).
    pub fn receive(&self, actor: &Actor, message: &Message) -> Result<Received, NotDone> {
        let (desk, actor, message) = (self.clone(), actor.clone(), message.clone());
        let (outcome, _) = self.write(move |tx| {
            let mut sitting = Sitting::new(&desk, tx, actor);
            match received(&mut sitting, &message) {
                Err(NotDone::Fault(fault)) => Err(fault),
                outcome => Ok(outcome),
            }
        })?;
        outcome
    }

    /// Takes the acknowledgement of a receiver: a partner by its word, an organ by its code.
    pub fn acknowledge(
        &self,
        actor: &Actor,
        serial: u64,
        receiver: &str,
        answer: Answer,
    ) -> Result<(), NotDone> {
        let (desk, actor, receiver) = (self.clone(), actor.clone(), receiver.to_owned());
        let (outcome, _) = self.write(move |tx| {
            let mut sitting = Sitting::new(&desk, tx, actor);
            let mut outbox = Outbox::default();
            if let Some(pending) = sitting.tx.message(serial)? {
                fill(&mut outbox, &pending);
            }
            let events = outbox.acknowledge(serial, &receiver, answer, sitting.today);
            match events {
                Ok(events) => write_all(&mut sitting, events).map(Ok),
                Err(no) => Ok(Err(refused(&no))),
            }
        })?;
        outcome
    }

    /// The organ that identified a record decides about another platform's word to its harm.
    pub fn review(
        &self,
        who: &Who,
        reference: Reference,
        upheld: bool,
        document: Document,
    ) -> Result<(), NotDone> {
        let by = who.person().ok_or_else(|| {
            NotDone::Forbidden("当前账号没有所属单位，不能代表单位办理".to_owned())
        })?;
        let (desk, actor) = (self.clone(), who.actor());
        let (outcome, _) = self.write(move |tx| {
            let mut sitting = Sitting::new(&desk, tx, actor);
            match reviewed(&mut sitting, reference, upheld, document, by) {
                Err(NotDone::Fault(fault)) => Err(fault),
                outcome => Ok(outcome),
            }
        })?;
        outcome
    }

    /// Words of other platforms to an entity's harm that wait for the organ that identified the record.
    pub fn reviews(&self, organ: &Code) -> Result<Vec<Message>, Fault> {
        let mut inbox = Inbox::default();
        let mut about = BTreeSet::new();
        self.store.each_heard(&mut |event| {
            if let Event::Received { message, .. } = &event
                && message.organ == *organ
            {
                about.insert(message.reference);
            }
            inbox.apply(&event);
        })?;
        let peers = peers(self.store.partners()?);
        let waiting = about
            .iter()
            .filter_map(|reference| inbox.position(reference, &peers).review);
        Ok(waiting.filter(|message| message.organ == *organ).collect())
    }

    /// Signs a message as it leaves the house: a note by the key of the ledger.
    pub fn signed(&self, message: &Message) -> Result<String, Fault> {
        let text = message
            .text()
            .map_err(|error| Fault::broken(error.to_string()))?;
        (self.secrets().sign)(&format!("{text}\n"))
    }
}

fn fill(outbox: &mut Outbox, pending: &exchange::Pending) {
    outbox.send(&pending.sent);
    let serial = pending.sent.message.serial;
    for (receiver, (answer, on)) in &pending.answers {
        outbox.apply(&Event::Acknowledged {
            serial,
            receiver: receiver.clone(),
            answer: *answer,
            on: *on,
        });
    }
    for receiver in &pending.named {
        outbox.apply(&Event::Named {
            serial,
            receiver: receiver.clone(),
            last: jiff::civil::Date::ZERO,
            on: jiff::civil::Date::ZERO,
        });
    }
}

/// What other platforms said about one record, and who prevails.
fn inbox(sitting: &mut Sitting<'_>, reference: &Reference) -> Result<(Inbox, Vec<String>), Fault> {
    let mut inbox = Inbox::default();
    for event in sitting.tx.heard(reference)? {
        inbox.apply(&event);
    }
    Ok((inbox, peers(sitting.tx.partners()?)))
}

/// The platforms that speak to us, the one that prevails first.
fn peers(mut partners: Vec<Partner>) -> Vec<String> {
    partners.retain(|partner| !partner.closed && !partner.key.is_empty());
    partners.sort_by_key(|partner| partner.rank);
    partners.into_iter().map(|partner| partner.word).collect()
}

fn received(sitting: &mut Sitting<'_>, message: &Message) -> Result<Received, NotDone> {
    let (mut inbox, peers) = inbox(sitting, &message.reference)?;
    let before = inbox.position(&message.reference, &peers);
    let events = inbox
        .receive(message, &peers, sitting.today)
        .map_err(|no| refused(&no))?;
    if events.is_empty() {
        return Ok(Received::Known);
    }
    for event in &events {
        inbox.apply(event);
    }
    write_all(sitting, events)?;
    let after = inbox.position(&message.reference, &peers);
    let records = follow(sitting, message, &before, &after)?;
    Ok(Received::Taken { records })
}

fn reviewed(
    sitting: &mut Sitting<'_>,
    reference: Reference,
    upheld: bool,
    document: Document,
    by: Person,
) -> Result<(), NotDone> {
    let (mut inbox, peers) = inbox(sitting, &reference)?;
    let before = inbox.position(&reference, &peers);
    let events = inbox.review(reference, &peers, upheld, document, by, sitting.today);
    let events = events.map_err(|no| refused(&no))?;
    for event in &events {
        inbox.apply(event);
    }
    let waiting = before.review.clone();
    write_all(sitting, events)?;
    let after = inbox.position(&reference, &peers);
    if let Some(message) = waiting {
        follow(sitting, &message, &before, &after)?;
    }
    Ok(())
}

/// Lets the local records of the document rest, or come back, as the words of all platforms together say.
fn follow(
    sitting: &mut Sitting<'_>,
    message: &Message,
    before: &Position,
    after: &Position,
) -> Result<Vec<u64>, Fault> {
    let why = match (before.rests(), after.rests()) {
        (false, true) => Ease::Abroad,
        (true, false) => Ease::Back,
        _ => return Ok(Vec::new()),
    };
    let law = Arc::clone(&sitting.law);
    let found = sitting.tx.of_document(&message.organ, &message.docket)?;
    let mut records = Vec::new();
    for standing in found {
        if standing.entity != Some(message.reference.entity) || standing.revoked {
            continue;
        }
        let burden = repair::burden(&mut Within(sitting.tx), &law, standing.seq, sitting.today)?;
        if let Some(burden) = burden {
            repair::relieve(sitting, &burden, why, None, &message.basis)?;
            records.push(standing.seq);
        }
    }
    Ok(records)
}

/// A record that another platform repaired or withdrew before it was filed here (R98).
pub(crate) fn filed(
    sitting: &mut Sitting<'_>,
    record: u64,
    reference: &Reference,
) -> Result<(), Fault> {
    let (inbox, peers) = inbox(sitting, reference)?;
    let position = inbox.position(reference, &peers);
    let word = position.freed.as_ref().or(position.review.as_ref());
    match word {
        Some(message) => repair::eased_by_abroad(sitting, record, &message.basis),
        None => Ok(()),
    }
}

/// Lists receivers that did not acknowledge in time (R97); each once.
pub(crate) fn tick(sitting: &mut Sitting<'_>) -> Result<u64, Fault> {
    let mut outbox = Outbox::default();
    for pending in sitting.tx.overdue(sitting.today)? {
        fill(&mut outbox, &pending);
    }
    let events = outbox.name(sitting.today);
    let named = events.len() as u64;
    for event in &events {
        if let Event::Named {
            serial, receiver, ..
        } = event
        {
            crate::notice::laggard(sitting, *serial, receiver)?;
        }
    }
    write_all(sitting, events)?;
    Ok(named)
}

fn write_all(sitting: &mut Sitting<'_>, events: Vec<Event>) -> Result<(), Fault> {
    for event in events {
        sitting.append(Happened::Exchange(Step {
            procedure: None,
            entity: None,
            did: event,
        }))?;
    }
    Ok(())
}

fn refused(no: &Refusal) -> NotDone {
    NotDone::no(no.text(), None)
}
