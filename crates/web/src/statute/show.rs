//! `/law/{region}/{name}`: one statute with its rules and worked examples.

use super::table;
use crate::frame::Frame;
use crate::house::App;
use crate::trouble::{Trouble, page};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use law::{Citation, Pack, RuleText, Section, Statute};

/// A piece of the text, ready to be shown.
enum Piece {
    Heading(String),
    /// A summary in our words.
    Paragraph(Vec<String>),
    /// Words of the statute itself.
    Quote(Vec<String>),
    Rule {
        rule: RuleText,
        rows: Vec<(String, String)>,
        in_force: bool,
    },
    Case {
        why: String,
        rows: Vec<(String, String)>,
    },
}

struct Other {
    id: String,
    title: String,
}

#[derive(Template)]
#[template(path = "statute/show.html")]
struct Page {
    statute: Statute,
    in_force: bool,
    pieces: Vec<Piece>,
    replaces: Vec<Other>,
    replaced_by: Vec<Other>,
    citing: Vec<Citation>,
    unconfirmed: usize,
    frame: Frame,
}

pub(crate) async fn show(
    State(app): State<App>,
    frame: Frame,
    Path((region, name)): Path<(String, String)>,
) -> Result<Response, Trouble> {
    let law = &app.desk().law();
    let statute = law.statute(&format!("{region}/{name}"));
    let statute = statute.ok_or_else(|| Trouble::Missing("法规库中没有这部法规。".to_owned()))?;
    let sections = statute.pages.iter().flat_map(|page| &page.sections);
    let pieces = sections
        .filter_map(|section| piece(section, statute, frame.day))
        .collect();
    Ok(page(Page {
        in_force: statute.in_force(frame.day),
        pieces,
        replaces: others(law, &statute.replaces),
        replaced_by: others(law, &statute.replaced_by),
        citing: law.citing(&statute.id),
        unconfirmed: statute.rules().filter(|rule| !rule.confirmed()).count(),
        statute: statute.clone(),
        frame,
    }))
}

fn piece(section: &Section, statute: &Statute, day: jiff::civil::Date) -> Option<Piece> {
    let lines = |text: &str| text.lines().map(str::to_owned).collect();
    Some(match section {
        Section::Heading { text, .. } if *text == statute.title => return None,
        Section::Heading { text, .. } => Piece::Heading(text.clone()),
        Section::Paragraph(text) => Piece::Paragraph(lines(text)),
        Section::Quote(text) => Piece::Quote(lines(text)),
        Section::Rule(rule) => Piece::Rule {
            rows: table::rows(&rule.body),
            in_force: rule.in_force(day),
            rule: rule.clone(),
        },
        Section::Case(case) => {
            let mut rows = table::rows(&case.body);
            rows.retain(|(_, text)| *text != case.why);
            Piece::Case {
                why: case.why.clone(),
                rows,
            }
        }
    })
}

fn others(law: &Pack, ids: &[String]) -> Vec<Other> {
    let other = |id: &String| Other {
        id: id.clone(),
        title: law
            .statute(id)
            .map_or_else(|| id.clone(), |statute| statute.title.clone()),
    };
    ids.iter().map(other).collect()
}
