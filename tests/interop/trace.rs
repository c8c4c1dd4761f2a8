//! Traces in the collector: found when they are whole, and read as one line of spans.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::{harness::client, names::encoded};

/// The one trace whose gateway has this user, once it has as many spans.
pub async fn of_user(collector: &str, user: &str, count: usize) -> Vec<Value> {
    let query = encoded(&format!("userId={user}"));
    let url = format!("{collector}/api/v2/traces?serviceName=gateway&annotationQuery={query}");
    once_whole(&url, count, |answer| {
        let mut traces: Vec<Vec<Value>> = serde_json::from_value(answer).ok()?;
        assert!(traces.len() < 2, "one request, several traces: {traces:?}");
        traces.pop()
    })
    .await
}

/// The trace with this id, once it has as many spans.
pub async fn of_id(collector: &str, id: &str, count: usize) -> Vec<Value> {
    let url = format!("{collector}/api/v2/trace/{id}");
    once_whole(&url, count, |answer| serde_json::from_value(answer).ok()).await
}

async fn once_whole(url: &str, count: usize, spans: impl Fn(Value) -> Option<Vec<Value>>) -> Vec<Value> {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        let answer = client().get(url).send().await.unwrap();
        let found = answer.json().await.ok().and_then(&spans).unwrap_or_default();
        if found.len() >= count {
            return found;
        }
        assert!(
            Instant::now() < deadline,
            "{url}: {count} spans expected, came {found:?}"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Waits until a service's log line with this text is among the lines of a trace, in JSON and on the trace's page.
pub async fn has_line(collector: &str, id: &str, service: &str, text: &str) {
    let url = format!("{collector}/logs.json?traceId={id}&service={service}");
    let lines = once_whole(&url, 1, |answer| {
        serde_json::from_value(answer["lines"].clone()).ok()
    })
    .await;
    let message = lines[0]["message"].as_str().unwrap();
    assert!(message.starts_with(text), "{lines:?}");
    assert_eq!(lines[0]["level"], "INFO", "{lines:?}");
    let page = format!("{collector}/traces/{id}");
    let page = client().get(page).send().await.unwrap().text().await.unwrap();
    assert!(page.contains(text), "{page}");
}

/// The spans from the root on, each a child of the one before, if they are these sides. A server may share its client's id.
pub fn in_line(mut spans: Vec<Value>, sides: &[(String, String)]) -> Vec<Value> {
    let trace_ids: Vec<_> = spans.iter().map(|span| &span["traceId"]).collect();
    assert!(trace_ids.windows(2).all(|two| two[0] == two[1]), "{spans:?}");

    let is_known = |id: &Value| spans.iter().any(|span| span["id"] == *id);
    let roots: Vec<_> = (0..spans.len())
        .filter(|&at| !is_known(&spans[at]["parentId"]))
        .collect();
    assert_eq!(roots.len(), 1, "one root expected: {spans:?}");
    let mut line = vec![spans.swap_remove(roots[0])];
    while !spans.is_empty() {
        let last = &line[line.len() - 1]["id"];
        let shares = |span: &Value| span["shared"] == true && span["id"] == *last;
        let is_child = |span: &Value| span["shared"] != true && span["parentId"] == *last;
        let next = spans
            .iter()
            .position(shares)
            .or_else(|| spans.iter().position(is_child));
        let Some(next) = next else {
            panic!("nothing comes after {}: {spans:?}", line[line.len() - 1]);
        };
        line.push(spans.swap_remove(next));
    }
    assert_eq!(line.iter().map(side).collect::<Vec<_>>(), sides, "{line:?}");
    line
}

/// The service and the kind of a span.
fn side(span: &Value) -> (String, String) {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    (text(&span["localEndpoint"]["serviceName"]), text(&span["kind"]))
}
