//! All routes on one screen.

use crate::frame::{Frame, look};
use crate::house::{App, House, Web};
use crate::trouble::{Notice, dress, nowhere};
use crate::{
    account, api, assets, catalog, draft, duty, exchange, feedback, field, filing, grade, health,
    inspection, intake, ledger, metrics, my, notice, portal, procedure, proposal, rehearsal,
    repair, replay, screening, statute,
};
use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use std::sync::Arc;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::{CsrfLayer, ProtectionError};

/// Most bytes of a body where no table is handed in.
const BODY: usize = 1 << 20;
/// Most bytes of a file of the law pack as a form sends it: each byte may become three.
const LAW: usize = 4 << 20;

const POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
    frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'";

/// The whole HTTP surface.
pub fn router(web: Web) -> Router {
    let upload_bytes = web.upload_bytes;
    let app: App = Arc::new(House::new(web));
    let (calls, doc) = api::router(upload_bytes);
    let doc = Arc::new(serde_json::to_value(&doc).unwrap_or_default());
    let docs = get(move |frame: Frame| api::page(frame, Arc::clone(&doc)));
    let pages = pages(upload_bytes)
        .route("/api", docs)
        .fallback(nowhere)
        .layer(CsrfLayer::new().with_rejection_response(foreign))
        .layer(from_fn_with_state(Arc::clone(&app), dress))
        .layer(from_fn(guard))
        .layer(CompressionLayer::new());
    Router::new()
        .merge(calls)
        .merge(machines())
        .merge(pages)
        .layer(DefaultBodyLimit::max(BODY))
        .layer(from_fn_with_state(Arc::clone(&app), metrics::measure))
        .with_state(app)
}

fn pages(upload_bytes: usize) -> Router<App> {
    let upload = Router::new()
        .route("/desk/intake", get(intake::form).post(intake::upload))
        .layer(DefaultBodyLimit::max(upload_bytes));
    Router::new()
        .route("/", get(portal::home))
        .route("/search", get(portal::search))
        .route("/entity/{code}", get(portal::entity))
        .route("/record/{seq}", get(portal::record))
        .route("/licences", get(portal::licences))
        .route("/penalties", get(portal::penalties))
        .route("/withdrawn", get(portal::withdrawn))
        .route("/lists", get(portal::listed))
        .route("/commitments", get(portal::pledged))
        .route("/laggards", get(portal::laggards))
        .route("/leave", get(portal::leave))
        .route("/law", get(statute::list))
        .route("/law/{region}/{name}", get(statute::show))
        .route("/law/{region}/{name}/impact", get(statute::impact))
        .route("/catalogs", get(catalog::home))
        .route("/catalogs/sets.csv", get(catalog::sets_csv))
        .route("/catalogs/sets.json", get(catalog::sets_json))
        .route("/catalogs/{catalog}", get(catalog::show))
        .route("/catalogs/sets/{word}", get(catalog::set))
        .route("/catalogs/forms/{code}/{file}", get(catalog::blank))
        .route("/catalogs/lists/{word}", get(catalog::list))
        .route("/catalogs/measures/{word}", get(catalog::measure))
        .route("/scale", get(grade::scale))
        .route("/scale/try", get(grade::form).post(grade::trial))
        .route(
            "/verify",
            get(screening::verify_form).post(screening::verify),
        )
        .route("/verify/{*number}", get(screening::number))
        .route("/look", get(look))
        .route("/login", get(account::form).post(account::login))
        .route("/logout", post(account::logout))
        .route("/counter", get(screening::form).post(screening::ask))
        .route("/counter/{seq}", get(screening::receipt))
        .route("/counter/{seq}/receipt.json", get(screening::download))
        .route("/desk", get(duty::home))
        .route("/desk/duties", get(duty::list))
        .route("/desk/figures", get(duty::figures))
        .route("/desk/intake/{id}", get(intake::show))
        .route("/desk/answers/{id}", get(intake::answer))
        .route("/desk/template/{source}", get(intake::template))
        .route("/desk/submissions", get(intake::submissions))
        .route("/desk/doubts", get(intake::doubts))
        .route("/desk/records", get(filing::list))
        .route("/desk/grades", get(grade::home))
        .route("/desk/grades/{code}", get(grade::show))
        .route(
            "/desk/records/{seq}/revoke",
            get(filing::form).post(filing::revoke),
        )
        .route("/desk/revoked/{entry}", get(filing::done))
        .merge(upload)
        .merge(changes())
        .merge(procedures("/desk"))
        .merge(procedures("/my"))
        .route("/my", get(my::home))
        .merge(phone())
        .merge(around())
        .merge(inspections())
}

/// Procedures: whatever the noun, and whoever it is, they are listed, shown, begun and moved on alike.
fn procedures(home: &str) -> Router<App> {
    let at = |path: &str| format!("{home}{path}");
    Router::new()
        .route(&at("/procedures"), get(procedure::list))
        .route(&at("/procedures/new/{noun}"), get(procedure::form))
        .route(&at("/procedures/new/{noun}/{verb}"), post(procedure::begin))
        .route(&at("/procedures/{id}"), get(procedure::show))
        .route(&at("/procedures/{id}/{verb}"), post(procedure::act))
        .route(&at("/inbox"), get(notice::inbox))
        .route(&at("/inbox/{id}"), get(notice::open))
        .route(&at("/contacts"), get(notice::contacts).post(notice::put))
}

/// Draws and visits as anybody sees them.
fn inspections() -> Router<App> {
    Router::new()
        .route("/draws", get(inspection::list))
        .route("/draws/verify", get(inspection::verify))
        .route("/draws/{id}", get(inspection::show))
        .route("/draws/{id}/file.json", get(inspection::file))
        .route("/inspections", get(inspection::results))
        .route("/desk/burden", get(inspection::burden))
}

/// What inspectors take along on a phone.
fn phone() -> Router<App> {
    let files = Router::new()
        .route(
            "/field/evidence/{digest}",
            get(field::evidence).put(field::keep),
        )
        .layer(DefaultBodyLimit::max(field::MOST));
    Router::new()
        .route("/field", get(field::home))
        .route("/field/tasks.json", get(field::tasks))
        .route("/field/sync", post(field::sync))
        .route("/field/worker.js", get(field::worker))
        .merge(files)
}

/// What lies around procedures at a desk.
fn around() -> Router<App> {
    Router::new()
        .route("/desk/notices/dead", get(notice::dead))
        .route("/desk/effects", get(feedback::worth))
        .route("/desk/exchange", get(exchange::home))
        .route("/desk/exchange/partners", post(exchange::enter))
        .route(
            "/desk/exchange/reviews/{sender}/{serial}",
            get(exchange::review_form).post(exchange::review),
        )
        .route("/desk/exchange/{serial}", post(exchange::acknowledge))
        .route("/desk/refusals", get(procedure::refusals))
        .route("/desk/serving", get(repair::serving))
        .route(
            "/desk/serving/{record}",
            get(repair::notice).post(repair::serve),
        )
}

/// Changes of the law: drafts, rehearsals, proposals.
fn changes() -> Router<App> {
    let edit = Router::new()
        .route(
            "/desk/law/drafts/{id}/file",
            get(draft::form).post(draft::save),
        )
        .layer(DefaultBodyLimit::max(LAW));
    Router::new()
        .route("/desk/law", get(draft::home))
        .route("/desk/law/offered", get(draft::offered))
        .route("/desk/law/offered/rehearsal", post(draft::rehearse_offered))
        .route("/desk/law/offered/proposal", post(draft::propose_offered))
        .route("/desk/law/drafts", post(draft::add))
        .route("/desk/law/drafts/{id}", get(draft::show))
        .route("/desk/law/drafts/{id}/check", get(draft::check))
        .route("/desk/rules", get(draft::rules))
        .route("/desk/law/drafts/{id}/copy", post(draft::copy))
        .route("/desk/law/drafts/{id}/base", post(draft::rebase))
        .route("/desk/law/drafts/{id}/end", post(draft::end))
        .route("/desk/law/drafts/{id}/rehearsal", post(draft::rehearse))
        .route("/desk/law/drafts/{id}/proposal", post(draft::propose))
        .route("/desk/law/rehearsals/{id}", get(rehearsal::show))
        .route("/desk/law/rehearsals/{id}/rows.csv", get(rehearsal::csv))
        .route("/desk/law/proposals/{seq}", get(proposal::show))
        .route("/desk/law/proposals/{seq}/adoption", post(proposal::adopt))
        .route("/desk/law/proposals/{seq}/refusal", post(proposal::decline))
        .route(
            "/desk/law/proposals/{seq}/rehearsal",
            post(proposal::rehearse),
        )
        .route("/desk/law/replays", get(replay::list))
        .merge(edit)
}

/// Routes without a page around them.
fn machines() -> Router<App> {
    Router::new()
        .route("/assets/{hash}/{name}", get(assets::show))
        .route("/log/checkpoint", get(ledger::checkpoint))
        .route("/log/key", get(ledger::key))
        .route("/log/tile/{*path}", get(ledger::tile))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(metrics::show))
}

/// A form sent from another site.
fn foreign(_: ProtectionError) -> Response {
    let status = StatusCode::FORBIDDEN;
    let text = "这个请求来自其他网站，没有办理。请在本站页面上操作。".to_owned();
    let mut response = status.into_response();
    response.extensions_mut().insert(Notice {
        status,
        title: "没有办理",
        text,
    });
    response
}

/// Headers that keep a page to itself; what stands behind a log-in is never kept by a cache.
async fn guard(request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let private = ["/desk", "/my", "/counter", "/login", "/field"]
        .iter()
        .any(|start| path.starts_with(start));
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let cache = if private { "no-store" } else { "no-cache" };
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::CACHE_CONTROL, cache),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}
