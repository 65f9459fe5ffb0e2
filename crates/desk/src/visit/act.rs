//! What is done with a visit, step by step.

use super::field::digest;
use super::forms::ABSENCES;
use super::{Rules, decide_on, refused, visited, write_all};
use crate::procedure::act::{Doing, keep_refusal};
use crate::procedure::{NotDone, Noun, Sitting};
use crate::{Fault, notice};
use domain::inspection::Item;
use domain::inspection::visit::{
    self, Absence, Answer, Ask, Asker, Case, Command, Entering, Event, Evidence, Lot, Notice,
    Outcome, Record, Reply,
};
use domain::procedure::Person;
use jiff::civil::Date;

/// What the published file of a draw gives as the reason of a redraw; why it is, only the organ knows.
const RECUSED: &str = "检查人员回避";
const UNFIT: &str = "递补的检查人员不能参加";

/// Successors that were drawn and cannot come, one after the other, before a place stays open.
const TRIES: usize = 50;

pub(crate) fn act(doing: &mut Doing<'_, '_>, case: &Case) -> Result<(), NotDone> {
    if doing.verb == "ask_recusal" {
        return ask(doing, case);
    }
    let by = doing.person()?;
    let command = command(doing, case, &by)?;
    doing.given.finish()?;
    let sitting = &mut *doing.sitting;
    let rules = Rules::of(sitting)?;
    match command {
        Command::DecideRecusal { .. } => rule(sitting, &rules, case, command, &by),
        Command::Unreached { .. } => unreached(sitting, &rules, case, command, &by),
        Command::Fill { .. } => {
            drawn(&rules, case, &by)?;
            usual(sitting, &rules, case, command, &by)
        }
        command => usual(sitting, &rules, case, command, &by),
    }
}

/// Reads what was filled in.
fn command(doing: &mut Doing<'_, '_>, case: &Case, by: &Person) -> Result<Command, NotDone> {
    let number = doing.sitting.tx.next();
    let given = &mut doing.given;
    Ok(match doing.verb {
        "approve" => Command::Approve {
            document: given.document(by.organ),
        },
        "notify" => Command::Notify {
            delivery: given.delivery(),
        },
        "waive" => Command::Waive,
        "declare_recusal" => Command::AskRecusal(asked(given)),
        "decide_recusal" => Command::DecideRecusal {
            certificate: given.line("certificate"),
            granted: given.flag("granted"),
            comes: given.some("comes"),
            reason: given.text("reason"),
        },
        "fill" => Command::Fill {
            certificate: given.line("certificate"),
            reason: given.text("reason"),
        },
        "begin_visit" => Command::Begin(Entering {
            on: given.day("on"),
            scanned: given.flag("scanned"),
            present: given.several("present"),
            device: given.some("device").unwrap_or_else(|| "工作台".to_owned()),
            at: given.text("at"),
        }),
        "record" => record(doing, case, by, number)?,
        "end" => Command::End,
        "publish" => Command::Publish,
        "set_follow_up" => Command::SetFollowUp {
            item: given.line("item"),
            what: given.text("what"),
            by_day: given.day("by_day"),
        },
        "follow_up" => Command::FollowUp {
            item: given.line("item"),
            words: given.text("words"),
        },
        "unreached" => Command::Unreached {
            why: given
                .one("why", |text| {
                    ABSENCES.into_iter().find(|(word, _)| *word == text)
                })
                .map_or(Absence::Closed, |(_, why)| why),
            words: given.text("words"),
            evidence: evidence(&given.text("evidence"))?,
        },
        "call_off" => Command::CallOff {
            reason: given.text("reason"),
        },
        other => return Err(NotDone::Missing(format!("行政检查没有“{other}”这一步"))),
    })
}

fn asked(given: &mut crate::procedure::Given) -> Ask {
    Ask {
        certificate: given.line("certificate"),
        ground: given.line("ground"),
        words: given.text("words"),
    }
}

/// A record as the form has it: one result an item.
fn record(
    doing: &mut Doing<'_, '_>,
    case: &Case,
    by: &Person,
    number: u64,
) -> Result<Command, NotDone> {
    let given = &mut doing.given;
    let mut results = Vec::new();
    for (_, item) in case.task.items() {
        let code = &item.code;
        let result = given.some(&format!("result.{code}"));
        let words = given.text(&format!("words.{code}"));
        let kept = given.several(&format!("checks.{code}")).into_iter();
        let answers = kept.map(|key| Answer {
            key,
            answer: Reply::Tick(true),
        });
        let answers: Vec<Answer> = answers.collect();
        if result.is_none() && words.is_empty() && answers.is_empty() {
            continue;
        }
        results.push(Outcome {
            item: code.clone(),
            result: result.unwrap_or_default(),
            words,
            answers,
            problem: false,
        });
    }
    let signed = given.some("entity_signed");
    let entity_signed = signed.as_deref().map(|text| {
        let read = digest(text);
        read.ok_or_else(|| NotDone::no("企业签名的笔录摘要应为64位十六进制", None))
    });
    let entity_signed = entity_signed.transpose()?;
    Ok(Command::Record(Box::new(Record {
        organ: by.organ,
        client: given
            .some("client")
            .unwrap_or_else(|| format!("desk-{number}")),
        results,
        evidence: evidence(&given.text("evidence"))?,
        signed_by: given.several("signed_by"),
        entity_signed,
        note: given.text("note"),
        taken: given.text("taken"),
    })))
}

/// `p1.jpg image/jpeg 20480 digest what it shows`, one a line.
fn evidence(text: &str) -> Result<Vec<Evidence>, NotDone> {
    let line = |line: &str| -> Option<Evidence> {
        let mut words = line.split_whitespace();
        Some(Evidence {
            name: words.next()?.to_owned(),
            media: words.next()?.to_owned(),
            bytes: words.next()?.parse().ok()?,
            digest: digest(words.next()?)?,
            note: words.collect::<Vec<_>>().join(" "),
        })
    };
    let lines = text.lines().filter(|text| !text.trim().is_empty());
    let all: Option<Vec<Evidence>> = lines.map(line).collect();
    all.ok_or_else(|| NotDone::no("证据每行一份，应写成：文件名 类型 字节数 摘要 说明", None))
}

/// The entity asks that an inspector stays away (R67).
fn ask(doing: &mut Doing<'_, '_>, case: &Case) -> Result<(), NotDone> {
    let entity = doing.who.entity();
    let entity = entity.ok_or_else(|| NotDone::Forbidden("当前账号没有绑定主体".to_owned()))?;
    let ask = asked(&mut doing.given);
    doing.given.finish()?;
    let sitting = &mut *doing.sitting;
    let rules = Rules::of(sitting)?;
    let rate = crate::draw::rate(sitting.desk, &entity, Item::General)?;
    let visited = visited(sitting, &entity, Some(case.id), sitting.today)?;
    let account = &doing.who.account;
    let events = rules.ask(rate.as_ref(), &visited, |given| {
        visit::ask(case, &entity, account, ask, given)
    });
    write_all(sitting, case.id, entity, events.map_err(|no| refused(&no))?)?;
    Ok(())
}

fn decided(
    sitting: &mut Sitting<'_>,
    rules: &Rules,
    case: &Case,
    command: Command,
    by: &Person,
) -> Result<Vec<Event>, NotDone> {
    let day = match &command {
        Command::Begin(entering) => entering.on,
        _ => sitting.today,
    };
    let events = decide_on(sitting, rules, case, command, by, day)?;
    events.map_err(|no| refused(&no))
}

fn usual(
    sitting: &mut Sitting<'_>,
    rules: &Rules,
    case: &Case,
    command: Command,
    by: &Person,
) -> Result<(), NotDone> {
    let events = decided(sitting, rules, case, command, by)?;
    Ok(happen(sitting, case, events)?)
}

/// Appends the events, and tells the entity what it has to know.
fn happen(sitting: &mut Sitting<'_>, case: &Case, events: Vec<Event>) -> Result<(), Fault> {
    let mut after = case.clone();
    for event in &events {
        let next = after.apply(event);
        after = next.map_err(|_| Fault::broken(format!("检查 {} 的步骤前后不接", case.id)))?;
    }
    write_all(sitting, case.id, case.task.entity, events.clone())?;
    for event in &events {
        match event {
            Event::Noticed {
                notice: Notice::Served { .. },
                ..
            } => notice::about_visit_noticed(sitting, &after)?,
            Event::Published { .. } => notice::about_visit_result(sitting, &after)?,
            Event::RecusalDecided { out, .. } => {
                let mut asked = after.recusals.iter().rev();
                let asked = asked.find(|one| one.certificate == *out && one.decided.is_some());
                if let Some(recusal) = asked
                    && matches!(recusal.asked, Asker::Entity { .. })
                {
                    notice::about_visit_recusal(sitting, &after, recusal)?;
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// Decides about a recusal. The successor of somebody who was drawn is drawn as well; nobody names him.
fn rule(
    sitting: &mut Sitting<'_>,
    rules: &Rules,
    case: &Case,
    command: Command,
    by: &Person,
) -> Result<(), NotDone> {
    let Command::DecideRecusal {
        certificate,
        granted,
        comes,
        reason,
    } = command
    else {
        return Ok(());
    };
    let lot = case
        .task
        .part(&by.organ)
        .and_then(|part| case.task.lot(part));
    if lot.is_some() && comes.is_some() {
        let text = "检查人员是抽取的，替换人员由系统另行抽取，不得指定";
        return Err(NotDone::no(text, None));
    }
    let decide = |comes| Command::DecideRecusal {
        certificate: certificate.clone(),
        granted,
        comes,
        reason: reason.clone(),
    };
    let mut events = decided(sitting, rules, case, decide(comes), by)?;
    if let Some(lot) = lot.filter(|_| granted)
        && let Some(better) = successor(sitting, rules, case, &lot, &decide, by)?
    {
        events = better;
    }
    Ok(happen(sitting, case, events)?)
}

/// Draws until somebody can come; `None` where the draw has nobody left, and the place stays open.
fn successor(
    sitting: &mut Sitting<'_>,
    rules: &Rules,
    case: &Case,
    lot: &Lot,
    decide: &dyn Fn(Option<String>) -> Command,
    by: &Person,
) -> Result<Option<Vec<Event>>, NotDone> {
    let Command::DecideRecusal {
        certificate: mut out,
        ..
    } = decide(None)
    else {
        return Ok(None);
    };
    let mut reason = RECUSED;
    for _ in 0..TRIES {
        let drawn = crate::draw::redraw(sitting, lot.draw, &lot.ticket, &out, reason);
        let comes = match drawn {
            Ok(comes) => comes,
            Err(NotDone::Refused { .. }) => return Ok(None),
            Err(other) => return Err(other),
        };
        match decided(sitting, rules, case, decide(Some(comes.clone())), by) {
            Ok(events) => return Ok(Some(events)),
            Err(NotDone::Refused { .. }) => (out, reason) = (comes, UNFIT),
            Err(other) => return Err(other),
        }
    }
    Ok(None)
}

/// Somebody comes into a team that was drawn only where the draw had nobody left for an open place.
fn drawn(rules: &Rules, case: &Case, by: &Person) -> Result<(), NotDone> {
    let Some(part) = case.task.part(&by.organ) else {
        return Ok(());
    };
    if case.task.lot(part).is_some() && !rules.short(part) {
        let text = "检查人员是抽取的，人数已足，不得另行指定";
        return Err(NotDone::no(text, None));
    }
    Ok(())
}

/// Nobody was met: in a draw the reserve comes in at once, for each lot of the visit.
fn unreached(
    sitting: &mut Sitting<'_>,
    rules: &Rules,
    case: &Case,
    command: Command,
    by: &Person,
) -> Result<(), NotDone> {
    let Command::Unreached { why, .. } = &command else {
        return Ok(());
    };
    let why = why.name();
    let events = decided(sitting, rules, case, command, by)?;
    happen(sitting, case, events)?;
    let mut lots: Vec<Lot> = Vec::new();
    for part in &case.task.parts {
        let lot = case.task.lot(part);
        lots.extend(lot.filter(|lot| !lots.contains(lot)));
    }
    for lot in lots {
        match crate::draw::replace(sitting, lot.draw, &lot.ticket, why, by) {
            Ok(()) => {}
            // Nobody is left to come in. The visit is over all the same, and the entry says why.
            Err(no @ NotDone::Refused { .. }) => {
                keep_refusal(sitting, Noun::Draw, Some(lot.draw), "replace", &no)?;
            }
            Err(other) => return Err(other),
        }
    }
    Ok(())
}

/// What the date asks for, and what another calendar moves.
pub(crate) fn tick(sitting: &mut Sitting<'_>, case: &Case) -> Result<(), Fault> {
    let today: Date = sitting.today;
    let moved = case.reproject(today, sitting.law.calendar());
    for event in case.tick(today).into_iter().chain(moved) {
        let escalated = matches!(event, Event::Escalated { .. });
        super::write(sitting, Some(case.id), case.task.entity, event)?;
        if escalated {
            notice::escalated(sitting, "visit", case.id)?;
        }
    }
    Ok(())
}
