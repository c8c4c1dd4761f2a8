//! A call whose future is dropped has a span that says so, whoever dropped it.

use std::time::Duration;

use telemetry::task::retry;
use tokio::time::{sleep, timeout};
use tracing::Instrument as _;

use crate::world::{in_request, serve_as_is, tag, traced};

async fn silent() -> String {
    serve_as_is(axum::Router::new().fallback(async || std::future::pending::<()>().await)).await
}

#[tokio::test]
async fn a_call_that_is_dropped_is_cancelled() {
    let url = silent().await;
    let (server, spans) = in_request(
        move || {
            let url = url.clone();
            async move {
                let client = traced();
                let call = || client.send("Stock", client.http().get(&url));
                assert!(timeout(Duration::from_millis(50), call()).await.is_err());
                tokio::select! {
                    _ = call() => unreachable!(),
                    () = sleep(Duration::from_millis(50)) => {}
                }
                let task = tokio::spawn({
                    let (client, url) = (client.clone(), url.clone());
                    async move { client.send("Stock", client.http().get(url)).await }.in_current_span()
                });
                sleep(Duration::from_millis(50)).await;
                task.abort();
                assert!(task.await.unwrap_err().is_cancelled());
            }
        },
        3,
    )
    .await;
    for span in &spans {
        assert_eq!(
            (span.parent_id, tag(span, "error")),
            (Some(server.id), Some("cancelled"))
        );
        assert!((40_000..5_000_000).contains(&span.duration.unwrap()));
    }
}

#[tokio::test]
async fn attempts_are_siblings_within_their_limits() {
    let url = silent().await;
    let (server, spans) = in_request(
        move || {
            let url = url.clone();
            async move {
                let client = traced();
                let attempt = || {
                    client.send(
                        "Stock",
                        client.http().get(&url).timeout(Duration::from_millis(30)),
                    )
                };
                let result = retry(3, Duration::from_millis(5), reqwest::Error::is_timeout, attempt).await;
                assert!(result.is_err());
            }
        },
        3,
    )
    .await;
    for pair in spans.windows(2) {
        assert!(pair[0].timestamp.unwrap() + pair[0].duration.unwrap() <= pair[1].timestamp.unwrap());
    }
    assert!(
        spans
            .iter()
            .all(|span| span.parent_id == Some(server.id) && tag(span, "error") == Some("timeout"))
    );
}
