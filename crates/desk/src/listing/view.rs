//! What a listing says of itself and of its steps.

use crate::Desk;
use crate::procedure::Fact;
use domain::listing::{Entry, Event, Listing, Proposed};

pub(crate) fn title(listing: &Listing) -> String {
    match listing {
        Listing::Proposed(proposed) => proposed.list_name.clone(),
        Listing::Notified(notified) => notified.proposed.list_name.clone(),
        Listing::Listed(listed) => listed.entry.list_name.clone(),
        Listing::Published(published) => published.listed.entry.list_name.clone(),
        Listing::Dropped(dropped) => dropped.proposed.list_name.clone(),
        Listing::Ended(ended) => ended.entry.list_name.clone(),
    }
}

pub(crate) fn facts(desk: &Desk, listing: &Listing) -> Vec<Fact> {
    let mut facts = Vec::new();
    if let Some(proposed) = proposed(listing) {
        facts.extend(of_proposal(desk, listing, proposed));
    }
    if let Some(entry) = listing.entry() {
        facts.extend(of_entry(entry));
    }
    if let Listing::Ended(ended) = listing {
        facts.push(Fact::by(
            "移出",
            format!("{}起移出：{}", ended.end.due, ended.end.how.name()),
            &ended.end.basis,
        ));
    }
    facts
}

/// What was proposed, as long as the listing still holds it.
fn proposed(listing: &Listing) -> Option<&Proposed> {
    match listing {
        Listing::Proposed(proposed) => Some(&**proposed),
        Listing::Notified(notified) => Some(&notified.proposed),
        Listing::Dropped(dropped) => Some(&dropped.proposed),
        Listing::Listed(listed) => Some(listed.ready.proposed()),
        Listing::Published(published) => Some(published.listed.ready.proposed()),
        Listing::Ended(_) => None,
    }
}

/// The list, the criteria, the documents and the persons.
fn of_proposal(desk: &Desk, listing: &Listing, proposed: &Proposed) -> Vec<Fact> {
    let mut facts = vec![Fact::by(
        "名单",
        proposed.list_name.clone(),
        &proposed.basis,
    )];
    facts.extend(
        proposed
            .grounds
            .iter()
            .map(|one| Fact::by("列入条件", one.text.clone(), &one.basis)),
    );
    for trigger in &proposed.triggers {
        let document = &trigger.document;
        let gone = trigger
            .revoked
            .map_or(String::new(), |on| format!("，{on}被撤销"));
        facts.push(Fact::new(
            "据以列入的文书",
            format!("{}（{}）{gone}", document.name, document.number),
        ));
    }
    facts.push(Fact::new("事实和理由", proposed.reasons.clone()));
    let law = desk.law();
    let role = |word: &str| {
        let known = law.roles().iter().find(|known| known.word == word);
        known.map_or_else(|| word.to_owned(), |known| known.name.clone())
    };
    let persons = listing
        .entry()
        .map_or(&proposed.persons, |entry| &entry.persons);
    facts.extend(
        persons
            .iter()
            .map(|link| Fact::by("有关人员", role(&link.role), &link.basis)),
    );
    facts
}

/// The decision, its time and the ways against it.
fn of_entry(entry: &Entry) -> Vec<Fact> {
    let mut facts = vec![
        Fact::by("列入决定书", entry.document.number.clone(), &entry.basis),
        Fact::new(
            "列入期限",
            format!("{}至{}（不含当日），期满自动移出", entry.on, entry.ends),
        ),
    ];
    facts.extend(
        entry
            .early
            .map(|from| Fact::new("可以申请提前移出", format!("自{from}起"))),
    );
    facts.push(Fact::new("异议和救济", entry.appeal.clone()));
    facts
}

/// What a step did, and what was written with it.
pub(crate) fn told(event: &Event) -> (String, String) {
    let plain = |what: String| (what, String::new());
    match event {
        Event::Proposed(proposed) => (
            format!("拟列入{}", proposed.list_name),
            proposed.reasons.clone(),
        ),
        Event::Notified(notice) => plain(format!("送达拟列入告知书（{}）", notice.number)),
        Event::Pleaded(plea) => plain(format!("陈述申辩（{}）", plea.receipt)),
        Event::Clock {
            shift: Some(shift), ..
        } => plain(format!("期限改至{}", shift.to)),
        Event::Clock { .. } => plain("期限中止或者恢复".to_owned()),
        Event::Dropped { .. } => plain("不予列入".to_owned()),
        Event::Decided(entry) => (
            format!("决定列入（{}）", entry.document.number),
            entry.answer.clone(),
        ),
        Event::Published(_) => plain("送达列入决定书和信用修复告知书，并公布".to_owned()),
        Event::Unlinked { .. } => plain("人员不再具有该身份，解除关联".to_owned()),
        Event::Weakened { number, .. } => plain(format!("文书{number}失去效力")),
        Event::Ended(leaving) => plain(leaving.how.name().to_owned()),
    }
}
