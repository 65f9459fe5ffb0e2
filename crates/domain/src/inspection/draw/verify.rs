//! Computes a published draw again and says where it differs.

use super::file::{Drawn, Published, Reserve, Seed};
use super::seed::Unsuitable;
use super::{
    Change, FORMAT, Frame, Misread, Opening, Redrawn, Replaced, Source, Standing, Ticket,
    Unchanged, VRF_BYTES, assign, lots, publish,
};
use crate::ledger::{Hash, Suite};
use serde::Serialize;
use std::collections::VecDeque;
use std::fmt;

/// Checks a proof of a VRF: hexadecimal digits of the public key and of the proof, and what it proves.
pub type Proof<'a> = &'a dyn Fn(&str, &str, &[u8]) -> Option<[u8; VRF_BYTES]>;

/// What holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    pub frame: Frame,
    pub digest: Hash,
    /// Absent while the frame is frozen and the seed not known.
    pub seed: Option<Hash>,
}

/// The first thing that does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    Format {
        stated: String,
    },
    Frame(Misread),
    Digest {
        stated: String,
        found: String,
    },
    Seed(Unsuitable),
    Value {
        stated: String,
        found: String,
    },
    /// A member of the file is not what the seed gives.
    Member {
        member: &'static str,
        place: usize,
        stated: String,
        found: String,
    },
    /// The ticket stands twice, so it would have two chances.
    Twice {
        ticket: Ticket,
    },
    /// Code and salt do not give the ticket.
    Opening {
        ticket: Ticket,
    },
    /// There are results before there is a seed.
    Early,
    /// A change is not what the seed gives.
    Change {
        place: usize,
        why: Option<Unchanged>,
    },
}

impl fmt::Display for Difference {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Format { stated } => write!(out, "格式为 {stated}，本程序只认 {FORMAT}"),
            Self::Frame(misread) => misread.fmt(out),
            Self::Digest { stated, found } => {
                write!(out, "名单摘要不符：文件写 {stated}，重算为 {found}")
            }
            Self::Seed(unsuitable) => unsuitable.fmt(out),
            Self::Value { stated, found } => {
                write!(out, "随机种子不符：文件写 {stated}，重算为 {found}")
            }
            Self::Member {
                member,
                place,
                stated,
                found,
            } => write!(
                out,
                "{member} 第{}项不符：文件写 {stated}，重算为 {found}",
                place + 1
            ),
            Self::Twice { ticket } => write!(out, "标识 {ticket} 在名单中出现两次"),
            Self::Opening { ticket } => write!(out, "标识 {ticket} 不是由所写的代码和盐值得出"),
            Self::Early => out.write_str("随机种子产生以前不应有抽取结果"),
            Self::Change { place, .. } => {
                write!(out, "抽取后的第{}项变更与种子给出的顺序不符", place + 1)
            }
        }
    }
}

impl std::error::Error for Difference {}

/// Computes everything again.
pub fn verify(file: &Published, proof: Proof<'_>) -> Result<Verified, Difference> {
    if file.format != FORMAT {
        return Err(Difference::Format {
            stated: file.format.clone(),
        });
    }
    let frame = Frame::read(&file.frame).map_err(Difference::Frame)?;
    if let Some(ticket) = twice(&frame) {
        return Err(Difference::Twice { ticket });
    }
    let digest = Frame::digest(frame.suite, &file.frame);
    let found = format!("{digest:x}");
    if found != file.digest {
        return Err(Difference::Digest {
            stated: file.digest.clone(),
            found,
        });
    }
    let Some(stated) = &file.seed else {
        let none = file.drawn.is_empty() && file.reserves.is_empty() && file.changes.is_empty();
        let none = none && file.short.is_empty() && file.tight.is_empty() && file.loads.is_none();
        return match none {
            true => Ok(Verified {
                frame,
                digest,
                seed: None,
            }),
            false => Err(Difference::Early),
        };
    };
    if matches!(frame.source, Source::Lottery { on, .. } if on < file.frozen.on) {
        return Err(Difference::Seed(Unsuitable::Known));
    }
    let seed = seed(&frame, &digest, stated, proof)?;
    recompute(file, &frame, seed)?;
    Ok(Verified {
        frame,
        digest,
        seed: Some(seed),
    })
}

/// A ticket that stands in the frame twice.
fn twice(frame: &Frame) -> Option<Ticket> {
    let mut all: Vec<Ticket> = Vec::with_capacity(frame.size());
    frame
        .layers
        .iter()
        .for_each(|layer| all.extend(&layer.objects));
    all.sort_unstable();
    let mut pairs = all.windows(2);
    pairs.find_map(|pair| match pair {
        [one, other] if one == other => Some(*one),
        _ => None,
    })
}

fn seed(frame: &Frame, digest: &Hash, stated: &Seed, proof: Proof<'_>) -> Result<Hash, Difference> {
    let (suite, source) = (frame.suite, &frame.source);
    let made = match stated {
        Seed::Lottery { numbers, .. } => Seed::of_lottery(suite, digest, source, numbers.clone()),
        Seed::Parties { values, .. } => Seed::of_parties(suite, digest, source, values.clone()),
        Seed::Vrf { proof: text, .. } => {
            let output = match source {
                Source::Vrf { key } => proof(key, text, digest.as_bytes()),
                _ => None,
            };
            Seed::of_vrf(suite, digest, source, text.clone(), output)
        }
    };
    let (made, seed) = made.map_err(Difference::Seed)?;
    match made == *stated {
        true => Ok(seed),
        false => Err(Difference::Value {
            stated: stated.value().to_owned(),
            found: made.value().to_owned(),
        }),
    }
}

fn recompute(file: &Published, frame: &Frame, seed: Hash) -> Result<(), Difference> {
    let lots = lots(frame, &seed);
    let assigned = assign(frame, &seed, &lots);
    let count = lots.iter().map(|lot| lot.drawn().len()).sum();
    if file.drawn.len() != count {
        return Err(Difference::Member {
            member: "drawn",
            place: file.drawn.len().min(count),
            stated: format!("共{}项", file.drawn.len()),
            found: format!("共{count}项"),
        });
    }
    let mut openings = file.drawn.iter();
    let parts = publish(frame, &lots, &assigned, |_, _| {
        let drawn = openings.next()?;
        Some(Opening {
            code: drawn.code,
            salt: drawn.salt,
        })
    });
    same("drawn", &file.drawn, &parts.drawn)?;
    opened(frame.suite, &file.drawn)?;
    same::<Reserve>("reserves", &file.reserves, &parts.reserves)?;
    same("short", &file.short, &parts.short)?;
    same("tight", &file.tight, &parts.tight)?;
    same("loads", &[file.loads], &[Some(parts.loads)])?;
    changes(file, frame, seed)
}

/// Compares member by member and names the first that differs.
fn same<T: PartialEq + Serialize>(
    member: &'static str,
    stated: &[T],
    found: &[T],
) -> Result<(), Difference> {
    let count = stated.len().max(found.len());
    let Some(place) = (0..count).find(|place| stated.get(*place) != found.get(*place)) else {
        return Ok(());
    };
    let text = |list: &[T]| {
        let one = list.get(place).map(serde_json::to_string);
        one.and_then(Result::ok).unwrap_or("（没有）".to_owned())
    };
    Err(Difference::Member {
        member,
        place,
        stated: text(stated),
        found: text(found),
    })
}

fn opened(suite: Suite, drawn: &[Drawn]) -> Result<(), Difference> {
    let right = |drawn: &&Drawn| {
        let opening = Opening {
            code: drawn.code,
            salt: drawn.salt,
        };
        opening.ticket(suite) != drawn.ticket
    };
    match drawn.iter().find(right) {
        Some(drawn) => Err(Difference::Opening {
            ticket: drawn.ticket,
        }),
        None => Ok(()),
    }
}

fn changes(file: &Published, frame: &Frame, seed: Hash) -> Result<(), Difference> {
    let mut standing = Standing::new(frame, seed, &file.drawn, &file.reserves);
    // Whom the last replacement left in a team although he is recused; their redraws come first.
    let mut must: VecDeque<(Ticket, u16, u32)> = VecDeque::new();
    let mut day = file.frozen.on;
    for (place, change) in file.changes.iter().enumerate() {
        let wrong = |why| Difference::Change { place, why };
        let (Change::Replaced(Replaced { on, .. }) | Change::Redrawn(Redrawn { on, .. })) = change;
        if *on < day {
            return Err(wrong(None));
        }
        day = *on;
        match change {
            Change::Replaced(replaced) if must.is_empty() => {
                let (spot, ticket) = standing
                    .next(&replaced.ticket)
                    .map_err(|why| wrong(Some(why)))?;
                let teams = standing.of(&replaced.ticket).map(|drawn| &drawn.teams);
                let by = &replaced.by;
                if by.spot != spot || by.ticket != ticket || Some(&by.teams) != teams {
                    return Err(wrong(None));
                }
                opened(frame.suite, std::slice::from_ref(by))?;
                standing.take(change);
                let recused = standing.recused(&by.ticket).into_iter();
                must = recused
                    .map(|(post, member)| (by.ticket, post, member))
                    .collect();
            }
            Change::Replaced(_) => return Err(wrong(None)),
            Change::Redrawn(redrawn) => {
                let comes = standing
                    .successor(&redrawn.ticket, redrawn.post, redrawn.out)
                    .map_err(|why| wrong(Some(why)))?;
                let said = (redrawn.ticket, redrawn.post, redrawn.out);
                let other = must.pop_front().is_some_and(|next| next != said);
                if comes != redrawn.comes || other {
                    return Err(wrong(None));
                }
                standing.take(change);
            }
        }
    }
    match must.is_empty() {
        true => Ok(()),
        false => Err(Difference::Change {
            place: file.changes.len(),
            why: None,
        }),
    }
}
