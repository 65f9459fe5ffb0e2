//! Public keys.

use crate::Broken;
use crate::key::{self, DISTID, Kind};
use domain::ledger::checkpoint::{Checkpoint, Note};
use domain::ledger::hash::Suite;
use sm2::dsa::signature::Verifier as _;
use std::fmt;

/// A public key with its name: what somebody needs to check the ledger without asking us.
#[derive(Clone)]
pub struct Verifier {
    name: String,
    id: u32,
    public: Public,
}

#[derive(Clone)]
enum Public {
    Ed25519(ed25519_dalek::VerifyingKey),
    Sm2(Box<sm2::dsa::VerifyingKey>),
}

impl Verifier {
    /// Reads the text of a public key (`name+id+base64`). Blanks and line ends around it are ignored.
    pub fn parse(vkey: &str) -> Result<Self, Broken> {
        let parts = key::read(vkey.trim())?;
        let invalid = Broken::Key("公钥无效");
        let verifier = match parts.kind.suite()? {
            Suite::International => {
                let key = ed25519_dalek::VerifyingKey::try_from(parts.key.as_slice());
                Self::ed25519(parts.name, key.map_err(|_| invalid)?)?
            }
            Suite::National => {
                let key = sm2::dsa::VerifyingKey::from_sec1_bytes(DISTID, &parts.key);
                Self::sm2(parts.name, key.map_err(|_| invalid)?)?
            }
        };
        match verifier.id == parts.id && verifier.public.bytes() == *parts.key {
            true => Ok(verifier),
            false => Err(Broken::Key("编号与密钥不符")),
        }
    }

    pub(crate) fn ed25519(name: &str, key: ed25519_dalek::VerifyingKey) -> Result<Self, Broken> {
        Self::new(name, Public::Ed25519(key))
    }

    pub(crate) fn sm2(name: &str, key: sm2::dsa::VerifyingKey) -> Result<Self, Broken> {
        Self::new(name, Public::Sm2(Box::new(key)))
    }

    fn new(name: &str, public: Public) -> Result<Self, Broken> {
        Note::check_name(name)?;
        let id = key::id(name, Kind::Note(public.suite()), &public.bytes());
        Ok(Self {
            name: name.to_owned(),
            id,
            public,
        })
    }

    /// Name of the key.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Short number of the key, as it stands in signature lines.
    pub fn id(&self) -> u32 {
        self.id
    }

    /// Suite the key belongs to.
    pub fn suite(&self) -> Suite {
        self.public.suite()
    }

    /// Checks that this key signed the note. Signatures of other keys are not looked at; a false one
    /// in the name of this key makes the note false, even beside a true one (BASIS: C2SP signed-note).
    pub fn verify(&self, note: &Note) -> Result<(), Broken> {
        let mut ours = note
            .signatures
            .iter()
            .filter(|signature| signature.key_id == self.id && signature.name == self.name)
            .peekable();
        if ours.peek().is_none() {
            return Err(Broken::Unsigned(self.name.clone()));
        }
        ours.try_for_each(|signature| self.verify_bytes(note.text.as_bytes(), &signature.bytes))
    }

    /// Checks the note and reads its checkpoint, which must be that of the ledger `origin`.
    pub fn checkpoint(&self, note: &Note, origin: &str) -> Result<Checkpoint, Broken> {
        self.verify(note)?;
        let checkpoint = note.checkpoint()?;
        if checkpoint.origin != origin {
            let expected = origin.to_owned();
            return Err(Broken::Foreign {
                expected,
                found: checkpoint.origin,
            });
        }
        Ok(checkpoint)
    }

    /// Checks a bare signature of `Signer::sign`.
    pub fn verify_bytes(&self, message: &[u8], signature: &[u8]) -> Result<(), Broken> {
        match self.public.accepts(message, signature) {
            true => Ok(()),
            false => Err(Broken::False(self.name.clone())),
        }
    }
}

impl Public {
    fn suite(&self) -> Suite {
        match self {
            Self::Ed25519(_) => Suite::International,
            Self::Sm2(_) => Suite::National,
        }
    }

    fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Ed25519(key) => key.to_bytes().to_vec(),
            Self::Sm2(key) => key.to_sec1_bytes().into_vec(),
        }
    }

    fn accepts(&self, message: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::Ed25519(key) => ed25519_dalek::Signature::from_slice(signature)
                .is_ok_and(|signature| key.verify_strict(message, &signature).is_ok()),
            Self::Sm2(key) => sm2::dsa::Signature::from_slice(signature)
                .is_ok_and(|signature| key.verify(message, &signature).is_ok()),
        }
    }
}

impl fmt::Display for Verifier {
    /// Prints the text that [`Verifier::parse`] reads.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&key::print(
            &self.name,
            self.id,
            Kind::Note(self.suite()),
            &self.public.bytes(),
        ))
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Verifier({self})")
    }
}
