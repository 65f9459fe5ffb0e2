//! Publication: what the public sees of a filed record, and how it ends without anyone asking.

use crate::intake::Sources;
use crate::ports::Standing;
use crate::{Actor, Desk, Fault};
use domain::intake::Range;
use domain::ledger::{Entry, Event};
use domain::mask;
use domain::publication::{Hidden, Publication};
use jiff::civil::Date;
use serde::{Serialize, Serializer};
use std::borrow::Cow;

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
    let columns = spec.columns.iter();
    let public = columns.filter(|column| column.range == Range::Public);
    let fields = public.filter_map(|column| {
        let text = entry.value(&column.code)?;
        let masked = mask::apply(column.mask, text);
        Some((column.name.as_str(), scrubbed(masked)))
    });
    serde_json::to_string(&Fields(fields)).ok()
}

/// Fields that are masked while they are written.
struct Fields<I>(I);

impl<I: Iterator<Item: Serialize> + Clone> Serialize for Fields<I> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(self.0.clone())
    }
}

fn scrubbed(text: Cow<'_, str>) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(text) => mask::scrub(text),
        Cow::Owned(text) => mask::scrub(&text).into_owned().into(),
    }
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
