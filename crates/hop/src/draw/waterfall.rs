//! The waterfall: one line a span on a common time axis.

use zipkin::{
    Kind, Place, Row, Waterfall,
    words::{self, or},
};

use super::{
    frame::{DURATION, rest},
    text::{self, clean, pad, pad_left},
};
use crate::screen::{DIM, Paint, RED, service_colour};

const MAX_LABEL: usize = 40;

/// More rows than this nobody reads.
const MAX_ROWS: usize = 1_000;

/// One line a span: who and what, when on the common time axis, how long.
pub fn waterfall(trace: &Waterfall, width: usize, paint: Paint) -> String {
    let shown = trace.rows.get(..MAX_ROWS).unwrap_or(&trace.rows);
    let labels: Vec<String> = shown.iter().map(label).collect();
    let widest = labels.iter().map(|label| text::width(label)).max();
    let label_width = widest.unwrap_or_default().clamp(10, MAX_LABEL.max(width / 2));
    let bar_width = width - label_width - DURATION - 2;
    let mut lines = Vec::new();
    if trace.times.width > 0 {
        lines.push(axis(trace.times.width, label_width, bar_width, paint));
    }
    for (index, (row, label)) in shown.iter().zip(labels).enumerate() {
        let colour = service_colour(row.service_index.unwrap_or_default());
        let bar = bar(row, trace.times.width, bar_width);
        lines.push(format!(
            "{} {} {}",
            paint.style(colour, &pad(&label, label_width)),
            paint.style(if row.error.is_some() { RED } else { colour }, &bar),
            pad_left(&row.took(), DURATION),
        ));
        lines.extend(why_apart(index, row).map(|why| paint.style(DIM, &below(row, &why, width))));
        let error = row
            .error
            .as_deref()
            .map(|error| format!("error: {}", clean(error)));
        lines.extend(error.map(|error| paint.style(RED, &below(row, &error, width))));
    }
    lines.extend(rest(trace, "spans", MAX_ROWS, trace.rows.len()));
    lines.join("\n")
}

/// The zero of the time axis over the bars' left edge, the trace's duration over their right one.
fn axis(duration: u64, label_width: usize, bar_width: usize, paint: Paint) -> String {
    let end = words::duration(duration);
    let line = format!("{} 0{}", " ".repeat(label_width), pad_left(&end, bar_width - 1));
    paint.style(DIM, &line)
}

fn label(row: &Row) -> String {
    let target = match (row.kind, row.span.remote_service()) {
        (Some(Kind::Client | Kind::Producer), Some(remote)) => format!(" → {}", clean(remote)),
        _ => String::new(),
    };
    let indent = " ".repeat(indent(row.depth));
    let (service, name) = (or(&row.service, words::NO_SERVICE), or(&row.name, words::NO_NAME));
    format!("{indent}{}{target} {}", clean(service), clean(name))
}

/// Why a row other than the first root is at the top.
fn why_apart(index: usize, row: &Row) -> Option<String> {
    let why = row
        .place
        .why_apart()
        .filter(|_| index > 0 || row.place != Place::Root)?;
    let parent = row.span.parent_id.filter(|_| !row.span.shared);
    Some(parent.map_or_else(|| why.to_owned(), |parent| format!("{why} ({parent})")))
}

/// A line below a row that says more of it.
fn below(row: &Row, text: &str, width: usize) -> String {
    let indent = " ".repeat(indent(row.depth) + 2);
    pad(&format!("{indent}{text}"), width).trim_end().to_owned()
}

/// Two columns a level, as far as the label still has room for a name.
fn indent(depth: usize) -> usize {
    depth.saturating_mul(2).min(MAX_LABEL / 2)
}

/// A bar in half columns: a span that started in the right half of a column starts there. Where it started has to be
/// known.
fn bar(row: &Row, whole: u64, width: usize) -> String {
    let halves = width * 2;
    let at = |time: u64| {
        let place = u128::from(time) * halves as u128 / u128::from(whole.max(1));
        usize::try_from(place).unwrap_or(halves).min(halves)
    };
    let Some(offset) = row.offset.filter(|_| whole > 0) else {
        return " ".repeat(width);
    };
    let start = at(offset).min(halves - 1);
    // A span that took next to nothing is still to be seen.
    let end = at(offset.saturating_add(row.duration.unwrap_or_default())).max(start + 1);
    (0..width)
        .map(|column| {
            let covers = |half: usize| (start..end).contains(&half);
            match (covers(column * 2), covers(column * 2 + 1)) {
                (true, true) => '█',
                (true, false) => '▌',
                (false, true) => '▐',
                (false, false) => ' ',
            }
        })
        .collect()
}
