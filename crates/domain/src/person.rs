//! Linked persons: the few natural persons an effect on an organisation may reach, by role.
//!
//! A person has no name, number, grade, score or rank here, and no type of this crate could hold
//! one: only a role, the article that names the role, and a key that leads nowhere without a secret.

use crate::basis::Basis;
use serde::{Deserialize, Deserializer, Serialize, de};
use sha2::{Digest as _, Sha256};
use std::fmt;

/// Hexadecimal digits of a key.
const DIGITS: usize = 64;

/// A salted digest of somebody's identity number.
///
/// STORED: written in case events. Reading refuses anything but a digest, so that no name and no
/// number gets into the ledger by this way.
#[derive(Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Key(String);

impl Key {
    /// Digests an identity number under the platform's secret.
    ///
    /// The secret is what protects the person: identity numbers are few enough to try them all.
    pub fn of(secret: &[u8; 32], identity: &str) -> Self {
        let digest = Sha256::new()
            .chain_update(secret)
            .chain_update(identity.trim().to_ascii_uppercase())
            .finalize();
        Self(digest.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// Reads a written key.
    pub fn read(text: &str) -> Option<Self> {
        let digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        let right = text.len() == DIGITS && text.bytes().all(digit);
        right.then(|| Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        Self::read(&text).ok_or_else(|| de::Error::custom("not a salted digest"))
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let short: String = self.0.chars().take(8).collect();
        write!(out, "Key({short}…)")
    }
}

/// A person in a role that the basis of a listing names.
///
/// STORED: part of listing events.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct LinkedPerson {
    /// Word of the role, from `law/catalog/roles.toml`.
    pub role: String,
    /// The article that names the role.
    pub basis: Basis,
    pub key: Key,
}

/// A person somebody wants to link, before the law was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InRole {
    pub role: String,
    pub key: Key,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r4_nothing_but_a_digest_can_be_read_as_a_person() {
        for text in [
            "张三",
            "370402199001011234",
            "",
            &"A".repeat(64),
            &"0".repeat(63),
        ] {
            assert!(Key::read(text).is_none(), "{text}");
            let written = serde_json::to_string(text).unwrap();
            assert!(serde_json::from_str::<Key>(&written).is_err(), "{text}");
        }
        let key = Key::of(&[7; 32], "37040219900101123x");
        assert_eq!(key, Key::of(&[7; 32], " 37040219900101123X "));
        assert_ne!(
            key,
            Key::of(&[8; 32], "37040219900101123X"),
            "the secret decides"
        );
        let written = serde_json::to_string(&key).unwrap();
        assert_eq!(serde_json::from_str::<Key>(&written).unwrap(), key);
        assert!(!format!("{key:?}").contains(key.as_str()));
    }
}
