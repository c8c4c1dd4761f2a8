//! One SERVER span a request: extract, start, run, finish.

use std::sync::Arc;

use axum::{
    body::{Body, HttpBody as _},
    extract::{MatchedPath, Request, State},
    http::{HeaderName, Method},
    middleware::Next,
    response::Response,
};
use smol_str::SmolStr;
use tracing::{Instrument as _, Span, info_span};
use zipkin::Kind;

use crate::{
    config::Pass,
    ending::Ending,
    layer::with_record,
    peer,
    propagation::{self, Ids, baggage, trace_id_value},
    scope::{SCOPE, Scope},
    start::Telemetry,
    streamed::Streamed,
};

static X_TRACE_ID: HeaderName = HeaderName::from_static("x-trace-id");

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
    let span = SCOPE.sync_scope(scope.clone(), || start(joined, &request, &scope, &telemetry));
    let is_head = request.method() == Method::HEAD;

    let handler = next.run(request).instrument(span.clone());
    let ending = Ending::of(span, &telemetry.0.queue);
    let mut response = SCOPE.scope(scope.clone(), handler).await;
    response
        .headers_mut()
        .insert(&X_TRACE_ID, trace_id_value(scope.trace_id));
    finish(response, is_head, ending, scope)
}

/// Ends the span with the response, or with its body where that is still being made.
fn finish(response: Response, is_head: bool, mut ending: Ending, scope: Arc<Scope>) -> Response {
    let status = response.status();
    if is_head || response.body().size_hint().exact().is_some() {
        ending.outcome = Some(Ok(status));
        return response;
    }
    response.map(|body| {
        Body::new(Streamed {
            body,
            scope,
            span: ending.span.clone(),
            ending: Some(ending),
            status,
        })
    })
}

/// The span, current for nobody yet; `joined` are the caller's ids where they are to be shared.
fn start(joined: Option<Ids>, request: &Request, scope: &Scope, telemetry: &Telemetry) -> Span {
    // Declared, so that a handler whose route axum does not know can name it.
    let span = info_span!(target: "telemetry", "request", otel.name = tracing::field::Empty);
    with_record(&span, |record| {
        if let Some(ids) = joined {
            (record.id, record.parent_id, record.shared) = (ids.span_id, ids.parent_id, true);
        }
        if !record.is_sampled() {
            return;
        }
        let method = request.method().as_str();
        let route = request.extensions().get::<MatchedPath>();
        record.name = route.map_or_else(
            || method.into(),
            |route| SmolStr::from_iter([method, " ", route.as_str()]),
        );
        record.kind = Some(Kind::Server);
        record.tag(SmolStr::new_static("http.method"), method.into());
        record.tag(SmolStr::new_static("http.path"), request.uri().path().into());
        for (key, value) in scope.mdc().iter() {
            record.tag(key.clone(), value.clone());
        }
        let trusted = &telemetry.0.trusted_proxies;
        record.remote_endpoint = peer::endpoint(request.extensions(), request.headers(), trusted);
    });
    span
}
