//! The hop table: how long for the client, for the server, between them, the server's own work, and the share of the
//! critical path.

use zipkin::{
    Language, Waterfall,
    analysis::{Analysis, HopGroup, Message, Why},
    words::{self, or},
};

use super::{
    frame::{DURATION, Paper, Rows, Things, rest},
    reasons::Marks,
    text::{clean, pad, pad_left, wrap},
};
use crate::screen::{BOLD, DIM, RED};

/// More hops than this nobody reads.
const MAX_HOPS: usize = 200;

/// Columns of the share.
const SHARE: usize = 6;

/// One line for the calls of one service to another by one name, then one for each message; nothing where there are neither.
pub fn hops(trace: &Waterfall, analysis: &Analysis, rows: Rows, paper: &Paper) -> String {
    let Paper { width, language, .. } = *paper;
    let most = rows.limit(MAX_HOPS);
    let mut lines = Vec::new();
    let mut notes = Vec::new();
    if !analysis.hops.is_empty() {
        (lines, notes) = calls(analysis, most, paper);
    }
    lines.extend(rest(trace, Things::Hops, most, analysis.hops.len(), language));
    let messages = analysis.messages.iter().take(most);
    lines.extend(messages.flat_map(|each| wrap(&message(each, language), "", width)));
    lines.extend(rest(
        trace,
        Things::Messages,
        most,
        analysis.messages.len(),
        language,
    ));
    lines.extend(notes);
    lines.join("\n")
}

/// The table of calls, and the notes that go below all.
fn calls(analysis: &Analysis, most: usize, paper: &Paper) -> (Vec<String>, Vec<String>) {
    let Paper {
        width,
        paint,
        language,
    } = *paper;
    let words = language.words();
    let mut marks = Marks::default();
    let columns = words.hop_columns.map(|name| pad_left(name, DURATION + 1));
    let call_width = width - columns.len() * (DURATION + 1) - SHARE;
    let (hop, path) = match language {
        Language::English => ("hop", "path"),
        Language::Korean => ("홉", "경로"),
    };
    let columns = format!("{}{}", columns.concat(), pad_left(path, SHARE));
    let heading = format!("{}{columns}", pad(hop, call_width));
    let mut lines = vec![paint.style(BOLD, &heading)];
    for hop in analysis.hops.iter().take(most) {
        let line = format!(
            "{}{}",
            pad(&call(hop, language), call_width),
            figures(hop, &mut marks, language)
        );
        lines.push(if hop.error { paint.style(RED, &line) } else { line });
        lines.extend(
            ways_of(hop, language).map(|ways| paint.style(DIM, pad(&format!("  {ways}"), width).trim_end())),
        );
    }
    let notes = [words.hop_hint.to_owned()]
        .into_iter()
        .chain(marks.line(language));
    let notes = notes.map(|note| paint.style(DIM, pad(&note, width).trim_end()));
    (lines, notes.collect())
}

/// The network's two halves, where calls narrow them: between nothing and all of it, there is nothing to say.
fn ways_of(hop: &HopGroup, language: Language) -> Option<String> {
    let (network, [least, most]) = (hop.network_us?, hop.request_us?);
    (least > 0 || most < network).then(|| ways(hop.request_us, hop.response_us, language))?
}

/// The network's two halves: each at least and at most so long, as far as the clocks are known.
pub fn ways(request: Option<[u64; 2]>, response: Option<[u64; 2]>, language: Language) -> Option<String> {
    let to = match language {
        Language::English => " to ",
        Language::Korean => "~",
    };
    let bounds = |[low, high]: [u64; 2]| match [low, high].map(|time| words::duration_in(time, language)) {
        [low, high] if low == high => low,
        [low, high] => format!("{low}{to}{high}"),
    };
    let (there, back) = (bounds(request?), bounds(response?));
    Some(match language {
        Language::English => format!("network: {there} there, {back} back"),
        Language::Korean => format!("네트워크: 갈 때 {there}, 올 때 {back}"),
    })
}

/// A failed hop has a mark, too: not all see red.
fn call(hop: &HopGroup, language: Language) -> String {
    let words = language.words();
    let failed = if hop.error { "! " } else { "" };
    let count = if hop.count > 1 {
        format!("{}× ", hop.count)
    } else {
        String::new()
    };
    let caller = clean(hop.caller_or_why_in(language));
    let callee = clean(or(&hop.callee, words.not_reported));
    let name = clean(or(&hop.name, words.no_name));
    format!("{failed}{count}{caller} → {callee} {name}")
}

fn figures(hop: &HopGroup, marks: &mut Marks, language: Language) -> String {
    let figures = [
        (hop.client_us, hop.why.client_us),
        (hop.server_us, hop.why.server_us),
        (hop.network_us, hop.why.network_us),
        (hop.self_us, hop.why.self_us),
    ];
    let cells = figures.map(|(time, why)| pad_left(&marks.cell(time, why, language), DURATION + 1));
    let share = format!("{:.0}%", hop.critical_share * 100.0);
    format!("{}{}", cells.concat(), pad_left(&share, SHARE))
}

fn message(message: &Message, language: Language) -> String {
    let side = |service: &str| clean(or(service, language.words().not_reported));
    let unnamed = match language {
        Language::English => "queue",
        Language::Korean => "큐",
    };
    let queue = clean(message.queue.as_deref().unwrap_or(unnamed));
    let time = |time: Option<u64>, why: Option<Why>| match (time, why) {
        (Some(time), _) => words::duration_in(time, language),
        (None, Some(why)) => why.text(language).to_owned(),
        (None, None) => words::UNKNOWN.to_owned(),
    };
    let waited = time(message.queue_us, message.why);
    let way = format!(
        "{} → {queue} → {}",
        side(&message.producer),
        side(&message.consumer)
    );
    let sent = time(message.send_us, message.send_why);
    let taken = time(message.consumer_us, message.consumer_why);
    match language {
        Language::English => format!("{way}: sending {sent}, in the queue {waited}, taking {taken}"),
        Language::Korean => format!("{way}: 보내기 {sent}, 큐 대기 {waited}, 받아서 처리 {taken}"),
    }
}
