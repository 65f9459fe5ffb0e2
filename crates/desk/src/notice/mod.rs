//! Notices: who is told what, by which way, and what became of it.
//!
//! A notice is queued in the transaction of the decision it tells of, so none is lost between the two.
//! Sending happens afterwards, outside any transaction, and every attempt is an entry of its own.

mod about;

pub(crate) use about::{
    about_commitment, about_listing, about_measure, about_objection, about_referral, about_repair,
    about_visit_noticed, about_visit_recusal, about_visit_result, escalated, laggard,
    repair_notice,
};

use crate::ports::{Contact, Waiting};
use crate::procedure::act::Doing;
use crate::procedure::form::{Field, Kind as Input, Verb};
use crate::procedure::{Case as Any, Fact, Hand, NotDone, Sitting, Who};
use crate::{Actor, Desk, Fault};
use domain::basis::Basis;
use domain::code::Code;
use domain::ledger::{Event as Happened, Step, Suite};
use domain::notice::{
    self, Channel, Event, Letter, Moment, Notice, Outcome, Recipient, Report, Retry, State,
    Template,
};
use domain::person::Key;
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
