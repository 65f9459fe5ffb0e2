//! The ways off a list, as the entity reads them: what, by whom, from which day.

use super::{Clock, Event, Given, Listing, Quoted};
use crate::basis::Basis;
use crate::code::Code;
use crate::person::{Key, LinkedPerson};
use jiff::civil::Date;
use serde::Serialize;

/// The words under which law packs write the exits that every list has in common.
pub(super) const TERM: &str = "term";
pub(super) const EARLY: &str = "early";
pub(super) const VOID: &str = "void";

/// One way off a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Way {
    /// Word of the exit clause.
    pub key: String,
    /// What must be done or happen, in Chinese.
    pub what: String,
    /// Who must act, in Chinese.
    pub who: &'static str,
    /// First day on which the listing can end this way.
    pub from: Date,
    /// It ends by itself; nobody need ask.
    pub by_itself: bool,
    pub basis: Basis,
}

/// Every way off the list from `today` on, soonest first; none where the case is over.
///
/// The path is computed from the same entry the engine decides by, and the simulation walks it.
pub fn ways(listing: &Listing, today: Date) -> Vec<Way> {
    let Some(entry) = listing.entry().filter(|_| listing.lives()) else {
        return Vec::new();
    };
    let way = |exit: &Quoted| {
        let (who, from) = match exit.key.as_str() {
            TERM => ("无须申请", entry.ends),
            VOID => ("作出撤销、确认决定的机关", today),
            EARLY => (
                "主体申请，列入机关决定",
                entry.early.unwrap_or(today).max(today),
            ),
            _ => ("列入机关", today),
        };
        Way {
            key: exit.key.clone(),
            what: exit.text.clone(),
            who,
            from,
            by_itself: exit.key == TERM,
            basis: exit.basis.clone(),
        }
    };
    let mut ways: Vec<Way> = entry.exits.iter().map(way).collect();
    if !ways.iter().any(|way| way.by_itself) {
        ways.push(Way {
            key: TERM.to_owned(),
            what: "期限届满，自动移出".to_owned(),
            who: "无须申请",
            from: entry.ends,
            by_itself: true,
            basis: entry.basis.clone(),
        });
    }
    ways.retain(|way| way.from <= entry.ends);
    ways.sort_by_key(|way| way.from);
    ways
}

/// What a linked person may see of a listing: his own link, why, how long, and how to object (R88).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Linkage<'a> {
    pub link: &'a LinkedPerson,
    pub list: &'a str,
    pub entity: &'a Code,
    pub from: Date,
    /// First day without it, at the latest.
    pub ends: Date,
    pub appeal: &'a str,
}

/// The links of the person with this key, and of nobody else; none after the listing ended.
pub fn linkage<'a>(listing: &'a Listing, key: &'a Key) -> impl Iterator<Item = Linkage<'a>> {
    let entry = listing.entry().filter(|_| listing.lives());
    let links = entry
        .into_iter()
        .flat_map(|entry| entry.persons.iter().map(move |link| (entry, link)));
    links
        .filter(move |(_, link)| link.key == *key)
        .map(|(entry, link)| Linkage {
            link,
            list: &entry.list_name,
            entity: &entry.entity,
            from: entry.on,
            ends: entry.ends,
            appeal: &entry.appeal,
        })
}

/// The clock of the case as another calendar moves it.
pub(super) fn clock(state: &Listing, given: &Given<'_>) -> Option<Event> {
    let (of, clock) = match state {
        Listing::Proposed(proposed) => (Clock::Notice, proposed.notice.as_ref()?),
        Listing::Notified(notified) => (Clock::Plea, &notified.notice.plea),
        _ => return None,
    };
    let shift = clock.reproject(given.today, given.calendar)?;
    Some(Event::Clock {
        of,
        deadline: clock.clone().shifted(&shift),
        shift: Some(shift),
        on: given.today,
    })
}
