//! Dependency links of the traces of a segment, computed once and kept until the segment changes.

use std::{
    ops::RangeInclusive,
    sync::{Arc, OnceLock},
};

use zipkin::{DependencyLink, Linker, Searched as _};

use crate::store::{
    memory::{Counted, Ledger, allocated},
    packed::{PackedSpan, Reader, Spans, write_number, write_text},
};

/// The links of a segment, once somebody has asked for them. A segment that changes takes another of these, so that
/// whoever is still computing fills one that nobody looks into.
pub type LinkedOnce = Arc<OnceLock<Linked>>;

/// Which of a segment's traces have a span within a time.
#[derive(PartialEq, Eq)]
pub enum Within {
    /// All of them.
    AsAWhole,
    /// Some of them, perhaps.
    InPart,
    /// None of them.
    NotAtAll,
}

/// The links of a segment's traces, but for those without any time.
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
pub type Call<'a> = (&'a [u8], &'a [u8]);

/// Links as bytes: where every service calls every other, a segment has thousands.
#[derive(Default)]
struct PackedLinks(Box<[u8]>);

impl Linked {
    /// The links of traces, each of which may have come in several.
    pub fn of<'a>(traces: impl Iterator<Item = &'a [Spans]>, time: &RangeInclusive<u64>) -> Self {
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

    /// The same, with its bytes counted as long as it is kept.
    pub fn counted(self, ledger: &Ledger) -> Self {
        let bytes = allocated(self.links.0.len());
        Self {
            _counted: Some(ledger.count(bytes)),
            ..self
        }
    }

    /// Each call, how often it was made, and how often it failed.
    pub fn calls(&self) -> impl Iterator<Item = (Call<'_>, u64, u64)> {
        self.links.read()
    }

    /// Which of the traces have a span within a time.
    pub fn within(&self, time: &RangeInclusive<u64>) -> Within {
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
