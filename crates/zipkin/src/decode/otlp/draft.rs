//! A span on its way from OTLP's fields to Zipkin's. The readers set fields in any order; `finish` makes the span of them.

use std::mem;

use super::{
    endpoints::Endpoints,
    event::{DROPPED_ATTRIBUTES, Event},
    ids::Reason,
    keys::Keys,
    link::Link,
    shared::Shared,
    tags,
    value::{Json, Value},
};
use crate::{Kind, SpanId, SpanRef, Text, TraceId, decode::normal::lower_case};

/// A span that is being read.
pub struct Draft<'a> {
    /// The trace, or why it is not known.
    pub trace_id: Result<TraceId, Reason>,
    /// The span's own id.
    pub id: Result<SpanId, Reason>,
    /// The span that caused it.
    pub parent_id: Result<Option<SpanId>, Reason>,
    /// The name of the work.
    pub name: Text<'a>,
    /// The number of the kind.
    pub kind: u64,
    /// Nanoseconds since 1970; 0 when unknown.
    pub start: u64,
    /// The same.
    pub end: u64,
    /// W3C's list of what tracing systems have to say.
    pub trace_state: Text<'a>,
    /// The number of the status.
    pub status: u64,
    /// The description of the status.
    pub status_message: Text<'a>,
    /// Attributes that were dropped before they were sent.
    pub dropped_attributes: u64,
    /// Events, likewise.
    pub dropped_events: u64,
    /// Links, likewise.
    pub dropped_links: u64,
    /// The attribute `error`, which means more in Zipkin than in OpenTelemetry.
    error: Option<Text<'a>>,
    /// The keys of its attributes, as the span before it has them.
    pub keys: Keys<'a>,
    links: usize,
    endpoints: Endpoints<'a>,
    /// The tags that the span does not share.
    tags: Vec<(Text<'a>, Text<'a>)>,
    span: SpanRef<'a>,
}

fn no_trace_id() -> Result<TraceId, Reason> {
    Err(Reason::Borrowed("traceId is missing"))
}

fn no_id() -> Result<SpanId, Reason> {
    Err(Reason::Borrowed("spanId is missing"))
}

impl<'a> Draft<'a> {
    /// Nothing is known.
    pub fn new() -> Self {
        Self {
            trace_id: no_trace_id(),
            id: no_id(),
            parent_id: Ok(None),
            name: Text::default(),
            kind: 0,
            start: 0,
            end: 0,
            trace_state: Text::default(),
            status: 0,
            status_message: Text::default(),
            dropped_attributes: 0,
            dropped_events: 0,
            dropped_links: 0,
            error: None,
            keys: Keys::default(),
            links: 0,
            endpoints: Endpoints::default(),
            tags: Vec::new(),
            span: SpanRef::new(TraceId::new(0), SpanId::new(0)),
        }
    }

    /// Forgets all but the room of its lists.
    pub fn begin(&mut self) {
        let (mut tags, mut all_tags) = (mem::take(&mut self.tags), mem::take(&mut self.span.tags));
        let mut annotations = mem::take(&mut self.span.annotations);
        tags.clear();
        all_tags.clear();
        annotations.clear();
        let mut keys = mem::take(&mut self.keys);
        keys.begin();
        *self = Self::new();
        self.keys = keys;
        self.tags = tags;
        self.span.tags = all_tags;
        self.span.annotations = annotations;
    }

    /// Takes an attribute.
    pub fn attribute(&mut self, key: Text<'a>, value: Value<'a>) {
        self.endpoints.look_at(&key, &value);
        if key == "error" {
            self.error = Some(value.into_text());
        } else if !key.is_empty() {
            self.tags.push((key, value.into_text()));
        }
    }

    /// Takes an event with its attributes.
    pub fn event(&mut self, event: Event<'a>, attributes: Json) {
        let time = event.time / 1_000;
        let text = event.annotation(attributes);
        if !text.is_empty() {
            self.span.annotations.push((time, text));
        }
    }

    /// Takes a link with its attributes. One that leads nowhere counts as dropped.
    pub fn link(&mut self, link: Link<'a>, attributes: Json) {
        match link.tag(attributes) {
            Some(tag) => {
                let key = format!("otlp.link.{}", self.links);
                self.tags.push((key.into(), tag.into()));
                self.links += 1;
            }
            None => self.dropped_links = self.dropped_links.saturating_add(1),
        }
    }

    /// The whole span, unless it has no ids.
    pub fn finish(&mut self, shared: &Shared<'a>) -> Result<&SpanRef<'a>, Reason> {
        self.span.trace_id = mem::replace(&mut self.trace_id, no_trace_id())?;
        self.span.id = mem::replace(&mut self.id, no_id())?;
        self.span.parent_id = mem::replace(&mut self.parent_id, Ok(None))?;
        self.span.name = lower_case(mem::take(&mut self.name));
        self.span.kind = kind(self.kind);
        self.times();
        let mut local_endpoint = shared.local_endpoint.clone();
        self.endpoints.complete_local(&mut local_endpoint);
        self.span.local_endpoint = Some(local_endpoint);
        self.span.remote_endpoint = self.endpoints.remote(self.span.kind);
        self.status();
        self.rest();
        tags::sort(&mut self.tags);
        tags::merge(&shared.tags, &mut self.tags, &mut self.span.tags);
        self.span.normalise_all_but_tags();
        Ok(&self.span)
    }

    // Zipkin has no duration of 0: that of a span that took less than a microsecond is one, as its reporters write it.
    fn times(&mut self) {
        let start = (self.start >= 1_000).then_some(self.start / 1_000);
        let duration = (self.end.saturating_sub(self.start) / 1_000).max(1);
        self.span.timestamp = start;
        self.span.duration = (start.is_some() && self.end > 0).then_some(duration);
        // An event that has no time of its own happened in the span.
        for (time, _) in self.span.annotations.iter_mut().filter(|(time, _)| *time == 0) {
            *time = start.unwrap_or_default();
        }
    }

    // Zipkin takes any span with the tag `error` for one that failed.
    fn status(&mut self) {
        let error = self.error.take().filter(|error| error != "false");
        let message = mem::take(&mut self.status_message);
        let (code, error) = match self.status {
            1 => (Some("OK"), error),
            2 if message.is_empty() => (Some("ERROR"), Some(error.unwrap_or_default())),
            2 => (Some("ERROR"), Some(message)),
            _ => (None, error),
        };
        let code = code.map(|code| ("otel.status_code".into(), code.into()));
        let error = error.map(|error| ("error".into(), error));
        self.tags.extend(code.into_iter().chain(error));
    }

    fn rest(&mut self) {
        if !self.trace_state.is_empty() {
            let trace_state = mem::take(&mut self.trace_state);
            self.tags.push(("w3c.tracestate".into(), trace_state));
        }
        for (key, count) in [
            (DROPPED_ATTRIBUTES, self.dropped_attributes),
            ("otel.dropped_events_count", self.dropped_events),
            ("otel.dropped_links_count", self.dropped_links),
        ] {
            if count > 0 {
                self.tags.push((key.into(), count.to_string().into()));
            }
        }
    }
}

// None for what is internal, unspecified, or younger than this reader.
fn kind(number: u64) -> Option<Kind> {
    match number {
        2 => Some(Kind::Server),
        3 => Some(Kind::Client),
        4 => Some(Kind::Producer),
        5 => Some(Kind::Consumer),
        _ => None,
    }
}
