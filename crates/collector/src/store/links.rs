//! Who calls whom. The links of a chapter are computed once and kept until it changes: an answer adds up those of
//! hundreds of chapters, and computes only the latest and those at the edges of the time asked for.

use std::{collections::HashMap, ops::RangeInclusive, slice};

use zipkin::{DependencyLink, Linker, Searched as _};

use super::{
    Spans, Store,
    chapter::{LinkedOnce, MANY},
    heap::{Counted, allocated},
    keys::low,
    packed::{PackedSpan, Reader, text, write_number, write_text},
    timeline::Position,
};
use crate::work::{Asker, Gone};

/// The latest chapters, whose traces are still growing.
const STILL_GROWING: usize = 2;

const ALL_TIME: RangeInclusive<u64> = 0..=u64::MAX;

/// Which of a chapter's traces have a span within a time.
#[derive(PartialEq, Eq)]
enum Within {
    AsAWhole,
    InPart,
    NotAtAll,
}

/// The links of a chapter's traces, but for those without any time.
#[derive(Default)]
pub struct Linked {
    links: PackedLinks,
    /// Milliseconds: the first span of each trace is within.
    firsts: Option<RangeInclusive<u64>>,
    /// Milliseconds: every span is within.
    all: Option<RangeInclusive<u64>>,
    /// Takes its bytes off when it goes.
    _counted: Option<Counted>,
}

/// The names of who calls and who is called, in UTF-8.
type Call<'a> = (&'a [u8], &'a [u8]);

/// Links as bytes: where every service calls every other, a chapter has thousands.
#[derive(Default)]
struct PackedLinks(Box<[u8]>);

/// The links of all traces that have a span within the time, as Zipkin counts them.
pub fn links(store: &Store, time: &RangeInclusive<u64>, asker: &Asker) -> Result<Vec<DependencyLink>, Gone> {
    let mut chapters: Vec<(Position, LinkedOnce)> = Vec::new();
    let namesakes = namesakes(store);
    chapters.extend(
        store
            .read()
            .timeline()
            .all()
            .map(|(begin, chapter)| (begin, chapter.linked())),
    );
    let mut edges = Vec::new();
    // As many at a time as a chapter has.
    for namesakes in namesakes.chunks(MANY) {
        asker.still_waits()?;
        edges.push(Linked::of(namesakes.iter().map(Vec::as_slice), time));
    }
    for (begin, linked) in &chapters {
        asker.still_waits()?;
        let linked = linked.get_or_init(|| of_chapter(store, *begin));
        if linked.within(time) == Within::InPart {
            edges.push(of(store, *begin, time));
        }
    }
    let whole = chapters.iter().filter_map(|(_, linked)| linked.get());
    let whole = whole.filter(|linked| linked.within(time) == Within::AsAWhole);
    Ok(sum(whole.chain(&edges)))
}

/// Links the oldest chapter that is not linked, unless it is still growing. Called whenever one begins, so that whoever
/// asks for links never waits for more than a few.
pub fn link_one_before(store: &Store) {
    let oldest = {
        let kept = store.read();
        let mut old = kept.timeline().all().rev().skip(STILL_GROWING).rev();
        old.find(|(_, chapter)| !chapter.is_linked())
            .map(|(begin, chapter)| (begin, chapter.linked()))
    };
    if let Some((begin, linked)) = oldest {
        linked.get_or_init(|| of_chapter(store, begin));
    }
}

/// The traces that share the lower half of their ids, by that, then by their start. The store is locked for a chapter's worth of them
/// at a time: all that are kept may be namesakes.
fn namesakes(store: &Store) -> Vec<Vec<Spans>> {
    let mut all: Vec<(Position, Spans)> = Vec::new();
    let mut from = Some(0);
    while let Some(key) = from {
        let kept = store.read();
        let places = kept.keys().namesakes_from(key).take(MANY);
        let some = places.filter_map(|place| Some((place, kept.trace(place.key)?)));
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

// Counted as long as it is kept.
fn of_chapter(store: &Store, begin: Position) -> Linked {
    let linked = of(store, begin, &ALL_TIME);
    let ledger = store.read().timeline().ledger().clone();
    Linked {
        _counted: Some(ledger.count(allocated(linked.links.0.len()))),
        ..linked
    }
}

// Linked without holding the store: a trace may be long. As in Zipkin, the lower half of an id decides, strict or not, for some
// on the way may know no more of it; those that share it are not linked with their chapter.
fn of(store: &Store, begin: Position, time: &RangeInclusive<u64>) -> Linked {
    let mut traces: Vec<Spans> = Vec::new();
    {
        let kept = store.read();
        let chapter = kept.timeline().chapter(begin).into_iter();
        let all = chapter.flat_map(|chapter| chapter.traces().iter());
        let alone = all.filter(|(position, _)| !kept.keys().has_namesake(position.key));
        traces.extend(alone.map(|(_, trace)| trace.spans()));
    }
    Linked::of(traces.iter().map(slice::from_ref), time)
}

impl Linked {
    /// The links of traces, each of which may have come in several.
    fn of<'a>(traces: impl Iterator<Item = &'a [Spans]>, time: &RangeInclusive<u64>) -> Self {
        let mut linker = Linker::default();
        let mut linked = Self::default();
        for parts in traces {
            let spans: Vec<PackedSpan> = parts.iter().flat_map(|part| part.read()).collect();
            let starts = spans
                .iter()
                .filter_map(|span| span.timestamp())
                .map(|start| start / 1000);
            if starts.clone().any(|start| time.contains(&start)) {
                linker.put_trace(spans.iter().map(PackedSpan::outline));
                widen(&mut linked.firsts, starts.clone().min());
                starts.for_each(|start| widen(&mut linked.all, Some(start)));
            }
        }
        linked.links = PackedLinks::of(&linker.links());
        linked
    }

    fn within(&self, time: &RangeInclusive<u64>) -> Within {
        match (&self.firsts, &self.all) {
            (Some(firsts), _) if time.contains(firsts.start()) && time.contains(firsts.end()) => {
                Within::AsAWhole
            }
            (_, Some(all)) if all.start() <= time.end() && time.start() <= all.end() => Within::InPart,
            _ => Within::NotAtAll,
        }
    }
}

impl PackedLinks {
    fn of(links: &[DependencyLink]) -> Self {
        let mut bytes = Vec::new();
        for link in links {
            write_text(&mut bytes, &link.parent);
            write_text(&mut bytes, &link.child);
            write_number(&mut bytes, link.call_count);
            write_number(&mut bytes, link.error_count);
        }
        Self(bytes.into())
    }

    /// Each call, how often it was made, and how often it failed.
    fn read(&self) -> impl Iterator<Item = (Call<'_>, u64, u64)> {
        let mut reader = Reader(&self.0);
        std::iter::from_fn(move || {
            let call = (reader.part()?, reader.part()?);
            Some((call, reader.number()?, reader.number()?))
        })
    }
}

fn widen(range: &mut Option<RangeInclusive<u64>>, to: Option<u64>) {
    let Some(to) = to else { return };
    *range = Some(match range {
        Some(range) => to.min(*range.start())..=to.max(*range.end()),
        None => to..=to,
    });
}

fn sum<'a>(chapters: impl Iterator<Item = &'a Linked>) -> Vec<DependencyLink> {
    let mut sums: Vec<(Call, u64, u64)> = Vec::new();
    let mut places: HashMap<Call, usize> = HashMap::new();
    for linked in chapters {
        // Most chapters have the calls of the one before, in the same order.
        let mut expected = 0;
        for (call, all, failed) in linked.links.read() {
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
