//! The command line: ids, addresses, settings and answers of all kinds, understood or refused with a clear word.

use std::{
    process::{Output, Stdio},
    time::{Duration, Instant},
};

use axum::{Json, Router, extract::Path, http::StatusCode, response::IntoResponse as _, routing::get};
use serde_json::{Value, json};

use crate::harness::{Part, Stack, client, hop, serve};

/// Answers of servers.
mod answers;

/// Settings from the environment.
mod settings;

/// The width of help.
mod help;

const TRACE: &str = "9e65824748485a3953bb6124463ac35c";

/// Both streams of a command, and its exit code.
struct Said {
    code: Option<i32>,
    text: String,
}

async fn run_with(arguments: &[&str], environment: &[(&str, &str)]) -> Said {
    let mut hop = hop(arguments);
    hop.stdin(Stdio::null()).envs(environment.iter().copied());
    let output = tokio::task::spawn_blocking(move || hop.output().unwrap());
    let Output {
        status,
        stdout,
        stderr,
    } = output.await.unwrap();
    let text = String::from_utf8_lossy(&stdout).into_owned() + &String::from_utf8_lossy(&stderr);
    Said {
        code: status.code(),
        text,
    }
}

async fn run(arguments: &[&str]) -> Said {
    run_with(arguments, &[]).await
}

#[track_caller]
fn assert_says(said: &Said, code: i32, texts: &[&str]) {
    assert_eq!(said.code, Some(code), "{}", said.text);
    for text in texts {
        assert!(said.text.contains(text), "{text} in:\n{}", said.text);
    }
}

fn span(trace_id: &str) -> Value {
    json!([{"traceId": trace_id, "id": "1", "name": "get", "timestamp": 1_795_885_571_881_000_u64, "duration": 10,
        "localEndpoint": {"serviceName": "web"}}])
}

#[tokio::test]
async fn a_trace_is_found_by_its_first_digits() {
    let collector = Part::start("collector", &[]);
    let other = "9e65824800000000000000000000000f";
    for id in [TRACE, other, "00000000000ab1e5"] {
        let spans = format!("{}/api/v2/spans", collector.url);
        let sent = client().post(spans).json(&span(id)).send().await.unwrap();
        assert_eq!(sent.status(), 202);
    }
    let of = async |digits: &str, more: &[&str]| {
        let arguments = ["trace", digits, "--zipkin-url", &collector.url];
        run(&[&arguments, more].concat()).await
    };
    for digits in [
        TRACE,
        "9e658247",
        "9E658247",
        &TRACE.to_uppercase(),
        "9e65824748485a39",
    ] {
        assert_says(
            &of(digits, &[]).await,
            0,
            &[&format!("Trace {TRACE}"), "/traces/"],
        );
    }
    // Exactly first: the id is 00000000000ab1e5.
    assert_says(&of("ab1e5", &[]).await, 0, &["Trace 00000000000ab1e5"]);
    assert_says(
        &of("9e6582", &[]).await,
        1,
        &[TRACE, other, "2 traces begin with 9e6582"],
    );
    let listed = of("9e6582", &["--json"]).await;
    assert_says(&listed, 1, &[&format!("[\"{TRACE}\",\"{other}\"]")]);
    assert_says(&of("9e658249", &[]).await, 1, &["has no trace 9e658249"]);
    assert_says(&of("9e6g", &[]).await, 2, &["hex digits"]);
}

#[tokio::test]
async fn a_zipkin_is_said_to_need_whole_ids() {
    let trace = async |Path(id): Path<String>| match id.as_str() {
        TRACE => Json(span(TRACE)).into_response(),
        _ => StatusCode::NOT_FOUND.into_response(),
    };
    let zipkin = serve(Router::new().route("/api/v2/trace/{id}", get(trace))).await;
    assert_says(
        &run(&["trace", TRACE, "--zipkin-url", &zipkin]).await,
        0,
        &["/zipkin/traces/"],
    );
    let said = run(&["trace", "9e658247", "--zipkin-url", &zipkin]).await;
    assert_says(&said, 1, &["has no trace 9e658247", "the whole id is needed"]);
}

#[tokio::test]
async fn whole_urls_are_called_and_error_answers_are_failures() {
    let stack = Stack::start(&[]);
    let call = async |path: &str, gateway: &str| {
        let mut arguments = vec!["call", path, "--zipkin-url", &stack.collector.url];
        if !gateway.is_empty() {
            arguments.extend(["--gateway", gateway]);
        }
        run(&arguments).await
    };
    let (gateway, orders) = (&stack.gateway.url, &stack.orders.url);
    let without_scheme = format!("{}/orders/8", gateway.trim_start_matches("http://"));
    for url in [&format!("{gateway}/orders/8"), &without_scheme] {
        assert_says(&call(url, "").await, 0, &["200 OK", "5 spans of 3 services"]);
    }
    assert_says(
        &call(&format!("{orders}/orders/8"), "").await,
        0,
        &["3 spans of 2 services"],
    );
    assert_says(&call("/orders/8?a=b", gateway).await, 0, &["/orders/8?a=b → 200"]);
    assert_says(
        &call("/nowhere", gateway).await,
        1,
        &["1 span of 1 service", "hop: the answer was 404 Not Found\n"],
    );
    assert_says(
        &call(&format!("{gateway}/orders/8"), gateway).await,
        2,
        &["--gateway"],
    );
    assert_says(&call("https://127.0.0.1/orders/8", "").await, 2, &["no https://"]);
    let denied = [
        "call",
        "--gateway",
        gateway,
        "--zipkin-url",
        &stack.collector.url,
        "-H",
    ];
    let begun = Instant::now();
    let said = run(&[&denied[..], &["X-B3-Sampled: FALSE"]].concat()).await;
    assert_says(&said, 0, &["No trace will come", "x-b3-sampled: FALSE"]);
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    let upper = format!("traceparent: 00-{}-A2FB4A1D1A96D312-00", TRACE.to_uppercase());
    assert_says(
        &run(&[&denied[..], &[&upper]].concat()).await,
        0,
        &["5 spans of 3 services"],
    );
}

#[tokio::test]
async fn a_zipkin_is_named_by_its_pages_and_by_nothing_more() {
    let collector = Part::start("collector", &[]);
    let spans = format!("{}/api/v2/spans", collector.url);
    client().post(spans).json(&span(TRACE)).send().await.unwrap();
    let address = collector.url.trim_start_matches("http://");
    for (url, code, text) in [
        (collector.url.clone() + "/", 0, TRACE),
        (collector.url.clone() + "/zipkin/", 0, TRACE),
        (collector.url.clone() + "/api/v2/spans", 0, TRACE),
        (address.to_owned(), 0, TRACE),
        (format!("http://terry:secret@{address}"), 0, "http://***@"),
        (collector.url.clone() + "/?lookback=15m", 2, "no ? and no #"),
        (collector.url.clone() + "/#top", 2, "no ? and no #"),
        ("https://zipkin".to_owned(), 2, "no https://"),
    ] {
        let said = run(&["trace", TRACE, "--zipkin-url", &url]).await;
        assert_says(&said, code, &[text]);
        assert!(!said.text.contains("secret"), "{}", said.text);
    }
}

#[tokio::test]
async fn a_trace_that_a_sampler_leaves_out_is_waited_for_with_a_word() {
    let stack = Stack::start(&[("OTEL_TRACES_SAMPLER", "always_off")]);
    let (gateway, zipkin) = (&stack.gateway.url, &stack.collector.url);
    let said = run(&["call", "--gateway", gateway, "--zipkin-url", zipkin]).await;
    assert_says(
        &said,
        1,
        &[
            "200 OK",
            "whose sampler leaves it out (1 s)",
            "no span of it has arrived",
        ],
    );
}
