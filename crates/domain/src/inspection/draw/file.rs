//! The published file (`docs/DRAW.md` §10).

use super::seed::{self, Source, Unsuitable};
use super::teams::Rights;
use super::{Assigned, Change, FORMAT, Frame, Lot, Salt, Ticket, VRF_BYTES};
use crate::code::Code;
use crate::ledger::{Hash, Suite};
use jiff::civil::Date;
use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize, Serializer};
use std::collections::BTreeSet;

/// Everything anybody needs to compute a draw again.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Published {
    pub format: String,
    /// Text of the frame.
    pub frame: String,
    /// Hexadecimal digits of its digest.
    pub digest: String,
    pub frozen: Frozen,
    #[serde(default)]
    pub seed: Option<Seed>,
    #[serde(default)]
    pub drawn: Vec<Drawn>,
    #[serde(default)]
    pub reserves: Vec<Reserve>,
    #[serde(default)]
    pub short: Vec<Short>,
    #[serde(default)]
    pub tight: Vec<Tight>,
    #[serde(default)]
    pub loads: Option<Loads>,
    #[serde(default)]
    pub changes: Vec<Change>,
}

impl Serialize for Published {
    /// Before the seed is known there is nothing but what was frozen; afterwards every member is there.
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        let mut map = out.serialize_map(None)?;
        map.serialize_entry("format", &self.format)?;
        map.serialize_entry("frame", &self.frame)?;
        map.serialize_entry("digest", &self.digest)?;
        map.serialize_entry("frozen", &self.frozen)?;
        if let Some(seed) = &self.seed {
            map.serialize_entry("seed", seed)?;
            map.serialize_entry("drawn", &self.drawn)?;
            map.serialize_entry("reserves", &self.reserves)?;
            map.serialize_entry("short", &self.short)?;
            map.serialize_entry("tight", &self.tight)?;
            map.serialize_entry("loads", &self.loads)?;
            map.serialize_entry("changes", &self.changes)?;
        }
        map.end()
    }
}

/// Where the ledger states the digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Frozen {
    pub entry: u64,
    pub on: Date,
}

/// What the seed was made from, and the seed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "source", rename_all = "kebab-case")]
pub enum Seed {
    Lottery {
        numbers: Vec<Vec<u16>>,
        value: String,
    },
    Parties {
        values: Vec<String>,
        value: String,
    },
    Vrf {
        /// Hexadecimal digits.
        proof: String,
        value: String,
    },
}

impl Seed {
    /// Hexadecimal digits of the seed as stated.
    pub fn value(&self) -> &str {
        match self {
            Self::Lottery { value, .. } | Self::Parties { value, .. } | Self::Vrf { value, .. } => {
                value
            }
        }
    }

    /// The seed of a lottery's result.
    pub fn of_lottery(
        suite: Suite,
        frame: &Hash,
        source: &Source,
        numbers: Vec<Vec<u16>>,
    ) -> Result<(Self, Hash), Unsuitable> {
        let Source::Lottery { form, .. } = source else {
            return Err(Unsuitable::OtherSource);
        };
        let hash = seed::seed(suite, frame, &seed::of_lottery(form, &numbers)?);
        let value = format!("{hash:x}");
        Ok((Self::Lottery { numbers, value }, hash))
    }

    /// The seed of what all parties revealed.
    pub fn of_parties(
        suite: Suite,
        frame: &Hash,
        source: &Source,
        values: Vec<String>,
    ) -> Result<(Self, Hash), Unsuitable> {
        let Source::Parties { parties } = source else {
            return Err(Unsuitable::OtherSource);
        };
        let material = seed::of_parties(suite, parties, &values)?;
        let hash = seed::seed(suite, frame, &material);
        let value = format!("{hash:x}");
        Ok((Self::Parties { values, value }, hash))
    }

    /// The seed of a VRF. `output` is what the proof gives when somebody who knows the curve checks it
    /// for the digest of the frame under the key in the frame; `None` where it does not hold.
    pub fn of_vrf(
        suite: Suite,
        frame: &Hash,
        source: &Source,
        proof: String,
        output: Option<[u8; VRF_BYTES]>,
    ) -> Result<(Self, Hash), Unsuitable> {
        if !matches!(source, Source::Vrf { .. }) {
            return Err(Unsuitable::OtherSource);
        }
        let output = output.ok_or(Unsuitable::Proof)?;
        let hash = seed::seed(suite, frame, &seed::of_vrf(&output));
        let value = format!("{hash:x}");
        Ok((Self::Vrf { proof, value }, hash))
    }
}

/// Where an object stands in the lot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Spot {
    pub layer: u32,
    /// Place in the order of the layer.
    pub place: u32,
    /// Number of the object in the layer.
    pub at: u32,
}

/// An object that is inspected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drawn {
    #[serde(flatten)]
    pub spot: Spot,
    pub ticket: Ticket,
    pub code: Code,
    pub salt: Salt,
    /// One for each post of the layer: numbers of inspectors.
    pub teams: Vec<Vec<u32>>,
}

/// An object that comes in where a drawn one cannot be inspected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reserve {
    #[serde(flatten)]
    pub spot: Spot,
    pub ticket: Ticket,
}

/// A job that lacks members, with the smallest reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Short {
    pub ticket: Ticket,
    pub post: u16,
    pub lacking: u16,
    /// Inspectors who hold the post.
    pub holders: u32,
    /// Of these, recused from the object.
    pub recused: u32,
}

/// Inspectors who have more to do than others, because nobody else may do it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tight {
    pub inspectors: Vec<u32>,
    pub posts: Vec<u16>,
    pub jobs: u32,
}

/// Visits of inspectors who may be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Loads {
    pub least: u32,
    pub most: u32,
}

/// What is published of a draw. `open` gives code and salt of an object by layer and number.
pub fn publish(
    frame: &Frame,
    lots: &[Lot],
    assigned: &Assigned,
    mut open: impl FnMut(u32, u32) -> Option<super::Opening>,
) -> Parts {
    let mut teams = teams(assigned, lots);
    let mut parts = Parts::default();
    for ((number, layer), lot) in (0_u32..).zip(&frame.layers).zip(lots) {
        let ticket = |at: u32| layer.objects.get(at as usize).copied();
        let spots = |list: &[u32], from: u32| -> Vec<Spot> {
            let spot = |(place, at): (u32, &u32)| Spot {
                layer: number,
                place,
                at: *at,
            };
            (from..).zip(list).map(spot).collect()
        };
        for spot in spots(lot.drawn(), 0) {
            let given = teams.next().unwrap_or_default();
            let Some((ticket, opening)) = ticket(spot.at).zip(open(number, spot.at)) else {
                continue;
            };
            parts.drawn.push(Drawn {
                spot,
                ticket,
                code: opening.code,
                salt: opening.salt,
                teams: given,
            });
        }
        let first = u32::try_from(lot.quota).unwrap_or(u32::MAX);
        for spot in spots(lot.reserves(), first) {
            let reserve = ticket(spot.at).map(|ticket| Reserve { spot, ticket });
            parts.reserves.extend(reserve);
        }
    }
    parts.short = short(frame, assigned);
    parts.loads = loads(assigned);
    parts.tight = tight(assigned, parts.loads.least);
    parts
}

/// The computed members of a published file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Parts {
    pub drawn: Vec<Drawn>,
    pub reserves: Vec<Reserve>,
    pub short: Vec<Short>,
    pub tight: Vec<Tight>,
    pub loads: Loads,
}

/// Teams by drawn object, in the order of the objects; within one, in the order of its posts.
fn teams(assigned: &Assigned, lots: &[Lot]) -> impl Iterator<Item = Vec<Vec<u32>>> + use<> {
    let count = lots.iter().map(|lot| lot.drawn().len()).sum();
    let mut teams: Vec<Vec<(u16, Vec<u32>)>> = vec![Vec::new(); count];
    for job in &assigned.jobs {
        if let Some(of) = teams.get_mut(job.object as usize) {
            of.push((job.post, job.team.clone()));
        }
    }
    teams.into_iter().map(|mut of| {
        of.sort_by_key(|(post, _)| *post);
        of.into_iter().map(|(_, team)| team).collect()
    })
}

fn short(frame: &Frame, assigned: &Assigned) -> Vec<Short> {
    let size = |post: u16| {
        frame
            .posts
            .get(usize::from(post))
            .map_or(0, |post| post.size)
    };
    let lacking = |team: &[u32], post| {
        let have = u16::try_from(team.len()).unwrap_or(u16::MAX);
        size(post).saturating_sub(have)
    };
    let short = assigned.jobs.iter();
    let mut short: Vec<_> = short
        .filter(|job| lacking(&job.team, job.post) > 0)
        .collect();
    short.sort_by_key(|job| (job.object, job.post));
    let rights = Rights::of(frame, short.iter().map(|job| job.ticket));
    let told = short.into_iter().map(|job| {
        let (holders, recused) = rights.counts(&job.ticket, job.post);
        Short {
            ticket: job.ticket,
            post: job.post,
            lacking: lacking(&job.team, job.post),
            holders: u32::try_from(holders).unwrap_or(u32::MAX),
            recused: u32::try_from(recused).unwrap_or(u32::MAX),
        }
    });
    told.collect()
}

fn loads(assigned: &Assigned) -> Loads {
    let load = |number: &u32| assigned.loads.get(*number as usize).copied();
    let loads = || assigned.concerned.iter().filter_map(load);
    Loads {
        least: loads().min().unwrap_or_default(),
        most: loads().max().unwrap_or_default(),
    }
}

fn tight(assigned: &Assigned, least: u32) -> Vec<Tight> {
    let load = |number: &u32| assigned.loads.get(*number as usize).copied();
    let crowded = assigned.settled.iter().filter(|group| {
        let most = group.iter().filter_map(load).max();
        most.is_some_and(|most| most >= least + 2)
    });
    let told = crowded.map(|group| {
        let inside: BTreeSet<&u32> = group.iter().collect();
        let jobs = assigned.jobs.iter();
        let jobs: Vec<_> = jobs
            .filter(|job| job.team.iter().any(|member| inside.contains(member)))
            .collect();
        let posts: BTreeSet<u16> = jobs.iter().map(|job| job.post).collect();
        Tight {
            inspectors: group.clone(),
            posts: posts.into_iter().collect(),
            jobs: u32::try_from(jobs.len()).unwrap_or(u32::MAX),
        }
    });
    told.filter(|tight| tight.jobs > 0).collect()
}

impl Published {
    /// A frozen frame whose seed nobody knows yet.
    pub fn frozen(suite: Suite, frame: String, frozen: Frozen) -> Self {
        Self::of(&Frame::digest(suite, &frame), frame, frozen)
    }

    /// The same where the digest is known already.
    pub fn of(digest: &Hash, frame: String, frozen: Frozen) -> Self {
        Self {
            format: FORMAT.to_owned(),
            digest: format!("{digest:x}"),
            frame,
            frozen,
            seed: None,
            drawn: Vec::new(),
            reserves: Vec::new(),
            short: Vec::new(),
            tight: Vec::new(),
            loads: None,
            changes: Vec::new(),
        }
    }

    /// The same after the draw.
    #[must_use]
    pub fn with(mut self, seed: Seed, parts: Parts) -> Self {
        self.seed = Some(seed);
        self.drawn = parts.drawn;
        self.reserves = parts.reserves;
        self.short = parts.short;
        self.tight = parts.tight;
        self.loads = Some(parts.loads);
        self
    }
}
