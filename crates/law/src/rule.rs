//! A rule block: a dated answer to one of the questions the product asks.

use crate::answer::{Condition, Conditions, DutyTerm, Unit};
use crate::fields::Fields;
use crate::finding::Finding;
use domain::publication::{Publicity, Term};
use domain::record::{Act, Severity};
use jiff::Span;
use jiff::civil::Date;
use serde::Deserialize;
use std::collections::BTreeMap;

/// A rule that was read; its place and text are kept by the library.
#[derive(Debug, Clone)]
pub(crate) struct Rule {
    pub statute: String,
    pub file: String,
    pub line: usize,
    pub id: String,
    pub article: String,
    pub from: Date,
    pub until: Option<Date>,
    pub checked: Option<Date>,
    /// Why the rule may speak about days before its statute was in force.
    pub reaches_back: Option<String>,
    pub subject: Subject,
    pub says: Says,
}

impl Rule {
    /// Last day, with "still in force" as the end of the calendar.
    pub fn last(&self) -> Date {
        self.until.unwrap_or(Date::MAX)
    }
}

/// What a rule speaks about. Two rules for one subject must not meet on one day.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Subject {
    /// The facets make it a special rule: it goes before the general one, for these only.
    Publicity {
        act: Act,
        severity: Option<Severity>,
        facets: Vec<String>,
    },
    Severity {
        act: Act,
    },
    Duty {
        kind: String,
    },
    Conditions {
        id: String,
    },
}

impl Subject {
    /// Whether one record on one day could fall under both.
    pub fn meets(&self, other: &Self) -> bool {
        match (self, other) {
            (
                Self::Publicity {
                    act,
                    severity,
                    facets,
                },
                Self::Publicity {
                    act: act_b,
                    severity: severity_b,
                    facets: facets_b,
                },
            ) => {
                let shared = facets.iter().any(|facet| facets_b.contains(facet));
                let both_general = facets.is_empty() && facets_b.is_empty();
                act == act_b && severity == severity_b && (shared || both_general)
            }
            _ => self == other,
        }
    }
}

/// The answer a rule gives.
#[derive(Debug, Clone)]
pub(crate) enum Says {
    Publicity(Publicity),
    Severity(Classes),
    Duty(DutyTerm),
    Conditions(Conditions),
}

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

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct When {
    act: Option<Act>,
    severity: Option<Severity>,
    #[serde(default)]
    facet: Vec<String>,
    kind: Option<String>,
}

/// Reads a rule block; all its faults are returned together.
pub(crate) fn read(statute: &str, mut fields: Fields<'_>) -> Result<Rule, Vec<Finding>> {
    let (file, line) = fields.place();
    let rule = rule(statute, file, line, &mut fields);
    let findings = fields.finish();
    match rule {
        Some(rule) if findings.is_empty() => Ok(rule),
        _ => Err(findings),
    }
}

// Every key is taken before the first `?`, so that one fault does not hide the others.
fn rule(statute: &str, file: String, line: usize, fields: &mut Fields<'_>) -> Option<Rule> {
    let id: Option<String> = fields.need("id");
    let when = if fields.has("when") {
        fields.take::<When>("when")
    } else {
        Some(When::default())
    };
    let article: Option<String> = fields.need("article");
    let from: Option<Date> = fields.need("from");
    let until: Option<Date> = fields.take("until");
    let checked: Option<Date> = fields.take("checked");
    let reaches_back: Option<String> = fields.take("reaches_back");
    if article.as_ref().is_some_and(|text| text.trim().is_empty()) {
        fields.report("article", "`article` 不能为空");
    }
    if let (Some(from), Some(until)) = (from, until)
        && until < from
    {
        fields.report("until", "`until` 早于 `from`");
    }
    let id = id?;
    let (subject, says) = meaning(&id, when?, fields)?;
    let (article, from, statute) = (article?, from?, statute.to_owned());
    Some(Rule {
        statute,
        file,
        line,
        id,
        article,
        from,
        until,
        checked,
        reaches_back,
        subject,
        says,
    })
}

fn meaning(id: &str, when: When, fields: &mut Fields<'_>) -> Option<(Subject, Says)> {
    match id {
        "publicity.term" | "publicity.licence" => publicity(id, when, fields),
        "severity.class" => severity(when, fields),
        "duty.term" => duty(when, fields),
        _ if id
            .split_once('.')
            .is_some_and(|(_, question)| question == "eligible") =>
        {
            conditions(id, fields)
        }
        _ => {
            fields.report("id", format!("不认识的规则 `{id}`"));
            None
        }
    }
}

fn publicity(id: &str, when: When, fields: &mut Fields<'_>) -> Option<(Subject, Says)> {
    let Some(act) = when.act else {
        fields.report("when", "`when` 缺少 `act`");
        return None;
    };
    let licence = id == "publicity.licence";
    if licence != (act == Act::Licence) || licence == when.severity.is_some() {
        fields.report("when", "`when` 与规则不符：处罚须写明 `severity`，许可不写");
    }
    let show: Option<String> = fields.take("show");
    let says = match show.as_deref() {
        None => term(fields)?,
        Some("withheld") => Publicity::Withheld,
        Some("while-valid") => Publicity::WhileValid,
        Some(other) => {
            fields.report(
                "show",
                format!("`show` 只能是 withheld 或 while-valid，不能是 `{other}`"),
            );
            return None;
        }
    };
    let subject = Subject::Publicity {
        act,
        severity: when.severity,
        facets: when.facet,
    };
    Some((subject, Says::Publicity(says)))
}

fn term(fields: &mut Fields<'_>) -> Option<Publicity> {
    let (min, max) = (fields.need::<Span>("min"), fields.need::<Span>("max"));
    let (min, max) = (min?, max?);
    // The day is arbitrary: it only has to show that the spans are whole and in order.
    let ends = |span: Span| jiff::civil::date(2000, 1, 1).checked_add(span);
    match (ends(min), ends(max)) {
        (Ok(shortest), Ok(longest)) if shortest <= longest => {
            Some(Publicity::Shown(Term { min, max }))
        }
        _ => {
            fields.report("max", "最长公示期 `max` 短于最短公示期 `min`，或者超出日历");
            None
        }
    }
}

fn severity(when: When, fields: &mut Fields<'_>) -> Option<(Subject, Says)> {
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

fn duty(when: When, fields: &mut Fields<'_>) -> Option<(Subject, Says)> {
    let days: Option<u16> = fields.need("days");
    let unit: Option<Unit> = fields.need("unit");
    let reminders: Vec<u16> = fields.take("reminders").unwrap_or_default();
    if !reminders.is_sorted() || reminders.iter().any(|day| Some(*day) > days) {
        fields.report("reminders", "`reminders` 须从小到大，且不超过 `days`");
    }
    let Some(kind) = when.kind else {
        fields.report("when", "`when` 缺少 `kind`");
        return None;
    };
    let says = DutyTerm {
        days: days?,
        unit: unit?,
        reminders: reminders.into(),
    };
    Some((Subject::Duty { kind }, Says::Duty(says)))
}

fn conditions(id: &str, fields: &mut Fields<'_>) -> Option<(Subject, Says)> {
    let requires: Vec<Condition> = fields.take("requires").unwrap_or_default();
    let bars: Vec<Condition> = fields.take("bars").unwrap_or_default();
    if requires.is_empty() && bars.is_empty() {
        fields.report("id", "条件规则须有 `requires` 或 `bars`");
        return None;
    }
    let says = Conditions {
        requires: requires.into(),
        bars: bars.into(),
    };
    Some((
        Subject::Conditions { id: id.to_owned() },
        Says::Conditions(says),
    ))
}
