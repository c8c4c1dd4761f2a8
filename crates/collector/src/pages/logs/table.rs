//! Lines as a table. Long messages are cut, and open where they stand.

use zipkin::utc;

use crate::{
    lines::{Level, Line, split},
    pages::{
        markup::{Isolated, Text},
        reader::Reader,
        services,
    },
};

/// Bytes of a message that are shown before it is opened.
const MAX_SHOWN: usize = 2 << 10;

/// Lines as they follow each other, the newest first.
pub fn newest_first(reader: &Reader, lines: &[Line]) -> String {
    let rows = lines
        .iter()
        .rev()
        .map(|line| row(reader, line, &date_and_time(line), &trace(reader, line)));
    around(reader, reader.say("Trace"), rows.collect())
}

/// Lines of one trace, by time.
pub fn of_trace(reader: &Reader, lines: &[Line]) -> String {
    let rows = lines
        .iter()
        .map(|line| row(reader, line, &utc::time_of_day(line.time), &span(reader, line)));
    around(reader, reader.say("Span"), rows.collect())
}

fn around(reader: &Reader, link: &str, rows: String) -> String {
    format!(
        r#"<table class="lines" data-arrows>
<thead><tr><th scope="col">{}</th><th scope="col">{}</th><th scope="col">{}</th><th scope="col">{}</th><th scope="col">{link}</th></tr></thead>
<tbody>
{rows}</tbody>
</table>"#,
        reader.say("Time (UTC)"),
        reader.say("Level"),
        reader.say("Service"),
        reader.say("Message"),
    )
}

fn row(reader: &Reader, line: &Line, shown: &str, link: &str) -> String {
    format!(
        r#"<tr id="line-{number}"><td><time datetime="{date}T{time}Z">{shown}</time></td><td>{level}</td><td>{service}</td><td class="message">{values}{message}</td><td>{link}</td></tr>
"#,
        number = line.number,
        date = utc::date(line.time),
        time = utc::time_of_day(line.time),
        level = level(reader, line),
        service = service(line),
        values = values(line),
        message = message(line),
    )
}

fn date_and_time(line: &Line) -> String {
    format!("<b>{}</b> {}", utc::date(line.time), utc::time_of_day(line.time))
}

/// The level, the bad ones marked.
pub fn level(reader: &Reader, line: &Line) -> String {
    match line.level {
        Some(Level::Error) => format!(r#"<strong class="error">{}</strong>"#, Level::Error.name()),
        Some(Level::Warn) => format!("<strong>{}</strong>", Level::Warn.name()),
        Some(level) => level.name().to_owned(),
        None => format!("<i>{}</i>", reader.say("no level")),
    }
}

/// The service, in its colour.
pub fn service(line: &Line) -> String {
    match &*line.service {
        "" => String::new(),
        name => services::chip(name),
    }
}

/// A link to the trace, at the span where there is one.
pub fn trace(reader: &Reader, line: &Line) -> String {
    let Some(trace) = line.trace_id else {
        return String::new();
    };
    let span = line
        .span_id
        .map(|span| format!("/spans/{span}"))
        .unwrap_or_default();
    link(reader, &format!("{trace}{span}"), &trace.to_string())
}

fn span(reader: &Reader, line: &Line) -> String {
    match (line.trace_id, line.span_id) {
        (Some(trace), Some(span)) => link(reader, &format!("{trace}/spans/{span}"), &span.to_string()),
        _ => String::new(),
    }
}

fn link(reader: &Reader, address: &str, id: &str) -> String {
    let short = id.get(..8).unwrap_or(id);
    format!(
        r#"<a href="{}traces/{address}"><code>{short}</code></a>"#,
        reader.root
    )
}

fn values(line: &Line) -> String {
    let values = line.values.iter();
    let values = values.map(|(key, value)| {
        format!(
            r#"<span class="value">{}=<b>{}</b></span> "#,
            Isolated(key),
            Isolated(value)
        )
    });
    values.collect()
}

fn message(line: &Line) -> String {
    let text = &*line.message;
    if text.len() <= MAX_SHOWN {
        return format!(r#"<bdi dir="auto">{}</bdi>"#, Text(text));
    }
    let (start, rest) = split(text, MAX_SHOWN);
    format!(
        r#"<details><summary><bdi dir="auto">{}…</bdi></summary><bdi dir="auto">{}</bdi></details>"#,
        Text(start),
        Text(rest)
    )
}
