//! Dependency links. The links of a segment are computed once and kept until it changes: an answer adds up those of
//! hundreds of segments, and computes only the latest and those at the edges of the time asked for.

use std::{collections::HashMap, ops::RangeInclusive, slice};

use zipkin::DependencyLink;

use super::{
    packed::{Spans, text},
    position::{Position, low},
    shared::Shared,
    traces::{Call, Linked, LinkedOnce, MANY, Within},
};
use crate::work::{Asker, Gone};

/// The latest segments, whose traces are still growing.
const STILL_GROWING: usize = 2;

const ALL_TIME: RangeInclusive<u64> = 0..=u64::MAX;

/// The links of all traces that have a span within the time, as Zipkin counts them.
pub fn links(
    shared: &Shared,
    time: &RangeInclusive<u64>,
    asker: &Asker,
) -> Result<Vec<DependencyLink>, Gone> {
    let mut segments: Vec<(Position, LinkedOnce)> = Vec::new();
    let namesakes = namesakes(shared);
    segments.extend(
        shared
            .read()
            .timeline()
            .all()
            .map(|(begin, segment)| (begin, segment.linked())),
    );
    let mut edges = Vec::new();
    // As many at a time as a segment has.
    for namesakes in namesakes.chunks(MANY) {
        asker.still_waits()?;
        edges.push(Linked::of(namesakes.iter().map(Vec::as_slice), time));
    }
    for (begin, linked) in &segments {
        asker.still_waits()?;
        let linked = linked.get_or_init(|| of_segment(shared, *begin));
        if linked.within(time) == Within::InPart {
            edges.push(of(shared, *begin, time));
        }
    }
    let whole = segments.iter().filter_map(|(_, linked)| linked.get());
    let whole = whole.filter(|linked| linked.within(time) == Within::AsAWhole);
    Ok(sum(whole.chain(&edges)))
}

/// Links the oldest segment that is not linked, unless it is still growing. Called whenever one begins, so that whoever
/// asks for links never waits for more than a few.
pub fn link_one_before(shared: &Shared) {
    let oldest = {
        let contents = shared.read();
        let mut old = contents.timeline().all().rev().skip(STILL_GROWING).rev();
        old.find(|(_, segment)| !segment.is_linked())
            .map(|(begin, segment)| (begin, segment.linked()))
    };
    if let Some((begin, linked)) = oldest {
        linked.get_or_init(|| of_segment(shared, begin));
    }
}

/// The traces that share the lower half of their ids, by that, then by their start. The store is locked for a segment's worth of them
/// at a time: all that are kept may be namesakes.
fn namesakes(shared: &Shared) -> Vec<Vec<Spans>> {
    let mut all: Vec<(Position, Spans)> = Vec::new();
    let mut from = Some(0);
    while let Some(key) = from {
        let contents = shared.read();
        let places = contents.keys().namesakes_from(key).take(MANY);
        let some = places.filter_map(|place| Some((place, contents.trace(place.key)?)));
        let known = all.len();
        all.extend(some);
        from = all
            .get(known..)
            .and_then(<[_]>::last)
            .and_then(|(last, _)| last.key.checked_add(1));
    }
    let groups = all.chunk_by_mut(|(one, _), (other, _)| low(one.key) == low(other.key));
    let by_start = |group: &mut [(Position, Spans)]| {
        group.sort_by_key(|(place, _)| *place);
        group.iter().map(|(_, spans)| Spans::clone(spans)).collect()
    };
    groups.map(by_start).collect()
}

// Counted as long as it is contents.
fn of_segment(shared: &Shared, begin: Position) -> Linked {
    let linked = of(shared, begin, &ALL_TIME);
    let ledger = shared.read().timeline().ledger().clone();
    linked.counted(&ledger)
}

// Linked without holding the store: a trace may be long. As in Zipkin, the lower half of an id decides, strict or not, for some
// on the way may know no more of it; those that share it are not linked with their segment.
fn of(shared: &Shared, begin: Position, time: &RangeInclusive<u64>) -> Linked {
    let mut traces: Vec<Spans> = Vec::new();
    {
        let contents = shared.read();
        let segment = contents.timeline().segment(begin).into_iter();
        let all = segment.flat_map(|segment| segment.traces().iter());
        let alone = all.filter(|(position, _)| !contents.keys().has_namesake(position.key));
        traces.extend(alone.map(|(_, trace)| trace.spans()));
    }
    Linked::of(traces.iter().map(slice::from_ref), time)
}

fn sum<'a>(segments: impl Iterator<Item = &'a Linked>) -> Vec<DependencyLink> {
    let mut sums: Vec<(Call, u64, u64)> = Vec::new();
    let mut places: HashMap<Call, usize> = HashMap::new();
    for linked in segments {
        // Most segments have the calls of the one before, in the same order.
        let mut expected = 0;
        for (call, all, failed) in linked.calls() {
            let is_expected = sums.get(expected).is_some_and(|(sum, ..)| *sum == call);
            let place = if is_expected {
                expected
            } else {
                *places.entry(call).or_insert(sums.len())
            };
            match sums.get_mut(place) {
                Some(sum) => (sum.1, sum.2) = (sum.1 + all, sum.2 + failed),
                None => sums.push((call, all, failed)),
            }
            expected = place + 1;
        }
    }
    sums.sort_unstable();
    let link = |((parent, child), call_count, error_count)| DependencyLink {
        parent: text(parent).to_owned(),
        child: text(child).to_owned(),
        call_count,
        error_count,
    };
    sums.into_iter().map(link).collect()
}
