//! Freezing a frame: who may be drawn, at which share, and who may be sent.

use super::{refused, secret, write};
use crate::inspector;
use crate::ports::{Filter, KeptFrame};
use crate::procedure::{Case, NotDone, Sitting};
use crate::{Desk, Fault};
use domain::basis::Ruled;
use domain::code::Code;
use domain::inspection::batch::{self, Batch, Event, LeftOut, Refusal, Tier, rate_of};
use domain::inspection::draw::{
    Frame, FrameItem, Inspector, Layer, Post, Source, Ticket, blind, secret_digest,
};
use domain::inspection::{Item, Rate};
use domain::ledger::Suite;
use domain::procedure::Person;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Visits read at once.
const STRIDE: usize = 1_000;

/// Freezes the frame; its digest is in the ledger before anybody can know the seed.
pub(super) fn freeze(
    sitting: &mut Sitting<'_>,
    id: u64,
    batch: &Batch,
    source: Source,
    by: &Person,
) -> Result<(), NotDone> {
    let rates = sitting.law.rates(batch.kind(), sitting.today).to_vec();
    if rates.is_empty() {
        return Err(refused(&Refusal::NoRates { item: batch.kind() }));
    }
    let year = year(sitting, batch, &rates)?;
    let staff = staff(sitting, batch, &year.loads)?;
    let size = size(sitting)?;
    enough(batch, &staff.inspectors, size)?;
    let found = Found::of(sitting, batch, &rates, &year)?;
    let suite = sitting.desk.store.suite();
    let hidden = secret(sitting.desk, id);
    let (layers, codes, tiers) = found.layers(batch, &rates, suite, &hidden);
    if codes.is_empty() {
        let left_out = found.left_out;
        return Err(refused(&Refusal::Empty { left_out }));
    }
    let mut frame = Frame {
        suite,
        title: batch.plan.title.clone(),
        organ: batch.plan.organ,
        law: sitting.law.digest().to_owned(),
        secret: format!("{:x}", secret_digest(suite, &hidden)),
        source,
        items: items(batch),
        posts: batch
            .posts()
            .iter()
            .map(|(organ, _)| Post {
                organ: *organ,
                size,
            })
            .collect(),
        inspectors: staff.inspectors,
        layers,
        recused: Vec::new(),
    };
    frame.recused = staff
        .recused
        .into_iter()
        .map(|(number, code)| (number, blind(suite, &hidden, code).ticket(suite)))
        .collect();
    frame.recused.sort_unstable();
    let text = frame.text();
    let digest = format!("{:x}", Frame::digest(suite, &text));
    sitting.tx.keep_frame(id, &KeptFrame { text, codes })?;
    write(
        sitting,
        Some(id),
        Event::Frozen {
            digest,
            tiers,
            left_out: found.left_out,
            inspectors: u32::try_from(frame.inspectors.len()).unwrap_or(u32::MAX),
            by: by.clone(),
            on: sitting.today,
        },
    )?;
    Ok(())
}

fn items(batch: &Batch) -> Vec<FrameItem> {
    let mut items: Vec<FrameItem> = batch
        .plan
        .items
        .iter()
        .map(|item| FrameItem {
            code: item.code.clone(),
            organ: item.organ,
            kind: item.kind,
        })
        .collect();
    items.sort_by(|one, next| one.code.cmp(&next.code));
    items.dedup_by(|one, next| one.code == next.code);
    items
}

fn size(sitting: &Sitting<'_>) -> Result<u16, NotDone> {
    let team = sitting.law.team_size().map(|team| *team.value());
    team.ok_or_else(|| NotDone::no("规则包没有规定检查人员的最少人数，不能抽取", None))
}

/// Inspectors who may fill a post, and where they are recused.
struct Staff {
    inspectors: Vec<Inspector>,
    recused: Vec<(u32, Code)>,
}

fn staff(
    sitting: &mut Sitting<'_>,
    batch: &Batch,
    loads: &HashMap<String, u32>,
) -> Result<Staff, Fault> {
    let posts = batch.posts();
    let mut staff = Staff {
        inspectors: Vec::new(),
        recused: Vec::new(),
    };
    let mut all = inspector::all(sitting)?;
    all.sort_by(|(_, one), (_, next)| one.enrolment.certificate.cmp(&next.enrolment.certificate));
    for (_, one) in all {
        let enrolment = &one.enrolment;
        let held = (0_u16..).zip(&posts).filter(|(_, (organ, line))| {
            enrolment.organ == *organ && enrolment.lines.contains(line)
        });
        let held: Vec<u16> = held.map(|(number, _)| number).collect();
        if held.is_empty() || !one.serves(batch.plan.until) {
            continue;
        }
        let number = u32::try_from(staff.inspectors.len()).unwrap_or(u32::MAX);
        let recused = one.recusals.iter().map(|recusal| (number, recusal.entity));
        staff.recused.extend(recused);
        staff.inspectors.push(Inspector {
            load: loads.get(&enrolment.certificate).copied().unwrap_or(0),
            certificate: enrolment.certificate.clone(),
            posts: held,
        });
    }
    Ok(staff)
}

/// Each post needs a team at least.
fn enough(batch: &Batch, inspectors: &[Inspector], size: u16) -> Result<(), NotDone> {
    for (number, (organ, line)) in (0_u16..).zip(batch.posts()) {
        let have = inspectors
            .iter()
            .filter(|one| one.posts.contains(&number))
            .count();
        if have < usize::from(size) {
            return Err(refused(&Refusal::FewInspectors {
                organ,
                line,
                have,
                need: usize::from(size),
            }));
        }
    }
    Ok(())
}

/// Calls back with every visit that was assigned since the year before.
fn each_visit(
    sitting: &mut Sitting<'_>,
    visit: &mut dyn FnMut(&domain::inspection::visit::Case),
) -> Result<(), Fault> {
    let year = sitting.today.year();
    let mut filter = Filter {
        noun: Some("visit".to_owned()),
        limit: STRIDE,
        ..Filter::default()
    };
    loop {
        let cases = sitting.cases(&filter)?;
        let Some((last, _)) = cases.last() else {
            return Ok(());
        };
        filter.after = Some(last.id);
        let over = last.opened.year() < year - 1;
        for (_, case) in &cases {
            if let Case::Visit(case) = case {
                visit(case);
            }
        }
        if over || cases.len() < STRIDE {
            return Ok(());
        }
    }
}

/// What the visits of this year, had and to come, say about a batch.
#[derive(Default)]
struct Year {
    /// Visits of each inspector.
    loads: HashMap<String, u32>,
    /// Visits of each organisation over all organs (R63), where the law limits them.
    visits: HashMap<Code, u16>,
    /// Of whom an item of the batch was looked at as often as its own cap allows.
    looked: BTreeSet<Code>,
}

/// A remote check is kept back by no cap (R74), and key items only by their own.
fn year(sitting: &mut Sitting<'_>, batch: &Batch, rates: &[Ruled<Rate>]) -> Result<Year, Fault> {
    let today = sitting.today;
    let law = std::sync::Arc::clone(&sitting.law);
    let items = batch.plan.items.iter().filter(|item| item.on_site);
    let caps = items.clone().filter_map(|item| {
        let published = law.inspection_item(&item.code)?;
        Some((item.code.as_str(), published.value().per_year?))
    });
    let caps: BTreeMap<&str, u16> = caps.collect();
    let general = batch.kind() == Item::General && items.count() > 0;
    let limited = general && rates.iter().any(|rate| rate.value().per_year.is_some());
    let mut year = Year::default();
    let mut looks: HashMap<(Code, String), u16> = HashMap::new();
    each_visit(sitting, &mut |case| {
        if case.visited_in() != Some(today.year()) && !case.pending(today) {
            return;
        }
        for certificate in case.task.parts.iter().flat_map(|part| &part.team) {
            *year.loads.entry(certificate.clone()).or_insert(0) += 1;
        }
        let entity = case.task.entity;
        if limited {
            *year.visits.entry(entity).or_insert(0) += 1;
        }
        for (_, item) in case.task.items().filter(|(_, item)| item.on_site) {
            let Some(cap) = caps.get(item.code.as_str()) else {
                continue;
            };
            let looked = looks.entry((entity, item.code.clone())).or_insert(0);
            *looked += 1;
            if *looked >= *cap {
                year.looked.insert(entity);
            }
        }
    })?;
    Ok(year)
}

/// Whom a batch may draw, by grade.
struct Found {
    by_grade: BTreeMap<usize, Vec<Code>>,
    left_out: LeftOut,
}

impl Found {
    fn of(
        sitting: &Sitting<'_>,
        batch: &Batch,
        rates: &[Ruled<Rate>],
        year: &Year,
    ) -> Result<Self, Fault> {
        let scope = &batch.plan.scope;
        let named: BTreeSet<&Code> = scope.codes.iter().collect();
        let store = &sitting.desk.store;
        let licensed = match scope.licensed {
            true => Some(store.licensed_by(&batch.plan.organ)?),
            false => None,
        };
        let mut found = Self {
            by_grade: BTreeMap::new(),
            left_out: LeftOut::default(),
        };
        if scope.divisions.is_empty() && named.is_empty() && licensed.is_none() {
            let mut graded = 0;
            store.each_graded(&mut |code, grade| {
                graded += 1;
                if !code.is_organ() {
                    found.take(code, Some(grade), rates, year);
                }
            })?;
            found.left_out.ungraded = store.count_entities()?.saturating_sub(graded);
            return Ok(found);
        }
        store.each_candidate(&mut |code, division, grade| {
            let inside = scope.divisions.is_empty()
                || scope
                    .divisions
                    .iter()
                    .any(|start| division.starts_with(start.as_str()));
            let asked = (named.is_empty() || named.contains(&code))
                && licensed
                    .as_ref()
                    .is_none_or(|holders| holders.contains(&code));
            if inside && asked && !code.is_organ() {
                found.take(code, grade, rates, year);
            }
        })?;
        Ok(found)
    }

    fn take(&mut self, code: Code, grade: Option<&str>, rates: &[Ruled<Rate>], year: &Year) {
        let had = year.visits.get(&code).copied().unwrap_or(0);
        match batch::place(rates, grade, had, year.looked.contains(&code)) {
            Ok(place) => self.by_grade.entry(place).or_default().push(code),
            Err(out) => self.left_out.count(out),
        }
    }

    /// Layers with their objects under tickets, the codes in the same order, and what is told of each
    /// grade. A grade with no share rests (R68).
    fn layers(
        &self,
        batch: &Batch,
        rates: &[Ruled<Rate>],
        suite: Suite,
        secret: &[u8; 32],
    ) -> (Vec<Layer>, Vec<u8>, Vec<Tier>) {
        let rate = |place: &usize| rates.get(*place);
        let sizes: Vec<(&Rate, u64)> = self
            .by_grade
            .iter()
            .filter_map(|(place, codes)| Some((rate(place)?.value(), codes.len() as u64)))
            .collect();
        let fill = batch::fill(batch.plan.amount, &sizes);
        let posts: Vec<u16> = (0_u16..).take(batch.posts().len()).collect();
        let (mut layers, mut all, mut tiers) = (Vec::new(), Vec::new(), Vec::new());
        for (place, codes) in &self.by_grade {
            let Some(ruled) = rate(place) else { continue };
            let share = batch::share(ruled.value(), fill);
            tiers.push(Tier {
                grade: ruled.value().grade.clone(),
                objects: codes.len() as u64,
                share,
                basis: ruled.basis().clone(),
            });
            if share == 0 {
                continue;
            }
            let tickets = tickets(codes, suite, secret);
            for (_, code) in &tickets {
                all.extend_from_slice(code.as_str().as_bytes());
            }
            layers.push(Layer {
                share,
                posts: posts.clone(),
                objects: tickets.into_iter().map(|(ticket, _)| ticket).collect(),
            });
        }
        (layers, all, tiers)
    }
}

/// The tickets of many codes, ascending, made and sorted on all cores.
fn tickets(codes: &[Code], suite: Suite, secret: &[u8; 32]) -> Vec<(Ticket, Code)> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let part = codes.len().div_ceil(cores).max(1);
    let made = |codes: &[Code]| -> Vec<(Ticket, Code)> {
        let one = |code: &Code| (blind(suite, secret, *code).ticket(suite), *code);
        let mut made: Vec<_> = codes.iter().map(one).collect();
        made.sort_unstable();
        made
    };
    std::thread::scope(|scope| {
        let parts: Vec<_> = codes
            .chunks(part)
            .map(|codes| scope.spawn(move || made(codes)))
            .collect();
        let mut all = Vec::with_capacity(codes.len());
        for part in parts {
            all.append(&mut part.join().unwrap_or_default());
        }
        // A few ascending runs: the stable sort only merges them.
        all.sort();
        all
    })
}

/// The grade of an organisation has a rate of its own for a kind of item.
pub(crate) fn rate(desk: &Desk, code: &Code, item: Item) -> Result<Option<Ruled<Rate>>, Fault> {
    let Some(grade) = desk.store.grade(code)? else {
        return Ok(None);
    };
    let law = desk.law();
    let rates = law.rates(item, desk.clock.today());
    Ok(rate_of(rates, &grade.grade).cloned())
}
