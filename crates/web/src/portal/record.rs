//! `/record/{seq}`: one published record.

use super::Card;
use crate::frame::Frame;
use crate::house::App;
use crate::trouble::{Trouble, page};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;

#[derive(Template)]
#[template(path = "portal/record.html")]
struct Page {
    frame: Frame,
    card: Card,
    /// Since when objections to it are being worked on.
    disputed: Vec<jiff::civil::Date>,
}

pub(crate) async fn record(
    State(app): State<App>,
    frame: Frame,
    Path(seq): Path<u64>,
) -> Result<Response, Trouble> {
    let card = app
        .read(move |desk| {
            let record = desk.store.shown(seq)?;
            let disputes = desk.store.disputes(seq)?.into_iter();
            let since = disputes.map(|(_, _, since)| since).collect();
            Ok(record.map(|record| (Card::of(&desk.law(), record, desk.clock.today()), since)))
        })
        .await?;
    let text = "没有这条公示记录。公示期满、经修复或被撤回的记录不再显示。";
    let (card, disputed) = card.ok_or_else(|| Trouble::Missing(text.to_owned()))?;
    Ok(page(Page {
        frame,
        card,
        disputed,
    }))
}
