//! Tickets: objects of a frame that nobody can read a name or a grade out of (`docs/DRAW.md` §4).

use super::tagged;
use crate::code::Code;
use crate::ledger::{Hash, Suite};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;
use std::str::FromStr;

/// Bytes of a salt and of a ticket.
const BYTES: usize = 16;

/// What an object is called in a frame: 32 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ticket([u8; BYTES]);

/// What opens a ticket, together with the code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Salt([u8; BYTES]);

/// An opened ticket: whoever holds it can check whose it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opening {
    pub code: Code,
    pub salt: Salt,
}

impl Opening {
    pub fn ticket(&self, suite: Suite) -> Ticket {
        let digest = suite.digest(&[b"ticket\0", &self.salt.0, self.code.as_str().as_bytes()]);
        Ticket(front(&digest))
    }
}

/// The opening of an object's ticket, made from the secret of the frame.
pub fn blind(suite: Suite, secret: &[u8; 32], code: Code) -> Opening {
    let digest = suite.digest(&[b"salt\0", secret, code.as_str().as_bytes()]);
    Opening {
        code,
        salt: Salt(front(&digest)),
    }
}

/// Binds the secret before anything is drawn.
pub fn secret_digest(suite: Suite, secret: &[u8; 32]) -> Hash {
    tagged(suite, "secret", &[secret])
}

fn front(digest: &Hash) -> [u8; BYTES] {
    let [front, _] = digest.as_bytes().as_chunks().0 else {
        return [0; BYTES];
    };
    *front
}

const DIGITS: [u8; 16] = *b"0123456789abcdef";

impl Ticket {
    /// Writes the digits without a detour: a frame has a million of them.
    pub(super) fn write(self, out: &mut String) {
        let mut text = [0; 2 * BYTES];
        for (pair, byte) in text.as_chunks_mut::<2>().0.iter_mut().zip(self.0) {
            let digit = |value: u8| DIGITS.get(usize::from(value)).copied().unwrap_or(b'0');
            *pair = [digit(byte >> 4), digit(byte & 15)];
        }
        out.push_str(str::from_utf8(&text).unwrap_or_default());
    }
}

fn read(text: &str) -> Option<[u8; BYTES]> {
    let pairs = text.as_bytes().as_chunks::<2>();
    if text.len() != 2 * BYTES {
        return None;
    }
    let mut bytes = [0; BYTES];
    for (byte, [high, low]) in bytes.iter_mut().zip(pairs.0) {
        *byte = value(*high)? << 4 | value(*low)?;
    }
    Some(bytes)
}

fn value(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

/// The text is not 32 lower-case hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoTicket;

impl FromStr for Ticket {
    type Err = NoTicket;

    fn from_str(text: &str) -> Result<Self, NoTicket> {
        read(text).map(Self).ok_or(NoTicket)
    }
}

impl FromStr for Salt {
    type Err = NoTicket;

    fn from_str(text: &str) -> Result<Self, NoTicket> {
        read(text).map(Self).ok_or(NoTicket)
    }
}

impl fmt::Display for Ticket {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(out, "{byte:02x}"))
    }
}

impl fmt::Display for Salt {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(out, "{byte:02x}"))
    }
}

impl Serialize for Ticket {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.collect_str(self)
    }
}

impl Serialize for Salt {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Ticket {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let wrong = |_| de::Error::custom("标识须为32位小写十六进制数字");
        text.parse().map_err(wrong)
    }
}

impl<'de> Deserialize<'de> for Salt {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let wrong = |_| de::Error::custom("盐值须为32位小写十六进制数字");
        text.parse().map_err(wrong)
    }
}
