//! The trace ids that an answer names, in whichever header or field a service puts them.

use reqwest::header::HeaderMap;
use serde_json::Value;
use zipkin::TraceId;

/// Deeper JSON is not looked into.
const DEPTH: usize = 8;

/// Ids in headers whose names say that they are of a trace, and in JSON's fields `traceId`, `trace_id` and the like.
pub fn trace_ids(headers: &HeaderMap, body: &[u8]) -> Vec<TraceId> {
    let mut found = Vec::new();
    for (name, value) in headers {
        let name = name.as_str();
        if name == "b3" || name.contains("trace") || name.contains("correlation") {
            found.extend(first_id(&String::from_utf8_lossy(value.as_bytes())));
        }
    }
    if let Ok(value) = serde_json::from_slice(body) {
        in_json(&value, DEPTH, &mut found);
    }
    found.dedup();
    found
}

/// Whether the text has these digits, and no digit beside them.
pub fn has_digits(text: &str, digits: &str) -> bool {
    runs(text).any(|run| run.eq_ignore_ascii_case(digits))
}

/// The first run of 32 or 16 digits: in `traceparent` the version before it has two.
fn first_id(text: &str) -> Option<TraceId> {
    let mut runs = runs(text).filter(|run| run.len() == 32 || run.len() == 16);
    // Some write capitals, and an id of ours has none.
    TraceId::parse(&runs.next()?.to_lowercase()).ok()
}

fn runs(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_hexdigit())
}

fn in_json(value: &Value, depth: usize, found: &mut Vec<TraceId>) {
    let Some(depth) = depth.checked_sub(1) else {
        return;
    };
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let letters: String = name.chars().filter(|c| c.is_ascii_alphanumeric()).collect();
                if let (true, Value::String(text)) = (letters.eq_ignore_ascii_case("traceid"), value) {
                    found.extend(first_id(text));
                }
                in_json(value, depth, found);
            }
        }
        Value::Array(values) => values.iter().for_each(|value| in_json(value, depth, found)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use reqwest::header::{HeaderName, HeaderValue};

    use super::*;

    #[test]
    fn ids_are_found_where_services_put_them() {
        const LONG: &str = "463ac35c9f6413ad48485a3953bb6124";
        for (name, value, body, id) in [
            ("x-trace-id", LONG, "", LONG),
            (
                "traceresponse",
                "00-463ac35c9f6413ad48485a3953bb6124-a2fb4a1d1a96d312-01",
                "",
                LONG,
            ),
            (
                "b3",
                "48485a3953bb6124-a2fb4a1d1a96d312-1",
                "",
                "48485a3953bb6124",
            ),
            ("x-b3-traceid", "48485A3953BB6124", "", "48485a3953bb6124"),
            (
                "x-cloud-trace-context",
                "463ac35c9f6413ad48485a3953bb6124/1;o=1",
                "",
                LONG,
            ),
            (
                "a",
                "b",
                r#"{"error":{"trace_id":"463ac35c9f6413ad48485a3953bb6124"}}"#,
                LONG,
            ),
            ("etag", LONG, r#"{"id":"463ac35c9f6413ad48485a3953bb6124"}"#, ""),
            ("x-trace-id", "none", "no JSON", ""),
        ] {
            let pair: (HeaderName, HeaderValue) = (name.parse().unwrap(), value.parse().unwrap());
            let found = trace_ids(&HeaderMap::from_iter([pair]), body.as_bytes());
            let found: Vec<_> = found.iter().map(ToString::to_string).collect();
            assert_eq!(found.concat(), id, "{name}: {value} {body}");
        }
        assert!(has_digits(&format!("trace {LONG}."), LONG));
        assert!(!has_digits(&format!("{LONG}0"), LONG));
    }
}
