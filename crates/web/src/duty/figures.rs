//! `/desk/figures`: duties and look-ups by organ, for the office; an organ sees its own line.

use crate::account::Clerk;
use crate::frame::Frame;
use crate::house::App;
use crate::trouble::{Trouble, page};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use desk::ports::{DutyFigures, Role, ScreeningFigures};
use jiff::civil::Date;
use serde::Deserialize;

#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    from: Option<Date>,
    to: Option<Date>,
}

#[derive(Template)]
#[template(path = "duty/figures.html")]
struct Page {
    frame: Frame,
    clerk: Clerk,
    from: Date,
    to: Date,
    duties: Vec<DutyFigures>,
    screenings: Vec<ScreeningFigures>,
}

impl Page {
    fn in_time(row: &DutyFigures) -> String {
        share(row.in_time, row.in_time + row.late + row.overdue)
    }

    fn screened(row: &ScreeningFigures) -> String {
        share(row.screened, row.decided)
    }
}

/// A share in percent with one decimal.
fn share(part: u64, whole: u64) -> String {
    if whole == 0 {
        return "—".to_owned();
    }
    let tenths = part * 1000 / whole;
    format!("{}.{}%", tenths / 10, tenths % 10)
}

pub(crate) async fn figures(
    State(app): State<App>,
    frame: Frame,
    clerk: Clerk,
    Query(asked): Query<Asked>,
) -> Result<Response, Trouble> {
    clerk.may(&[Role::Office, Role::Organ])?;
    let to = asked.to.unwrap_or(frame.day);
    let from = asked.from.unwrap_or_else(|| to.first_of_year());
    let own = if clerk.is_office() {
        None
    } else {
        Some(clerk.organ(&[Role::Organ])?.to_string())
    };
    let (duties, screenings) = app
        .read(move |desk| {
            let mine = |organ: &str| own.as_deref().is_none_or(|own| own == organ);
            let mut duties = desk.store.duty_figures(from, to, desk.clock.today())?;
            duties.retain(|row| mine(&row.organ));
            duties.sort_by_key(|row| std::cmp::Reverse((row.overdue, row.late)));
            let mut screenings = desk.store.screening_figures(from, to)?;
            screenings.retain(|row| mine(&row.organ));
            Ok((duties, screenings))
        })
        .await?;
    Ok(page(Page {
        frame,
        clerk,
        from,
        to,
        duties,
        screenings,
    }))
}
