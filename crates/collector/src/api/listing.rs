//! Traces as JSON, piece by piece: an answer may be larger than memory, and its reader slow. Between two pieces nothing is
//! held that the store may want to change or let go.

use std::{collections::HashMap, iter::Peekable, sync::Arc, vec};

use tokio::sync::OwnedSemaphorePermit;
use zipkin::{Searched as _, SpanId, encode};

use crate::{
    store::{PackedSpan, Spans, Store},
    work::{AnswerMemory, Asker, Gone},
};

/// Bytes of a piece, more or less.
pub const PIECE: usize = 256 << 10;

/// A trace of as many packed bytes is copied before it is written, for it may take several pieces: whoever adds to it
/// meanwhile need not.
const LONG: usize = 64 << 10;

/// Spans between two looks at whether somebody waits.
const SOME: usize = 1024;

/// A list of traces, or one trace, on its way.
pub struct Listing {
    keys: Peekable<vec::IntoIter<u128>>,
    is_list: bool,
    has_begun: bool,
    is_over: bool,
    trace: Option<Written>,
    /// The only spans of the trace that are written, sorted; all without.
    only: Option<Vec<SpanId>>,
    /// Memory for the next long trace, which [`Listing::give`] has brought.
    given: Option<OwnedSemaphorePermit>,
}

/// The next step of a listing.
#[derive(Debug)]
pub enum Piece {
    /// Bytes of the answer.
    Bytes(Vec<u8>),
    /// The next trace needs a reservation of so many bytes, and they are not free now.
    NoRoom(usize),
}

/// A trace on its way, in Zipkin's order: its spans as they came, but those that began in one millisecond where the first of
/// them is.
struct Written {
    spans: Spans,
    places: vec::IntoIter<(usize, usize)>,
    has_begun: bool,
    is_long: bool,
    _room: Room,
}

/// Memory for the copy of a trace.
enum Room {
    NotNeeded,
    Reserved(#[expect(dead_code, reason = "held until the trace is written")] OwnedSemaphorePermit),
}

/// A short trace, whole; none where it is long. It takes less than a millisecond: like a small body, it needs no thread of its
/// own, and does not wait behind those that work for long.
pub fn short(spans: Spans) -> Option<Vec<u8>> {
    if spans.end() > LONG {
        return None;
    }
    let waits = Arc::new(());
    let written = Written::of(spans, Room::NotNeeded, None, &Asker::of(&waits));
    let mut out = Vec::new();
    written.ok()?.write_some(&mut out);
    Some(out)
}

impl Listing {
    /// The traces with these keys that are still there, as a list.
    pub fn of(keys: Vec<u128>) -> Self {
        Self {
            keys: keys.into_iter().peekable(),
            is_list: true,
            has_begun: false,
            is_over: false,
            trace: None,
            only: None,
            given: None,
        }
    }

    /// One trace alone.
    pub fn one(key: u128) -> Self {
        Self {
            is_list: false,
            ..Self::of(vec![key])
        }
    }

    /// Some spans of one trace, by their ids, which are sorted.
    pub fn some(key: u128, only: Vec<SpanId>) -> Self {
        Self {
            only: Some(only),
            ..Self::one(key)
        }
    }

    /// Bytes of heap, but for those of a long trace, which has a reservation of its own.
    pub fn heap(&self) -> usize {
        let only = self.only.as_ref().map_or(0, Vec::capacity);
        self.keys.len() * size_of::<u128>() + only * size_of::<SpanId>()
    }

    /// Whether all of it is written.
    pub fn is_over(&self) -> bool {
        self.is_over
    }

    /// Memory for the next long trace, after [`Piece::NoRoom`].
    pub fn give(&mut self, reservation: OwnedSemaphorePermit) {
        self.given = Some(reservation);
    }

    /// The next piece. Without room for a copy of the next trace, the listing stays where it is, and may be asked again.
    pub fn next_piece(&mut self, store: &Store, memory: &AnswerMemory, asker: &Asker) -> Result<Piece, Gone> {
        let mut out = Vec::new();
        while out.len() < PIECE && !self.is_over {
            asker.still_waits()?;
            if let Some(trace) = &mut self.trace {
                if trace.write_some(&mut out) {
                    self.trace = None;
                }
            } else if let Some(&key) = self.keys.peek() {
                // A trace may have gone since it was found.
                if let Some(spans) = store.found(key) {
                    let bytes = spans.end();
                    let Some(room) = self.room(bytes, memory) else {
                        let is_begun = !out.is_empty();
                        return Ok(if is_begun {
                            Piece::Bytes(out)
                        } else {
                            Piece::NoRoom(bytes)
                        });
                    };
                    self.trace = Some(Written::of(spans, room, self.only.as_deref(), asker)?);
                    if self.is_list {
                        out.push(if self.has_begun { b',' } else { b'[' });
                    }
                    self.has_begun = true;
                }
                self.keys.next();
            } else {
                self.end(&mut out);
            }
        }
        Ok(Piece::Bytes(out))
    }

    /// Room for a copy of a trace of so many bytes, if there is some; a short trace needs none.
    fn room(&mut self, bytes: usize, memory: &AnswerMemory) -> Option<Room> {
        if bytes <= LONG {
            return Some(Room::NotNeeded);
        }
        let given = self.given.take().or_else(|| memory.take_for_trace(bytes));
        given.map(Room::Reserved)
    }

    fn end(&mut self, out: &mut Vec<u8>) {
        self.is_over = true;
        match (self.is_list, self.has_begun) {
            (true, true) => out.push(b']'),
            // A trace that has gone is one without spans.
            (_, false) => out.extend_from_slice(b"[]"),
            (false, true) => {}
        }
    }
}

impl Written {
    /// The trace, copied where it has room of its own.
    fn of(spans: Spans, room: Room, only: Option<&[SpanId]>, asker: &Asker) -> Result<Self, Gone> {
        let is_long = matches!(room, Room::Reserved(_));
        let spans = if is_long {
            Arc::new(Spans::as_ref(&spans).clone())
        } else {
            spans
        };
        Ok(Self {
            places: in_order(&spans, only, asker)?.into_iter(),
            spans,
            has_begun: false,
            is_long,
            _room: room,
        })
    }

    /// Writes some spans, all of a short trace; says whether it is over.
    fn write_some(&mut self, out: &mut Vec<u8>) -> bool {
        let some = if self.is_long { SOME } else { usize::MAX };
        for (_, place) in self.places.by_ref().take(some) {
            out.push(if self.has_begun { b',' } else { b'[' });
            self.has_begun = true;
            if let Some(span) = self.spans.read_from(place).next() {
                encode::span(out, span.to_ref());
            }
            if self.is_long && out.len() >= PIECE {
                break;
            }
        }
        let is_over = self.places.len() == 0;
        if is_over {
            out.push(b']');
        }
        is_over
    }
}

/// Where each of these spans is, after where the first of its millisecond is.
fn in_order(spans: &Spans, only: Option<&[SpanId]>, asker: &Asker) -> Result<Vec<(usize, usize)>, Gone> {
    let start_ms = |span: &PackedSpan| span.timestamp().unwrap_or_default() / 1000;
    let (mut firsts, mut places) = (HashMap::new(), Vec::new());
    for (index, (place, span)) in spans.places().enumerate() {
        if index % SOME == 0 {
            asker.still_waits()?;
        }
        if only.is_some_and(|only| only.binary_search(&span.id()).is_err()) {
            continue;
        }
        places.push((*firsts.entry(start_ms(&span)).or_insert(place), place));
    }
    places.sort_unstable();
    Ok(places)
}

#[cfg(test)]
mod tests {
    use zipkin::{Span, SpanId, TraceId};

    use super::*;
    use crate::Config;

    fn store(spans: u64) -> Store {
        let store = Store::new(&Config::default());
        let span = |id| Span {
            name: Some("a".repeat(100)),
            timestamp: Some(id * 1000),
            ..Span::new(TraceId::new(7), SpanId::new(id))
        };
        store.add((1..=spans).map(span).collect::<Vec<_>>());
        store
    }

    fn next_piece(listing: &mut Listing, store: &Store, memory: &AnswerMemory) -> Option<Vec<u8>> {
        match listing.next_piece(store, memory, &Asker::patient()).unwrap() {
            Piece::Bytes(bytes) => Some(bytes),
            Piece::NoRoom(_) => None,
        }
    }

    fn keys(store: &Store) -> Vec<u128> {
        store.known([TraceId::new(7)].into_iter())
    }

    #[test]
    fn a_long_trace_comes_in_pieces_while_others_add_to_it() {
        let (memory, store) = (AnswerMemory::new(), store(5_000));
        let mut listing = Listing::one(keys(&store)[0]);
        let mut all = Vec::new();
        while !listing.is_over() {
            let piece = next_piece(&mut listing, &store, &memory).unwrap();
            assert!(piece.len() < 2 * PIECE, "{}", piece.len());
            all.extend(piece);
            // Nobody else has the spans: this is no copy.
            let spans = store.found(keys(&store)[0]).unwrap();
            assert_eq!(Arc::strong_count(&spans), 2);
        }
        let spans: Vec<serde_json::Value> = serde_json::from_slice(&all).unwrap();
        assert_eq!(spans.len(), 5_000);
        // All of it is free again.
        assert!(memory.take(usize::MAX).is_some());
    }

    #[test]
    fn a_long_trace_finds_no_room_and_a_short_one_needs_none() {
        let none = AnswerMemory::of(0);
        for (spans, is_some) in [(5_000, false), (2, true)] {
            let store = store(spans);
            let mut listing = Listing::of(keys(&store));
            let piece = next_piece(&mut listing, &store, &none);
            assert_eq!(piece.is_some(), is_some);
        }
    }

    #[test]
    fn a_listing_without_room_goes_on_once_it_is_given_some() {
        let (memory, store) = (AnswerMemory::of(2 << 20), store(5_000));
        let all = memory.take(usize::MAX);
        let mut listing = Listing::of(keys(&store));
        for _ in 0..2 {
            let piece = listing.next_piece(&store, &memory, &Asker::patient()).unwrap();
            assert!(matches!(piece, Piece::NoRoom(bytes) if bytes > LONG), "{piece:?}");
        }
        drop(all);
        listing.give(memory.take(1).unwrap());
        let mut answer = Vec::new();
        while !listing.is_over() {
            answer.extend(next_piece(&mut listing, &store, &memory).unwrap());
        }
        let traces: Vec<Vec<serde_json::Value>> = serde_json::from_slice(&answer).unwrap();
        assert_eq!(traces.iter().map(Vec::len).collect::<Vec<_>>(), [5_000]);
    }

    #[test]
    fn a_trace_larger_than_all_memory_leaves_some_for_its_answer() {
        let (memory, store) = (AnswerMemory::of(100_000), store(5_000));
        let mut listing = Listing::one(keys(&store)[0]);
        let piece = next_piece(&mut listing, &store, &memory);
        assert!(piece.is_some() && !listing.is_over());
        assert!(memory.take(25_000).is_some());
        assert!(memory.take_for_trace(usize::MAX).is_none());
    }

    #[test]
    fn a_short_trace_is_the_same_at_once_and_in_pieces() {
        let long = store(5_000);
        assert_eq!(short(long.found(keys(&long)[0]).unwrap()), None);
        let store = store(2);
        let key = keys(&store)[0];
        let piece = next_piece(&mut Listing::one(key), &store, &AnswerMemory::new());
        assert_eq!(short(store.found(key).unwrap()), piece);
    }

    #[test]
    fn traces_that_have_gone_are_left_out() {
        let (memory, store) = (AnswerMemory::of(0), store(1));
        for listing in [Listing::of(vec![1, 2]), Listing::one(1), Listing::of(Vec::new())] {
            let mut listing = listing;
            let piece = next_piece(&mut listing, &store, &memory);
            assert_eq!(piece.unwrap(), b"[]");
        }
    }
}
