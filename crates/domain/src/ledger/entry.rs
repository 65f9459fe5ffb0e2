//! An entry: one thing that happened, as it is hashed into the tree.
//!
//! Every value of an entry stands behind a digest of its own with a salt of its own. To redact a
//! value, its text and its salt are thrown away and its digest stays: the tree still verifies, and
//! nobody can guess the value from the digest. Short values (a name, a number) could be guessed
//! without the salt.

use super::hash::{Hash, Suite};
use crate::basis::Basis;
use crate::code::Code;
use serde::{Deserialize, Serialize};

/// Bytes of randomness an entry takes; the salts of its values are derived from them.
pub const SALT: usize = 16;

/// A salt: 16 bytes, hexadecimal in text.
pub type Salt = [u8; SALT];

/// One thing that happened.
///
/// STORED: `body` of every ledger row. The order of [`Entry::commitment`] must never change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Milliseconds since 1970-01-01T00:00Z.
    pub at: i64,
    /// The account that acted, or `timer`, `operator`.
    pub actor: String,
    /// The organ for which the actor acted; empty for the platform itself.
    pub organ: String,
    /// The entity whose position changes, if it is one organisation.
    pub entity: Option<Code>,
    /// What happened: the word of the event.
    pub kind: String,
    /// Digest of the law pack in force when it was decided.
    pub law: String,
    /// The articles it rests on.
    pub bases: Vec<Basis>,
    /// The event as JSON. Never holds a person's name or number.
    pub head: String,
    /// What was stated, value by value.
    pub values: Vec<Value>,
    /// INVARIANT: present only while every value is open behind the salt that this gives it.
    pub seed: Option<Seed>,
}

/// What the salts of an entry are derived from: kept in their stead, it takes a tenth of their room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seed {
    pub suite: Suite,
    pub salt: Salt,
}

/// One value of an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Value {
    pub name: String,
    #[serde(flatten)]
    pub content: Content,
}

/// A value that can still be read, or what is left of one that was redacted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Content {
    Open {
        text: String,
        #[serde(with = "hex_salt")]
        salt: Salt,
    },
    Redacted {
        digest: Hash,
    },
}

/// A value before it is sealed: its name and its text.
pub type Stated<'a> = (&'a str, &'a str);

impl Value {
    /// The text, unless it was redacted.
    pub fn text(&self) -> Option<&str> {
        match &self.content {
            Content::Open { text, .. } => Some(text),
            Content::Redacted { .. } => None,
        }
    }

    /// The digest that stands for this value in the entry.
    pub fn digest(&self, suite: Suite) -> Hash {
        match &self.content {
            Content::Open { text, salt } => digest(suite, salt, (&self.name, text)),
            Content::Redacted { digest } => *digest,
        }
    }
}

impl Entry {
    /// Puts `values` behind salts derived from `salt`, which must be fresh randomness.
    pub fn seal_values(
        suite: Suite,
        salt: &Salt,
        values: impl IntoIterator<Item = (String, String)>,
    ) -> Vec<Value> {
        let sealed = values.into_iter().zip(salts(suite, salt));
        let value = |((name, text), salt)| Value {
            name,
            content: Content::Open { text, salt },
        };
        sealed.map(value).collect()
    }

    /// The bytes that are hashed as a leaf of the tree.
    ///
    /// The sequence number is not among them: the place in the tree states it.
    pub fn commitment(&self, suite: Suite) -> Vec<u8> {
        let values = self.values.iter();
        self.over(values.map(|value| (value.name.as_str(), value.digest(suite))))
    }

    /// The same with these names and digests for the values.
    fn over<'a>(&self, values: impl ExactSizeIterator<Item = (&'a str, Hash)>) -> Vec<u8> {
        let mut out = Vec::with_capacity(512 + self.head.len() + 64 * values.len());
        out.extend_from_slice(b"chengheng entry v1\n");
        out.extend_from_slice(&self.at.to_be_bytes());
        put(&mut out, self.actor.as_bytes());
        put(&mut out, self.organ.as_bytes());
        put(
            &mut out,
            self.entity.as_ref().map_or("", Code::as_str).as_bytes(),
        );
        put(&mut out, self.kind.as_bytes());
        put(&mut out, self.law.as_bytes());
        count(&mut out, self.bases.len());
        for basis in &self.bases {
            put(&mut out, basis.statute.as_bytes());
            put(&mut out, basis.article.as_bytes());
            out.push(u8::from(basis.confirmed));
        }
        put(&mut out, self.head.as_bytes());
        count(&mut out, values.len());
        for (name, digest) in values {
            put(&mut out, name.as_bytes());
            out.extend_from_slice(digest.as_bytes());
        }
        out
    }

    /// The leaf of this entry, once its values are what `stated` is behind salts derived from `salt`.
    pub fn leaf_of(&self, suite: Suite, salt: &Salt, stated: &[Stated<'_>]) -> Hash {
        let mut salts = salts(suite, salt);
        let values = stated.iter().map(|value| {
            let salt = salts.next().unwrap_or_default();
            (value.0, digest(suite, &salt, *value))
        });
        suite.leaf(&self.over(values))
    }

    /// The leaf of this entry.
    pub fn leaf(&self, suite: Suite) -> Hash {
        suite.leaf(&self.commitment(suite))
    }

    /// Throws away the text and the salt of the named values; the leaf stays what it was. What the
    /// salt was derived from goes with it.
    ///
    /// Returns how many values were redacted now.
    pub fn redact(&mut self, suite: Suite, names: &[&str]) -> usize {
        let mut count = 0;
        for value in &mut self.values {
            if names.contains(&value.name.as_str()) && value.text().is_some() {
                value.content = Content::Redacted {
                    digest: value.digest(suite),
                };
                count += 1;
            }
        }
        if count > 0 {
            self.seed = None;
        }
        count
    }

    /// The text of the named value.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.values.iter().find(|value| value.name == name)?.text()
    }
}

fn digest(suite: Suite, salt: &Salt, (name, text): Stated<'_>) -> Hash {
    suite.digest(&[&[2], salt, name.as_bytes(), &[0], text.as_bytes()])
}

/// The salts of all values that may come, two from each digest.
fn salts(suite: Suite, salt: &Salt) -> impl Iterator<Item = Salt> {
    (0..=u32::MAX).flat_map(move |pair| {
        let digest = suite.digest(&[&[3], salt, &pair.to_be_bytes()]);
        let mut out = [[0; SALT]; 2];
        for (to, from) in out.iter_mut().flatten().zip(digest.as_bytes()) {
            *to = *from;
        }
        out
    })
}

fn count(out: &mut Vec<u8>, count: usize) {
    out.extend_from_slice(&u32::try_from(count).unwrap_or(u32::MAX).to_be_bytes());
}

fn put(out: &mut Vec<u8>, bytes: &[u8]) {
    count(out, bytes.len());
    out.extend_from_slice(bytes);
}

mod hex_salt {
    use super::{SALT, Salt};
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(salt: &Salt, out: S) -> Result<S::Ok, S::Error> {
        let text: String = salt.iter().map(|byte| format!("{byte:02x}")).collect();
        out.serialize_str(&text)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(input: D) -> Result<Salt, D::Error> {
        let text = String::deserialize(input)?;
        let mut salt = [0; SALT];
        if text.len() != 2 * SALT || !text.is_ascii() {
            return Err(D::Error::custom("a salt is 32 hexadecimal digits"));
        }
        for (index, byte) in salt.iter_mut().enumerate() {
            let digits = text.get(2 * index..2 * index + 2).unwrap_or_default();
            *byte = u8::from_str_radix(digits, 16).map_err(D::Error::custom)?;
        }
        Ok(salt)
    }
}
