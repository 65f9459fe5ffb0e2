//! Grades: the whole population by one pass, what changed since by a short one, and one organisation
//! in full.

use crate::ports::{Dossier, GradeRow};
use crate::{Actor, Desk, Fault};
use domain::basis::Basis;
use domain::code::Code;
use domain::grade::{
    Digest, Exit, Fact, GradeChange, GradeRun, Graded, GradesChanged, Plan, Scale, Search, Tally,
    Value, exit, explain, next_change,
};
use domain::ledger::{Entry, Event};
use domain::{commitment, listing};
use jiff::civil::Date;
use law::Pack;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Changes in one entry.
const BLOCK: usize = 1_000;
/// Entries read at once while looking for what changed.
const STRIDE: usize = 5_000;

/// Result of a run over all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Evaluated {
    #[serde(flatten)]
    pub run: GradeRun,
    /// Whether the ledger holds it: a run as of another day than today is only computed.
    pub recorded: bool,
}

/// The scales of a pack, prepared for one day.
pub(crate) struct Evaluator {
    law: Arc<Pack>,
    day: Date,
    /// By form of organisation; `None` for a form that no scale grades.
    prepared: BTreeMap<String, Option<Prepared>>,
}

struct Prepared {
    scale: Arc<Scale>,
    plan: Plan,
    tally: Tally,
    /// No indicator is stated about the entity itself; there is no source for such.
    stated: Vec<i64>,
}

impl Evaluator {
    pub fn new(law: Arc<Pack>, day: Date) -> Self {
        Self {
            law,
            day,
            prepared: BTreeMap::new(),
        }
    }

    /// Score and grade with the scale they rest on; `None` where the law has no scale for the form.
    pub fn grade(&mut self, code: &Code, facts: &[Fact]) -> Option<(Graded, Arc<Scale>)> {
        let form = &self.law.form_of(code)?.word;
        if !self.prepared.contains_key(form) {
            let prepared = prepare(&self.law, form, self.day);
            self.prepared.insert(form.clone(), prepared);
        }
        let prepared = self.prepared.get_mut(form)?.as_mut()?;
        let graded = prepared
            .plan
            .grade(&mut prepared.tally, facts, &prepared.stated);
        Some((graded, Arc::clone(&prepared.scale)))
    }

    /// The form of organisation a code stands for; empty where the pack knows none.
    pub fn form(&self, code: &Code) -> String {
        let form = self.law.form_of(code);
        form.map(|form| form.word.clone()).unwrap_or_default()
    }

    /// The same as it would stand in the ledger.
    pub fn change(&mut self, code: &Code, facts: &[Fact]) -> Option<(Graded, GradeChange)> {
        let (graded, scale) = self.grade(code, facts)?;
        let stated = stated(&scale, None);
        let change = GradeChange {
            entity: *code,
            scale: scale.id.clone(),
            score: graded.score,
            grade: word(&scale, graded),
            next: next_change(&scale, facts, &stated, self.day),
        };
        Some((graded, change))
    }
}

fn prepare(law: &Pack, form: &str, day: Date) -> Option<Prepared> {
    let scale = Arc::clone(law.scale(form, day)?.value());
    let plan = Plan::new(&scale, day);
    Some(Prepared {
        tally: plan.tally(),
        stated: stated(&scale, None),
        plan,
        scale,
    })
}

/// The stated indicators of a scale. Only the general grade has a source; where there is none, it
/// counts as the best.
pub(crate) fn stated(scale: &Scale, general: Option<u8>) -> Vec<i64> {
    let stated = scale.indicators.iter();
    let stated = stated.filter(|one| matches!(one.value, Value::Stated));
    let value = |id: &str| match id {
        law::GENERAL => general.map_or(0, i64::from),
        _ => 0,
    };
    stated.map(|one| value(&one.id)).collect()
}

/// The word of a grade on its scale.
pub fn word(scale: &Scale, graded: Graded) -> String {
    let cut = scale.cuts.get(usize::from(graded.grade));
    cut.map(|cut| cut.word.clone()).unwrap_or_default()
}

fn differs(change: &GradeChange, row: Option<&GradeRow>) -> bool {
    row.is_none_or(|row| {
        row.scale != change.scale
            || row.score != change.score
            || row.grade != change.grade
            || row.next != change.next
    })
}

impl Desk {
    /// Evaluates every organisation as of `day`. As of today the changes and the digest go into the
    /// ledger.
    pub fn grade_all(
        &self,
        actor: &Actor,
        day: Date,
        progress: &mut dyn FnMut(u64),
    ) -> Result<Evaluated, Fault> {
        let recorded = day == self.clock.today();
        let mut pass = Pass {
            desk: self,
            actor,
            evaluator: Evaluator::new(self.law(), day),
            digest: Digest::default(),
            run: GradeRun {
                as_of: day,
                digest: None,
                entities: 0,
                changed: 0,
                counts: BTreeMap::new(),
                size: self.store.size()?,
            },
            changes: Vec::new(),
            recorded,
            fault: None,
        };
        self.store.each_dossier(&mut |dossier| {
            pass.take(&dossier);
            if pass.run.entities.is_multiple_of(10_000) {
                progress(pass.run.entities);
            }
        })?;
        pass.finish()
    }

    /// Evaluates what changed since the last run: organisations with new entries, and those whose
    /// grade changes by the date alone. `None` where nothing did. After a change of law, or without
    /// an earlier run, everything is evaluated.
    pub fn grade_changed(&self, actor: &Actor) -> Result<Option<GradeRun>, Fault> {
        let today = self.clock.today();
        let law = self.law();
        let mut forms = law.forms().iter();
        if !forms.any(|form| law.scale(&form.word, today).is_some()) {
            return Ok(None);
        }
        let runs = self.store.grade_runs(1)?;
        let Some(last) = runs.first().filter(|last| last.law == law.digest()) else {
            let evaluated = self.grade_all(actor, today, &mut |_| {})?;
            return Ok(evaluated.recorded.then_some(evaluated.run));
        };
        let size = self.store.size()?;
        let mut touched = self.touched(last.run.size, size)?;
        touched.extend(self.store.grades_due(today)?);
        if touched.is_empty() {
            return Ok(None);
        }
        let mut evaluator = Evaluator::new(law, today);
        let mut changes = Vec::new();
        for code in &touched {
            let facts = self.store.facts(code)?;
            if let Some((_, change)) = evaluator.change(code, &facts)
                && differs(&change, self.store.grade(code)?.as_ref())
            {
                changes.push(change);
            }
        }
        let run = GradeRun {
            as_of: today,
            digest: None,
            entities: touched.len() as u64,
            changed: changes.len() as u64,
            counts: BTreeMap::new(),
            size,
        };
        self.write_grades(actor, today, changes, Some(run.clone()))?;
        Ok(Some(run))
    }

    /// Organisations that entries from `from` up to `to` are about.
    fn touched(&self, from: u64, to: u64) -> Result<BTreeSet<Code>, Fault> {
        let mut touched = BTreeSet::new();
        let mut after = from.checked_sub(1);
        loop {
            let entries = self.store.changes(after, STRIDE)?;
            let Some((last, _)) = entries.last() else {
                return Ok(touched);
            };
            after = Some(*last);
            let before = entries.iter().filter(|(seq, _)| *seq < to);
            touched.extend(before.filter_map(|(_, entry)| {
                // A look-up changes nobody's position.
                entry.entity.filter(|_| entry.kind != "screened")
            }));
            if after.is_some_and(|seq| seq + 1 >= to) {
                return Ok(touched);
            }
        }
    }

    fn write_grades(
        &self,
        actor: &Actor,
        as_of: Date,
        changes: Vec<GradeChange>,
        run: Option<GradeRun>,
    ) -> Result<(), Fault> {
        let mut sealed = Vec::new();
        for block in changes.chunks(BLOCK) {
            let changes = block.to_vec();
            let event = Event::GradesChanged(GradesChanged { as_of, changes });
            sealed.push(self.seal(actor, event, [])?);
        }
        if let Some(run) = run {
            sealed.push(self.seal(actor, Event::GradeRun(run), [])?);
        }
        self.write(move |transaction| {
            for sealed in sealed {
                transaction.append(sealed)?;
            }
            Ok(())
        })?;
        Ok(())
    }

    /// The grade of one organisation as of `day`, point by point, with the way to a better one.
    /// `None` where nobody grades it: no such organisation, or no scale for its form.
    pub fn explain_grade(&self, code: &Code, day: Date) -> Result<Option<Explanation>, Fault> {
        self.explain_by(None, code, day)
    }

    /// The same by the scale of a sector (R59). It may take the general grade into account, and it
    /// reads the same facts.
    pub fn explain_sector_grade(
        &self,
        sector: &str,
        code: &Code,
        day: Date,
    ) -> Result<Option<Explanation>, Fault> {
        self.explain_by(Some(sector), code, day)
    }

    fn explain_by(
        &self,
        sector: Option<&str>,
        code: &Code,
        day: Date,
    ) -> Result<Option<Explanation>, Fault> {
        let Some(profile) = self.store.profile(code)? else {
            return Ok(None);
        };
        let law = self.law();
        let Some(form) = law.form_of(code) else {
            return Ok(None);
        };
        let ruled = match sector {
            None => law.scale(&form.word, day),
            Some(sector) => law.sector_scale(sector, &form.word, day),
        };
        let Some(ruled) = ruled else { return Ok(None) };
        let scale = ruled.value();
        let facts = self.store.facts(code)?;
        let general = match sector {
            None => None,
            Some(_) => Evaluator::new(Arc::clone(&law), day).grade(code, &facts),
        };
        let stated = stated(scale, general.map(|(graded, _)| graded.grade));
        let mut explanation = Explanation::of(scale, &facts, &stated, day);
        explanation.name = profile.registered.name;
        explanation.code = code.to_string();
        explanation.law = law.digest().to_owned();
        for record in explanation.behind() {
            let docket = self.store.entry(record)?.and_then(|entry| docket(&entry));
            explanation
                .dockets
                .extend(docket.map(|docket| (record, docket)));
        }
        Ok(Some(explanation))
    }
}

/// By which name a reader finds what a fact stands for: the docket of a record, the list of a listing, the
/// number of a commitment.
fn docket(entry: &Entry) -> Option<String> {
    match Event::of(entry).ok()? {
        Event::Filed(filed) => Some(filed.docket),
        Event::Listing(step) => match step.did {
            listing::Event::Proposed(proposed) => Some(proposed.list_name),
            _ => None,
        },
        Event::Commitment(step) => match step.did {
            commitment::Event::Offered { paper, .. }
            | commitment::Event::Registered { paper, .. } => Some(paper.number),
            _ => None,
        },
        _ => None,
    }
}

/// A run over all, while it goes on.
struct Pass<'a> {
    desk: &'a Desk,
    actor: &'a Actor,
    evaluator: Evaluator,
    digest: Digest,
    run: GradeRun,
    changes: Vec<GradeChange>,
    recorded: bool,
    fault: Option<Fault>,
}

impl Pass<'_> {
    fn take(&mut self, dossier: &Dossier<'_>) {
        let Some((graded, change)) = self.evaluator.change(&dossier.code, dossier.facts) else {
            return;
        };
        self.run.entities += 1;
        self.digest.add(&dossier.code, graded);
        *self.run.counts.entry(change.grade.clone()).or_default() += 1;
        if differs(&change, dossier.grade) {
            self.run.changed += 1;
            self.changes.push(change);
        }
        if self.recorded && self.changes.len() >= 16 * BLOCK {
            self.write(None);
        }
    }

    fn write(&mut self, run: Option<GradeRun>) {
        let changes = std::mem::take(&mut self.changes);
        if self.fault.is_none() {
            let written = self
                .desk
                .write_grades(self.actor, self.run.as_of, changes, run);
            self.fault = written.err();
        }
    }

    fn finish(mut self) -> Result<Evaluated, Fault> {
        let digest = std::mem::take(&mut self.digest);
        self.run.digest = Some(digest.finish());
        if self.recorded && self.run.entities > 0 {
            let run = self.run.clone();
            self.write(Some(run));
        }
        match self.fault {
            Some(fault) => Err(fault),
            None => Ok(Evaluated {
                recorded: self.recorded && self.run.entities > 0,
                run: self.run,
            }),
        }
    }
}

/// A grade point by point, in texts and numbers that do not need the scale at hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explanation {
    pub code: String,
    pub name: String,
    pub as_of: Date,
    pub scale: String,
    pub scale_name: String,
    pub basis: Basis,
    /// Digest of the law pack.
    pub law: String,
    pub start: i32,
    pub score: i32,
    pub grade: String,
    pub grade_name: String,
    pub items: Vec<ItemLine>,
    pub floors: Vec<FloorLine>,
    /// The day on which the grade changes although nothing new happens.
    pub next: Option<Date>,
    pub exit: Option<ExitPath>,
    /// Record to docket, for every record named above.
    pub dockets: BTreeMap<u64, String>,
}

/// 计分项 and what it gave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ItemLine {
    pub item: String,
    pub name: String,
    /// Name and value of each indicator it looks at.
    pub indicators: Vec<(String, i64)>,
    pub points: i32,
    /// The indicator that kept it from counting.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub held_by: Option<String>,
    pub records: Vec<u64>,
    pub basis: Basis,
}

/// 直接判级 that applies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FloorLine {
    pub name: String,
    pub grade: String,
    pub records: Vec<u64>,
    pub basis: Basis,
}

/// 怎样退出: the way to a better grade (R58). No legal advice, computed from the scale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExitPath {
    /// Day and grade when nothing is done and nothing new happens.
    pub alone: Option<(Date, String)>,
    pub ways: Vec<WayLine>,
    /// Whether no smaller set of repairs exists.
    pub smallest: bool,
}

/// Repairs that together lead to a better grade from a day on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WayLine {
    pub from: Date,
    pub grade: String,
    /// Record, and the first day on which its repair may be asked for.
    pub repairs: Vec<(u64, Date)>,
}

impl Explanation {
    /// Explains facts without an organisation: code, name, law and dockets stay empty. Facts may be
    /// invented ones (R58).
    pub fn of(scale: &Scale, facts: &[Fact], stated: &[i64], day: Date) -> Self {
        let explained = explain(scale, facts, stated, day);
        let cut = scale.cuts.get(usize::from(explained.graded.grade));
        let items = explained.points.iter().map(|point| ItemLine {
            item: point.item.id.clone(),
            name: point.item.name.clone(),
            indicators: point
                .from
                .iter()
                .filter_map(|place| explained.indicators.get(*place))
                .map(|counted| (counted.indicator.name.clone(), counted.value))
                .collect(),
            points: point.points,
            held_by: point.held_by.map(|indicator| indicator.name.clone()),
            records: point.records.clone(),
            basis: point.basis.clone(),
        });
        let floors = explained.floors.iter().map(|hit| FloorLine {
            name: hit.floor.name.clone(),
            grade: scale
                .cuts
                .get(hit.floor.grade)
                .map(|cut| cut.word.clone())
                .unwrap_or_default(),
            records: hit.records.clone(),
            basis: hit.basis.clone(),
        });
        Self {
            code: String::new(),
            name: String::new(),
            as_of: day,
            scale: scale.id.clone(),
            scale_name: scale.name.clone(),
            basis: scale.basis.clone(),
            law: String::new(),
            start: scale.start,
            score: explained.graded.score,
            grade: word(scale, explained.graded),
            grade_name: cut.map(|cut| cut.name.clone()).unwrap_or_default(),
            items: items.collect(),
            floors: floors.collect(),
            next: next_change(scale, facts, stated, day),
            exit: exit(scale, facts, stated, day).map(|exit| ExitPath::of(scale, &exit)),
            dockets: BTreeMap::new(),
        }
    }

    /// Every record that is named.
    fn behind(&self) -> BTreeSet<u64> {
        let items = self.items.iter().flat_map(|item| &item.records);
        let floors = self.floors.iter().flat_map(|floor| &floor.records);
        let ways = self.exit.iter().flat_map(|exit| &exit.ways);
        let repairs = ways.flat_map(|way| way.repairs.iter().map(|(record, _)| record));
        items.chain(floors).chain(repairs).copied().collect()
    }
}

impl ExitPath {
    fn of(scale: &Scale, exit: &Exit) -> Self {
        let ways = exit.ways.iter().map(|way| WayLine {
            from: way.from,
            grade: word(scale, way.graded),
            repairs: way
                .repairs
                .iter()
                .map(|repair| (repair.record, repair.from))
                .collect(),
        });
        Self {
            alone: exit.alone.map(|(day, graded)| (day, word(scale, graded))),
            ways: ways.collect(),
            smallest: exit.search == Search::Exhaustive,
        }
    }
}
