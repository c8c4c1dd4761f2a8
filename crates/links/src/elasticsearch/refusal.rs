//! Refusals of Elasticsearch, in its own words, and the next step.

use anyhow::{Context as _, bail};
use ask::request;
use output::clean;
use serde_json::Value;

/// The longest answer that is read: the ids of 10,000 links, each of two names.
const BYTES: usize = 16 << 20;

/// The body of an answer; a refusal as an error.
pub async fn body(host: &str, mut answer: reqwest::Response) -> anyhow::Result<Value> {
    let status = answer.status();
    let bytes = request::body(&mut answer, BYTES).await;
    let bytes = bytes.map_err(|unread| unread.of(host))?;
    let body: Option<Value> = serde_json::from_slice(&bytes).ok();
    if status.is_success() {
        return body.with_context(|| format!("{host} answers no JSON: is it an Elasticsearch?"));
    }
    let error = body.as_ref().map(|body| &body["error"]);
    let reason = error.map_or_else(String::new, |error| format!(": {}", reason(error)));
    let next = match status.as_u16() {
        401 => "; ES_USERNAME and ES_PASSWORD say who asks".to_owned(),
        403 => "; ES_USERNAME may search, index and delete there only if its role says so".to_owned(),
        _ => String::new(),
    };
    bail!("{host} answers {status}{reason}{next}")
}

/// Looks at each part of a bulk request: it succeeds as a whole when all of its parts have failed.
pub fn check(index: &str, done: &Value) -> anyhow::Result<()> {
    let items = done["items"]
        .as_array()
        .context("the bulk request has no items")?;
    let results = || items.iter().filter_map(|item| item.as_object()?.values().next());
    let failed: Vec<&Value> = results().filter(|result| !result["error"].is_null()).collect();
    let Some(first) = failed.first() else {
        return Ok(());
    };
    let error = &first["error"];
    let next = match error["type"].as_str() {
        // Also when the disk is almost full: then it comes back by itself, once there is room.
        Some("cluster_block_exception") => format!(
            "; make room on the disk, or let it be written: curl -X PUT {index}/_settings -H 'content-type: application/json' \
             -d '{{\"index.blocks.write\": null, \"index.blocks.read_only_allow_delete\": null}}'"
        ),
        Some("security_exception") => "; ES_USERNAME may not write there".to_owned(),
        _ => String::new(),
    };
    bail!(
        "{index} took {} of {} links and removals: {}{next}",
        items.len() - failed.len(),
        items.len(),
        reason(error)
    );
}

fn reason(error: &Value) -> String {
    let text = error["reason"].as_str().or_else(|| error.as_str());
    let text = text.map_or_else(|| error.to_string(), str::to_owned);
    clean(&text.chars().take(300).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_bulk_request_fails_with_its_first_failure() {
        let fine = json!({"index": {"_id": "a|b", "status": 200}});
        let blocked = json!({"index": {"_id": "a|c", "status": 403, "error": {
            "type": "cluster_block_exception",
            "reason": "index [zipkin] blocked by: [FORBIDDEN/8/index write (api)];"
        }}});
        assert!(check("http://es/i", &json!({"items": [fine, fine]})).is_ok());
        assert!(check("http://es/i", &json!({"items": []})).is_ok());
        let error = check("http://es/i", &json!({"items": [fine, blocked]})).unwrap_err();
        let text = error.to_string();
        assert!(
            text.starts_with("http://es/i took 1 of 2 links and removals: index [zipkin] blocked by"),
            "{text}"
        );
        assert!(text.contains("PUT http://es/i/_settings"), "{text}");
        assert!(check("http://es/i", &json!({"took": 1})).is_err());
    }
}
