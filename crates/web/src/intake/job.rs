//! `/desk/intake/{id}`: how far a table is, and what became of it.

use super::run::Taken;
use crate::account::Clerk;
use crate::frame::Frame;
use crate::house::App;
use crate::trouble::{Trouble, page};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use desk::intake::Progress;
use desk::ports::Role;
use domain::code::Code;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

/// Tables on their way and those done since the start, by id.
#[derive(Debug, Default)]
pub(crate) struct Jobs(Mutex<BTreeMap<String, Arc<Job>>>);

/// So many jobs are remembered; the answers of older ones stay on disk.
const MOST: usize = 500;

/// One table handed in.
#[derive(Debug)]
pub(crate) struct Job {
    pub id: String,
    pub filer: Code,
    pub source: String,
    pub name: String,
    pub dry_run: bool,
    pub progress: Mutex<Progress>,
    pub outcome: Mutex<Option<Taken>>,
}

impl Jobs {
    pub fn add(&self, job: Arc<Job>) {
        if let Ok(mut jobs) = self.0.lock() {
            if jobs.len() >= MOST {
                let done =
                    |job: &Arc<Job>| job.outcome.lock().is_ok_and(|outcome| outcome.is_some());
                jobs.retain(|_, job| !done(job));
            }
            jobs.insert(job.id.clone(), job);
        }
    }

    fn get(&self, id: &str) -> Option<Arc<Job>> {
        self.0.lock().ok()?.get(id).cloned()
    }
}

#[derive(Template)]
#[template(path = "intake/job.html")]
struct Page {
    frame: Frame,
    clerk: Clerk,
    job: Arc<Job>,
    view: View,
}

#[derive(Template)]
#[template(path = "intake/progress.html")]
struct Fragment {
    job: Arc<Job>,
    view: View,
}

struct View {
    progress: Progress,
    taken: Option<Taken>,
    /// Finding code, its heading, how often.
    findings: Vec<(String, &'static str, u64)>,
}

pub(crate) async fn show(
    State(app): State<App>,
    headers: HeaderMap,
    frame: Frame,
    clerk: Clerk,
    Path(id): Path<String>,
) -> Result<Response, Trouble> {
    let organ = clerk.organ(&[Role::Organ])?;
    let job = app.jobs.get(&id).filter(|job| job.filer == organ);
    let text = "没有这次报送的办理情况。已完成的报送见“报送记录”。";
    let job = job.ok_or_else(|| Trouble::Missing(text.to_owned()))?;
    let view = view(&job);
    if !headers.contains_key("hx-request") {
        return Ok(page(Page {
            frame,
            clerk,
            job,
            view,
        }));
    }
    // The page polls with htmx; once done it is loaded whole, and the polling ends.
    if view.taken.is_some() {
        return Ok((StatusCode::NO_CONTENT, [("hx-refresh", "true")]).into_response());
    }
    Ok(page(Fragment { job, view }))
}

fn view(job: &Job) -> View {
    let taken = job.outcome.lock().ok().and_then(|outcome| outcome.clone());
    let findings = match &taken {
        Some(Taken::Done { summary, .. }) => summary
            .findings
            .iter()
            .map(|(code, count)| {
                (
                    code.clone(),
                    domain::intake::finding::heading(code).unwrap_or("其他问题"),
                    *count,
                )
            })
            .collect(),
        _ => Vec::new(),
    };
    let progress = job
        .progress
        .lock()
        .map(|progress| *progress)
        .unwrap_or_default();
    View {
        progress,
        taken,
        findings,
    }
}
