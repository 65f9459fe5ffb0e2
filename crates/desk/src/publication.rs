//! Publication: what the public sees of a filed record, and how it ends without anyone asking.

use crate::intake::Sources;
use crate::ports::{Masked, Standing};
use crate::{Actor, Desk, Fault};
use domain::intake::{Column, Range};
use domain::ledger::entry::Stated;
use domain::ledger::{Entry, Event};
use domain::mask;
use domain::publication::{Hidden, Publication};
use jiff::civil::Date;
use std::borrow::Cow;
use std::sync::Arc;

/// How many records one transaction hides.
const BLOCK: usize = 500;

/// The public part of a filed record.
///
/// A pure function of the entry and the sources, so that the view can be made anew at any time. A
/// column that is not marked 社会公开 in its source cannot get out (R10).
pub fn public(event: &Event, entry: &Entry, sources: &Sources) -> Option<Masked> {
    let values = entry.values.iter();
    let open = values.filter_map(|value| Some((value.name.as_str(), value.text()?)));
    public_of(event, &open.collect::<Vec<_>>(), sources)
}

/// The same for an entry that has these values.
pub(crate) fn public_of(event: &Event, stated: &[Stated<'_>], sources: &Sources) -> Option<Masked> {
    let Event::Filed(filed) = event else {
        return None;
    };
    if filed.entity.is_none() || !matches!(filed.publication, Publication::Shown { .. }) {
        return None;
    }
    let columns = sources.shown(&filed.source)?;
    let spec = sources.spec(&filed.source)?;
    let all = spec.columns.iter().zip(by_column(&spec.columns, stated));
    let public = all.filter(|(column, _)| column.range == Range::Public);
    let texts = public.map(|(column, text)| Some(scrubbed(mask::apply(column.mask, text?))));
    Some(Masked {
        texts: serde_json::to_string(&texts.collect::<Vec<_>>()).ok()?,
        columns: Arc::clone(columns),
    })
}

/// The text of each column, where it has one.
fn by_column<'a>(columns: &[Column], stated: &[Stated<'a>]) -> Vec<Option<&'a str>> {
    let mut ahead = stated.iter().peekable();
    let next = |column: &Column| Some(ahead.next_if(|(name, _)| *name == column.code)?.1);
    let texts = columns.iter().map(next).collect();
    if ahead.peek().is_none() {
        return texts;
    }
    // Another edition of the source came in since: its columns stand in another order.
    let any = |column: &Column| Some(stated.iter().find(|(name, _)| *name == column.code)?.1);
    columns.iter().map(any).collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_find_their_texts_in_whatever_order_they_were_filed() {
        let text = include_str!("../../../sources/penalty-2018/table.toml");
        let sources = Sources::read([("penalty-2018", text)]).unwrap();
        let columns = &sources.spec("penalty-2018").unwrap().columns;
        // Every second cell is filled.
        let filled = columns.iter().step_by(2);
        let stated: Vec<Stated<'_>> = filled
            .map(|column| (&*column.code, &*column.name))
            .collect();
        let turned: Vec<Stated<'_>> = stated.iter().rev().copied().collect();
        let expected =
            |at: usize, column: &Column| at.is_multiple_of(2).then(|| column.name.clone());
        for order in [stated, turned] {
            let found = by_column(columns, &order);
            assert_eq!(found.len(), columns.len());
            for (at, (column, text)) in columns.iter().zip(found).enumerate() {
                assert_eq!(text, expected(at, column).as_deref(), "{}", column.code);
            }
        }
    }
}
