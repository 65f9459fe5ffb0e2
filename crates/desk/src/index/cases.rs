//! What procedures add to a look-up: lists an entity is on, breaches, and what is in dispute or in repair.
//!
//! Only what can matter to an answer is kept: a kept promise takes no place here, a broken one does.

use domain::code::Code;
use domain::commitment::{self, Against, Breach};
use domain::ledger::Event;
use domain::listing::{self, Listing};
use domain::objection;
use domain::record::Severity;
use domain::repair;
use hashbrown::{HashMap, HashSet};
use std::sync::Arc;

/// Everything, by entity or by record.
#[derive(Debug, Default)]
pub(super) struct Cases {
    listings: HashMap<Code, Vec<(u64, Arc<Listing>)>>,
    promises: HashMap<u64, Promise>,
    broken: HashMap<Code, Vec<u64>>,
    eased: HashSet<u64>,
    disputes: HashMap<u64, Vec<u64>>,
    disputed: HashMap<u64, u64>,
    repairs: HashMap<u64, u64>,
    repairing: HashMap<u64, u64>,
}

/// A promise that was found not to be kept.
#[derive(Debug)]
struct Promise {
    breach: Breach,
    against: Option<Against>,
    repaired: bool,
}

impl Cases {
    /// Listings of an entity that are open or in force.
    pub fn listings(&self, code: &Code) -> impl Iterator<Item = (u64, &Listing)> {
        let held = self.listings.get(code).into_iter().flatten();
        held.filter(|(id, _)| !self.eased.contains(id))
            .map(|(id, listing)| (*id, &**listing))
    }

    /// Determined breaches that stand against an entity.
    pub fn breaches(&self, code: &Code) -> Vec<Against> {
        let held = self.broken.get(code).into_iter().flatten();
        let held = held.filter(|id| !self.eased.contains(*id));
        let held = held.filter_map(|id| self.promises.get(id));
        held.filter(|promise| !promise.repaired)
            .filter_map(|promise| promise.against.clone())
            .collect()
    }

    pub fn is_disputed(&self, record: u64) -> bool {
        self.disputes.contains_key(&record)
    }

    /// The application about a record that is being worked on.
    pub fn repair_of(&self, record: u64) -> Option<u64> {
        self.repairing.get(&record).copied()
    }

    pub fn ease(&mut self, record: u64, free: bool) {
        if free {
            self.eased.insert(record);
        } else {
            self.eased.remove(&record);
        }
    }

    pub fn apply(&mut self, seq: u64, event: &Event) {
        match event {
            Event::Listing(step) => {
                if let Some(entity) = step.entity {
                    self.listing(step.procedure.unwrap_or(seq), entity, &step.did);
                }
            }
            Event::Commitment(step) => {
                if let Some(entity) = step.entity {
                    self.commitment(step.procedure.unwrap_or(seq), entity, &step.did);
                }
            }
            Event::Objection(step) => self.objection(step.procedure.unwrap_or(seq), &step.did),
            Event::Repair(step) => self.repair(step.procedure.unwrap_or(seq), &step.did),
            Event::Relieved(relieved) => self.ease(relieved.record, relieved.free),
            _ => {}
        }
    }

    fn listing(&mut self, id: u64, entity: Code, event: &listing::Event) {
        let held = self.listings.entry(entity).or_default();
        let place = held.iter().position(|(known, _)| *known == id);
        let before = place.map(|place| held.swap_remove(place).1);
        let before = before.map(Arc::unwrap_or_clone);
        // A step that does not follow is found by the store; here it only must not break a look-up.
        if let Ok(after) = Listing::apply(before, event)
            && after.lives()
        {
            held.push((id, Arc::new(after)));
        }
        if held.is_empty() {
            self.listings.remove(&entity);
        }
    }

    fn commitment(&mut self, id: u64, entity: Code, event: &commitment::Event) {
        use commitment::Event as Did;
        match event {
            Did::Found { breach, .. } => {
                let promise = Promise {
                    breach: *breach,
                    against: None,
                    repaired: false,
                };
                self.promises.insert(id, promise);
            }
            Did::Cleared { .. } => drop(self.promises.remove(&id)),
            Did::Determined {
                document,
                severity,
                window,
                ..
            } => {
                let Some(promise) = self.promises.get_mut(&id) else {
                    return;
                };
                let key = match (promise.breach, severity) {
                    (Breach::False, _) => "false-commitment",
                    (Breach::Broken, Severity::Serious) => "serious-unrepaired",
                    (Breach::Broken, _) => "adverse-record",
                };
                promise.against = Some(Against {
                    record: id,
                    key: key.to_owned(),
                    what: format!("{}（{}）", promise.breach.name(), document.number),
                    until: Some(window.hidden),
                });
                self.broken.entry(entity).or_default().push(id);
            }
            Did::Repaired { .. } => self.mend(id, true),
            Did::RepairUndone { .. } => self.mend(id, false),
            _ => {}
        }
    }

    fn mend(&mut self, id: u64, repaired: bool) {
        if let Some(promise) = self.promises.get_mut(&id) {
            promise.repaired = repaired;
        }
    }

    fn objection(&mut self, id: u64, event: &objection::Event) {
        match event {
            objection::Event::Filed { filed, .. } => {
                self.disputed.insert(id, filed.record);
                self.disputes.entry(filed.record).or_default().push(id);
            }
            objection::Event::Decided { .. } | objection::Event::Withdrawn { .. } => {
                let Some(record) = self.disputed.remove(&id) else {
                    return;
                };
                if let Some(open) = self.disputes.get_mut(&record) {
                    open.retain(|known| *known != id);
                    if open.is_empty() {
                        self.disputes.remove(&record);
                    }
                }
            }
            _ => {}
        }
    }

    fn repair(&mut self, id: u64, event: &repair::Event) {
        use repair::Event as Did;
        match event {
            Did::Filed { application, .. } => {
                self.repairs.insert(id, application.record);
                self.repairing.insert(application.record, id);
            }
            Did::NotAccepted { .. }
            | Did::Refused { .. }
            | Did::Approved(_)
            | Did::Withdrawn { .. }
            | Did::Moot { .. }
            | Did::Annulled(_) => {
                if let Some(record) = self.repairs.remove(&id) {
                    self.repairing.remove(&record);
                }
            }
            _ => {}
        }
    }
}
