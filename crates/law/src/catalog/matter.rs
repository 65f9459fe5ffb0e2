//! Matters in which records are looked up (应用清单) and matters with a commitment (告知承诺事项).

use super::Cited;
use crate::answer::{self, Written};
use domain::basis::Basis;
use domain::blacklist::Clause;
use domain::commitment::{self, Kind};
use jiff::Span;
use serde::{Deserialize, Serialize};

/// A matter in which credit records are looked up (应用清单).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Matter {
    pub code: String,
    pub name: String,
    /// 领域
    pub domain: String,
    pub category: Option<String>,
    /// When in the matter to look, in Chinese.
    pub stage: Option<String>,
    /// Words of the data sets to look at.
    #[serde(default)]
    pub sets: Vec<String>,
    #[serde(rename = "use", default)]
    pub usage: Usage,
    effect: Option<Cited>,
    basis: Cited,
}

impl Matter {
    /// The basis for looking.
    pub fn basis(&self) -> Basis {
        self.basis.basis()
    }

    /// The article that itself refuses or simplifies; `None` where the result is for reference.
    pub fn effect(&self) -> Option<Basis> {
        self.effect.as_ref().map(Cited::basis)
    }

    pub(super) fn bases(&self) -> Vec<Basis> {
        std::iter::once(self.basis()).chain(self.effect()).collect()
    }
}

/// What the result of a look-up may do in a matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Usage {
    /// 供参考: the decision stays with the organ and its own law.
    #[default]
    Reference,
    /// The cited article itself says that a listed entity is refused.
    Refusal,
    /// The cited article itself says that a good entity has an easier way.
    Simplify,
}

impl Usage {
    /// The name a user reads.
    pub fn name(self) -> &'static str {
        match self {
            Self::Reference => "供参考",
            Self::Refusal => "依法限制",
            Self::Simplify => "依法简化",
        }
    }
}

/// Which certificate a commitment stands for, and how the organ finds out by itself (R14).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proof {
    pub certificate: String,
    pub issuer: String,
    /// Where the truth can be looked up.
    pub source: String,
    /// How it is checked.
    pub method: String,
}

/// A matter in which a commitment is taken (R13).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(from = "WrittenCommitment")]
pub struct Commitment {
    pub code: String,
    pub name: String,
    pub kind: Kind,
    pub organ: String,
    /// Conditions the applicant is informed of.
    pub informed: Vec<Clause>,
    /// Within which time after the decision it is checked.
    pub verify: Option<Span>,
    /// What follows from a broken commitment; nothing else does (R20).
    pub consequences: Vec<Clause>,
    /// Key of the bar that forbids a commitment here.
    pub excluded: Option<String>,
    /// Whether commitments are taken.
    pub on: bool,
    /// Edition of the blank form.
    pub form: String,
    pub proof: Option<Proof>,
    pub basis: Basis,
}

impl Commitment {
    /// What deciding about a commitment asks of its matter. The organ is left out: the paper names
    /// the one that took it, the catalog only says what kind of organ that is.
    pub fn matter(&self) -> commitment::Matter {
        commitment::Matter {
            code: self.code.clone(),
            name: self.name.clone(),
            kind: self.kind,
            verify: self.verify,
            consequences: self.consequences.clone(),
            excluded: self.excluded.clone(),
            on: self.on,
            form: self.form.clone(),
            basis: self.basis.clone(),
        }
    }

    pub(crate) fn bases(&self) -> Vec<Basis> {
        let clauses = self.informed.iter().chain(&self.consequences);
        let mut bases: Vec<Basis> = clauses.map(|clause| clause.basis.clone()).collect();
        bases.push(self.basis.clone());
        bases.sort();
        bases.dedup();
        bases
    }

    /// What is missing or not allowed, in Chinese.
    pub(crate) fn faults(&self) -> Vec<&'static str> {
        let timed = matches!(self.kind, Kind::Approval | Kind::Proof);
        let proof = self.kind == Kind::Proof;
        let rules = [
            (self.informed.is_empty(), "没有写明告知的条件 `informed`"),
            (
                self.consequences.is_empty(),
                "没有写明违诺后果 `consequences`",
            ),
            (timed && self.verify.is_none(), "没有写明核查期限 `verify`"),
            (
                proof && self.proof.is_none(),
                "证明事项须写明 `proof`：所替代的证明和核查方式",
            ),
            (!proof && self.proof.is_some(), "不是证明事项，不写 `proof`"),
            (
                self.on && self.excluded.is_some(),
                "属于不适用告知承诺的事项，不得开通（on = true）",
            ),
        ];
        let broken = rules.into_iter().filter(|(broken, _)| *broken);
        broken.map(|(_, text)| text).collect()
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenCommitment {
    code: String,
    name: String,
    kind: Kind,
    organ: String,
    informed: Vec<Written>,
    verify: Option<Span>,
    consequences: Vec<Written>,
    excluded: Option<String>,
    #[serde(default)]
    on: bool,
    form: String,
    proof: Option<Proof>,
    basis: Cited,
}

impl From<WrittenCommitment> for Commitment {
    fn from(row: WrittenCommitment) -> Self {
        let basis = row.basis.basis();
        Self {
            code: row.code,
            name: row.name,
            kind: row.kind,
            organ: row.organ,
            informed: answer::clauses(row.informed, &basis),
            verify: row.verify,
            consequences: answer::clauses(row.consequences, &basis),
            excluded: row.excluded,
            on: row.on,
            form: row.form,
            proof: row.proof,
            basis,
        }
    }
}
