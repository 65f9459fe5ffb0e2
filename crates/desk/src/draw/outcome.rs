//! What came of a draw, as it stands after its changes.

use super::run::{Opened, value};
use crate::{Desk, Fault};
use domain::code::Code;
use domain::inspection::batch::Stage;
use domain::inspection::draw::{
    Change, Drawn, Frame, Loads, Published, Spot, Standing, Ticket, Tight,
};
use jiff::civil::Date;

/// Who is inspected, by whom, and what was changed since.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// In the order of the file; those that came in later follow.
    pub objects: Vec<Object>,
    pub reserves: usize,
    pub gaps: Vec<Gap>,
    pub crowds: Vec<Crowd>,
    pub loads: Loads,
    /// In the order in which they happened.
    pub turns: Vec<Turn>,
}

/// An organisation that was drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Object {
    pub spot: Spot,
    pub ticket: Ticket,
    pub code: Code,
    /// Organ and line of each team, and the certificates of its members as they stand now.
    pub teams: Vec<(Code, String, Vec<String>)>,
    /// The one it came in for.
    pub instead_of: Option<Code>,
    /// Another one came in for it.
    pub gone: bool,
}

/// A team that lacks members, with the reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    pub code: Code,
    pub organ: Code,
    pub line: String,
    pub lacking: u16,
    pub holders: u32,
    pub recused: u32,
}

/// Inspectors who have more to do than others, because nobody else may do it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crowd {
    pub certificates: Vec<String>,
    pub posts: Vec<(Code, String)>,
    pub jobs: u32,
}

/// A change after the draw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    pub on: Date,
    pub reason: String,
    pub code: Code,
    pub exchange: Exchange,
}

/// What took the place of what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Exchange {
    /// A reserve comes in.
    Object(Code),
    /// Certificates of who is out and who is in.
    Member { out: String, comes: String },
}

impl Desk {
    /// What came of a draw; `None` before it.
    pub fn draw_outcome(&self, id: u64) -> Result<Option<Outcome>, Fault> {
        let Some(row) = self.draw_row(id)? else {
            return Ok(None);
        };
        let (Stage::Drawn { seed, .. }, Some((entry, on))) = (&row.batch.stage, row.frozen) else {
            return Ok(None);
        };
        let opened = Opened::of(self, id, self.store.frame(id)?)?;
        let (file, frame) = opened.published(entry, on, seed)?;
        let mut standing = Standing::new(&frame, value(seed)?, &file.drawn, &file.reserves);
        for change in &row.batch.changes {
            standing.take(change);
        }
        let scene = Scene {
            posts: row.batch.posts(),
            changes: &row.batch.changes,
            frame: &frame,
            file: &file,
        };
        Ok(Some(scene.outcome(&standing)))
    }
}

/// What the lines of an outcome are made from.
struct Scene<'a> {
    /// Organ and line by number.
    posts: Vec<(Code, String)>,
    changes: &'a [Change],
    frame: &'a Frame,
    file: &'a Published,
}

impl Scene<'_> {
    fn outcome(&self, standing: &Standing<'_>) -> Outcome {
        let drawn = self.file.drawn.iter();
        let mut objects: Vec<Object> = drawn
            .map(|drawn| self.object(drawn, standing, None))
            .collect();
        for change in self.changes {
            if let Change::Replaced(replaced) = change {
                let before = self.code(&replaced.ticket);
                objects.push(self.object(&replaced.by, standing, before));
            }
        }
        let short = self.file.short.iter();
        let gaps = short.filter_map(|short| {
            let (organ, line) = self.post(short.post)?;
            Some(Gap {
                code: self.code(&short.ticket)?,
                organ,
                line,
                lacking: short.lacking,
                holders: short.holders,
                recused: short.recused,
            })
        });
        Outcome {
            gaps: gaps.collect(),
            crowds: self.file.tight.iter().map(|one| self.crowd(one)).collect(),
            turns: self
                .changes
                .iter()
                .filter_map(|one| self.turn(one))
                .collect(),
            reserves: self.file.reserves.len(),
            loads: self.file.loads.unwrap_or_default(),
            objects,
        }
    }

    fn object(&self, drawn: &Drawn, standing: &Standing<'_>, instead_of: Option<Code>) -> Object {
        let now = standing.of(&drawn.ticket);
        let layer = self.frame.layers.get(drawn.spot.layer as usize);
        let posts = layer
            .map(|layer| layer.posts.as_slice())
            .unwrap_or_default();
        let teams = posts.iter().zip(&now.unwrap_or(drawn).teams);
        let teams = teams.filter_map(|(post, team)| {
            let (organ, line) = self.post(*post)?;
            Some((
                organ,
                line,
                team.iter().map(|one| self.certificate(*one)).collect(),
            ))
        });
        Object {
            spot: drawn.spot,
            ticket: drawn.ticket,
            code: drawn.code,
            teams: teams.collect(),
            instead_of,
            gone: now.is_none(),
        }
    }

    fn crowd(&self, tight: &Tight) -> Crowd {
        let inspectors = tight.inspectors.iter();
        let posts = tight.posts.iter();
        Crowd {
            certificates: inspectors.map(|one| self.certificate(*one)).collect(),
            posts: posts.filter_map(|post| self.post(*post)).collect(),
            jobs: tight.jobs,
        }
    }

    fn turn(&self, change: &Change) -> Option<Turn> {
        Some(match change {
            Change::Replaced(one) => Turn {
                on: one.on,
                reason: one.reason.clone(),
                code: self.code(&one.ticket)?,
                exchange: Exchange::Object(one.by.code),
            },
            Change::Redrawn(one) => Turn {
                on: one.on,
                reason: one.reason.clone(),
                code: self.code(&one.ticket)?,
                exchange: Exchange::Member {
                    out: self.certificate(one.out),
                    comes: self.certificate(one.comes),
                },
            },
        })
    }

    /// Whose ticket it is, among those that were opened.
    fn code(&self, ticket: &Ticket) -> Option<Code> {
        let drawn = self.file.drawn.iter();
        let later = self.changes.iter().filter_map(|change| match change {
            Change::Replaced(replaced) => Some(&replaced.by),
            Change::Redrawn(_) => None,
        });
        let mut opened = drawn.chain(later);
        let found = opened.find(|drawn| drawn.ticket == *ticket);
        found.map(|drawn| drawn.code)
    }

    fn post(&self, number: u16) -> Option<(Code, String)> {
        self.posts.get(usize::from(number)).cloned()
    }

    fn certificate(&self, number: u32) -> String {
        let inspector = self.frame.inspectors.get(number as usize);
        inspector.map_or_else(String::new, |one| one.certificate.clone())
    }
}
