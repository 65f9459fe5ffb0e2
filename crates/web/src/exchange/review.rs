//! `/desk/exchange/reviews/{sender}/{serial}`: the organ that identified a record decides about another
//! platform's word to the entity's harm. Until then the record rests.

use crate::account::Clerk;
use crate::cite::Cite;
use crate::frame::Frame;
use crate::house::App;
use crate::procedure::{Came, Filled, Form, Typed, faults, once_more, status, step};
use crate::trouble::{Trouble, page};
use askama::Template;
use axum::Form as Body;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use desk::ports::Role;
use desk::procedure::{Choice, Field, Hand, Kind, Noun, Verb, Who, form};
use domain::exchange::Message;

const VERB: &str = "review";

#[derive(Template)]
#[template(path = "exchange/review.html")]
struct Page {
    frame: Frame,
    clerk: Clerk,
    message: Message,
    name: String,
    cite: Cite,
    forms: Vec<Form>,
    filled: Filled,
}

impl Page {
    fn faults(&self) -> Vec<(String, String)> {
        faults(&self.forms, &self.filled)
    }
}

fn verb() -> Verb {
    let choices = vec![
        Choice::new("upheld", "采信：修复撤销，记录恢复"),
        Choice::new("rejected", "不采信：记录不恢复"),
    ];
    let fields = [
        vec![Field::new("outcome", "决定", Kind::One(choices))],
        form::document("决定文书"),
    ]
    .concat();
    Verb::new(VERB, "作出决定", Hand::Organ, fields)
}

fn place(message: &Message) -> String {
    format!(
        "/desk/exchange/reviews/{}/{}",
        message.sender, message.serial
    )
}

/// The message, if it waits for this organ.
async fn waiting(app: &App, clerk: &Clerk, sender: &str, serial: u64) -> Result<Message, Trouble> {
    let organ = clerk.organ(&[Role::Organ])?;
    let found = app.read(move |desk| desk.reviews(&organ)).await?;
    let mut found = found.into_iter();
    let found = found.find(|message| message.sender == sender && message.serial == serial);
    found.ok_or_else(|| Trouble::Missing("没有等待本单位决定的报文。".to_owned()))
}

pub(crate) async fn form(
    State(app): State<App>,
    frame: Frame,
    clerk: Clerk,
    Path((sender, serial)): Path<(String, u64)>,
) -> Result<Response, Trouble> {
    let message = waiting(&app, &clerk, &sender, serial).await?;
    Ok(answer(&app, frame, clerk, message, Filled::default()))
}

fn answer(app: &App, frame: Frame, clerk: Clerk, message: Message, filled: Filled) -> Response {
    let desk = app.desk();
    let entity = message.reference.entity;
    page(Page {
        name: desk.name(&entity).unwrap_or_else(|| entity.to_string()),
        cite: Cite::of(&desk.law(), &message.basis),
        forms: vec![Form::of(
            Noun::Notice,
            &verb(),
            place(&message),
            Some(&filled),
        )],
        frame,
        clerk,
        message,
        filled,
    })
}

pub(crate) async fn review(
    State(app): State<App>,
    frame: Frame,
    clerk: Clerk,
    Path((sender, serial)): Path<(String, u64)>,
    Body(typed): Body<Typed>,
) -> Result<Response, Trouble> {
    let message = waiting(&app, &clerk, &sender, serial).await?;
    let organ = clerk.organ(&[Role::Organ])?;
    let (who, verb, reference) = (Who::of(&clerk.account), verb(), message.reference);
    let came = step(
        &app,
        true,
        Some(&verb),
        VERB.to_owned(),
        typed,
        move |desk, mut given| {
            let upheld = given.line("outcome") == "upheld";
            let document = given.document(organ);
            given.finish()?;
            desk.review(&who, reference, upheld, document)
        },
    )
    .await?;
    match came {
        Came::Done(()) => Ok(Redirect::to("/desk/exchange?done=1").into_response()),
        Came::Check(filled) => {
            let action = place(&message);
            Ok(once_more(
                frame,
                clerk,
                Noun::Notice,
                Some(&verb),
                action,
                &filled,
            ))
        }
        Came::Back(filled) => {
            let status = status(&filled);
            let shown = answer(&app, frame, clerk, message, filled);
            Ok((status, shown).into_response())
        }
    }
}
