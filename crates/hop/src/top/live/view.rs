//! The rows that are shown, and the keys that change them.

use std::ops::ControlFlow;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use zipkin::{Language, TraceId};

use super::{super::look::Look, open::Opened, row::Row};
use crate::{
    draw::{Paper, text::clean},
    screen::Paint,
};

/// The rows of text.
mod drawn;

/// Rows around the body: title and heading above it, status below it.
const FRAME: usize = 3;

/// In less, a table has no room for its figures; the terminal cuts what does not fit.
const MIN_WIDTH: usize = 72;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Page {
    Traces,
    Hops,
    Logs,
}

/// The place in a page.
#[derive(Clone, Debug, Default)]
struct Place {
    /// The selected row; none follows the first one.
    key: Option<String>,
    /// Where it was, for when it is gone; of a text the first row that is shown.
    index: usize,
}

/// The place in each page.
#[derive(Default)]
struct Places {
    traces: Place,
    hops: Place,
    logs: Place,
}

/// The whole view.
pub struct View {
    url: String,
    language: Language,
    look: Option<Look>,
    opened: Option<Opened>,
    /// Why the latest look failed.
    failure: Option<String>,
    page: Page,
    places: Places,
    /// A trace over the page, and the first row of it that is shown.
    open: Option<(TraceId, usize)>,
    shows_help: bool,
    find: String,
    is_typing: bool,
    is_paused: bool,
    /// The first row of a text at its end, as it was shown last.
    last: usize,
}

impl View {
    pub fn new(url: &str, language: Language) -> Self {
        Self {
            url: url.to_owned(),
            language,
            look: None,
            opened: None,
            failure: None,
            page: Page::Traces,
            places: Places::default(),
            open: None,
            shows_help: false,
            find: String::new(),
            is_typing: false,
            is_paused: false,
            last: 0,
        }
    }

    /// The trace that is open.
    pub fn open(&self) -> Option<TraceId> {
        self.open.map(|(id, _)| id)
    }

    /// A new look, and the trace that was open; a failed one leaves what was there.
    pub fn take(&mut self, seen: anyhow::Result<(Look, Option<Opened>)>) {
        match seen {
            Ok((look, opened)) => {
                self.failure = None;
                let id = |opened: &Option<Opened>| opened.as_ref().map(|opened| opened.id);
                if !self.is_paused || id(&self.opened) != id(&opened) {
                    self.opened = opened;
                }
                if self.look.is_none() || !self.is_paused {
                    self.look = Some(look);
                }
            }
            Err(error) => self.failure = Some(clean(&format!("{error:#}"))),
        }
    }

    /// Does what a key asks for, on a terminal of so many rows. No key is a change of size.
    pub fn press(&mut self, key: Option<KeyEvent>, height: usize) -> ControlFlow<()> {
        let Some(key) = key else {
            return ControlFlow::Continue(());
        };
        if key.modifiers.contains(KeyModifiers::CONTROL) {
            return match key.code {
                KeyCode::Char('c' | 'd') => ControlFlow::Break(()),
                _ => ControlFlow::Continue(()),
            };
        }
        if self.is_typing {
            self.type_in(key.code);
            return ControlFlow::Continue(());
        }
        let screen = height.saturating_sub(FRAME + 1).max(1) as isize;
        match key.code {
            KeyCode::Char('q') => return ControlFlow::Break(()),
            KeyCode::Char('?') => self.shows_help = !self.shows_help,
            KeyCode::Char('p') => self.is_paused = !self.is_paused,
            KeyCode::Char('/') => self.is_typing = true,
            KeyCode::Char('1') => self.turn_to(Page::Traces),
            KeyCode::Char('2') => self.turn_to(Page::Hops),
            KeyCode::Char('3') => self.turn_to(Page::Logs),
            KeyCode::Tab => self.turn_to(match self.page {
                Page::Traces => Page::Hops,
                Page::Hops => Page::Logs,
                Page::Logs => Page::Traces,
            }),
            KeyCode::Char('j') | KeyCode::Down => self.step(1),
            KeyCode::Char('k') | KeyCode::Up => self.step(-1),
            KeyCode::PageDown | KeyCode::Char(' ') => self.step(screen),
            KeyCode::PageUp => self.step(-screen),
            KeyCode::Char('g') | KeyCode::Home => self.step(isize::MIN),
            KeyCode::Char('G') | KeyCode::End => self.step(isize::MAX),
            KeyCode::Enter => self.enter(),
            KeyCode::Esc | KeyCode::Backspace | KeyCode::Left => self.back(),
            _ => {}
        }
        ControlFlow::Continue(())
    }

    fn type_in(&mut self, key: KeyCode) {
        match key {
            KeyCode::Enter => self.is_typing = false,
            KeyCode::Esc => {
                self.is_typing = false;
                self.find.clear();
            }
            KeyCode::Backspace => drop(self.find.pop()),
            KeyCode::Char(char) => self.find.push(char),
            _ => {}
        }
    }

    fn turn_to(&mut self, page: Page) {
        self.page = page;
        self.open = None;
        self.shows_help = false;
    }

    fn enter(&mut self) {
        if self.open.is_some() || self.shows_help {
            return;
        }
        let list = self.list();
        let row = list.get(self.selected(&list));
        self.open = row.and_then(Row::trace).map(|id| (id, 0));
        self.find.clear();
    }

    fn back(&mut self) {
        if self.shows_help {
            self.shows_help = false;
        } else if !self.find.is_empty() {
            self.find.clear();
        } else {
            self.open = None;
        }
    }

    fn step(&mut self, rows: isize) {
        if let Some((_, first)) = &mut self.open {
            *first = first.saturating_add_signed(rows).min(self.last);
            return;
        }
        let list = self.list();
        let at = self.selected(&list).saturating_add_signed(rows);
        let index = match self.page {
            Page::Hops => at.min(self.last),
            Page::Traces | Page::Logs => at.min(list.len().saturating_sub(1)),
        };
        // At the first row new ones are followed.
        let key = list.get(index).filter(|_| index > 0).map(Row::key);
        *match self.page {
            Page::Traces => &mut self.places.traces,
            Page::Hops => &mut self.places.hops,
            Page::Logs => &mut self.places.logs,
        } = Place { key, index };
    }

    /// The rows of the page that have the text.
    fn list(&self) -> Vec<Row<'_>> {
        let Some(look) = &self.look else {
            return Vec::new();
        };
        let rows: Vec<Row> = match self.page {
            Page::Traces => look.traces.iter().map(Row::Trace).collect(),
            Page::Hops => Vec::new(),
            Page::Logs => look.lines.iter().flatten().map(Row::Line).collect(),
        };
        let plain = self.paper(200, Paint(false));
        rows.into_iter()
            .filter(|row| {
                self.finds(&row.text(0, &plain)) || row.trace().is_some_and(|id| self.finds(&id.to_string()))
            })
            .collect()
    }

    fn finds(&self, text: &str) -> bool {
        self.find.is_empty() || text.to_lowercase().contains(&self.find.to_lowercase())
    }

    /// The selected row of a list; of a text the first row that is shown.
    fn selected(&self, list: &[Row]) -> usize {
        let place = match self.page {
            Page::Traces => &self.places.traces,
            Page::Hops => &self.places.hops,
            Page::Logs => &self.places.logs,
        };
        if self.page == Page::Hops {
            return place.index;
        }
        let Some(key) = &place.key else { return 0 };
        let found = list.iter().position(|row| row.key() == *key);
        found.unwrap_or(place.index).min(list.len().saturating_sub(1))
    }

    fn paper(&self, width: usize, paint: Paint) -> Paper {
        Paper {
            width: width.max(MIN_WIDTH),
            paint,
            language: self.language,
        }
    }
}

#[cfg(test)]
mod tests;
