//! A statute of the library: what it is, and its text as the portal shows it.

use crate::fields::Fields;
use crate::finding::Remark;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Rank of a statute, highest first (效力层级).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rank {
    Law,
    AdminRegulation,
    CentralPolicy,
    MinistryRule,
    Normative,
    LocalRegulation,
    LocalPolicy,
    /// 合作备忘录: what organs promised each other; by itself no basis for an effect.
    Memorandum,
}

impl Rank {
    /// The name a user reads.
    pub fn name(self) -> &'static str {
        match self {
            Self::Law => "法律",
            Self::AdminRegulation => "行政法规",
            Self::CentralPolicy => "党中央、国务院政策文件",
            Self::MinistryRule => "部门规章",
            Self::Normative => "部门规范性文件",
            Self::LocalRegulation => "地方性法规",
            Self::LocalPolicy => "地方政策文件",
            Self::Memorandum => "合作备忘录",
        }
    }

    /// Whether the rank may take rights away or add duties nation-wide (国办发〔2020〕49号).
    pub fn binding(self) -> bool {
        matches!(
            self,
            Self::Law | Self::AdminRegulation | Self::CentralPolicy
        )
    }
}

/// One statute and everything its folder says.
#[derive(Debug, Clone)]
pub struct Statute {
    /// Folder under `law/`, for example `cn/ndrc-36-2025`.
    pub id: String,
    pub title: String,
    pub issuer: String,
    /// 文号
    pub number: String,
    pub issued: Date,
    /// First day in force.
    pub from: Date,
    /// Last day in force; absent while it is.
    pub until: Option<Date>,
    pub replaces: Vec<String>,
    /// Statutes that name this one in `replaces`.
    pub replaced_by: Vec<String>,
    /// Where the words were read.
    pub source: String,
    pub rank: Rank,
    /// The files of the folder, `statute.md` first.
    pub pages: Vec<Page>,
}

impl Statute {
    pub fn in_force(&self, day: Date) -> bool {
        self.from <= day && self.until.is_none_or(|until| day <= until)
    }

    /// The rules of all pages, in the order of the text.
    pub fn rules(&self) -> impl Iterator<Item = &RuleText> {
        self.pages
            .iter()
            .flat_map(|page| &page.sections)
            .filter_map(|section| match section {
                Section::Rule(rule) => Some(rule),
                _ => None,
            })
    }
}

/// One file of a statute.
#[derive(Debug, Clone)]
pub struct Page {
    pub file: String,
    pub sections: Vec<Section>,
}

/// A piece of a page, in the order of the text.
#[derive(Debug, Clone)]
pub enum Section {
    Heading {
        depth: usize,
        text: String,
    },
    /// A summary in our words.
    Paragraph(String),
    /// Words of the statute itself.
    Quote(String),
    Rule(RuleText),
    Case(CaseText),
}

/// A rule as the library shows it.
#[derive(Debug, Clone)]
pub struct RuleText {
    pub statute: String,
    pub file: String,
    pub line: usize,
    /// The question it answers, for example `publicity.term`.
    pub id: String,
    pub article: String,
    pub from: Date,
    /// Last day; absent while in force.
    pub until: Option<Date>,
    /// The day on which a person last compared the rule with the statute's own words.
    pub checked: Option<Date>,
    /// What later law took its place.
    pub displaced: Option<Displaced>,
    /// What it speaks about, in the words of the block, for example `penalty serious`.
    pub about: String,
    /// The block as written.
    pub body: String,
}

/// Later law that took the place of a rule (R3): the rule is kept for the days it was in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Displaced {
    pub statute: String,
    pub article: String,
    /// What changed, in Chinese.
    pub text: String,
}

impl RuleText {
    pub fn confirmed(&self) -> bool {
        self.checked.is_some()
    }

    pub fn in_force(&self, day: Date) -> bool {
        self.from <= day && self.until.is_none_or(|until| day <= until)
    }
}

/// A worked example as the library shows it.
#[derive(Debug, Clone)]
pub struct CaseText {
    pub line: usize,
    pub why: String,
    pub body: String,
}

/// Reads the front matter of `statute.md`.
pub(crate) fn read(id: &str, mut fields: Fields<'_>) -> Result<Statute, Vec<Remark>> {
    let title = fields.need("title");
    let issuer = fields.need("issuer");
    let number = fields.need("number");
    let issued = fields.need::<Date>("issued");
    let from = fields.need::<Date>("from");
    let until = fields.take::<Date>("until");
    let replaces = fields.take("replaces").unwrap_or_default();
    let source = fields.need("source");
    let rank = fields.need("rank");
    if let (Some(from), Some(until)) = (from, until)
        && until < from
    {
        fields.report("until", "`until` 早于 `from`");
    }
    let findings = fields.finish();
    match (title, issuer, number, issued, from, source, rank) {
        (
            Some(title),
            Some(issuer),
            Some(number),
            Some(issued),
            Some(from),
            Some(source),
            Some(rank),
        ) if findings.is_empty() => Ok(Statute {
            id: id.to_owned(),
            title,
            issuer,
            number,
            issued,
            from,
            until,
            replaces,
            replaced_by: Vec::new(),
            source,
            rank,
            pages: Vec::new(),
        }),
        _ => Err(findings),
    }
}
