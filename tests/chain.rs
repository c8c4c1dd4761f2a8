//! One request through services, Kafka and Zipkin into a real storage, and its trace back through Zipkin's API. All settings
//! but the addresses are those of the compose overlays.
#![expect(
    clippy::indexing_slicing,
    reason = "an answer of another shape should fail the test where it is read"
)]

use serde_json::Value;

use crate::{
    backends::{Environment, Zipkin, engine, overlaid, own_name, services},
    delivery::counts,
    harness::client,
};

#[tokio::test]
#[ignore = "needs engines: .ci/backends"]
async fn a_trace_goes_through_kafka_into_opensearch() {
    one_trace("opensearch").await;
}

#[tokio::test]
#[ignore = "needs engines: .ci/backends cassandra"]
async fn a_trace_goes_through_kafka_into_cassandra() {
    one_trace("cassandra").await;
}

async fn one_trace(storage: &str) {
    let (kafka, stored) = (engine("kafka", "up"), engine(storage, "up"));
    let own = own_name();
    let environment =
        |service: &str| apart(overlaid(service, &[("kafka", &kafka), (storage, &stored)]), &own);
    let zipkin = Zipkin::start(environment("zipkin")).await;
    let [gateway, orders, inventory] = services(environment);

    let call = client().get(format!("{}/orders/8", gateway.url));
    let answer = call.header("userid", "terry").send().await.unwrap();
    let trace = answer.headers()["x-trace-id"].to_str().unwrap();
    is_found_whole(&zipkin, trace).await;
    is_found_by_its_mdc(&zipkin, trace).await;

    for (part, spans) in [(gateway, 2), (orders, 2), (inventory, 1)] {
        assert_eq!(counts(&part.stop()), [spans, spans, 0]);
    }
    drop(zipkin);
    if let Some(hosts) = stored.get("ES_HOSTS") {
        forget(hosts, &own).await;
    }
}

/// The same environment, apart from what others keep in the same engines.
fn apart(mut environment: Environment, own: &str) -> Environment {
    for name in ["KAFKA_TOPIC", "KAFKA_GROUP_ID", "ES_INDEX", "CASSANDRA_KEYSPACE"] {
        if let Some(shared) = environment.get_mut(name) {
            *shared = own.to_owned();
        }
    }
    environment
}

async fn is_found_whole(zipkin: &Zipkin, trace: &str) {
    let path = format!("/api/v2/trace/{trace}");
    let is_whole = |spans: &Value| spans.as_array().unwrap().len() == 5;
    let spans = zipkin.get_until(&path, "five spans", is_whole).await;
    let spans = spans.as_array().unwrap();
    let roots: Vec<_> = spans.iter().filter(|span| span["parentId"].is_null()).collect();
    assert_eq!(roots.len(), 1, "{spans:?}");
    assert_eq!(roots[0]["name"], "get /orders/{id}");
    for service in ["gateway", "orders", "inventory"] {
        let is_tagged =
            |span: &Value| span["localEndpoint"]["serviceName"] == service && span["tags"]["orderId"] == "8";
        assert!(spans.iter().any(is_tagged), "{service}: {spans:?}");
    }
}

async fn is_found_by_its_mdc(zipkin: &Zipkin, trace: &str) {
    let path = "/api/v2/traces?serviceName=inventory&annotationQuery=orderId%3D8%20and%20userId%3Dterry";
    let is_one = |traces: &Value| traces.as_array().unwrap().len() == 1;
    let traces = zipkin.get_until(path, "the trace by its MDC", is_one).await;
    assert_eq!(traces[0][0]["traceId"], trace);
}

/// Deletes what this run has put into an engine that others may use: each index by its name, and the templates.
async fn forget(hosts: &str, own: &str) {
    let url = format!("{hosts}/_cat/indices/{own}*?h=index");
    let indices = client().get(url).send().await.unwrap().text().await.unwrap();
    assert!(!indices.is_empty(), "no index of {own}: where did the spans go?");
    let templates = format!("_template/{own}*");
    for path in indices.split_whitespace().chain([templates.as_str()]) {
        let answer = client().delete(format!("{hosts}/{path}")).send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
    }
}
