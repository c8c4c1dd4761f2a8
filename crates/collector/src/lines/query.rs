//! The lines that are looked for: by trace, span, service, level, a value that they carry, and text.

use zipkin::{SpanId, TraceId, TraceIdPrefix};

use super::{level::Level, line::Line};

/// The lines that are looked for. Each part that is there must be met.
#[derive(Clone, Debug, PartialEq)]
pub struct LineQuery {
    /// Of this trace.
    pub trace_id: Option<TraceId>,
    /// Of traces whose ids begin so, or, with no more digits, are this one.
    pub trace_digits: Option<TraceIdPrefix>,
    /// Whether the lower 64 bits of a trace id decide.
    pub by_low_bits: bool,
    /// Written while this span was current.
    pub span_id: Option<SpanId>,
    /// Of this service.
    pub service: Option<String>,
    /// As bad as this, or worse; lines without a level count as INFO.
    pub level: Option<Level>,
    /// With these values.
    pub values: Vec<(String, String)>,
    /// With this in message or values, in lower case; the line's own case does not count.
    pub text: String,
    /// That came after the line with this number.
    pub after: Option<u64>,
    /// That came before the line with this number.
    pub before: Option<u64>,
    /// So many at most, the latest.
    pub limit: usize,
}

impl Default for LineQuery {
    /// The latest hundred lines.
    fn default() -> Self {
        Self {
            trace_id: None,
            trace_digits: None,
            by_low_bits: false,
            span_id: None,
            service: None,
            level: None,
            values: Vec::new(),
            text: String::new(),
            after: None,
            before: None,
            limit: 100,
        }
    }
}

impl LineQuery {
    /// Whether a line is one of those.
    pub fn asks_for(&self, line: &Line) -> bool {
        let Self { service, values, .. } = self;
        self.after.is_none_or(|number| line.number > number)
            && self.before.is_none_or(|number| line.number < number)
            && self
                .trace_id
                .is_none_or(|id| line.trace_id.is_some_and(|of| self.is_same(id, of)))
            && self
                .trace_digits
                .is_none_or(|digits| line.trace_id.is_some_and(|of| self.begins(digits, of)))
            && self.span_id.is_none_or(|id| line.span_id == Some(id))
            && self
                .level
                .is_none_or(|level| line.level.unwrap_or(Level::Info) >= level)
            && service.as_deref().is_none_or(|service| *line.service == *service)
            && values.iter().all(|(key, value)| carries(line, key, value))
            && self.says(line)
    }

    fn is_same(&self, one: TraceId, other: TraceId) -> bool {
        one == other || (self.by_low_bits && one.low() == other.low())
    }

    fn begins(&self, digits: TraceIdPrefix, of: TraceId) -> bool {
        digits.whole().is_some_and(|id| self.is_same(id, of))
            || digits.values().any(|ids| ids.contains(&of.value()))
    }

    fn says(&self, line: &Line) -> bool {
        let mut texts = line.values.iter().map(|(_, value)| value);
        self.text.is_empty()
            || contains(&line.message, &self.text)
            || texts.any(|text| contains(text, &self.text))
    }
}

fn carries(line: &Line, key: &str, value: &str) -> bool {
    let mut values = line.values.iter();
    values.any(|(each, of)| **each == *key && **of == *value)
}

/// Whether `text` has `lower` in it. ASCII letters of either case are the same, without a copy of the text.
fn contains(text: &str, lower: &str) -> bool {
    if !lower.is_ascii() {
        return text.to_lowercase().contains(lower);
    }
    let (text, lower) = (text.as_bytes(), lower.as_bytes());
    text.windows(lower.len())
        .any(|window| window.eq_ignore_ascii_case(lower))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_part_of_a_query_must_be_met() {
        let text = r#"{"timestamp":"2026-11-24T07:17:19.050Z","level":"WARN","mdc":{"traceId":"1463ac35c9f6413ad","spanId":"2a","userId":"김치"},"message":"Too slow"}"#;
        let line = Line {
            number: 7,
            ..Line::read(text, Some("orders")).unwrap()
        };
        let query = LineQuery::default;
        let trace_id = |id| TraceId::parse(id).ok();
        let values = |value: &str| vec![("userId".to_owned(), value.to_owned())];
        for (asks, query) in [
            (true, query()),
            (
                true,
                LineQuery {
                    trace_id: trace_id("1463ac35c9f6413ad"),
                    ..query()
                },
            ),
            (
                false,
                LineQuery {
                    trace_id: trace_id("463ac35c9f6413ad"),
                    ..query()
                },
            ),
            (
                true,
                LineQuery {
                    trace_id: trace_id("463ac35c9f6413ad"),
                    by_low_bits: true,
                    ..query()
                },
            ),
            (
                true,
                LineQuery {
                    span_id: SpanId::parse("2a").ok(),
                    ..query()
                },
            ),
            (
                false,
                LineQuery {
                    span_id: SpanId::parse("2b").ok(),
                    ..query()
                },
            ),
            (
                true,
                LineQuery {
                    service: Some("orders".into()),
                    ..query()
                },
            ),
            (
                false,
                LineQuery {
                    service: Some("order".into()),
                    ..query()
                },
            ),
            (
                true,
                LineQuery {
                    level: Some(Level::Info),
                    ..query()
                },
            ),
            (
                false,
                LineQuery {
                    level: Some(Level::Error),
                    ..query()
                },
            ),
            (
                true,
                LineQuery {
                    values: values("김치"),
                    ..query()
                },
            ),
            (
                false,
                LineQuery {
                    values: values("kim"),
                    ..query()
                },
            ),
            (
                true,
                LineQuery {
                    text: "too sl".into(),
                    ..query()
                },
            ),
            (
                true,
                LineQuery {
                    text: "김".into(),
                    ..query()
                },
            ),
            (
                false,
                LineQuery {
                    text: "fast".into(),
                    ..query()
                },
            ),
            (
                true,
                LineQuery {
                    after: Some(6),
                    before: Some(8),
                    ..query()
                },
            ),
            (
                false,
                LineQuery {
                    after: Some(7),
                    ..query()
                },
            ),
            (
                false,
                LineQuery {
                    before: Some(7),
                    ..query()
                },
            ),
        ] {
            assert_eq!(query.asks_for(&line), asks, "{query:?}");
        }
    }
}
