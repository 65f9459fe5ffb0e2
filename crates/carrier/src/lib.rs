//! How notices leave the house: e-mail by SMTP, short messages by an HTTP adapter of the operator.
//!
//! Everything blocks and belongs into a worker thread. Nothing is tried twice here: when the next
//! attempt is due is the notice's own state (`domain::notice`), and a carrier only says what became of
//! one attempt. It never says "sent" of what nobody took, and it says that a failure is for ever only
//! where the fault lies with the recipient or the text: a wrong password of ours must not kill the
//! notices of a whole city.
//!
//! The current time is an argument, as everywhere below the edge. Secrets, addresses and texts do not
//! show in `Debug`, and a reason never holds an address: it becomes part of the ledger.
//!
//! `docs/SMS.md` is the contract with whoever writes an adapter.

mod config;
mod quote;
mod receipt;
mod sms;
mod smtp;
mod tag;

pub use config::Broken;
pub use quote::mask;
pub use receipt::{Malformed, Receipt};
pub use sms::Sms;

use domain::notice::{Channel, Outcome};
use jiff::Timestamp;
use smtp::Smtp;
use std::fmt;
use std::path::Path;

/// An e-mail to one recipient.
#[derive(Clone, PartialEq, Eq)]
pub struct Mail {
    /// Of the notice, the same at every attempt; the Message-ID is made of it.
    pub id: String,
    pub to: String,
    /// The Subject header.
    pub title: String,
    pub text: String,
    /// When this attempt is made.
    pub at: Timestamp,
}

/// A short message to one telephone.
#[derive(Clone, PartialEq, Eq)]
pub struct Text {
    /// Of the notice, the same at every attempt; the adapter sends once for each.
    pub id: String,
    pub to: String,
    pub text: String,
    /// When this attempt is made.
    pub at: Timestamp,
}

impl fmt::Debug for Mail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        shown(f, "Mail", &self.id, &self.to)
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        shown(f, "Text", &self.id, &self.to)
    }
}

fn shown(f: &mut fmt::Formatter<'_>, name: &str, id: &str, to: &str) -> fmt::Result {
    let mut out = f.debug_struct(name);
    out.field("id", &id)
        .field("to", &mask(to))
        .finish_non_exhaustive()
}

/// What became of one attempt.
#[must_use]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sent {
    /// The carrier took it. Whether it arrives is not known yet.
    Accepted { id: String },
    /// It was not taken, or we do not know: a repeated attempt has the same id.
    Failed {
        reason: String,
        /// Trying again cannot help.
        forever: bool,
    },
    /// The operator has not configured this channel.
    Absent,
}

impl Sent {
    /// As a report for the notice. A channel that is absent is a failure that an operator can end.
    pub fn outcome(self, channel: Channel) -> Outcome {
        match self {
            Self::Accepted { id } => Outcome::Accepted { id },
            Self::Failed { reason, forever } => Outcome::Failed { reason, forever },
            Self::Absent => Outcome::Failed {
                reason: format!("没有配置{}通道，请在 carriers.toml 中补充", channel.name()),
                forever: false,
            },
        }
    }

    fn again(reason: impl Into<String>) -> Self {
        Self::failed(reason, false)
    }

    fn forever(reason: impl Into<String>) -> Self {
        Self::failed(reason, true)
    }

    fn failed(reason: impl Into<String>, forever: bool) -> Self {
        let reason = reason.into();
        Self::Failed { reason, forever }
    }
}

/// The carriers of this installation.
#[derive(Debug, Default)]
pub struct Carriers {
    smtp: Option<Smtp>,
    sms: Option<Sms>,
}

impl Carriers {
    /// Reads `carriers.toml`. Without the file, or without one of its sections, that channel is absent;
    /// anything doubtful in it is an error, so that a mistake shows at the start and not at the first
    /// notice.
    pub fn open(path: &Path) -> Result<Self, Broken> {
        let Some(mut file) = config::File::read(path)? else {
            return Ok(Self::default());
        };
        let smtp = file.section("smtp")?.map(Smtp::open).transpose()?;
        let sms = file.section("sms")?.map(Sms::open).transpose()?;
        file.finish()?;
        Ok(Self { smtp, sms })
    }

    /// Whether notices can go by this channel. The platform's own pages need no carrier.
    pub fn has(&self, channel: Channel) -> bool {
        match channel {
            Channel::Inside => true,
            Channel::Email => self.smtp.is_some(),
            Channel::Sms => self.sms.is_some(),
        }
    }

    /// Hands an e-mail to the mail server; waits for its answer.
    pub fn mail(&self, mail: &Mail) -> Sent {
        match &self.smtp {
            Some(smtp) => smtp.send(mail),
            None => Sent::Absent,
        }
    }

    /// Hands a short message to the adapter; waits for its answer.
    pub fn sms(&self, text: &Text) -> Sent {
        match &self.sms {
            Some(sms) => sms.send(text),
            None => Sent::Absent,
        }
    }

    /// Whether a report of delivery comes from the adapter: [`Sms::verify`], and never without one.
    pub fn verify(&self, body: &[u8], timestamp: &str, signature: &str, now: Timestamp) -> bool {
        let sms = self.sms.as_ref();
        sms.is_some_and(|sms| sms.verify(body, timestamp, signature, now))
    }
}

/// Why an id cannot name a notice to others: it stands in headers and in logs.
fn wrong_id(id: &str) -> Option<&'static str> {
    let sound = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let right = (1..=64).contains(&id.len()) && id.chars().all(sound);
    (!right).then_some("告知编号只能用字母、数字和 - _ .，最多 64 个字符")
}
