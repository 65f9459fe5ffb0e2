//! `/law/{region}/{name}/impact`: what has to be looked at when a statute changes or lapses (R118).

use super::depending::{self, Dependent};
use super::names::Names;
use super::show::{Other, chain, missing};
use crate::frame::Frame;
use crate::house::App;
use crate::trouble::{Trouble, page};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use law::Statute;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    /// Empty for the whole statute.
    #[serde(default)]
    article: String,
}

#[derive(Template)]
#[template(path = "statute/impact.html")]
struct Page {
    frame: Frame,
    statute: Statute,
    in_force: bool,
    replaced_by: Vec<Other>,
    articles: BTreeSet<String>,
    article: String,
    /// Kind and what is of it, those that decide today first.
    groups: Vec<(String, Vec<Dependent>)>,
    whole: usize,
    today: usize,
}

pub(crate) async fn impact(
    State(app): State<App>,
    frame: Frame,
    Path((region, name)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> Result<Response, Trouble> {
    let law = &app.desk().law();
    let id = format!("{region}/{name}");
    let statute = law.statute(&id).ok_or_else(missing)?;
    let article = Some(asked.article.as_str()).filter(|article| !article.is_empty());
    let found = depending::all(law, &Names::of(law), &id, article, frame.day);
    let today = found.iter().filter(|one| one.in_force).count();
    Ok(page(Page {
        in_force: statute.in_force(frame.day),
        replaced_by: chain(law, statute),
        articles: depending::articles(law, &id),
        article: asked.article,
        whole: found.len(),
        today,
        groups: grouped(found),
        statute: statute.clone(),
        frame,
    }))
}

fn grouped(found: Vec<Dependent>) -> Vec<(String, Vec<Dependent>)> {
    let mut groups: BTreeMap<String, Vec<Dependent>> = BTreeMap::new();
    for one in found {
        groups.entry(one.kind.clone()).or_default().push(one);
    }
    for group in groups.values_mut() {
        group.sort_by_key(|one| (!one.in_force, one.name.clone()));
    }
    groups.into_iter().collect()
}
