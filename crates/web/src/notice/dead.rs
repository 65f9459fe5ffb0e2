//! `/desk/notices/dead`: what nobody could deliver, for the office to send again or to serve on paper.

use crate::account::Clerk;
use crate::frame::Frame;
use crate::house::{App, organ_names};
use crate::trouble::{Trouble, page};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use desk::ports::Role;
use desk::procedure::Who;
use desk::{Desk, Fault};
use domain::notice::{Recipient, State as Standing};
use jiff::civil::Date;

const ROWS: usize = 200;

struct Line {
    id: u64,
    title: String,
    to: String,
    channel: &'static str,
    on: Option<Date>,
    reason: String,
}

#[derive(Template)]
#[template(path = "notice/dead.html")]
struct Page {
    frame: Frame,
    clerk: Clerk,
    lines: Vec<Line>,
}

pub(crate) async fn dead(
    State(app): State<App>,
    frame: Frame,
    clerk: Clerk,
) -> Result<Response, Trouble> {
    clerk.may(&[Role::Office])?;
    let who = Who::of(&clerk.account);
    let lines = app.read(move |desk| lines(desk, &who)).await?;
    Ok(page(Page {
        frame,
        clerk,
        lines,
    }))
}

fn lines(desk: &Desk, who: &Who) -> Result<Vec<Line>, Fault> {
    let organs = organ_names(desk)?;
    let mut lines = Vec::new();
    for waiting in desk.store.dead(ROWS)? {
        // The text itself is the recipient's; what the office needs is to whom and why not.
        if desk.seen(who, waiting.id)?.is_none() {
            continue;
        }
        let letter = &waiting.notice.letter;
        let to = match &letter.recipient {
            Recipient::Entity { code } => desk.name(code).unwrap_or_else(|| code.to_string()),
            Recipient::Organ { code } => organs
                .get(code.as_str())
                .cloned()
                .unwrap_or_else(|| code.to_string()),
            Recipient::Person { key } => {
                let short: String = key.as_str().chars().take(8).collect();
                format!("自然人（标识 {short}）")
            }
        };
        let (on, reason) = match &waiting.notice.state {
            Standing::Dead { reason, at } => (Some(at.day), reason.clone()),
            _ => (None, String::new()),
        };
        lines.push(Line {
            id: waiting.id,
            to,
            channel: letter.channel.name(),
            on,
            reason,
            title: waiting.title,
        });
    }
    Ok(lines)
}
