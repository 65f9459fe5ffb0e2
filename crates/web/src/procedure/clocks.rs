//! Clocks of procedures for the first page: what has to be done, the nearest last day first.

use super::names::{about, duty};
use crate::cite::Cite;
use crate::house::organ_names;
use crate::statute::Names;
use desk::ports::{ClockFilter, ClockLine};
use desk::procedure::{Noun, Who};
use desk::{Desk, Fault};
use law::Pack;
use std::collections::BTreeMap;
use std::sync::Arc;

/// One clock that is running, in words.
pub(crate) struct Tick {
    pub line: ClockLine,
    pub noun: &'static str,
    pub duty: String,
    pub about: String,
    pub organ: String,
    pub late: bool,
    pub cite: Cite,
}

/// The running clocks of whoever asks; of the office also what organs are late with.
pub(crate) fn ticks(desk: &Desk, who: &Who, limit: usize) -> Result<Vec<Tick>, Fault> {
    let own = ClockFilter {
        organ: who.organ(),
        open: true,
        limit,
        ..ClockFilter::default()
    };
    let mut found = match own.organ {
        Some(_) => desk.store.clocks(&own)?,
        None => Vec::new(),
    };
    if who.is_office() {
        let office = ClockFilter {
            office: true,
            organ: None,
            ..own.clone()
        };
        found.extend(desk.store.clocks(&office)?);
        let all = ClockFilter { organ: None, ..own };
        let today = desk.clock.today();
        let late = desk.store.clocks(&all)?.into_iter();
        found.extend(late.filter(|line| line.last.is_some_and(|last| last < today)));
    }
    found.sort_by_key(|line| (line.last.is_none(), line.last, line.procedure));
    found.dedup();
    let mut shown = Vec::new();
    if found.is_empty() {
        return Ok(shown);
    }
    let law = desk.law();
    let words = Words {
        names: Names::of(&law),
        organs: organ_names(desk)?,
        law,
    };
    for line in found {
        shown.extend(tick(desk, who, &words, line)?);
        if shown.len() == limit {
            break;
        }
    }
    Ok(shown)
}

/// What things are called, read once for all lines.
struct Words {
    names: Names,
    organs: BTreeMap<String, String>,
    law: Arc<Pack>,
}

/// `None` where the procedure is not the reader's to see.
fn tick(desk: &Desk, who: &Who, words: &Words, line: ClockLine) -> Result<Option<Tick>, Fault> {
    let Some((row, _)) = desk.seen(who, line.procedure)? else {
        return Ok(None);
    };
    let law = &words.law;
    let entity = row.entity.and_then(|code| desk.name(&code));
    let what = about(law, &words.names, &row);
    let organ = match &line.organ {
        Some(code) => words
            .organs
            .get(code.as_str())
            .cloned()
            .unwrap_or_else(|| code.to_string()),
        None => "信用办".to_owned(),
    };
    Ok(Some(Tick {
        noun: Noun::read(&line.noun).map_or("", Noun::name),
        duty: duty(law, &line.duty),
        about: entity.map_or(what.clone(), |name| format!("{name}：{what}")),
        organ,
        late: line.last.is_some_and(|last| last < desk.clock.today()),
        cite: Cite::of(law, &line.basis),
        line,
    }))
}
