//! Figures about the service itself, as Prometheus reads them.

use crate::house::App;
use crate::trouble::Trouble;
use axum::extract::{Request, State};
use axum::http::header;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use desk::ports::DutyFilter;
use domain::duty::State as DutyState;
use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Upper bounds of the latency histogram, in microseconds.
const BOUNDS: [u64; 8] = [
    500, 1_000, 5_000, 10_000, 50_000, 100_000, 500_000, 2_000_000,
];
/// Duties counted at most; beyond it the gauge says so many.
const MOST: usize = 10_000;

#[derive(Debug, Default)]
pub(crate) struct Metrics {
    /// By class of status, 1xx to 5xx.
    statuses: [AtomicU64; 5],
    buckets: [AtomicU64; 8],
    count: AtomicU64,
    micros: AtomicU64,
}

impl Metrics {
    fn note(&self, status: u16, took: Duration) {
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let class = usize::from(status / 100).saturating_sub(1);
        if let Some(counter) = self.statuses.get(class) {
            counter.fetch_add(1, Ordering::Relaxed);
        }
        let place = BOUNDS.iter().position(|bound| micros <= *bound);
        if let Some(bucket) = place.and_then(|place| self.buckets.get(place)) {
            bucket.fetch_add(1, Ordering::Relaxed);
        }
        self.count.fetch_add(1, Ordering::Relaxed);
        self.micros.fetch_add(micros, Ordering::Relaxed);
    }

    fn text(&self) -> Result<String, std::fmt::Error> {
        let mut out = String::from("# TYPE http_requests_total counter\n");
        for (class, counter) in (1..).zip(&self.statuses) {
            let count = counter.load(Ordering::Relaxed);
            writeln!(out, "http_requests_total{{status=\"{class}xx\"}} {count}")?;
        }
        out.push_str("# TYPE http_request_seconds histogram\n");
        let mut below = 0;
        for (bound, bucket) in BOUNDS.iter().zip(&self.buckets) {
            below += bucket.load(Ordering::Relaxed);
            let seconds = Duration::from_micros(*bound).as_secs_f64();
            writeln!(
                out,
                "http_request_seconds_bucket{{le=\"{seconds}\"}} {below}"
            )?;
        }
        let count = self.count.load(Ordering::Relaxed);
        let sum = Duration::from_micros(self.micros.load(Ordering::Relaxed)).as_secs_f64();
        writeln!(out, "http_request_seconds_bucket{{le=\"+Inf\"}} {count}")?;
        writeln!(
            out,
            "http_request_seconds_sum {sum}\nhttp_request_seconds_count {count}"
        )?;
        Ok(out)
    }
}

pub(crate) async fn measure(State(app): State<App>, request: Request, next: Next) -> Response {
    let start = Instant::now();
    let response = next.run(request).await;
    app.metrics
        .note(response.status().as_u16(), start.elapsed());
    response
}

/// `/metrics`
pub(crate) async fn show(State(app): State<App>) -> Result<Response, Trouble> {
    let as_of = app.desk().index.read().map_or(0, |reader| reader.as_of());
    let (size, overdue) = app
        .read(|desk| {
            let filter = DutyFilter {
                state: Some(DutyState::Overdue),
                today: Some(desk.clock.today()),
                limit: MOST,
                ..DutyFilter::default()
            };
            Ok((desk.store.size()?, desk.store.duties(&filter)?.len()))
        })
        .await?;
    let mut text = app.metrics.text().unwrap_or_default();
    for (name, value) in [
        ("ledger_entries", size),
        ("index_entries_followed", as_of),
        ("duties_overdue", overdue as u64),
    ] {
        text += &format!("# TYPE {name} gauge\n{name} {value}\n");
    }
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response())
}
