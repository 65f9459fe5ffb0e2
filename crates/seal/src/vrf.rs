//! Verifiable randomness: ECVRF-EDWARDS25519-SHA512-TAI (BASIS: RFC 9381 §5, suite `0x03`).
//!
//! From a text `alpha` the holder of the key computes an output that looks random, and a proof that
//! this output belongs to the key and to `alpha`. For a key and an `alpha` there is one output; the
//! holder cannot choose. He could choose the key, so the public key must be known before `alpha` is.
//!
//! Only the output is unique. The holder can make several proofs of it, so nothing may be drawn from
//! the bytes of a proof. How long the computation takes depends on `alpha`, which must therefore be
//! public (BASIS: RFC 9381 §5.4.1.1).

use crate::Broken;
use crate::key::{self, Kind};
use curve25519_dalek::edwards::{CompressedEdwardsY, EdwardsPoint};
use curve25519_dalek::scalar::{Scalar, clamp_integer};
use curve25519_dalek::traits::IsIdentity;
use domain::ledger::checkpoint::Note;
use sha2::digest::Output;
use sha2::digest::consts::{U16, U32};
use sha2::{Digest, Sha512};
use std::fmt;
use zeroize::Zeroizing;

/// Bytes of a private key.
const SECRET_BYTES: usize = 32;

/// Bytes of a public key.
pub const PUBLIC_BYTES: usize = 32;

/// Bytes of a proof: a point, a challenge of 16 bytes, a scalar (BASIS: RFC 9381 §5.5).
pub const PROOF_BYTES: usize = 80;

/// Bytes of an output.
pub const OUTPUT_BYTES: usize = 64;

/// `suite_string` (BASIS: RFC 9381 §5.5).
const SUITE: u8 = 0x03;

/// Front separators of the three uses of the hash (BASIS: RFC 9381 §5.4.1.1, §5.4.3, §5.2).
const ENCODE: u8 = 0x01;
const CHALLENGE: u8 = 0x02;
const OUTPUT: u8 = 0x03;

/// Back separator of all three.
const BACK: u8 = 0x00;

/// A private key for verifiable randomness, with its name. It is wiped from memory when dropped.
///
/// The key must be none that signs: a signature over a point with the same 32 bytes would use the
/// same nonce and give the key away. The texts of keys keep the two apart.
pub struct VrfKey {
    name: String,
    secret: Zeroizing<[u8; SECRET_BYTES]>,
    public: [u8; PUBLIC_BYTES],
}

impl VrfKey {
    /// Makes a new key from the randomness of the operating system.
    pub fn generate(name: &str) -> Result<Self, Broken> {
        let mut secret = Zeroizing::new([0; SECRET_BYTES]);
        getrandom::fill(&mut *secret).map_err(|_| Broken::Random)?;
        Self::new(name, &secret)
    }

    /// Makes the key of 32 random bytes. Any 32 bytes are one (BASIS: RFC 8032 §5.1.5).
    pub fn new(name: &str, secret: &[u8; SECRET_BYTES]) -> Result<Self, Broken> {
        Note::check_name(name)?;
        let scalar = Expanded::new(secret).scalar;
        Ok(Self {
            name: name.to_owned(),
            secret: Zeroizing::new(*secret),
            public: EdwardsPoint::mul_base(&scalar).compress().to_bytes(),
        })
    }

    /// Reads the text of a private key. Blanks and line ends around it are ignored.
    pub fn parse(text: &str) -> Result<Self, Broken> {
        let parts = key::read_private(text)?;
        let Kind::Vrf = parts.kind else {
            return Err(Broken::Key("不是可验证随机数密钥"));
        };
        let secret = parts.key.as_slice().try_into();
        let key = Self::new(parts.name, secret.map_err(|_| Broken::Key("私钥无效"))?)?;
        match key.id() == parts.id {
            true => Ok(key),
            false => Err(Broken::Key("编号与密钥不符")),
        }
    }

    /// Text of the private key: one line, without line end.
    pub fn private_text(&self) -> Zeroizing<String> {
        key::print_private(&self.name, self.id(), Kind::Vrf, &*self.secret)
    }

    /// Name of the key.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The public half, as [`verify`] takes it.
    pub fn public(&self) -> [u8; PUBLIC_BYTES] {
        self.public
    }

    /// Computes the proof and the output for `alpha` (BASIS: RFC 9381 §5.1).
    ///
    /// No randomness is needed: the same `alpha` gives the same proof.
    pub fn prove(&self, alpha: &[u8]) -> ([u8; PROOF_BYTES], [u8; OUTPUT_BYTES]) {
        let Expanded { scalar, prefix } = Expanded::new(&self.secret);
        // No counter finds a point for one `alpha` in 2²⁵⁶. Such a proof would be refused.
        let h = encode(&self.public, alpha).unwrap_or_default();
        let h_string = h.compress().to_bytes();
        let gamma = h * *scalar;
        let nonce = nonce(&prefix, &h_string);
        let c = challenge([
            &self.public,
            &h_string,
            &gamma.compress().to_bytes(),
            &EdwardsPoint::mul_base(&nonce).compress().to_bytes(),
            &(h * *nonce).compress().to_bytes(),
        ]);
        let s = *nonce + integer(c) * *scalar;
        let proof = Proof { gamma, c, s };
        (proof.to_bytes(), proof.output())
    }

    fn id(&self) -> u32 {
        key::id(&self.name, Kind::Vrf, &self.public)
    }
}

/// Never shows the key.
impl fmt::Debug for VrfKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("VrfKey")
            .field("name", &self.name)
            .field("public", &self.public)
            .finish_non_exhaustive()
    }
}

/// Checks a proof for `alpha` and gives the output; nothing if the proof or the key does not hold
/// (BASIS: RFC 9381 §5.3, with `validate_key`).
pub fn verify(
    public: &[u8; PUBLIC_BYTES],
    proof: &[u8],
    alpha: &[u8],
) -> Option<[u8; OUTPUT_BYTES]> {
    let y = validated(public)?;
    let proof = Proof::read(proof)?;
    let h = encode(public, alpha)?;
    let c = integer(proof.c);
    // The challenge multiplies the points themselves and is not negated first: `-c` is taken modulo
    // the order of the base point, and a key may have a part outside the group that it generates.
    let u = EdwardsPoint::mul_base(&proof.s) - y * c;
    let v = h * proof.s - proof.gamma * c;
    let again = challenge([
        public,
        &h.compress().to_bytes(),
        &proof.gamma.compress().to_bytes(),
        &u.compress().to_bytes(),
        &v.compress().to_bytes(),
    ]);
    (again == proof.c).then(|| proof.output())
}

/// The point of a public key. One of low order is refused: with it every `alpha` would have the same
/// output (BASIS: RFC 9381 §5.4.5).
fn validated(public: &[u8; PUBLIC_BYTES]) -> Option<EdwardsPoint> {
    point(public).filter(|y| !y.is_small_order())
}

/// What SHA-512 makes of a private key (BASIS: RFC 8032 §5.1.5, by RFC 9381 §5.5).
struct Expanded {
    scalar: Zeroizing<Scalar>,
    prefix: Zeroizing<[u8; 32]>,
}

impl Expanded {
    fn new(secret: &[u8; SECRET_BYTES]) -> Self {
        let digest = Zeroizing::new(hash(&[secret]));
        let (low, prefix) = digest.split_ref::<U32>();
        // Taken modulo the order of the base point, which changes no product with a point of that order.
        let clamped = Zeroizing::new(clamp_integer(low.0));
        Self {
            scalar: Zeroizing::new(Scalar::from_bytes_mod_order(*clamped)),
            prefix: Zeroizing::new(prefix.0),
        }
    }
}

/// A proof, decoded.
struct Proof {
    gamma: EdwardsPoint,
    c: [u8; 16],
    s: Scalar,
}

impl Proof {
    /// Reads 80 bytes, of which the point and the scalar must be in their only form
    /// (BASIS: RFC 9381 §5.4.4).
    fn read(bytes: &[u8]) -> Option<Self> {
        let (gamma, rest) = bytes.split_first_chunk()?;
        let (c, s) = rest.split_first_chunk()?;
        let s = Scalar::from_canonical_bytes(s.try_into().ok()?);
        Some(Self {
            gamma: point(gamma)?,
            c: *c,
            s: Option::from(s)?,
        })
    }

    /// Writes what [`Proof::read`] reads (BASIS: RFC 9381 §5.1, step 8).
    fn to_bytes(&self) -> [u8; PROOF_BYTES] {
        let (gamma, s) = (self.gamma.compress(), self.s.to_bytes());
        let parts = gamma.as_bytes().iter().chain(&self.c).chain(&s);
        let mut bytes = [0; PROOF_BYTES];
        bytes
            .iter_mut()
            .zip(parts)
            .for_each(|(to, from)| *to = *from);
        bytes
    }

    /// The output that the proof is for. The cofactor takes away what the holder of the key could
    /// have added to the point (BASIS: RFC 9381 §5.2).
    fn output(&self) -> [u8; OUTPUT_BYTES] {
        let cleared = self.gamma.mul_by_cofactor().compress();
        hash(&[&[SUITE, OUTPUT], cleared.as_bytes(), &[BACK]]).into()
    }
}

/// The point for `alpha`, by trying one counter after the other (BASIS: RFC 9381 §5.4.1.1). The salt
/// is the public key (BASIS: RFC 9381 §5.5).
fn encode(public: &[u8; PUBLIC_BYTES], alpha: &[u8]) -> Option<EdwardsPoint> {
    (0..=u8::MAX).find_map(|counter| {
        let digest = hash(&[&[SUITE, ENCODE], public, alpha, &[counter, BACK]]);
        let (candidate, _) = digest.split_ref::<U32>();
        let cleared = point(&candidate.0)?.mul_by_cofactor();
        (!cleared.is_identity()).then_some(cleared)
    })
}

/// The nonce of a proof (BASIS: RFC 9381 §5.4.2.2, which is the way of RFC 8032 §5.1.6).
fn nonce(prefix: &[u8; 32], h_string: &[u8; 32]) -> Zeroizing<Scalar> {
    let digest = Zeroizing::new(hash(&[prefix, h_string]));
    Zeroizing::new(Scalar::from_bytes_mod_order_wide(&digest.0))
}

/// The challenge over key, point for `alpha`, gamma, and the two commitments
/// (BASIS: RFC 9381 §5.4.3).
fn challenge(points: [&[u8; 32]; 5]) -> [u8; 16] {
    let [y, h, gamma, u, v] = points;
    let digest = hash(&[&[SUITE, CHALLENGE], y, h, gamma, u, v, &[BACK]]);
    let (c, _) = digest.split_ref::<U16>();
    c.0
}

/// A challenge as a number; numbers are little-endian (BASIS: RFC 9381 §5.5).
fn integer(c: [u8; 16]) -> Scalar {
    Scalar::from(u128::from_le_bytes(c))
}

/// Decodes a point that is in its only form (BASIS: RFC 8032 §5.1.3, by RFC 9381 §5.5).
///
/// The curve's crate also takes a `y` that is not below the field's prime, and a sign where `x` is
/// zero. Such bytes are not what the point encodes to.
fn point(bytes: &[u8; 32]) -> Option<EdwardsPoint> {
    let encoded = CompressedEdwardsY(*bytes);
    let point = encoded.decompress()?;
    (point.compress() == encoded).then_some(point)
}

fn hash(parts: &[&[u8]]) -> Output<Sha512> {
    let mut sha512 = Sha512::new();
    parts.iter().for_each(|part| sha512.update(part));
    sha512.finalize()
}

#[cfg(test)]
mod tests {
    use super::point;

    /// Bytes of a `y` that is the field's prime (2²⁵⁵ - 19) and `above`, or `above` itself.
    fn encoded(prime: bool, above: u8, sign: u8) -> [u8; 32] {
        let mut bytes = [if prime { 0xff } else { 0 }; 32];
        bytes[0] = if prime { 0xed + above } else { above };
        bytes[31] = (bytes[31] & 0x7f) | sign;
        bytes
    }

    #[test]
    fn a_point_has_one_form() {
        for sign in [0, 0x80] {
            for above in 0..19 {
                assert_eq!(point(&encoded(true, above, sign)), None, "{above} {sign}");
            }
        }
        assert!(point(&encoded(false, 1, 0)).is_some(), "y = 1, x = 0");
        assert_eq!(point(&encoded(false, 1, 0x80)), None, "y = 1, x = -0");
        assert!((2..19).any(|y| point(&encoded(false, y, 0x80)).is_some()));
    }
}
