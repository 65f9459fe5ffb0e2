//! `/desk/grades/{code}`: why an organisation has its grade, and how it gets a better one (R58).

use super::explanation::{Behind, View};
use super::home::ROLES;
use crate::account::Clerk;
use crate::frame::Frame;
use crate::house::App;
use crate::trouble::{Trouble, page};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use desk::grade::Explanation;
use desk::ports::GradeRow;
use desk::{Desk, Fault};
use domain::code::{Code, is_citizen_id};
use jiff::civil::Date;
use serde::Deserialize;
use std::collections::BTreeMap;

const HISTORY: usize = 100;

#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    /// Day of the evaluation; today if nothing is asked.
    #[serde(default)]
    on: String,
}

/// What the store says about one organisation.
struct Found {
    explanation: Explanation,
    /// Addresses of the records that are on the portal.
    shown: BTreeMap<u64, String>,
    row: Option<GradeRow>,
    history: Vec<GradeRow>,
}

#[derive(Template)]
#[template(path = "grade/show.html")]
struct Page {
    frame: Frame,
    clerk: Clerk,
    view: View,
    /// The grade in the ledger, where one was recorded.
    row: Option<GradeRow>,
    history: Vec<GradeRow>,
    /// The page is about another day than today.
    other_day: bool,
}

pub(crate) async fn show(
    State(app): State<App>,
    frame: Frame,
    clerk: Clerk,
    Path(code): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Trouble> {
    clerk.may(&ROLES)?;
    if is_citizen_id(&code) {
        return Err(Trouble::Bad("自然人不评分、不评级。".to_owned()));
    }
    let code = Code::read(&code).ok_or_else(missing)?;
    let day = match asked.on.is_empty() {
        true => frame.day,
        false => asked
            .on
            .parse::<Date>()
            .map_err(|_| Trouble::Bad("日期应写成 2026-06-01 的样子。".to_owned()))?,
    };
    let found = app.read(move |desk| find(desk, &code, day)).await?;
    let found = found.ok_or_else(missing)?;
    let labels = found.explanation.dockets.clone();
    let behind = |record| Behind {
        label: labels
            .get(&record)
            .cloned()
            .unwrap_or_else(|| format!("账本第 {record} 条")),
        href: found.shown.get(&record).cloned(),
    };
    let view = View::of(&app.desk().law(), found.explanation, &behind);
    Ok(page(Page {
        other_day: day != frame.day,
        row: found.row,
        history: found.history,
        view,
        frame,
        clerk,
    }))
}

fn missing() -> Trouble {
    let text = "没有这个单位的评价：主体库中没有这个代码，或者评价规则不适用于这类主体。请核对代码，或在“信用评价”中按名称查找。";
    Trouble::Missing(text.to_owned())
}

fn find(desk: &Desk, code: &Code, day: Date) -> Result<Option<Found>, Fault> {
    let Some(explanation) = desk.explain_grade(code, day)? else {
        return Ok(None);
    };
    let mut shown = BTreeMap::new();
    for record in explanation.dockets.keys() {
        if desk.store.shown(*record)?.is_some() {
            shown.insert(*record, format!("/record/{record}"));
        }
    }
    Ok(Some(Found {
        shown,
        row: desk.store.grade(code)?,
        history: desk.store.grade_history(code, HISTORY)?,
        explanation,
    }))
}
