//! The digest of a population's grades: one text that says whether two runs agree.

use super::points::Graded;
use crate::code::Code;
use sha2::{Digest as _, Sha256};

/// How many shards a population is cut into.
pub const SHARDS: usize = 16;

/// The shard of an organisation: 64-bit FNV-1a over the eighteen characters of its code, modulo
/// [`SHARDS`].
pub fn shard(code: &str) -> usize {
    let hash = code.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    usize::try_from(hash % SHARDS as u64).unwrap_or_default()
}

/// Takes the grades of one shard in order of codes.
///
/// Per organisation: the eighteen characters of the code, the score as four bytes and the place of
/// the grade as one, greatest byte first.
#[derive(Debug, Clone, Default)]
pub struct ShardDigest(Sha256);

impl ShardDigest {
    pub fn add(&mut self, code: &str, graded: Graded) {
        self.0.update(code.as_bytes());
        self.0.update(graded.score.to_be_bytes());
        self.0.update([graded.grade]);
    }

    pub fn finish(self) -> [u8; 32] {
        self.0.finalize().into()
    }
}

/// SHA-256 over the digests of all shards in order, hexadecimal.
pub fn combine(shards: &[[u8; 32]; SHARDS]) -> String {
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
    shards: [ShardDigest; SHARDS],
}

impl Digest {
    pub fn add(&mut self, code: &Code, graded: Graded) {
        if let Some(digest) = self.shards.get_mut(shard(code.as_str())) {
            digest.add(code.as_str(), graded);
        }
    }

    pub fn finish(self) -> String {
        combine(&self.shards.map(ShardDigest::finish))
    }
}
