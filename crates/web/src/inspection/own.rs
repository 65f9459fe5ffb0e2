//! Where an organisation stands in the latest lots, for its own eyes.

use crate::house::House;
use desk::draw::{self, Parted};
use desk::{Desk, Fault};
use domain::code::Code;
use domain::inspection::batch::Stage;

/// Lots that are looked into: each is a whole frame to read.
const LOTS: usize = 3;
/// Batches among which they are sought.
const ROWS: usize = 20;

/// The place of an organisation in one lot.
pub(crate) struct Own {
    pub own: draw::Own,
    pub state: &'static str,
    /// Whether it was drawn; absent before the draw.
    pub drawn: Option<bool>,
}

impl Own {
    /// Where it stands.
    pub fn place(&self) -> String {
        match self.own.parted {
            Parted::Inside { layer, at } => {
                format!("在名单中：第 {layer} 层第 {at} 号（都从 0 数起，与抽取文件一致）")
            }
            Parted::Outside => "不在名单中，不会被抽到".to_owned(),
        }
    }

    pub fn inside(&self) -> bool {
        self.own.parted != Parted::Outside
    }
}

/// The latest lots whose frame is frozen.
pub(crate) fn own(house: &House, desk: &Desk, code: Code) -> Result<Vec<Own>, Fault> {
    let mut found = Vec::new();
    for row in desk.draws(ROWS)? {
        let (Stage::Frozen(_) | Stage::Drawn { .. }) = &row.batch.stage else {
            continue;
        };
        let Some(own) = desk.own_ticket(row.id, code)? else {
            continue;
        };
        let outcome = house.outcomes.of(desk, &row)?;
        let drawn = outcome.map(|outcome| {
            let mut objects = outcome.objects.iter();
            objects.any(|object| object.code == code && !object.gone)
        });
        found.push(Own {
            own,
            state: row.batch.name(),
            drawn,
        });
        if found.len() == LOTS {
            break;
        }
    }
    Ok(found)
}
