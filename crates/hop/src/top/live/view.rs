//! The rows that are shown, and the keys that change them.

use std::ops::ControlFlow;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use zipkin::{Language, TraceId};

use super::{
    super::look::Look,
    open::{Open, Opened},
    row::{self, Row},
    words::{Words, words},
};
use crate::{
    draw::{
        Paper,
        text::{clean, pad, pad_left, width, wrap},
    },
    hops,
    report::{self, More},
    screen::{BOLD, DIM, Paint, RED},
};

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

/// The rows between title and status.
#[derive(Default)]
struct Body {
    heading: String,
    rows: Vec<String>,
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
                self.opened = opened;
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
            .filter(|row| self.finds(&row.text(0, &plain)))
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

    /// Exactly so many rows of text.
    pub fn rows(&mut self, columns: usize, height: usize, paint: Paint) -> Vec<String> {
        let paper = self.paper(columns, paint);
        let words = words(self.language);
        let room = height.saturating_sub(FRAME);
        let mut body = self.body(room, &paper, words);
        self.last = body.last;
        body.rows.resize(room, String::new());
        let mut rows = vec![self.title(&paper, words), paint.style(DIM, &body.heading)];
        rows.append(&mut body.rows);
        rows.push(self.status(&paper, words));
        rows.truncate(height);
        rows
    }

    /// The rows that fit.
    fn body(&self, room: usize, paper: &Paper, words: &Words) -> Body {
        let said = |text: &str| Body {
            rows: text
                .lines()
                .flat_map(|line| wrap_whole(line, paper.width))
                .collect(),
            ..Body::default()
        };
        if self.shows_help {
            return said(words.help);
        }
        let Some(look) = &self.look else {
            return said(words.first_look);
        };
        if let Some((id, first)) = self.open {
            return self.scrolled(&self.trace(look, id, paper, words), first, room);
        }
        match self.page {
            Page::Traces | Page::Hops if look.traces.is_empty() => return said(words.no_traces),
            Page::Logs if look.lines.is_none() => return said(words.keeps_no_lines),
            Page::Logs if look.lines.iter().all(Vec::is_empty) => return said(words.no_lines),
            Page::Hops => {
                let table = hops::text(&look.calls, look.traces.len(), paper);
                return self.scrolled(&table, self.selected(&[]), room);
            }
            Page::Traces | Page::Logs => {}
        }
        let list = self.list();
        if list.is_empty() {
            return said(words.nothing_found);
        }
        Body {
            heading: match self.page {
                Page::Traces => format!("  {}", row::heading(words.columns)),
                Page::Hops | Page::Logs => String::new(),
            },
            rows: self.chosen(&list, row::longest(&look.traces), room, paper),
            last: 0,
        }
    }

    /// The text of a trace: closely, or as the list has it until the next look.
    fn trace(&self, look: &Look, id: TraceId, paper: &Paper, words: &Words) -> String {
        let opened = self.opened.as_ref().filter(|opened| opened.id == id);
        if let Some(open) = opened.and_then(|opened| opened.found.as_ref()) {
            return closely(open, paper, words);
        }
        let listed = look.traces.iter().find(|trace| trace.trace_id == id);
        match (listed, opened) {
            (Some(trace), _) => report::drawn(trace, &in_language(paper), paper),
            (None, Some(_)) => words.gone.to_owned(),
            (None, None) => words.first_look.to_owned(),
        }
    }

    /// The rows of a list around the selected one, which has a mark.
    fn chosen(&self, list: &[Row], longest: u64, room: usize, paper: &Paper) -> Vec<String> {
        let selected = self.selected(list);
        let first = (selected + 1).saturating_sub(room);
        let narrow = Paper {
            width: paper.width - 2,
            ..*paper
        };
        let rows = list.iter().enumerate().skip(first).take(room);
        rows.map(|(at, row)| {
            let text = row.text(longest, &narrow);
            let mark = if at == selected { "> " } else { "  " };
            format!("{}{text}", paper.paint.style(BOLD, mark))
        })
        .collect()
    }

    /// The rows of a text from the first one on; the last row stays in sight.
    fn scrolled(&self, text: &str, first: usize, room: usize) -> Body {
        let rows: Vec<&str> = text.lines().filter(|row| self.finds(row)).collect();
        let last = rows.len().saturating_sub(room);
        let rows = rows.into_iter().skip(first.min(last)).take(room);
        Body {
            rows: rows.map(str::to_owned).collect(),
            last,
            ..Body::default()
        }
    }

    fn title(&self, paper: &Paper, words: &Words) -> String {
        let pages = [Page::Traces, Page::Hops, Page::Logs];
        let tabs = pages.into_iter().zip(words.pages).map(|(page, name)| {
            if page == self.page {
                format!("[{name}]")
            } else {
                format!(" {name} ")
            }
        });
        let left = format!("hop top {}", tabs.collect::<String>());
        let room = paper.width.saturating_sub(width(&left) + 1);
        let url = pad_left(&clean(&self.url), room);
        paper.paint.style(BOLD, &format!("{left} {url}"))
    }

    fn status(&self, paper: &Paper, words: &Words) -> String {
        if self.is_typing {
            return pad(&format!("/{}_", clean(&self.find)), paper.width);
        }
        if let Some(failure) = &self.failure {
            return paper.paint.style(RED, pad(failure, paper.width).trim_end());
        }
        let keys = match self.open {
            Some(_) => words.keys_of_trace,
            None => words.keys,
        };
        let (traces, failed) = self
            .look
            .as_ref()
            .map_or((0, 0), |look| row::counted(&look.traces));
        let mut right = if failed > 0 {
            format!("{traces} ({failed} !)")
        } else {
            traces.to_string()
        };
        if !self.find.is_empty() {
            right = format!("/{} {right}", clean(&self.find));
        }
        if self.is_paused {
            right = format!("{} {right}", words.paused);
        }
        let room = paper.width.saturating_sub(width(keys) + 2);
        paper
            .paint
            .style(DIM, &format!("{keys}  {}", pad_left(&right, room)))
    }
}

/// A trace as `hop trace` draws it, then its log lines.
fn closely(open: &Open, paper: &Paper, words: &Words) -> String {
    let more = More {
        beside: open.beside.clone(),
        ..in_language(paper)
    };
    let mut text = report::drawn(&open.trace, &more, paper);
    if let Some(lines) = open.lines.as_ref().filter(|lines| !lines.is_empty()) {
        text.push_str(&format!("\n\n{}", paper.paint.style(BOLD, words.lines)));
        for line in lines {
            text.push('\n');
            text.push_str(&Row::Line(line).text(0, paper));
        }
    }
    text
}

fn in_language(paper: &Paper) -> More {
    More {
        language: paper.language,
        ..More::default()
    }
}

/// A line in as many as it needs; one that fits keeps its spaces.
fn wrap_whole(line: &str, columns: usize) -> Vec<String> {
    if width(line) <= columns {
        vec![line.to_owned()]
    } else {
        wrap(line, "", columns)
    }
}

#[cfg(test)]
mod tests;
