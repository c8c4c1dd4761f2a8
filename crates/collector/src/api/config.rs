//! `GET /zipkin/config.json`: what Zipkin's page asks for first.

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};

use crate::Collector;

/// Zipkin's defaults, laid out as Zipkin does; whether there is a search is ours to say.
pub async fn config(State(collector): State<Collector>) -> Response {
    let search_enabled = collector.config().search_enabled;
    let json = format!(
        r#"{{
  "environment" : "",
  "queryLimit" : 10,
  "defaultLookback" : 900000,
  "searchEnabled" : {search_enabled},
  "logsUrl" : null,
  "supportUrl" : null,
  "archivePostUrl" : null,
  "archiveUrl" : null,
  "dependency" : {{
    "enabled" : true,
    "lowErrorRate" : 0.5,
    "highErrorRate" : 0.75
  }}
}}"#
    );
    let headers = [
        (header::CONTENT_TYPE, "application/json; charset=utf-8"),
        (header::CACHE_CONTROL, "max-age=600"),
    ];
    (headers, json).into_response()
}
