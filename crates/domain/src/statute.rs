//! Which law decides: a pack is proposed by one person and adopted by another (R2).

use serde::{Deserialize, Serialize};

/// The pack that decides from here on.
///
/// STORED: the head of `law-adopted` entries. Add fields at the end only, with a default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Adopted {
    pub digest: String,
    pub rules: usize,
    pub unconfirmed: usize,
    /// The entry that proposed it; absent for the pack a ledger begins with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proposal: Option<u64>,
    /// Who signed: the person who proposed it, then the one who agreed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub signed: Vec<String>,
}

/// A pack somebody wants to be adopted.
///
/// STORED: the head of `law-proposed` entries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposed {
    /// The proposed pack.
    pub digest: String,
    /// The pack that was in force.
    pub base: String,
    pub by: String,
    pub reason: String,
    /// Files that differ, by path.
    pub files: Vec<String>,
    pub rules: usize,
    pub unconfirmed: usize,
}

/// A proposal that will not be adopted.
///
/// STORED: the head of `law-declined` entries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Declined {
    pub proposal: u64,
    pub by: String,
    pub reason: String,
}

/// Why a signature does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// No proposal has this number.
    Unknown,
    /// It was adopted or declined before.
    Closed,
    /// Another pack was adopted since; what was rehearsed is not what would happen.
    Overtaken,
    /// The person who proposed cannot be the second one.
    SamePerson,
    /// The proposed pack is the one in force.
    Nothing,
    /// A proposal needs a reason.
    NoReason,
}

impl Refusal {
    /// What the user reads, with the remedy.
    pub fn text(self) -> &'static str {
        match self {
            Self::Unknown => "没有这个编号的规则变更提案",
            Self::Closed => "提案已经办结，不能再签署",
            Self::Overtaken => "提案之后规则包已经变更，请在现行规则上重新起草",
            Self::SamePerson => "规则变更须由两人签署，提出人不能同时作为第二签署人",
            Self::Nothing => "提案与现行规则包没有差别",
            Self::NoReason => "请写明变更理由和依据",
        }
    }
}

/// A proposal as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Standing {
    /// The entry that proposed it.
    pub seq: u64,
    pub proposed: Proposed,
    pub state: State,
    /// Why it is not adopted, once somebody declined it.
    pub declined: Option<Declined>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    Open,
    Adopted,
    Declined,
}

impl State {
    pub fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Adopted => "adopted",
            Self::Declined => "declined",
        }
    }

    pub fn read(word: &str) -> Option<Self> {
        [Self::Open, Self::Adopted, Self::Declined]
            .into_iter()
            .find(|state| state.word() == word)
    }
}

/// Decides whether `signer` may adopt a proposal while `in_force` is the pack that decides.
pub fn adopt(
    proposal: Option<&Standing>,
    in_force: &str,
    signer: &str,
) -> Result<Adopted, Refusal> {
    let standing = proposal.ok_or(Refusal::Unknown)?;
    let proposed = &standing.proposed;
    if standing.state != State::Open {
        return Err(Refusal::Closed);
    }
    if proposed.base != in_force {
        return Err(Refusal::Overtaken);
    }
    if proposed.by == signer {
        return Err(Refusal::SamePerson);
    }
    Ok(Adopted {
        digest: proposed.digest.clone(),
        rules: proposed.rules,
        unconfirmed: proposed.unconfirmed,
        proposal: Some(standing.seq),
        signed: vec![proposed.by.clone(), signer.to_owned()],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standing(state: State) -> Standing {
        Standing {
            seq: 7,
            proposed: Proposed {
                digest: "new".to_owned(),
                base: "old".to_owned(),
                by: "zhang".to_owned(),
                reason: "标准调整".to_owned(),
                files: Vec::new(),
                rules: 1,
                unconfirmed: 0,
            },
            state,
            declined: None,
        }
    }

    #[test]
    fn r2_a_pack_is_adopted_by_a_second_person_on_the_law_it_was_rehearsed_on() {
        let cases = [
            (Some(State::Open), "old", "li", None),
            (Some(State::Open), "old", "zhang", Some(Refusal::SamePerson)),
            (Some(State::Open), "newer", "li", Some(Refusal::Overtaken)),
            (Some(State::Adopted), "old", "li", Some(Refusal::Closed)),
            (Some(State::Declined), "old", "li", Some(Refusal::Closed)),
            (None, "old", "li", Some(Refusal::Unknown)),
        ];
        for (state, in_force, signer, refused) in cases {
            let standing = state.map(standing);
            let answer = adopt(standing.as_ref(), in_force, signer);
            assert_eq!(
                answer.as_ref().err().copied(),
                refused,
                "{in_force} {signer}"
            );
            if let Ok(adopted) = answer {
                assert_eq!(adopted.signed, ["zhang", "li"]);
            }
        }
    }
}
