//! The digest of a population's grades: one text that says whether two runs agree.

use super::points::Graded;
use crate::code::Code;
use sha2::{Digest as _, Sha256};

/// How many shards a population is cut into.
pub const SHARDS: u16 = 16;

/// The shard of an organisation among `shards`: FNV-1a with 64 bits over the eighteen characters of
/// its code, the upper half added to the lower, modulo the number of shards.
///
/// STORED: files are laid out by it.
pub fn shard(code: &Code, shards: u16) -> u16 {
    let bytes = code.as_bytes().iter();
    let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let folded = (hash >> 32) ^ (hash & 0xffff_ffff);
    u16::try_from(folded % u64::from(shards.max(1))).unwrap_or_default()
}

/// Takes the grades of one shard in order of codes.
///
/// Per organisation: the eighteen characters of the code, the score as four bytes, least first, and
/// the place of the grade as one.
#[derive(Debug, Clone, Default)]
pub struct ShardDigest(Sha256);

impl ShardDigest {
    pub fn add(&mut self, code: &[u8], graded: Graded) {
        self.0.update(code);
        self.0.update(graded.score.to_le_bytes());
        self.0.update([graded.grade]);
    }

    pub fn finish(self) -> [u8; 32] {
        self.0.finalize().into()
    }
}

/// SHA-256 over the digests of all shards in order, hexadecimal.
pub fn combine(shards: &[[u8; 32]]) -> String {
    let mut all = Sha256::new();
    for shard in shards {
        all.update(shard);
    }
    let digest = all.finalize();
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Takes the grades of a whole population in order of codes.
#[derive(Debug, Clone, Default)]
pub struct Digest {
    shards: [ShardDigest; SHARDS as usize],
}

impl Digest {
    pub fn add(&mut self, code: &Code, graded: Graded) {
        if let Some(digest) = self.shards.get_mut(usize::from(shard(code, SHARDS))) {
            digest.add(code.as_bytes(), graded);
        }
    }

    pub fn finish(self) -> String {
        combine(&self.shards.map(ShardDigest::finish))
    }
}
