//! What phones have handed in: which entries hold a sheet, and which visits name a picture.

use crate::procedure::{Case as Any, Who};
use crate::{Desk, Fault};
use domain::inspection::visit::{Case, Event, Evidence, Stage};
use domain::ledger::{Event as Happened, Hash};

impl Desk {
    /// Whether the owner of an account is an inspector at all.
    pub fn inspects(&self, who: &Who) -> Result<bool, Fault> {
        match who.organ() {
            Some(organ) => Ok(!self.own_certificates(who, organ)?.is_empty()),
            None => Ok(false),
        }
    }

    /// The entries an earlier sending of a sheet made, for a phone that never got the answer: its
    /// record, and the beginning where that phone began the visit.
    pub fn field_entries(
        &self,
        visit: u64,
        client: &str,
        device: Option<&str>,
    ) -> Result<Vec<u64>, Fault> {
        let steps = self.store.steps(visit)?.into_iter();
        let own = |event: &Happened| match event {
            Happened::Visit(step) => match &step.did {
                Event::Begun { device: began, .. } => Some(began.as_str()) == device,
                Event::Recorded { record, .. } => record.client == client,
                _ => false,
            },
            _ => false,
        };
        Ok(steps
            .filter(|(_, event)| own(event))
            .map(|(seq, _)| seq)
            .collect())
    }

    /// Whether an organ of a visit asks for a file that the visit names.
    pub fn field_evidence(&self, who: &Who, visit: u64, digest: &Hash) -> Result<bool, Fault> {
        let Some(organ) = who.organ() else {
            return Ok(false);
        };
        let Some((_, Any::Visit(case))) = self.seen(who, visit)? else {
            return Ok(false);
        };
        Ok(case.task.part(&organ).is_some() && names(&case, digest))
    }
}

fn names(case: &Case, digest: &Hash) -> bool {
    let any = |files: &[Evidence]| files.iter().any(|file| file.digest == *digest);
    if let Stage::Unreached { evidence, .. } = &case.stage
        && any(evidence)
    {
        return true;
    }
    let mut records = case
        .begun()
        .into_iter()
        .flat_map(|begun| begun.records.values());
    records.any(|arrived| {
        let record = &arrived.record;
        record.entity_signed == Some(*digest) || any(&record.evidence)
    })
}
