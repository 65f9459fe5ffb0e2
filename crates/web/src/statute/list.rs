//! `/law`: all statutes of the pack.

use crate::frame::Frame;
use crate::house::App;
use crate::trouble::page;
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use jiff::civil::Date;
use law::{Report, Statute};

struct Row {
    id: String,
    title: String,
    number: String,
    rank: &'static str,
    from: Date,
    in_force: bool,
    rules: usize,
    confirmed: usize,
}

#[derive(Template)]
#[template(path = "statute/list.html")]
struct Page {
    frame: Frame,
    report: Report,
    rows: Vec<Row>,
}

pub(crate) async fn list(State(app): State<App>, frame: Frame) -> Response {
    let law = &app.desk().law();
    let mut statutes: Vec<&Statute> = law.statutes().collect();
    statutes.sort_by_key(|statute| (!statute.in_force(frame.day), statute.rank));
    let rows = statutes
        .into_iter()
        .map(|statute| row(statute, frame.day))
        .collect();
    page(Page {
        report: law.check(),
        rows,
        frame,
    })
}

fn row(statute: &Statute, day: Date) -> Row {
    Row {
        id: statute.id.clone(),
        title: statute.title.clone(),
        number: statute.number.clone(),
        rank: statute.rank.name(),
        from: statute.from,
        in_force: statute.in_force(day),
        rules: statute.rules().count(),
        confirmed: statute.rules().filter(|rule| rule.confirmed()).count(),
    }
}
