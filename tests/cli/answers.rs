//! Answers without an end, from elsewhere, or that cannot be shown.

use std::{
    convert::Infallible,
    process::Stdio,
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
    time::{Duration, Instant},
};

use axum::{
    Router,
    body::{Body, Bytes},
    http::{StatusCode, header},
};

use super::{TRACE, assert_says, run, span};
use crate::harness::{Part, client, hop, serve};

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
    let dry_run = ["links", "--dry-run", "--zipkin-url", &server];
    for arguments in [
        &["call", "--gateway", &server, "--zipkin-url", &server] as &[&str],
        &["trace", TRACE, "--zipkin-url", &server],
        &["health", &server],
        &["links", "--es-hosts", &server],
        // It asks for less and less, for a while.
        &dry_run,
    ] {
        assert_says(&run(arguments).await, 1, &["answers more than", " bytes"]);
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
