//! A span, read where it lies: what `write` wrote, its texts borrowed.

use std::{
    borrow::Cow,
    net::{Ipv4Addr, Ipv6Addr},
};

use zipkin::{EndpointRef, Kind, Searched, SpanId, SpanRef, TraceId};

use super::{
    wire::{Reader, text},
    write::{HAS_IPV4, HAS_IPV6, HAS_OTHER_TRACE_ID, HAS_PARENT, IS_DEBUG, IS_KNOWN, IS_SHARED, KINDS},
};

/// A span whose texts are where it was packed. Its tags and events are read when they are asked for. Texts were UTF-8 when
/// they were packed: they are checked again only where somebody needs more than their bytes.
pub struct PackedSpan<'a> {
    trace_id: TraceId,
    id: SpanId,
    parent_id: Option<SpanId>,
    kind: Option<Kind>,
    debug: bool,
    shared: bool,
    name: Option<&'a [u8]>,
    timestamp: Option<u64>,
    duration: Option<u64>,
    local: Option<Side<'a>>,
    remote: Option<Side<'a>>,
    annotations: (u64, Reader<'a>),
    tags: Reader<'a>,
}

struct Side<'a> {
    service: Option<&'a [u8]>,
    ipv4: Option<Ipv4Addr>,
    ipv6: Option<Ipv6Addr>,
    port: Option<u16>,
}

impl<'a> PackedSpan<'a> {
    /// Reads a span of the trace with this id.
    pub fn read(trace_id: TraceId, bytes: &'a [u8]) -> Option<Self> {
        let mut reader = Reader(bytes);
        let flags = reader.byte()?;
        let has = |flag| flags & flag != 0;
        let own_trace_id = optional(has(HAS_OTHER_TRACE_ID), || {
            reader.array().map(u128::from_le_bytes)
        })?;
        Some(Self {
            trace_id: own_trace_id.map_or(trace_id, TraceId::new),
            id: SpanId::new(u64::from_le_bytes(reader.array()?)),
            parent_id: optional(has(HAS_PARENT), || reader.array().map(u64::from_le_bytes))?.map(SpanId::new),
            kind: KINDS.get(usize::from(flags % HAS_PARENT)).copied().flatten(),
            debug: has(IS_DEBUG),
            shared: has(IS_SHARED),
            name: reader.optional_part()?,
            timestamp: reader.optional_number()?,
            duration: reader.optional_number()?,
            local: Side::read(&mut reader)?,
            remote: Side::read(&mut reader)?,
            annotations: annotations(&mut reader)?,
            tags: reader,
        })
    }

    /// The trace that it belongs to.
    pub fn trace_id(&self) -> TraceId {
        self.trace_id
    }

    /// The span as it came.
    pub fn to_ref(&self) -> SpanRef<'a> {
        let borrowed = |bytes| Cow::Borrowed(text(bytes));
        SpanRef {
            name: self.name.map(borrowed),
            annotations: self
                .annotations()
                .map(|(time, value)| (time, borrowed(value)))
                .collect(),
            tags: self
                .tags()
                .map(|(key, value)| (borrowed(key), borrowed(value)))
                .collect(),
            ..self.bare()
        }
    }

    /// As much of the span as dependency links need: of its tags, whether there is an error.
    pub fn outline(&self) -> SpanRef<'a> {
        let error = self.packed_tag(b"error").map(|_| ("error".into(), "".into()));
        SpanRef {
            tags: error.into_iter().collect(),
            ..self.bare()
        }
    }

    /// As much of the span as the layout and the analysis of a trace need: of its tags, the error, status codes of what failed, and
    /// whether a client or a root speaks HTTP.
    pub fn sketch(&self) -> SpanRef<'a> {
        let borrowed = |bytes| Cow::Borrowed(text(bytes));
        // A part of a span may lack what the other part has.
        let is_part = self.timestamp.is_none() || self.duration.is_none();
        let may_fail = is_part || self.packed_tag(b"error").is_some();
        let may_call = is_part || self.kind == Some(Kind::Client) || self.parent_id.is_none();
        let mut http = None;
        let mut tags = Vec::new();
        if may_fail || may_call {
            for (key, value) in self.tags() {
                // Of the others below `http.`, it counts whether there is one.
                if may_call && key.starts_with(b"http.") && (http.is_none() || key == b"http.path") {
                    http = Some((key, value));
                }
                if may_fail && (key == b"error" || key.ends_with(b"status_code")) {
                    tags.push((key, value));
                }
            }
            tags.extend(http);
        }
        let tags = tags.into_iter();
        SpanRef {
            name: self.name.map(borrowed),
            tags: tags
                .map(|(key, value)| (borrowed(key), borrowed(value)))
                .collect(),
            ..self.bare()
        }
    }

    /// The span without name, events and tags.
    fn bare(&self) -> SpanRef<'a> {
        SpanRef {
            parent_id: self.parent_id,
            kind: self.kind,
            timestamp: self.timestamp,
            duration: self.duration,
            local_endpoint: self.local.as_ref().map(Side::to_ref),
            remote_endpoint: self.remote.as_ref().map(Side::to_ref),
            debug: self.debug,
            shared: self.shared,
            ..SpanRef::new(self.trace_id, self.id)
        }
    }

    /// Its own id.
    pub fn id(&self) -> SpanId {
        self.id
    }

    /// The id of the span that caused it.
    pub fn parent_id(&self) -> Option<SpanId> {
        self.parent_id
    }

    /// Whether the id is its client's, too.
    pub fn is_shared(&self) -> bool {
        self.shared
    }

    /// The name's bytes.
    pub fn packed_name(&self) -> Option<&'a [u8]> {
        self.name
    }

    /// The bytes of the name of the service that recorded it.
    pub fn packed_service(&self) -> Option<&'a [u8]> {
        self.local.as_ref()?.service
    }

    /// The bytes of the name of the service at the other end.
    pub fn packed_remote_service(&self) -> Option<&'a [u8]> {
        self.remote.as_ref()?.service
    }

    /// The bytes of the value of a tag.
    pub fn packed_tag(&self, key: &[u8]) -> Option<&'a [u8]> {
        let mut tags = self.tags();
        tags.find(|(each, _)| *each == key).map(|(_, value)| value)
    }

    /// Time and text of each event.
    pub fn annotations(&self) -> impl Iterator<Item = (u64, &'a [u8])> + use<'a> {
        let (count, mut reader) = self.annotations;
        (0..count).map_while(move |_| Some((reader.number()?, reader.part()?)))
    }

    /// Key and value of each tag.
    pub fn tags(&self) -> impl Iterator<Item = (&'a [u8], &'a [u8])> + use<'a> {
        let mut reader = self.tags;
        std::iter::from_fn(move || Some((reader.part()?, reader.part()?)))
    }
}

impl<'a> Side<'a> {
    fn read(reader: &mut Reader<'a>) -> Option<Option<Self>> {
        let flags = reader.byte()?;
        let has = |flag| flags & flag != 0;
        optional(has(IS_KNOWN), || {
            Some(Self {
                service: reader.optional_part()?,
                ipv4: optional(has(HAS_IPV4), || reader.array::<4>())?.map(Ipv4Addr::from),
                ipv6: optional(has(HAS_IPV6), || reader.array::<16>())?.map(Ipv6Addr::from),
                port: reader.optional_number()?.map(|port| port as u16),
            })
        })
    }

    fn to_ref(&self) -> EndpointRef<'a> {
        EndpointRef {
            service_name: self.service.map(|name| Cow::Borrowed(text(name))),
            ipv4: self.ipv4,
            ipv6: self.ipv6,
            port: self.port,
        }
    }
}

// None where it should be and cannot be read.
fn optional<T>(is_there: bool, read: impl FnOnce() -> Option<T>) -> Option<Option<T>> {
    if is_there { read().map(Some) } else { Some(None) }
}

// Where they are: what is behind them are the tags.
fn annotations<'a>(reader: &mut Reader<'a>) -> Option<(u64, Reader<'a>)> {
    let count = reader.number()?;
    let annotations = *reader;
    for _ in 0..count {
        reader.number()?;
        reader.part()?;
    }
    Some((count, annotations))
}

impl Searched for PackedSpan<'_> {
    fn is_root(&self) -> bool {
        self.parent_id.is_none()
    }

    fn timestamp(&self) -> Option<u64> {
        self.timestamp
    }

    fn duration(&self) -> Option<u64> {
        self.duration
    }

    fn name(&self) -> Option<&str> {
        self.name.map(text)
    }

    fn local_service(&self) -> Option<&str> {
        self.packed_service().map(text)
    }

    fn remote_service(&self) -> Option<&str> {
        self.packed_remote_service().map(text)
    }

    fn tag(&self, key: &str) -> Option<&str> {
        self.packed_tag(key.as_bytes()).map(text)
    }

    fn has_annotation(&self, value: &str) -> bool {
        self.annotations().any(|(_, each)| each == value.as_bytes())
    }
}
