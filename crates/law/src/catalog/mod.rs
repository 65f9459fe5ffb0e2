//! Closed lists in `law/catalog/`: what may be named, and on what basis.

mod inspection;
mod matter;
pub(crate) mod notice;
mod set;

pub use matter::{Commitment, Matter, Proof, Usage};
pub use notice::NOTICE_PLACES;
pub use set::{BaseClass, Cadence, DataSet, ForbiddenKind, Need, SetField};

use crate::finding::Remark;
use crate::statute::Rank;
use domain::basis::Basis;
use domain::code::{Code, Exceptions};
use domain::inspection::Item;
use domain::notice::Template;
use domain::record::{Act, Severity};
use jiff::civil::Date;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A kind of administrative act that may be gathered.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActKind {
    pub word: Act,
    pub name: String,
    /// Whether a record of this kind weighs against the entity by itself.
    pub adverse: bool,
    pub note: Option<String>,
    basis: Cited,
}

/// A kind of penalty (处罚种类) with the other texts found for it in filed tables.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PenaltyKind {
    pub name: String,
    pub group: String,
    #[serde(default)]
    pub aliases: Vec<String>,
    basis: Cited,
}

/// A duty somebody has within a number of days.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DutyKind {
    pub kind: String,
    pub name: String,
    /// What starts the clock, in Chinese.
    pub start: String,
}

/// A circumstance of a record for which the law has a special rule.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Facet {
    pub word: String,
    pub name: String,
}

/// A word with the name a user reads: person roles, documents, kept things, reports, counts.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Word {
    pub word: String,
    pub name: String,
}

/// A form of organisation (主体类型), told by the first two characters of its code.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Form {
    pub word: String,
    pub name: String,
    #[serde(default)]
    pub pairs: Vec<String>,
    /// 自然人: never graded, and touched by a measure only in a role its basis names.
    #[serde(default)]
    pub natural: bool,
}

/// A subject that must have exactly one rule on every day of a span.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Covered {
    pub id: String,
    pub act: Option<Act>,
    pub severity: Option<Severity>,
    pub kind: Option<String>,
    pub form: Option<String>,
    pub item: Option<Item>,
    pub what: Option<String>,
    pub report: Option<String>,
    pub breaker: Option<String>,
    pub from: Date,
    pub until: Date,
}

/// A basis as a catalog or a rule writes it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Cited {
    statute: String,
    article: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    checked: Option<Date>,
}

impl Cited {
    pub fn basis(&self) -> Basis {
        Basis {
            statute: self.statute.as_str().into(),
            article: self.article.as_str().into(),
            confirmed: self.checked.is_some(),
        }
    }
}

impl ActKind {
    pub fn basis(&self) -> Basis {
        self.basis.basis()
    }
}

impl PenaltyKind {
    pub fn basis(&self) -> Basis {
        self.basis.basis()
    }

    /// Every text that means this kind.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.name.as_str()).chain(self.aliases.iter().map(String::as_str))
    }
}

impl Form {
    pub fn has(&self, code: &Code) -> bool {
        let pair = code.as_str().get(..2).unwrap_or_default();
        self.pairs.iter().any(|known| known == pair)
    }
}

/// All catalogs of a pack.
#[derive(Debug, Clone, Default)]
pub(crate) struct Catalogs {
    pub acts: Vec<ActKind>,
    pub matters: Vec<Matter>,
    pub kinds: Vec<PenaltyKind>,
    pub duties: Vec<DutyKind>,
    pub facets: Vec<Facet>,
    pub covered: Vec<Covered>,
    pub exceptions: Exceptions,
    pub forms: Vec<Form>,
    pub roles: Vec<Word>,
    pub evidence: Vec<Word>,
    pub sectors: Vec<Word>,
    pub retentions: Vec<Word>,
    pub reports: Vec<Word>,
    pub counts: Vec<Word>,
    pub classes: Vec<BaseClass>,
    pub forbidden: Vec<ForbiddenKind>,
    pub sets: Vec<DataSet>,
    pub commitments: Vec<Commitment>,
    pub notices: Vec<Template>,
    pub inspections: inspection::Inspections,
    /// The rows of each file, in order.
    lines: BTreeMap<String, Vec<Head>>,
}

/// A catalog row that cites a basis.
pub(crate) struct Cite<'a> {
    pub file: &'static str,
    pub line: usize,
    pub name: &'a str,
    pub basis: Basis,
}

impl Catalogs {
    /// Reads one catalog; a name nobody knows is a finding.
    pub fn read(&mut self, file: &str, text: &str) -> Result<(), Remark> {
        match file.strip_prefix(FOLDER).unwrap_or_default() {
            "acts.toml" => self.acts = list(file, text, "act")?,
            "matters.toml" => self.matters = list(file, text, "matter")?,
            "penalty-kinds.toml" => self.kinds = list(file, text, "kind")?,
            "duties.toml" => self.duties = list(file, text, "duty")?,
            "facets.toml" => self.facets = list(file, text, "facet")?,
            "coverage.toml" => self.covered = list(file, text, "subject")?,
            "forms.toml" => self.forms = list(file, text, "form")?,
            "roles.toml" => self.roles = list(file, text, "role")?,
            "evidence.toml" => self.evidence = list(file, text, "evidence")?,
            "sectors.toml" => self.sectors = list(file, text, "sector")?,
            "retentions.toml" => self.retentions = list(file, text, "retention")?,
            "reports.toml" => self.reports = list(file, text, "report")?,
            "counts.toml" => self.counts = list(file, text, "count")?,
            "base.toml" => self.classes = list(file, text, "class")?,
            "forbidden.toml" => self.forbidden = list(file, text, "kind")?,
            "data-sets.toml" => self.sets = list(file, text, "set")?,
            "commitments.toml" => self.commitments = list(file, text, "commitment")?,
            "notices.toml" => {
                let rows: Vec<notice::Written> = list(file, text, "notice")?;
                self.notices = rows.into_iter().map(Template::from).collect();
            }
            "inspections.toml" => self.inspections.read_items(text)?,
            "visits.toml" => self.inspections.read_visits(text)?,
            "code-exceptions.toml" => {
                self.exceptions =
                    toml::from_str(text).map_err(|error| wrong(file, text, &error))?;
            }
            _ => return Err(Remark::unreadable(file, 1, "不认识的目录文件")),
        }
        self.lines.insert(file.to_owned(), rows(text));
        Ok(())
    }

    /// Line of a row in a file of one list.
    pub fn line(&self, file: &str, place: usize) -> usize {
        let heads = self.lines.get(file);
        let head = heads.and_then(|heads| heads.get(place));
        head.map_or(1, |head| head.line)
    }

    /// Line of a row in a file of several lists.
    pub fn line_in(&self, file: &str, list: &str, place: usize) -> usize {
        let heads = self.lines.get(file);
        heads.map_or(1, |heads| line_in(heads, list, place))
    }

    /// What every catalog row cites.
    pub fn cited(&self) -> Vec<Cite<'_>> {
        let files: [(&'static str, Named<'_>); 8] = [
            (
                ACTS,
                named(&self.acts, |row| (&row.name, vec![row.basis()])),
            ),
            (
                KINDS,
                named(&self.kinds, |row| (&row.name, vec![row.basis()])),
            ),
            (
                MATTERS,
                named(&self.matters, |row| (&row.name, row.bases())),
            ),
            (
                BASE,
                named(&self.classes, |row| (&row.name, vec![row.basis()])),
            ),
            (
                FORBIDDEN,
                named(&self.forbidden, |row| (&row.name, vec![row.basis()])),
            ),
            (
                SETS,
                named(&self.sets, |row| (&row.name, vec![row.basis()])),
            ),
            (
                COMMITMENTS,
                named(&self.commitments, |row| (&row.name, row.bases())),
            ),
            (
                NOTICES,
                named(&self.notices, |row| (&row.title, vec![row.basis.clone()])),
            ),
        ];
        let cites = files.into_iter().flat_map(|(file, rows)| {
            let rows = rows.into_iter().enumerate();
            rows.flat_map(move |(place, (name, bases))| {
                let line = self.line(file, place);
                bases.into_iter().map(move |basis| Cite {
                    file,
                    line,
                    name,
                    basis,
                })
            })
        });
        let line = |file: &str, list: &str, place| self.line_in(file, list, place);
        cites.chain(self.inspections.cited(line)).collect()
    }
}

/// The rows of one catalog: name and bases.
type Named<'a> = Vec<(&'a str, Vec<Basis>)>;

fn named<T>(rows: &[T], read: impl Fn(&T) -> (&String, Vec<Basis>)) -> Named<'_> {
    rows.iter()
        .map(|row| {
            let (name, bases) = read(row);
            (name.as_str(), bases)
        })
        .collect()
}

/// Whether a rank may stand behind a row of the base catalogue or its local supplement.
pub(crate) fn base_rank(class: &BaseClass, rank: Rank) -> bool {
    match class.level {
        domain::blacklist::Level::Local => rank == Rank::LocalRegulation,
        domain::blacklist::Level::National => !matches!(
            rank,
            Rank::LocalRegulation | Rank::LocalPolicy | Rank::Memorandum
        ),
    }
}

pub(crate) const FOLDER: &str = "catalog/";
pub(crate) const ACTS: &str = "catalog/acts.toml";
pub(crate) const KINDS: &str = "catalog/penalty-kinds.toml";
pub(crate) const MATTERS: &str = "catalog/matters.toml";
pub(crate) const FORMS: &str = "catalog/forms.toml";
pub(crate) const BASE: &str = "catalog/base.toml";
pub(crate) const FORBIDDEN: &str = "catalog/forbidden.toml";
pub(crate) const SETS: &str = "catalog/data-sets.toml";
pub(crate) const COMMITMENTS: &str = "catalog/commitments.toml";
pub(crate) const NOTICES: &str = "catalog/notices.toml";
pub(crate) const INSPECTIONS: &str = "catalog/inspections.toml";
pub(crate) const VISITS: &str = "catalog/visits.toml";
pub(crate) const COVERAGE: &str = "catalog/coverage.toml";

/// A catalog is one array of tables under one name; anything else in the file is a fault.
fn list<T: DeserializeOwned>(file: &str, text: &str, name: &str) -> Result<Vec<T>, Remark> {
    let mut lists: BTreeMap<String, Vec<T>> =
        toml::from_str(text).map_err(|error| wrong(file, text, &error))?;
    let rows = lists.remove(name);
    match (rows, lists.keys().next()) {
        (Some(rows), None) => Ok(rows),
        (_, Some(other)) => Err(Remark::unreadable(file, 1, format!("不认识的键 `{other}`"))),
        (None, None) => Err(Remark::unreadable(file, 1, format!("缺少 `[[{name}]]`"))),
    }
}

/// Where a row begins.
#[derive(Debug, Clone)]
pub(crate) struct Head {
    /// Name of its list.
    list: String,
    line: usize,
}

/// Where the rows begin; the tables inside a row have a point in their name.
pub(crate) fn rows(text: &str) -> Vec<Head> {
    let lines = text.lines().enumerate();
    let heads = lines.filter_map(|(index, line)| {
        let (list, _) = line.strip_prefix("[[")?.split_once("]]")?;
        (!list.contains('.')).then(|| Head {
            list: list.trim().to_owned(),
            line: index + 1,
        })
    });
    heads.collect()
}

/// Line of a row of one list.
pub(crate) fn line_in(heads: &[Head], list: &str, place: usize) -> usize {
    let mut heads = heads.iter().filter(|head| head.list == list);
    heads.nth(place).map_or(1, |head| head.line)
}

/// A TOML fault of a whole file, with its line.
pub(crate) fn wrong(file: &str, text: &str, error: &toml::de::Error) -> Remark {
    let offset = error.span().map_or(0, |span| span.start);
    let line = 1 + text.get(..offset).unwrap_or_default().matches('\n').count();
    Remark::unreadable(file, line, format!("无法读取：{}", error.message()))
}
