//! Traces of our own making: ordinary ones, and those with one thing each that drawings get wrong.

use serde_json::{Value, json};

use crate::{harness::Part, layout::send, list::now};

/// Microseconds.
pub const MS: u64 = 1_000;

/// A span of a trace: its id, the parent's (0 for none), service, name, start since the trace began, and duration.
pub fn span(
    trace: u64,
    [id, parent]: [u64; 2],
    [service, name]: [&str; 2],
    [start, duration]: [u64; 2],
) -> Value {
    let mut span = json!({
        "traceId": format!("{trace:016x}"), "id": format!("{id:x}"), "name": name, "kind": "SERVER",
        "timestamp": began() + start, "duration": duration, "localEndpoint": {"serviceName": service},
    });
    if parent > 0 {
        span["parentId"] = json!(format!("{parent:x}"));
    }
    span
}

/// The same with other members.
pub fn with(mut span: Value, members: Value) -> Value {
    for (name, value) in members.as_object().unwrap() {
        span[name] = value.clone();
    }
    span
}

/// When all made traces began: a minute ago, in whole seconds.
fn began() -> u64 {
    now() / 1_000_000 * 1_000_000 - 60_000_000
}

/// A collector that has these spans.
pub async fn collector(spans: &[Value]) -> Part {
    let collector = Part::start("collector", &[]);
    send(&collector, serde_json::to_string(spans).unwrap()).await;
    collector
}

/// A request through three services: so many milliseconds of 1,000 are inventory's own.
pub fn chain(trace: u64, inventory_ms: u64) -> Vec<Value> {
    let whole = 200 * MS + inventory_ms * MS;
    let client = json!({"kind": "CLIENT"});
    vec![
        span(trace, [1, 0], ["gateway", "get /orders/{id}"], [0, whole]),
        with(
            span(trace, [2, 1], ["gateway", "get"], [40 * MS, whole - 80 * MS]),
            client.clone(),
        ),
        span(
            trace,
            [3, 2],
            ["orders", "get /orders/{id}"],
            [50 * MS, whole - 100 * MS],
        ),
        with(
            span(trace, [4, 3], ["orders", "get"], [80 * MS, whole - 160 * MS]),
            client,
        ),
        with(
            span(
                trace,
                [5, 4],
                ["inventory", "get /items"],
                [90 * MS, whole - 180 * MS],
            ),
            json!({"tags": {"sku": "laptop"}}),
        ),
    ]
}

/// The same spans, so many seconds earlier.
pub fn earlier(spans: Vec<Value>, seconds: u64) -> Vec<Value> {
    let moved = |span: Value| {
        let start = span["timestamp"].as_u64().unwrap() - seconds * 1_000_000;
        with(span, json!({"timestamp": start}))
    };
    spans.into_iter().map(moved).collect()
}

/// Five thousand quick siblings, then a slow one that fails.
pub fn late_error(trace: u64) -> Vec<Value> {
    let select = |id: u64, start: u64, duration: u64| {
        let span = span(trace, [id, 1], ["shop", "select"], [start, duration]);
        with(
            span,
            json!({"kind": "CLIENT", "remoteEndpoint": {"serviceName": "postgres"}}),
        )
    };
    let mut spans = vec![span(trace, [1, 0], ["shop", "get /report"], [0, 9_000 * MS])];
    spans.extend((0..5_000).map(|at| select(2 + at, 1_000 + at * 1_500, 900 + at % 200)));
    let failed = select(0x2000, 7_600 * MS, 1_300 * MS);
    spans.push(with(
        failed,
        json!({"tags": {"error": "deadlock", "table": "stock"}}),
    ));
    spans
}

/// A second root, an orphan, and two spans that are each other's parents.
pub fn torn(trace: u64) -> Vec<Value> {
    vec![
        span(trace, [1, 0], ["gateway", "get /first"], [0, 90 * MS]),
        span(trace, [2, 1], ["orders", "get /child"], [10 * MS, 50 * MS]),
        span(trace, [3, 0], ["gateway", "get /second"], [95 * MS, 20 * MS]),
        span(
            trace,
            [4, 0xdead],
            ["inventory", "get /orphan"],
            [30 * MS, 20 * MS],
        ),
        span(trace, [5, 6], ["billing", "get /ring"], [40 * MS, 9 * MS]),
        span(trace, [6, 5], ["billing", "get /ring"], [42 * MS, 5 * MS]),
    ]
}

/// A caller and a callee whose names are written from right to left.
pub fn arabic(trace: u64) -> Vec<Value> {
    let call = span(trace, [1, 0], ["متجر", "اطلب"], [0, 100 * MS]);
    vec![
        with(
            call,
            json!({"kind": "CLIENT", "remoteEndpoint": {"serviceName": "مخزون"}}),
        ),
        span(trace, [2, 1], ["مخزون", "اقرأ"], [10 * MS, 80 * MS]),
    ]
}

/// Spans without any time.
pub fn timeless(trace: u64) -> Vec<Value> {
    let none = |ids, name| {
        let mut span = span(trace, ids, ["clockless", name], [0, 0]);
        for member in ["timestamp", "duration"] {
            span.as_object_mut().unwrap().remove(member);
        }
        span
    };
    vec![none([1, 0], "first"), none([2, 1], "second")]
}

/// A span with annotations before its trace, in it, and from 1970.
pub fn annotated(trace: u64) -> Vec<Value> {
    let start = began();
    vec![with(
        span(trace, [1, 0], ["shop", "get /noted"], [0, 10 * MS]),
        json!({"annotations": [
            {"timestamp": start - 5_000_000, "value": "enqueued"},
            {"timestamp": start + 500, "value": "begun"},
            {"timestamp": 1_000, "value": "since 1970"},
        ]}),
    )]
}

/// Markup, signs that turn text around, values of 64 KiB, 10,000 tags, names of 3,000 letters.
pub fn hostile(trace: u64) -> Vec<Value> {
    let script = "<script>document.title='taken'</script>";
    let image = "<img src=x onerror=\"document.title='taken'\">";
    let many: serde_json::Map<String, Value> = (0..10_000)
        .map(|at| (format!("key{at:05}"), json!(format!("value {at}"))))
        .collect();
    vec![
        with(
            span(trace, [1, 0], [script, image], [0, 50 * MS]),
            json!({"tags": many}),
        ),
        with(
            span(
                trace,
                [2, 1],
                ["\u{202e}evil", "\u{2067}abc\u{202e}"],
                [MS, 20 * MS],
            ),
            json!({"tags": {"large": "w".repeat(64 << 10), image: script, "error": "e".repeat(5_000)},
                   "remoteEndpoint": {"serviceName": "]]><svg/onload=document.title='taken'>"}}),
        ),
        span(
            trace,
            [3, 1],
            [&"x".repeat(3_000), &"n".repeat(3_000)],
            [30 * MS, 10 * MS],
        ),
    ]
}

/// One request that crosses so many services, each of which calls up to three others.
pub fn spread(trace: u64, services: u64) -> Vec<Value> {
    let name = |at: u64| format!("service-{at:02}");
    let span_of = |at: u64| {
        let parent = if at == 0 { 0 } else { (at - 1) / 3 + 1 };
        let depth = (0..)
            .scan(at, |at, _| (*at > 0).then(|| *at = (*at - 1) / 3))
            .count() as u64;
        let span = span(
            trace,
            [at + 1, parent],
            [&name(at), "get /thing"],
            [depth * 10 * MS, 900 * MS - depth * 50 * MS],
        );
        if at % 17 == 16 {
            with(span, json!({"tags": {"error": "no"}}))
        } else {
            span
        }
    };
    (0..services).map(span_of).collect()
}
