//! What a filed record weighs in an evaluation.

use super::days::number;
use super::fact::{Class, Fact, Kind};
use crate::filing::Filed;
use crate::publication::Publication;
use crate::record::{Act, Severity};
use jiff::civil::Date;

/// From when on a filed record weighs nothing, and from when it may be repaired.
///
/// Nothing adverse without an end: a record the law lets nobody see has no term, so it does not
/// weigh at all, and its first day is also the day on which it is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Weight {
    pub kind: Kind,
    pub class: Class,
    pub repairable: Option<Date>,
    pub gone: Date,
}

impl Weight {
    /// `None` for acts that are never counted.
    pub fn of(filed: &Filed) -> Option<Self> {
        let kind = Kind::of(filed.act)?;
        let class = filed.severity.as_ref().map(|classed| classed.class);
        let window = match &filed.publication {
            Publication::Shown { window, .. } => Some(window),
            Publication::Withheld { .. } => None,
        };
        Some(Self {
            kind,
            class: class.map_or(Class::Unclassed, Class::from),
            repairable: window
                .filter(|_| kind.adverse())
                .map(|window| window.repairable),
            gone: window.map_or(filed.decided, |window| window.hidden),
        })
    }
}

impl Kind {
    /// What an act is counted as; `None` for acts that are never counted.
    pub fn of(act: Act) -> Option<Self> {
        match act {
            Act::Penalty => Some(Self::Penalty),
            Act::Licence => Some(Self::Licence),
            Act::Award => Some(Self::Honor),
            _ => None,
        }
    }
}

impl Fact {
    /// The fact a filed record is, as entry `record` states it; `None` for acts never counted and
    /// for records of natural persons.
    pub fn of(record: u64, filed: &Filed) -> Option<Self> {
        filed.entity?;
        let weight = Weight::of(filed)?;
        Some(Self {
            record,
            kind: weight.kind,
            class: weight.class,
            amount: filed.fine.unwrap_or_default() / 100,
            day: number(filed.decided),
            known: number(filed.filed),
            gone: number(weight.gone),
            repairable: weight.repairable.map(number),
        })
    }
}

impl From<Severity> for Class {
    fn from(severity: Severity) -> Self {
        match severity {
            Severity::Minor => Self::Minor,
            Severity::Ordinary => Self::Ordinary,
            Severity::Serious => Self::Serious,
        }
    }
}
