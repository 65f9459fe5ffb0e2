//! Closed lists in `law/catalog/`: what may be named, and on what basis.

use crate::finding::Finding;
use domain::basis::Basis;
use domain::code::Exceptions;
use domain::record::Act;
use jiff::civil::Date;
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// A kind of administrative act that may be gathered.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActKind {
    pub word: Act,
    pub name: String,
    /// Whether a record of this kind weighs against the entity by itself.
    pub adverse: bool,
    pub note: Option<String>,
    basis: Cited,
}

/// A matter in which credit records are looked up (应用清单).
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Matter {
    pub code: String,
    pub name: String,
    /// 领域
    pub domain: String,
    #[serde(rename = "use", default)]
    pub usage: Usage,
    basis: Cited,
}

/// What the result of a look-up may do in a matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Usage {
    /// 供参考: the decision stays with the organ and its own law.
    #[default]
    Reference,
    /// The cited article itself says that a listed entity is refused.
    Refusal,
}

impl Usage {
    /// The name a user reads.
    pub fn name(self) -> &'static str {
        match self {
            Self::Reference => "供参考",
            Self::Refusal => "依法限制",
        }
    }
}

/// A kind of penalty (处罚种类) with the other texts found for it in filed tables.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PenaltyKind {
    pub name: String,
    pub group: String,
    #[serde(default)]
    pub aliases: Vec<String>,
    basis: Cited,
}

/// A duty somebody has within a number of days.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DutyKind {
    pub kind: String,
    pub name: String,
    /// What starts the clock, in Chinese.
    pub start: String,
}

/// A circumstance of a record for which the law has a special rule.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Facet {
    pub word: String,
    pub name: String,
}

/// A subject that must have exactly one rule on every day of a span.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Covered {
    pub id: String,
    pub act: Option<Act>,
    pub severity: Option<domain::record::Severity>,
    pub kind: Option<String>,
    pub from: Date,
    pub until: Date,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Cited {
    statute: String,
    article: String,
    checked: Option<Date>,
}

impl Cited {
    fn basis(&self) -> Basis {
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

impl Matter {
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
}

impl Catalogs {
    /// Reads one catalog; a name nobody knows is a finding.
    pub fn read(&mut self, file: &str, text: &str) -> Result<(), Finding> {
        match file.strip_prefix(FOLDER).unwrap_or_default() {
            "acts.toml" => self.acts = list(file, text, "act")?,
            "matters.toml" => self.matters = list(file, text, "matter")?,
            "penalty-kinds.toml" => self.kinds = list(file, text, "kind")?,
            "duties.toml" => self.duties = list(file, text, "duty")?,
            "facets.toml" => self.facets = list(file, text, "facet")?,
            "coverage.toml" => self.covered = list(file, text, "subject")?,
            "code-exceptions.toml" => {
                self.exceptions =
                    toml::from_str(text).map_err(|error| wrong(file, text, &error))?;
            }
            _ => return Err(Finding::new(file, 1, "不认识的目录文件")),
        }
        Ok(())
    }

    /// What every catalog row cites, for the check against the registry: file, name, statute.
    pub fn cited(&self) -> Vec<(&'static str, &str, &str)> {
        let acts = self
            .acts
            .iter()
            .map(|row| ("catalog/acts.toml", &row.name, &row.basis));
        let matters = self
            .matters
            .iter()
            .map(|row| ("catalog/matters.toml", &row.name, &row.basis));
        let kinds = self
            .kinds
            .iter()
            .map(|row| ("catalog/penalty-kinds.toml", &row.name, &row.basis));
        acts.chain(matters)
            .chain(kinds)
            .map(|(file, name, basis)| (file, name.as_str(), basis.statute.as_str()))
            .collect()
    }
}

pub(crate) const FOLDER: &str = "catalog/";

/// A catalog is one array of tables under one name; anything else in the file is a fault.
fn list<T: DeserializeOwned>(file: &str, text: &str, name: &str) -> Result<Vec<T>, Finding> {
    let mut lists: std::collections::BTreeMap<String, Vec<T>> =
        toml::from_str(text).map_err(|error| wrong(file, text, &error))?;
    let rows = lists.remove(name);
    match (rows, lists.keys().next()) {
        (Some(rows), None) => Ok(rows),
        (_, Some(other)) => Err(Finding::new(file, 1, format!("不认识的键 `{other}`"))),
        (None, None) => Err(Finding::new(file, 1, format!("缺少 `[[{name}]]`"))),
    }
}

/// A TOML fault of a whole file, with its line.
pub(crate) fn wrong(file: &str, text: &str, error: &toml::de::Error) -> Finding {
    let offset = error.span().map_or(0, |span| span.start);
    let line = 1 + text.get(..offset).unwrap_or_default().matches('\n').count();
    Finding::new(file, line, format!("无法读取：{}", error.message()))
}
