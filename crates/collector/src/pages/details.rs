//! All that a span says, for whoever opens its row.

use std::fmt::Display;

use zipkin::{Endpoint, Row, SpanId, Waterfall, utc};

use super::{figures, markup::Text};

/// Ids, times and addresses, then tags and annotations.
pub fn section(row: &Row, trace: &Waterfall) -> String {
    format!(
        r#"<div class="details">
<dl>
{}</dl>
{}{}</div>
"#,
        facts(row, trace),
        tags(row),
        annotations(row, trace)
    )
}

fn facts(row: &Row, trace: &Waterfall) -> String {
    let span = &row.span;
    let mut facts = fact("Span id", format_args!("<code>{}</code>", span.id));
    if let Some(parent) = span.parent_id {
        let missing = if is_missing(parent, row, trace) {
            " (not in this trace)"
        } else {
            ""
        };
        facts += &fact("Parent id", format_args!("<code>{parent}</code>{missing}"));
    }
    if let Some(start) = span.timestamp {
        let (date, time) = (utc::date(start), utc::time_of_day(start));
        let offset = figures::duration(row.offset);
        facts += &fact(
            "Started (UTC)",
            format_args!("{date} {time}, {offset} into the trace"),
        );
    }
    if let Some(duration) = span.duration {
        facts += &fact("Duration", format_args!("{duration} µs"));
    }
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

/// Whether the row hangs where it does for want of its parent. A server that shares its client's id hangs below that.
fn is_missing(parent: SpanId, row: &Row, trace: &Waterfall) -> bool {
    let above = row.parent.and_then(|above| trace.rows.get(above));
    !above.is_some_and(|above| [parent, row.span.id].contains(&above.span.id))
}

fn fact(term: &str, text: impl Display) -> String {
    format!("<div><dt>{term}</dt><dd>{text}</dd></div>\n")
}

fn address(endpoint: &Endpoint) -> String {
    let service = endpoint
        .service_name
        .as_deref()
        .map(|name| Text(name).to_string());
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
    let rows = row.span.tags.iter().map(|(key, value)| pair(Text(key), value));
    table("Tags", rows.collect())
}

fn annotations(row: &Row, trace: &Waterfall) -> String {
    let rows = row.span.annotations.iter().map(|annotation| {
        let offset = annotation.timestamp.saturating_sub(trace.start);
        pair(figures::duration(offset), &annotation.value)
    });
    table("Annotations, by time since the trace began", rows.collect())
}

fn pair(head: impl Display, value: &str) -> String {
    format!(r#"<tr><th scope="row">{head}</th><td>{}</td></tr>"#, Text(value))
}

fn table(caption: &str, rows: String) -> String {
    if rows.is_empty() {
        return rows;
    }
    format!("<table><caption>{caption}</caption><tbody>{rows}</tbody></table>\n")
}
