//! Listings with due process, and the tags an organ sets for its own inspections.

use crate::ports::Filter;
use crate::procedure::act::Doing;
use crate::procedure::case::{Line, Parts};
use crate::procedure::form::{self, Choice, Field, Kind as Input, Verb};
use crate::procedure::sitting::term;
use crate::procedure::{Case as Any, Fact, Hand, NotDone, Sitting};
use crate::{Desk, Fault};
use domain::basis::Ruled;
use domain::blacklist::{Kind, ListType};
use domain::code::Code;
use domain::discipline;
use domain::ledger::{Event as Happened, Step};
use domain::listing::attention::{self, Attention};
use domain::listing::{
    self, Command, Decision, Event, Exit, Given as Answers, Leave, Listing, Notification, Plea,
    Proposal, Publishing, Trigger,
};
use domain::person::{InRole, Key};
use domain::procedure::{Document, Person, Term};
use jiff::civil::Date;
use law::Pack;
use std::sync::Arc;

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

/// The form that proposes a listing. The choices of criteria follow from the list.
pub(crate) fn beginnings(law: &Pack, day: Date, topic: Option<&str>) -> Vec<Verb> {
    let lists = law.lists(day);
    let mut shown = lists
        .iter()
        .filter(|list| list.value().kind != Kind::Watchlist);
    let named = |list: &Ruled<Arc<ListType>>| {
        let list = list.value();
        Choice::new(list.word.as_str(), list.name.as_str())
    };
    let chosen = topic.and_then(|word| shown.clone().find(|list| list.value().word == word));
    let all = match chosen {
        Some(list) => vec![named(list)],
        None => shown.by_ref().map(named).collect(),
    };
    let criteria = chosen.iter().flat_map(|list| &list.value().criteria);
    let criteria = criteria
        .map(|clause| Choice::new(&*clause.key, &*clause.text))
        .collect();
    let kinds = law.evidence().iter();
    let kinds =
        kinds.filter(|kind| chosen.is_none_or(|list| list.value().evidence.contains(&kind.word)));
    let kinds = kinds
        .map(|kind| Choice::new(kind.word.as_str(), kind.name.as_str()))
        .collect();
    let fields = vec![
        Field::new("list", "名单", Input::One(all)),
        Field::new("entity", "主体统一社会信用代码", Input::Code),
        Field::new("grounds", "符合的列入条件", Input::Several(criteria)),
        Field::new("evidence", "据以列入的文书种类", Input::One(kinds)),
        Field::new("evidence_name", "文书名称", Input::Line),
        Field::new("evidence_number", "文书文号", Input::Line),
        Field::new("evidence_on", "文书日期", Input::Day),
        Field::new("evidence_organ", "作出文书的机关代码", Input::Code)
            .optional()
            .hint("不填为本机关"),
        Field::new("effective", "文书生效日期", Input::Day)
            .optional()
            .hint("尚未生效的，不得列入"),
        Field::new("reasons", "拟列入的事实和理由", Input::Text),
        Field::new("persons", "有关人员", Input::Text)
            .optional()
            .hint("只能是名单依据写明的身份。每行一人：身份、证件号码、姓名，用空格分开"),
    ];
    vec![Verb::new("propose", "提出拟列入", Hand::Organ, fields)]
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

/// What can be done with a listing.
pub(crate) fn verbs(listing: &Listing) -> Vec<Verb> {
    let proposed = matches!(listing, Listing::Proposed(_));
    let adverse = matches!(listing, Listing::Proposed(proposed) if proposed.kind.adverse());
    let notified = matches!(listing, Listing::Notified(_));
    let listed = matches!(listing, Listing::Listed(_));
    let stands = listed || matches!(listing, Listing::Published(_));
    let lives = listing.lives();
    vec![
        Verb::new(
            "notify",
            "送达拟列入告知书",
            Hand::Organ,
            [
                vec![Field::new("number", "告知书文号", Input::Line)],
                form::delivery(),
            ]
            .concat(),
        )
        .when(adverse),
        Verb::new(
            "plead",
            "陈述申辩",
            Hand::Entity,
            vec![
                Field::new("words", "陈述申辩意见", Input::Text),
                Field::new("closing", "没有其他补充，不必等到期满", Input::Flag).optional(),
            ],
        )
        .when(notified),
        Verb::new(
            "receive",
            "登记书面陈述申辩",
            Hand::Organ,
            vec![
                Field::new("receipt", "收件编号", Input::Line),
                Field::new("on", "收到日期", Input::Day),
                Field::new("closing", "主体书面表示没有其他补充", Input::Flag).optional(),
            ],
        )
        .when(notified),
        Verb::new(
            "suspend",
            "中止陈述申辩期",
            Hand::Organ,
            form::suspend(Vec::new()),
        )
        .when(notified),
        Verb::new(
            "resume",
            "恢复陈述申辩期",
            Hand::Organ,
            vec![Field::new("until", "恢复计算的日期", Input::Day)],
        )
        .when(notified),
        Verb::new(
            "decide",
            "作出决定",
            Hand::Organ,
            [
                form::document("决定书"),
                vec![
                    Field::new("list", "列入（不选为不予列入）", Input::Flag).optional(),
                    Field::new("until", "列入至", Input::Day)
                        .optional()
                        .hint("短于法定最长期限的，写明"),
                    Field::new("answer", "对陈述申辩的答复", Input::Text).optional(),
                ],
            ]
            .concat(),
        )
        .when(notified || proposed && !adverse),
        Verb::new(
            "publish",
            "送达并公布",
            Hand::Organ,
            [
                form::delivery(),
                vec![
                    Field::new("repair", "信用修复告知书文号", Input::Line)
                        .optional()
                        .hint("与列入决定书一并送达"),
                ],
            ]
            .concat(),
        )
        .when(listed),
        Verb::new(
            "leave",
            "决定移出",
            Hand::Organ,
            [leaving(listing), form::document("移出决定书")].concat(),
        )
        .when(stands),
        Verb::new(
            "revoke",
            "据以列入的文书被撤销",
            Hand::Administration,
            [
                vec![
                    Field::new("number", "被撤销的文书文号", Input::Line),
                    Field::new("revoked", "撤销日期", Input::Day),
                ],
                form::document("撤销文书"),
            ]
            .concat(),
        )
        .when(lives),
        Verb::new(
            "deregister",
            "主体已注销",
            Hand::Administration,
            form::document("注销证明"),
        )
        .when(lives),
        Verb::new(
            "unlink",
            "人员不再具有该身份",
            Hand::Organ,
            [
                vec![Field::new("person", "人员", Input::One(linked(listing)))],
                form::document("证明文书"),
            ]
            .concat(),
        )
        .when(stands && !linked(listing).is_empty()),
    ]
}

fn linked(listing: &Listing) -> Vec<Choice> {
    let persons = listing.entry().into_iter().flat_map(|entry| &entry.persons);
    let short = |key: &Key| key.as_str().chars().take(8).collect::<String>();
    persons
        .map(|link| {
            let word = format!("{}:{}", link.role, link.key.as_str());
            Choice::new(word, format!("{}（标识 {}）", link.role, short(&link.key)))
        })
        .collect()
}

fn leaving(listing: &Listing) -> Vec<Field> {
    let exits = listing.entry().into_iter().flat_map(|entry| &entry.exits);
    let mut ways: Vec<Choice> = exits
        .filter(|exit| exit.key != "term" && exit.key != "void")
        .map(|exit| Choice::new(exit.key.as_str(), exit.text.as_str()))
        .collect();
    ways.push(Choice::new("revoked", "列入决定被撤销或者确认违法、无效"));
    vec![Field::new("how", "移出情形", Input::One(ways))]
}

/// Does one thing with a listing.
pub(crate) fn act(doing: &mut Doing<'_, '_>, id: u64, listing: &Listing) -> Result<(), NotDone> {
    let (_, _, organ) = listing.about();
    let own = doing.who.entity().is_some();
    let by = match doing.who.entity() {
        // The entity answers for itself; the decision asks nothing about its organ.
        Some(_) => Person {
            account: doing.who.account.clone(),
            organ,
        },
        None => doing.person()?,
    };
    let today = doing.sitting.today;
    let mut values = Vec::new();
    let next = doing.sitting.tx.next();
    let given = &mut doing.given;
    let command = match doing.verb {
        "notify" => Command::Notify(Notification {
            number: given.text("number"),
            delivery: given.delivery(),
        }),
        "plead" => {
            values.push(("plea".to_owned(), given.line("words")));
            Command::Plead(Plea {
                receipt: format!("在线{next}"),
                on: today,
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
            how: match given.line("how").as_str() {
                "revoked" => Exit::Revoked,
                key => Exit::Clause {
                    key: key.to_owned(),
                },
            },
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
            person: given.one("person", in_role).unwrap_or_else(|| InRole {
                role: String::new(),
                key: Key::of(&[0; 32], ""),
            }),
            document: given.document(by.organ),
        },
        other => return Err(NotDone::Missing(format!("名单认定没有“{other}”这一步"))),
    };
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

pub(crate) fn facts(desk: &Desk, listing: &Listing) -> Vec<Fact> {
    let mut facts = Vec::new();
    let proposed = match listing {
        Listing::Proposed(proposed) => Some(&**proposed),
        Listing::Notified(notified) => Some(&notified.proposed),
        Listing::Dropped(dropped) => Some(&dropped.proposed),
        Listing::Listed(listed) => Some(listed.ready.proposed()),
        Listing::Published(published) => Some(published.listed.ready.proposed()),
        Listing::Ended(_) => None,
    };
    if let Some(proposed) = proposed {
        facts.push(Fact::by(
            "名单",
            proposed.list_name.clone(),
            &proposed.basis,
        ));
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
    }
    if let Some(entry) = listing.entry() {
        facts.push(Fact::by(
            "列入决定书",
            entry.document.number.clone(),
            &entry.basis,
        ));
        facts.push(Fact::new(
            "列入期限",
            format!("{}至{}（不含当日），期满自动移出", entry.on, entry.ends),
        ));
        facts.extend(
            entry
                .early
                .map(|from| Fact::new("可以申请提前移出", format!("自{from}起"))),
        );
        facts.push(Fact::new("异议和救济", entry.appeal.clone()));
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

// Tags of attention.

pub(crate) fn attention_parts(attention: &Attention) -> Parts {
    let (tag, open) = match attention {
        Attention::Set(tag) => (tag, true),
        Attention::Cleared { tag, .. } => (tag, false),
    };
    Parts {
        entity: Some(tag.entity),
        organ: Some(tag.organ),
        topic: tag.list.clone(),
        open,
        internal: true,
        asks: open.then_some(tag.ends),
        ..Parts::default()
    }
}

pub(crate) fn tags(law: &Pack, day: Date) -> Vec<Verb> {
    let lists = law
        .lists(day)
        .into_iter()
        .filter(|list| list.value().kind == Kind::Watchlist);
    let lists = lists
        .map(|list| Choice::new(list.value().word.as_str(), list.value().name.as_str()))
        .collect();
    vec![Verb::new(
        "tag",
        "设置重点关注",
        Hand::Organ,
        vec![
            Field::new("list", "种类", Input::One(lists)),
            Field::new("entity", "主体统一社会信用代码", Input::Code),
            Field::new("reason", "事由", Input::Text),
            Field::new("until", "截止日期", Input::Day)
                .optional()
                .hint("不填为规则允许的最长期限"),
        ],
    )]
}

/// Sets a tag for the organ's own inspections.
pub(crate) fn tag(doing: &mut Doing<'_, '_>) -> Result<(), NotDone> {
    let by = doing.person()?;
    let given = &mut doing.given;
    let list = given.line("list");
    let entity = given.code("entity");
    let (reason, until) = (given.text("reason"), given.some_day("until"));
    given.finish()?;
    let Some(entity) = entity else {
        return Err(NotDone::no("请填写主体统一社会信用代码", None));
    };
    let wish = attention::Wish {
        list,
        entity,
        reason,
        until,
    };
    let today = doing.sitting.today;
    let ruled = doing.sitting.law.list(&wish.list, today);
    let event = attention::set(&wish, &by, ruled.as_ref(), today);
    let event = event.map_err(|no| NotDone::no(no.text(), no.basis().cloned()))?;
    write_tag(doing.sitting, None, event)?;
    Ok(())
}

pub(crate) fn tag_verbs(attention: &Attention) -> Vec<Verb> {
    let set = matches!(attention, Attention::Set(_));
    vec![Verb::new("clear", "解除标注", Hand::Organ, Vec::new()).when(set)]
}

/// Takes a tag back.
pub(crate) fn untag(
    doing: &mut Doing<'_, '_>,
    id: u64,
    attention: &Attention,
) -> Result<(), NotDone> {
    let by = doing.person()?;
    doing.given.finish()?;
    let event = attention.clear(&by, doing.sitting.today);
    let event = event.map_err(|no| NotDone::no(no.text(), no.basis().cloned()))?;
    write_tag(doing.sitting, Some(id), event)?;
    Ok(())
}

/// The end of a tag by its time, or with the law that allowed it.
pub(crate) fn tick_tag(
    sitting: &mut Sitting<'_>,
    id: u64,
    attention: &Attention,
) -> Result<(), Fault> {
    let (Attention::Set(tag) | Attention::Cleared { tag, .. }) = attention;
    let in_force = sitting.law.list(&tag.list, sitting.today).is_some();
    match attention.tick(in_force, sitting.today) {
        Some(event) => write_tag(sitting, Some(id), event).map(drop),
        None => Ok(()),
    }
}

/// A tag touches nobody's position, so its entry names no entity.
fn write_tag(
    sitting: &mut Sitting<'_>,
    procedure: Option<u64>,
    did: attention::Event,
) -> Result<u64, Fault> {
    sitting.append(Happened::Attention(Step {
        procedure,
        entity: None,
        did,
    }))
}

pub(crate) fn tag_facts(attention: &Attention) -> Vec<Fact> {
    let (Attention::Set(tag) | Attention::Cleared { tag, .. }) = attention;
    vec![
        Fact::by(
            "期限",
            format!("{}至{}（不含当日）", tag.from, tag.ends),
            &tag.basis,
        ),
        Fact::new("事由", tag.reason.clone()),
        Fact::new("效力", "只供本机关安排检查，不对外公开，不产生其他影响"),
    ]
}

pub(crate) fn tag_told(event: &attention::Event) -> (String, String) {
    match event {
        attention::Event::Tagged(tag) => ("设置重点关注".to_owned(), tag.reason.clone()),
        attention::Event::Cleared { due, .. } => (format!("标注自{due}起解除"), String::new()),
    }
}
