//! The decisions about a listing: what the law and the case allow on a day.

use super::exit::{self, EARLY, TERM, VOID};
use super::{
    Clock, Drop, Entry, Event, Exit, Leaving, Listing, Notice, Notified, Plea, Proposed, Quoted,
    Ready, Refusal, Shown, Trigger,
};
use crate::basis::{Basis, Ruled};
use crate::blacklist::{Kind, ListType};
use crate::calendar::Calendar;
use crate::code::Code;
use crate::person::{InRole, LinkedPerson};
use crate::procedure::{Deadline, Delivery, Document, Person, Remedy, Standing, Term};
use jiff::civil::Date;
use std::sync::Arc;

/// What the law and the register answer.
///
/// `list` is the list of the case on the day that counts: the day of the decision document for
/// [`Command::Decide`] ([`Command::law_day`] says which), otherwise today. `None` is silence.
#[derive(Debug, Clone, Copy)]
pub struct Given<'a> {
    pub today: Date,
    pub list: Option<&'a Ruled<Arc<ListType>>>,
    /// By the duty kinds the list names in `notice` and `plea`.
    pub notice: Option<&'a Ruled<Term>>,
    pub plea: Option<&'a Ruled<Term>>,
    /// How long administrative review may be asked for; told where the law says it.
    pub review: Option<&'a Ruled<Term>>,
    /// That a plea window may be suspended at all.
    pub pause: Option<&'a Ruled<()>>,
    pub calendar: &'a Calendar,
    /// Another living case of the same entity on the same list.
    pub double: Option<u64>,
    /// A decided serious listing of the entity.
    pub serious: Option<u64>,
}

/// What somebody wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    Propose(Proposal),
    Notify(Notification),
    Plead(Plea),
    /// Stops the plea window, for example while an expert opinion is made.
    Suspend {
        from: Date,
        reason: String,
    },
    Resume {
        until: Date,
    },
    Decide(Decision),
    Publish(Publishing),
    /// A document the case rests on lost its force.
    Revoke {
        number: String,
        revoked: Date,
        document: Document,
    },
    /// The entity was struck off the register.
    Deregister {
        document: Document,
    },
    /// A person is no longer in the role.
    Unlink {
        person: InRole,
        document: Document,
    },
    Leave(Leave),
}

impl Command {
    /// The day whose list decides.
    pub fn law_day(&self, today: Date) -> Date {
        match self {
            Self::Decide(decision) => decision.document.on.min(today),
            _ => today,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    pub list: String,
    pub entity: Code,
    pub form: String,
    /// Words of the criteria that are met.
    pub grounds: Vec<String>,
    pub triggers: Vec<Trigger>,
    pub reasons: String,
    pub persons: Vec<InRole>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    pub number: String,
    pub delivery: Delivery,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    pub document: Document,
    /// Whether the entity is listed, or the proposal dropped.
    pub list: bool,
    /// A shorter term than the law's longest, where the document states one.
    pub until: Option<Date>,
    /// What became of the plea, in Chinese.
    pub answer: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publishing {
    pub delivery: Delivery,
    /// Number of the 信用修复告知书 served with the decision.
    pub repair: Option<String>,
}

/// A way off the list that somebody decides about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leave {
    /// [`Exit::Clause`], [`Exit::Repaired`] or [`Exit::Revoked`] (of the decision itself); what ends
    /// by itself needs no command.
    pub how: Exit,
    pub document: Document,
}

type Answer = Result<Vec<Event>, Refusal>;

/// Decides one command by `by` about a case.
pub fn decide(
    state: Option<&Listing>,
    command: &Command,
    by: &Person,
    given: &Given<'_>,
) -> Answer {
    let Some(state) = state else {
        return match command {
            Command::Propose(proposal) => propose(proposal, by, given),
            _ => Err(Refusal::OutOfStep { state: "未提出" }),
        };
    };
    let anybody = matches!(
        command,
        Command::Plead(_) | Command::Revoke { .. } | Command::Deregister { .. }
    );
    if !anybody && state.about().2 != by.organ {
        return Err(Refusal::NotYours);
    }
    match command {
        Command::Propose(_) => out_of_step(state),
        Command::Notify(notification) => notify(state, notification, given),
        Command::Plead(plea) => plead(state, plea, given),
        Command::Suspend { from, reason } => suspend(state, *from, reason, given),
        Command::Resume { until } => resume(state, *until, given),
        Command::Decide(decision) => conclude(state, decision, given),
        Command::Publish(publishing) => publish(state, publishing, given),
        Command::Revoke {
            number,
            revoked,
            document,
        } => revoke(state, number, *revoked, document, given),
        Command::Deregister { document } => deregister(state, document, given),
        Command::Unlink { person, document } => unlink(state, person, document, given),
        Command::Leave(leave) => leave_list(state, leave, given),
    }
}

fn out_of_step<T>(state: &Listing) -> Result<T, Refusal> {
    Err(Refusal::OutOfStep {
        state: state.name(),
    })
}

/// The list the case is about, where the law knows it on the day.
fn list_of<'a>(word: &str, given: &Given<'a>) -> Result<&'a Ruled<Arc<ListType>>, Refusal> {
    let found = given.list.filter(|list| list.value().word == word);
    found.ok_or_else(|| Refusal::Unlisted {
        list: word.to_owned(),
    })
}

fn propose(proposal: &Proposal, by: &Person, given: &Given<'_>) -> Answer {
    let ruled = list_of(&proposal.list, given)?;
    let list = ruled.value();
    let basis = ruled.basis().clone();
    if list.kind == Kind::Watchlist {
        return Err(Refusal::Internal { basis });
    }
    if let Some(case) = given.double {
        return Err(Refusal::Double { case, basis });
    }
    if let (Kind::Honorlist, Some(listing)) = (list.kind, given.serious) {
        return Err(Refusal::Serious { listing, basis });
    }
    if proposal.reasons.trim().is_empty() {
        return Err(Refusal::NoReasons { basis });
    }
    let grounds = grounds(&proposal.grounds, ruled)?;
    rests(&proposal.triggers, ruled, given.today)?;
    let persons = linked(&proposal.persons, ruled)?;
    let notice = match list.kind.adverse() {
        true => {
            let term = given.notice.ok_or(Refusal::Silent {
                what: "告知期限"
            })?;
            given.plea.ok_or(Refusal::Silent {
                what: "陈述申辩期限",
            })?;
            Some(Deadline::open(given.today, term, given.calendar))
        }
        false => None,
    };
    Ok(vec![Event::Proposed(Proposed {
        list: list.word.clone(),
        list_name: list.name.clone(),
        kind: list.kind,
        level: list.level,
        entity: proposal.entity,
        form: proposal.form.clone(),
        grounds,
        triggers: proposal.triggers.clone(),
        reasons: proposal.reasons.clone(),
        persons,
        by: by.clone(),
        on: given.today,
        notice,
        basis,
    })])
}

/// The criteria in the words of the law; severity is quoted, never described freely (R80).
fn grounds(keys: &[String], ruled: &Ruled<Arc<ListType>>) -> Result<Vec<Quoted>, Refusal> {
    let basis = || ruled.basis().clone();
    if keys.is_empty() {
        return Err(Refusal::NoGround { basis: basis() });
    }
    let quote = |key: &String| {
        let criteria = &ruled.value().criteria;
        let found = criteria.iter().find(|clause| clause.key.as_ref() == key);
        found
            .map(Quoted::from)
            .ok_or_else(|| Refusal::UnknownGround {
                key: key.clone(),
                basis: basis(),
            })
    };
    keys.iter().map(quote).collect()
}

/// Every document must be of a kind the list names, and in effect.
fn rests(triggers: &[Trigger], ruled: &Ruled<Arc<ListType>>, day: Date) -> Result<(), Refusal> {
    let basis = || ruled.basis().clone();
    if triggers.is_empty() {
        return Err(Refusal::NoEvidence { basis: basis() });
    }
    for trigger in triggers {
        if !ruled.value().evidence.contains(&trigger.evidence) {
            let evidence = trigger.evidence.clone();
            return Err(Refusal::WrongEvidence {
                evidence,
                basis: basis(),
            });
        }
        if !trigger.holds(day) || !trigger.document.complete(day) {
            let number = trigger.document.number.clone();
            return Err(Refusal::NotEffective {
                number,
                basis: basis(),
            });
        }
    }
    Ok(())
}

/// Persons come in only by a role the list's basis names (R88).
fn linked(persons: &[InRole], ruled: &Ruled<Arc<ListType>>) -> Result<Vec<LinkedPerson>, Refusal> {
    let link = |person: &InRole| match ruled.value().roles.contains(&person.role) {
        true => Ok(LinkedPerson {
            role: person.role.clone(),
            basis: ruled.basis().clone(),
            key: person.key.clone(),
        }),
        false => Err(Refusal::RoleNotNamed {
            role: person.role.clone(),
            basis: ruled.basis().clone(),
        }),
    };
    let mut links = Vec::new();
    for person in persons {
        let link = link(person)?;
        if !links.contains(&link) {
            links.push(link);
        }
    }
    Ok(links)
}

fn notify(state: &Listing, notification: &Notification, given: &Given<'_>) -> Answer {
    let Listing::Proposed(proposed) = state else {
        return out_of_step(state);
    };
    let Some(due) = &proposed.notice else {
        return out_of_step(state);
    };
    let list = list_of(&proposed.list, given)?;
    let basis = list.basis().clone();
    let delivery = &notification.delivery;
    if !delivery.proved(given.today) || notification.number.trim().is_empty() {
        return Err(Refusal::NoProof { basis });
    }
    if delivery.on < proposed.on {
        return Err(Refusal::TooOld {
            after: proposed.on,
            basis,
        });
    }
    let term = given.plea.ok_or(Refusal::Silent {
        what: "陈述申辩期限",
    })?;
    Ok(vec![Event::Notified(Notice {
        number: notification.number.clone(),
        delivery: delivery.clone(),
        remedy: Remedy {
            review_until: None,
            litigation_until: None,
            where_to: list.value().appeal.clone(),
        },
        plea: Deadline::open(delivery.on, term, given.calendar),
        late: due.over(delivery.on),
    })])
}

fn plead(state: &Listing, plea: &Plea, given: &Given<'_>) -> Answer {
    let notified = notified(state)?;
    let basis = notified.notice.plea.basis.clone();
    if plea.on < notified.notice.delivery.on {
        let after = notified.notice.delivery.on;
        return Err(Refusal::TooOld { after, basis });
    }
    if plea.on > given.today || plea.receipt.trim().is_empty() {
        return Err(Refusal::NoProof { basis });
    }
    Ok(vec![Event::Pleaded(plea.clone())])
}

fn notified(state: &Listing) -> Result<&Notified, Refusal> {
    match state {
        Listing::Notified(notified) => Ok(notified),
        _ => out_of_step(state),
    }
}

fn suspend(state: &Listing, from: Date, reason: &str, given: &Given<'_>) -> Answer {
    let clock = &notified(state)?.notice.plea;
    let pause = given.pause.ok_or(Refusal::Silent {
        what: "陈述申辩期的中止",
    })?;
    // Standing still begins today or later: days that were counted were told to the entity.
    let from = from.max(given.today);
    moved(
        clock.suspend(from, reason, pause.basis()),
        pause.basis(),
        given,
    )
}

fn resume(state: &Listing, until: Date, given: &Given<'_>) -> Answer {
    let clock = &notified(state)?.notice.plea;
    let until = until.max(given.today);
    moved(clock.resume(until, given.calendar), &clock.basis, given)
}

fn moved(
    clock: Result<Deadline, crate::procedure::Unmoved>,
    basis: &Basis,
    given: &Given<'_>,
) -> Answer {
    let refused = |why| Refusal::Clock {
        why,
        basis: basis.clone(),
    };
    Ok(vec![Event::Clock {
        of: Clock::Plea,
        deadline: clock.map_err(refused)?,
        shift: None,
        on: given.today,
    }])
}

fn conclude(state: &Listing, decision: &Decision, given: &Given<'_>) -> Answer {
    let (ready, proposed) = ready(state)?;
    let ruled = list_of(&proposed.list, given)?;
    let basis = ruled.basis();
    let document = &decision.document;
    if !document.complete(given.today) || document.organ != proposed.by.organ {
        return Err(Refusal::NoDocument {
            basis: basis.clone(),
        });
    }
    if document.on < proposed.on {
        let after = proposed.on;
        return Err(Refusal::TooOld {
            after,
            basis: basis.clone(),
        });
    }
    if !decision.list {
        return Ok(vec![Event::Dropped {
            why: Drop::Decided,
            on: given.today,
            document: Some(document.clone()),
        }]);
    }
    if let Ready::Heard(notified) = &ready {
        heard(notified, decision)?;
    }
    if let (Kind::Honorlist, Some(listing)) = (ruled.value().kind, given.serious) {
        return Err(Refusal::Serious {
            listing,
            basis: basis.clone(),
        });
    }
    let entry = entry(proposed, decision, ruled)?;
    if entry.ends <= given.today {
        let ends = entry.ends;
        return Err(Refusal::TermOver {
            ends,
            basis: basis.clone(),
        });
    }
    Ok(vec![Event::Decided(Box::new(entry))])
}

/// What a decision may follow on in this state.
fn ready(state: &Listing) -> Result<(Ready, &Proposed), Refusal> {
    match state {
        Listing::Notified(notified) => Ok((Ready::Heard(notified.clone()), &notified.proposed)),
        Listing::Proposed(proposed) if !proposed.kind.adverse() => {
            Ok((Ready::Favourable(proposed.clone()), proposed))
        }
        _ => out_of_step(state),
    }
}

/// The entity had its time, and an answer if it spoke (R79).
fn heard(notified: &Notified, decision: &Decision) -> Result<(), Refusal> {
    let clock = &notified.notice.plea;
    let basis = clock.basis.clone();
    let on = decision.document.on;
    let closed = notified
        .pleas
        .iter()
        .any(|plea| plea.closing && plea.on <= on);
    match clock.standing(on) {
        Standing::Over { .. } => {}
        _ if closed => {}
        Standing::Running { last } => return Err(Refusal::PleaOpen { last, basis }),
        Standing::Suspended { since } => return Err(Refusal::PleaSuspended { since, basis }),
        Standing::Provisional => return Err(Refusal::PleaUnknown { basis }),
    }
    if !notified.pleas.is_empty() && decision.answer.trim().is_empty() {
        return Err(Refusal::Unanswered { basis });
    }
    Ok(())
}

/// The listing by the law of the day of the decision. Documents and criteria are looked at again:
/// both may have lost their force since the proposal.
fn entry(
    proposed: &Proposed,
    decision: &Decision,
    ruled: &Ruled<Arc<ListType>>,
) -> Result<Entry, Refusal> {
    let list = ruled.value();
    let basis = ruled.basis().clone();
    let on = decision.document.on;
    let keys: Vec<String> = proposed.grounds.iter().map(|one| one.key.clone()).collect();
    let standing: Vec<Trigger> = proposed
        .triggers
        .iter()
        .filter(|one| one.holds(on))
        .cloned()
        .collect();
    rests(&standing, ruled, on)?;
    let beyond = || Refusal::Silent {
        what: "可以计算的列入期限",
    };
    let longest = on.checked_add(list.max).map_err(|_| beyond())?;
    let early = list.min.map(|min| on.checked_add(min)).transpose();
    let mut bases = vec![basis.clone()];
    bases.extend(list.bases.iter().filter(|other| **other != basis).cloned());
    // A role the law no longer names does not come in, though it was proposed.
    let named = |person: &&LinkedPerson| list.roles.contains(&person.role);
    let persons = proposed
        .persons
        .iter()
        .filter(named)
        .map(|person| LinkedPerson {
            basis: basis.clone(),
            ..person.clone()
        });
    Ok(Entry {
        list: list.word.clone(),
        list_name: list.name.clone(),
        kind: list.kind,
        level: list.level,
        entity: proposed.entity,
        form: proposed.form.clone(),
        organ: proposed.by.organ,
        document: decision.document.clone(),
        answer: decision.answer.clone(),
        on,
        ends: decision.until.map_or(longest, |until| until.min(longest)),
        early: early.map_err(|_| beyond())?,
        exits: list.exits.iter().map(Quoted::from).collect(),
        appeal: list.appeal.clone(),
        grounds: grounds(&keys, ruled)?,
        persons: persons.collect(),
        basis,
        bases,
    })
}

fn publish(state: &Listing, publishing: &Publishing, given: &Given<'_>) -> Answer {
    let Listing::Listed(listed) = state else {
        return out_of_step(state);
    };
    let entry = &listed.entry;
    list_of(&entry.list, given)?;
    let basis = entry.basis.clone();
    let delivery = &publishing.delivery;
    if !delivery.proved(given.today) {
        return Err(Refusal::NoProof { basis });
    }
    if delivery.on < entry.on {
        return Err(Refusal::TooOld {
            after: entry.on,
            basis,
        });
    }
    if entry.ends <= given.today {
        return Err(Refusal::TermOver {
            ends: entry.ends,
            basis,
        });
    }
    let repair = publishing
        .repair
        .clone()
        .filter(|number| !number.trim().is_empty());
    if entry.kind.adverse() && repair.is_none() {
        return Err(Refusal::NoRepairNotice { basis });
    }
    let review = given
        .review
        .map(|term| Deadline::open(delivery.on, term, given.calendar));
    Ok(vec![Event::Published(Shown {
        on: given.today,
        delivery: delivery.clone(),
        repair,
        remedy: Remedy {
            review_until: review.and_then(|clock| clock.last),
            litigation_until: None,
            where_to: entry.appeal.clone(),
        },
    })])
}

/// The case's own article, and whether the case may still change.
fn standing(state: &Listing) -> Result<&Basis, Refusal> {
    match state {
        Listing::Proposed(proposed) => Ok(&proposed.basis),
        Listing::Notified(notified) => Ok(&notified.proposed.basis),
        Listing::Listed(listed) => Ok(&listed.entry.basis),
        Listing::Published(published) => Ok(&published.listed.entry.basis),
        Listing::Dropped(_) | Listing::Ended(_) => out_of_step(state),
    }
}

fn revoke(
    state: &Listing,
    number: &str,
    revoked: Date,
    document: &Document,
    given: &Given<'_>,
) -> Answer {
    let basis = standing(state)?;
    if !document.complete(given.today) || revoked > given.today {
        return Err(Refusal::NoDocument {
            basis: basis.clone(),
        });
    }
    let triggers = state.triggers();
    let hit = |trigger: &&Trigger| trigger.document.number == number && trigger.revoked.is_none();
    if triggers.iter().find(hit).is_none() {
        return Err(Refusal::NoExit {
            key: number.to_owned(),
            basis: basis.clone(),
        });
    }
    let on = given.today;
    let weakened = Event::Weakened {
        number: number.to_owned(),
        revoked,
        on,
    };
    let carried =
        |trigger: &Trigger| trigger.document.number != number && trigger.revoked.is_none();
    if triggers.iter().any(carried) {
        return Ok(vec![weakened]);
    }
    Ok(vec![
        weakened,
        gone(state, Exit::Revoked, Drop::Revoked, Some(document), given),
    ])
}

fn deregister(state: &Listing, document: &Document, given: &Given<'_>) -> Answer {
    let basis = standing(state)?;
    if !document.complete(given.today) {
        return Err(Refusal::NoDocument {
            basis: basis.clone(),
        });
    }
    Ok(vec![gone(
        state,
        Exit::Deregistered,
        Drop::Deregistered,
        Some(document),
        given,
    )])
}

/// The end of a case: a listing ends, a proposal is dropped.
fn gone(
    state: &Listing,
    how: Exit,
    why: Drop,
    document: Option<&Document>,
    given: &Given<'_>,
) -> Event {
    let on = given.today;
    let document = document.cloned();
    match state.entry() {
        Some(entry) => Event::Ended(Leaving {
            how,
            due: on,
            on,
            document,
            basis: entry.basis.clone(),
        }),
        None => Event::Dropped { why, on, document },
    }
}

fn unlink(state: &Listing, person: &InRole, document: &Document, given: &Given<'_>) -> Answer {
    let entry = decided(state)?;
    if !document.complete(given.today) {
        return Err(Refusal::NoDocument {
            basis: entry.basis.clone(),
        });
    }
    let found = entry.linked(&person.key, &person.role);
    let found = found.ok_or_else(|| Refusal::NotLinked {
        basis: entry.basis.clone(),
    })?;
    Ok(vec![Event::Unlinked {
        person: found.clone(),
        document: document.clone(),
        on: given.today,
    }])
}

/// The entry of a listing that stands.
fn decided(state: &Listing) -> Result<&Entry, Refusal> {
    match state {
        Listing::Listed(listed) => Ok(&listed.entry),
        Listing::Published(published) => Ok(&published.listed.entry),
        _ => out_of_step(state),
    }
}

fn leave_list(state: &Listing, leave: &Leave, given: &Given<'_>) -> Answer {
    let entry = decided(state)?;
    let basis = entry.basis.clone();
    let document = &leave.document;
    if !document.complete(given.today) || document.organ != entry.organ {
        return Err(Refusal::NoDocument { basis });
    }
    if document.on < entry.on {
        return Err(Refusal::TooOld {
            after: entry.on,
            basis,
        });
    }
    let basis = match &leave.how {
        Exit::Clause { key } => clause(entry, key, document.on)?,
        Exit::Repaired { .. } => early(entry, document.on, &entry.basis)?,
        Exit::Revoked => basis,
        other => {
            let key = other.name().to_owned();
            return Err(Refusal::NoExit { key, basis });
        }
    };
    Ok(vec![Event::Ended(Leaving {
        how: leave.how.clone(),
        due: document.on,
        on: given.today,
        document: Some(document.clone()),
        basis,
    })])
}

fn clause(entry: &Entry, key: &str, on: Date) -> Result<Basis, Refusal> {
    let found = entry.exits.iter().find(|exit| exit.key == key);
    let found = found.filter(|_| key != TERM && key != VOID);
    let found = found.ok_or_else(|| Refusal::NoExit {
        key: key.to_owned(),
        basis: entry.basis.clone(),
    })?;
    match key {
        EARLY => early(entry, on, &found.basis),
        _ => Ok(found.basis.clone()),
    }
}

fn early(entry: &Entry, on: Date, basis: &Basis) -> Result<Basis, Refusal> {
    match entry.early {
        Some(from) if on < from => Err(Refusal::TooEarly {
            from,
            basis: basis.clone(),
        }),
        _ => Ok(basis.clone()),
    }
}

/// What the day asks for without anybody's command: ends, and clocks that another calendar moves.
pub fn tick(state: &Listing, given: &Given<'_>) -> Vec<Event> {
    if !state.lives() {
        return Vec::new();
    }
    let today = given.today;
    if let Some(entry) = state.entry().filter(|entry| entry.ends <= today) {
        return vec![Event::Ended(Leaving {
            how: Exit::Term,
            due: entry.ends,
            on: today,
            document: None,
            basis: entry.basis.clone(),
        })];
    }
    if list_of(state.about().1, given).is_err() {
        return vec![gone(state, Exit::Repealed, Drop::Repealed, None, given)];
    }
    exit::clock(state, given).into_iter().collect()
}

/// The end of an honorlisting with the serious listing of this number, decided on `decided` (R90).
pub fn displaced(honour: &Listing, serious: u64, decided: Date, today: Date) -> Option<Event> {
    let entry = honour.entry().filter(|_| honour.lives())?;
    (entry.kind == Kind::Honorlist).then(|| {
        Event::Ended(Leaving {
            how: Exit::Serious { listing: serious },
            due: decided.max(entry.on),
            on: today,
            document: None,
            basis: entry.basis.clone(),
        })
    })
}
