//! Batches of the draw: planned, frozen, seeded, drawn, and turned into visits.

mod forms;
mod frame;
mod outcome;
mod public;
mod run;
mod view;

pub(crate) use forms::{beginnings, verbs};
pub(crate) use frame::rate;
pub use outcome::{Crowd, Exchange, Gap, Object, Outcome, Turn};
pub use public::{DrawRow, Own, Parted};
pub(crate) use run::{redraw, replace};
pub(crate) use view::{facts, told};

use crate::procedure::act::Doing;
use crate::procedure::case::Parts;
use crate::procedure::{NotDone, Sitting};
use crate::{Desk, Fault};
use domain::code::Code;
use domain::inspection::batch::{self, Amount, Batch, Event, Plan, Planned, Scope, Wish};
use domain::inspection::draw::Form;
use domain::ledger::{Event as Happened, Step};
use domain::procedure::Person;

pub(crate) fn parts(batch: &Batch) -> Parts {
    Parts {
        organ: Some(batch.plan.organ),
        others: batch.partners().into_iter().collect(),
        topic: batch.kind().word().to_owned(),
        open: batch.open(),
        ..Parts::default()
    }
}

/// Plans a batch.
pub(crate) fn begin(doing: &mut Doing<'_, '_>) -> Result<(), NotDone> {
    let by = doing.person()?;
    let mut items = asked(doing, "items", by.organ);
    for (organ, list) in [("partner", "partner_items"), ("second", "second_items")] {
        if let Some(organ) = doing.given.some_code(organ) {
            items.extend(asked(doing, list, organ));
        }
    }
    let remote = doing.given.flag("remote");
    let given = &mut doing.given;
    let codes = given.text("codes");
    let scope = Scope {
        divisions: given.several("divisions"),
        licensed: given.flag("licensed"),
        codes: codes.split_whitespace().filter_map(Code::read).collect(),
    };
    if scope.codes.len() != codes.split_whitespace().count() {
        return Err(NotDone::no("对象代码应为18位，每行一个", None));
    }
    let amount = match (given.some_number("about"), given.some_number("within")) {
        (Some(count), _) => Amount::About(u32::try_from(count).unwrap_or(u32::MAX)),
        (None, part) => Amount::Within(u8::try_from(part.unwrap_or(50).min(100)).unwrap_or(100)),
    };
    let title = given.line("title");
    let (from, until) = (given.day("from"), given.day("until"));
    let seed = wish(doing)?;
    doing.given.finish()?;
    let plan = Plan {
        title,
        organ: by.organ,
        items: items
            .into_iter()
            .map(|item| published(doing, item, !remote))
            .collect::<Result<_, _>>()?,
        scope,
        amount,
        seed,
        from,
        until,
    };
    let event = batch::plan(plan, &by, doing.sitting.today);
    write(doing.sitting, None, event.map_err(|no| refused(&no))?)?;
    Ok(())
}

/// Codes of items as the form names them, each with the organ that looks at it.
fn asked(doing: &mut Doing<'_, '_>, key: &str, organ: Code) -> Vec<(String, Code)> {
    let items = doing.given.several(key).into_iter();
    items.map(|item| (item, organ)).collect()
}

/// An item of the catalog; one that is not in it is not inspected (R65).
fn published(
    doing: &Doing<'_, '_>,
    (code, organ): (String, Code),
    on_site: bool,
) -> Result<Planned, NotDone> {
    let Some(item) = doing.sitting.law.inspection_item(&code) else {
        return Err(refused(&batch::Refusal::Unpublished { item: code }));
    };
    let (value, basis) = (item.value(), item.basis().clone());
    Ok(Planned {
        name: value.name.clone(),
        kind: value.kind,
        line: value.line.clone(),
        code,
        organ,
        on_site,
        basis,
    })
}

/// The source of the seed as the form names it.
fn wish(doing: &mut Doing<'_, '_>) -> Result<Wish, NotDone> {
    let given = &mut doing.given;
    let source = given.line("source");
    Ok(match source.as_str() {
        "lottery" => {
            let form = given.some("lottery_form").unwrap_or_default();
            let form = Form::read(&form).ok_or_else(|| {
                NotDone::no(
                    "号码形式应写成 6/1-33;1/1-16 的样子：几个号码，从几到几",
                    None,
                )
            })?;
            Wish::Lottery {
                name: given.line("lottery_name"),
                number: given.line("lottery_number"),
                on: given.day("lottery_on"),
                form,
            }
        }
        "parties" => Wish::Parties {
            names: given.several("parties"),
        },
        _ => {
            let vrf = doing.sitting.desk.secrets().vrf.as_ref();
            let key = vrf.map(|vrf| vrf.key());
            Wish::Vrf {
                key: key.ok_or_else(|| {
                    NotDone::no("本平台没有可验证随机函数的密钥，请选择其他随机数来源", None)
                })?,
            }
        }
    })
}

/// Moves a batch on.
pub(crate) fn act(doing: &mut Doing<'_, '_>, id: u64, batch: &Batch) -> Result<(), NotDone> {
    let by = doing.person()?;
    let office = doing.sitting.office_for(doing.who, &by)?;
    let today = doing.sitting.today;
    let given = &mut doing.given;
    let event = match doing.verb {
        "agree" => {
            given.finish()?;
            batch.agree(&by, today)
        }
        "commit" => {
            let (party, commitment) = (given.line("party"), given.line("commitment"));
            given.finish()?;
            batch.commit(&party, &commitment, &by, &office, today)
        }
        "reveal" => {
            let (party, value) = (given.line("party"), given.line("value"));
            given.finish()?;
            batch.reveal(&party, &value, &by, &office, today)
        }
        "void" => {
            let reason = given.text("reason");
            given.finish()?;
            batch.void(&reason, &by, &office, today)
        }
        "freeze" => {
            given.finish()?;
            let source = batch.ready(&by, &office, today);
            let source = source.map_err(|no| refused(&no))?;
            return frame::freeze(doing.sitting, id, batch, source, &by);
        }
        _ => {
            let numbers = given.text("numbers");
            given.finish()?;
            let due = batch.due(&by, &office, today).map(|_| ());
            due.map_err(|no| refused(&no))?;
            return run::draw(doing.sitting, id, batch, &numbers, &by);
        }
    };
    write(doing.sitting, Some(id), event.map_err(|no| refused(&no))?)?;
    Ok(())
}

fn write(sitting: &mut Sitting<'_>, procedure: Option<u64>, did: Event) -> Result<u64, Fault> {
    sitting.append(Happened::Draw(Step {
        procedure,
        entity: None,
        did,
    }))
}

fn refused(no: &batch::Refusal) -> NotDone {
    NotDone::no(no.text(), None)
}

/// The secret behind the tickets of a frame. It follows from the secret of the house, so that nothing
/// more has to be kept, and reveals nothing about other frames.
fn secret(desk: &Desk, draw: u64) -> [u8; 32] {
    let house = desk.secrets().persons.as_bytes();
    let suite = domain::ledger::Suite::International;
    *suite
        .digest(&[b"frame\0", house, &draw.to_be_bytes()])
        .as_bytes()
}

/// Who acts for an organ that goes along.
fn of(organ: Code, by: &Person) -> Person {
    Person {
        account: by.account.clone(),
        organ,
    }
}
