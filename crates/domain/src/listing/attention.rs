//! 重点关注: a note an organ makes for its own inspections. It is no listing and no measure.
//!
//! No type here can be shown outside the organ: there is no publication, and the only question a tag
//! answers is whether it weighs on the odds of an inspection by the organ that made it (R91).

use super::refusal::Refusal;
use crate::basis::{Basis, Ruled};
use crate::blacklist::{Kind, ListType};
use crate::code::Code;
use crate::procedure::{OutOfStep, Person};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A tag as set.
///
/// STORED: part of attention events; the ledger keeps them restricted.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Tag {
    pub list: String,
    pub entity: Code,
    /// The only organ that ever sees it.
    pub organ: Code,
    pub reason: String,
    pub by: Person,
    pub from: Date,
    /// First day on which it is gone.
    pub ends: Date,
    pub basis: Basis,
}

/// What happened to a tag.
///
/// STORED: add variants at the end only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "kebab-case")]
pub enum Event {
    Tagged(Tag),
    /// It ended: by its time, or because the organ took it back.
    Cleared {
        due: Date,
        on: Date,
    },
}

impl Event {
    /// The articles this event rests on.
    pub fn bases(&self) -> Vec<Basis> {
        match self {
            Self::Tagged(tag) => vec![tag.basis.clone()],
            Self::Cleared { .. } => Vec::new(),
        }
    }
}

/// A tag as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum Attention {
    Set(Tag),
    Cleared { tag: Tag, due: Date },
}

/// What an organ wants to note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    pub list: String,
    pub entity: Code,
    pub reason: String,
    /// Its own choice of an end; absent for the longest the law allows.
    pub until: Option<Date>,
}

/// Sets a tag by a watchlist in force; it never outlives what the law says.
pub fn set(
    wish: &Wish,
    by: &Person,
    list: Option<&Ruled<Arc<ListType>>>,
    today: Date,
) -> Result<Event, Refusal> {
    let found = list.filter(|ruled| ruled.value().word == wish.list);
    let found = found.filter(|ruled| ruled.value().kind == Kind::Watchlist);
    let ruled = found.ok_or_else(|| Refusal::Unlisted {
        list: wish.list.clone(),
    })?;
    let basis = ruled.basis().clone();
    if wish.reason.trim().is_empty() {
        return Err(Refusal::NoReasons { basis });
    }
    let longest = today.checked_add(ruled.value().max);
    let longest = longest.map_err(|_| Refusal::Silent {
        what: "可以计算的标注期限",
    })?;
    let ends = wish.until.map_or(longest, |until| until.min(longest));
    if ends <= today {
        return Err(Refusal::TermOver { ends, basis });
    }
    Ok(Event::Tagged(Tag {
        list: wish.list.clone(),
        entity: wish.entity,
        organ: by.organ,
        reason: wish.reason.clone(),
        by: by.clone(),
        from: today,
        ends,
        basis,
    }))
}

impl Attention {
    /// The state after an event.
    pub fn apply(state: Option<Self>, event: &Event) -> Result<Self, OutOfStep> {
        match (state, event) {
            (None, Event::Tagged(tag)) => Ok(Self::Set(tag.clone())),
            (Some(Self::Set(tag)), Event::Cleared { due, .. }) => {
                Ok(Self::Cleared { tag, due: *due })
            }
            _ => Err(OutOfStep),
        }
    }

    /// Takes a tag back.
    pub fn clear(&self, by: &Person, today: Date) -> Result<Event, Refusal> {
        match self {
            Self::Set(tag) if tag.organ == by.organ => Ok(Event::Cleared {
                due: today.min(tag.ends),
                on: today,
            }),
            Self::Set(_) => Err(Refusal::NotYours),
            Self::Cleared { .. } => Err(Refusal::OutOfStep { state: "已解除" }),
        }
    }

    /// What the day asks for: the end by time, or with the law that allowed it.
    pub fn tick(&self, in_force: bool, today: Date) -> Option<Event> {
        match self {
            Self::Set(tag) if tag.ends <= today => Some(Event::Cleared {
                due: tag.ends,
                on: today,
            }),
            Self::Set(_) if !in_force => Some(Event::Cleared {
                due: today,
                on: today,
            }),
            _ => None,
        }
    }

    /// Whether it raises the odds of an inspection by `organ` on `day`; it has no other effect.
    pub fn weighs(&self, organ: &Code, day: Date) -> bool {
        self.visible(organ, day).is_some()
    }

    /// The tag, for the organ that set it and nobody else.
    pub fn visible(&self, organ: &Code, day: Date) -> Option<&Tag> {
        match self {
            Self::Set(tag) => {
                let open = tag.from <= day && day < tag.ends;
                (tag.organ == *organ && open).then_some(tag)
            }
            Self::Cleared { .. } => None,
        }
    }
}
