//! All that a span says: in its row, and on its own page.

use std::fmt::Display;

use zipkin::{Annotation, Endpoint, Place, Row, Span, utc};

use super::{
    laid::Laid,
    markup::{Attribute, Isolated, MAX_NAME, Text},
    reader::Reader,
    xray,
};

/// More tags or annotations of one span stand on a page of their own.
const MAX_LINES: usize = 50;

/// Longer values are cut.
const MAX_VALUE: usize = 2 << 10;

/// The amount of a span that is shown.
#[derive(Clone, Copy)]
pub struct Much {
    lines: usize,
    value: usize,
}

impl Much {
    /// Enough for most spans.
    pub const SOME: Self = Self {
        lines: MAX_LINES,
        value: MAX_VALUE,
    };

    /// All of it, as far as a browser bears it.
    pub const ALL: Self = Self {
        lines: 5_000,
        value: 1 << 20,
    };
}

/// The details in a row of a waterfall. `page` is the address of the span's own page.
pub fn section(reader: &Reader, laid: &Laid, row: &Row, span: &Span, page: &str) -> String {
    format!(
        "<div class=\"details\">\n{}</div>\n",
        parts(reader, laid, row, span, page, Much::SOME)
    )
}

/// Ids, times and addresses, then tags and annotations.
pub fn parts(reader: &Reader, laid: &Laid, row: &Row, span: &Span, page: &str, much: Much) -> String {
    let lists = Lists { reader, page, much };
    format!(
        "<dl>\n{}</dl>\n{}{}{}",
        facts(reader, row, span),
        xray::table(reader, span),
        lists.tags(span),
        lists.annotations(span, laid.trace.times.start)
    )
}

fn facts(reader: &Reader, row: &Row, span: &Span) -> String {
    let mut facts = fact(reader.say("Span id"), format_args!("<code>{}</code>", span.id));
    // Elsewhere it is cut.
    if row.name.chars().nth(MAX_NAME).is_some() {
        facts += &fact(reader.say("Name"), Isolated(cut(&row.name, MAX_VALUE)));
    }
    if let Some(parent) = span.parent_id {
        let why = match row.place {
            Place::Orphan if !span.shared => reader.say("(not in this trace)"),
            Place::Cycle => reader.say("(also below this span: a cycle, cut here)"),
            _ => "",
        };
        facts += &fact(
            reader.say("Parent id"),
            format_args!("<code>{parent}</code> {why}"),
        );
    }
    if let Some(start) = span.timestamp {
        let (date, time) = (utc::date(start), utc::time_of_day(start));
        let offset = reader.duration(row.offset.unwrap_or_default());
        let into = reader.fill("{time} into the trace", &[("time", &offset)]);
        facts += &fact(reader.say("Started (UTC)"), format_args!("{date} {time}, {into}"));
    }
    facts += &fact(reader.say("Duration"), took(reader, row));
    if let Some(endpoint) = &span.local_endpoint {
        facts += &fact(reader.say("Here"), address(endpoint));
    }
    if let Some(endpoint) = &span.remote_endpoint {
        facts += &fact(reader.say("Other side"), address(endpoint));
    }
    if span.shared {
        facts += &fact(
            reader.say("Shared"),
            reader.say("the server has its client's span id"),
        );
    }
    if span.debug {
        facts += &fact(reader.say("Debug"), reader.say("kept whatever the sampling rate"));
    }
    facts
}

/// In words, and exactly where these round.
fn took(reader: &Reader, row: &Row) -> String {
    match (row.duration, row.offset) {
        (Some(micros @ 1_000..), _) => format!("{} ({micros} µs)", reader.duration(micros)),
        (Some(micros), _) => reader.duration(micros),
        (None, Some(_)) => reader.words().not_ended.to_owned(),
        (None, None) => reader.words().no_time.to_owned(),
    }
}

fn fact(term: &str, text: impl Display) -> String {
    format!("<div><dt>{term}</dt><dd>{text}</dd></div>\n")
}

fn address(endpoint: &Endpoint) -> String {
    let service = endpoint.service_name.as_deref();
    let service = service.map(|name| Isolated(name).to_string());
    let port = endpoint.port.map_or_else(String::new, |port| format!(":{port}"));
    let address = match (endpoint.ipv4, endpoint.ipv6) {
        (Some(ip), _) => Some(format!("{ip}{port}")),
        (None, Some(ip)) => Some(format!("[{ip}]{port}")),
        (None, None) => endpoint.port.map(|port| format!("port {port}")),
    };
    let parts = [service, address].into_iter().flatten();
    parts.collect::<Vec<_>>().join(" ")
}

/// The part of lists that is shown.
struct Lists<'a> {
    reader: &'a Reader,
    page: &'a str,
    much: Much,
}

impl Lists<'_> {
    fn tags(&self, span: &Span) -> String {
        let tags = || span.tags.iter().filter(|(key, _)| !xray::is_header(key));
        let rows = tags()
            .take(self.much.lines)
            .map(|(key, value)| self.pair(Isolated(key), value));
        self.table(self.reader.say("Tags"), rows.collect(), tags().count())
    }

    fn annotations(&self, span: &Span, start: Option<u64>) -> String {
        let first = || span.annotations.iter().map(|each| each.timestamp).min();
        let caption = match start {
            Some(_) => self.reader.say("Annotations, by time since the trace began"),
            None => self.reader.say("Annotations, by time since the first of them"),
        };
        let zero = start.or_else(first).unwrap_or_default();
        let annotations = span.annotations.iter().take(self.much.lines);
        let row = |each: &Annotation| self.pair(self.offset(zero, each.timestamp), &each.value);
        self.table(caption, annotations.map(row).collect(), span.annotations.len())
    }

    /// The time from one moment to another, which may be the earlier.
    fn offset(&self, from: u64, to: u64) -> String {
        let sign = if to < from { "−" } else { "" };
        format!("{sign}{}", self.reader.duration(from.abs_diff(to)))
    }

    fn pair(&self, head: impl Display, value: &str) -> String {
        let shown = cut(value, self.much.value);
        let more = if shown.len() < value.len() {
            let size = value.len().div_ceil(1 << 10);
            let text = self.reader.fill("all {size} KiB", &[("size", &size)]);
            format!("… {}", self.all(&text))
        } else {
            String::new()
        };
        format!(
            r#"<tr><th scope="row" dir="auto">{head}</th><td dir="auto"><bdi>{}</bdi>{more}</td></tr>"#,
            Text(shown)
        )
    }

    fn table(&self, caption: &str, rows: String, all: usize) -> String {
        if rows.is_empty() {
            return rows;
        }
        let rest = if all > self.much.lines {
            let shown = self.much.lines;
            let text = self
                .reader
                .fill("The first {shown} of {all}.", &[("shown", &shown), ("all", &all)]);
            format!("<p>{text} {}</p>\n", self.all(self.reader.say("All of them")))
        } else {
            String::new()
        };
        format!("<table><caption>{caption}</caption><tbody>{rows}</tbody></table>\n{rest}")
    }

    /// The way to what was left out: the span's page with all of it, and from there its JSON.
    fn all(&self, text: &str) -> String {
        let way = if self.much.lines == MAX_LINES {
            "?all=1"
        } else {
            ".json"
        };
        format!("<a href=\"{}{way}\">{text}</a>", Attribute(self.page))
    }
}

/// At most so many bytes of a text, in whole characters.
fn cut(text: &str, most: usize) -> &str {
    if text.len() <= most {
        return text;
    }
    let end = (0..=most).rev().find(|&end| text.is_char_boundary(end));
    text.get(..end.unwrap_or_default()).unwrap_or_default()
}
