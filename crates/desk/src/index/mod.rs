//! The index of look-ups: who exists, and what is in force against them, in memory.
//!
//! It follows the ledger commit by commit and can be thrown away: it is loaded from the views. One
//! entity takes about 90 bytes and one effect about 100, so a million of each fit in 200 MB.

mod cases;

use crate::Fault;
use crate::ports::{EntityRow, Follower, Shown, Store};
use cases::Cases;
use domain::basis::Basis;
use domain::code::Code;
use domain::commitment::Against;
use domain::entity::{Known, plain_name};
use domain::filing::Filed;
use domain::ledger::Event;
use domain::listing::Listing;
use domain::record::{Act, Severity};
use domain::repair::Relieved;
use domain::screening::{Effect, EffectKind, Identity};
use hashbrown::{DefaultHashBuilder, HashMap, HashTable};
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::hash::BuildHasher;
use std::sync::{RwLock, RwLockReadGuard};

/// The index. Readers share it; the writer's thread changes it after each commit.
#[derive(Debug, Default)]
pub struct Index {
    inner: RwLock<Inner>,
}

const NONE: u32 = u32::MAX;
const PROVISIONAL: u8 = 1;
const NONCONFORMING: u8 = 2;

#[derive(Debug, Default)]
struct Inner {
    hasher: DefaultHashBuilder,
    by_code: HashTable<u32>,
    entities: Vec<Slot>,
    /// Present names, one after the other; a renamed entity leaves its old bytes behind.
    names: String,
    former: HashMap<u32, Vec<Box<str>>>,
    effects: Vec<Held>,
    free: Vec<u32>,
    texts: Pool<Box<str>>,
    bases: Pool<Basis>,
    delivered: BTreeMap<String, Date>,
    cases: Cases,
    organs: HashMap<Code, Box<str>>,
    as_of: u64,
}

/// One entity.
#[derive(Debug)]
struct Slot {
    code: [u8; 18],
    flags: u8,
    name_length: u16,
    name_start: u32,
    first_effect: u32,
}

/// One effect, chained to the next of its entity.
#[derive(Debug)]
struct Held {
    record: u64,
    docket: Box<str>,
    organ: u32,
    basis: u32,
    next: u32,
    decided: Date,
    repairable: Date,
    ends: Date,
    act: Act,
    severity: Option<Severity>,
}

/// Values that repeat, kept once.
#[derive(Debug)]
struct Pool<T> {
    values: Vec<T>,
    places: HashMap<T, u32>,
}

impl<T> Default for Pool<T> {
    fn default() -> Self {
        Self {
            values: Vec::new(),
            places: HashMap::new(),
        }
    }
}

impl<T: Clone + Eq + std::hash::Hash> Pool<T> {
    fn place(&mut self, value: &T) -> u32 {
        if let Some(place) = self.places.get(value) {
            return *place;
        }
        let place = u32::try_from(self.values.len()).unwrap_or(NONE);
        self.values.push(value.clone());
        self.places.insert(value.clone(), place);
        place
    }

    fn get(&self, place: u32) -> Option<&T> {
        self.values.get(place as usize)
    }
}

impl Index {
    /// Loads everything the store has. Runs while no commit can happen (see [`Store::attach`]).
    pub fn load(&self, store: &dyn Store) -> Result<(), Fault> {
        let Ok(mut inner) = self.inner.write() else {
            return Err(Fault::broken("index poisoned"));
        };
        *inner = Inner::default();
        let count = usize::try_from(store.count_entities()?).unwrap_or(0);
        inner.entities.reserve(count);
        let inner = &mut *inner;
        store.each_entity(&mut |row| inner.add_row(&row))?;
        store.each_former_name(&mut |code, name| inner.add_former(code, name))?;
        store.each_shown(&mut |row| inner.add_shown(&row))?;
        inner.delivered = store.deliveries()?;
        for organ in store.organs()? {
            inner.organs.insert(organ.code, organ.name.into());
        }
        inner.load_cases(store)?;
        inner.as_of = store.size()?;
        Ok(())
    }

    /// Shares the index with a reader. Hold it briefly: a commit waits for it.
    pub fn read(&self) -> Option<Reader<'_>> {
        self.inner.read().ok().map(Reader)
    }
}

impl Follower for Index {
    fn follow(&self, events: &[(u64, Box<Event>)]) {
        // Readers wait at most for one such block, some tens of microseconds.
        for block in events.chunks(128) {
            let Ok(mut inner) = self.inner.write() else {
                return;
            };
            for (seq, event) in block {
                inner.apply(*seq, event);
            }
        }
    }
}

/// A reader's share of the index.
#[derive(Debug)]
pub struct Reader<'a>(RwLockReadGuard<'a, Inner>);

impl Reader<'_> {
    /// Number of ledger entries the index has followed.
    pub fn as_of(&self) -> u64 {
        self.0.as_of
    }

    pub fn entities(&self) -> usize {
        self.0.entities.len()
    }

    /// Who bears this code.
    pub fn identity(&self, code: &Code) -> Option<Identity> {
        let slot = self.0.slot(code)?;
        Some(Identity {
            code: *code,
            name: self.0.name(slot).to_owned(),
            kind: code.kind().name().to_owned(),
            provisional: slot.flags & PROVISIONAL != 0,
            nonconforming: slot.flags & NONCONFORMING != 0,
        })
    }

    /// What is in force against an entity on a day, soonest end first.
    pub fn effects(&self, code: &Code, day: Date) -> Vec<Effect> {
        let Some(slot) = self.0.slot(code) else {
            return Vec::new();
        };
        let mut effects: Vec<Effect> = self
            .0
            .chain(slot.first_effect)
            .filter(|held| day < held.ends)
            .filter_map(|held| self.0.effect(held))
            .collect();
        effects.sort_by_key(|effect| (effect.ends, effect.record));
        effects
    }

    /// What the registry knows of a code and a name on a document.
    pub fn known(&self, code: &Code, name: &str) -> Known<'_> {
        let Some(place) = self.0.place(code) else {
            return Known::Nobody;
        };
        let Some(slot) = self.0.entities.get(place as usize) else {
            return Known::Nobody;
        };
        let today = self.0.name(slot);
        let provisional = slot.flags & PROVISIONAL != 0;
        if today == name || plain_name(today) == plain_name(name) {
            return Known::Current {
                name: today,
                provisional,
            };
        }
        let plain = plain_name(name);
        let former = self.0.former.get(&place);
        if former.is_some_and(|names| names.iter().any(|old| plain_name(old) == plain)) {
            return Known::Former { today };
        }
        Known::Another { name: today }
    }

    /// Listings of an entity that are open or in force, except those that rest.
    pub fn listings(&self, code: &Code) -> impl Iterator<Item = (u64, &Listing)> {
        self.0.cases.listings(code)
    }

    /// Determined breaches of commitments that stand against an entity.
    pub fn breaches(&self, code: &Code) -> Vec<Against> {
        self.0.cases.breaches(code)
    }

    /// 异议处理中
    pub fn is_disputed(&self, record: u64) -> bool {
        self.0.cases.is_disputed(record)
    }

    /// The application about a record that is being worked on.
    pub fn repair_of(&self, record: u64) -> Option<u64> {
        self.0.cases.repair_of(record)
    }

    /// The name of an organ, or its code where the register has none.
    pub fn organ(&self, code: &Code) -> String {
        let name = self.0.organs.get(code);
        name.map_or_else(|| code.to_string(), ToString::to_string)
    }

    /// Last day on which each source was delivered.
    pub fn delivered(&self) -> &BTreeMap<String, Date> {
        &self.0.delivered
    }
}

impl Inner {
    fn hash(&self, code: &[u8; 18]) -> u64 {
        self.hasher.hash_one(code)
    }

    fn place(&self, code: &Code) -> Option<u32> {
        let wanted = code.as_bytes();
        self.by_code
            .find(self.hash(wanted), |place| {
                self.entities
                    .get(*place as usize)
                    .is_some_and(|slot| slot.code == *wanted)
            })
            .copied()
    }

    fn slot(&self, code: &Code) -> Option<&Slot> {
        self.entities.get(self.place(code)? as usize)
    }

    fn name(&self, slot: &Slot) -> &str {
        let start = slot.name_start as usize;
        self.names
            .get(start..start + usize::from(slot.name_length))
            .unwrap_or_default()
    }

    fn chain(&self, first: u32) -> impl Iterator<Item = &Held> {
        std::iter::successors(self.effects.get(first as usize), |held| {
            self.effects.get(held.next as usize)
        })
    }

    fn effect(&self, held: &Held) -> Option<Effect> {
        Some(Effect {
            record: held.record,
            act: held.act,
            docket: held.docket.to_string(),
            organ: self.texts.get(held.organ)?.to_string(),
            decided: held.decided,
            severity: held.severity,
            effect: EffectKind::PublishedRecord,
            basis: self.bases.get(held.basis)?.clone(),
            repairable: held.repairable,
            ends: held.ends,
        })
    }

    fn apply(&mut self, seq: u64, event: &Event) {
        self.as_of = self.as_of.max(seq + 1);
        match event {
            Event::EntityRegistered(entity) => self.add_row(&EntityRow {
                code: entity.code.as_str(),
                name: &entity.name,
                provisional: entity.provisional,
                nonconforming: entity.nonconforming,
            }),
            Event::EntityRenamed(renamed) => self.rename(&renamed.code, &renamed.name),
            Event::Filed(filed) => self.filed(seq, filed),
            Event::Revoked(revoked) => self.remove(revoked.entity, revoked.record),
            Event::Hidden(hidden) => self.remove(hidden.entity, hidden.record),
            Event::Submitted(submission) => {
                let last = self
                    .delivered
                    .entry(submission.source.clone())
                    .or_insert(submission.on);
                *last = (*last).max(submission.on);
            }
            Event::OrganRegistered(organ) => {
                self.organs.insert(organ.code, organ.name.as_str().into());
            }
            Event::Relieved(relieved) => self.relieved(relieved),
            _ => {}
        }
        self.cases.apply(seq, event);
    }

    /// Nothing of a record holds any more, or it holds again.
    fn relieved(&mut self, relieved: &Relieved) {
        self.remove(Some(relieved.entity), relieved.record);
        let Some(effect) = relieved.back.as_deref().filter(|_| !relieved.free) else {
            return;
        };
        self.add_shown(&Shown {
            seq: effect.record,
            entity: relieved.entity.as_str(),
            act: effect.act,
            docket: &effect.docket,
            organ: &effect.organ,
            decided: effect.decided,
            severity: effect.severity,
            repairable: effect.repairable,
            ends: effect.ends,
            statute: &effect.basis.statute,
            article: &effect.basis.article,
            confirmed: effect.basis.confirmed,
        });
    }

    fn load_cases(&mut self, store: &dyn Store) -> Result<(), Fault> {
        let broken = [
            "核查发现未履行",
            "已告知",
            "已陈述申辩",
            "已认定违诺",
            "违诺已修复",
        ];
        let nouns: [(&str, &[&str]); 4] = [
            ("listing", &[]),
            ("commitment", &broken),
            ("objection", &[]),
            ("repair", &[]),
        ];
        for (noun, states) in nouns {
            store.each_open(noun, states, &mut |events| {
                for (seq, event) in events {
                    self.cases.apply(*seq, event);
                }
            })?;
        }
        store.each_eased(&mut |record| self.cases.ease(record, true))
    }

    fn filed(&mut self, seq: u64, filed: &Filed) {
        if let Some(correction) = &filed.corrects {
            self.remove(filed.entity, correction.entry);
        }
        let (Some(entity), Some(window)) = (filed.entity, filed.publication.window()) else {
            return;
        };
        self.add_shown(&Shown {
            seq,
            entity: entity.as_str(),
            act: filed.act,
            docket: &filed.docket,
            organ: &filed.organ_name,
            decided: filed.decided,
            severity: filed.severity.as_ref().map(|classed| classed.class),
            repairable: window.repairable,
            ends: window.hidden,
            statute: &window.basis.statute,
            article: &window.basis.article,
            confirmed: window.basis.confirmed,
        });
    }

    fn add_row(&mut self, row: &EntityRow<'_>) {
        let Some(code) = Code::read(row.code) else {
            return;
        };
        if let Some(place) = self.place(&code) {
            self.write_name(place, row.name);
            if let Some(slot) = self.entities.get_mut(place as usize) {
                slot.flags = flags(row);
            }
            return;
        }
        let place = u32::try_from(self.entities.len()).unwrap_or(NONE);
        self.entities.push(Slot {
            code: *code.as_bytes(),
            flags: flags(row),
            name_length: 0,
            name_start: 0,
            first_effect: NONE,
        });
        self.write_name(place, row.name);
        let (hasher, entities) = (&self.hasher, &self.entities);
        self.by_code
            .insert_unique(hasher.hash_one(code.as_bytes()), place, |other| {
                entities
                    .get(*other as usize)
                    .map_or(0, |slot| hasher.hash_one(slot.code))
            });
    }

    fn write_name(&mut self, place: u32, name: &str) {
        let start = u32::try_from(self.names.len()).unwrap_or(NONE);
        let Some(slot) = self.entities.get_mut(place as usize) else {
            return;
        };
        self.names.push_str(name);
        slot.name_start = start;
        slot.name_length = u16::try_from(name.len()).unwrap_or(u16::MAX);
    }

    fn add_former(&mut self, code: &str, name: &str) {
        if let Some(place) = Code::read(code).and_then(|code| self.place(&code)) {
            self.former.entry(place).or_default().push(name.into());
        }
    }

    fn rename(&mut self, code: &Code, name: &str) {
        let Some(place) = self.place(code) else {
            return;
        };
        if let Some(slot) = self.entities.get(place as usize) {
            let old = self.name(slot).into();
            self.former.entry(place).or_default().push(old);
        }
        self.write_name(place, name);
    }

    /// Keeps what is adverse. A licence is published too, but nothing stands against anybody in it.
    fn add_shown(&mut self, row: &Shown<'_>) {
        if row.act != Act::Penalty {
            return;
        }
        let Some(place) = Code::read(row.entity).and_then(|code| self.place(&code)) else {
            return;
        };
        let held = Held {
            record: row.seq,
            docket: row.docket.into(),
            organ: self.texts.place(&row.organ.into()),
            basis: self.bases.place(&Basis {
                statute: row.statute.into(),
                article: row.article.into(),
                confirmed: row.confirmed,
            }),
            next: self
                .entities
                .get(place as usize)
                .map_or(NONE, |slot| slot.first_effect),
            decided: row.decided,
            repairable: row.repairable,
            ends: row.ends,
            act: row.act,
            severity: row.severity,
        };
        let at = self
            .free
            .pop()
            .unwrap_or_else(|| u32::try_from(self.effects.len()).unwrap_or(NONE));
        match self.effects.get_mut(at as usize) {
            Some(old) => *old = held,
            None => self.effects.push(held),
        }
        if let Some(slot) = self.entities.get_mut(place as usize) {
            slot.first_effect = at;
        }
    }

    /// Takes an effect out of its entity's chain.
    fn remove(&mut self, entity: Option<Code>, record: u64) {
        let Some(place) = entity.and_then(|code| self.place(&code)) else {
            return;
        };
        let Some(slot) = self.entities.get(place as usize) else {
            return;
        };
        let (mut before, mut at) = (NONE, slot.first_effect);
        while let Some(held) = self.effects.get(at as usize) {
            let next = held.next;
            if held.record != record {
                (before, at) = (at, next);
                continue;
            }
            match self.effects.get_mut(before as usize) {
                Some(previous) => previous.next = next,
                None => {
                    if let Some(slot) = self.entities.get_mut(place as usize) {
                        slot.first_effect = next;
                    }
                }
            }
            if let Some(gone) = self.effects.get_mut(at as usize) {
                gone.next = NONE;
                gone.docket = "".into();
            }
            self.free.push(at);
            return;
        }
    }
}

fn flags(row: &EntityRow<'_>) -> u8 {
    u8::from(row.provisional) * PROVISIONAL + u8::from(row.nonconforming) * NONCONFORMING
}
