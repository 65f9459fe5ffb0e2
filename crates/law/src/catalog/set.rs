//! Data sets (公共信用信息数据清单): what may be gathered, field by field (R25, R26).

use super::Cited;
use domain::basis::Basis;
use domain::blacklist::Level;
use domain::intake::{Mask, Range, Shape};
use domain::record::Act;
use jiff::civil::Date;
use serde::{Deserialize, Serialize, Serializer};

/// A class of the base catalogue (公共信用信息基础目录) or of its local supplement.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BaseClass {
    pub word: String,
    pub name: String,
    pub level: Level,
    basis: Cited,
}

impl BaseClass {
    pub fn basis(&self) -> Basis {
        self.basis.basis()
    }
}

/// A kind of personal record nobody may collect.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ForbiddenKind {
    pub name: String,
    #[serde(default)]
    pub aliases: Vec<String>,
    basis: Cited,
}

impl ForbiddenKind {
    pub fn basis(&self) -> Basis {
        self.basis.basis()
    }

    /// The forbidden text a name contains.
    pub fn within(&self, name: &str) -> Option<&str> {
        let texts = std::iter::once(&self.name).chain(&self.aliases);
        texts.map(String::as_str).find(|text| name.contains(text))
    }
}

/// How often a data set is handed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cadence {
    OnEvent,
    Daily,
    Weekly,
    Monthly,
    Quarterly,
    Yearly,
}

impl Cadence {
    /// The name a user reads.
    pub fn name(self) -> &'static str {
        match self {
            Self::OnEvent => "随产生随报",
            Self::Daily => "每日",
            Self::Weekly => "每周",
            Self::Monthly => "每月",
            Self::Quarterly => "每季",
            Self::Yearly => "每年",
        }
    }
}

/// Whether a field must be filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Need {
    Yes,
    No,
    Conditional,
}

impl Need {
    /// The name a user reads.
    pub fn name(self) -> &'static str {
        match self {
            Self::Yes => "必填",
            Self::No => "选填",
            Self::Conditional => "有条件必填",
        }
    }
}

/// A data set in one version.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DataSet {
    pub word: String,
    pub name: String,
    /// Word of its class in the base catalogue.
    pub class: String,
    pub version: u16,
    pub from: Date,
    /// Last day on which a file of this version is taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub act: Option<Act>,
    /// Folder under `sources/` that reads it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Who hands it in.
    pub organ: String,
    pub cadence: Cadence,
    #[serde(default, serialize_with = "write_range")]
    pub range: Range,
    /// Codes of the fields that tell one record from another.
    #[serde(rename = "match")]
    pub key: Vec<String>,
    #[serde(rename = "field")]
    pub fields: Vec<SetField>,
    basis: Cited,
}

/// One field of a data set.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetField {
    pub code: String,
    pub name: String,
    #[serde(rename = "type", serialize_with = "write_shape")]
    pub shape: Shape,
    /// Most characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub length: Option<u32>,
    pub need: Need,
    /// When a conditional field must be filled in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub condition: Option<String>,
    /// The texts that may stand in it; empty where any may.
    #[serde(default)]
    pub values: Vec<String>,
    /// Absent: that of the set.
    #[serde(
        default,
        serialize_with = "write_own_range",
        skip_serializing_if = "Option::is_none"
    )]
    pub range: Option<Range>,
    #[serde(default, serialize_with = "write_mask")]
    pub mask: Mask,
}

impl DataSet {
    pub fn basis(&self) -> Basis {
        self.basis.basis()
    }

    /// Whether a file of this version is taken on the day.
    pub fn in_force(&self, day: Date) -> bool {
        self.from <= day && self.until.is_none_or(|until| day <= until)
    }

    /// Who may see a field.
    pub fn range_of(&self, field: &SetField) -> Range {
        field.range.unwrap_or(self.range)
    }

    /// What does not fit together, in Chinese.
    pub(crate) fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        for code in &self.key {
            if !self.fields.iter().any(|field| field.code == *code) {
                faults.push(format!("匹配键 `{code}` 不是本数据集的字段"));
            }
        }
        if self.key.is_empty() {
            faults.push("没有写明匹配键 `match`".to_owned());
        }
        if self.until.is_some_and(|until| until < self.from) {
            faults.push("`until` 早于 `from`".to_owned());
        }
        for (place, field) in self.fields.iter().enumerate() {
            let before = self.fields.iter().take(place);
            if before.into_iter().any(|known| known.code == field.code) {
                faults.push(format!("字段 `{}` 列了两次", field.code));
            }
            faults.extend(self.field_fault(field));
        }
        faults
    }

    fn field_fault(&self, field: &SetField) -> Option<String> {
        let code = &field.code;
        if (field.need == Need::Conditional) != field.condition.is_some() {
            return Some(format!(
                "字段 `{code}`：有条件必填的须写 `condition`，其他的不写"
            ));
        }
        let wider = width(self.range_of(field)) > width(self.range);
        wider.then(|| format!("字段 `{code}` 的公开范围大于数据集的范围"))
    }
}

/// How many may see it; the range in which organs share is wider than the one that asks first.
fn width(range: Range) -> u8 {
    match range {
        Range::None => 0,
        Range::Authorised => 1,
        Range::Shared => 2,
        Range::Public => 3,
    }
}

// The words are those of `table.toml`, so that what was written out can be read in again.

fn write_range<S: Serializer>(range: &Range, out: S) -> Result<S::Ok, S::Error> {
    out.serialize_str(range_word(*range))
}

fn write_own_range<S: Serializer>(range: &Option<Range>, out: S) -> Result<S::Ok, S::Error> {
    range.map(range_word).serialize(out)
}

fn range_word(range: Range) -> &'static str {
    match range {
        Range::Public => "public",
        Range::Authorised => "authorised",
        Range::Shared => "shared",
        Range::None => "none",
    }
}

fn write_mask<S: Serializer>(mask: &Mask, out: S) -> Result<S::Ok, S::Error> {
    out.serialize_str(match mask {
        Mask::Name => "name",
        Mask::Id => "id",
        Mask::Phone => "phone",
        Mask::Address => "address",
        Mask::Account => "account",
        Mask::Text => "text",
        Mask::None => "none",
    })
}

fn write_shape<S: Serializer>(shape: &Shape, out: S) -> Result<S::Ok, S::Error> {
    out.serialize_str(match shape {
        Shape::Text => "text",
        Shape::Date => "date",
        Shape::Amount => "amount",
        Shape::Code => "code",
        Shape::Id => "id",
        Shape::Enum => "enum",
        Shape::Kinds => "kinds",
        Shape::Docket => "docket",
    })
}
