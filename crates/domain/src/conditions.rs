//! Conditions: what must be there before something may be asked for, and what must not.

use crate::blacklist::Clause;
use std::sync::Arc;

/// The conditions of one question on one day, as the law answers them.
///
/// A requirement that is not named here may not be asked for: the list is closed. Shared, because every
/// look-up is given a copy.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Conditions {
    pub requires: Arc<[Clause]>,
    pub bars: Arc<[Clause]>,
}

impl Conditions {
    /// The clauses in the way when `findings` hold: bars that hold, and requirements that do not.
    pub fn against<'a>(&'a self, findings: &[&str]) -> Vec<&'a Clause> {
        let holds = |clause: &&Clause| findings.contains(&clause.key.as_ref());
        let barred = self.bars.iter().filter(holds);
        barred
            .chain(self.requires.iter().filter(|clause| !holds(clause)))
            .collect()
    }

    /// The requirement of this word, if there is one.
    pub fn required(&self, key: &str) -> Option<&Clause> {
        self.requires.iter().find(|clause| &*clause.key == key)
    }

    /// The bar of this word, if there is one.
    pub fn bar(&self, key: &str) -> Option<&Clause> {
        self.bars.iter().find(|clause| &*clause.key == key)
    }
}
