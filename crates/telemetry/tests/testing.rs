//! `telemetry::testing` as an application's tests have it: side by side, with spawned work, and with failures to read.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on should panic where it is"
)]

use std::{panic::AssertUnwindSafe, time::Duration};

use axum::{Router, body::Body, extract::Request, response::Response, routing::get};
use futures_util::{FutureExt as _, future::join_all};
use telemetry::{
    mdc, task,
    testing::{self, Stub, TestTelemetry, client, contains, expect, headers, line, local, pattern, server},
};
use tower::ServiceExt as _;
use tracing::{info, info_span, warn};

fn telemetry() -> TestTelemetry {
    testing::carrying("shop", ["userId"])
}

async fn ask(routes: Router, path: &str) -> Response {
    let request = Request::get(path).body(Body::empty()).unwrap();
    routes.layer(telemetry().server()).oneshot(request).await.unwrap()
}

/// Work in a task and on a thread, which both end after the answer.
async fn leave_work_behind() {
    mdc::put("userId", "terry").unwrap();
    task::spawn(info_span!("in a task"), async {
        tokio::time::sleep(Duration::from_millis(30)).await;
        info!("the task is done");
    });
    let span = info_span!("on a thread");
    std::thread::spawn(move || {
        let _entered = span.entered();
        std::thread::sleep(Duration::from_millis(30));
        warn!("the thread is done");
    });
}

#[tokio::test]
async fn work_of_tasks_and_threads_is_waited_for() {
    let response = ask(Router::new().route("/", get(leave_work_behind)), "/").await;
    let expected = expect()
        .tree(server("shop", "GET /").label("request").children([
            local("shop", "in a task").label("task").leaf(),
            local("shop", "on a thread").leaf(),
        ]))
        .line(
            line("the task is done")
                .field("userId", "terry")
                .field("spanId", pattern("{id:task}")),
        )
        .line(line("the thread is done").level("WARN").field("userId", "terry"))
        .line(line(contains("done")).count(2));
    telemetry().trace_of(&response).expect(expected).await;
}

#[tokio::test]
async fn requests_side_by_side_are_kept_apart() {
    let handler = async |axum::extract::Path(id): axum::extract::Path<usize>| info!("thing {id}");
    let routes = Router::new().route("/things/{id}", get(handler));
    let answers = join_all((0..50).map(|id| {
        let routes = routes.clone();
        async move { (id, ask(routes, &format!("/things/{id}")).await) }
    }));
    for (id, response) in answers.await {
        let expected = expect()
            .tree(
                server("shop", "GET /things/{id}")
                    .tag("http.path", format!("/things/{id}"))
                    .leaf(),
            )
            .line(line(format!("thing {id}")).count(1))
            .line(line(contains("thing")).count(1));
        telemetry().trace_of(&response).expect(expected).await;
    }
}

#[tokio::test]
async fn fields_of_an_event_stand_beside_its_message() {
    let handler = async || {
        mdc::put("userId", "terry").unwrap();
        let left = 3;
        info!(left, userId = "bob", "ordered");
    };
    let response = ask(Router::new().route("/", get(handler)), "/").await;
    let ordered = line("ordered").field("left", "3");
    let expected = expect()
        .line(ordered.field("userId", "terry")) // the MDC's
        .line(line(contains("left")).count(0));
    telemetry().trace_of(&response).expect(expected).await;
}

/// A real server and a real client, a stub behind them.
#[tokio::test]
async fn headers_on_the_wire_are_those_of_the_call() {
    let stock = Stub::start("stock", Router::new().fallback(async || "3")).await;
    let (url, caller) = (
        stock.url("/stock"),
        telemetry().client(reqwest::Client::builder()).unwrap(),
    );
    let handler = async move || {
        mdc::put("userId", "terry").unwrap();
        mdc::put("secret", "no one's").unwrap();
        let answer = caller.send("stock", caller.http().get(url)).await.unwrap();
        answer.text().await.unwrap()
    };
    let shop = Router::new().route("/", get(handler)).layer(telemetry().server());
    let shop = Stub::start("shop", shop).await;
    let response = reqwest::get(shop.url("/")).await.unwrap();
    let trace = telemetry()
        .trace_of(&response)
        .with_body(response.text().await.unwrap());

    let call = client("shop", "get").to("stock").succeeded().label("call");
    let expected = expect()
        .tree(server("shop", "GET /").children([call]))
        .headers(
            headers("stock")
                .header("x-b3-spanid", pattern("{id:call}"))
                .count(1),
        )
        .headers(headers("stock").header("baggage", contains("userId=terry")))
        .headers(
            headers("stock")
                .header("baggage", contains("secret").not())
                .no_header("cookie"),
        )
        .answer(
            testing::answer()
                .status(200)
                .body("3")
                .header("x-trace-id", pattern("{traceId}")),
        );
    trace.expect(expected).await;
    assert_eq!((stock.requests().len(), trace.wires().len()), (1, 1));
}

#[tokio::test]
async fn a_call_without_a_request_has_a_trace_of_its_own() {
    let ((), trace) = telemetry().within("nightly job", async { info!("done") }).await;
    let expected = expect()
        .tree(local("shop", "nightly job").leaf())
        .line(line("done"));
    trace.expect(expected).await;
}

#[tokio::test]
async fn a_failure_draws_both_trees_and_shows_the_lines() {
    let response = ask(Router::new().route("/", get(async || info!("here"))), "/").await;
    let trace = telemetry().trace_of(&response);
    let expected = expect()
        .tree(server("shop", "GET /").children([client("shop", "GET").to("stock")]))
        .line(line("there"));
    let failure = AssertUnwindSafe(trace.expect(expected))
        .catch_unwind()
        .await
        .unwrap_err();
    let text = failure.downcast_ref::<String>().unwrap();
    for part in [
        "at crates/telemetry/tests/testing.rs:",
        "SERVER shop get /                        SERVER shop get /",
        "  CLIENT shop → stock GET              -",
        "2. log line “there”: expected at least 1, found 0",
        "\"message\":\"here\"",
    ] {
        assert!(text.contains(part), "{part} in:\n{text}");
    }
}

#[tokio::test]
async fn an_answer_without_a_trace_says_what_is_missing() {
    let response = Router::new().oneshot(Request::new(Body::empty())).await.unwrap();
    let failure = std::panic::catch_unwind(AssertUnwindSafe(|| telemetry().trace_of(&response))).unwrap_err();
    assert!(failure.downcast_ref::<&str>().unwrap().contains("x-trace-id"));
}

#[test]
fn a_second_service_in_one_test_binary_is_refused() {
    let _ = telemetry();
    let failure = std::panic::catch_unwind(|| testing::telemetry("another")).unwrap_err();
    let text = failure.downcast_ref::<String>().unwrap();
    assert!(
        text.contains("one telemetry, and this one has that of \"shop\""),
        "{text}"
    );
}
