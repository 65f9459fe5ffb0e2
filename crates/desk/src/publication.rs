//! Publication: what the public sees of a filed record, and how it ends without anyone asking.

use crate::intake::Sources;
use crate::ports::Standing;
use crate::{Actor, Desk, Fault};
use domain::intake::Range;
use domain::ledger::{Entry, Event};
use domain::mask;
use domain::publication::{Hidden, Publication};
use jiff::civil::Date;

/// How many records one transaction hides.
const BLOCK: usize = 500;

/// The public part of a filed record as JSON: (Chinese column name, masked text), in table order.
///
/// A pure function of the entry and the sources, so that the view can be made anew at any time. A
/// column that is not marked 社会公开 in its source cannot get out (R10).
pub fn public(event: &Event, entry: &Entry, sources: &Sources) -> Option<String> {
    let Event::Filed(filed) = event else {
        return None;
    };
    if filed.entity.is_none() || !matches!(filed.publication, Publication::Shown { .. }) {
        return None;
    }
    let spec = sources.get(&filed.source)?.spec();
    let fields: Vec<(&str, String)> = spec
        .columns
        .iter()
        .filter(|column| column.range == Range::Public)
        .filter_map(|column| {
            let text = entry.value(&column.code)?;
            Some((
                column.name.as_str(),
                mask::scrub(&mask::apply(column.mask, text)),
            ))
        })
        .collect();
    serde_json::to_string(&fields).ok()
}

impl Desk {
    /// Ends every publication whose term is over on the clock's day; returns how many (R5).
    pub fn hide_ended(&self) -> Result<u64, Fault> {
        let today = self.clock.today();
        let mut hidden = 0;
        loop {
            let desk = self.clone();
            let (count, _) = self.write(move |transaction| {
                let ending = transaction.ending(today, BLOCK)?;
                for standing in &ending {
                    if let Some(event) = hide(standing, today) {
                        transaction.append(desk.seal(&Actor::timer(), event, [])?)?;
                    }
                }
                Ok(ending.len())
            })?;
            hidden += count as u64;
            if count < BLOCK {
                return Ok(hidden);
            }
        }
    }
}

fn hide(standing: &Standing, today: Date) -> Option<Event> {
    let window = standing.shown.as_ref()?;
    Some(Event::Hidden(Hidden {
        record: standing.seq,
        entity: standing.entity,
        docket: standing.docket.clone(),
        due: window.hidden,
        on: today,
        basis: window.basis.clone(),
    }))
}
