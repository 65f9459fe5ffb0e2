//! What a decision about a visit is told: the law of the day, the inspectors, and the visits so far.

use crate::ports::Filter;
use crate::procedure::{Case as Any, Sitting};
use crate::{Fault, inspector};
use domain::basis::{Basis, Ruled};
use domain::code::Code;
use domain::inspection::Rate;
use domain::inspection::visit::{
    ExceptionRule, Given, Inspector, ItemRule, Law, Part, PlannedItem, ResultRule, Staff, Visited,
};
use domain::procedure::Term;
use jiff::civil::Date;
use law::Pack;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Visits of one entity are few; this is more than any has.
const ALL: usize = 10_000;

/// The law, the published lists and the register of inspectors, held together for some decisions.
pub(crate) struct Rules {
    law: Arc<Pack>,
    items: BTreeMap<String, Ruled<ItemRule>>,
    results: BTreeMap<String, Ruled<ResultRule>>,
    exceptions: BTreeMap<String, Ruled<ExceptionRule>>,
    grounds: BTreeMap<String, Ruled<String>>,
    team: Option<Ruled<u16>>,
    result: Option<Ruled<Term>>,
    order: Option<Basis>,
    pub inspectors: BTreeMap<String, Inspector>,
    pub today: Date,
}

/// The register of inspectors as the decisions ask it.
struct Known {
    inspectors: BTreeMap<String, Inspector>,
    /// The organs with officers certified for a line: they publish its items as theirs.
    competent: BTreeMap<String, BTreeSet<Code>>,
}

impl Known {
    fn of(sitting: &mut Sitting<'_>) -> Result<Self, Fault> {
        let mut inspectors = BTreeMap::new();
        let mut competent: BTreeMap<String, BTreeSet<Code>> = BTreeMap::new();
        for (_, one) in inspector::all(sitting)? {
            if one.left.is_some() {
                continue;
            }
            let enrolment = &one.enrolment;
            for line in &enrolment.lines {
                competent
                    .entry(line.clone())
                    .or_default()
                    .insert(enrolment.organ);
            }
            let known = Inspector {
                organ: enrolment.organ,
                lines: enrolment.lines.iter().cloned().collect(),
                until: enrolment.until,
                recused: one.recusals.iter().map(|recusal| recusal.entity).collect(),
            };
            inspectors.insert(enrolment.certificate.clone(), known);
        }
        Ok(Self {
            inspectors,
            competent,
        })
    }
}

impl Rules {
    pub fn of(sitting: &mut Sitting<'_>) -> Result<Self, Fault> {
        let law = Arc::clone(&sitting.law);
        let Known {
            inspectors,
            competent,
        } = Known::of(sitting)?;
        let items = law.inspection_items().iter();
        let items = items.map(|item| {
            let rule = item.clone().map(|published| ItemRule {
                name: published.name.clone(),
                kind: published.kind,
                on_site: published.on_site(),
                remote: published.methods.iter().any(|method| !method.on_site()),
                line: published.line.clone(),
                organs: competent.get(&published.line).cloned().unwrap_or_default(),
                per_year: published.per_year,
                checks: published
                    .checks
                    .iter()
                    .map(|check| check.key.clone())
                    .collect(),
            });
            (item.value().code.clone(), rule)
        });
        let results = law.inspection_results().iter().map(|result| {
            let rule = result.clone().map(|one| ResultRule {
                name: one.name,
                problem: one.problem,
            });
            (result.value().word.clone(), rule)
        });
        let exceptions = law.inspection_exceptions().iter().map(|exception| {
            let rule = exception.clone().map(|one| ExceptionRule {
                name: one.name,
                unannounced: one.unannounced,
            });
            (exception.value().word.clone(), rule)
        });
        let grounds = law.recusal_grounds().iter();
        let grounds =
            grounds.map(|one| (one.value().word.clone(), one.clone().map(|one| one.name)));
        let order = law.inspection_papers().first();
        Ok(Self {
            items: items.collect(),
            results: results.collect(),
            exceptions: exceptions.collect(),
            grounds: grounds.collect(),
            team: law.team_size(),
            result: sitting.term(domain::inspection::visit::RESULT),
            order: order.map(|paper| paper.basis().clone()),
            inspectors,
            today: sitting.today,
            law,
        })
    }

    /// Whether too few of a team are certified for one of the items of their organ.
    pub fn short(&self, part: &Part) -> bool {
        let least = self.team.as_ref().map_or(0, |team| *team.value());
        let few = |item: &PlannedItem| {
            let line = self.items.get(&item.code).map(|rule| &rule.value().line);
            let fit = part.team.iter().filter(|member| {
                let known = self.inspectors.get(*member);
                known.is_some_and(|one| line.is_some_and(|line| one.lines.contains(line)))
            });
            fit.count() < usize::from(least)
        };
        part.items.iter().any(few)
    }

    /// Asks with all of it at hand.
    pub fn ask<T>(
        &self,
        rate: Option<&Ruled<Rate>>,
        visited: &Visited,
        ask: impl FnOnce(&Given<'_>) -> T,
    ) -> T {
        let law = Law {
            items: &self.items,
            results: &self.results,
            exceptions: &self.exceptions,
            grounds: &self.grounds,
            team: self.team.as_ref(),
            rate,
            result: self.result.as_ref(),
            order: self.order.as_ref(),
            calendar: self.law.calendar(),
        };
        let staff = Staff {
            inspectors: &self.inspectors,
        };
        ask(&Given {
            law: &law,
            staff: &staff,
            visited,
            today: self.today,
        })
    }
}

/// The visits of one entity, each folded from its entries.
pub(crate) fn of_entity(
    sitting: &mut Sitting<'_>,
    entity: &Code,
) -> Result<Vec<domain::inspection::visit::Case>, Fault> {
    let filter = Filter {
        noun: Some("visit".to_owned()),
        entity: Some(*entity),
        limit: ALL,
        ..Filter::default()
    };
    let cases = sitting.cases(&filter)?.into_iter();
    let found = cases.filter_map(|(_, case)| match case {
        Any::Visit(case) => Some(*case),
        _ => None,
    });
    Ok(found.collect())
}

/// How often an entity was visited in a year, and will be.
pub(crate) fn visited(
    sitting: &mut Sitting<'_>,
    entity: &Code,
    but: Option<u64>,
    today: Date,
) -> Result<Visited, Fault> {
    let cases = of_entity(sitting, entity)?;
    Ok(Visited::count(&cases, entity, but, today))
}
