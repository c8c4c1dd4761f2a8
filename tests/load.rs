//! `hop load` against servers of the test's own, whose times are known, and against the chain.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{Router, http::StatusCode, routing::get};
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
    process::Command,
    sync::Mutex,
    time::sleep,
};

use crate::harness::{Part, Stack, hop, serve};

/// Requests other than a plain GET.
mod requests;

/// The report of `hop load --json`, and its exit code.
async fn load(arguments: &[&str]) -> (Value, Option<i32>) {
    let mut command = Command::from(hop(&["load", "--json"]));
    let output = command.args(arguments).output().await.unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    let said = serde_json::from_str(&text);
    let said = said.unwrap_or_else(|_| panic!("{text}{}", String::from_utf8_lossy(&output.stderr)));
    (said, output.status.code())
}

fn ms(times: &Value, percentile: &str) -> u64 {
    times[percentile].as_u64().unwrap() / 1_000
}

/// A server that answers after so long.
async fn delayed(delay: Duration) -> String {
    let answer = move || async move {
        sleep(delay).await;
        "done"
    };
    serve(Router::new().fallback(get(answer))).await
}

#[tokio::test]
async fn a_fixed_delay_is_what_is_reported() {
    let url = delayed(Duration::from_millis(200)).await;
    let (said, code) = load(&["--url", &url, "--no-spans", "--rate", "25", "--duration", "3s"]).await;
    assert_eq!(
        (said["due"].as_u64(), said["succeeded"].as_u64(), code),
        (Some(75), Some(75), Some(0)),
        "{said}"
    );
    assert_eq!(said["rateReached"], true);
    for percentile in ["p50", "p90"] {
        let took = ms(&said["timesUs"], percentile);
        assert!((200..230).contains(&took), "{percentile} {took}: {said}");
    }
}

#[tokio::test]
async fn a_stall_shows_in_p99_although_one_connection_waited() {
    let url = stalling_once().await;
    let arguments = [
        "--url",
        &url,
        "--no-spans",
        "--rate",
        "50",
        "--duration",
        "4s",
        "--connections",
        "1",
    ];
    let (said, code) = load(&arguments).await;
    // Of 200 requests, the 50 that were due during the second had to wait, the first of them for all of it.
    let times = &said["timesUs"];
    assert!(ms(times, "p99") >= 900, "{said}");
    assert!((300..800).contains(&ms(times, "p90")), "{said}");
    assert!(ms(times, "p50") < 50, "{said}");
    assert_eq!(said["unsent"], 0, "{said}");
    assert!(
        said["verdict"].as_str().unwrap().contains("the server's fault"),
        "{said}"
    );
    assert_eq!(code, Some(1));
}

/// A server that answers at once, and stands still for one second after its first second.
async fn stalling_once() -> String {
    let first: Arc<Mutex<Option<Instant>>> = Arc::default();
    let stalled = Arc::new(Mutex::new(false));
    let answer = move || {
        let (first, stalled) = (first.clone(), stalled.clone());
        async move {
            let began = *first.lock().await.get_or_insert_with(Instant::now);
            let mut stalled = stalled.lock().await;
            if began.elapsed() > Duration::from_secs(1) && !*stalled {
                *stalled = true;
                sleep(Duration::from_secs(1)).await;
            }
            "done"
        }
    };
    serve(Router::new().fallback(get(answer))).await
}

#[tokio::test]
async fn a_server_too_slow_for_the_rate_is_said_first() {
    let url = delayed(Duration::from_millis(100)).await;
    // Two connections of ten requests a second each.
    let arguments = [
        "load",
        "--url",
        &url,
        "--no-spans",
        "--rate",
        "100",
        "--duration",
        "2s",
        "--connections",
        "2",
    ];
    let output = Command::from(hop(&arguments)).output().await.unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        text.starts_with("Rate not reached: of 200 requests due in 2.00 s"),
        "{text}"
    );
    assert!(
        text.contains("the server's fault") && text.contains("never sent"),
        "{text}"
    );
    assert!(
        text.lines().all(|line| line.chars().count() <= 80) && !text.contains('\u{1b}'),
        "{text}"
    );
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        String::from_utf8_lossy(&output.stderr).lines().last(),
        Some("hop: the rate was not reached")
    );
}

#[tokio::test]
async fn failures_are_told_apart_by_kind() {
    let router = Router::new()
        .route("/good", get(|| async { "done" }))
        .route("/bad", get(|| async { StatusCode::SERVICE_UNAVAILABLE }))
        .route("/never", get(|| async { sleep(Duration::from_secs(30)).await }));
    let url = serve(router).await;
    let arguments = [
        "--url",
        &url,
        "--no-spans",
        "--timeout",
        "300ms",
        "--rate",
        "30",
        "--duration",
        "2s",
    ];
    let (said, code) = load(&[&arguments[..], &["/good", "/bad", "/never", "/none"]].concat()).await;
    let failures = said["failures"].as_array().unwrap();
    let count = |kind: &str| {
        let found = failures.iter().find(|failure| failure["kind"] == kind);
        found.and_then(|failure| failure["count"].as_u64()).unwrap_or(0)
    };
    let [none, bad, never] = ["status404", "status503", "timedOut"].map(count);
    assert!(none > 0 && bad > 0 && never > 0, "{said}");
    assert_eq!(
        said["succeeded"].as_u64().unwrap() + none + bad + never,
        60,
        "{said}"
    );
    assert!(
        ms(&said["timesUs"], "p99") >= 300,
        "a request that timed out has a time: {said}"
    );
    assert_eq!(code, Some(0));
}

#[tokio::test]
async fn the_report_is_korean_for_who_asks_for_that() {
    let url = serve(Router::new().fallback(get(|| async { StatusCode::NOT_FOUND }))).await;
    let mut command = Command::from(hop(&["load", "--lang", "ko", "--no-spans", "--url", &url]));
    let output = command.args(["--rate", "5", "--duration", "1s", "/"]).output();
    let text = String::from_utf8(output.await.unwrap().stdout).unwrap();
    for said in [
        "목표 속도를 지",
        "예정부터 응답까지",
        "전체",
        "404 응답",
        "가장 느린 요청",
    ] {
        assert!(text.contains(said), "{said} in:\n{text}");
    }
    for english in ["requests", "waiting", "answered", "slowest"] {
        assert!(!text.contains(english), "{english} in:\n{text}");
    }
}

#[tokio::test]
async fn a_server_that_goes_away_is_told_apart_from_none() {
    // It takes one connection, for the first look, and hangs up on all others.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let hanging_up = tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            drop(stream);
        }
    });
    let (said, code) = load(&["--url", &url, "--no-spans", "--rate", "20", "--duration", "1s"]).await;
    assert_eq!(said["failures"][0]["kind"], "closed", "{said}");
    assert_eq!(
        (said["failures"][0]["count"].as_u64(), code),
        (Some(20), Some(1)),
        "{said}"
    );
    hanging_up.abort();
    let _ = hanging_up.await;
    let output = Command::from(hop(&["load", "--url", &url]))
        .output()
        .await
        .unwrap();
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(
        text.contains("is it running? `hop up` starts everything"),
        "{text}"
    );
    assert_eq!(output.status.code(), Some(1));
}

#[tokio::test]
async fn an_answer_that_is_no_http_has_a_kind_of_its_own() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let babbling = tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = [0; 1_024];
            while stream.read(&mut request).await.is_ok_and(|bytes| bytes > 0) {
                let _ = stream.write_all(b"SSH-2.0-OpenSSH_9.2\r\n\r\n").await;
            }
        }
    });
    let (said, code) = load(&["--url", &url, "--no-spans", "--rate", "20", "--duration", "1s"]).await;
    assert_eq!(said["failures"][0]["kind"], "notHttp", "{said}");
    assert_eq!((said["failures"].as_array().unwrap().len(), code), (1, Some(1)));
    babbling.abort();
}

#[tokio::test]
async fn the_trace_shows_the_wait_before_the_call() {
    let stack = Stack::start(&[]);
    let arguments = [
        "--url",
        &stack.gateway.url,
        "--zipkin-url",
        &stack.collector.url,
        "--rate",
        "40",
        "--duration",
        "1s",
    ];
    let (said, code) = load(&arguments).await;
    assert_eq!((said["succeeded"].as_u64(), code), (Some(40), Some(0)), "{said}");
    assert_eq!(said["spans"]["taken"], 120, "{said}");
    let slowest = said["slowest"].as_array().unwrap();
    assert_eq!(slowest.len(), 5);
    for slow in slowest {
        let answer = slow["answer"].as_str().unwrap();
        assert!(answer.contains(" of ") && !answer.contains("not whole"), "{slow}");
        let spans = stack.trace(slow["traceId"].as_str().unwrap(), 6).await;
        let of_load: Vec<&Value> = spans
            .iter()
            .filter(|span| span["localEndpoint"]["serviceName"] == "load")
            .collect();
        let root = of_load.iter().find(|span| span["parentId"].is_null()).unwrap();
        assert_eq!(root["duration"], slow["tookUs"], "{spans:?}");
        let wait = of_load
            .iter()
            .find(|span| span["name"] == "wait to be sent")
            .unwrap();
        assert_eq!(
            (&wait["parentId"], &wait["timestamp"]),
            (&root["id"], &root["timestamp"])
        );
        let call = of_load.iter().find(|span| span["kind"] == "CLIENT").unwrap();
        assert!(
            spans
                .iter()
                .any(|span| span["kind"] == "SERVER" && span["parentId"] == call["id"])
        );
    }
}

#[tokio::test]
async fn a_server_without_spans_is_said_and_not_waited_for() {
    let collector = Part::start("collector", &[]);
    let url = delayed(Duration::ZERO).await;
    let mut command = Command::from(hop(&["load", "--rate", "5", "--duration", "2s", "--url", &url]));
    let begun = Instant::now();
    let output = command
        .args(["--zipkin-url", &collector.url])
        .output()
        .await
        .unwrap();
    let (out, error) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    // Two seconds of requests, and seven from the first answer on for spans.
    assert!(begun.elapsed() < Duration::from_secs(12), "{:?}", begun.elapsed());
    assert!(error.contains("no span of the server has arrived"), "{error}");
    assert!(out.contains("The slowest"), "{out}");
}

#[cfg(unix)]
#[tokio::test]
async fn ctrl_c_ends_with_the_report_of_what_was_done() {
    let url = delayed(Duration::from_millis(5)).await;
    let mut command = Command::from(hop(&[
        "load",
        "--json",
        "--url",
        &url,
        "--no-spans",
        "--duration",
        "1m",
    ]));
    let child = command.stdout(std::process::Stdio::piped()).spawn().unwrap();
    sleep(Duration::from_millis(1_500)).await;
    let id = child.id().unwrap().to_string();
    assert!(
        Command::new("kill")
            .args(["-INT", &id])
            .status()
            .await
            .unwrap()
            .success()
    );
    let output = child.wait_with_output().await.unwrap();
    let said: Value = serde_json::from_slice(&output.stdout).unwrap();
    let sent = said["sent"].as_u64().unwrap();
    assert!((10..60).contains(&sent) && said["due"] == sent, "{said}");
    assert_eq!(output.status.code(), Some(0));
}

#[tokio::test]
async fn arguments_that_make_no_load_are_refused() {
    for (arguments, reason) in [
        (&["--rate", "0"][..], "no rate"),
        (&["--rate", "20001"], "no rate"),
        (&["--rate", "1,2", "--duration", "31m"], "an hour is the most"),
        (&["--duration", "10"], "such as 500ms"),
        (&["orders"], "begins with a slash"),
        (&["--connections", "0"], "1..=1000"),
        (&["--users", ""], "a name is empty"),
        (&["--method", "GET /"], "a method is one word"),
        (&["--method", "CONNECT"], "CONNECT makes a tunnel"),
        (&["-H", "content-length: 3"], "the header content-length is set"),
        (&["-H", "b3: 0"], "with --no-spans it does not"),
        (&["--body", "a", "--body-file", "b"], "cannot be used with"),
    ] {
        let mut command = Command::from(hop(&["load"]));
        let output = command.args(arguments).output().await.unwrap();
        // Errors are broken into lines of 80 columns.
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(text.contains(reason), "{arguments:?}: {text}");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    }
}
