//! Assigning a visit by an exception, and entering together with another organ.

use super::{Rules, decide_on, of_entity, refused, write, write_all};
use crate::procedure::act::Doing;
use crate::procedure::{Case as Any, NotDone, Sitting};
use domain::code::Code;
use domain::inspection::Item;
use domain::inspection::visit::{self, Case, Command, Plan, Share, Visited, Wanted, Why};

pub(crate) fn begin(doing: &mut Doing<'_, '_>) -> Result<(), NotDone> {
    match doing.verb {
        "join" => join(doing),
        _ => assign(doing),
    }
}

/// What the organ that acts looks at, and who goes.
fn share(doing: &mut Doing<'_, '_>, organ: Code, lead: bool) -> Share {
    let given = &mut doing.given;
    let (items, on_site) = (given.several("items"), !given.flag("remote"));
    Share {
        organ,
        items: items
            .into_iter()
            .map(|code| Wanted { code, on_site })
            .collect(),
        team: given.several("team"),
        lead,
        lot: None,
    }
}

fn assign(doing: &mut Doing<'_, '_>) -> Result<(), NotDone> {
    let by = doing.person()?;
    let share = share(doing, by.organ, true);
    let given = &mut doing.given;
    let entity = given.code("entity");
    let word = given.line("exception");
    let mut words = given.text("words");
    let until = given.day("until");
    let (apart, reason) = (given.flag("apart"), given.text("apart_reason"));
    given.finish()?;
    let Some(entity) = entity else {
        return Err(NotDone::no("请填写被检查单位统一社会信用代码", None));
    };
    let sitting = &mut *doing.sitting;
    if sitting.tx.entity(&entity)?.is_none() {
        return Err(NotDone::no(format!("主体名录中没有{entity}，请核对"), None));
    }
    let cases = of_entity(sitting, &entity)?;
    let other = cases
        .iter()
        .find(|case| case.joinable(sitting.today) && case.task.part(&by.organ).is_none());
    if let Some(other) = other {
        if apart && reason.trim().is_empty() {
            return Err(NotDone::no("另行检查的，请写明理由", None));
        }
        if apart {
            words = format!("{words}（不并入检查{}，另行检查：{reason}）", other.id);
        }
    }
    let plan = Plan {
        why: Why::Exception { word, words },
        entity,
        parts: vec![share],
        until,
    };
    let rules = Rules::of(sitting)?;
    let rate = crate::draw::rate(sitting.desk, &entity, Item::General)?;
    let visited = Visited::count(&cases, &entity, None, sitting.today);
    let event = rules.ask(rate.as_ref(), &visited, |given| {
        visit::assign(&plan, &by, given)
    });
    let event = event.map_err(|no| refused(&no))?;
    if let Some(other) = other.filter(|_| !apart) {
        return Err(joint(sitting, other)?);
    }
    write(sitting, None, entity, event)?;
    Ok(())
}

/// 进一次门、查多项事: an organ that would come by itself is told with whom it can come (R63).
fn joint(sitting: &mut Sitting<'_>, other: &Case) -> Result<NotDone, NotDone> {
    let lead = other.task.lead().map(|part| part.organ);
    let organ = match lead {
        Some(lead) => sitting.tx.organ(&lead)?.map(|organ| organ.name),
        None => None,
    };
    let text = format!(
        "该单位在{}以前已有{}的检查（编号{}），请并入这次检查；确需另行检查的，选择“另行检查”并写明理由",
        other.task.until,
        organ.unwrap_or_else(|| "其他部门".to_owned()),
        other.id
    );
    Ok(NotDone::no(text, None))
}

/// Lets the organ that acts enter with those who go already (R64).
fn join(doing: &mut Doing<'_, '_>) -> Result<(), NotDone> {
    let by = doing.person()?;
    let share = share(doing, by.organ, false);
    let id = doing.given.number("visit");
    doing.given.finish()?;
    let sitting = &mut *doing.sitting;
    let Some(Any::Visit(case)) = sitting.case(id)? else {
        return Err(NotDone::no(format!("没有编号为{id}的检查"), None));
    };
    let rules = Rules::of(sitting)?;
    let day = sitting.today;
    let events = decide_on(sitting, &rules, &case, Command::Join { share }, &by, day)?;
    let events = events.map_err(|no| refused(&no))?;
    write_all(sitting, id, case.task.entity, events)?;
    Ok(())
}
