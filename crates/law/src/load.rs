//! Loading: reads every file, then checks the pack as a whole.

use crate::blank;
use crate::case::{self, Case};
use crate::catalog;
use crate::check::{CHECKS, STATUTE, Whole};
use crate::fields::Fields;
use crate::finding::{Remark, Topic, sorted};
use crate::index::Index;
use crate::pack::Pack;
use crate::rule;
use crate::statute::{self, CaseText, Page, RuleText, Section};
use crate::text::{self, Kind, Piece};
use domain::basis::Basis;
use domain::calendar::{Calendar, Year};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

const YEARS: &str = "/calendar/";

/// Everything read so far.
#[derive(Default)]
struct Draft {
    whole: Whole,
    pages: Vec<(String, Page)>,
    years: Vec<Year>,
    /// Each with the place of its rule in `rules`.
    cases: Vec<(usize, Case)>,
    findings: Vec<Remark>,
}

pub(crate) fn load(files: impl IntoIterator<Item = (String, String)>) -> Result<Pack, Vec<Remark>> {
    let mut draft = Draft::default();
    let files = draft.named(files);
    for (path, text) in &files {
        draft.file(path, text);
    }
    draft.shelve();
    draft.link();
    for check in CHECKS {
        draft.findings.extend(check(&draft.whole));
    }
    if !draft.findings.is_empty() {
        return Err(sorted(draft.findings));
    }
    let rules_of: Vec<usize> = draft.cases.iter().map(|(place, _)| *place).collect();
    let pack = draft.into_pack(files);
    let findings = prove(&pack, &rules_of);
    if findings.is_empty() {
        Ok(pack)
    } else {
        Err(sorted(findings))
    }
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
    /// Every file by its path inside `law/`. Of two texts for one path neither is the law.
    fn named(
        &mut self,
        files: impl IntoIterator<Item = (String, String)>,
    ) -> BTreeMap<String, String> {
        let mut named = BTreeMap::new();
        for (path, text) in files {
            let path = path.strip_prefix("law/").map(str::to_owned).unwrap_or(path);
            if named.insert(path.clone(), text).is_some() {
                self.report(&path, 1, "同一文件给了两次");
            }
        }
        named
    }

    fn file(&mut self, path: &str, text: &str) {
        if path.starts_with(catalog::FOLDER) {
            let read = self.whole.catalogs.read(path, text);
            self.findings.extend(read.err());
        } else if path.starts_with(blank::FOLDER) {
            match blank::read(path, text) {
                Ok(blank) => self.whole.blanks.push(blank),
                Err(findings) => self.findings.extend(findings),
            }
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
        self.findings.push(Remark::unreadable(file, line, message));
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
            Ok(statute) => drop(self.whole.statutes.insert(folder.to_owned(), statute)),
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
                self.whole.lost_rule = true;
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
            displaced: rule.displaced.clone(),
            about: rule.subject.words(),
            body: piece.text.clone(),
        };
        reading.broken = false;
        reading.rule = Some(self.whole.rules.len());
        self.whole.rules.push(rule);
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
        let Some(rule) = without.and_then(|place| self.whole.rules.get(place)) else {
            return;
        };
        let message = format!("规则 `{}` 没有用例", rule.id);
        let fault = Remark::fault(&rule.file, rule.line, Topic::MissingCase, message);
        self.findings.push(fault);
    }

    /// Puts the pages into their statutes.
    fn shelve(&mut self) {
        let (first, others): (Vec<_>, Vec<_>) = std::mem::take(&mut self.pages)
            .into_iter()
            .partition(|(_, page)| page.file.ends_with(STATUTE));
        for (folder, page) in first.into_iter().chain(others) {
            match self.whole.statutes.get_mut(&folder) {
                Some(statute) => statute.pages.push(page),
                None => self.report(&page.file, 1, format!("法规 `{folder}` 未登记或文件头有误")),
            }
        }
    }

    /// Finds out which statute replaced which, and which basis bears an answer.
    fn link(&mut self) {
        let statutes = self.whole.statutes.values();
        let links: Vec<(String, String)> = statutes
            .flat_map(|newer| {
                newer
                    .replaces
                    .iter()
                    .map(|older| (newer.id.clone(), older.clone()))
            })
            .collect();
        for (newer, older) in links {
            if let Some(statute) = self.whole.statutes.get_mut(&older) {
                statute.replaced_by.push(newer);
            }
        }
        let rules = self.whole.rules.iter();
        let bearing: Vec<Option<Basis>> = rules
            .map(|rule| self.whole.bearing(rule.says.bearing()).cloned())
            .collect();
        for (rule, basis) in self.whole.rules.iter_mut().zip(bearing) {
            if let Some(basis) = basis {
                rule.basis = basis;
            }
        }
    }

    fn into_pack(self, files: BTreeMap<String, String>) -> Pack {
        let index = Index::new(&self.whole.rules, &self.whole.catalogs.kinds);
        Pack {
            digest: digest(&files),
            files,
            whole: self.whole,
            calendar: Calendar::new(self.years),
            index,
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

/// Runs every case, and asks that each rule is the answer to at least one of its own.
fn prove(pack: &Pack, rules_of: &[usize]) -> Vec<Remark> {
    let mut found = Vec::new();
    let mut proved = vec![false; pack.whole.rules.len()];
    for (case, place) in pack.cases.iter().zip(rules_of) {
        let Some(rule) = pack.whole.rules.get(*place) else {
            continue;
        };
        let broken =
            |message: String| Remark::fault(&case.file, case.line, Topic::BrokenCase, message);
        let Some(outcome) = case::run(pack, rule, &case.given) else {
            found.push(broken(format!("用例“{}”缺少提问所需的事实", case.why)));
            continue;
        };
        if outcome.text != case.expect {
            let (why, wanted, got) = (&case.why, &case.expect, &outcome.text);
            found.push(broken(format!(
                "用例“{why}”不成立：应为 {wanted}，规则答 {got}"
            )));
        }
        if outcome.is_by(rule)
            && let Some(proved) = proved.get_mut(*place)
        {
            *proved = true;
        }
    }
    let rules = pack.whole.rules.iter().zip(&proved);
    let silent = rules.filter(|(_, proved)| !**proved);
    found.extend(silent.map(|(rule, _)| {
        let message = format!("规则 `{}` 没有一个用例由它作答", rule.id);
        Remark::fault(&rule.file, rule.line, Topic::BrokenCase, message)
    }));
    found
}
