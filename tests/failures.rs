//! Next hops that are slow, broken or gone: the answer, and what the trace says.

use std::time::Duration;

use axum::{Router, http::StatusCode, routing::get};
use serde_json::Value;

use crate::harness::{Part, client, free_port, serve};

/// The gateway's answer with this in the place of orders.
async fn answer(orders: &str) -> (StatusCode, Value) {
    let environment = [
        ("ORDERS_URL", orders),
        ("DOWNSTREAM_TIMEOUT_MS", "300"),
        ("OTEL_TRACES_EXPORTER", "none"),
    ];
    let gateway = Part::start("gateway", &environment);
    let call = client()
        .get(format!("{}/orders/8", gateway.url))
        .header("userid", "terry")
        .send()
        .await
        .unwrap();
    let (status, trace_id) = (
        call.status(),
        call.headers()["x-trace-id"].to_str().unwrap().to_owned(),
    );
    let error = gateway.lines_with(&trace_id, 2);
    assert!(error.iter().any(|line| line.contains(" ERROR ")), "{error:?}");
    (status, call.json().await.unwrap())
}

async fn stand_in(status: StatusCode, body: &'static str) -> String {
    serve(Router::new().route("/orders/{id}", get(async move || (status, body)))).await
}

#[tokio::test]
async fn a_next_hop_that_is_gone_or_broken_is_502() {
    let gone = format!("http://127.0.0.1:{}", free_port());
    let broken = stand_in(StatusCode::INTERNAL_SERVER_ERROR, "secret").await;
    let wrong = stand_in(StatusCode::BAD_REQUEST, "secret").await;
    let garbled = stand_in(StatusCode::OK, r#"{"item":"secret"#).await;
    for orders in [gone, broken, wrong, garbled] {
        let (status, body) = answer(&orders).await;
        assert_eq!((status, &body["status"]), (StatusCode::BAD_GATEWAY, &502.into()));
        let text = body.to_string();
        assert!(
            !text.contains("secret") && !text.contains("127.0.0.1"),
            "no internals: {text}"
        );
    }
}

#[tokio::test]
async fn a_next_hop_that_is_slow_is_504_and_so_is_one_that_says_so() {
    let slow = async || {
        tokio::time::sleep(Duration::from_secs(30)).await;
        "late"
    };
    let slow = serve(Router::new().route("/orders/{id}", get(slow))).await;
    let passed_on = stand_in(StatusCode::GATEWAY_TIMEOUT, "").await;
    for orders in [slow, passed_on] {
        assert_eq!(answer(&orders).await.0, StatusCode::GATEWAY_TIMEOUT);
    }
}
