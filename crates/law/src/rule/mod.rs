//! A rule block: a dated answer to one of the questions the product asks.

mod few;
mod list;
mod measure;
mod publicity;
mod rate;
mod referral;
mod scale;
mod severity;

pub(crate) use list::Comment;
pub(crate) use severity::{Classes, Threshold};

use crate::answer::{Contents, DutyTerm};
use crate::fields::Fields;
use crate::finding::Remark;
use crate::statute::Displaced;
use domain::assessment::Formula;
use domain::basis::Basis;
use domain::blacklist::ListType;
use domain::conditions::Conditions;
use domain::grade::Scale;
use domain::inspection::{Item, Rate};
use domain::measure::Measure;
use domain::publication::{Publicity, Term};
use domain::record::{Act, Severity};
use domain::referral::Route;
use domain::retention::Retention;
use jiff::Span;
use jiff::civil::Date;
use serde::Deserialize;
use std::sync::Arc;

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
    pub displaced: Option<Displaced>,
    /// The basis of the answer: the rule's own, or of several the one of the highest rank.
    pub basis: Basis,
    pub subject: Subject,
    pub says: Says,
}

impl Rule {
    /// Last day, with "still in force" as the end of the calendar.
    pub fn last(&self) -> Date {
        self.until.unwrap_or(Date::MAX)
    }

    /// The article the rule itself stands for.
    pub fn own_basis(&self) -> Basis {
        Basis {
            statute: self.statute.as_str().into(),
            article: self.article.as_str().into(),
            confirmed: self.checked.is_some(),
        }
    }

    pub fn covers(&self, day: Date) -> bool {
        self.from <= day && day <= self.last()
    }

    /// Whether there is a day on which both are in force.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.from <= other.last() && other.from <= self.last()
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
    /// 违诺信息公示期限: of a determined breach of a commitment.
    Breach {
        severity: Severity,
    },
    Severity {
        act: Act,
    },
    Duty {
        kind: String,
    },
    /// A rule for one severity goes before the general one.
    Conditions {
        id: String,
        severity: Option<Severity>,
    },
    /// The scale of a sector (行业信用评价) stands beside the general one.
    Scale {
        sector: Option<String>,
        forms: Vec<String>,
    },
    Rate {
        item: Item,
    },
    List {
        word: String,
    },
    Measure {
        word: String,
    },
    Retention {
        what: String,
    },
    Contents {
        report: String,
    },
    Formula {
        word: String,
    },
    Route {
        breaker: String,
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
                let both_general = facets.is_empty() && facets_b.is_empty();
                let same = act == act_b && severity == severity_b;
                same && (shared(facets, facets_b) || both_general)
            }
            (
                Self::Scale { sector, forms },
                Self::Scale {
                    sector: sector_b,
                    forms: forms_b,
                },
            ) => sector == sector_b && shared(forms, forms_b),
            _ => self == other,
        }
    }

    /// The words that tell it from other subjects of its question.
    pub fn words(&self) -> String {
        let severity = |severity: &Option<Severity>| severity.map(Severity::word);
        match self {
            Self::Publicity {
                act,
                severity: class,
                facets,
            } => {
                let facets = facets.iter().map(String::as_str);
                let words = std::iter::once(act.word()).chain(severity(class));
                words.chain(facets).collect::<Vec<_>>().join(" ")
            }
            Self::Breach { severity } => severity.word().to_owned(),
            Self::Severity { act } => act.word().to_owned(),
            Self::Conditions {
                severity: class, ..
            } => severity(class).unwrap_or_default().to_owned(),
            Self::Scale { sector, forms } => {
                let words = sector.iter().chain(forms).map(String::as_str);
                words.collect::<Vec<_>>().join(" ")
            }
            Self::Rate { item } => item.word().to_owned(),
            Self::Duty { kind: word }
            | Self::List { word }
            | Self::Measure { word }
            | Self::Retention { what: word }
            | Self::Contents { report: word }
            | Self::Formula { word }
            | Self::Route { breaker: word } => word.clone(),
        }
    }
}

fn shared(some: &[String], others: &[String]) -> bool {
    some.iter().any(|word| others.contains(word))
}

/// The answer a rule gives.
#[derive(Debug, Clone)]
pub(crate) enum Says {
    Publicity(Publicity),
    Breach(Term),
    Severity(Classes),
    Duty(DutyTerm),
    Conditions(Conditions),
    /// With how long an evaluation is good for.
    Scale(Arc<Scale>, Option<Span>),
    /// Best grade first, each with the article that names it.
    Rates(Vec<(Rate, Basis)>),
    List(Arc<ListType>, Option<Comment>),
    Measure(Arc<Measure>),
    Retention(Retention),
    Contents(Contents),
    Formula(Arc<Formula>),
    Route(Route),
}

impl Says {
    /// Every basis named inside the answer, besides the rule's own.
    pub fn bases(&self) -> Vec<&Basis> {
        match self {
            Self::Conditions(says) => {
                let clauses = says.requires.iter().chain(says.bars.iter());
                clauses.map(|clause| &clause.basis).collect()
            }
            Self::Scale(scale, _) => {
                let items = scale.items.iter().map(|item| &item.basis);
                let floors = scale.floors.iter().map(|floor| &floor.basis);
                items.chain(floors).collect()
            }
            Self::Rates(rates) => rates.iter().map(|(_, basis)| basis).collect(),
            Self::List(list, _) => {
                let clauses = list.criteria.iter().chain(&list.exits);
                let clauses = clauses.map(|clause| &clause.basis);
                list.bases.iter().skip(1).chain(clauses).collect()
            }
            Self::Measure(measure) => measure.bases.iter().skip(1).collect(),
            Self::Contents(says) => says.sections.iter().map(|clause| &clause.basis).collect(),
            _ => Vec::new(),
        }
    }

    /// The bases that may bear the whole answer; most answers have the rule's own only.
    pub fn bearing(&self) -> &[Basis] {
        match self {
            Self::List(list, _) => &list.bases,
            Self::Measure(measure) => &measure.bases,
            _ => &[],
        }
    }
}

/// The circumstances a rule is limited to.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct When {
    act: Option<Act>,
    severity: Option<Severity>,
    #[serde(default)]
    facet: Vec<String>,
    kind: Option<String>,
    #[serde(default)]
    form: Vec<String>,
    sector: Option<String>,
    item: Option<Item>,
    what: Option<String>,
    report: Option<String>,
    breaker: Option<String>,
}

impl When {
    /// Keys that are set; one that the question does not know would widen the rule unseen.
    fn set(&self) -> impl Iterator<Item = &'static str> {
        let all = [
            ("act", self.act.is_some()),
            ("severity", self.severity.is_some()),
            ("facet", !self.facet.is_empty()),
            ("kind", self.kind.is_some()),
            ("form", !self.form.is_empty()),
            ("sector", self.sector.is_some()),
            ("item", self.item.is_some()),
            ("what", self.what.is_some()),
            ("report", self.report.is_some()),
            ("breaker", self.breaker.is_some()),
        ];
        all.into_iter().filter(|(_, set)| *set).map(|(key, _)| key)
    }
}

/// Reads a rule block; all its faults are returned together.
pub(crate) fn read(statute: &str, mut fields: Fields<'_>) -> Result<Rule, Vec<Remark>> {
    let (file, line) = fields.place();
    let rule = rule(statute, file, line, &mut fields);
    let faults = fields.finish();
    match rule {
        Some(rule) if faults.is_empty() => Ok(rule),
        _ => Err(faults),
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
    let displaced: Option<Displaced> = fields.take("displaced");
    if article.as_ref().is_some_and(|text| text.trim().is_empty()) {
        fields.report("article", "`article` 不能为空");
    }
    span(from, until, displaced.as_ref(), fields);
    let basis = Basis {
        statute: statute.into(),
        article: article.as_deref().unwrap_or_default().into(),
        confirmed: checked.is_some(),
    };
    let id = id?;
    let (subject, says) = meaning(&id, when?, &basis, fields)?;
    Some(Rule {
        statute: statute.to_owned(),
        file,
        line,
        id,
        article: article?,
        from: from?,
        until,
        checked,
        reaches_back,
        displaced,
        basis,
        subject,
        says,
    })
}

fn span(
    from: Option<Date>,
    until: Option<Date>,
    displaced: Option<&Displaced>,
    fields: &mut Fields<'_>,
) {
    if let (Some(from), Some(until)) = (from, until)
        && until < from
    {
        fields.report("until", "`until` 早于 `from`");
    }
    if displaced.is_some() && until.is_none() {
        fields.report("displaced", "写了 `displaced` 的规则须有 `until`");
    }
}

fn meaning(
    id: &str,
    when: When,
    basis: &Basis,
    fields: &mut Fields<'_>,
) -> Option<(Subject, Says)> {
    let Some(known) = limits(id) else {
        fields.report("id", format!("不认识的规则 `{id}`"));
        return None;
    };
    for key in when.set().filter(|key| !known.contains(key)) {
        fields.report("when", format!("`when` 中的 `{key}` 与规则 `{id}` 不符"));
    }
    match id {
        "publicity.term" | "publicity.licence" => publicity::read(id, when, fields),
        "publicity.breach" => publicity::breach(&when, fields),
        "severity.class" => severity::read(when, fields),
        "duty.term" => few::duty(when, fields),
        "grade.scale" => scale::read(when, basis, fields),
        "inspection.rate" => rate::read(&when, basis, fields),
        "list.type" => list::read(basis, fields),
        "measure.effect" => measure::read(basis, fields),
        "retention.term" => few::retention(when, fields),
        "report.contents" => few::contents(when, basis, fields),
        "assessment.formula" => few::formula(fields),
        "referral.route" => referral::read(when, fields),
        _ => few::conditions(id, &when, basis, fields),
    }
}

/// The keys of `when` a question knows; `None` for a question nobody asks.
fn limits(id: &str) -> Option<&'static [&'static str]> {
    match id {
        "publicity.term" | "publicity.licence" => Some(&["act", "severity", "facet"]),
        "publicity.breach" => Some(&["severity"]),
        "severity.class" => Some(&["act"]),
        "duty.term" => Some(&["kind"]),
        "grade.scale" => Some(&["form", "sector"]),
        "inspection.rate" => Some(&["item"]),
        "retention.term" => Some(&["what"]),
        "report.contents" => Some(&["report"]),
        "referral.route" => Some(&["breaker"]),
        "list.type" | "measure.effect" | "assessment.formula" => Some(&[]),
        _ => match id.split_once('.') {
            Some((_, "eligible" | "materials" | "excluded")) => Some(&["severity"]),
            _ => None,
        },
    }
}

/// Asks for a span that is above nothing and ends within the calendar.
fn whole(key: &str, span: Option<Span>, fields: &mut Fields<'_>) -> Option<Span> {
    // The day is arbitrary: it only has to show that the span leads forward.
    let start = jiff::civil::date(2000, 1, 1);
    let span = span?;
    match start.checked_add(span) {
        Ok(end) if end > start => Some(span),
        _ => {
            fields.report(key, format!("`{key}` 须为大于零的期限"));
            None
        }
    }
}

/// Texts that name the same thing twice.
fn twice<'a>(words: impl Iterator<Item = &'a str>) -> Option<String> {
    let mut seen = std::collections::BTreeSet::new();
    words
        .into_iter()
        .find(|word| !seen.insert(*word))
        .map(str::to_owned)
}
