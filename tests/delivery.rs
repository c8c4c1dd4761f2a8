//! Spans on their way to collectors that come and go: no request suffers, and each span is sent or counted.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use axum::{Router, body::Bytes, extract::State, http::StatusCode, routing::post};
use serde_json::Value;

use crate::harness::{Part, Stack, client, free_port, hop, serve, until};

/// Passes batches on, and keeps the span ids of those that got a 202.
#[derive(Clone)]
struct Recorder {
    collector: String,
    acknowledged: Arc<Mutex<HashSet<String>>>,
}

async fn record(State(recorder): State<Recorder>, body: Bytes) -> StatusCode {
    let batch: Vec<Value> = serde_json::from_slice(&body).unwrap();
    let call = client()
        .post(format!("{}/api/v2/spans", recorder.collector))
        .body(body)
        .send()
        .await;
    let status = call.map_or(StatusCode::BAD_GATEWAY, |answer| answer.status());
    if status == StatusCode::ACCEPTED {
        let ids = batch.iter().map(|span| span["id"].as_str().unwrap().to_owned());
        recorder.acknowledged.lock().unwrap().extend(ids);
    }
    status
}

/// `spans: N ended, M sent, K dropped…` as numbers.
pub fn counts(last_line: &str) -> [usize; 3] {
    let text = last_line.rsplit(" : ").next().unwrap();
    let numbers = text
        .split(|c: char| !c.is_ascii_digit())
        .filter_map(|word| word.parse().ok());
    let numbers: Vec<usize> = numbers.take(3).collect();
    numbers.try_into().unwrap()
}

/// Requests at a concurrency of 8 until told otherwise; how many were answered, and how long the slowest took.
pub async fn load(url: String, until: Instant) -> (usize, Duration) {
    let callers = (0..8).map(|_| {
        let url = url.clone();
        tokio::spawn(async move {
            let (client, mut answered, mut slowest) = (client(), 0, Duration::ZERO);
            while Instant::now() < until {
                let begun = Instant::now();
                let answer = client.get(&url).header("userid", "terry").send().await.unwrap();
                assert_eq!(answer.status(), 200);
                (answered, slowest) = (answered + 1, slowest.max(begun.elapsed()));
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            (answered, slowest)
        })
    });
    let (mut answered, mut slowest) = (0, Duration::ZERO);
    for caller in callers.collect::<Vec<_>>() {
        let (more, slow) = caller.await.unwrap();
        (answered, slowest) = (answered + more, slowest.max(slow));
    }
    (answered, slowest)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_collector_costs_no_request_and_no_uncounted_span() {
    let address = format!("127.0.0.1:{}", free_port());
    let mut collector = Part::start("collector", &[("LISTEN_ADDR", &address)]);
    let recorder = Recorder {
        collector: collector.url.clone(),
        acknowledged: Arc::default(),
    };
    let router = Router::new()
        .route("/api/v2/spans", post(record))
        .with_state(recorder.clone());
    let endpoint = format!("{}/api/v2/spans", serve(router).await);
    // Small queues, so that some spans must be dropped.
    let environment = [
        ("OTEL_EXPORTER_ZIPKIN_ENDPOINT", endpoint.as_str()),
        ("OTEL_BSP_MAX_QUEUE_SIZE", "200"),
        ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "50"),
    ];
    let inventory = Part::start("inventory", &environment);
    let orders_environment = [
        environment.as_slice(),
        &[("INVENTORY_URL", inventory.url.as_str())],
    ]
    .concat();
    let orders = Part::start("orders", &orders_environment);
    let gateway_environment = [environment.as_slice(), &[("ORDERS_URL", orders.url.as_str())]].concat();
    let gateway = Part::start("gateway", &gateway_environment);

    let outage = Duration::from_secs(10);
    let running = tokio::spawn(load(
        format!("{}/orders/8", gateway.url),
        Instant::now() + outage + outage / 5,
    ));
    tokio::time::sleep(outage / 10).await;
    collector.kill();
    tokio::time::sleep(outage).await;
    let collector = Part::start("collector", &[("LISTEN_ADDR", &address)]);
    let (answered, slowest) = running.await.unwrap();

    let parts = [(gateway, 2), (orders, 2), (inventory, 1)];
    let (mut all_sent, mut all_dropped) = (0, 0);
    for (part, spans_each) in parts {
        let [ended, sent, dropped] = counts(&part.stop());
        assert_eq!((ended, sent + dropped), (answered * spans_each, ended));
        (all_sent, all_dropped) = (all_sent + sent, all_dropped + dropped);
    }
    let acknowledged = recorder.acknowledged.lock().unwrap().len();
    assert_eq!(
        (acknowledged, acknowledged + all_dropped),
        (all_sent, answered * 5)
    );
    assert!(
        all_dropped > 0 && acknowledged > 0,
        "{acknowledged} acknowledged, {all_dropped} dropped"
    );
    assert!(slowest < Duration::from_secs(2), "a request took {slowest:?}");
    drop(collector);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_span_arrives_when_the_chain_stops_at_once() {
    let Stack {
        collector,
        inventory,
        orders,
        gateway,
    } = Stack::start(&[("DOWNSTREAM_TIMEOUT_MS", "20000")]); // a busy machine is not what is tried here
    let url = format!("{}/users/terry", gateway.url);
    let callers: Vec<_> = (0..32)
        .map(|_| {
            let url = url.clone();
            tokio::spawn(async move {
                let client = client();
                for _ in 0..32 {
                    assert_eq!(client.get(&url).send().await.unwrap().status(), 200);
                }
            })
        })
        .collect();
    for caller in callers {
        caller.await.unwrap();
    }
    for (part, spans) in [(gateway, 2048), (orders, 2048), (inventory, 1024)] {
        assert_eq!(counts(&part.stop()), [spans, spans, 0]);
    }
    let traces = client()
        .get(format!("{}/api/v2/traces?limit=5000", collector.url))
        .send()
        .await
        .unwrap();
    let traces: Vec<Vec<Value>> = traces.json().await.unwrap();
    assert_eq!(
        (traces.len(), traces.iter().map(Vec::len).sum::<usize>()),
        (1024, 5120)
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_that_is_cut_off_at_the_stop_is_counted() {
    let collector = Part::start("collector", &[]);
    let endpoint = format!("{}/api/v2/spans", collector.url);
    // Takes connections and says nothing.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let orders = format!("http://{}", silent.local_addr().unwrap());
    let environment = [
        ("OTEL_EXPORTER_ZIPKIN_ENDPOINT", endpoint.as_str()),
        ("ORDERS_URL", orders.as_str()),
        ("DOWNSTREAM_TIMEOUT_MS", "60000"),
    ];
    let gateway = Part::start("gateway", &environment);
    let url = format!("{}/users/terry", gateway.url);
    let call = tokio::spawn(async move { client().get(url).send().await.map(|_| ()) });
    gateway.lines_with("userId=terry", 1);
    let last = gateway.stop();
    // The request's span and the call's: sent with an error, or lost.
    let [ended, sent, dropped] = counts(&last);
    assert_eq!((ended, sent + dropped), (2, 2), "{last}");
    call.abort();
}

#[test]
fn an_endpoint_that_cannot_be_used_is_said_at_the_start() {
    for endpoint in ["https://127.0.0.1:9411/api/v2/spans", "nonsense"] {
        let mut gateway = hop(&["gateway", "--zipkin-endpoint", endpoint]);
        let output = gateway.env("LISTEN_ADDR", "127.0.0.1:0").output().unwrap();
        assert!(!output.status.success(), "{endpoint}");
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(text.contains(endpoint), "{text}");
    }
}

#[test]
fn a_part_ends_when_its_parent_is_gone() {
    let mut inventory = Part::start("inventory", &[]);
    assert!(inventory.url.starts_with("http://127.0.0.1:"));
    until("the end of inventory", || inventory.ended_without_its_parent());
}

#[tokio::test]
async fn the_stock_exporter_sends_the_same_trace_with_its_services() {
    let stack = Stack::start(&[("OTEL_TRACES_EXPORTER", "opentelemetry-zipkin")]);
    let call = client()
        .get(format!("{}/orders/8", stack.gateway.url))
        .header("userid", "terry")
        .send()
        .await
        .unwrap();
    let spans = stack
        .trace(call.headers()["x-trace-id"].to_str().unwrap(), 5)
        .await;
    let roots: Vec<_> = spans.iter().filter(|span| span["parentId"].is_null()).collect();
    assert_eq!(roots.len(), 1, "{spans:?}");
    assert_eq!(roots[0]["localEndpoint"]["serviceName"], "gateway");
    assert_eq!(
        (&roots[0]["name"], &roots[0]["tags"]["orderId"]),
        (&"get /orders/{id}".into(), &"8".into())
    );
    assert_eq!(counts(&stack.gateway.stop()), [2, 2, 0]);
}
