//! What came of draws, kept so that a page does not compute a whole lot again at each look.

use desk::draw::{DrawRow, Outcome};
use desk::{Desk, Fault};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

/// Outcomes by the number of the draw, each with its edition.
#[derive(Debug, Default)]
pub(crate) struct Outcomes(Mutex<BTreeMap<u64, (String, Arc<Outcome>)>>);

impl Outcomes {
    /// Beyond so many the memory is better used otherwise.
    const MOST: usize = 64;

    /// The outcome of a batch; `None` before its draw.
    pub fn of(&self, desk: &Desk, row: &DrawRow) -> Result<Option<Arc<Outcome>>, Fault> {
        let edition = row.edition().unwrap_or_default();
        if let Ok(kept) = self.0.lock()
            && let Some((known, outcome)) = kept.get(&row.id)
            && *known == edition
        {
            return Ok(Some(Arc::clone(outcome)));
        }
        let Some(outcome) = desk.draw_outcome(row.id)?.map(Arc::new) else {
            return Ok(None);
        };
        if let Ok(mut kept) = self.0.lock() {
            if kept.len() >= Self::MOST {
                kept.clear();
            }
            kept.insert(row.id, (edition, Arc::clone(&outcome)));
        }
        Ok(Some(outcome))
    }
}
