//! Notices: a text to a recipient by a channel, tried until it is delivered or given up.
//!
//! When the next attempt is due is part of the state, computed and never waited for here. An address
//! or a telephone number is no part of an event: the desk looks it up when it sends.

use crate::basis::Basis;
use crate::code::Code;
use crate::person::Key;
use crate::procedure::{Delivery, Method, OutOfStep};
use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// By which way a notice goes.
///
/// STORED: part of notice events. Add variants at the end only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Channel {
    /// 站内信
    Inside,
    Email,
    Sms,
}

impl Channel {
    pub const ALL: [Self; 3] = [Self::Inside, Self::Email, Self::Sms];

    /// The name a user reads.
    pub fn name(self) -> &'static str {
        match self {
            Self::Inside => "站内信",
            Self::Email => "电子邮件",
            Self::Sms => "短信",
        }
    }
}

/// Who gets it.
///
/// STORED: part of notice events.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "to", rename_all = "kebab-case")]
pub enum Recipient {
    Entity {
        code: Code,
    },
    Organ {
        code: Code,
    },
    /// A linked person; the desk knows whom the key means.
    Person {
        key: Key,
    },
}

/// A minute of a day, in the official time of the platform.
///
/// STORED: part of notice events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Moment {
    pub day: Date,
    /// 0 to 1439.
    pub minute: u16,
}

impl Moment {
    /// `minutes` later; the last minute of all days where that leaves the calendar.
    #[must_use]
    pub fn after(self, minutes: u32) -> Self {
        let day = 24 * 60;
        let total = u32::from(self.minute) + minutes;
        let on = self.day.checked_add(i64::from(total / day).days());
        let last = Self {
            day: Date::MAX,
            minute: 0,
        };
        on.map_or(last, |on| Self {
            day: on,
            minute: u16::try_from(total % day).unwrap_or_default(),
        })
    }
}

/// A text of the law pack with places to fill, written `{name}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// Word of the template, for example `list-notice`.
    pub word: String,
    pub title: String,
    pub body: String,
    pub channels: Vec<Channel>,
    pub basis: Basis,
}

impl Template {
    /// Fills the places. A place without value is an error: half a notice tells nobody his rights.
    pub fn fill(&self, values: &BTreeMap<&str, String>) -> Result<String, Refusal> {
        let mut text = String::new();
        let mut rest = self.body.as_str();
        while let Some((before, after)) = rest.split_once('{') {
            let unfilled = |name: &str| Refusal::Unfilled {
                place: name.to_owned(),
            };
            let (name, after) = after.split_once('}').ok_or_else(|| unfilled(after))?;
            let value = values.get(name).filter(|value| !value.trim().is_empty());
            text.push_str(before);
            text.push_str(value.ok_or_else(|| unfilled(name))?);
            rest = after;
        }
        text.push_str(rest);
        Ok(text)
    }
}

/// How often and when a notice is tried again. Of the installation, not of the law.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retry {
    /// Minutes to wait after the first, second … failed attempt; after the last there is none.
    pub waits: Vec<u32>,
    /// Minutes to wait for the receipt of a notice the carrier took.
    pub receipt: u32,
}

/// A notice as it was put into the outbox.
///
/// STORED: part of notice events.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Letter {
    pub template: String,
    pub recipient: Recipient,
    pub channel: Channel,
    /// Noun and number of the case it is about.
    pub about: (String, u64),
    /// Digest of the filled text, hexadecimal; the text lies in the values of the entry.
    pub text: String,
    pub basis: Basis,
}

/// What became of one attempt.
///
/// STORED: part of notice events. Add variants at the end only.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum Outcome {
    /// The carrier took it; whether it arrived is not known yet.
    Accepted { id: String },
    /// The recipient opened it, or the carrier's receipt says that it arrived.
    Delivered { proof: String },
    Failed {
        reason: String,
        /// Trying again cannot help: the address does not exist.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        forever: bool,
    },
}

/// A report about an attempt. Carriers report twice, late and out of order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Number of the attempt, from 1.
    pub attempt: u16,
    pub outcome: Outcome,
    pub at: Moment,
}

/// What happened to a notice.
///
/// STORED: add variants at the end only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "kebab-case")]
pub enum Event {
    Queued {
        letter: Letter,
        next: Moment,
    },
    Attempted {
        attempt: u16,
        at: Moment,
        next: Moment,
    },
    /// The carrier took it; the next attempt waits for the receipt.
    Accepted {
        attempt: u16,
        id: String,
        at: Moment,
        next: Moment,
    },
    Failed {
        attempt: u16,
        reason: String,
        at: Moment,
        next: Moment,
    },
    Delivered {
        attempt: u16,
        proof: String,
        at: Moment,
    },
    /// Given up; an operator sees it and may queue it anew or serve it on paper.
    Dead {
        attempt: u16,
        reason: String,
        at: Moment,
    },
    /// An operator lets it be tried again.
    Revived {
        at: Moment,
        next: Moment,
    },
}

impl Event {
    /// The articles this event rests on.
    pub fn bases(&self) -> Vec<Basis> {
        match self {
            Self::Queued { letter, .. } => vec![letter.basis.clone()],
            _ => Vec::new(),
        }
    }
}

/// A notice as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Notice {
    pub letter: Letter,
    /// Attempts made.
    pub attempts: u16,
    /// Attempts made since it was queued or revived.
    pub round: u16,
    pub state: State,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum State {
    /// In the outbox; the next attempt is due then.
    Waiting {
        next: Moment,
    },
    /// With the carrier, or on its way; without word until then it counts as failed.
    Under {
        attempt: u16,
        until: Moment,
        /// The carrier said that it took it.
        accepted: bool,
    },
    Delivered {
        attempt: u16,
        proof: String,
        at: Moment,
    },
    Dead {
        reason: String,
        at: Moment,
    },
}

impl State {
    fn under(attempt: u16, until: Moment, accepted: bool) -> Self {
        Self::Under {
            attempt,
            until,
            accepted,
        }
    }
}

/// Why a notice is not queued, tried or revived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The law pack has no such template.
    NoTemplate {
        word: String,
    },
    /// The template does not go by this channel.
    WrongChannel {
        channel: Channel,
        basis: Basis,
    },
    /// A place of the template has no value.
    Unfilled {
        place: String,
    },
    NotDue {
        next: Moment,
    },
    OutOfStep {
        state: &'static str,
    },
}

impl Refusal {
    /// The article behind the template; absent where none allows the notice.
    pub fn basis(&self) -> Option<&Basis> {
        match self {
            Self::WrongChannel { basis, .. } => Some(basis),
            _ => None,
        }
    }

    /// What the user reads, with the remedy.
    pub fn text(&self) -> String {
        match self {
            Self::NoTemplate { word } => {
                format!("规则包没有告知模板“{word}”，请先补充模板和依据")
            }
            Self::WrongChannel { channel, .. } => {
                format!("这一告知不能以{}送达，请改用其他方式", channel.name())
            }
            Self::Unfilled { place } => format!("告知内容缺少“{place}”，补充后再发送"),
            Self::NotDue { next } => {
                format!("尚未到下一次发送时间（{} {}分）", next.day, next.minute)
            }
            Self::OutOfStep { state } => format!("告知现为“{state}”，不能办理这一步"),
        }
    }
}

/// Puts a notice into the outbox.
pub fn queue(
    word: &str,
    template: Option<&Template>,
    letter: Letter,
    now: Moment,
) -> Result<Event, Refusal> {
    let found = template.filter(|template| template.word == word && letter.template == word);
    let template = found.ok_or_else(|| Refusal::NoTemplate {
        word: word.to_owned(),
    })?;
    if !template.channels.contains(&letter.channel) {
        return Err(Refusal::WrongChannel {
            channel: letter.channel,
            basis: template.basis.clone(),
        });
    }
    Ok(Event::Queued { letter, next: now })
}

impl Notice {
    /// The state after an event.
    pub fn apply(state: Option<Self>, event: &Event) -> Result<Self, OutOfStep> {
        let Some(mut notice) = state else {
            return match event {
                Event::Queued { letter, next } => Ok(Self {
                    letter: letter.clone(),
                    attempts: 0,
                    round: 0,
                    state: State::Waiting { next: *next },
                }),
                _ => Err(OutOfStep),
            };
        };
        notice.state = match (notice.state, event) {
            (State::Waiting { .. }, Event::Attempted { attempt, next, .. }) => {
                notice.attempts = *attempt;
                notice.round = notice.round.saturating_add(1);
                State::under(*attempt, *next, false)
            }
            (State::Under { .. }, Event::Accepted { attempt, next, .. }) => {
                State::under(*attempt, *next, true)
            }
            (State::Under { .. }, Event::Failed { next, .. }) => State::Waiting { next: *next },
            (State::Under { .. }, Event::Dead { reason, at, .. }) => State::Dead {
                reason: reason.clone(),
                at: *at,
            },
            (State::Dead { .. }, Event::Revived { next, .. }) => {
                notice.round = 0;
                State::Waiting { next: *next }
            }
            (State::Delivered { .. }, _) => return Err(OutOfStep),
            (_, Event::Delivered { attempt, proof, at }) if *attempt <= notice.attempts => {
                State::Delivered {
                    attempt: *attempt,
                    proof: proof.clone(),
                    at: *at,
                }
            }
            _ => return Err(OutOfStep),
        };
        Ok(notice)
    }

    /// Begins the next attempt, when its time has come.
    pub fn attempt(&self, now: Moment, retry: &Retry) -> Result<Event, Refusal> {
        match &self.state {
            State::Waiting { next } if *next <= now => Ok(Event::Attempted {
                attempt: self.attempts.saturating_add(1),
                at: now,
                next: now.after(retry.receipt),
            }),
            State::Waiting { next } => Err(Refusal::NotDue { next: *next }),
            _ => Err(Refusal::OutOfStep { state: self.name() }),
        }
    }

    /// Takes a report of the carrier. A report that says nothing new is no event.
    ///
    /// Delivery is the last word whenever it comes: proof that a notice arrived is never undone by a
    /// failure reported later, and it also clears a dead letter. A failure or an acceptance counts
    /// only for the attempt that is under way.
    pub fn report(&self, report: &Report, retry: &Retry) -> Option<Event> {
        let Report {
            attempt,
            outcome,
            at,
        } = report;
        let (attempt, at) = (*attempt, *at);
        if attempt == 0 || attempt > self.attempts {
            return None;
        }
        match (&self.state, outcome) {
            (State::Delivered { .. }, _) => None,
            (_, Outcome::Delivered { proof }) => Some(Event::Delivered {
                attempt,
                proof: proof.clone(),
                at,
            }),
            (
                State::Under {
                    attempt: current, ..
                },
                _,
            ) if *current != attempt => None,
            (State::Under { accepted: true, .. }, Outcome::Accepted { .. }) => None,
            (State::Under { .. }, Outcome::Accepted { id }) => Some(Event::Accepted {
                attempt,
                id: id.clone(),
                at,
                next: at.after(retry.receipt),
            }),
            (State::Under { .. }, Outcome::Failed { reason, forever }) => {
                Some(self.failed(reason, *forever, at, retry))
            }
            (State::Waiting { .. } | State::Dead { .. }, _) => None,
        }
    }

    /// What the minute asks for: an attempt without word for too long has failed.
    pub fn tick(&self, now: Moment, retry: &Retry) -> Option<Event> {
        match &self.state {
            State::Under { until, .. } if *until <= now => {
                Some(self.failed("没有收到回执", false, now, retry))
            }
            _ => None,
        }
    }

    /// Lets a dead letter be tried again.
    pub fn revive(&self, now: Moment) -> Result<Event, Refusal> {
        match self.state {
            State::Dead { .. } => Ok(Event::Revived { at: now, next: now }),
            _ => Err(Refusal::OutOfStep { state: self.name() }),
        }
    }

    fn failed(&self, reason: &str, forever: bool, at: Moment, retry: &Retry) -> Event {
        let (attempt, reason) = (self.attempts, reason.to_owned());
        let wait = usize::from(self.round).checked_sub(1);
        let wait = wait.and_then(|place| retry.waits.get(place));
        match wait.filter(|_| !forever) {
            Some(wait) => Event::Failed {
                attempt,
                reason,
                at,
                next: at.after(*wait),
            },
            None => Event::Dead {
                attempt,
                reason,
                at,
            },
        }
    }

    /// The proof of service, once it arrived.
    pub fn delivery(&self) -> Option<Delivery> {
        match &self.state {
            State::Delivered { proof, at, .. } => Some(Delivery {
                method: Method::Electronic,
                proof: proof.clone(),
                on: at.day,
            }),
            _ => None,
        }
    }

    /// The name a user reads.
    pub fn name(&self) -> &'static str {
        match self.state {
            State::Waiting { .. } => "待发送",
            State::Under { .. } => "发送中",
            State::Delivered { .. } => "已送达",
            State::Dead { .. } => "未能送达，待人工处理",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::listing::tests::{code, ruled};
    use jiff::civil::date;
    use proptest::prelude::*;

    const NOON: Moment = Moment {
        day: date(2026, 5, 12),
        minute: 720,
    };

    fn retry() -> Retry {
        Retry {
            waits: vec![5, 60],
            receipt: 1_440,
        }
    }

    fn template() -> Template {
        Template {
            word: "list-notice".to_owned(),
            title: "拟列入告知书".to_owned(),
            body: "{name}：拟列入{list}。".to_owned(),
            channels: vec![Channel::Inside, Channel::Email],
            basis: ruled(()).basis().clone(),
        }
    }

    fn letter(channel: Channel) -> Letter {
        Letter {
            template: "list-notice".to_owned(),
            recipient: Recipient::Entity { code: code(9) },
            channel,
            about: ("listing".to_owned(), 5),
            text: "00".to_owned(),
            basis: ruled(()).basis().clone(),
        }
    }

    fn queued() -> Notice {
        let event = queue(
            "list-notice",
            Some(&template()),
            letter(Channel::Email),
            NOON,
        );
        Notice::apply(None, &event.unwrap()).unwrap()
    }

    fn tried(notice: Notice, now: Moment) -> Notice {
        let event = notice.attempt(now, &retry()).unwrap();
        Notice::apply(Some(notice), &event).unwrap()
    }

    fn failed(notice: Notice, at: Moment, forever: bool) -> Notice {
        let outcome = Outcome::Failed {
            reason: "无法投递".to_owned(),
            forever,
        };
        let report = Report {
            attempt: notice.attempts,
            outcome,
            at,
        };
        let event = notice.report(&report, &retry()).unwrap();
        Notice::apply(Some(notice), &event).unwrap()
    }

    #[test]
    fn r123_a_failed_notice_is_tried_again_at_computed_minutes_and_then_given_up() {
        let notice = failed(tried(queued(), NOON), NOON, false);
        let next = Moment {
            day: date(2026, 5, 12),
            minute: 725,
        };
        assert_eq!(notice.state, State::Waiting { next });
        assert_eq!(
            notice.attempt(NOON, &retry()),
            Err(Refusal::NotDue { next })
        );
        let notice = failed(tried(notice, next), next, false);
        let later = next.after(60);
        assert_eq!(notice.state, State::Waiting { next: later });
        let notice = failed(tried(notice, later), later, false);
        assert_eq!(notice.name(), "未能送达，待人工处理");
        let event = notice.revive(later).unwrap();
        let notice = Notice::apply(Some(notice), &event).unwrap();
        assert_eq!(tried(notice, later).attempts, 4);
    }

    #[test]
    fn r123_an_address_that_does_not_exist_is_not_tried_again() {
        let notice = failed(tried(queued(), NOON), NOON, true);
        assert!(matches!(notice.state, State::Dead { .. }));
    }

    #[test]
    fn r123_silence_of_the_carrier_counts_as_failure() {
        let notice = tried(queued(), NOON);
        let due = NOON.after(1_440);
        assert_eq!(notice.tick(NOON, &retry()), None);
        assert!(matches!(
            notice.tick(due, &retry()),
            Some(Event::Failed { .. })
        ));
        assert_eq!(notice.delivery(), None, "handed over is not delivered");
    }

    #[test]
    fn a_minute_after_midnight_is_the_next_day() {
        let late = Moment {
            day: date(2026, 12, 31),
            minute: 1_439,
        };
        assert_eq!(
            late.after(1),
            Moment {
                day: date(2027, 1, 1),
                minute: 0
            }
        );
        assert_eq!(
            late.after(2 * 1_440),
            Moment {
                day: date(2027, 1, 2),
                minute: 1_439
            }
        );
    }

    #[test]
    fn r1_no_notice_without_template_and_none_half_filled() {
        let refused = queue("list-notice", None, letter(Channel::Email), NOON);
        assert!(matches!(refused, Err(Refusal::NoTemplate { .. })));
        let refused = queue("list-notice", Some(&template()), letter(Channel::Sms), NOON);
        assert!(matches!(refused, Err(Refusal::WrongChannel { .. })));
        let mut values = BTreeMap::from([("name", "甲公司".to_owned())]);
        let place = "list".to_owned();
        assert_eq!(template().fill(&values), Err(Refusal::Unfilled { place }));
        values.insert("list", "名单".to_owned());
        assert_eq!(template().fill(&values).unwrap(), "甲公司：拟列入名单。");
    }

    fn outcome(kind: u8) -> Outcome {
        match kind {
            0 => Outcome::Accepted { id: "M".to_owned() },
            1 => Outcome::Delivered {
                proof: "R".to_owned(),
            },
            _ => Outcome::Failed {
                reason: "忙".to_owned(),
                forever: kind == 3,
            },
        }
    }

    proptest! {
        #[test]
        fn reports_twice_late_and_out_of_order_come_to_the_same_end(
            reports in prop::collection::vec((0..4_u16, 0..4_u8), 0..24),
        ) {
            let mut notice = queued();
            let mut now = NOON;
            let mut arrived = false;
            for (attempt, kind) in reports {
                now = now.after(30);
                if let Ok(event) = notice.attempt(now, &retry()) {
                    notice = Notice::apply(Some(notice), &event).unwrap();
                }
                let report = Report { attempt, outcome: outcome(kind), at: now };
                let known = attempt > 0 && attempt <= notice.attempts;
                arrived |= known && kind == 1;
                if let Some(event) = notice.report(&report, &retry()) {
                    let text = serde_json::to_string(&event).unwrap();
                    prop_assert_eq!(&serde_json::from_str::<Event>(&text).unwrap(), &event);
                    notice = Notice::apply(Some(notice), &event).unwrap();
                }
                prop_assert_eq!(notice.report(&report, &retry()), None, "heard twice, counted once");
                prop_assert_eq!(notice.delivery().is_some(), arrived, "delivery is the last word");
            }
        }
    }
}
