//! What is done with a draft: begun, thrown away, put on the pack in force, rehearsed, proposed.

use super::home::{self, TITLE};
use super::rules;
use super::show::{answer, missing};
use crate::account::Clerk;
use crate::frame::Frame;
use crate::house::App;
use crate::proposal::{Signed, signed};
use crate::rehearsal;
use crate::trouble::Trouble;
use axum::Form;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use desk::ports::{Draft, Files, Role};
use serde::Deserialize;

/// Drafts one person may have at once.
const MOST: usize = 20;
/// Who may write a draft: organs have their own rules checked against the pack (R117).
pub(super) const WRITERS: [Role; 2] = [Role::Office, Role::Organ];

#[derive(Debug, Deserialize)]
pub(crate) struct Named {
    #[serde(default)]
    title: String,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Reason {
    #[serde(default)]
    pub reason: String,
}

/// `POST /desk/law/drafts`
pub(crate) async fn add(
    State(app): State<App>,
    frame: Frame,
    clerk: Clerk,
    Form(named): Form<Named>,
) -> Result<Response, Trouble> {
    clerk.may(&WRITERS)?;
    let title = named.title.trim().to_owned();
    let refusal = match title.chars().count() {
        0 => Some("请填写草稿名称"),
        length if length > TITLE => Some("草稿名称太长，请缩短"),
        _ => None,
    };
    if refusal.is_none()
        && let Some(id) = begin(&app, &clerk, title.clone(), Files::new()).await?
    {
        return Ok(Redirect::to(&format!("/desk/law/drafts/{id}")).into_response());
    }
    let refusal = Some(refusal.unwrap_or(FULL));
    let shown = match clerk.is_office() {
        true => home::answer(&app, frame, clerk, refusal, title).await?,
        false => rules::answer(&app, frame, clerk, refusal, title).await?,
    };
    Ok((StatusCode::UNPROCESSABLE_ENTITY, shown).into_response())
}

const FULL: &str = "您的草稿太多，请先放弃不用的草稿";

/// Writes a new draft on the pack in force; `None` where the person has too many.
async fn begin(
    app: &App,
    clerk: &Clerk,
    title: String,
    files: Files,
) -> Result<Option<u64>, Trouble> {
    let author = clerk.account.name.clone();
    app.read(move |desk| {
        let own = desk.store.drafts()?.into_iter();
        if own.filter(|draft| draft.author == author).count() >= MOST {
            return Ok(None);
        }
        let draft = Draft {
            id: 0,
            author,
            title,
            base: desk.law().digest().to_owned(),
            files,
            changed: desk.clock.now(),
        };
        desk.store.put_draft(&draft).map(Some)
    })
    .await
}

/// `POST /desk/law/drafts/{id}/copy`: the office goes on with what another person wrote.
pub(crate) async fn copy(
    State(app): State<App>,
    clerk: Clerk,
    Path(id): Path<u64>,
) -> Result<Response, Trouble> {
    clerk.may(&[Role::Office])?;
    let draft = readable(&app, &clerk, id).await?;
    let copied = begin(&app, &clerk, draft.title, draft.files).await?;
    let copied = copied.ok_or_else(|| Trouble::Bad(format!("{FULL}。")))?;
    Ok(Redirect::to(&format!("/desk/law/drafts/{copied}")).into_response())
}

/// A draft the clerk may look at: the office at all, everybody else at his own.
pub(super) async fn readable(app: &App, clerk: &Clerk, id: u64) -> Result<Draft, Trouble> {
    clerk.may(&WRITERS)?;
    let draft = app.read(move |desk| desk.store.draft(id)).await?;
    let seen = |draft: &Draft| clerk.is_office() || draft.author == clerk.account.name;
    draft.filter(seen).ok_or_else(missing)
}

/// The draft, if the clerk may change it.
pub(super) async fn own(app: &App, clerk: &Clerk, id: u64) -> Result<Draft, Trouble> {
    let draft = readable(app, clerk, id).await?;
    if draft.author == clerk.account.name {
        return Ok(draft);
    }
    let author = &draft.author;
    Err(Trouble::Forbidden(format!(
        "这份草稿由 {author} 起草，只有起草人可以修改和提出。需要改动的，请在草稿页“另存为我的草稿”。"
    )))
}

/// `POST /desk/law/drafts/{id}/end`
pub(crate) async fn end(
    State(app): State<App>,
    clerk: Clerk,
    Path(id): Path<u64>,
) -> Result<Response, Trouble> {
    own(&app, &clerk, id).await?;
    app.read(move |desk| desk.store.end_draft(id)).await?;
    let back = if clerk.is_office() {
        "/desk/law"
    } else {
        "/desk/rules"
    };
    Ok(Redirect::to(back).into_response())
}

/// `POST /desk/law/drafts/{id}/base`: the author looked at what changed meanwhile.
pub(crate) async fn rebase(
    State(app): State<App>,
    clerk: Clerk,
    Path(id): Path<u64>,
) -> Result<Response, Trouble> {
    let draft = own(&app, &clerk, id).await?;
    app.read(move |desk| {
        let draft = Draft {
            base: desk.law().digest().to_owned(),
            changed: desk.clock.now(),
            ..draft
        };
        desk.store.put_draft(&draft)
    })
    .await?;
    Ok(Redirect::to(&format!("/desk/law/drafts/{id}")).into_response())
}

/// `POST /desk/law/drafts/{id}/rehearsal`; any person of the office may look.
pub(crate) async fn rehearse(
    State(app): State<App>,
    frame: Frame,
    clerk: Clerk,
    Path(id): Path<u64>,
) -> Result<Response, Trouble> {
    clerk.may(&[Role::Office])?;
    let view = super::show::view(&app, id, &clerk.account.name).await?;
    let refusal = match (&view.pack, view.changes.is_empty()) {
        (Err(_), _) => "规则包不能装入，无法试算。请先“检查”，改正问题后再试算。",
        (Ok(_), true) => "草稿与现行规则没有差别，不需要试算。请先修改文件。",
        (Ok(pack), false) => {
            let (title, back) = (
                format!("草稿：{}", view.draft.title),
                format!("/desk/law/drafts/{id}"),
            );
            let by = clerk.account.name.clone();
            let job = rehearsal::start(&app, std::sync::Arc::clone(pack), title, back, by)?;
            let job = job.ok_or_else(rehearsal::full)?;
            return Ok(Redirect::to(&format!("/desk/law/rehearsals/{job}")).into_response());
        }
    };
    answer(
        &app,
        frame,
        clerk,
        id,
        Some(refusal.to_owned()),
        String::new(),
    )
    .await
}

/// `POST /desk/law/drafts/{id}/proposal`
pub(crate) async fn propose(
    State(app): State<App>,
    frame: Frame,
    clerk: Clerk,
    Path(id): Path<u64>,
    Form(given): Form<Reason>,
) -> Result<Response, Trouble> {
    clerk.may(&[Role::Office])?;
    let draft = own(&app, &clerk, id).await?;
    let (actor, reason) = (clerk.actor(), given.reason.clone());
    let done = app
        .read(move |desk| {
            if draft.base != desk.law().digest() {
                let text = "起草以后规则包已经变更。请核对下面列出的文件，再点“以现行规则为基础”，然后提出。";
                return Ok(Signed::Not(text.to_owned()));
            }
            let done = signed(desk.propose(&actor, desk.with_changes(&draft.files), &reason))?;
            if matches!(done, Signed::Done(_)) {
                desk.store.end_draft(id)?;
            }
            Ok(done)
        })
        .await?;
    match done {
        Signed::Done(seq) => {
            Ok(Redirect::to(&format!("/desk/law/proposals/{seq}")).into_response())
        }
        Signed::Not(text) => answer(&app, frame, clerk, id, Some(text), given.reason).await,
    }
}
