//! The spans of a trace, and when it started.

use std::{
    collections::HashSet,
    hash::{BuildHasher as _, RandomState},
    num::NonZeroU64,
    ops::RangeInclusive,
    sync::Arc,
};

use zipkin::{Searched as _, TraceId};

use crate::store::{
    index::SmallFilter,
    memory::allocated,
    packed::{Packed, PackedSpan, Spans},
};

/// The files that have spans of a trace: none before the first, none behind the last.
pub type FileRange = RangeInclusive<u32>;

/// A trace that has as many spans recognises one that was sent twice by its hash; a shorter one looks at each.
const LONG: usize = 64;

/// A trace that has as many spans keeps its line in a list; a smaller one is summed up in a moment.
const OUTLINED: usize = 256;

/// A trace.
pub struct Trace {
    packed: Spans,
    spans: usize,
    root_start: Option<NonZeroU64>,
    first_start: Option<NonZeroU64>,
    latest_ms: u64,
    known: Option<Box<Known>>,
    filter: SmallFilter,
    longest: u64,
    arrived_ms: u64,
    files: Option<FileRange>,
}

/// Hashes of the spans of a long trace, which nobody outside can foresee.
#[derive(Default)]
struct Known {
    hasher: RandomState,
    hashes: HashSet<u64>,
}

impl Trace {
    /// No spans yet; the first arrived at this time, in milliseconds since the epoch.
    pub fn new(id: TraceId, arrived_ms: u64) -> Self {
        Self {
            packed: Arc::new(Packed::new(id)),
            spans: 0,
            root_start: None,
            first_start: None,
            latest_ms: 0,
            known: None,
            filter: SmallFilter::default(),
            longest: 0,
            arrived_ms,
            files: None,
        }
    }

    /// The number of its spans.
    pub fn len(&self) -> usize {
        self.spans
    }

    /// Bytes of heap; a segment counts its place there.
    pub fn bytes(&self) -> usize {
        /// Two counters are before what is shared.
        const SHARED: usize = allocated(size_of::<Packed>() + 16);
        let known = self.known.as_ref().map_or(0, |known| known.bytes());
        SHARED + allocated(self.packed.heap()) + self.packed.outline_bytes() + known
    }

    /// The start by which Zipkin searches: that of the root, else of the earliest span; 0 where no span has one.
    pub fn start_ms(&self) -> u64 {
        self.start_us().unwrap_or_default() / 1000
    }

    /// The same in microseconds.
    pub fn start_us(&self) -> Option<u64> {
        self.root_start.or(self.first_start).map(NonZeroU64::get)
    }

    /// When the latest of its spans began, by which Zipkin sorts what it finds; 0 where no span says.
    pub fn latest_ms(&self) -> u64 {
        self.latest_ms
    }

    /// Where the next span will be, for [`Packed::read_from`].
    pub fn end(&self) -> usize {
        self.packed.end()
    }

    /// The spans, to read.
    pub fn packed(&self) -> &Packed {
        &self.packed
    }

    /// The spans, to read later. Whoever writes meanwhile writes a copy.
    pub fn spans(&self) -> Spans {
        Arc::clone(&self.packed)
    }

    /// The terms that a search looks at first.
    pub fn filter(&self) -> &SmallFilter {
        &self.filter
    }

    /// Microseconds that no span took longer.
    pub fn longest(&self) -> u64 {
        self.longest
    }

    /// Keeps what was learnt of the latest spans: the filter with their terms, and how long the longest took.
    pub fn learn(&mut self, filter: SmallFilter, longest: u64) {
        self.filter = filter;
        self.longest = self.longest.max(longest);
    }

    /// When its first span arrived, in milliseconds since the epoch.
    pub fn arrived_ms(&self) -> u64 {
        self.arrived_ms
    }

    /// It arrived at another time: the clock was wrong.
    pub fn set_arrived_ms(&mut self, arrived_ms: u64) {
        self.arrived_ms = arrived_ms;
    }

    /// Where on disk its spans are.
    pub fn files(&self) -> Option<&FileRange> {
        self.files.as_ref()
    }

    /// Where on disk its spans are from here on.
    pub fn set_files(&mut self, files: Option<FileRange>) {
        self.files = files;
    }

    /// Makes room for the bytes of spans.
    pub fn reserve(&mut self, bytes: usize) {
        Arc::make_mut(&mut self.packed).reserve(bytes);
    }

    /// Adds a span and its bytes, unless they are here.
    pub fn push(&mut self, span: &PackedSpan<'_>, packed: &[u8]) -> bool {
        if self.has(packed) {
            return false;
        }
        if let Some(start) = span.timestamp().and_then(NonZeroU64::new) {
            self.first_start = Some(self.first_start.map_or(start, |first| first.min(start)));
            if span.is_root() {
                self.root_start.get_or_insert(start);
            }
            self.latest_ms = self.latest_ms.max(start.get() / 1000);
        }
        let spans = Arc::make_mut(&mut self.packed);
        spans.push(packed);
        self.spans += 1;
        if self.spans >= OUTLINED {
            spans.outline(span);
        }
        true
    }

    /// Whether the same bytes are here. If not, a long trace takes them for known from here on.
    fn has(&mut self, packed: &[u8]) -> bool {
        if self.spans < LONG {
            return self.packed.parts().any(|part| part == packed);
        }
        let parts = &self.packed;
        let known = self.known.get_or_insert_with(|| Box::new(Known::of(parts)));
        !known.hashes.insert(known.hasher.hash_one(packed))
    }
}

impl Known {
    fn of(packed: &Packed) -> Self {
        let hasher = RandomState::new();
        let hashes = packed.parts().map(|part| hasher.hash_one(part)).collect();
        Self { hasher, hashes }
    }

    /// A hash table has a byte for each place besides; an eighth of the places, and what rounds them up to a power of
    /// two, is never taken.
    fn bytes(&self) -> usize {
        let places = (self.hashes.capacity() * 8 / 7).next_power_of_two();
        allocated(size_of::<Self>()) + allocated(places * (size_of::<u64>() + 1) + 16)
    }
}
