//! The rows of text of a view.

use zipkin::TraceId;

use super::{
    super::{
        super::look::Look,
        fit::cut,
        open::Open,
        row::{self, Row},
        words::{Words, words},
    },
    FRAME, Page, View,
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

/// The rows between title and status.
#[derive(Default)]
struct Body {
    heading: String,
    rows: Vec<String>,
    last: usize,
}

impl View {
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
        rows.iter().map(|row| cut(row, columns)).collect()
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
            return said(self.failure.as_deref().unwrap_or(words.first_look));
        };
        if let Some((id, first)) = self.open {
            let text = self.trace(look, id, paper, words);
            return self.scrolled(&text, first, room, words);
        }
        match self.page {
            Page::Traces | Page::Hops if look.traces.is_empty() => return said(words.no_traces),
            Page::Logs if look.lines.is_none() => return said(words.keeps_no_lines),
            Page::Logs if look.lines.iter().all(Vec::is_empty) => return said(words.no_lines),
            Page::Hops => {
                let table = hops::text(&look.calls, look.traces.len(), paper);
                return self.scrolled(&table, self.selected(&[]), room, words);
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

    /// The rows of a text from the first one on; the last row stays in sight. Its heading is there, whatever is looked for.
    fn scrolled(&self, text: &str, first: usize, room: usize, words: &Words) -> Body {
        let mut text = text.lines().skip_while(|row| row.is_empty());
        let heading = text.next().unwrap_or_default().to_owned();
        let rows: Vec<&str> = text.filter(|row| self.finds(row)).collect();
        let last = rows.len().saturating_sub(room);
        let shown = rows.iter().skip(first.min(last)).take(room);
        let mut shown: Vec<String> = shown.map(|row| (*row).to_owned()).collect();
        if rows.is_empty() && !self.find.is_empty() {
            shown.push(words.nothing_found.to_owned());
        }
        Body {
            heading,
            rows: shown,
            last,
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
        let look = self.look.as_ref();
        let (traces, failed) = look.map_or((0, 0), |look| row::counted(&look.traces));
        let mut right = (words.counted)(traces, failed);
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
