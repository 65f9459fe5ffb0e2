//! Replayable chance: the same seed makes the same city.

use desk::{Fault, Salts};
use std::sync::{Arc, Mutex};

/// SplitMix64: small, and good enough for a city nobody lives in.
#[derive(Debug, Clone)]
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Evenly from 0 to `end - 1`; 0 for an empty range.
    pub fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.next() % end).unwrap_or(0)
    }

    /// True in so many of a thousand cases.
    pub fn in_thousand(&mut self, cases: usize) -> bool {
        self.below(1_000) < cases
    }

    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        from.get(self.below(from.len()))
    }

    pub fn word(&mut self, words: &[&'static str]) -> &'static str {
        self.pick(words).copied().unwrap_or_default()
    }

    /// A place by its share; `None` where nobody has one.
    pub fn weigh(&mut self, shares: impl Iterator<Item = usize> + Clone) -> Option<usize> {
        let all: usize = shares.clone().sum();
        let mut rest = self.below(all);
        for (place, share) in shares.enumerate() {
            if rest < share {
                return Some(place);
            }
            rest -= share;
        }
        None
    }

    /// How many of something happen on a day, given the mean in thousandths.
    pub fn count(&mut self, mean: usize) -> usize {
        let spread = self.below(mean.max(1)) + self.below(mean.max(1));
        spread / 1_000 + usize::from(self.in_thousand(spread % 1_000))
    }
}

/// The secret of the city's persons out of the seed, so that the same seed makes the same ledger.
/// Nobody is behind the records it veils: a real folder's secret is random.
pub fn person_secret(seed: u64) -> [u8; 32] {
    let mut chance = Chance::new(seed ^ 0x9e50);
    let mut secret = [0; 32];
    for part in secret.chunks_mut(8) {
        part.copy_from_slice(&chance.next().to_be_bytes());
    }
    secret
}

/// Salts out of the seed. The city is invented, so there is nothing they have to hide.
pub fn salts(seed: u64) -> Salts {
    let chance = Mutex::new(Chance::new(seed ^ 0x5a17));
    Arc::new(move || {
        let mut chance = chance
            .lock()
            .map_err(|_| Fault::broken("chance poisoned"))?;
        let both = u128::from(chance.next()) << 64 | u128::from(chance.next());
        Ok(both.to_be_bytes())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_course() {
        let course = |seed| {
            let mut chance = Chance::new(seed);
            (0..50).map(|_| chance.below(1_000)).collect::<Vec<_>>()
        };
        assert_eq!(course(7), course(7));
        assert_ne!(course(7), course(8));
    }

    #[test]
    fn counts_keep_the_mean() {
        let mut chance = Chance::new(1);
        let sum: usize = (0..10_000).map(|_| chance.count(2_500)).sum();
        assert!((24_000..26_000).contains(&sum), "{sum}");
    }
}
