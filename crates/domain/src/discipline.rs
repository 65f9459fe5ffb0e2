//! Joint discipline and incentives: which measures follow from a listing, and who used them.
//!
//! A measure may be used when the list triggers it, the form of organisation is a target, the law of
//! the day knows it, and the matter is in its scope (R83). Nothing else decides: no function here
//! takes a right of the user. Effects are asked for a day and never stored as rights of their own, so
//! they are gone with the listing, with their own end, or with the article.

use crate::basis::{Basis, Ruled};
use crate::blacklist::{Kind, ListType};
use crate::code::Code;
use crate::listing::{self, Effective, Exit, Leaving, Listing, Quoted};
use crate::measure::{Class, End, Facts, Measure};
use crate::person::{InRole, LinkedPerson};
use crate::procedure::{OutOfStep, Person};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What the law answers for one day.
#[derive(Debug, Clone, Copy)]
pub struct InForce<'a> {
    pub day: Date,
    /// The list of the listing asked about.
    pub list: Option<&'a Ruled<Arc<ListType>>>,
    pub measures: &'a [Ruled<Arc<Measure>>],
}

/// Where a measure is to be used.
#[derive(Debug, Clone, Copy)]
pub struct Use<'a> {
    pub listing: Effective<'a>,
    /// Code of the matter in hand.
    pub matter: &'a str,
    /// A person beside the organisation; absent when the organisation itself is asked about.
    pub person: Option<&'a InRole>,
}

/// What follows for one entity, or one person linked to it, from one measure.
///
/// STORED: part of discipline events.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Effect {
    /// Number of the listing it rests on.
    pub listing: u64,
    pub list: String,
    pub entity: Code,
    /// Word of its form of organisation.
    pub form: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<LinkedPerson>,
    pub measure: String,
    pub name: String,
    pub class: Class,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub incentive: bool,
    pub matter: String,
    pub implementer: String,
    pub from: Date,
    /// First day without it.
    pub ends: Date,
    pub exits: Vec<Quoted>,
    /// How to object, in Chinese.
    pub appeal: String,
    pub basis: Basis,
    pub bases: Vec<Basis>,
}

impl Effect {
    /// Whether it lasts on `day`, as far as nothing ended it before.
    pub fn holds(&self, day: Date) -> bool {
        self.from <= day && day < self.ends
    }
}

/// Every effect that the law of the day gives for a listing in a matter (R83).
pub fn effects(law: &InForce<'_>, use_: &Use<'_>) -> Vec<Effect> {
    let measures = law.measures.iter();
    measures
        .filter_map(|measure| effect(law, use_, measure).ok())
        .collect()
}

/// The effect of one measure, or why there is none.
fn effect(
    law: &InForce<'_>,
    use_: &Use<'_>,
    measure: &Ruled<Arc<Measure>>,
) -> Result<Effect, Refusal> {
    let entry = use_.listing.entry();
    let basis = || measure.basis().clone();
    let list = law.list.filter(|list| list.value().word == entry.list);
    let list = list.ok_or(Refusal::NoListing)?;
    if law.day != use_.listing.day() {
        return Err(Refusal::NoListing);
    }
    let rule = measure.value();
    let facts = Facts {
        list: &entry.list,
        form: &entry.form,
        matter: use_.matter,
        role: use_.person.map(|person| person.role.as_str()),
    };
    if !rule.applies(&facts) {
        return Err(why_not(rule, &facts, basis()));
    }
    let person = use_.person.map(|person| {
        let link = entry.linked(&person.key, &person.role);
        let named = link.filter(|link| list.value().roles.contains(&link.role));
        named
            .cloned()
            .ok_or_else(|| Refusal::NotLinked { basis: basis() })
    });
    let person = person.transpose()?;
    let ends = match rule.end {
        End::WithList => entry.ends,
        End::After(span) => {
            let own = entry.on.checked_add(span).map_err(|_| Refusal::NoListing)?;
            own.min(entry.ends)
        }
    };
    if ends <= law.day {
        return Err(Refusal::Over {
            ends,
            basis: basis(),
        });
    }
    Ok(made(use_, measure, person, ends))
}

fn made(
    use_: &Use<'_>,
    measure: &Ruled<Arc<Measure>>,
    person: Option<LinkedPerson>,
    ends: Date,
) -> Effect {
    let entry = use_.listing.entry();
    let rule = measure.value();
    Effect {
        listing: use_.listing.case(),
        list: entry.list.clone(),
        entity: entry.entity,
        form: entry.form.clone(),
        person,
        measure: rule.word.clone(),
        name: rule.name.clone(),
        class: rule.class,
        incentive: rule.incentive,
        matter: use_.matter.to_owned(),
        implementer: rule.implementer.clone(),
        from: use_.listing.day(),
        ends,
        exits: entry.exits.clone(),
        appeal: entry.appeal.clone(),
        basis: measure.basis().clone(),
        bases: rule.bases.clone(),
    }
}

/// The first condition that fails, for the refusal's text; [`Measure::applies`] has decided.
fn why_not(rule: &Measure, facts: &Facts<'_>, basis: Basis) -> Refusal {
    let has = |words: &[String], word: &str| words.iter().any(|known| known == word);
    match facts.role {
        _ if !has(&rule.triggers, facts.list) => Refusal::NotTriggered { basis },
        _ if !has(&rule.targets, facts.form) => Refusal::NotTarget { basis },
        _ if !rule.matters.has(facts.matter) => Refusal::OutsideMatter {
            matter: facts.matter.to_owned(),
            basis,
        },
        Some(role) => Refusal::RoleNotNamed {
            role: role.to_owned(),
            basis,
        },
        None => Refusal::PersonsOnly { basis },
    }
}

/// What an organ, or a body outside the administration, does with a measure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Uses a measure of the classes 1 or 2 in a case of its own.
    Use(Applying),
    /// Leaves a measure of the classes 1 or 2 unused, with reasons.
    Decline { what: Applying, reason: String },
    /// Tells a receiver of a measure of class 3; what follows is the receiver's own choice.
    Inform { what: Applying, receiver: Code },
}

/// Which measure, where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applying {
    pub measure: String,
    /// Number of the organ's case or approval.
    pub case_no: String,
}

/// What happened with a measure.
///
/// STORED: add variants at the end only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "kebab-case")]
pub enum Event {
    Used {
        effect: Effect,
        case_no: String,
        by: Person,
        on: Date,
    },
    Declined {
        effect: Effect,
        case_no: String,
        reason: String,
        by: Person,
        on: Date,
    },
    Informed {
        effect: Effect,
        case_no: String,
        receiver: Code,
        by: Person,
        on: Date,
    },
    /// The receiver of an information says what it did; it may say "not applied" (R84).
    Replied {
        applied: bool,
        words: String,
        on: Date,
    },
    Ended {
        #[serde(flatten)]
        why: Over,
        /// First day without it, even when the platform stood still that day (R5).
        due: Date,
        on: Date,
    },
}

impl Event {
    /// The articles this event rests on.
    pub fn bases(&self) -> Vec<Basis> {
        match self {
            Self::Used { effect, .. }
            | Self::Declined { effect, .. }
            | Self::Informed { effect, .. } => {
                let own = std::iter::once(effect.basis.clone());
                own.chain(effect.bases.iter().cloned()).collect()
            }
            Self::Replied { .. } | Self::Ended { .. } => Vec::new(),
        }
    }
}

/// Why a measure in use ended.
///
/// STORED: part of discipline events. Add variants at the end only.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "over", rename_all = "kebab-case")]
pub enum Over {
    /// Its own time.
    Term,
    /// The listing it rests on ended; with how.
    Listing { exit: Exit },
    /// The person is no longer linked.
    Unlinked,
    /// The measure or its list is no longer in force.
    Repealed,
}

impl Over {
    /// What a user reads.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Term => "措施期限届满",
            Self::Listing { .. } => "已移出名单，措施同时终止",
            Self::Unlinked => "人员不再具有该身份，措施终止",
            Self::Repealed => "措施依据失效",
        }
    }
}

/// A measure as it was used, declined or told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum Discipline {
    Used {
        effect: Effect,
        by: Person,
        on: Date,
    },
    /// Nothing follows; the organ still reports it.
    Declined {
        effect: Effect,
        by: Person,
        on: Date,
    },
    Informed {
        effect: Effect,
        /// Who told.
        organ: Code,
        receiver: Code,
        on: Date,
        reply: Option<Reply>,
    },
    /// Without its person.
    Ended {
        effect: Effect,
        /// Who used it, or told of it.
        organ: Code,
        since: Date,
        end: Past,
        reply: Option<Reply>,
    },
}

/// What the receiver of an information answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reply {
    pub applied: bool,
    pub words: String,
    pub on: Date,
}

/// The end of a measure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Past {
    pub why: Over,
    pub due: Date,
    pub on: Date,
}

/// Why a measure is not used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The entity is on no list that is in force and known to the law of the day.
    NoListing,
    /// The law of the day does not know the measure.
    Unknown {
        measure: String,
    },
    NotTriggered {
        basis: Basis,
    },
    NotTarget {
        basis: Basis,
    },
    OutsideMatter {
        matter: String,
        basis: Basis,
    },
    RoleNotNamed {
        role: String,
        basis: Basis,
    },
    /// The measure touches persons in named roles, not organisations.
    PersonsOnly {
        basis: Basis,
    },
    NotLinked {
        basis: Basis,
    },
    Over {
        ends: Date,
        basis: Basis,
    },
    /// A receiver of class 3 cannot be ordered.
    OnlyInformation {
        basis: Basis,
    },
    /// A measure of the classes 1 and 2 is not told to private receivers as theirs.
    NotPrivate {
        basis: Basis,
    },
    NoReason {
        basis: Basis,
    },
    NoCase {
        basis: Basis,
    },
    OutOfStep {
        state: &'static str,
    },
}

impl Refusal {
    /// The article that says no; absent where no law allows it.
    pub fn basis(&self) -> Option<&Basis> {
        match self {
            Self::NoListing | Self::Unknown { .. } | Self::OutOfStep { .. } => None,
            Self::NotTriggered { basis }
            | Self::NotTarget { basis }
            | Self::OutsideMatter { basis, .. }
            | Self::RoleNotNamed { basis, .. }
            | Self::PersonsOnly { basis }
            | Self::NotLinked { basis }
            | Self::Over { basis, .. }
            | Self::OnlyInformation { basis }
            | Self::NotPrivate { basis }
            | Self::NoReason { basis }
            | Self::NoCase { basis } => Some(basis),
        }
    }

    /// What the user reads, with the remedy.
    pub fn text(&self) -> String {
        match self {
            Self::NoListing => "主体当日不在有效名单上，不得采取措施".to_owned(),
            Self::Unknown { measure } => {
                format!("措施“{measure}”不在当日有效的措施清单内，不得采取")
            }
            Self::NotTriggered { .. } => "该名单不触发这一措施".to_owned(),
            Self::NotTarget { .. } => "这一措施不适用于该类主体".to_owned(),
            Self::OutsideMatter { matter, .. } => {
                format!("事项“{matter}”不在这一措施的适用范围，不得采取")
            }
            Self::RoleNotNamed { role, .. } => format!("依据没有写明身份“{role}”，不得惩戒到人"),
            Self::PersonsOnly { .. } => "这一措施只及于依据写明身份的人员".to_owned(),
            Self::NotLinked { .. } => "该人员没有以这一身份随名单列入，不得惩戒".to_owned(),
            Self::Over { ends, .. } => format!("措施期限已于{ends}届满"),
            Self::OnlyInformation { .. } => {
                "市场和行业自律措施由接收单位自主决定，只能告知，不能实施".to_owned()
            }
            Self::NotPrivate { .. } => {
                "这一措施由行政机关依职权实施，不向市场主体告知为其措施".to_owned()
            }
            Self::NoReason { .. } => "不采取措施的，请写明理由".to_owned(),
            Self::NoCase { .. } => "请填写办理事项的案号，以便反馈核对".to_owned(),
            Self::OutOfStep { state } => format!("措施现为“{state}”，不能办理这一步"),
        }
    }
}

/// Decides one command. `by` is written down and never weighed: nobody may do more than the law.
pub fn decide(
    command: &Command,
    use_: &Use<'_>,
    law: &InForce<'_>,
    by: &Person,
) -> Result<Event, Refusal> {
    let (what, reason) = match command {
        Command::Use(what) | Command::Inform { what, .. } => (what, None),
        Command::Decline { what, reason } => (what, Some(reason)),
    };
    let known = law
        .measures
        .iter()
        .find(|rule| rule.value().word == what.measure);
    let measure = known.ok_or_else(|| Refusal::Unknown {
        measure: what.measure.clone(),
    })?;
    let effect = effect(law, use_, measure)?;
    let basis = || effect.basis.clone();
    if what.case_no.trim().is_empty() {
        return Err(Refusal::NoCase { basis: basis() });
    }
    let informs = matches!(command, Command::Inform { .. });
    if effect.class.optional() && !informs {
        return Err(Refusal::OnlyInformation { basis: basis() });
    }
    if !effect.class.optional() && informs {
        return Err(Refusal::NotPrivate { basis: basis() });
    }
    if reason.is_some_and(|reason| reason.trim().is_empty()) {
        return Err(Refusal::NoReason { basis: basis() });
    }
    let (case_no, by, on) = (what.case_no.clone(), by.clone(), law.day);
    Ok(match command {
        Command::Use(_) => Event::Used {
            effect,
            case_no,
            by,
            on,
        },
        Command::Decline { reason, .. } => Event::Declined {
            effect,
            case_no,
            reason: reason.clone(),
            by,
            on,
        },
        Command::Inform { receiver, .. } => Event::Informed {
            effect,
            case_no,
            receiver: *receiver,
            by,
            on,
        },
    })
}

/// Takes the answer of a private receiver; it may come once, and "not applied" is a good answer.
pub fn reply(case: &Discipline, applied: bool, words: &str, today: Date) -> Result<Event, Refusal> {
    match case {
        Discipline::Informed { reply: None, .. } => Ok(Event::Replied {
            applied,
            words: words.to_owned(),
            on: today,
        }),
        _ => Err(Refusal::OutOfStep { state: case.name() }),
    }
}

/// The end of a measure in use with the listing it rests on; written in the same transaction.
pub fn follow(case: &Discipline, leaving: &Leaving) -> Option<Event> {
    let exit = leaving.how.clone();
    let effect = case.lasting()?;
    Some(Event::Ended {
        why: Over::Listing { exit },
        due: leaving.due.min(effect.ends),
        on: leaving.on,
    })
}

/// The end of a measure in use for a person who is no longer linked.
pub fn unlinked(case: &Discipline, person: &LinkedPerson, today: Date) -> Option<Event> {
    let effect = case.lasting()?;
    (effect.person.as_ref() == Some(person)).then(|| Event::Ended {
        why: Over::Unlinked,
        due: today.min(effect.ends),
        on: today,
    })
}

/// What an event of a listing brings with it, to be written in the same transaction.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Package {
    pub listings: Vec<(u64, listing::Event)>,
    pub disciplines: Vec<(u64, Event)>,
}

/// Computes what must be written together with events of listing `case`: measures leave with their
/// listing and their person, and an honorlisting ends on the day of a serious one (R81, R87, R90).
///
/// `others` are the other listings of the same entity, `measures` all measures that rest on any of
/// them or on the case itself.
pub fn package<'a>(
    case: u64,
    events: &[listing::Event],
    today: Date,
    others: impl IntoIterator<Item = (u64, &'a Listing)>,
    measures: impl IntoIterator<Item = (u64, &'a Discipline)>,
) -> Package {
    let mut package = Package::default();
    let serious = |event: &&listing::Event| matches!(event, listing::Event::Decided(entry) if entry.kind == Kind::Blacklist);
    if let Some(listing::Event::Decided(entry)) = events.iter().find(serious) {
        let ends = others.into_iter().filter(|(other, _)| *other != case);
        let ends = ends.filter_map(|(other, listing)| {
            let end = listing::displaced(listing, case, entry.on, today)?;
            Some((other, end))
        });
        package.listings.extend(ends);
    }
    for (number, measure) in measures {
        let own = events.iter().map(|event| (case, event));
        let others = package
            .listings
            .iter()
            .map(|(other, event)| (*other, event));
        let ended = own.chain(others).find_map(|(listing, event)| {
            let rests = measure.effect().listing == listing;
            rests.then(|| with(measure, event)).flatten()
        });
        package
            .disciplines
            .extend(ended.map(|event| (number, event)));
    }
    package
}

fn with(measure: &Discipline, event: &listing::Event) -> Option<Event> {
    match event {
        listing::Event::Ended(leaving) => follow(measure, leaving),
        listing::Event::Unlinked { person, on, .. } => unlinked(measure, person, *on),
        _ => None,
    }
}

/// What the day asks for: the end of its own time, or with the article behind it.
pub fn tick(case: &Discipline, law: &InForce<'_>) -> Option<Event> {
    let effect = case.lasting()?;
    let ended = |why, due| Event::Ended {
        why,
        due,
        on: law.day,
    };
    if effect.ends <= law.day {
        return Some(ended(Over::Term, effect.ends));
    }
    case.supported(law)
        .is_none()
        .then(|| ended(Over::Repealed, law.day))
}

impl Discipline {
    /// The state after an event.
    pub fn apply(state: Option<Self>, event: &Event) -> Result<Self, OutOfStep> {
        let Some(state) = state else {
            return Self::begun(event);
        };
        match event {
            Event::Replied { applied, words, on } => state.replied(Reply {
                applied: *applied,
                words: words.clone(),
                on: *on,
            }),
            Event::Ended { why, due, on } => state.ended(Past {
                why: why.clone(),
                due: *due,
                on: *on,
            }),
            Event::Used { .. } | Event::Declined { .. } | Event::Informed { .. } => Err(OutOfStep),
        }
    }

    /// Whoever was told answers once.
    fn replied(self, words: Reply) -> Result<Self, OutOfStep> {
        match self {
            Self::Informed {
                effect,
                organ,
                receiver,
                on,
                reply: None,
            } => Ok(Self::Informed {
                effect,
                organ,
                receiver,
                on,
                reply: Some(words),
            }),
            _ => Err(OutOfStep),
        }
    }

    /// Only what lasts can end.
    fn ended(self, end: Past) -> Result<Self, OutOfStep> {
        match self {
            Self::Used { effect, by, on } => Ok(Self::past(effect, by.organ, on, None, end)),
            Self::Informed {
                effect,
                organ,
                on,
                reply,
                ..
            } => Ok(Self::past(effect, organ, on, reply, end)),
            Self::Declined { .. } | Self::Ended { .. } => Err(OutOfStep),
        }
    }

    fn begun(event: &Event) -> Result<Self, OutOfStep> {
        match event.clone() {
            Event::Used { effect, by, on, .. } => Ok(Self::Used { effect, by, on }),
            Event::Declined { effect, by, on, .. } => Ok(Self::Declined { effect, by, on }),
            Event::Informed {
                effect,
                receiver,
                by,
                on,
                ..
            } => Ok(Self::Informed {
                effect,
                organ: by.organ,
                receiver,
                on,
                reply: None,
            }),
            Event::Replied { .. } | Event::Ended { .. } => Err(OutOfStep),
        }
    }

    fn past(mut effect: Effect, organ: Code, since: Date, reply: Option<Reply>, end: Past) -> Self {
        effect.person = None;
        Self::Ended {
            effect,
            organ,
            since,
            end,
            reply,
        }
    }

    /// What it is about.
    pub fn effect(&self) -> &Effect {
        match self {
            Self::Used { effect, .. }
            | Self::Declined { effect, .. }
            | Self::Informed { effect, .. }
            | Self::Ended { effect, .. } => effect,
        }
    }

    /// The effect, while nothing ended it.
    pub fn lasting(&self) -> Option<&Effect> {
        match self {
            Self::Used { effect, .. } | Self::Informed { effect, .. } => Some(effect),
            Self::Declined { .. } | Self::Ended { .. } => None,
        }
    }

    /// The effect as far as the law of the day still carries it: what a look-up may show.
    pub fn supported(&self, law: &InForce<'_>) -> Option<&Effect> {
        let effect = self.lasting().filter(|effect| effect.holds(law.day))?;
        let list = law.list.filter(|list| list.value().word == effect.list)?;
        let rule = law
            .measures
            .iter()
            .find(|rule| rule.value().word == effect.measure)?;
        let facts = Facts {
            list: &effect.list,
            form: &effect.form,
            matter: &effect.matter,
            role: effect.person.as_ref().map(|person| person.role.as_str()),
        };
        let named = |role: &str| list.value().roles.iter().any(|known| known == role);
        let holds = rule.value().applies(&facts) && facts.role.is_none_or(named);
        holds.then_some(effect)
    }

    /// The name a user reads.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Used { .. } => "实施中",
            Self::Declined { .. } => "未采取",
            Self::Informed { reply: None, .. } => "已告知",
            Self::Informed {
                reply: Some(reply), ..
            } if reply.applied => "接收单位已采用",
            Self::Informed { .. } => "接收单位未采用",
            Self::Ended { .. } => "已终止",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::listing::tests::{Law, clerk, code, list, published, ruled};
    use crate::measure::Matters;
    use crate::person::Key;
    use jiff::ToSpan as _;
    use jiff::civil::date;

    const DAY: Date = date(2026, 6, 1);

    fn measure(word: &str, class: Class) -> Measure {
        Measure {
            word: word.to_owned(),
            name: word.to_owned(),
            class,
            incentive: false,
            triggers: vec!["market-serious".to_owned()],
            targets: vec!["enterprise".to_owned()],
            personal: false,
            roles: Vec::new(),
            implementer: "办理机关".to_owned(),
            matters: Matters::Listed(vec!["bidding".to_owned()]),
            end: End::WithList,
            bases: Vec::new(),
        }
    }

    fn law() -> Law {
        Law::new(list("market-serious", Kind::Blacklist))
    }

    fn representative() -> InRole {
        InRole {
            role: "representative".to_owned(),
            key: Key::of(&[1; 32], "1"),
        }
    }

    /// One way to be wrong about R83: a predicate with one condition left out.
    type Judge = fn(&Measure, &str, &str, &str, bool) -> bool;

    fn right(rule: &Measure, list: &str, form: &str, matter: &str, in_force: bool) -> bool {
        in_force
            && rule.triggers.iter().any(|one| one == list)
            && rule.targets.iter().any(|one| one == form)
            && matches!(&rule.matters, Matters::Listed(known) if known.iter().any(|one| one == matter))
    }

    #[test]
    fn r83_every_conjunct_counts_and_nothing_else_does() {
        let mutants: [(&str, Judge); 4] = [
            ("list", |rule, _, form, matter, now| {
                right(rule, "market-serious", form, matter, now)
            }),
            ("kind", |rule, list, _, matter, now| {
                right(rule, list, "enterprise", matter, now)
            }),
            ("matter", |rule, list, form, _, now| {
                right(rule, list, form, "bidding", now)
            }),
            ("date", |rule, list, form, matter, _| {
                right(rule, list, form, matter, true)
            }),
        ];
        let mut killed = [false; 4];
        let people = [
            clerk(),
            Person {
                account: "admin".to_owned(),
                organ: code(2),
            },
        ];
        for listed in ["market-serious", "tax-serious"] {
            for form in ["enterprise", "organ"] {
                for matter in ["bidding", "fund"] {
                    for in_force in [true, false] {
                        let rule = Measure {
                            targets: vec![form.to_owned()],
                            ..measure("ban", Class::Rights)
                        };
                        let rule = Measure {
                            triggers: vec![listed.to_owned()],
                            ..rule
                        };
                        let measures = if in_force {
                            vec![ruled(Arc::new(rule.clone()))]
                        } else {
                            Vec::new()
                        };
                        let (law, state) = (law(), published(&law()));
                        let listing = state.effective(5, DAY).unwrap();
                        let use_ = Use {
                            listing,
                            matter,
                            person: None,
                        };
                        let answer = InForce {
                            day: DAY,
                            list: law.list.as_ref(),
                            measures: &measures,
                        };
                        let expected =
                            right(&rule, "market-serious", "enterprise", matter, in_force);
                        assert_eq!(
                            !effects(&answer, &use_).is_empty(),
                            expected,
                            "{listed} {form} {matter} {in_force}"
                        );
                        let what = Applying {
                            measure: "ban".to_owned(),
                            case_no: "办1号".to_owned(),
                        };
                        for by in &people {
                            let decided = decide(&Command::Use(what.clone()), &use_, &answer, by);
                            assert_eq!(
                                decided.is_ok(),
                                expected,
                                "{by:?} may no more than the law"
                            );
                        }
                        let asked = ["market-serious", "enterprise", matter];
                        for (hit, (_, wrong)) in killed.iter_mut().zip(&mutants) {
                            // The rule's own words vary here, so a mutant fills in the right ones.
                            let loose = Measure {
                                triggers: vec!["market-serious".to_owned()],
                                targets: vec!["enterprise".to_owned()],
                                ..rule.clone()
                            };
                            let judged = wrong(&loose, listed, form, asked[2], in_force);
                            *hit |= judged != right(&loose, listed, form, asked[2], in_force);
                        }
                    }
                }
            }
        }
        assert_eq!(
            killed,
            [true; 4],
            "a condition left out is noticed: {:?}",
            mutants.map(|one| one.0)
        );
    }

    #[test]
    fn r83_the_law_of_another_day_answers_nothing() {
        let (law, state) = (law(), published(&law()));
        let measures = [ruled(Arc::new(measure("ban", Class::Rights)))];
        let listing = state.effective(5, DAY).unwrap();
        let use_ = Use {
            listing,
            matter: "bidding",
            person: None,
        };
        let on = |day| InForce {
            day,
            list: law.list.as_ref(),
            measures: &measures,
        };
        assert_eq!(effects(&on(DAY), &use_).len(), 1);
        assert_eq!(effects(&on(date(2026, 6, 2)), &use_), []);
        assert_eq!(
            effects(
                &InForce {
                    list: None,
                    ..on(DAY)
                },
                &use_
            ),
            [],
            "the list lost its basis"
        );
    }

    #[test]
    fn r5_an_effect_ends_with_the_list_or_on_its_own_day() {
        let (law, state) = (law(), published(&law()));
        let ends = |end, day: Date| {
            let measures = [ruled(Arc::new(Measure {
                end,
                ..measure("ban", Class::Rights)
            }))];
            let listing = state.effective(5, day).unwrap();
            let use_ = Use {
                listing,
                matter: "bidding",
                person: None,
            };
            let answer = InForce {
                day,
                list: law.list.as_ref(),
                measures: &measures,
            };
            effects(&answer, &use_).first().map(|effect| effect.ends)
        };
        assert_eq!(ends(End::WithList, DAY), Some(date(2029, 5, 21)));
        assert_eq!(
            ends(End::After(9.years()), DAY),
            Some(date(2029, 5, 21)),
            "never beyond the list"
        );
        assert_eq!(ends(End::After(6.months()), DAY), Some(date(2026, 11, 21)));
        assert_eq!(ends(End::After(6.months()), date(2026, 11, 21)), None);
    }

    #[test]
    fn r84_class_three_is_information_that_may_be_declined() {
        let (law, state) = (law(), published(&law()));
        let measures = [
            ruled(Arc::new(measure("ban", Class::Rights))),
            ruled(Arc::new(measure("focus", Class::Discretion))),
            ruled(Arc::new(measure("credit", Class::Private))),
        ];
        let listing = state.effective(5, DAY).unwrap();
        let use_ = Use {
            listing,
            matter: "bidding",
            person: None,
        };
        let answer = InForce {
            day: DAY,
            list: law.list.as_ref(),
            measures: &measures,
        };
        let what = |word: &str| Applying {
            measure: word.to_owned(),
            case_no: "办1号".to_owned(),
        };
        let inform = |word| Command::Inform {
            what: what(word),
            receiver: code(7),
        };
        for (word, private) in [("ban", false), ("focus", false), ("credit", true)] {
            let used = decide(&Command::Use(what(word)), &use_, &answer, &clerk());
            let told = decide(&inform(word), &use_, &answer, &clerk());
            assert_eq!((used.is_ok(), told.is_ok()), (!private, private), "{word}");
        }
        let told = decide(&inform("credit"), &use_, &answer, &clerk()).unwrap();
        let state = Discipline::apply(None, &told).unwrap();
        let event = reply(&state, false, "本行不采用", DAY).unwrap();
        let state = Discipline::apply(Some(state), &event).unwrap();
        assert_eq!(state.name(), "接收单位未采用");
        assert!(reply(&state, true, "", DAY).is_err(), "one answer");
    }

    #[test]
    fn r88_a_person_is_touched_only_when_linked_in_a_role_that_list_and_measure_name() {
        let (law, state) = (law(), published(&law()));
        let personal = |roles: &[&str]| Measure {
            personal: true,
            roles: roles.iter().map(|role| (*role).to_owned()).collect(),
            ..measure("limit", Class::Rights)
        };
        let reached = |law: &Law, rule: Measure, person: Option<&InRole>| {
            let measures = [ruled(Arc::new(rule))];
            let listing = state.effective(5, DAY).unwrap();
            let use_ = Use {
                listing,
                matter: "bidding",
                person,
            };
            let answer = InForce {
                day: DAY,
                list: law.list.as_ref(),
                measures: &measures,
            };
            !effects(&answer, &use_).is_empty()
        };
        let own = representative();
        let named = || personal(&["representative"]);
        assert!(reached(&law, named(), Some(&own)));
        assert!(
            !reached(&law, personal(&["controller"]), Some(&own)),
            "the measure names another role"
        );
        assert!(
            !reached(&law, measure("limit", Class::Rights), Some(&own)),
            "the measure touches no person"
        );
        let stranger = InRole {
            key: Key::of(&[1; 32], "2"),
            ..own.clone()
        };
        assert!(!reached(&law, named(), Some(&stranger)), "not linked");
        assert!(!reached(&law, named(), None), "not the organisation itself");
        let silent = Law::new(crate::blacklist::ListType {
            roles: Vec::new(),
            ..list("market-serious", Kind::Blacklist)
        });
        assert!(
            !reached(&silent, named(), Some(&own)),
            "the list no longer names the role"
        );
    }

    #[test]
    fn r81_measures_leave_with_their_listing_and_their_person_in_one_package() {
        let (law, state) = (law(), published(&law()));
        let rule = Measure {
            personal: true,
            roles: vec!["representative".to_owned()],
            ..measure("limit", Class::Rights)
        };
        let measures = [
            ruled(Arc::new(rule)),
            ruled(Arc::new(measure("ban", Class::Rights))),
        ];
        let own = representative();
        let answer = InForce {
            day: DAY,
            list: law.list.as_ref(),
            measures: &measures,
        };
        let used = |word: &str, person| {
            let use_ = Use {
                listing: state.effective(5, DAY).unwrap(),
                matter: "bidding",
                person,
            };
            let what = Applying {
                measure: word.to_owned(),
                case_no: "办1号".to_owned(),
            };
            let event = decide(&Command::Use(what), &use_, &answer, &clerk()).unwrap();
            Discipline::apply(None, &event).unwrap()
        };
        let (limit, ban) = (used("limit", Some(&own)), used("ban", None));
        let link = state.entry().unwrap().persons[0].clone();
        let document = state.entry().unwrap().document.clone();
        let gone = listing::Event::Unlinked {
            person: link,
            document,
            on: DAY,
        };
        let cases = || [(8, &limit), (9, &ban)];
        let found = package(5, &[gone], DAY, [(5, &state)], cases());
        assert_eq!(
            found
                .disciplines
                .iter()
                .map(|one| one.0)
                .collect::<Vec<_>>(),
            [8]
        );
        let end = listing::tick(&state, &law.given(date(2029, 7, 1)));
        let found = package(5, &end, date(2029, 7, 1), [(5, &state)], cases());
        assert_eq!(found.disciplines.len(), 2);
        for (_, event) in &found.disciplines {
            assert!(
                matches!(event, Event::Ended { due, .. } if *due == date(2029, 5, 21)),
                "{event:?}"
            );
        }
        let ended = Discipline::apply(Some(limit), &found.disciplines[0].1).unwrap();
        assert_eq!(ended.effect().person, None, "the person leaves with it");
        let text = serde_json::to_string(&found.disciplines[0].1).unwrap();
        assert_eq!(
            serde_json::from_str::<Event>(&text).unwrap(),
            found.disciplines[0].1
        );
    }

    #[test]
    fn r1_a_measure_whose_article_is_gone_shows_nothing_and_is_ended() {
        let (law, state) = (law(), published(&law()));
        let measures = [ruled(Arc::new(measure("ban", Class::Rights)))];
        let answer = InForce {
            day: DAY,
            list: law.list.as_ref(),
            measures: &measures,
        };
        let use_ = Use {
            listing: state.effective(5, DAY).unwrap(),
            matter: "bidding",
            person: None,
        };
        let what = Applying {
            measure: "ban".to_owned(),
            case_no: "办1号".to_owned(),
        };
        let event = decide(&Command::Use(what), &use_, &answer, &clerk()).unwrap();
        let case = Discipline::apply(None, &event).unwrap();
        assert!(case.supported(&answer).is_some() && tick(&case, &answer).is_none());
        let repealed = InForce {
            measures: &[],
            ..answer
        };
        assert!(case.supported(&repealed).is_none());
        assert!(matches!(
            tick(&case, &repealed),
            Some(Event::Ended {
                why: Over::Repealed,
                ..
            })
        ));
    }
}
