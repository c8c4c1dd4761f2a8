//! A span that has ended, as a sink sees it.

use std::{fmt, net::IpAddr};

use smol_str::SmolStr;
use zipkin::{EndpointRef, Kind, SpanId, TraceId};

use super::value::{Kept, Value};

/// A span that has ended, lent to a [`Sink`](super::Sink).
#[derive(Clone, Copy)]
pub struct EndedSpan<'a> {
    pub(crate) trace_id: TraceId,
    pub(crate) id: SpanId,
    pub(crate) parent_id: Option<SpanId>,
    pub(crate) shared: bool,
    pub(crate) debug: bool,
    pub(crate) kind: Option<Kind>,
    pub(crate) name: &'a str,
    pub(crate) start_us: u64,
    pub(crate) duration_us: u64,
    pub(crate) service: &'a str,
    pub(crate) local_ip: Option<IpAddr>,
    pub(crate) remote: Option<&'a EndpointRef<'static>>,
    /// Scheme and host of the URL that was called, or at which a server was; empty where there is none.
    pub(crate) url: (&'static str, &'a str),
    /// W3C's `tracestate`, as it came.
    pub(crate) trace_state: Option<&'a str>,
    pub(crate) tags: &'a [(SmolStr, Kept)],
    pub(crate) annotations: &'a [(u64, String)],
}

impl<'a> EndedSpan<'a> {
    /// The trace.
    pub const fn trace_id(&self) -> TraceId {
        self.trace_id
    }

    /// Its own id.
    pub const fn id(&self) -> SpanId {
        self.id
    }

    /// The span that caused this one; none where it is the first of its trace.
    pub const fn parent_id(&self) -> Option<SpanId> {
        self.parent_id
    }

    /// The id is the caller's, too: its CLIENT span and this SERVER span are two halves of one, as Zipkin has it.
    pub const fn is_shared(&self) -> bool {
        self.shared
    }

    /// The caller has asked for the trace whatever the sampling rate says (`X-B3-Flags: 1`).
    pub const fn is_debug(&self) -> bool {
        self.debug
    }

    /// The side of a remote call; none for work within the service.
    pub const fn kind(&self) -> Option<Kind> {
        self.kind
    }

    /// The operation, such as `GET /orders/{id}`.
    pub const fn name(&self) -> &'a str {
        self.name
    }

    /// When it began, in microseconds since 1970.
    pub const fn start_us(&self) -> u64 {
        self.start_us
    }

    /// Microseconds from start to end, at least one.
    pub const fn duration_us(&self) -> u64 {
        self.duration_us
    }

    /// The service that did it, as its settings call it.
    pub const fn local_service(&self) -> &'a str {
        self.service
    }

    /// The address at which its request came in, where that is known.
    pub const fn local_ip(&self) -> Option<IpAddr> {
        self.local_ip
    }

    /// The name of the other side of a remote call, where that is known.
    pub fn remote_service(&self) -> Option<&'a str> {
        self.remote?.service_name.as_deref()
    }

    /// The address of the other side.
    pub fn remote_ip(&self) -> Option<IpAddr> {
        let remote = self.remote?;
        remote.ipv4.map(IpAddr::V4).or(remote.ipv6.map(IpAddr::V6))
    }

    /// The port of the other side.
    pub fn remote_port(&self) -> Option<u16> {
        self.remote?.port
    }

    /// Keys and values in the order in which they were set; each key once.
    pub fn tags(&self) -> impl Iterator<Item = (&'a str, Value<'a>)> + use<'a> {
        self.tags.iter().map(|(key, value)| (key.as_str(), value.value()))
    }

    /// The value of a tag.
    pub fn tag(&self, key: &str) -> Option<Value<'a>> {
        self.tags().find(|(each, _)| *each == key).map(|(_, value)| value)
    }

    /// Times, in microseconds since 1970, and texts of ERROR events within the span.
    pub fn annotations(&self) -> impl Iterator<Item = (u64, &'a str)> + use<'a> {
        self.annotations.iter().map(|(time, text)| (*time, text.as_str()))
    }
}

#[cfg(test)]
impl EndedSpan<'static> {
    /// A span with nothing that may be left out.
    pub(crate) const BARE: Self = Self {
        trace_id: TraceId::new(1),
        id: SpanId::new(2),
        parent_id: None,
        shared: false,
        debug: false,
        kind: None,
        name: "work",
        start_us: 7,
        duration_us: 1,
        service: "Tested",
        local_ip: None,
        remote: None,
        url: ("", ""),
        trace_state: None,
        tags: &[],
        annotations: &[],
    };
}

impl fmt::Debug for EndedSpan<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EndedSpan")
            .field("trace_id", &self.trace_id)
            .field("id", &self.id)
            .field("parent_id", &self.parent_id)
            .field("kind", &self.kind)
            .field("name", &self.name)
            .field("duration_us", &self.duration_us)
            .field("tags", &self.tags().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}
