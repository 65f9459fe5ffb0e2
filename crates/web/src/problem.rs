//! Errors of the API: RFC 9457 problem details, in Chinese, with a remedy.

use crate::trouble::Trouble;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use desk::procedure::{NotDone, Wrong};
use domain::basis::Basis;
use serde::Serialize;

/// Why a call was not answered.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub(crate) struct Problem {
    /// Address that names the kind of problem.
    #[serde(rename = "type")]
    #[schema(value_type = String)]
    pub kind: Box<str>,
    pub title: &'static str,
    pub status: u16,
    /// Stable word for programs.
    pub code: &'static str,
    /// The field it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<&'static str>,
    pub detail: String,
    /// What to do about it.
    pub remedy: &'static str,
    /// What only forms and decisions have to say; apart, because a problem is handed around by value.
    #[serde(flatten)]
    pub more: Option<Box<More>>,
}

/// What is wrong with a form, or by which article the law says no.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub(crate) struct More {
    /// Everything that is wrong in a form, field by field.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<Object>)]
    fields: Vec<Wrong>,
    /// The article by which the law says no.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    basis: Option<Basis>,
}

impl Problem {
    pub fn new(
        status: StatusCode,
        code: &'static str,
        title: &'static str,
        detail: impl Into<String>,
    ) -> Self {
        Self {
            kind: format!("/api#{code}").into(),
            title,
            status: status.as_u16(),
            code,
            field: None,
            detail: detail.into(),
            remedy: "",
            more: None,
        }
    }

    pub fn field(mut self, field: &'static str) -> Self {
        self.field = Some(field);
        self
    }

    pub fn remedy(mut self, remedy: &'static str) -> Self {
        self.remedy = remedy;
        self
    }

    pub fn bad(field: &'static str, detail: impl Into<String>, remedy: &'static str) -> Self {
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "INVALID_FIELD",
            "字段有误",
            detail,
        )
        .field(field)
        .remedy(remedy)
    }

    pub fn missing(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "NOT_FOUND", "没有找到", detail).remedy("核对地址中的编号")
    }

    pub fn forbidden(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "FORBIDDEN", "没有权限", detail)
            .remedy("使用有相应职责的账号")
    }

    /// R9: what is not public is answered for a matter and a case only.
    pub fn purpose(field: &'static str) -> Self {
        let detail = "核查必须写明事项和案件编号，否则不予答复";
        Self::new(
            StatusCode::FORBIDDEN,
            "PURPOSE_MISSING",
            "缺少查询目的",
            detail,
        )
        .field(field)
        .remedy("填写 matter（事项代码）和 case_no（案件编号）")
    }
}

impl From<Trouble> for Problem {
    fn from(trouble: Trouble) -> Self {
        let notice = trouble.notice();
        let (code, remedy) = match trouble {
            Trouble::Fault(_) => ("FAULT", "稍后重试；仍然失败时把故障编号告诉管理单位"),
            Trouble::Missing(_) => ("NOT_FOUND", "核对地址中的编号"),
            Trouble::Forbidden(_) => ("FORBIDDEN", "使用有相应职责的账号"),
            Trouble::Login(_) => ("UNAUTHENTICATED", "在 Authorization 头中带上 Bearer 密钥"),
            Trouble::Bad(_) => ("BAD_REQUEST", "按接口文档改正请求"),
            Trouble::TooMany => ("TOO_MANY_REQUESTS", "降低查询频率"),
        };
        Self::new(notice.status, code, notice.title, notice.text).remedy(remedy)
    }
}

impl From<NotDone> for Problem {
    fn from(not_done: NotDone) -> Self {
        let text = not_done.text();
        match not_done {
            NotDone::Wrong(fields) => Self {
                more: Some(Box::new(More {
                    fields,
                    basis: None,
                })),
                ..Self::new(
                    StatusCode::UNPROCESSABLE_ENTITY,
                    "INVALID_FORM",
                    "填写有误",
                    text,
                )
                .remedy("按 fields 逐项改正后重新提交")
            },
            NotDone::Refused { basis, .. } => Self {
                more: Some(Box::new(More {
                    fields: Vec::new(),
                    basis,
                })),
                ..Self::new(StatusCode::CONFLICT, "REFUSED", "依法不能办理", text)
                    .remedy("按说明的理由和条文处理；这次请求已写入账本")
            },
            NotDone::Forbidden(text) => Self::forbidden(text),
            NotDone::Missing(text) => Self::missing(text),
            NotDone::Fault(fault) => fault.into(),
        }
    }
}

impl From<desk::Fault> for Problem {
    fn from(fault: desk::Fault) -> Self {
        Trouble::Fault(fault).into()
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_vec(&self).unwrap_or_default();
        let mut response = (status, body).into_response();
        let kind = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
        if status == StatusCode::UNAUTHORIZED {
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}
