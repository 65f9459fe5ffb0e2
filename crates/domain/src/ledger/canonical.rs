//! JSON that is always the same bytes: keys sorted, no blanks, as RFC 8785 for what we use of JSON
//! (strings, integers, booleans, null, lists, objects; no fractions).

use serde_json::Value;

/// The one way to write `value`.
pub fn text(value: &Value) -> String {
    let mut out = String::new();
    write(value, &mut out);
    out
}

fn write(value: &Value, out: &mut String) {
    match value {
        Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                comma(index, out);
                write(item, out);
            }
            out.push(']');
        }
        Value::Object(map) => {
            // A build of serde_json may keep insertion order; the bytes must not depend on it.
            let mut keys: Vec<&String> = map.keys().collect();
            keys.sort_unstable();
            out.push('{');
            for (index, key) in keys.into_iter().enumerate() {
                comma(index, out);
                out.push_str(&Value::String(key.clone()).to_string());
                out.push(':');
                write(map.get(key).unwrap_or(&Value::Null), out);
            }
            out.push('}');
        }
        plain => out.push_str(&plain.to_string()),
    }
}

fn comma(index: usize, out: &mut String) {
    if index > 0 {
        out.push(',');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn golden_vector_sorts_keys_at_every_depth() {
        let value = serde_json::json!({
            "乙": 1, "b": [true, null, {"z": "\"\n", "a": -7}], "a": "枣庄", "": {},
        });
        assert_eq!(
            text(&value),
            r#"{"":{},"a":"枣庄","b":[true,null,{"a":-7,"z":"\"\n"}],"乙":1}"#
        );
    }
}
