//! How grave the breach behind a penalty is (失信程度).

use super::{Says, Subject, When};
use crate::fields::Fields;
use domain::record::Severity;
use serde::Deserialize;
use std::collections::BTreeMap;

/// How penalties are classed in one period.
#[derive(Debug, Clone)]
pub(crate) struct Classes {
    /// Penalty kind (行政处罚种类) to class.
    pub kinds: BTreeMap<String, Severity>,
    /// Kinds whose text covers several classes: the organ has to state the class itself.
    pub unclear: Vec<String>,
    /// Class of everything decided by the simple procedure.
    pub simple: Severity,
    /// Class of a kind that is not listed.
    pub other: Severity,
    /// The kind whose class follows the amounts, once a sector lays them down.
    pub fined: Option<String>,
    pub thresholds: Vec<Threshold>,
}

/// The yuan amounts a sector authority set for 较大数额 and 巨额 fines.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Threshold {
    /// Facet it holds for; absent means every record.
    pub facet: Option<String>,
    /// A fine below this is minor.
    pub larger: Option<u64>,
    /// A fine of this or more is serious.
    pub huge: Option<u64>,
    /// The document and article that sets the amounts.
    pub cite: String,
}

impl Threshold {
    /// The class of a fine in yuan; `None` while neither amount is laid down.
    pub fn class(&self, fine: u64) -> Option<Severity> {
        match (self.larger, self.huge) {
            (_, Some(huge)) if fine >= huge => Some(Severity::Serious),
            (Some(larger), _) if fine < larger => Some(Severity::Minor),
            (None, None) => None,
            _ => Some(Severity::Ordinary),
        }
    }
}

pub(super) fn read(when: When, fields: &mut Fields<'_>) -> Option<(Subject, Says)> {
    let Some(act) = when.act else {
        fields.report("when", "`when` 缺少 `act`");
        return None;
    };
    let mut kinds = BTreeMap::new();
    for class in Severity::ALL {
        let listed: Vec<String> = fields.take(class.word()).unwrap_or_default();
        for kind in listed {
            if kinds.insert(kind.clone(), class).is_some() {
                fields.report(class.word(), format!("处罚种类 `{kind}` 列了两次"));
            }
        }
    }
    let unclear: Vec<String> = fields.take("unclear").unwrap_or_default();
    let thresholds: Vec<Threshold> = fields.take("thresholds").unwrap_or_default();
    if thresholds
        .iter()
        .any(|threshold| threshold.cite.trim().is_empty())
    {
        fields.report("thresholds", "数额标准必须写明出处 `cite`");
    }
    let fined: Option<String> = fields.take("fined");
    let (simple, other) = (fields.need("simple"), fields.need("other"));
    let classes = Classes {
        kinds,
        unclear,
        simple: simple?,
        other: other?,
        fined,
        thresholds,
    };
    Some((Subject::Severity { act }, Says::Severity(classes)))
}
