//! Walks through made-up days, answered as Zipkin on Elasticsearch does.

use super::*;

/// A trace: when its spans start, and how many there are at each of these times.
struct Trace(Vec<u64>, usize);

/// The number of questions; each trace is counted once, and `refused` answers none with more spans than that.
fn walk(whole: Range<u64>, traces: &[Trace], refused: usize) -> (usize, u64, usize) {
    let (mut walk, mut questions, mut counted) = (Walk::through(whole), 0, vec![0; traces.len()]);
    while let Some(Question { window, limit }) = walk.question() {
        questions += 1;
        assert!(questions < 5_000, "it ends");
        let first = |trace: &Trace| trace.0.iter().copied().filter(|at| window.contains(at)).min();
        let mut found: Vec<(u64, usize)> = (0..traces.len())
            .filter_map(|index| Some((first(&traces[index])?, index)))
            .collect();
        found.sort_by_key(|found| std::cmp::Reverse(found.0));
        found.truncate(limit);
        let size = |&(_, index): &(u64, usize)| traces[index].0.len() * traces[index].1;
        let spans: usize = found.iter().map(size).sum();
        if spans > refused {
            walk.refused();
            continue;
        }
        let starts: Vec<u64> = found.iter().map(|found| found.0).collect();
        if let Some(done) = walk.answered(&starts, spans.min(SPANS)) {
            for (_, index) in found {
                let start = traces[index].0.iter().min().unwrap();
                counted[index] += usize::from(done.contains(start));
            }
        }
    }
    assert!(counted.iter().all(|&times| times <= 1), "none is counted twice");
    (questions, walk.cut, counted.iter().sum())
}

const DAY: Range<u64> = 86_400_000..172_800_000;

#[test]
fn an_empty_day_takes_few_questions() {
    assert_eq!(walk(DAY, &[], 0), (29, 0, 0));
}

#[test]
fn many_at_once_are_asked_for_in_parts() {
    // 5,000 within two seconds, as many over the day, and some of a day before or after.
    let burst = (0..5_000).map(|n| Trace(vec![100_000_000 + n * 2 / 5], 4));
    let steady = (0..5_000).map(|n| Trace(vec![DAY.start + n * 17_000], 4));
    let outside = [vec![DAY.start - 1, DAY.start + 5_000], vec![DAY.end]].map(|starts| Trace(starts, 1));
    let traces: Vec<Trace> = burst.chain(steady).chain(outside).collect();
    let (questions, cut, counted) = walk(DAY, &traces, usize::MAX);
    assert_eq!((cut, counted), (0, 10_000));
    assert!(questions < 60, "{questions}");
}

#[test]
fn long_and_large_traces_are_not_read_again_and_again() {
    // 300 with 1,000 spans each over five minutes; ten of them are under way at any time.
    let large = |n: u64| {
        Trace(
            (0..1_000)
                .map(|span| 100_000_000 + n * 30_000 + span * 300)
                .collect(),
            1,
        )
    };
    let traces: Vec<Trace> = (0..300).map(large).collect();
    let (questions, cut, counted) = walk(DAY, &traces, usize::MAX);
    assert_eq!((cut, counted), (0, 300));
    assert!(questions < 120, "{questions}");
}

#[test]
fn traces_that_cannot_be_had_are_counted() {
    // More in one millisecond than an answer has.
    let crowd: Vec<Trace> = (0..1_500).map(|_| Trace(vec![100_000_000], 1)).collect();
    assert_eq!(walk(DAY, &crowd, usize::MAX).1, 1);
    // A trace with more spans than an answer has, and one beside it: asked for one by one, nobody knows of a third.
    let huge = [Trace(vec![100_000_000], 20_000), Trace(vec![100_000_001], 1)];
    let (_, cut, counted) = walk(DAY, &huge, usize::MAX);
    assert_eq!((cut, counted), (2, 2));
}

#[test]
fn a_refusal_costs_no_more_than_what_cannot_be_answered() {
    let small = (0..2_000).map(|n| Trace(vec![100_000_000 + n], 4));
    let traces: Vec<Trace> = small
        .chain([Trace(vec![100_050_000, 100_050_007], 2_000)])
        .collect();
    let (questions, cut, counted) = walk(DAY, &traces, 1_200);
    assert_eq!(
        (cut, counted),
        (2, 2_000),
        "the two milliseconds of one trace are left out"
    );
    assert!(questions < 200, "{questions}");
}
