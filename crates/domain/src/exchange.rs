//! Exchange (共享交换): what platforms tell each other about a record, and who has not yet listened.
//!
//! Messages arrive twice, late and in any order. What is concluded from them depends only on which
//! messages arrived, never on when (R98). A word in the entity's favour works at once; a word to its
//! harm waits until the organ that identified the record has decided.

use crate::basis::Basis;
use crate::code::Code;
use crate::filing;
use crate::intake::docket::Key;
use crate::ledger::canonical;
use crate::procedure::{Deadline, Document, Person};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A record as every platform can name it: the document of an organ, about one entity.
///
/// Nothing else is compared, so a record whose text differs here is still found (R98).
///
/// STORED: part of messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Reference {
    /// [`filing::duty_key`]: organ and docket, however the docket is written.
    pub document: Key,
    pub entity: Code,
}

impl Reference {
    pub fn of(organ: &Code, docket: &str, entity: Code) -> Self {
        Self {
            document: filing::duty_key(organ, docket),
            entity,
        }
    }
}

/// What a message says about its record.
///
/// STORED: part of messages. Add variants at the end only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "says", rename_all = "kebab-case")]
pub enum Says {
    /// 已修复: stop showing, sharing, using and weighing it, and lift its measures.
    Repaired,
    /// 修复撤销: the repair rested on false materials.
    Annulled,
    /// 重整期间暂时解除
    Lifted,
    /// 重整失败，恢复
    FellBack,
    /// The record itself was withdrawn or deleted.
    Withdrawn,
    /// 异议处理中
    Disputed {
        objection: u64,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        field: Option<String>,
    },
    /// The objection came to its outcome.
    Settled { objection: u64 },
    /// A value was wrong. Here stands nothing personal: the values travel beside the head, where
    /// they can be redacted.
    Corrected {
        field: String,
        wrong: Key,
        right: Key,
    },
}

/// On which question of a record a message speaks: its latest word on it counts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Aspect {
    Repair,
    Lifting,
    Dispute(u64),
    Value(String),
}

impl Says {
    fn aspect(&self) -> Aspect {
        match self {
            Self::Repaired | Self::Annulled | Self::Withdrawn => Aspect::Repair,
            Self::Lifted | Self::FellBack => Aspect::Lifting,
            Self::Disputed { objection, .. } | Self::Settled { objection } => {
                Aspect::Dispute(*objection)
            }
            Self::Corrected { field, .. } => Aspect::Value(field.clone()),
        }
    }

    /// The sentence a clerk reads.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Repaired => "已修复：停止公示、共享和使用，解除措施",
            Self::Annulled => "修复已撤销",
            Self::Lifted => "重整期间暂时解除",
            Self::FellBack => "重整失败，恢复",
            Self::Withdrawn => "记录已撤回",
            Self::Disputed { .. } => "异议处理中",
            Self::Settled { .. } => "异议已办结",
            Self::Corrected { .. } => "内容已更正",
        }
    }
}

/// One message of one platform. The sender signs [`Message::text`].
///
/// STORED: part of `sent` and `received` events. Add fields at the end only, with a default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Word of the platform that speaks.
    pub sender: String,
    /// The sender's own count; the greater is its later word.
    pub serial: u64,
    pub reference: Reference,
    /// As the sender writes it, for people.
    pub docket: String,
    /// Who identified the record.
    pub organ: Code,
    pub on: Date,
    pub basis: Basis,
    #[serde(flatten)]
    pub says: Says,
}

impl Message {
    /// The bytes that are signed.
    pub fn text(&self) -> Result<String, serde_json::Error> {
        serde_json::to_value(self).map(|value| canonical::text(&value))
    }
}

/// A message on its way to everybody who must hear it.
///
/// STORED: part of the event that decides it, so that no decision is without its messages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    pub message: Message,
    /// Words of the receivers, each once.
    pub receivers: BTreeSet<String>,
    /// Until when they must have updated; absent where the law sets no time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Deadline>,
}

/// What a receiver answers.
///
/// STORED: part of `acknowledged` events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// It did what the message says.
    Applied,
    /// It never held the record.
    NotHeld,
}

/// STORED: add variants at the end only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "kebab-case")]
pub enum Event {
    Sent(Box<Sent>),
    Acknowledged {
        serial: u64,
        receiver: String,
        answer: Answer,
        on: Date,
    },
    /// A receiver that did not answer in time is listed publicly (R97).
    Named {
        serial: u64,
        receiver: String,
        last: Date,
        on: Date,
    },
    Received {
        message: Box<Message>,
        on: Date,
    },
    /// The organ that identified the record decided about another platform's word to its harm.
    Reviewed {
        reference: Reference,
        sender: String,
        serial: u64,
        upheld: bool,
        document: Document,
        by: Person,
        on: Date,
    },
}

impl Event {
    /// The articles this event rests on.
    pub fn bases(&self) -> Vec<Basis> {
        match self {
            Self::Sent(sent) => vec![sent.message.basis.clone()],
            Self::Received { message, .. } => vec![message.basis.clone()],
            Self::Acknowledged { .. } | Self::Named { .. } | Self::Reviewed { .. } => Vec::new(),
        }
    }
}

/// A platform we exchange messages with (共享交换对方).
///
/// STORED: the head of `partner-entered` entries; the latest one of a word counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Partner {
    /// Stands in messages as sender or receiver.
    pub word: String,
    pub name: String,
    /// Text of the public key its messages are signed with; empty where it only receives.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub key: String,
    /// Whose word prevails where two contradict each other: the smaller number.
    pub rank: u16,
    /// It is sent what concerns published records, and has to acknowledge it.
    pub receives: bool,
    /// Nothing is exchanged with it any more.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub closed: bool,
}

/// Why a message or an answer is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    UnknownSender,
    /// It is dated after today.
    Future,
    /// The sender said something else under the same number.
    Forked,
    /// We sent no message of this number.
    UnknownMessage,
    /// The message did not go to this receiver.
    NotReceiver,
    /// There is nothing to review.
    NothingToReview,
    /// The record was identified by this organ, and only it decides.
    NotIdentifying(Code),
    /// The decision is not documented.
    NoDocument,
}

impl Refusal {
    /// What the sender reads, with the remedy.
    pub fn text(&self) -> String {
        match self {
            Self::UnknownSender => "发送平台未登记，请先在接收方目录登记".to_owned(),
            Self::Future => "报文日期晚于今日，请核对后重发".to_owned(),
            Self::Forked => "同一编号的报文内容不一致，请发送平台核对后换号重发".to_owned(),
            Self::UnknownMessage => "没有发出过这个编号的报文".to_owned(),
            Self::NotReceiver => "这份报文没有发给该接收方".to_owned(),
            Self::NothingToReview => "没有等待认定单位处理的报文".to_owned(),
            Self::NotIdentifying(organ) => {
                format!("只能由认定单位（{}）决定，请转该单位", organ.as_str())
            }
            Self::NoDocument => "请填写决定文书的名称、文号和日期".to_owned(),
        }
    }
}

/// A message that was sent, and what came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    pub sent: Sent,
    pub answers: BTreeMap<String, (Answer, Date)>,
    /// Receivers that were listed as late. It stays known after they answer.
    pub named: BTreeSet<String>,
}

impl Pending {
    /// Who has not answered.
    pub fn silent(&self) -> impl Iterator<Item = &String> {
        let receivers = self.sent.receivers.iter();
        receivers.filter(|word| !self.answers.contains_key(*word))
    }
}

/// A receiver that has not answered in time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Laggard {
    pub serial: u64,
    pub receiver: String,
    pub reference: Reference,
    pub last: Date,
}

/// What we told others.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outbox {
    pending: BTreeMap<u64, Pending>,
    /// Those that somebody has not answered yet.
    waiting: BTreeSet<u64>,
}

impl Outbox {
    /// The number of the next message.
    pub fn next(&self) -> u64 {
        self.pending
            .last_key_value()
            .map_or(1, |(last, _)| last + 1)
    }

    pub fn get(&self, serial: u64) -> Option<&Pending> {
        self.pending.get(&serial)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Pending> {
        self.pending.values()
    }

    /// The messages that somebody has not answered yet, oldest first.
    pub fn waiting(&self) -> impl Iterator<Item = &Pending> {
        let serials = self.waiting.iter();
        serials.filter_map(|serial| self.pending.get(serial))
    }

    /// Takes a message that a decision sends. The same one again changes nothing.
    pub fn send(&mut self, sent: &Sent) {
        let pending = || Pending {
            sent: sent.clone(),
            answers: BTreeMap::new(),
            named: BTreeSet::new(),
        };
        let serial = sent.message.serial;
        self.pending.entry(serial).or_insert_with(pending);
        self.settle(serial);
    }

    /// Decides about an answer. A second one to the same message says nothing new.
    pub fn acknowledge(
        &self,
        serial: u64,
        receiver: &str,
        answer: Answer,
        today: Date,
    ) -> Result<Vec<Event>, Refusal> {
        let pending = self.get(serial).ok_or(Refusal::UnknownMessage)?;
        if !pending.sent.receivers.contains(receiver) {
            return Err(Refusal::NotReceiver);
        }
        if pending.answers.contains_key(receiver) {
            return Ok(Vec::new());
        }
        Ok(vec![Event::Acknowledged {
            serial,
            receiver: receiver.to_owned(),
            answer,
            on: today,
        }])
    }

    /// Who is late with an answer on `today`, oldest message first.
    pub fn laggards(&self, today: Date) -> Vec<Laggard> {
        let late = self.waiting().filter_map(|pending| {
            let due = pending.sent.due.as_ref()?;
            due.last.filter(|_| due.over(today)).zip(Some(pending))
        });
        late.flat_map(|(last, pending)| {
            pending.silent().map(move |receiver| Laggard {
                serial: pending.sent.message.serial,
                receiver: receiver.clone(),
                reference: pending.sent.message.reference,
                last,
            })
        })
        .collect()
    }

    /// Lists the late receivers that are not listed yet.
    pub fn name(&self, today: Date) -> Vec<Event> {
        let late = self.laggards(today).into_iter();
        let fresh = late.filter(|late| {
            let pending = self.get(late.serial);
            pending.is_some_and(|pending| !pending.named.contains(&late.receiver))
        });
        fresh
            .map(|late| Event::Named {
                serial: late.serial,
                receiver: late.receiver,
                last: late.last,
                on: today,
            })
            .collect()
    }

    fn settle(&mut self, serial: u64) {
        let silent = |pending: &Pending| pending.silent().next().is_some();
        if self.pending.get(&serial).is_some_and(silent) {
            self.waiting.insert(serial);
        } else {
            self.waiting.remove(&serial);
        }
    }

    pub fn apply(&mut self, event: &Event) {
        match event {
            Event::Sent(sent) => self.send(sent),
            Event::Acknowledged {
                serial,
                receiver,
                answer,
                on,
            } => {
                if let Some(pending) = self.pending.get_mut(serial) {
                    let answers = pending.answers.entry(receiver.clone());
                    answers.or_insert((*answer, *on));
                }
                self.settle(*serial);
            }
            Event::Named {
                serial, receiver, ..
            } => {
                if let Some(pending) = self.pending.get_mut(serial) {
                    pending.named.insert(receiver.clone());
                }
            }
            Event::Received { .. } | Event::Reviewed { .. } => {}
        }
    }
}

/// What other platforms told us, by record: the latest word of each on each question.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Inbox {
    heard: BTreeMap<Reference, BTreeMap<(String, Aspect), Message>>,
    /// Words to the entity's harm that were decided about: sender and number, and whether upheld.
    reviewed: BTreeMap<(Reference, String, u64), bool>,
}

/// What follows from other platforms' words about a record.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Position {
    /// The message by which nothing may be done with the record any more.
    pub freed: Option<Message>,
    /// A word to the entity's harm that a person must decide about. Until then the record rests.
    pub review: Option<Message>,
    /// Disputed elsewhere: the fields, or the whole record where none is named.
    pub disputed: Vec<Option<String>>,
    /// Values that another platform corrected, for the organ to look at.
    pub corrections: Vec<Message>,
}

impl Position {
    /// Whether the record has no effect here.
    pub fn rests(&self) -> bool {
        self.freed.is_some() || self.review.is_some()
    }
}

impl Inbox {
    /// Decides about a message. `peers` are the registered platforms, the one that prevails first.
    ///
    /// A message that came before, or that a later word of its sender overtook, is not an error and
    /// says nothing new.
    pub fn receive(
        &self,
        message: &Message,
        peers: &[String],
        today: Date,
    ) -> Result<Vec<Event>, Refusal> {
        if !peers.contains(&message.sender) {
            return Err(Refusal::UnknownSender);
        }
        if message.on > today {
            return Err(Refusal::Future);
        }
        match self.latest(&message.reference, &message.sender, &message.says) {
            Some(known) if known.serial == message.serial && known != message => {
                Err(Refusal::Forked)
            }
            Some(known) if known.serial >= message.serial => Ok(Vec::new()),
            _ => Ok(vec![Event::Received {
                message: Box::new(message.clone()),
                on: today,
            }]),
        }
    }

    /// Decides about another platform's word to the entity's harm.
    pub fn review(
        &self,
        reference: Reference,
        peers: &[String],
        upheld: bool,
        document: Document,
        by: Person,
        today: Date,
    ) -> Result<Vec<Event>, Refusal> {
        let waiting = self.position(&reference, peers).review;
        let waiting = waiting.ok_or(Refusal::NothingToReview)?;
        if waiting.organ != by.organ {
            return Err(Refusal::NotIdentifying(waiting.organ));
        }
        if !document.complete(today) {
            return Err(Refusal::NoDocument);
        }
        Ok(vec![Event::Reviewed {
            reference,
            sender: waiting.sender,
            serial: waiting.serial,
            upheld,
            document,
            by,
            on: today,
        }])
    }

    pub fn apply(&mut self, event: &Event) {
        match event {
            Event::Received { message, .. } => self.hear(message),
            Event::Reviewed {
                reference,
                sender,
                serial,
                upheld,
                ..
            } => {
                let place = (*reference, sender.clone(), *serial);
                self.reviewed.entry(place).or_insert(*upheld);
            }
            Event::Sent(_) | Event::Acknowledged { .. } | Event::Named { .. } => {}
        }
    }

    /// What follows for a record, also for one that is filed only later.
    pub fn position(&self, reference: &Reference, peers: &[String]) -> Position {
        let mut position = Position::default();
        let Some(heard) = self.heard.get(reference) else {
            return position;
        };
        self.conclude(&mut position, heard, peers, &Aspect::Repair);
        self.conclude(&mut position, heard, peers, &Aspect::Lifting);
        for message in heard.values() {
            match &message.says {
                Says::Disputed { field, .. } => position.disputed.push(field.clone()),
                Says::Corrected { .. } => position.corrections.push(message.clone()),
                _ => {}
            }
        }
        position
    }

    /// The words of the first platform in rank that spoke on the question.
    fn conclude(
        &self,
        position: &mut Position,
        heard: &BTreeMap<(String, Aspect), Message>,
        peers: &[String],
        aspect: &Aspect,
    ) {
        let mut words = peers
            .iter()
            .filter_map(|peer| heard.get(&(peer.clone(), aspect.clone())));
        let Some(word) = words.next() else {
            return;
        };
        match word.says {
            Says::Repaired | Says::Withdrawn | Says::Lifted => {
                position.freed.get_or_insert_with(|| word.clone());
            }
            Says::Annulled => {
                let place = (word.reference, word.sender.clone(), word.serial);
                match self.reviewed.get(&place) {
                    None => position.review = Some(word.clone()),
                    Some(false) => position.freed = Some(word.clone()),
                    Some(true) => {}
                }
            }
            _ => {}
        }
    }

    fn latest(&self, reference: &Reference, sender: &str, says: &Says) -> Option<&Message> {
        let place = (sender.to_owned(), says.aspect());
        self.heard.get(reference)?.get(&place)
    }

    fn hear(&mut self, message: &Message) {
        let place = (message.sender.clone(), message.says.aspect());
        let heard = self.heard.entry(message.reference).or_default();
        let later = heard
            .get(&place)
            .is_none_or(|known| known.serial < message.serial);
        if later {
            heard.insert(place, message.clone());
        }
    }
}

/// Which local record a message means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Matched {
    One(u64),
    /// No such record here yet; the message is kept and holds when it comes.
    None,
    /// The same document, but about another entity: a person has to look.
    Doubt(Vec<u64>),
}

/// Finds the record among those that are known here.
pub fn matching(reference: &Reference, records: &[(u64, Reference)]) -> Matched {
    let same = records.iter().find(|(_, known)| known == reference);
    if let Some((record, _)) = same {
        return Matched::One(*record);
    }
    let document = records
        .iter()
        .filter(|(_, known)| known.document == reference.document);
    let near: Vec<u64> = document.map(|(record, _)| *record).collect();
    if near.is_empty() {
        Matched::None
    } else {
        Matched::Doubt(near)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repair::sample::{basis, calendar, code, document, entity, organ, person, working};
    use jiff::civil::date;
    use proptest::prelude::*;

    const TODAY: Date = date(2026, 5, 12);
    const DOCKET: &str = "枣市监罚〔2026〕1号";

    fn peers() -> Vec<String> {
        ["credit-china", "samr", "shandong"]
            .map(str::to_owned)
            .into()
    }

    fn message(sender: &str, serial: u64, says: Says) -> Message {
        Message {
            sender: sender.to_owned(),
            serial,
            reference: Reference::of(&organ(), DOCKET, entity()),
            docket: DOCKET.to_owned(),
            organ: organ(),
            on: TODAY,
            basis: basis("1"),
            says,
        }
    }

    fn heard(messages: &[Message]) -> Inbox {
        let mut inbox = Inbox::default();
        for message in messages {
            for event in inbox.receive(message, &peers(), TODAY).unwrap() {
                inbox.apply(&event);
            }
        }
        inbox
    }

    fn position(messages: &[Message]) -> Position {
        heard(messages).position(&Reference::of(&organ(), DOCKET, entity()), &peers())
    }

    #[test]
    fn r98_a_record_is_found_however_its_docket_is_written() {
        let here = Reference::of(&organ(), DOCKET, entity());
        let there = Reference::of(&organ(), "枣市监罚[2026]第01号", entity());
        assert_eq!(matching(&there, &[(3, here)]), Matched::One(3));
        let other = Reference::of(&organ(), DOCKET, code("91", 2));
        assert_eq!(matching(&other, &[(3, here)]), Matched::Doubt(vec![3]));
        let else_where = Reference::of(&organ(), "枣市监罚〔2026〕2号", entity());
        assert_eq!(matching(&else_where, &[(3, here)]), Matched::None);
    }

    #[test]
    fn r98_the_same_message_again_says_nothing_new() {
        let repaired = message("samr", 5, Says::Repaired);
        let inbox = heard(std::slice::from_ref(&repaired));
        let again = inbox.receive(&repaired, &peers(), TODAY);
        assert_eq!(again, Ok(Vec::new()));
        let overtaken = message("samr", 4, Says::Annulled);
        assert_eq!(inbox.receive(&overtaken, &peers(), TODAY), Ok(Vec::new()));
        let forked = message("samr", 5, Says::Withdrawn);
        assert_eq!(
            inbox.receive(&forked, &peers(), TODAY),
            Err(Refusal::Forked)
        );
        let unknown = message("somebody", 1, Says::Repaired);
        assert_eq!(
            inbox.receive(&unknown, &peers(), TODAY),
            Err(Refusal::UnknownSender)
        );
        let mut future = message("samr", 9, Says::Repaired);
        future.on = date(2026, 5, 13);
        assert_eq!(
            inbox.receive(&future, &peers(), TODAY),
            Err(Refusal::Future)
        );
    }

    #[test]
    fn r98_a_repair_that_comes_before_the_record_holds_when_it_comes() {
        assert!(position(&[message("samr", 1, Says::Repaired)]).rests());
        assert!(!position(&[]).rests());
        assert!(!position(&[message("samr", 1, Says::Settled { objection: 1 })]).rests());
        let both = [
            message("samr", 1, Says::Repaired),
            message("credit-china", 1, Says::Annulled),
        ];
        let both = position(&both);
        assert_eq!(
            both.review.unwrap().sender,
            "credit-china",
            "the first in rank prevails"
        );
        let lifted = [
            message("samr", 1, Says::Lifted),
            message("samr", 2, Says::FellBack),
        ];
        assert!(position(&lifted[..1]).rests());
        assert!(!position(&lifted).rests());
    }

    #[test]
    fn a_word_to_the_entitys_harm_waits_for_the_organ_that_identified_the_record() {
        let reference = Reference::of(&organ(), DOCKET, entity());
        for (upheld, rests) in [(true, false), (false, true)] {
            let mut inbox = heard(&[message("samr", 2, Says::Annulled)]);
            assert!(
                inbox.position(&reference, &peers()).rests(),
                "it rests until then"
            );
            let review = |by: Code, document: Document| {
                inbox.review(reference, &peers(), upheld, document, person(by), TODAY)
            };
            let stranger = review(code("11", 7), document(organ(), TODAY));
            assert_eq!(stranger, Err(Refusal::NotIdentifying(organ())));
            let future = review(organ(), document(organ(), date(2026, 6, 1)));
            assert_eq!(future, Err(Refusal::NoDocument));
            let events = review(organ(), document(organ(), TODAY)).unwrap();
            let event = events.first().unwrap();
            let text = serde_json::to_string(event).unwrap();
            assert_eq!(serde_json::from_str::<Event>(&text).unwrap(), *event);
            inbox.apply(event);
            assert_eq!(inbox.position(&reference, &peers()).rests(), rests);
            let late = message("samr", 1, Says::Repaired);
            assert_eq!(inbox.receive(&late, &peers(), TODAY), Ok(Vec::new()));
        }
    }

    fn sent() -> Sent {
        Sent {
            message: message("zaozhuang", 1, Says::Repaired),
            receivers: ["bank", "shandong"].map(str::to_owned).into(),
            due: Some(Deadline::open(TODAY, &working(1), &calendar())),
        }
    }

    #[test]
    fn r97_a_receiver_that_stays_silent_is_listed_once_and_named_by_word() {
        let mut outbox = Outbox::default();
        outbox.send(&sent());
        outbox.send(&sent());
        assert_eq!(outbox.next(), 2);
        let answer = outbox
            .acknowledge(1, "bank", Answer::Applied, TODAY)
            .unwrap();
        answer.iter().for_each(|event| outbox.apply(event));
        let again = outbox.acknowledge(1, "bank", Answer::NotHeld, TODAY);
        assert_eq!(again, Ok(Vec::new()), "the first answer stays");
        assert_eq!(
            outbox.acknowledge(1, "agency", Answer::Applied, TODAY),
            Err(Refusal::NotReceiver)
        );
        assert_eq!(
            outbox.acknowledge(2, "bank", Answer::Applied, TODAY),
            Err(Refusal::UnknownMessage)
        );
        assert!(
            outbox.laggards(date(2026, 5, 13)).is_empty(),
            "the day itself is in time"
        );
        let named = outbox.name(date(2026, 5, 14));
        assert_eq!(named.len(), 1);
        named.iter().for_each(|event| outbox.apply(event));
        assert!(outbox.name(date(2026, 5, 15)).is_empty());
        assert_eq!(outbox.laggards(date(2026, 5, 15)).len(), 1);
        let late = outbox.acknowledge(1, "shandong", Answer::Applied, date(2026, 5, 15));
        late.unwrap().iter().for_each(|event| outbox.apply(event));
        assert!(outbox.laggards(date(2026, 5, 15)).is_empty());
        assert!(
            outbox.get(1).unwrap().named.contains("shandong"),
            "that it was late stays known"
        );
    }

    #[test]
    fn what_is_signed_is_always_the_same_bytes() {
        let text = sent().message.text().unwrap();
        assert!(text.starts_with("{\"basis\":"), "{text}");
        assert!(text.contains("\"says\":\"repaired\""), "{text}");
        let read: Message = serde_json::from_str(&text).unwrap();
        assert_eq!(read, sent().message);
        assert_eq!(read.text().unwrap(), text);
    }

    fn says() -> impl Strategy<Value = Says> {
        prop_oneof![
            Just(Says::Repaired),
            Just(Says::Annulled),
            Just(Says::Lifted),
            Just(Says::FellBack),
            Just(Says::Withdrawn),
            (1u64..3).prop_map(|objection| Says::Disputed {
                objection,
                field: None
            }),
            (1u64..3).prop_map(|objection| Says::Settled { objection }),
        ]
    }

    /// Messages of two platforms, each with numbers of its own, and an order with repetitions.
    fn traffic() -> impl Strategy<Value = (Vec<Message>, Vec<usize>)> {
        prop::collection::vec((says(), any::<bool>()), 1..10).prop_flat_map(|drawn| {
            let messages: Vec<Message> = drawn
                .into_iter()
                .zip(1..)
                .map(|((says, first), serial)| {
                    message(if first { "samr" } else { "shandong" }, serial, says)
                })
                .collect();
            let order: Vec<usize> = (0..messages.len()).collect();
            let order = Just(order.clone())
                .prop_shuffle()
                .prop_flat_map(move |order| {
                    let more = prop::collection::vec(0..order.len(), 0..10);
                    more.prop_map(move |more| order.iter().copied().chain(more).collect())
                });
            (Just(messages), order)
        })
    }

    proptest! {
        #[test]
        fn r98_order_and_repetition_of_messages_change_nothing((messages, order) in traffic()) {
            let straight = heard(&messages);
            let mixed: Vec<Message> = order.iter().map(|at| messages[*at].clone()).collect();
            prop_assert_eq!(&straight, &heard(&mixed));
            prop_assert_eq!(position(&messages), position(&mixed));
        }
    }
}
