//! Lines as a table. The message comes first, then the values. Long messages are cut, and open where they stand; many or long
//! values are cut, and whole in the line's JSON.

use zipkin::utc;

use super::bound::{Fitting, OF_PAGE, OF_SECTION, elements, fitting};
use crate::{
    lines::{Level, Line, split},
    pages::{
        markup::{Isolated, Text, short_span},
        reader::Reader,
        services,
    },
};

/// Bytes of a message that are shown before it is opened.
const MAX_SHOWN: usize = 2 << 10;

/// Elements that the rest of a message may take: characters without a shape are one each.
const MAX_ELEMENTS: usize = 200;

/// Values of a line that are shown.
const MAX_VALUES: usize = 10;

/// Bytes of a name or a value that are shown.
const MAX_VALUE: usize = 200;

/// Lines as they follow each other, the newest first, and those that are shown.
pub fn newest_first<'a>(reader: &Reader, lines: &'a [Line]) -> (String, Fitting<'a>) {
    let of = |line: &Line| row(reader, line, &date_and_time(line), &trace(reader, line));
    let shown = fitting(OF_PAGE, lines, of);
    let rows = shown.rows.iter().rev().map(|(_, row)| row.as_str()).collect();
    (around(reader, reader.say("Trace"), rows), shown)
}

/// Lines of one trace, by time.
pub fn of_trace(reader: &Reader, lines: &[Line]) -> (String, usize) {
    let of = |line: &Line| row(reader, line, &utc::time_of_day(line.time), &span(reader, line));
    let shown = fitting(OF_SECTION, lines, of);
    let rows = shown.rows.iter().map(|(_, row)| row.as_str()).collect();
    (around(reader, reader.say("Span"), rows), shown.left_out)
}

/// A word on lines that are left out; nothing where none is.
pub fn left_out(reader: &Reader, count: usize) -> String {
    if count == 0 {
        return String::new();
    }
    let said = reader.fill(
        "Earlier lines that are left out here, since lines are long: {count}.",
        &[("count", &count)],
    );
    format!("<p class=\"hint\">{said}</p>\n")
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
        r#"<tr id="line-{number}"><td><time datetime="{date}T{time}Z">{shown}</time></td><td>{level}</td><td>{service}</td><td class="message">{message} {values}</td><td>{link}</td></tr>
"#,
        number = line.number,
        date = utc::date(line.time),
        time = utc::time_of_day(line.time),
        level = level(reader, line),
        service = service(line),
        message = message(reader, line),
        values = values(reader, line),
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
    let id = trace.to_string();
    link(reader, &format!("{trace}{span}"), id.get(..8).unwrap_or(&id))
}

fn span(reader: &Reader, line: &Line) -> String {
    match (line.trace_id, line.span_id) {
        (Some(trace), Some(span)) => {
            let id = span.to_string();
            link(reader, &format!("{trace}/spans/{span}"), short_span(&id))
        }
        _ => String::new(),
    }
}

fn link(reader: &Reader, address: &str, short: &str) -> String {
    format!(
        r#"<a href="{}traces/{address}"><code>{short}</code></a>"#,
        reader.root
    )
}

fn values(reader: &Reader, line: &Line) -> String {
    let shown = line.values.iter().take(MAX_VALUES);
    let shown: String = shown
        .map(|(key, value)| {
            format!(
                r#"<span class="value">{}=<b>{}</b></span> "#,
                cut(key),
                cut(value)
            )
        })
        .collect();
    let mut texts = line.values.iter().flat_map(|(key, value)| [key, value]);
    if line.values.len() <= MAX_VALUES && texts.all(|text| text.len() <= MAX_VALUE) {
        return shown;
    }
    let said = match line.values.len().saturating_sub(MAX_VALUES) {
        0 => reader.say("all of it").to_owned(),
        more => reader.fill("{count} more values", &[("count", &more)]),
    };
    shown + &whole(reader, line, &said)
}

fn cut(text: &str) -> String {
    if text.len() <= MAX_VALUE {
        return Isolated(text).to_string();
    }
    let (start, _) = split(text, MAX_VALUE);
    format!("<bdi>{}…</bdi>", Text(start))
}

/// A link to all of a line.
fn whole(reader: &Reader, line: &Line, said: &str) -> String {
    format!(
        r#"<a href="{}logs.json?after={}&amp;before={}">{said}</a>"#,
        reader.root,
        line.number.saturating_sub(1),
        line.number.saturating_add(1),
    )
}

/// The message; a long one is cut, and opens.
pub fn message(reader: &Reader, line: &Line) -> String {
    let text = &*line.message;
    if text.len() <= MAX_SHOWN {
        return format!(r#"<bdi dir="auto">{}</bdi>"#, Text(text));
    }
    let (start, rest) = split(text, MAX_SHOWN);
    let (start, rest) = (Text(start), Text(rest).to_string());
    if elements(&rest) > MAX_ELEMENTS {
        let all = whole(reader, line, reader.say("all of it"));
        return format!(r#"<bdi dir="auto">{start}…</bdi> {all}"#);
    }
    format!(
        r#"<details><summary><bdi dir="auto">{start}…</bdi></summary><bdi dir="auto">{rest}</bdi></details>"#
    )
}
