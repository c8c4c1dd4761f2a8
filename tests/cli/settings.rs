//! Settings: passwords that are printed nowhere, and errors that name their variable.

use axum::{
    Router,
    http::{HeaderMap, StatusCode},
};

use super::{TRACE, assert_says, run, run_with};
#[cfg(unix)]
use crate::harness::hop;
use crate::harness::{Part, client, free_port, serve};

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
