//! Each kind, turned on in running processes: trace, log lines and answer show it, and clearing it restores the first shape.

use std::collections::BTreeSet;

use reqwest::StatusCode;
use serde_json::Value;

use crate::faults::broken::{Broken, Seen, at_once, duration_ms, interval, shape, span, spans_of};

/// A kind at work: where it is set, and how it shows.
struct Case {
    kinds: &'static [&'static str],
    set: &'static [(&'static str, &'static str)],
    status: u16,
    /// Spans of the gateway's trace.
    spans: usize,
    shows: fn(&Broken, &Seen, &[Value]),
}

const CASES: [Case; 20] = [
    Case {
        kinds: &["latency"],
        set: &[("orders", "latency=80ms")],
        status: 200,
        spans: 5,
        shows: |_, _, spans| {
            let own =
                duration_ms(span(spans, "orders", "SERVER")) - duration_ms(span(spans, "orders", "CLIENT"));
            assert!(own >= 79, "{own} ms of own work");
        },
    },
    Case {
        kinds: &["network"],
        set: &[("orders", "network=80ms")],
        status: 200,
        spans: 5,
        shows: |_, _, spans| {
            let between =
                duration_ms(span(spans, "gateway", "CLIENT")) - duration_ms(span(spans, "orders", "SERVER"));
            assert!(between >= 79, "{between} ms of network");
        },
    },
    Case {
        kinds: &["error"],
        set: &[("orders", "error=503")],
        status: 502,
        spans: 3,
        shows: |broken, seen, spans| {
            assert_eq!(span(spans, "orders", "SERVER")["tags"]["http.status_code"], "503");
            assert_eq!(
                span(spans, "gateway", "CLIENT")["tags"]["http.status_code"],
                "503"
            );
            let lines = broken.stack.orders.lines_with(&seen.trace_id, 1);
            assert!(
                lines[0].contains("ERROR") && lines[0].contains("Service Unavailable"),
                "{lines:?}"
            );
        },
    },
    Case {
        kinds: &["hang"],
        set: &[("inventory", "hang")],
        status: 504,
        spans: 5,
        shows: |_, seen, spans| {
            assert_eq!(span(spans, "orders", "CLIENT")["tags"]["error"], "timeout");
            assert_eq!(span(spans, "inventory", "SERVER")["tags"]["error"], "cancelled");
            assert!(seen.took_ms >= 1_000);
        },
    },
    Case {
        kinds: &["refuse"],
        set: &[("orders", "refuse")],
        status: 502,
        spans: 2,
        shows: |_, _, spans| {
            assert_eq!(
                span(spans, "gateway", "CLIENT")["tags"]["error"],
                "connection refused"
            );
        },
    },
    Case {
        kinds: &["reset"],
        set: &[("orders", "reset")],
        status: 502,
        spans: 5,
        shows: |_, _, spans| {
            assert_eq!(span(spans, "orders", "SERVER")["tags"]["error"], "body broken");
            assert!(span(spans, "gateway", "CLIENT")["tags"]["error"].is_null());
        },
    },
    Case {
        kinds: &["slow-body"],
        set: &[("orders", "slow-body=100ms")],
        status: 200,
        spans: 5,
        shows: |_, _, spans| {
            let (_, headers) = interval(span(spans, "gateway", "CLIENT"));
            let (_, last_byte) = interval(span(spans, "orders", "SERVER"));
            assert!(last_byte > headers + 50_000, "{headers} {last_byte}");
        },
    },
    Case {
        kinds: &["lock", "burst"],
        set: &[("gateway", "burst=4"), ("orders", "lock=20ms")],
        status: 200,
        spans: 17,
        shows: |_, _, spans| {
            assert_eq!(at_once(&spans_of(spans, "gateway", "CLIENT")), 4);
            assert_eq!(at_once(&spans_of(spans, "orders", "SERVER")), 1);
        },
    },
    Case {
        kinds: &["pool", "burst"],
        set: &[("gateway", "burst=6"), ("orders", "pool=2,20ms")],
        status: 200,
        spans: 25,
        shows: |_, _, spans| {
            assert_eq!(at_once(&spans_of(spans, "orders", "SERVER")), 2);
        },
    },
    Case {
        kinds: &["calls"],
        set: &[("orders", "calls=6")],
        status: 200,
        spans: 15,
        shows: |_, _, spans| {
            let calls = spans_of(spans, "orders", "CLIENT");
            assert_eq!((calls.len(), at_once(&calls)), (6, 1));
        },
    },
    Case {
        kinds: &["retry-storm"],
        set: &[("orders", "retry-storm=3"), ("inventory", "error")],
        status: 502,
        spans: 9,
        shows: |_, _, spans| {
            let calls = spans_of(spans, "orders", "CLIENT");
            assert_eq!((calls.len(), at_once(&calls)), (3, 1));
            assert!(calls.iter().all(|call| call["tags"]["error"] == "503"));
        },
    },
    Case {
        kinds: &["cache-miss"],
        set: &[("orders", "cache-miss=100%")],
        status: 200,
        spans: 7,
        shows: |_, _, spans| {
            let names: BTreeSet<&str> = spans.iter().filter_map(|span| span["name"].as_str()).collect();
            assert!(
                names.contains("cache get") && names.contains("cache put"),
                "{names:?}"
            );
        },
    },
    Case {
        kinds: &["context-dropped"],
        set: &[("orders", "context-dropped")],
        status: 200,
        spans: 2,
        shows: |broken, seen, _| {
            let line = broken.line(&broken.stack.orders, seen);
            assert!(
                !line.contains(&seen.trace_id) && line.contains("userId=terry"),
                "{line}"
            );
        },
    },
    Case {
        kinds: &["one-dialect"],
        set: &[
            ("gateway", "one-dialect=b3"),
            ("orders", "one-dialect=tracecontext"),
        ],
        status: 200,
        spans: 2,
        shows: |broken, seen, _| {
            let line = broken.line(&broken.stack.orders, seen);
            assert!(!line.contains(&seen.trace_id), "{line}");
        },
    },
    Case {
        kinds: &["ids-64bit"],
        set: &[("orders", "ids-64bit")],
        status: 200,
        spans: 2,
        shows: |broken, seen, _| {
            let line = broken.line(&broken.stack.orders, seen);
            let lower = format!("[orders,{},", &seen.trace_id[16..]);
            assert!(line.contains(&lower), "{line}");
        },
    },
    Case {
        kinds: &["sampling-anew"],
        set: &[("orders", "sampling-anew=0.0001%")],
        status: 200,
        spans: 2,
        shows: |broken, seen, _| {
            let line = broken.line(&broken.stack.orders, seen);
            assert!(
                line.contains(&seen.trace_id) && line.contains(",false]"),
                "{line}"
            );
        },
    },
    Case {
        kinds: &["baggage-dropped"],
        set: &[("orders", "baggage-dropped")],
        status: 200,
        spans: 5,
        shows: |broken, seen, spans| {
            for (service, value) in [("gateway", true), ("orders", false), ("inventory", false)] {
                let tag = &span(spans, service, "SERVER")["tags"]["userId"];
                assert_eq!(tag == "terry", value, "{service}");
            }
            let line = broken.line(&broken.stack.orders, seen);
            assert!(
                !line.contains("userId=") && line.contains(&seen.trace_id),
                "{line}"
            );
        },
    },
    Case {
        kinds: &["clock"],
        set: &[("orders", "clock=-2s")],
        status: 200,
        spans: 5,
        shows: |broken, seen, spans| {
            let (right, _) = interval(span(spans, "gateway", "SERVER"));
            let (wrong, _) = interval(span(spans, "orders", "SERVER"));
            assert!(
                (1_000_000..2_000_000).contains(&(right - wrong)),
                "{right} {wrong}"
            );
            let [right, wrong] =
                [&broken.stack.gateway, &broken.stack.orders].map(|part| broken.line(part, seen));
            assert!(wrong[..19] < right[..19], "{wrong}\n{right}");
        },
    },
    Case {
        kinds: &["logs-without-ids"],
        set: &[("orders", "logs-without-ids")],
        status: 200,
        spans: 5,
        shows: |broken, seen, _| {
            let line = broken.line(&broken.stack.orders, seen);
            assert!(
                line.contains("[orders,,,]") && line.contains("userId=terry"),
                "{line}"
            );
            let line = broken.line(&broken.stack.gateway, seen);
            assert!(line.contains(&seen.trace_id), "{line}");
        },
    },
    Case {
        kinds: &["spans-lost"],
        set: &[("orders", "spans-lost=100%")],
        status: 200,
        spans: 3,
        shows: |_, _, spans| {
            let inventory = span(spans, "inventory", "SERVER");
            assert!(spans.iter().all(|span| span["id"] != inventory["parentId"]));
        },
    },
];

#[tokio::test]
async fn each_kind_shows_and_clearing_restores_the_first_shape() {
    let broken = Broken::start();
    let first = {
        let seen = broken.request().await;
        shape(&broken.stack.trace(&seen.trace_id, 5).await)
    };
    for case in &CASES {
        for (service, fault) in case.set {
            broken.set(service, fault, 1).await;
        }
        let seen = broken.request().await;
        assert_eq!(seen.status.as_u16(), case.status, "{:?}", case.kinds);
        broken.stack.trace(&seen.trace_id, case.spans).await;
        // The next request's spans come behind those of this one: no more will come.
        broken.clear().await;
        let restored = broken.request().await;
        assert_eq!(restored.status, StatusCode::OK, "{:?}", case.kinds);
        let restored = broken.stack.trace(&restored.trace_id, 5).await;
        assert_eq!(shape(&restored), first, "{:?}", case.kinds);
        let spans = broken.stack.trace(&seen.trace_id, case.spans).await;
        assert_eq!(spans.len(), case.spans, "{:?}: {spans:?}", case.kinds);
        println!("{:?} took {} ms", case.kinds, seen.took_ms);
        (case.shows)(&broken, &seen, &spans);
    }
}

#[tokio::test]
async fn a_blocked_exporter_delivers_late() {
    let broken = Broken::start();
    broken.set("orders", "exporter-blocked", 0).await;
    let seen = broken.request().await;
    assert_eq!(seen.status, StatusCode::OK);
    let spans = broken.stack.trace(&seen.trace_id, 3).await;
    assert_eq!(spans_of(&spans, "orders", "SERVER").len(), 0);
    broken.clear().await;
    broken.stack.trace(&seen.trace_id, 5).await;
}

#[tokio::test]
async fn a_cache_that_hits_spares_the_call() {
    let broken = Broken::start();
    broken.set("orders", "cache-miss=0.0001%", 0).await;
    // The cache is empty at first.
    let seen = broken.request().await;
    broken.stack.trace(&seen.trace_id, 7).await;
    let seen = broken.request().await;
    assert_eq!(seen.status, StatusCode::OK);
    let spans = broken.stack.trace(&seen.trace_id, 4).await;
    assert_eq!(spans_of(&spans, "inventory", "SERVER").len(), 0);
}

/// Two kinds have a test of their own: a process that ends needs somebody who starts it again.
const ELSEWHERE: [&str; 2] = ["crash", "exporter-blocked"];

#[test]
fn no_kind_is_without_a_signature() {
    let shown = CASES.iter().flat_map(|case| case.kinds).chain(&ELSEWHERE);
    let shown: BTreeSet<&str> = shown.copied().collect();
    let kinds: BTreeSet<&str> = ::faults::KINDS.iter().map(|entry| entry.name).collect();
    assert_eq!(shown, kinds);
    assert!(kinds.len() >= 20);
}

#[tokio::test]
async fn one_seed_makes_the_same_shapes_ten_times_out_of_ten() {
    let broken = Broken::start();
    let run = async |seed: u64| {
        broken.set("orders", "error=503 share=40%", seed).await;
        broken.set("inventory", "latency=10ms±9 share=50%", seed).await;
        let mut shapes = Vec::new();
        for _ in 0..8 {
            let seen = broken.request().await;
            let count = if seen.status == 200 { 5 } else { 3 };
            shapes.push(shape(&broken.stack.trace(&seen.trace_id, count).await));
        }
        shapes
    };
    let first = run(7).await;
    assert!(first.iter().any(|shape| shape.len() == 3) && first.iter().any(|shape| shape.len() == 5));
    for time in 1..10 {
        assert_eq!(run(7).await, first, "run {time}");
    }
    assert_ne!(run(8).await, first);
}
