//! One SERVER span a request: extract, start, run, finish.

use std::{
    convert::Infallible,
    sync::Arc,
    task::{Context, Poll},
};

use answering::Answering;
use axum::{
    extract::{MatchedPath, Request},
    response::{IntoResponse, Response},
};
use smol_str::SmolStr;
use tower::{Layer, Service};
use tracing::{Span, info_span};
use zipkin::Kind;

use super::{apart::apart, ending::Ending, peer, scheme::scheme, tracer::Tracer};
use crate::{
    propagation::{
        self, BaggagePass, Ids, Sampling, baggage,
        seen::{self, SeenTag},
    },
    request::scope::{SCOPE, Scope},
    spans::current::with_record,
};

/// The rest of a request.
mod answering;

/// Traces every request of the routes that it is put around: `.layer(telemetry.server())`.
#[derive(Clone, Debug)]
pub struct ServerLayer(pub(crate) Arc<Tracer>);

impl<S> Layer<S> for ServerLayer {
    type Service = TracedService<S>;

    fn layer(&self, inner: S) -> TracedService<S> {
        let tracer = self.0.clone();
        TracedService { inner, tracer }
    }
}

/// Routes within a [`ServerLayer`].
#[derive(Clone, Debug)]
pub struct TracedService<S> {
    inner: S,
    tracer: Arc<Tracer>,
}

impl<S> Service<Request> for TracedService<S>
where
    S: Service<Request, Response: IntoResponse, Error = Infallible, Future: Send + 'static>,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Answering<S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let tracer = &*self.tracer;
        let settings = &tracer.propagation;
        let caller = propagation::extract(request.headers(), &settings.propagators);
        let mdc = baggage::extract(request.headers(), &settings.mdc_propagate);
        let joined = caller
            .ids
            .filter(|_| tracer.http.server_span_join && caller.joinable);
        // As in Brave: a caller that has not decided has no part in the span.
        let joined = joined.map(|ids| (ids, caller.sampling != Sampling::Defer));
        let seen = match settings.header_tags {
            true => seen::received(request.headers(), settings, &caller),
            false => Vec::new(),
        };
        let mut scope = Scope::new(caller, tracer.sampler, mdc);
        if settings.baggage_pass == BaggagePass::All {
            scope.other_baggage = baggage::others(request.headers(), &settings.mdc_propagate);
        }
        scope.local_ip = peer::local_ip(request.extensions());
        let scope = Arc::new(scope);
        let method = request.method().clone();

        let begin = || {
            let ending = Ending {
                span: start(joined, &request, &scope, tracer, seen),
                outlet: tracer.delivery.outlet.clone(),
                outcome: None,
            };
            // A service below may work, and log, before its future is first polled.
            let handler = ending.span.in_scope(|| self.inner.call(request));
            (ending, handler)
        };
        let (ending, handler) = apart(|| SCOPE.sync_scope(scope.clone(), begin));
        Answering::new(handler, ending, scope, method)
    }
}

/// The span, current for nobody yet; `joined` are the caller's ids where they are to be its own, and whether it reports them, too.
fn start(
    joined: Option<(Ids, bool)>,
    request: &Request,
    scope: &Scope,
    tracer: &Tracer,
    seen: Vec<SeenTag>,
) -> Span {
    // Declared, so that a handler whose route axum does not know can name it.
    let span = info_span!(target: "telemetry", "request", otel.name = tracing::field::Empty);
    with_record(&span, |record| {
        if let Some((ids, shared)) = joined {
            (record.id, record.parent_id, record.shared) = (ids.span_id, ids.parent_id, shared);
        }
        scope.begin(record.id, record.parent_id);
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
        record.tag(SmolStr::new_static("http.method"), method);
        record.tag(SmolStr::new_static("http.path"), request.uri().path());
        // HTTP/1.1 does not say it.
        record.url.0 = scheme(request.uri().scheme_str().unwrap_or("http"));
        for (key, value) in scope.mdc().entries() {
            record.tag(key.clone(), value.clone());
        }
        for (key, value) in seen {
            record.tag(SmolStr::new_static(key), value.as_str());
        }
        let trusted = &tracer.http.trusted_proxies;
        record.remote_endpoint = peer::endpoint(request.extensions(), request.headers(), trusted);
    });
    span
}
