//! `/desk/procedures/{id}`: where a procedure stands, its clocks, its steps, and what can be done.

use super::form::{Filled, Form};
use super::list::ROLES;
use crate::account::Clerk;
use crate::cite::Cite;
use crate::frame::Frame;
use crate::house::App;
use crate::trouble::{Trouble, page};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use desk::ports::Row;
use desk::procedure::view::StepLine;
use desk::procedure::{Case, Clock, Fact, Noun, View, Who};
use desk::{Desk, Fault};
use serde::Deserialize;

/// A procedure with its articles in words, and where its reader can go from it.
pub(crate) struct Shown {
    pub view: View,
    pub noun: Noun,
    pub facts: Vec<(Fact, Option<Cite>)>,
    pub clocks: Vec<(Clock, Cite)>,
    pub steps: Vec<(StepLine, Vec<Cite>)>,
    /// Text and address.
    pub links: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "procedure/show.html")]
struct Page {
    frame: Frame,
    clerk: Clerk,
    shown: Shown,
    forms: Vec<Form>,
    filled: Filled,
    /// The entry that was just written.
    entry: Option<u64>,
}

impl Page {
    /// What is wrong, each with the place of its field where the form has it.
    fn faults(&self) -> Vec<(String, String)> {
        faults(&self.forms, &self.filled)
    }

    fn name(&self, code: &domain::code::Code) -> String {
        let known = self.shown.view.names.get(code.as_str());
        known.cloned().unwrap_or_else(|| code.to_string())
    }
}

/// What is wrong in a form that came back, each with the place of its field.
pub(crate) fn faults(forms: &[Form], filled: &Filled) -> Vec<(String, String)> {
    let inputs = || {
        let mine = forms.iter().filter(|form| form.verb == filled.verb);
        mine.flat_map(|form| &form.inputs)
    };
    let wrong = filled.wrong.iter();
    wrong
        .map(|one| {
            let input = inputs().find(|input| input.key == one.field);
            (
                one.text.clone(),
                input.map(super::form::Input::place).unwrap_or_default(),
            )
        })
        .collect()
}

#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    entry: Option<u64>,
}

pub(crate) async fn show(
    State(app): State<App>,
    frame: Frame,
    clerk: Clerk,
    Path(id): Path<u64>,
    Query(asked): Query<Asked>,
) -> Result<Response, Trouble> {
    answer(&app, frame, clerk, id, Filled::default(), asked.entry).await
}

/// The page, with a form that came back.
pub(super) async fn answer(
    app: &App,
    frame: Frame,
    clerk: Clerk,
    id: u64,
    filled: Filled,
    entry: Option<u64>,
) -> Result<Response, Trouble> {
    clerk.may(&ROLES)?;
    let who = Who::of(&clerk.account);
    let home = clerk.home();
    let shown = app.read(move |desk| shown(desk, &who, home, id)).await?;
    let shown = shown.ok_or_else(|| missing(id))?;
    let action = |verb: &str| format!("{home}/procedures/{id}/{verb}");
    let verbs = shown.view.verbs.iter();
    let forms: Vec<Form> = verbs
        .map(|verb| Form::of(shown.noun, verb, action(verb.word), Some(&filled)))
        .collect();
    let written = |entry: &u64| shown.view.steps.iter().any(|step| step.entry == *entry);
    Ok(page(Page {
        entry: entry.filter(written),
        frame,
        clerk,
        forms,
        filled,
        shown,
    }))
}

pub(super) fn missing(id: u64) -> Trouble {
    Trouble::Missing(format!(
        "没有编号为 {id} 的办理事项，或者它不由当前账号办理。"
    ))
}

/// A procedure as its reader may see it; `None` where it is not there, or not theirs.
pub(crate) fn shown(desk: &Desk, who: &Who, home: &str, id: u64) -> Result<Option<Shown>, Fault> {
    let Some(view) = desk.view(who, id)? else {
        return Ok(None);
    };
    let Some(noun) = Noun::read(&view.row.noun) else {
        return Ok(None);
    };
    let law = desk.law();
    let cite = |basis| Cite::of(&law, basis);
    let facts = view.facts.iter();
    let clocks = view.clocks.iter();
    let steps = view.steps.iter();
    Ok(Some(Shown {
        facts: facts
            .map(|fact| (fact.clone(), fact.basis.as_ref().map(cite)))
            .collect(),
        clocks: clocks
            .map(|clock| (clock.clone(), cite(&clock.basis)))
            .collect(),
        steps: steps
            .map(|step| (step.clone(), step.bases.iter().map(cite).collect()))
            .collect(),
        links: links(desk, who, home, &view.row)?,
        noun,
        view,
    }))
}

/// What lies beside a procedure: what it is about, and what can be begun from it.
fn links(desk: &Desk, who: &Who, home: &str, row: &Row) -> Result<Vec<(String, String)>, Fault> {
    let mut links = Vec::new();
    if let Some(about) = row.about {
        if let Some((about, _)) = desk.seen(who, about)? {
            let name = Noun::read(&about.noun).map_or("", Noun::name);
            links.push((
                format!("所涉{name}（编号 {}）", about.id),
                format!("{home}/procedures/{}", about.id),
            ));
        } else if desk.store.shown(about)?.is_some() {
            links.push((
                format!("所涉记录（编号 {about}）"),
                format!("/record/{about}"),
            ));
        }
    }
    if row.noun == Noun::Listing.word()
        && let Some((_, Case::Listing(listing))) = desk.seen(who, row.id)?
        && listing.effective(row.id, desk.clock.today()).is_some()
    {
        for verb in desk.beginnings(who, Noun::Measure, None)? {
            let href = format!(
                "/desk/procedures/new/measure?of={}#form-{}",
                row.id, verb.word
            );
            links.push((verb.name.to_owned(), href));
        }
    }
    Ok(links)
}
