//! Whether the collector is well, and what it is.

use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::Collector;

const INFO: &str = concat!(
    r#"{"zipkin":{"version":""#,
    env!("CARGO_PKG_VERSION"),
    r#"","server":"three-hops"}}"#
);

/// `GET /health`: down, and why, once spans are no longer stored.
pub async fn health(State(collector): State<Collector>) -> Response {
    let failure = if collector.intake().is_well() {
        let by = collector.clone();
        // It may try to write.
        let asked = tokio::task::spawn_blocking(move || by.store().failure()).await;
        asked.unwrap_or_else(|error| Some(error.to_string()))
    } else {
        Some("spans are no longer stored: the thread that did is gone".to_owned())
    };
    match failure {
        None => json(state("UP", "")),
        Some(failure) => {
            let details = format!(
                ",\n        \"details\" : {{\n          \"error\" : {}\n        }}",
                serde_json::Value::from(failure)
            );
            (StatusCode::SERVICE_UNAVAILABLE, json(state("DOWN", &details))).into_response()
        }
    }
}

/// Laid out as Zipkin's, which people grep.
fn state(status: &str, details: &str) -> String {
    format!(
        r#"{{
  "status" : "{status}",
  "zipkin" : {{
    "status" : "{status}",
    "details" : {{
      "InMemoryStorage{{}}" : {{
        "status" : "{status}"{details}
      }}
    }}
  }}
}}"#
    )
}

/// `GET /info`
pub async fn info() -> Response {
    json(INFO.to_owned())
}

fn json(text: String) -> Response {
    ([(header::CONTENT_TYPE, "application/json; charset=utf-8")], text).into_response()
}
