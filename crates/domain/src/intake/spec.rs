//! A source as data: what a filed table must look like, read from `sources/<name>/table.toml`.
//!
//! These are plain structures. [`super::Plan::compile`] checks that they make sense together.

use crate::record::Act;
use serde::Deserialize;
use std::collections::BTreeMap;

/// One source: its head, its columns and the keys that must be unique within a file.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    pub source: Head,
    #[serde(default, rename = "column")]
    pub columns: Vec<Column>,
    #[serde(default, rename = "unique")]
    pub uniques: Vec<Unique>,
}

impl Spec {
    /// The column with this index in the order of `table.toml`.
    pub fn column(&self, index: u16) -> Option<&Column> {
        self.columns.get(usize::from(index))
    }

    /// The columns the public may see, in table order.
    pub fn public(&self) -> impl Iterator<Item = &Column> {
        let columns = self.columns.iter();
        columns.filter(|column| column.range == Range::Public)
    }

    /// The index of the column with this code.
    pub fn index(&self, code: &str) -> Option<u16> {
        let at = self.columns.iter().position(|column| column.code == code)?;
        u16::try_from(at).ok()
    }

    /// The index of the column that plays this part in a filing.
    pub fn role(&self, role: Role) -> Option<u16> {
        let at = self
            .columns
            .iter()
            .position(|column| column.role == Some(role))?;
        u16::try_from(at).ok()
    }
}

/// Who hands the table in, under which act, how often, and the rules that look at a whole row.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// Name of the folder under `sources/`, for example `penalty-2018`.
    pub name: String,
    /// Name a user reads.
    pub title: String,
    pub act: Act,
    /// Editions of one table share a family; the header decides which edition a file follows.
    pub family: String,
    /// Who hands it in.
    pub organ: String,
    /// How often, in words.
    pub cadence: String,
    /// After so many days without a delivery the source counts as stale.
    pub stale_days: u16,
    /// Documents that prescribe the table.
    pub basis: Vec<String>,
    /// Fewest rows a delivery plausibly has; fewer is a sign of a broken export.
    #[serde(default)]
    pub rows_min: Option<u32>,
    /// Most rows a delivery plausibly has.
    #[serde(default)]
    pub rows_max: Option<u32>,
    /// Texts that stand for "nothing here".
    #[serde(default)]
    pub placeholders: Vec<String>,
    /// Header names that are known and not read, such as a running number.
    #[serde(default)]
    pub waive: Vec<String>,
    /// Cells are compared as they stand: no trimming, no folding of full-width characters.
    #[serde(default)]
    pub verbatim: bool,
    /// Named rules over the whole row, see [`super::RowRule`].
    #[serde(default)]
    pub rules: Vec<String>,
}

/// One column and everything that may be asked of its cell.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    pub code: String,
    pub name: String,
    /// Other header texts met in practice.
    #[serde(default)]
    pub synonyms: Vec<String>,
    #[serde(default, rename = "type")]
    pub shape: Shape,
    /// The part this column plays in a filing; named rules and [`super::Filing`] go by it.
    #[serde(default)]
    pub role: Option<Role>,

    /// Least and most characters (not bytes).
    #[serde(default)]
    pub min: Option<u32>,
    #[serde(default)]
    pub max: Option<u32>,

    /// The header must have the column and every row a value, unless a condition below says else.
    #[serde(default)]
    pub need: bool,
    #[serde(default)]
    pub need_if: Condition,
    #[serde(default)]
    pub need_unless: Condition,
    /// Needed when that other column has a value.
    #[serde(default)]
    pub need_with: Option<String>,
    #[serde(default)]
    pub forbid_if: Condition,
    #[serde(default)]
    pub forbid_unless: Condition,
    /// The cell is stored but not checked.
    #[serde(default)]
    pub skip_if: Condition,

    /// Allowed texts of an `enum` or `kinds` column.
    #[serde(default)]
    pub values: Vec<String>,
    /// Other spellings met in practice, each with the allowed text it stands for.
    #[serde(default)]
    pub alias: BTreeMap<String, String>,
    /// An `enum` or `kinds` text may also be this prefix followed by free words (其他-…).
    #[serde(default)]
    pub open_prefix: Option<String>,
    /// Kinds of penalty this value belongs to: one without the other is DQ1007.
    #[serde(default)]
    pub goes_with: Vec<String>,
    /// Characters between the values of a `kinds` column.
    #[serde(default)]
    pub separators: Option<String>,

    #[serde(default)]
    pub format: DateFormat,
    #[serde(default)]
    pub not_after_today: bool,
    /// This date may not lie before the date in that column.
    #[serde(default)]
    pub not_before: Option<String>,
    #[serde(default)]
    pub within_days: Option<Within>,

    /// Digits before and after the point of an `amount`.
    #[serde(default)]
    pub max_digits: Option<u8>,
    #[serde(default)]
    pub max_decimals: Option<u8>,

    /// How much of GB 32100 a `code` must satisfy.
    #[serde(default)]
    pub standard: CodeStandard,

    /// Texts that may not occur in the cell, Latin letters in either case.
    #[serde(default)]
    pub ban: Vec<String>,
    /// Control characters (below U+0020) may not occur either.
    #[serde(default)]
    pub ban_control: bool,
    /// A placeholder is an honest value here (备注: 无).
    #[serde(default)]
    pub keep_placeholders: bool,
    /// Free text in which nobody may be named by number or address.
    #[serde(default)]
    pub free_text: bool,

    /// Who may see the value.
    #[serde(default)]
    pub range: Range,
    /// How the value is masked before the public sees it.
    #[serde(default)]
    pub mask: Mask,

    /// Finding codes that replace the usual ones, by name of the check (see [`super::Check`]);
    /// `all` replaces every code of the column.
    #[serde(default)]
    pub findings: BTreeMap<String, String>,
}

/// Values of other columns: all named columns must hold one of their listed values.
pub type Condition = BTreeMap<String, Vec<String>>;

/// What the text of a cell means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shape {
    #[default]
    Text,
    Date,
    /// A decimal number without sign, exponent or separators.
    Amount,
    /// A unified social credit code.
    Code,
    /// A number kept as text: identity card, old register numbers.
    Id,
    /// One of the listed texts.
    Enum,
    /// Several of the listed texts.
    Kinds,
    /// The number of a document, for example 枣市监罚〔2026〕1号.
    Docket,
}

/// The part a column plays in a filing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    PartyName,
    PartyKind,
    PartyCode,
    /// An old number of the party; the only role several columns may share.
    Alias,
    PersonId,
    Docket,
    OrganName,
    OrganCode,
    SourceName,
    SourceCode,
    Decided,
    ValidFrom,
    ValidUntil,
    PublishUntil,
    Kinds,
    Content,
    Fine,
    Confiscated,
    Revoked,
    Severity,
    Procedure,
    Status,
    /// Whether the organ wants the record shown (是/否).
    Publish,
    Secret,
}

/// How dates are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DateFormat {
    /// `YYYY/MM/DD`, month and day may have one digit (2018 edition).
    #[default]
    Slash,
    /// `YYYY-MM-DD`, always ten characters.
    Iso,
    /// Either, also `YYYY.MM.DD`, `YYYYMMDD` and `YYYY年M月D日`, as archives hold them.
    Loose,
}

/// A date at most so many days after another column's date.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Within {
    pub of: String,
    pub days: i32,
}

/// How much of GB 32100 is asked of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CodeStandard {
    /// Alphabet, check character, inner organisation code and known category.
    #[default]
    Full,
    /// Alphabet and check character only.
    Checksum,
}

/// Columns whose values together may occur once in a file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unique {
    #[serde(default)]
    pub columns: Vec<String>,
    /// Instead of columns: organ, docket, party and kinds, as [`super::docket::key`] joins them.
    #[serde(default)]
    pub decision: bool,
    /// Finding code that replaces `DQ1009`.
    #[serde(default)]
    pub finding: Option<String>,
}

/// Who may see a value (R10).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Range {
    /// 社会公开
    Public,
    /// 授权查询
    Authorised,
    /// 政务共享
    Shared,
    /// 不予共享; the default, so that a forgotten line hides instead of showing.
    #[default]
    None,
}

impl Range {
    /// The name a user reads.
    pub fn name(self) -> &'static str {
        match self {
            Self::Public => "社会公开",
            Self::Authorised => "授权查询",
            Self::Shared => "政务共享",
            Self::None => "不予共享",
        }
    }
}

/// How a value is masked, see [`crate::mask`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mask {
    Name,
    Id,
    Phone,
    Address,
    Account,
    /// Free text: every number that identifies a person is starred.
    Text,
    #[default]
    None,
}
