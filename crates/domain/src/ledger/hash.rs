//! Hashes of the ledger and the two suites that make them.

use base64ct::{Base64, Encoding};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha2::Sha256;
use sm3::{Digest, Sm3};
use std::fmt;
use std::str::FromStr;

/// Bytes in a hash; both suites give the same length, so the formats do not depend on the suite.
pub const HASH_BYTES: usize = 32;

/// Digest of an entry, of a node of the tree, or of a payload.
///
/// Shown and stored in text as standard base64 (the form of checkpoints); `{:x}` gives hexadecimal.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Hash([u8; HASH_BYTES]);

impl Hash {
    /// Takes bytes that are already a digest.
    pub const fn from_bytes(bytes: [u8; HASH_BYTES]) -> Self {
        Self(bytes)
    }

    /// Reads 64 hexadecimal digits, as `{:x}` gives them; upper case is read too.
    pub fn from_hex(text: &str) -> Option<Self> {
        let (pairs, []) = text.as_bytes().as_chunks::<2>() else {
            return None;
        };
        let digit = |byte: u8| u8::try_from(char::from(byte).to_digit(16)?).ok();
        let byte = |[high, low]: &[u8; 2]| Some(digit(*high)? << 4 | digit(*low)?);
        let bytes: Option<Vec<u8>> = pairs.iter().map(byte).collect();
        Self::try_from(bytes?.as_slice()).ok()
    }

    /// The digest itself.
    pub const fn as_bytes(&self) -> &[u8; HASH_BYTES] {
        &self.0
    }
}

impl From<[u8; HASH_BYTES]> for Hash {
    fn from(bytes: [u8; HASH_BYTES]) -> Self {
        Self(bytes)
    }
}

impl TryFrom<&[u8]> for Hash {
    type Error = NoHash;

    fn try_from(bytes: &[u8]) -> Result<Self, NoHash> {
        bytes.try_into().map(Self).map_err(|_| NoHash)
    }
}

impl FromStr for Hash {
    type Err = NoHash;

    /// Reads exactly what [`fmt::Display`] prints: other spellings of the same bytes are refused,
    /// because a text that is signed must have one form.
    fn from_str(text: &str) -> Result<Self, NoHash> {
        let mut bytes = [0; HASH_BYTES];
        match Base64::decode(text, &mut bytes) {
            Ok(read) if read.len() == HASH_BYTES => Ok(Self(bytes)),
            _ => Err(NoHash),
        }
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&Base64::encode_string(&self.0))
    }
}

impl fmt::LowerHex for Hash {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(out, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Hash({self:x})")
    }
}

impl Serialize for Hash {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Hash {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        text.parse().map_err(de::Error::custom)
    }
}

/// The text or the bytes are not one digest of 32 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoHash;

impl fmt::Display for NoHash {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("摘要须为 32 字节的标准 Base64 文本")
    }
}

impl std::error::Error for NoHash {}

/// Hash and signature algorithms of one ledger, chosen when the ledger is made and never changed.
///
/// STORED: `sm` and `sha` in the ledger's settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Suite {
    /// 国密: SM3 (GB/T 32905) and SM2 (GB/T 32918), as offices in China must use.
    #[serde(rename = "sm")]
    National,
    /// SHA-256 and Ed25519: what verifiers of C2SP formats elsewhere can read.
    #[serde(rename = "sha")]
    International,
}

impl Suite {
    /// Digest of the parts as if they were one run of bytes.
    pub fn digest(self, parts: &[&[u8]]) -> Hash {
        match self {
            Self::National => digest::<Sm3>(parts),
            Self::International => sha(parts).unwrap_or_else(|| digest::<Sha256>(parts)),
        }
    }

    /// Hash of an entry as a leaf of the tree (BASIS: RFC 6962 §2.1).
    pub fn leaf(self, entry: &[u8]) -> Hash {
        self.digest(&[&[0x00], entry])
    }

    /// Hash of the node over two nodes. The prefix differs from that of a leaf, so that nobody can
    /// present an inner node as an entry (BASIS: RFC 6962 §2.1).
    pub fn node(self, left: &Hash, right: &Hash) -> Hash {
        self.digest(&[&[0x01], &left.0, &right.0])
    }

    /// Root of the tree without entries.
    pub fn empty(self) -> Hash {
        self.digest(&[])
    }
}

/// SHA-256 of a short message, laid out as the blocks it is: what a ledger hashes is mostly nodes
/// and values, and the way through the buffer of the general function costs a fifth of each.
fn sha(parts: &[&[u8]]) -> Option<Hash> {
    let mut message = [0; SHORT * BLOCK];
    let mut length = 0_usize;
    for part in parts {
        let end = length.checked_add(part.len())?;
        message.get_mut(length..end)?.copy_from_slice(part);
        length = end;
    }
    // The padding of FIPS 180-4 §5.1.1: one bit, zeros, and the number of bits in eight bytes.
    let blocks = (length + 9).div_ceil(BLOCK);
    *message.get_mut(length)? = 0x80;
    let blocks = message.as_chunks_mut::<BLOCK>().0.get_mut(..blocks)?;
    let [.., high, low] = blocks.last_mut()?;
    [*high, *low] = u16::try_from(length * 8).ok()?.to_be_bytes();
    let mut state = SHA_START;
    sha2::block_api::compress256(&mut state, blocks);
    let mut bytes = [0; HASH_BYTES];
    for (to, word) in bytes.as_chunks_mut().0.iter_mut().zip(state) {
        *to = word.to_be_bytes();
    }
    Some(Hash(bytes))
}

/// Blocks of a message that counts as short.
const SHORT: usize = 4;

/// Bytes SHA-256 takes at a time.
const BLOCK: usize = 64;

/// Initial state of SHA-256 (FIPS 180-4 §5.3.3).
const SHA_START: [u32; 8] = [
    0x6a09_e667,
    0xbb67_ae85,
    0x3c6e_f372,
    0xa54f_f53a,
    0x510e_527f,
    0x9b05_688c,
    0x1f83_d9ab,
    0x5be0_cd19,
];

fn digest<D: Digest<OutputSize = sm3::digest::consts::U32>>(parts: &[&[u8]]) -> Hash {
    let mut state = D::new();
    parts.iter().for_each(|part| state.update(part));
    Hash(state.finalize().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_agree_with_the_standards() {
        let cases = [
            (
                Suite::National, // GB/T 32905-2016 appendix A.1
                "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0",
            ),
            (
                Suite::International, // FIPS 180-4 example
                "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
            ),
        ];
        for (suite, expected) in cases {
            assert_eq!(
                format!("{:x}", suite.digest(&[b"a", b"", b"bc"])),
                expected,
                "{suite:?}"
            );
        }
    }

    #[test]
    fn short_messages_are_digested_like_long_ones() {
        let bytes: Vec<u8> = (0..=255).cycle().take(4 * BLOCK + 9).collect();
        for length in 0..bytes.len() {
            let (start, end) = bytes[..length].split_at(length / 3);
            let parts: [&[u8]; 2] = [start, end];
            let expected = digest::<Sha256>(&parts);
            assert_eq!(Suite::International.digest(&parts), expected, "{length}");
        }
    }

    #[test]
    fn nodes_and_leaves_carry_their_prefix() {
        for suite in [Suite::National, Suite::International] {
            let (left, right) = (suite.leaf(b"l"), suite.leaf(b"r"));
            assert_eq!(left, suite.digest(&[&[0], b"l"]));
            assert_eq!(
                suite.node(&left, &right),
                suite.digest(&[&[1], left.as_bytes(), right.as_bytes()])
            );
        }
    }

    #[test]
    fn hexadecimal_digits_are_read_back() {
        let hash = Suite::National.digest(&[b"abc"]);
        let text = format!("{hash:x}");
        assert_eq!(Hash::from_hex(&text), Some(hash));
        assert_eq!(Hash::from_hex(&text.to_uppercase()), Some(hash));
        for wrong in [&text[1..], &text[2..], &format!("+{}", &text[1..]), ""] {
            assert_eq!(Hash::from_hex(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn text_has_one_form_only() {
        let hash = Suite::International.empty();
        let text = hash.to_string();
        assert_eq!(text, "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
        assert_eq!(text.parse(), Ok(hash));
        for wrong in [
            "",
            "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU",
            "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFV=", // spare bits set
            "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU=",
            " 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
            "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuA==",
            "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFVV",
        ] {
            assert_eq!(wrong.parse::<Hash>(), Err(NoHash), "{wrong}");
        }
    }

    #[test]
    fn suites_and_hashes_keep_their_stored_names() {
        assert_eq!(serde_json::to_string(&Suite::National).unwrap(), "\"sm\"");
        assert_eq!(
            serde_json::to_string(&Suite::International).unwrap(),
            "\"sha\""
        );
        let hash = Suite::National.leaf(b"x");
        let json = serde_json::to_string(&hash).unwrap();
        assert_eq!(json, format!("\"{hash}\""));
        assert_eq!(serde_json::from_str::<Hash>(&json).unwrap(), hash);
    }
}
