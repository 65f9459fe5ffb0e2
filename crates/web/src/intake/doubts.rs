//! `/desk/doubts`: documents whose code and name contradict each other, for a person to settle (R34).

use crate::account::Clerk;
use crate::frame::Frame;
use crate::house::{App, organ_names};
use crate::trouble::{Trouble, page};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use desk::ports::Role;
use desk::{Desk, Fault};
use domain::code::Code;
use domain::entity::Doubted;

/// Rows shown and counted at most; the page says when there are more.
const ROWS: usize = 200;

struct Row {
    seq: u64,
    title: String,
    filer: String,
    doubted: Doubted,
}

#[derive(Template)]
#[template(path = "intake/doubts.html")]
struct Page {
    frame: Frame,
    clerk: Clerk,
    rows: Vec<Row>,
    count: String,
}

pub(crate) async fn doubts(
    State(app): State<App>,
    frame: Frame,
    clerk: Clerk,
) -> Result<Response, Trouble> {
    clerk.may(&[Role::Organ, Role::Office])?;
    let filer = if clerk.is_office() {
        None
    } else {
        Some(clerk.organ(&[Role::Organ])?)
    };
    let (rows, count) = app.read(move |desk| queue(desk, filer.as_ref())).await?;
    Ok(page(Page {
        frame,
        clerk,
        rows,
        count,
    }))
}

/// Documents waiting for a person, in words; empty if there are none.
pub(crate) fn doubts_waiting(desk: &Desk, filer: Option<&Code>) -> Result<String, Fault> {
    Ok(counted(desk.store.doubts(filer, ROWS + 1)?.len()))
}

fn queue(desk: &Desk, filer: Option<&Code>) -> Result<(Vec<Row>, String), Fault> {
    let names = organ_names(desk)?;
    let doubts = desk.store.doubts(filer, ROWS + 1)?;
    let count = counted(doubts.len());
    let row = |(seq, doubted): (u64, Doubted)| {
        let spec = desk.sources.spec(&doubted.source);
        let title = spec.map(|spec| spec.source.title.clone());
        let filer = doubted.filer.to_string();
        Row {
            seq,
            title: title.unwrap_or_else(|| doubted.source.clone()),
            filer: names.get(&filer).cloned().unwrap_or(filer),
            doubted,
        }
    };
    Ok((doubts.into_iter().take(ROWS).map(row).collect(), count))
}

fn counted(found: usize) -> String {
    match found {
        0 => String::new(),
        found if found > ROWS => format!("超过 {ROWS} 份"),
        found => format!("{found} 份"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_no_further_than_it_shows() {
        assert_eq!(counted(0), "");
        assert_eq!(counted(1), "1 份");
        assert_eq!(counted(ROWS), "200 份");
        assert_eq!(counted(ROWS + 1), "超过 200 份");
    }
}
