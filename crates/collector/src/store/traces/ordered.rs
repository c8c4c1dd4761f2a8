//! Traces by their position in one piece of memory: a map's nodes are half empty when what comes is later than what is
//! there, as most traces are.

use std::{collections::VecDeque, ops::Range};

use super::trace::Trace;
use crate::store::{memory, position::Position};

/// Traces by where they are. Those at the ends come and go at once; in the middle a few hundred have to move.
#[derive(Default)]
pub struct Traces(VecDeque<(Position, Trace)>);

impl Traces {
    /// Their number.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Bytes of heap, but for those that traces point to.
    pub fn heap(&self) -> usize {
        memory::allocated(self.0.capacity() * size_of::<(Position, Trace)>())
    }

    /// Where the last one is.
    pub fn last(&self) -> Option<Position> {
        self.0.back().map(|(position, _)| *position)
    }

    /// The trace that is here.
    pub fn get(&self, position: Position) -> Option<&Trace> {
        let (found, trace) = self.0.get(self.place(position))?;
        (*found == position).then_some(trace)
    }

    /// The trace that is here, to change it.
    pub fn get_mut(&mut self, position: Position) -> Option<&mut Trace> {
        let place = self.place(position);
        let (found, trace) = self.0.get_mut(place)?;
        (*found == position).then_some(trace)
    }

    /// All of them.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &(Position, Trace)> {
        self.0.iter()
    }

    /// Those within a range.
    pub fn range(&self, range: Range<Position>) -> impl DoubleEndedIterator<Item = &(Position, Trace)> {
        let start = self.place(range.start);
        self.0.range(start..self.place(range.end).max(start))
    }

    /// Adds a trace where none is.
    pub fn insert(&mut self, position: Position, trace: Trace) {
        self.0.insert(self.place(position), (position, trace));
    }

    /// Takes a trace.
    pub fn remove(&mut self, position: Position) -> Option<Trace> {
        let place = self.place(position);
        self.0.get(place).filter(|(found, _)| *found == position)?;
        self.0.remove(place).map(|(_, trace)| trace)
    }

    /// Takes the first one.
    pub fn pop_first(&mut self) -> Option<(Position, Trace)> {
        self.0.pop_front()
    }

    /// Takes the later half, and says where it begins.
    pub fn split_later_half(&mut self) -> Option<(Position, Self)> {
        let later = self.0.split_off(self.0.len() / 2);
        self.0.shrink_to_fit();
        let (begin, _) = later.front()?;
        Some((*begin, Self(later)))
    }

    /// Gives back room that is not used.
    pub fn shrink(&mut self) {
        self.0.shrink_to_fit();
    }

    // Most are behind all others.
    fn place(&self, position: Position) -> usize {
        match self.last() {
            Some(last) if last >= position => self.0.partition_point(|(each, _)| *each < position),
            _ => self.0.len(),
        }
    }
}
