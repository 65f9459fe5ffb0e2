//! What decisions read, the same inside a transaction and beside it: an exit path that a page shows must
//! be computed from the same facts by which an application is decided.

use super::Case;
use super::sitting::folded;
use crate::Fault;
use crate::ports::{Filter, Row, Standing, Store, Transaction};
use domain::code::Code;
use domain::ledger::{Entry, Event};
use domain::repair::{Ease, Relief, Unrepairable};
use jiff::civil::Date;

/// Reads about records and procedures.
pub(crate) trait Look {
    fn entry(&mut self, seq: u64) -> Result<Option<Entry>, Fault>;
    fn record(&mut self, seq: u64) -> Result<Option<Standing>, Fault>;
    /// Filed records of an entity that are neither superseded nor revoked.
    fn records_of(&mut self, entity: &Code) -> Result<Vec<Standing>, Fault>;
    fn steps(&mut self, procedure: u64) -> Result<Vec<(u64, Event)>, Fault>;
    fn procedures(&mut self, filter: &Filter) -> Result<Vec<Row>, Fault>;
    fn eased(&mut self, record: u64) -> Result<Vec<(Ease, Date)>, Fault>;
    fn unrepairable(&mut self, record: u64) -> Result<Option<Unrepairable>, Fault>;

    /// A procedure as it stands.
    fn case(&mut self, id: u64) -> Result<Option<Case>, Fault> {
        let steps = self.steps(id)?;
        folded(id, &steps)
    }

    /// What holds the effects of a record off.
    fn relief(&mut self, record: u64) -> Result<Relief, Fault> {
        let mut relief = Relief::default();
        for (why, on) in self.eased(record)? {
            relief.take(why, on);
        }
        Ok(relief)
    }
}

/// Looks from inside a transaction.
pub(crate) struct Within<'a>(pub &'a mut dyn Transaction);

impl Look for Within<'_> {
    fn entry(&mut self, seq: u64) -> Result<Option<Entry>, Fault> {
        self.0.entry(seq)
    }

    fn record(&mut self, seq: u64) -> Result<Option<Standing>, Fault> {
        self.0.record(seq)
    }

    fn records_of(&mut self, entity: &Code) -> Result<Vec<Standing>, Fault> {
        self.0.records_of(entity)
    }

    fn steps(&mut self, procedure: u64) -> Result<Vec<(u64, Event)>, Fault> {
        self.0.steps(procedure)
    }

    fn procedures(&mut self, filter: &Filter) -> Result<Vec<Row>, Fault> {
        self.0.procedures(filter)
    }

    fn eased(&mut self, record: u64) -> Result<Vec<(Ease, Date)>, Fault> {
        self.0.eased(record)
    }

    fn unrepairable(&mut self, record: u64) -> Result<Option<Unrepairable>, Fault> {
        self.0.unrepairable(record)
    }
}

/// Looks from beside it.
pub(crate) struct Beside<'a>(pub &'a dyn Store);

impl Look for Beside<'_> {
    fn entry(&mut self, seq: u64) -> Result<Option<Entry>, Fault> {
        self.0.entry(seq)
    }

    fn record(&mut self, seq: u64) -> Result<Option<Standing>, Fault> {
        self.0.record(seq)
    }

    fn records_of(&mut self, entity: &Code) -> Result<Vec<Standing>, Fault> {
        self.0.records_of(entity)
    }

    fn steps(&mut self, procedure: u64) -> Result<Vec<(u64, Event)>, Fault> {
        self.0.steps(procedure)
    }

    fn procedures(&mut self, filter: &Filter) -> Result<Vec<Row>, Fault> {
        self.0.procedures(filter)
    }

    fn eased(&mut self, record: u64) -> Result<Vec<(Ease, Date)>, Fault> {
        self.0.eased(record)
    }

    fn unrepairable(&mut self, record: u64) -> Result<Option<Unrepairable>, Fault> {
        self.0.unrepairable(record)
    }
}
