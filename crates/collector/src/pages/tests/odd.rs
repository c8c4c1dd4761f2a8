use std::time::{Duration, Instant};

use super::{assert_has, get, post};
use crate::{Collector, Config};

/// The page of one trace, and the list with it.
async fn pages(spans: impl Into<String>) -> [String; 2] {
    pages_with(Config::default(), spans.into()).await
}

async fn pages_with(config: Config, spans: String) -> [String; 2] {
    let collector = Collector::new(&config);
    assert_eq!(post(&collector, &[], spans).await.status, 202);
    let trace = get(&collector, "/traces/1").await;
    let list = get(&collector, "/").await;
    assert_eq!((trace.status.as_u16(), list.status.as_u16()), (200, 200));
    [trace.text(), list.text()]
}

#[tokio::test]
async fn a_trace_without_times_has_no_date_duration_or_axis() {
    // A search goes by time: the list has no such trace.
    let [html, _] =
        pages(r#"[{"traceId":"1","id":"1"},{"traceId":"1","id":"2","parentId":"1","name":"n"}]"#).await;
    assert_has(
        &html,
        &[
            "<dd><i>no time</i></dd>",
            "<dd>no time</dd>",
            r#"<span class="ticks"></span>"#,
            "<i>no service</i>",
            "<i>no name</i>",
        ],
    );
    for claim in ["1970", "0 µs", "<rect class"] {
        assert!(!html.contains(claim), "{claim} in:\n{html}");
    }
}

#[tokio::test]
async fn a_root_that_has_not_ended_says_so() {
    let [trace, list] = pages(
        r#"[{"traceId":"1","id":"1","timestamp":5000000},
            {"traceId":"1","id":"2","parentId":"1","timestamp":5000100,"duration":50}]"#,
    )
    .await;
    assert_has(
        &trace,
        &[
            "<dd>at least 150 µs, a root has not ended</dd>",
            r#"<span class="number">not ended</span>"#,
            "<dd>not ended</dd>",
        ],
    );
    assert_has(&list, &["≥ 150 µs"]);
}

#[tokio::test]
async fn rows_that_stand_apart_say_why() {
    let [trace, _] = pages(
        r#"[{"traceId":"1","id":"1","kind":"SERVER","timestamp":5,"duration":9},
            {"traceId":"1","id":"2","kind":"SERVER","timestamp":6,"duration":9},
            {"traceId":"1","id":"3","kind":"SERVER","parentId":"9","timestamp":7,"duration":9},
            {"traceId":"1","id":"5","parentId":"6","timestamp":9,"duration":9},
            {"traceId":"1","id":"6","parentId":"5","timestamp":8,"duration":9}]"#,
    )
    .await;
    assert_has(
        &trace,
        &[
            "(a further root)",
            "(a cycle, cut here)",
            "<code>0000000000000005</code> (also below this span: a cycle, cut here)",
            "(its parent is missing)",
            "<code>0000000000000009</code> (not in this trace)",
            "<i>outside</i> → <i>not reported</i>",
            "<i>not reported</i> → <i>not reported</i>",
        ],
    );
    // Two calls from outside, alike.
    assert_eq!(trace.matches("<i>outside</i>").count(), 1);
    assert_eq!(trace.matches(r#"<span class="what d0">"#).count(), 4);
}

#[tokio::test]
async fn an_annotation_before_the_trace_keeps_its_sign() {
    let [trace, _] = pages(
        r#"[{"traceId":"1","id":"1","timestamp":9000000,"duration":1000,
             "annotations":[{"timestamp":4000000,"value":"before"},{"timestamp":9000500,"value":"inside"}]}]"#,
    )
    .await;
    assert_has(
        &trace,
        &[
            r#"<th scope="row" dir="auto">−5.00 s</th><td dir="auto"><bdi>before</bdi></td>"#,
            r#"<th scope="row" dir="auto">500 µs</th><td dir="auto"><bdi>inside</bdi></td>"#,
        ],
    );
}

#[tokio::test]
async fn names_from_right_to_left_turn_nothing_around() {
    let [trace, list] = pages(
        r#"[{"traceId":"1","id":"1","kind":"CLIENT","name":"احصل","timestamp":1,"duration":9,
             "localEndpoint":{"serviceName":"خدمة"},"remoteEndpoint":{"serviceName":"مخزون"},
             "tags":{"שלום":"مرحبا","error":"خطأ"}}]"#,
    )
    .await;
    assert_has(
        &trace,
        &[
            r#"<bdi>خدمة</bdi> → <bdi>مخزون</bdi> <span class="name"><bdi>احصل</bdi></span>"#,
            "<bdi>שלום</bdi>",
            "<bdi>مرحبا</bdi>",
        ],
    );
    assert_has(&list, &["\"><bdi>خدمة</bdi></span>", r#"dir="auto""#]);
}

/// The page of a trace of so many services, and the list with it, and the time that they took. No limit cuts it: the
/// machine may be busy.
async fn pages_of_services(count: u32) -> ([String; 2], Duration) {
    let span = |id: u32| {
        format!(
            r#"{{"traceId":"1","id":"{id:x}","kind":"SERVER","timestamp":1,"localEndpoint":{{"serviceName":"s{id}"}}}}"#
        )
    };
    let spans: Vec<String> = (1..=count).map(span).collect();
    let config = Config {
        query_timeout: "10m".parse().unwrap(),
        ..Config::default()
    };
    let start = Instant::now();
    let pages = pages_with(config, format!("[{}]", spans.join(","))).await;
    (pages, start.elapsed())
}

#[tokio::test]
async fn pages_are_bounded_and_say_what_they_leave_out() {
    let ([trace, list], _) = pages_of_services(20_000).await;
    assert!(
        trace.len() < 1_000_000 && list.len() < 100_000,
        "{} {}",
        trace.len(),
        list.len()
    );
    assert_has(
        &trace,
        &[
            "All 20,000 spans, in pages",
            "The first 40 of 20,000.",
            "and 19,970 more, in its JSON",
        ],
    );
    assert_has(&list, &["the first 500 of 20,000 services", "+19,994"]);
}

#[tokio::test]
async fn twenty_times_the_services_take_twenty_times_as_long() {
    // Twenty small traces and a large one have as many services, and the same others work on the machine meanwhile. The large one
    // takes some 0.7 of their time, and twice their time where an algorithm compares services with services, however often it is tried.
    let mut seen = Vec::new();
    for _ in 0..5 {
        let mut small = Duration::ZERO;
        for _ in 0..20 {
            small += pages_of_services(1_000).await.1;
        }
        let (_, large) = pages_of_services(20_000).await;
        if large * 2 < small * 3 {
            return;
        }
        seen.push((small, large));
    }
    panic!("{seen:?}");
}

#[tokio::test]
async fn the_lines_of_a_span_are_bounded() {
    let notes: Vec<String> = (1..=300)
        .map(|time| format!(r#"{{"timestamp":{time},"value":"v"}}"#))
        .collect();
    let [trace, _] = pages(format!(
        r#"[{{"traceId":"1","id":"1","annotations":[{}]}}]"#,
        notes.join(",")
    ))
    .await;
    assert_has(&trace, &["The first 50 of 300."]);
    assert_eq!(trace.matches("<bdi>v</bdi>").count(), 50);
}

#[tokio::test]
async fn a_trace_of_messages_alone_explains_no_columns() {
    let [trace, _] = pages(
        r#"[{"traceId":"1","id":"1","kind":"PRODUCER","timestamp":1,"localEndpoint":{"serviceName":"shop"},
             "remoteEndpoint":{"serviceName":"kafka"}},
            {"traceId":"1","id":"2","parentId":"1","kind":"CONSUMER","timestamp":5000,"duration":9,
             "localEndpoint":{"serviceName":"mail"},"remoteEndpoint":{"serviceName":"kafka"}}]"#,
    )
    .await;
    assert_has(&trace, &["<ul class=\"messages\">"]);
    assert!(!trace.contains("own work ="), "{trace}");
}
