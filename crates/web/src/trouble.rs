//! What can stand between a reader and a page, and how it is told.

use crate::frame::Frame;
use crate::house::App;
use askama::Template;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Redirect, Response};
use desk::{Fault, Place};
use std::sync::atomic::{AtomicU64, Ordering};

/// Why there is no page.
#[derive(Debug)]
pub(crate) enum Trouble {
    Fault(Fault),
    /// The sentence says what is not there.
    Missing(String),
    Forbidden(String),
    /// Log in first, then come back to this address.
    Login(String),
    Bad(String),
    TooMany,
}

impl From<Fault> for Trouble {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// The sentence of an error page; the middleware dresses it in the frame of the site.
#[derive(Debug, Clone)]
pub(crate) struct Notice {
    pub status: StatusCode,
    pub title: &'static str,
    pub text: String,
}

static FAULTS: AtomicU64 = AtomicU64::new(1);

impl Trouble {
    pub fn notice(&self) -> Notice {
        let (status, title, text) = match self {
            Self::Fault(fault) => return broken(fault),
            Self::Missing(text) => (StatusCode::NOT_FOUND, "没有找到", text.clone()),
            Self::Forbidden(text) => (StatusCode::FORBIDDEN, "没有权限", text.clone()),
            Self::Login(_) => (
                StatusCode::UNAUTHORIZED,
                "请先登录",
                "请先登录。".to_owned(),
            ),
            Self::Bad(text) => (StatusCode::BAD_REQUEST, "请求有误", text.clone()),
            Self::TooMany => (
                StatusCode::TOO_MANY_REQUESTS,
                "查询过于频繁",
                "同一地址短时间内的查询次数过多，请稍候再试。".to_owned(),
            ),
        };
        Notice {
            status,
            title,
            text,
        }
    }
}

/// The cause goes to the operator's log; the reader gets its number.
fn broken(fault: &Fault) -> Notice {
    let number = FAULTS.fetch_add(1, Ordering::Relaxed);
    tracing::error!(number, %fault, "request failed");
    let status = match fault.place {
        Place::Busy => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    };
    let text =
        format!("系统出现故障，本次操作没有生效。故障编号 {number}，请稍后再试或联系管理单位。");
    Notice {
        status,
        title: "系统故障",
        text,
    }
}

impl IntoResponse for Trouble {
    fn into_response(self) -> Response {
        if let Self::Login(back) = &self {
            return Redirect::to(&format!("/login?back={back}")).into_response();
        }
        let notice = self.notice();
        let mut response = notice.status.into_response();
        response.extensions_mut().insert(notice);
        response
    }
}

#[derive(Template)]
#[template(path = "trouble.html")]
struct Page {
    frame: Frame,
    notice: Notice,
}

/// Dresses the notice of an answer, if it has one.
pub(crate) async fn dress(State(app): State<App>, request: Request, next: Next) -> Response {
    let frame = Frame::of(&app, request.headers(), request.uri());
    let mut response = next.run(request).await;
    if let Some(notice) = response.extensions_mut().remove::<Notice>() {
        let status = notice.status;
        let mut dressed = (status, page(Page { frame, notice })).into_response();
        if status == StatusCode::TOO_MANY_REQUESTS {
            dressed
                .headers_mut()
                .insert(header::RETRY_AFTER, header::HeaderValue::from_static("10"));
        }
        return dressed;
    }
    response
}

/// Answers everything that has no route.
pub(crate) async fn nowhere() -> Trouble {
    Trouble::Missing("这个地址没有页面。".to_owned())
}

/// Renders a page.
pub(crate) fn page(template: impl Template) -> Response {
    match template.render() {
        Ok(text) => Html(text).into_response(),
        Err(error) => Trouble::Fault(Fault::broken(error.to_string())).into_response(),
    }
}
