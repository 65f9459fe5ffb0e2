//! `/desk/grades`: how grades are spread, the latest runs, and the way to one organisation.

use crate::account::Clerk;
use crate::frame::Frame;
use crate::house::App;
use crate::portal::candidates;
use crate::screening::time;
use crate::trouble::{Trouble, page};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use desk::ports::{Hit, Role, RunRow};
use desk::{Desk, Fault};
use domain::code::is_citizen_id;
use law::Pack;
use serde::Deserialize;

/// Who may see grades; the public and the service hall may not.
pub(super) const ROLES: [Role; 2] = [Role::Office, Role::Organ];
const RUNS: usize = 20;
const HITS: usize = 20;

#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    q: String,
}

/// How many have a grade.
struct Share {
    word: String,
    name: String,
    count: u64,
    percent: String,
}

#[derive(Template)]
#[template(path = "grade/home.html")]
struct Page {
    frame: Frame,
    clerk: Clerk,
    q: String,
    /// Present when something was looked for.
    hits: Option<Vec<Hit>>,
    /// An identity number was typed in.
    person: bool,
    shares: Vec<Share>,
    whole: u64,
    /// Runs with the time of each.
    runs: Vec<(RunRow, String)>,
}

pub(crate) async fn home(
    State(app): State<App>,
    frame: Frame,
    clerk: Clerk,
    Query(asked): Query<Asked>,
) -> Result<Response, Trouble> {
    clerk.may(&ROLES)?;
    let text: String = asked.q.split_whitespace().collect();
    let person = is_citizen_id(&text);
    let sought = text.clone();
    let (hits, shares, runs) = app
        .read(move |desk| {
            let hits = match sought.is_empty() || person {
                true => None,
                false => Some(candidates(desk, &sought, HITS)?),
            };
            Ok((hits, shares(desk)?, desk.store.grade_runs(RUNS)?))
        })
        .await?;
    let exact = hits.iter().flatten().find(|hit| hit.code.as_str() == text);
    if let Some(hit) = exact {
        return Ok(Redirect::to(&format!("/desk/grades/{}", hit.code)).into_response());
    }
    let runs = runs.into_iter().map(|row| {
        let at = time(row.at);
        (row, at)
    });
    Ok(page(Page {
        // An identity number is not repeated, neither in the field nor in a link.
        frame: if person { frame.without_query() } else { frame },
        q: if person { String::new() } else { asked.q },
        whole: shares.iter().map(|share| share.count).sum(),
        runs: runs.collect(),
        clerk,
        hits,
        person,
        shares,
    }))
}

fn shares(desk: &Desk) -> Result<Vec<Share>, Fault> {
    let counts = desk.store.grade_counts()?;
    let whole: u64 = counts.values().sum();
    let law = desk.law();
    let shares = counts.into_iter().map(|(word, count)| Share {
        name: name(&law, desk, &word),
        percent: percent(count, whole),
        word,
        count,
    });
    Ok(shares.collect())
}

fn name(law: &Pack, desk: &Desk, word: &str) -> String {
    let day = desk.clock.today();
    let scales = law
        .forms()
        .iter()
        .filter_map(|form| law.scale(&form.word, day));
    let mut cuts = scales.flat_map(|ruled| ruled.value().cuts.clone());
    cuts.find(|cut| cut.word == word)
        .map_or_else(String::new, |cut| cut.name)
}

/// A share in percent with one decimal.
fn percent(part: u64, whole: u64) -> String {
    let tenths = (part * 1000).checked_div(whole).unwrap_or_default();
    format!("{}.{}%", tenths / 10, tenths % 10)
}
