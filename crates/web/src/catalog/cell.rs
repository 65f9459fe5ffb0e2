//! Tables of the catalogs: what may stand in a cell.

use crate::cite::Cite;
use askama::Template;
use domain::basis::Basis;
use domain::blacklist::Clause;
use law::Pack;

/// One cell.
#[derive(Debug, Clone)]
pub(super) enum Cell {
    Text(String),
    /// Text and address.
    Link(String, String),
    /// Word and style of a tag.
    Tag(String, &'static str),
    Lines(Vec<String>),
    Cites(Vec<Cite>),
    /// Sentences, each with its own article.
    Clauses(Vec<(String, Cite)>),
    /// Text and address of each.
    Links(Vec<(String, String)>),
}

impl Cell {
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    pub fn cite(law: &Pack, basis: &Basis) -> Self {
        Self::cites(law, std::slice::from_ref(basis))
    }

    pub fn cites(law: &Pack, bases: &[Basis]) -> Self {
        Self::Cites(bases.iter().map(|basis| Cite::of(law, basis)).collect())
    }

    pub fn clauses(law: &Pack, clauses: &[Clause]) -> Self {
        let clause = |clause: &Clause| (clause.text.to_string(), Cite::of(law, &clause.basis));
        Self::Clauses(clauses.iter().map(clause).collect())
    }

    /// A tag that says yes or no.
    pub fn yes(holds: bool, yes: &str, no: &str) -> Self {
        match holds {
            true => Self::Tag(yes.to_owned(), "tag-calm"),
            false => Self::Tag(no.to_owned(), ""),
        }
    }
}

/// One table with its heading.
#[derive(Debug, Clone)]
pub(super) struct Grid {
    pub title: String,
    /// Word of the heading in the address.
    pub id: &'static str,
    pub note: String,
    pub heads: Vec<&'static str>,
    pub rows: Vec<Vec<Cell>>,
}

impl Grid {
    /// The cells of a row, each with the heading of its column.
    pub fn cells<'a>(&'a self, row: &'a [Cell]) -> Vec<(&'static str, &'a Cell)> {
        self.heads.iter().copied().zip(row).collect()
    }
}

/// A page of a catalog.
#[derive(Debug, Clone, Default)]
pub(super) struct Sheet {
    pub title: String,
    /// What a reader has to know first.
    pub intro: String,
    /// Properties of the one thing the page is about.
    pub facts: Vec<(&'static str, Cell)>,
    pub grids: Vec<Grid>,
    /// Name and address of each file.
    pub downloads: Vec<(&'static str, String)>,
    /// The page lies below this one: title and address.
    pub above: Option<(&'static str, &'static str)>,
}

/// One cell as the page shows it.
#[derive(Template)]
#[template(path = "catalog/cell.html")]
pub(super) struct Shown<'a> {
    pub cell: &'a Cell,
}
