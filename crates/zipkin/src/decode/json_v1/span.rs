//! A span as version 1 has it.

use std::collections::BTreeSet;

use crate::{Endpoint, SpanId, TraceId};

/// A span as version 1 has it. Times are in microseconds; zero is none.
pub(super) struct SpanV1 {
    pub(super) trace_id: TraceId,
    pub(super) parent_id: Option<SpanId>,
    pub(super) id: SpanId,
    pub(super) name: Option<String>,
    pub(super) timestamp: i64,
    pub(super) duration: i64,
    pub(super) debug: bool,
    pub(super) events: Vec<Event>,
    pub(super) facts: Vec<Fact>,
}

/// An annotation.
pub(super) struct Event {
    pub(super) timestamp: i64,
    pub(super) value: String,
    pub(super) host: Option<Endpoint>,
}

/// A binary annotation: a tag; or an address, which has no value that counts.
pub(super) struct Fact {
    pub(super) key: String,
    pub(super) value: String,
    pub(super) host: Option<Endpoint>,
}

impl SpanV1 {
    pub(super) fn new() -> Self {
        Self {
            trace_id: TraceId::new(0),
            parent_id: None,
            id: SpanId::new(0),
            name: None,
            timestamp: 0,
            duration: 0,
            debug: false,
            events: Vec::new(),
            facts: Vec::new(),
        }
    }

    pub(super) fn services(&self) -> usize {
        let events = self.events.iter().map(|event| &event.host);
        let hosts = events.chain(self.facts.iter().map(|fact| &fact.host)).flatten();
        hosts
            .map(|host| &host.service_name)
            .collect::<BTreeSet<_>>()
            .len()
    }
}
