//! Measures and incentives: used, declined or told, each by what the law of the day allows and nothing else.

use crate::ports::Filter;
use crate::procedure::act::Doing;
use crate::procedure::case::Parts;
use crate::procedure::form::{Choice, Field, Kind as Input, Verb};
use crate::procedure::{Case as Any, Fact, Hand, NotDone, Sitting};
use crate::{Desk, Fault, feedback};
use domain::basis::Ruled;
use domain::blacklist::ListType;
use domain::code::Code;
use domain::discipline::{self, Applying, Command, Discipline, Effect, Event, InForce, Use};
use domain::ledger::{Event as Happened, Step};
use domain::listing::Listing;
use domain::measure::Measure;
use domain::person::{InRole, Key};
use jiff::civil::Date;
use law::Pack;
use std::sync::Arc;

pub(crate) fn parts(measure: &Discipline) -> Parts {
    let effect = measure.effect();
    let (organ, other) = match measure {
        Discipline::Used { by, .. } | Discipline::Declined { by, .. } => (Some(by.organ), None),
        Discipline::Informed {
            organ, receiver, ..
        } => (Some(*organ), Some(*receiver)),
        Discipline::Ended { organ, .. } => (Some(*organ), None),
    };
    Parts {
        entity: Some(effect.entity),
        organ,
        other,
        about: Some(effect.listing),
        topic: effect.measure.clone(),
        open: measure.lasting().is_some(),
        asks: measure.lasting().map(|effect| effect.ends),
        ..Parts::default()
    }
}

/// The law of a day about one list, held together for one question.
pub(crate) struct OfDay {
    list: Option<Ruled<Arc<ListType>>>,
    measures: Vec<Ruled<Arc<Measure>>>,
    day: Date,
}

impl OfDay {
    pub fn of(law: &Pack, list: &str, day: Date) -> Self {
        Self {
            list: law.list(list, day),
            measures: law.all_measures(day),
            day,
        }
    }

    pub fn in_force(&self) -> InForce<'_> {
        InForce {
            day: self.day,
            list: self.list.as_ref(),
            measures: &self.measures,
        }
    }
}

/// Every effect the law of the day gives for a listing in a matter, for the organisation itself.
pub(crate) fn effects(
    law: &Pack,
    id: u64,
    listing: &Listing,
    matter: &str,
    day: Date,
) -> Vec<Effect> {
    let Some(effective) = listing.effective(id, day) else {
        return Vec::new();
    };
    let of_day = OfDay::of(law, &effective.entry().list, day);
    let use_ = Use {
        listing: effective,
        matter,
        person: None,
    };
    discipline::effects(&of_day.in_force(), &use_)
}

/// The forms that use, decline or tell a measure; `topic` is the number of the listing.
pub(crate) fn beginnings(
    desk: &Desk,
    law: &Pack,
    day: Date,
    topic: Option<&str>,
) -> Result<Vec<Verb>, Fault> {
    let listing = in_force(desk, day, topic)?;
    let fields = |private: bool| using(law, day, listing.as_ref(), private);
    let reason = Field::new("reason", "不采取的理由", Input::Text);
    let receiver = Field::new("receiver", "接收单位统一社会信用代码", Input::Code);
    Ok(vec![
        Verb::new("use", "采取措施", Hand::Organ, fields(false)),
        Verb::new(
            "decline",
            "不采取措施",
            Hand::Organ,
            [fields(false), vec![reason]].concat(),
        ),
        Verb::new(
            "inform",
            "告知市场和行业主体",
            Hand::Administration,
            [fields(true), vec![receiver]].concat(),
        ),
    ])
}

/// The listing of this number. What is proposed and not in force is nobody's business but its organ's: the
/// choices tell nothing of it.
fn in_force(desk: &Desk, day: Date, topic: Option<&str>) -> Result<Option<Listing>, Fault> {
    let Some(id) = topic.and_then(|text| text.parse::<u64>().ok()) else {
        return Ok(None);
    };
    let case = crate::procedure::sitting::folded(id, &desk.store.steps(id)?)?;
    Ok(match case {
        Some(Any::Listing(listing)) => listing.effective(id, day).is_some().then_some(listing),
        _ => None,
    })
}

/// The fields every use of a measure has; `private` measures are those nobody has to take.
fn using(law: &Pack, day: Date, listing: Option<&Listing>, private: bool) -> Vec<Field> {
    let list = listing.map(|listing| listing.about().1);
    let matters = law.matters().iter();
    let matters = matters
        .map(|matter| Choice::new(matter.code.as_str(), matter.name.as_str()))
        .collect();
    let mut fields = vec![
        Field::new("listing", "名单认定编号", Input::Number),
        Field::new(
            "measure",
            "措施",
            Input::One(measures(law, day, list, private)),
        ),
        Field::new("matter", "办理事项", Input::One(matters)),
        Field::new("case_no", "办件编号", Input::Line),
    ];
    let persons = listing.map(linked).unwrap_or_default();
    if !persons.is_empty() {
        fields.push(Field::new("person", "有关人员", Input::One(persons)).optional());
    }
    fields
}

/// The measures of the day that follow from the list, or all where no list is known.
fn measures(law: &Pack, day: Date, list: Option<&str>, private: bool) -> Vec<Choice> {
    law.all_measures(day)
        .iter()
        .map(Ruled::value)
        .filter(|measure| list.is_none_or(|list| measure.triggers.iter().any(|one| one == list)))
        .filter(|measure| measure.class.optional() == private)
        .map(|measure| Choice::new(measure.word.as_str(), measure.name.as_str()))
        .collect()
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

/// Uses, declines or tells a measure.
pub(crate) fn begin(doing: &mut Doing<'_, '_>) -> Result<(), NotDone> {
    let by = doing.person()?;
    let given = &mut doing.given;
    let listing = given.number("listing");
    let what = Applying {
        measure: given.line("measure"),
        case_no: given.text("case_no"),
    };
    let matter = given.line("matter");
    let person = given.some("person").and_then(|text| in_role(&text));
    let command = match doing.verb {
        "use" => Command::Use(what),
        "decline" => Command::Decline {
            what,
            reason: given.text("reason"),
        },
        "inform" => match given.code("receiver") {
            Some(receiver) => Command::Inform { what, receiver },
            None => Command::Use(what),
        },
        other => return Err(NotDone::Missing(format!("措施没有“{other}”这一步"))),
    };
    doing.given.finish()?;
    let sitting = &mut *doing.sitting;
    let found = sitting.case(listing)?;
    let Some(Any::Listing(found)) = found else {
        return Err(NotDone::no(format!("没有编号为{listing}的名单认定"), None));
    };
    let none = || {
        let no = discipline::Refusal::NoListing;
        NotDone::no(no.text(), None)
    };
    let eased = crate::repair::relief(sitting, listing)?.free(sitting.today);
    let effective = found.effective(listing, sitting.today).filter(|_| !eased);
    let of_day = OfDay::of(&sitting.law, found.about().1, sitting.today);
    let use_ = Use {
        listing: effective.ok_or_else(none)?,
        matter: &matter,
        person: person.as_ref(),
    };
    let event = discipline::decide(&command, &use_, &of_day.in_force(), &by);
    let event = event.map_err(|no| NotDone::no(no.text(), no.basis().cloned()))?;
    let entity = found.about().0;
    // What is owed afterwards is opened first in thought: without a period nobody may use the measure.
    if sitting.term(domain::feedback::DUTY).is_none() && !matches!(event, Event::Informed { .. }) {
        return Err(NotDone::no(domain::feedback::Refusal::Silent.text(), None));
    }
    let id = write(sitting, None, &entity, event.clone())?;
    feedback::open(sitting, id, &event)?;
    crate::notice::about_measure(sitting, id, &event)?;
    Ok(())
}

fn in_role(text: &str) -> Option<InRole> {
    let (role, key) = text.split_once(':')?;
    Some(InRole {
        role: role.to_owned(),
        key: Key::read(key)?,
    })
}

pub(crate) fn verbs(measure: &Discipline) -> Vec<Verb> {
    let waits = matches!(measure, Discipline::Informed { reply: None, .. });
    vec![
        Verb::new(
            "reply",
            "回复是否采用",
            Hand::Entity,
            vec![
                Field::new("applied", "已采用（不选为未采用）", Input::Flag).optional(),
                Field::new("words", "说明", Input::Text).optional(),
            ],
        )
        .when(waits),
    ]
}

/// The receiver of an information says what it did; "not applied" is a good answer (R84).
pub(crate) fn act(doing: &mut Doing<'_, '_>, id: u64, measure: &Discipline) -> Result<(), NotDone> {
    let applied = doing.given.flag("applied");
    let words = doing.given.text("words");
    doing.given.finish()?;
    let Discipline::Informed { receiver, .. } = measure else {
        return Err(NotDone::no("这一措施不需要回复", None));
    };
    if doing.who.entity() != Some(*receiver) {
        return Err(NotDone::Forbidden("由接收单位回复".to_owned()));
    }
    let event = discipline::reply(measure, applied, &words, doing.sitting.today);
    let event = event.map_err(|no| NotDone::no(no.text(), no.basis().cloned()))?;
    let entity = measure.effect().entity;
    write(doing.sitting, Some(id), &entity, event)?;
    Ok(())
}

/// The measures in use or told against an entity.
pub(crate) fn lasting(
    sitting: &mut Sitting<'_>,
    entity: &Code,
) -> Result<Vec<(u64, Discipline)>, Fault> {
    let cases = sitting
        .cases(&crate::listing::of_entity("measure", entity))?
        .into_iter();
    Ok(cases
        .filter_map(|(row, case)| match case {
            Any::Measure(measure) => Some((row.id, measure)),
            _ => None,
        })
        .collect())
}

pub(crate) fn write(
    sitting: &mut Sitting<'_>,
    procedure: Option<u64>,
    entity: &Code,
    did: Event,
) -> Result<u64, Fault> {
    sitting.append(Happened::Discipline(Step {
        procedure,
        entity: Some(*entity),
        did,
    }))
}

/// The end of a measure by its own time, or with the article behind it.
pub(crate) fn tick(sitting: &mut Sitting<'_>, id: u64, measure: &Discipline) -> Result<(), Fault> {
    let effect = measure.effect();
    let of_day = OfDay::of(&sitting.law, &effect.list, sitting.today);
    match discipline::tick(measure, &of_day.in_force()) {
        Some(event) => write(sitting, Some(id), &effect.entity, event).map(drop),
        None => Ok(()),
    }
}

pub(crate) fn facts(measure: &Discipline) -> Vec<Fact> {
    let effect = measure.effect();
    let mut facts = vec![
        Fact::by("措施", effect.name.clone(), &effect.basis),
        Fact::new("类别", effect.class.name()),
        Fact::new("名单认定编号", effect.listing.to_string()),
        Fact::new("办理事项", effect.matter.clone()),
        Fact::new("实施主体", effect.implementer.clone()),
        Fact::new(
            "期限",
            format!("{}至{}（不含当日），期满自动终止", effect.from, effect.ends),
        ),
        Fact::new("异议和救济", effect.appeal.clone()),
    ];
    if effect.class.optional() {
        facts.push(Fact::new("效力", "只作告知，是否采用由接收单位自主决定"));
    }
    if let Discipline::Ended { end, .. } = measure {
        facts.push(Fact::new(
            "终止",
            format!("自{}起：{}", end.due, end.why.name()),
        ));
    }
    facts
}

pub(crate) fn told(event: &Event) -> (String, String) {
    match event {
        Event::Used {
            effect, case_no, ..
        } => (
            format!("采取{}（办件{case_no}）", effect.name),
            String::new(),
        ),
        Event::Declined { effect, reason, .. } => {
            (format!("不采取{}", effect.name), reason.clone())
        }
        Event::Informed {
            effect, receiver, ..
        } => (format!("向{receiver}告知{}", effect.name), String::new()),
        Event::Replied { applied, words, .. } => {
            let what = if *applied {
                "接收单位已采用"
            } else {
                "接收单位未采用"
            };
            (what.to_owned(), words.clone())
        }
        Event::Ended { why, .. } => (why.name().to_owned(), String::new()),
    }
}

/// A list and a measure, and what came of it.
pub type Effects = ((String, String), domain::feedback::Worth);

impl Desk {
    /// What came of each measure of each list (R86): counts and days, of organisations only.
    pub fn worth(&self) -> Result<Vec<Effects>, Fault> {
        let mut cases = Vec::new();
        let mut after = None;
        loop {
            let filter = Filter {
                noun: Some("measure".to_owned()),
                ascending: true,
                after,
                limit: 1_000,
                ..Filter::default()
            };
            let rows = self.store.procedures(&filter)?;
            let Some(last) = rows.last() else { break };
            after = Some(last.id);
            for row in &rows {
                let steps = self.store.steps(row.id)?;
                if let Some(Any::Measure(measure)) =
                    crate::procedure::sitting::folded(row.id, &steps)?
                {
                    cases.push(measure);
                }
            }
        }
        Ok(domain::feedback::evaluate(&cases).into_iter().collect())
    }
}
