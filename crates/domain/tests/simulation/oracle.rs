//! What should be, said a second time and as plainly as possible.

use crate::city::City;
use crate::lists::{Register, paper, pause};
use domain::listing::{Command, Entry, Event, Exit, Leave, Listing, Ready, decide, tick, ways};
use domain::measure::{End, Matters};
use domain::person::InRole;
use domain::procedure::Person;
use jiff::ToSpan as _;
use jiff::civil::Date;

/// The words of the measures that may be used, by the four conditions of R83 and the person's role.
pub fn measures(city: &City, entry: &Entry, matter: &str, person: Option<&InRole>) -> Vec<String> {
    let today = city.today;
    let Some(list) = city.list(&entry.list, today) else {
        return Vec::new();
    };
    let mut words = Vec::new();
    for dated in city.rules() {
        let rule = dated.rule.value();
        let triggered = rule.triggers.contains(&entry.list);
        let target = rule.targets.contains(&entry.form);
        let in_force = dated.from <= today && today < dated.until;
        let scope = match &rule.matters {
            Matters::All => true,
            Matters::Listed(known) => known.iter().any(|known| known == matter),
        };
        let who = match person {
            None => !rule.personal,
            Some(person) => {
                rule.personal
                    && rule.roles.contains(&person.role)
                    && list.value().roles.contains(&person.role)
                    && entry
                        .persons
                        .iter()
                        .any(|link| link.key == person.key && link.role == person.role)
            }
        };
        let lasts = match rule.end {
            End::WithList => today < entry.ends,
            End::After(span) => today < entry.ends && today < entry.on + span,
        };
        if triggered && target && in_force && scope && who && lasts {
            words.push(rule.word.clone());
        }
    }
    words
}

/// What a case says about its steps that cannot be, if anything.
pub fn steps(state: &Listing) -> Option<String> {
    let (ready, entry) = match state {
        Listing::Listed(listed) => (&listed.ready, &listed.entry),
        Listing::Published(published) => (&published.listed.ready, &published.listed.entry),
        _ => return None,
    };
    if let Listing::Published(published) = state {
        if published.shown.delivery.on < entry.on
            || published.shown.on < published.shown.delivery.on
        {
            return Some("shown before it was served, or served before it was decided".to_owned());
        }
        if entry.kind.adverse() && published.shown.repair.is_none() {
            return Some("served without the repair notice".to_owned());
        }
    }
    let proposed = ready.proposed();
    if proposed
        .triggers
        .iter()
        .all(|trigger| !trigger.holds(entry.on))
    {
        return Some("decided without a document in effect".to_owned());
    }
    if entry.grounds.is_empty() || entry.bases.is_empty() {
        return Some("decided without ground or basis".to_owned());
    }
    match ready {
        Ready::Favourable(_) if entry.kind.adverse() => Some("nobody was heard".to_owned()),
        Ready::Favourable(_) => None,
        Ready::Heard(heard) => {
            let closed = heard
                .pleas
                .iter()
                .any(|plea| plea.closing && plea.on <= entry.on);
            let last = heard.notice.plea.last;
            let waited = last.is_some_and(|last| entry.on > last);
            let days = (entry.on - heard.notice.delivery.on).get_days();
            let long = days > i32::from(heard.notice.plea.term.days);
            if !(closed || waited && long) {
                return Some(format!(
                    "decided on {} while the window runs to {last:?}",
                    entry.on
                ));
            }
            let silent = !heard.pleas.is_empty() && entry.answer.is_empty();
            silent.then(|| "the plea was not answered".to_owned())
        }
    }
}

/// A person whose role the list of the day of decision did not name, or who outlived the entry.
pub fn roles(city: &City, state: &Listing) -> Option<String> {
    match state {
        Listing::Dropped(dropped) if !dropped.proposed.persons.is_empty() => {
            Some("a dropped case keeps persons".to_owned())
        }
        Listing::Ended(ended) if !ended.entry.persons.is_empty() => {
            Some("an ended listing keeps persons".to_owned())
        }
        _ => {
            let entry = state.entry()?;
            let list = city.list(&entry.list, entry.on)?;
            let known = &list.value().roles;
            entry
                .persons
                .iter()
                .find(|link| !known.contains(&link.role))
                .map(|link| link.role.clone())
        }
    }
}

/// Walks every way off the list through the engine, on its first day and on the day before.
pub fn paths(city: &City, state: &Listing, register: &Register, case: u64) -> Option<String> {
    let entry = state.entry()?;
    let pause = pause();
    let (entity, word, organ) = state.about();
    let on = |day: Date| {
        let mut given = register.given(city, Some(case), (entity, word), city.today, &pause);
        given.today = day;
        given
    };
    // A list repealed today is the timer's to end; its ways are not walked.
    on(city.today).list?;
    for way in ways(state, city.today) {
        let before = way.from - 1.days();
        if way.by_itself {
            let ends = |day| {
                tick(state, &on(day))
                    .iter()
                    .any(|event| matches!(event, Event::Ended(_)))
            };
            if !ends(way.from) || (before >= city.today && ends(before)) {
                return Some(format!("does not end by itself on {}", way.from));
            }
            continue;
        }
        if way.key == "void" {
            continue;
        }
        let by = Person {
            account: "clerk".to_owned(),
            organ,
        };
        let leave = |day: Date| {
            let how = Exit::Clause {
                key: way.key.clone(),
            };
            let command = Command::Leave(Leave {
                how,
                document: paper(organ, day),
            });
            decide(Some(state), &command, &by, &on(day)).is_ok()
        };
        if way.from < entry.ends && way.from >= entry.on && !leave(way.from) {
            return Some(format!("{} is refused on {}", way.key, way.from));
        }
        if way.from > city.today && before >= entry.on && leave(before) {
            return Some(format!("{} is granted before {}", way.key, way.from));
        }
    }
    None
}
