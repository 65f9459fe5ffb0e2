//! Passwords as Argon2id hashes.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};

/// The PHC string of a password; `None` if the system gives no randomness.
pub fn hash_password(password: &str) -> Option<String> {
    let hash = Argon2::default().hash_password(password.as_bytes()).ok()?;
    Some(hash.to_string())
}

/// Whether the password fits; an empty or unreadable hash fits nothing. Takes tens of milliseconds.
pub fn password_fits(password: &str, hash: &str) -> bool {
    PasswordHash::new(hash).is_ok_and(|hash| {
        Argon2::default()
            .verify_password(password.as_bytes(), &hash)
            .is_ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_password_fits_its_hash() {
        let hash = hash_password("枣庄-2026").unwrap();
        assert!(hash.starts_with("$argon2id$"));
        for (password, hash, wanted) in [
            ("枣庄-2026", hash.as_str(), true),
            ("枣庄-2027", &hash, false),
            ("", "", false),
        ] {
            assert_eq!(password_fits(password, hash), wanted, "{password}");
        }
    }
}
