//! Steps of procedures, and how the free texts in them stay erasable.
//!
//! What people write into a procedure (grounds, reasons, a plea) may name anybody, and the head of
//! an entry stays for ever. So those texts are lifted out of the head into values of the entry, which
//! can be redacted; whoever reads the event gets them filled in again.

use super::entry::{Content, Entry};
use crate::code::Code;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// One step of one procedure.
///
/// STORED: the head of the entries of procedures. Add fields at the end only, with a default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step<E> {
    /// The entry that began the procedure; absent in that entry itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub procedure: Option<u64>,
    /// The organisation it is about, where its position is touched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entity: Option<Code>,
    pub did: E,
}

/// Members of events that hold what somebody wrote.
///
/// STORED: a member that is taken off this list stays in heads from then on.
const TEXTS: [&str; 11] = [
    "reasons",
    "reason",
    "grounds",
    "content",
    "liability",
    "note",
    "facts",
    "words",
    "answer",
    "what",
    "called",
];

/// What is read in the place of a text that was redacted.
pub const REDACTED: &str = "（已涂除）";

/// The member that stands in the head for a lifted text, with the name of its value.
const VALUE: &str = "value";

/// Takes the free texts out of a head; returns them as named values.
pub fn lift(head: &mut Value) -> Vec<(String, String)> {
    let mut lifted = Vec::new();
    if let Some(did) = head.get_mut("did") {
        walk(did, &mut |member, value| {
            let Value::String(text) = value else { return };
            if text.is_empty() || !TEXTS.contains(&member) {
                return;
            }
            let name = match lifted.len() {
                0 => member.to_owned(),
                more => format!("{member}.{more}"),
            };
            lifted.push((name.clone(), std::mem::take(text)));
            *value = Value::Object(Map::from_iter([(VALUE.to_owned(), Value::String(name))]));
        });
    }
    lifted
}

/// Puts the texts of an entry's values back into its head.
pub fn fill(head: &mut Value, entry: &Entry) {
    let Some(did) = head.get_mut("did") else {
        return;
    };
    walk(did, &mut |member, value| {
        let name = value
            .as_object()
            .filter(|map| TEXTS.contains(&member) && map.len() == 1);
        let Some(name) = name.and_then(|map| map.get(VALUE)?.as_str()) else {
            return;
        };
        let found = entry.values.iter().find(|value| value.name == name);
        let text = match found.map(|value| &value.content) {
            Some(Content::Open { text, .. }) => text.clone(),
            Some(Content::Redacted { .. }) | None => REDACTED.to_owned(),
        };
        *value = Value::String(text);
    });
}

/// Visits every member of every object, depth first.
fn walk(value: &mut Value, visit: &mut impl FnMut(&str, &mut Value)) {
    match value {
        Value::Object(map) => {
            for (member, value) in map {
                visit(member, value);
                walk(value, visit);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| walk(item, visit)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::entry::Seed;
    use crate::ledger::{Event, Suite};
    use crate::listing::attention;
    use crate::procedure::Person;

    fn tagged(reason: &str) -> Event {
        let code = Code::read("91370404MAY42KH57E").unwrap();
        let by = Person {
            account: "clerk".to_owned(),
            organ: code,
        };
        let tag = attention::Tag {
            list: "attention".to_owned(),
            entity: code,
            organ: code,
            reason: reason.to_owned(),
            by,
            from: jiff::civil::date(2026, 5, 12),
            ends: jiff::civil::date(2026, 11, 12),
            basis: crate::basis::Basis {
                statute: "cn/test".into(),
                article: "1".into(),
                confirmed: false,
            },
        };
        Event::Attention(Step {
            procedure: None,
            entity: None,
            did: attention::Event::Tagged(tag),
        })
    }

    fn entry(event: &Event) -> Entry {
        let (head, texts) = event.head().unwrap();
        Entry {
            at: 0,
            actor: String::new(),
            organ: String::new(),
            entity: None,
            kind: event.kind().to_owned(),
            law: String::new(),
            bases: Vec::new(),
            head,
            seed: Some(Seed {
                suite: Suite::International,
                salt: [7; 16],
            }),
            values: Entry::seal_values(Suite::International, &[7; 16], texts),
        }
    }

    #[test]
    fn what_somebody_wrote_is_no_part_of_the_head_and_can_be_erased() {
        let event = tagged("张某举报");
        let mut entry = entry(&event);
        assert!(!entry.head.contains("张某"), "{}", entry.head);
        assert_eq!(Event::of(&entry).unwrap(), event);
        let leaf = entry.leaf(Suite::International);
        assert_eq!(entry.redact(Suite::International, &["reason"]), 1);
        assert_eq!(entry.leaf(Suite::International), leaf);
        assert_eq!(Event::of(&entry).unwrap(), tagged(REDACTED));
    }
}
