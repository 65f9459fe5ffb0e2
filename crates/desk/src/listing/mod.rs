//! Listings with due process, and the tags an organ sets for its own inspections.

mod forms;
mod tag;
mod view;

pub(crate) use forms::{beginnings, verbs};
pub(crate) use tag::{attention_parts, tag, tag_facts, tag_told, tag_verbs, tags, tick_tag, untag};
pub(crate) use view::{facts, title, told};

use crate::ports::Filter;
use crate::procedure::act::Doing;
use crate::procedure::case::{Line, Parts};
use crate::procedure::sitting::term;
use crate::procedure::{Case as Any, NotDone, Sitting};
use crate::{Desk, Fault};
use domain::basis::Ruled;
use domain::blacklist::{Kind, ListType};
use domain::code::Code;
use domain::discipline;
use domain::ledger::{Event as Happened, Step};
use domain::listing::{
    self, Command, Decision, Event, Exit, Given as Answers, Leave, Listing, Notification, Plea,
    Proposal, Publishing, Trigger,
};
use domain::person::{InRole, Key};
use domain::procedure::{Document, Person, Term};
use jiff::civil::Date;
use std::sync::Arc;

pub(crate) fn parts(listing: &Listing) -> Parts {
    let (entity, list, organ) = listing.about();
    Parts {
        entity: Some(entity),
        organ: Some(organ),
        topic: list.to_owned(),
        open: listing.lives(),
        internal: matches!(listing, Listing::Proposed(_))
            || matches!(listing, Listing::Dropped(dropped) if dropped.document.is_none()),
        asks: listing
            .entry()
            .filter(|_| listing.lives())
            .map(|entry| entry.ends),
        ..Parts::default()
    }
}

pub(crate) fn clocks(listing: &Listing) -> Vec<Line> {
    let proposed = match listing {
        Listing::Proposed(proposed) => return notice_line(proposed, None).into_iter().collect(),
        Listing::Notified(notified) => Some((&notified.proposed, &notified.notice)),
        Listing::Listed(listed) => heard(&listed.ready),
        Listing::Published(published) => heard(&published.listed.ready),
        Listing::Dropped(_) | Listing::Ended(_) => None,
    };
    let Some((proposed, notice)) = proposed else {
        return Vec::new();
    };
    let told = notice_line(proposed, Some((notice.delivery.on, notice.late)));
    told.into_iter()
        .chain([Line::right("list-plea", &notice.plea)])
        .collect()
}

fn heard(ready: &listing::Ready) -> Option<(&listing::Proposed, &listing::Notice)> {
    match ready {
        listing::Ready::Heard(notified) => Some((&notified.proposed, &notified.notice)),
        listing::Ready::Favourable(_) => None,
    }
}

fn notice_line(proposed: &listing::Proposed, done: Option<(Date, bool)>) -> Option<Line> {
    let clock = proposed.notice.as_ref()?;
    Some(Line::owed("list-notice", proposed.by.organ, clock, done))
}

/// What the law answers about a listing on a day, held together for one decision.
struct Asked {
    list: Option<Ruled<Arc<ListType>>>,
    notice: Option<Ruled<Term>>,
    plea: Option<Ruled<Term>>,
    review: Option<Ruled<Term>>,
    pause: Option<Ruled<()>>,
    double: Option<u64>,
    serious: Option<u64>,
}

impl Asked {
    /// `day` is the one whose list decides.
    fn of(
        sitting: &mut Sitting<'_>,
        list: &str,
        entity: &Code,
        own: Option<u64>,
        day: Date,
    ) -> Result<Self, Fault> {
        let law = Arc::clone(&sitting.law);
        let (mut double, mut serious) = (None, None);
        for (row, case) in sitting.cases(&of_entity("listing", entity))? {
            let Any::Listing(other) = case else { continue };
            if Some(row.id) == own {
                continue;
            }
            if row.topic == list {
                double = Some(row.id);
            }
            if other
                .entry()
                .is_some_and(|entry| entry.kind == Kind::Blacklist)
            {
                serious = Some(row.id);
            }
        }
        let found = law.list(list, day);
        let kind = |pick: fn(&ListType) -> &String| {
            let word = found.as_ref().map(|list| pick(list.value()).clone());
            word.and_then(|word| term(&law, &word, sitting.today))
        };
        Ok(Self {
            notice: kind(|list| &list.notice),
            plea: kind(|list| &list.plea),
            review: term(&law, "review", sitting.today),
            pause: law
                .conditions("suspension.eligible", sitting.today)
                .map(|ruled| ruled.map(|_| ())),
            list: found,
            double,
            serious,
        })
    }

    fn given<'a>(&'a self, sitting: &'a Sitting<'_>) -> Answers<'a> {
        Answers {
            today: sitting.today,
            list: self.list.as_ref(),
            notice: self.notice.as_ref(),
            plea: self.plea.as_ref(),
            review: self.review.as_ref(),
            pause: self.pause.as_ref(),
            calendar: sitting.law.calendar(),
            double: self.double,
            serious: self.serious,
        }
    }
}

/// The open procedures of a noun about an entity.
pub(crate) fn of_entity(noun: &str, entity: &Code) -> Filter {
    Filter {
        noun: Some(noun.to_owned()),
        entity: Some(*entity),
        open: Some(true),
        ascending: true,
        limit: usize::MAX,
        ..Filter::default()
    }
}

/// Proposes a listing.
pub(crate) fn begin(doing: &mut Doing<'_, '_>) -> Result<(), NotDone> {
    let by = doing.person()?;
    let given = &mut doing.given;
    let list = given.line("list");
    let entity = given.code("entity");
    let grounds = given.several("grounds");
    let trigger = Trigger {
        evidence: given.line("evidence"),
        document: Document {
            name: given.line("evidence_name"),
            number: given.line("evidence_number"),
            on: given.day("evidence_on"),
            organ: given.some_code("evidence_organ").unwrap_or(by.organ),
        },
        effective: given.some_day("effective"),
        revoked: None,
    };
    let reasons = given.text("reasons");
    let persons = given.text("persons");
    given.finish()?;
    let Some(entity) = entity else {
        return Err(NotDone::no("请填写主体统一社会信用代码", None));
    };
    let (persons, names) = persons_of(doing.sitting.desk, &persons)?;
    let form = doing
        .sitting
        .law
        .form_of(&entity)
        .map(|form| form.word.clone());
    let command = Command::Propose(Proposal {
        list,
        entity,
        form: form.unwrap_or_default(),
        grounds,
        triggers: vec![trigger],
        reasons,
        persons,
    });
    decided(doing.sitting, None, None, &command, &by, names)
}

/// Fields and what is said in them.
type Texts = Vec<(String, String)>;

/// Reads persons line by line; only their keys go on, their names into values that can be redacted.
fn persons_of(desk: &Desk, text: &str) -> Result<(Vec<InRole>, Texts), NotDone> {
    let law = desk.law();
    let (mut persons, mut names) = (Vec::new(), Vec::new());
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [role, identity, name] = words.as_slice() else {
            return Err(NotDone::no("有关人员每行应为：身份、证件号码、姓名", None));
        };
        let known = law
            .roles()
            .iter()
            .find(|known| known.word == *role || known.name == *role);
        let Some(known) = known else {
            return Err(NotDone::no(format!("身份“{role}”不在目录内"), None));
        };
        let key = desk.key_of(identity);
        names.push((format!("person:{}", key.as_str()), (*name).to_owned()));
        persons.push(InRole {
            role: known.word.clone(),
            key,
        });
    }
    Ok((persons, names))
}

/// Does one thing with a listing.
pub(crate) fn act(doing: &mut Doing<'_, '_>, id: u64, listing: &Listing) -> Result<(), NotDone> {
    let own = doing.who.entity().is_some();
    let by = acting(doing, listing)?;
    let (command, values) = command(doing, &by)?;
    doing.given.finish()?;
    debug_assert!(
        !own || matches!(command, Command::Plead(_)),
        "an entity only answers"
    );
    decided(
        doing.sitting,
        Some(id),
        Some(listing),
        &command,
        &by,
        values,
    )
}

/// Who acts: somebody of an organ, or the entity itself.
fn acting(doing: &Doing<'_, '_>, listing: &Listing) -> Result<Person, NotDone> {
    let (_, _, organ) = listing.about();
    match doing.who.entity() {
        // The entity answers for itself; the decision asks nothing about its organ.
        Some(_) => Ok(Person {
            account: doing.who.account.clone(),
            organ,
        }),
        None => doing.person(),
    }
}

/// The command of a filled-in form, with the texts that can be redacted.
fn command(doing: &mut Doing<'_, '_>, by: &Person) -> Result<(Command, Texts), NotDone> {
    let mut values = Texts::new();
    let given = &mut doing.given;
    let command = match doing.verb {
        "notify" => Command::Notify(Notification {
            number: given.text("number"),
            delivery: given.delivery(),
        }),
        "plead" => {
            let next = doing.sitting.tx.next();
            values.push(("plea".to_owned(), given.line("words")));
            Command::Plead(Plea {
                receipt: format!("在线{next}"),
                on: doing.sitting.today,
                closing: given.flag("closing"),
            })
        }
        "receive" => Command::Plead(Plea {
            receipt: given.text("receipt"),
            on: given.day("on"),
            closing: given.flag("closing"),
        }),
        "suspend" => Command::Suspend {
            from: given.day("from"),
            reason: given.text("reason"),
        },
        "resume" => Command::Resume {
            until: given.day("until"),
        },
        "decide" => Command::Decide(Decision {
            document: given.document(by.organ),
            list: given.flag("list"),
            until: given.some_day("until"),
            answer: given.text("answer"),
        }),
        "publish" => Command::Publish(Publishing {
            delivery: given.delivery(),
            repair: given.some("repair"),
        }),
        "leave" => Command::Leave(Leave {
            how: exit(&given.line("how")),
            document: given.document(by.organ),
        }),
        "revoke" => Command::Revoke {
            number: given.line("number"),
            revoked: given.day("revoked"),
            document: given.document(by.organ),
        },
        "deregister" => Command::Deregister {
            document: given.document(by.organ),
        },
        "unlink" => Command::Unlink {
            person: given.one("person", in_role).unwrap_or_else(nobody),
            document: given.document(by.organ),
        },
        other => return Err(NotDone::Missing(format!("名单认定没有“{other}”这一步"))),
    };
    Ok((command, values))
}

fn exit(how: &str) -> Exit {
    match how {
        "revoked" => Exit::Revoked,
        key => Exit::Clause {
            key: key.to_owned(),
        },
    }
}

/// Stands where the form names no person; the form is refused for it.
fn nobody() -> InRole {
    InRole {
        role: String::new(),
        key: Key::of(&[0; 32], ""),
    }
}

fn in_role(text: &str) -> Option<InRole> {
    let (role, key) = text.split_once(':')?;
    Some(InRole {
        role: role.to_owned(),
        key: Key::read(key)?,
    })
}

/// Decides a command and writes what follows from it, all in this transaction.
fn decided(
    sitting: &mut Sitting<'_>,
    id: Option<u64>,
    state: Option<&Listing>,
    command: &Command,
    by: &Person,
    values: Texts,
) -> Result<(), NotDone> {
    let (list, entity) = match (state, command) {
        (Some(state), _) => (state.about().1.to_owned(), state.about().0),
        (None, Command::Propose(proposal)) => (proposal.list.clone(), proposal.entity),
        (None, _) => return Err(NotDone::Missing("没有这一案件".to_owned())),
    };
    if state.is_none() && sitting.tx.entity(&entity)?.is_none() {
        return Err(NotDone::no(
            "主体库中没有这个统一社会信用代码，请先核对登记信息",
            None,
        ));
    }
    let asked = Asked::of(sitting, &list, &entity, id, command.law_day(sitting.today))?;
    let answer = listing::decide(state, command, by, &asked.given(sitting));
    let events = answer.map_err(|no| NotDone::no(no.text(), no.basis().cloned()))?;
    write(sitting, id, &entity, events, values).map(drop)?;
    Ok(())
}

/// Appends events of a listing with everything that has to happen together: measures leave with their
/// listing and their person, an honorlisting ends with a serious one (R81, R87, R90). Tells who must know.
pub(crate) fn write(
    sitting: &mut Sitting<'_>,
    id: Option<u64>,
    entity: &Code,
    events: Vec<Event>,
    mut values: Texts,
) -> Result<u64, Fault> {
    let number = id.unwrap_or(sitting.tx.next());
    let mut procedure = id;
    for event in &events {
        let step = Happened::Listing(Step {
            procedure,
            entity: Some(*entity),
            did: event.clone(),
        });
        let seq = sitting.append_with(step, std::mem::take(&mut values))?;
        procedure.get_or_insert(seq);
    }
    let others = sitting.cases(&of_entity("listing", entity))?;
    let others: Vec<(u64, Listing)> = others
        .into_iter()
        .filter_map(|(row, case)| match case {
            Any::Listing(listing) => Some((row.id, listing)),
            _ => None,
        })
        .collect();
    let measures = crate::measure::lasting(sitting, entity)?;
    let package = discipline::package(
        number,
        &events,
        sitting.today,
        others.iter().map(|(id, listing)| (*id, listing)),
        measures.iter().map(|(id, measure)| (*id, measure)),
    );
    for (other, event) in package.listings {
        sitting.append(Happened::Listing(Step {
            procedure: Some(other),
            entity: Some(*entity),
            did: event,
        }))?;
    }
    for (measure, event) in package.disciplines {
        crate::measure::write(sitting, Some(measure), entity, event)?;
    }
    crate::notice::about_listing(sitting, number, &events)?;
    Ok(number)
}

/// Leaves the list by a repair, in the transaction of the approval.
pub(crate) fn repaired(
    sitting: &mut Sitting<'_>,
    id: u64,
    repair: u64,
    document: &Document,
    by: &Person,
) -> Result<(), NotDone> {
    let Some(Any::Listing(listing)) = sitting.case(id)? else {
        return Err(Fault::broken("a repaired listing is not there").into());
    };
    let command = Command::Leave(Leave {
        how: Exit::Repaired { repair },
        document: document.clone(),
    });
    decided(sitting, Some(id), Some(&listing), &command, by, Vec::new())
}

/// Leaves the list because an objection to the decision was upheld.
pub(crate) fn upheld(
    sitting: &mut Sitting<'_>,
    id: u64,
    listing: &Listing,
    document: &Document,
    by: &Person,
) -> Result<(), NotDone> {
    let command = Command::Leave(Leave {
        how: Exit::Revoked,
        document: document.clone(),
    });
    decided(sitting, Some(id), Some(listing), &command, by, Vec::new())
}

/// What the day asks for: ends, clocks that another calendar moves, lists that are repealed.
pub(crate) fn tick(sitting: &mut Sitting<'_>, id: u64, listing: &Listing) -> Result<(), Fault> {
    let (entity, list, _) = listing.about();
    let asked = Asked::of(sitting, list, &entity, Some(id), sitting.today)?;
    let events = listing::tick(listing, &asked.given(sitting));
    match events.is_empty() {
        true => Ok(()),
        false => write(sitting, Some(id), &entity, events, Vec::new()).map(drop),
    }
}
