//! A published record as the pages show it.

use crate::cite::Cite;
use desk::ports::PublicRecord;
use domain::record::{Act, Severity};
use jiff::civil::Date;
use law::Pack;

/// A published record with its basis in words.
#[derive(Debug, Clone)]
pub(crate) struct Card {
    pub record: PublicRecord,
    pub cite: Cite,
    /// A repair may be asked for already.
    pub repairable: bool,
}

impl Card {
    pub fn of(law: &Pack, record: PublicRecord, today: Date) -> Self {
        let cite = Cite::of(law, &record.window.basis);
        let repairable = record.window.repairable <= today;
        Self {
            record,
            cite,
            repairable,
        }
    }

    pub fn all(law: &Pack, records: Vec<PublicRecord>, today: Date) -> Vec<Self> {
        records
            .into_iter()
            .map(|record| Self::of(law, record, today))
            .collect()
    }

    pub fn adverse(&self) -> bool {
        self.record.act == Act::Penalty
    }

    pub fn severity(&self) -> &'static str {
        self.record.severity.map_or("", Severity::name)
    }

    /// Style of the badge; the word stands beside it, colour is never alone.
    pub fn tone(&self) -> &'static str {
        match (self.record.act, self.record.severity) {
            (Act::Penalty, Some(Severity::Serious)) => "tag-serious",
            (Act::Penalty, Some(Severity::Minor)) => "tag-minor",
            (Act::Penalty, _) => "tag-ordinary",
            _ => "tag-calm",
        }
    }
}
