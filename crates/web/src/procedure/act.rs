//! `POST /desk/procedures/{id}/{verb}`: checks the form, asks once more where it is final, then acts.

use super::form::{Filled, Form, Typed, asked_twice};
use super::list::ROLES;
use super::show::{answer, missing};
use crate::account::Clerk;
use crate::cite::Cite;
use crate::frame::Frame;
use crate::house::App;
use crate::trouble::{Trouble, page};
use askama::Template;
use axum::Form as Body;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use desk::Desk;
use desk::procedure::form::check;
use desk::procedure::{Given, NotDone, Noun, Verb, Who};

/// The field that says how far the reader is; no form of the desk has one of this name.
const CONFIRMED: &str = "confirmed";

/// How far it came.
pub(crate) enum Came<T> {
    Done(T),
    /// Complete and readable, and final: it waits for a second word.
    Check(Filled),
    /// Not done, or to be changed once more.
    Back(Filled),
}

pub(crate) async fn act(
    State(app): State<App>,
    frame: Frame,
    clerk: Clerk,
    Path((id, verb)): Path<(u64, String)>,
    Body(typed): Body<Typed>,
) -> Result<Response, Trouble> {
    clerk.may(&ROLES)?;
    let who = Who::of(&clerk.account);
    let (asking, word) = (who.clone(), verb.clone());
    let found = app
        .read(move |desk| {
            let Some((row, case)) = desk.seen(&asking, id)? else {
                return Ok(None);
            };
            let verbs = desk.verbs(&asking, row.id, &case)?.into_iter();
            Ok(Some((
                case.noun(),
                verbs.into_iter().find(|verb| verb.word == word),
            )))
        })
        .await?;
    let (noun, known) = found.ok_or_else(|| missing(id))?;
    let (twice, word) = (asked_twice(noun, &verb), verb.clone());
    let came = step(
        &app,
        twice,
        known.as_ref(),
        verb,
        typed,
        move |desk, given| desk.act(&who, id, &word, given),
    )
    .await?;
    match came {
        Came::Done(done) => {
            let entry = done.entries.first().copied().unwrap_or(id);
            let home = clerk.home();
            Ok(Redirect::to(&format!("{home}/procedures/{id}?entry={entry}")).into_response())
        }
        Came::Check(filled) => {
            let action = format!("{}/procedures/{id}/{}", clerk.home(), filled.verb);
            Ok(once_more(
                frame,
                clerk,
                noun,
                known.as_ref(),
                action,
                &filled,
            ))
        }
        Came::Back(filled) => {
            let status = status(&filled);
            let shown = answer(&app, frame, clerk, id, filled, None).await?;
            Ok((status, shown).into_response())
        }
    }
}

/// What a form that came back is answered with.
pub(crate) fn status(filled: &Filled) -> StatusCode {
    match filled.failed() {
        true => StatusCode::UNPROCESSABLE_ENTITY,
        false => StatusCode::OK,
    }
}

/// Goes as far as it can. A verb that is not offered goes straight to the decision, which says why not.
pub(crate) async fn step<T: Send + 'static>(
    app: &App,
    twice: bool,
    known: Option<&Verb>,
    word: String,
    mut typed: Typed,
    run: impl FnOnce(&Desk, Given) -> Result<T, NotDone> + Send + 'static,
) -> Result<Came<T>, Trouble> {
    let confirmed = typed.iter().find(|(key, _)| key == CONFIRMED);
    let confirmed = confirmed
        .map(|(_, value)| value.clone())
        .unwrap_or_default();
    typed.retain(|(key, _)| key != CONFIRMED);
    let mut filled = Filled {
        verb: word,
        typed,
        ..Filled::default()
    };
    let given: Given = filled.typed.iter().cloned().collect();
    if let Some(verb) = known {
        if let Err(wrong) = check(&verb.fields, given.clone()) {
            filled.wrong = wrong;
            return Ok(Came::Back(filled));
        }
        if confirmed == "back" {
            return Ok(Came::Back(filled));
        }
        if twice && confirmed != "1" {
            return Ok(Came::Check(filled));
        }
    }
    let done = app
        .read(move |desk| match run(desk, given) {
            Err(NotDone::Fault(fault)) => Err(fault),
            other => Ok(other),
        })
        .await?;
    match done {
        Ok(done) => Ok(Came::Done(done)),
        Err(NotDone::Wrong(wrong)) => {
            filled.wrong = wrong;
            Ok(Came::Back(filled))
        }
        Err(NotDone::Refused { text, basis }) => {
            let law = app.desk().law();
            filled.refusal = Some((text, basis.map(|basis| Cite::of(&law, &basis))));
            Ok(Came::Back(filled))
        }
        Err(NotDone::Forbidden(text)) => Err(Trouble::Forbidden(format!("{text}。"))),
        Err(NotDone::Missing(text)) => Err(Trouble::Missing(format!("{text}。"))),
        Err(NotDone::Fault(fault)) => Err(fault.into()),
    }
}

#[derive(Template)]
#[template(path = "procedure/check.html")]
struct Page<'a> {
    frame: Frame,
    clerk: Clerk,
    form: Form,
    typed: &'a Typed,
}

/// The answers once more, before they are acted upon.
pub(crate) fn once_more(
    frame: Frame,
    clerk: Clerk,
    noun: Noun,
    verb: Option<&Verb>,
    action: String,
    filled: &Filled,
) -> Response {
    let Some(verb) = verb else {
        return Trouble::Missing("没有这一步。".to_owned()).into_response();
    };
    page(Page {
        frame,
        clerk,
        form: Form::of(noun, verb, action, Some(filled)),
        typed: &filled.typed,
    })
}
