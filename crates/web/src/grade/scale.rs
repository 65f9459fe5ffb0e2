//! `/scale`: the scale in full, for everybody (R58).

use super::view::ScaleView;
use crate::frame::Frame;
use crate::house::App;
use crate::trouble::page;
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use jiff::civil::Date;
use law::Pack;

/// A version of a scale, of earlier days, of now or of days to come.
struct Version {
    name: String,
    href: String,
    from: Date,
    until: Option<Date>,
    in_force: bool,
}

#[derive(Template)]
#[template(path = "grade/scale.html")]
struct Page {
    frame: Frame,
    views: Vec<ScaleView>,
    versions: Vec<Version>,
    digest: String,
}

pub(crate) async fn scale(State(app): State<App>, frame: Frame) -> Response {
    let law = app.desk().law();
    page(Page {
        views: ScaleView::all(&law, frame.day),
        versions: versions(&law, frame.day),
        digest: law.digest().to_owned(),
        frame,
    })
}

fn versions(law: &Pack, day: Date) -> Vec<Version> {
    let scales = law.rules().filter(|rule| rule.id == "grade.scale");
    let mut versions: Vec<Version> = scales
        .map(|rule| Version {
            name: ScaleView::of_rule(law, rule)
                .map_or_else(String::new, |view| view.scale.name.clone()),
            href: format!("/law/{}#{}", rule.statute, rule.article),
            from: rule.from,
            until: rule.until,
            in_force: rule.in_force(day),
        })
        .collect();
    versions.sort_by_key(|version| std::cmp::Reverse(version.from));
    versions
}
