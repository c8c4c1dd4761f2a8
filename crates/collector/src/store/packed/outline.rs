//! The line that a list has of a large trace, kept as its spans come: summing all of them up takes a second for a million.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    hash::{BuildHasher as _, RandomState},
};

use zipkin::{Searched as _, SpanId, Summary, Times, TraceId};

use super::{PackedSpan, wire::text};
use crate::store::memory::{allocated, tree};

/// Spans without start or duration that wait for the rest: of more, the rest is not looked for.
const MAX_HALVES: usize = 1_000;

/// A large trace in one line. Reports of a span are one where they name the same service.
#[derive(Clone, Default)]
pub struct Outline {
    hasher: RandomState,
    spans: HashSet<u64>,
    failed: HashSet<u64>,
    services: BTreeMap<Box<[u8]>, u64>,
    service_bytes: usize,
    trace_id: Option<TraceId>,
    root: Option<Head>,
    /// The earliest span, where there is no root.
    earliest: Option<Head>,
    start: Option<u64>,
    end: Option<u64>,
    has_end: bool,
    halves: HashMap<SpanId, Half>,
}

/// The span that names the trace.
#[derive(Clone)]
struct Head {
    /// A span that does not know its start comes last.
    start: u64,
    service: Box<[u8]>,
    name: Box<[u8]>,
}

/// The time of a span, as far as it has one: start, duration, or neither.
#[derive(Clone, Copy, Default)]
struct Half {
    start: Option<u64>,
    duration: Option<u64>,
    is_root: bool,
}

impl Outline {
    /// Adds a span that is not here.
    pub fn add(&mut self, span: &PackedSpan<'_>) {
        let service = span.packed_service();
        let key = self.hasher.hash_one((span.id(), span.is_shared(), service));
        self.spans.insert(key);
        if span.packed_tag(b"error").is_some() {
            self.failed.insert(key);
        }
        if self.trace_id.is_none_or(|id| id.is_64_bit()) {
            self.trace_id = Some(span.trace_id());
        }
        let start = span.timestamp();
        if let Some(service) = service {
            self.appears(service, start.unwrap_or(u64::MAX));
        }
        let is_root = span.is_root() && !span.is_shared();
        keep_first(&mut self.earliest, span);
        if is_root {
            keep_first(&mut self.root, span);
        }
        if let (Some(start), Some(duration)) = (start, span.duration()) {
            self.ran(start, Some(duration));
        } else {
            self.half(
                span.id(),
                Half {
                    start,
                    duration: span.duration(),
                    is_root,
                },
            );
        }
    }

    fn appears(&mut self, service: &[u8], start: u64) {
        match self.services.get_mut(service) {
            Some(first) => *first = start.min(*first),
            None => {
                self.service_bytes += allocated(service.len());
                self.services.insert(service.into(), start);
            }
        }
    }

    fn half(&mut self, id: SpanId, half: Half) {
        if let Some(start) = half.start {
            self.ran(start, None);
        }
        if self.halves.len() >= MAX_HALVES && !self.halves.contains_key(&id) {
            return;
        }
        let known = self.halves.entry(id).or_default();
        known.start = known.start.or(half.start);
        known.duration = known.duration.or(half.duration);
        known.is_root |= half.is_root;
        let known = *known;
        if let (Some(start), Some(duration)) = (known.start, known.duration) {
            self.ran(start, Some(duration));
        }
    }

    fn ran(&mut self, start: u64, duration: Option<u64>) {
        self.start = Some(self.start.map_or(start, |first| first.min(start)));
        self.has_end |= duration.is_some();
        let end = start.saturating_add(duration.unwrap_or_default());
        self.end = Some(self.end.map_or(end, |last| last.max(end)));
    }

    /// The line, with the names of at most so many services, in the order of their first spans.
    pub fn summary(&self, services: usize) -> Option<Summary> {
        let head = self.root.as_ref().or(self.earliest.as_ref())?;
        let mut named: Vec<(&u64, &[u8])> = self
            .services
            .iter()
            .map(|(name, start)| (start, &**name))
            .collect();
        named.sort_unstable();
        let named = named.into_iter().take(services);
        let width = self.start.zip(self.end).map(|(start, end)| end - start);
        Some(Summary {
            trace_id: self.trace_id?,
            service: text(&head.service).to_owned(),
            name: text(&head.name).to_owned(),
            times: Times {
                start: self.start,
                duration: width.filter(|_| self.has_end),
                width: width.unwrap_or_default(),
                is_open: self
                    .halves
                    .values()
                    .any(|half| half.is_root && half.start.is_some() && half.duration.is_none()),
            },
            spans: self.spans.len(),
            errors: self.failed.len(),
            services: named.map(|(_, name)| text(name).to_owned()).collect(),
            service_count: self.services.len(),
        })
    }

    /// Bytes of heap.
    pub fn bytes(&self) -> usize {
        let tables = [
            (self.spans.capacity(), size_of::<u64>()),
            (self.failed.capacity(), size_of::<u64>()),
            (self.halves.capacity(), size_of::<(SpanId, Half)>()),
        ];
        // A hash table has a byte for each place besides; an eighth of the places is never taken.
        let table = |(entries, bytes): (usize, usize)| match entries {
            0 => 0,
            _ => allocated((entries * 8 / 7).next_power_of_two() * (bytes + 1) + 16),
        };
        let heads = [&self.root, &self.earliest].into_iter().flatten();
        let heads = heads.map(|head| allocated(head.service.len()) + allocated(head.name.len()));
        allocated(size_of::<Self>())
            + tables.map(table).iter().sum::<usize>()
            + heads.sum::<usize>()
            + self.service_bytes
            + tree(self.services.len(), size_of::<(Box<[u8]>, u64)>())
    }
}

fn keep_first(first: &mut Option<Head>, span: &PackedSpan<'_>) {
    let start = span.timestamp().unwrap_or(u64::MAX);
    if first.as_ref().is_some_and(|first| first.start <= start) {
        return;
    }
    *first = Some(Head {
        start,
        service: span.packed_service().unwrap_or_default().into(),
        name: span.packed_name().unwrap_or_default().into(),
    });
}

#[cfg(test)]
mod tests;
