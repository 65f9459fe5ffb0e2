//! `/desk/rules`: an organ has its own supervision rules checked against the pack (R117).

use crate::account::Clerk;
use crate::frame::Frame;
use crate::house::App;
use crate::screening::time;
use crate::trouble::{Trouble, page};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use desk::ports::{Draft, Role};

#[derive(Template)]
#[template(path = "draft/rules.html")]
struct Page {
    frame: Frame,
    clerk: Clerk,
    drafts: Vec<(Draft, String)>,
    refusal: Option<&'static str>,
    title: String,
}

pub(crate) async fn rules(
    State(app): State<App>,
    frame: Frame,
    clerk: Clerk,
) -> Result<Response, Trouble> {
    if clerk.is_office() {
        return Ok(Redirect::to("/desk/law").into_response());
    }
    clerk.may(&[Role::Organ])?;
    answer(&app, frame, clerk, None, String::new()).await
}

/// The page, with what was wrong with a new draft.
pub(super) async fn answer(
    app: &App,
    frame: Frame,
    clerk: Clerk,
    refusal: Option<&'static str>,
    title: String,
) -> Result<Response, Trouble> {
    let drafts = app.read(|desk| desk.store.drafts()).await?.into_iter();
    let own = drafts.filter(|draft| draft.author == clerk.account.name);
    let own = own.map(|draft| {
        let at = time(draft.changed);
        (draft, at)
    });
    Ok(page(Page {
        drafts: own.collect(),
        frame,
        clerk,
        refusal,
        title,
    }))
}
