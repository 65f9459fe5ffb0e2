//! One application: handed in, forwarded, accepted, decided, and undone where its promise was false.

use super::burden::{burden, relieve};
use super::forms::requirements;
use super::{OfDay, Way, refused, write};
use crate::Fault;
use crate::commitment;
use crate::ports::{Filter, Role};
use crate::procedure::act::Doing;
use crate::procedure::case::Parts;
use crate::procedure::look::{Look, Within};
use crate::procedure::sitting::pausing;
use crate::procedure::{Case as Any, NotDone, Sitting};
use domain::basis::Basis;
use domain::commitment::{By, Kind, Paper, Promisor, Range, Stage as Promised};
use domain::procedure::{Document, Person};
use domain::repair::{
    self, Annulling, Applicant, Bar, Burden, Case, Command, Ease, Event, Facts, Material, Relief,
    Request, Stage, Target, Unrepairable,
};
use jiff::civil::Date;
use law::Pack;
use std::sync::Arc;

/// The matter of repair commitments in `law/catalog/commitments.toml`.
const MATTER: &str = "credit-repair";
/// The requirement that the commitment itself meets.
pub(super) const COMMITMENT: &str = "commitment";

pub(crate) fn state(case: &Case) -> &'static str {
    match case.stage {
        Stage::Filed => "待转送",
        Stage::Forwarded(_) => "待受理",
        Stage::Accepted(_) => "办理中",
        Stage::NotAccepted { .. } => "不予受理",
        Stage::Refused { .. } => "不予修复",
        Stage::Approved { .. } => "已修复",
        Stage::Withdrawn => "已撤回申请",
        Stage::Moot => "已无可修复的内容",
        Stage::Annulled(_) => "修复已撤销",
    }
}

pub(crate) fn parts(case: &Case) -> Parts {
    let application = &case.application;
    Parts {
        entity: Some(application.entity),
        organ: Some(application.organ),
        about: Some(application.record),
        topic: application.target.name().to_owned(),
        open: case.open(),
        // An open application is looked at every day: its record may run out meanwhile.
        asks: case.open().then_some(case.filed),
        ..Parts::default()
    }
}

/// What is known about one record when somebody asks for its repair.
pub(crate) struct Known {
    pub burden: Burden,
    pub relief: Relief,
    pub bar: Option<Bar>,
    pub open: Option<u64>,
}

impl Known {
    pub fn of(look: &mut dyn Look, burden: Burden, own: Option<u64>) -> Result<Self, Fault> {
        let relief = look.relief(burden.record)?;
        let filter = Filter {
            noun: Some("repair".to_owned()),
            entity: Some(burden.entity),
            ascending: true,
            limit: usize::MAX,
            ..Filter::default()
        };
        let (mut bar, mut open) = (None::<Bar>, None);
        for row in look.procedures(&filter)? {
            match look.case(row.id)? {
                Some(Any::Repair(case)) if case.open() => {
                    let same = case.application.record == burden.record;
                    open = (same && Some(case.id) != own).then_some(case.id).or(open);
                }
                Some(Any::Repair(Case {
                    stage: Stage::Annulled(annulment),
                    ..
                })) if bar
                    .as_ref()
                    .is_none_or(|bar| bar.until < annulment.bar.until) =>
                {
                    bar = Some(annulment.bar);
                }
                _ => {}
            }
        }
        Ok(Self {
            burden,
            relief,
            bar,
            open,
        })
    }

    pub fn facts(&self) -> Facts<'_> {
        Facts {
            burden: &self.burden,
            relief: &self.relief,
            bar: self.bar.as_ref(),
            open: self.open,
        }
    }
}

/// Hands an application in, or marks a record as not repairable.
pub(crate) fn begin(doing: &mut Doing<'_, '_>) -> Result<(), NotDone> {
    let law = Arc::clone(&doing.sitting.law);
    let record = doing.given.number("record");
    let found = burden(
        &mut Within(doing.sitting.tx),
        &law,
        record,
        doing.sitting.today,
    )?;
    if doing.verb == "mark" {
        return mark(doing, found);
    }
    let entity = match doing.who.entity() {
        Some(entity) => Some(entity),
        None => doing.given.code("entity"),
    };
    // What somebody must never learn is whether another's record is there.
    let found = found.filter(|burden| Some(burden.entity) == entity);
    let Some(burden) = found else {
        let _ = doing.given.finish();
        return Err(NotDone::no(
            format!("本单位没有编号为{record}、可以修复的记录；只能申请修复本单位的记录"),
            None,
        ));
    };
    let of_day = OfDay::for_burden(&law, &burden, doing.sitting.today);
    let mut materials = materials(doing, &burden);
    let promised = doing.given.flag("promise");
    doing.given.finish()?;
    let by = applicant(doing)?;
    let sitting = &mut *doing.sitting;
    let known = Known::of(&mut Within(sitting.tx), burden, None)?;
    // Asked first without the promise: nobody signs one for an application that is not taken.
    let promise = promised
        .then(|| paper(sitting, &law, &known.burden))
        .flatten();
    let number = promise.as_ref().map(|_| sitting.tx.next());
    materials.extend(
        promise
            .as_ref()
            .map(|paper| as_material(paper, sitting.today)),
    );
    let request = Request {
        entity: known.burden.entity,
        by: by.clone(),
        materials,
        commitment: number,
    };
    let given = of_day.law(&law);
    let events = repair::file(&known.facts(), request, &given, sitting.today);
    let events = events.map_err(|no| refused(&no))?;
    if let Some(paper) = promise {
        let by = promisor(&by, &known.burden);
        let made = commitment::register(sitting, paper, &by)?;
        debug_assert_eq!(Some(made), number);
    }
    filed(sitting, &known.burden, events)
}

/// Writes that an application is there, and tells whoever applied.
fn filed(sitting: &mut Sitting<'_>, burden: &Burden, events: Vec<Event>) -> Result<(), NotDone> {
    let first = sitting.tx.next();
    for event in events {
        write(sitting, None, burden.entity, event)?;
    }
    crate::notice::about_repair(sitting, first, "repair-filed")?;
    Ok(())
}

/// Who applies: the entity by its account, or the counter for it.
fn applicant(doing: &Doing<'_, '_>) -> Result<Applicant, NotDone> {
    if doing.who.role == Role::Counter {
        let person = doing.person()?;
        return Ok(Applicant::Counter {
            account: person.account,
            organ: person.organ,
        });
    }
    Ok(Applicant::Entity {
        account: doing.who.account.clone(),
    })
}

/// Whoever hands in: the entity by its account, or the counter in its presence.
fn promisor(by: &Applicant, burden: &Burden) -> By {
    let (Applicant::Entity { account } | Applicant::Counter { account, .. }) = by;
    By::Entity {
        account: account.clone(),
        entity: burden.entity,
    }
}

/// The repair commitment (R23), in the words of the blank form in force.
fn paper(sitting: &mut Sitting<'_>, law: &Pack, burden: &Burden) -> Option<Paper> {
    let row = law.commitment(MATTER)?;
    let today = sitting.today;
    let content = row
        .informed
        .iter()
        .map(|clause| &*clause.text)
        .collect::<Vec<_>>()
        .join("；");
    let liability = row
        .consequences
        .iter()
        .map(|clause| &*clause.text)
        .collect::<Vec<_>>()
        .join("；");
    Some(Paper {
        number: commitment::numbered(&burden.organ, today, sitting.tx.next()),
        promisor: Promisor::Entity(burden.entity),
        name: sitting.desk.name(&burden.entity),
        kind: Kind::Repair,
        matter: MATTER.to_owned(),
        reason: format!("申请修复{}（记录{}）", burden.docket, burden.record),
        original: commitment::signed_online(&sitting.actor.name, &content, today),
        content,
        liability,
        made: today,
        valid_until: None,
        supply_by: None,
        organ: burden.organ,
        range: Range::Public,
        form: row.form.clone(),
        replaces: None,
        note: String::new(),
    })
}

fn as_material(paper: &Paper, today: Date) -> Material {
    Material {
        key: COMMITMENT.to_owned(),
        document: Document {
            name: "信用修复承诺书".to_owned(),
            number: paper.number.clone(),
            on: today,
            organ: paper.organ,
        },
    }
}

/// The documents that were filled in; fields nobody asked for stay an error.
fn materials(doing: &mut Doing<'_, '_>, burden: &Burden) -> Vec<Material> {
    let asked = requirements(&doing.sitting.law, doing.sitting.today);
    let mut found: Vec<Material> = Vec::new();
    for one in asked.into_iter().filter(|one| one.word != COMMITMENT) {
        if found.iter().any(|known| known.key == one.word) {
            continue;
        }
        let given = &mut doing.given;
        let name = given.some(&format!("{}_name", one.word));
        let number = given.some(&format!("{}_number", one.word));
        let on = given.some_day(&format!("{}_on", one.word));
        let organ = given
            .some_code(&format!("{}_organ", one.word))
            .unwrap_or(burden.organ);
        if let (Some(name), Some(number), Some(on)) = (name, number, on) {
            found.push(Material {
                key: one.word,
                document: Document {
                    name,
                    number,
                    on,
                    organ,
                },
            });
        }
    }
    found
}

fn mark(doing: &mut Doing<'_, '_>, found: Option<Burden>) -> Result<(), NotDone> {
    let by = doing.person()?;
    let given = &mut doing.given;
    let until = given.day("until");
    let (statute, article) = (given.line("statute"), given.line("article"));
    let document = given.document(by.organ);
    given.finish()?;
    let law = Arc::clone(&doing.sitting.law);
    let basis = known_basis(&law, &statute, &article);
    let Some(basis) = basis else {
        let text = format!("规则包中没有“{statute}”的“{article}”，没有依据不得标注不可修复");
        return Err(NotDone::no(text, None));
    };
    let Some(burden) = found else {
        return Err(NotDone::no("没有这条记录，或者记录已经不再产生影响", None));
    };
    let why = Some(Unrepairable { until, basis });
    let events = repair::mark(&burden, why, document, &by, doing.sitting.today);
    for event in events.map_err(|no| refused(&no))? {
        write(doing.sitting, None, burden.entity, event)?;
    }
    Ok(())
}

/// An article the pack cites somewhere; nobody makes one up in a form.
fn known_basis(law: &Pack, statute: &str, article: &str) -> Option<Basis> {
    law.statute(statute)?;
    (!law.depending(statute, Some(article)).is_empty()).then(|| Basis {
        statute: statute.into(),
        article: article.into(),
        confirmed: false,
    })
}

/// Does one thing with an application.
pub(crate) fn act(doing: &mut Doing<'_, '_>, case: Case) -> Result<(), NotDone> {
    match doing.verb {
        "supply" | "withdraw" => return own(doing, &case),
        "annul" => return annul(doing, &case),
        _ => {}
    }
    let by = doing.person()?;
    let law = Arc::clone(&doing.sitting.law);
    let record = case.application.record;
    let command = command(doing, &case, &by)?;
    doing.given.finish()?;
    let verb = doing.verb.to_owned();
    let office = doing.sitting.office_for(doing.who, &by)?;
    let sitting = &mut *doing.sitting;
    let found = burden(&mut Within(sitting.tx), &law, record, sitting.today)?;
    let Some(burden) = found else {
        return Err(refused(&repair::Refusal::Gone));
    };
    let of_day = OfDay::for_burden(&law, &burden, sitting.today);
    let known = Known::of(&mut Within(sitting.tx), burden, Some(case.id))?;
    let way = Way::of(sitting, office)?;
    let given = of_day.law(&law);
    let channel = way.channel();
    let events = repair::decide(
        &case,
        command,
        &by,
        &known.facts(),
        &given,
        &channel,
        sitting.today,
    );
    for event in events.map_err(|no| refused(&no))? {
        write(sitting, Some(case.id), known.burden.entity, event.clone())?;
        match &event {
            Event::Accepted { .. } => take_promise(sitting, &case, &by)?,
            Event::Approved(_) => all_ends(sitting, &case, &known.burden, &by)?,
            _ => {}
        }
    }
    crate::notice::about_repair(sitting, case.id, template(&verb))?;
    Ok(())
}

fn template(verb: &str) -> &'static str {
    match verb {
        "forward" => "repair-forwarded",
        "accept" => "repair-accepted",
        "turn-away" => "repair-turned-away",
        "ask" => "repair-asked",
        "extend" => "repair-extended",
        "approve" => "repair-approved",
        "refuse" => "repair-refused",
        _ => "clock-moved",
    }
}

fn command(doing: &mut Doing<'_, '_>, case: &Case, by: &Person) -> Result<Command, NotDone> {
    let today = doing.sitting.today;
    let basis = case.application.basis.clone();
    let given = &mut doing.given;
    Ok(match doing.verb {
        "forward" => Command::Forward,
        "accept" => Command::Accept,
        "turn-away" => Command::TurnAway {
            reason: given.text("reason"),
            basis,
            remedy: given.remedy(),
        },
        "ask" => Command::Ask {
            key: given.line("material"),
            reason: given.text("reason"),
        },
        "extend" => Command::Extend {
            notice: given.delivery(),
            reason: given.text("reason"),
        },
        "approve" => Command::Approve {
            document: given.document(by.organ),
        },
        "refuse" => Command::Refuse {
            document: given.document(by.organ),
            reason: given.text("reason"),
            basis,
            remedy: given.remedy(),
        },
        "suspend" => Command::Suspend {
            duty: given.line("duty"),
            from: given.day("from"),
            reason: given.text("reason"),
            basis: pausing(&doing.sitting.law, today)?,
        },
        "resume" => Command::Resume {
            duty: given.line("duty"),
            until: given.day("until"),
        },
        other => return Err(NotDone::Missing(format!("信用修复没有“{other}”这一步"))),
    })
}

/// The unit that takes the application takes the promise behind it as well.
fn take_promise(sitting: &mut Sitting<'_>, case: &Case, by: &Person) -> Result<(), Fault> {
    let Some(id) = case.application.commitment else {
        return Ok(());
    };
    let Some(Any::Commitment(promise)) = sitting.case(id)? else {
        return Ok(());
    };
    if promise.stage == Promised::Offered {
        let accepted = domain::commitment::Event::Accepted {
            commitment: id,
            by: by.clone(),
            on: sitting.today,
            verify: None,
        };
        commitment::write(sitting, Some(id), accepted)?;
    }
    Ok(())
}

/// Publicity, sharing, use, measures and weight end with the approval (R97): the record is relieved, a
/// listing is left with its measures, a breach counts no more.
fn all_ends(
    sitting: &mut Sitting<'_>,
    case: &Case,
    burden: &Burden,
    by: &Person,
) -> Result<(), NotDone> {
    let Some(Any::Repair(approved)) = sitting.case(case.id)? else {
        return Err(Fault::broken("an approved repair is not there").into());
    };
    let Stage::Approved { approval, .. } = &approved.stage else {
        return Err(Fault::broken("an approved repair is not approved").into());
    };
    relieve(
        sitting,
        burden,
        Ease::Repaired,
        Some(case.id),
        &approval.basis,
    )?;
    match burden.target {
        Target::Blacklist | Target::Abnormal => {
            crate::listing::repaired(sitting, burden.record, case.id, &approval.document, by)?;
        }
        Target::Broken => {
            let Some(Any::Commitment(broken)) = sitting.case(burden.record)? else {
                return Err(Fault::broken("a repaired breach is not there").into());
            };
            let events = broken.repaired(case.id, sitting.today);
            commitment::write_all(sitting, burden.record, events)?;
        }
        Target::Penalty | Target::Other => {}
    }
    Ok(())
}

/// What the applicant does alone.
fn own(doing: &mut Doing<'_, '_>, case: &Case) -> Result<(), NotDone> {
    let entity = match doing.who.role {
        // The counter acts for whoever stands before it.
        Role::Counter => case.application.entity,
        _ => doing
            .who
            .entity()
            .ok_or_else(|| NotDone::Forbidden("当前账号没有绑定主体".to_owned()))?,
    };
    let today = doing.sitting.today;
    let events = if doing.verb == "withdraw" {
        doing.given.finish()?;
        case.withdraw(&entity, today)
    } else {
        let given = &mut doing.given;
        let key = given.line("material");
        let organ = given.some_code("organ").unwrap_or(case.application.organ);
        let document = given.document(organ);
        given.finish()?;
        case.supply(&entity, Material { key, document }, today)
    };
    for event in events.map_err(|no| refused(&no))? {
        write(doing.sitting, Some(case.id), case.application.entity, event)?;
    }
    Ok(())
}

/// The promise behind the repair was determined to be false: what has not ended by itself holds again,
/// and no new application is taken for a time (R100).
fn annul(doing: &mut Doing<'_, '_>, case: &Case) -> Result<(), NotDone> {
    let by = doing.person()?;
    doing.given.finish()?;
    let law = Arc::clone(&doing.sitting.law);
    let office = doing.sitting.office_for(doing.who, &by)?;
    let sitting = &mut *doing.sitting;
    let promise = match case.application.commitment {
        Some(id) => sitting.case(id)?,
        None => None,
    };
    let Some(Any::Commitment(promise)) = promise else {
        return Err(refused(&repair::Refusal::NotDetermined));
    };
    let bar = law.retention("repair-bar", sitting.today);
    let of_day = OfDay::of(&law, None, sitting.today);
    let way = Way::of(sitting, office)?;
    let annulling = Annulling {
        commitment: &promise,
        bar: bar.as_ref(),
    };
    let given = of_day.law(&law);
    let channel = way.channel();
    let events = repair::annul(case, annulling, &by, &given, &channel, sitting.today);
    let events = events.map_err(|no| refused(&no))?;
    let was_approved = matches!(case.stage, Stage::Approved { .. });
    for event in events {
        write(
            sitting,
            Some(case.id),
            case.application.entity,
            event.clone(),
        )?;
        if let (Event::Annulled(annulment), true) = (&event, was_approved) {
            comes_back(sitting, case, &annulment.bar.basis)?;
        }
    }
    crate::notice::about_repair(sitting, case.id, "repair-annulled")?;
    Ok(())
}

/// A listing that was left by the repair is not put back: that takes a new decision with notice and plea.
fn comes_back(sitting: &mut Sitting<'_>, case: &Case, basis: &Basis) -> Result<(), NotDone> {
    let record = case.application.record;
    match case.application.target {
        Target::Blacklist | Target::Abnormal => return Ok(()),
        Target::Broken => {
            let Some(Any::Commitment(broken)) = sitting.case(record)? else {
                return Err(Fault::broken("a repaired breach is not there").into());
            };
            let events = broken.repair_undone(case.id, sitting.today);
            commitment::write_all(sitting, record, events)?;
        }
        Target::Penalty | Target::Other => {}
    }
    let law = Arc::clone(&sitting.law);
    if let Some(burden) = burden(&mut Within(sitting.tx), &law, record, sitting.today)? {
        relieve(sitting, &burden, Ease::Annulled, Some(case.id), basis)?;
    }
    Ok(())
}

/// What the date asks for: silence goes up to the office and never turns an application down (R95).
pub(crate) fn tick(sitting: &mut Sitting<'_>, case: &Case) -> Result<(), Fault> {
    let law = Arc::clone(&sitting.law);
    let record = case.application.record;
    let found = burden(&mut Within(sitting.tx), &law, record, sitting.today)?;
    let events = match found {
        Some(burden) => {
            let known = Known::of(&mut Within(sitting.tx), burden, Some(case.id))?;
            case.tick(&known.facts(), sitting.today)
        }
        // The record was revoked, corrected, or its listing has ended: nothing is left to decide.
        None if case.open() => vec![Event::Moot {
            repair: case.id,
            on: sitting.today,
        }],
        None => Vec::new(),
    };
    let moved = case.reproject(sitting.today, law.calendar());
    for event in events.into_iter().chain(moved) {
        let escalated = matches!(event, Event::Escalated { .. });
        write(sitting, Some(case.id), case.application.entity, event)?;
        if escalated {
            crate::notice::escalated(sitting, "repair", case.id)?;
        }
    }
    Ok(())
}

/// What a step did, and what was written with it.
pub(crate) fn told(event: &Event) -> (String, String) {
    let plain = |what: String| (what, String::new());
    match event {
        Event::Filed { .. } => plain("提交修复申请".to_owned()),
        Event::Forwarded { .. } => plain("转送认定单位".to_owned()),
        Event::Accepted { .. } => plain("受理".to_owned()),
        Event::NotAccepted { rejected, .. } => ("不予受理".to_owned(), rejected.reason.clone()),
        Event::Asked { reason, .. } => ("请重新提交材料".to_owned(), reason.clone()),
        Event::Supplied { material, .. } => plain(format!("重新提交{}", material.document.name)),
        Event::Extended { .. } => plain("延长办理期限，已告知申请人".to_owned()),
        Event::Refused { rejected, .. } => ("不予修复".to_owned(), rejected.reason.clone()),
        Event::Approved(approval) => plain(format!(
            "同意修复（{}），全部影响当日终止",
            approval.document.number
        )),
        Event::Withdrawn { .. } => plain("撤回申请".to_owned()),
        Event::Moot { .. } => plain("记录已经不再产生影响，申请终结".to_owned()),
        Event::Escalated { last, .. } => plain(format!("期限{last}届满未办，报信用办督办")),
        Event::ClockMoved { moved, .. } => plain(format!("期限变动：{}", moved.duty)),
        Event::Annulled(_) => plain("承诺不实，撤销修复".to_owned()),
        Event::Lifted(_) => plain("法院批准重整计划，暂时解除".to_owned()),
        Event::MadePermanent(_) => plain("重整计划执行完毕，正式修复".to_owned()),
        Event::FellBack(_) => plain("重整失败，恢复".to_owned()),
        Event::Told(_) => plain("处罚决定书与信用修复告知书一并送达".to_owned()),
        Event::Marked(_) => plain("标注依法不可修复".to_owned()),
    }
}
