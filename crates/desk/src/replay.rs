//! Replay: past decisions are computed again by the law of their day and compared byte for byte (R3).

use crate::fact::{self, Weighing};
use crate::grade::Evaluator;
use crate::intake::Sources;
use crate::intake::ruling::Ruling;
use crate::procedure::{self, Case};
use crate::{Actor, Desk, Fault};
use domain::code::Code;
use domain::filing::Filed;
use domain::grade::{Fact, GradesChanged, day_number};
use domain::intake::{Cell, Context, Filing};
use domain::ledger::event::Replayed;
use domain::ledger::{Entry, Event};
use law::Pack;
use std::collections::BTreeMap;

/// Looks for each decision of a sample; most entries of a ledger are decisions.
const LOOKS: u64 = 20;
/// Grades compared of one entry that states many.
const GRADES: usize = 5;

/// What a second computation of one entry said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Again {
    Same,
    Otherwise,
    /// No decision of the law, or its values were redacted.
    Nothing,
}

/// Decisions computed again each day.
const DAILY: u64 = 20;

impl Desk {
    /// Replays a sample unless today's was done; returns how many decisions were compared.
    pub(crate) fn replay_daily(&self) -> Result<u64, Fault> {
        let last = self.store.replays(1)?;
        if last
            .first()
            .is_some_and(|(last, _)| last.on >= self.clock.today())
        {
            return Ok(0);
        }
        let replayed = self.replay(&Actor::timer(), DAILY)?;
        if !replayed.differing.is_empty() {
            tracing::error!(entries = ?replayed.differing, "past decisions do not come out again");
        }
        Ok(replayed.compared)
    }

    /// Computes a random sample of past decisions anew and records the outcome in the ledger; where
    /// there is nothing to compare, nothing is recorded.
    pub fn replay(&self, actor: &Actor, sample: u64) -> Result<Replayed, Fault> {
        let seed = u64::from_be_bytes(first_half(self.salt()?));
        let replayed = self.replay_from(seed, sample)?;
        if replayed.compared == 0 {
            return Ok(replayed);
        }
        self.record(actor, Event::Replayed(replayed.clone()))?;
        Ok(replayed)
    }

    /// The same for a seed that is known; nothing is recorded.
    pub fn replay_from(&self, seed: u64, sample: u64) -> Result<Replayed, Fault> {
        let (size, mut state) = (self.store.size()?.max(1), seed);
        let (mut compared, mut differing) = (0, Vec::new());
        for _ in 0..sample.saturating_mul(LOOKS) {
            if compared == sample {
                break;
            }
            let seq = next(&mut state) % size;
            let Some(entry) = self.store.entry(seq)? else {
                continue;
            };
            match self.again(seq, &entry)? {
                Again::Nothing => {}
                Again::Same => compared += 1,
                Again::Otherwise => {
                    compared += 1;
                    differing.push(seq);
                }
            }
        }
        differing.sort_unstable();
        differing.dedup();
        Ok(Replayed {
            on: self.clock.today(),
            seed,
            compared,
            differing,
        })
    }

    fn again(&self, seq: u64, entry: &Entry) -> Result<Again, Fault> {
        if !matches!(entry.kind.as_str(), "filed" | "grades-changed") {
            return Ok(Again::Nothing);
        }
        let law = self.pack(&entry.law)?;
        let event = Event::of(entry).map_err(|error| Fault::broken(error.to_string()))?;
        match &event {
            Event::Filed(filed) => {
                let Some(restated) = restate(&law, &self.sources, entry, filed) else {
                    return Ok(Again::Nothing);
                };
                same(&Event::Filed(Box::new(restated)), &entry.head)
            }
            Event::GradesChanged(changed) => self.grades_again(&law, seq, changed),
            _ => Ok(Again::Nothing),
        }
    }

    fn grades_again(
        &self,
        law: &std::sync::Arc<Pack>,
        seq: u64,
        changed: &GradesChanged,
    ) -> Result<Again, Fault> {
        let mut evaluator = Evaluator::new(law.clone(), changed.as_of);
        for change in changed.changes.iter().take(GRADES) {
            let facts = self.facts_before(&change.entity, seq)?;
            let again = evaluator.change(&change.entity, &facts);
            if again.is_none_or(|(_, again)| again != *change) {
                return Ok(Again::Otherwise);
            }
        }
        Ok(Again::Same)
    }

    /// The facts of an organisation as the ledger knew them before an entry: a fold of its own
    /// entries, without any view.
    pub fn facts_before(&self, entity: &Code, before: u64) -> Result<Vec<Fact>, Fault> {
        let mut folded = Folded::default();
        let mut history = self.store.history(entity, usize::MAX >> 1)?;
        history.sort_unstable_by_key(|(seq, _)| *seq);
        let earlier = history.into_iter().filter(|(seq, _)| *seq < before);
        for (seq, entry) in earlier {
            let event = Event::of(&entry).map_err(|error| Fault::broken(error.to_string()))?;
            folded.take(seq, &event)?;
        }
        folded.facts.sort_by_key(fact::order);
        Ok(folded.facts)
    }
}

/// The facts of one organisation, folded from its own entries.
#[derive(Default)]
struct Folded {
    facts: Vec<Fact>,
    filed: BTreeMap<u64, Filed>,
    cases: BTreeMap<u64, Case>,
}

impl Folded {
    fn take(&mut self, seq: u64, event: &Event) -> Result<(), Fault> {
        match event {
            Event::Filed(filed) => {
                if let Some(correction) = &filed.corrects {
                    self.fade(correction.entry, filed.filed);
                }
                self.facts.extend(Fact::of(seq, filed));
                self.filed.insert(seq, (**filed).clone());
            }
            Event::Revoked(revoked) => self.fade(revoked.record, revoked.filed),
            Event::Relieved(relieved) => {
                let (filed, case) = (
                    self.filed.get(&relieved.record),
                    self.cases.get(&relieved.record),
                );
                let changes = fact::of_relief(relieved, filed, case);
                self.change(changes);
            }
            _ => self.step(seq, event)?,
        }
        Ok(())
    }

    fn step(&mut self, seq: u64, event: &Event) -> Result<(), Fault> {
        let Some(id) = procedure::number(seq, event) else {
            return Ok(());
        };
        let case = Case::apply(self.cases.remove(&id), id, event);
        let case = case.map_err(|_| Fault::broken(format!("程序 {id} 的步骤前后不接")))?;
        let changes = fact::of_step(seq, event, &case);
        self.cases.insert(id, case);
        self.change(changes);
        Ok(())
    }

    fn change(&mut self, changes: Vec<Weighing>) {
        for change in changes {
            match change {
                Weighing::Begins(_, fact) => self.facts.push(fact),
                Weighing::Fades { record, on } => self.fade(record, on),
            }
        }
    }

    fn fade(&mut self, record: u64, on: jiff::civil::Date) {
        for fact in self.facts.iter_mut().filter(|fact| fact.record == record) {
            fact.gone = fact.gone.min(day_number(on));
        }
    }
}

/// The record as `law` decides it from the values that were filed; `None` where they can no longer
/// be read.
pub(crate) fn restate(
    law: &Pack,
    sources: &Sources,
    entry: &Entry,
    filed: &Filed,
) -> Option<Filed> {
    let filing = filing(law, sources, entry, filed)?;
    let person = filed.entity.is_none();
    let ruling = Ruling::of(law, &filing, person, filed.filed);
    Some(Filed {
        decided: filing.decided,
        valid_until: filing.valid_until,
        docket: filing.docket,
        severity: ruling.severity,
        procedure: filing.procedure,
        kinds: filing.kinds,
        // A correction opens no second duty.
        due: ruling.due.filter(|_| filed.corrects.is_none()),
        publication: ruling.publication,
        fine: filing.fine,
        ..filed.clone()
    })
}

/// Reads the stored values as if they were filed today.
fn filing<'a>(
    law: &Pack,
    sources: &Sources,
    entry: &'a Entry,
    filed: &Filed,
) -> Option<Filing<'a>> {
    if entry.values.iter().any(|value| value.text().is_none()) {
        return None;
    }
    let plan = sources.get(&filed.source)?;
    let columns = &plan.spec().columns;
    let header: Vec<String> = columns.iter().map(|column| column.code.clone()).collect();
    let cells: Vec<Cell<'_>> = columns
        .iter()
        .map(|column| Cell::text(entry.value(&column.code).unwrap_or_default()))
        .collect();
    let context = Context {
        today: filed.filed,
        exceptions: law.exceptions(),
    };
    plan.bind(&header).ok()?.filing(&cells, &context)
}

fn same(event: &Event, head: &str) -> Result<Again, Fault> {
    let text = serde_json::to_string(event).map_err(|error| Fault::broken(error.to_string()))?;
    Ok(if text == head {
        Again::Same
    } else {
        Again::Otherwise
    })
}

fn first_half(salt: [u8; 16]) -> [u8; 8] {
    let mut half = [0; 8];
    for (to, from) in half.iter_mut().zip(salt) {
        *to = from;
    }
    half
}

/// SplitMix64: the sample follows from its seed, so that anybody finds the same entries.
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}
