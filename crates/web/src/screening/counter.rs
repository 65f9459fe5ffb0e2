//! `/counter`: the look-up page of the service hall, by keyboard alone.

use super::code::extract;
use super::receipt::View;
use super::sheet::screen;
use crate::account::Clerk;
use crate::frame::Frame;
use crate::house::App;
use crate::portal::candidates;
use crate::trouble::{Trouble, page};
use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use desk::ports::{Hit, Role};
use domain::code::is_citizen_id;
use domain::screening::Question;
use law::Matter;
use serde::Deserialize;

const ROLES: [Role; 2] = [Role::Counter, Role::Organ];
const HITS: usize = 12;

#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    q: String,
    #[serde(default)]
    matter: String,
    #[serde(default)]
    case_no: String,
    #[serde(default)]
    stage: String,
}

/// What is wrong with the form: the field and the sentence.
type Fault = (&'static str, &'static str);

#[derive(Template)]
#[template(path = "screening/counter.html")]
struct Page {
    frame: Frame,
    clerk: Clerk,
    matters: Vec<Matter>,
    asked: Asked,
    faults: Vec<Fault>,
    hits: Option<Vec<Hit>>,
}

#[derive(Template)]
#[template(path = "screening/degraded.html")]
struct Degraded {
    frame: Frame,
    clerk: Clerk,
    view: View,
}

impl Page {
    fn new(app: &App, frame: Frame, clerk: Clerk, asked: Asked) -> Self {
        let matters = app.desk().law().matters().to_vec();
        Self {
            frame,
            clerk,
            matters,
            asked,
            faults: Vec::new(),
            hits: None,
        }
    }

    fn fault(&self, field: &str) -> Option<&'static str> {
        self.faults
            .iter()
            .find(|(name, _)| *name == field)
            .map(|(_, text)| *text)
    }
}

pub(crate) async fn form(
    State(app): State<App>,
    frame: Frame,
    clerk: Clerk,
) -> Result<Response, Trouble> {
    clerk.may(&ROLES)?;
    Ok(page(Page::new(&app, frame, clerk, Asked::default())))
}

pub(crate) async fn ask(
    State(app): State<App>,
    frame: Frame,
    clerk: Clerk,
    Form(asked): Form<Asked>,
) -> Result<Response, Trouble> {
    let organ = clerk.organ(&ROLES)?;
    let faults = faults(&asked);
    let code = extract(&asked.q);
    if !faults.is_empty() || code.is_none() {
        return again(app, frame, clerk, asked, faults).await;
    }
    let question = Question {
        code: code.map(|code| code.to_string()).unwrap_or_default(),
        matter: asked.matter,
        case_no: asked.case_no.trim().to_owned(),
        stage: asked.stage.trim().to_owned(),
        caller: clerk.account.name.clone(),
        organ: organ.to_string(),
    };
    match screen(&app, &clerk.actor(), question.clone()).await {
        Ok(receipt) => Ok(Redirect::to(&format!("/counter/{}", receipt.entry.seq)).into_response()),
        Err(fault) => {
            tracing::error!(%fault, "screening answered without ledger");
            let view = View::of(&app.desk().law(), app.desk().degraded_sheet(question)?);
            let page = page(Degraded { frame, clerk, view });
            Ok((StatusCode::SERVICE_UNAVAILABLE, page).into_response())
        }
    }
}

/// Shows the form again, with what is wrong or with the entities a name may mean.
async fn again(
    app: App,
    frame: Frame,
    clerk: Clerk,
    asked: Asked,
    faults: Vec<Fault>,
) -> Result<Response, Trouble> {
    let text: String = asked.q.split_whitespace().collect();
    let hits = match faults.iter().any(|(field, _)| *field == "q") {
        true => None,
        false => Some(app.read(move |desk| candidates(desk, &text, HITS)).await?),
    };
    let status = if faults.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let page_of = Page {
        faults,
        hits,
        ..Page::new(&app, frame, clerk, asked)
    };
    Ok((status, page(page_of)).into_response())
}

fn faults(asked: &Asked) -> Vec<Fault> {
    let mut faults = Vec::new();
    if asked.q.trim().is_empty() {
        faults.push(("q", "请输入或扫描统一社会信用代码，或者输入名称"));
    } else if is_citizen_id(asked.q.trim()) {
        faults.push(("q", "这是公民身份号码；窗口核验只查询单位，不查询个人"));
    }
    if asked.matter.is_empty() {
        faults.push(("matter", "请选择办理事项：核查必须写明目的"));
    }
    if asked.case_no.trim().is_empty() {
        faults.push(("case_no", "请填写案件编号：回执号要写入案卷"));
    }
    faults
}
