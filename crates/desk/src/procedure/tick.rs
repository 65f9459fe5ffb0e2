//! What the day asks of procedures by itself: ends, silence that goes up, clocks another calendar moves.

use super::{Case, Sitting};
use crate::ports::Filter;
use crate::{Actor, Desk, Fault};
use domain::commitment;
use domain::ledger::Event;
use std::sync::atomic::Ordering;

/// How many procedures one transaction looks at.
const BLOCK: usize = 200;

impl Desk {
    /// Does what the day asks of procedures; doing it again the same day changes nothing.
    pub(crate) fn tick_procedures(&self) -> Result<u64, Fault> {
        let today = self.clock.today();
        let due = Filter {
            due: Some(today),
            ascending: true,
            limit: BLOCK,
            ..Filter::default()
        };
        let mut changed = self.each(&due)?;
        changed += self.after_change_of_law()?;
        changed += self.move_duties()?;
        let desk = self.clone();
        let (named, _) = self.write(move |tx| {
            let mut sitting = Sitting::new(&desk, tx, Actor::timer());
            crate::exchange::tick(&mut sitting)
        })?;
        Ok(changed + named)
    }

    /// A changed pack may have another calendar, or lack a list: every open procedure that was not
    /// touched since is looked at once.
    fn after_change_of_law(&self) -> Result<u64, Fault> {
        let adopted = self.store.adoptions()?.first().map(|adopted| adopted.seq);
        let Some(adopted) = adopted else { return Ok(0) };
        if self.swept.load(Ordering::Relaxed) == adopted {
            return Ok(0);
        }
        let open = Filter {
            open: Some(true),
            untouched: Some(adopted),
            ascending: true,
            limit: BLOCK,
            ..Filter::default()
        };
        let changed = self.each(&open)?;
        self.swept.store(adopted, Ordering::Relaxed);
        Ok(changed)
    }

    /// Visits the procedures of a filter block by block; returns how many entries that made.
    fn each(&self, filter: &Filter) -> Result<u64, Fault> {
        let (mut after, mut changed) = (None, 0);
        loop {
            let desk = self.clone();
            let filter = Filter {
                after,
                ..filter.clone()
            };
            let ((last, count), _) = self.write(move |tx| {
                let mut sitting = Sitting::new(&desk, tx, Actor::timer());
                let first = sitting.tx.next();
                let rows = sitting.tx.procedures(&filter)?;
                for row in &rows {
                    if let Some(case) = sitting.case(row.id)? {
                        tick(&mut sitting, row.id, &case)?;
                    }
                }
                let last = (rows.len() == BLOCK)
                    .then(|| rows.last().map(|row| row.id))
                    .flatten();
                Ok((last, sitting.tx.next() - first))
            })?;
            changed += count;
            match last {
                Some(id) => after = Some(id),
                None => return Ok(changed),
            }
        }
    }

    /// Moves the last days of open seven-day duties that a changed calendar reaches, and says why (R8).
    fn move_duties(&self) -> Result<u64, Fault> {
        let (mut after, mut moved) = (0, 0);
        loop {
            let desk = self.clone();
            let ((last, count), _) = self.write(move |tx| {
                let mut sitting = Sitting::new(&desk, tx, Actor::timer());
                let open = sitting.tx.open_duties(after, BLOCK)?;
                let mut count = 0;
                for duty in &open {
                    let found = duty.due.reproject(sitting.today, sitting.law.calendar());
                    let Some((due, shift)) = found else { continue };
                    sitting.append(Event::DutyMoved(domain::duty::Moved {
                        duty: duty.seq,
                        organ: duty.organ,
                        docket: duty.docket.clone(),
                        due,
                        shift,
                    }))?;
                    count += 1;
                }
                let last = (open.len() == BLOCK)
                    .then(|| open.last().map(|duty| duty.seq))
                    .flatten();
                Ok((last, count))
            })?;
            moved += count;
            match last {
                Some(seq) => after = seq + 1,
                None => return Ok(moved),
            }
        }
    }
}

fn tick(sitting: &mut Sitting<'_>, id: u64, case: &Case) -> Result<(), Fault> {
    match case {
        Case::Commitment(case) => tick_commitment(sitting, case),
        Case::Listing(listing) => crate::listing::tick(sitting, id, listing),
        Case::Attention(attention) => crate::listing::tick_tag(sitting, id, attention),
        Case::Measure(measure) => crate::measure::tick(sitting, id, measure),
        Case::Feedback(feedback) => crate::feedback::tick(sitting, id, feedback),
        Case::Repair(case) => crate::repair::tick(sitting, case),
        Case::Objection(case) => crate::objection::tick(sitting, case),
        Case::Referral(referral) => crate::referral::tick(sitting, id, referral),
        Case::Visit(case) => crate::visit::tick(sitting, case),
        Case::Reorganisation(_) | Case::Notice(_) | Case::Inspector(_) | Case::Draw(_) => Ok(()),
    }
}

fn tick_commitment(sitting: &mut Sitting<'_>, case: &commitment::Case) -> Result<(), Fault> {
    let moved = case.reproject(sitting.today, sitting.law.calendar());
    for event in case.tick(sitting.today).into_iter().chain(moved) {
        let escalated = matches!(event, commitment::Event::Escalated { .. });
        crate::commitment::write(sitting, Some(case.id), event)?;
        if escalated {
            crate::notice::escalated(sitting, "commitment", case.id)?;
        }
    }
    Ok(())
}
