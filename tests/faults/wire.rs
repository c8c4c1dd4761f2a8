//! Headers on the wire: what a service writes for the next hop, as a stand-in gets it.

use std::sync::{Arc, Mutex};

use axum::{Router, http::HeaderMap, routing::get};
use serde_json::json;

use crate::{
    faults::broken::with_faults,
    harness::{Part, client, free_port, serve},
};

const ORDER: &str =
    r#"{"item":"laptop","pricePerItem":100,"quantity":1,"totalPrice":100,"id":8,"user":"terry"}"#;

#[tokio::test]
async fn calls_carry_the_headers_that_a_fault_leaves() {
    let seen = Arc::new(Mutex::new(HeaderMap::new()));
    let kept = seen.clone();
    let answer = async move |headers: HeaderMap| {
        *kept.lock().unwrap() = headers;
        ORDER
    };
    let orders = serve(Router::new().route("/orders/{id}", get(answer))).await;
    let control = format!("127.0.0.1:{}", free_port());
    let own = [("ORDERS_URL", orders.as_str()), ("OTEL_TRACES_EXPORTER", "none")];
    let gateway = Part::start("gateway", &[&own[..], &with_faults(&control)].concat());
    let headers = async |fault: &str| {
        let faults = format!("http://{control}/faults");
        let change = json!({"service": "gateway", "faults": fault});
        assert_eq!(
            client()
                .post(&faults)
                .json(&change)
                .send()
                .await
                .unwrap()
                .status(),
            200
        );
        let call = client()
            .get(format!("{}/orders/8", gateway.url))
            .header("userid", "terry");
        assert_eq!(call.send().await.unwrap().status(), 200);
        client().delete(&faults).send().await.unwrap();
        let headers = seen.lock().unwrap().clone();
        let names = headers.keys().map(|name| name.as_str());
        let mut names: Vec<&str> = names
            .filter(|name| name.starts_with("x-") || ["b3", "traceparent", "baggage"].contains(name))
            .collect();
        names.sort_unstable();
        (names.join(" "), headers)
    };
    const ALL: &str = "baggage traceparent x-b3-parentspanid x-b3-sampled x-b3-spanid x-b3-traceid";
    assert_eq!(headers("latency=0ms").await.0, ALL);
    assert_eq!(headers("context-dropped").await.0, "baggage");
    assert_eq!(
        headers("baggage-dropped").await.0,
        ALL.trim_start_matches("baggage ")
    );
    assert_eq!(headers("one-dialect=b3").await.0, "b3 baggage");
    assert_eq!(headers("one-dialect=tracecontext").await.0, "baggage traceparent");
    let (names, cut) = headers("ids-64bit").await;
    assert_eq!((names.as_str(), cut["x-b3-traceid"].len()), (ALL, 16));
    assert!(
        cut["traceparent"]
            .to_str()
            .unwrap()
            .starts_with("00-0000000000000000")
    );
    assert_eq!(headers("latency=0ms").await.0, ALL);
}
