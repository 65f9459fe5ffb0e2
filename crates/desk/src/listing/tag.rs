//! Tags of attention, which an organ sets for its own inspections.

use crate::Fault;
use crate::procedure::act::Doing;
use crate::procedure::case::Parts;
use crate::procedure::form::{Choice, Field, Kind as Input, Verb};
use crate::procedure::{Fact, Hand, NotDone, Sitting};
use domain::blacklist::Kind;
use domain::ledger::{Event as Happened, Step};
use domain::listing::attention::{self, Attention};
use jiff::civil::Date;
use law::Pack;

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
