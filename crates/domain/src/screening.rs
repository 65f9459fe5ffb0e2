//! Screening (应查尽查): one look-up, its sheet, and the receipt that proves it years later.

use crate::basis::Basis;
use crate::code::Code;
use crate::ledger::canonical;
use crate::ledger::entry::{Content, Entry, Value};
use crate::ledger::hash::{Hash, Suite};
use crate::ledger::proof;
use crate::record::{Act, Severity};
use crate::{blacklist, measure};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The five answers. "Unknown" is never "clear" (R49).
///
/// STORED: part of sheets. Add variants at the end only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// The entity is known, every source is fresh, nothing adverse is in force.
    Clear,
    /// At least one effect is in force.
    Effects,
    /// Nobody is registered under this code.
    UnknownEntity,
    /// Nothing was found, but a source that could hold something has not delivered in time.
    StaleSource,
    /// The service answers from an older snapshot than its ledger.
    Degraded,
}

impl Outcome {
    pub const ALL: [Self; 5] = [
        Self::Clear,
        Self::Effects,
        Self::UnknownEntity,
        Self::StaleSource,
        Self::Degraded,
    ];

    /// The word in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Clear => "clear",
            Self::Effects => "effects",
            Self::UnknownEntity => "unknown-entity",
            Self::StaleSource => "stale-source",
            Self::Degraded => "degraded",
        }
    }

    /// The sentence a clerk reads.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Clear => {
                "查到该主体，各数据源均在更新期内，未发现仍在公示期内的不良记录和有效名单。"
            }
            Self::Effects => {
                "查到该主体，存在仍在公示期内的不良记录或者有效名单，请逐条阅读依据与期限。"
            }
            Self::UnknownEntity => {
                "主体库中没有这个统一社会信用代码，不能当作“无记录”。请核对代码。"
            }
            Self::StaleSource => "未发现记录，但有数据源超期未更新，不能当作“无记录”。",
            Self::Degraded => "系统降级运行，以下为较早的快照，不能当作“无记录”。",
        }
    }
}

/// Who asks, about whom, for which matter (R9: purpose-bound).
///
/// STORED: part of sheets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// The code as it was typed or scanned.
    pub code: String,
    /// Code of the application matter (应用清单).
    pub matter: String,
    /// Number of the case the answer is for; the receipt number goes back into that case.
    pub case_no: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub stage: String,
    /// The account that asked.
    pub caller: String,
    /// The organ for which it asked; empty on the operator's own command line.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub organ: String,
}

/// What is known of the asked entity, identity only.
///
/// STORED: part of sheets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    pub code: Code,
    pub name: String,
    pub kind: String,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub provisional: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub nonconforming: bool,
}

/// One thing in force against the entity. It cannot be built without basis and end.
///
/// STORED: part of sheets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Effect {
    /// The ledger entry of the record.
    pub record: u64,
    pub act: Act,
    pub docket: String,
    pub organ: String,
    pub decided: Date,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
    /// The effect: published and to be taken note of. Nothing else follows from it by itself (R50).
    pub effect: EffectKind,
    pub basis: Basis,
    /// First day on which a repair may be asked for.
    pub repairable: Date,
    /// First day on which the effect is over, without anyone asking.
    pub ends: Date,
}

/// What may follow from a record.
///
/// STORED: part of sheets. Add variants at the end only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EffectKind {
    /// 公示记录，仅供参考
    PublishedRecord,
}

/// A list the entity is on. It cannot be built without basis and end.
///
/// STORED: part of sheets. Add fields at the end only, with a default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    /// Number of the procedure.
    pub listing: u64,
    pub list: String,
    pub name: String,
    pub kind: blacklist::Kind,
    pub organ: String,
    /// Number of the decision.
    pub document: String,
    pub on: Date,
    pub ends: Date,
    /// First day on which it can be left early, where the law names one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub early: Option<Date>,
    /// The criteria that were met, in the words of the law.
    pub grounds: Vec<String>,
    pub basis: Basis,
}

/// A measure the law of the day allows in the matter because of a list (R83).
///
/// STORED: part of sheets. Add fields at the end only, with a default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Allowed {
    /// Number of the listing it rests on.
    pub listing: u64,
    pub measure: String,
    pub name: String,
    pub class: measure::Class,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub incentive: bool,
    pub implementer: String,
    pub ends: Date,
    pub basis: Basis,
}

/// Whether 告知承诺 may be offered to the entity (R15), with the records that stand against it.
///
/// STORED: part of sheets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Eligibility {
    pub eligible: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub because: Vec<u64>,
    pub basis: Basis,
}

/// How fresh a source is.
///
/// STORED: part of sheets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Freshness {
    pub source: String,
    pub title: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivered: Option<Date>,
    pub stale: bool,
}

/// The answer to one look-up.
///
/// STORED: as JSON with sorted keys, value `sheet` of `screened` entries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sheet {
    pub format: String,
    pub outcome: Outcome,
    pub question: Question,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entity: Option<Identity>,
    /// Day of the answer, Asia/Shanghai.
    pub day: Date,
    /// Milliseconds since 1970-01-01T00:00Z.
    pub at: i64,
    /// Number of ledger entries this answer takes into account.
    pub as_of: u64,
    pub effects: Vec<Effect>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lists: Vec<Listed>,
    /// What may be done in this matter because of those lists, and nothing else.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub measures: Vec<Allowed>,
    /// Records and listings in the answer that are in dispute (异议处理中).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub disputed: Vec<u64>,
    /// Records and listings about which an application for repair is being worked on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub repairing: Vec<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commitment: Option<Eligibility>,
    pub sources: Vec<Freshness>,
    pub notes: Vec<String>,
    /// What this platform does not answer yet; absence here must not be read as "none".
    pub not_covered: Vec<String>,
}

impl Sheet {
    /// What is being worked on about a record or a listing of the answer, as a user reads it.
    pub fn pending(&self, record: u64) -> &'static str {
        let disputed = self.disputed.contains(&record);
        match (disputed, self.repairing.contains(&record)) {
            (true, true) => "异议处理中、修复办理中",
            (true, false) => "异议处理中",
            (false, true) => "修复办理中",
            (false, false) => "",
        }
    }
}

/// The `format` of sheets written today.
pub const FORMAT: &str = "chengheng/sheet/v1";

/// What stands in the ledger about a look-up besides the sheet.
///
/// STORED: the head of `screened` entries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Screened {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entity: Option<Code>,
    pub matter: String,
    pub case_no: String,
    pub outcome: Outcome,
    pub effects: usize,
}

/// An organ reports that a case was decided; it should have a receipt (R47).
///
/// STORED: the head of `case-decided` entries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseDecided {
    pub organ: Code,
    pub matter: String,
    pub case_no: String,
    pub decided: Date,
}

/// What the decision needs to know besides the question.
#[derive(Debug, Clone)]
pub struct Facts {
    pub entity: Option<Identity>,
    /// Effects in force on the day, soonest end first.
    pub effects: Vec<Effect>,
    pub lists: Vec<Listed>,
    pub measures: Vec<Allowed>,
    pub disputed: Vec<u64>,
    pub repairing: Vec<u64>,
    pub sources: Vec<Freshness>,
    /// The snapshot lags behind its ledger.
    pub degraded: bool,
    pub commitment: Option<Eligibility>,
    pub as_of: u64,
    pub notes: Vec<String>,
}

/// Writes the sheet. The order of the tests is the order of what a clerk must not overlook.
pub fn answer(question: Question, facts: Facts, day: Date, at: i64) -> Sheet {
    let outcome = if facts.degraded {
        Outcome::Degraded
    } else if facts.entity.is_none() {
        Outcome::UnknownEntity
    } else if !facts.effects.is_empty() || facts.lists.iter().any(|list| list.kind.adverse()) {
        Outcome::Effects
    } else if facts.sources.iter().any(|source| source.stale) {
        Outcome::StaleSource
    } else {
        Outcome::Clear
    };
    Sheet {
        format: FORMAT.to_owned(),
        outcome,
        question,
        entity: facts.entity,
        day,
        at,
        as_of: facts.as_of,
        effects: facts.effects,
        lists: facts.lists,
        measures: facts.measures,
        disputed: facts.disputed,
        repairing: facts.repairing,
        commitment: facts.commitment,
        sources: facts.sources,
        notes: facts.notes,
        not_covered: ["grade"].map(str::to_owned).to_vec(),
    }
}

/// A look-up that can be proved years later with the public key alone.
///
/// STORED: in the callers' case files. The format carries its version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    pub format: String,
    /// The number that goes into the case: origin of the ledger and number of the entry.
    pub number: String,
    /// The answer. Kept as JSON so that a later version of the platform changes no byte of it.
    pub sheet: serde_json::Value,
    pub entry: ReceiptEntry,
    /// Inclusion proof of the entry, RFC 6962.
    pub proof: Vec<Hash>,
    /// Signed checkpoint (C2SP) the proof leads to.
    pub checkpoint: String,
    pub suite: Suite,
}

/// The `format` of receipts written today.
pub const RECEIPT: &str = "chengheng/receipt/v1";

/// The entry around the sheet, as far as it is hashed.
///
/// STORED: part of receipts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptEntry {
    pub seq: u64,
    pub at: i64,
    pub actor: String,
    pub organ: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entity: Option<Code>,
    pub law: String,
    pub bases: Vec<Basis>,
    pub head: String,
    /// Salt of the sheet's digest, hexadecimal.
    pub salt: String,
}

/// Why a receipt does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Broken {
    /// The file is not a receipt of a known format.
    Format,
    /// The checkpoint cannot be read.
    Checkpoint,
    /// The entry is not in the tree the checkpoint signs.
    NotIncluded,
}

impl Receipt {
    /// Checks that the sheet is the entry and that the entry is in the tree of `root` with `size` leaves.
    ///
    /// Whether the checkpoint bears a valid signature is checked by the caller, who has the key.
    pub fn included(&self, size: u64, root: Hash) -> Result<(), Broken> {
        if self.format != RECEIPT {
            return Err(Broken::Format);
        }
        let entry = self.entry.rebuild(&self.sheet).ok_or(Broken::Format)?;
        let leaf = entry.leaf(self.suite);
        let held =
            proof::verify_inclusion(self.suite, &leaf, self.entry.seq, size, &root, &self.proof);
        if held {
            Ok(())
        } else {
            Err(Broken::NotIncluded)
        }
    }
}

impl ReceiptEntry {
    /// What a receipt keeps of its entry; `None` if the entry holds no readable sheet.
    pub fn of(seq: u64, entry: &Entry) -> Option<Self> {
        let value = entry.values.iter().find(|value| value.name == "sheet")?;
        let Content::Open { salt, .. } = &value.content else {
            return None;
        };
        Some(Self {
            seq,
            at: entry.at,
            actor: entry.actor.clone(),
            organ: entry.organ.clone(),
            entity: entry.entity,
            law: entry.law.clone(),
            bases: entry.bases.clone(),
            head: entry.head.clone(),
            salt: salt.iter().map(|byte| format!("{byte:02x}")).collect(),
        })
    }

    fn rebuild(&self, sheet: &serde_json::Value) -> Option<Entry> {
        let text = canonical::text(sheet);
        let value: Value = serde_json::from_value(serde_json::json!({
            "name": "sheet", "open": { "text": text, "salt": self.salt },
        }))
        .ok()?;
        Some(Entry {
            at: self.at,
            actor: self.actor.clone(),
            organ: self.organ.clone(),
            entity: self.entity,
            kind: "screened".to_owned(),
            law: self.law.clone(),
            bases: self.bases.clone(),
            head: self.head.clone(),
            values: vec![value],
            seed: None,
        })
    }
}

/// A sheet as the bytes that are hashed: JSON with sorted keys, no blanks.
pub fn text(sheet: &Sheet) -> Result<String, serde_json::Error> {
    serde_json::to_value(sheet).map(|value| canonical::text(&value))
}
