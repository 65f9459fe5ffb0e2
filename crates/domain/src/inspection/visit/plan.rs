//! Whether an entity may be visited at all, for what and by whom.

use super::{Case, Cause, Event, Given, ItemRule, Lot, Part, PlannedItem, Refusal, Task, Unfit};
use crate::basis::Ruled;
use crate::code::Code;
use crate::procedure::Person;
use jiff::civil::Date;
use std::collections::BTreeSet;

/// Why somebody wants to visit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    Lot {
        draw: u64,
        ticket: String,
    },
    /// A word of the law pack, and what was complained of.
    Exception {
        word: String,
        words: String,
    },
}

/// An item somebody wants to look at, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    pub code: String,
    pub on_site: bool,
}

/// What one organ wants to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    pub organ: Code,
    pub items: Vec<Wanted>,
    pub team: Vec<String>,
    pub lead: bool,
    /// The lot by which it joins a visit that is planned already.
    pub lot: Option<Lot>,
}

/// A visit somebody wants to assign. Names, kinds and articles come from the law.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    pub why: Why,
    pub entity: Code,
    pub parts: Vec<Share>,
    pub until: Date,
}

/// Assigns a visit, by the organ that leads.
pub fn assign(plan: &Plan, by: &Person, given: &Given<'_>) -> Result<Event, Refusal> {
    let mut leads = plan.parts.iter().filter(|part| part.lead);
    let (Some(lead), None) = (leads.next(), leads.next()) else {
        return Err(Refusal::Leads);
    };
    if lead.organ != by.organ {
        return Err(Refusal::NotLead);
    }
    if plan.until < given.today {
        return Err(Refusal::Past { day: plan.until });
    }
    let cause = cause(&plan.why, given)?;
    let mut parts: Vec<Part> = Vec::new();
    for share in &plan.parts {
        let part = part(share, &plan.entity, &parts, given)?;
        parts.push(part);
    }
    let task = Task {
        cause,
        entity: plan.entity,
        parts,
        until: plan.until,
    };
    if task.capped() {
        limited(given)?;
    }
    if !task.cause.excepted() {
        task.parts.iter().try_for_each(|part| spare(part, given))?;
    }
    Ok(Event::Assigned {
        task: Box::new(task),
        by: by.clone(),
        on: given.today,
    })
}

/// Lets another organ enter with the others (R64). Its general items are not excused by the
/// exception of the lead.
pub(super) fn join(
    case: &Case,
    share: &Share,
    by: &Person,
    given: &Given<'_>,
) -> Result<Event, Refusal> {
    if share.lead {
        return Err(Refusal::Leads);
    }
    if share.organ != by.organ {
        return Err(Refusal::NotYours);
    }
    let mut part = part(share, &case.task.entity, &case.task.parts, given)?;
    part.joined = true;
    part.lot.clone_from(&share.lot);
    // A visit within the cap stays the one visit it was.
    if part.limited() && !case.task.capped() {
        limited(given)?;
    }
    spare(&part, given)?;
    Ok(Event::Joined {
        part,
        by: by.clone(),
        on: given.today,
    })
}

fn cause(why: &Why, given: &Given<'_>) -> Result<Cause, Refusal> {
    match why {
        Why::Lot { draw, ticket } => Ok(Cause::Lot {
            draw: *draw,
            ticket: ticket.clone(),
        }),
        Why::Exception { word, words } => {
            let rule = given.law.exceptions.get(word);
            let rule = rule.ok_or_else(|| Refusal::UnknownException { word: word.clone() })?;
            if words.trim().is_empty() {
                return Err(Refusal::NoWords {
                    what: "投诉举报、线索或者其他情形的内容",
                    basis: Some(rule.basis().clone()),
                });
            }
            Ok(Cause::Exception {
                word: word.clone(),
                name: rule.value().name.clone(),
                words: words.clone(),
                basis: rule.basis().clone(),
            })
        }
    }
}

fn part(share: &Share, entity: &Code, others: &[Part], given: &Given<'_>) -> Result<Part, Refusal> {
    if others.iter().any(|part| part.organ == share.organ) {
        return Err(Refusal::Already { organ: share.organ });
    }
    let mut part = Part {
        organ: share.organ,
        items: Vec::new(),
        team: Vec::new(),
        lead: share.lead,
        joined: false,
        lot: None,
    };
    for wanted in &share.items {
        let known = others.iter().chain([&part]);
        if known
            .filter_map(|part| part.item(&wanted.code))
            .next()
            .is_some()
        {
            return Err(Refusal::Twice {
                item: wanted.code.clone(),
            });
        }
        part.items.push(item(wanted, &share.organ, given)?);
    }
    if part.items.is_empty() {
        return Err(Refusal::NoItems {
            basis: given.order(),
        });
    }
    for certificate in &share.team {
        fit(certificate, &part, entity, given.today, given)?;
        if !part.team.contains(certificate) {
            part.team.push(certificate.clone());
        }
    }
    Ok(part)
}

fn item(wanted: &Wanted, organ: &Code, given: &Given<'_>) -> Result<PlannedItem, Refusal> {
    let rule = published(&wanted.code, organ, given)?;
    let item = rule.value();
    let open = if wanted.on_site {
        item.on_site
    } else {
        item.remote
    };
    if !open {
        return Err(Refusal::Way {
            item: item.name.clone(),
            on_site: wanted.on_site,
            basis: rule.basis().clone(),
        });
    }
    Ok(PlannedItem {
        code: wanted.code.clone(),
        name: item.name.clone(),
        kind: item.kind,
        on_site: wanted.on_site,
        basis: rule.basis().clone(),
    })
}

/// The published item, where the organ publishes it as its own (R65).
pub(super) fn published<'a>(
    code: &str,
    organ: &Code,
    given: &Given<'a>,
) -> Result<&'a Ruled<ItemRule>, Refusal> {
    let rule = given.law.items.get(code);
    let rule = rule.filter(|rule| rule.value().organs.contains(organ));
    rule.ok_or_else(|| Refusal::Unpublished {
        item: code.to_owned(),
        basis: given.order(),
    })
}

/// Whether somebody may inspect for a part: certified, of its organ and of the line of one of its
/// items, and with no tie to the entity.
pub(super) fn fit(
    certificate: &str,
    part: &Part,
    entity: &Code,
    day: Date,
    given: &Given<'_>,
) -> Result<(), Refusal> {
    let unfit = |why| Refusal::Unfit {
        certificate: certificate.to_owned(),
        why,
        basis: given.law.team.map(|team| team.basis().clone()),
    };
    let known = given.staff.inspectors.get(certificate);
    let inspector = known.ok_or_else(|| unfit(Unfit::Unknown))?;
    if inspector.organ != part.organ {
        return Err(unfit(Unfit::OtherOrgan));
    }
    if inspector.until < day {
        return Err(unfit(Unfit::Expired {
            until: inspector.until,
        }));
    }
    if inspector.recused.contains(entity) {
        return Err(unfit(Unfit::Recused));
    }
    let mut items = part.items.iter();
    if items.any(|item| covers(certificate, &item.code, given)) {
        return Ok(());
    }
    let names: BTreeSet<&str> = part.items.iter().map(|item| &*item.name).collect();
    let item = names.into_iter().collect::<Vec<_>>().join("、");
    Err(unfit(Unfit::Line { item }))
}

/// Whether the certificate covers the line of an item.
pub(super) fn covers(certificate: &str, item: &str, given: &Given<'_>) -> bool {
    let inspector = given.staff.inspectors.get(certificate);
    let rule = given.law.items.get(item);
    let both = inspector.zip(rule);
    both.is_some_and(|(inspector, rule)| inspector.lines.contains(&rule.value().line))
}

/// Whether a visit for general items is within the cap and the rate of the entity's grade (R63, R68).
fn limited(given: &Given<'_>) -> Result<(), Refusal> {
    let rate = given.law.rate.ok_or(Refusal::Silent {
        what: "该企业风险等级的抽查比例和频次",
    })?;
    if rate.value().most == 0 {
        return Err(Refusal::LowRisk {
            basis: rate.basis().clone(),
        });
    }
    capped(
        given.visited.begun.saturating_add(given.visited.pending),
        given,
    )
}

/// Whether one more visit stays within the cap over all organs, after so many.
pub(super) fn capped(visits: u16, given: &Given<'_>) -> Result<(), Refusal> {
    let rate = given.law.rate.ok_or(Refusal::Silent {
        what: "该企业风险等级的抽查比例和频次",
    })?;
    match rate.value().per_year {
        Some(cap) if visits >= cap => Err(Refusal::Cap {
            visits,
            cap,
            basis: rate.basis().clone(),
        }),
        _ => Ok(()),
    }
}

/// Whether each item on site was looked at less often this year than its own rule allows.
fn spare(part: &Part, given: &Given<'_>) -> Result<(), Refusal> {
    for item in part.items.iter().filter(|item| item.on_site) {
        let rule = published(&item.code, &part.organ, given)?;
        let visits = given.visited.items.get(&item.code).copied();
        let visits = visits.unwrap_or_default();
        if let Some(cap) = rule.value().per_year.filter(|cap| visits >= *cap) {
            return Err(Refusal::ItemCap {
                item: item.name.clone(),
                visits,
                cap,
                basis: rule.basis().clone(),
            });
        }
    }
    Ok(())
}
