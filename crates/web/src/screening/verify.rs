//! `/verify`: anybody may check a receipt.

use super::receipt::{View, read_back, time};
use crate::frame::Frame;
use crate::house::App;
use crate::trouble::{Trouble, page};
use askama::Template;
use axum::extract::multipart::Multipart;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use desk::screening::{Holds, verify as holds};
use serde::Deserialize;

/// What a check of a pasted or uploaded receipt found.
enum Checked {
    Nothing,
    Holds {
        number: String,
        size: u64,
        view: Box<View>,
    },
    Fails(String),
}

#[derive(Template)]
#[template(path = "screening/verify.html")]
struct Page {
    frame: Frame,
    key: String,
    checked: Checked,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    number: String,
}

pub(crate) async fn verify_form(
    State(app): State<App>,
    frame: Frame,
    Query(asked): Query<Asked>,
) -> Response {
    let number = asked.number.trim();
    if !number.is_empty() && !number.contains(['?', '#', '%', ' ']) {
        return Redirect::to(&format!("/verify/{number}")).into_response();
    }
    page(Page {
        frame,
        key: app.web.key.clone(),
        checked: Checked::Nothing,
    })
}

pub(crate) async fn verify(
    State(app): State<App>,
    frame: Frame,
    mut form: Multipart,
) -> Result<Response, Trouble> {
    let bad = |_| Trouble::Bad("文件没有完整送达，请重新上传。".to_owned());
    let mut text = String::new();
    while let Some(field) = form.next_field().await.map_err(bad)? {
        let given = field.text().await.map_err(bad)?;
        if !given.trim().is_empty() {
            text = given;
        }
    }
    let checked = if text.is_empty() {
        Checked::Fails("请上传回执文件，或把回执内容粘贴进来".to_owned())
    } else {
        check(&app, &text)
    };
    Ok(page(Page {
        frame,
        key: app.web.key.clone(),
        checked,
    }))
}

fn check(app: &App, text: &str) -> Checked {
    let Some(verifier) = &app.verifier else {
        return Checked::Fails("本站没有配置账本公钥，不能在线核验".to_owned());
    };
    match holds(text, verifier) {
        Ok(Holds {
            number,
            sheet,
            size,
            ..
        }) => Checked::Holds {
            number,
            size,
            view: Box::new(View::of(&app.desk().law(), sheet)),
        },
        Err(fails) => Checked::Fails(fails.to_string()),
    }
}

/// What anybody may know of a receipt by its number: that it exists and that it stands in the ledger.
struct Found {
    day: String,
    law: String,
    proved: bool,
}

#[derive(Template)]
#[template(path = "screening/number.html")]
struct Number {
    frame: Frame,
    number: String,
    found: Option<Found>,
}

/// `/verify/{number}`
pub(crate) async fn number(
    State(app): State<App>,
    frame: Frame,
    Path(number): Path<String>,
) -> Result<Response, Trouble> {
    let asked = number.clone();
    let receipt = app
        .read(move |desk| {
            let (origin, seq) = asked.rsplit_once('/').unwrap_or(("", &asked));
            let ours = origin.is_empty() || origin == desk.store.origin();
            let seq = seq.parse().ok().filter(|_| ours);
            seq.map_or(Ok(None), |seq| read_back(desk, seq))
        })
        .await?;
    let found = receipt.map(|receipt| {
        let text = serde_json::to_string(&receipt).unwrap_or_default();
        let proved = app
            .verifier
            .as_ref()
            .is_some_and(|key| holds(&text, key).is_ok());
        Found {
            day: time(receipt.entry.at),
            law: receipt.entry.law,
            proved,
        }
    });
    Ok(page(Number {
        frame,
        number,
        found,
    }))
}
