//! The context on the wire: ids, the sampling decision and baggage, in B3 and W3C headers. Only this module and its
//! children know a header's name.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue};
use zipkin::TraceId;

/// The context that all formats carry.
mod context;

/// The values of a request.
mod mdc;

/// The formats by name.
mod format;

/// A header that comes in.
mod header;

/// Headers that go out.
mod carrier;

/// B3, single and multi: <https://github.com/openzipkin/b3-propagation>.
pub mod b3;

/// W3C Trace Context, level 2: <https://www.w3.org/TR/trace-context-2/>.
pub mod w3c;

/// W3C Baggage: <https://www.w3.org/TR/baggage/>.
pub mod baggage;

/// Settings of propagation.
mod settings;

/// Values that settings may have.
mod values;

/// Context headers as tags, for whoever looks for a lost context.
pub mod seen;

use carrier::Carrier;
pub use {
    context::{Extracted, Ids, Outgoing, Sampling},
    format::HeaderFormat,
    mdc::Mdc,
    settings::{BaggagePass, PropagationSettings},
};

/// Reads the caller's context. Every format is read, the listed ones first: the first with ids names the trace, the
/// first with a decision makes it.
///
/// ```
/// use http::HeaderMap;
/// use telemetry::propagation::{self, HeaderFormat};
///
/// let mut headers = HeaderMap::new();
/// headers.insert("b3", "463ac35c9f6413ad-a2fb4a1d1a96d312-1".parse()?);
/// headers.insert("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".parse()?);
/// let trace_id = |listed: &[HeaderFormat]| propagation::extract(&headers, listed).ids.unwrap().trace_id.to_string();
/// assert_eq!(trace_id(&[]), "463ac35c9f6413ad");
/// assert_eq!(trace_id(&[HeaderFormat::TraceContext]), "0af7651916cd43dd8448eb211c80319c");
/// # Ok::<(), http::header::InvalidHeaderValue>(())
/// ```
pub fn extract(headers: &HeaderMap, listed: &[HeaderFormat]) -> Extracted {
    let b3_first = listed
        .iter()
        .find_map(|format| match format {
            HeaderFormat::B3 | HeaderFormat::B3Multi => Some(true),
            HeaderFormat::TraceContext => Some(false),
            _ => None,
        })
        .unwrap_or(true);
    let (b3, w3c) = (b3::extract(headers), w3c::extract(headers));
    let (mut first, second) = if b3_first { (b3, w3c) } else { (w3c, b3) };

    let same_trace = match (first.ids, second.ids) {
        (Some(one), Some(other)) => one.trace_id == other.trace_id,
        (None, _) => true,
        (Some(_), None) => false,
    };
    if first.ids.is_none() {
        (first.ids, first.joinable) = (second.ids, second.joinable);
    }
    if first.sampling == Sampling::Defer && same_trace {
        first.sampling = second.sampling;
    }
    if first.tracestate.is_none() && same_trace {
        first.tracestate = second.tracestate;
    }
    first.random |= same_trace && second.random;
    first
}

/// Writes the context in each listed format, over whatever stood there.
///
/// ```
/// use http::HeaderMap;
/// use telemetry::{SpanId, TraceId, propagation::{self, HeaderFormat, Ids, Outgoing, Sampling}};
///
/// let ids = Ids { trace_id: TraceId::new(0x463ac35c9f6413ad), span_id: SpanId::new(7), parent_id: None };
/// let mut headers = HeaderMap::new();
/// propagation::inject(&Outgoing::of(ids, Sampling::Deny), &[HeaderFormat::B3], &mut headers);
/// assert_eq!(headers["b3"], "463ac35c9f6413ad-0000000000000007-0");
/// ```
pub fn inject(outgoing: &Outgoing<'_>, formats: &[HeaderFormat], headers: &mut HeaderMap) {
    // At once: a map that grows step by step moves what it holds each time. Two more are the client's own.
    headers.reserve(2 + formats.iter().map(HeaderFormat::most_headers).sum::<usize>());
    let mut carrier = Carrier::new(headers);
    for format in formats {
        match format {
            HeaderFormat::B3Multi => b3::inject_multi(outgoing, &mut carrier),
            HeaderFormat::B3 => b3::inject_single(outgoing, &mut carrier),
            HeaderFormat::TraceContext => w3c::inject(outgoing, &mut carrier),
            HeaderFormat::Baggage => baggage::inject(outgoing, &mut carrier),
            HeaderFormat::None => {}
        }
    }
}

/// The digits of a trace id, as the value of a header.
pub(crate) fn trace_id_value(id: TraceId) -> HeaderValue {
    let mut digits = Vec::with_capacity(32);
    id.write(&mut digits);
    HeaderValue::from_maybe_shared(Bytes::from(digits)).unwrap_or(HeaderValue::from_static(""))
}

#[cfg(test)]
mod tests {
    use http::HeaderName;
    use zipkin::SpanId;

    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
            .collect()
    }

    const BOTH: [(&str, &str); 3] = [
        ("x-b3-traceid", "463ac35c9f6413ad"),
        ("x-b3-spanid", "a2fb4a1d1a96d312"),
        (
            "traceparent",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        ),
    ];

    #[test]
    fn the_first_listed_format_wins() {
        let found = extract(
            &headers(&BOTH),
            &[HeaderFormat::B3Multi, HeaderFormat::TraceContext],
        );
        assert_eq!(found.ids.unwrap().trace_id, TraceId::new(0x463ac35c9f6413ad));
        assert_eq!(
            found.sampling,
            Sampling::Defer,
            "another trace's decision is not ours"
        );

        let found = extract(&headers(&BOTH), &[HeaderFormat::TraceContext, HeaderFormat::B3]);
        assert_eq!(
            found.ids.unwrap().trace_id,
            TraceId::new(0x0af7651916cd43dd8448eb211c80319c)
        );
        assert!(!found.joinable);
    }

    /// All headers as text, by name.
    fn written(outgoing: &Outgoing<'_>, formats: &[HeaderFormat], headers: &mut HeaderMap) -> Vec<String> {
        inject(outgoing, formats, headers);
        let line =
            |(name, value): (&HeaderName, &HeaderValue)| format!("{name}: {}", value.to_str().unwrap());
        let mut lines: Vec<String> = headers.iter().map(line).collect();
        lines.sort();
        lines
    }

    const EVERY_FORMAT: [HeaderFormat; 4] = [
        HeaderFormat::B3,
        HeaderFormat::B3Multi,
        HeaderFormat::TraceContext,
        HeaderFormat::Baggage,
    ];

    #[test]
    fn every_header_has_its_value_and_what_stood_there_is_gone() {
        let names = "b3 x-b3-traceid x-b3-spanid x-b3-parentspanid x-b3-sampled x-b3-flags traceparent tracestate baggage";
        let mut headers = HeaderMap::new();
        for name in names.split(' ').chain(["x-b3-sampled", "baggage"]) {
            headers.append(name.parse::<HeaderName>().unwrap(), "stale".parse().unwrap());
        }
        let mut ids = Ids {
            trace_id: TraceId::new(0xa1),
            span_id: SpanId::new(0xb2),
            parent_id: None,
        };
        let root = Outgoing::of(ids, Sampling::Debug);
        assert_eq!(
            written(&root, &EVERY_FORMAT, &mut headers),
            [
                "b3: 00000000000000a1-00000000000000b2-d",
                "traceparent: 00-000000000000000000000000000000a1-00000000000000b2-01",
                "x-b3-flags: 1",
                "x-b3-spanid: 00000000000000b2",
                "x-b3-traceid: 00000000000000a1",
            ]
        );
        ids.parent_id = Some(SpanId::new(0xc3));
        ids.trace_id = TraceId::new(0xd4 << 64 | 0xa1);
        let child = Outgoing {
            random: true,
            tracestate: Some("v=1"),
            mdc: &Mdc::from_iter([("userId", "terry"), ("secret", "x")]),
            propagated: &["userId".into()],
            other_baggage: "tenant=1",
            ..Outgoing::of(ids, Sampling::Deny)
        };
        assert_eq!(
            written(&child, &EVERY_FORMAT, &mut headers),
            [
                "b3: 00000000000000d400000000000000a1-00000000000000b2-0-00000000000000c3",
                "baggage: userId=terry,tenant=1",
                "traceparent: 00-00000000000000d400000000000000a1-00000000000000b2-02",
                "tracestate: v=1",
                "x-b3-parentspanid: 00000000000000c3",
                "x-b3-sampled: 0",
                "x-b3-spanid: 00000000000000b2",
                "x-b3-traceid: 00000000000000d400000000000000a1",
            ]
        );
    }

    #[test]
    fn long_values_leave_the_others_as_they_are() {
        let ids = Ids {
            trace_id: TraceId::new(0xa1),
            span_id: SpanId::new(0xb2),
            parent_id: None,
        };
        let (state, value) = (format!("v={}", "s".repeat(254)), "b".repeat(8000));
        let outgoing = Outgoing {
            tracestate: Some(&state),
            mdc: &Mdc::from_iter([("userId", &value)]),
            propagated: &["userId".into()],
            ..Outgoing::of(ids, Sampling::Accept)
        };
        assert_eq!(
            written(&outgoing, &EVERY_FORMAT, &mut HeaderMap::new()),
            [
                "b3: 00000000000000a1-00000000000000b2-1",
                &format!("baggage: userId={value}"),
                "traceparent: 00-000000000000000000000000000000a1-00000000000000b2-01",
                &format!("tracestate: {state}"),
                "x-b3-sampled: 1",
                "x-b3-spanid: 00000000000000b2",
                "x-b3-traceid: 00000000000000a1",
            ]
        );
    }

    #[test]
    fn a_decision_without_ids_is_kept_for_the_other_formats_ids() {
        let found = extract(&headers(&[("b3", "0"), BOTH[2]]), &[HeaderFormat::B3Multi]);
        assert_eq!(found.sampling, Sampling::Deny);
        assert_eq!(found.ids.unwrap().span_id, SpanId::new(0xb7ad6b7169203331));
    }
}
