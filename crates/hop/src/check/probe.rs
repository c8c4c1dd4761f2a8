//! The requests that are sent. Their headers are written by hand, digit by digit, and not by our own library: what is checked
//! are others.

use std::hash::{BuildHasher as _, RandomState};

use ::probe::Said;
use zipkin::{SpanId, TraceId};

/// A request, and the context that it brings.
#[derive(Clone, Debug)]
pub struct Probe {
    /// The purpose of the request.
    pub kind: Kind,
    /// The trace that it belongs to.
    pub trace_id: TraceId,
    /// The span that caused it, as if we had made one.
    pub span_id: SpanId,
    /// The headers of the context.
    pub headers: Vec<(&'static str, String)>,
}

/// The purpose of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// No context.
    Plain,
    /// B3 in one header.
    B3Single,
    /// B3 in several.
    B3Multi,
    /// W3C `traceparent`.
    W3c,
    /// An id of 64 bits, in B3.
    ShortId,
    /// A context whose caller records nothing, in B3.
    DenyB3,
    /// The same in W3C.
    DenyW3c,
    /// A context that must be recorded.
    Debug,
    /// A context with a field.
    Baggage,
    /// A context that is none.
    Malformed,
}

/// The value of the field in `Kind::Baggage`. A `%20` tells those who decode from those who do not.
pub const FIELD_VALUE: &str = "hop check";

/// All requests, those that forbid spans first: until the last one is answered, their spans would have come.
pub fn all(baggage: Option<&str>) -> Vec<Probe> {
    let mut probes = vec![
        probe(Kind::DenyB3, |t, s| vec![("b3", format!("{t}-{s}-0"))]),
        probe(Kind::DenyW3c, |t, s| {
            vec![("traceparent", format!("00-{t}-{s}-00"))]
        }),
        probe(Kind::Plain, |_, _| Vec::new()),
        probe(Kind::Plain, |_, _| Vec::new()),
        probe(Kind::B3Single, |t, s| vec![("b3", format!("{t}-{s}-1"))]),
        probe(Kind::B3Multi, |t, s| multi(t, s, ("x-b3-sampled", "1"))),
        probe(Kind::W3c, |t, s| vec![("traceparent", format!("00-{t}-{s}-01"))]),
        short(),
        probe(Kind::Debug, |t, s| multi(t, s, ("x-b3-flags", "1"))),
        // Letters that are no digits, the id that is forbidden, a digit too many, and a version that is forbidden.
        probe(Kind::Malformed, |_, s| {
            vec![("b3", format!("{}-{s}-1", "z".repeat(32)))]
        }),
        probe(Kind::Malformed, |_, s| {
            vec![("traceparent", format!("00-{}-{s}-01", "0".repeat(32)))]
        }),
        probe(Kind::Malformed, |t, s| {
            let mut headers = multi(&format!("{t}a"), s, ("x-b3-sampled", "1"));
            headers.push(("traceparent", format!("00-{t}a-{s}-01")));
            headers
        }),
        probe(Kind::Malformed, |t, s| {
            vec![("traceparent", format!("ff-{t}-{s}-01"))]
        }),
        probe(Kind::Malformed, |_, _| vec![("b3", "1-2-3-4-5-6".to_owned())]),
    ];
    if let Some(name) = baggage {
        let field = format!("{name}={}", FIELD_VALUE.replace(' ', "%20"));
        probes.push(probe(Kind::Baggage, |t, s| {
            vec![("traceparent", format!("00-{t}-{s}-01")), ("baggage", field)]
        }));
    }
    probes
}

fn multi(trace_id: &str, span_id: &str, last: (&'static str, &str)) -> Vec<(&'static str, String)> {
    vec![
        ("x-b3-traceid", trace_id.to_owned()),
        ("x-b3-spanid", span_id.to_owned()),
        (last.0, last.1.to_owned()),
    ]
}

fn probe(kind: Kind, headers: impl FnOnce(&str, &str) -> Vec<(&'static str, String)>) -> Probe {
    // The upper half is not zero, or the id would be one of 64 bits.
    let trace_id = TraceId::new(u128::from(random()) << 64 | u128::from(random()));
    with_ids(kind, trace_id, headers)
}

fn short() -> Probe {
    let trace_id = TraceId::new(u128::from(random()));
    with_ids(Kind::ShortId, trace_id, |t, s| multi(t, s, ("x-b3-sampled", "1")))
}

fn with_ids(
    kind: Kind,
    trace_id: TraceId,
    headers: impl FnOnce(&str, &str) -> Vec<(&'static str, String)>,
) -> Probe {
    let span_id = SpanId::new(random());
    Probe {
        kind,
        trace_id,
        span_id,
        headers: headers(&trace_id.to_string(), &span_id.to_string()),
    }
}

/// 64 bits under keys that the system chose, never zero.
fn random() -> u64 {
    RandomState::new().hash_one(0_u8).max(1)
}

impl Probe {
    /// Whether its caller asks for spans.
    pub fn is_accepted(&self) -> bool {
        !matches!(
            self.kind,
            Kind::Plain | Kind::DenyB3 | Kind::DenyW3c | Kind::Malformed
        )
    }

    /// The headers as on the wire.
    pub fn shown(&self) -> Said {
        let line = |(name, value): &(&str, String)| format!("{name}: {value}");
        match self.headers.as_slice() {
            [] => Said::new("no context", "컨텍스트 없음"),
            headers => headers.iter().map(line).collect::<Vec<_>>().join("; ").into(),
        }
    }
}
