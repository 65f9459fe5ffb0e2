//! `/draws/{id}`: one batch, from its plan to who is inspected by whom.

use super::findings::Findings;
use super::lines::Glance;
use crate::cite::Cite;
use crate::frame::Frame;
use crate::house::{App, House, organ_names};
use crate::trouble::{Trouble, page};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use desk::{Desk, Fault};
use domain::inspection::batch::{Batch, Frozen, Stage, Tier, Wish};
use domain::inspection::draw::Seed;
use serde::Deserialize;
use std::sync::Arc;

/// A party to the seed: name, commitment, and the value once all have said theirs.
struct Party {
    name: String,
    commitment: String,
    value: String,
}

/// A batch in words.
struct Shown {
    lot: Glance,
    /// Label, text and article.
    planned: Vec<(&'static str, String, Option<Cite>)>,
    frozen: Option<Frozen>,
    tiers: Vec<(Tier, Cite)>,
    parties: Vec<Party>,
    seed: Option<Seed>,
    /// Reason and parties that kept silent.
    voided: Option<(String, Vec<String>)>,
    findings: Option<Findings>,
}

impl Shown {
    fn percent(tier: &Tier) -> String {
        format!("{}%", f64::from(tier.share) / 10_000.0)
    }

    /// The numbers of a lottery as they are said.
    fn numbers(groups: &[Vec<u16>]) -> String {
        let group = |numbers: &Vec<u16>| {
            let texts: Vec<String> = numbers.iter().map(u16::to_string).collect();
            texts.join("、")
        };
        let texts: Vec<String> = groups.iter().map(group).collect();
        texts.join("；")
    }
}

#[derive(Template)]
#[template(path = "inspection/show.html")]
struct Page {
    frame: Frame,
    shown: Shown,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    from: usize,
}

pub(super) fn missing(id: u64) -> Trouble {
    Trouble::Missing(format!("没有编号为 {id} 的抽查批次。"))
}

pub(crate) async fn show(
    State(app): State<App>,
    frame: Frame,
    Path(id): Path<u64>,
    Query(asked): Query<Asked>,
) -> Result<Response, Trouble> {
    let house = Arc::clone(&app);
    let shown = app
        .read(move |desk| shown(&house, desk, id, asked.from))
        .await?;
    let shown = shown.ok_or_else(|| missing(id))?;
    Ok(page(Page { frame, shown }))
}

fn shown(house: &House, desk: &Desk, id: u64, from: usize) -> Result<Option<Shown>, Fault> {
    let Some(row) = desk.draw_row(id)? else {
        return Ok(None);
    };
    let (law, names) = (desk.law(), organ_names(desk)?);
    let outcome = house.outcomes.of(desk, &row)?;
    let findings = outcome.map(|outcome| Findings::of(desk, &law, &names, &outcome, from));
    let named = |text: String| {
        let codes = row
            .batch
            .plan
            .items
            .iter()
            .map(|item| item.organ.to_string());
        codes.fold(text, |text, code| match names.get(&code) {
            Some(name) => text.replace(&code, name),
            None => text,
        })
    };
    let planned = row.planned().into_iter().map(|fact| {
        let cite = fact.basis.as_ref().map(|basis| Cite::of(&law, basis));
        (fact.label, named(fact.text), cite)
    });
    let batch = &row.batch;
    let (frozen, seed, voided) = match &batch.stage {
        Stage::Planned => (None, None, None),
        Stage::Frozen(frozen) => (Some(frozen.clone()), None, None),
        Stage::Drawn { frozen, seed, .. } => (Some(frozen.clone()), Some(seed.clone()), None),
        Stage::Voided { reason, silent, .. } => {
            (None, None, Some((reason.clone(), silent.clone())))
        }
    };
    let tiers = frozen.iter().flat_map(|frozen| &frozen.tiers);
    Ok(Some(Shown {
        tiers: tiers
            .map(|tier| (tier.clone(), Cite::of(&law, &tier.basis)))
            .collect(),
        planned: planned.collect(),
        parties: parties(batch),
        lot: Glance::of(row, &names, desk.clock.today()),
        frozen,
        seed,
        voided,
        findings,
    }))
}

/// The parties with what binds them. What one of them said is told when all have: whoever is last must
/// not learn from this page what the others said.
fn parties(batch: &Batch) -> Vec<Party> {
    let Wish::Parties { names } = &batch.plan.seed else {
        return Vec::new();
    };
    let drawn = matches!(batch.stage, Stage::Drawn { .. });
    let party = |name: &String| Party {
        commitment: batch.commitments.get(name).cloned().unwrap_or_default(),
        value: match drawn {
            true => batch.values.get(name).cloned().unwrap_or_default(),
            false => String::new(),
        },
        name: name.clone(),
    };
    names.iter().map(party).collect()
}
