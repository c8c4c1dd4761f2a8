//! Spans of others around the middleware and below it: the request's trace is its caller's.

use axum::{
    Router,
    http::HeaderMap,
    middleware::{Next, from_fn},
    routing::get as on_get,
};
use telemetry::{mdc, trace_id};
use tower_http::trace::{DefaultMakeSpan, TraceLayer};
use tracing::{Instrument as _, Level, Span, info_span, instrument};
use zipkin::{Kind, TraceId};

use crate::world::{CALLER, get, new_trace, plain, serve, serve_as_is, span, spans, tag, trace, traced};

/// The next hop, which says what came: trace, span, baggage.
async fn next_hop() -> String {
    let echo = async |headers: HeaderMap| {
        ["x-b3-traceid", "x-b3-spanid", "baggage"]
            .map(|name| headers.get(name).map_or("none", |value| value.to_str().unwrap()))
            .join(" ")
    };
    serve_as_is(Router::new().route("/", on_get(echo))).await
}

/// Calls it: the trace here, and what came there.
async fn call(next: &str) -> String {
    let response = traced().send("next", plain().build().unwrap().get(next)).await;
    let came = response.unwrap().text().await.unwrap();
    format!("{} {came}", trace_id().unwrap())
}

/// Puts a value, and calls the next hop.
async fn routes() -> Router {
    let next = next_hop().await;
    let handler = async move || {
        mdc::put("orderId", "8").unwrap();
        call(&next).await
    };
    Router::new().route("/", on_get(handler))
}

/// Asks, and gives the trace's spans: the request's is checked, the call's must be on the wire as it is told.
async fn asked(routes: Router, others: usize) -> (zipkin::Span, Vec<zipkin::Span>) {
    let url = serve_as_is(routes).await;
    let (trace_id, b3) = new_trace();
    let request = plain().build().unwrap().get(url).header("b3", b3);
    let request = request.header("baggage", "userId=terry");
    let response = request.send().await.unwrap();
    assert_eq!(response.headers()["x-trace-id"], trace_id.to_string().as_str());
    let body = response.text().await.unwrap();

    let mut spans = spans(trace_id, 2 + others).await;
    let place = |kind, spans: &[zipkin::Span]| spans.iter().position(|span| span.kind == Some(kind));
    let call = spans.remove(place(Kind::Client, &spans).unwrap());
    let server = spans.remove(place(Kind::Server, &spans).unwrap());
    assert_eq!(
        (server.parent_id, tag(&server, "userId")),
        (Some(CALLER), Some("terry"))
    );
    assert_eq!(
        body,
        format!("{trace_id} {trace_id} {} userId=terry,orderId=8", call.id)
    );
    spans.push(call);
    (server, spans)
}

fn http_trace()
-> TraceLayer<tower_http::classify::SharedClassifier<tower_http::classify::ServerErrorsAsFailures>> {
    TraceLayer::new_for_http().make_span_with(DefaultMakeSpan::new().level(Level::INFO))
}

#[tokio::test]
async fn another_layer_above_has_no_part_in_the_request() {
    let above = trace(routes().await).layer(http_trace());
    let (server, others) = asked(above, 0).await;
    assert_eq!(others[0].parent_id, Some(server.id));
}

#[tokio::test]
async fn another_layer_below_is_within_the_request() {
    let below = trace(routes().await.layer(http_trace()));
    let (server, others) = asked(below, 1).await;
    let [its, call] = &others[..] else { panic!() };
    assert_eq!((its.parent_id, call.parent_id), (Some(server.id), Some(its.id)));
}

#[instrument(skip_all)]
async fn instrumented(request: axum::extract::Request, next: Next) -> axum::response::Response {
    next.run(request).await
}

#[tokio::test]
async fn attributes_around_the_middleware_have_no_part_in_the_request() {
    let around = trace(routes().await).layer(from_fn(instrumented));
    let (server, others) = asked(around, 0).await;
    assert_eq!(others[0].parent_id, Some(server.id));
}

#[tokio::test]
async fn a_guard_that_was_leaked_has_no_part_in_the_request() {
    let leak = async |request: axum::extract::Request, next: Next| {
        let leaked = info_span!("leaked");
        std::mem::forget(leaked.enter());
        next.run(request).await
    };
    let (server, others) = asked(trace(routes().await).layer(from_fn(leak)), 0).await;
    assert_eq!(others[0].parent_id, Some(server.id));
    while let Some(leaked) = Span::current().id() {
        tracing::dispatcher::get_default(|dispatch| dispatch.exit(&leaked));
    }
}

#[tokio::test]
async fn a_call_below_a_span_without_a_parent_is_of_that_spans_trace() {
    let next = next_hop().await;
    let handler = async move || {
        mdc::put("orderId", "8").unwrap();
        let detached = info_span!(parent: None, "detached");
        call(&next).instrument(detached).await
    };
    let url = serve(Router::new().route("/", on_get(handler))).await;
    let (response, trace_id) = get(&url).await;
    let body = response.text().await.unwrap();
    span(trace_id).await;
    let detached = TraceId::parse(body.split(' ').next().unwrap()).unwrap();
    assert_ne!(detached, trace_id);
    let spans = spans(detached, 2).await;
    let [root, call] = &spans[..] else { panic!() };
    assert_eq!((root.parent_id, call.parent_id), (None, Some(root.id)));
    assert_eq!(body, format!("{detached} {detached} {} none", call.id));
}
