//! Records as burdens, and the one way in which they stop weighing or weigh again.

use super::OfDay;
use crate::Fault;
use crate::procedure::look::{Look, Within};
use crate::procedure::{Case as Any, Sitting};
use domain::basis::{Basis, Ruled};
use domain::code::Code;
use domain::ledger::Event as Happened;
use domain::listing::Listing;
use domain::measure::{End, Measure};
use domain::record::Act;
use domain::repair::{Burden, Ease, Effect, EffectKind, Relief, Relieved};
use domain::screening;
use jiff::civil::Date;
use law::Pack;
use std::sync::Arc;

/// A record, a listing or a determined breach as a burden; `None` where nothing weighs.
pub(crate) fn burden(
    look: &mut dyn Look,
    law: &Pack,
    record: u64,
    day: Date,
) -> Result<Option<Burden>, Fault> {
    let found = match look.record(record)? {
        Some(standing) if !standing.revoked => filed(look, record)?,
        Some(_) => None,
        None => match look.case(record)? {
            Some(Any::Listing(listing)) => of_listing(law, record, &listing, day),
            Some(Any::Commitment(case)) => Burden::of_broken(&case),
            _ => None,
        },
    };
    let Some(mut burden) = found else {
        return Ok(None);
    };
    burden.unrepairable = look.unrepairable(record)?;
    Ok(Some(burden))
}

fn filed(look: &mut dyn Look, record: u64) -> Result<Option<Burden>, Fault> {
    let Some(entry) = look.entry(record)? else {
        return Ok(None);
    };
    let event = Happened::of(&entry).map_err(|error| Fault::broken(error.to_string()))?;
    Ok(match event {
        // A licence is shown as well, but there is nothing in it to repair.
        Happened::Filed(filed) if filed.act == Act::Penalty => Burden::of_filed(record, &filed),
        _ => None,
    })
}

/// A listing weighs by itself and by every measure the law of the day lets organs take because of it.
fn of_listing(law: &Pack, record: u64, listing: &Listing, day: Date) -> Option<Burden> {
    let entry = listing.entry()?;
    let measures = law.triggered(&entry.list, day).into_iter();
    let fits = measures.filter(|measure| {
        let rule = measure.value();
        rule.targets.contains(&entry.form) && !rule.incentive
    });
    let effect = |measure: Ruled<Arc<Measure>>| {
        let rule = measure.value();
        let ends = match rule.end {
            End::WithList => entry.ends,
            End::After(span) => entry.on.checked_add(span).ok()?.min(entry.ends),
        };
        Some(Effect {
            kind: EffectKind::Measure,
            measure: Some(rule.name.clone()),
            from: entry.on,
            ends,
            basis: measure.basis().clone(),
        })
    };
    Burden::of_listing(record, listing, fits.filter_map(effect))
}

/// Everything that weighs on an entity: penalties, listings, determined breaches.
pub(crate) fn burdens(
    look: &mut dyn Look,
    law: &Pack,
    entity: &Code,
    day: Date,
) -> Result<Vec<Burden>, Fault> {
    let mut records: Vec<u64> = look
        .records_of(entity)?
        .iter()
        .map(|standing| standing.seq)
        .collect();
    for noun in ["listing", "commitment"] {
        let rows = look.procedures(&crate::listing::of_entity(noun, entity))?;
        records.extend(rows.iter().map(|row| row.id));
    }
    let mut found = Vec::new();
    for record in records {
        found.extend(burden(look, law, record, day)?);
    }
    Ok(found)
}

/// What holds the effects of a record off.
pub(crate) fn relief(sitting: &mut Sitting<'_>, record: u64) -> Result<Relief, Fault> {
    Within(sitting.tx).relief(record)
}

/// Writes that a record stops weighing, or weighs again up to its own end. Whether it really does is the
/// sum of all reasons: a record that is repaired here and withdrawn elsewhere does not come back because
/// one of the two falls away.
pub(crate) fn relieve(
    sitting: &mut Sitting<'_>,
    burden: &Burden,
    why: Ease,
    procedure: Option<u64>,
    basis: &Basis,
) -> Result<(), Fault> {
    let today = sitting.today;
    let mut relief = relief(sitting, burden.record)?;
    relief.take(why, today);
    let free = relief.free(today);
    let back = if free {
        None
    } else {
        again(sitting, burden, today)?
    };
    let event = Happened::Relieved(Relieved {
        record: burden.record,
        target: burden.target,
        entity: burden.entity,
        why,
        free,
        on: today,
        procedure,
        basis: basis.clone(),
        back: back.map(Box::new),
    });
    sitting.append(event)?;
    Ok(())
}

/// The effect of a filed record, for look-ups that had forgotten it.
fn again(
    sitting: &mut Sitting<'_>,
    burden: &Burden,
    today: Date,
) -> Result<Option<screening::Effect>, Fault> {
    let Some(entry) = sitting.tx.entry(burden.record)? else {
        return Ok(None);
    };
    let event = Happened::of(&entry).map_err(|error| Fault::broken(error.to_string()))?;
    let Happened::Filed(filed) = event else {
        return Ok(None);
    };
    let Some(window) = filed
        .publication
        .window()
        .filter(|window| today < window.hidden)
    else {
        return Ok(None);
    };
    Ok(Some(screening::Effect {
        record: burden.record,
        act: filed.act,
        effect: screening::EffectKind::PublishedRecord,
        basis: window.basis.clone(),
        repairable: window.repairable,
        ends: window.hidden,
        decided: filed.decided,
        severity: filed.severity.map(|classed| classed.class),
        docket: filed.docket,
        organ: filed.organ_name,
    }))
}

/// A record that was filed just now and about which another platform has spoken before.
pub(crate) fn eased_by_abroad(
    sitting: &mut Sitting<'_>,
    record: u64,
    basis: &Basis,
) -> Result<(), Fault> {
    let law = Arc::clone(&sitting.law);
    let found = burden(&mut Within(sitting.tx), &law, record, sitting.today)?;
    match found {
        Some(burden) => relieve(sitting, &burden, Ease::Abroad, None, basis),
        None => Ok(()),
    }
}

impl OfDay {
    /// The law of a day for one burden.
    pub fn for_burden(law: &Pack, burden: &Burden, day: Date) -> Self {
        Self::of(law, burden.severity, day)
    }
}
