//! Salts for entries, from the operating system's randomness.

use std::cell::RefCell;

/// Salts a thread asks for at once: a call of the system for each took a fortieth of the time a filed
/// row takes.
const AT_ONCE: usize = 64;

thread_local! {
    static AHEAD: RefCell<Vec<[u8; 16]>> = const { RefCell::new(Vec::new()) };
}

/// 16 bytes nobody can foresee, given out once.
///
/// # Errors
/// When the operating system has no randomness to give.
pub fn salt() -> Result<[u8; 16], getrandom::Error> {
    AHEAD.with_borrow_mut(|ahead| {
        if let Some(salt) = ahead.pop() {
            return Ok(salt);
        }
        let mut fresh = [[0; 16]; AT_ONCE];
        getrandom::fill(fresh.as_flattened_mut())?;
        let [first, rest @ ..] = fresh;
        ahead.extend(rest);
        Ok(first)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn no_salt_is_given_twice() {
        let many = || (0..5 * AT_ONCE).map(|_| salt().unwrap()).collect();
        let mine: BTreeSet<_> = many();
        let other: BTreeSet<_> = std::thread::spawn(many).join().unwrap();
        assert_eq!(mine.union(&other).count(), 10 * AT_ONCE);
    }
}
