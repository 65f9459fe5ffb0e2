//! What each decision tells, and whom.

use super::{Words, tell};
use crate::Fault;
use crate::procedure::{Case as Any, Sitting};
use domain::commitment::Stage as Promised;
use domain::inspection::visit::{self, Cause};
use domain::listing;
use domain::notice::Recipient;
use domain::referral;
use domain::repair::{Burden, Stage};

/// What a listing's events tell the entity and the persons linked to it.
pub(crate) fn about_listing(
    sitting: &mut Sitting<'_>,
    id: u64,
    events: &[listing::Event],
) -> Result<(), Fault> {
    let Some(Any::Listing(state)) = sitting.case(id)? else {
        return Ok(());
    };
    let name = crate::listing::title(&state);
    let to = Recipient::Entity {
        code: state.about().0,
    };
    for event in events {
        if let (listing::Event::Published(_), Some(entry)) = (event, state.entry()) {
            tell_linked(sitting, id, entry, &name)?;
        }
        if let Some((word, words)) = of_listing(&state, &name, event) {
            tell(sitting, word, &to, ("listing", id), words)?;
        }
    }
    Ok(())
}

/// The template and the words for the entity; most steps are no news to it.
fn of_listing(
    state: &listing::Listing,
    name: &str,
    event: &listing::Event,
) -> Option<(&'static str, Words)> {
    match event {
        listing::Event::Notified(notice) => {
            let reasons = proposed(state).map(|proposed| proposed.reasons.clone());
            let words = Words::of(notice.number.clone(), name)
                .because(reasons.unwrap_or_default())
                .by(&notice.plea.basis)
                .until(notice.plea.last)
                .ask(notice.remedy.where_to.clone());
            Some(("list-proposed", words))
        }
        listing::Event::Published(shown) => {
            let entry = state.entry()?;
            let grounds: Vec<&str> = entry.grounds.iter().map(|one| one.text.as_str()).collect();
            let words = Words::of(entry.document.number.clone(), name)
                .because(grounds.join("；"))
                .by(&entry.basis)
                .until(Some(entry.ends))
                .ask(shown.remedy.where_to.clone());
            Some(("list-decided", words))
        }
        // Whoever was never told of a proposal is not told that it was dropped.
        listing::Event::Dropped {
            document: Some(document),
            ..
        } => {
            let words = Words::of(document.number.clone(), name).because("决定不予列入");
            Some(("list-dropped", words))
        }
        listing::Event::Ended(leaving) => {
            let document = leaving.document.as_ref();
            let number = document.map(|document| document.number.clone());
            let words = Words::of(number.unwrap_or_default(), name)
                .because(leaving.how.name())
                .by(&leaving.basis)
                .until(Some(leaving.due));
            Some(("list-ended", words))
        }
        _ => None,
    }
}

/// Tells every person the list names beside the entity.
fn tell_linked(
    sitting: &mut Sitting<'_>,
    id: u64,
    entry: &listing::Entry,
    name: &str,
) -> Result<(), Fault> {
    for link in &entry.persons {
        let words = Words::of(entry.document.number.clone(), name)
            .because("名单依据写明了您的身份")
            .by(&link.basis)
            .until(Some(entry.ends))
            .ask(entry.appeal.clone());
        let person = Recipient::Person {
            key: link.key.clone(),
        };
        tell(sitting, "person-linked", &person, ("listing", id), words)?;
    }
    Ok(())
}

fn proposed(state: &listing::Listing) -> Option<&listing::Proposed> {
    match state {
        listing::Listing::Proposed(proposed) => Some(proposed),
        listing::Listing::Notified(notified) => Some(&notified.proposed),
        _ => None,
    }
}

/// What a step of the organ tells whoever promised.
pub(crate) fn about_commitment(
    sitting: &mut Sitting<'_>,
    id: u64,
    verb: &str,
) -> Result<(), Fault> {
    let Some(Any::Commitment(case)) = sitting.case(id)? else {
        return Ok(());
    };
    let paper = &case.paper;
    let to = match paper.promisor.clone() {
        domain::commitment::Promisor::Entity(code) => Recipient::Entity { code },
        domain::commitment::Promisor::Person(key) => Recipient::Person { key },
    };
    let words = Words::of(paper.number.clone(), paper.reason.clone());
    let (word, words) = match (verb, &case.stage) {
        ("accept", _) => ("commitment-accepted", words),
        ("decline", _) => ("commitment-declined", words),
        ("notify", Promised::Notified(notified)) => {
            let words = words
                .because(notified.found.what.clone())
                .by(&notified.basis)
                .until(notified.until.last);
            ("commitment-notified", words)
        }
        ("determine", Promised::Broken(broken)) => {
            let words = words
                .because(broken.notified().found.what.clone())
                .by(&broken.window.basis)
                .until(Some(broken.window.hidden))
                .ask(broken.remedy.where_to.clone());
            ("commitment-determined", words)
        }
        _ => return Ok(()),
    };
    tell(sitting, word, &to, ("commitment", id), words)
}

/// What a step of an application tells the applicant, or the unit that has to act.
pub(crate) fn about_repair(sitting: &mut Sitting<'_>, id: u64, word: &str) -> Result<(), Fault> {
    let Some(Any::Repair(case)) = sitting.case(id)? else {
        return Ok(());
    };
    let application = &case.application;
    let last = case.clocks.iter().filter(|clock| clock.outcome.is_none());
    let last = last.filter_map(|clock| clock.deadline.last).max();
    let words = Words::of(format!("修复申请{id}"), application.target.name())
        .by(&application.basis)
        .until(last);
    let words = match &case.stage {
        Stage::NotAccepted { rejected, .. } | Stage::Refused { rejected, .. } => words
            .because(rejected.reason.clone())
            .by(&rejected.basis)
            .ask(rejected.remedy.where_to.clone()),
        Stage::Annulled(annulment) => words
            .because("修复承诺经认定为不实")
            .by(&annulment.bar.basis)
            .until(Some(annulment.bar.until)),
        _ => words,
    };
    let to = match word {
        "repair-forwarded" => Recipient::Organ {
            code: application.organ,
        },
        _ => Recipient::Entity {
            code: application.entity,
        },
    };
    tell(sitting, word, &to, ("repair", id), words)
}

/// What a step of an objection tells the objector, or the unit that has to answer.
pub(crate) fn about_objection(sitting: &mut Sitting<'_>, id: u64, word: &str) -> Result<(), Fault> {
    let Some(Any::Objection(case)) = sitting.case(id)? else {
        return Ok(());
    };
    let objection = &case.objection;
    let last = case.clocks.iter().filter(|clock| clock.outcome.is_none());
    let last = last.filter_map(|clock| clock.deadline.last).max();
    let words = Words::of(format!("异议{id}"), format!("记录{}", objection.record))
        .by(&case.basis)
        .until(last);
    let words = match &case.stage {
        domain::objection::Stage::Decided { outcome, .. } => words.because(outcome.name()),
        _ => words,
    };
    let to = match (word, &objection.by) {
        ("objection-forwarded", _) => Recipient::Organ {
            code: objection.provider,
        },
        (_, domain::objection::Objector::Linked { key }) => Recipient::Person { key: key.clone() },
        _ => Recipient::Entity {
            code: objection.entity,
        },
    };
    tell(sitting, word, &to, ("objection", id), words)
}

/// Tells the entity that a measure is used, the receiver of an information that it may use one, and the
/// organ that it owes a report.
pub(crate) fn about_measure(
    sitting: &mut Sitting<'_>,
    id: u64,
    event: &domain::discipline::Event,
) -> Result<(), Fault> {
    use domain::discipline::Event as Did;
    let (effect, case_no) = match event {
        Did::Used {
            effect, case_no, ..
        }
        | Did::Declined {
            effect, case_no, ..
        }
        | Did::Informed {
            effect, case_no, ..
        } => (effect, case_no),
        Did::Replied { .. } | Did::Ended { .. } => return Ok(()),
    };
    let words = || {
        Words::of(case_no.clone(), effect.name.clone())
            .because(format!("名单认定{}", effect.listing))
            .by(&effect.basis)
            .until(Some(effect.ends))
            .ask(effect.appeal.clone())
    };
    let about = ("measure", id);
    match event {
        Did::Used { by, .. } => {
            let to = Recipient::Entity {
                code: effect.entity,
            };
            tell(sitting, "measure-used", &to, about, words())?;
            let organ = Recipient::Organ { code: by.organ };
            tell(sitting, "feedback-due", &organ, about, words())
        }
        Did::Declined { by, .. } => {
            let organ = Recipient::Organ { code: by.organ };
            tell(sitting, "feedback-due", &organ, about, words())
        }
        Did::Informed { receiver, .. } => {
            let to = Recipient::Entity { code: *receiver };
            tell(sitting, "measure-informed", &to, about, words())
        }
        Did::Replied { .. } | Did::Ended { .. } => Ok(()),
    }
}

/// Tells the body that has to answer for a breach.
pub(crate) fn about_referral(
    sitting: &mut Sitting<'_>,
    id: u64,
    letter: &referral::Letter,
) -> Result<(), Fault> {
    let words = Words::of(letter.document.number.clone(), "失信行为通报")
        .because(letter.facts.clone())
        .by(&letter.basis);
    let to = Recipient::Organ {
        code: letter.recipient,
    };
    tell(sitting, "referral-sent", &to, ("referral", id), words)
}

/// Tells the entity that inspectors come, for what and why.
pub(crate) fn about_visit_noticed(
    sitting: &mut Sitting<'_>,
    case: &visit::Case,
) -> Result<(), Fault> {
    let reason = match &case.task.cause {
        Cause::Lot { draw, .. } => format!("双随机抽查（批次{draw}）"),
        Cause::Exception { name, .. } => name.clone(),
    };
    let words = of_visit(case).because(reason).until(Some(case.task.until));
    tell_visited(sitting, "inspection-notice", case, words)
}

/// Tells the entity what was found, when it is shown.
pub(crate) fn about_visit_result(
    sitting: &mut Sitting<'_>,
    case: &visit::Case,
) -> Result<(), Fault> {
    let found = case.task.items().filter_map(|(_, item)| {
        let outcome = case.begun()?.outcome(&item.code)?;
        let name = sitting.desk.result_name(&outcome.result);
        Some(format!("{}：{name}", item.name))
    });
    let mut found: Vec<String> = found.collect();
    let waits = case.follow_ups().iter().filter(|task| task.done.is_none());
    found.extend(waits.map(|task| format!("{}以前复查", task.by_day)));
    let clock = case
        .clocks()
        .iter()
        .find(|clock| clock.duty == visit::RESULT);
    let words = of_visit(case).because(found.join("；"));
    let words = words.until(clock.and_then(|clock| clock.deadline.last));
    tell_visited(sitting, "inspection-result", case, words)
}

/// Tells the entity what became of its request that an inspector stays away.
pub(crate) fn about_visit_recusal(
    sitting: &mut Sitting<'_>,
    case: &visit::Case,
    recusal: &visit::Recusal,
) -> Result<(), Fault> {
    let Some(ruling) = &recusal.decided else {
        return Ok(());
    };
    let what = if ruling.granted {
        "决定回避"
    } else {
        "决定不回避"
    };
    let law = std::sync::Arc::clone(&sitting.law);
    let mut grounds = law.recusal_grounds().iter();
    let ground = grounds.find(|ground| ground.value().word == recusal.ground);
    let words = Words::of(
        format!("检查{}，执法证号{}", case.id, recusal.certificate),
        what,
    )
    .because(ruling.reason.clone())
    .until(Some(case.task.until));
    let words = match ground {
        Some(ground) => words.by(ground.basis()),
        None => words,
    };
    tell_visited(sitting, "inspection-recusal", case, words)
}

fn of_visit(case: &visit::Case) -> Words {
    let lead = case.task.lead().map(|part| part.organ);
    let mut approvals = case.approvals().iter();
    let approval = approvals.find(|approval| Some(approval.by.organ) == lead);
    let number = approval.map(|approval| approval.document.number.clone());
    let items: Vec<&str> = case.task.items().map(|(_, item)| &*item.name).collect();
    let words = Words::of(number.unwrap_or_default(), items.join("、"));
    match case.task.items().next() {
        Some((_, item)) => words.by(&item.basis),
        None => words,
    }
}

fn tell_visited(
    sitting: &mut Sitting<'_>,
    word: &str,
    case: &visit::Case,
    words: Words,
) -> Result<(), Fault> {
    let to = Recipient::Entity {
        code: case.task.entity,
    };
    tell(sitting, word, &to, ("visit", case.id), words)
}

/// Tells the office that somebody let a clock run out.
pub(crate) fn escalated(sitting: &mut Sitting<'_>, noun: &str, id: u64) -> Result<(), Fault> {
    let Some(office) = sitting.office()? else {
        return Ok(());
    };
    let words =
        Words::of(format!("办理编号{id}"), "逾期未办事项").because("法定期限届满，没有办理结果");
    tell(
        sitting,
        "escalated",
        &Recipient::Organ { code: office },
        (noun, id),
        words,
    )
}

/// Tells the office that a receiver did not acknowledge a message in time.
pub(crate) fn laggard(sitting: &mut Sitting<'_>, serial: u64, receiver: &str) -> Result<(), Fault> {
    let Some(office) = sitting.office()? else {
        return Ok(());
    };
    let words = Words::of(
        format!("报文{serial}"),
        format!("接收方{receiver}未按期更新"),
    );
    tell(
        sitting,
        "message-laggard",
        &Recipient::Organ { code: office },
        ("exchange", serial),
        words,
    )
}

/// Tells the entity how it gets out, when decision and notice of repair were served (R102).
pub(crate) fn repair_notice(sitting: &mut Sitting<'_>, burden: &Burden) -> Result<(), Fault> {
    let words = Words::of(burden.docket.clone(), burden.target.name())
        .because(format!("自{}起可以申请", burden.repairable))
        .by(&burden.basis)
        .until(burden.ends());
    let to = Recipient::Entity {
        code: burden.entity,
    };
    tell(
        sitting,
        "repair-notice",
        &to,
        ("record", burden.record),
        words,
    )
}
