//! The store answers as one that looks at every span: thousands of random batches and questions, in bounds so small
//! that traces go all the time.

use std::collections::BTreeMap;

use zipkin::{Linker, Query, Span, TraceId};

use super::{super::*, dice::Dice};

/// Every span in a list, by trace.
struct Naive {
    max_spans: usize,
    is_strict: bool,
    traces: Vec<(u128, Vec<Span>)>,
}

impl Naive {
    fn add(&mut self, batch: &[Span]) {
        for span in batch {
            let key = self.key(span.trace_id);
            let known = self.traces.iter_mut().find(|(each, _)| *each == key);
            match known {
                Some((_, spans)) if spans.contains(span) || spans.len() == self.max_spans => {}
                Some((_, spans)) => spans.push(span.clone()),
                None => self.traces.push((key, vec![span.clone()])),
            }
        }
        self.traces.sort_by_key(|(key, spans)| (start_ms(spans), *key));
        while self.traces.iter().map(|(_, spans)| spans.len()).sum::<usize>() > self.max_spans {
            self.traces.remove(0);
        }
    }

    fn key(&self, id: TraceId) -> u128 {
        if self.is_strict {
            id.value().rotate_left(64)
        } else {
            u128::from(id.low()) << 64
        }
    }

    fn search(&self, query: &Query) -> Vec<Vec<Span>> {
        let mut found: Vec<_> = self
            .traces
            .iter()
            .filter(|(_, spans)| query.matches(spans))
            .collect();
        let latest_ms = |spans: &[Span]| {
            let starts = spans.iter().filter_map(|span| span.timestamp);
            starts
                .map(|start| start / 1000)
                .filter(|&start| start <= query.end_ts)
                .max()
        };
        found.sort_by_key(|(key, spans)| std::cmp::Reverse((latest_ms(spans), *key)));
        let found = found.into_iter().take(query.limit);
        found.map(|(_, spans)| spans.clone()).collect()
    }

    fn links(&self, time: &RangeInclusive<u64>) -> Vec<DependencyLink> {
        let mut linker = Linker::default();
        let mut by_low: BTreeMap<u64, Vec<Span>> = BTreeMap::new();
        for (_, spans) in &self.traces {
            by_low
                .entry(spans[0].trace_id.low())
                .or_default()
                .extend(spans.clone());
        }
        for spans in by_low.values() {
            if spans
                .iter()
                .filter_map(|span| span.timestamp)
                .any(|start| time.contains(&(start / 1000)))
            {
                linker.put_trace(spans);
            }
        }
        linker.links()
    }

    fn names(&self, of: impl Fn(&Span) -> Option<&str>) -> Vec<String> {
        let spans = self.traces.iter().flat_map(|(_, spans)| spans);
        let names: BTreeSet<&str> = spans.filter_map(of).collect();
        names.into_iter().map(str::to_owned).collect()
    }
}

fn start_ms(spans: &[Span]) -> u64 {
    let root = spans
        .iter()
        .filter(|span| span.parent_id.is_none())
        .find_map(|span| span.timestamp);
    root.or_else(|| spans.iter().filter_map(|span| span.timestamp).min())
        .unwrap_or(0)
        / 1000
}

fn compare(seed: u64, is_strict: bool, max_spans: usize, traces_at_a_time: u64) {
    let config = Config {
        mem_max_spans: max_spans,
        strict_trace_id: is_strict,
        autocomplete_keys: vec!["k1".into()],
        ..Config::default()
    };
    let store = Store::new(&config);
    store.contents.write().shorten_segments();
    let mut naive = Naive {
        max_spans,
        is_strict,
        traces: Vec::new(),
    };
    let mut dice = Dice(seed);
    let (asker, mut found) = (Asker::patient(), 0);
    for step in 0..300 {
        let traces: Vec<u64> = (0..10).map(|_| step * 2 + dice.below(traces_at_a_time)).collect();
        let batch: Vec<Span> = traces.into_iter().map(|trace| dice.span(trace)).collect();
        naive.add(&batch);
        store.add(batch);
        let latest = (step * 2 + traces_at_a_time) * 3;
        for _ in 0..3 {
            let query = dice.query(latest);
            let keys = store.search(&query, &asker).unwrap();
            let answer: Vec<Vec<Span>> = keys
                .into_iter()
                .map(|key| store.found(key).unwrap().to_vec())
                .collect();
            assert_eq!(answer, naive.search(&query), "{query:?}");
            found += answer.len();
        }
        if dice.one_in(5) {
            let start = dice.below(latest);
            let time = start..=start + dice.below(latest);
            assert_eq!(
                store.links(&time, &asker).unwrap(),
                naive.links(&time),
                "{time:?}"
            );
        }
        assert_eq!(store.names().services(), naive.names(Span::local_service));
        assert_eq!(
            store.names().values("k1"),
            naive.names(|span| span.tags.get("k1").map(String::as_str))
        );
        let of_s1 = |span: &Span| span.local_service() == Some("s1");
        assert_eq!(
            store.names().span_names("s1"),
            naive.names(|span| span.name.as_deref().filter(|_| of_s1(span)))
        );
        for (_, spans) in naive.traces.iter().take(3) {
            assert_eq!(&store.trace(spans[0].trace_id).unwrap().to_vec(), spans);
        }
        let kept = naive.traces.iter().map(|(_, spans)| spans.len()).sum::<usize>();
        assert_eq!(store.contents.read().spans(), kept);
    }
    assert!(found > 500, "{found}");
}

#[test]
fn the_store_answers_as_one_that_looks_at_every_span() {
    for seed in 1..=4 {
        compare(seed, seed % 2 == 0, 200, 20);
        // So wide that batches come in no order, and segments are halved.
        compare(seed + 10, seed % 2 == 1, 500, 400);
    }
}
