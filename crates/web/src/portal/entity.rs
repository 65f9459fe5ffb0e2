//! `/entity/{code}`: identity and published records of one entity.

use super::{Card, Entry, entries};
use crate::frame::Frame;
use crate::house::App;
use crate::trouble::{Trouble, page};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use desk::ports::{Inspected, Pledge, Profile};
use domain::code::Code;
use domain::record::Act;

#[derive(Template)]
#[template(path = "portal/entity.html")]
struct Page {
    frame: Frame,
    profile: Profile,
    kind: &'static str,
    licences: Vec<Card>,
    penalties: Vec<Card>,
    lists: Vec<Entry>,
    pledges: Vec<Pledge>,
    results: Vec<Inspected>,
}

/// Promises on the page of one entity.
const PLEDGES: usize = 50;
/// Results of visits there.
const RESULTS: usize = 50;

pub(crate) async fn entity(
    State(app): State<App>,
    frame: Frame,
    Path(code): Path<String>,
) -> Result<Response, Trouble> {
    let missing = || {
        let text =
            "主体库中没有这个统一社会信用代码。没有找到不等于没有记录，请核对代码或改用名称查询。";
        Trouble::Missing(text.to_owned())
    };
    let code = Code::read(&code).ok_or_else(missing)?;
    let found = app
        .read(move |desk| {
            let Some(profile) = desk.store.profile(&code)? else {
                return Ok(None);
            };
            let records = desk.store.shown_of(&code)?;
            Ok(Some((
                profile,
                Card::all(&desk.law(), records, desk.clock.today()),
                entries(desk, Some(&code), None)?,
                desk.store
                    .pledged(desk.clock.today(), Some(&code), PLEDGES)?,
                desk.inspected(Some(&code), RESULTS)?,
            )))
        })
        .await?;
    let (profile, cards, lists, pledges, results) = found.ok_or_else(missing)?;
    let (penalties, licences) = cards
        .into_iter()
        .partition(|card| card.record.act == Act::Penalty);
    Ok(page(Page {
        frame,
        profile,
        kind: code.kind().name(),
        licences,
        penalties,
        lists,
        pledges,
        results,
    }))
}
