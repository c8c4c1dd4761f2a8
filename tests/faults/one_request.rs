//! Faults that one request orders by its headers, in the hop that it names.

use crate::{
    faults::broken::{Broken, duration_ms, span},
    harness::{Stack, client},
};

const DELAY: &str = "x-envoy-fault-delay-request";
const ABORT: &str = "x-envoy-fault-abort-request";
const HOP: &str = "x-fault-hop";

#[tokio::test]
async fn the_hop_that_is_named_is_broken_for_one_request() {
    let broken = Broken::start();
    let seen = broken.request_with(&[(ABORT, "503"), (HOP, "inventory")]).await;
    assert_eq!(seen.status, 502);
    let spans = broken.stack.trace(&seen.trace_id, 5).await;
    assert_eq!(
        span(&spans, "inventory", "SERVER")["tags"]["http.status_code"],
        "503"
    );

    let slow = broken.request_with(&[(DELAY, "80"), (HOP, "orders")]).await;
    let late = broken.stack.trace(&slow.trace_id, 5).await;
    let own = duration_ms(span(&late, "orders", "SERVER")) - duration_ms(span(&late, "orders", "CLIENT"));
    assert!(own >= 79, "{own} ms");

    let here = broken.request_with(&[(ABORT, "418")]).await;
    assert_eq!(here.status, 418);
    assert_eq!(broken.request().await.status, 200);

    // Neither tags nor lines tell that a fault was ordered.
    let Stack {
        gateway,
        orders,
        inventory,
        ..
    } = &broken.stack;
    let lines = [gateway, orders, inventory]
        .map(|part| part.lines().join("\n"))
        .join("\n");
    for text in [lines, format!("{spans:?}{late:?}")] {
        assert!(!text.contains("fault") && !text.contains("envoy"), "{text}");
    }
}

#[tokio::test]
async fn a_percentage_leaves_the_others_alone() {
    let broken = Broken::start();
    let percentage = ("x-envoy-fault-abort-request-percentage", "50");
    let mut failed = 0;
    for _ in 0..20 {
        let seen = broken
            .request_with(&[(ABORT, "503"), percentage, (HOP, "orders")])
            .await;
        failed += u32::from(seen.status == 502);
    }
    assert!((4..=16).contains(&failed), "{failed} of 20");
}

#[tokio::test]
async fn services_without_faults_take_no_orders() {
    let stack = Stack::start(&[]);
    let call = client()
        .get(format!("{}/orders/8", stack.gateway.url))
        .header("userid", "terry");
    let answer = call
        .header(ABORT, "503")
        .header(DELAY, "9000")
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 200);
    let trace_id = answer.headers()["x-trace-id"].to_str().unwrap().to_owned();
    let spans = stack.trace(&trace_id, 5).await;
    assert!(duration_ms(span(&spans, "gateway", "SERVER")) < 5_000);
}

#[tokio::test]
async fn headers_that_order_nothing_are_said_in_the_log() {
    let broken = Broken::start();
    for (headers, said, teller) in [
        (
            &[(DELAY, "80"), (HOP, "bogus")] as &[_],
            "x-fault-hop: bogus is none of the services that this request came to",
            &broken.stack.inventory,
        ),
        (
            &[(HOP, "bogus")],
            "x-fault-hop: bogus orders nothing without",
            &broken.stack.gateway,
        ),
        (
            &[(DELAY, "soon")],
            "x-envoy-fault-delay-request is no number of milliseconds",
            &broken.stack.gateway,
        ),
    ] {
        let seen = broken.request_with(headers).await;
        assert_eq!(seen.status, 200);
        let line = teller.lines_with(said, 1).remove(0);
        assert!(line.contains("WARN") && line.contains(&seen.trace_id), "{line}");
    }
}
