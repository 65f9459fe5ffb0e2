//! A sitting: one transaction in which something is decided, with law, day and person at hand.

use super::{Case, NotDone, Who};
use crate::ports::{Filter, Row, Transaction};
use crate::{Actor, Desk, Fault};
use domain::basis::{Basis, Ruled};
use domain::code::Code;
use domain::ledger::Event;
use domain::procedure::{Person, Term};
use jiff::civil::Date;
use law::Pack;
use std::sync::Arc;

/// Everything a decision looks at. What is appended belongs to one transaction: all of it or none.
pub(crate) struct Sitting<'a> {
    pub desk: &'a Desk,
    pub tx: &'a mut dyn Transaction,
    pub law: Arc<Pack>,
    pub today: Date,
    pub actor: Actor,
}

impl<'a> Sitting<'a> {
    pub fn new(desk: &'a Desk, tx: &'a mut dyn Transaction, actor: Actor) -> Self {
        Self {
            tx,
            law: desk.law(),
            today: desk.clock.today(),
            actor,
            desk,
        }
    }

    /// How long the law of the day gives for a duty.
    pub fn term(&self, duty: &str) -> Option<Ruled<Term>> {
        term(&self.law, duty, self.today)
    }

    /// Appends an event; the first one of a procedure gives it its number.
    pub fn append(&mut self, event: Event) -> Result<u64, Fault> {
        self.append_with(event, [])
    }

    /// The same with values that stand beside the event and can be redacted.
    pub fn append_with(
        &mut self,
        event: Event,
        values: impl IntoIterator<Item = (String, String)>,
    ) -> Result<u64, Fault> {
        let sealed = self.desk.seal(&self.actor, event, values)?;
        self.tx.append(sealed)
    }

    /// A procedure as it stands; `None` where there is none of this number.
    pub fn case(&mut self, id: u64) -> Result<Option<Case>, Fault> {
        let steps = self.tx.steps(id)?;
        folded(id, &steps)
    }

    /// The procedures of a filter, each with its state.
    pub fn cases(&mut self, filter: &Filter) -> Result<Vec<(Row, Case)>, Fault> {
        let mut cases = Vec::new();
        for row in self.tx.procedures(filter)? {
            if let Some(case) = self.case(row.id)? {
                cases.push((row, case));
            }
        }
        Ok(cases)
    }

    /// The unit that runs the platform: the organ of the office's accounts.
    pub fn office(&self) -> Result<Option<Code>, Fault> {
        self.desk.office()
    }

    /// The office as the decisions compare it with who acts: whoever has the office's role is it.
    pub fn office_for(&self, who: &Who, by: &Person) -> Result<Code, Fault> {
        if who.is_office() {
            return Ok(by.organ);
        }
        // Nobody but the office bears the code of the office; where it has none yet, the code of a
        // unit nobody can act for stands in its place.
        let none = Code::read("000000000000000000");
        let office = self.office()?.filter(|office| *office != by.organ).or(none);
        office.ok_or_else(|| Fault::broken("no code for the office"))
    }
}

/// How long the law gives for a duty on a day.
pub(crate) fn term(law: &Pack, duty: &str, day: Date) -> Option<Ruled<Term>> {
    let ruled = law.duty(duty, day)?;
    Some(ruled.map(|term| Term {
        days: term.days,
        unit: term.unit,
    }))
}

/// The article by which a clock is stopped on a day; where the law has none, none is stopped.
pub(crate) fn pausing(law: &Pack, day: Date) -> Result<Basis, NotDone> {
    let ruled = law.conditions("suspension.eligible", day);
    ruled
        .map(|ruled| ruled.basis().clone())
        .ok_or_else(|| NotDone::no("规则包没有关于期限中止的规定，不能办理", None))
}

/// The state after the steps of a procedure.
pub fn folded(id: u64, steps: &[(u64, Event)]) -> Result<Option<Case>, Fault> {
    let events = steps.iter().map(|(_, event)| event);
    Case::fold(id, events).map_err(|_| Fault::broken(format!("程序 {id} 的步骤前后不接")))
}

impl Desk {
    /// 信用办: the organ of the first account of the office that has one.
    pub fn office(&self) -> Result<Option<Code>, Fault> {
        let accounts = self.store.accounts()?.into_iter();
        let mut offices = accounts
            .filter(|account| account.role == crate::ports::Role::Office && !account.closed);
        Ok(offices.find_map(|account| account.organ))
    }
}
