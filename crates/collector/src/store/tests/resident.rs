//! The bound in bytes is that of the process: whatever the spans are like, what the system gave it grows to about the
//! bound and no further. Each kind of span has a process of its own, which is this program once more.

use std::{
    env, fs,
    process::{Command, Stdio},
    sync::mpsc::sync_channel,
    thread,
};

use zipkin::{Endpoint, Span, SpanId, TraceId};

use super::{super::*, dice::Dice};

const BOUND: usize = 32 << 20;

/// Memory besides the store: two batches of 1 MB, and the program itself.
const BESIDES: usize = 4 << 20;

/// No kind needs more to fill the store.
const MANY_BATCHES: usize = 20_000;

/// The text before the number of bytes that a process grew.
const GROWN: &str = "grown by bytes: ";

/// The kind of spans to fill in, by name.
const KIND: &str = "THREE_HOPS_RESIDENT_KIND";

type Batch = fn(u64) -> Vec<Span>;

/// Their name, and the batch with a number.
const KINDS: [(&str, Batch); 12] = [
    ("ordinary", ordinary),
    ("ordinary, in pieces", in_pieces),
    ("ordinary, in no order", in_no_order),
    ("tiny", tiny),
    ("one span a trace", one_a_trace),
    ("a service each", a_service_each),
    ("a name each", a_name_each),
    ("many services that call each other", calls),
    ("many tags", many_tags),
    ("huge", huge),
    ("large and small", large_and_small),
    ("one trace", one_trace),
];

fn span(trace: u64, id: u64) -> Span {
    let trace_id = u128::from(trace.wrapping_mul(0x9e37_79b9_7f4a_7c15)) << 64
        | u128::from(trace.wrapping_mul(0xbf58_476d_1ce4_e5b9));
    Span {
        timestamp: Some(1 + trace * 5_000 + id * 150),
        duration: Some(9_000 - id % 8_000),
        parent_id: (id > 1).then(|| SpanId::new(1)),
        ..Span::new(TraceId::new(trace_id), SpanId::new(id))
    }
}

fn service(name: String) -> Option<Endpoint> {
    Some(Endpoint {
        service_name: Some(name),
        ..Endpoint::default()
    })
}

fn tag(key: &str, value: impl Into<String>) -> (String, String) {
    (key.to_owned(), value.into())
}

fn usual(trace: u64, id: u64) -> Span {
    let tags = [
        tag("http.method", "GET"),
        tag("http.path", format!("/shop/eu-1/orders/{trace}")),
        tag("http.status_code", "200"),
        tag("userId", format!("customer{}", trace % 5_000)),
        tag("orderId", trace.to_string()),
    ];
    Span {
        name: Some("get /orders/{id}".to_owned()),
        local_endpoint: service(format!("service{}", id % 4)),
        remote_endpoint: service(format!("service{}", id % 5)),
        tags: tags.into(),
        ..span(trace, id)
    }
}

fn ordinary(number: u64) -> Vec<Span> {
    traces(number, 12, 8)
        .map(|(trace, id)| usual(trace, id))
        .collect()
}

fn traces(number: u64, count: u64, spans: u64) -> impl Iterator<Item = (u64, u64)> {
    (number * count..(number + 1) * count).flat_map(move |trace| (1..=spans).map(move |id| (trace, id)))
}

/// Of a hundred traces, one span each at a time: eight batches for each of them.
fn in_pieces(number: u64) -> Vec<Span> {
    let first = number / 8 * 100;
    (first..first + 100)
        .map(|trace| usual(trace, 1 + number % 8))
        .collect()
}

fn in_no_order(number: u64) -> Vec<Span> {
    let mut dice = Dice(number * 0x9e37_79b9 + 1);
    (0..12)
        .map(|_| dice.below(1 << 40))
        .flat_map(|trace| (1..=8).map(move |id| usual(trace, id)))
        .collect()
}

fn tiny(number: u64) -> Vec<Span> {
    traces(number, 12, 8).map(|(trace, id)| span(trace, id)).collect()
}

fn one_a_trace(number: u64) -> Vec<Span> {
    traces(number, 100, 1)
        .map(|(trace, id)| span(trace, id))
        .collect()
}

fn a_service_each(number: u64) -> Vec<Span> {
    let each = |(trace, id)| Span {
        local_endpoint: service(format!("service{trace}-{id}")),
        ..span(trace, id)
    };
    traces(number, 12, 8).map(each).collect()
}

fn a_name_each(number: u64) -> Vec<Span> {
    let each = |(trace, id)| Span {
        name: Some(format!("get /orders/{trace}/{id}")),
        tags: [tag("user", format!("{trace}{id}"))].into(),
        ..usual(trace, id)
    };
    traces(number, 12, 8).map(each).collect()
}

fn calls(number: u64) -> Vec<Span> {
    let each = |(trace, id)| Span {
        kind: Some(zipkin::Kind::Client),
        local_endpoint: service(format!("service{}", trace * 7 % 1_000)),
        remote_endpoint: service(format!("service{}", (trace * 13 + id) % 1_000)),
        ..span(trace, id)
    };
    traces(number, 12, 8).map(each).collect()
}

fn many_tags(number: u64) -> Vec<Span> {
    let each = |(trace, id)| Span {
        tags: (0..200)
            .map(|key| tag(&format!("k{key}"), format!("{}", trace + id * key)))
            .collect(),
        ..span(trace, id)
    };
    traces(number, 2, 8).map(each).collect()
}

fn huge(number: u64) -> Vec<Span> {
    vec![Span {
        tags: [tag("body", "x".repeat(1_000_000))].into(),
        ..span(number, 1)
    }]
}

fn large_and_small(number: u64) -> Vec<Span> {
    let mut dice = Dice(number * 0x9e37_79b9 + 1);
    let each = |(trace, id)| Span {
        tags: [tag("body", "x".repeat(1 << dice.below(15)))].into(),
        ..usual(trace, id)
    };
    traces(number, 4, 8).map(each).collect()
}

fn one_trace(number: u64) -> Vec<Span> {
    (1..=100).map(|id| usual(0, number * 100 + id)).collect()
}

#[test]
#[cfg_attr(debug_assertions, ignore = "a minute; with --release it takes seconds")]
fn the_process_grows_to_the_bound_and_no_further() {
    if resident().is_none() {
        println!("skipped: this system does not say how much memory a process has");
        return;
    }
    let children = KINDS.map(|(kind, _)| {
        let child = Command::new(env::current_exe().unwrap())
            .args([
                "--exact",
                "store::tests::resident::fill",
                "--ignored",
                "--nocapture",
            ])
            .env(KIND, kind)
            .stdout(Stdio::piped())
            .spawn();
        (kind, child.unwrap())
    });
    for (kind, child) in children {
        let said = String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap();
        let grown = said
            .split_once(GROWN)
            .and_then(|(_, grown)| grown.split_whitespace().next());
        let grown: usize = grown.unwrap_or_else(|| panic!("{kind}: {said}")).parse().unwrap();
        println!("{kind}: {} % of the bound", grown * 100 / BOUND);
        assert!(
            grown <= BOUND + BOUND / 10 + BESIDES,
            "{kind}: {grown} of {BOUND}"
        );
        assert!(grown >= BOUND * 8 / 10, "{kind}: {grown} of {BOUND}");
    }
}

#[test]
#[ignore = "the process that the test above starts"]
fn fill() {
    let Ok(kind) = env::var(KIND) else { return };
    let (_, batch) = KINDS.into_iter().find(|(each, _)| *each == kind).unwrap();
    let store = Store::new(&Config {
        mem_max_spans: usize::MAX,
        // A trace alone takes half at most.
        mem_max_bytes: if kind == "one trace" { 2 * BOUND } else { BOUND },
        autocomplete_keys: vec!["user".to_owned()],
        ..Config::default()
    });
    let before = resident().unwrap();
    let (sender, batches) = sync_channel(1);
    // As in the collector, who makes spans is not who stores them.
    thread::spawn(move || (0..).try_for_each(|number| sender.send(batch(number))));
    let (mut most, mut gone) = (0, false);
    let mut left = usize::MAX;
    for number in 1.. {
        store.add(batches.recv().unwrap());
        most = most.max(resident().unwrap());
        let is_full = store.contents.read().bytes() > BOUND * 95 / 100;
        if is_full && !gone {
            // As many again: all of it goes.
            (gone, left) = (true, number);
        }
        left = left.saturating_sub(usize::from(gone));
        if left == 0 || number == MANY_BATCHES {
            break;
        }
    }
    println!("{GROWN}{}", most - before);
}

/// Bytes that the system gave this process, where it says so.
fn resident() -> Option<usize> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: usize = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kilobytes * 1024)
}
