//! `/desk/inbox`, `/my/inbox`: the notices of whoever is logged in; opening one is its delivery.

use crate::account::Clerk;
use crate::cite::Cite;
use crate::frame::Frame;
use crate::house::App;
use crate::trouble::{Trouble, page};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use desk::ports::{Role, Waiting};
use desk::procedure::Who;
use domain::notice::State as Standing;

const ROWS: usize = 200;
const ROLES: [Role; 4] = [Role::Office, Role::Organ, Role::Entity, Role::Person];

/// A notice in the list: its number, title, state and day.
struct Line {
    id: u64,
    title: String,
    unread: bool,
    state: &'static str,
}

#[derive(Template)]
#[template(path = "notice/inbox.html")]
struct Page {
    frame: Frame,
    clerk: Clerk,
    lines: Vec<Line>,
}

pub(crate) async fn inbox(
    State(app): State<App>,
    frame: Frame,
    clerk: Clerk,
) -> Result<Response, Trouble> {
    clerk.may(&ROLES)?;
    let who = Who::of(&clerk.account);
    let found = app.read(move |desk| desk.inbox(&who, ROWS)).await?;
    let line = |waiting: Waiting| {
        let unread = !matches!(waiting.notice.state, Standing::Delivered { .. });
        Line {
            id: waiting.id,
            title: waiting.title,
            unread,
            state: if unread { "未查看" } else { "已查看" },
        }
    };
    Ok(page(Page {
        frame,
        clerk,
        lines: found.into_iter().map(line).collect(),
    }))
}

#[derive(Template)]
#[template(path = "notice/notice.html")]
struct Shown {
    frame: Frame,
    clerk: Clerk,
    waiting: Waiting,
    cite: Cite,
    /// Where what it is about can be read.
    about: Option<String>,
}

pub(crate) async fn open(
    State(app): State<App>,
    frame: Frame,
    clerk: Clerk,
    Path(id): Path<u64>,
) -> Result<Response, Trouble> {
    clerk.may(&ROLES)?;
    let who = Who::of(&clerk.account);
    let home = clerk.home();
    let found = app
        .read(move |desk| {
            let Some(waiting) = desk.open_notice(&who, id)? else {
                return Ok(None);
            };
            let (noun, about) = &waiting.notice.letter.about;
            let about = match noun.as_str() {
                "record" => Some(format!("/record/{about}")),
                "exchange" => Some("/desk/exchange".to_owned()),
                "listing" if who.person.is_some() => {
                    Some(format!("/my/procedures/new/objection?of={about}"))
                }
                _ => desk
                    .seen(&who, *about)?
                    .map(|(row, _)| format!("{home}/procedures/{}", row.id)),
            };
            let cite = Cite::of(&desk.law(), &waiting.notice.letter.basis);
            Ok(Some((waiting, cite, about)))
        })
        .await?;
    let missing = || Trouble::Missing("收件箱中没有这份告知。".to_owned());
    let (waiting, cite, about) = found.ok_or_else(missing)?;
    Ok(page(Shown {
        frame,
        clerk,
        waiting,
        cite,
        about,
    }))
}
