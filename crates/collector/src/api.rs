//! Zipkin's API, version 2, and version 1 to write; OpenTelemetry's, to write: which path leads where. All reads are there twice, as in Zipkin,
//! whose pages ask under `/zipkin`.

use axum::{
    Router,
    handler::Handler,
    middleware,
    routing::{MethodRouter, get, post},
};

use crate::{Collector, error::Error};

/// Answers when all goes well.
mod reply;

/// Traces as JSON, piece by piece.
mod listing;

/// `POST /api/v2/spans` and `/api/v1/spans`: the way in.
mod spans;

/// `POST /v1/traces`, `/v1/logs` and `/v1/metrics`: OpenTelemetry's way in.
mod otlp;

/// The steps that all ways in share.
mod taking;

/// The body of a batch.
mod body;

/// Names to search by: services, spans, remote services, tag values.
mod names;

/// Traces, by search and by id.
mod traces;

/// A span and all that it caused.
mod caused;

/// Trace ids by their first digits.
mod ids;

/// Dependency links.
mod dependencies;

/// Settings of Zipkin's page.
mod config;

/// Whether the collector is well, and what it is.
mod health;

/// Counters.
mod metrics;

#[cfg(test)]
pub use body::MAX_BYTES;

/// The routes of the API. What no route takes is answered here too.
pub fn routes(collector: &Collector) -> Router<Collector> {
    let counted = Router::new()
        .route("/api/v2/spans", read(names::span_names).post(spans::accept))
        .route("/api/v1/spans", post(spans::accept_v1).fallback(no_route))
        .route("/api/ids/{prefix}", read(ids::with_prefix))
        .route("/zipkin/api/v2/spans", read(names::span_names))
        .route("/v1/traces", post(otlp::traces).fallback(wrong_method))
        .route("/v1/logs", post(otlp::logs).fallback(wrong_method))
        .route("/v1/metrics", post(otlp::metrics).fallback(wrong_method))
        .nest("/api/v2", reads())
        .nest("/zipkin/api/v2", reads())
        .route_layer(middleware::from_fn_with_state(collector.clone(), metrics::count));
    counted
        .route("/traces/{id}/spans/{span}/caused.json", get(caused::json))
        .route("/zipkin/config.json", get(config::config))
        .route("/health", read(health::health))
        .route("/info", get(health::info).fallback(wrong_method))
        .route("/metrics", read(metrics::json))
        .route(
            "/prometheus",
            get(metrics::prometheus).head(wrong_method).fallback(wrong_method),
        )
        .fallback(no_route)
}

fn reads() -> Router<Collector> {
    Router::new()
        .route("/services", read(names::services))
        .route("/remoteServices", read(names::remote_services))
        .route("/autocompleteKeys", read(names::autocomplete_keys))
        .route("/autocompleteValues", read(names::autocomplete_values))
        .route("/traces", read(traces::search))
        .route("/trace/{traceId}", read(traces::one))
        .route("/traceMany", read(traces::many))
        .route("/dependencies", read(dependencies::links))
}

/// A route that takes GET and nothing else: in Zipkin a wrong method, HEAD included, is an unknown path.
fn read<H: Handler<T, Collector>, T: 'static>(handler: H) -> MethodRouter<Collector> {
    get(handler).head(no_route).fallback(no_route)
}

async fn no_route() -> Error {
    Error::NoRoute
}

async fn wrong_method() -> Error {
    Error::WrongMethod
}

#[cfg(test)]
mod tests;
