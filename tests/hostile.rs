//! A million sets of headers over bare sockets, with bytes that no client library sends: nobody panics, nothing is 5xx, every
//! line is valid, and no memory is kept. Too long for each change: `.ci/hostile` runs it.

#![expect(
    clippy::indexing_slicing,
    reason = "a test that is wrong should panic where it is"
)]

use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::TcpStream,
};

use self::headers::request;
use crate::harness::{Part, Stack};

const CONNECTIONS: u64 = 16;
const SETS: u64 = 1_000_000;
const CHAIN_SETS: u64 = 10_000;

/// The request that is sent.
mod headers;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a million requests take minutes"]
async fn a_million_sets_of_headers_leave_nothing_behind() {
    let collector = Part::start("collector", &[("MEM_MAX_SPANS", "1000")]);
    let spans = format!("{}/api/v2/spans", collector.url);
    let environment = [
        ("OTEL_EXPORTER_ZIPKIN_ENDPOINT", spans.as_str()),
        ("RUST_LOG", "off"),
        ("TRUSTED_PROXIES", "127.0.0.1"),
        ("BAGGAGE_PASS", "all"),
    ];
    let inventory = Part::start("inventory", &environment);
    // Pools, caches and the queue are kept for good, and there after the first of them.
    let started = Instant::now();
    send(&inventory, "/items", SETS / 5).await;
    let (before, before_collector) = (inventory.resident_kb(), collector.resident_kb());
    send(&inventory, "/items", SETS - SETS / 5).await;
    let (after, after_collector) = (inventory.resident_kb(), collector.resident_kb());
    println!(
        "{SETS} sets in {:?}; inventory {before:?} to {after:?} kB, collector {before_collector:?} to {after_collector:?} kB",
        started.elapsed()
    );
    for (before, after) in [(before, after), (before_collector, after_collector)] {
        if let (Some(before), Some(after)) = (before, after) {
            assert!(
                after < before + before / 4 + 4096,
                "{before} kB became {after} kB"
            );
        }
    }
    println!("{}", stop(inventory));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "ten thousand requests through three hops take a minute"]
async fn hostile_headers_pass_three_hops_in_valid_lines() {
    let stack = Stack::start(&[("LOG_FORMAT", "logback"), ("BAGGAGE_PASS", "all")]);
    send(&stack.gateway, "/orders/8", CHAIN_SETS).await;
    for part in [stack.gateway, stack.orders, stack.inventory] {
        let lines = part.lines();
        assert!(lines.len() as u64 > CHAIN_SETS / 2, "{}", lines.len());
        for line in &lines {
            let line: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
            assert!(line["message"].is_string());
        }
        println!("{} lines; {}", lines.len(), stop(part));
    }
}

/// Lets it end, and says what it said last. A panic has a line, whatever `RUST_LOG` says.
fn stop(part: Part) -> String {
    assert!(part.lines().iter().all(|line| !line.contains("panicked at")));
    part.stop()
}

/// Sends so many sets, some connections at a time.
async fn send(part: &Part, path: &'static str, count: u64) {
    let seed = fastrand::u64(..);
    println!("seed {seed}");
    let address = part.url.trim_start_matches("http://").to_owned();
    let senders: Vec<_> = (0..CONNECTIONS)
        .map(|number| {
            let random = fastrand::Rng::with_seed(seed + number);
            tokio::spawn(send_some(address.clone(), path, count / CONNECTIONS, random))
        })
        .collect();
    for sender in senders {
        sender.await.unwrap();
    }
}

async fn send_some(address: String, path: &str, count: u64, mut random: fastrand::Rng) {
    let mut connection = None;
    for _ in 0..count {
        let request = request(path, &mut random);
        let stream = match connection.take() {
            Some(stream) => stream,
            None => BufReader::new(TcpStream::connect(&address).await.unwrap()),
        };
        connection = tokio::time::timeout(Duration::from_secs(30), exchange(stream, &request))
            .await
            .unwrap_or_else(|_| panic!("no answer: {}", request.escape_ascii()));
    }
}

/// Sends a request and reads the answer; the connection where it may be used again.
async fn exchange(mut stream: BufReader<TcpStream>, request: &[u8]) -> Option<BufReader<TcpStream>> {
    // A server that has refused the first half may not read the second.
    let _ = stream.get_mut().write_all(request).await;
    let (mut status, mut length, mut trace_id, mut closes) = (0, 0, None, false);
    loop {
        let mut line = String::new();
        if !stream.read_line(&mut line).await.is_ok_and(|count| count > 0) {
            return None;
        }
        let line = line.trim_end().to_ascii_lowercase();
        match line.split_once(": ") {
            _ if line.is_empty() => break,
            Some(("content-length", value)) => length = value.parse().unwrap(),
            Some(("x-trace-id", value)) => trace_id = Some(value.to_owned()),
            Some(("connection", value)) => closes = value == "close",
            _ if status == 0 => status = line[9..12].parse().unwrap(),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.unwrap();
    assert!(
        matches!(status, 200 | 400 | 431),
        "{status} for {}",
        request.escape_ascii()
    );
    // Without one, it was the server's HTTP that refused it.
    if let Some(trace_id) = trace_id {
        let is_hex = |c: char| matches!(c, '0'..='9' | 'a'..='f');
        assert!(
            matches!(trace_id.len(), 16 | 32) && trace_id.chars().all(is_hex),
            "{trace_id}"
        );
    } else {
        assert_ne!(status, 200);
    }
    (!closes).then_some(stream)
}
