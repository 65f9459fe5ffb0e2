//! `/desk/procedures`, `/my/procedures`: procedures page by page; everybody sees his own, the office what it
//! may.

use super::names::about;
use crate::account::Clerk;
use crate::frame::Frame;
use crate::house::{App, organ_names};
use crate::statute::Names;
use crate::trouble::{Trouble, page};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use desk::ports::{Filter, Role, Row};
use desk::procedure::{Noun, Who};
use desk::{Desk, Fault};
use domain::code::Code;
use serde::Deserialize;

/// Who works on procedures: at a desk, or for himself.
pub(crate) const ROLES: [Role; 5] = [
    Role::Office,
    Role::Organ,
    Role::Counter,
    Role::Entity,
    Role::Person,
];
const ROWS: usize = 40;

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    noun: String,
    #[serde(default)]
    open: String,
    #[serde(default)]
    entity: String,
    after: Option<u64>,
    /// The entry that was just written.
    entry: Option<u64>,
}

/// A row in words.
pub(crate) struct Line {
    pub row: Row,
    pub noun: &'static str,
    pub entity: String,
    pub organ: String,
    /// The list, the matter, the measure.
    pub about: String,
}

#[derive(Template)]
#[template(path = "procedure/list.html")]
struct Page {
    frame: Frame,
    clerk: Clerk,
    asked: Asked,
    lines: Vec<Line>,
    next: Option<u64>,
    /// What the reader can begin.
    beginnings: Vec<Noun>,
}

impl Page {
    fn nouns(&self) -> impl Iterator<Item = (&'static str, &'static str, bool)> {
        let all = Noun::ALL.iter();
        all.map(|noun| (noun.word(), noun.name(), noun.word() == self.asked.noun))
    }
}

pub(crate) async fn list(
    State(app): State<App>,
    frame: Frame,
    clerk: Clerk,
    Query(asked): Query<Asked>,
) -> Result<Response, Trouble> {
    clerk.may(&ROLES)?;
    let who = Who::of(&clerk.account);
    let filter = Filter {
        noun: Noun::read(&asked.noun).map(|noun| noun.word().to_owned()),
        entity: Code::read(asked.entity.trim()),
        open: match asked.open.as_str() {
            "1" => Some(true),
            "0" => Some(false),
            _ => None,
        },
        after: asked.after,
        limit: ROWS,
        ..Filter::default()
    };
    let (lines, next, beginnings) = app
        .read(move |desk| {
            let (rows, next) = visible(desk, &who, filter)?;
            Ok((lines(desk, rows)?, next, beginnings(desk, &who)?))
        })
        .await?;
    Ok(page(Page {
        frame,
        clerk,
        asked,
        lines,
        next,
        beginnings,
    }))
}

/// One page of what somebody may see, and where the next begins. Rows he may not see take no place in it.
pub(crate) fn visible(
    desk: &Desk,
    who: &Who,
    mut filter: Filter,
) -> Result<(Vec<Row>, Option<u64>), Fault> {
    match who.role {
        Role::Office => {}
        Role::Counter => {
            filter
                .noun
                .get_or_insert_with(|| Noun::Repair.word().to_owned());
        }
        Role::Organ => filter.organ = who.organ(),
        Role::Entity => {
            filter.entity = who
                .entity()
                .filter(|own| filter.entity.is_none_or(|one| one == *own))
        }
        Role::Person | Role::Partner => {}
    }
    let nobody = match who.role {
        Role::Office | Role::Counter => false,
        Role::Organ => filter.organ.is_none(),
        Role::Entity => filter.entity.is_none(),
        Role::Person | Role::Partner => true,
    };
    if nobody {
        return Ok((Vec::new(), None));
    }
    let (most, all) = (filter.limit, filter.noun.is_none());
    let mut shown = Vec::new();
    loop {
        let rows = desk.store.procedures(&filter)?;
        let last = rows.last().map(|row| row.id);
        let whole = rows.len() == filter.limit;
        for row in rows {
            // Notices have their own box, and there is one of them for nearly every step.
            if !who.sees(&row) || all && row.noun == Noun::Notice.word() {
                continue;
            }
            shown.push(row);
            if shown.len() == most {
                return Ok((shown.clone(), shown.last().map(|row| row.id)));
            }
        }
        match last.filter(|_| whole) {
            Some(id) => filter.after = Some(id),
            None => return Ok((shown, None)),
        }
    }
}

/// Rows in words.
pub(crate) fn lines(desk: &Desk, rows: Vec<Row>) -> Result<Vec<Line>, Fault> {
    let law = desk.law();
    let (names, organs) = (Names::of(&law), organ_names(desk)?);
    let organ = |code: &Code| {
        let known = organs.get(code.as_str());
        known.cloned().unwrap_or_else(|| code.to_string())
    };
    let line = |row: Row| Line {
        noun: Noun::read(&row.noun).map_or("", Noun::name),
        entity: row
            .entity
            .map(|code| desk.name(&code).unwrap_or_else(|| code.to_string()))
            .unwrap_or_default(),
        organ: row.organ.as_ref().map(organ).unwrap_or_default(),
        about: about(&law, &names, &row),
        row,
    };
    Ok(rows.into_iter().map(line).collect())
}

fn beginnings(desk: &Desk, who: &Who) -> Result<Vec<Noun>, Fault> {
    let mut nouns = Vec::new();
    for noun in Noun::ALL {
        if !desk.beginnings(who, noun, None)?.is_empty() {
            nouns.push(noun);
        }
    }
    Ok(nouns)
}
