//! Numbers out of a seed (`docs/DRAW.md` §6).

use super::FORMAT;
use crate::ledger::{Hash, Suite};

/// Words in a block.
const WORDS: usize = 4;

/// An endless row of numbers that seed and label determine.
#[derive(Debug, Clone)]
pub struct Stream {
    suite: Suite,
    /// Everything before the number of the block.
    head: Vec<u8>,
    block: u64,
    words: [u64; WORDS],
    /// Words of the block that were taken.
    taken: usize,
}

impl Stream {
    pub fn new(suite: Suite, seed: &Hash, label: &str) -> Self {
        let mut head = Vec::with_capacity(96);
        head.extend_from_slice(FORMAT.as_bytes());
        head.extend_from_slice(b" stream\0");
        head.extend_from_slice(seed.as_bytes());
        head.extend_from_slice(label.as_bytes());
        head.push(0);
        Self {
            suite,
            head,
            block: 0,
            words: [0; WORDS],
            taken: WORDS,
        }
    }

    fn word(&mut self) -> u64 {
        if self.taken == WORDS {
            let digest = self.suite.digest(&[&self.head, &self.block.to_be_bytes()]);
            let bytes = digest.as_bytes().as_chunks().0;
            for (word, bytes) in self.words.iter_mut().zip(bytes) {
                *word = u64::from_be_bytes(*bytes);
            }
            self.block += 1;
            self.taken = 0;
        }
        let word = self.words.get(self.taken).copied().unwrap_or_default();
        self.taken += 1;
        word
    }

    /// A number smaller than `count`, none likelier than another; 0 where there is nothing to choose.
    pub fn below(&mut self, count: u64) -> u64 {
        if count == 0 {
            return 0;
        }
        // 2^64 mod count: words from the incomplete last round would favour small numbers.
        let surplus = (u64::MAX % count + 1) % count;
        loop {
            let word = self.word();
            if word <= u64::MAX - surplus {
                return word % count;
            }
        }
    }

    /// The same for places of a list.
    pub(super) fn place(&mut self, count: usize) -> usize {
        usize::try_from(self.below(count as u64)).unwrap_or_default()
    }

    /// Brings a list into a random order.
    pub(super) fn shuffle<T>(&mut self, list: &mut [T]) {
        let count = list.len();
        for place in 0..count {
            let other = place + self.place(count - place);
            list.swap(place, other);
        }
    }
}
