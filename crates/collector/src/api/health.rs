//! Whether the collector is well, and what it is.

use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::Collector;

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

/// `GET /health`: down once spans are no longer stored.
pub async fn health(State(collector): State<Collector>) -> Response {
    if collector.intake().is_well() {
        json(UP.to_owned())
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, json(UP.replace("UP", "DOWN"))).into_response()
    }
}

/// `GET /info`
pub async fn info() -> Response {
    json(INFO.to_owned())
}

fn json(text: String) -> Response {
    ([(header::CONTENT_TYPE, "application/json; charset=utf-8")], text).into_response()
}
