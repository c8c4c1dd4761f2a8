//! Traces from clocks that are ahead go in the order in which they arrived, and never keep others out.

use std::{env, fs, process};

use super::*;
use crate::store::traces::DAY_MS;

/// The collector's clock.
const NOW_MS: u64 = 1_800_000_000_000;

/// Nanoseconds that were taken for microseconds, and other times that are none.
const FUTURES_MS: [u64; 5] = [
    NOW_MS + DAY_MS + 5,
    9_000_000_000_000,
    NOW_MS * 1000,
    i64::MAX as u64 / 1000,
    u64::MAX / 1000,
];

fn add(store: &Store, spans: Vec<Span>, now_ms: u64) {
    store.add_at(&spans.into(), now_ms);
}

/// Which of the traces are kept.
fn there(store: &Store, traces: std::ops::RangeInclusive<u128>) -> Vec<u128> {
    traces.filter(|&trace| kept(store, trace) > 0).collect()
}

#[test]
fn traces_ahead_go_by_their_arrival_and_others_by_their_start() {
    for future in FUTURES_MS {
        let store = store(4);
        add(
            &store,
            (1..=4)
                .map(|trace| span(trace, 1, future - trace as u64))
                .collect(),
            NOW_MS,
        );
        assert_eq!(there(&store, 1..=4), [1, 2, 3, 4], "{future}");
        // Shown and searched by their own time.
        assert_eq!(kept(&store, 1), 1);
        let end = future.to_string();
        assert_eq!(
            latest(&store, &[("endTs", &end), ("limit", "1")]),
            [1],
            "{future}"
        );
        for trace in 5..=8 {
            add(
                &store,
                vec![span(trace, 1, NOW_MS + trace as u64)],
                NOW_MS + trace as u64,
            );
            assert_eq!(kept(&store, trace), 1, "{future}: trace {trace}");
        }
        assert_eq!(there(&store, 1..=8), [5, 6, 7, 8], "{future}");
        // Later ones push out what started before they arrived.
        add(&store, vec![span(9, 1, future)], NOW_MS + 100);
        assert_eq!(there(&store, 5..=9), [6, 7, 8, 9], "{future}");
    }
}

#[test]
fn up_to_a_day_ahead_a_trace_goes_by_its_start() {
    let store = store(2);
    add(
        &store,
        vec![span(1, 1, NOW_MS + DAY_MS), span(2, 1, NOW_MS)],
        NOW_MS,
    );
    add(&store, vec![span(3, 1, NOW_MS + 1)], NOW_MS + 1);
    assert_eq!(there(&store, 1..=3), [1, 3]);
}

#[test]
fn the_start_of_a_trace_says_whether_it_is_ahead() {
    let future = NOW_MS * 1000;
    let child = |trace, start_ms| Span {
        parent_id: Some(SpanId::new(9)),
        ..span(trace, 1, start_ms)
    };
    let store = store(5);
    // One span of each is ahead: a child; the root, that comes later; a child, before its root.
    add(
        &store,
        vec![span(1, 9, NOW_MS), child(1, future), child(2, NOW_MS)],
        NOW_MS,
    );
    add(&store, vec![span(2, 9, future)], NOW_MS);
    assert_eq!(there(&store, 1..=2), [1, 2]);
    for trace in 10..=14 {
        add(
            &store,
            vec![span(trace, 1, NOW_MS + trace as u64)],
            NOW_MS + trace as u64,
        );
        assert_eq!(kept(&store, trace), 1);
    }
    assert_eq!(there(&store, 1..=14), [10, 11, 12, 13, 14]);
    add(&store, vec![child(3, future)], NOW_MS + 20);
    add(&store, vec![span(3, 9, NOW_MS + 20)], NOW_MS + 21);
    add(&store, vec![span(20, 1, NOW_MS + 30)], NOW_MS + 30);
    assert_eq!(there(&store, 1..=20), [3, 13, 14, 20]);
    assert!(store.contents.read().bytes() > 0);
}

#[test]
fn traces_without_a_start_are_not_ahead() {
    let store = store(2);
    add(&store, vec![span(1, 1, 0), span(2, 1, NOW_MS * 1000)], NOW_MS);
    add(&store, vec![span(3, 1, NOW_MS + 1)], NOW_MS + 1);
    assert_eq!(there(&store, 1..=3), [2, 3]);
}

#[test]
fn a_clock_that_is_set_back_leaves_nothing_that_never_goes() {
    let wrong_ms = NOW_MS * 5;
    let store = store(3);
    // Neither is ahead of the clock that is; one is ahead even of that.
    add(
        &store,
        vec![
            span(1, 1, wrong_ms),
            span(2, 1, wrong_ms + 1),
            span(3, 1, wrong_ms * 100),
        ],
        wrong_ms,
    );
    for trace in 4..=6 {
        add(
            &store,
            vec![span(trace, 1, NOW_MS + trace as u64)],
            NOW_MS + trace as u64,
        );
        assert_eq!(kept(&store, trace), 1, "trace {trace}");
    }
    assert_eq!(there(&store, 1..=6), [4, 5, 6]);
}

#[test]
fn after_a_restart_the_log_says_when_they_arrived() {
    let folder = env::temp_dir().join(format!("three-hops-clocks-{}", process::id()));
    let config = Config {
        mem_max_spans: 3,
        data_dir: Some(folder.clone()),
        ..Config::default()
    };
    let now_ms = now_ms();
    let before = Store::open(&config).unwrap();
    add(&before, vec![span(1, 1, now_ms * 1000)], now_ms - 2_000);
    add(&before, vec![span(2, 1, now_ms - 1_000)], now_ms - 1_000);
    add(&before, vec![span(3, 1, now_ms * 1001)], now_ms);
    drop(before);
    for (trace, left) in [(4, [2, 3, 4]), (5, [3, 4, 5]), (6, [4, 5, 6])] {
        let store = Store::open(&config).unwrap();
        add(
            &store,
            vec![span(trace, 1, now_ms + trace as u64)],
            now_ms + trace as u64,
        );
        assert_eq!(there(&store, 1..=6), left);
    }
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn evicted_and_refused_spans_are_counted() {
    let store = store(3);
    let evicted = || {
        (
            store.evicted_spans().load(Ordering::Relaxed),
            store.evicted_traces().load(Ordering::Relaxed),
        )
    };
    store.add(vec![span(1, 1, 10), span(1, 2, 10), span(2, 1, 20)]);
    assert_eq!(evicted(), (0, 0));
    store.add(vec![span(3, 1, 30)]);
    assert_eq!(evicted(), (2, 1));
    // A trace alone takes no more than there is room for.
    store.add((1..=5).map(|id| span(4, id, 40)).collect::<Vec<_>>());
    assert_eq!((evicted(), kept(&store, 4)), ((6, 3), 3));
}
