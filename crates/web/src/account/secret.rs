//! Random secrets, and the digests under which the store keeps them.

use domain::ledger::Suite;
use std::fmt::Write;

/// The digest of a key or a session token: SHA-256, hexadecimal.
pub fn key_digest(secret: &str) -> String {
    hex(Suite::International.digest(&[secret.as_bytes()]).as_bytes())
}

/// A new secret of 32 random bytes; `None` if the system gives no randomness.
pub fn new_key() -> Option<String> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).ok()?;
    Some(hex(&bytes))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // INVARIANT: writing into a string does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_as_sha256_does() {
        let wanted = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(key_digest("abc"), wanted);
        assert_ne!(new_key(), new_key());
        assert_eq!(new_key().unwrap().len(), 64);
    }
}
