//! From steps of procedures to views: the row of the procedure, its clocks, and what the public may see.
//!
//! A procedure is folded anew from its own entries at every step. They are few, and nothing here can drift
//! away from what the entries say.

use crate::procedures::{steps, stored};
use crate::project::Projection;
use crate::sql::{any, number, one, run};
use crate::trouble::Trouble;
use desk::fact::{self, Weighing};
use desk::procedure::{Case, Line, fold, number as number_of};
use domain::code::Code;
use domain::commitment::{self, Stage};
use domain::exchange::{self, Sent};
use domain::grade::Fact;
use domain::ledger::Event;
use domain::listing::{self, Listing};
use domain::notice::{self, Recipient, State};
use domain::repair::{self, Relieved};
use domain::{mask, objection};
use jiff::civil::Date;
use rusqlite::{Connection, params};

impl Projection<'_, '_> {
    /// Takes up a step of a procedure.
    pub(crate) fn step(&mut self, event: &Event) -> Result<(), Trouble> {
        let Some(id) = number_of(self.seq, event) else {
            return self.of_record(event);
        };
        self.run(
            "INSERT INTO procedure_step (procedure, seq) VALUES (?1, ?2)",
            params![id, self.seq],
        )?;
        let case = match id == self.seq {
            true => Case::apply(None, id, event).map_err(|_| out_of_step(id))?,
            false => folded(self.conn, id)?,
        };
        self.row(id, &case)?;
        self.change(fact::of_step(self.seq, event, &case))?;
        match event {
            Event::Commitment(_) => self.number(id, &case)?,
            Event::Objection(step) => self.objection(id, &step.did)?,
            Event::Repair(step) => self.messages(step.did.sent())?,
            Event::Notice(_) => self.letter(id, &case)?,
            _ => {}
        }
        public(self.conn, id, &case)
    }

    /// What is said of a record by itself.
    fn of_record(&self, event: &Event) -> Result<(), Trouble> {
        let Event::Repair(step) = event else {
            return Ok(());
        };
        match &step.did {
            repair::Event::Told(told) => self.run(
                "INSERT INTO told (record, seq) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
                params![told.record, self.seq],
            ),
            repair::Event::Marked(marked) => {
                let why = &marked.unrepairable;
                self.run(
                    "INSERT INTO unrepairable (record, until, statute, article, confirmed) \
                     VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (record) DO UPDATE SET \
                     until = excluded.until, statute = excluded.statute, \
                     article = excluded.article, confirmed = excluded.confirmed",
                    params![
                        marked.record,
                        number(why.until),
                        why.basis.statute,
                        why.basis.article,
                        why.basis.confirmed
                    ],
                )
            }
            _ => Ok(()),
        }
    }

    fn row(&self, id: u64, case: &Case) -> Result<(), Trouble> {
        let day = desk::clock::day_of(self.entry.at);
        let opened = stored(self.conn, id)?.unwrap_or(day);
        let summary = case.summary(id, opened, self.seq);
        let row = &summary.row;
        self.run(
            "INSERT INTO procedure (id, noun, entity, organ, other, about, topic, state, open, \
             internal, opened, touched, next, others) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14) \
             ON CONFLICT (id) DO UPDATE SET entity = excluded.entity, organ = excluded.organ, \
             other = excluded.other, about = excluded.about, topic = excluded.topic, \
             state = excluded.state, open = excluded.open, internal = excluded.internal, \
             touched = excluded.touched, next = excluded.next, others = excluded.others",
            params![
                id,
                row.noun,
                row.entity.as_ref().map(Code::as_str),
                row.organ.as_ref().map(Code::as_str),
                row.other.as_ref().map(Code::as_str),
                row.about,
                row.topic,
                row.state,
                row.open,
                row.internal,
                number(row.opened),
                row.touched,
                summary.next.map(number),
                row.others
                    .iter()
                    .map(Code::as_str)
                    .collect::<Vec<_>>()
                    .join(","),
            ],
        )?;
        self.run(
            "DELETE FROM procedure_clock WHERE procedure = ?1",
            params![id],
        )?;
        for (place, line) in summary.clocks.iter().enumerate() {
            self.clock(id, place, line)?;
        }
        Ok(())
    }

    fn clock(&self, id: u64, place: usize, line: &Line) -> Result<(), Trouble> {
        let basis = &line.deadline.basis;
        self.run(
            "INSERT INTO procedure_clock (procedure, place, duty, organ, entitled, opened, last, \
             done, late, void, escalated, statute, article, confirmed) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
            params![
                id,
                place,
                line.duty,
                line.organ.as_ref().map(Code::as_str),
                line.right,
                number(line.deadline.opened),
                line.deadline.last.map(number),
                line.done.map(number),
                line.late,
                line.void,
                line.escalated.map(number),
                basis.statute,
                basis.article,
                basis.confirmed,
            ],
        )
    }

    fn change(&self, changes: Vec<Weighing>) -> Result<(), Trouble> {
        changes.into_iter().try_for_each(|change| match change {
            Weighing::Begins(entity, fact) => self.begins(&entity, &fact),
            Weighing::Fades { record, on } => self.fades(record, on),
        })
    }

    fn begins(&self, entity: &Code, fact: &Fact) -> Result<(), Trouble> {
        // A fact that comes back on the day it went stands once, up to its own end.
        self.run(
            "INSERT INTO standing_fact (entity, seq, kind, known, class, amount, day, gone, repairable) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) \
             ON CONFLICT (entity, seq, kind, known) DO UPDATE SET gone = excluded.gone",
            params![
                entity.as_str(),
                fact.record,
                fact.kind.number(),
                fact.known,
                fact.class as u8,
                fact.amount,
                fact.day,
                fact.gone,
                fact.repairable,
            ],
        )
    }

    fn objection(&mut self, id: u64, event: &objection::Event) -> Result<(), Trouble> {
        match event {
            objection::Event::Filed { filed, on, .. } => self.run(
                "INSERT INTO dispute (objection, record, field, since) VALUES (?1, ?2, ?3, ?4)",
                params![id, filed.record, filed.field, number(*on)],
            )?,
            objection::Event::Decided { .. } | objection::Event::Withdrawn { .. } => {
                self.run("DELETE FROM dispute WHERE objection = ?1", params![id])?;
            }
            _ => {}
        }
        self.messages(event.sent())
    }

    fn letter(&self, id: u64, case: &Case) -> Result<(), Trouble> {
        let Case::Notice(notice) = case else {
            return Ok(());
        };
        let of = match &notice.letter.recipient {
            Recipient::Entity { code } | Recipient::Organ { code } => code.to_string(),
            Recipient::Person { key } => key.as_str().to_owned(),
        };
        let outside = notice.letter.channel != notice::Channel::Inside;
        let (state, next) = match &notice.state {
            State::Waiting { next } => ("waiting", Some(next)),
            State::Under { until, .. } => ("under", Some(until)),
            State::Delivered { .. } => ("delivered", None),
            State::Dead { .. } => ("dead", None),
        };
        let next = next.filter(|_| outside);
        let channel = serde_json::to_value(notice.letter.channel)?;
        self.run(
            "INSERT INTO letter (id, box, channel, state, day, minute) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (id) DO UPDATE SET \
             state = excluded.state, day = excluded.day, minute = excluded.minute",
            params![
                id,
                of,
                channel.as_str(),
                state,
                next.map(|next| number(next.day)),
                next.map(|next| next.minute)
            ],
        )
    }

    fn messages(&self, sent: &[Sent]) -> Result<(), Trouble> {
        for sent in sent {
            let last = sent.due.as_ref().and_then(|due| due.last);
            self.run(
                "INSERT INTO message (serial, seq, sent, last) VALUES (?1, ?2, ?3, ?4)",
                params![
                    sent.message.serial,
                    self.seq,
                    serde_json::to_string(sent)?,
                    last.map(number)
                ],
            )?;
            for receiver in &sent.receivers {
                self.run(
                    "INSERT INTO message_to (serial, receiver) VALUES (?1, ?2)",
                    params![sent.message.serial, receiver],
                )?;
            }
        }
        Ok(())
    }

    pub(crate) fn exchanged(&mut self, event: &exchange::Event) -> Result<(), Trouble> {
        match event {
            exchange::Event::Sent(sent) => self.messages(std::slice::from_ref(&**sent)),
            exchange::Event::Acknowledged {
                serial,
                receiver,
                answer,
                on,
            } => {
                let answer = serde_json::to_value(answer)?;
                self.run(
                    "UPDATE message_to SET answer = ?3, day = ?4 \
                     WHERE serial = ?1 AND receiver = ?2 AND answer IS NULL",
                    params![serial, receiver, answer.as_str(), number(*on)],
                )?;
                self.run(
                    "UPDATE laggard SET answered = ?3 WHERE serial = ?1 AND receiver = ?2",
                    params![serial, receiver, number(*on)],
                )
            }
            exchange::Event::Named {
                serial,
                receiver,
                last,
                on,
            } => {
                self.run(
                    "UPDATE message_to SET named = ?3 WHERE serial = ?1 AND receiver = ?2",
                    params![serial, receiver, number(*on)],
                )?;
                let sent = crate::exchange::message(self.conn, *serial)?;
                let says = sent.map_or("", |pending| pending.sent.message.says.name());
                self.run(
                    "INSERT INTO laggard (serial, receiver, says, last) VALUES (?1, ?2, ?3, ?4) \
                     ON CONFLICT DO NOTHING",
                    params![serial, receiver, says, number(*last)],
                )
            }
            exchange::Event::Received { message, .. } => self.heard(
                message.reference.document.bytes(),
                &message.reference.entity,
            ),
            exchange::Event::Reviewed { reference, .. } => {
                self.heard(reference.document.bytes(), &reference.entity)
            }
        }
    }

    fn heard(&mut self, document: [u8; 16], entity: &Code) -> Result<(), Trouble> {
        self.late.hear();
        self.run(
            "INSERT INTO heard (seq, document, entity) VALUES (?1, ?2, ?3)",
            params![self.seq, document, entity.as_str()],
        )
    }

    /// The one place in which a record stops weighing, or weighs again (R97).
    pub(crate) fn relieved(&mut self, event: &Relieved) -> Result<(), Trouble> {
        let why = serde_json::to_value(event.why)?;
        self.run(
            "INSERT INTO relief (seq, record, why, free, day) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![
                self.seq,
                event.record,
                why.as_str(),
                event.free,
                number(event.on)
            ],
        )?;
        let known = "SELECT 1 FROM procedure WHERE id = ?1";
        let case = match any(self.conn, known, params![event.record])? {
            true => Some(folded(self.conn, event.record)?),
            false => None,
        };
        if event.free {
            self.take_off(event.record)?;
            self.run(
                "UPDATE record SET gone = min(gone, ?2) WHERE seq = ?1",
                params![event.record, number(event.on)],
            )?;
        } else if case.is_none() {
            return self.comes_back(event);
        }
        self.change(fact::of_relief(event, None, case.as_ref()))?;
        match &case {
            Some(case) => public(self.conn, event.record, case),
            None => Ok(()),
        }
    }

    /// A filed record that has not ended by itself is shown and weighs again, from this day on.
    fn comes_back(&mut self, event: &Relieved) -> Result<(), Trouble> {
        let record = event.record;
        let sql = "SELECT body FROM entry WHERE seq = ?1";
        let body: Option<Vec<u8>> = one(self.conn, sql, params![record], |row| Ok(row.get(0)?))?;
        let Some(body) = body else { return Ok(()) };
        let (entry, stated) = crate::core::read(record, &body)?;
        let Event::Filed(filed) = &stated else {
            return Ok(());
        };
        let ends = filed.publication.window().map(|window| window.hidden);
        let standing = "SELECT 1 FROM record WHERE seq = ?1 AND superseded = 0 AND revoked = 0";
        if ends.is_none_or(|ends| ends <= event.on) || !any(self.conn, standing, params![record])? {
            return Ok(());
        }
        let masked = (self.shown)(&stated, &entry);
        self.show(record, filed, masked.as_ref())?;
        self.change(fact::of_relief(event, Some(filed), None))
    }

    /// A number is given to one commitment only (R16).
    fn number(&self, id: u64, case: &Case) -> Result<(), Trouble> {
        let Case::Commitment(case) = case else {
            return Ok(());
        };
        self.run(
            "INSERT INTO commitment_number (number, id) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
            params![case.paper.number, id],
        )
    }

    /// The facts of a record or procedure weigh nothing from this day on.
    pub(crate) fn fades(&self, seq: u64, on: Date) -> Result<(), Trouble> {
        self.run(
            "UPDATE standing_fact SET gone = min(gone, ?2) WHERE seq = ?1",
            params![seq, number(on)],
        )
    }

    pub(crate) fn duty_moved(&self, event: &domain::duty::Moved) -> Result<(), Trouble> {
        self.run(
            "UPDATE duty SET last = ?2 WHERE seq = ?1",
            params![event.duty, event.due.last.map(number)],
        )?;
        self.run(
            "INSERT INTO duty_shift (seq, duty, shift) VALUES (?1, ?2, ?3)",
            params![self.seq, event.duty, serde_json::to_string(&event.shift)?],
        )
    }
}

fn out_of_step(id: u64) -> Trouble {
    Trouble::broken(format!("程序 {id} 的步骤前后不接"))
}

fn folded(conn: &Connection, id: u64) -> Result<Case, Trouble> {
    let steps = steps(conn, id)?;
    let case = fold(id, &steps).map_err(|fault| Trouble::broken(fault.to_string()))?;
    case.ok_or_else(|| out_of_step(id))
}

/// Makes what the public sees of a procedure anew: a text was redacted, or its record was eased.
pub(crate) fn show_again(conn: &Connection, id: u64) -> Result<(), Trouble> {
    match any(conn, "SELECT 1 FROM procedure WHERE id = ?1", params![id])? {
        true => public(conn, id, &folded(conn, id)?),
        false => Ok(()),
    }
}

fn public(conn: &Connection, id: u64, case: &Case) -> Result<(), Trouble> {
    match case {
        Case::Listing(listing) => listed(conn, id, listing),
        Case::Commitment(case) => pledge(conn, case),
        Case::Visit(case) => crate::inspections::keep(conn, case),
        _ => Ok(()),
    }
}

fn free(conn: &Connection, record: u64) -> Result<bool, Trouble> {
    let sql = "SELECT free FROM relief WHERE record = ?1 ORDER BY seq DESC LIMIT 1";
    let free = one(conn, sql, params![record], |row| Ok(row.get(0)?))?;
    Ok(free.unwrap_or(false))
}

fn listed(conn: &Connection, id: u64, listing: &Listing) -> Result<(), Trouble> {
    run(conn, "DELETE FROM listed WHERE id = ?1", params![id])?;
    let Listing::Published(published) = listing else {
        return Ok(());
    };
    if free(conn, id)? {
        return Ok(());
    }
    let entry = &published.listed.entry;
    let texts = |clauses: &[listing::Quoted]| {
        let texts: Vec<&str> = clauses.iter().map(|clause| clause.text.as_str()).collect();
        serde_json::to_string(&texts)
    };
    let kind = serde_json::to_value(entry.kind)?;
    run(
        conn,
        "INSERT INTO listed (id, list, list_name, kind, entity, organ, document, day, ends, early, \
         grounds, exits, appeal, statute, article, confirmed) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)",
        params![
            id,
            entry.list,
            entry.list_name,
            kind.as_str(),
            entry.entity.as_str(),
            entry.organ.as_str(),
            entry.document.number,
            number(entry.on),
            number(entry.ends),
            entry.early.map(number),
            texts(&entry.grounds)?,
            texts(&entry.exits)?,
            entry.appeal,
            entry.basis.statute,
            entry.basis.article,
            entry.basis.confirmed,
        ],
    )?;
    Ok(())
}

/// A commitment is shown while it stands and its promisor agreed; a determined breach is shown for its term.
fn pledge(conn: &Connection, case: &commitment::Case) -> Result<(), Trouble> {
    run(conn, "DELETE FROM pledge WHERE id = ?1", params![case.id])?;
    let paper = &case.paper;
    let Some(entity) = paper.promisor.entity() else {
        return Ok(());
    };
    let broken = case.broken();
    let stands = matches!(
        case.stage,
        Stage::Standing | Stage::Kept { .. } | Stage::Found(_) | Stage::Notified(_)
    );
    let shown = broken.is_some() || stands && paper.range == commitment::Range::Public;
    if !shown || free(conn, case.id)? {
        return Ok(());
    }
    // What a check found counts against nobody before it is determined: the public reads "in force".
    let state = match &case.stage {
        Stage::Kept { .. } => "全部履行",
        Stage::Broken(_) => "已认定违诺",
        _ => "履行中",
    };
    let kind = serde_json::to_value(paper.kind)?;
    run(
        conn,
        "INSERT INTO pledge (id, number, entity, kind, matter, content, organ, made, until, state, \
         document, hidden) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        params![
            case.id,
            paper.number,
            entity.as_str(),
            kind.as_str(),
            paper.matter,
            mask::scrub(&paper.content),
            paper.organ.as_str(),
            number(paper.made),
            paper.valid_until.map(number),
            state,
            broken.map(|broken| broken.document.number.as_str()),
            broken.map(|broken| number(broken.window.hidden)),
        ],
    )?;
    Ok(())
}
