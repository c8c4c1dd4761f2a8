//! The messages of the pages in Korean, by their English.

/// Texts of every page.
mod layout;

/// The list of traces.
mod list;

/// Log lines.
mod logs;

/// One trace.
mod trace;

/// Views over a window.
mod views;

/// English, and the same in Korean.
type Pair = (&'static str, &'static str);

/// All of them.
pub fn all() -> impl Iterator<Item = Pair> {
    [
        layout::PAIRS,
        list::PAIRS,
        logs::PAIRS,
        trace::PAIRS,
        views::PAIRS,
    ]
    .into_iter()
    .flatten()
    .copied()
}
