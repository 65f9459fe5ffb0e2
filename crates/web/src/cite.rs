//! A legal basis as a reader sees it, and spans of time in words.

use domain::basis::Basis;
use jiff::Span;
use law::Pack;
use serde::Serialize;

/// A basis with the title and the address of its statute.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub(crate) struct Cite {
    /// 法规名称
    pub title: String,
    /// 条
    pub article: String,
    /// Where the text can be read.
    pub href: String,
    /// Whether a person compared the rule with the statute's own words.
    pub confirmed: bool,
}

impl Cite {
    pub fn of(law: &Pack, basis: &Basis) -> Self {
        let title = law
            .statute(&basis.statute)
            .map(|statute| statute.title.clone());
        Self {
            title: title.unwrap_or_else(|| basis.statute.to_string()),
            article: basis.article.to_string(),
            href: format!("/law/{}#{}", basis.statute, basis.article),
            confirmed: basis.confirmed,
        }
    }
}

/// A span in Chinese.
pub(crate) fn span(span: Span) -> String {
    let parts = [
        (i64::from(span.get_years()), "年"),
        (i64::from(span.get_months()), "个月"),
        (i64::from(span.get_weeks()), "周"),
        (i64::from(span.get_days()), "日"),
    ];
    let text: String = parts
        .iter()
        .filter(|(count, _)| *count != 0)
        .map(|(count, unit)| format!("{count} {unit}"))
        .collect();
    if text.is_empty() {
        "不限".to_owned()
    } else {
        text
    }
}
