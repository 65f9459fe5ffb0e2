//! Notices: who is told what, by which way, and what became of it.
//!
//! A notice is queued in the transaction of the decision it tells of, so none is lost between the two.
//! Sending happens afterwards, outside any transaction, and every attempt is an entry of its own.

use crate::ports::{Contact, Waiting};
use crate::procedure::act::Doing;
use crate::procedure::form::{Field, Kind as Input, Verb};
use crate::procedure::{Case as Any, Fact, Hand, NotDone, Sitting, Who};
use crate::{Actor, Desk, Fault};
use domain::basis::Basis;
use domain::code::Code;
use domain::commitment::Stage as Promised;
use domain::ledger::{Event as Happened, Step, Suite};
use domain::listing;
use domain::notice::{
    self, Channel, Event, Letter, Moment, Notice, Outcome, Recipient, Report, Retry, State,
    Template,
};
use domain::person::Key;
use domain::referral;
use domain::repair::{Burden, Stage};
use jiff::civil::Date;
use law::Pack;
use std::collections::BTreeMap;

/// Notices one round of sending takes up.
const ROUND: usize = 100;

/// How often a notice is tried again, in minutes, and how long a receipt is waited for.
///
/// Of the platform, not of the law: a failed line in the morning is tried until the next day.
fn retry() -> Retry {
    Retry {
        waits: vec![1, 5, 30, 120, 720],
        receipt: 1_440,
    }
}

/// What went out of the house, as the carrier says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sent {
    /// Taken; whether it arrived is told later.
    Accepted {
        id: String,
    },
    Failed {
        reason: String,
        forever: bool,
    },
    /// This way is not set up here.
    Absent,
}

/// Who carries notices out of the house. The binary has SMTP and SMS; tests have their own.
pub trait Carrier: Send + Sync {
    fn send(&self, channel: Channel, id: u64, to: &str, title: &str, text: &str) -> Sent;
}

/// What a notice says in its places.
struct Words {
    docket: String,
    what: String,
    reason: String,
    basis: Option<Basis>,
    until: Option<Date>,
    where_to: String,
}

impl Words {
    fn of(docket: impl Into<String>, what: impl Into<String>) -> Self {
        Self {
            docket: docket.into(),
            what: what.into(),
            reason: String::new(),
            basis: None,
            until: None,
            where_to: String::new(),
        }
    }

    fn because(self, reason: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
            ..self
        }
    }

    fn by(self, basis: &Basis) -> Self {
        Self {
            basis: Some(basis.clone()),
            ..self
        }
    }

    fn until(self, until: Option<Date>) -> Self {
        Self { until, ..self }
    }

    fn ask(self, where_to: impl Into<String>) -> Self {
        Self {
            where_to: where_to.into(),
            ..self
        }
    }
}

/// Puts a notice into the boxes of its recipient: always the one in the house, and every other way he
/// has left and the template goes by. A pack without the template tells nobody, and the log says so.
fn tell(
    sitting: &mut Sitting<'_>,
    word: &str,
    recipient: &Recipient,
    about: (&str, u64),
    words: Words,
) -> Result<(), Fault> {
    let law = std::sync::Arc::clone(&sitting.law);
    let Some(template) = law.notice(word) else {
        tracing::warn!(template = word, "the law pack has no such notice");
        return Ok(());
    };
    let name = named(sitting, recipient)?;
    let values = places(&law, template, name, words, link(recipient, about));
    let text = match template.fill(&values) {
        Ok(text) => text,
        Err(refusal) => {
            tracing::warn!(template = word, "{}", refusal.text());
            return Ok(());
        }
    };
    into_boxes(sitting, template, recipient, about, &text)
}

/// What stands in each place of a template. What nobody said is said to be so: an empty place would keep
/// the notice from going out.
fn places(
    law: &Pack,
    template: &Template,
    name: String,
    words: Words,
    link: String,
) -> BTreeMap<&'static str, String> {
    let basis = words.basis.as_ref().unwrap_or(&template.basis);
    let statute = law
        .statute(&basis.statute)
        .map_or(&*basis.statute, |statute| statute.title.as_str());
    let or = |text: String, other: &str| {
        if text.trim().is_empty() {
            other.to_owned()
        } else {
            text
        }
    };
    BTreeMap::from([
        ("name", name),
        ("docket", or(words.docket, "无")),
        ("what", or(words.what, "有关事项")),
        ("reason", or(words.reason, "见所附文书")),
        ("basis", format!("《{statute}》{}", basis.article)),
        (
            "until",
            words
                .until
                .map_or_else(|| "没有法定期限".to_owned(), |day| day.to_string()),
        ),
        (
            "where",
            or(
                words.where_to,
                "可以在本平台“我的”页面查看并提出异议，或者联系办理机关",
            ),
        ),
        ("link", link),
    ])
}

/// Queues one letter for every way the recipient is reached by.
fn into_boxes(
    sitting: &mut Sitting<'_>,
    template: &Template,
    recipient: &Recipient,
    about: (&str, u64),
    text: &str,
) -> Result<(), Fault> {
    let contacts = sitting.tx.contacts(&box_of(recipient))?;
    let now = sitting.desk.moment();
    for channel in Channel::ALL {
        let reached =
            channel == Channel::Inside || contacts.iter().any(|contact| contact.channel == channel);
        if !reached || !template.channels.contains(&channel) {
            continue;
        }
        let letter = Letter {
            template: template.word.clone(),
            recipient: recipient.clone(),
            channel,
            about: (about.0.to_owned(), about.1),
            text: format!("{:x}", Suite::International.digest(&[text.as_bytes()])),
            basis: template.basis.clone(),
        };
        if let Ok(event) = notice::queue(&template.word, Some(template), letter, now) {
            let values = [
                ("title".to_owned(), template.title.clone()),
                ("text".to_owned(), text.to_owned()),
            ];
            write_with(sitting, None, event, values)?;
        }
    }
    Ok(())
}

/// Under which word somebody's box stands.
pub(crate) fn box_of(recipient: &Recipient) -> String {
    match recipient {
        Recipient::Entity { code } | Recipient::Organ { code } => code.to_string(),
        Recipient::Person { key } => key.as_str().to_owned(),
    }
}

fn named(sitting: &mut Sitting<'_>, recipient: &Recipient) -> Result<String, Fault> {
    Ok(match recipient {
        Recipient::Entity { code } => sitting.desk.name(code).unwrap_or_else(|| code.to_string()),
        Recipient::Organ { code } => {
            let organ = sitting.tx.organ(code)?;
            organ.map_or_else(|| code.to_string(), |organ| organ.name)
        }
        Recipient::Person { .. } => "您".to_owned(),
    })
}

fn link(recipient: &Recipient, (noun, id): (&str, u64)) -> String {
    match (recipient, noun) {
        (_, "record") => format!("/record/{id}"),
        (Recipient::Organ { .. }, _) => format!("/desk/procedures/{id}"),
        (Recipient::Entity { .. }, _) => format!("/my/procedures/{id}"),
        (Recipient::Person { .. }, _) => "/my".to_owned(),
    }
}

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

impl Desk {
    /// The minute of the day, China time.
    pub(crate) fn moment(&self) -> Moment {
        let minute = self.clock.now().div_euclid(60_000) + 8 * 60;
        Moment {
            day: self.clock.today(),
            minute: u16::try_from(minute.rem_euclid(24 * 60)).unwrap_or_default(),
        }
    }

    /// Sends what is due: one round. Returns how many attempts were made.
    ///
    /// An attempt is entered before it is made and its outcome afterwards. If the process dies in between,
    /// the notice counts as on its way until its receipt is overdue, and is then tried again: a carrier may
    /// see the same number twice and must send it once.
    pub fn dispatch(&self, carrier: &dyn Carrier) -> Result<u64, Fault> {
        let due = self.store.waiting(self.moment(), ROUND)?;
        let mut attempts = 0;
        for waiting in due {
            attempts += u64::from(self.attempt(carrier, &waiting)?);
        }
        Ok(attempts)
    }

    fn attempt(&self, carrier: &dyn Carrier, waiting: &Waiting) -> Result<bool, Fault> {
        let now = self.moment();
        if let Some(event) = waiting.notice.tick(now, &retry()) {
            self.write_notice(waiting.id, event)?;
            return Ok(false);
        }
        let Ok(event) = waiting.notice.attempt(now, &retry()) else {
            return Ok(false);
        };
        let attempt = waiting.notice.attempts + 1;
        self.write_notice(waiting.id, event)?;
        let outcome = self.carried(carrier, waiting)?;
        self.report(waiting.id, attempt, outcome)?;
        Ok(true)
    }

    fn carried(&self, carrier: &dyn Carrier, waiting: &Waiting) -> Result<Outcome, Fault> {
        let letter = &waiting.notice.letter;
        let contacts = self.store.contacts(&box_of(&letter.recipient))?;
        let contact = contacts
            .into_iter()
            .find(|contact| contact.channel == letter.channel);
        let Some(Contact { address, .. }) = contact else {
            return Ok(Outcome::Failed {
                reason: "收件人没有留下联系方式".to_owned(),
                forever: true,
            });
        };
        let sent = carrier.send(
            letter.channel,
            waiting.id,
            &address,
            &waiting.title,
            &waiting.text,
        );
        Ok(match sent {
            Sent::Accepted { id } => Outcome::Accepted { id },
            Sent::Failed { reason, forever } => Outcome::Failed { reason, forever },
            Sent::Absent => Outcome::Failed {
                reason: format!("没有配置{}通道", letter.channel.name()),
                // An operator can still set it up.
                forever: false,
            },
        })
    }

    /// Takes what a carrier says of an attempt. It may come twice, late and out of order.
    pub fn report(&self, id: u64, attempt: u16, outcome: Outcome) -> Result<bool, Fault> {
        let desk = self.clone();
        let (taken, _) = self.write(move |tx| {
            let mut sitting = Sitting::new(&desk, tx, Actor::timer());
            let Some(Any::Notice(notice)) = sitting.case(id)? else {
                return Ok(false);
            };
            let report = Report {
                attempt: if attempt == 0 {
                    notice.attempts
                } else {
                    attempt
                },
                outcome,
                at: desk.moment(),
            };
            match notice.report(&report, &retry()) {
                Some(event) => write(&mut sitting, Some(id), event).map(|_| true),
                None => Ok(false),
            }
        })?;
        Ok(taken)
    }

    fn write_notice(&self, id: u64, event: Event) -> Result<(), Fault> {
        let desk = self.clone();
        self.write(move |tx| {
            let mut sitting = Sitting::new(&desk, tx, Actor::timer());
            write(&mut sitting, Some(id), event)
        })?;
        Ok(())
    }

    /// The box of somebody, latest first.
    pub fn inbox(&self, who: &Who, limit: usize) -> Result<Vec<Waiting>, Fault> {
        match own_box(who) {
            Some(of) => self.store.inbox(&of, limit),
            None => Ok(Vec::new()),
        }
    }

    /// Opens a notice in the box of `who`: that is its delivery. `None` where it is not theirs.
    pub fn open_notice(&self, who: &Who, id: u64) -> Result<Option<Waiting>, Fault> {
        let Some(of) = own_box(who) else {
            return Ok(None);
        };
        let Some(found) = self.store.letter(&of, id)? else {
            return Ok(None);
        };
        if !matches!(found.notice.state, State::Delivered { .. }) {
            let (desk, who) = (self.clone(), who.clone());
            self.write(move |tx| opened(&mut Sitting::new(&desk, tx, who.actor()), &who, id))?;
        }
        Ok(Some(found))
    }
}

/// Under which word the box of an account stands; `None` where it has none.
pub fn own_box(who: &Who) -> Option<String> {
    match &who.person {
        Some(key) => Some(Key::as_str(key).to_owned()),
        None => who.code.map(|code: Code| code.to_string()),
    }
}

fn opened(sitting: &mut Sitting<'_>, who: &Who, id: u64) -> Result<(), Fault> {
    let Some(Any::Notice(mut notice)) = sitting.case(id)? else {
        return Ok(());
    };
    let now = sitting.desk.moment();
    if let Ok(event) = notice.attempt(now, &retry()) {
        write(sitting, Some(id), event.clone())?;
        notice = Notice::apply(Some(notice), &event)
            .map_err(|_| Fault::broken("a notice out of step"))?;
    }
    let report = Report {
        attempt: notice.attempts,
        outcome: Outcome::Delivered {
            proof: format!("账号{}查看", who.account),
        },
        at: now,
    };
    if let Some(event) = notice.report(&report, &retry()) {
        write(sitting, Some(id), event)?;
    }
    Ok(())
}

pub(crate) fn verbs(notice: &Notice) -> Vec<Verb> {
    let dead = matches!(notice.state, State::Dead { .. });
    let open = !matches!(notice.state, State::Delivered { .. });
    vec![
        Verb::new("revive", "重新发送", Hand::Office, Vec::new()).when(dead),
        Verb::new(
            "serve",
            "登记书面送达",
            Hand::Office,
            vec![Field::new("proof", "送达凭证", Input::Line)],
        )
        .when(open && notice.attempts > 0),
    ]
}

/// What an operator does with a notice nobody could deliver.
pub(crate) fn act(doing: &mut Doing<'_, '_>, id: u64, notice: &Notice) -> Result<(), NotDone> {
    let now = doing.sitting.desk.moment();
    let event = if doing.verb == "revive" {
        doing.given.finish()?;
        let revived = notice.revive(now);
        revived.map_err(|no| NotDone::no(no.text(), no.basis().cloned()))?
    } else {
        let proof = doing.given.line("proof");
        doing.given.finish()?;
        let report = Report {
            attempt: notice.attempts,
            outcome: Outcome::Delivered { proof },
            at: now,
        };
        let event = notice.report(&report, &retry());
        event.ok_or_else(|| NotDone::no("这份告知尚未发送或者已经送达", None))?
    };
    write(doing.sitting, Some(id), event)?;
    Ok(())
}

fn write(sitting: &mut Sitting<'_>, procedure: Option<u64>, did: Event) -> Result<u64, Fault> {
    write_with(sitting, procedure, did, [])
}

/// A notice changes nobody's position, so its entries name no entity.
fn write_with(
    sitting: &mut Sitting<'_>,
    procedure: Option<u64>,
    did: Event,
    values: impl IntoIterator<Item = (String, String)>,
) -> Result<u64, Fault> {
    let step = Happened::Notice(Step {
        procedure,
        entity: None,
        did,
    });
    sitting.append_with(step, values)
}

pub(crate) fn facts(notice: &Notice) -> Vec<Fact> {
    let letter = &notice.letter;
    let mut facts = vec![
        Fact::new("方式", letter.channel.name()),
        Fact::by("模板", letter.template.clone(), &letter.basis),
        Fact::new("发送次数", notice.attempts.to_string()),
    ];
    match &notice.state {
        State::Delivered { proof, at, .. } => {
            facts.push(Fact::new("送达", format!("{}，{proof}", at.day)))
        }
        State::Dead { reason, at } => {
            facts.push(Fact::new("未能送达", format!("{}，{reason}", at.day)))
        }
        State::Waiting { .. } | State::Under { .. } => {}
    }
    facts
}

pub(crate) fn told(event: &Event) -> (String, String) {
    let plain = |what: &str| (what.to_owned(), String::new());
    match event {
        Event::Queued { .. } => plain("进入发件箱"),
        Event::Attempted { attempt, .. } => plain(&format!("第{attempt}次发送")),
        Event::Accepted { .. } => plain("通道已接收"),
        Event::Failed { reason, .. } => ("发送失败，将重试".to_owned(), reason.clone()),
        Event::Delivered { proof, .. } => ("已送达".to_owned(), proof.clone()),
        Event::Dead { reason, .. } => ("未能送达，待人工处理".to_owned(), reason.clone()),
        Event::Revived { .. } => plain("重新发送"),
    }
}
