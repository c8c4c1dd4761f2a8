//! The lines that are kept, in the order in which they came. The oldest go when their bytes pass the bound.
//!
//! A search reads them one by one, newest first. There is no index: the bound keeps it within some tens of milliseconds.

use std::{
    collections::VecDeque,
    sync::{PoisonError, RwLock, RwLockReadGuard},
};

use super::{line::Line, query::LineQuery};

/// The lines that are kept. Clones of a collector share them.
pub struct Lines {
    max_bytes: usize,
    shelf: RwLock<Shelf>,
}

#[derive(Default)]
struct Shelf {
    lines: VecDeque<Line>,
    bytes: usize,
    received: u64,
}

/// The lines that a query finds.
#[derive(Debug, Default)]
pub struct Found {
    /// By time.
    pub lines: Vec<Line>,
    /// Whether there are older ones.
    pub has_more: bool,
    /// The number of the latest line of all, found or not; the next question may ask for later ones.
    pub latest: u64,
}

impl Lines {
    /// None yet, and never more than so many bytes of them. With 0, none is kept.
    pub fn new(max_bytes: usize) -> Self {
        let shelf = RwLock::default();
        Self { max_bytes, shelf }
    }

    /// Whether lines are kept at all.
    pub fn are_kept(&self) -> bool {
        self.max_bytes > 0
    }

    /// Keeps a line.
    pub fn push(&self, line: Line) {
        if !self.are_kept() {
            return;
        }
        let mut shelf = self.shelf.write().unwrap_or_else(PoisonError::into_inner);
        shelf.received += 1;
        shelf.bytes += line.weight();
        let number = shelf.received;
        shelf.lines.push_back(Line { number, ..line });
        while shelf.bytes > self.max_bytes {
            let Some(oldest) = shelf.lines.pop_front() else {
                break;
            };
            shelf.bytes -= oldest.weight();
        }
    }

    /// The latest lines that a query asks for, by time; lines of one time as they came.
    pub fn find(&self, query: &LineQuery) -> Found {
        let shelf = self.read();
        let latest = shelf.received;
        let mut wanted = shelf.lines.iter().rev().filter(|line| query.asks_for(line));
        let mut lines: Vec<Line> = wanted.by_ref().take(query.limit).cloned().collect();
        let has_more = wanted.next().is_some();
        drop(shelf);
        lines.sort_by_key(|line| (line.time, line.number));
        Found {
            lines,
            has_more,
            latest,
        }
    }

    /// The services that have lines, by name.
    pub fn services(&self) -> Vec<Box<str>> {
        const MOST: usize = 500;
        let mut names = std::collections::BTreeSet::new();
        for line in &self.read().lines {
            if names.len() < MOST && !names.contains(&line.service) {
                names.insert(line.service.clone());
            }
        }
        names.into_iter().filter(|name| !name.is_empty()).collect()
    }

    /// Lines that came, whether they are still kept or not.
    pub fn received(&self) -> u64 {
        self.read().received
    }

    fn read(&self) -> RwLockReadGuard<'_, Shelf> {
        self.shelf.read().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(found: &Found) -> Vec<&str> {
        found.lines.iter().map(|line| &*line.message).collect()
    }

    fn push(lines: &Lines, texts: &[&str]) {
        texts
            .iter()
            .for_each(|text| lines.push(Line::read(text, None).unwrap()));
    }

    #[test]
    fn the_oldest_lines_go_first() {
        let lines = Lines::new(1_000);
        let texts: Vec<String> = (0..100).map(|number| format!("line {number}")).collect();
        push(&lines, &texts.iter().map(|text| &**text).collect::<Vec<_>>());
        let found = lines.find(&LineQuery::default());
        assert_eq!(messages(&found).first(), Some(&"line 95"));
        assert_eq!(messages(&found).last(), Some(&"line 99"));
        assert_eq!(
            (found.has_more, found.latest, lines.received()),
            (false, 100, 100)
        );
        assert!(lines.read().bytes <= 1_000);
    }

    #[test]
    fn found_lines_stand_by_time_and_say_whether_there_are_more() {
        let lines = Lines::new(1 << 20);
        let at =
            |second| format!(r#"{{"timestamp":"2026-11-24T07:17:{second}.000Z","message":"at {second}"}}"#);
        push(&lines, &[&at(12), &at(10), &at(11)]);
        let found = lines.find(&LineQuery::default());
        assert_eq!(messages(&found), ["at 10", "at 11", "at 12"]);
        let limit = 2;
        let found = lines.find(&LineQuery {
            limit,
            ..LineQuery::default()
        });
        assert_eq!((messages(&found), found.has_more), (vec!["at 10", "at 11"], true));
    }

    #[test]
    fn without_room_none_is_kept() {
        let lines = Lines::new(0);
        push(&lines, &["one"]);
        assert!(lines.find(&LineQuery::default()).lines.is_empty());
        // Nor is one that is larger than all the room.
        let lines = Lines::new(1_000);
        push(&lines, &[&"x".repeat(5_000)]);
        assert!(lines.find(&LineQuery::default()).lines.is_empty() && lines.read().bytes == 0);
    }
}
