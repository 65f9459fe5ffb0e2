//! How an entry lies on disk: length-prefixed bytes, one version byte ahead.
//!
//! STORED: version 2 is written since v0.1. A new shape takes a new version byte.

use super::entry::{Content, Entry, SALT, Seed, Value};
use super::hash::{Hash, Suite};
use crate::basis::Basis;
use crate::code::Code;

const VERSION: u8 = 2;
const OPEN: u8 = 0;
const REDACTED: u8 = 1;
/// How the salts of the values are kept.
const ONE_BY_ONE: u8 = 0;
const FROM_SM: u8 = 1;
const FROM_SHA: u8 = 2;

/// The stored bytes of an entry.
pub fn encode(entry: &Entry) -> Vec<u8> {
    let mut out = Vec::with_capacity(room(entry));
    out.push(VERSION);
    out.extend_from_slice(&entry.at.to_be_bytes());
    text(&mut out, &entry.actor);
    text(&mut out, &entry.organ);
    text(&mut out, entry.entity.as_ref().map_or("", Code::as_str));
    text(&mut out, &entry.kind);
    text(&mut out, &entry.law);
    number(&mut out, entry.bases.len());
    for basis in &entry.bases {
        text(&mut out, &basis.statute);
        text(&mut out, &basis.article);
        out.push(u8::from(basis.confirmed));
    }
    text(&mut out, &entry.head);
    match &entry.seed {
        None => out.push(ONE_BY_ONE),
        Some(seed) => {
            out.push(match seed.suite {
                Suite::National => FROM_SM,
                Suite::International => FROM_SHA,
            });
            out.extend_from_slice(&seed.salt);
        }
    }
    number(&mut out, entry.values.len());
    for value in &entry.values {
        text(&mut out, &value.name);
        match &value.content {
            Content::Open { text: content, .. } if entry.seed.is_some() => text(&mut out, content),
            Content::Open {
                text: content,
                salt,
            } => {
                out.push(OPEN);
                out.extend_from_slice(salt);
                text(&mut out, content);
            }
            Content::Redacted { digest } => {
                out.push(REDACTED);
                out.extend_from_slice(digest.as_bytes());
            }
        }
    }
    out
}

/// Bytes enough for most entries: thousands of bodies wait for a commit at once, so a generous guess
/// would cost more than the growing of a few.
fn room(entry: &Entry) -> usize {
    let value = |value: &Value| value.name.len() + value.text().map_or(0, str::len) + 4;
    let salts = if entry.seed.is_some() { 0 } else { SALT };
    let values: usize = entry.values.iter().map(value).sum();
    256 + entry.head.len() + values + salts * entry.values.len()
}

/// Reads stored bytes; `None` if they are not a whole entry.
pub fn decode(bytes: &[u8]) -> Option<Entry> {
    let mut input = Input(bytes);
    if input.byte()? != VERSION {
        return None;
    }
    let mut entry = Entry {
        at: i64::from_be_bytes(input.array()?),
        actor: input.text()?,
        organ: input.text()?,
        entity: match input.text()?.as_str() {
            "" => None,
            code => Some(Code::read(code)?),
        },
        kind: input.text()?,
        law: input.text()?,
        bases: input.list(Input::basis)?,
        head: input.text()?,
        seed: input.seed()?,
        values: Vec::new(),
    };
    entry.values = match entry.seed {
        None => input.list(Input::value)?,
        Some(seed) => {
            let stated = input.list(|input| Some((input.text()?, input.text()?)))?;
            Entry::seal_values(seed.suite, &seed.salt, stated)
        }
    };
    input.0.is_empty().then_some(entry)
}

fn number(out: &mut Vec<u8>, mut value: usize) {
    while let (low, true) = ((value & 0x7f) as u8, value > 0x7f) {
        out.push(low | 0x80);
        value >>= 7;
    }
    out.push((value & 0x7f) as u8);
}

fn text(out: &mut Vec<u8>, text: &str) {
    number(out, text.len());
    out.extend_from_slice(text.as_bytes());
}

/// What is left to read.
struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (head, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(head)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    fn byte(&mut self) -> Option<u8> {
        self.array().map(|[byte]| byte)
    }

    fn number(&mut self) -> Option<usize> {
        let mut value = 0_usize;
        for shift in (0..usize::BITS).step_by(7) {
            let byte = self.byte()?;
            value |= usize::from(byte & 0x7f).checked_shl(shift)?;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    fn text(&mut self) -> Option<String> {
        let length = self.number()?;
        String::from_utf8(self.take(length)?.to_vec()).ok()
    }

    fn list<T>(&mut self, read: impl Fn(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let length = self.number()?;
        (0..length).map(|_| read(self)).collect()
    }

    fn basis(&mut self) -> Option<Basis> {
        Some(Basis {
            statute: self.text()?.into(),
            article: self.text()?.into(),
            confirmed: self.byte()? == 1,
        })
    }

    fn seed(&mut self) -> Option<Option<Seed>> {
        let suite = match self.byte()? {
            ONE_BY_ONE => return Some(None),
            FROM_SM => Suite::National,
            FROM_SHA => Suite::International,
            _ => return None,
        };
        let salt = self.array()?;
        Some(Some(Seed { suite, salt }))
    }

    fn value(&mut self) -> Option<Value> {
        let name = self.text()?;
        let content = match self.byte()? {
            OPEN => {
                let salt: [u8; SALT] = self.array()?;
                Content::Open {
                    salt,
                    text: self.text()?,
                }
            }
            REDACTED => Content::Redacted {
                digest: Hash::from_bytes(self.array()?),
            },
            _ => return None,
        };
        Some(Value { name, content })
    }
}
