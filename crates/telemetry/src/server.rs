//! One SERVER span a request: extract, start, run, finish.

use std::{net::SocketAddr, sync::Arc};

use axum::{
    extract::{ConnectInfo, MatchedPath, Request, State},
    http::HeaderValue,
    middleware::Next,
    response::Response,
};
use tracing::{Instrument as _, Span, info_span};
use zipkin::{Endpoint, Kind};

use crate::{
    config::Pass,
    ending::Ending,
    layer::with_record,
    propagation::{self, Ids, baggage},
    scope::{SCOPE, Scope},
    start::Telemetry,
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
    let span = SCOPE.sync_scope(scope.clone(), || start(joined, &request));

    let mut ending = Ending::of(&span, &telemetry.0.queue);
    let mut response = SCOPE
        .scope(scope.clone(), next.run(request).instrument(span))
        .await;
    ending.outcome = Some(Ok(response.status()));
    if let Ok(trace_id) = HeaderValue::try_from(scope.trace_id.to_string()) {
        response.headers_mut().insert("x-trace-id", trace_id);
    }
    response
}

/// The span, current for nobody yet; `joined` are the caller's ids where they are to be shared.
fn start(joined: Option<Ids>, request: &Request) -> Span {
    let span = info_span!(target: "telemetry", "request");
    with_record(&span, |record| {
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
        if let Some(ConnectInfo(peer)) = request.extensions().get::<ConnectInfo<SocketAddr>>() {
            let mut endpoint = Endpoint {
                port: Some(peer.port()),
                ..Endpoint::default()
            };
            endpoint.set_ip(peer.ip());
            record.span.remote_endpoint = Some(endpoint);
        }
        if let Some(ids) = joined {
            (record.span.id, record.span.parent_id, record.span.shared) = (ids.span_id, ids.parent_id, true);
        }
    });
    span
}
