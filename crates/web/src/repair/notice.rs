//! `/desk/serving/{record}`: the notice of repair to be printed, and the delivery to be entered.

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
use desk::procedure::{Hand, NotDone, Noun, Verb, Who};
use desk::repair::{Served, fields};
use desk::{Desk, Fault};

const VERB: &str = "serve";
/// Records of one organ that are looked through for one that is not served yet.
const UNTOLD: usize = 5_000;

/// The notice, or why the law gives none.
struct Notice {
    served: Result<Served, String>,
    /// Not served yet, and the reader's to serve.
    owed: bool,
    basis: Option<Cite>,
    term: Option<Cite>,
    unrepairable: Option<Cite>,
}

#[derive(Template)]
#[template(path = "repair/notice.html")]
struct Page {
    frame: Frame,
    clerk: Clerk,
    notice: Notice,
    forms: Vec<Form>,
    filled: Filled,
}

impl Page {
    fn faults(&self) -> Vec<(String, String)> {
        faults(&self.forms, &self.filled)
    }
}

pub(crate) async fn notice(
    State(app): State<App>,
    frame: Frame,
    clerk: Clerk,
    Path(record): Path<u64>,
) -> Result<Response, Trouble> {
    answer(&app, frame, clerk, record, Filled::default()).await
}

fn verb() -> Verb {
    Verb::new(VERB, "登记一并送达", Hand::Organ, fields())
}

async fn answer(
    app: &App,
    frame: Frame,
    clerk: Clerk,
    record: u64,
    filled: Filled,
) -> Result<Response, Trouble> {
    clerk.may(&[Role::Organ, Role::Office])?;
    let who = Who::of(&clerk.account);
    let notice = app.read(move |desk| read(desk, &who, record)).await?;
    let notice = notice.ok_or_else(missing)?;
    let forms = match notice.owed {
        true => {
            let action = format!("/desk/serving/{record}");
            vec![Form::of(Noun::Notice, &verb(), action, Some(&filled))]
        }
        false => Vec::new(),
    };
    Ok(page(Page {
        frame,
        clerk,
        notice,
        forms,
        filled,
    }))
}

fn missing() -> Trouble {
    let text = "没有这条记录，或者它不由本单位认定，或者已经不再产生影响。";
    Trouble::Missing(text.to_owned())
}

/// The notice as its reader may see it: an organ those of its own records.
fn read(desk: &Desk, who: &Who, record: u64) -> Result<Option<Notice>, Fault> {
    let own = |organ| who.is_office() || who.organ() == Some(organ);
    let law = desk.law();
    let cite = |basis| Cite::of(&law, basis);
    match desk.repair_notice(record)? {
        None => Ok(None),
        Some(Ok(served)) if own(served.burden.organ) => {
            let untold = desk.store.untold(Some(&served.burden.organ), UNTOLD)?;
            // Past so many the decision itself says that it was served before.
            let owed = untold.len() == UNTOLD || untold.iter().any(|one| one.seq == record);
            let owed = owed && who.organ() == Some(served.burden.organ);
            Ok(Some(Notice {
                owed,
                basis: Some(cite(&served.notice.basis)),
                term: Some(cite(&served.burden.basis)),
                unrepairable: served
                    .notice
                    .unrepairable
                    .as_ref()
                    .map(|why| cite(&why.basis)),
                served: Ok(served),
            }))
        }
        Some(Ok(_)) => Ok(None),
        Some(Err(NotDone::Fault(fault))) => Err(fault),
        Some(Err(no)) => {
            let standing = desk.store.record(record)?;
            Ok(standing.filter(|one| own(one.organ)).map(|_| Notice {
                served: Err(no.text()),
                owed: false,
                basis: None,
                term: None,
                unrepairable: None,
            }))
        }
    }
}

pub(crate) async fn serve(
    State(app): State<App>,
    frame: Frame,
    clerk: Clerk,
    Path(record): Path<u64>,
    Body(typed): Body<Typed>,
) -> Result<Response, Trouble> {
    clerk.organ(&[Role::Organ])?;
    let who = Who::of(&clerk.account);
    let asking = who.clone();
    let known = app.read(move |desk| read(desk, &asking, record)).await?;
    known.ok_or_else(missing)?;
    let verb = verb();
    let run = move |desk: &Desk, given| desk.serve_repair_notice(&who, record, given);
    match step(&app, true, Some(&verb), VERB.to_owned(), typed, run).await? {
        Came::Done(_) => {
            Ok(Redirect::to(&format!("/desk/serving?served={record}")).into_response())
        }
        Came::Check(filled) => {
            let action = format!("/desk/serving/{record}");
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
            let shown = answer(&app, frame, clerk, record, filled).await?;
            Ok((status, shown).into_response())
        }
    }
}
