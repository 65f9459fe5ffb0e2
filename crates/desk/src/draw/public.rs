//! What anybody may see of draws, and what an organisation may see of itself in one.

use super::run::{Opened, missing};
use super::view;
use crate::ports::Filter;
use crate::procedure::{Case, Fact, fold};
use crate::{Desk, Fault};
use domain::code::Code;
use domain::inspection::batch::{Batch, Event, Stage};
use domain::inspection::draw::{Frozen, Published, Salt, Ticket};
use domain::ledger::Event as Happened;
use jiff::civil::Date;
use serde::Serialize;

/// A batch with its number and its last entry.
#[derive(Debug, Clone, PartialEq)]
pub struct DrawRow {
    pub id: u64,
    pub batch: Batch,
    /// The entry that states the digest of the frame, and its day.
    pub frozen: Option<(u64, Date)>,
    /// Hexadecimal digits of it.
    pub digest: Option<String>,
}

impl DrawRow {
    /// What was planned, each line with its article where it has one.
    pub fn planned(&self) -> Vec<Fact> {
        view::planned(&self.batch)
    }

    /// Where the seed comes from.
    pub fn source(&self) -> String {
        view::source(&self.batch.plan.seed)
    }

    /// Another word whenever the published file is another; absent while there is none.
    pub fn edition(&self) -> Option<String> {
        let seed = match &self.batch.stage {
            Stage::Drawn { seed, .. } => seed.value(),
            _ => "",
        };
        let front = |text: &str| text.chars().take(16).collect::<String>();
        let (digest, changes) = (self.digest.as_ref()?, self.batch.changes.len());
        Some(format!("{}-{}-{changes}", front(digest), front(seed)))
    }
}

/// An organisation in a frame.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Own {
    pub draw: u64,
    pub title: String,
    pub code: Code,
    pub salt: Salt,
    pub ticket: Ticket,
    pub parted: Parted,
}

/// How it took part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Parted {
    /// It stands in the frame at this place of its layer.
    Inside { layer: u32, at: u32 },
    /// It could not be drawn.
    Outside,
}

impl Desk {
    /// Batches, latest first.
    pub fn draws(&self, limit: usize) -> Result<Vec<DrawRow>, Fault> {
        let filter = Filter {
            noun: Some("draw".to_owned()),
            limit,
            ..Filter::default()
        };
        let rows = self.store.procedures(&filter)?.into_iter();
        rows.filter_map(|row| self.draw_row(row.id).transpose())
            .collect()
    }

    /// One batch; `None` where there is none of this number.
    pub fn draw_row(&self, id: u64) -> Result<Option<DrawRow>, Fault> {
        let steps = self.store.steps(id)?;
        let Some(Case::Draw(batch)) = fold(id, &steps)? else {
            return Ok(None);
        };
        let frozen = steps.iter().find_map(|(seq, event)| match event {
            Happened::Draw(step) => match &step.did {
                Event::Frozen { on, digest, .. } => Some((*seq, *on, digest.clone())),
                _ => None,
            },
            _ => None,
        });
        Ok(Some(DrawRow {
            id,
            batch: *batch,
            frozen: frozen.as_ref().map(|(seq, on, _)| (*seq, *on)),
            digest: frozen.map(|(_, _, digest)| digest),
        }))
    }

    /// The file of a batch that anybody can compute again; `None` before its frame is frozen.
    pub fn published_draw(&self, id: u64) -> Result<Option<Published>, Fault> {
        let Some(row) = self.draw_row(id)? else {
            return Ok(None);
        };
        let Some((entry, on)) = row.frozen else {
            return Ok(None);
        };
        let kept = self.store.frame(id)?;
        let Stage::Drawn { seed, .. } = &row.batch.stage else {
            let kept = kept.ok_or_else(|| missing(id))?;
            let frozen = Frozen { entry, on };
            let suite = self.store.suite();
            return Ok(Some(Published::frozen(suite, kept.text, frozen)));
        };
        let opened = Opened::of(self, id, kept)?;
        let (mut file, _) = opened.published(entry, on, seed)?;
        file.changes = row.batch.changes;
        Ok(Some(file))
    }

    /// Where an organisation stands in a frame, for itself.
    pub fn own_ticket(&self, id: u64, code: Code) -> Result<Option<Own>, Fault> {
        let Some(row) = self.draw_row(id)?.filter(|row| row.frozen.is_some()) else {
            return Ok(None);
        };
        let opened = Opened::of(self, id, self.store.frame(id)?)?;
        let opening = opened.opening(code);
        let ticket = opening.ticket(opened.frame.suite);
        let mut parted = Parted::Outside;
        for (number, layer) in (0_u32..).zip(&opened.frame.layers) {
            if let Ok(at) = layer.objects.binary_search(&ticket) {
                parted = Parted::Inside {
                    layer: number,
                    at: u32::try_from(at).unwrap_or(u32::MAX),
                };
            }
        }
        Ok(Some(Own {
            draw: id,
            title: row.batch.plan.title,
            code,
            salt: opening.salt,
            ticket,
            parted,
        }))
    }
}
