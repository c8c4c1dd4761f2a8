//! The command line: ids, addresses, settings and answers of all kinds, understood or refused with a clear word.

use std::{
    convert::Infallible,
    process::{Output, Stdio},
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
    time::{Duration, Instant},
};

use axum::{
    Json, Router,
    body::{Body, Bytes},
    extract::Path,
    http::{HeaderMap, StatusCode, header},
    response::IntoResponse as _,
    routing::get,
};
use serde_json::{Value, json};

use crate::harness::{Part, Stack, client, free_port, hop, serve};

const TRACE: &str = "9e65824748485a3953bb6124463ac35c";

/// What a command said on both streams, and its exit code.
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
        &["1 span of 1 service", "answers 404 Not Found"],
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

/// A body that begins as asked for and goes on as long as somebody reads.
async fn endless() -> Body {
    let spaces = Bytes::from(vec![b' '; 1 << 16]);
    Body::from_stream(futures_util::stream::repeat_with(move || {
        Ok::<_, Infallible>(spaces.clone())
    }))
}

#[tokio::test]
async fn an_answer_without_an_end_is_refused() {
    let server = serve(Router::new().fallback(endless)).await;
    for arguments in [
        &["call", "--gateway", &server, "--zipkin-url", &server] as &[&str],
        &["trace", TRACE, "--zipkin-url", &server],
        &["health", &server],
        &[
            "links",
            "--day",
            "2026-11-20",
            "--dry-run",
            "--zipkin-url",
            &server,
        ],
        &["links", "--day", "2026-11-20", "--es-hosts", &server],
    ] {
        let limited = ["links", "--day", "2026-11-20", "--dry-run"];
        if arguments.starts_with(&limited) {
            continue; // It asks for less and less: tests/links.rs.
        }
        let begun = Instant::now();
        assert_says(&run(arguments).await, 1, &["answers more than", " bytes"]);
        assert!(begun.elapsed() < Duration::from_secs(15), "{:?}", begun.elapsed());
    }
}

#[tokio::test]
async fn a_body_that_drips_is_given_up() {
    let drip = async || {
        Body::from_stream(futures_util::stream::unfold((), async |()| {
            tokio::time::sleep(Duration::from_millis(100)).await;
            Some((Ok::<_, Infallible>(Bytes::from_static(b" ")), ()))
        }))
    };
    let server = serve(Router::new().fallback(drip)).await;
    let begun = Instant::now();
    let trace = ["trace", TRACE, "--zipkin-url", &server];
    let health = ["health", server.as_str()];
    let hosts = ["links", "--es-hosts", &server];
    let (trace, health, hosts) = tokio::join!(run(&trace), run(&health), run(&hosts));
    for said in [trace, health, hosts] {
        assert_says(&said, 1, &["no whole answer within 10s"]);
    }
    assert!(begun.elapsed() < Duration::from_secs(15), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn no_redirect_is_followed() {
    static SENT_ELSEWHERE: AtomicUsize = AtomicUsize::new(0);
    let elsewhere = async || SENT_ELSEWHERE.fetch_add(1, Relaxed).to_string();
    let elsewhere = serve(Router::new().fallback(elsewhere)).await;
    let location = format!("{elsewhere}/");
    let redirect = async move || (StatusCode::FOUND, [(header::LOCATION, location.clone())]);
    let server = serve(Router::new().fallback(redirect)).await;
    for arguments in [
        &["call", "--gateway", &server, "-H", "x-b3-sampled: 0"] as &[&str],
        &["trace", TRACE, "--zipkin-url", &server],
        &["health", &server],
        &["links", "--dry-run", "--zipkin-url", &server],
        &["links", "--es-hosts", &server],
    ] {
        assert_says(&run(arguments).await, 1, &[]);
    }
    assert_says(
        &run(&["health", &server]).await,
        1,
        &["302 Found", "is not followed"],
    );
}

#[tokio::test]
async fn a_password_is_sent_and_printed_nowhere() {
    let closed = async |headers: HeaderMap| match headers.get("authorization") {
        Some(user) if user == "Basic dGVycnk6c2VjcmV0" => StatusCode::OK, // terry:secret
        _ => StatusCode::UNAUTHORIZED,
    };
    let server = serve(Router::new().fallback(closed)).await;
    let nobody = format!("127.0.0.1:{}", free_port());
    let with_password =
        |address: &str| format!("http://terry:secret@{}", address.trim_start_matches("http://"));
    assert_says(
        &run(&["health", &with_password(&server)]).await,
        0,
        &["http://***@"],
    );
    let (there, gone) = (with_password(&server), with_password(&nobody));
    let broken = gone.clone() + ":x";
    let variables = [
        ("ORDERS_URL", broken.as_str()),
        ("INVENTORY_URL", &broken),
        ("OTEL_EXPORTER_ZIPKIN_ENDPOINT", &broken),
        ("KAFKA_BOOTSTRAP_SERVERS", &broken),
        ("ES_HOSTS", &broken),
    ];
    for (arguments, code) in [
        (&["trace", TRACE, "--zipkin-url", &there] as &[&str], 1),
        (&["trace", TRACE, "--zipkin-url", &gone], 1),
        (&["trace", TRACE, "--zipkin-url", &broken], 2),
        (&["trace", &gone], 2),
        (&["call", &gone], 1),
        (&["call", &broken], 2),
        (&["call", "--gateway", &gone], 1),
        (&["health", &gone], 1),
        (&["health", &broken], 2),
        (
            &["links", "--es-hosts", "es", "--dry-run", "--zipkin-url", &gone],
            1,
        ),
        (&["links", "--es-hosts", &gone], 2),
        (&["up", &gone], 2),
        (&[gone.as_str()], 2),
        (&["gateway", "--help"], 0),
        (&["orders", "--help"], 0),
        (&["links", "--help"], 0),
        (&["gateway"], 2),
        (&["orders"], 2),
        (&["links"], 2),
    ] {
        let said = run_with(arguments, &variables).await;
        assert_says(&said, code, &[]);
        assert!(!said.text.contains("secret"), "{arguments:?}:\n{}", said.text);
    }
    // The gateway's own lines, when nobody is there.
    let gateway = Part::start(
        "gateway",
        &[
            ("ORDERS_URL", &gone),
            ("OTEL_EXPORTER_ZIPKIN_ENDPOINT", &gone),
            ("RUST_LOG", "debug"),
        ],
    );
    let answer = client().get(format!("{}/users/terry", gateway.url)).send().await;
    assert_eq!(answer.unwrap().status(), 502);
    let lines = gateway.lines_with("http://***@127.0.0.1", 1).join("\n") + &gateway.stop();
    assert!(!lines.contains("secret"), "{lines}");
}

#[tokio::test]
async fn an_error_names_the_variable_that_was_set() {
    for (command, variable, value) in [
        ("collector", "COLLECTOR_SAMPLE_RATE", "10"),
        ("collector", "MEM_MAX_SPANS", "many"),
        ("gateway", "OTEL_TRACES_SAMPLER_ARG", "2"),
        ("orders", "LISTEN_ADDR", "localhost"),
        ("inventory", "OTEL_PROPAGATORS", "b3,x"),
        ("links", "ES_INDEX", "Zipkin"),
        ("links", "ES_DATE_SEPARATOR", "--"),
        ("up", "COLLECTOR_SAMPLE_RATE", "10"),
        ("up", "OTEL_TRACES_SAMPLER", "sometimes"),
    ] {
        let said = run_with(&[command], &[(variable, value)]).await;
        assert_says(&said, 2, &[&format!("{variable}={value}"), "--"]);
    }
    let said = run_with(&["links"], &[("ES_USERNAME", "zipkin")]).await;
    assert_says(&said, 2, &["ES_PASSWORD"]);
    // The argument beats the variable, and is what is wrong.
    let said = run_with(
        &["gateway", "--sampler-ratio", "2"],
        &[("OTEL_TRACES_SAMPLER_ARG", "1")],
    )
    .await;
    assert_says(&said, 2, &["'--sampler-ratio <RATIO>'"]);
}

#[cfg(unix)]
#[tokio::test]
async fn a_variable_that_is_no_text_is_named() {
    use std::os::unix::ffi::OsStrExt as _;
    let mut hop = hop(&["gateway"]);
    let output = hop
        .env("OTEL_SERVICE_NAME", std::ffi::OsStr::from_bytes(b"\xff"))
        .output();
    let output = output.unwrap();
    assert_eq!(output.status.code(), Some(2));
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(text.contains("OTEL_SERVICE_NAME is not UTF-8"), "{text}");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn an_answer_that_cannot_be_written_is_a_failure() {
    let collector = Part::start("collector", &[]);
    let spans = format!("{}/api/v2/spans", collector.url);
    client().post(spans).json(&span(TRACE)).send().await.unwrap();
    for arguments in [
        &["--help"] as &[&str],
        &["call", "--help"],
        &["--version"],
        &["health", &collector.url],
        &["trace", TRACE, "--zipkin-url", &collector.url],
        &["trace", TRACE, "--zipkin-url", &collector.url, "--json"],
        &["links", "--dry-run", "--zipkin-url", &collector.url],
    ] {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output = hop(arguments)
            .stdout(full)
            .stderr(Stdio::piped())
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {text}");
        assert!(text.contains("standard output cannot be written"), "{text}");

        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = hop(arguments)
            .stdout(writer)
            .stderr(Stdio::piped())
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
        assert!(output.stderr.is_empty(), "{output:?}");
    }
}
