//! The page and the tasks it shows.

use super::{ROLES, who};
use crate::account::Clerk;
use crate::cite::Cite;
use crate::frame::Frame;
use crate::house::App;
use crate::problem::Problem;
use crate::trouble::{Trouble, page};
use askama::Template;
use axum::Json;
use axum::extract::State;
use axum::response::Response;
use desk::procedure::Who;
use desk::visit::field::FieldTask;
use desk::{Desk, Fault};
use domain::basis::Basis;
use domain::inspection::ResultCode;
use jiff::civil::Date;
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Template)]
#[template(path = "field/home.html")]
struct Page {
    frame: Frame,
    clerk: Clerk,
    tasks: Vec<FieldTask>,
}

pub(crate) async fn home(
    State(app): State<App>,
    frame: Frame,
    clerk: Clerk,
) -> Result<Response, Trouble> {
    clerk.organ(&ROLES)?;
    let who = Who::of(&clerk.account);
    let tasks = app.read(move |desk| desk.field_tasks(&who)).await?;
    Ok(page(Page {
        frame,
        clerk,
        tasks,
    }))
}

/// What a phone takes along.
#[derive(Debug, Serialize)]
pub(crate) struct Taken {
    account: String,
    today: Date,
    tasks: Vec<Task>,
    /// 检查结果代码
    results: Vec<ResultCode>,
}

/// A task with its articles in words.
#[derive(Debug, Serialize)]
struct Task {
    #[serde(flatten)]
    task: FieldTask,
    /// By statute and article, joined with `#`.
    cites: BTreeMap<String, Cite>,
}

pub(crate) async fn tasks(
    State(app): State<App>,
    clerk: Result<Clerk, Trouble>,
) -> Result<Json<Taken>, Problem> {
    let who = who(clerk)?;
    let taken = app.read(move |desk| taken(desk, &who)).await?;
    Ok(Json(taken))
}

fn taken(desk: &Desk, who: &Who) -> Result<Taken, Fault> {
    let law = desk.law();
    let tasks = desk.field_tasks(who)?.into_iter().map(|mut task| {
        // Names of other organs' inspectors are theirs to say; the numbers of certificates are shown.
        for mate in task.team.iter_mut().filter(|mate| mate.organ != task.organ) {
            mate.called.clear();
        }
        let items = task.items.iter();
        let bases = items.flat_map(|item| {
            let checks = item.checks.iter().map(|check| &check.basis);
            checks.chain([&item.basis])
        });
        let cited = |basis: &Basis| {
            let key = format!("{}#{}", basis.statute, basis.article);
            (key, Cite::of(&law, basis))
        };
        let cites = bases.map(cited).collect();
        Task { task, cites }
    });
    Ok(Taken {
        account: who.account.clone(),
        today: desk.clock.today(),
        tasks: tasks.collect(),
        results: desk.result_codes(),
    })
}
