//! The spans of version 2 as they come into being.

use crate::{
    Annotation, Endpoint, Kind, Span,
    decode::{
        json_v1::span::{Event, SpanV1},
        normal::positive,
    },
};

/// The spans of version 2 as they come into being.
pub(super) struct Parts<'a> {
    pub(super) source: &'a SpanV1,
    pub(super) marks: Marks<'a>,
    /// Never empty. What names no service belongs to the first.
    pub(super) spans: Vec<Span>,
}

/// The events that say what kind a span is and how long it took.
#[derive(Clone, Copy, Default)]
pub(super) struct Marks<'a> {
    pub(super) client_send: Option<Mark<'a>>,
    pub(super) server_receive: Option<Mark<'a>>,
    pub(super) server_send: Option<Mark<'a>>,
    pub(super) client_receive: Option<Mark<'a>>,
    pub(super) message_send: Option<Mark<'a>>,
    pub(super) message_receive: Option<Mark<'a>>,
    pub(super) wire_send: Option<Mark<'a>>,
    pub(super) wire_receive: Option<Mark<'a>>,
}

/// When, and by whom.
#[derive(Clone, Copy)]
pub(super) struct Mark<'a> {
    pub(super) timestamp: i64,
    pub(super) host: &'a Endpoint,
}

fn blank(source: &SpanV1) -> Span {
    Span {
        parent_id: source.parent_id,
        name: source.name.clone(),
        debug: source.debug,
        ..Span::new(source.trace_id, source.id)
    }
}

impl<'a> Parts<'a> {
    pub(super) fn new(source: &'a SpanV1) -> Self {
        Self {
            source,
            marks: Marks::default(),
            spans: vec![blank(source)],
        }
    }

    pub(super) fn first(&mut self) -> &mut Span {
        self.span_at(0)
    }

    /// The span of a service, made where there is none yet.
    pub(super) fn of(&mut self, host: &Endpoint) -> &mut Span {
        let found = self.spans.iter().position(|span| {
            let local = span.local_endpoint.as_ref();
            local.is_none_or(|local| local.service_name == host.service_name)
        });
        match found {
            Some(index) => {
                let span = self.span_at(index);
                span.local_endpoint.get_or_insert_with(|| host.clone());
                span
            }
            None => self.another(host),
        }
    }

    pub(super) fn another(&mut self, host: &Endpoint) -> &mut Span {
        self.spans.push(Span {
            local_endpoint: Some(host.clone()),
            ..blank(self.source)
        });
        self.span_at(self.spans.len() - 1)
    }

    #[expect(
        clippy::indexing_slicing,
        reason = "callers have the index from the list itself, which never shrinks"
    )]
    fn span_at(&mut self, index: usize) -> &mut Span {
        &mut self.spans[index]
    }

    pub(super) fn take_events(&mut self) {
        let mut events: Vec<&Event> = self.source.events.iter().collect();
        events.sort_by_key(|event| (event.timestamp, &event.value));
        for event in events {
            let Some(host) = &event.host else {
                annotate(self.first(), event.timestamp, &event.value);
                continue;
            };
            let span = self.of(host);
            let kind = match event.value.as_str() {
                "cs" | "cr" => Some(Kind::Client),
                "sr" | "ss" => Some(Kind::Server),
                "ms" => Some(Kind::Producer),
                "mr" => Some(Kind::Consumer),
                "ws" | "wr" => span.kind,
                value => {
                    annotate(span, event.timestamp, value);
                    continue;
                }
            };
            span.kind = kind;
            self.marks.set(&event.value, event.timestamp, host);
        }
    }

    // An end that agrees with the span's own time implies its start.
    pub(super) fn add_missing_starts(&mut self) {
        let SpanV1 {
            timestamp, duration, ..
        } = *self.source;
        let start = |end: Option<Mark<'a>>| {
            let agrees = |end: &Mark| {
                timestamp != 0 && duration != 0 && timestamp.wrapping_add(duration) == end.timestamp
            };
            end.filter(agrees).map(|end| Mark { timestamp, ..end })
        };
        let marks = &mut self.marks;
        marks.client_send = marks.client_send.or(start(marks.client_receive));
        marks.server_receive = marks.server_receive.or(start(marks.server_send));
    }

    /// The span's own time where it has one, else that of its events.
    pub(super) fn time(&mut self, begin: Mark<'a>, end: Option<Mark<'a>>) {
        let SpanV1 {
            timestamp, duration, ..
        } = *self.source;
        let span = self.of(begin.host);
        if timestamp != 0 && duration != 0 {
            span.timestamp = positive(timestamp);
            span.duration = positive(duration);
            return;
        }
        span.timestamp = positive(begin.timestamp);
        if let Some(end) = end {
            span.duration = since(begin.timestamp, end.timestamp);
        }
    }
}

impl<'a> Marks<'a> {
    fn set(&mut self, name: &str, timestamp: i64, host: &'a Endpoint) {
        let mark = match name {
            "cs" => &mut self.client_send,
            "sr" => &mut self.server_receive,
            "ss" => &mut self.server_send,
            "cr" => &mut self.client_receive,
            "ms" => &mut self.message_send,
            "mr" => &mut self.message_receive,
            "ws" => &mut self.wire_send,
            "wr" => &mut self.wire_receive,
            _ => return,
        };
        *mark = Some(Mark { timestamp, host });
    }
}

pub(super) fn annotate(span: &mut Span, timestamp: i64, value: &str) {
    span.annotations.push(Annotation {
        timestamp: positive(timestamp).unwrap_or_default(),
        value: value.to_owned(),
    });
}

pub(super) fn since(begin: i64, end: i64) -> Option<u64> {
    positive(end.wrapping_sub(begin))
}
