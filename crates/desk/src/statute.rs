//! The law in force: how a pack is proposed by one person and adopted by another.
//!
//! A pack that was proposed is kept with all its texts, so that a decision can be computed again by
//! the law of its day, whatever is in force later.

use crate::ports::Files;
use crate::{Actor, Desk, Fault, Place};
use domain::ledger::Event;
use domain::statute::{self, Adopted, Declined, Proposed, Refusal};
use law::Pack;
use std::sync::{Arc, PoisonError};

/// Why nothing was proposed, adopted or declined.
#[derive(Debug, thiserror::Error)]
pub enum NotSigned {
    /// The rules forbid it.
    #[error("{}", .0.text())]
    Refused(Refusal),
    /// The proposed texts do not make a pack; all findings at once.
    #[error("规则包不能装入，共 {} 处问题", .0.len())]
    Pack(Vec<law::Finding>),
    /// A property every pack must have does not hold; each with its counterexample.
    #[error("规则包不具备必须的性质：{}", .0.join("；"))]
    Unproved(Vec<String>),
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<Refusal> for NotSigned {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl Desk {
    /// Adopts the offered pack if no pack was adopted before: somebody has to found a ledger.
    pub(crate) fn found(&self) -> Result<(), Fault> {
        if !self.store.adoptions()?.is_empty() {
            return Ok(());
        }
        let report = self.offered.check();
        let adopted = Adopted {
            digest: self.offered.digest().to_owned(),
            rules: report.rules,
            unconfirmed: report.unconfirmed,
            proposal: None,
            signed: Vec::new(),
        };
        let (digest, files) = (adopted.digest.clone(), self.offered.files().clone());
        let sealed = self.seal(&Actor::operator(), Event::LawAdopted(adopted), [])?;
        self.write(move |transaction| {
            if transaction.adopted()?.is_none() {
                transaction.keep_pack(&digest, &files)?;
                transaction.append(sealed)?;
            }
            Ok(())
        })?;
        Ok(())
    }

    /// Takes the adopted pack into use; another process may have adopted it. Returns whether the law
    /// changed.
    pub fn follow_law(&self) -> Result<bool, Fault> {
        let adoptions = self.store.adoptions()?;
        let Some(adopted) = adoptions.first() else {
            return Ok(false);
        };
        if adopted.digest == self.law().digest() {
            return Ok(false);
        }
        let pack = self.pack(&adopted.digest)?;
        *self.law.write().unwrap_or_else(PoisonError::into_inner) = pack;
        Ok(true)
    }

    /// A pack that was in force or proposed, loaded from the texts the ledger keeps.
    pub fn pack(&self, digest: &str) -> Result<Arc<Pack>, Fault> {
        for known in [self.law(), Arc::clone(&self.offered)] {
            if known.digest() == digest {
                return Ok(known);
            }
        }
        let files = self.store.pack(digest)?;
        let files =
            files.ok_or_else(|| Fault::broken(format!("规则包 {digest} 的文本不在账本中")))?;
        let pack = Pack::load(files).map_err(|findings| {
            let first = findings.first().map(ToString::to_string);
            Fault::new(
                Place::Pack,
                format!(
                    "规则包 {digest} 不能装入，共 {} 处问题，第一处：{}",
                    findings.len(),
                    first.unwrap_or_default()
                ),
            )
        })?;
        match pack.digest() == digest {
            true => Ok(Arc::new(pack)),
            false => Err(Fault::broken(format!("规则包 {digest} 的文本已被改动"))),
        }
    }

    /// The texts in force with `changed` files put in their place; an empty text takes a file away.
    pub fn with_changes(&self, changed: &Files) -> Files {
        let mut files = self.law().files().clone();
        for (path, text) in changed {
            match text.trim().is_empty() {
                true => drop(files.remove(path)),
                false => drop(files.insert(path.clone(), text.clone())),
            }
        }
        files
    }

    /// Proposes a pack; returns the entry. A second person has to sign it.
    pub fn propose(&self, actor: &Actor, files: Files, reason: &str) -> Result<u64, NotSigned> {
        if reason.trim().is_empty() {
            return Err(Refusal::NoReason.into());
        }
        let pack = Pack::load(files.clone()).map_err(NotSigned::Pack)?;
        let in_force = self.law();
        if pack.digest() == in_force.digest() {
            return Err(Refusal::Nothing.into());
        }
        let unproved = unproved(&pack);
        if !unproved.is_empty() {
            return Err(NotSigned::Unproved(unproved));
        }
        let report = pack.check();
        let event = Event::LawProposed(Proposed {
            digest: pack.digest().to_owned(),
            base: in_force.digest().to_owned(),
            by: actor.name.clone(),
            reason: reason.trim().to_owned(),
            files: differing(in_force.files(), &files),
            rules: report.rules,
            unconfirmed: report.unconfirmed,
        });
        let (digest, sealed) = (pack.digest().to_owned(), self.seal(actor, event, [])?);
        let (seq, _) = self.write(move |transaction| {
            transaction.keep_pack(&digest, &files)?;
            transaction.append(sealed)
        })?;
        Ok(seq)
    }

    /// The second signature: the proposed pack decides from now on.
    pub fn adopt(&self, actor: &Actor, proposal: u64) -> Result<Adopted, NotSigned> {
        let (desk, signer) = (self.clone(), actor.clone());
        let (answer, _) = self.write(move |transaction| {
            let standing = transaction.proposal(proposal)?;
            let in_force = transaction.adopted()?.unwrap_or_default();
            let answer = statute::adopt(standing.as_ref(), &in_force, &signer.name);
            if let Ok(adopted) = &answer {
                let event = Event::LawAdopted(adopted.clone());
                transaction.append(desk.seal(&signer, event, [])?)?;
            }
            Ok(answer)
        })?;
        let adopted = answer?;
        self.follow_law()?;
        Ok(adopted)
    }

    /// Ends a proposal without adopting it; whoever proposed it may take it back.
    pub fn decline(&self, actor: &Actor, proposal: u64, reason: &str) -> Result<(), NotSigned> {
        let reason = reason.trim().to_owned();
        if reason.is_empty() {
            return Err(Refusal::NoReason.into());
        }
        let event = Event::LawDeclined(Declined {
            proposal,
            by: actor.name.clone(),
            reason,
        });
        let sealed = self.seal(actor, event, [])?;
        let (answer, _) = self.write(move |transaction| {
            let state = transaction
                .proposal(proposal)?
                .map(|standing| standing.state);
            match state {
                None => Ok(Err(Refusal::Unknown)),
                Some(statute::State::Open) => transaction.append(sealed).map(|_| Ok(())),
                Some(_) => Ok(Err(Refusal::Closed)),
            }
        })?;
        Ok(answer?)
    }
}

/// The properties that do not hold: a repair that worsens a grade, an effect without end.
fn unproved(pack: &Pack) -> Vec<String> {
    let failed = pack.examine(None).properties.into_iter();
    let failed = failed.filter(|property| !property.holds);
    failed
        .map(|property| match property.counterexample {
            Some(example) => format!("{}（反例：{example}）", property.claim),
            None => property.claim,
        })
        .collect()
}

/// Paths of files that are new, gone or different.
fn differing(old: &Files, new: &Files) -> Vec<String> {
    let gone = old.keys().filter(|path| !new.contains_key(*path));
    let other = new
        .iter()
        .filter(|(path, text)| old.get(*path) != Some(*text))
        .map(|(path, _)| path);
    let mut paths: Vec<String> = gone.chain(other).cloned().collect();
    paths.sort();
    paths
}
