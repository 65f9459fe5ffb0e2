//! `/desk/burden`: how often organisations were visited, by whom, and what nobody looked at again.

use crate::account::Clerk;
use crate::frame::Frame;
use crate::house::App;
use crate::trouble::{Trouble, page};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use desk::ports::{Burden, Overdue, Role};
use serde::Deserialize;

const ROWS: usize = 200;

#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    year: String,
}

#[derive(Template)]
#[template(path = "inspection/burden.html")]
struct Page {
    frame: Frame,
    clerk: Clerk,
    burden: Burden,
    overdue: Vec<Overdue>,
}

impl Page {
    /// A share of all organisations.
    fn share(&self, count: &u64) -> String {
        match self.burden.entities {
            0 => "—".to_owned(),
            all => {
                let tenths = count.saturating_mul(1_000) / all;
                format!("{}.{}%", tenths / 10, tenths % 10)
            }
        }
    }
}

/// The office sees what every organ owes; an organ, what it owes itself.
pub(crate) async fn burden(
    State(app): State<App>,
    frame: Frame,
    clerk: Clerk,
    Query(asked): Query<Asked>,
) -> Result<Response, Trouble> {
    clerk.may(&[Role::Office, Role::Organ])?;
    let year = asked.year.trim().parse().ok();
    let year = year.unwrap_or_else(|| frame.day.year());
    let (burden, mut overdue) = app
        .read(move |desk| {
            let overdue = desk.store.follow_ups_overdue(desk.clock.today())?;
            Ok((desk.store.burden(year)?, overdue))
        })
        .await?;
    let own = clerk.account.organ.filter(|_| !clerk.is_office());
    overdue.retain(|one| own.is_none_or(|organ| one.organ == organ));
    overdue.truncate(ROWS);
    Ok(page(Page {
        frame,
        clerk,
        burden,
        overdue,
    }))
}
