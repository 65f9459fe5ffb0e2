//! `/api`: the description of the API as a page, without outside assets.

use crate::frame::Frame;
use crate::trouble::page as render;
use askama::Template;
use axum::response::Response;
use serde_json::Value;
use std::sync::Arc;

/// One call.
struct Call {
    method: String,
    path: String,
    tag: String,
    summary: String,
    note: String,
    secured: bool,
    /// Name, where it stands, what it means.
    parameters: Vec<(String, String, String)>,
    /// Name of the body's schema.
    body: String,
    /// Status, meaning.
    responses: Vec<(String, String)>,
}

/// One schema: name, and its fields with type and meaning.
struct Schema {
    name: String,
    fields: Vec<(String, String, String)>,
}

#[derive(Template)]
#[template(path = "api/docs.html")]
struct Page {
    frame: Frame,
    calls: Vec<Call>,
    schemas: Vec<Schema>,
}

/// Renders the description; it is read as JSON, the form others get it in.
pub(crate) async fn page(frame: Frame, doc: Arc<Value>) -> Response {
    let empty = serde_json::Map::new();
    let paths = doc
        .get("paths")
        .and_then(Value::as_object)
        .unwrap_or(&empty);
    let mut calls: Vec<Call> = paths
        .iter()
        .flat_map(|(path, item)| {
            let item = item.as_object().into_iter().flatten();
            item.map(move |(method, call)| call_of(path, method, call))
        })
        .collect();
    calls.sort_by(|a, b| (&a.tag, &a.path).cmp(&(&b.tag, &b.path)));
    let schemas = doc
        .pointer("/components/schemas")
        .and_then(Value::as_object)
        .unwrap_or(&empty);
    let schemas = schemas
        .iter()
        .map(|(name, schema)| schema_of(name, schema))
        .collect();
    render(Page {
        frame,
        calls,
        schemas,
    })
}

fn text(value: &Value, key: &str) -> String {
    value
        .get(key)
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned()
}

fn list<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    value
        .get(key)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}

fn call_of(path: &str, method: &str, call: &Value) -> Call {
    let parameter = |item: &Value| {
        let place = if text(item, "in") == "path" {
            "路径"
        } else {
            "查询串"
        };
        (
            text(item, "name"),
            place.to_owned(),
            text(item, "description"),
        )
    };
    let responses = call
        .get("responses")
        .and_then(Value::as_object)
        .into_iter()
        .flatten();
    let content = call
        .pointer("/requestBody/content")
        .and_then(Value::as_object);
    let schema = content.and_then(|content| content.values().next()?.get("schema"));
    Call {
        method: method.to_uppercase(),
        path: path.to_owned(),
        tag: list(call, "tags")
            .next()
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned(),
        summary: text(call, "summary"),
        note: text(call, "description"),
        secured: call.get("security").is_some(),
        parameters: list(call, "parameters").map(parameter).collect(),
        body: schema.map(kind).unwrap_or_default(),
        responses: responses
            .map(|(status, item)| (status.clone(), text(item, "description")))
            .collect(),
    }
}

fn schema_of(name: &str, schema: &Value) -> Schema {
    let properties = schema
        .get("properties")
        .and_then(Value::as_object)
        .into_iter()
        .flatten();
    let field =
        |(name, value): (&String, &Value)| (name.clone(), kind(value), text(value, "description"));
    Schema {
        name: name.to_owned(),
        fields: properties.map(field).collect(),
    }
}

/// The type of a schema in words.
fn kind(schema: &Value) -> String {
    if let Some(name) = schema.get("$ref").and_then(Value::as_str) {
        return name.rsplit('/').next().unwrap_or_default().to_owned();
    }
    match schema.get("type") {
        Some(Value::String(name)) if name == "array" => {
            format!("{} 数组", schema.get("items").map(kind).unwrap_or_default())
        }
        Some(Value::String(name)) => name.clone(),
        Some(Value::Array(names)) => names
            .iter()
            .filter_map(Value::as_str)
            .collect::<Vec<_>>()
            .join(" 或 "),
        _ => "object".to_owned(),
    }
}
