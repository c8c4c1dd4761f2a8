//! One line, cut to what is kept of it: a line that is longer than anybody reads must not push the others out.

use expect::LogLine;
use zipkin::{SpanId, TraceId, decode::otlp::LogRecord, utc};

use super::level::Level;
use crate::clock::now_ms;

/// Bytes of a message that are kept.
const MAX_MESSAGE: usize = 16 << 10;

/// Bytes of any other text that are kept.
const MAX_TEXT: usize = 1 << 10;

/// Values of a line that are kept.
const MAX_VALUES: usize = 32;

/// Bytes that a line takes besides its texts, by estimate.
const OVERHEAD: usize = 160;

/// Bytes that a value takes besides its texts, by estimate.
const VALUE_OVERHEAD: usize = 48;

/// A log line.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// The place among all lines, in the order in which they came.
    pub number: u64,
    /// When it was written, in µs since 1970; where it says no time, when it came.
    pub time: u64,
    /// The severity; none where the line says none.
    pub level: Option<Level>,
    /// The service that wrote it; empty where nobody knows.
    pub service: Box<str>,
    /// The trace that it belongs to.
    pub trace_id: Option<TraceId>,
    /// The span that was current.
    pub span_id: Option<SpanId>,
    /// Values that the request carries (the MDC), or a record's attributes.
    pub values: Box<[(Box<str>, Box<str>)]>,
    /// The message.
    pub message: Box<str>,
}

impl Line {
    /// Reads a line of any of our formats. `source` is the service where the line names none. An empty line is none.
    pub fn read(text: &str, source: Option<&str>) -> Option<Self> {
        let read = LogLine::read(text)?;
        let service = if read.service.is_empty() {
            source.unwrap_or_default()
        } else {
            &read.service
        };
        // The user comes before other values.
        let (user, others): (Vec<_>, Vec<_>) = read.values.iter().partition(|(key, _)| *key == "userId");
        let values = user.into_iter().chain(others);
        let values = values.map(|(key, value)| (&**key, &**value));
        Some(Self {
            number: 0,
            time: micros(&read.time).unwrap_or_else(now),
            level: Level::named(&read.level),
            service: cut(service, MAX_TEXT),
            trace_id: TraceId::parse(&read.trace_id).ok(),
            span_id: SpanId::parse(&read.span_id).ok(),
            values: kept(values),
            message: cut(&read.message, MAX_MESSAGE),
        })
    }

    /// The line of a record that an SDK sent.
    pub fn of_record(record: &LogRecord<'_>) -> Self {
        let named = [("event.name", &record.event_name), ("logger", &record.scope)];
        let named = named.into_iter().filter(|(_, value)| !value.is_empty());
        let attributes = record.attributes.iter().map(|(key, value)| (&**key, &**value));
        Self {
            number: 0,
            time: if record.time == 0 { now() } else { record.time },
            level: Level::numbered(record.severity).or_else(|| Level::named(&record.severity_text)),
            service: cut(&record.service, MAX_TEXT),
            trace_id: record.trace_id,
            span_id: record.span_id,
            values: kept(attributes.chain(named.map(|(key, value)| (key, &**value)))),
            message: cut(&record.body, MAX_MESSAGE),
        }
    }

    /// Bytes that it takes, by estimate.
    pub fn weight(&self) -> usize {
        let values = self.values.iter();
        let values = values.map(|(key, value)| VALUE_OVERHEAD + key.len() + value.len());
        OVERHEAD + self.service.len() + self.message.len() + values.sum::<usize>()
    }
}

fn now() -> u64 {
    now_ms().saturating_mul(1_000)
}

fn kept<'a>(values: impl Iterator<Item = (&'a str, &'a str)>) -> Box<[(Box<str>, Box<str>)]> {
    let values = values.take(MAX_VALUES);
    values
        .map(|(key, value)| (cut(key, MAX_TEXT), cut(value, MAX_TEXT)))
        .collect()
}

/// At most so many bytes; a text that goes on ends with a sign.
fn cut(text: &str, bytes: usize) -> Box<str> {
    if text.len() <= bytes {
        return text.into();
    }
    let (start, _) = split(text, bytes);
    format!("{start}…").into()
}

/// The text up to so many bytes, and the rest of it; no character is cut in two.
pub fn split(text: &str, bytes: usize) -> (&str, &str) {
    let mut ends = (0..=bytes.min(text.len())).rev();
    ends.find_map(|end| text.split_at_checked(end))
        .unwrap_or_default()
}

/// A date and a time in UTC, as RFC 3339 has them: `2026-11-24T07:17:19.05Z`. Other zones are not in any of our formats.
fn micros(time: &str) -> Option<u64> {
    let (date, time) = time.split_once('T')?;
    let (clock, fraction) = match time.strip_suffix('Z')?.split_once('.') {
        Some((clock, fraction)) => (clock, fraction),
        None => (time.strip_suffix('Z')?, ""),
    };
    let mut seconds = 0;
    for (part, limit) in clock.split(':').zip([24, 60, 61]) {
        let number: u64 = part.parse().ok().filter(|number| *number < limit)?;
        seconds = seconds * 60 + number;
    }
    let digits = fraction.bytes().take_while(u8::is_ascii_digit).take(6);
    let fraction = digits.chain(std::iter::repeat(b'0')).take(6);
    let fraction = fraction.fold(0, |sum, digit| sum * 10 + u64::from(digit - b'0'));
    Some(utc::midnight(date)? + seconds * 1_000_000 + fraction)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_to_the_microsecond() {
        for (text, time) in [
            ("1970-01-01T00:00:01Z", Some(1_000_000)),
            ("1970-01-02T01:02:03.4Z", Some(90_123_400_000)),
            ("1970-01-01T00:00:00.123456789Z", Some(123_456)),
            ("1970-01-01T25:00:00Z", None),
            ("1970-01-01T00:00:00+09:00", None),
            ("yesterday", None),
            ("", None),
        ] {
            assert_eq!(micros(text), time, "{text}");
        }
    }

    #[test]
    fn a_line_of_text_keeps_ids_level_and_values() {
        let text = "2026-11-24 07:17:19.097  WARN [orders,463ac35c9f6413ad,a2fb4a1d1a96d312,true] 12 --- [main] orders : userId=terry slow";
        let line = Line::read(text, Some("other")).unwrap();
        assert_eq!(
            (&*line.service, line.level, &*line.message),
            ("orders", Some(Level::Warn), "slow")
        );
        assert_eq!(line.trace_id, TraceId::parse("463ac35c9f6413ad").ok());
        assert_eq!(line.span_id, SpanId::parse("a2fb4a1d1a96d312").ok());
        assert_eq!(*line.values, [("userId".into(), "terry".into())]);
    }

    #[test]
    fn other_lines_have_their_source_and_the_time_of_arrival() {
        let before = now();
        let line = Line::read("panicked at src/main.rs", Some("orders")).unwrap();
        assert!(line.time >= before && line.level.is_none() && line.trace_id.is_none());
        assert_eq!(
            (&*line.service, &*line.message),
            ("orders", "panicked at src/main.rs")
        );
        assert_eq!(Line::read("  \n", None), None);
    }

    #[test]
    fn long_texts_are_cut_between_characters() {
        let long = Line::read(&"가".repeat(100_000), None).unwrap();
        assert!(long.message.len() <= MAX_MESSAGE + '…'.len_utf8() && long.message.ends_with("가…"));
        assert!(long.weight() < 2 * MAX_MESSAGE);
    }
}
