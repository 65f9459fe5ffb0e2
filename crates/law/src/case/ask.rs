//! Asks the pack what a case asks, and puts the answer into the words of a case.

use super::{Given, Outcome, offices_text, pair, sections_text};
use crate::index::PenaltyFacts;
use crate::pack::Pack;
use crate::rule::{Rule, Subject};
use domain::assessment::Formula;
use domain::grade::{self, Scale, Value};
use domain::measure::Facts;
use domain::procedure::Unit;
use domain::publication;
use jiff::civil::Date;

/// Asks what the rule beside the case asks; `None` where the case lacks a fact.
pub(crate) fn run(pack: &Pack, rule: &Rule, given: &Given) -> Option<Outcome> {
    match &rule.subject {
        Subject::Publicity { .. } => publicity(pack, given),
        Subject::Breach { .. } => breach(pack, given),
        Subject::Severity { .. } => severity(pack, given),
        Subject::Duty { .. } => duty(pack, given),
        Subject::Conditions { id, .. } => conditions(pack, id, given),
        Subject::Scale { .. } => scale(pack, given),
        Subject::Rate { .. } => rate(pack, given),
        Subject::List { .. } => list(pack, given),
        Subject::Measure { .. } => measures(pack, given),
        Subject::Retention { .. } => retention(pack, given),
        Subject::Contents { .. } => contents(pack, given),
        Subject::Formula { .. } => formula(pack, given),
        Subject::Route { .. } => route(pack, given),
    }
}

fn texts(list: &[String]) -> Vec<&str> {
    list.iter().map(String::as_str).collect()
}

fn publicity(pack: &Pack, given: &Given) -> Option<Outcome> {
    let (act, decided) = (given.act?, given.decided?);
    let facets = texts(&given.facets);
    let Some(answer) = pack.publicity(act, given.severity, &facets, decided) else {
        return Some(Outcome::silent());
    };
    let text = match publication::showing(decided, given.valid_until, &answer) {
        Ok(Some(shown)) => pair(shown.repairable, shown.hidden),
        Ok(None) => "withheld".to_owned(),
        Err(fault) => format!("{fault:?}"),
    };
    Some(Outcome::ruled(&answer, text))
}

fn breach(pack: &Pack, given: &Given) -> Option<Outcome> {
    let (severity, decided) = (given.severity?, given.decided?);
    let Some(answer) = pack.breach_publicity(severity, decided) else {
        return Some(Outcome::silent());
    };
    let text = match publication::window(decided, &answer) {
        Ok(shown) => pair(shown.repairable, shown.hidden),
        Err(fault) => format!("{fault:?}"),
    };
    Some(Outcome::ruled(&answer, text))
}

fn severity(pack: &Pack, given: &Given) -> Option<Outcome> {
    let facts = PenaltyFacts {
        kinds: &texts(&given.kinds),
        procedure: given.procedure?,
        fine: given.fine,
        facets: &texts(&given.facets),
        decided: given.decided?,
    };
    let answer = pack.severity(&facts);
    Some(answer.map_or_else(Outcome::silent, |class| {
        Outcome::ruled(&class, class.value().word())
    }))
}

fn duty(pack: &Pack, given: &Given) -> Option<Outcome> {
    let (kind, on) = (given.kind.as_ref()?, given.on?);
    let Some(answer) = pack.duty(kind, on) else {
        return Some(Outcome::silent());
    };
    let term = answer.value();
    let due = match term.unit {
        Unit::Working => pack.calendar().add(on, u32::from(term.days)).ok(),
        Unit::Calendar => on.checked_add(jiff::Span::new().days(term.days)).ok(),
    };
    let text = due.map_or_else(|| "CALENDAR_MISSING".to_owned(), |due| due.to_string());
    Some(Outcome::ruled(&answer, text))
}

fn conditions(pack: &Pack, id: &str, given: &Given) -> Option<Outcome> {
    let on = given.on?;
    let answer = match given.severity {
        Some(severity) => pack.conditions_for(id, severity, on),
        None => pack.conditions(id, on),
    };
    let Some(answer) = answer else {
        return Some(Outcome::silent());
    };
    let against = answer.value().against(&texts(&given.findings));
    let keys: Vec<&str> = against.iter().map(|clause| clause.key.as_ref()).collect();
    let text = if keys.is_empty() {
        "eligible".to_owned()
    } else {
        keys.join(" ")
    };
    Some(Outcome::ruled(&answer, text))
}

fn scale(pack: &Pack, given: &Given) -> Option<Outcome> {
    let (form, on) = (given.form.as_ref()?, given.on?);
    let answer = match &given.sector {
        None => pack.scale(form, on),
        Some(sector) => pack.sector_scale(sector, form, on),
    };
    let Some(answer) = answer else {
        return Some(Outcome::silent());
    };
    let scale = answer.value();
    let facts: Vec<grade::Fact> = (0..)
        .zip(&given.facts)
        .map(|(record, fact)| fact.read(record))
        .collect();
    let stated = stated(scale, given)?;
    let indicators = grade::indicators(scale, &facts, &stated, on);
    let graded = grade::grade(scale, &indicators);
    let cut = scale.cuts.get(usize::from(graded.grade))?;
    Some(Outcome::ruled(&answer, pair(graded.score, &cut.word)))
}

/// The stated indicators in the order of the scale; `None` where a case states an unknown one.
fn stated(scale: &Scale, given: &Given) -> Option<Vec<i64>> {
    let indicators = scale.indicators.iter();
    let stated = indicators.filter(|indicator| indicator.value == Value::Stated);
    let ids: Vec<&str> = stated.map(|indicator| indicator.id.as_str()).collect();
    let known = given.stated.keys().all(|id| ids.contains(&id.as_str()));
    let values = ids.into_iter();
    let values = values.map(|id| given.stated.get(id).copied().unwrap_or_default());
    known.then(|| values.collect())
}

fn rate(pack: &Pack, given: &Given) -> Option<Outcome> {
    let answer = pack.rate(given.item?, given.grade.as_ref()?, given.on?);
    Some(answer.map_or_else(Outcome::silent, |rate| {
        Outcome::ruled(&rate, pair(rate.value().least, rate.value().most))
    }))
}

fn list(pack: &Pack, given: &Given) -> Option<Outcome> {
    let (word, on) = (given.list.as_ref()?, given.on?);
    let Some(answer) = pack.list(word, on) else {
        return Some(Outcome::silent());
    };
    let list = answer.value();
    let met = |key: &str| given.findings.iter().any(|finding| finding == key);
    let proved = |document: &String| given.evidence.contains(document);
    let text = if !list.criteria.iter().any(|clause| met(&clause.key)) {
        "no-criterion".to_owned()
    } else if !list.evidence.iter().any(proved) {
        "no-evidence".to_owned()
    } else {
        after(on, list.max)
    };
    Some(Outcome::ruled(&answer, text))
}

fn measures(pack: &Pack, given: &Given) -> Option<Outcome> {
    let facts = Facts {
        list: given.list.as_ref()?,
        form: given.form.as_ref()?,
        matter: given.matter.as_ref()?,
        role: given.role.as_deref(),
    };
    let found = pack.measures(&facts, given.on?);
    if found.is_empty() {
        return Some(Outcome::silent());
    }
    let mut words: Vec<&str> = found
        .iter()
        .map(|ruled| ruled.value().word.as_str())
        .collect();
    words.sort_unstable();
    Some(Outcome {
        text: words.join(" "),
        bases: found.iter().map(|ruled| ruled.basis().clone()).collect(),
    })
}

fn retention(pack: &Pack, given: &Given) -> Option<Outcome> {
    let (what, on) = (given.what.as_ref()?, given.on?);
    let answer = pack.retention(what, on);
    Some(answer.map_or_else(Outcome::silent, |kept| {
        Outcome::ruled(&kept, after(on, kept.value().keep))
    }))
}

fn contents(pack: &Pack, given: &Given) -> Option<Outcome> {
    let (report, on) = (given.report.as_ref()?, given.on?);
    let Some(answer) = pack.contents(report, on) else {
        return Some(Outcome::silent());
    };
    let contents = answer.value();
    let sections = contents.sections.iter();
    let keys: Vec<String> = sections.map(|clause| clause.key.to_string()).collect();
    let until = contents.valid.and_then(|span| on.checked_add(span).ok());
    Some(Outcome::ruled(&answer, sections_text(&keys, until)))
}

fn formula(pack: &Pack, given: &Given) -> Option<Outcome> {
    let Some(answer) = pack.formula(given.formula.as_ref()?, given.on?) else {
        return Some(Outcome::silent());
    };
    let formula = answer.value();
    let over = given.counts.get(&formula.over)?;
    let of = given.counts.get(&formula.of)?;
    let points = Formula::points(*over, *of);
    let text = points.map_or_else(|| "none".to_owned(), |points| points.to_string());
    Some(Outcome::ruled(&answer, text))
}

fn route(pack: &Pack, given: &Given) -> Option<Outcome> {
    let answer = pack.route(given.breaker.as_ref()?, given.on?);
    Some(answer.map_or_else(Outcome::silent, |route| {
        let text = offices_text(&route.value().offices, route.value().reply.days);
        Outcome::ruled(&route, text)
    }))
}

fn after(day: Date, span: jiff::Span) -> String {
    let end = day.checked_add(span);
    end.map_or_else(|fault| fault.to_string(), |end| end.to_string())
}
