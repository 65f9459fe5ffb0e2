//! Where the seed comes from (`docs/DRAW.md` §5).

use super::tagged;
use crate::ledger::{Hash, Suite};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Fewest characters of a value that a party keeps to itself: fewer could be guessed from the commitment.
pub const SHORTEST: usize = 16;

/// Bytes of the output of a VRF.
pub const VRF_BYTES: usize = 64;

/// Most numbers in one group of a lottery; a plan with more is mistyped.
const MOST: u8 = 40;

/// The source of a seed, named before anything is drawn.
///
/// STORED: part of draw events. Add variants at the end only.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "source", rename_all = "kebab-case")]
pub enum Source {
    /// The published result of a public lottery.
    Lottery {
        name: String,
        /// 期号
        number: String,
        on: Date,
        form: Form,
    },
    /// Several parties, each of which commits to a value and reveals it later.
    Parties { parties: Vec<Party> },
    /// A verifiable random function under a key of the platform: hexadecimal digits of the public half.
    Vrf { key: String },
}

/// One of several who make the seed together.
///
/// STORED: part of draw events.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Party {
    pub name: String,
    /// Hexadecimal digits of [`commitment`].
    pub commitment: String,
}

/// Groups of numbers in a lottery's result, written like `6/1-33;1/1-16`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Form(Vec<Group>);

/// So many numbers, each once, between two bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Group {
    pub count: u8,
    pub least: u16,
    pub most: u16,
}

impl Form {
    pub fn read(text: &str) -> Option<Self> {
        let groups: Option<Vec<Group>> = text.split(';').map(Group::read).collect();
        groups.map(Self)
    }

    pub fn groups(&self) -> &[Group] {
        &self.0
    }
}

impl Group {
    fn read(text: &str) -> Option<Self> {
        let (count, bounds) = text.split_once('/')?;
        let (least, most) = bounds.split_once('-')?;
        let group = Self {
            count: plain(count)?.try_into().ok()?,
            least: plain(least)?,
            most: plain(most)?,
        };
        let room = u32::from(group.most) + 1 >= u32::from(group.least) + u32::from(group.count);
        (room && (1..=MOST).contains(&group.count)).then_some(group)
    }
}

/// A number in its one form: no sign, no leading zero.
fn plain(text: &str) -> Option<u16> {
    let number: u16 = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
}

impl fmt::Display for Form {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, group) in self.0.iter().enumerate() {
            let mark = if place == 0 { "" } else { ";" };
            write!(out, "{mark}{}/{}-{}", group.count, group.least, group.most)?;
        }
        Ok(())
    }
}

impl Serialize for Form {
    fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Form {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        Self::read(&text).ok_or_else(|| serde::de::Error::custom("not the form of a lottery"))
    }
}

/// Why no seed comes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unsuitable {
    /// The seed would come from another source than the frame names.
    OtherSource,
    /// Not as many numbers as the form says, or one is out of bounds or there twice.
    Numbers { group: usize, form: Form },
    /// The value of this party is not the one it committed to.
    Value { party: String },
    /// A value is missing: everybody has to reveal.
    Missing { party: String },
    /// The result was out before the frame was frozen.
    Known,
    /// The proof does not hold for this frame under the key in the frame.
    Proof,
}

impl fmt::Display for Unsuitable {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OtherSource => out.write_str("随机数来源与冻结的名单所写的不一致"),
            Self::Numbers { group, form } => write!(
                out,
                "第{}组开奖号码的个数或者范围与冻结的名单所写的 {form} 不符，或者有重复",
                group + 1
            ),
            Self::Value { party } => write!(out, "{party}公开的数值与其事先的承诺不符"),
            Self::Missing { party } => write!(out, "{party}没有公开数值，不能抽取"),
            Self::Known => out.write_str("开奖日早于冻结名单之日，名单冻结时结果已经公布"),
            Self::Proof => out.write_str("可验证随机函数的证明不成立"),
        }
    }
}

/// What a party hands in before the frame is frozen.
pub fn commitment(suite: Suite, name: &str, value: &str) -> Hash {
    tagged(suite, "commit", &[name.as_bytes(), &[0], value.as_bytes()])
}

/// The numbers of a lottery as they enter the seed: the order in which they were drawn, and how they
/// are padded, must not matter, since different sites print them differently.
pub(super) fn of_lottery(form: &Form, numbers: &[Vec<u16>]) -> Result<String, Unsuitable> {
    let wrong = |group| Unsuitable::Numbers {
        group,
        form: form.clone(),
    };
    if numbers.len() != form.0.len() {
        return Err(wrong(numbers.len().min(form.0.len())));
    }
    let mut groups = Vec::new();
    for (place, (group, numbers)) in form.0.iter().zip(numbers).enumerate() {
        let mut sorted = numbers.clone();
        sorted.sort_unstable();
        sorted.dedup();
        let within = |number: &u16| (group.least..=group.most).contains(number);
        let counted = numbers.len() == usize::from(group.count) && sorted.len() == numbers.len();
        if !counted || !sorted.iter().all(within) {
            return Err(wrong(place));
        }
        let texts: Vec<String> = sorted.iter().map(u16::to_string).collect();
        groups.push(texts.join(","));
    }
    Ok(format!("lottery:{}", groups.join(";")))
}

/// The values of the parties, each checked against its commitment.
pub(super) fn of_parties(
    suite: Suite,
    parties: &[Party],
    values: &[String],
) -> Result<String, Unsuitable> {
    let mut texts = Vec::new();
    for (place, party) in parties.iter().enumerate() {
        let Some(value) = values.get(place) else {
            return Err(Unsuitable::Missing {
                party: party.name.clone(),
            });
        };
        let said = format!("{:x}", commitment(suite, &party.name, value));
        if said != party.commitment || value.chars().count() < SHORTEST {
            return Err(Unsuitable::Value {
                party: party.name.clone(),
            });
        }
        texts.push(format!(
            "{:x}",
            tagged(suite, "reveal", &[value.as_bytes()])
        ));
    }
    match values.len() == parties.len() {
        true => Ok(format!("parties:{}", texts.join(","))),
        false => Err(Unsuitable::OtherSource),
    }
}

/// The output of a VRF whose proof was checked.
pub(super) fn of_vrf(output: &[u8; VRF_BYTES]) -> String {
    let digits: String = output.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("vrf:{digits}")
}

/// The seed.
pub(super) fn seed(suite: Suite, frame: &Hash, material: &str) -> Hash {
    tagged(suite, "seed", &[frame.as_bytes(), material.as_bytes()])
}
