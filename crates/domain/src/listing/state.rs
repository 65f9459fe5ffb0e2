//! The states of a listing, and how an event leads from one to the next.

use super::{Clock, Drop, Entry, Event, Leaving, Notice, Plea, Proposed, Shown, Trigger};
use crate::code::Code;
use crate::procedure::{Deadline, Document, OutOfStep};
use jiff::civil::Date;
use serde::Serialize;

/// One case of listing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum Listing {
    Proposed(Box<Proposed>),
    Notified(Box<Notified>),
    /// Decided, but not yet served and shown; nothing follows from it yet.
    Listed(Box<Listed>),
    Published(Box<Published>),
    Dropped(Box<Dropped>),
    Ended(Box<Ended>),
}

/// The entity knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Notified {
    pub proposed: Proposed,
    pub notice: Notice,
    pub pleas: Vec<Plea>,
}

/// What a decision may follow on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "after", rename_all = "kebab-case")]
pub enum Ready {
    /// The entity was told and could answer.
    Heard(Box<Notified>),
    /// Being listed is no burden, so nobody had to be heard.
    Favourable(Box<Proposed>),
}

impl Ready {
    pub fn proposed(&self) -> &Proposed {
        match self {
            Self::Heard(notified) => &notified.proposed,
            Self::Favourable(proposed) => proposed,
        }
    }

    fn proposed_mut(&mut self) -> &mut Proposed {
        match self {
            Self::Heard(notified) => &mut notified.proposed,
            Self::Favourable(proposed) => proposed,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Listed {
    pub ready: Ready,
    pub entry: Entry,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Published {
    pub listed: Listed,
    pub shown: Shown,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Dropped {
    /// Without its persons.
    pub proposed: Proposed,
    pub why: Drop,
    pub on: Date,
    pub document: Option<Document>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Ended {
    /// Without its persons: they leave with the entry.
    pub entry: Entry,
    /// The day it was shown, if it was.
    pub shown: Option<Date>,
    pub end: Leaving,
}

/// A listing that has effect on one day: decided, served, shown, within its term.
///
/// Only [`Listing::effective`] makes one, so a measure cannot rest on anything less.
#[derive(Debug, Clone, Copy)]
pub struct Effective<'a> {
    case: u64,
    entry: &'a Entry,
    day: Date,
}

impl<'a> Effective<'a> {
    /// Number of the case.
    pub fn case(&self) -> u64 {
        self.case
    }

    pub fn entry(&self) -> &'a Entry {
        self.entry
    }

    pub fn day(&self) -> Date {
        self.day
    }
}

impl Listing {
    /// The state after an event.
    pub fn apply(state: Option<Self>, event: &Event) -> Result<Self, OutOfStep> {
        match (state, event) {
            (None, Event::Proposed(proposed)) => Ok(Self::Proposed(Box::new(proposed.clone()))),
            (None, _) => Err(OutOfStep),
            (Some(Self::Proposed(proposed)), event) => from_proposed(*proposed, event),
            (Some(Self::Notified(notified)), event) => from_notified(*notified, event),
            (Some(Self::Listed(listed)), event) => from_listed(*listed, event),
            (Some(Self::Published(published)), event) => from_published(*published, event),
            (Some(Self::Dropped(_) | Self::Ended(_)), _) => Err(OutOfStep),
        }
    }

    /// The listing as far as something may follow from it on `day`.
    pub fn effective(&self, case: u64, day: Date) -> Option<Effective<'_>> {
        let Self::Published(published) = self else {
            return None;
        };
        let entry = &published.listed.entry;
        let effective = Effective { case, entry, day };
        (entry.holds(day) && published.shown.on <= day).then_some(effective)
    }

    /// Whether the public may see it on `day`: from publication to the end.
    pub fn public(&self, day: Date) -> bool {
        self.effective(0, day).is_some()
    }

    /// Whether it is open or in force, so that a second case about the same would be double.
    pub fn lives(&self) -> bool {
        !matches!(self, Self::Dropped(_) | Self::Ended(_))
    }

    /// The decision, where there is one.
    pub fn entry(&self) -> Option<&Entry> {
        match self {
            Self::Listed(listed) => Some(&listed.entry),
            Self::Published(published) => Some(&published.listed.entry),
            Self::Ended(ended) => Some(&ended.entry),
            Self::Proposed(_) | Self::Notified(_) | Self::Dropped(_) => None,
        }
    }

    /// Entity, list and organ.
    pub fn about(&self) -> (Code, &str, Code) {
        match self {
            Self::Proposed(proposed) => of(proposed),
            Self::Notified(notified) => of(&notified.proposed),
            Self::Listed(listed) => of(listed.ready.proposed()),
            Self::Published(published) => of(published.listed.ready.proposed()),
            Self::Dropped(dropped) => of(&dropped.proposed),
            Self::Ended(ended) => (ended.entry.entity, &ended.entry.list, ended.entry.organ),
        }
    }

    /// The name a user reads.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Proposed(_) => "拟列入",
            Self::Notified(notified) if notified.pleas.is_empty() => "已告知",
            Self::Notified(_) => "已陈述申辩",
            Self::Listed(_) => "已决定列入，待送达公布",
            Self::Published(_) => "已列入",
            Self::Dropped(_) => "不予列入",
            Self::Ended(_) => "已移出",
        }
    }

    /// The window for a plea, while it matters.
    pub fn plea(&self) -> Option<&Deadline> {
        match self {
            Self::Notified(notified) => Some(&notified.notice.plea),
            _ => None,
        }
    }

    /// The documents the case rests on.
    pub fn triggers(&self) -> &[Trigger] {
        match self {
            Self::Proposed(proposed) => &proposed.triggers,
            Self::Notified(notified) => &notified.proposed.triggers,
            Self::Listed(listed) => &listed.ready.proposed().triggers,
            Self::Published(published) => &published.listed.ready.proposed().triggers,
            Self::Dropped(_) | Self::Ended(_) => &[],
        }
    }
}

fn of(proposed: &Proposed) -> (Code, &str, Code) {
    (proposed.entity, &proposed.list, proposed.by.organ)
}

fn from_proposed(mut proposed: Proposed, event: &Event) -> Result<Listing, OutOfStep> {
    match event {
        Event::Notified(notice) if proposed.notice.is_some() => {
            Ok(Listing::Notified(Box::new(Notified {
                proposed,
                notice: notice.clone(),
                pleas: Vec::new(),
            })))
        }
        Event::Decided(entry) if !proposed.kind.adverse() => {
            let ready = Ready::Favourable(Box::new(proposed));
            Ok(listed(ready, entry))
        }
        Event::Weakened {
            number, revoked, ..
        } => {
            weaken(&mut proposed.triggers, number, *revoked);
            Ok(Listing::Proposed(Box::new(proposed)))
        }
        Event::Clock {
            of: Clock::Notice,
            deadline,
            ..
        } if proposed.notice.is_some() => {
            proposed.notice = Some(deadline.clone());
            Ok(Listing::Proposed(Box::new(proposed)))
        }
        Event::Dropped { .. } => dropped(proposed, event),
        _ => Err(OutOfStep),
    }
}

fn from_notified(mut notified: Notified, event: &Event) -> Result<Listing, OutOfStep> {
    match event {
        Event::Pleaded(plea) => notified.pleas.push(plea.clone()),
        Event::Clock {
            of: Clock::Plea,
            deadline,
            ..
        } => notified.notice.plea = deadline.clone(),
        Event::Weakened {
            number, revoked, ..
        } => {
            weaken(&mut notified.proposed.triggers, number, *revoked);
        }
        Event::Decided(entry) => return Ok(listed(Ready::Heard(Box::new(notified)), entry)),
        Event::Dropped { .. } => return dropped(notified.proposed, event),
        _ => return Err(OutOfStep),
    }
    Ok(Listing::Notified(Box::new(notified)))
}

fn from_listed(mut listed: Listed, event: &Event) -> Result<Listing, OutOfStep> {
    match event {
        Event::Published(shown) => {
            let shown = shown.clone();
            return Ok(Listing::Published(Box::new(Published { listed, shown })));
        }
        Event::Ended(end) => return Ok(ended(listed.entry, None, end)),
        _ => change(&mut listed, event)?,
    }
    Ok(Listing::Listed(Box::new(listed)))
}

fn from_published(mut published: Published, event: &Event) -> Result<Listing, OutOfStep> {
    if let Event::Ended(end) = event {
        return Ok(ended(published.listed.entry, Some(published.shown.on), end));
    }
    change(&mut published.listed, event)?;
    Ok(Listing::Published(Box::new(published)))
}

/// What may change while the listing stands.
fn change(listed: &mut Listed, event: &Event) -> Result<(), OutOfStep> {
    match event {
        Event::Unlinked { person, .. } => {
            let before = listed.entry.persons.len();
            listed.entry.persons.retain(|link| link != person);
            let gone = listed.entry.persons.len() < before;
            if gone { Ok(()) } else { Err(OutOfStep) }
        }
        Event::Weakened {
            number, revoked, ..
        } => {
            weaken(&mut listed.ready.proposed_mut().triggers, number, *revoked);
            Ok(())
        }
        _ => Err(OutOfStep),
    }
}

fn weaken(triggers: &mut [Trigger], number: &str, revoked: Date) {
    for trigger in triggers {
        if trigger.document.number == number {
            trigger.revoked = Some(revoked);
        }
    }
}

fn listed(ready: Ready, entry: &Entry) -> Listing {
    let entry = entry.clone();
    Listing::Listed(Box::new(Listed { ready, entry }))
}

fn dropped(mut proposed: Proposed, event: &Event) -> Result<Listing, OutOfStep> {
    let Event::Dropped { why, on, document } = event else {
        return Err(OutOfStep);
    };
    proposed.persons.clear();
    Ok(Listing::Dropped(Box::new(Dropped {
        proposed,
        why: *why,
        on: *on,
        document: document.clone(),
    })))
}

fn ended(mut entry: Entry, shown: Option<Date>, end: &Leaving) -> Listing {
    entry.persons.clear();
    let end = end.clone();
    Listing::Ended(Box::new(Ended { entry, shown, end }))
}
