//! The cost of each kind of remote call: the client's wait, the server's time, the network between them, its share of the
//! critical path, and what a faster server would have saved.

use std::{cell::LazyCell, collections::HashMap};

use zipkin::{
    analysis::{HopGroup, Message, Replay},
    words,
};

use super::{
    grouped::grouped,
    laid::Laid,
    markup::{name, name_or},
    reader::Reader,
};

/// More than these nobody reads.
const MAX_HOPS: usize = 40;

/// So many stand above the waterfall at once.
const FIRST: usize = 8;

/// A trace is replayed for so many services: for each, all of its rows are looked at.
const REPLAYED: usize = 3;

/// The hop table with its heading; nothing where no service calls another.
pub fn section(reader: &Reader, laid: &Laid) -> String {
    let (hops, messages) = (&laid.analysis.hops, &laid.analysis.messages);
    if hops.is_empty() && messages.is_empty() {
        return String::new();
    }
    format!(
        r#"<section aria-labelledby="hops">
<h2 id="hops">{heading}</h2>
{tables}{hint}{messages}{rest}</section>
"#,
        heading = reader.say("Hops"),
        tables = tables(reader, laid),
        hint = if hops.is_empty() {
            String::new()
        } else {
            hint(reader)
        },
        messages = sent(reader, messages),
        rest = rest(reader, laid),
    )
}

/// The meaning of the columns.
fn hint(reader: &Reader) -> String {
    format!(
        "<p class=\"hint\">{} {} {}</p>\n",
        reader.words().hop_hint,
        reader.say("path = share of the critical path."),
        reader
            .say("own work halved = this trace, had the called service done its own work in half the time."),
    )
}

/// The hops with the largest shares of the critical path, in the order of their calls; the others open.
fn tables(reader: &Reader, laid: &Laid) -> String {
    let saved = saved(reader, laid);
    let hops = &laid.analysis.hops;
    let mut by_share: Vec<usize> = (0..hops.len()).collect();
    let share = |at: usize| hops.get(at).map_or(0.0, |hop| hop.critical_share);
    by_share.sort_by(|&one, &other| share(other).total_cmp(&share(one)).then(one.cmp(&other)));
    let largest = by_share.first().copied().filter(|&hop| share(hop) > 0.0);
    let (first, others) = by_share.split_at(FIRST.min(by_share.len()));
    let rows = |places: &[usize]| {
        let mut places: Vec<usize> = places.iter().take(MAX_HOPS).copied().collect();
        places.sort_unstable();
        let rows = places.into_iter().filter_map(|place| {
            let hop = hops.get(place)?;
            Some(row(reader, hop, &saved, largest == Some(place)))
        });
        table(reader, &rows.collect::<String>())
    };
    let others = match others.len() {
        0 => String::new(),
        count => {
            let text = reader.fill("{count} more hops", &[("count", &count)]);
            format!(
                "<details class=\"more\"><summary>{text}</summary>\n{}</details>\n",
                rows(others)
            )
        }
    };
    format!("{}{others}", rows(first))
}

fn table(reader: &Reader, rows: &str) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let columns = columns(reader)
        .map(|name| format!(r#"<th scope="col" role="columnheader" class="number">{name}</th>"#));
    format!(
        r#"<table class="hops" role="table">
<thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">{hop}</th>{columns}</tr></thead>
<tbody role="rowgroup">
{rows}</tbody>
</table>
"#,
        hop = reader.say("hop"),
        columns = columns.concat(),
    )
}

/// The names of the columns, after the call.
fn columns(reader: &Reader) -> [&'static str; 6] {
    let [client, server, network, own] = reader.words().hop_columns;
    [
        client,
        server,
        network,
        own,
        reader.say("path"),
        reader.say("own work halved"),
    ]
}

/// By service, in words: the time that the trace would have taken less.
fn saved<'a>(reader: &Reader, laid: &'a Laid) -> HashMap<&'a str, String> {
    let mut work: HashMap<&str, Option<u64>> = HashMap::new();
    let mut share: HashMap<&str, f64> = HashMap::new();
    for hop in &laid.analysis.hops {
        let sum = work.entry(&hop.callee).or_insert(Some(0));
        *sum = (*sum)
            .zip(hop.self_us)
            .and_then(|(sum, own)| sum.checked_add(own));
        *share.entry(&hop.callee).or_default() += hop.critical_share;
    }
    let mut services: Vec<(&str, f64)> = share.into_iter().collect();
    services.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(other.0)));
    let replay = LazyCell::new(|| Replay::of(&laid.trace));
    let halved = services.into_iter().filter_map(|(service, _)| {
        let half = work.get(service).copied().flatten()? / 2;
        let faster = (half > 0).then(|| replay.faster(service, half))??;
        let sign = if faster.saved_us > 0 { "−" } else { "" };
        Some((service, format!("{sign}{}", reader.duration(faster.saved_us))))
    });
    halved.take(REPLAYED).collect()
}

/// The one with the largest share of the path is marked, and so is the figure that made it so large.
fn row(reader: &Reader, hop: &HopGroup, saved: &HashMap<&str, String>, is_largest: bool) -> String {
    let caller = match &hop.caller {
        Some(caller) => name(caller),
        None if hop.from_outside => format!("<i>{}</i>", reader.words().outside),
        None => format!("<i>{}</i>", reader.words().not_reported),
    };
    let count = if hop.count > 1 {
        format!(" <b>×{}</b>", grouped(hop.count))
    } else {
        String::new()
    };
    let error = match hop.errors {
        0 => String::new(),
        1 if hop.count == 1 => format!(r#" <strong class="error">{}</strong>"#, reader.say("error")),
        failed => {
            let text = reader.fill("{count} failed", &[("count", &failed)]);
            format!(r#" <strong class="error">{text}</strong>"#)
        }
    };
    let is_network = hop.network_us >= hop.self_us;
    let figures = [
        (hop.client_us, hop.why.client_us, false),
        (hop.server_us, hop.why.server_us, false),
        (hop.network_us, hop.why.network_us, is_largest && is_network),
        (hop.self_us, hop.why.self_us, is_largest && !is_network),
    ];
    let figures = figures.map(|(time, why, is_marked)| match (time, why) {
        (Some(time), _) if is_marked => format!("<b>{}</b>", reader.duration(time)),
        (Some(time), _) => reader.duration(time),
        (None, Some(why)) => format!(r#"<span class="why">{}</span>"#, why.text(reader.language.into())),
        (None, None) => words::UNKNOWN.to_owned(),
    });
    let saved = saved
        .get(hop.callee.as_str())
        .map_or(words::UNKNOWN, String::as_str);
    let cells = figures
        .into_iter()
        .chain([share(hop.critical_share), saved.to_owned()]);
    let cells = columns(reader).into_iter().zip(cells);
    // The name of the column, for telephones, where a row is a card.
    let cells =
        cells.map(|(name, text)| format!(r#"<td role="cell" class="number" data-name="{name}">{text}</td>"#));
    let class = if is_largest { r#" class="largest""# } else { "" };
    format!(
        r#"<tr role="row"{class}><th scope="row" role="rowheader">{caller} → {} <span class="name">{}</span>{count}{error}</th>{}</tr>
"#,
        name_or(&hop.callee, reader.words().not_reported),
        name_or(&hop.name, reader.words().no_name),
        cells.collect::<String>(),
    )
}

/// In whole percent, and in words where these round to nothing.
fn share(share: f64) -> String {
    match share * 100.0 {
        percent if percent > 0.0 && percent < 0.5 => "&lt; 1 %".to_owned(),
        percent => format!("{percent:.0} %"),
    }
}

fn sent(reader: &Reader, messages: &[Message]) -> String {
    let line = |message: &Message| {
        let none = reader.words().not_reported;
        let waited = match (message.queue_us, message.why) {
            (Some(waited), _) => reader.duration(waited),
            (None, Some(why)) => why.text(reader.language.into()).to_owned(),
            (None, None) => words::UNKNOWN.to_owned(),
        };
        format!(
            "<li>{}</li>\n",
            reader.fill(
                "{producer} → {queue} → {consumer}: in the queue {waited}",
                &[
                    ("producer", &name_or(&message.producer, none)),
                    (
                        "queue",
                        &name_or(
                            message.queue.as_deref().unwrap_or_default(),
                            reader.say("a queue")
                        )
                    ),
                    ("consumer", &name_or(&message.consumer, none)),
                    ("waited", &waited),
                ]
            )
        )
    };
    if messages.is_empty() {
        return String::new();
    }
    let lines: String = messages.iter().take(MAX_HOPS).map(line).collect();
    format!("<ul class=\"messages\">\n{lines}</ul>\n")
}

fn rest(reader: &Reader, laid: &Laid) -> String {
    let all = laid.analysis.hops.len().max(laid.analysis.messages.len());
    if all <= MAX_HOPS {
        return String::new();
    }
    let text = reader.fill(
        "The first {shown} of {all}.",
        &[("shown", &MAX_HOPS), ("all", &all)],
    );
    let link = reader.say("All of them, as JSON");
    format!(
        "<p class=\"hint\">{text} <a href=\"{}.json\">{link}</a></p>\n",
        laid.trace.trace_id
    )
}
