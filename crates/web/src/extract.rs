//! Extractors of the API: what cannot be read is a problem in Chinese, never a bare text.

use crate::problem::Problem;
use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

/// A JSON body.
#[derive(Debug)]
pub(crate) struct Json<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        match axum::Json::<T>::from_request(request, state).await {
            Ok(axum::Json(value)) => Ok(Self(value)),
            Err(rejection) => Err(unreadable(&rejection)),
        }
    }
}

fn unreadable(rejection: &JsonRejection) -> Problem {
    let (title, remedy) = match rejection {
        JsonRejection::MissingJsonContentType(_) => {
            ("请求类型有误", "Content-Type 须为 application/json")
        }
        JsonRejection::JsonDataError(_) => ("字段有误", "对照接口文档核对字段名称和类型"),
        JsonRejection::BytesRejection(_) => ("请求体过大或中断", "减小请求体后重试"),
        _ => ("JSON 无法识别", "核对 JSON 语法"),
    };
    Problem::new(rejection.status(), "BAD_BODY", title, rejection.body_text()).remedy(remedy)
}

/// The query of an address.
#[derive(Debug)]
pub(crate) struct Asked<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Asked<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let read = Query::<T>::from_request_parts(parts, state).await;
        read.map(|Query(value)| Self(value)).map_err(|rejection| {
            Problem::new(
                StatusCode::BAD_REQUEST,
                "BAD_QUERY",
                "查询参数有误",
                rejection.body_text(),
            )
            .remedy("对照接口文档核对参数")
        })
    }
}

/// A part of the path.
#[derive(Debug)]
pub(crate) struct Part<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Part<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let read = Path::<T>::from_request_parts(parts, state).await;
        read.map(|Path(value)| Self(value))
            .map_err(|rejection| Problem::missing(rejection.body_text()))
    }
}
