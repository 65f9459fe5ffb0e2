//! The tag under each message between us and the adapter: HMAC-SHA256 with the shared secret.

use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use sha2::Sha256;
use std::fmt;
use std::fmt::Write as _;

/// Seconds by which the clocks of both sides may differ. An older message is refused, so a recorded one
/// cannot be played again later; one repeated at once changes nothing, because reports are idempotent.
const WINDOW: u64 = 300;

/// The secret, ready for use.
#[derive(Clone)]
pub(crate) struct Key(Hmac<Sha256>);

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(***)")
    }
}

impl Key {
    pub(crate) fn new(secret: &[u8]) -> Option<Self> {
        Hmac::new_from_slice(secret).ok().map(Self)
    }

    /// The tag of a message, hexadecimal. The time is part of it, so nobody can give a message another.
    pub(crate) fn tag(&self, timestamp: &str, body: &[u8]) -> String {
        let tag = self.over(timestamp, body).finalize().into_bytes();
        tag.iter().fold(String::new(), |mut text, byte| {
            // Writing to a string does not fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
    }

    /// Compares in constant time: how much of a guess was right does not show.
    pub(crate) fn verify(
        &self,
        body: &[u8],
        timestamp: &str,
        signature: &str,
        now: Timestamp,
    ) -> bool {
        let digits = !timestamp.is_empty() && timestamp.bytes().all(|byte| byte.is_ascii_digit());
        let Some(then) = timestamp.parse::<i64>().ok().filter(|_| digits) else {
            return false;
        };
        if now.as_second().abs_diff(then) > WINDOW {
            return false;
        }
        let tag = bytes(signature);
        tag.is_some_and(|tag| self.over(timestamp, body).verify_slice(&tag).is_ok())
    }

    fn over(&self, timestamp: &str, body: &[u8]) -> Hmac<Sha256> {
        let Self(key) = self;
        let mut hmac = key.clone();
        hmac.update(timestamp.as_bytes());
        hmac.update(b"\n");
        hmac.update(body);
        hmac
    }
}

fn bytes(hex: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u32>> = hex.chars().map(|c| c.to_digit(16)).collect();
    let digits = digits.filter(|digits| digits.len() == 64)?;
    let pairs = digits.chunks_exact(2);
    pairs
        .map(|pair| {
            pair.iter().try_fold(0_u8, |sum, digit| {
                sum.checked_mul(16)?.checked_add(u8::try_from(*digit).ok()?)
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn agrees_with_rfc_4231() {
        // Cases 1, 2 and 6 of the RFC; without our time and line end before the body.
        for (key, body, tag) in [
            (
                vec![0x0b; 20],
                &b"Hi There"[..],
                "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
            ),
            (
                b"Jefe".to_vec(),
                b"what do ya want for nothing?",
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            ),
            (
                vec![0xaa; 131],
                b"Test Using Larger Than Block-Size Key - Hash Key First",
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
            ),
        ] {
            let Key(hmac) = Key::new(&key).unwrap();
            let tag = bytes(tag).unwrap();
            assert!(hmac.chain_update(body).verify_slice(&tag).is_ok());
        }
    }

    #[test]
    fn verifies_what_it_tagged_and_nothing_else() {
        let key = Key::new(b"0123456789abcdef").unwrap();
        let tag = key.tag("1779000000", "正文".as_bytes());
        let now = at(1_779_000_000);
        let verify = |key: &Key, body: &str, time: &str, tag: &str| {
            key.verify(body.as_bytes(), time, tag, now)
        };
        assert!(verify(&key, "正文", "1779000000", &tag));
        assert!(verify(&key, "正文", "1779000000", &tag.to_uppercase()));
        assert!(!verify(&key, "正文 ", "1779000000", &tag), "another body");
        assert!(!verify(&key, "正文", "1779000001", &tag), "another time");
        assert!(!verify(&key, "正文", "+1779000000", &tag));
        assert!(!verify(&key, "正文", "", &tag));
        assert!(!verify(&key, "正文", "1779000000", ""));
        assert!(!verify(&key, "正文", "1779000000", tag.get(..62).unwrap()));
        assert!(!verify(&key, "正文", "1779000000", &"g".repeat(64)));
        let other = Key::new(b"0123456789abcdeg").unwrap();
        assert!(
            !verify(&other, "正文", "1779000000", &tag),
            "another secret"
        );
    }

    #[test]
    fn a_recorded_message_is_refused_later() {
        let key = Key::new(b"0123456789abcdef").unwrap();
        let tag = key.tag("1779000000", b"{}");
        for (now, expected) in [
            (1_779_000_300, true),
            (1_779_000_301, false),
            (1_778_999_700, true),
            (1_778_999_699, false),
        ] {
            assert_eq!(key.verify(b"{}", "1779000000", &tag, at(now)), expected);
        }
    }

    #[test]
    fn shows_no_secret() {
        let key = Key::new(b"0123456789abcdef").unwrap();
        assert_eq!(format!("{key:?}"), "Key(***)");
    }
}
