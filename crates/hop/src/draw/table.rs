//! The hop table: how long for the client, for the server, between them, the server's own work, and the share of the
//! critical path.

use zipkin::{
    Waterfall,
    analysis::{Analysis, HopGroup, Message, Why},
    words::{self, HOP_COLUMNS, HOP_HINT, or},
};

use super::{
    frame::{DURATION, Rows, rest},
    text::{clean, pad, pad_left},
};
use crate::screen::{BOLD, DIM, Paint, RED};

/// More hops than this nobody reads.
const MAX_HOPS: usize = 200;

/// Columns of the share.
const SHARE: usize = 6;

/// Marks of the reasons why figures are missing, by their place among those of the table.
const MARKS: [char; 6] = ['¹', '²', '³', '⁴', '⁵', '⁶'];

/// One line for the calls of one service to another by one name, then one for each message.
pub fn hops(trace: &Waterfall, analysis: &Analysis, rows: Rows, width: usize, paint: Paint) -> String {
    let most = rows.limit(MAX_HOPS);
    let mut reasons = Vec::new();
    let columns = HOP_COLUMNS.map(|name| pad_left(name, DURATION + 1));
    let call_width = width - columns.len() * (DURATION + 1) - SHARE;
    let columns = format!("{}{}", columns.concat(), pad_left("path", SHARE));
    let heading = format!("{}{columns}", pad("hop", call_width));
    let mut lines = vec![paint.style(BOLD, &heading)];
    for hop in analysis.hops.iter().take(most) {
        let line = format!("{}{}", pad(&call(hop), call_width), figures(hop, &mut reasons));
        lines.push(if hop.error { paint.style(RED, &line) } else { line });
        lines.extend(ways_of(hop).map(|ways| paint.style(DIM, pad(&format!("  {ways}"), width).trim_end())));
    }
    lines.extend(rest(trace, "hops", most, analysis.hops.len()));
    let messages = analysis.messages.iter().take(most);
    lines.extend(messages.map(|each| pad(&message(each), width).trim_end().to_owned()));
    lines.extend(rest(trace, "messages", most, analysis.messages.len()));
    let marked = reasons.iter().zip(MARKS);
    let reasons: Vec<String> = marked
        .map(|(why, mark)| format!("{mark} {}", why.as_str()))
        .collect();
    let notes = [HOP_HINT.to_owned(), reasons.join("  ")];
    let notes = notes.iter().filter(|note| !note.is_empty());
    lines.extend(notes.map(|note| paint.style(DIM, pad(note, width).trim_end())));
    lines.join("\n")
}

/// The network's two halves, where calls narrow them: between nothing and all of it, there is nothing to say.
fn ways_of(hop: &HopGroup) -> Option<String> {
    let (network, [least, most]) = (hop.network_us?, hop.request_us?);
    (least > 0 || most < network).then(|| ways(hop.request_us, hop.response_us))?
}

/// The network's two halves: each at least and at most so long, as far as the clocks are known.
pub fn ways(request: Option<[u64; 2]>, response: Option<[u64; 2]>) -> Option<String> {
    let bounds = |[low, high]: [u64; 2]| format!("{} to {}", words::duration(low), words::duration(high));
    let (there, back) = (bounds(request?), bounds(response?));
    Some(format!("network: {there} there, {back} back"))
}

/// A failed hop has a mark, too: not all see red.
fn call(hop: &HopGroup) -> String {
    let failed = if hop.error { "! " } else { "" };
    let count = if hop.count > 1 {
        format!("{}× ", hop.count)
    } else {
        String::new()
    };
    let caller = clean(hop.caller_or_why());
    let callee = clean(or(&hop.callee, words::NOT_REPORTED));
    let name = clean(or(&hop.name, words::NO_NAME));
    format!("{failed}{count}{caller} → {callee} {name}")
}

fn figures(hop: &HopGroup, reasons: &mut Vec<Why>) -> String {
    let figures = [
        (hop.client_us, hop.why.client_us),
        (hop.server_us, hop.why.server_us),
        (hop.network_us, hop.why.network_us),
        (hop.self_us, hop.why.self_us),
    ];
    let cells = figures.map(|(time, why)| {
        let cell = time.map_or_else(|| unknown(why, reasons), words::duration);
        pad_left(&cell, DURATION + 1)
    });
    let share = format!("{:.0}%", hop.critical_share * 100.0);
    format!("{}{}", cells.concat(), pad_left(&share, SHARE))
}

fn unknown(why: Option<Why>, reasons: &mut Vec<Why>) -> String {
    let Some(why) = why else {
        return words::UNKNOWN.to_owned();
    };
    if !reasons.contains(&why) {
        reasons.push(why);
    }
    let place = reasons.iter().position(|each| *each == why);
    let mark = place.and_then(|place| MARKS.get(place));
    mark.map_or_else(
        || words::UNKNOWN.to_owned(),
        |mark| format!("{}{mark}", words::UNKNOWN),
    )
}

fn message(message: &Message) -> String {
    let side = |service: &str| clean(or(service, words::NOT_REPORTED));
    let queue = clean(message.queue.as_deref().unwrap_or("queue"));
    let time = |time: Option<u64>| time.map_or_else(|| words::UNKNOWN.to_owned(), words::duration);
    let waited = match (message.queue_us, message.why) {
        (None, Some(why)) => why.as_str().to_owned(),
        (waited, _) => time(waited),
    };
    format!(
        "{} → {queue} → {}: sending {}, in the queue {waited}, taking {}",
        side(&message.producer),
        side(&message.consumer),
        time(message.send_us),
        time(message.consumer_us)
    )
}
