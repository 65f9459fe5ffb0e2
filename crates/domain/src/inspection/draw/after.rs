//! What happens after the draw: closed firms and recusals, by the order the seed gave (`docs/DRAW.md` §9).

use super::file::{Drawn, Reserve, Spot};
use super::teams::{Crew, Rights};
use super::{Frame, Opening, Salt, Stream, Ticket};
use crate::code::Code;
use crate::ledger::Hash;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A change after the draw.
///
/// STORED: part of draw events. Add variants at the end only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Change {
    Replaced(Replaced),
    Redrawn(Redrawn),
}

/// An object that cannot be inspected, and the reserve that comes in.
///
/// STORED: part of draw events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replaced {
    pub on: Date,
    pub reason: String,
    pub ticket: Ticket,
    pub by: Drawn,
}

/// A member who is recused, and the one who comes in.
///
/// STORED: part of draw events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Redrawn {
    pub on: Date,
    pub reason: String,
    pub ticket: Ticket,
    pub post: u16,
    pub out: u32,
    #[serde(rename = "in")]
    pub comes: u32,
}

/// Why nothing can be changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unchanged {
    /// The object is not among those to be inspected.
    NotDrawn,
    /// The layer has no reserve left.
    NoReserve,
    /// The inspector does not stand in this team.
    NotThere,
    /// Nobody else holds the post and is not recused.
    Nobody { holders: usize, recused: usize },
}

/// A draw as it stands after the changes so far.
#[derive(Debug, Clone)]
pub struct Standing<'a> {
    frame: &'a Frame,
    seed: Hash,
    now: BTreeMap<Ticket, Drawn>,
    waiting: Vec<Reserve>,
    /// Redraws that a job had.
    redrawn: BTreeMap<(Ticket, u16), u32>,
    /// Recusals that became known after the frame was frozen.
    out: BTreeSet<(u32, Ticket)>,
}

impl<'a> Standing<'a> {
    /// Right after the draw.
    pub fn new(frame: &'a Frame, seed: Hash, drawn: &[Drawn], reserves: &[Reserve]) -> Self {
        let drawn = drawn.iter();
        Self {
            frame,
            seed,
            now: drawn.map(|drawn| (drawn.ticket, drawn.clone())).collect(),
            waiting: reserves.to_vec(),
            redrawn: BTreeMap::new(),
            out: BTreeSet::new(),
        }
    }

    /// An object that is to be inspected, with its teams.
    pub fn of(&self, ticket: &Ticket) -> Option<&Drawn> {
        self.now.get(ticket)
    }

    /// The reserve that comes next for the layer of an object.
    pub fn next(&self, ticket: &Ticket) -> Result<(Spot, Ticket), Unchanged> {
        let drawn = self.now.get(ticket).ok_or(Unchanged::NotDrawn)?;
        let mut waiting = self.waiting.iter();
        let next = waiting.find(|reserve| reserve.spot.layer == drawn.spot.layer);
        let next = next.ok_or(Unchanged::NoReserve)?;
        Ok((next.spot, next.ticket))
    }

    /// Puts the next reserve, opened, in the place of an object.
    pub fn replace(
        &mut self,
        ticket: &Ticket,
        opening: Opening,
        reason: &str,
        on: Date,
    ) -> Result<Vec<Change>, Unchanged> {
        let (spot, comes) = self.next(ticket)?;
        let teams = self.now.get(ticket).map(|drawn| drawn.teams.clone());
        let Opening { code, salt } = opening;
        let drawn = self.drawn(spot, comes, code, salt, teams.unwrap_or_default());
        let change = Change::Replaced(Replaced {
            on,
            reason: reason.to_owned(),
            ticket: *ticket,
            by: drawn,
        });
        self.take(&change);
        let mut changes = vec![change];
        for (post, member) in self.recused(&comes) {
            changes.push(self.redraw(&comes, post, member, reason, on)?);
        }
        Ok(changes)
    }

    fn drawn(
        &self,
        spot: Spot,
        ticket: Ticket,
        code: Code,
        salt: Salt,
        teams: Vec<Vec<u32>>,
    ) -> Drawn {
        Drawn {
            spot,
            ticket,
            code,
            salt,
            teams,
        }
    }

    /// Members of an object's teams who are recused from it by the frame, and must go at once.
    pub fn recused(&self, ticket: &Ticket) -> Vec<(u16, u32)> {
        let rights = Rights::of(self.frame, std::iter::once(*ticket));
        let mut recused = Vec::new();
        for (post, team) in self.teams(ticket) {
            let able = rights.able(ticket, post);
            recused.extend(
                team.iter()
                    .filter(|member| !able.has(**member))
                    .map(|member| (post, *member)),
            );
        }
        recused
    }

    fn teams(&self, ticket: &Ticket) -> impl Iterator<Item = (u16, &Vec<u32>)> {
        let drawn = self.now.get(ticket);
        drawn.into_iter().flat_map(|drawn| {
            let layer = self.frame.layers.get(drawn.spot.layer as usize);
            let posts = layer
                .map(|layer| layer.posts.as_slice())
                .unwrap_or_default();
            posts.iter().copied().zip(&drawn.teams)
        })
    }

    /// Sends somebody else in the place of a member.
    pub fn redraw(
        &mut self,
        ticket: &Ticket,
        post: u16,
        member: u32,
        reason: &str,
        on: Date,
    ) -> Result<Change, Unchanged> {
        let comes = self.successor(ticket, post, member)?;
        let change = Change::Redrawn(Redrawn {
            on,
            reason: reason.to_owned(),
            ticket: *ticket,
            post,
            out: member,
            comes,
        });
        self.take(&change);
        Ok(change)
    }

    /// Who comes in the place of a member.
    pub fn successor(&self, ticket: &Ticket, post: u16, member: u32) -> Result<u32, Unchanged> {
        if !self.now.contains_key(ticket) {
            return Err(Unchanged::NotDrawn);
        }
        let team = self.teams(ticket).find(|(known, _)| *known == post);
        let team = team.map(|(_, team)| team.clone()).unwrap_or_default();
        if !team.contains(&member) {
            return Err(Unchanged::NotThere);
        }
        let rights = Rights::of(self.frame, std::iter::once(*ticket));
        let mut able: Crew = rights.able(ticket, post);
        team.iter().for_each(|member| able.take(*member));
        let gone = self.out.iter().filter(|(_, of)| of == ticket);
        gone.for_each(|(member, _)| able.take(*member));
        let mut candidates: Vec<u32> = able.members().collect();
        let before = self.redrawn.get(&(*ticket, post)).copied().unwrap_or(0);
        let label = format!("redraw {ticket} {post} {before}");
        Stream::new(self.frame.suite, &self.seed, &label).shuffle(&mut candidates);
        candidates.first().copied().ok_or_else(|| {
            let (holders, recused) = rights.counts(ticket, post);
            Unchanged::Nobody { holders, recused }
        })
    }

    /// Takes up a change as it is stated.
    pub fn take(&mut self, change: &Change) {
        match change {
            Change::Replaced(replaced) => {
                self.now.remove(&replaced.ticket);
                let comes = replaced.by.ticket;
                self.waiting.retain(|reserve| reserve.ticket != comes);
                self.now.insert(comes, replaced.by.clone());
            }
            Change::Redrawn(redrawn) => {
                let count = self.redrawn.entry((redrawn.ticket, redrawn.post));
                *count.or_insert(0) += 1;
                self.out.insert((redrawn.out, redrawn.ticket));
                let frame = self.frame;
                let Some(drawn) = self.now.get_mut(&redrawn.ticket) else {
                    return;
                };
                let layer = frame.layers.get(drawn.spot.layer as usize);
                let posts = layer
                    .map(|layer| layer.posts.as_slice())
                    .unwrap_or_default();
                let teams = posts.iter().zip(&mut drawn.teams);
                for (_, team) in teams.filter(|(post, _)| **post == redrawn.post) {
                    let place = team.iter_mut().find(|member| **member == redrawn.out);
                    if let Some(place) = place {
                        *place = redrawn.comes;
                    }
                }
            }
        }
    }
}
