//! Private keys.

use crate::key::{self, DISTID, Kind};
use crate::{Broken, Verifier};
use domain::ledger::checkpoint::{Note, Signature};
use domain::ledger::hash::Suite;
use ed25519_dalek::Signer as _;
use sm2::SecretKey;
use sm2::dsa::SigningKey;
use std::fmt;
use zeroize::Zeroizing;

/// Bytes of a private key, in both algorithms.
const SECRET_BYTES: usize = 32;

/// A private key with its name.
///
/// The key is wiped from memory when the signer is dropped (Ed25519) or as far as the crate `sm2`
/// allows: its ready signing key has no wiping, the bytes we hold ourselves are wiped.
pub struct Signer {
    secret: Secret,
    public: Verifier,
}

enum Secret {
    Ed25519(ed25519_dalek::SigningKey),
    Sm2(SigningKey),
}

impl Signer {
    /// Makes a new key from the randomness of the operating system.
    pub fn generate(suite: Suite, name: &str) -> Result<Self, Broken> {
        let mut bytes = Zeroizing::new([0; SECRET_BYTES]);
        // Not every number is an SM2 key (one in 2³² is too large); then we draw again.
        for _ in 0..8 {
            getrandom::fill(&mut *bytes).map_err(|_| Broken::Random)?;
            if let Some(secret) = Secret::new(suite, &*bytes) {
                return Self::named(name, secret);
            }
        }
        Err(Broken::Random)
    }

    /// Reads the text of a private key. Blanks and line ends around it are ignored.
    pub fn parse(text: &str) -> Result<Self, Broken> {
        let parts = key::read_private(text)?;
        let secret = Secret::new(parts.kind.suite()?, &parts.key).ok_or(Broken::Key("私钥无效"))?;
        let signer = Self::named(parts.name, secret)?;
        match signer.public.id() == parts.id {
            true => Ok(signer),
            false => Err(Broken::Key("编号与密钥不符")),
        }
    }

    /// Text of the private key: one line, without line end.
    pub fn private_text(&self) -> Zeroizing<String> {
        let bytes = self.secret.bytes();
        let kind = Kind::Note(self.public.suite());
        key::print_private(self.public.name(), self.public.id(), kind, &*bytes)
    }

    /// The public half.
    pub fn verifier(&self) -> &Verifier {
        &self.public
    }

    /// Signs a text as a note. The text ends with a line end.
    pub fn sign_note(&self, text: impl Into<String>) -> Result<Note, Broken> {
        let mut note = Note {
            text: text.into(),
            signatures: Vec::new(),
        };
        self.cosign(&mut note)?;
        Ok(note)
    }

    /// Puts a further signature under a note. It does not look at those that are there.
    pub fn cosign(&self, note: &mut Note) -> Result<(), Broken> {
        Note::check_text(&note.text)?;
        let bytes = self.sign(note.text.as_bytes())?.to_vec();
        let name = self.public.name().to_owned();
        note.signatures.push(Signature {
            name,
            key_id: self.public.id(),
            bytes,
        });
        Ok(())
    }

    /// Signs bytes that are no note: the bare signature of 64 bytes.
    pub fn sign(&self, message: &[u8]) -> Result<[u8; 64], Broken> {
        match &self.secret {
            Secret::Ed25519(key) => Ok(key.sign(message).to_bytes()),
            Secret::Sm2(key) => {
                let signature = sm2::dsa::signature::Signer::try_sign(key, message);
                Ok(signature.map_err(|_| Broken::Sign)?.to_bytes().into())
            }
        }
    }

    fn named(name: &str, secret: Secret) -> Result<Self, Broken> {
        let public = match &secret {
            Secret::Ed25519(key) => Verifier::ed25519(name, key.verifying_key())?,
            Secret::Sm2(key) => Verifier::sm2(name, key.verifying_key().clone())?,
        };
        Ok(Self { secret, public })
    }
}

/// Never shows the key.
impl fmt::Debug for Signer {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Signer")
            .field("public", &self.public)
            .finish_non_exhaustive()
    }
}

impl Secret {
    fn new(suite: Suite, bytes: &[u8]) -> Option<Self> {
        match suite {
            Suite::National => {
                let secret = SecretKey::from_slice(bytes).ok()?;
                SigningKey::new(DISTID, &secret).ok().map(Self::Sm2)
            }
            Suite::International => ed25519_dalek::SigningKey::try_from(bytes)
                .ok()
                .map(Self::Ed25519),
        }
    }

    fn bytes(&self) -> Zeroizing<[u8; SECRET_BYTES]> {
        Zeroizing::new(match self {
            Self::Ed25519(key) => key.to_bytes(),
            Self::Sm2(key) => key.to_bytes().into(),
        })
    }
}
