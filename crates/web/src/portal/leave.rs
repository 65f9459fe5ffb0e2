//! `/leave`: how a record leaves the portal, generated from the law pack.

use crate::cite::{Cite, span};
use crate::frame::Frame;
use crate::house::App;
use crate::trouble::{Trouble, page};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use desk::{Desk, Fault};
use domain::code::Code;
use domain::publication::Publicity;
use domain::record::{Act, Severity};
use jiff::civil::Date;
use law::{Pack, Unit};
use serde::Deserialize;

#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    code: String,
}

/// What the law says today about one class of penalty.
struct Row {
    severity: Severity,
    /// Absent where records of the class are not shown.
    term: Option<(String, String)>,
    cite: Cite,
}

/// An earlier or later rule book for decisions of other days.
struct Era {
    title: String,
    href: String,
    from: Date,
    until: Option<Date>,
}

struct Duty {
    days: String,
    cite: Cite,
}

/// Whose records were asked for.
enum Whose {
    Nobody,
    Unknown(String),
    Entity {
        code: Code,
        name: String,
        path: crate::my::Path,
    },
}

#[derive(Template)]
#[template(path = "portal/leave.html")]
struct Page {
    frame: Frame,
    rows: Vec<Row>,
    eras: Vec<Era>,
    withdraw: Option<Duty>,
    asked: String,
    whose: Whose,
}

pub(crate) async fn leave(
    State(app): State<App>,
    frame: Frame,
    Query(asked): Query<Asked>,
) -> Result<Response, Trouble> {
    let asked = asked.code.trim().to_owned();
    let text = asked.clone();
    let whose = app.read(move |desk| whose(desk, &text)).await?;
    let (law, day) = (&app.desk().law(), frame.day);
    let page_of = Page {
        rows: rows(law, day),
        eras: eras(law),
        withdraw: duty(law, "withdraw", day),
        frame,
        asked,
        whose,
    };
    Ok(page(page_of))
}

fn rows(law: &Pack, day: Date) -> Vec<Row> {
    let row = |severity| {
        let ruled = law.publicity(Act::Penalty, Some(severity), &[], day)?;
        let term = match ruled.value() {
            Publicity::Shown(term) => Some((span(term.min), span(term.max))),
            _ => None,
        };
        Some(Row {
            severity,
            term,
            cite: Cite::of(law, ruled.basis()),
        })
    };
    Severity::ALL.into_iter().filter_map(row).collect()
}

fn eras(law: &Pack) -> Vec<Era> {
    let mut eras: Vec<Era> = Vec::new();
    for rule in law.rules().filter(|rule| rule.id == "publicity.term") {
        let Some(statute) = law.statute(&rule.statute) else {
            continue;
        };
        let href = format!("/law/{}", statute.id);
        match eras.iter_mut().find(|era| era.href == href) {
            Some(era) => {
                era.from = era.from.min(rule.from);
                era.until = era.until.zip(rule.until).map(|(a, b)| a.max(b));
            }
            None => eras.push(Era {
                title: statute.title.clone(),
                href,
                from: rule.from,
                until: rule.until,
            }),
        }
    }
    eras.sort_by_key(|era| std::cmp::Reverse(era.from));
    eras
}

fn duty(law: &Pack, kind: &str, day: Date) -> Option<Duty> {
    let ruled = law.duty(kind, day)?;
    let unit = match ruled.value().unit {
        Unit::Working => "个工作日",
        Unit::Calendar => "日",
    };
    let days = format!("{} {unit}", ruled.value().days);
    Some(Duty {
        days,
        cite: Cite::of(law, ruled.basis()),
    })
}

fn whose(desk: &Desk, text: &str) -> Result<Whose, Fault> {
    if text.is_empty() {
        return Ok(Whose::Nobody);
    }
    let unknown = || Whose::Unknown(text.to_owned());
    let Some(code) = Code::read(text) else {
        return Ok(unknown());
    };
    let Some(profile) = desk.store.profile(&code)? else {
        return Ok(unknown());
    };
    let Some(path) = desk.public_exit_path(&code)? else {
        return Ok(unknown());
    };
    Ok(Whose::Entity {
        code,
        name: profile.registered.name,
        path: crate::my::Path::of(&desk.law(), path),
    })
}
