//! The pack: all of `law/`, checked whole, asked by date.

use crate::answer::{AnyTerm, Contents, DutyTerm, TermOf};
use crate::blank::Blank;
use crate::case::Case;
use crate::catalog::{
    ActKind, BaseClass, Commitment, DataSet, DutyKind, Facet, ForbiddenKind, Form, Matter,
    PenaltyKind, Word,
};
use crate::check::Whole;
use crate::finding::Finding;
use crate::index::{Index, PenaltyFacts};
use crate::load;
use crate::rule::{Rule, Subject};
use crate::statute::{RuleText, Statute};
use domain::assessment::Formula;
use domain::basis::{Basis, Ruled};
use domain::blacklist::ListType;
use domain::calendar::Calendar;
use domain::code::{Code, Exceptions};
use domain::conditions::Conditions;
use domain::grade::Scale;
use domain::inspection::{Exception, Ground, Item, Paper, Published, Rate, ResultCode};
use domain::measure::{self, Measure};
use domain::notice::Template;
use domain::publication::{Publicity, Term};
use domain::record::{Act, Severity};
use domain::referral::Route;
use domain::retention::Retention;
use jiff::Span;
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A law pack that passed every check.
#[derive(Debug)]
pub struct Pack {
    pub(crate) digest: String,
    /// As they were read: an adopted pack is stored and loaded again for old decisions.
    pub(crate) files: BTreeMap<String, String>,
    pub(crate) whole: Whole,
    pub(crate) calendar: Calendar,
    pub(crate) index: Index,
    pub(crate) cases: Vec<Case>,
}

/// What a pack holds, for `law check`.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Report {
    pub statutes: usize,
    pub rules: usize,
    /// Rules a person compared with the statute's own words.
    pub confirmed: usize,
    pub unconfirmed: usize,
    pub cases: usize,
    /// Years with an official calendar.
    pub years: Vec<i16>,
}

/// A place in the pack that names a statute.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Citation {
    pub file: String,
    /// Line of the rule or of the row of a catalog.
    pub line: Option<usize>,
    /// Rule id with its word and article, or the name in the catalog.
    pub what: String,
}

impl Pack {
    /// Reads all files of `law/`: path inside that folder, and text.
    ///
    /// The pack loads whole or not at all; every fault is returned, with its file and line.
    pub fn load(files: impl IntoIterator<Item = (String, String)>) -> Result<Self, Vec<Finding>> {
        load::load(files).map_err(|remarks| remarks.into_iter().map(Finding::from).collect())
    }

    /// SHA-256 over all paths and texts, hexadecimal: which law an answer was given by.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// The files the pack was read from: path inside `law/`, and text. Loading them again gives the
    /// same pack with the same digest.
    pub fn files(&self) -> &BTreeMap<String, String> {
        &self.files
    }

    pub fn calendar(&self) -> &Calendar {
        &self.calendar
    }

    /// Whether and how long a record is shown; `None` where the law is silent.
    ///
    /// Silence is not a default: the caller must not publish. A licence has no severity.
    pub fn publicity(
        &self,
        act: Act,
        severity: Option<Severity>,
        facets: &[&str],
        decided: Date,
    ) -> Option<Ruled<Publicity>> {
        self.index.publicity(act, severity, facets, decided)
    }

    /// How long a breach of a commitment that was determined on `day` is shown; `None` where the
    /// law is silent, and then it cannot be determined at all: nothing adverse is without an end.
    pub fn breach_publicity(&self, severity: Severity, day: Date) -> Option<Ruled<Term>> {
        self.index.breach(severity, day)
    }

    /// The class of a penalty; `None` where the organ has to state it.
    pub fn severity(&self, facts: &PenaltyFacts<'_>) -> Option<Ruled<Severity>> {
        self.index.severity(Act::Penalty, facts)
    }

    /// The days for a duty that starts on `day`; `None` where nobody owes it.
    pub fn duty(&self, kind: &str, day: Date) -> Option<Ruled<DutyTerm>> {
        self.index.duty(kind, day)
    }

    /// The conditions of a question such as `commitment.eligible`; `None` where there is no rule.
    pub fn conditions(&self, id: &str, day: Date) -> Option<Ruled<Conditions>> {
        self.index.conditions(id, None, day)
    }

    /// The conditions for a record of this severity: its own where there are any, else the general.
    pub fn conditions_for(
        &self,
        id: &str,
        severity: Severity,
        day: Date,
    ) -> Option<Ruled<Conditions>> {
        self.index.conditions(id, Some(severity), day)
    }

    /// A term of any kind; `None` where the law is silent.
    pub fn term(&self, of: TermOf<'_>, day: Date) -> Option<Ruled<AnyTerm>> {
        match of {
            TermOf::Publicity {
                act,
                severity,
                facets,
            } => {
                let term = self.publicity(act, severity, facets, day)?;
                Some(term.map(AnyTerm::Publicity))
            }
            TermOf::Breach(severity) => {
                let term = self.breach_publicity(severity, day)?;
                Some(term.map(|term| AnyTerm::Publicity(Publicity::Shown(term))))
            }
            TermOf::Duty(kind) => Some(self.duty(kind, day)?.map(AnyTerm::Duty)),
            TermOf::Retention(what) => {
                let kept = self.retention(what, day)?;
                Some(kept.map(|kept| AnyTerm::Span(kept.keep)))
            }
            TermOf::Grade(form) => Some(self.validity(form, day)?.map(AnyTerm::Span)),
        }
    }

    /// The scale a form of organisation is graded by; `None` where it is not graded.
    pub fn scale(&self, form: &str, day: Date) -> Option<Ruled<Arc<Scale>>> {
        Some(self.index.scale(None, form, day)?.map(|(scale, _)| scale))
    }

    /// The scale by which a sector (行业) evaluates a form beside the general one (R59).
    ///
    /// Its stated indicator [`law::GENERAL`](crate::GENERAL), if it has one, is the place of the
    /// general grade, 0 the best.
    pub fn sector_scale(&self, sector: &str, form: &str, day: Date) -> Option<Ruled<Arc<Scale>>> {
        let ruled = self.index.scale(Some(sector), form, day)?;
        Some(ruled.map(|(scale, _)| scale))
    }

    /// How long an evaluation of a form is good for; `None` where the law sets no validity.
    pub fn validity(&self, form: &str, day: Date) -> Option<Ruled<Span>> {
        let ruled = self.index.scale(None, form, day)?;
        let valid = ruled.value().1?;
        Some(ruled.map(|_| valid))
    }

    /// How often entities of a grade are inspected; `None` where the law is silent.
    pub fn rate(&self, item: Item, grade: &str, day: Date) -> Option<Ruled<Rate>> {
        let mut rates = self.rates(item, day).iter();
        rates.find(|ruled| ruled.value().grade == grade).cloned()
    }

    /// The rates of all grades, best first.
    pub fn rates(&self, item: Item, day: Date) -> &[Ruled<Rate>] {
        self.index.rates(item, day)
    }

    /// The measures that may be taken (R83): nothing else may, whoever wants it.
    pub fn measures(&self, facts: &measure::Facts<'_>, day: Date) -> Vec<Ruled<Arc<Measure>>> {
        let triggered = self.index.triggered(facts.list, day);
        triggered
            .filter(|ruled| ruled.value().applies(facts))
            .cloned()
            .collect()
    }

    /// Every measure a list triggers on the day, whomever and in whatever matter.
    pub fn triggered(&self, list: &str, day: Date) -> Vec<Ruled<Arc<Measure>>> {
        self.index.triggered(list, day).cloned().collect()
    }

    /// Every measure in force, by word.
    pub fn all_measures(&self, day: Date) -> Vec<Ruled<Arc<Measure>>> {
        self.index.measures(day)
    }

    /// Every type of list in force, by word.
    pub fn lists(&self, day: Date) -> Vec<Ruled<Arc<ListType>>> {
        self.index.lists(day)
    }

    pub fn list(&self, word: &str, day: Date) -> Option<Ruled<Arc<ListType>>> {
        self.index.list(word, day)
    }

    /// How long something is kept, by its word in `law/catalog/retentions.toml`.
    pub fn retention(&self, what: &str, day: Date) -> Option<Ruled<Retention>> {
        self.index.retention(what, day)
    }

    /// What a report must show, by its word in `law/catalog/reports.toml`.
    pub fn contents(&self, report: &str, day: Date) -> Option<Ruled<Contents>> {
        self.index.contents(report, day)
    }

    pub fn formula(&self, word: &str, day: Date) -> Option<Ruled<Arc<Formula>>> {
        self.index.formula(word, day)
    }

    /// Every formula in force, by word.
    pub fn formulas(&self, day: Date) -> Vec<Ruled<Arc<Formula>>> {
        self.index.formulas(day)
    }

    /// Who is told of a breach, by the word of the breaker
    /// ([`domain::referral::Breaker::word`]); `None` where the law names nobody.
    pub fn route(&self, breaker: &str, day: Date) -> Option<Ruled<Route>> {
        self.index.route(breaker, day)
    }

    /// All statutes, by id.
    pub fn statutes(&self) -> impl Iterator<Item = &Statute> {
        self.whole.statutes.values()
    }

    pub fn statute(&self, id: &str) -> Option<&Statute> {
        self.whole.statutes.get(id)
    }

    /// All rules as written, statute by statute.
    pub fn rules(&self) -> impl Iterator<Item = &RuleText> {
        self.statutes().flat_map(Statute::rules)
    }

    /// Everything in the pack that names the statute: what to look at when it lapses (R118).
    pub fn citing(&self, statute: &str) -> Vec<Citation> {
        self.depending(statute, None)
    }

    /// Everything that names an article of a statute, or the statute at all: rules, parts of rules,
    /// catalog rows, and the forms of the matters that do. A rule that names the article in several
    /// parts is listed once.
    pub fn depending(&self, statute: &str, article: Option<&str>) -> Vec<Citation> {
        let named = |basis: &Basis| {
            *basis.statute == *statute && article.is_none_or(|article| *basis.article == *article)
        };
        let rules = self.whole.rules.iter().filter(|rule| {
            let displaced = rule.displaced.as_ref();
            let own = rule.statute == statute && article.is_none_or(|known| rule.article == known);
            let later = displaced.is_some_and(|later| {
                later.statute == statute && article.is_none_or(|known| later.article == known)
            });
            own || later || rule.says.bases().into_iter().any(named)
        });
        let rules = rules.map(|rule| Citation {
            file: rule.file.clone(),
            line: Some(rule.line),
            what: cited_as(rule),
        });
        let rows = self.whole.catalogs.cited().into_iter();
        let rows = rows.filter(|row| named(&row.basis)).map(|row| Citation {
            file: row.file.to_owned(),
            line: Some(row.line),
            what: row.name.to_owned(),
        });
        let forms = self.blanks().iter().filter(|blank| {
            let row = self.commitment(&blank.code);
            row.is_some_and(|row| row.bases().iter().any(named))
        });
        let forms = forms.map(|blank| Citation {
            file: blank.file.clone(),
            line: Some(1),
            what: format!("{}（{}）", blank.title, blank.edition),
        });
        let mut found: Vec<Citation> = rules.chain(rows).chain(forms).collect();
        found.dedup();
        found
    }

    /// Rules nobody compared with the statute since `day`: the never compared first, then by age.
    pub fn stale(&self, day: Date) -> Vec<&RuleText> {
        let mut old: Vec<&RuleText> = self
            .rules()
            .filter(|rule| rule.checked.is_none_or(|checked| checked < day))
            .collect();
        old.sort_by_key(|rule| rule.checked);
        old
    }

    pub fn acts(&self) -> &[ActKind] {
        &self.whole.catalogs.acts
    }

    pub fn act(&self, act: Act) -> Option<&ActKind> {
        self.acts().iter().find(|row| row.word == act)
    }

    pub fn matters(&self) -> &[Matter] {
        &self.whole.catalogs.matters
    }

    pub fn matter(&self, code: &str) -> Option<&Matter> {
        self.matters().iter().find(|row| row.code == code)
    }

    pub fn penalty_kinds(&self) -> &[PenaltyKind] {
        &self.whole.catalogs.kinds
    }

    /// The catalog row for a filed text, by name or alias.
    pub fn penalty_kind(&self, text: &str) -> Option<&PenaltyKind> {
        self.penalty_kinds()
            .iter()
            .find(|row| row.texts().any(|known| known == text))
    }

    pub fn duties(&self) -> &[DutyKind] {
        &self.whole.catalogs.duties
    }

    pub fn facets(&self) -> &[Facet] {
        &self.whole.catalogs.facets
    }

    /// Forms of organisation (主体类型).
    pub fn forms(&self) -> &[Form] {
        &self.whole.catalogs.forms
    }

    /// The form of the holder of a code, by its first two characters.
    pub fn form_of(&self, code: &Code) -> Option<&Form> {
        self.forms().iter().find(|form| form.has(code))
    }

    pub fn roles(&self) -> &[Word] {
        &self.whole.catalogs.roles
    }

    pub fn evidence(&self) -> &[Word] {
        &self.whole.catalogs.evidence
    }

    /// Sectors (行业) that may evaluate by a scale of their own.
    pub fn sectors(&self) -> &[Word] {
        &self.whole.catalogs.sectors
    }

    pub fn retentions(&self) -> &[Word] {
        &self.whole.catalogs.retentions
    }

    pub fn reports(&self) -> &[Word] {
        &self.whole.catalogs.reports
    }

    pub fn counts(&self) -> &[Word] {
        &self.whole.catalogs.counts
    }

    /// Classes of the base catalogue and its local supplement.
    pub fn classes(&self) -> &[BaseClass] {
        &self.whole.catalogs.classes
    }

    pub fn forbidden(&self) -> &[ForbiddenKind] {
        &self.whole.catalogs.forbidden
    }

    /// Every version of every data set.
    pub fn sets(&self) -> &[DataSet] {
        &self.whole.catalogs.sets
    }

    /// The newest version of a data set that is taken on the day.
    pub fn set(&self, word: &str, day: Date) -> Option<&DataSet> {
        let versions = self.sets().iter().filter(|set| set.word == word);
        let taken = versions.filter(|set| set.in_force(day));
        taken.max_by_key(|set| set.version)
    }

    /// Matters in which commitments are or are not taken.
    pub fn commitments(&self) -> &[Commitment] {
        &self.whole.catalogs.commitments
    }

    pub fn commitment(&self, code: &str) -> Option<&Commitment> {
        self.commitments().iter().find(|row| row.code == code)
    }

    /// Blank forms of commitments in all editions, by matter.
    pub fn blanks(&self) -> &[Blank] {
        &self.whole.blanks
    }

    /// The form of a matter in an edition, also one that is no longer signed: old commitments keep
    /// theirs.
    pub fn blank(&self, code: &str, edition: &str) -> Option<&Blank> {
        self.whole.blank(code, edition)
    }

    /// The form of a matter that is to be signed on the day.
    pub fn blank_on(&self, code: &str, day: Date) -> Option<&Blank> {
        let mut blanks = self.blanks().iter();
        blanks.find(|blank| blank.code == code && blank.in_force(day))
    }

    /// Texts of notices (告知模板).
    pub fn notices(&self) -> &[Template] {
        &self.whole.catalogs.notices
    }

    /// The text of a word; without one nothing is sent.
    pub fn notice(&self, word: &str) -> Option<&Template> {
        self.notices().iter().find(|row| row.word == word)
    }

    /// Published items (检查事项清单); what is not among them is not inspected.
    pub fn inspection_items(&self) -> &[Ruled<Arc<Published>>] {
        &self.whole.catalogs.inspections.items
    }

    /// The item of a code with the article that lets it be inspected; `None` where it is not
    /// published, and then nobody may inspect it (R65).
    pub fn inspection_item(&self, code: &str) -> Option<Ruled<Arc<Published>>> {
        let mut items = self.inspection_items().iter();
        items.find(|item| item.value().code == code).cloned()
    }

    /// 执法条线 an inspector may be certified for.
    pub fn inspection_lines(&self) -> &[Word] {
        &self.whole.catalogs.inspections.lines
    }

    /// Grounds for a visit beyond the cap or to an entity of low risk (R63, R68).
    pub fn inspection_exceptions(&self) -> &[Ruled<Exception>] {
        &self.whole.catalogs.inspections.exceptions
    }

    /// Result codes of the publicity system (R66).
    pub fn inspection_results(&self) -> &[Ruled<ResultCode>] {
        &self.whole.catalogs.inspections.results
    }

    /// Grounds of recusal (R67).
    pub fn recusal_grounds(&self) -> &[Ruled<Ground>] {
        &self.whole.catalogs.inspections.recusals
    }

    /// Documents of a visit, in the order they are made.
    pub fn inspection_papers(&self) -> &[Ruled<Paper>] {
        &self.whole.catalogs.inspections.papers
    }

    /// The least number of inspectors of a visit; `None` where the law is silent.
    pub fn team_size(&self) -> Option<Ruled<u16>> {
        self.whole.catalogs.inspections.teams.first().cloned()
    }

    /// Codes that were issued with a wrong check character.
    pub fn exceptions(&self) -> &Exceptions {
        &self.whole.catalogs.exceptions
    }

    pub fn check(&self) -> Report {
        let confirmed = self
            .whole
            .rules
            .iter()
            .filter(|rule| rule.checked.is_some())
            .count();
        Report {
            statutes: self.whole.statutes.len(),
            rules: self.whole.rules.len(),
            confirmed,
            unconfirmed: self.whole.rules.len() - confirmed,
            cases: self.cases.len(),
            years: self.calendar.years().map(|year| year.year).collect(),
        }
    }
}

fn cited_as(rule: &Rule) -> String {
    let words = match &rule.subject {
        Subject::List { .. }
        | Subject::Measure { .. }
        | Subject::Formula { .. }
        | Subject::Route { .. } => format!(" {}", rule.subject.words()),
        _ => String::new(),
    };
    format!("{}{words}（{}）", rule.id, rule.article)
}
