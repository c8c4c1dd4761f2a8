//! The bound of a list of lines, in bytes and elements: a page stays one that a browser opens at once.

use crate::lines::Line;

/// The room that is left for rows.
#[derive(Clone, Copy)]
pub struct Room {
    bytes: usize,
    elements: usize,
}

/// A page of lines alone.
pub const OF_PAGE: Room = Room {
    bytes: 800_000,
    elements: 7_000,
};

/// A section of a trace's page, which has as much again to show.
pub const OF_SECTION: Room = Room {
    bytes: 160_000,
    elements: 2_500,
};

impl Room {
    /// Whether a row fits. It takes its room, and nothing fits behind one that does not.
    pub fn takes(&mut self, row: &str) -> bool {
        let elements = elements(row);
        let fits = row.len() <= self.bytes && elements <= self.elements;
        if fits {
            self.bytes -= row.len();
            self.elements -= elements;
        } else {
            self.bytes = 0;
        }
        fits
    }
}

/// Rows that fit, and the number of lines that do not.
pub struct Fitting<'a> {
    /// Lines with their rows, in the order of the lines.
    pub rows: Vec<(&'a Line, String)>,
    /// Lines that are left out: those that came first.
    pub left_out: usize,
}

/// The latest lines whose rows fit.
pub fn fitting<'a>(mut room: Room, lines: &'a [Line], row: impl Fn(&Line) -> String) -> Fitting<'a> {
    let mut by_number: Vec<(usize, &Line)> = lines.iter().enumerate().collect();
    by_number.sort_unstable_by_key(|(_, line)| std::cmp::Reverse(line.number));
    let rows = by_number.into_iter().map(|(at, line)| (at, line, row(line)));
    let mut rows: Vec<_> = rows.take_while(|(_, _, row)| room.takes(row)).collect();
    rows.sort_unstable_by_key(|(at, _, _)| *at);
    Fitting {
        left_out: lines.len() - rows.len(),
        rows: rows.into_iter().map(|(_, line, row)| (line, row)).collect(),
    }
}

/// Elements of a piece of markup.
pub fn elements(markup: &str) -> usize {
    markup.matches('<').count() - markup.matches("</").count()
}
