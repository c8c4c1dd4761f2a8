use zipkin::{Endpoint, Span, SpanId};

use super::{position::Position, *};

fn store(max_spans: usize) -> Store {
    Store::new(&Config {
        mem_max_spans: max_spans,
        ..Config::default()
    })
}

/// A span of a service named like its trace, that starts so many milliseconds after the epoch.
fn span(trace: u128, id: u64, start_ms: u64) -> Span {
    Span {
        timestamp: (start_ms > 0).then_some(start_ms * 1000),
        name: Some(format!("{id}")),
        local_endpoint: Some(Endpoint {
            service_name: Some(format!("s{trace}")),
            ..Endpoint::default()
        }),
        ..Span::new(TraceId::new(trace), SpanId::new(id))
    }
}

fn kept(store: &Store, trace: u128) -> usize {
    store
        .trace(TraceId::new(trace))
        .map_or(0, |spans| spans.to_vec().len())
}

fn latest(store: &Store, params: &[(&str, &str)]) -> Vec<u128> {
    let query = Query::parse(params.iter().copied(), 1_000, 1_000).unwrap();
    let found = store.search(&query, &Asker::patient()).unwrap();
    let trace = |key| store.found(key).unwrap();
    found
        .into_iter()
        .map(|key| trace(key).trace_id().value())
        .collect()
}

#[test]
fn a_search_and_links_end_once_nobody_waits() {
    let store = store(2);
    store.add(vec![span(1, 1, 10)]);
    let query = Query::parse([("limit", "1")].into_iter(), 1_000, 1_000).unwrap();
    assert!(store.search(&query, &Asker::gone()).is_err());
    assert!(store.links(&(0..=1_000), &Asker::gone()).is_err());
}

#[test]
fn the_oldest_traces_go_as_a_whole_and_their_names_with_them() {
    let store = store(4);
    store.add(vec![
        span(1, 1, 10),
        span(1, 2, 11),
        span(2, 1, 20),
        span(2, 2, 21),
    ]);
    store.add(vec![span(3, 1, 30)]);
    assert_eq!((kept(&store, 1), kept(&store, 2), kept(&store, 3)), (0, 2, 1));
    assert_eq!(store.names().services(), ["s2", "s3"]);
    assert_eq!(store.names().span_names("s1"), [""; 0]);
}

#[test]
fn traces_without_a_start_are_the_oldest() {
    let store = store(2);
    store.add(vec![span(1, 1, 10), span(2, 1, 0), span(3, 1, 20)]);
    assert_eq!((kept(&store, 1), kept(&store, 2), kept(&store, 3)), (1, 0, 1));
}

#[test]
fn ids_are_found_by_their_prefix_as_long_as_their_trace_is_kept() {
    const LONG: u128 = 0x00ab_0000_0000_0000_4848_5a39_53bb_6124;
    const SHORT: u128 = 0x00ab_0000_0000_0001;
    let found = |store: &Store, prefix| {
        let ids = store.ids(TraceIdPrefix::parse(prefix).unwrap(), 2);
        ids.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let store = store(3);
    store.add(vec![span(LONG, 1, 10), span(LONG, 2, 11), span(SHORT, 1, 20)]);
    let both = ["00ab000000000001", "00ab00000000000048485a3953bb6124"];
    assert_eq!(found(&store, "00AB"), both);
    assert_eq!(found(&store, "00ab000000000000"), both[1..]);
    assert_eq!(found(&store, "48485a39"), [""; 0]);
    // No more than were asked for; then the oldest trace goes, and its id with it.
    store.add(vec![span(0x00ab_0000_0000_0002, 1, 30)]);
    assert_eq!(found(&store, "0"), ["00ab000000000001", "00ab000000000002"]);
    assert_eq!(found(&store, "00ab000000000000"), [""; 0]);
}

#[test]
fn where_ids_are_not_strict_each_id_of_a_trace_is_found() {
    const LONG: u128 = 0x463a_c35c_9f64_13ad_4848_5a39_53bb_6124;
    let store = Store::new(&Config {
        strict_trace_id: false,
        mem_max_spans: 2,
        ..Config::default()
    });
    store.add(vec![span(LONG as u64 as u128, 1, 10), span(LONG, 2, 11)]);
    for prefix in ["48485a39", "463ac35c"] {
        let [id] = store.ids(TraceIdPrefix::parse(prefix).unwrap(), 20)[..] else {
            panic!("{prefix} is not found");
        };
        assert_eq!(kept(&store, id.value()), 2);
    }
    store.add(vec![span(1, 1, 20)]);
    let any = |digit| store.ids(TraceIdPrefix::parse(digit).unwrap(), 20);
    assert_eq!((any("4").len(), any("0").len()), (0, 1));
}

#[test]
fn of_a_batch_above_the_bound_the_latest_traces_are_kept() {
    let store = store(3);
    store.add(
        (1..=10)
            .map(|trace| span(trace, 1, trace as u64))
            .collect::<Vec<_>>(),
    );
    assert_eq!(latest(&store, &[]), [10, 9, 8]);
}

#[test]
fn of_a_trace_above_the_bound_the_first_spans_are_kept() {
    let store = store(3);
    store.add((1..=10).map(|id| span(1, id, 10)).collect::<Vec<_>>());
    assert_eq!(store.names().span_names("s1"), ["1", "2", "3"]);
    // It does not keep others out.
    store.add(vec![span(2, 1, 20)]);
    assert_eq!((kept(&store, 1), kept(&store, 2)), (0, 1));
}

#[test]
fn bytes_are_bounded_too() {
    let store = Store::new(&Config {
        mem_max_bytes: 120_000,
        ..Config::default()
    });
    let long = |trace| Span {
        tags: [("body".to_owned(), "x".repeat(20_000))].into(),
        ..span(trace, 1, trace as u64)
    };
    store.add((1..=6).map(long).collect::<Vec<_>>());
    assert_eq!(latest(&store, &[]), [6, 5, 4, 3]);
    // A trace alone takes half of it at most.
    let other = |id| Span {
        id: SpanId::new(id),
        ..long(7)
    };
    store.add((1..100).map(other).collect::<Vec<_>>());
    assert_eq!((latest(&store, &[]), kept(&store, 7)), (vec![7, 6, 5], 2));
}

#[test]
fn names_and_long_traces_are_counted_and_forgotten() {
    let store = store(1_000);
    let empty = store.contents.read().bytes();
    let many = |trace| {
        (1..=500).map(move |id| Span {
            remote_endpoint: span(id.into(), 1, 0).local_endpoint,
            ..span(trace, id, trace as u64)
        })
    };
    store.add(many(1).chain(many(2)).chain(many(1)).collect::<Vec<_>>());
    assert_eq!((kept(&store, 1), kept(&store, 2)), (500, 500));
    let full = store.contents.read().bytes();
    for trace in 3..20 {
        store.add(many(trace).collect::<Vec<_>>());
        assert!(store.contents.read().bytes() <= full + 20 * 1024);
    }
    assert_eq!(store.names().services(), ["s18", "s19"]);
    store.add(
        (100..1_100)
            .map(|trace| span(trace, 1, trace as u64))
            .collect::<Vec<_>>(),
    );
    store.add(vec![span(2_000, 1, 2_000)]);
    assert!(store.contents.read().bytes() > empty);
}

#[test]
fn a_span_that_comes_twice_or_in_part_is_kept_once() {
    let store = store(10);
    store.add(vec![span(1, 1, 10), span(1, 1, 10), span(1, 1, 11)]);
    store.add(vec![span(1, 1, 10)]);
    assert_eq!(kept(&store, 1), 2);
}

#[test]
fn a_trace_starts_with_its_root_else_with_its_first_span() {
    let store = store(10);
    let child = |trace, id, start| Span {
        parent_id: Some(SpanId::new(9)),
        ..span(trace, id, start)
    };
    // The root's clock is behind.
    store.add(vec![
        child(1, 1, 100),
        child(2, 1, 300),
        child(2, 2, 200),
        span(1, 9, 400),
    ]);
    assert_eq!(latest(&store, &[]), [1, 2]);
    assert_eq!(latest(&store, &[("endTs", "399")]), [2]);
    assert_eq!(latest(&store, &[("endTs", "400"), ("lookback", "1")]), [1]);
}

#[test]
fn a_search_ends_at_its_limit_with_the_latest() {
    let store = store(100);
    store.add(
        (1..=50)
            .map(|trace| span(trace, 1, trace as u64))
            .collect::<Vec<_>>(),
    );
    assert_eq!(latest(&store, &[("limit", "2")]), [50, 49]);
    assert_eq!(latest(&store, &[("serviceName", "s7")]), [7]);
}

#[test]
fn an_old_trace_that_has_gone_on_is_among_the_latest() {
    let store = store(100);
    store.contents.write().shorten_segments();
    store.add(
        (1..=50)
            .map(|trace| span(trace, 1, trace as u64))
            .collect::<Vec<_>>(),
    );
    assert_eq!(latest(&store, &[("limit", "1")]), [50]);
    // It grows where it is.
    store.add(vec![span(3, 2, 100)]);
    assert_eq!(latest(&store, &[("limit", "1")]), [3]);
    assert_eq!(latest(&store, &[("limit", "2")]), [3, 50]);
    // It comes as a whole.
    store.add(vec![span(60, 1, 4), span(60, 2, 200)]);
    assert_eq!(latest(&store, &[("limit", "1")]), [60]);
    // It moves to the front: its root comes later.
    let late = Span {
        parent_id: Some(SpanId::new(9)),
        ..span(61, 1, 300)
    };
    store.add(vec![late]);
    store.add(vec![span(61, 9, 2)]);
    assert_eq!(latest(&store, &[("limit", "2")]), [61, 60]);
}

#[test]
fn a_wrong_clock_is_forgotten_with_its_segment() {
    let store = store(40);
    store.contents.write().shorten_segments();
    let begin = Position { start_ms: 0, key: 0 };
    let latest_ms = |store: &Store| store.contents.read().timeline().latest_ms_before(begin);
    store.add(vec![span(1, 1, 1), span(1, 2, 900)]);
    assert_eq!(latest_ms(&store), 899);
    for trace in 2..100 {
        store.add(vec![span(trace, 1, trace as u64)]);
    }
    assert_eq!((kept(&store, 1), latest_ms(&store)), (0, 0));
}

/// Clocks that are ahead.
mod clocks;

#[test]
fn traces_without_a_start_are_found_by_id_alone() {
    let store = store(10);
    store.add(vec![span(1, 1, 0)]);
    assert_eq!(kept(&store, 1), 1);
    assert_eq!(latest(&store, &[]), [0; 0]);
}

#[test]
fn strict_trace_ids_agree_in_all_bits() {
    let low = 0xabc;
    let high = 1 << 64 | low;
    let spans = || vec![span(low, 1, 10), span(high, 2, 11)];
    let strict = store(10);
    strict.add(spans());
    assert_eq!((kept(&strict, low), kept(&strict, high)), (1, 1));
    let lenient = Store::new(&Config {
        strict_trace_id: false,
        ..Config::default()
    });
    lenient.add(spans());
    assert_eq!((kept(&lenient, low), kept(&lenient, high)), (2, 2));
    assert_eq!(lenient.known([low, high].map(TraceId::new).into_iter()).len(), 1);
}

/// Random spans and searches.
pub mod dice;

/// Against a store without any index.
mod naive;

/// Memory of the process.
mod resident;
