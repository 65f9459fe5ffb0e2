//! `POST /field/sync`: one sheet of a phone, as often as the phone likes.

use super::who;
use crate::account::Clerk;
use crate::cite::Cite;
use crate::extract::Json;
use crate::house::App;
use crate::problem::Problem;
use crate::trouble::Trouble;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use desk::procedure::{NotDone, Who};
use desk::visit::field::{FieldSheet, Synced};
use desk::{Desk, Fault};
use serde::{Deserialize, Serialize};

/// What became of a sheet.
#[derive(Debug, Serialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
enum Answer {
    /// It stands in the ledger, by this sending or by an earlier one.
    Done(Synced),
    /// The same sheet will be refused again, unless something changes.
    Refused {
        text: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        article: Option<Article>,
    },
}

/// By which the law says no.
#[derive(Debug, Serialize)]
struct Article {
    text: String,
    href: String,
}

/// Whose phone it was when the sheet was filled in.
#[derive(Debug, Deserialize)]
pub(crate) struct Owner {
    account: String,
}

pub(crate) async fn sync(
    State(app): State<App>,
    clerk: Result<Clerk, Trouble>,
    Query(owner): Query<Owner>,
    sheet: Result<Json<FieldSheet>, Problem>,
) -> Result<Response, Problem> {
    let who = who(clerk)?;
    if who.account != owner.account {
        let text = format!("当前登录的不是账号“{}”，没有上传", owner.account);
        return Err(Problem::new(
            StatusCode::UNAUTHORIZED,
            "OTHER_ACCOUNT",
            "请先登录",
            text,
        ));
    }
    let Json(sheet) = sheet?;
    let came = app.read(move |desk| Ok(take(desk, &who, sheet))).await?;
    let (status, answer) = match came {
        Ok(synced) => (StatusCode::OK, Answer::Done(synced)),
        Err(NotDone::Fault(fault)) => return Err(fault.into()),
        Err(NotDone::Refused { text, basis }) => {
            let article = basis.map(|basis| Cite::of(&app.desk().law(), &basis));
            let article = article.map(|cite| Article {
                text: format!("《{}》{}", cite.title, cite.article),
                href: cite.href,
            });
            (StatusCode::CONFLICT, Answer::Refused { text, article })
        }
        Err(other) => {
            let status = match other {
                NotDone::Forbidden(_) => StatusCode::FORBIDDEN,
                NotDone::Missing(_) => StatusCode::NOT_FOUND,
                _ => StatusCode::UNPROCESSABLE_ENTITY,
            };
            let (text, article) = (other.text(), None);
            (status, Answer::Refused { text, article })
        }
    };
    Ok((status, axum::Json(answer)).into_response())
}

/// The entries of a sheet that was handed in before are looked up, so that the phone can show them.
fn take(desk: &Desk, who: &Who, sheet: FieldSheet) -> Result<Synced, NotDone> {
    let client = sheet.client.clone();
    let device = sheet.begin.as_ref().map(|begin| begin.device.clone());
    let mut synced = desk.field_sync(who, sheet)?;
    if synced.already {
        let kept: Result<_, Fault> = desk.field_entries(synced.visit, &client, device.as_deref());
        synced.entries = kept?;
    }
    Ok(synced)
}
