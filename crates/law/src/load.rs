//! Loading: reads every file, then checks the pack as a whole.

use crate::case::{self, Case};
use crate::catalog::{self, Catalogs};
use crate::fields::Fields;
use crate::finding::Finding;
use crate::index::Index;
use crate::pack::Pack;
use crate::rule::{self, Rule, Says, Subject};
use crate::statute::{self, CaseText, Page, RuleText, Section, Statute};
use crate::text::{self, Kind, Piece};
use domain::calendar::{Calendar, Year};
use jiff::civil::Date;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

const STATUTE: &str = "statute.md";
const YEARS: &str = "/calendar/";

/// Everything read so far.
#[derive(Default)]
struct Draft {
    statutes: BTreeMap<String, Statute>,
    pages: Vec<(String, Page)>,
    catalogs: Catalogs,
    years: Vec<Year>,
    rules: Vec<Rule>,
    /// Each with the place of its rule in `rules`.
    cases: Vec<(usize, Case)>,
    findings: Vec<Finding>,
    /// A rule could not be read, so a day without rule says nothing new.
    lost_rule: bool,
}

pub(crate) fn load(
    files: impl IntoIterator<Item = (String, String)>,
) -> Result<Pack, Vec<Finding>> {
    let files: BTreeMap<String, String> = files
        .into_iter()
        .map(|(path, text)| {
            (
                path.strip_prefix("law/").map(str::to_owned).unwrap_or(path),
                text,
            )
        })
        .collect();
    let mut draft = Draft::default();
    for (path, text) in &files {
        draft.file(path, text);
    }
    draft.shelve();
    draft.check_statutes();
    draft.check_catalogs();
    draft.check_rules();
    draft.check_time();
    if !draft.findings.is_empty() {
        return Err(sorted(draft.findings));
    }
    let rules_of: Vec<usize> = draft.cases.iter().map(|(place, _)| *place).collect();
    let pack = draft.into_pack(digest(&files));
    let findings = prove(&pack, &rules_of);
    if findings.is_empty() {
        Ok(pack)
    } else {
        Err(sorted(findings))
    }
}

fn sorted(mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.sort();
    findings.dedup();
    findings
}

/// Lengths are hashed too, so that text cannot move from one file to the next unseen.
fn digest(files: &BTreeMap<String, String>) -> String {
    let mut hash = Sha256::new();
    for (path, text) in files {
        for part in [path, text] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
    }
    hash.finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

impl Draft {
    fn file(&mut self, path: &str, text: &str) {
        if path.starts_with(catalog::FOLDER) {
            self.findings.extend(self.catalogs.read(path, text).err());
        } else if path.contains(YEARS) && path.ends_with(".toml") {
            self.year(path, text);
        } else if path == "README.md" {
            // Says how the folder is written; nothing in it is law.
        } else if let Some((folder, name)) = path.rsplit_once('/')
            && name.ends_with(".md")
        {
            self.page(folder, path, text);
        } else {
            self.report(path, 1, "不认识的文件");
        }
    }

    fn report(&mut self, file: &str, line: usize, message: impl Into<String>) {
        self.findings.push(Finding::new(file, line, message));
    }

    fn year(&mut self, path: &str, text: &str) {
        match toml::from_str::<Year>(text) {
            Err(error) => self.findings.push(catalog::wrong(path, text, &error)),
            Ok(year) if !path.ends_with(&format!("/{}.toml", year.year)) => {
                self.report(path, 1, format!("文件名与年份 {} 不符", year.year));
            }
            Ok(year) => self.years.push(year),
        }
    }

    fn page(&mut self, folder: &str, path: &str, text: &str) {
        let pieces = match text::pieces(text) {
            Ok(pieces) => pieces,
            Err(line) => return self.report(path, line, "代码块没有结束"),
        };
        if path.ends_with(STATUTE) {
            self.front(folder, path, pieces.first());
        }
        let mut reading = Reading::default();
        let body = pieces.iter().filter(|piece| piece.kind != Kind::Front);
        let sections = body.filter_map(|piece| self.section(folder, path, piece, &mut reading));
        let page = Page {
            file: path.to_owned(),
            sections: sections.collect(),
        };
        self.end_rule(&reading);
        self.pages.push((folder.to_owned(), page));
    }

    fn front(&mut self, folder: &str, path: &str, first: Option<&Piece>) {
        let Some(front) = first.filter(|piece| piece.kind == Kind::Front) else {
            return self.report(path, 1, "缺少 `+++` 之间的文件头");
        };
        let read = Fields::read(path, front.line, &front.text).map_err(|fault| vec![fault]);
        match read.and_then(|fields| statute::read(folder, fields)) {
            Ok(statute) => drop(self.statutes.insert(folder.to_owned(), statute)),
            Err(findings) => self.findings.extend(findings),
        }
    }

    fn section(
        &mut self,
        folder: &str,
        path: &str,
        piece: &Piece,
        reading: &mut Reading,
    ) -> Option<Section> {
        let text = piece.text.clone();
        match &piece.kind {
            Kind::Front => None,
            Kind::Heading(depth) => {
                reading.quoted = false;
                Some(Section::Heading {
                    depth: *depth,
                    text,
                })
            }
            Kind::Paragraph => Some(Section::Paragraph(text)),
            Kind::Quote => {
                reading.quoted = true;
                Some(Section::Quote(text))
            }
            Kind::Block(word) if word == "rule" => self.rule(folder, path, piece, reading),
            Kind::Block(word) if word == "case" => self.case(path, piece, reading),
            Kind::Block(word) => {
                self.report(path, piece.line, format!("不认识的代码块 `{word}`"));
                None
            }
        }
    }

    fn rule(
        &mut self,
        folder: &str,
        path: &str,
        piece: &Piece,
        reading: &mut Reading,
    ) -> Option<Section> {
        self.end_rule(reading);
        reading.rule = None;
        reading.cases = 0;
        reading.broken = true;
        let read = Fields::read(path, piece.line, &piece.text).map_err(|fault| vec![fault]);
        let rule = match read.and_then(|fields| rule::read(folder, fields)) {
            Ok(rule) => rule,
            Err(findings) => {
                self.lost_rule = true;
                self.findings.extend(findings);
                return None;
            }
        };
        if rule.checked.is_some() && !reading.quoted {
            self.report(
                path,
                piece.line,
                "写了 `checked`，但本节没有引用原文（`>`）",
            );
        }
        let text = RuleText {
            statute: rule.statute.clone(),
            file: rule.file.clone(),
            line: rule.line,
            id: rule.id.clone(),
            article: rule.article.clone(),
            from: rule.from,
            until: rule.until,
            checked: rule.checked,
            body: piece.text.clone(),
        };
        reading.broken = false;
        reading.rule = Some(self.rules.len());
        self.rules.push(rule);
        Some(Section::Rule(text))
    }

    fn case(&mut self, path: &str, piece: &Piece, reading: &mut Reading) -> Option<Section> {
        reading.cases += 1;
        let read = Fields::read(path, piece.line, &piece.text).map_err(|fault| vec![fault]);
        let case = match read.and_then(case::read) {
            Ok(case) => case,
            Err(findings) => {
                self.findings.extend(findings);
                return None;
            }
        };
        let text = CaseText {
            line: piece.line,
            why: case.why.clone(),
            body: piece.text.clone(),
        };
        match reading.rule {
            Some(place) => self.cases.push((place, case)),
            None if reading.broken => {}
            None => self.report(path, piece.line, "用例前面没有规则"),
        }
        Some(Section::Case(text))
    }

    /// Closes the rule before: it must have had a case.
    fn end_rule(&mut self, reading: &Reading) {
        let without = reading.rule.filter(|_| reading.cases == 0);
        let Some(rule) = without.and_then(|place| self.rules.get(place)) else {
            return;
        };
        let finding = Finding::new(
            &rule.file,
            rule.line,
            format!("规则 `{}` 没有用例", rule.id),
        );
        self.findings.push(finding);
    }

    /// Puts the pages into their statutes.
    fn shelve(&mut self) {
        let (first, others): (Vec<_>, Vec<_>) = std::mem::take(&mut self.pages)
            .into_iter()
            .partition(|(_, page)| page.file.ends_with(STATUTE));
        for (folder, page) in first.into_iter().chain(others) {
            match self.statutes.get_mut(&folder) {
                Some(statute) => statute.pages.push(page),
                None => self.report(&page.file, 1, format!("法规 `{folder}` 未登记或文件头有误")),
            }
        }
    }

    fn check_statutes(&mut self) {
        let links: Vec<(String, String)> = self
            .statutes
            .values()
            .flat_map(|newer| {
                newer
                    .replaces
                    .iter()
                    .map(|older| (newer.id.clone(), older.clone()))
            })
            .collect();
        for (newer, older) in links {
            match self.statutes.get_mut(&older) {
                Some(statute) => statute.replaced_by.push(newer),
                None => {
                    let file = format!("{newer}/{STATUTE}");
                    self.report(&file, 1, format!("`replaces` 所列法规 `{older}` 未登记"));
                }
            }
        }
    }

    fn check_catalogs(&mut self) {
        let unknown: Vec<Finding> = self
            .catalogs
            .cited()
            .into_iter()
            .filter(|(_, _, statute)| !self.statutes.contains_key(*statute))
            .map(|(file, name, statute)| {
                Finding::new(file, 1, format!("`{name}` 的依据 `{statute}` 未登记"))
            })
            .collect();
        self.findings.extend(unknown);
        let mut texts: Vec<&str> = self
            .catalogs
            .kinds
            .iter()
            .flat_map(|row| row.texts())
            .collect();
        texts.sort_unstable();
        let twice: Vec<Finding> = texts
            .windows(2)
            .filter_map(|pair| match pair {
                [a, b] if a == b => Some(format!("处罚种类 `{a}` 列了两次")),
                _ => None,
            })
            .map(|message| Finding::new("catalog/penalty-kinds.toml", 1, message))
            .collect();
        self.findings.extend(twice);
    }

    fn check_rules(&mut self) {
        let mut found = Vec::new();
        for (place, rule) in self.rules.iter().enumerate() {
            let mut report =
                |message: String| found.push(Finding::new(&rule.file, rule.line, message));
            for name in self.unlisted(rule) {
                report(format!("`{name}` 不在封闭目录中"));
            }
            if let Some(statute) = self.statutes.get(&rule.statute) {
                span_faults(rule, statute).into_iter().for_each(&mut report);
            }
            for other in self
                .rules
                .iter()
                .skip(place + 1)
                .filter(|other| overlaps(rule, other))
            {
                let there = format!("{}:{}", other.file, other.line);
                report(format!(
                    "与 {there} 同一天有两条规则（第 {} 条）",
                    other.article
                ));
            }
        }
        self.findings.extend(found);
    }

    /// Words of a rule that no catalog lists.
    fn unlisted<'a>(&self, rule: &'a Rule) -> Vec<&'a str> {
        let known_facet = |word: &str| self.catalogs.facets.iter().any(|row| row.word == word);
        let known_duty = |word: &str| self.catalogs.duties.iter().any(|row| row.kind == word);
        let known_kind = |word: &str| self.catalogs.kinds.iter().any(|row| row.name == word);
        let texts = |list: &'a [String]| list.iter().map(String::as_str);
        match (&rule.subject, &rule.says) {
            (Subject::Publicity { facets, .. }, _) => {
                texts(facets).filter(|word| !known_facet(word)).collect()
            }
            (Subject::Duty { kind }, _) => std::iter::once(kind.as_str())
                .filter(|word| !known_duty(word))
                .collect(),
            (_, Says::Severity(classes)) => {
                let listed = classes.kinds.keys().map(String::as_str);
                let kinds = listed
                    .chain(texts(&classes.unclear))
                    .chain(classes.fined.as_deref());
                let facets = classes
                    .thresholds
                    .iter()
                    .filter_map(|row| row.facet.as_deref());
                kinds
                    .filter(|word| !known_kind(word))
                    .chain(facets.filter(|word| !known_facet(word)))
                    .collect()
            }
            _ => Vec::new(),
        }
    }

    /// Every declared subject has a rule on every day of its span.
    fn check_time(&mut self) {
        const FILE: &str = "catalog/coverage.toml";
        if self.catalogs.covered.is_empty() {
            self.report(FILE, 1, "没有声明须逐日有规则的事项");
        }
        if self.lost_rule {
            return;
        }
        let mut found = Vec::new();
        for covered in &self.catalogs.covered {
            let mut spans: Vec<(Date, Date)> = self
                .rules
                .iter()
                .filter(|rule| answers(rule, covered))
                .map(|rule| (rule.from, rule.last()))
                .collect();
            spans.sort_unstable();
            if let Some(day) = first_gap(&spans, covered.from, covered.until) {
                let name = described(covered);
                found.push(Finding::new(FILE, 1, format!("{name} 自 {day} 起没有规则")));
            }
        }
        self.findings.extend(found);
    }

    fn into_pack(self, digest: String) -> Pack {
        let index = Index::new(&self.rules, &self.catalogs.kinds);
        Pack {
            digest,
            statutes: self.statutes,
            catalogs: self.catalogs,
            calendar: Calendar::new(self.years),
            index,
            rules: self.rules,
            cases: self.cases.into_iter().map(|(_, case)| case).collect(),
        }
    }
}

/// Where in a page the reading is.
#[derive(Default)]
struct Reading {
    /// Whether words of the statute stand in this section.
    quoted: bool,
    /// The rule that following cases belong to.
    rule: Option<usize>,
    cases: usize,
    /// The last rule could not be read; its cases are not blamed for that.
    broken: bool,
}

fn span_faults(rule: &Rule, statute: &Statute) -> Vec<String> {
    let mut faults = Vec::new();
    if rule.from < statute.from && rule.reaches_back.is_none() {
        faults.push(format!(
            "规则早于法规施行日 {}，须用 `reaches_back` 说明理由",
            statute.from
        ));
    }
    if let Some(until) = statute.until
        && rule.last() > until
    {
        faults.push(format!("规则晚于法规失效日 {until}"));
    }
    faults
}

fn overlaps(a: &Rule, b: &Rule) -> bool {
    a.subject.meets(&b.subject) && a.from <= b.last() && b.from <= a.last()
}

/// Whether a rule is a general answer to a declared subject; special rules do not fill a gap.
fn answers(rule: &Rule, covered: &catalog::Covered) -> bool {
    rule.id == covered.id
        && match &rule.subject {
            Subject::Publicity {
                act,
                severity,
                facets,
            } => Some(*act) == covered.act && *severity == covered.severity && facets.is_empty(),
            Subject::Severity { act } => Some(*act) == covered.act,
            Subject::Duty { kind } => Some(kind) == covered.kind.as_ref(),
            Subject::Conditions { .. } => true,
        }
}

/// The first day of the span that no rule covers; `spans` are sorted.
fn first_gap(spans: &[(Date, Date)], from: Date, until: Date) -> Option<Date> {
    let mut open = from;
    for (first, last) in spans {
        if *first > open {
            break;
        }
        if *last >= open {
            open = last.tomorrow().ok()?;
        }
    }
    (open <= until).then_some(open)
}

fn described(covered: &catalog::Covered) -> String {
    let act = covered.act.map(|act| act.name().to_owned());
    let severity = covered.severity.map(|severity| severity.name().to_owned());
    let parts = [
        Some(covered.id.clone()),
        act,
        severity,
        covered.kind.clone(),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// Runs every case, and asks that each rule is the answer to at least one of its own.
fn prove(pack: &Pack, rules_of: &[usize]) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut proved = vec![false; pack.rules.len()];
    for (case, place) in pack.cases.iter().zip(rules_of) {
        let Some(rule) = pack.rules.get(*place) else {
            continue;
        };
        let report = |message: String| Finding::new(&case.file, case.line, message);
        let Some(outcome) = case::run(pack, rule, &case.given) else {
            found.push(report(format!("用例“{}”缺少提问所需的事实", case.why)));
            continue;
        };
        if outcome.text != case.expect {
            let (wanted, got) = (&case.expect, &outcome.text);
            found.push(report(format!(
                "用例“{}”不成立：应为 {wanted}，规则答 {got}",
                case.why
            )));
        }
        let own = |basis: &domain::basis::Basis| {
            *basis.statute == *rule.statute && *basis.article == *rule.article
        };
        if outcome.basis.as_ref().is_some_and(own)
            && let Some(proved) = proved.get_mut(*place)
        {
            *proved = true;
        }
    }
    let silent = pack
        .rules
        .iter()
        .zip(&proved)
        .filter(|(_, proved)| !**proved);
    found.extend(silent.map(|(rule, _)| {
        Finding::new(
            &rule.file,
            rule.line,
            format!("规则 `{}` 没有一个用例由它作答", rule.id),
        )
    }));
    found
}
