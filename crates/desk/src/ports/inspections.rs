//! Inspections: results the public sees, how much organisations are visited, what nobody looked at again.

use crate::Fault;
use domain::code::Code;
use domain::inspection::Item;
use jiff::civil::Date;
use serde::Serialize;

/// Reads about visits.
pub trait Inspections {
    /// Results that are shown on a day, one row a visit and item, latest first (R66). The name of the result is
    /// of the law, which a store does not know: [`crate::Desk::inspected`] fills it in.
    fn inspected(
        &self,
        entity: Option<&Code>,
        day: Date,
        limit: usize,
    ) -> Result<Vec<Inspected>, Fault>;
    /// How often organisations were visited in a calendar year, and by which organs (R63, R74).
    fn burden(&self, year: i16) -> Result<Burden, Fault>;
    /// What was to be looked at again by a day and was not (R66), the longest overdue first.
    fn follow_ups_overdue(&self, today: Date) -> Result<Vec<Overdue>, Fault>;
}

/// What was found about one item of a visit, as the public sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Inspected {
    /// The visit.
    pub id: u64,
    pub entity: Code,
    pub entity_name: String,
    /// Whose item it is.
    pub organ: Code,
    pub organ_name: String,
    pub item: String,
    pub item_name: String,
    pub kind: Item,
    /// Word of the result.
    pub result: String,
    /// Name of the result in the law of today.
    pub result_name: String,
    pub problem: bool,
    /// Somebody came to the entity; else it was a remote check (R74).
    pub on_site: bool,
    /// Day of the visit.
    pub on: Date,
    pub published: Date,
    /// First day on which it is not shown any more.
    pub ends: Date,
    pub late: bool,
    /// The draw it comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub draw: Option<u64>,
}

/// Visits of a calendar year. A joint visit is one visit of the entity (R64), a remote check is none (R74).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Burden {
    pub year: i16,
    /// Organisations in the register.
    pub entities: u64,
    /// Of those: visited on site not at all, once, twice, more often.
    pub none: u64,
    pub once: u64,
    pub twice: u64,
    pub more: u64,
    pub organs: Vec<OrganBurden>,
}

/// What one organ did in a calendar year. Visits that began count, shown or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OrganBurden {
    pub organ: Code,
    pub organ_name: String,
    /// On site, joint ones included.
    pub visits: u64,
    /// On site, together with other organs.
    pub joint: u64,
    /// From afar.
    pub remote: u64,
    /// With a problem in an item of the organ, on site or from afar.
    pub problems: u64,
    /// Led by the organ and shown after their last day.
    pub late: u64,
}

/// Something that was to be looked at again by a day that has passed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Overdue {
    /// The visit.
    pub id: u64,
    pub entity: Code,
    pub entity_name: String,
    pub organ: Code,
    pub organ_name: String,
    pub item: String,
    pub item_name: String,
    /// Last day.
    pub by_day: Date,
}
