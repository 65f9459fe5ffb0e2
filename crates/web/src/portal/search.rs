//! `/search`: by code, name, former name or initials.

use crate::frame::Frame;
use crate::house::App;
use crate::limit::Token;
use crate::trouble::{Trouble, page};
use askama::Template;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use desk::ports::Hit;
use desk::{Desk, Fault};
use domain::code::Code;
use domain::code::is_citizen_id;
use serde::Deserialize;

const HITS: usize = 20;
/// Characters of a search text that are looked at.
const LONGEST: usize = 80;

#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    q: String,
}

#[derive(Template)]
#[template(path = "portal/search.html")]
struct Page {
    frame: Frame,
    q: String,
    found: Found,
}

#[derive(Template)]
#[template(path = "portal/hits.html")]
struct Fragment {
    found: Found,
}

/// What a search text leads to.
#[derive(Debug, Clone)]
enum Found {
    Nothing,
    /// Identity numbers of persons are not looked up here.
    Person,
    /// A code nobody is registered under.
    NoSuchCode(String),
    Hits(Vec<Hit>),
}

pub(crate) async fn search(
    State(app): State<App>,
    _token: Token,
    headers: HeaderMap,
    frame: Frame,
    Query(asked): Query<Asked>,
) -> Result<Response, Trouble> {
    let q: String = asked.q.trim().chars().take(LONGEST).collect();
    let text = q.clone();
    let found = app.read(move |desk| found(desk, &text)).await?;
    if headers.contains_key("hx-request") {
        return Ok(page(Fragment { found }));
    }
    if matches!(found, Found::Person) {
        // The number must not stand in the page again, neither in the field nor in a link.
        let frame = frame.without_query();
        return Ok(page(Page {
            frame,
            q: String::new(),
            found,
        }));
    }
    Ok(page(Page { frame, q, found }))
}

/// Looks a text up; never decides between candidates.
fn found(desk: &Desk, text: &str) -> Result<Found, Fault> {
    let plain: String = text.split_whitespace().collect();
    if plain.is_empty() {
        return Ok(Found::Nothing);
    }
    if is_citizen_id(&plain) {
        return Ok(Found::Person);
    }
    let hits = candidates(desk, &plain, HITS)?;
    let code = Code::read(&plain).filter(|_| plain.is_ascii());
    Ok(match (hits.is_empty(), code) {
        (true, Some(code)) => Found::NoSuchCode(code.to_string()),
        _ => Found::Hits(hits),
    })
}

/// Entities a text may mean, best first.
pub(crate) fn candidates(desk: &Desk, text: &str, limit: usize) -> Result<Vec<Hit>, Fault> {
    if let Some(code) = Code::read(text)
        && let Some(profile) = desk.store.profile(&code)?
    {
        let known = profile.registered;
        return Ok(vec![Hit {
            code,
            name: known.name,
            by: None,
            provisional: known.provisional,
        }]);
    }
    let old = desk.store.by_alias(text)?;
    if !old.is_empty() {
        let hit = |profile: desk::ports::Profile| Hit {
            code: profile.registered.code,
            name: profile.registered.name,
            by: Some(text.to_owned()),
            provisional: profile.registered.provisional,
        };
        return Ok(old.into_iter().take(limit).map(hit).collect());
    }
    match desk::search::query(text) {
        Some(query) => desk.store.find(&query, limit),
        None => Ok(Vec::new()),
    }
}
