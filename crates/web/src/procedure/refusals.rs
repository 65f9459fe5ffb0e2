//! `/desk/refusals`: what the law did not allow, latest first, for the office.

use crate::account::Clerk;
use crate::cite::Cite;
use crate::frame::Frame;
use crate::house::App;
use crate::trouble::{Trouble, page};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use desk::ports::Role;
use desk::procedure::{Noun, Who};
use desk::{Desk, Fault};
use domain::procedure::Refused;

const ROWS: usize = 200;

struct Line {
    entry: u64,
    noun: &'static str,
    refused: Refused,
    cite: Option<Cite>,
}

#[derive(Template)]
#[template(path = "procedure/refusals.html")]
struct Page {
    frame: Frame,
    clerk: Clerk,
    lines: Vec<Line>,
}

pub(crate) async fn refusals(
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
    let law = desk.law();
    let mut lines = Vec::new();
    for (entry, refused) in desk.store.refusals(ROWS)? {
        // Whoever may not see the procedure must not learn of it from its refusals either (R89, R91).
        let seen = match refused.procedure {
            Some(id) => desk.seen(who, id)?.is_some(),
            None => !["attention", "referral"].contains(&refused.noun.as_str()),
        };
        if seen {
            lines.push(Line {
                entry,
                noun: Noun::read(&refused.noun).map_or("", Noun::name),
                cite: refused.basis.as_ref().map(|basis| Cite::of(&law, basis)),
                refused,
            });
        }
    }
    Ok(lines)
}
