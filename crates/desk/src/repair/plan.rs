//! 破产重整: a court's plan lets old records rest, and its outcome frees them for good or brings them back (R101).

use super::burden::{burden, burdens, relieve};
use super::{OfDay, Way, refused, write};
use crate::Fault;
use crate::ports::Filter;
use crate::procedure::act::Doing;
use crate::procedure::form::{self, Field, Kind as Input, Verb};
use crate::procedure::look::{Look, Within};
use crate::procedure::{Case as Any, Fact, Hand, NotDone, Sitting};
use domain::code::Code;
use domain::procedure::{Document, Person};
use domain::repair::{Asked, Burden, Ease, Event, Reorganisation, RulingApplied, Stand};
use std::sync::Arc;

fn ruling() -> Vec<Field> {
    let court = Field::new("court", "作出裁定的人民法院代码", Input::Code);
    [vec![court], form::document("裁定书")].concat()
}

pub(crate) fn plans() -> Vec<Verb> {
    let entity = Field::new("entity", "重整企业统一社会信用代码", Input::Code);
    vec![Verb::new(
        "lift",
        "登记法院批准重整计划",
        Hand::Office,
        [vec![entity], ruling()].concat(),
    )]
}

pub(crate) fn plan_verbs(plan: &Reorganisation) -> Vec<Verb> {
    let resting = matches!(plan.stand, Stand::Lifted { .. });
    vec![
        Verb::new("complete", "登记重整计划执行完毕", Hand::Office, ruling()).when(resting),
        Verb::new("fail", "登记重整失败", Hand::Office, ruling()).when(resting),
    ]
}

fn read(doing: &mut Doing<'_, '_>) -> Result<Document, NotDone> {
    let court = doing.given.code("court");
    let mut document = doing.given.document(
        Code::read("000000000000000000")
            .ok_or_else(|| Fault::broken("no code for a missing court"))?,
    );
    doing.given.finish()?;
    if let Some(court) = court {
        document.organ = court;
    }
    Ok(document)
}

/// The court approved the plan: everything older than the ruling rests.
pub(crate) fn lift(doing: &mut Doing<'_, '_>) -> Result<(), NotDone> {
    let by = doing.person()?;
    let entity = doing.given.code("entity");
    let ruling = read(doing)?;
    let Some(entity) = entity else {
        return Err(NotDone::no("请填写重整企业统一社会信用代码", None));
    };
    let law = Arc::clone(&doing.sitting.law);
    let today = doing.sitting.today;
    let found = burdens(&mut Within(doing.sitting.tx), &law, &entity, today)?;
    let known = known(doing.sitting, &entity)?;
    let first = doing.sitting.tx.next();
    let event = decided(doing, &by, entity, ruling, &found, |asked, law, channel| {
        Reorganisation::lift(known.as_ref(), asked, &by, law, channel, today)
    })?;
    apply(doing.sitting, None, entity, event, Ease::Lifted, first)
}

/// The outcome of the plan.
pub(crate) fn end_plan(doing: &mut Doing<'_, '_>, plan: &Reorganisation) -> Result<(), NotDone> {
    let by = doing.person()?;
    let ruling = read(doing)?;
    let law = Arc::clone(&doing.sitting.law);
    let today = doing.sitting.today;
    let mut found = Vec::new();
    for record in &plan.records {
        found.extend(burden(&mut Within(doing.sitting.tx), &law, *record, today)?);
    }
    let completes = doing.verb == "complete";
    let event = decided(
        doing,
        &by,
        plan.entity,
        ruling,
        &found,
        |asked, law, channel| {
            if completes {
                plan.make_permanent(asked, &by, law, channel, today)
            } else {
                plan.fall_back(asked, &by, law, channel, today)
            }
        },
    )?;
    let why = if completes {
        Ease::Permanent
    } else {
        Ease::FellBack
    };
    apply(
        doing.sitting,
        Some(plan.id),
        plan.entity,
        event,
        why,
        plan.id,
    )
}

fn known(sitting: &mut Sitting<'_>, entity: &Code) -> Result<Option<Reorganisation>, Fault> {
    let filter = Filter {
        noun: Some("reorganisation".to_owned()),
        entity: Some(*entity),
        open: Some(true),
        ascending: true,
        limit: 1,
        ..Filter::default()
    };
    let mut look = Within(sitting.tx);
    for row in look.procedures(&filter)? {
        if let Some(Any::Reorganisation(plan)) = look.case(row.id)? {
            return Ok(Some(plan));
        }
    }
    Ok(None)
}

type Decision = Result<Vec<Event>, domain::repair::Refusal>;

fn decided(
    doing: &mut Doing<'_, '_>,
    by: &Person,
    entity: Code,
    ruling: Document,
    burdens: &[Burden],
    decide: impl FnOnce(&Asked<'_>, &domain::repair::Law<'_>, &domain::repair::Channel<'_>) -> Decision,
) -> Result<Event, NotDone> {
    let law = Arc::clone(&doing.sitting.law);
    let rule = law.conditions("reorganisation.eligible", doing.sitting.today);
    let asked = Asked {
        entity,
        ruling,
        burdens,
        rule: rule.as_ref(),
    };
    let office = doing.sitting.office_for(doing.who, by)?;
    let way = Way::of(doing.sitting, office)?;
    let of_day = OfDay::of(&law, None, doing.sitting.today);
    let events = decide(&asked, &of_day.law(&law), &way.channel());
    let event = events.map_err(|no| refused(&no))?.into_iter().next();
    event.ok_or_else(|| Fault::broken("a ruling without event").into())
}

fn apply(
    sitting: &mut Sitting<'_>,
    procedure: Option<u64>,
    entity: Code,
    event: Event,
    why: Ease,
    number: u64,
) -> Result<(), NotDone> {
    write(sitting, procedure, entity, event.clone())?;
    let (Event::Lifted(ruled) | Event::MadePermanent(ruled) | Event::FellBack(ruled)) = &event
    else {
        return Ok(());
    };
    let RulingApplied { records, basis, .. } = &**ruled;
    let law = Arc::clone(&sitting.law);
    for record in records {
        if let Some(found) = burden(&mut Within(sitting.tx), &law, *record, sitting.today)? {
            relieve(sitting, &found, why, Some(number), basis)?;
        }
    }
    Ok(())
}

pub(crate) fn plan_facts(plan: &Reorganisation) -> Vec<Fact> {
    let records: Vec<String> = plan.records.iter().map(u64::to_string).collect();
    vec![
        Fact::new(
            "裁定书",
            format!("{}（{}）", plan.ruling.name, plan.ruling.number),
        ),
        Fact::new("涉及记录", records.join("、")),
    ]
}
