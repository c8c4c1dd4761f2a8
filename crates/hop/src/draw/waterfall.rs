//! The waterfall: one line a span on a common time axis.

use std::collections::HashMap;

use zipkin::{
    Kind, Language, Place, Row, Waterfall,
    analysis::Segment,
    words::{self, or},
};

use super::{
    frame::{DURATION, Paper, Rows, Things, rest},
    text::{self, clean, pad, pad_left},
};
use crate::screen::{DIM, Paint, RED, service_colour};

const MAX_LABEL: usize = 40;

/// More rows than this nobody reads.
const MAX_ROWS: usize = 1_000;

/// The legend over the labels where there is a critical path, in long and in short.
const fn legends(language: Language) -> [&'static str; 2] {
    match language {
        Language::English => ["█ critical path", "█ path"],
        Language::Korean => ["█ 임계 경로", "█ 경로"],
    }
}

const fn error_word(language: Language) -> &'static str {
    match language {
        Language::English => "error",
        Language::Korean => "오류",
    }
}

/// One line a span: who and what, when on the common time axis, how long. What of a span is on the critical path is full,
/// what is not is shaded.
pub fn waterfall(trace: &Waterfall, path: &[Segment], rows: Rows, paper: &Paper) -> String {
    let Paper {
        width,
        paint,
        language,
    } = *paper;
    let most = rows.limit(MAX_ROWS);
    let shown = trace.rows.get(..most).unwrap_or(&trace.rows);
    let critical = of_rows(trace, path);
    let labels: Vec<String> = shown.iter().map(|row| label(row, language)).collect();
    let widest = labels.iter().map(|label| text::width(label)).max();
    let label_width = widest.unwrap_or_default().clamp(10, MAX_LABEL.max(width / 2));
    let times: Vec<String> = shown.iter().map(|row| row.took_in(language)).collect();
    let longest = times.iter().map(|time| text::width(time)).max();
    let time_width = longest.unwrap_or_default().max(DURATION);
    let bar_width = width - label_width - time_width - 2;
    let mut lines = Vec::new();
    if trace.times.width > 0 {
        let fits = |legend: &&&str| !path.is_empty() && text::width(legend) <= label_width;
        let legend = legends(language).iter().find(fits).copied().unwrap_or_default();
        lines.push(axis(
            &words::duration_in(trace.times.width, language),
            legend,
            label_width,
            bar_width,
            paint,
        ));
    }
    for (index, ((row, label), time)) in shown.iter().zip(labels).zip(times).enumerate() {
        let colour = service_colour(row.service_index.unwrap_or_default());
        let pieces = critical.get(&index).map_or(&[] as &[Piece], Vec::as_slice);
        let bar = bar(
            row,
            (!path.is_empty()).then_some(pieces),
            trace.times.width,
            bar_width,
        );
        lines.push(format!(
            "{} {} {}",
            paint.style(colour, &pad(&label, label_width)),
            paint.style(if row.error.is_some() { RED } else { colour }, &bar),
            pad_left(&time, time_width),
        ));
        lines.extend(why_apart(index, row, language).map(|why| paint.style(DIM, &below(row, &why, width))));
        let error = row
            .error
            .as_deref()
            .map(|error| format!("{}: {}", error_word(language), clean(error)));
        lines.extend(error.map(|error| paint.style(RED, &below(row, &error, width))));
    }
    lines.extend(rest(trace, Things::Spans, most, trace.rows.len(), language));
    lines.join("\n")
}

/// The zero of the time axis over the bars' left edge, the trace's duration over their right one.
fn axis(end: &str, legend: &str, label_width: usize, bar_width: usize, paint: Paint) -> String {
    let line = format!("{} 0{}", pad(legend, label_width), pad_left(end, bar_width - 1));
    paint.style(DIM, &line)
}

fn label(row: &Row, language: Language) -> String {
    let words = language.words();
    let target = match (row.kind, row.span.remote_service()) {
        (Some(Kind::Client | Kind::Producer), Some(remote)) => format!(" → {}", clean(remote)),
        _ => String::new(),
    };
    let indent = " ".repeat(indent(row.depth));
    let (service, name) = (or(&row.service, words.no_service), or(&row.name, words.no_name));
    format!("{indent}{}{target} {}", clean(service), clean(name))
}

/// Why a row other than the first root is at the top.
fn why_apart(index: usize, row: &Row, language: Language) -> Option<String> {
    let why = row
        .place
        .why_apart_in(language)
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

/// A part of the critical path: microseconds from the trace's start to its own, and to its end.
type Piece = (u64, u64);

/// The parts of the critical path that are each row's own.
fn of_rows(trace: &Waterfall, path: &[Segment]) -> HashMap<usize, Vec<Piece>> {
    let mut of_rows: HashMap<usize, Vec<Piece>> = HashMap::new();
    let first = trace.times.start.unwrap_or_default();
    for piece in path {
        let start = piece.start_us.saturating_sub(first);
        let end = start.saturating_add(piece.duration_us);
        of_rows.entry(piece.row).or_default().push((start, end));
    }
    of_rows
}

/// A bar in half columns: a span that started in the right half of a column starts there. Where it started has to be
/// known. A column that no piece of the critical path touches is shaded, where there is a path.
fn bar(row: &Row, critical: Option<&[Piece]>, whole: u64, width: usize) -> String {
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
    let ended = offset.saturating_add(row.duration.unwrap_or_default());
    // A span that took next to nothing is still to be seen.
    let end = at(ended).max(start + 1);
    // A server whose clock was moved to find the path is on it somewhere: all of its bar says so.
    let pieces = critical.unwrap_or_default();
    let is_moved = pieces.iter().any(|(from, to)| *from < offset || *to > ended);
    let mut full = vec![critical.is_none() || is_moved; width];
    for (from, to) in pieces {
        let (from, to) = (at(*from) / 2, at(*to).div_ceil(2).max(at(*from) / 2 + 1));
        full.iter_mut()
            .take(to)
            .skip(from)
            .for_each(|column| *column = true);
    }
    let columns = full.iter().enumerate();
    columns
        .map(|(column, is_critical)| {
            let covers = |half: usize| (start..end).contains(&half);
            match (covers(column * 2), covers(column * 2 + 1), is_critical) {
                (false, false, _) => ' ',
                (_, _, false) => '░',
                (true, true, _) => '█',
                (true, false, _) => '▌',
                (false, true, _) => '▐',
            }
        })
        .collect()
}
