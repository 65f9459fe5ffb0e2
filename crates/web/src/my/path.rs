//! The way out of what weighs on an entity, with its articles in words.

use crate::cite::Cite;
use desk::repair::{Ending, ExitPath, ExitStep, Obstacle, WayOut};
use law::Pack;

/// One record, the steps out of it and the ends of its effects.
pub(crate) struct Way {
    pub way: WayOut,
    pub steps: Vec<(ExitStep, Cite)>,
    pub effects: Vec<(Ending, Cite)>,
    /// Why an application would not be taken today (R93).
    pub obstacles: Vec<(Obstacle, Cite)>,
}

/// All of them.
pub(crate) struct Path {
    pub path: ExitPath,
    pub ways: Vec<Way>,
}

impl Path {
    pub fn of(law: &Pack, path: ExitPath) -> Self {
        let ways = path.ways.iter().map(|way| {
            let steps = way.steps.iter();
            let effects = way.effects.iter();
            let obstacles = way.obstacles.iter();
            Way {
                steps: steps
                    .map(|step| (step.clone(), Cite::of(law, &step.basis)))
                    .collect(),
                effects: effects
                    .map(|ending| (ending.clone(), Cite::of(law, &ending.basis)))
                    .collect(),
                obstacles: obstacles
                    .map(|one| (one.clone(), Cite::of(law, &one.basis)))
                    .collect(),
                way: way.clone(),
            }
        });
        Self {
            ways: ways.collect(),
            path,
        }
    }
}
