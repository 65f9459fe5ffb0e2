//! `/law/{region}/{name}`: one statute with its rules, worked examples, and what depends on it.

use super::depending::{self, Dependent};
use super::history::{self, Step};
use super::names::Names;
use super::prose::{Prose, Span};
use super::table::{Reader, Rows, Shown};
use crate::frame::Frame;
use crate::grade::ScaleView;
use crate::house::App;
use crate::trouble::{Trouble, page};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use jiff::civil::Date;
use law::{Displaced, Pack, RuleText, Section, Statute};
use std::collections::BTreeSet;

/// Keys of a scale that its own tables show.
const SCALE: [&str; 4] = ["indicators", "items", "cuts", "floors"];

/// A piece of the text, ready to be shown.
enum Piece {
    Heading(String),
    /// A summary in our words.
    Paragraph(Vec<Vec<Span>>),
    /// Words of the statute itself.
    Quote(Vec<String>),
    Rule(Box<Ruling>),
    Case {
        why: String,
        rows: Rows,
    },
}

/// A rule with everything around it.
struct Ruling {
    rule: RuleText,
    rows: Rows,
    in_force: bool,
    /// The first rule of an article is where links to the article lead.
    anchor: bool,
    displaced: Option<(Displaced, String)>,
    scale: Option<ScaleView>,
    dependents: Vec<Dependent>,
}

pub(super) struct Other {
    pub id: String,
    pub title: String,
}

#[derive(Template)]
#[template(path = "statute/show.html")]
struct Page {
    statute: Statute,
    in_force: bool,
    pieces: Vec<Piece>,
    replaces: Vec<Other>,
    /// The statute that took its place, the one that took that one's place, and so on.
    replaced_by: Vec<Other>,
    /// Articles that no rule here stands for, with what depends on them.
    others: Vec<(String, Vec<Dependent>)>,
    depending: usize,
    history: Vec<Step>,
    unconfirmed: usize,
    frame: Frame,
}

pub(crate) async fn show(
    State(app): State<App>,
    frame: Frame,
    Path((region, name)): Path<(String, String)>,
) -> Result<Response, Trouble> {
    let id = format!("{region}/{name}");
    let wanted = id.clone();
    let history = app.read(move |desk| history::of(desk, &wanted)).await?;
    let law = &app.desk().law();
    let statute = law.statute(&id).ok_or_else(missing)?;
    let names = Names::of(law);
    let mut writer = Writer {
        law,
        reader: Reader { names: &names },
        prose: Prose::of(law),
        day: frame.day,
        seen: BTreeSet::new(),
    };
    let pieces = writer.pieces(statute);
    let shown = std::mem::take(&mut writer.seen);
    let others = depending::articles(law, &id).into_iter();
    let others = others.filter(|article| !shown.contains(article));
    let others = others.map(|article| {
        let found = depending::all(law, &names, &id, Some(&article), frame.day);
        (article, found)
    });
    Ok(page(Page {
        in_force: statute.in_force(frame.day),
        pieces,
        replaces: titles(law, &statute.replaces),
        replaced_by: chain(law, statute),
        others: others.collect(),
        depending: law.citing(&id).len(),
        history,
        unconfirmed: statute.rules().filter(|rule| !rule.confirmed()).count(),
        statute: statute.clone(),
        frame,
    }))
}

pub(super) fn missing() -> Trouble {
    Trouble::Missing("法规库中没有这部法规。".to_owned())
}

/// Writes the sections of a statute.
struct Writer<'a> {
    law: &'a Pack,
    reader: Reader<'a>,
    prose: Prose,
    day: Date,
    /// Articles that have an anchor already.
    seen: BTreeSet<String>,
}

impl Writer<'_> {
    fn pieces(&mut self, statute: &Statute) -> Vec<Piece> {
        let sections = statute.pages.iter().flat_map(|page| &page.sections);
        let title = |section: &&Section| !matches!(section, Section::Heading { text, .. } if *text == statute.title);
        let shown = sections.filter(title);
        shown.map(|section| self.piece(section)).collect()
    }

    fn piece(&mut self, section: &Section) -> Piece {
        let lines = |text: &str| text.lines().map(str::to_owned).collect();
        match section {
            Section::Heading { text, .. } => Piece::Heading(text.clone()),
            Section::Paragraph(text) => Piece::Paragraph(self.prose.lines(text)),
            Section::Quote(text) => Piece::Quote(lines(text)),
            Section::Rule(rule) => Piece::Rule(Box::new(self.ruling(rule))),
            Section::Case(case) => Piece::Case {
                why: case.why.clone(),
                rows: self.reader.rows(&case.body, &["why"]),
            },
        }
    }

    fn ruling(&mut self, rule: &RuleText) -> Ruling {
        let anchor = self.seen.insert(rule.article.clone());
        let scale = ScaleView::of_rule(self.law, rule);
        let mut without = vec!["displaced", "checked"];
        if scale.is_some() {
            without.extend(SCALE);
        }
        let dependents = if anchor {
            let (names, article) = (self.reader.names, Some(rule.article.as_str()));
            let all = depending::all(self.law, names, &rule.statute, article, self.day);
            let own = format!("/law/{}#{}", rule.statute, rule.article);
            all.into_iter().filter(|one| one.href != own).collect()
        } else {
            Vec::new()
        };
        Ruling {
            rows: self.reader.rows(&rule.body, &without),
            in_force: rule.in_force(self.day),
            anchor,
            displaced: rule.displaced.clone().map(|later| {
                let title = title(self.law, &later.statute);
                (later, title)
            }),
            scale,
            dependents,
            rule: rule.clone(),
        }
    }
}

fn title(law: &Pack, id: &str) -> String {
    let statute = law.statute(id);
    statute.map_or_else(|| id.to_owned(), |statute| statute.title.clone())
}

pub(super) fn titles(law: &Pack, ids: &[String]) -> Vec<Other> {
    let other = |id: &String| Other {
        id: id.clone(),
        title: title(law, id),
    };
    ids.iter().map(other).collect()
}

/// Everything that took a statute's place, one after another; a circle ends it.
pub(super) fn chain(law: &Pack, statute: &Statute) -> Vec<Other> {
    let mut ids: Vec<String> = statute.replaced_by.clone();
    let mut at = 0;
    while let Some(id) = ids.get(at).cloned() {
        let later = law.statute(&id).map(|later| later.replaced_by.clone());
        for next in later.unwrap_or_default() {
            if next != statute.id && !ids.contains(&next) {
                ids.push(next);
            }
        }
        at += 1;
    }
    titles(law, &ids)
}
