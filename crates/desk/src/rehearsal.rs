//! Rehearsal: a changed law pack against the whole population, before anybody signs it.
//!
//! Two questions are answered. Whose grade moves, and why? And which records would have been decided
//! otherwise, with their dates? The second is a comparison only: decisions keep the law of their day.

use crate::grade::{Evaluator, stated, word};
use crate::ports::Dossier;
use crate::replay::restate;
use crate::{Desk, Fault};
use domain::code::Code;
use domain::filing::Filed;
use domain::grade::{Explained, Fact, Graded, Scale, explain};
use domain::ledger::{Entry, Event};
use domain::publication::Publication;
use domain::record::Severity;
use jiff::civil::Date;
use law::{Change, Pack, Part};
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Entries read at once.
const STRIDE: usize = 5_000;

/// What a rehearsal found, in counts; the rows went to its sink one by one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rehearsal {
    pub as_of: Date,
    /// Digest of the pack in force and of the rehearsed one.
    pub base: String,
    pub with: String,
    pub changes: Vec<Change>,
    /// Organisations a scale of either pack grades.
    pub entities: u64,
    pub moved: Moves,
    /// (grade now, grade then, how many); only moves. `-` where no scale applies.
    pub grades: Vec<(String, String, u64)>,
    /// Division code to moves.
    pub districts: BTreeMap<String, Moves>,
    /// Form of organisation to moves.
    pub forms: BTreeMap<String, Moves>,
    /// What made the difference to how many grades; one grade may have several causes.
    pub causes: BTreeMap<String, u64>,
    /// Records looked at, and those that the rehearsed pack would have decided otherwise.
    pub records: u64,
    pub records_moved: u64,
}

/// Better, worse, and same grade by another score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Moves {
    pub up: u64,
    pub down: u64,
    pub score_only: u64,
}

/// One row of the result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "row", rename_all = "kebab-case")]
pub enum Row {
    Grade(GradeMove),
    Record(RecordMove),
}

/// An organisation whose grade moves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GradeMove {
    pub code: Code,
    pub name: String,
    pub division: String,
    pub form: String,
    pub score: i32,
    pub grade: String,
    pub then_score: i32,
    pub then_grade: String,
    /// What differs: items with their points, floors, limits.
    pub causes: Vec<String>,
}

/// A record that would have been decided otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RecordMove {
    pub record: u64,
    pub entity: Option<Code>,
    pub docket: String,
    pub decided: Date,
    pub severity: Option<Severity>,
    pub then_severity: Option<Severity>,
    /// Day of repair and day of the end while it is shown; absent where it is withheld.
    pub shown: Option<(Date, Date)>,
    pub then_shown: Option<(Date, Date)>,
}

/// How far a rehearsal is: rows done, of how many.
pub type Progress<'a> = &'a mut dyn FnMut(u64, u64);

impl Desk {
    /// Rehearses `with` as of today. Rows come in order of codes, then in order of entries.
    pub fn rehearse(
        &self,
        with: &Arc<Pack>,
        sink: &mut dyn FnMut(Row),
        progress: Progress<'_>,
    ) -> Result<Rehearsal, Fault> {
        let (base, today) = (self.law(), self.clock.today());
        let changes = law::diff(&base, with);
        let mut found = Rehearsal {
            as_of: today,
            base: base.digest().to_owned(),
            with: with.digest().to_owned(),
            entities: 0,
            moved: Moves::default(),
            grades: Vec::new(),
            districts: BTreeMap::new(),
            forms: BTreeMap::new(),
            causes: BTreeMap::new(),
            records: 0,
            records_moved: 0,
            changes,
        };
        let (entities, size) = (self.store.count_entities()?, self.store.size()?);
        let whole = if decides_records(&found.changes) {
            entities + size
        } else {
            entities
        };
        let mut pass = Pass {
            now: Evaluator::new(Arc::clone(&base), today),
            then: Evaluator::new(Arc::clone(with), today),
            found: &mut found,
            sink,
            grades: BTreeMap::new(),
            seen: 0,
        };
        self.store.each_dossier(&mut |dossier| {
            pass.take(&dossier);
            if pass.seen.is_multiple_of(1_000) {
                progress(pass.seen, whole);
            }
        })?;
        found.grades = pass.grades();
        if decides_records(&found.changes) {
            self.rehearse_records(&base, with, &mut found, sink, &mut |done| {
                progress(entities + done, whole);
            })?;
        }
        progress(whole, whole);
        Ok(found)
    }

    fn rehearse_records(
        &self,
        base: &Pack,
        with: &Pack,
        found: &mut Rehearsal,
        sink: &mut dyn FnMut(Row),
        progress: &mut dyn FnMut(u64),
    ) -> Result<(), Fault> {
        let mut after = None;
        loop {
            let entries = self.store.changes(after, STRIDE)?;
            let Some((last, _)) = entries.last() else {
                return Ok(());
            };
            after = Some(*last);
            for (seq, entry) in &entries {
                let Some(filed) = filed(entry)? else { continue };
                found.records += 1;
                let now = restate(base, &self.sources, entry, &filed);
                let then = restate(with, &self.sources, entry, &filed);
                if let Some((now, then)) = now.zip(then)
                    && let Some(moved) = record_move(*seq, &now, &then)
                {
                    found.records_moved += 1;
                    sink(Row::Record(moved));
                }
            }
            progress(last + 1);
        }
    }
}

/// Whether a change can touch how a record is decided: severity, publicity, duties, calendar.
fn decides_records(changes: &[Change]) -> bool {
    changes.iter().any(|change| match change.part {
        Part::Calendar => true,
        Part::Rule => ["publicity.", "severity.", "duty."]
            .iter()
            .any(|question| change.name.contains(question)),
        Part::Catalog => change.file.contains("penalty-kinds") || change.file.contains("facets"),
        Part::Statute | Part::Blank => false,
    })
}

fn filed(entry: &Entry) -> Result<Option<Filed>, Fault> {
    if entry.kind != "filed" {
        return Ok(None);
    }
    match Event::of(entry) {
        Ok(Event::Filed(filed)) => Ok(Some(*filed)),
        Ok(_) => Ok(None),
        Err(error) => Err(Fault::broken(error.to_string())),
    }
}

fn record_move(record: u64, now: &Filed, then: &Filed) -> Option<RecordMove> {
    let class = |filed: &Filed| filed.severity.as_ref().map(|classed| classed.class);
    let shown = |filed: &Filed| match &filed.publication {
        Publication::Shown { window, .. } => Some((window.repairable, window.hidden)),
        Publication::Withheld { .. } => None,
    };
    let moved = RecordMove {
        record,
        entity: now.entity,
        docket: now.docket.clone(),
        decided: now.decided,
        severity: class(now),
        then_severity: class(then),
        shown: shown(now),
        then_shown: shown(then),
    };
    let same = moved.severity == moved.then_severity && moved.shown == moved.then_shown;
    (!same).then_some(moved)
}

struct Pass<'a> {
    now: Evaluator,
    then: Evaluator,
    found: &'a mut Rehearsal,
    sink: &'a mut dyn FnMut(Row),
    grades: BTreeMap<(String, String), u64>,
    seen: u64,
}

/// A grade with the scale it rests on.
type Side = Option<(Graded, Arc<Scale>)>;

impl Pass<'_> {
    fn take(&mut self, dossier: &Dossier<'_>) {
        self.seen += 1;
        let now = self.now.grade(&dossier.code, dossier.facts);
        let then = self.then.grade(&dossier.code, dossier.facts);
        if now.is_none() && then.is_none() {
            return;
        }
        self.found.entities += 1;
        let (from, to) = (words(&now), words(&then));
        let scores = |side: &Side| side.as_ref().map(|(graded, _)| graded.score);
        if from == to {
            self.found.moved.score_only += u64::from(scores(&now) != scores(&then));
            return;
        }
        let form = self.now.form(&dossier.code);
        self.count(dossier, &form, better(&now, &then));
        *self.grades.entry((from.clone(), to.clone())).or_default() += 1;
        let causes = causes(&now, &then, dossier.facts, self.found.as_of);
        for (cause, _) in &causes {
            *self.found.causes.entry(cause.clone()).or_default() += 1;
        }
        (self.sink)(Row::Grade(GradeMove {
            code: dossier.code,
            name: dossier.name.to_owned(),
            division: dossier.division.to_owned(),
            form,
            score: scores(&now).unwrap_or_default(),
            grade: from,
            then_score: scores(&then).unwrap_or_default(),
            then_grade: to,
            causes: causes
                .into_iter()
                .map(|(cause, change)| format!("{cause}：{change}"))
                .collect(),
        }));
    }

    fn count(&mut self, dossier: &Dossier<'_>, form: &str, up: bool) {
        let district = self.found.districts.entry(dossier.division.to_owned());
        let by_form = self.found.forms.entry(form.to_owned());
        for moves in [
            &mut self.found.moved,
            district.or_default(),
            by_form.or_default(),
        ] {
            match up {
                true => moves.up += 1,
                false => moves.down += 1,
            }
        }
    }

    fn grades(self) -> Vec<(String, String, u64)> {
        let moves = self.grades.into_iter();
        moves.map(|((from, to), count)| (from, to, count)).collect()
    }
}

fn words(side: &Side) -> String {
    side.as_ref()
        .map_or_else(|| "-".to_owned(), |(graded, scale)| word(scale, *graded))
}

/// Places of grades count from the best; no grade stands above none.
fn better(now: &Side, then: &Side) -> bool {
    let place = |side: &Side| side.as_ref().map_or(0, |(graded, _)| graded.grade);
    place(then) < place(now)
}

/// What differs between two explanations of one organisation: name of the cause, and the change.
fn causes(now: &Side, then: &Side, facts: &[Fact], day: Date) -> Vec<(String, String)> {
    let (Some((_, before)), Some((_, after))) = (now, then) else {
        return vec![("适用的评价规则".to_owned(), "新增或者停用".to_owned())];
    };
    let one = explain(before, facts, &stated(before, None), day);
    let two = explain(after, facts, &stated(after, None), day);
    let mut causes = points(&one, &two);
    let floors = |explained: &Explained<'_>| -> Vec<String> {
        let names = explained.floors.iter().map(|hit| hit.floor.name.clone());
        names.collect()
    };
    if floors(&one) != floors(&two) {
        let list = |names: Vec<String>| match names.is_empty() {
            true => "无".to_owned(),
            false => names.join("、"),
        };
        let change = format!("{} → {}", list(floors(&one)), list(floors(&two)));
        causes.push(("直接判级".to_owned(), change));
    }
    if before.start != after.start {
        let change = format!("{} → {}", before.start, after.start);
        causes.push(("起评分".to_owned(), change));
    }
    if before.cuts != after.cuts {
        causes.push(("等级分数线".to_owned(), "分数线调整".to_owned()));
    }
    causes
}

fn points(one: &Explained<'_>, two: &Explained<'_>) -> Vec<(String, String)> {
    let by_item = |explained: &Explained<'_>| -> BTreeMap<String, (String, i32)> {
        let lines = explained.points.iter();
        lines
            .map(|point| {
                let item = point.item;
                (item.id.clone(), (item.name.clone(), point.points))
            })
            .collect()
    };
    let (old, new) = (by_item(one), by_item(two));
    let mut causes = Vec::new();
    for (id, (name, before)) in &old {
        let after = new.get(id).map_or(0, |(_, points)| *points);
        if after != *before {
            causes.push((name.clone(), format!("{before} → {after} 分")));
        }
    }
    for (id, (name, after)) in &new {
        if *after != 0 && !old.contains_key(id) {
            causes.push((name.clone(), format!("0 → {after} 分")));
        }
    }
    causes
}
