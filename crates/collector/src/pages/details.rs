//! All that a span says, for whoever opens its row.

use std::fmt::Display;

use zipkin::{Endpoint, Place, Row, Waterfall, utc, words};

use super::markup::Isolated;

/// More tags or annotations than these of one span nobody reads.
const MAX_LINES: usize = 100;

/// Ids, times and addresses, then tags and annotations.
pub fn section(row: &Row, trace: &Waterfall) -> String {
    format!(
        r#"<div class="details">
<dl>
{}</dl>
{}{}</div>
"#,
        facts(row),
        tags(row),
        annotations(row, trace)
    )
}

fn facts(row: &Row) -> String {
    let span = &row.span;
    let mut facts = fact("Span id", format_args!("<code>{}</code>", span.id));
    if let Some(parent) = span.parent_id {
        let why = match row.place {
            Place::Orphan if !row.span.shared => " (not in this trace)",
            Place::Cycle => " (also below this span: a cycle, cut here)",
            _ => "",
        };
        facts += &fact("Parent id", format_args!("<code>{parent}</code>{why}"));
    }
    if let Some(start) = span.timestamp {
        let (date, time) = (utc::date(start), utc::time_of_day(start));
        let offset = words::duration(row.offset.unwrap_or_default());
        facts += &fact(
            "Started (UTC)",
            format_args!("{date} {time}, {offset} into the trace"),
        );
    }
    facts += &fact("Duration", took(row));
    if let Some(endpoint) = &span.local_endpoint {
        facts += &fact("Here", address(endpoint));
    }
    if let Some(endpoint) = &span.remote_endpoint {
        facts += &fact("Other side", address(endpoint));
    }
    if span.shared {
        facts += &fact("Shared", "the server has its client's span id");
    }
    if span.debug {
        facts += &fact("Debug", "kept whatever the sampling rate");
    }
    facts
}

/// In words, and exactly where these round.
fn took(row: &Row) -> String {
    let exactly = match row.duration {
        Some(micros @ 1_000..) => format!(" ({micros} µs)"),
        _ => String::new(),
    };
    format!("{}{exactly}", row.took())
}

fn fact(term: &str, text: impl Display) -> String {
    format!("<div><dt>{term}</dt><dd>{text}</dd></div>\n")
}

fn address(endpoint: &Endpoint) -> String {
    let service = endpoint
        .service_name
        .as_deref()
        .map(|name| Isolated(name).to_string());
    let port = endpoint.port.map_or_else(String::new, |port| format!(":{port}"));
    let address = match (endpoint.ipv4, endpoint.ipv6) {
        (Some(ip), _) => Some(format!("{ip}{port}")),
        (None, Some(ip)) => Some(format!("[{ip}]{port}")),
        (None, None) => endpoint.port.map(|port| format!("port {port}")),
    };
    [service, address]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" ")
}

fn tags(row: &Row) -> String {
    let tags = row.span.tags.iter();
    let rows = tags
        .take(MAX_LINES)
        .map(|(key, value)| pair(Isolated(key), value));
    table("Tags", rows.collect(), row.span.tags.len())
}

fn annotations(row: &Row, trace: &Waterfall) -> String {
    let (caption, zero) = match trace.times.start {
        Some(start) => ("Annotations, by time since the trace began", start),
        None => (
            "Annotations, by time since the first of them",
            first_annotation(row),
        ),
    };
    let annotations = row.span.annotations.iter();
    let rows = annotations
        .take(MAX_LINES)
        .map(|each| pair(words::offset(zero, each.timestamp), &each.value));
    table(caption, rows.collect(), row.span.annotations.len())
}

fn first_annotation(row: &Row) -> u64 {
    let times = row.span.annotations.iter().map(|each| each.timestamp);
    times.min().unwrap_or_default()
}

fn pair(head: impl Display, value: &str) -> String {
    format!(
        r#"<tr><th scope="row">{head}</th><td>{}</td></tr>"#,
        Isolated(value)
    )
}

fn table(caption: &str, rows: String, all: usize) -> String {
    if rows.is_empty() {
        return rows;
    }
    let rest = if all > MAX_LINES {
        format!("<p>The first {MAX_LINES} of {all}. All of them are in the trace's JSON.</p>\n")
    } else {
        String::new()
    };
    format!("<table><caption>{caption}</caption><tbody>{rows}</tbody></table>\n{rest}")
}
