//! The rules of a pack, arranged so that a question costs no more than a search by date.

use crate::answer::{Contents, DutyTerm};
use crate::catalog::PenaltyKind;
use crate::rule::{Classes, Rule, Says, Subject, Threshold};
use domain::assessment::Formula;
use domain::basis::{Basis, Ruled};
use domain::blacklist::ListType;
use domain::conditions::Conditions;
use domain::grade::Scale;
use domain::inspection::{Item, Rate};
use domain::measure::Measure;
use domain::publication::{Publicity, Term};
use domain::record::{Act, Procedure, Severity};
use domain::referral::Route;
use domain::retention::Retention;
use jiff::Span;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What is known of a penalty when its class is asked for.
#[derive(Debug, Clone, Copy)]
pub struct PenaltyFacts<'a> {
    /// 处罚种类, each as one text.
    pub kinds: &'a [&'a str],
    pub procedure: Procedure,
    /// 罚款金额, in yuan.
    pub fine: Option<u64>,
    /// Words of `law/catalog/facets.toml`.
    pub facets: &'a [&'a str],
    pub decided: Date,
}

#[derive(Debug, Default)]
pub(crate) struct Index {
    publicity: BTreeMap<(Act, Option<Severity>), Cell>,
    breach: BTreeMap<Severity, Timeline<Ruled<Term>>>,
    severity: BTreeMap<Act, Timeline<Ruled<Compiled>>>,
    duty: Shelf<Ruled<DutyTerm>>,
    conditions: BTreeMap<String, BTreeMap<Option<Severity>, Timeline<Ruled<Conditions>>>>,
    /// By sector; absent for the general ones.
    scales: BTreeMap<Option<String>, Shelf<Ruled<Evaluation>>>,
    rates: BTreeMap<Item, Timeline<Vec<Ruled<Rate>>>>,
    lists: Shelf<Ruled<Arc<ListType>>>,
    measures: Shelf<Ruled<Arc<Measure>>>,
    /// Words of the measures that a list has ever triggered.
    triggered: BTreeMap<String, BTreeSet<String>>,
    retention: Shelf<Ruled<Retention>>,
    contents: Shelf<Ruled<Contents>>,
    formulas: Shelf<Ruled<Arc<Formula>>>,
    routes: Shelf<Ruled<Route>>,
}

/// A scale, and how long an evaluation by it is good for.
type Evaluation = (Arc<Scale>, Option<Span>);

/// Rules by the word they are asked for.
type Shelf<T> = BTreeMap<String, Timeline<T>>;

/// The publicity rules of one act and class.
#[derive(Debug, Default)]
struct Cell {
    general: Timeline<Ruled<Publicity>>,
    special: Vec<(Vec<String>, Dated<Ruled<Publicity>>)>,
}

/// Rules for one subject, one a day, sorted by their first day.
#[derive(Debug)]
struct Timeline<T>(Vec<Dated<T>>);

#[derive(Debug)]
struct Dated<T> {
    from: Date,
    last: Date,
    value: T,
}

/// A classification with every known text of every kind, sorted for a binary search.
#[derive(Debug)]
struct Compiled {
    kinds: Vec<(String, Kind)>,
    simple: Severity,
    other: Severity,
    thresholds: Vec<Threshold>,
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    Class(Severity),
    /// A fine: the amounts of the sector go before the class.
    Fine(Severity),
    Unclear,
}

impl Index {
    /// Arranges rules that passed the checks; they do not meet.
    pub fn new(rules: &[Rule], kinds: &[PenaltyKind]) -> Self {
        let mut index = Self::default();
        for rule in rules {
            index.add(rule, kinds);
        }
        index
    }

    fn add(&mut self, rule: &Rule, kinds: &[PenaltyKind]) {
        match (&rule.subject, &rule.says) {
            (Subject::Publicity { .. }, Says::Publicity(says)) => self.add_publicity(rule, *says),
            (Subject::Breach { severity }, Says::Breach(says)) => {
                let timeline = self.breach.entry(*severity).or_default();
                timeline.insert(dated(rule, *says));
            }
            (Subject::Severity { act }, Says::Severity(classes)) => {
                let compiled = dated(rule, compile(classes, kinds));
                self.severity.entry(*act).or_default().insert(compiled);
            }
            (Subject::Conditions { id, severity }, Says::Conditions(says)) => {
                let of = self.conditions.entry(id.clone()).or_default();
                let timeline = of.entry(*severity).or_default();
                timeline.insert(dated(rule, says.clone()));
            }
            (Subject::Scale { sector, forms }, Says::Scale(scale, valid)) => {
                let shelf = self.scales.entry(sector.clone()).or_default();
                for form in forms {
                    let says = (scale.clone(), *valid);
                    put(shelf, form, dated(rule, says));
                }
            }
            (Subject::Rate { item }, Says::Rates(rates)) => {
                let timeline = self.rates.entry(*item).or_default();
                timeline.insert(rows(rule, rates));
            }
            (Subject::Measure { word }, Says::Measure(measure)) => {
                for list in &measure.triggers {
                    let words = self.triggered.entry(list.clone()).or_default();
                    words.insert(word.clone());
                }
                put(&mut self.measures, word, dated(rule, measure.clone()));
            }
            (subject, says) => self.add_word(rule, subject, says),
        }
    }

    fn add_word(&mut self, rule: &Rule, subject: &Subject, says: &Says) {
        match (subject, says) {
            (Subject::Duty { kind }, Says::Duty(term)) => {
                put(&mut self.duty, kind, dated(rule, term.clone()));
            }
            (Subject::List { word }, Says::List(list, _)) => {
                put(&mut self.lists, word, dated(rule, list.clone()));
            }
            (Subject::Retention { what }, Says::Retention(says)) => {
                put(&mut self.retention, what, dated(rule, says.clone()));
            }
            (Subject::Contents { report }, Says::Contents(says)) => {
                put(&mut self.contents, report, dated(rule, says.clone()));
            }
            (Subject::Formula { word }, Says::Formula(says)) => {
                put(&mut self.formulas, word, dated(rule, says.clone()));
            }
            (Subject::Route { breaker }, Says::Route(says)) => {
                put(&mut self.routes, breaker, dated(rule, says.clone()));
            }
            _ => {}
        }
    }

    fn add_publicity(&mut self, rule: &Rule, says: Publicity) {
        let Subject::Publicity {
            act,
            severity,
            facets,
        } = &rule.subject
        else {
            return;
        };
        let cell = self.publicity.entry((*act, *severity)).or_default();
        if facets.is_empty() {
            cell.general.insert(dated(rule, says));
        } else {
            cell.special.push((facets.clone(), dated(rule, says)));
        }
    }

    pub fn publicity(
        &self,
        act: Act,
        severity: Option<Severity>,
        facets: &[&str],
        decided: Date,
    ) -> Option<Ruled<Publicity>> {
        let severity = severity.filter(|_| act != Act::Licence);
        let cell = self.publicity.get(&(act, severity))?;
        cell.special(facets, decided)
            .or_else(|| cell.general.at(decided))
            .cloned()
    }

    pub fn breach(&self, severity: Severity, day: Date) -> Option<Ruled<Term>> {
        self.breach.get(&severity)?.at(day).cloned()
    }

    pub fn severity(&self, act: Act, facts: &PenaltyFacts<'_>) -> Option<Ruled<Severity>> {
        let rule = self.severity.get(&act)?.at(facts.decided)?;
        let class = rule.value().class(facts)?;
        Some(ruled(class, rule.basis().clone()))
    }

    pub fn duty(&self, kind: &str, day: Date) -> Option<Ruled<DutyTerm>> {
        self.duty.get(kind)?.at(day).cloned()
    }

    /// The rule for this severity, else the general one.
    pub fn conditions(
        &self,
        id: &str,
        severity: Option<Severity>,
        day: Date,
    ) -> Option<Ruled<Conditions>> {
        let of = self.conditions.get(id)?;
        let at = |severity: Option<Severity>| of.get(&severity)?.at(day).cloned();
        at(severity).or_else(|| at(None))
    }

    /// The scale of a form, and how long an evaluation by it is good for.
    pub fn scale(&self, sector: Option<&str>, form: &str, day: Date) -> Option<Ruled<Evaluation>> {
        let shelf = self.scales.get(&sector.map(str::to_owned))?;
        shelf.get(form)?.at(day).cloned()
    }

    /// Best grade first.
    pub fn rates(&self, item: Item, day: Date) -> &[Ruled<Rate>] {
        let rates = self.rates.get(&item).and_then(|rates| rates.at(day));
        rates.map(Vec::as_slice).unwrap_or_default()
    }

    pub fn list(&self, word: &str, day: Date) -> Option<Ruled<Arc<ListType>>> {
        self.lists.get(word)?.at(day).cloned()
    }

    pub fn lists(&self, day: Date) -> Vec<Ruled<Arc<ListType>>> {
        all(&self.lists, day)
    }

    /// Measures a list triggers on the day, in the order of their words.
    pub fn triggered(&self, list: &str, day: Date) -> impl Iterator<Item = &Ruled<Arc<Measure>>> {
        let words = self.triggered.get(list).into_iter().flatten();
        words
            .filter_map(move |word| self.measures.get(word)?.at(day))
            .filter(move |ruled| ruled.value().triggers.iter().any(|known| known == list))
    }

    pub fn measures(&self, day: Date) -> Vec<Ruled<Arc<Measure>>> {
        all(&self.measures, day)
    }

    pub fn retention(&self, what: &str, day: Date) -> Option<Ruled<Retention>> {
        self.retention.get(what)?.at(day).cloned()
    }

    pub fn contents(&self, report: &str, day: Date) -> Option<Ruled<Contents>> {
        self.contents.get(report)?.at(day).cloned()
    }

    pub fn formula(&self, word: &str, day: Date) -> Option<Ruled<Arc<Formula>>> {
        self.formulas.get(word)?.at(day).cloned()
    }

    pub fn route(&self, breaker: &str, day: Date) -> Option<Ruled<Route>> {
        self.routes.get(breaker)?.at(day).cloned()
    }

    pub fn formulas(&self, day: Date) -> Vec<Ruled<Arc<Formula>>> {
        all(&self.formulas, day)
    }
}

fn put<T>(shelf: &mut Shelf<T>, word: &str, rule: Dated<T>) {
    shelf.entry(word.to_owned()).or_default().insert(rule);
}

fn all<T: Clone>(shelf: &Shelf<T>, day: Date) -> Vec<T> {
    let rules = shelf.values().filter_map(|timeline| timeline.at(day));
    rules.cloned().collect()
}

impl Cell {
    /// The special rule for one of the facets; of several the one that shows longest.
    fn special(&self, facets: &[&str], decided: Date) -> Option<&Ruled<Publicity>> {
        if facets.is_empty() {
            return None;
        }
        self.special
            .iter()
            .filter(|(named, rule)| {
                rule.covers(decided) && named.iter().any(|facet| facets.contains(&facet.as_str()))
            })
            .map(|(_, rule)| &rule.value)
            .max_by_key(|rule| length(rule.value(), decided))
    }
}

/// Last and first day a term leads to, to compare terms by.
fn length(publicity: &Publicity, decided: Date) -> (Option<Date>, Option<Date>) {
    let after = |span: Span| decided.checked_add(span).ok();
    match publicity {
        Publicity::Shown(term) => (after(term.max), after(term.min)),
        Publicity::WhileValid => (Some(Date::MAX), None),
        Publicity::Withheld => (None, None),
    }
}

impl Compiled {
    /// The class of a penalty; the gravest of several kinds governs. `None` where a stated kind
    /// could be of several classes and the others do not settle it.
    fn class(&self, facts: &PenaltyFacts<'_>) -> Option<Severity> {
        if facts.procedure == Procedure::Simple {
            return Some(self.simple);
        }
        let mut unclear = false;
        let mut gravest = None;
        for text in facts.kinds {
            let class = self.kind(text, facts);
            unclear |= class.is_none();
            gravest = gravest.max(class);
        }
        gravest.filter(|class| !unclear || *class == Severity::Serious)
    }

    fn kind(&self, text: &str, facts: &PenaltyFacts<'_>) -> Option<Severity> {
        let place = self
            .kinds
            .binary_search_by(|(kind, _)| kind.as_str().cmp(text));
        let listed = place.ok().and_then(|place| self.kinds.get(place));
        match listed.map(|(_, kind)| *kind) {
            None => Some(self.other),
            Some(Kind::Class(class)) => Some(class),
            Some(Kind::Fine(class)) => Some(self.fine(facts).unwrap_or(class)),
            Some(Kind::Unclear) => None,
        }
    }

    /// The class by the amounts of the sector; `None` while no amount is laid down.
    fn fine(&self, facts: &PenaltyFacts<'_>) -> Option<Severity> {
        let fine = facts.fine?;
        let holds = |threshold: &&Threshold| {
            threshold
                .facet
                .as_deref()
                .is_none_or(|facet| facts.facets.contains(&facet))
        };
        self.thresholds
            .iter()
            .filter(holds)
            .filter_map(|threshold| threshold.class(fine))
            .max()
    }
}

impl<T> Timeline<T> {
    fn insert(&mut self, rule: Dated<T>) {
        let place = self.0.partition_point(|other| other.from < rule.from);
        self.0.insert(place, rule);
    }

    fn at(&self, day: Date) -> Option<&T> {
        let started = self.0.partition_point(|rule| rule.from <= day);
        let rule = self.0.get(started.checked_sub(1)?)?;
        rule.covers(day).then_some(&rule.value)
    }
}

impl<T> Default for Timeline<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Dated<T> {
    fn covers(&self, day: Date) -> bool {
        self.from <= day && day <= self.last
    }
}

fn dated<T>(rule: &Rule, value: T) -> Dated<Ruled<T>> {
    Dated {
        from: rule.from,
        last: rule.last(),
        value: ruled(value, rule.basis.clone()),
    }
}

/// Every grade has the article that names it.
fn rows(rule: &Rule, rates: &[(Rate, Basis)]) -> Dated<Vec<Ruled<Rate>>> {
    let rates = rates.iter();
    let rates = rates.map(|(rate, basis)| ruled(rate.clone(), basis.clone()));
    Dated {
        from: rule.from,
        last: rule.last(),
        value: rates.collect(),
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place where a rule or a catalog row becomes an answer"
)]
pub(crate) fn ruled<T>(value: T, basis: Basis) -> Ruled<T> {
    Ruled::by_law(value, basis)
}

fn compile(classes: &Classes, known: &[PenaltyKind]) -> Compiled {
    let fine = |name: &String| classes.fined.as_ref() == Some(name);
    let listed = classes.kinds.iter().map(|(name, class)| {
        (
            name,
            if fine(name) {
                Kind::Fine(*class)
            } else {
                Kind::Class(*class)
            },
        )
    });
    let unclear = classes.unclear.iter().map(|name| (name, Kind::Unclear));
    let mut kinds: Vec<(String, Kind)> = listed
        .chain(unclear)
        .flat_map(|(name, kind)| {
            let known = known.iter().find(|row| row.name == *name);
            let aliases = known.map(|row| row.aliases.as_slice()).unwrap_or_default();
            std::iter::once(name)
                .chain(aliases)
                .map(move |text| (text.clone(), kind))
        })
        .collect();
    kinds.sort_by(|a, b| a.0.cmp(&b.0));
    Compiled {
        kinds,
        simple: classes.simple,
        other: classes.other,
        thresholds: classes.thresholds.clone(),
    }
}
