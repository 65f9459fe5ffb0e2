//! `/my`: where an entity stands, how it gets out, and what it can do today.

use super::Path;
use crate::account::Clerk;
use crate::frame::Frame;
use crate::house::{App, House};
use crate::inspection::{Own, Picture, own};
use crate::portal::{Entry, entries};
use crate::procedure::{Line, lines, visible};
use crate::trouble::{Trouble, page};
use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use desk::notice::own_box;
use desk::ports::{Filter, Role};
use desk::procedure::Who;
use desk::{Desk, Fault};
use std::sync::Arc;

const ROLES: [Role; 2] = [Role::Entity, Role::Person];
const ROWS: usize = 12;

/// What an entity sees of itself.
struct Mine {
    name: String,
    path: Path,
    lists: Vec<Entry>,
    /// Its places in the latest draws.
    lots: Vec<Own>,
}

#[derive(Template)]
#[template(path = "my/home.html")]
struct Page {
    frame: Frame,
    clerk: Clerk,
    /// Absent for a natural person, who has no record here (R72).
    mine: Option<Mine>,
    /// What is being worked on.
    lines: Vec<Line>,
    unread: u64,
    /// What inspectors scan.
    picture: Option<Picture>,
}

pub(crate) async fn home(
    State(app): State<App>,
    frame: Frame,
    clerk: Clerk,
    headers: HeaderMap,
) -> Result<Response, Trouble> {
    clerk.may(&ROLES)?;
    let who = Who::of(&clerk.account);
    let picture = who.entity();
    let picture = picture.and_then(|code| Picture::of(&app, &headers, &code));
    let house = Arc::clone(&app);
    let (mine, lines, unread) = app.read(move |desk| look(&house, desk, &who)).await?;
    Ok(page(Page {
        frame,
        clerk,
        mine,
        lines,
        unread,
        picture,
    }))
}

fn look(house: &House, desk: &Desk, who: &Who) -> Result<(Option<Mine>, Vec<Line>, u64), Fault> {
    let mut mine = None;
    if let Some(code) = who.entity()
        && let Some(path) = desk.exit_path(&code)?
    {
        mine = Some(Mine {
            name: desk.name(&code).unwrap_or_default(),
            path: Path::of(&desk.law(), path),
            lists: entries(desk, Some(&code), None)?,
            lots: own(house, desk, code)?,
        });
    }
    let filter = Filter {
        open: Some(true),
        limit: ROWS,
        ..Filter::default()
    };
    let (rows, _) = visible(desk, who, filter)?;
    let unread = own_box(who).map_or(Ok(0), |of| desk.store.unread(&of))?;
    Ok((mine, lines(desk, rows)?, unread))
}
