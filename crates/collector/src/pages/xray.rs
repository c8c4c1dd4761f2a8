//! The context headers of a hop, where its tracer tells them in tags: what it received and what was made of it, and what it
//! sent.

use zipkin::Span;

use super::{
    language::message,
    markup::{Isolated, Text},
    reader::Reader,
};

/// Tags that our tracer writes with HEADER_TAGS=true.
const RECEIVED: &str = "header.in.";
const SENT: &str = "header.out.";

/// More of them come from no tracer of ours.
const MAX_LINES: usize = 16;

/// As much of a value as our tracer writes.
const MAX_VALUE: usize = 512;

/// Verdicts on the headers of a format, and their meaning.
const VERDICTS: [(&str, &str); 6] = [
    (
        "accepted",
        message("accepted: the trace goes on, and is recorded"),
    ),
    (
        "denied",
        message("denied: the caller does not record, and neither does this hop"),
    ),
    ("debug", message("debug: recorded whatever the sampling rate")),
    (
        "deferred",
        message("deferred: nobody had decided, so this hop did"),
    ),
    ("invalid", message("invalid: read as if it were not there")),
    ("not used", message("not used: another format named the trace")),
];

/// Whether a tag is shown here, and not among the others.
pub fn is_header(key: &str) -> bool {
    key.starts_with(RECEIVED) || key.starts_with(SENT)
}

/// The headers as a table; nothing where the span tells none.
pub fn table(reader: &Reader, span: &Span) -> String {
    let tags = span.tags.iter().filter(|(key, _)| is_header(key));
    let rows: String = tags
        .take(MAX_LINES)
        .map(|(key, value)| row(reader, key, value))
        .collect();
    if rows.is_empty() {
        return rows;
    }
    let caption = reader.say("Context headers");
    format!("<table class=\"headers\"><caption>{caption}</caption><tbody>{rows}</tbody></table>\n")
}

fn row(reader: &Reader, key: &str, value: &str) -> String {
    let (way, format) = match key.strip_prefix(RECEIVED) {
        Some(format) => (reader.say("received"), format),
        None => (reader.say("sent"), key.strip_prefix(SENT).unwrap_or(key)),
    };
    let end = (0..=MAX_VALUE.min(value.len()))
        .rev()
        .find(|&end| value.is_char_boundary(end));
    let value = value.get(..end.unwrap_or_default()).unwrap_or_default();
    let (verdict, values) = match value.split_once("; ") {
        Some((verdict, values)) => (meaning(reader, verdict), values),
        None => (None, value),
    };
    // A value without a verdict has nothing in front of it.
    let (verdict, values) = match verdict {
        Some(verdict) => (format!("<b>{verdict}</b><br>"), values),
        None => (String::new(), value),
    };
    format!(
        r#"<tr><th scope="row">{way} {}</th><td dir="auto">{verdict}<bdi>{}</bdi></td></tr>"#,
        Isolated(format),
        Text(values)
    )
}

fn meaning(reader: &Reader, verdict: &str) -> Option<&'static str> {
    let known = VERDICTS.iter().find(|(word, _)| *word == verdict);
    known.map(|(_, meaning)| reader.say(meaning))
}
