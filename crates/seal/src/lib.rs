//! Keys and signatures under the ledger's notes, and keys for draws that anybody can check.
//!
//! This crate opens no file: it makes and reads the texts of keys. Who saves a private key gives the
//! file mode 0600.
//!
//! Two algorithms, one for each suite, both deterministic (no randomness is needed to sign):
//!
//! | suite | type of key | public key | signature |
//! |---|---|---|---|
//! | International | `0x01` | 32 bytes, RFC 8032 | Ed25519, 64 bytes |
//! | National | `0xff` and `sm2-sm3` | 65 bytes, `04 ‖ x ‖ y` | SM2 with SM3, `r ‖ s`, 64 bytes |
//!
//! C2SP signed-note assigns no byte to SM2. `0xff` followed by an identifier is what it sets aside
//! for such types, so other verifiers skip these signatures instead of misreading them. The signer's
//! distinguishing identifier in SM2 is the usual `1234567812345678` (GB/T 35276).
//!
//! [`vrf`] is apart from both: its keys sign no notes, and `0xff` and
//! `ecvrf-edwards25519-sha512-tai` stand before them in their texts.

mod key;
mod salt;
mod signer;
mod verifier;
pub mod vrf;

pub use salt::salt;
pub use signer::Signer;
pub use verifier::Verifier;
pub use vrf::VrfKey;

/// Why a key or a signature is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// The text of a key is not one.
    #[error("密钥文本无法识别：{0}")]
    Key(&'static str),
    /// The name or the text cannot stand in a signed note.
    #[error(transparent)]
    Note(#[from] domain::ledger::checkpoint::Malformed),
    /// Nothing on the note is by this key.
    #[error("没有密钥 {0} 的签名")]
    Unsigned(String),
    /// A signature in the name of this key is false: the text or the signature was changed, or the
    /// signature was made with another key.
    #[error("密钥 {0} 的签名不成立，正文或签名已被改动")]
    False(String),
    /// The checkpoint is that of another ledger.
    #[error("检查点属于账本 {found}，应为 {expected}")]
    Foreign { expected: String, found: String },
    /// The system gave no random numbers, so no key was made.
    #[error("系统随机数不可用，未生成密钥")]
    Random,
    /// The algorithm refused to sign. With a sound key this does not happen.
    #[error("签名运算失败")]
    Sign,
}
