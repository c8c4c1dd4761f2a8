//! One SERVER span a request: extract, start, run, finish.

use std::sync::Arc;

use axum::{
    body::{Body, HttpBody as _},
    extract::{MatchedPath, Request, State},
    http::{HeaderValue, Method},
    middleware::Next,
    response::Response,
};
use tracing::{Instrument as _, Span, info_span};
use zipkin::Kind;

use crate::{
    config::Pass,
    ending::Ending,
    layer::with_record,
    peer,
    propagation::{self, Ids, baggage},
    scope::{SCOPE, Scope},
    start::Telemetry,
    streamed::Streamed,
};

/// The middleware: `.layer(axum::middleware::from_fn_with_state(telemetry, telemetry::server::trace))`.
pub async fn trace(State(telemetry): State<Telemetry>, request: Request, next: Next) -> Response {
    let caller = propagation::extract(request.headers(), &telemetry.0.formats);
    let mdc = baggage::extract(request.headers(), &telemetry.0.mdc_propagate);
    let joined = caller.ids.filter(|_| telemetry.0.join && caller.joinable);
    let mut scope = Scope::new(caller, telemetry.0.sampler, mdc);
    if telemetry.0.baggage_pass == Pass::All {
        scope.other_baggage = baggage::others(request.headers(), &telemetry.0.mdc_propagate);
    }
    let scope = Arc::new(scope);
    let span = SCOPE.sync_scope(scope.clone(), || start(joined, &request, &telemetry));
    let is_head = request.method() == Method::HEAD;

    let ending = Ending::of(&span, &telemetry.0.queue);
    let handler = next.run(request).instrument(span.clone());
    let mut response = SCOPE.scope(scope.clone(), handler).await;
    if let Ok(trace_id) = HeaderValue::try_from(scope.trace_id.to_string()) {
        response.headers_mut().insert("x-trace-id", trace_id);
    }
    finish(response, is_head, ending, scope, span)
}

/// Ends the span with the response, or with its body where that is still being made.
fn finish(response: Response, is_head: bool, mut ending: Ending, scope: Arc<Scope>, span: Span) -> Response {
    let status = response.status();
    if is_head || response.body().size_hint().exact().is_some() {
        ending.outcome = Some(Ok(status));
        return response;
    }
    response.map(|body| {
        Body::new(Streamed {
            body,
            scope,
            span,
            ending: Some(ending),
            status,
        })
    })
}

/// The span, current for nobody yet; `joined` are the caller's ids where they are to be shared.
fn start(joined: Option<Ids>, request: &Request, telemetry: &Telemetry) -> Span {
    // Declared, so that a handler whose route axum does not know can name it.
    let span = info_span!(target: "telemetry", "request", otel.name = tracing::field::Empty);
    with_record(&span, |record| {
        if let Some(ids) = joined {
            (record.span.id, record.span.parent_id, record.span.shared) = (ids.span_id, ids.parent_id, true);
        }
        if !record.is_sampled() {
            return;
        }
        let method = request.method().as_str();
        let route = request.extensions().get::<MatchedPath>();
        record.span.name = Some(route.map_or_else(
            || method.to_owned(),
            |route| format!("{method} {}", route.as_str()),
        ));
        record.span.kind = Some(Kind::Server);
        record.tag("http.method", method);
        record.tag("http.path", request.uri().path());
        for (key, value) in record.scope.mdc() {
            record.tag(&key, value);
        }
        let trusted = &telemetry.0.trusted_proxies;
        record.span.remote_endpoint = peer::endpoint(request.extensions(), request.headers(), trusted);
    });
    span
}
