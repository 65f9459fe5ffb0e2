//! Inspections: what may be inspected (检查事项清单), and the closed words of a visit.

use super::{Cite, Cited, INSPECTIONS, VISITS, list, wrong};
use crate::answer::{self, Written};
use crate::finding::Remark;
use crate::index::ruled;
use domain::basis::{Basis, Ruled};
use domain::inspection::{Check, Exception, Ground, Item, Method, Paper, Published, ResultCode};
use serde::Deserialize;
use std::sync::Arc;

/// The catalogs of inspections.
#[derive(Debug, Clone, Default)]
pub(crate) struct Inspections {
    pub items: Vec<Ruled<Arc<Published>>>,
    pub lines: Vec<super::Word>,
    pub exceptions: Vec<Ruled<Exception>>,
    pub results: Vec<Ruled<ResultCode>>,
    pub recusals: Vec<Ruled<Ground>>,
    pub papers: Vec<Ruled<Paper>>,
    /// Least number of inspectors; more than one row is a fault.
    pub teams: Vec<Ruled<u16>>,
}

impl Inspections {
    pub fn read_items(&mut self, text: &str) -> Result<(), Remark> {
        let rows: Vec<WrittenItem> = list(INSPECTIONS, text, "item")?;
        self.items = rows.into_iter().map(Ruled::from).collect();
        Ok(())
    }

    pub fn read_visits(&mut self, text: &str) -> Result<(), Remark> {
        let visits: Visits = toml::from_str(text).map_err(|error| wrong(VISITS, text, &error))?;
        self.lines = visits.line;
        let exceptions = visits.exception.into_iter();
        self.exceptions = exceptions.map(Ruled::from).collect();
        self.recusals = named(visits.recusal, |word, name| Ground { word, name });
        self.papers = named(visits.paper, |word, name| Paper { word, name });
        self.results = visits.result.into_iter().map(Ruled::from).collect();
        let teams = visits.team.into_iter();
        self.teams = teams
            .map(|row| ruled(row.size, row.basis.basis()))
            .collect();
        Ok(())
    }

    /// What the rows cite; `line` finds the line of a row by file, list and place.
    pub fn cited(&self, line: impl Fn(&str, &str, usize) -> usize) -> Vec<Cite<'_>> {
        let mut found = Vec::new();
        for (place, item) in self.items.iter().enumerate() {
            for basis in bases(item) {
                found.push(Cite {
                    file: INSPECTIONS,
                    line: line(INSPECTIONS, "item", place),
                    name: &item.value().name,
                    basis,
                });
            }
        }
        let mut add = |list, place, name, basis: &Basis| {
            found.push(Cite {
                file: VISITS,
                line: line(VISITS, list, place),
                name,
                basis: basis.clone(),
            });
        };
        for (place, row) in self.exceptions.iter().enumerate() {
            add("exception", place, &row.value().name, row.basis());
        }
        for (place, row) in self.results.iter().enumerate() {
            add("result", place, &row.value().name, row.basis());
        }
        for (place, row) in self.recusals.iter().enumerate() {
            add("recusal", place, &row.value().name, row.basis());
        }
        for (place, row) in self.papers.iter().enumerate() {
            add("paper", place, &row.value().name, row.basis());
        }
        for (place, row) in self.teams.iter().enumerate() {
            add("team", place, "检查人员人数", row.basis());
        }
        found
    }
}

/// The articles of an item and of its checks, each once.
fn bases(item: &Ruled<Arc<Published>>) -> Vec<Basis> {
    let checks = item.value().checks.iter().map(|check| &check.basis);
    let mut bases: Vec<Basis> = checks.chain([item.basis()]).cloned().collect();
    bases.sort();
    bases.dedup();
    bases
}

/// `visits.toml`: several short lists in one file, since none says anything without the others.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Visits {
    line: Vec<super::Word>,
    exception: Vec<WrittenException>,
    result: Vec<WrittenResult>,
    recusal: Vec<Named>,
    paper: Vec<Named>,
    team: Vec<Team>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenItem {
    code: String,
    name: String,
    sector: String,
    line: String,
    kind: Item,
    method: Vec<Method>,
    per_year: Option<u16>,
    #[serde(default)]
    checks: Vec<Written>,
    basis: Cited,
}

impl From<WrittenItem> for Ruled<Arc<Published>> {
    fn from(row: WrittenItem) -> Self {
        let basis = row.basis.basis();
        let checks = answer::clauses(row.checks, &basis).into_iter();
        let checks = checks.map(|clause| Check {
            key: clause.key.to_string(),
            text: clause.text.to_string(),
            basis: clause.basis,
        });
        let published = Published {
            code: row.code,
            name: row.name,
            sector: row.sector,
            line: row.line,
            kind: row.kind,
            methods: row.method,
            per_year: row.per_year,
            checks: checks.collect(),
        };
        ruled(Arc::new(published), basis)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenException {
    word: String,
    name: String,
    #[serde(default)]
    unannounced: bool,
    basis: Cited,
}

impl From<WrittenException> for Ruled<Exception> {
    fn from(row: WrittenException) -> Self {
        let exception = Exception {
            word: row.word,
            name: row.name,
            unannounced: row.unannounced,
        };
        ruled(exception, row.basis.basis())
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenResult {
    word: String,
    name: String,
    problem: bool,
    follow: bool,
    basis: Cited,
}

impl From<WrittenResult> for Ruled<ResultCode> {
    fn from(row: WrittenResult) -> Self {
        let code = ResultCode {
            word: row.word,
            name: row.name,
            problem: row.problem,
            follow: row.follow,
        };
        ruled(code, row.basis.basis())
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    word: String,
    name: String,
    basis: Cited,
}

fn named<T>(rows: Vec<Named>, make: fn(String, String) -> T) -> Vec<Ruled<T>> {
    let rows = rows.into_iter();
    rows.map(|row| ruled(make(row.word, row.name), row.basis.basis()))
        .collect()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Team {
    size: u16,
    basis: Cited,
}
