//! Brokers that are not there, that stop and come back, and that take a megabyte at once.

use std::time::{Duration, Instant};

use crate::{
    backends::{Environment, Zipkin, engine, own_name, services},
    delivery::{counts, load},
    harness::{Part, client, free_port},
};

fn producer(brokers: &str, topic: &str) -> Environment {
    let environment = [
        ("OTEL_TRACES_EXPORTER", "zipkin-kafka"),
        ("KAFKA_BOOTSTRAP_SERVERS", brokers),
        ("KAFKA_TOPIC", topic),
    ];
    environment
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into()
}

#[tokio::test]
async fn a_missing_broker_fails_neither_start_nor_request_nor_stop() {
    let broker = format!("127.0.0.1:{}", free_port());
    let [gateway, _orders, _inventory] = services(|_| producer(&broker, "zipkin"));
    let call = client()
        .get(format!("{}/orders/8", gateway.url))
        .header("userid", "terry");
    assert_eq!(call.send().await.unwrap().status(), 200);
    let begun = Instant::now();
    assert_eq!(counts(&gateway.stop()), [2, 0, 2]);
    let stop = begun.elapsed();
    assert!(stop < Duration::from_secs(7), "stopping took {stop:?}");
}

#[tokio::test]
#[ignore = "needs an engine: .ci/backends"]
async fn spans_beyond_one_message_go_as_several() {
    let kafka = engine("kafka", "up");
    let (brokers, topic) = (&kafka["KAFKA_BOOTSTRAP_SERVERS"], own_name());
    let environment = [
        ("OTEL_TRACES_EXPORTER", "zipkin-kafka"),
        ("KAFKA_BOOTSTRAP_SERVERS", brokers),
        ("KAFKA_TOPIC", &topic),
        ("OTEL_BSP_SCHEDULE_DELAY", "60000"),
    ];
    let inventory = Part::start("inventory", &environment);
    // 1.4 MB of spans, in one batch at the end.
    for _ in 0..200 {
        let call = client().get(format!("{}/items?name=mouse", inventory.url));
        let call = call.header("baggage", format!("userId={}", "u".repeat(7000)));
        assert_eq!(call.send().await.unwrap().status(), 200);
    }
    assert_eq!(counts(&inventory.stop()), [200, 200, 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs an engine: .ci/backends"]
async fn a_broker_that_comes_back_costs_no_uncounted_span() {
    let kafka = engine("kafka", "up");
    let (brokers, topic) = (&kafka["KAFKA_BOOTSTRAP_SERVERS"], own_name());
    let mut environment = producer(brokers, &topic);
    let zipkin = Zipkin::start(environment.clone()).await;
    // Small queues, so that some spans must be dropped.
    for (name, value) in [
        ("OTEL_BSP_MAX_QUEUE_SIZE", "200"),
        ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "50"),
    ] {
        environment.insert(name.to_owned(), value.to_owned());
    }
    let [gateway, orders, inventory] = services(|_| environment.clone());

    let url = format!("{}/orders/8", gateway.url);
    let (answered, slowest) = load_through_an_outage(&url).await;
    let last = client().get(&url).header("userid", "terry").send().await.unwrap();
    let trace = last.headers()["x-trace-id"].to_str().unwrap().to_owned();
    zipkin
        .get_until(
            &format!("/api/v2/trace/{trace}"),
            "a trace after the outage",
            |spans| spans.as_array().unwrap().len() == 5,
        )
        .await;

    let (mut all_sent, mut all_dropped) = (0, 0);
    for (part, spans_each) in [(gateway, 2), (orders, 2), (inventory, 1)] {
        let [ended, sent, dropped] = counts(&part.stop());
        assert_eq!((ended, sent + dropped), ((answered + 1) * spans_each, ended));
        (all_sent, all_dropped) = (all_sent + sent, all_dropped + dropped);
    }
    assert!(
        all_dropped > 0 && all_sent > 0,
        "{all_sent} sent, {all_dropped} dropped"
    );
    assert!(slowest < Duration::from_secs(2), "a request took {slowest:?}");
    // At least: what the broker kept while its answer was lost was sent again.
    let received = "counter.zipkin_collector.spans.kafka";
    zipkin
        .get_until("/metrics", &format!("{all_sent} spans"), |metrics| {
            metrics[received].as_f64() >= Some(all_sent as f64)
        })
        .await;
    println!("{answered} requests, the slowest {slowest:?}; {all_sent} spans sent, {all_dropped} dropped");
}

/// Load for a second with the broker, then without it, and three more once it is back, however long that takes.
async fn load_through_an_outage(url: &str) -> (usize, Duration) {
    let second = || load(url.to_owned(), Instant::now() + Duration::from_secs(1));
    let (mut answered, mut slowest) = second().await;
    let outage = tokio::task::spawn_blocking(|| {
        engine("kafka", "down");
        std::thread::sleep(Duration::from_secs(5));
        engine("kafka", "up");
    });
    let mut seconds_after = 0;
    while seconds_after < 3 {
        seconds_after += u32::from(outage.is_finished());
        let (more, slow) = second().await;
        (answered, slowest) = (answered + more, slowest.max(slow));
    }
    outage.await.unwrap();
    (answered, slowest)
}
