//! A span whose texts are elsewhere, where it was read or in a [`Span`]: for whoever looks at it, or keeps it in a form of its own.

use std::{
    borrow::Cow,
    mem,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use crate::{Annotation, Endpoint, Kind, Span, SpanId, TraceId};

/// A text, borrowed where it was written as it reads.
pub type Text<'a> = Cow<'a, str>;

/// A [`Span`] that borrows; what its fields mean is said there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpanRef<'a> {
    /// The trace.
    pub trace_id: TraceId,
    /// Its own id.
    pub id: SpanId,
    /// The span that caused this one.
    pub parent_id: Option<SpanId>,
    /// The side of a remote call.
    pub kind: Option<Kind>,
    /// The operation.
    pub name: Option<Text<'a>>,
    /// Start.
    pub timestamp: Option<u64>,
    /// From start to end.
    pub duration: Option<u64>,
    /// The service that recorded it.
    pub local_endpoint: Option<EndpointRef<'a>>,
    /// The other side.
    pub remote_endpoint: Option<EndpointRef<'a>>,
    /// Times and values of events, by time.
    pub annotations: Vec<(u64, Text<'a>)>,
    /// Keys and values, by key; each key once.
    pub tags: Vec<(Text<'a>, Text<'a>)>,
    /// Whatever the sampling rate says.
    pub debug: bool,
    /// The id is the client's, too.
    pub shared: bool,
}

/// An [`Endpoint`] that borrows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct EndpointRef<'a> {
    /// Its name.
    pub service_name: Option<Text<'a>>,
    /// IPv4 address.
    pub ipv4: Option<Ipv4Addr>,
    /// IPv6 address.
    pub ipv6: Option<Ipv6Addr>,
    /// TCP port, never 0.
    pub port: Option<u16>,
}

impl SpanRef<'_> {
    /// A span with ids and nothing else.
    pub fn new(trace_id: TraceId, id: SpanId) -> Self {
        Self {
            trace_id,
            id,
            parent_id: None,
            kind: None,
            name: None,
            timestamp: None,
            duration: None,
            local_endpoint: None,
            remote_endpoint: None,
            annotations: Vec::new(),
            tags: Vec::new(),
            debug: false,
            shared: false,
        }
    }

    /// Forgets all but the room of its lists.
    pub(crate) fn clear(&mut self) {
        let (mut annotations, mut tags) = (mem::take(&mut self.annotations), mem::take(&mut self.tags));
        annotations.clear();
        tags.clear();
        *self = Self {
            annotations,
            tags,
            ..Self::new(TraceId::new(0), SpanId::new(0))
        };
    }

    /// Brings what was read in any order into the order and shape that every span has.
    pub(crate) fn normalise(&mut self) {
        self.normalise_all_but_tags();
        self.sort_tags();
    }

    /// The same, where tags are in order.
    pub(crate) fn normalise_all_but_tags(&mut self) {
        // No span causes itself.
        self.parent_id = self.parent_id.filter(|&parent_id| parent_id != self.id);
        // A server shares its client's id, never the other way round.
        self.shared &= self.kind != Some(Kind::Client);
        self.sort_annotations();
    }

    /// Sorts events by time and tags by key, and keeps one of what is there twice.
    pub(crate) fn sort_lists(&mut self) {
        self.sort_annotations();
        self.sort_tags();
    }

    fn sort_annotations(&mut self) {
        self.annotations.sort();
        self.annotations.dedup();
    }

    fn sort_tags(&mut self) {
        // As it keeps the order of equal keys, the last of them wins.
        self.tags.sort_by(|(key, _), (other, _)| key.cmp(other));
        self.tags.dedup_by(|later, earlier| {
            let is_same = later.0 == earlier.0;
            if is_same {
                mem::swap(&mut later.1, &mut earlier.1);
            }
            is_same
        });
    }

    /// The name of the service that recorded the span.
    pub fn local_service(&self) -> Option<&str> {
        self.local_endpoint.as_ref()?.service_name.as_deref()
    }

    /// The name of the service on the other side.
    pub fn remote_service(&self) -> Option<&str> {
        self.remote_endpoint.as_ref()?.service_name.as_deref()
    }

    /// The value of a tag.
    pub fn tag(&self, key: &str) -> Option<&str> {
        let mut tags = self.tags.iter();
        tags.find(|(each, _)| each == key).map(|(_, value)| &**value)
    }

    /// The span with texts of its own.
    ///
    /// ```
    /// use zipkin::decode::json_v2;
    ///
    /// let mut kept = Vec::new();
    /// json_v2::each(br#"[{"traceId":"1","id":"1","name":"get /"}]"#, |span| {
    ///     if span.name.as_deref() == Some("get /") {
    ///         kept.push(span.to_span());
    ///     }
    /// })?;
    /// assert_eq!(kept.len(), 1);
    /// # Ok::<(), zipkin::DecodeError>(())
    /// ```
    pub fn to_span(&self) -> Span {
        let annotation = |(timestamp, value): &(u64, Text)| Annotation {
            timestamp: *timestamp,
            value: value.to_string(),
        };
        let tag = |(key, value): &(Text, Text)| (key.to_string(), value.to_string());
        Span {
            parent_id: self.parent_id,
            kind: self.kind,
            name: self.name.as_ref().map(Text::to_string),
            timestamp: self.timestamp,
            duration: self.duration,
            local_endpoint: self.local_endpoint.as_ref().map(EndpointRef::to_endpoint),
            remote_endpoint: self.remote_endpoint.as_ref().map(EndpointRef::to_endpoint),
            annotations: self.annotations.iter().map(annotation).collect(),
            tags: self.tags.iter().map(tag).collect(),
            debug: self.debug,
            shared: self.shared,
            ..Span::new(self.trace_id, self.id)
        }
    }
}

impl<'a> From<&'a Span> for SpanRef<'a> {
    fn from(span: &'a Span) -> Self {
        let annotations = span.annotations.iter();
        let tags = span.tags.iter();
        Self {
            parent_id: span.parent_id,
            kind: span.kind,
            name: span.name.as_deref().map(Text::from),
            timestamp: span.timestamp,
            duration: span.duration,
            local_endpoint: span.local_endpoint.as_ref().map(EndpointRef::from),
            remote_endpoint: span.remote_endpoint.as_ref().map(EndpointRef::from),
            annotations: annotations
                .map(|each| (each.timestamp, Text::from(&each.value)))
                .collect(),
            tags: tags
                .map(|(key, value)| (Text::from(key), Text::from(value)))
                .collect(),
            debug: span.debug,
            shared: span.shared,
            ..Self::new(span.trace_id, span.id)
        }
    }
}

impl EndpointRef<'_> {
    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Sets the address; an IPv4 address mapped into IPv6 is the IPv4 address.
    pub fn set_ip(&mut self, ip: IpAddr) {
        match ip.to_canonical() {
            IpAddr::V4(ip) => self.ipv4 = Some(ip),
            IpAddr::V6(ip) => self.ipv6 = Some(ip),
        }
    }

    /// The endpoint with a text of its own.
    pub fn to_endpoint(&self) -> Endpoint {
        Endpoint {
            service_name: self.service_name.as_ref().map(Text::to_string),
            ipv4: self.ipv4,
            ipv6: self.ipv6,
            port: self.port,
        }
    }
}

impl<'a> From<&'a EndpointRef<'_>> for EndpointRef<'a> {
    fn from(endpoint: &'a EndpointRef<'_>) -> Self {
        Self {
            service_name: endpoint.service_name.as_deref().map(Text::from),
            ..*endpoint
        }
    }
}

impl<'a> From<&'a Endpoint> for EndpointRef<'a> {
    fn from(endpoint: &'a Endpoint) -> Self {
        Self {
            service_name: endpoint.service_name.as_deref().map(Text::from),
            ipv4: endpoint.ipv4,
            ipv6: endpoint.ipv6,
            port: endpoint.port,
        }
    }
}
