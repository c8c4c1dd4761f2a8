//! The span, after <https://zipkin.io/zipkin-api/>, version 2. Times are in microseconds since the epoch.

use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use crate::{SpanId, TraceId};

/// One timed step of a trace, in one service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// The trace that the span belongs to.
    pub trace_id: TraceId,
    /// Unique in the trace, but for a server that joined its client's span (`shared`).
    pub id: SpanId,
    /// The span that caused this one; none at the root.
    pub parent_id: Option<SpanId>,
    /// The side of a remote call; none for local work.
    pub kind: Option<Kind>,
    /// The operation, in lower case once stored: `get /orders/{id}`.
    pub name: Option<String>,
    /// Start, in microseconds since the epoch.
    pub timestamp: Option<u64>,
    /// Microseconds from start to end.
    pub duration: Option<u64>,
    /// The service that recorded the span.
    pub local_endpoint: Option<Endpoint>,
    /// The other side of a remote call.
    pub remote_endpoint: Option<Endpoint>,
    /// Events, by time.
    pub annotations: Vec<Annotation>,
    /// Facts to search by, by key.
    pub tags: BTreeMap<String, String>,
    /// Store it whatever the sampling rate says.
    pub debug: bool,
    /// The span id is shared with the client that called.
    pub shared: bool,
}

/// The side of a remote call that a span is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// The calling side.
    Client,
    /// The called side.
    Server,
    /// The side that puts a message on a broker.
    Producer,
    /// The side that takes a message from a broker.
    Consumer,
}

/// A service and its address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Endpoint {
    /// In lower case once stored.
    pub service_name: Option<String>,
    /// IPv4 address.
    pub ipv4: Option<Ipv4Addr>,
    /// IPv6 address.
    pub ipv6: Option<Ipv6Addr>,
    /// TCP port, never 0.
    pub port: Option<u16>,
}

/// An event within a span.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Annotation {
    /// Microseconds since the epoch.
    pub timestamp: u64,
    /// The event.
    pub value: String,
}

impl Span {
    /// A span with ids and nothing else.
    ///
    /// ```
    /// use zipkin::{Kind, Span, SpanId, TraceId};
    ///
    /// let root = Span::new(TraceId::new(1), SpanId::new(1));
    /// let call = Span {
    ///     parent_id: Some(root.id),
    ///     kind: Some(Kind::Client),
    ///     ..Span::new(root.trace_id, SpanId::new(2))
    /// };
    /// assert_eq!(call.local_service(), None);
    /// ```
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
            tags: BTreeMap::new(),
            debug: false,
            shared: false,
        }
    }

    /// The name of the service that recorded the span.
    pub fn local_service(&self) -> Option<&str> {
        self.local_endpoint.as_ref()?.service_name.as_deref()
    }

    /// The name of the service on the other side.
    pub fn remote_service(&self) -> Option<&str> {
        self.remote_endpoint.as_ref()?.service_name.as_deref()
    }
}

impl Kind {
    /// The name on the wire, in capitals.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Client => "CLIENT",
            Self::Server => "SERVER",
            Self::Producer => "PRODUCER",
            Self::Consumer => "CONSUMER",
        }
    }
}

impl Endpoint {
    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Sets the address; an IPv4 address mapped into IPv6 is the IPv4 address.
    ///
    /// ```
    /// use zipkin::Endpoint;
    ///
    /// let mut endpoint = Endpoint::default();
    /// endpoint.set_ip("::ffff:10.0.0.1".parse()?);
    /// assert_eq!(endpoint.ipv4, Some("10.0.0.1".parse()?));
    /// # Ok::<(), std::net::AddrParseError>(())
    /// ```
    pub fn set_ip(&mut self, ip: IpAddr) {
        match ip.to_canonical() {
            IpAddr::V4(ip) => self.ipv4 = Some(ip),
            IpAddr::V6(ip) => self.ipv6 = Some(ip),
        }
    }
}
