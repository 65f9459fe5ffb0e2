//! What the texts of private and public keys have in common.

use crate::Broken;
use base64ct::{Base64, Encoding};
use domain::ledger::checkpoint::Note;
use domain::ledger::hash::Suite;
use zeroize::Zeroizing;

/// Distinguishing identifier of the signer where the parties agreed on none (GB/T 35276).
pub const DISTID: &str = "1234567812345678";

/// Type of an Ed25519 key (BASIS: C2SP signed-note).
const ED25519: &[u8] = &[0x01];

/// Type of an SM2 key: the byte for types without a number, then our identifier.
///
/// STORED: part of every key text and of every key id.
const SM2: &[u8] = b"\xffsm2-sm3";

/// Type of a key for verifiable randomness: the byte for types without a number, then our identifier.
///
/// STORED: part of every key text.
const VRF: &[u8] = b"\xffecvrf-edwards25519-sha512-tai";

/// Stands before the text of a private key, as in Go's `sumdb/note`.
const PRIVATE: &str = "PRIVATE+KEY+";

/// What a key is made for. A text of one kind is never read as another.
#[derive(Clone, Copy)]
pub enum Kind {
    /// Signatures under notes.
    Note(Suite),
    /// Proofs of verifiable randomness.
    Vrf,
}

impl Kind {
    const ALL: [Self; 3] = [
        Self::Note(Suite::National),
        Self::Note(Suite::International),
        Self::Vrf,
    ];

    /// Type that stands before the key, in the texts and in the key id.
    fn mark(self) -> &'static [u8] {
        match self {
            Self::Note(Suite::National) => SM2,
            Self::Note(Suite::International) => ED25519,
            Self::Vrf => VRF,
        }
    }

    /// Suite of a key that signs.
    pub fn suite(self) -> Result<Suite, Broken> {
        match self {
            Self::Note(suite) => Ok(suite),
            Self::Vrf => Err(Broken::Key("不是签名密钥")),
        }
    }
}

/// Key id: the first four bytes of SHA-256 over name, line end, type and public key
/// (BASIS: C2SP signed-note). SHA-256 in both suites, because the id is a label and not a protection.
pub fn id(name: &str, kind: Kind, public: &[u8]) -> u32 {
    let parts = [name.as_bytes(), b"\n", kind.mark(), public];
    let [a, b, c, d, ..] = *Suite::International.digest(&parts).as_bytes();
    u32::from_be_bytes([a, b, c, d])
}

/// Writes `name+id+base64(type ‖ key)`.
pub fn print(name: &str, id: u32, kind: Kind, key: &[u8]) -> Zeroizing<String> {
    let typed = Zeroizing::new([kind.mark(), key].concat());
    let coded = Zeroizing::new(Base64::encode_string(&typed));
    Zeroizing::new(format!("{name}+{id:08x}+{}", *coded))
}

/// Writes the text of a private key: that of [`print`] with a word before it.
pub fn print_private(name: &str, id: u32, kind: Kind, key: &[u8]) -> Zeroizing<String> {
    Zeroizing::new(format!("{PRIVATE}{}", *print(name, id, kind, key)))
}

/// A key text taken apart.
pub struct Parts<'a> {
    pub name: &'a str,
    pub id: u32,
    pub kind: Kind,
    pub key: Zeroizing<Vec<u8>>,
}

/// Reads what [`print`] writes.
pub fn read(text: &str) -> Result<Parts<'_>, Broken> {
    let shape = Broken::Key("须为“名称+编号+Base64”");
    let mut fields = text.splitn(3, '+');
    let (Some(name), Some(id), Some(coded)) = (fields.next(), fields.next(), fields.next()) else {
        return Err(shape);
    };
    Note::check_name(name)?;
    let number = u32::from_str_radix(id, 16)
        .ok()
        .filter(|number| format!("{number:08x}") == id);
    let number = number.ok_or(Broken::Key("编号须为八位十六进制数"))?;
    let typed = Zeroizing::new(Base64::decode_vec(coded).map_err(|_| shape)?);
    let (kind, key) = Kind::ALL
        .into_iter()
        .find_map(|kind| Some((kind, typed.strip_prefix(kind.mark())?)))
        .ok_or(Broken::Key("算法不受支持"))?;
    Ok(Parts {
        name,
        id: number,
        kind,
        key: Zeroizing::new(key.to_vec()),
    })
}

/// Reads what [`print_private`] writes. Blanks and line ends around it are ignored.
pub fn read_private(text: &str) -> Result<Parts<'_>, Broken> {
    let text = text.trim().strip_prefix(PRIVATE);
    read(text.ok_or(Broken::Key("不是私钥"))?)
}
