//! `/desk/procedures/new/{noun}`: begins a procedure. What a form offers follows from what it is about, so
//! a list, or the listing a measure rests on, is chosen first.

use super::act::{Came, once_more, status, step};
use super::form::{Filled, Form, Typed, asked_twice};
use super::list::ROLES;
use super::show::faults;
use crate::account::Clerk;
use crate::cite::Cite;
use crate::frame::Frame;
use crate::house::App;
use crate::trouble::{Trouble, page};
use askama::Template;
use axum::Form as Body;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use desk::procedure::{Case, Choice, Kind, Noun, Verb, Who, fold};
use desk::{Desk, Fault};
use domain::code::Code;
use domain::commitment::{Bar, Eligibility};
use jiff::civil::Date;
use law::Pack;
use serde::Deserialize;

#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Asked {
    /// A list, a matter, a listing or a record.
    #[serde(default)]
    of: String,
    /// Whose commitment might be taken.
    #[serde(default)]
    entity: String,
}

/// What stands above the forms.
#[derive(Debug, Default)]
struct About {
    /// The listing a measure rests on, in words.
    listing: Option<String>,
    /// Whether an entity may promise, and what stands in the way (R15).
    eligible: Option<Eligible>,
}

#[derive(Debug)]
struct Eligible {
    name: String,
    granted: bool,
    /// What stands in the way, each with its article.
    bars: Vec<(String, Option<Cite>)>,
    /// First day on which nothing does any more.
    again: Option<Date>,
}

#[derive(Template)]
#[template(path = "procedure/new.html")]
struct Page {
    frame: Frame,
    clerk: Clerk,
    noun: Noun,
    /// Lists or matters to choose from before there is a form.
    choices: Vec<Choice>,
    /// A number has to be named first.
    number: bool,
    about: About,
    forms: Vec<Form>,
    filled: Filled,
}

impl Page {
    fn faults(&self) -> Vec<(String, String)> {
        faults(&self.forms, &self.filled)
    }
}

pub(crate) async fn form(
    State(app): State<App>,
    frame: Frame,
    clerk: Clerk,
    Path(noun): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Trouble> {
    clerk.may(&ROLES)?;
    let noun = read(&noun)?;
    answer(&app, frame, clerk, noun, asked, Filled::default()).await
}

fn read(noun: &str) -> Result<Noun, Trouble> {
    let unknown = || Trouble::Missing("没有这一类办理事项。".to_owned());
    Noun::read(noun).ok_or_else(unknown)
}

async fn verbs(app: &App, who: &Who, noun: Noun, of: &str) -> Result<Vec<Verb>, Trouble> {
    let (who, of) = (who.clone(), of.trim().to_owned());
    let verbs = app
        .read(move |desk| {
            desk.beginnings(&who, noun, Some(of.as_str()).filter(|of| !of.is_empty()))
        })
        .await?;
    if verbs.is_empty() {
        return Err(Trouble::Forbidden(format!(
            "“{}”不由当前账号开始办理。",
            noun.name()
        )));
    }
    Ok(verbs)
}

async fn answer(
    app: &App,
    frame: Frame,
    clerk: Clerk,
    noun: Noun,
    asked: Asked,
    filled: Filled,
) -> Result<Response, Trouble> {
    let who = Who::of(&clerk.account);
    let verbs = verbs(app, &who, noun, &asked.of).await?;
    let waits = asked.of.trim().is_empty() && !filled.failed();
    let choices = match noun {
        Noun::Listing | Noun::Commitment if waits => chosen_first(&verbs),
        _ => Vec::new(),
    };
    let number = noun == Noun::Measure && waits;
    let (look, law_asked) = (noun, asked.clone());
    let about = app.read(move |desk| about(desk, look, &law_asked)).await?;
    let forms = match choices.is_empty() && !number {
        true => verbs
            .iter()
            .map(|verb| form_of(clerk.home(), noun, verb, &asked.of, &filled))
            .collect(),
        false => Vec::new(),
    };
    Ok(page(Page {
        frame,
        clerk,
        noun,
        choices,
        number,
        about,
        forms,
        filled,
    }))
}

fn form_of(home: &str, noun: Noun, verb: &Verb, of: &str, filled: &Filled) -> Form {
    let action = action(home, noun, verb.word, of);
    let form = Form::of(noun, verb, action, Some(filled));
    match key(noun) {
        Some(key) if !of.trim().is_empty() => form.with(key, of.trim()),
        _ => form,
    }
}

fn action(home: &str, noun: Noun, verb: &str, of: &str) -> String {
    let of = of.trim();
    format!("{home}/procedures/new/{}/{verb}?of={of}", noun.word())
}

/// The field that what the form is about goes into.
pub(super) fn key(noun: Noun) -> Option<&'static str> {
    Some(match noun {
        Noun::Listing | Noun::Attention => "list",
        Noun::Commitment => "matter",
        Noun::Measure => "listing",
        Noun::Repair | Noun::Objection => "record",
        _ => return None,
    })
}

/// The choices of the first field of a form that has any: the lists, or the matters.
fn chosen_first(verbs: &[Verb]) -> Vec<Choice> {
    let fields = verbs.iter().flat_map(|verb| &verb.fields);
    let mut choices = fields.filter_map(|field| match &field.kind {
        Kind::One(choices) if matches!(&*field.key, "list" | "matter") => Some(choices.clone()),
        _ => None,
    });
    choices.next().unwrap_or_default()
}

fn about(desk: &Desk, noun: Noun, asked: &Asked) -> Result<About, Fault> {
    let mut about = About::default();
    match noun {
        Noun::Measure => about.listing = listing(desk, asked.of.trim())?,
        Noun::Commitment => about.eligible = eligible(desk, asked)?,
        _ => {}
    }
    Ok(about)
}

/// A listing in force, in words; what is proposed is its organ's own business.
fn listing(desk: &Desk, of: &str) -> Result<Option<String>, Fault> {
    let Ok(id) = of.parse::<u64>() else {
        return Ok(None);
    };
    let Some(Case::Listing(listing)) = fold(id, &desk.store.steps(id)?)? else {
        return Ok(None);
    };
    let effective = listing.effective(id, desk.clock.today());
    Ok(effective.map(|effective| {
        let entry = effective.entry();
        let name = desk.name(&entry.entity).unwrap_or_default();
        format!(
            "{name}（{}），{}，{}，列入至 {}",
            entry.entity, entry.list_name, entry.document.number, entry.ends
        )
    }))
}

fn eligible(desk: &Desk, asked: &Asked) -> Result<Option<Eligible>, Fault> {
    let Some(code) = Code::read(asked.entity.trim()) else {
        return Ok(None);
    };
    let found = desk.commitment_eligibility(asked.of.trim(), &code)?;
    let law = desk.law();
    let name = desk.name(&code).unwrap_or_else(|| code.to_string());
    Ok(found.map(|found| match found {
        Eligibility::Eligible { basis } => Eligible {
            name,
            granted: true,
            bars: vec![(
                "没有不适用告知承诺的记录".to_owned(),
                Some(Cite::of(&law, &basis)),
            )],
            again: None,
        },
        Eligibility::Barred { bars, again } => Eligible {
            name,
            granted: false,
            bars: bars.iter().map(|bar| barred(&law, bar)).collect(),
            again,
        },
        Eligibility::Silent => Eligible {
            name,
            granted: false,
            bars: vec![("规则包没有规定，按一般程序办理".to_owned(), None)],
            again: None,
        },
    }))
}

fn barred(law: &Pack, bar: &Bar) -> (String, Option<Cite>) {
    let text = match &bar.record {
        Some(against) => format!("{}：{}", bar.clause.text, against.what),
        None => bar.clause.text.to_string(),
    };
    (text, Some(Cite::of(law, &bar.clause.basis)))
}

pub(crate) async fn begin(
    State(app): State<App>,
    frame: Frame,
    clerk: Clerk,
    Path((noun, verb)): Path<(String, String)>,
    Query(asked): Query<Asked>,
    Body(typed): Body<Typed>,
) -> Result<Response, Trouble> {
    clerk.may(&ROLES)?;
    let noun = read(&noun)?;
    let who = Who::of(&clerk.account);
    let verbs = verbs(&app, &who, noun, &asked.of).await?;
    let known = verbs.iter().find(|known| known.word == verb);
    let asking = who.clone();
    let (twice, word) = (asked_twice(noun, &verb), verb.clone());
    let came = step(&app, twice, known, verb, typed, move |desk, given| {
        desk.begin(&who, noun, &word, given)
    })
    .await?;
    let home = clerk.home();
    match came {
        Came::Done(done) => {
            let id = done.procedure;
            let seen = app
                .read(move |desk| Ok(desk.seen(&asking, id)?.is_some()))
                .await?;
            // What is said of a record alone is no procedure of its own.
            let place = if seen {
                format!("{home}/procedures/{id}?entry={id}")
            } else {
                format!("{home}/procedures?entry={id}")
            };
            Ok(Redirect::to(&place).into_response())
        }
        Came::Check(filled) => {
            let action = action(home, noun, &filled.verb, &asked.of);
            Ok(once_more(frame, clerk, noun, known, action, &filled))
        }
        Came::Back(filled) => {
            let status = status(&filled);
            let shown = answer(&app, frame, clerk, noun, asked, filled).await?;
            Ok((status, shown).into_response())
        }
    }
}
