//! Packs bytes into one LZ4 block behind a dictionary that is the same for all.
//!
//! The library's packer makes the table of the dictionary anew for each block, which takes half of the
//! time of an entry. This one copies a table made once. Its blocks are of the ordinary form, and the
//! library unpacks them.

use lz4_flex::block;

/// What is copied is at least so long; shorter pieces save little and cost a branch each.
const WORD: usize = 8;
const SLOTS: usize = 1 << 12;
/// BASIS: LZ4 block format, end of block conditions: so many bytes are never copied, and no copy begins
/// among these last ones.
const LAST: usize = 5;
const NO_START: usize = 12;
/// A copy's length counts from here (the same).
const SHORTEST: usize = 4;
/// A count that goes on in the bytes behind it.
const FULL: usize = 15;
/// So many looks without success lengthen the step by one byte.
const TRIES: usize = 8;

/// Where each word was seen last, by a hash of it.
type Table = [u16; SLOTS];

/// A dictionary with its table.
pub(super) struct Packer {
    dictionary: &'static [u8],
    table: Table,
}

impl Packer {
    pub fn new(dictionary: &'static [u8]) -> Self {
        let mut table = [0; SLOTS];
        for at in 0..dictionary.len().saturating_sub(WORD) {
            see(&mut table, word(dictionary, at), at);
        }
        Self { dictionary, table }
    }

    /// The block that [`block::decompress_with_dict`] turns into `plain` again.
    pub fn pack(&self, plain: &[u8]) -> Vec<u8> {
        let whole = self.dictionary.len() + plain.len();
        if u16::try_from(whole).is_err() {
            return block::compress_with_dict(plain, self.dictionary);
        }
        let mut text = Vec::with_capacity(whole);
        text.extend_from_slice(self.dictionary);
        text.extend_from_slice(plain);
        sequences(&text, self.dictionary.len(), self.table)
    }
}

/// Packs what stands in `text` from `start` on; positions in it fit a slot of the table.
fn sequences(text: &[u8], start: usize, mut table: Table) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() - start + (text.len() - start) / 255 + 16);
    let (mut at, mut open, mut tries) = (start, start, TRIES);
    while at + NO_START < text.len() {
        let here = word(text, at);
        let seen = see(&mut table, here, at);
        if word(text, seen) != here || seen >= at {
            at += tries / TRIES;
            tries += 1;
            continue;
        }
        let back = common_end(text.get(open..at), text.get(..seen));
        let ahead = common_start(
            text.get(at + WORD..text.len() - LAST),
            text.get(seen + WORD..text.len() - LAST),
        );
        literals(&mut out, text.get(open..at - back), back + WORD + ahead);
        copy(&mut out, at - seen, back + WORD + ahead);
        at += WORD + ahead;
        (open, tries) = (at, TRIES);
    }
    literals(&mut out, text.get(open..), SHORTEST);
    out
}

/// Where a word of this hash was seen before; from now on it is seen at `at`.
fn see(table: &mut Table, word: u64, at: usize) -> usize {
    let hash = word.wrapping_mul(0x9e37_79b1_85eb_ca87) >> (u64::BITS - SLOTS.ilog2());
    match (table.get_mut(hash as usize), u16::try_from(at)) {
        (Some(slot), Ok(at)) => usize::from(std::mem::replace(slot, at)),
        _ => at,
    }
}

fn word(text: &[u8], at: usize) -> u64 {
    let bytes = text.get(at..).and_then(|rest| rest.first_chunk());
    bytes.map_or(0, |bytes| u64::from_le_bytes(*bytes))
}

fn common_end(left: Option<&[u8]>, right: Option<&[u8]>) -> usize {
    let (left, right) = (left.unwrap_or_default(), right.unwrap_or_default());
    let pairs = left.iter().rev().zip(right.iter().rev());
    pairs.take_while(|(left, right)| left == right).count()
}

fn common_start(left: Option<&[u8]>, right: Option<&[u8]>) -> usize {
    let (left, right) = (left.unwrap_or_default(), right.unwrap_or_default());
    let (words, _) = left.as_chunks::<WORD>();
    for (number, (left, right)) in words.iter().zip(right.as_chunks::<WORD>().0).enumerate() {
        let differs = u64::from_le_bytes(*left) ^ u64::from_le_bytes(*right);
        if differs != 0 {
            return number * WORD + (differs.trailing_zeros() / u8::BITS) as usize;
        }
    }
    // `left` is the shorter one, since what is copied from lies ahead of it.
    let done = words.len() * WORD;
    let rest = left.iter().zip(right).skip(done);
    done + rest.take_while(|(left, right)| left == right).count()
}

/// The first byte of a sequence, and the bytes that are not copied.
fn literals(out: &mut Vec<u8>, bytes: Option<&[u8]>, copied: usize) {
    let bytes = bytes.unwrap_or_default();
    let (counted, length) = (bytes.len().min(FULL), (copied - SHORTEST).min(FULL));
    out.push((counted << 4 | length) as u8);
    rest(out, bytes.len());
    out.extend_from_slice(bytes);
}

/// How far back to copy from, and what of the length the first byte did not say.
fn copy(out: &mut Vec<u8>, back: usize, length: usize) {
    out.extend_from_slice(&(back as u16).to_le_bytes());
    rest(out, length - SHORTEST);
}

fn rest(out: &mut Vec<u8>, count: usize) {
    let Some(mut left) = count.checked_sub(FULL) else {
        return;
    };
    while let Some(less) = left.checked_sub(255) {
        out.push(255);
        left = less;
    }
    out.push(left as u8);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::sync::LazyLock;

    const WORDS: &[u8] =
        "统一社会信用代码{\"event\":\"filed\",\"source\":\"penalty-2018\"".as_bytes();
    static PACKER: LazyLock<Packer> = LazyLock::new(|| Packer::new(WORDS));

    fn back(plain: &[u8]) -> Vec<u8> {
        let packed = PACKER.pack(plain);
        block::decompress_with_dict(&packed, plain.len(), WORDS).unwrap()
    }

    proptest! {
        /// Pieces of the dictionary, of what went before, and of anything, in any order.
        #[test]
        fn the_library_unpacks_what_was_packed(
            pieces in prop::collection::vec((0_usize..4, 0_usize..400, 0_usize..400), 0..40),
            noise in prop::collection::vec(any::<u8>(), 400),
        ) {
            let mut plain = Vec::new();
            for (sort, from, length) in pieces {
                let piece = match sort {
                    0 => WORDS.iter().skip(from % WORDS.len()).take(length).copied().collect(),
                    1 => plain.iter().skip(from).take(length).copied().collect(),
                    2 => noise.iter().skip(from).take(length).copied().collect(),
                    _ => vec![7; length],
                };
                plain.extend(piece);
            }
            prop_assert_eq!(back(&plain), plain);
        }
    }

    #[test]
    fn every_length_of_a_run_and_of_a_rest_comes_back() {
        let noise: Vec<u8> = (0..600_u32).map(|n| ((n * n * 31) >> 3) as u8).collect();
        for length in 0..600 {
            assert_eq!(back(&noise[..length]), &noise[..length]);
            assert_eq!(back(&vec![1; length]), vec![1; length]);
            let twice = [&noise[..length], b"-", &noise[..length]].concat();
            assert_eq!(back(&twice), twice);
        }
    }

    #[test]
    fn what_repeats_takes_less_room_and_what_is_too_long_is_packed_as_well() {
        let row = "枣庄市生态环境局11370402R53E942HR8".repeat(3);
        assert!(PACKER.pack(row.as_bytes()).len() < row.len() / 2);
        for length in [
            65_534 - WORDS.len(),
            65_535 - WORDS.len(),
            65_536 - WORDS.len(),
            200_000,
        ] {
            let long: Vec<u8> = (0..length).map(|n| (n % 251) as u8).collect();
            assert_eq!(back(&long), long);
        }
    }
}
