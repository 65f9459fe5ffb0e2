//! The same verbs for machines: the form is checked as on the page, and nothing is asked twice.

use super::begin::key;
use super::form::Typed;
use desk::Desk;
use desk::procedure::form::check;
use desk::procedure::{Done, Given, NotDone, Noun, Who};

/// Begins a procedure.
pub(crate) fn begin_as(
    desk: &Desk,
    who: &Who,
    noun: Noun,
    verb: &str,
    typed: &Typed,
) -> Result<Done, NotDone> {
    let about = key(noun).and_then(|key| typed.iter().find(|(name, _)| name == key));
    let verbs = desk.beginnings(who, noun, about.map(|(_, value)| value.as_str()))?;
    let given: Given = typed.iter().cloned().collect();
    if let Some(known) = verbs.iter().find(|known| known.word == verb) {
        check(&known.fields, given.clone())?;
    }
    desk.begin(who, noun, verb, given)
}

/// Acts upon a procedure.
pub(crate) fn act_as(
    desk: &Desk,
    who: &Who,
    id: u64,
    verb: &str,
    typed: &Typed,
) -> Result<Done, NotDone> {
    let given: Given = typed.iter().cloned().collect();
    if let Some((row, case)) = desk.seen(who, id)? {
        let verbs = desk.verbs(who, row.id, &case)?;
        if let Some(known) = verbs.iter().find(|known| known.word == verb) {
            check(&known.fields, given.clone())?;
        }
    }
    desk.act(who, id, verb, given)
}
