//! Whether the collector is well, and what it is.

use axum::{
    http::header,
    response::{IntoResponse, Response},
};

/// Laid out as Zipkin's, which people grep.
const UP: &str = r#"{
  "status" : "UP",
  "zipkin" : {
    "status" : "UP",
    "details" : {
      "InMemoryStorage{}" : {
        "status" : "UP"
      }
    }
  }
}"#;

const INFO: &str = concat!(
    r#"{"zipkin":{"version":""#,
    env!("CARGO_PKG_VERSION"),
    r#"","server":"three-hops"}}"#
);

/// `GET /health`: up, for a store in memory cannot be down.
pub async fn health() -> Response {
    json(UP)
}

/// `GET /info`
pub async fn info() -> Response {
    json(INFO)
}

fn json(text: &'static str) -> Response {
    ([(header::CONTENT_TYPE, "application/json; charset=utf-8")], text).into_response()
}
