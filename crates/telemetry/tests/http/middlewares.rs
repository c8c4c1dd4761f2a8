//! Which of tower's middlewares belong above ours and which below. Below: its answer is the request's, with a status, and its
//! waiting is within the span. Above: a request that it refuses has no span, one that it gives up is `cancelled`.

use std::time::Duration;

use axum::{BoxError, Router, error_handling::HandleErrorLayer, http::StatusCode, routing::get as on_get};
use futures_util::future::join_all;
use telemetry::{mdc, trace_id};
use tokio::time::sleep;
use tower::{
    ServiceBuilder, buffer::BufferLayer, limit::GlobalConcurrencyLimitLayer, load_shed::LoadShedLayer,
    timeout::TimeoutLayer,
};
use tower_http::catch_panic::CatchPanicLayer;
use tracing::info_span;

use crate::world::{get, new_trace, nothing_is_sent, plain, serve, serve_as_is, span, spans, tag, trace};

const LIMIT: Duration = Duration::from_millis(60);

fn slow() -> Router {
    Router::new().route("/", on_get(async || sleep(LIMIT * 3).await))
}

/// 504 for what took too long, 503 for what found no room.
async fn answer(error: BoxError) -> StatusCode {
    if error.is::<tower::timeout::error::Elapsed>() {
        StatusCode::GATEWAY_TIMEOUT
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    }
}

fn in_time(routes: Router) -> Router {
    routes.layer(
        ServiceBuilder::new()
            .layer(HandleErrorLayer::new(answer))
            .layer(TimeoutLayer::new(LIMIT)),
    )
}

#[tokio::test]
async fn a_timeout_belongs_below() {
    let (response, below) = get(&serve(in_time(slow())).await).await;
    assert_eq!(response.status(), 504);
    let below = span(below).await;
    assert_eq!(
        (tag(&below, "http.status_code"), tag(&below, "error")),
        (Some("504"), Some("504"))
    );

    let (response, above) = get(&serve_as_is(in_time(trace(slow()))).await).await;
    assert_eq!(
        (response.status(), response.headers().contains_key("x-trace-id")),
        (StatusCode::GATEWAY_TIMEOUT, false)
    );
    let above = span(above).await;
    assert_eq!(
        (tag(&above, "http.status_code"), tag(&above, "error")),
        (None, Some("cancelled"))
    );
}

fn one_at_a_time(routes: Router, sheds: bool) -> Router {
    let limit = GlobalConcurrencyLimitLayer::new(1);
    if sheds {
        let shed = ServiceBuilder::new()
            .layer(HandleErrorLayer::new(answer))
            .layer(LoadShedLayer::new());
        routes.layer(shed.layer(limit))
    } else {
        routes.layer(limit)
    }
}

/// Two requests at a time, the second a moment later: their statuses and traces.
async fn two(url: &str) -> [(StatusCode, zipkin::TraceId); 2] {
    let calls = [Duration::ZERO, LIMIT / 2].map(|pause| async move {
        sleep(pause).await;
        let (trace_id, b3) = new_trace();
        let call = plain().build().unwrap().get(url).header("b3", b3).send().await;
        (call.unwrap().status(), trace_id)
    });
    join_all(calls).await.try_into().unwrap()
}

#[tokio::test]
async fn load_shedding_belongs_below_or_what_it_refuses_is_not_seen() {
    let url = serve(one_at_a_time(slow(), true)).await;
    let [_, (status, refused)] = two(&url).await;
    assert_eq!(
        (status, tag(&span(refused).await, "error")),
        (StatusCode::SERVICE_UNAVAILABLE, Some("503"))
    );

    let url = serve_as_is(one_at_a_time(trace(slow()), true)).await;
    let [_, (status, refused)] = two(&url).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    nothing_is_sent(refused).await;
}

#[tokio::test]
async fn a_concurrency_limit_belongs_below_or_the_wait_is_not_seen() {
    for (url, waits) in [
        (serve(one_at_a_time(slow(), false)).await, true),
        (serve_as_is(one_at_a_time(trace(slow()), false)).await, false),
    ] {
        let [_, (status, second)] = two(&url).await;
        assert_eq!(status, StatusCode::OK);
        let duration = Duration::from_micros(span(second).await.duration.unwrap());
        assert_eq!(duration > LIMIT * 4, waits, "{duration:?}, and 180 ms of work");
    }
}

#[tokio::test]
async fn a_panic_is_caught_below_or_its_status_is_not_known() {
    let panicking = || Router::new().route("/", on_get(async || -> () { panic!("on purpose") }));
    for (routes, status) in [
        (trace(panicking().layer(CatchPanicLayer::new())), Some("500")),
        (trace(panicking()).layer(CatchPanicLayer::new()), None),
    ] {
        let (response, trace_id) = get(&serve_as_is(routes).await).await;
        assert_eq!(response.status(), 500);
        let span = span(trace_id).await;
        assert_eq!(tag(&span, "http.status_code"), status);
        let error = tag(&span, "error").unwrap();
        assert!(
            error.starts_with("panicked at ") && error.ends_with(": on purpose"),
            "{error}"
        );
    }
}

/// A buffer hands the request to a task of its own.
#[tokio::test]
async fn a_buffer_keeps_the_context_on_either_side() {
    let routes = || {
        Router::new().route(
            "/",
            on_get(async || {
                drop(info_span!("child"));
                format!("{} {:?}", trace_id().unwrap(), mdc::get("userId"))
            }),
        )
    };
    let buffer = || {
        ServiceBuilder::new()
            .layer(HandleErrorLayer::new(answer))
            .layer(BufferLayer::new(9))
    };
    for routes in [trace(routes().layer(buffer())), trace(routes()).layer(buffer())] {
        let url = serve_as_is(routes).await;
        let (response, trace_id) = get(&url).await;
        assert_eq!(response.text().await.unwrap(), format!("{trace_id} None"));
        let spans = spans(trace_id, 2).await;
        assert_eq!(spans[1].parent_id, Some(spans[0].id));
    }
}
