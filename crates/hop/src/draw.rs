//! A trace in the terminal: its waterfall and its hops, in lines of at most 80 columns.

use zipkin::{Hop, Kind, Row, Waterfall};

use crate::screen::{BOLD, DIM, Paint, RED, service_colour};
use text::{clean, pad, pad_left};

/// What fits: control characters, wide characters, durations.
pub mod text;

/// Columns of a line: a terminal has 80 unless someone made it larger, and so does a page of a book.
const WIDTH: usize = 80;
const DURATION: usize = 9;
const MAX_LABEL: usize = 40;

/// One line a span: who and what, when on the common time axis, how long.
pub fn waterfall(trace: &Waterfall, paint: Paint) -> String {
    let labels: Vec<String> = trace.rows.iter().map(label).collect();
    let widest = labels.iter().map(|label| text::width(label)).max();
    let label_width = widest.unwrap_or_default().clamp(10, MAX_LABEL);
    let bar_width = WIDTH - label_width - DURATION - 2;
    let mut lines = vec![axis(trace.duration, label_width, bar_width, paint)];
    for (row, label) in trace.rows.iter().zip(labels) {
        let service = trace.services.iter().position(|name| *name == row.service);
        let colour = service_colour(service.unwrap_or_default());
        let bar = bar(row, trace.duration, bar_width);
        lines.push(format!(
            "{} {} {}",
            paint.style(colour, &pad(&label, label_width)),
            paint.style(if row.error.is_some() { RED } else { colour }, &bar),
            pad_left(&text::duration(row.duration), DURATION),
        ));
        if let Some(error) = &row.error {
            let indent = " ".repeat(indent(row.depth) + 2);
            let line = pad(&format!("{indent}error: {}", clean(error)), WIDTH);
            lines.push(paint.style(RED, line.trim_end()));
        }
    }
    lines.join("\n")
}

/// One line a remote call: how long for the client, for the server, between them, and the server's own work.
pub fn hops(hops: &[Hop], paint: Paint) -> String {
    let columns = ["client", "server", "network", "self"].map(|name| pad_left(name, DURATION + 1));
    let call_width = WIDTH - columns.len() * (DURATION + 1);
    let heading = format!("{}{}", pad("hop", call_width), columns.concat());
    let mut lines = vec![paint.style(BOLD, &heading)];
    for hop in hops {
        let caller = hop.caller.as_deref().unwrap_or("you");
        let call = format!("{} → {} {}", clean(caller), clean(&hop.callee), clean(&hop.name));
        let times = [hop.client_us, hop.server_us, hop.network_us, hop.self_us];
        let cells = times.map(|time| pad_left(&text::duration(time), DURATION + 1));
        let line = format!("{}{}", pad(&call, call_width), cells.concat());
        lines.push(if hop.error { paint.style(RED, &line) } else { line });
    }
    lines.push(paint.style(
        DIM,
        "network = client − server: there and back. self = server without its own calls.",
    ));
    lines.join("\n")
}

/// The zero of the time axis over the bars' left edge, the trace's duration over their right one.
fn axis(duration: u64, label_width: usize, bar_width: usize, paint: Paint) -> String {
    let end = text::duration(Some(duration));
    let line = format!("{} 0{}", " ".repeat(label_width), pad_left(&end, bar_width - 1));
    paint.style(DIM, &line)
}

fn label(row: &Row) -> String {
    let target = match (row.kind, row.span.remote_service()) {
        (Some(Kind::Client | Kind::Producer), Some(remote)) => format!(" → {}", clean(remote)),
        _ => String::new(),
    };
    let indent = " ".repeat(indent(row.depth));
    format!("{indent}{}{target} {}", clean(&row.service), clean(&row.name))
}

/// Two columns a level, as far as the label still has room for a name.
fn indent(depth: usize) -> usize {
    depth.saturating_mul(2).min(MAX_LABEL / 2)
}

/// A bar in half columns: what started in the right half of a column starts there.
fn bar(row: &Row, whole: u64, width: usize) -> String {
    let halves = width * 2;
    let at = |time: u64| {
        let place = u128::from(time) * halves as u128 / u128::from(whole.max(1));
        usize::try_from(place).unwrap_or(halves).min(halves)
    };
    let start = at(row.offset).min(halves - 1);
    // A span that took next to nothing is still to be seen.
    let end = at(row.offset.saturating_add(row.duration.unwrap_or_default())).max(start + 1);
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

#[cfg(test)]
mod tests;
