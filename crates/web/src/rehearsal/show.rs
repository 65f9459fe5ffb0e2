//! `/desk/law/rehearsals/{id}`: how far a rehearsal is, and what it found.

use super::job::{Found, Job, Outcome};
use crate::account::Clerk;
use crate::frame::Frame;
use crate::house::App;
use crate::screening::time;
use crate::statute::{Altered, Names};
use crate::trouble::{Trouble, page};
use askama::Template;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use desk::Fault;
use desk::ports::Role;
use desk::rehearsal::Moves;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "rehearsal/show.html")]
struct Page {
    frame: Frame,
    clerk: Clerk,
    job: Arc<Job>,
    view: View,
}

#[derive(Template)]
#[template(path = "rehearsal/progress.html")]
struct Fragment {
    view: View,
}

struct View {
    done: u64,
    whole: u64,
    at: String,
    outcome: Option<Outcome>,
    /// Name of a form of organisation or code of a district, and its moves.
    forms: Vec<(String, Moves)>,
    districts: Vec<(String, Moves)>,
    changes: Vec<Altered>,
    names: Names,
}

impl View {
    fn percent(&self) -> u64 {
        (self.done * 100)
            .checked_div(self.whole)
            .unwrap_or_default()
            .min(100)
    }

    fn form(&self, word: &str) -> String {
        self.names.get("form", word)
    }
}

pub(crate) async fn show(
    State(app): State<App>,
    headers: HeaderMap,
    frame: Frame,
    clerk: Clerk,
    Path(id): Path<String>,
) -> Result<Response, Trouble> {
    clerk.may(&[Role::Office])?;
    let job = app.rehearsals.get(&id).ok_or_else(missing)?;
    let view = view(&app, &job);
    if !headers.contains_key("hx-request") {
        return Ok(page(Page {
            frame,
            clerk,
            job,
            view,
        }));
    }
    // The page polls with htmx; once done it is loaded whole, and the polling ends.
    if view.outcome.is_some() {
        return Ok((StatusCode::NO_CONTENT, [("hx-refresh", "true")]).into_response());
    }
    Ok(page(Fragment { view }))
}

fn missing() -> Trouble {
    let text = "没有这次试算的结果：只保留最近的几次，服务重新启动后也不再保留。请回到草稿或者提案重新试算。";
    Trouble::Missing(text.to_owned())
}

fn view(app: &App, job: &Job) -> View {
    let (done, whole) = job.progress.lock().map(|now| *now).unwrap_or_default();
    let names = Names::of(&app.desk().law());
    let outcome = job.outcome();
    let changes = match &outcome {
        Some(Outcome::Done(found)) => Altered::all(&names, &found.rehearsal.changes),
        _ => Vec::new(),
    };
    let (forms, districts) = match &outcome {
        Some(Outcome::Done(found)) => {
            let forms = found.rehearsal.forms.iter();
            let forms = forms.map(|(word, moves)| (names.get("form", word), *moves));
            let districts = found.rehearsal.districts.iter();
            let districts = districts.map(|(code, moves)| (district(code), *moves));
            (forms.collect(), districts.collect())
        }
        _ => (Vec::new(), Vec::new()),
    };
    View {
        done,
        whole,
        at: time(job.at),
        outcome,
        forms,
        districts,
        changes,
        names,
    }
}

fn district(code: &str) -> String {
    match code {
        "" => "未登记行政区划".to_owned(),
        code => format!("行政区划 {code}"),
    }
}

/// All rows as a table.
pub(crate) async fn csv(
    State(app): State<App>,
    clerk: Clerk,
    Path(id): Path<String>,
) -> Result<Response, Trouble> {
    clerk.may(&[Role::Office])?;
    let job = app.rehearsals.get(&id).ok_or_else(missing)?;
    let Some(Outcome::Done(found)) = job.outcome() else {
        return Err(Trouble::Missing(
            "试算还没有完成，请稍候再下载。".to_owned(),
        ));
    };
    let bytes = tokio::fs::read(&found.file).await.map_err(Fault::store)?;
    let place = format!("attachment; filename=\"rehearsal-{id}.csv\"");
    let heads = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, place.as_str()),
    ];
    Ok((heads, Body::from(bytes)).into_response())
}

/// What the page says in one line about the result.
impl Found {
    pub fn quiet(&self) -> bool {
        let moved = &self.rehearsal.moved;
        moved.up + moved.down + moved.score_only + self.rehearsal.records_moved == 0
    }
}
